"""Logs as they stood on a period's last day: one file serves all periods, each freeze holds its part.

A row belongs to a period when it began by the period's last day: by the date in its column of
:data:`BEGINS`, its year, or its period. A row without one may have begun at any time and belongs to every
period. What a row reached only later is taken back: a state changed this year changes no earlier year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from evallib.codes import LOGS, rules
from evallib.records import PeriodSpan, SourceTable
from evallib.sources.logs import checked_rows

BEGINS = dict.fromkeys(LOGS, "date") | {
    "events": "start", "register": "start", "agreements": "year", "accounts": "period", "heritage": "",
}  # fmt: skip
# Log → the column that says since when, and what the row said before.
REACHED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "decisions": ("state_date", {"state": "open"}),
    "agreements": ("done", {"status": "open"}),
    "heritage": ("decided", {"fate": "undecided", "reason": ""}),
    "register": ("result_card", {}),
}


def stood(kind: str, rows: Iterable[Mapping[str, str]], day: date, later: Collection[str]) -> list[list[str]]:
    """A log's rows as they stood on ``day``, cells in the order of the contract.

    later: ids of the periods that end after it.
    """
    since, before = REACHED.get(kind, ("", {}))
    kept = []
    for row in rows:
        began = row.get(BEGINS[kind], "")
        if began in later or (kind != "accounts" and began[:10] > day.isoformat()[: len(began)]):
            continue
        reached_later = row.get(since, "") > day.isoformat()
        told = {**row, **before, since: ""} if reached_later else row
        kept.append([told[rule.column] for rule in rules(kind)])
    return kept


def stood_in(kind: str, data: bytes, name: str, day: date, later: Collection[str]) -> list[list[str]]:
    """The same from a log's file."""
    return stood(kind, _rows(kind, data, name), day, later)


def began_within(kind: str, data: bytes, name: str, period: PeriodSpan) -> bool:
    """Whether a log's file has a row that began in the period: by date, year or id of the period."""
    first, last, column = period.start.isoformat(), period.end.isoformat(), BEGINS[kind]
    began = (row[column] for row in _rows(kind, data, name) if column)
    if kind == "accounts":
        return period.id in began
    return any(one and first[: len(one)] <= one[:10] <= last[: len(one)] for one in began)


@lru_cache(maxsize=len(LOGS))
def _rows(kind: str, data: bytes, name: str) -> list[dict[str, str]]:
    """A file's rows, read once for all periods."""
    names = [rule.column for rule in rules(kind)]
    return [dict(zip(names, row, strict=True)) for row in checked_rows(kind, data, name).cells]


def as_stood(table: SourceTable, day: date, later: Collection[str]) -> SourceTable:
    """A table as read, cut to what stood on ``day`` where it is a log; any other as it is."""
    import pandas as pd

    if table.kind not in LOGS:
        return table
    names = list(table.rows.columns)
    rows = (dict(zip(names, row, strict=True)) for row in table.rows.itertuples(index=False))
    return replace(table, rows=pd.DataFrame(stood(table.kind, rows, day, later), columns=names, dtype="str"))
