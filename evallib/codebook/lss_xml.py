"""A LimeSurvey file as rows of text by section: plain XML of its one shape, or a sentence saying why not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn
from xml.parsers import expat

from evallib.codebook.web_page import refuse_page
from evallib.errors import InputError, Text, text

Row = dict[str, str]

MAX_BYTES = 32_000_000  # a survey of 300 questions in five languages has three
_MAX_CELLS = 1_000_000
_MAX_CELL = 4_000_000  # letters; pictures may stand inside a text
_ROW, _CELL = 4, 5  # depth: document, section, rows, row, cell
_DEEPEST = 40  # settings of themes lie deeper
_PIECE = 65_536
_LONGEST_TAG = 1_000_000
_MOST_NAMES = 50_000  # of tags and attributes; each is kept by the parser
AGAIN = text("Export the structure again and do not edit it by hand")


def sections_in(data: bytes, name: str) -> dict[str, list[Row]]:
    """Rows by section of a survey structure, cells without content as ""; a section without rows is left out.

    Raises InputError for what is no such structure, carries entities, or is beyond all measure.
    """
    refuse_page(data, name)
    if len(data) > MAX_BYTES:
        raise InputError(
            text("{file} is too large", file=name),
            expected=text("at most {limit} megabytes", limit=MAX_BYTES // 1_000_000),
            found=text("{size} megabytes", size=-(-len(data) // 1_000_000)),
        )
    reader = _Reader(name)
    try:
        reader.read(data)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise _no_structure(name, str(fault)) from None
    if reader.root != "document" or reader.kind != "Survey":
        raise _no_structure(name, reader.kind or reader.root)
    return reader.sections


def _no_structure(name: str, found: Text | str) -> InputError:
    return InputError(
        text("{file} is not a LimeSurvey survey structure", file=name),
        expected=text("the file that LimeSurvey saves as «Survey structure (.lss)»"),
        found=found,
        repair=AGAIN,
    )


class _Reader:
    """Takes the parser's events; keeps nothing but rows."""

    def __init__(self, name: str) -> None:
        self.name, self.root, self.kind = name, "", ""
        self.sections: dict[str, list[Row]] = {}
        self.depth = self.cells = self.length = 0
        self.section = ""
        self.row: Row = {}
        self.parts: list[str] = []

    def read(self, data: bytes) -> None:
        parser = plain_parser(self.name)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        feed(parser, (data[place : place + _PIECE] for place in range(0, len(data), _PIECE)))

    def start(self, tag: str, _: object) -> None:
        self.depth += 1
        self.parts, self.length = [], 0
        self.cells += 1
        if self.cells > _MAX_CELLS:
            self.refuse(text("more than {n} cells", n=_MAX_CELLS))
        if self.depth == _ROW:
            self.row = {}
        elif self.depth == 2:
            self.section = tag
        elif self.depth == 1:
            self.root = tag
        elif self.depth > _DEEPEST:
            self.refuse(text("{tag} inside {row}", tag=tag[:40], row=self.place()))

    def end(self, tag: str) -> None:
        if self.depth == _CELL:
            self.row[tag] = "".join(self.parts)
        elif self.depth == _ROW and tag == "row":
            self.sections.setdefault(self.section, []).append(self.row)
        elif self.depth == 2 and tag == "LimeSurveyDocType":
            self.kind = "".join(self.parts).strip()[:40]
        self.parts, self.length = [], 0
        self.depth -= 1

    def characters(self, written: str) -> None:
        self.length += len(written)
        if self.length > _MAX_CELL:
            self.refuse(text("a text of more than {n} letters in {row}", n=_MAX_CELL, row=self.place()))
        self.parts.append(written)

    def place(self) -> Text:
        number = len(self.sections.get(self.section, ())) + 1
        return text("{section}, row {row}", section=self.section[:40], row=number)

    def refuse(self, found: Text) -> NoReturn:
        raise _no_structure(self.name, found)


def plain_parser(name: str) -> expat.XMLParserType:
    """A parser that refuses a document type, and with it every entity that one could declare.

    Its handlers are the caller's to set. It raises InputError for the document type, expat.ExpatError for
    what is no XML.
    """

    def refuse(*_: object) -> NoReturn:
        raise InputError(
            text("{file} carries a document type or XML entities", file=name),
            expected=text("plain XML as LimeSurvey writes it"),
            repair=text("Do not use this file; export the structure again from the server"),
        )

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, pieces: Iterable[bytes]) -> None:
    """Parse the pieces one after the other; ValueError for tags or names that only fill the memory."""
    fed = 0
    for piece in pieces:
        parser.Parse(piece, False)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _LONGEST_TAG + _PIECE:
            raise ValueError(f"a tag of more than {_LONGEST_TAG} bytes")
        if len(parser.intern) > _MOST_NAMES:
            raise ValueError(f"more than {_MOST_NAMES} names of tags")
    parser.Parse(b"", True)
