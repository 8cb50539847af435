"""The pages: tagged, valid, the same bytes everywhere, and deaf to markup in any text."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
import small_report as small

from evallib.errors import OutputError
from evallib.plan.words import LABELS, PAGE, JudgementFile
from evallib.report.blocks import Block
from evallib.report.glyphs import drawable, named_in
from evallib.report.inspect import faults_of, structure, walk
from evallib.report.typeset import Document, add_row_headers, typeset

TESTS = Path(__file__).parent
PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
LANGUAGES = ("fi", "sv", "en")


@pytest.fixture(scope="module")
def editions() -> dict[str, bytes]:
    return {language: small.pages(small.document(language)) for language in LANGUAGES}


def saying(*texts: str, language: str = "fi") -> Document:
    """A document whose body is a heading, then each text as paragraph, cell, decision part and bullet."""
    base = small.document(language, (Block("cover", ""),))
    spans = [[{"t": one, "id": ""}] for one in texts]
    body: list[dict[str, Any]] = [
        {"kind": "heading", "level": 1, "text": texts[0], "fresh": True, "lang": ""},
        *({"kind": "paragraph", "spans": one, "lang": ""} for one in spans),
        {"kind": "judged", "label": texts[0], "paragraphs": spans},
        {"kind": "bullets", "items": spans},
        {
            "kind": "table", "number": "1.1", "title": texts[0], "note": texts[0], "id": "2025/T1.1",
            "whole": True, "columns": [{"h": texts[0], "align": "left", "width": 1.0}],
            "rows": [[{"t": one, "mark": ""}] for one in texts],
        },
    ]  # fmt: skip
    description = {**base.description, "body": body, "contents": ""}
    return Document(language, description, base.pictures)


def squeezed(pdf: bytes) -> str:
    """The pages' text without what hyphenation and line ends add."""
    return re.sub(r"[\s\u00ad\u200b-]", "", small.text_of(pdf))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES, ids=("PDF/UA-1", "PDF/A-2a"))
def test_the_pages_pass_the_validator(editions: dict[str, bytes], language: str, profile: Any) -> None:
    report = page.validate_pdf_bytes(editions[language], profile=profile)
    assert [(one.rule_id, one.message) for one in report.failures] == []


def test_the_validator_can_fail(editions: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(editions["fi"])) as pdf:
        del pdf.Root.StructTreeRoot
        broken = io.BytesIO()
        pdf.save(broken)
    assert page.validate_pdf_bytes(broken.getvalue(), profile=PROFILES[0]).failures


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_look_at_the_pages_finds_nothing(editions: dict[str, bytes], language: str) -> None:
    assert faults_of(editions[language], language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_says_its_language_and_title(editions: dict[str, bytes], language: str) -> None:
    with pikepdf.open(io.BytesIO(editions[language])) as pdf:
        assert str(pdf.Root.Lang) == language
        assert "Kylien hyvinvointi" in str(pdf.docinfo.Title)


def test_the_first_cell_of_every_body_row_is_a_row_header(editions: dict[str, bytes]) -> None:
    rows = 0
    with pikepdf.open(io.BytesIO(editions["fi"])) as pdf:
        for element in walk(pdf.Root.StructTreeRoot):
            if str(element.S) != "/TR":
                continue
            first = element.K[0]
            attributes = first.A if isinstance(first.A, pikepdf.Array) else [first.A]
            scopes = {str(one.Scope) for one in attributes if "/Scope" in one}
            assert str(first.S) == "/TH" and len(scopes) == 1
            rows += scopes == {"/Row"}
    assert rows > 20


def test_tables_figures_captions_and_headings_are_told_to_a_screen_reader(
    editions: dict[str, bytes],
) -> None:
    kinds = structure(editions["fi"])
    assert kinds["/Table"] == 3 and kinds["/Figure"] >= 2 and kinds["/Caption"] == 3
    assert kinds["/H1"] >= 4 and kinds["/H2"] >= 5


def test_all_faces_are_embedded_and_known(editions: dict[str, bytes]) -> None:
    names = set()
    with pikepdf.open(io.BytesIO(editions["fi"])) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor":
                assert {"/FontFile2", "/FontFile3"} & set(one.keys())
                names.add(str(one.FontName).split("+")[1].split("-")[0])
    assert names <= {"SourceSansPro", "LibertinusSerif", "DejaVuSansMono"}
    assert "SourceSansPro" in names


def test_the_pages_hold_no_path_and_no_name_of_this_machine(editions: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(editions["fi"])) as pdf:
        told = [str(value) for value in pdf.docinfo.values()]
        told += [one.read_bytes().decode("latin-1") for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    text = " ".join(told)
    for private in (str(Path.home()), str(TESTS), "/tmp/", "/evallib-", "site-packages"):
        assert private not in text


def test_the_same_document_gives_the_same_bytes(editions: dict[str, bytes]) -> None:
    assert small.pages(small.document("fi")) == editions["fi"]


@pytest.mark.parametrize(
    "surroundings",
    [{"TZ": "Pacific/Kiritimati", "LC_ALL": "C"}, {"TZ": "America/New_York", "LANG": "C.UTF-8"}],
)
def test_time_zone_and_locale_change_no_byte(
    editions: dict[str, bytes], surroundings: dict[str, str], tmp_path: Path
) -> None:
    program = "import small_report as s, sys; sys.stdout.buffer.write(s.pages(s.document('fi')))"
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "7", **surroundings},
    )  # fmt: skip
    assert done.stdout == editions["fi"]


def test_another_day_of_release_changes_the_bytes(editions: dict[str, bytes]) -> None:
    later = small.CREATED.replace(day=16)
    assert typeset(small.document("fi"), later, small.font_files()) != editions["fi"]


HOSTILE = (
    '#read("/etc/passwd")',
    "$x_1$",
    "<script>alert(1)</script>",
    "=cmd|'/C calc'!A0",
    "*bold* _it_ `raw` @ref <label>",
    '#include "document.json" // c /* d */ \\u{41} \\',
    "= Otsikko",
    "https://example.org/a?b=c#d",
)


def test_markup_in_any_text_is_printed_as_it_stands() -> None:
    printed = squeezed(small.pages(saying(*HOSTILE)))
    for one in HOSTILE:
        assert re.sub(r"[\s-]", "", one) in printed, one
    assert "root:" not in printed


def test_a_label_of_300_characters_is_printed_whole() -> None:
    for long in ("x" * 300, "hyvinvointiyrittäjyyskoordinaatio" * 9):
        printed = squeezed(small.pages(saying(long)))
        assert printed.count(long) >= 4


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a\u202eb\u202cc", "abc"),  # would turn the line around
        ("a\x07b\x00c", "abc"),
        ("a\tb\nc", "abc"),
        ("a\U0001f600b", "a\ufffdb"),  # no face has it
        ("漢字", "\ufffd\ufffd"),
        ("a\ue000b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("Þórr ≥ 5 → Ω Жы", "Þórr≥5→ΩЖы"),
    ],
)
def test_a_sign_that_cannot_be_drawn_never_stops_a_report(written: str, printed: str) -> None:
    pdf = small.pages(saying(f"q{written}q"))
    assert f"q{printed}q" in squeezed(pdf)
    assert page.validate_pdf_bytes(pdf, profile=PROFILES[0]).is_compliant


def test_a_sign_without_a_face_inside_a_picture_is_replaced_too() -> None:
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20"><text y="15">\U0001f600</text></svg>'
    )
    base = saying("Kuva")
    figure = {"kind": "figure", "number": "1.1", "title": "Kuva", "base": "n = 5",
              "alt": "Kuvan sanallinen selitys", "file": "F.svg", "id": "2025/F1.1"}  # fmt: skip
    description = {**base.description, "body": [*base.description["body"], figure]}
    pages = small.pages(Document("fi", description, {**base.pictures, "F.svg": picture.encode()}))
    assert page.validate_pdf_bytes(pages, profile=PROFILES[0]).is_compliant


def test_cleaning_leaves_ordinary_text_keys_and_numbers_alone() -> None:
    told = {"a": ["Äiti – 5 %", 1.5, None, True, {"b": "soft\u00adhyphen"}]}
    assert drawable(told) == told


def test_only_a_message_about_a_missing_glyph_names_signs() -> None:
    message = 'PDF/UA-1 error: the text `"\\u{1f600}"` could not be displayed with font `"Source Sans Pro"`'
    assert named_in(message, {}) == {"\U0001f600"}
    assert named_in("file not found", {"a": "漢"}) == frozenset()
    assert named_in('the text `"abc"` could not be displayed with font', {}) == frozenset()


def test_pages_that_cannot_be_set_are_an_output_error_in_the_typesetters_words() -> None:
    base = saying("Otsikko")
    skipped = {"kind": "heading", "level": 3, "text": "Liian syvä", "fresh": False, "lang": ""}
    description = {**base.description, "body": [*base.description["body"], skipped]}
    with pytest.raises(OutputError) as caught:
        small.pages(dataclasses.replace(base, description=description))
    assert "skipped from heading level 1 to 3" in str(caught.value.found)


@pytest.mark.skipif(os.name != "posix", reason="a script stands in for the typesetter")
@pytest.mark.parametrize(
    ("ending", "told"), [("kill -9 $$", "exit code -9"), ("echo no memory >&2; exit 3", "no memory")]
)
def test_a_typesetter_that_dies_is_an_output_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, told: str
) -> None:
    dying = tmp_path / "python"
    dying.write_text(f"#!/bin/sh\n{ending}\n")
    dying.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(dying))
    with pytest.raises(OutputError) as caught:
        small.pages(saying("Otsikko"))
    assert str(caught.value.found) == told


def test_the_typesetter_and_what_it_keeps_are_gone_with_its_process() -> None:
    program = "import small_report as s, sys; s.pages(s.document('fi')); print('typst' in sys.modules)"
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    assert done.stdout.strip() == "False"


def test_a_figure_without_a_text_alternative_is_not_set() -> None:
    base = saying("Otsikko")
    figure = {
        "kind": "figure",
        "number": "1.1",
        "title": "t",
        "base": "",
        "alt": "",
        "file": "emblem.svg",
        "id": "",
    }
    description = {**base.description, "body": [*base.description["body"], figure]}
    with pytest.raises(OutputError):
        small.pages(dataclasses.replace(base, description=description))


@pytest.mark.parametrize("times", [2, 4])
def test_the_decision_page_is_one_page_even_with_much_to_decide(times: int) -> None:
    long = small.same("Tämä on pitkä lause siitä, mitä pitäisi päättää ja miksi juuri nyt. " * times)
    decisions = (small.words().decisions[0].model_copy(update={"proposal": long, "finding": long}),) * 3
    material = small.material(None, small.words(decisions=decisions))
    document = small.document(blocks=(Block("decisions", ""), Block("chapter", "1")), material=material)
    with pikepdf.open(io.BytesIO(small.pages(document))) as pdf:
        assert len(pdf.pages) == 4  # cover, decisions, contents, chapter


@pytest.mark.parametrize("faults", [1, 60])
def test_page_two_is_the_page_to_decide_on_whatever_the_cover_has_to_say(faults: int) -> None:
    long = small.same("Maaseutuyrittäjyysneuvottelukunnan hyvinvointipalveluhankkeen nimi on pitkä. " * 3)
    named = small.project(name=long, funder=long, responsible_for_content=long, programme=long)
    document = small.document(
        blocks=(Block("cover", ""), Block("decisions", ""), Block("chapter", "1")),
        material=small.material(None, None, named),
        faults=[f"commentary/2025/{'pitkä-' * 9}{n}.fi.md" for n in range(faults)],
    )
    with pikepdf.open(io.BytesIO(small.pages(document))) as pdf:
        assert "Teimmekö, mitä lupasimme?" in small.page_text(pdf.pages[1])
        assert "Sisällys" in small.page_text(pdf.pages[2])


def test_as_many_words_as_are_allowed_fit_the_page_to_decide_on() -> None:
    part = "Tämä on pitkä lause siitä, mitä pitäisi päättää. "
    decision = {
        "proposal": small.same(part), "finding": small.same(part * 2), "alternative": small.same(part * 2),
        "owner": small.same("hankepäällikkö"), "cost": small.same("viisi päivää"),
    }  # fmt: skip
    decisions = (small.words().decisions[0].model_copy(update=decision),) * 4
    room = PAGE - sum(LABELS + sum(len(one["fi"]) for one in decision.values()) for _ in decisions)
    told = (small.same(part * 2),) * (room // len(part * 2))
    JudgementFile(schema_version=1, decisions=decisions, unknown=told)
    with pytest.raises(ValueError, match="characters for the page"):
        JudgementFile(schema_version=1, decisions=decisions, unknown=(*told, told[0]))
    words = small.words(decisions=decisions, unknown=told, answers={})
    document = small.document(
        blocks=(Block("decisions", ""), Block("chapter", "1")), material=small.material(None, words)
    )
    with pikepdf.open(io.BytesIO(small.pages(document))) as pdf:
        assert len(pdf.pages) == 4  # cover, decisions, contents, chapter


def test_nothing_is_printed_smaller_than_nine_points(editions: dict[str, bytes]) -> None:
    sizes = set()
    with pikepdf.open(io.BytesIO(editions["fi"])) as pdf:
        for one in pdf.pages:
            for operands, operator in pikepdf.parse_content_stream(one):
                if str(operator) == "Tf":
                    sizes.add(float(operands[1]))
    assert min(sizes) >= 9


def test_a_table_that_goes_on_repeats_its_header() -> None:
    base = saying("Otsikko")
    rows = [[{"t": f"rivi {n}", "mark": ""}, {"t": str(n), "mark": "green"}] for n in range(150)]
    columns = [{"h": "Nimike", "align": "left", "width": 1.0}, {"h": "Tila", "align": "left", "width": 0.0}]
    table = {"kind": "table", "number": "1.2", "title": "Pitkä", "note": "", "id": "", "whole": False,
             "columns": columns, "rows": rows}  # fmt: skip
    document = dataclasses.replace(base, description={**base.description, "body": [
        {"kind": "heading", "level": 1, "text": "O", "fresh": True, "lang": ""}, table]})  # fmt: skip
    printed = small.text_of(small.pages(document))
    assert printed.count("Nimike") >= 3
    assert all(f"rivi {n} " in printed for n in range(150))


def test_a_table_in_two_parts_has_its_header_and_all_its_rows_once_in_each() -> None:
    base = saying("Otsikko")
    rows = [
        row
        for group, letter in (("Muoto", "m"), ("Kieli", "k"))
        for row in ([[group]] + [[f"{letter}{n}", "1"] for n in range(9)])
    ]
    told = [[{"t": one, "mark": ""} for one in row] for row in rows]
    columns = [{"h": "Nimike", "align": "left", "width": 1.0}, {"h": "n", "align": "right", "width": 0.0}]
    table = {"kind": "table", "number": "1.2", "title": "Osat", "note": "", "id": "", "whole": False,
             "middle": 10, "columns": columns, "rows": told}  # fmt: skip
    body = [{"kind": "heading", "level": 1, "text": "O", "fresh": True, "lang": ""}, table]
    pages = small.pages(dataclasses.replace(base, description={**base.description, "body": body}))
    assert structure(pages)["/Table"] == 2 and faults_of(pages, "fi") == []
    printed = small.text_of(pages)
    assert printed.count("Nimike") == 2
    assert [printed.count(f"m{n}") for n in range(9)] == [printed.count(f"k{n}") for n in range(9)] == [1] * 9
    assert page.validate_pdf_bytes(pages, profile=PROFILES[0]).failures == []


def test_the_name_of_a_group_is_a_header_of_all_columns_below_it() -> None:
    base = saying("Otsikko")
    rows = [[{"t": "Muoto", "mark": ""}], [{"t": "Työpaja", "mark": ""}, {"t": "4", "mark": ""}]]
    columns = [{"h": "Nimike", "align": "left", "width": 1.0}, {"h": "n", "align": "right", "width": 0.0}]
    table = {"kind": "table", "number": "1.2", "title": "Ryhmät", "note": "", "id": "", "whole": True,
             "columns": columns, "rows": rows}  # fmt: skip
    body = [{"kind": "heading", "level": 1, "text": "O", "fresh": True, "lang": ""}, table]
    document = dataclasses.replace(base, description={**base.description, "body": body})
    with pikepdf.open(io.BytesIO(small.pages(document))) as pdf:
        cells = [one for one in walk(pdf.Root.StructTreeRoot) if str(one.S) in ("/TH", "/TD")]
        told = [(str(one.S), told_of(one, "/Scope"), told_of(one, "/ColSpan")) for one in cells]
    assert told[2:] == [("/TH", "/Column", "2"), ("/TH", "/Row", ""), ("/TD", "", "")]
    assert page.validate_pdf_bytes(small.pages(document), profile=PROFILES[0]).failures == []


def told_of(cell: pikepdf.Dictionary, name: str) -> str:
    """What a cell's attributes say by that name; "" when nothing."""
    found = cell.get("/A", pikepdf.Array())
    listed = found if isinstance(found, pikepdf.Array) else [found]
    return next((str(one[name]) for one in listed if name in one), "")


def test_the_description_is_plain_json() -> None:
    description = small.document().description
    assert json.loads(json.dumps(description)) == description


def test_no_stream_ends_so_that_its_length_can_be_misread() -> None:
    tried = (b"%" + b"a" * n + b"\n" for n in range(999))
    ending = next(data for data in tried if zlib.compress(data).endswith(b"\r"))
    source = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(b"")
        pdf.pages[0].Contents.write(zlib.compress(ending), filter=pikepdf.Name.FlateDecode)
        pdf.save(source)
    assert b"\r\nendstream" in source.getvalue()
    mended = add_row_headers(source.getvalue())
    assert b"\r\nendstream" not in mended
    with pikepdf.open(io.BytesIO(mended)) as pdf:
        assert pdf.pages[0].Contents.read_bytes() == ending


def test_summaries_in_other_languages_say_so_to_a_screen_reader() -> None:
    blocks = (Block("summary", "sv"), Block("summary", "en"), Block("annex", "B"))
    with pikepdf.open(io.BytesIO(small.pages(small.document("fi", blocks)))) as pdf:
        tagged = [(str(one.S), str(one.Lang)) for one in walk(pdf.Root.StructTreeRoot) if "/Lang" in one]
    for language in ("sv", "en"):
        assert [kind for kind, said in tagged if said == language and kind == "/H1"] == ["/H1"]
        assert sum(1 for kind, said in tagged if said == language and kind in ("/H2", "/P", "/L")) >= 6
