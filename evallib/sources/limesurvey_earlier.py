"""What an earlier pull brought, taken up again as far as it may still be true.

Where the survey keeps date stamps, every answer is kept whose number, submission and stamp are what the
server has now; the pages of others are read anew. Where it keeps none, an answer that was submitted is
kept, and everything from the first other one on is read anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from evallib.sources.limesurvey_lines import EMPTY, NotWhole, PageFolder, Row, heading, lines_in
from evallib.sources.limesurvey_pages import Wanted, read_page
from evallib.sources.limesurvey_rpc import Remote

STAMP = "datestamp"
_KEYS = ("id", "submitdate", STAMP)


def seed_pages(folder: PageFolder, earlier: Path, wanted: Wanted, *, stamped: bool) -> int:
    """Fill the folder from an earlier file of ours; how many answers were taken.

    stamped: also answers that were not submitted then, since their stamps tell whether they changed. Nothing
    is taken from a file with other columns, or that breaks off.
    """
    taken = 0
    page: list[Row] = []
    try:
        with earlier.open(encoding="utf-8-sig", newline="") as file:
            for row in _believed(file, wanted, stamped):
                if page and row.id >= page[0].id + wanted.page:
                    folder.write(page[0].id, page)
                    page = []
                page.append(row)
                taken += 1
    except (NotWhole, UnicodeDecodeError, OSError):
        folder.drop_from(0)
        return 0
    if page:
        folder.write(page[0].id, page)
    return taken


def _believed(file: TextIO, wanted: Wanted, stamped: bool) -> Iterator[Row]:
    """The rows from the first on that may be taken, in the columns that are wanted now."""
    lines = lines_in(file)
    columns = next(lines, [])
    places = {name: columns.index(cell) for name in wanted.fields if (cell := _cell(name)) in columns}
    others = len(places) != len(columns) or list(places)[:2] != list(wanted.fields)[:2]
    if others or (stamped and STAMP not in places):
        return
    for cells in lines:
        if len(cells) != len(columns):
            return
        row = _row(tuple(cells[places[name]] if name in places else "" for name in wanted.fields))
        if row is None or not (stamped or row.complete):
            return
        yield row


def _cell(name: str) -> str:
    return heading([name]).removesuffix("\r\n")


def _row(cells: tuple[str, ...]) -> Row | None:
    number = cells[0].strip('"')
    return Row(int(number), cells) if number.isdecimal() and len(number) < 16 else None


def refresh(remote: Remote, wanted: Wanted, folder: PageFolder) -> int:
    """Read anew each page of the folder in which an answer was edited or deleted since; how many.

    Only numbers, submissions and stamps are asked for of the others.
    """
    keys = [list(wanted.fields).index(name) for name in _KEYS]
    narrow = Wanted(
        wanted.survey, wanted.language, {name: wanted.fields[name] for name in _KEYS}, wanted.page
    )
    anew = 0
    for first in folder.firsts():
        kept = [_plain(row, keys) for row in folder.rows(first, len(wanted.fields))]
        now = [_plain(row, range(len(_KEYS))) for row in read_page(remote, narrow, first)]
        if kept != now:
            folder.write(first, read_page(remote, wanted, first))
            anew += 1
    return anew


def _plain(row: Row, places: range | list[int]) -> list[str]:
    return ["" if row.cells[place] in EMPTY else row.cells[place] for place in places]
