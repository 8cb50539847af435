"""What rows of the logs say of other rows and of the project's time: slips that no single row shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from evallib.codes import rules
from evallib.records import Remark, SourceTable
from evallib.sources.log_period import BEGINS

_OLDER = ("register",)  # may hold what began before the project


def with_strange_projects(tables: Sequence[SourceTable]) -> Iterator[SourceTable]:
    """The logs, each with a remark on the projects that it names and the register does not have.

    A slip of the finger would count as one more project, of an owner of its own. Without a register there is
    nothing to compare with.
    """
    known = {one for table in tables if table.kind == "register" for one in table.rows["project_id"]}
    for table in tables:
        if known and "projects" in table.rows:
            named = {one for cell in table.rows["projects"] for one in cell.split("+") if one}
            table = _remarked(table, "unknown_project", sorted(named - known))
        yield table


def with_dropped_without_reason(table: SourceTable) -> SourceTable:
    """The log of inherited outputs with a remark on those that were dropped and nobody said why."""
    if table.kind != "heritage":
        return table
    rows = table.rows
    silent = (rows["fate"] == "dropped") & (rows["reason"].str.strip() == "")
    return _remarked(table, "no_reason", rows["output_id"][silent])


def with_rows_out_of_time(
    table: SourceTable, span: tuple[date, date], periods: Collection[str]
) -> SourceTable:
    """A log with a remark on rows that began before the project or after it, which no report counts.

    span: the project's first and last day; periods: ids that accounts may have.
    """
    column = BEGINS.get(table.kind, "")
    if not column or table.kind in _OLDER:
        return table
    first, last = (day.isoformat() for day in span)

    def out(began: str) -> bool:
        if table.kind == "accounts":
            return began not in periods
        day = began[:10]
        return bool(day) and not first[: len(day)] <= day <= last[: len(day)]

    key = next(rule.column for rule in rules(table.kind) if rule.key)
    pairs = zip(table.rows[key], table.rows[column], strict=True)
    return _remarked(table, "out_of_time", [name for name, began in pairs if out(began)])


def _remarked(table: SourceTable, code: str, names: Iterable[str]) -> SourceTable:
    found = list(names)
    if not found:
        return table
    return replace(table, remarks=(*table.remarks, Remark(code, len(found), " ".join(found))))
