"""Chapter texts out to a translator and back as Word: a heading and a table a chapter, a row a paragraph.

The tables hold what the workbook holds, so that what comes back is checked in the same way.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from docx.opc.exceptions import PackageNotFoundError

from evallib.display import i18n
from evallib.errors import InputError, Text, text
from evallib.report.elements import Element, heading
from evallib.report.translation import EPOCH, header, translation_rows
from evallib.report.word import WordFile, word_document
from evallib.report.words import Material

LARGEST, PARTS = 50_000_000, 2_000  # bytes and files that a document may hold, unpacked
# what reading a broken file raises; a broken part is a SyntaxError
_FAULTS = (zipfile.BadZipFile, zlib.error, SyntaxError, ValueError, LookupError, EOFError, OSError,
           RuntimeError, AttributeError, TypeError, PackageNotFoundError)  # fmt: skip
_TARGET, _STATE = 3, 5  # columns: where the translation goes, and what both texts were


def translation_document(material: Material, source: str, target: str) -> bytes:
    """The document for one language; the same bytes each time, like the workbook."""
    project = material.project
    file = WordFile(
        target,
        i18n.say("translation.title", target, project=project.name[target], period=material.words.period),
        project.responsible_for_content[target],
        i18n.say("document.running", target, project=project.short_name, period=material.words.period),
        list(_elements(material, source, target)),
        notices=[i18n.say("translation.how", language) for language in (target, source)],
        landscape=True,
    )
    return word_document(file, EPOCH.replace(tzinfo=UTC))


def _elements(material: Material, source: str, target: str) -> Iterator[Element]:
    rows = translation_rows(material, source, target)
    heads = [{"h": words, "align": "left", "width": 0} for words in header(source, target)]
    spoken = ("", "", source, target, source, "")
    for chapter in dict.fromkeys(row[0] for row in rows):
        yield heading(1, f"{chapter} {i18n.say(f'chapter.{chapter}', source)}", language=source)
        cells = [
            [
                {"t": words, "mark": "", "lang": language, "fill": "yes" if at == _TARGET else ""}
                for at, (words, language) in enumerate(zip(row, spoken, strict=True))
            ]
            for row in rows
            if row[0] == chapter
        ]
        yield {"kind": "plain table", "columns": heads, "rows": cells, "whole": False}


def rows_of_document(data: bytes, name: str) -> list[list[str]]:
    """The rows of a document that came back: one header, then those of every chapter's table.

    Tracked insertions count as written and tracked deletions as gone. Raises InputError for a file that is no
    Word document, or far larger than one.
    """
    document = _opened(data, name)
    found: list[list[str]] = []
    for table in document.element.body.iter(_name("tbl")):
        rows = [[_words(cell) for cell in row.iter(_name("tc"))] for row in table.iter(_name("tr"))]
        if rows and len(rows[0]) == _STATE + 1:
            found += rows if not found else [row for row in rows if row != rows[0]]
    return found


def place(name: str, number: int, cells: Sequence[str]) -> Text:
    """Where a row stands, for somebody who looks at the document."""
    if number == 1:
        return text("{file}, head of the first table", file=name)
    return text("{file}, chapter {chapter}, paragraph {paragraph}", file=name, chapter=cells[0].strip(),
                paragraph=cells[1].strip())  # fmt: skip


def _opened(data: bytes, name: str) -> Any:
    from docx import Document

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
        if sum(one.file_size for one in parts) > LARGEST or len(parts) > PARTS:
            raise ValueError("too large")
        document = Document(io.BytesIO(data))
        document.element.body.iter()
        return document
    except _FAULTS:
        raise InputError(
            text("{file} is no Word document that can be read", file=name),
            expected=text(
                "the .docx that evallib commentary translate wrote, with its coloured cells filled in"
            ),
            repair=text("Open it in Word and save it as .docx again, then take that"),
        ) from None


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{tag}"))


def _words(cell: Any) -> str:
    """What a cell says once all tracked changes are accepted, on one line."""
    gone = {_name(one) for one in ("del", "moveFrom")}
    said: list[str] = []
    for one in cell.iter(
        _name("t"), _name("tab"), _name("br"), _name("cr"), _name("p"), _name("noBreakHyphen")
    ):
        if any(above.tag in gone for above in one.iterancestors()):
            continue
        if one.tag == _name("noBreakHyphen"):
            said.append("\u2011")
        else:
            said.append(one.text or "" if one.tag == _name("t") else " ")
    return " ".join("".join(said).split())
