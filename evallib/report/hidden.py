"""Whether what is hidden in the results is hidden wherever it could stand: in tables of every language, the
workbook, pages for a screen, files of figures, the results file.

Cells are read back from the finished files; what one may say follows from its results alone, by no code that
worded it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from evallib.display import TableData
from evallib.report.printed import tables_in
from evallib.report.prose import bare, told_by
from evallib.report.workbook import HEADER_ROW, sheet_name
from evallib.results import Released, ReleasedCell

Known = Callable[[str], ReleasedCell | None]  # a result by its id, None where there is none


@dataclass(frozen=True)
class Place:
    """A cell of a file. where: table and row; ids: the results that it is to tell; plain: a number of a
    spreadsheet, written as Python does."""

    where: str
    words: str
    ids: tuple[str, ...]
    plain: bool = False


@dataclass(frozen=True)
class Table:
    """A table as it was handed to the typesetter: its rows with the header, cells as (words, ids)."""

    id: str
    rows: tuple[tuple[tuple[str, str], ...], ...]

    def places(self) -> Iterator[Place]:
        """Its cells that tell results."""
        for row in self.rows:
            yield from (
                Place(f"{self.id} {row[0][0]}", words, tuple(ids.split())) for words, ids in row if ids
            )


def told_though_hidden(places: Iterator[Place], known: Known, language: str) -> list[str]:
    """The places that tell a number of a result that is hidden, as ``where: words``.

    A cell that tells several results may have the numbers of those that are shown.
    """
    found = []
    for one in places:
        cells = [cell for cell in map(known, one.ids) if cell is not None]
        shown = [cell for cell in cells if cell.mask is None]
        if len(shown) < len(cells) and not told_by(one.words, "en" if one.plain else language, shown):
            found.append(f"{one.where}: {one.words}")
    return found


def tables_of(value: Any) -> Iterator[Table]:
    """The tables of a document's description, in reading order; one in two parts is two."""
    if isinstance(value, Mapping) and "rows" in value and "columns" in value:
        header = tuple((one["h"], "") for one in value["columns"])
        rows = tuple(tuple((cell["t"], cell.get("id", "")) for cell in row) for row in value["rows"])
        middle = value.get("middle", 0)
        for part in (rows[:middle], rows[middle:]) if middle else (rows,):
            yield Table(value.get("id", ""), (header, *part))
    elif isinstance(value, Mapping | list):
        for inside in value.values() if isinstance(value, Mapping) else value:
            yield from tables_of(inside)


def not_printed(tables: Sequence[Table], pages: bytes) -> list[str]:
    """The tables that the pages do not hold cell by cell, in this order."""
    printed = [[[bare(cell) for cell in row] for row in rows] for rows in tables_in(pages)]
    missing, position = [], 0
    for table in tables:
        wanted = [[bare(words) for words, _ in row] for row in table.rows]
        if wanted in printed[position:]:
            position = printed.index(wanted, position) + 1
        else:
            missing.append(table.id or table.rows[0][0][0])
    return missing


def in_sheets(tables: Sequence[TableData], workbook: bytes) -> Iterator[Place]:
    """The cells of the finished workbook, each with the results of the cell that was written there."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(workbook), read_only=True)
    for table in tables:
        sheet = [
            [*row] for row in book[sheet_name(table)].iter_rows(min_row=HEADER_ROW + 2, values_only=True)
        ]
        for at, row in enumerate(table.rows):
            for column, cell in enumerate(row):
                if cell.ids:
                    said = sheet[at][column] if column < len(sheet[at]) else None
                    words = "" if said is None else str(said)
                    yield Place(f"{table.id} {row[0].text}", words, cell.ids, not isinstance(said, str))
    book.close()


def in_rows(table: TableData, rows: Sequence[Sequence[str]]) -> Iterator[Place]:
    """The cells of a file of rows (CSV without its header) that was made of a table."""
    for row, said in zip(table.rows, rows, strict=True):
        for cell, words in zip(row, said, strict=True):
            if cell.ids:
                yield Place(f"{table.id} {row[0].text}", words, cell.ids)


def in_page(page: bytes) -> Iterator[Place]:
    """What a page for a screen says in each element that names its results."""
    reader = _Reader()
    reader.feed(page.decode())
    yield from reader.places


class _Reader(HTMLParser):
    """Collects the words of elements with ``data-result``."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Place] = []
        self._open: tuple[str, str] | None = None
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("data-result")
        if named:
            self._open, self._said = (tag, named), ""

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[0] == tag:
            self.places.append(Place(self._open[1], self._said, tuple(self._open[1].split())))
            self._open = None


def numbers_left(told: Released, release: Released) -> list[str]:
    """The results, by their ids, that a results file tells with a number and that the release hides."""
    away = {name for name, cell in release.cells.items() if cell.mask is not None}
    numbers = {name: (one.value, one.count, one.base, one.interval) for name, one in told.cells.items()}
    found = [
        str(name) for name, them in numbers.items() if name in away and any(one is not None for one in them)
    ]
    hidden = {str(name) for name in away}
    judged = told.assessments.values()
    return [*found, *(one.cell for one in judged if one.cell in hidden and one.measured is not None)]
