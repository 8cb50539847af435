"""The whole street on the demo project: products, agreement of languages, reruns, same bytes."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from conftest import CLOCK, copy_workspace, run_demo
from openpyxl import load_workbook
from pypdf import PdfReader

from evallib.errors import UsageError
from evallib.results import Kind
from evallib.results.jsonform import from_json
from evallib.steps.context import Context
from evallib.steps.report import report
from evallib.steps.trace import Tracer, trace
from evallib.workspace import find_workspace

PRODUCTS = {
    "report-fi.pdf",
    "report-sv.pdf",
    "report-en.pdf",
    "appendix.xlsx",
    "results.json",
    "run.json",
    "annual_report.ipynb",
}


def context(root: Path) -> Context:
    return Context(find_workspace(root), now=lambda: CLOCK)


def test_the_demo_leaves_exactly_the_products_of_its_latest_period(demo: Path) -> None:
    assert {path.name for path in (demo / "outputs" / "2025").iterdir()} == PRODUCTS
    assert {path.name for path in (demo / "outputs").iterdir()} == {"2025"}


FIRST_AFTER = {"fi": "Sammandrag på svenska", "sv": "Bilaga A ", "en": "Annex A "}


@pytest.mark.parametrize("language", FIRST_AFTER)
def test_the_body_of_a_report_has_at_most_16_pages(demo: Path, language: str) -> None:
    reader = PdfReader(demo / f"outputs/2025/report-{language}.pdf")
    begun = [
        reader.get_destination_page_number(one)
        for one in reader.outline
        if not isinstance(one, list) and str(one.title).startswith(FIRST_AFTER[language])
    ]
    assert begun[0] <= 16


def test_a_rerun_with_nothing_changed_redoes_nothing_and_says_so(demo: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (demo / "outputs" / "2025").iterdir()}
    again = report(context(demo), context(demo).period("2025"))
    assert again.new is False
    assert {path: path.stat().st_mtime_ns for path in (demo / "outputs" / "2025").iterdir()} == before


def test_every_printed_number_of_the_results_file_obeys_its_mask(demo: Path) -> None:
    released = from_json((demo / "outputs/2025/results.json").read_bytes())
    masked = [cell for cell in released.cells.values() if cell.mask is not None]
    assert len(released.cells) > 1500 and len(masked) > 50
    assert all(cell.value is cell.count is cell.base is cell.interval is None for cell in masked)


def test_no_protected_count_below_the_threshold_is_published(demo: Path) -> None:
    released = from_json((demo / "outputs/2025/results.json").read_bytes())
    small = [
        str(cell.id)
        for cell in released.cells.values()
        if cell.protected and cell.mask is None and cell.count is not None and 0 < cell.count < 5
    ]
    assert small == []


def test_all_38_indicators_have_results_and_most_have_a_number(demo: Path) -> None:
    released = from_json((demo / "outputs/2025/results.json").read_bytes())
    plan = context(demo).plan
    heads = {one.code: released.get(f"{one.code}.{one.headline}") for one in plan.indicators}
    assert len(heads) == 38
    assert [code for code, cell in heads.items() if cell is None] == []
    assert sum(cell.shown for cell in heads.values() if cell) >= 34


def test_the_three_reports_say_that_their_data_are_invented_on_every_page(demo: Path) -> None:
    notices = {
        "fi": "Keksitty esimerkkiaineisto",
        "sv": "Påhittade exempeldata",
        "en": "Invented example data",
    }
    for language, notice in notices.items():
        pages = page_texts(demo / f"outputs/2025/report-{language}.pdf")
        assert len(pages) > 15
        assert [number for number, text in enumerate(pages, 1) if notice not in text] == []


@cache
def page_texts(pdf: Path) -> list[str]:
    """The text of each page, words parted by single spaces."""
    from pypdf import PdfReader

    return [" ".join(page.extract_text().split()) for page in PdfReader(pdf).pages]


@pytest.mark.parametrize(
    "system", ["teams", "zoom", "limesurvey", "paper list", "matomo", "newsletter", "log"]
)
def test_the_run_record_names_every_system_with_hashes(demo: Path, system: str) -> None:
    record = json.loads((demo / "outputs/2025/run.json").read_text(encoding="utf-8"))
    of_system = [one for one in record["run"]["inputs"] if one["system"] == system]
    assert of_system and all(re.fullmatch("[0-9a-f]{64}", one["sha256"]) for one in of_system)


def test_nothing_of_a_person_or_a_machine_is_under_outputs(demo: Path) -> None:
    """E-mail addresses and names of the received files, tokens, and paths."""
    received = (demo / "surveys/demo/2025").rglob("participants.csv")
    people = set()
    for file in received:
        for line in file.read_text(encoding="utf-8-sig").splitlines()[1:]:
            people.update(re.findall(r"[\w.+-]+@[\w.-]+", line))
    assert len(people) > 100
    for path in (demo / "outputs/2025").iterdir():
        data = path.read_bytes()
        assert str(demo).encode() not in data, path.name
        found = [one for one in people if one.encode() in data and not one.startswith("itsearviointi@")]
        assert found == [], path.name


def test_every_printed_id_traces_to_values_snapshots_and_a_function(demo: Path) -> None:
    """Tables and figures of the notebook, indicators, and one result of each measure, dims and mask."""
    from evallib.cli.words import Speaker
    from evallib.report.blocks import blocks_of

    outputs, tracers = demo / "outputs/2025", {one: tracer(demo, one) for one in ("2024", "2025")}
    cells = from_json((outputs / "results.json").read_bytes()).cells.values()
    kinds = {(c.id.indicator, c.id.measure, len(c.id.dims), c.mask, c.note): str(c.id) for c in cells}
    printed = {*kinds.values(), *(f"2025/{one.code}" for one in context(demo).plan.indicators)}
    for block in blocks_of(outputs / "annual_report.ipynb"):
        if block.kind in ("figure", "table"):
            printed.add(f"2025/{block.id}")
    printed |= {str(one.cell.id) for one in tracers["2025"].trace("TB.1").results}
    assert len(printed) > 400 and {"2025/I20", "2025/T9.1", "2024/I20.participations"} <= printed
    printed |= {"2025/EQ4", "2025/innovation", "2025/SRC", "2025/T0.1"}
    say = Speaker("sv").say
    for one in printed:
        period, _, name = one.partition("/")
        traced = tracers[period].trace(name)
        if name == "TD.2":  # nothing was published before: a sentence stands in its place
            assert traced.about and not traced.rows
            continue
        assert traced.id == one and traced.title, one
        assert traced.results or (traced.about and traced.rows), one
        assert all(len(snapshot.sha256) == 64 for snapshot in traced.snapshots) and traced.snapshots, one
        assert all(function(named) for named in traced.functions) and traced.functions, one
        assert all(shown.printed for shown in traced.results), one
        raw = [shown.name for shown in traced.results if re.search(r"[a-z0-9]_[a-z0-9]|[A-Z]\.", shown.name)]
        assert raw == [], one  # a name in words, not a result id
        said = "\n".join(map(say, traced.lines()))
        assert not re.search(r"secondary|dependent|withheld|no_data|base_under", said), one
        assert json.dumps(traced.plain()), one


def tracer(root: Path, period: str) -> Tracer:
    return Tracer(context(root), context(root).period(period), "sv")


def function(written: str) -> object:
    module, _, name = written.rpartition(".")
    if not module.startswith("evallib.measures") or module.count(".") == 2:
        return getattr(importlib.import_module(module), name)
    module, _, owner = module.rpartition(".")  # a method
    return getattr(getattr(importlib.import_module(module), owner), name)


def test_a_traced_number_is_told_as_it_is_printed_in_the_language_asked_for(demo: Path) -> None:
    told = {one: trace(context(demo), "I22.t01_top2", one) for one in ("", "en")}  # period: the last released
    assert [one.results[0].printed for one in told.values()] == ["76\u00a0%", "76%"]
    assert [one.id for one in told.values()] == ["2025/I22.t01_top2"] * 2
    assert "Usefulness: " in str(told["en"].about[0]) and told["en"].title == "Usefulness"
    plain = told["en"].plain()
    assert plain["about"]["definition"].startswith("Usefulness: ") and plain["method"] == "share_clustered"
    assert plain["base"] and 0.75 < plain["value"] < 0.77 and plain["snapshots"][0]["rows"] > 200


def test_a_traced_number_says_that_it_was_counted_otherwise_than_before(demo: Path) -> None:
    said = [str(one) for one in trace(context(demo), "2025/I34.click_rate", "en").lines()]
    assert any(one.startswith("  Note: The way of measuring") for one in said)
    assert not any("Note:" in str(one) for one in trace(context(demo), "2023/I34.click_rate", "en").lines())


def test_an_indicator_traces_to_its_state_and_all_its_numbers(demo: Path) -> None:
    traced = trace(context(demo), "I20", "en")
    assert traced.assessment and traced.assessment["colour"] == "green"
    assert str(traced.about[-1]).startswith("  State: ")
    lines = [str(one) for one in traced.lines()]
    assert "  2025/I20.participations  Participations: 568" in lines
    assert len(traced.results) > 50 > len(lines)


@pytest.mark.parametrize(
    ("written", "near"),
    [("2025/I99", "2025/I29"), ("T9.11", "2025/T9.1"), ("I20.person_low", "I20.persons_low")],
)
def test_an_unknown_id_is_answered_by_the_nearest(demo: Path, written: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        trace(context(demo), written)
    assert near in str(caught.value.repair)


def test_the_report_compares_with_the_period_that_was_asked_for(demo: Path, tmp_path: Path) -> None:
    root = tmp_path / "work"
    shutil.copytree(demo, root)
    made = report(context(root), context(root).period("2025"), {"comparison": "2023"})
    record = json.loads((root / "outputs/2025/run.json").read_text(encoding="utf-8"))
    assert (made.label, record["release"], record["variant"]) == ("1.2", 1, 2)
    told = " ".join(page_texts(root / "outputs/2025/report-fi.pdf"))
    assert "Julkaisuversio 1.2 " in told and "kaudella 2023" in told and "edellisellä kaudella" not in told
    assert waves_drawn(told) == ["2023", "2025"]


def test_a_report_without_comparison_shows_one_wave(demo: Path) -> None:
    from evallib.report.blocks import blocks_of
    from evallib.report.document import build_document
    from evallib.steps.publication import open_material

    material, _ = open_material(context(demo), context(demo).period("2025"), None)
    blocks = blocks_of(demo / "outputs/2025/annual_report.ipynb")
    document = build_document(material, blocks, "fi")
    told = json.dumps(document.description, ensure_ascii=False)
    told += b" ".join(document.pictures.values()).decode()
    assert "ei verrata" in told and "edellisellä kaudella" not in told
    assert waves_drawn(told) == ["2025"]


def waves_drawn(told: str) -> list[str]:
    """The waves that the text of the network's drawing names."""
    return [one for one in ("2023", "2024", "2025") if re.search(rf"{one}: [\d/]+ organisaatiota", told)]


def test_the_quality_notebook_runs_and_shows_every_row(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo)
    notebook = json.loads((demo / "notebooks/data_quality.ipynb").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    shown = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["source"].startswith("quality."):
            look = eval(cell["source"], names)
            html = look._repr_html_()
            assert html.count("<tr>") == len(look.frame) + 1 and "…" not in html
            shown += 1
        elif cell["cell_type"] == "code":
            exec(cell["source"], names)
    assert shown == 6


def test_the_same_inputs_give_the_same_bytes_elsewhere(demo: Path, tmp_path: Path) -> None:
    """Another folder, time zone, locale and hash seed; the notebook holds no times and is equal too."""
    root = copy_workspace(tmp_path / "elsewhere")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; "
        "from conftest import run_demo; run_demo(Path(sys.argv[2]))"
    )
    environment = {**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent), str(root)], env=environment, check=True
    )
    for name in sorted(PRODUCTS):
        first, second = (one / "outputs/2025" / name for one in (demo, root))
        assert first.read_bytes() == second.read_bytes(), name


def test_run_demo_is_refused_for_a_real_project(tmp_path: Path) -> None:
    from evallib.errors import UsageError

    root = copy_workspace(tmp_path / "real")
    declared = root / "surveys/project.yaml"
    declared.write_text(
        declared.read_text(encoding="utf-8").replace("invented: true", "invented: false"), "utf-8"
    )
    with pytest.raises(UsageError, match="real project"):
        run_demo(root)


def test_coded_answers_reach_the_results_the_workbook_and_the_report(demo: Path) -> None:
    released = from_json((demo / "outputs/2025/results.json").read_bytes())
    told = [
        cell
        for one, cell in released.cells.items()
        if (one.period, one.indicator) == ("2025", "OPEN") and one.dims and cell.kind is Kind.COUNT
    ]
    shown = [cell for cell in told if cell.shown]
    assert len(shown) > 20 and len(told) > len(shown)
    for cell in shown:
        assert cell.count == 0 or (cell.count >= 5 and cell.base - cell.count >= 5), cell.id
    for theme in ("innovation", "climate", "environment"):
        assert any(dict(cell.id.dims)["code"] == theme and cell.count for cell in shown)
    sheets = load_workbook(demo / "outputs/2025/appendix.xlsx", read_only=True).sheetnames
    assert {"T8.1", "T8.2", "TA.9", "TA.5"} <= set(sheets)
    said = {"fi": "yksimielisyys", "sv": "överensstämmelse", "en": "Agreement of the two"}
    for language, words in said.items():
        pages = PdfReader(demo / f"outputs/2025/report-{language}.pdf").pages
        assert any(words in page.extract_text() for page in pages), language
