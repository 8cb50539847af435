"""Chapter texts to a translator and back as Word: placeholders survive, and a broken one is named."""

from __future__ import annotations

import copy
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
import small_report as small
from conftest import copy_workspace
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from evallib.cli import main
from evallib.errors import DeclarationError, InputError
from evallib.plan.chapter_text import ChapterText, parse_chapter
from evallib.report import translation_word as word
from evallib.report.translation import Returned, read_translation, translation_rows
from evallib.report.words import Material

BOTH = {
    ("4", "fi"): ChapterText(("Yksi {I19.events}.", "Kaksi.")),
    ("4", "sv"): ChapterText(("Ett {I19.events}.", "Två.")),
    ("5", "fi"): ChapterText(("Kolme {I20.participations} kertaa.",)),
}
TEXTS = {("4", "1"): (0, 1), ("4", "2"): (0, 2), ("5", "1"): (1, 1)}  # table and row of each paragraph


def told() -> Material:
    return small.material(None, small.words(texts=BOTH))


def cell(document: Any, where: tuple[str, str], column: int = 3) -> Any:
    table, row = TEXTS[where]
    return document.tables[table].rows[row].cells[column]


def sent() -> Any:
    return docx.Document(io.BytesIO(word.translation_document(told(), "fi", "sv")))


def back(document: Any) -> Returned:
    stream = io.BytesIO()
    document.save(stream)
    rows = word.rows_of_document(stream.getvalue(), "x.docx")
    return read_translation(rows, "x.docx", BOTH, word.place)


def test_the_document_holds_what_the_workbook_holds() -> None:
    data = word.translation_document(told(), "fi", "sv")
    rows = word.rows_of_document(data, "x.docx")
    assert [tuple(row) for row in rows[1:]] == [
        tuple(" ".join(one.split()) for one in row) for row in translation_rows(told(), "fi", "sv")
    ]
    assert word.translation_document(told(), "fi", "sv") == data


def test_cells_say_their_language_and_which_of_them_waits() -> None:
    document = sent()
    source, target = cell(document, ("4", "1"), 2), cell(document, ("4", "1"))
    assert source.paragraphs[0].runs[0]._r.rPr.find(qn("w:lang")).get(qn("w:val")) == "fi-FI"
    assert target._tc.tcPr.find(qn("w:shd")) is not None and source._tc.tcPr.find(qn("w:shd")) is None
    assert [one.text for one in document.paragraphs if one.style.name == "Heading 1"][0].startswith("4 ")


def test_a_translation_comes_back_with_its_placeholders_and_knows_its_source() -> None:
    document = sent()
    cell(document, ("4", "1")).text = "Det blev {I19.events},\nett."
    made = back(document)
    assert made.texts["4"].paragraphs == ("Det blev {I19.events}, ett.", "Två.")
    assert made.texts["4"].source == ("fi", BOTH["4", "fi"].fingerprint)
    assert made.waiting == ("5",)  # nobody has translated it


def test_words_split_over_runs_paragraphs_and_tracked_changes_are_read_as_accepted() -> None:
    document = sent()
    written = cell(document, ("5", "1"))
    first = written.paragraphs[0]
    first.add_run("Tre {I20.")
    first.add_run("participations}").bold = True
    for tag, words in (("w:ins", " gånger"), ("w:del", " dagar")):
        change = OxmlElement(tag)
        change.append(copy.deepcopy(first.runs[-1]._r))
        text = change.find(f".//{qn('w:t')}")
        text.text = words
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        first._p.append(change)
    written.add_paragraph("om året.")
    assert back(document).texts["5"].paragraphs == ("Tre {I20.participations} gånger om året.",)


@pytest.mark.parametrize(
    ("where", "column", "words", "said"),
    [
        (("4", "1"), 3, "Ett.", "chapter 4, paragraph 1"),
        (("4", "2"), 3, "Två {I19.events}.", "chapter 4, paragraph 2"),
        (("5", "1"), 3, "Tre {I20.participation} gånger.", "chapter 5, paragraph 1"),
        (("5", "1"), 3, "Tre {I20.participations gånger.", "chapter 5, paragraph 1"),
        (("5", "1"), 3, "Tre 568 gånger.", "chapter 5, paragraph 1"),
        (("4", "1"), 2, "Muuta {I19.events}.", "chapter 4, paragraph 1"),
    ],
)
def test_what_was_broken_is_named_with_its_place(
    where: tuple[str, str], column: int, words: str, said: str
) -> None:
    document = sent()
    cell(document, where, column).text = words
    with pytest.raises((InputError, DeclarationError)) as caught:
        back(document)
    assert str(caught.value.where) == f"x.docx, {said}"


def test_a_table_that_lost_its_head_or_a_row_is_refused() -> None:
    document = sent()
    document.tables[0].rows[0].cells[3].text = "svenska"
    with pytest.raises(InputError, match="no file of a translation"):
        back(document)
    document = sent()
    row = document.tables[0].rows[2]._tr
    row.getparent().remove(row)
    with pytest.raises(InputError, match="not those that went out"):
        back(document)


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def broken() -> dict[str, bytes]:
    whole = word.translation_document(told(), "fi", "sv")
    parts = parts_of(whole)
    entity = (
        b'<!DOCTYPE x [<!ENTITY a "' + b"A" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]><x>&b;</x>'
    )
    return {
        "nothing": b"",
        "text": b"no document",
        "cut": whole[: len(whole) // 2],
        "no parts": packed({"x.txt": b"x"}),
        "no body": packed({**parts, "word/document.xml": b"<x/>"}),
        "broken part": packed({**parts, "word/document.xml": parts["word/document.xml"][:500]}),
        "entities": packed({**parts, "word/document.xml": entity}),
        "bomb": packed({**parts, "word/media/image1.png": b"\0" * (word.LARGEST + 1)}),
    }


@pytest.mark.parametrize("name", list(broken()))
def test_what_is_no_document_is_said_to_be_none(name: str) -> None:
    with pytest.raises(InputError, match="no Word document that can be read"):
        word.rows_of_document(broken()[name], "x.docx")


def test_a_document_without_a_table_is_no_translation() -> None:
    document = docx.Document()
    document.add_paragraph("Hei.")
    with pytest.raises(InputError, match="no file of a translation"):
        back(document)


# the commands


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose newest release is the invented one, with one text of its own."""
    root = copy_workspace(tmp_path / "work")
    folder = root / "surveys/commentary/2025"
    for path in folder.glob("?.??.md"):
        path.unlink()
    (folder / "4.fi.md").write_text("Tapahtumia {I19.events}.\n", "utf-8")
    manifest: Any = SimpleNamespace(facts={"numbers": "n1"})
    monkeypatch.setattr("evallib.steps.publication.open_material", lambda *_: (small.material(), manifest))
    monkeypatch.chdir(root)
    return root


def test_the_commands_take_a_document_back_and_never_write_over_a_translators_work(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["commentary", "translate", "sv", "2025", "--word"]) == 0
    file = here / "surveys/translations/2025-sv.docx"
    document = docx.Document(str(file))
    document.tables[0].rows[1].cells[3].text = "Evenemang {I19.events}."
    document.save(str(file))
    worked = file.read_bytes()
    capsys.readouterr()
    assert main(["commentary", "translate", "sv", "2025", "--word", "--language", "en"]) == 9
    assert "holds something else" in capsys.readouterr().err and file.read_bytes() == worked
    assert main(["commentary", "take", str(file), "2025"]) == 0
    target = here / "surveys/commentary/2025/4.sv.md"
    assert parse_chapter(target.read_text("utf-8"), "").paragraphs == ("Evenemang {I19.events}.",)
    document.tables[0].rows[1].cells[3].text = "Evenemang {I19.event}."
    document.save(str(file))
    kept = target.read_bytes()
    capsys.readouterr()
    assert main(["commentary", "take", str(file), "2025", "--language", "en"]) != 0
    said = capsys.readouterr().err
    assert "chapter 4, paragraph 1" in said and "{I19.event}" in said and target.read_bytes() == kept
