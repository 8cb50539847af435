"""Tables on paper: texts and marks for the template, widths by content, and which tables stay whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from evallib.display import CellText, Column, TableData
from evallib.report.elements import Element

LINE = 108  # characters of table text on a line of the page, usual letters
GAP = 2  # characters that the space between two columns takes
SHORT, SHORT_STATE = 14, 22  # up to these lengths a column is as wide as its content
NARROW, STEP = 10, 2  # a sharing column begins at this width and grows by so much at a time
BRIEF = 24  # texts up to this length stay on one line where half of the room allows
WHOLE = 14  # a table of at most so many printed lines is never cut
HALF = 0.6  # part of the line that a narrow table takes, so that its numbers stand near their labels


def table_element(table: TableData) -> Element:
    """A table for the template; a row of one cell names the group of the rows below it.

    width: 0 = as wide as the content, otherwise a share of what is left.
    """
    groups = [row[0] if table.grouped else CellText("") for row in table.rows]
    if table.grouped:
        table = replace(table, columns=table.columns[1:], rows=tuple(row[1:] for row in table.rows))
    widths = _widths(table)
    rows: list[list[dict[str, str]]] = []
    for group, before, row in zip(groups, [CellText(""), *groups], table.rows, strict=False):
        if group.text != before.text:
            rows.append([{"t": group.text, "mark": "", "lang": group.lang}])
        rows.append([{"t": cell.text, "mark": cell.mark, "lang": cell.lang} for cell in row])
    return {
        "kind": "table",
        "number": number_of(table.id.split("/")[-1]),
        "title": table.title,
        "note": table.note,
        "id": table.id,
        "narrow": _natural(table) <= HALF * LINE,
        "whole": _lines(table, widths) + len(rows) - len(table.rows) <= WHOLE,
        "columns": [
            {"h": column.header, "align": column.align, "width": width}
            for column, width in zip(table.columns, widths, strict=True)
        ],
        "rows": rows,
    }


def number_of(name: str) -> str:
    """``F4.1`` → ``4.1``, ``TA.1`` → ``A.1``: the printed number of a figure or table."""
    return name[1:]


def _widths(table: TableData) -> list[float]:
    """Short columns keep their own width; the others share the rest so that the table is low."""
    longest = [max((len(row[at].text) for row in table.rows), default=0) for at in range(len(table.columns))]
    sharing = [at for at, column in enumerate(table.columns) if longest[at] > _own_width(column)]
    if not sharing:
        return [1.0, *(0.0 for _ in table.columns[1:])]
    kept = [
        max(longest[at], len(column.header)) for at, column in enumerate(table.columns) if at not in sharing
    ]
    room = max(LINE - GAP * len(table.columns) - sum(kept), NARROW * len(sharing))
    shares = _shared(table, sharing, room)
    return [float(shares.get(at, 0)) for at in range(len(table.columns))]


def _natural(table: TableData) -> int:
    """Characters that the table takes when no cell is broken."""
    rows = [[column.header for column in table.columns], *([cell.text for cell in row] for row in table.rows)]
    return sum(max(map(len, cells)) + 2 * GAP for cells in zip(*rows, strict=True))


def _own_width(column: Column) -> int:
    return SHORT if column.kind == "text" else SHORT_STATE


def _shared(table: TableData, sharing: Sequence[int], room: int) -> dict[int, int]:
    """Characters for each sharing column: room goes, bit by bit, where it makes the rows lowest."""
    longest = {at: max(len(row[at].text) for row in table.rows) for at in sharing}
    shares = {at: longest[at] if longest[at] <= BRIEF else NARROW for at in sharing}
    if sum(shares.values()) > room / 2:
        shares = dict.fromkeys(sharing, NARROW)

    def height(at: int) -> float:
        tried = shares | {at: shares[at] + STEP}
        rows = [[max(len(row[one].text) / tried[one], 1.0) for one in sharing] for row in table.rows]
        return sum(max(row) + 0.25 * sum(row) for row in rows)

    while sum(shares.values()) + STEP <= room:
        shares[min(sharing, key=height)] += STEP
    return shares


def _cell_lines(text: str, width: float) -> int:
    return max(ceil(len(text) / width), 1) if width else 1


def _lines(table: TableData, widths: Sequence[float]) -> int:
    """About how many lines the table takes in print, its header not counted."""
    if sum(map(bool, widths)) == 1 and sum(widths) == 1:
        return len(table.rows)
    return sum(
        max(_cell_lines(cell.text, width) for cell, width in zip(row, widths, strict=True))
        for row in table.rows
    )
