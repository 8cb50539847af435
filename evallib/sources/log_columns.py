"""The columns of a log: its header as it stands in the file, held against the contract."""

from __future__ import annotations

from collections.abc import Iterator

from evallib.codebook.columns import may_be_shown, suggested_class
from evallib.codes import Rule, rules
from evallib.errors import InputError, nearest, text
from evallib.sources.decode import Sheet, as_wide
from evallib.sources.stays import folded


def filled_rows(sheet: Sheet, wanted: tuple[Rule, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number in the file, cells by column) of every row that is not empty."""
    header, top = _header(sheet, wanted)
    repair = text("The file may be cut, or a text with the delimiter in it lacks its quotes")
    for number, cells in enumerate(sheet.rows[top:], top + 1):
        if any(cells):
            yield number, dict(zip(header, as_wide(cells, header, sheet, number, repair), strict=False))


def log_header(kind: str, sheet: Sheet) -> tuple[list[str], int]:
    """The columns of a log's file in its own order, and the row that they stand in; InputError where they are
    not those of the log."""
    return _header(sheet, rules(kind))


def _header(sheet: Sheet, wanted: tuple[Rule, ...]) -> tuple[list[str], int]:
    top = next((number for number, cells in enumerate(sheet.rows, 1) if any(cells)), 0)
    if not top:
        raise InputError(
            text("{file} is empty", file=sheet.name),
            expected=", ".join(rule.column for rule in wanted),
            repair=text("Restore the file with at least its header"),
        )
    names = {folded(rule.column): rule.column for rule in wanted}
    header = [names.get(cell, cell) for cell in map(folded, sheet.rows[top - 1])]
    while header and not header[-1]:
        header.pop()
    _check_header(header, wanted, sheet, top)
    return header, top


def _check_header(header: list[str], columns: tuple[Rule, ...], sheet: Sheet, top: int) -> None:
    """Only names of columns are told: a row that was taken for the header may hold a person's cells."""
    where, wanted = text("{file}, header", file=sheet.shown), [rule.column for rule in columns]
    seen = ", ".join(one for one in header if one in wanted)
    if not {*header} & {*wanted}:
        raise InputError(
            text("The first row does not hold the names of the columns"),
            where=text("{file}, row {row}", file=sheet.shown, row=top),
            expected=", ".join(wanted),
            found=text("{count} cells", count=len(header)),
            repair=text("Let the first row hold the names of the columns, with nothing above it"),
        )
    for number, column in enumerate(header, 1):
        if not column:
            raise InputError(
                text("Column {column} has no name", column=number),
                where=where,
                expected=", ".join(wanted),
                found=seen,
                repair=text("Give it its name (take merged cells of the header apart), or remove it"),
            )
        if column not in wanted:
            free = [one for one in wanted if one not in header]
            close = nearest(column, free or wanted)
            raise InputError(
                text(
                    "The column {column} is not known",
                    column=repr(column) if may_be_shown(column) else number,
                ),
                where=where,
                expected=", ".join(wanted),
                found=seen,
                repair=text("Did you mean {column}?", column=close)
                if close
                else text(
                    "Remove the column, which looks like: {guess}. Logs hold no persons; "
                    "notes belong elsewhere",
                    guess=_guess(sheet, top, header.index(column)),
                ),
            )
        if header.count(column) > 1:
            raise InputError(text("The column {column} stands twice", column=column), where=where)
    missing = [rule.column for rule in columns if rule.column not in header and not rule.newer]
    if missing:
        raise InputError(
            text("The column {column} is missing", column=missing[0]),
            where=where,
            expected=", ".join(wanted),
            found=seen,
            repair=text("Add the column; its cells may be empty where nothing is known"),
        )


def _guess(sheet: Sheet, top: int, at: int) -> str:
    """The likely class of a column that no log has."""
    cells = [row[at] for row in sheet.rows[top:] if at < len(row)]
    return suggested_class(sheet.rows[top - 1][at], cells).value
