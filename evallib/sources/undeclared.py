"""The columns of a received list that nobody declared, found by their headers alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from evallib.codebook.columns import LeftOut
from evallib.records import SourceTable, Undeclared
from evallib.sources import teams, zoom
from evallib.sources.decode import Sheet
from evallib.sources.listing import Recognised
from evallib.sources.mapping import columns_of_reader, is_one_of, patterns
from evallib.sources.stays import folded

_CELLS = 500  # of a column, to guess at what it holds


def undeclared(sheet: Sheet, found: Recognised) -> tuple[Undeclared, ...]:
    """Columns of a list that neither its system nor the mapping knows."""
    if fit := found.fit:
        known = patterns(fit.mapping.left_out)
        return tuple(_of(sheet, fit.header, known, frozenset(fit.places.values()), unnamed=True))
    known = columns_of_reader(found.system)
    if found.system == "teams":
        places = frozenset(teams.structure(sheet)) if found.variant == "H" else frozenset()
        return tuple(_of(sheet, teams.header_row(sheet), known, places))
    return tuple(one for top in zoom.header_rows(sheet, found.variant) for one in _of(sheet, top, known))


def _of(
    sheet: Sheet,
    top: int,
    known: tuple[str, ...],
    read: frozenset[int] = frozenset(),
    *,
    unnamed: bool = False,
) -> Iterator[Undeclared]:
    """Columns that are neither read nor known; unnamed: those without a name, too, where cells are filled."""
    header = sheet.rows[top]
    for at, cell in enumerate(header):
        if at in read or is_one_of(folded(cell), known):
            continue
        cells = _cells(sheet.rows[top + 1 :], at)
        if cell or (unnamed and cells):
            yield Undeclared(sheet.name, cell, at + 1, cells)


def columns_beside(sheet: Sheet, system: str) -> tuple[Undeclared, ...]:
    """Columns, under the first row that is filled, that an export of this system does not have."""
    top = next((number for number, row in enumerate(sheet.rows) if any(row)), 0)
    return tuple(_of(sheet, top, columns_of_reader(system)) if sheet.rows else ())


def fields_beside(file: str, months: Iterable[object]) -> tuple[Undeclared, ...]:
    """Fields of Matomo's reports by month that it does not have: each month one record or a list of them."""
    known, found = columns_of_reader("matomo"), dict[str, list[str]]()
    for month in months:
        for record in month if isinstance(month, list) else [month]:
            for name, cell in record.items() if isinstance(record, dict) else ():
                if not is_one_of(folded(name), known):
                    found.setdefault(name, []).append(str(cell))
    return tuple(
        Undeclared(file, name, place, tuple(cells[:_CELLS]))
        for place, (name, cells) in enumerate(found.items(), 1)
    )


def _cells(rows: Sequence[Sequence[str]], at: int) -> tuple[str, ...]:
    filled: Iterable[str] = (row[at] for row in rows if at < len(row) and row[at])
    return tuple(islice(filled, _CELLS))


def without_declared(table: SourceTable, left_out: LeftOut) -> SourceTable:
    """The table without the columns that the project has declared as left out."""
    own = {"participations": left_out.lists, "analytics": left_out.statistics}
    known = patterns(own.get(table.kind, left_out.participants))
    kept = tuple(one for one in table.undeclared if not is_one_of(folded(one.column), known))
    return replace(table, undeclared=kept) if table.undeclared else table
