"""Answers and invited people inside a LimeSurvey archive (``.lsa``): the rows of the server's own tables.

An answer is written there under the server's numbers and as the database keeps it; here it gets the name
and the form of the code/short export. What an archive tells and an export does not: an answer that is
missing because the question was never shown is not stored at all, one that was left empty is stored empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

from evallib.codebook.lsa import PARTICIPANTS, RESPONSES, STRUCTURE, has_part, open_part
from evallib.codebook.lss_xml import MAX_BYTES, feed, plain_parser, sections_in
from evallib.codebook.model import Questionnaire
from evallib.errors import InputError, ServerError, Text, text
from evallib.sources.limesurvey_export import LONGEST, Cells, Export
from evallib.sources.limesurvey_fields import field_names

_PIECE = 65_536
_BATCH = 2000
_MOST_FIELDS = 20_000
_DECIMAL = re.compile(r"(-?[0-9]+)(?:\.([0-9]*?)0+)?")
_AGAIN = text("Export the archive again from LimeSurvey: «Survey archive (.lsa)»")
_FIELDS, _ROWS = ("document", "responses", "fields"), ("document", "responses", "rows")


def read_archive(structure: Questionnaire, data: bytes, name: str) -> Export:
    """The answers of an archive as an export of them; ``structure`` is that of the same archive.

    Columns that no question of the structure explains keep the server's own name. Raises InputError.
    """
    fields, cells, unstored = _read(data, name, RESPONSES, "Responses", "responses")
    known = _codes(structure, data, name)
    header = tuple(known.get(field, field) for field in fields)
    numbers = {one.name for one in structure.columns() if _kept_as_decimal(structure, one.item)}
    for column, written in zip(header, cells.columns, strict=True):
        if column in numbers:
            written[:] = map(_number, written)
    by_code = dict(zip(header, map(bytes, unstored), strict=True))
    return Export(header, cells.with_line_feeds(), "archive (.lsr)", unstored=by_code)


def read_archive_people(data: bytes, name: str) -> list[tuple[str, ...]] | None:
    """Header and rows of the participants' table; None when the archive has none."""
    if not has_part(data, name, PARTICIPANTS):
        return None
    fields, cells, _ = _read(data, name, PARTICIPANTS, "Tokens", "tokens")
    return [fields, *zip(*cells.columns, strict=True)] if fields else None


def _codes(structure: Questionnaire, data: bytes, name: str) -> dict[str, str]:
    """The server's name of a column → its code."""
    with open_part(data, name, STRUCTURE) as part:
        sections = sections_in(part.read(MAX_BYTES + 1), name)
    wanted = [*(column.name for column in structure.columns()), *structure.not_read]
    questions = [*sections.get("questions", ()), *sections.get("subquestions", ())]
    try:
        named = field_names(questions, int(structure.id or 0), wanted)
    except (ServerError, ValueError) as fault:
        raise _no_archive(name, str(fault)[:100]) from None
    return {field: column for column, field in named.items()}


def _kept_as_decimal(structure: Questionnaire, code: str) -> bool:
    item = structure.item(code)
    return item is not None and item.native in ("N", "K")


def _number(cell: str) -> str:
    """A decimal as exports write it: 1.5000000000 → 1.5, 5.0000000000 → 5."""
    found = _DECIMAL.fullmatch(cell)
    if found is None:
        return cell
    return f"{found[1]}.{found[2]}" if found[2] else found[1]


def _read(
    data: bytes, name: str, ending: str, kind: str, section: str
) -> tuple[tuple[str, ...], Cells, list[bytearray]]:
    """Fields, cells by column, and by column a byte an answer: 1 = nothing was stored."""
    with open_part(data, name, ending) as part:
        reader = _Reader(name, kind, section)
        parser = plain_parser(name)
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.characters
        try:
            feed(parser, iter(lambda: part.read(_PIECE), b""))
        except (expat.ExpatError, ValueError, LookupError) as fault:
            raise _no_archive(name, str(fault)) from None
    reader.finish()
    return reader.fields, reader.cells, reader.unstored


class _Reader:
    """Takes the parser's events; of a row it keeps cells in the order of the fields."""

    def __init__(self, name: str, kind: str, section: str) -> None:
        self.name, self.kind, self.section = name, kind, section
        self.path: list[str] = []
        self.parts: list[str] = []
        self.length = 0
        self.found = ""
        self.named: list[str] = []
        self.fields: tuple[str, ...] = ()
        self.place: Mapping[str, int] = {}
        self.cells = Cells(0, name)
        self.unstored: list[bytearray] = []
        self.row: dict[int, str] = {}
        self.batch: list[list[str]] = []

    def start(self, tag: str, _: object) -> None:
        self.path.append(tag)
        self.parts, self.length = [], 0
        if len(self.path) == 4 and self.path[2] == "rows":
            self.row = {}
        if len(self.path) > 5:
            self.refuse(text("{tag} inside {row}", tag=tag[:40], row=self.row_name()))

    def end(self, tag: str) -> None:
        depth, written = len(self.path), "".join(self.parts)
        if depth == 2 and tag == "LimeSurveyDocType":
            self.found = written.strip()[:40]
        elif depth >= 3 and self.path[1] == self.section:
            self.end_inside(tag, depth, written)
        self.path.pop()
        self.parts, self.length = [], 0

    def end_inside(self, tag: str, depth: int, written: str) -> None:
        under = self.path[2]
        if under == "fields" and depth == 4:
            if len(self.named) >= _MOST_FIELDS:
                self.refuse(text("more than {n} cells", n=_MOST_FIELDS))
            self.named.append(written)
        elif under == "fields" and depth == 3:
            self.begin_rows()
        elif under == "rows" and depth == 5:
            if tag not in self.place:
                self.refuse(text("{tag} inside {row}", tag=tag[:40], row=self.row_name()))
            self.row[self.place[tag]] = written
        elif under == "rows" and depth == 4:
            self.end_row()

    def begin_rows(self) -> None:
        self.fields = tuple(self.named)
        self.place = {_tag(field): place for place, field in enumerate(self.fields)}
        if len(self.place) < len(self.fields):
            self.refuse(text("two columns of one name"))
        self.cells = Cells(len(self.fields), self.name)
        self.unstored = [bytearray() for _ in self.fields]

    def end_row(self) -> None:
        self.batch.append([self.row.get(place, "") for place in range(len(self.fields))])
        for place, missing in enumerate(self.unstored):
            missing.append(place not in self.row)
        if len(self.batch) == _BATCH:
            self.finish()

    def finish(self) -> None:
        if self.found != self.kind:
            self.refuse(self.found or text("nothing"))
        self.cells.add(self.batch)
        self.batch = []

    def characters(self, written: str) -> None:
        self.length += len(written)
        if self.length > LONGEST:
            self.refuse(text("a text of more than {n} letters in {row}", n=LONGEST, row=self.row_name()))
        self.parts.append(written)

    def row_name(self) -> Text:
        return text("{section}, row {row}", section=self.section, row=self.cells.n + len(self.batch) + 1)

    def refuse(self, found: Text | str) -> NoReturn:
        raise _no_archive(self.name, found)


def _tag(field: str) -> str:
    """How the server calls the element of a field: none begins with a digit, none has a #."""
    return ("_" if field[:1].isdigit() else "") + field.replace("#", "-")


def _no_archive(name: str, found: Text | str) -> InputError:
    return InputError(
        text("{file} is not a LimeSurvey archive with answers", file=name), found=found, repair=_AGAIN
    )
