"""The organisations a wave asks about, from ``surveys/rosters/<period>.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from evallib.codebook.codes import refuse_parts
from evallib.codebook.model import Questionnaire, SubItem
from evallib.codes import LANGUAGES
from evallib.errors import DeclarationError, text

ROSTER_COLUMNS = ("organisation", "name", "sector", "region", "one_person")


def load_roster(path: Path) -> tuple[SubItem, ...]:
    """The organisations of a wave, in the order of the file; the name is the same in every language.

    Columns ``organisation;name;sector;region;one_person``. Raises DeclarationError with file and line.
    """
    shown = f"surveys/rosters/{path.name}"
    rows = _rows(path, shown)
    header = tuple(cell.strip() for cell in next(iter(rows), []))
    if header != ROSTER_COLUMNS:
        raise DeclarationError(
            text("{file} is not a roster", file=shown),
            where=f"{shown}:1",
            expected=text("the columns {columns}", columns=";".join(ROSTER_COLUMNS)),
            found=";".join(header),
        )
    return tuple(_organisations(rows[1:], shown))


def _rows(path: Path, shown: str) -> list[list[str]]:
    """Cells of the file; a byte that is no UTF-8 means the Windows encoding, as spreadsheets save it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DeclarationError(
            text("The file {file} is missing", file=shown),
            where=shown,
            repair=text("Write the wave's organisations there"),
        ) from None
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        written = data.decode("cp1252", errors="replace")
    first = written.partition("\n")[0]
    return list(csv.reader(io.StringIO(written), delimiter=";" if ";" in first else ","))


def _organisations(rows: Iterable[Sequence[str]], shown: str) -> Iterable[SubItem]:
    seen: list[str] = []
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = [cell.strip() for cell in row]
        if len(cells) != len(ROSTER_COLUMNS) or not cells[0] or not cells[1] or not cells[1].isprintable():
            raise DeclarationError(
                text("A row of the roster is not whole"),
                where=f"{shown}:{line}",
                expected=text("{n} cells with a code and a name", n=len(ROSTER_COLUMNS)),
                found=";".join(cells),
            )
        seen.append(cells[0])
        refuse_parts(seen, f"{shown}:{line}")
        yield SubItem(cells[0], dict.fromkeys(LANGUAGES, cells[1]), cells[0])


def with_roster(questionnaire: Questionnaire, roster: Sequence[SubItem]) -> Questionnaire:
    """The questionnaire with the wave's organisations as subitems of its roster questions."""
    subitems = tuple(roster)
    items = (replace(item, subitems=subitems) if item.roster else item for item in questionnaire.items)
    return replace(questionnaire, items=tuple(items))
