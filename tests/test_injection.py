"""Hostile texts in every place where text is printed: they stay text."""

from __future__ import annotations

import base64
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import fake_release as fake
import openpyxl
import pytest
import small_report as small
from test_report_typeset import squeezed

from evallib import cli
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.display import Publication, tabulate
from evallib.display.house import Sheet
from evallib.errors import EvallibError, InputError, UsageError, text
from evallib.report.blocks import Block
from evallib.report.preview import preview
from evallib.report.workbook import write_workbook
from evallib.results import Released, ResultId
from evallib.results.jsonform import from_json, to_json
from evallib.sources.inbox import read_inbox
from evallib.steps.trace import trace

FORMULAS = (
    "=1+1",
    '=HYPERLINK("https://x.example";"y")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|'/C calc'!A0",
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</div></body><iframe src=https://x.example>",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "]]><!--",
)
TYPST = (
    '#read("/etc/passwd")',
    "#set page(fill: red)",
    "$x_1$",
    "*b* _i_ `r` @ref <lab>",
    "\\u{41} // x /* y */",
    "= H",
)
MATHS = ("$\\frac{1}{0}$", "$", "$$", "\\(x\\)", "$\\href{javascript:alert(1)}{x}$", "100 % ja $x_1$")
PATHS = (
    "../../etc/passwd",
    "..",
    "/etc/passwd",
    "a/../../b",
    "..\\..\\x",
    "C:\\x",
    "a\0b",
    ".",
    "~root",
    "e1/../e2",
)
TERMINAL = ("\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\r\x1b[Kdone", "\u202egnp.exe", "\x08\x08", "\x00")
PRINTED = (*FORMULAS, *MARKUP, *TYPST, *MATHS, *PATHS)


def hostile(words: str) -> Publication:
    """A release whose every text of a log, case or quote is ``words``."""
    one = fake.publication()
    facts = {name: _filled(value, words) for name, value in one.released.facts.items() if name != "run"}
    facts["run"] = one.released.facts["run"]
    facts["quotes"] = [dict.fromkeys(("fi", "sv", "en"), words)]
    return replace(one, released=replace(one.released, facts=facts))


def _filled(value: Any, words: str) -> Any:
    if isinstance(value, list | tuple):
        return [_filled(one, words) for one in value]
    if isinstance(value, dict):
        return {name: words if _is_text(name, one) else _filled(one, words) for name, one in value.items()}
    return value


def _is_text(name: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r".*_(fi|sv|en)|others|owner|name", name) is not None


BLOCKS = (Block("cover", ""), Block("decisions", ""), Block("passage", "P4.2"), Block("passage", "P9.2"),
          Block("table", "T7.2"), Block("table", "T7.3"), Block("table", "T9.1"))  # fmt: skip
TABLES = ("T7.2", "T7.3", "T9.1")


def test_the_hostile_words_do_arrive_in_the_blocks() -> None:
    """Otherwise the tests below would prove nothing."""
    shown = "".join(preview(block, small.material(hostile("zz-arrived-zz")), "fi") for block in BLOCKS)
    assert shown.count("zz-arrived-zz") > 5


@cache
def previews(words: str) -> list[str]:
    material = small.material(hostile(words))
    return [preview(block, material, "fi") for block in BLOCKS]


@pytest.mark.parametrize("words", PRINTED)
def test_no_text_is_html_or_script_in_a_notebook(words: str) -> None:
    for harmless, one in zip(previews("plain words"), previews(words), strict=True):
        assert re.findall(r"<[a-zA-Z/!][^>]*>", one) == re.findall(r"<[a-zA-Z/!][^>]*>", harmless)
        assert 'class="tex2jax_ignore mathjax_ignore"' in one.split(">")[0]


def test_no_text_is_typst_on_a_page() -> None:
    """All hostile words on the pages of one report, as they stand."""
    words = " ¦ ".join(one for one in PRINTED if one.isprintable())
    pages = small.pages(small.document("fi", BLOCKS, material=small.material(hostile(words))))
    printed = squeezed(pages)
    for one in words.split(" ¦ "):
        assert re.sub(r"[\s-]", "", one) in printed, one
    assert "root:" not in printed and b"/JavaScript" not in pages and b"/Launch" not in pages


@pytest.mark.parametrize("words", PRINTED)
def test_no_text_is_a_formula_or_link_in_the_workbook(words: str) -> None:
    tables = [tabulate(name, hostile(words), "fi") for name in TABLES]
    data = write_workbook(tables, title=words, notice=words, headers=(words,) * 3, created=small.CREATED)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            tree = ET.fromstring(parts.read(name))
            assert [one.tag for one in tree.iter() if one.tag.endswith("}f")] == [], name
            targets = [one.get("Target", "") for one in tree.iter() if one.get("TargetMode") == "External"]
            assert targets == [], name
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


@pytest.mark.parametrize("words", (*MATHS, *MARKUP, "\x1b[2J"))
def test_no_text_is_maths_or_markup_in_a_picture(words: str) -> None:
    sheet = Sheet(30)
    sheet.write(5, 5, words)
    sheet.block(5, 12, words, 60)
    tree = ET.fromstring(sheet.svg("x").decode())
    names = {one.tag.rpartition("}")[2] for one in tree.iter()}
    assert not names & {"script", "iframe", "foreignObject", "a", "image"}
    said = "".join(one.text or "" for one in tree.iter() if one.tag.endswith("text"))
    assert words.replace(" ", "").replace("\x1b", "") in said.replace(" ", "")


@pytest.mark.parametrize("words", (*PRINTED, *TERMINAL))
def test_results_and_blocks_keep_hostile_words_as_data(words: str) -> None:
    released: Released = hostile(words).released
    assert from_json(to_json(released)).facts["quotes"] == [{"fi": words, "sv": words, "en": words}]
    bundle = json.loads(json.dumps(Block("table", words)._repr_mimebundle_()))
    assert bundle["application/vnd.evallib.block+json"]["id"] == words


@pytest.mark.parametrize("words", TERMINAL)
@pytest.mark.parametrize("part", ["problem", "expected", "found", "where", "repair"])
def test_no_text_steers_the_terminal_from_an_error(
    words: str, part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told: dict[str, Any] = {"problem": "Fault", part: text("a {x} b", x=words)}
    problem = told.pop("problem")

    def fails(_: Path) -> Any:
        raise InputError(problem, **told)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("evallib.steps.doctor.doctor", fails)
    assert cli.main(["doctor"]) == InputError.exit_code
    said = capsys.readouterr().err
    assert (
        not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)
        and "\N{REPLACEMENT CHARACTER}" in said
    )


@pytest.mark.parametrize("words", TERMINAL)
def test_no_text_steers_the_terminal_from_progress_options_and_json(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from evallib.steps.doctor import Finding

    stream = io.StringIO()
    Progress(Speaker("en"), stream)(text("Reading {file}", file=words))
    monkeypatch.chdir(tmp_path)
    cli.main(["check", f"--{words}"])
    cli.main([words])
    monkeypatch.setattr("evallib.steps.doctor.doctor", lambda _: [Finding(text("{x}", x=words), True)])
    cli.main(["doctor"])
    cli.main(["doctor", "--json"])
    out = capsys.readouterr()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", stream.getvalue() + out.out + out.err)
    assert json.loads(out.out[out.out.index("{") :])["findings"][0]["check"] == words


@pytest.mark.parametrize("words", (*PATHS, *TERMINAL, *FORMULAS))
def test_a_hostile_name_of_a_period_or_result_is_no_path(words: str, demo_copy: Path) -> None:
    from evallib.steps.context import open_context

    context = open_context(demo_copy)
    before = sorted(path for path in demo_copy.rglob("*"))
    with pytest.raises(UsageError):
        context.period(words)
    for wanted in (f"{words}/I20.persons_low", f"2025/{words}", words):
        with pytest.raises(EvallibError):
            trace(context, wanted)
    assert sorted(path for path in demo_copy.rglob("*")) == before


@pytest.fixture(scope="module")
def demo_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from conftest import copy_workspace

    return copy_workspace(tmp_path_factory.mktemp("hostile") / "work")


@pytest.mark.parametrize("words", PATHS)
def test_a_period_with_a_hostile_id_can_not_be_declared(words: str, tmp_path: Path, demo_copy: Path) -> None:
    from evallib.workspace import find_workspace

    (tmp_path / "surveys").mkdir()
    written = (demo_copy / "surveys/project.yaml").read_text("utf-8")
    quoted = json.dumps(words)
    (tmp_path / "surveys/project.yaml").write_text(
        re.sub(r'id: "2025"', lambda _: f"id: {quoted}", written), "utf-8"
    )
    assert quoted in (tmp_path / "surveys/project.yaml").read_text("utf-8")
    with pytest.raises(EvallibError):
        find_workspace(tmp_path)


PLACES = ("inbox/events/{}.csv", "inbox/limesurvey/{}/responses.csv", "inbox/{}", "logs/{}.csv")


@pytest.mark.parametrize("words", (*PATHS, *FORMULAS, *MARKUP))
@pytest.mark.parametrize("place", PLACES)
def test_a_received_file_with_a_hostile_name_is_refused_or_left_aside(
    words: str, place: str, demo_copy: Path
) -> None:
    """What begins with a dot is a file of the operating system's own and is never read."""
    from evallib.steps.context import open_context

    context = open_context(demo_copy)
    period = context.period("2025")
    received = {place.format(words): b"a;b\n1;2\n"}
    options: Any = {"questionnaires": context.wave("2025"), "period": (period.start, period.end)}
    try:
        read = read_inbox(received, **options, wave="2025", bots=(), minimum_stay=0)
    except InputError:
        return
    assert Path(place.format(words)).name.startswith(".") or words.startswith(".")
    assert [table.kind for table in read.tables if len(table.rows)] == []


@pytest.mark.parametrize("words", PATHS)
def test_a_notebook_can_not_name_a_picture_outside(words: str) -> None:
    for kind in ("figure", "table", "passage"):
        with pytest.raises(UsageError):
            small.document("fi", (Block("cover", ""), Block(kind, words)))


@pytest.mark.parametrize("words", (*PATHS, *TERMINAL, *MARKUP))
def test_a_result_id_takes_no_hostile_part(words: str) -> None:
    for written in (f"2025/{words}.x", f"2025/I20.{words}", f"{words}/I20.x", f"2025/I20.x[region={words}]"):
        try:
            assert str(ResultId.parse(written)) == written and re.fullmatch(r"[\w.\[\]=,:+/-]+", written)
            assert ".." not in written.split("/")[0] and written.count("/") == 1
        except (ValueError, EvallibError):
            continue


def test_a_picture_in_a_notebook_is_one_image_with_its_text_in_quotes() -> None:
    shown = preview(Block("figure", "F4.1"), small.material(hostile('"><script>x</script>')), "fi")
    assert shown.count("<img ") == 1 and "<script" not in shown
    svg = base64.b64decode(re.findall(r"base64,([^\"]+)", shown)[0])
    assert "script" not in {one.tag.rpartition("}")[2] for one in ET.fromstring(svg).iter()}
