"""The lines of an export as they come and lie: pages in files, rows told apart with their quotes kept.

Since some version after 6.4 (seen in 6.10) an empty cell without quotes stands for "nothing was stored" and
"" for an empty answer, so no line is ever written anew: what was sent is what lies in the file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from evallib.errors import text

_CELL = re.compile(r'("[^"]*(?:""[^"]*)*"|)(;|\r\n)')
_ID = re.compile(r'"[0-9]{1,15}"')
_PIECE = 2**18
_LONGEST = 2**25  # characters of a line: LimeSurvey's answers may have 65,535 bytes each
EMPTY = ("", '""')


class NotWhole(ValueError):
    """Lines that the server can't have written like this."""


@dataclass(frozen=True)
class Row:
    """An answer as it was sent: its number, its cells in their quotes."""

    id: int
    cells: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return self.cells[1] not in EMPTY

    @property
    def line(self) -> str:
        return ";".join(self.cells) + "\r\n"


class PageFolder:
    """Pages that have arrived, one file each, named by their first id. They hold personal data."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def firsts(self) -> list[int]:
        return sorted(int(one.stem) for one in self.path.glob("*.csv"))

    def read(self, first: int) -> str:
        return self._file(first).read_bytes().decode("utf-8")

    def rows(self, first: int, columns: int) -> list[Row]:
        return list(split(self.read(first), columns))

    def write(self, first: int, rows: Iterable[Row]) -> None:
        """A page in place of the one that lay there; without rows, none."""
        written = "".join(row.line for row in rows).encode()
        if not written:
            self._file(first).unlink(missing_ok=True)
            return
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._file(first).with_suffix(".part")
        write_synced(part, written)
        part.replace(self._file(first))

    def drop_from(self, first: int) -> None:
        """Forget the pages that begin at this id or later."""
        for one in self.firsts():
            if one >= first:
                self._file(one).unlink()

    def _file(self, first: int) -> Path:
        return self.path / f"{first:015d}.csv"


def heading(columns: Iterable[str]) -> str:
    """The first line of an export of these columns, as the server writes it."""
    return ";".join('"' + name.replace('"', '""') + '"' for name in columns) + "\r\n"


def cells_in(lines: str) -> Iterator[list[str]]:
    """Cells of each line in their quotes, "" for what is not stored; NotWhole where a line breaks off."""
    place = 0
    for cells, end in _whole_lines(lines):
        place = end
        yield cells
    if place != len(lines):
        raise NotWhole(text("a line that breaks off"))


def _whole_lines(lines: str) -> Iterator[tuple[list[str], int]]:
    """Cells of each whole line, and where it ends."""
    place, cells = 0, list[str]()
    for found in _CELL.finditer(lines):
        if found.start() != place:
            return
        place = found.end()
        cells.append(found[1])
        if found[2] != ";":
            yield cells, place
            cells = []


def lines_in(file: TextIO) -> Iterator[list[str]]:
    """Cells of each line of an export, a piece at a time; NotWhole where a line breaks off."""
    rest = ""
    while piece := file.read(_PIECE):
        rest += piece
        done = 0
        for cells, done in _whole_lines(rest):  # noqa: B007
            yield cells
        rest = rest[done:]
        if len(rest) > _LONGEST:
            break
    if rest:
        raise NotWhole(text("a line that breaks off"))


def split(lines: str, columns: int) -> Iterator[Row]:
    """The answers in lines without heading; id and submitdate are their first cells."""
    for cells in cells_in(lines):
        if len(cells) != columns or not _ID.fullmatch(cells[0]):
            raise NotWhole(text("{cells} cells instead of {n}", cells=len(cells), n=columns))
        yield Row(int(cells[0][1:-1]), tuple(cells))


def stored_columns(folder: PageFolder, columns: Sequence[str], optional: Iterable[str]) -> list[str]:
    """The columns without those of ``optional`` in which nothing at all is stored.

    A survey that keeps no date stamps or tokens is sent with empty cells in their place.
    """
    places = {columns.index(name) for name in optional if name in columns}
    for first in folder.firsts():
        for row in folder.rows(first, len(columns)) if places else ():
            places -= {place for place in places if row.cells[place]}
    return [name for place, name in enumerate(columns) if place not in places]


def write_answers(target: Path, columns: Sequence[str], kept: Sequence[str], folder: PageFolder) -> None:
    """The export in one piece, from its pages; never more than one page in memory.

    columns: those of the pages; kept: those of them that are written.
    """
    places = [columns.index(name) for name in kept]
    target.touch(0o600)
    with target.open("wb") as file:
        file.write(b"\xef\xbb\xbf" + heading(kept).encode())
        for first in folder.firsts():
            page = folder.read(first)
            if len(kept) < len(columns):
                rows = split(page, len(columns))
                page = "".join(";".join(row.cells[place] for place in places) + "\r\n" for row in rows)
            file.write(page.encode())
        file.write(b"\r\n")
        file.flush()
        os.fsync(file.fileno())


def write_synced(path: Path, data: bytes) -> None:
    """Bytes that lie on the disk before the file gets its name: else a power cut could leave it empty."""
    path.touch(0o600)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
