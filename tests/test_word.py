"""Word documents: real styles, header rows, languages and text alternatives; the same bytes each time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pytest
import small_report as small
from conftest import ROOT
from docx.oxml.ns import qn

from evallib.codes import LANGUAGES
from evallib.display import draw
from evallib.plan.chapter_text import ChapterText
from evallib.report.elements import Element, aside, blank, bullets, facts, heading, paragraph
from evallib.report.official import SKELETON, official_elements
from evallib.report.word import WordFile, word_document
from evallib.report.word_parts import TAGS

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccfc0f01f"
    "0005050100a5f645400000000049454e44ae426082"
)
COLUMNS = [{"h": "Asia", "align": "left", "width": 0}, {"h": "2025", "align": "right", "width": 0}]


def table(**changed: Any) -> Element:
    cells = [[{"t": "Kahvit"}], [{"t": "Tilaisuudet", "mark": ""}, {"t": "12", "mark": "green"}]]
    told = {"kind": "table", "number": "6.1", "title": "Tilaisuudet", "note": "Lokista.", "id": "2025/T6.1"}
    return {**told, "whole": True, "columns": COLUMNS, "rows": cells, **changed}


def written(*elements: Element, language: str = "fi", **more: Any) -> bytes:
    pictures = {"F1.svg": PIXEL, "emblem.png": PIXEL}
    told = {"title": "Loppuraportti", "author": "Yhdistys", "running": "Kylät", "pictures": pictures, **more}
    return word_document(WordFile(language, elements=elements, **told), small.CREATED)


def opened(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def styles(document: Any) -> list[tuple[str, str]]:
    return [(one.style.name, one.text) for one in document.paragraphs if one.text]


def test_headings_lists_and_waiting_places_have_styles_of_their_own() -> None:
    document = opened(written(
        heading(1, "1 Hanke"), heading(2, "1.1 Osa"), paragraph((small_span("Teksti."),)),
        bullets([(small_span("Kohta"),)]), aside("Huomaa."), blank("Täydennä"), notices=["Keksitty."],
    ))  # fmt: skip
    assert styles(document) == [
        ("Title", "Loppuraportti"), ("To fill in", "Keksitty."), ("Heading 1", "1 Hanke"),
        ("Heading 2", "1.1 Osa"), ("Normal", "Teksti."), ("List Bullet", "Kohta"), ("Note", "Huomaa."),
        ("To fill in", "[Täydennä]"),
    ]  # fmt: skip


def small_span(words: str, language: str = "") -> Any:
    from evallib.display import Span

    return Span(words, lang=language)


def test_a_table_has_a_header_row_a_name_and_its_groups() -> None:
    document = opened(written(table(), facts("Hanke", [("Numero", "12")])))
    first, second = document.tables
    assert first.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in first.rows[1:])
    assert first._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Taulukko 1. Tilaisuudet"
    assert first._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val")) == "Lokista."
    assert [cell.text for cell in first.rows[1].cells] == ["Kahvit", "Kahvit"]  # one cell over both columns
    assert [cell.text for cell in first.rows[2].cells] == ["Tilaisuudet", "● 12"]
    assert [cell.text for cell in second.rows[0].cells] == ["Numero", "12"]
    assert ("Caption", "Taulukko 1. Tilaisuudet") in styles(document)


def test_tables_and_figures_are_numbered_as_they_come() -> None:
    figure = {"kind": "figure", "number": "6.1", "title": "Kuvio", "base": "n = 5.", "alt": "Pylväät.",
              "file": "F1.svg", "id": "2025/F6.1"}  # fmt: skip
    document = opened(written(table(), figure, table(title="Toinen")))
    captions = [text for style, text in styles(document) if style == "Caption"]
    assert captions == ["Taulukko 1. Tilaisuudet", "Kuva 1. Kuvio", "Taulukko 2. Toinen"]
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "Pylväät."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_told_and_so_are_words_in_another(language: str) -> None:
    other = "sv" if language != "sv" else "fi"
    document = opened(written(paragraph((small_span("Ord", other),)), language=language))
    default = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert default.get(qn("w:val")) == TAGS[language]
    run = next(one for one in document.paragraphs if one.text == "Ord").runs[0]
    assert run._r.rPr.find(qn("w:lang")).get(qn("w:val")) == TAGS[other]
    assert document.core_properties.language == language


def test_anybodys_words_stay_words() -> None:
    nasty = '<script>alert(1)</script> =SUM(A1) {MERGEFIELD x} {{INCLUDETEXT "http://x"}} \x1b[31m\x00 &amp;'
    data = written(paragraph((small_span(nasty),)), heading(1, nasty), facts("x", [(nasty, nasty)]))
    document = opened(data)
    assert document.paragraphs[1].text == nasty.replace("\x1b", "").replace("\x00", "")
    body = document.element.xml
    assert "w:instrText" not in body and "w:fldSimple" not in body and "w:hyperlink" not in body
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        links = [packed.read(name) for name in packed.namelist() if name.endswith(".rels")]
    assert not any(b"External" in one for one in links)


def test_the_same_document_has_the_same_bytes_in_another_place_and_time() -> None:
    here = written(table(), blank("Täydennä"))
    code = (
        "import sys; sys.path[:0] = ['tests', '.']; import test_word as t;"
        "sys.stdout.buffer.write(t.written(t.table(), t.blank('Täydennä')))"
    )
    elsewhere = {
        **os.environ,
        "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C",
    }
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=elsewhere, capture_output=True,
                          check=True)  # fmt: skip
    assert told.stdout == here
    with zipfile.ZipFile(io.BytesIO(here)) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(here).core_properties
    assert properties.created == properties.modified == small.CREATED
    assert (properties.author, properties.title, properties.comments) == ("Yhdistys", "Loppuraportti", "")


# the official skeleton


def official(language: str = "fi", **changed: Any) -> list[Element]:
    material = replace(small.material(None, small.words(**changed)))
    return official_elements(material, language, draw)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_final_report_has_every_official_heading_in_order(language: str) -> None:
    headings = [one["text"] for one in official(language) if one["kind"] == "heading"]
    numbered = [one for one in headings if one[0].isdigit()]
    assert [one.split()[0] for one in numbered] == [part.number for part in SKELETON]
    assert len({one.partition(" ")[2] for one in numbered}) == len(SKELETON)
    levels = [one["level"] for one in official(language) if one["kind"] == "heading"]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_what_nobody_has_written_is_marked_and_what_is_written_stands() -> None:
    found = official()
    waiting = [one["spans"][0]["t"] for one in found if one["kind"] == "blank"]
    assert "[Arvioijan sanat puuttuvat: surveys/commentary/2025/5.fi.md]" in waiting
    assert not any("2025/4.fi.md" in one for one in waiting)  # that chapter has words
    own = [one for one in found if one["kind"] == "judged" and one["label"] == "Arvioijan kommentti"]
    assert [span["t"] for span in own[-1]["paragraphs"][0]] == ["Ensimmäinen kappale."]
    all_written = {(chapter, "fi"): ChapterText(("Sana.",)) for chapter in "456789"}
    told = [one["spans"][0]["t"] for one in official(texts=all_written) if one["kind"] == "blank"]
    assert not any("surveys/commentary/2025/" in one for one in told)


def test_the_steering_groups_day_is_told_once_it_has_handled_the_numbers() -> None:
    material = replace(small.material(), handled=("2026-02-11", "§ 4"))
    found = official_elements(material, "en", draw)[0]
    said = ["".join(span["t"] for span in one["spans"]) for one in found if one["kind"] == "paragraph"]
    assert "Handled by the steering group on 11 Feb 2026, § 4." in said


def test_the_final_report_makes_a_document_in_which_every_figure_has_an_alternative() -> None:
    elements, drawn = official_elements(small.material(), "fi", draw)
    data = word_document(
        WordFile("fi", "Loppuraportti", "Yhdistys", "Kylät", elements, pictures=dict.fromkeys(drawn, PIXEL)),
        small.CREATED,
    )
    document = opened(data)
    figures = [one for one in elements if one["kind"] == "figure"]
    assert len(document.inline_shapes) == len(figures) > 0
    assert all(len(one._inline.docPr.get("descr")) > 20 for one in document.inline_shapes)
    assert len(document.tables) > 5
