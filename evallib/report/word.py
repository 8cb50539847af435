"""Elements as a Word document: what the report says, for people who go on writing in it.

Headings are Word's own, tables have header rows, pictures have text alternatives, and every part says its
language. What somebody has still to write stands in a style of its own, ``To fill in``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from docx import Document as new_document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from evallib.display import house, i18n
from evallib.report.elements import SHAPES, Element
from evallib.report.glyphs import drawable
from evallib.report.word_parts import (
    WAITING,
    alternative,
    described,
    header_row,
    in_language,
    page_number,
    ruled,
    saved,
    shaded,
    styled,
    turned,
    whole_row,
)

_SMALL = Pt(9)
_WIDE, _TURNED = Cm(16.6), Cm(25.3)  # the width of the text, upright and turned
_LETTER, _PADDING, _LONG = Cm(0.16), Cm(0.5), 42  # of a table: a letter, a cell's sides, where it is broken
_SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT}


@dataclass(frozen=True)
class WordFile:
    """What becomes of a document in one language.

    notices: what has to be said above everything, as that the data are invented. running: the foot of each
    page. pictures: PNG or JPEG by the name that an element gives.
    """

    language: str
    title: str
    author: str
    running: str
    elements: Sequence[Element]
    subtitle: str = ""
    notices: Sequence[str] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    landscape: bool = False


def word_document(file: WordFile, created: datetime) -> bytes:
    """The document as ``.docx``; the same file and time give the same bytes."""
    document = new_document()
    styled(document, file.language)
    if file.landscape:
        turned(document)
    writer = _Writer(document, file)
    document.add_paragraph(_said(file.title), style="Title")
    if file.subtitle:
        document.add_paragraph(_said(file.subtitle), style="Note")
    for one in file.notices:
        document.add_paragraph(_said(one), style="To fill in")
    writer.all(drawable(list(file.elements)))
    foot = document.sections[0].footer.paragraphs[0]
    foot.style = document.styles["Note"]
    foot.add_run(f"{_said(file.running)}  ·  ")
    page_number(foot)
    facts = {"title": file.title, "author": file.author, "subject": file.subtitle, "language": file.language}
    return saved(document, created, **{name: _said(value) for name, value in facts.items()})


def _said(words: str) -> str:
    return str(drawable(words))


class _Writer:
    """Appends elements to a document. Tables and figures are numbered as they come."""

    def __init__(self, document: Any, file: WordFile) -> None:
        self._document, self._language, self._pictures = document, file.language, file.pictures
        self._wide = _WIDE if not file.landscape else _TURNED
        self._numbers = {"figure": count(1), "table": count(1)}
        self._makers: Mapping[str, Callable[[Element], None]] = {
            "heading": self._heading,
            "paragraph": lambda one: self._spans(one["spans"], "Normal", one.get("lang", "")),
            "aside": lambda one: self._spans(one["spans"], "Note"),
            "blank": lambda one: self._spans(one["spans"], "To fill in"),
            "bullets": self._bullets,
            "computed": self._voice,
            "judged": self._voice,
            "decision": self._decision,
            "facts": self._facts,
            "plain table": lambda one: self._table(one, ""),
            "table": self._numbered_table,
            "figure": self._figure,
            "emblem": self._emblem,
        }

    def all(self, elements: Sequence[Element]) -> None:
        for one in elements:
            self._makers[one["kind"]](one)

    def _heading(self, one: Element) -> None:
        written = self._document.add_heading(one["text"], level=one["level"])
        if one["lang"]:
            in_language(written.runs[0], one["lang"])

    def _spans(self, spans: Sequence[Mapping[str, str]], style: str, language: str = "") -> Any:
        written = self._document.add_paragraph(style=style)
        _write(written, spans, language)
        return written

    def _bullets(self, one: Element) -> None:
        for item in one["items"]:
            self._spans(item, "List Bullet")

    def _voice(self, one: Element) -> None:
        """Who speaks, then what was said, with a line down the side."""
        style = one["kind"].capitalize()
        label = self._spans([{"t": one["label"]}], style)
        label.runs[0].bold, label.paragraph_format.keep_with_next = True, True
        for paragraph in one["paragraphs"]:
            self._spans(paragraph, style)

    def _decision(self, one: Element) -> None:
        self._spans([{"t": one["proposal"]}], "Judged").runs[0].bold = True
        written = self._document.add_paragraph(style="Judged")
        for part in one["parts"]:
            written.add_run(f"{part['label']}: ").bold = True
            written.add_run(f"{part['text']} ")

    def _facts(self, one: Element) -> None:
        """Names in the first column, what they are in the second."""
        table = self._grid(len(one["rows"]), [Cm(5), _WIDE - Cm(5)], one["title"], "")
        for cells, (name, told) in zip(table.rows, one["rows"], strict=True):
            _cell(cells.cells[0], {"t": name}, "left", bold=True)
            shaded(cells.cells[0], house.PALE)
            _cell(cells.cells[1], {"t": told}, "left")
            whole_row(cells)
        _together(table.rows)
        self._document.add_paragraph(style="Note")

    def _numbered_table(self, one: Element) -> None:
        words = i18n.say("document.table", self._language)
        caption = f"{words} {next(self._numbers['table'])}. {one['title']}"
        self._spans([{"t": caption}], "Caption")
        self._table(one, caption)
        self._spans([{"t": f"{one['note']} {one['id']}".strip()}], "Note")

    def _table(self, one: Element, caption: str) -> None:
        columns = one["columns"]
        table = self._grid(1 + len(one["rows"]), _widths(one, self._wide), caption, one.get("note", ""))
        head, *below = table.rows
        header_row(head)
        for cell, column in zip(head.cells, columns, strict=True):
            _cell(cell, {"t": column["h"]}, column["align"], bold=True)
            shaded(cell, house.PALE)
        for row, cells in zip(below, one["rows"], strict=True):
            whole_row(row)
            if len(cells) < len(columns):
                _cell(row.cells[0].merge(row.cells[-1]), cells[0], "left", bold=True)
                continue
            for place, cell, column in zip(row.cells, cells, columns, strict=True):
                _cell(place, cell, column["align"])
        _together(table.rows if one["whole"] else table.rows[:2])

    def _grid(self, rows: int, widths: Sequence[int], title: str, told: str) -> Any:
        table = self._document.add_table(rows, len(widths))
        table.autofit = False
        ruled(table)
        described(table, title, told)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width
        return table

    def _figure(self, one: Element) -> None:
        words = i18n.say("document.figure", self._language)
        self._spans([{"t": f"{words} {next(self._numbers['figure'])}. {one['title']}"}], "Caption")
        picture = self._document.add_picture(io.BytesIO(self._pictures[one["file"]]), width=_WIDE)
        alternative(picture, one["alt"])
        self._spans([{"t": f"{one['base']} {one['id']}".strip()}], "Note")

    def _emblem(self, one: Element) -> None:
        picture = self._document.add_picture(io.BytesIO(self._pictures[one["file"]]), width=Cm(2.6))
        alternative(picture, one["alt"])
        self._spans([{"t": one["text"]}], "Note")


def _together(rows: Sequence[Any]) -> None:
    """Rows that stand on one page: each keeps with the next."""
    for row in rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _widths(one: Element, wide: int) -> list[int]:
    """A width for each column: what its longest cell takes, at most ``_LONG`` letters where words can be
    broken. What is too much for a line of text is taken from the widest."""
    rows = [[column["h"] for column in one["columns"]], *([cell["t"] for cell in row] for row in one["rows"])]
    full = [row for row in rows if len(row) == len(one["columns"])]
    letters = [_letters(cells) for cells in zip(*full, strict=True)]
    widths = [int(_PADDING + _LETTER * n) for n in letters]
    while sum(widths) > wide:
        widths[widths.index(max(widths))] -= int(_LETTER)
    return widths


def _letters(cells: Sequence[str]) -> int:
    """How many letters a column needs: its longest word at least; its header can be broken between words."""
    word = max(len(word) for cell in cells for word in re.split(r"\s", cell))
    return max(word, min(max(map(len, cells[1:]), default=0), _LONG))


def _write(paragraph: Any, spans: Sequence[Mapping[str, str]], language: str = "") -> None:
    for one in spans:
        run = paragraph.add_run(one["t"])
        other = one.get("lang") or language
        if other:
            in_language(run, other)


def _cell(cell: Any, told: Mapping[str, str], side: str, *, bold: bool = False) -> None:
    """A table cell's words, with the shape that stands beside a colour's name."""
    written = cell.paragraphs[0]
    written.alignment, written.paragraph_format.space_after = _SIDES[side], Pt(0)
    shape = SHAPES.get(told.get("mark", ""), "")
    _write(written, [{**told, "t": f"{shape} {told['t']}" if shape else told["t"]}])
    if told.get("fill"):
        shaded(cell, WAITING)
    for run in written.runs:
        run.font.size, run.bold = _SMALL, bold or None
