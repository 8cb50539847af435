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
BRIEF = 24  # texts up to this length stay on one line where this part of the room allows
FOR_BRIEF = 0.65
WHOLE = 14  # a table of at most so many printed lines is never cut
HALF = 0.6  # part of the line that a narrow table takes, so that its numbers stand near their labels
LONG = 15  # a narrow table of groups with more rows than this stands in two parts side by side


def table_element(table: TableData) -> Element:
    """A table for the template; a row of one cell names the group of the rows below it.

    width: 0 = as wide as the content, otherwise a share of what is left. id: the results that a cell tells.
    """
    groups = [row[0] if table.grouped else CellText("") for row in table.rows]
    if table.grouped:
        table = replace(table, columns=table.columns[1:], rows=tuple(row[1:] for row in table.rows))
    widths = _widths(table)
    narrow = _natural(table) <= HALF * LINE
    rows: list[list[dict[str, str]]] = []
    for group, before, row in zip(groups, [CellText(""), *groups], table.rows, strict=False):
        if group.text != before.text:
            rows.append([{"t": group.text, "mark": "", "lang": group.lang}])
        rows.append(
            [{"t": cell.text, "mark": cell.mark, "lang": cell.lang, "id": " ".join(cell.ids)} for cell in row]
        )
    return {
        "kind": "table",
        "number": number_of(table.id.split("/")[-1]),
        "title": table.title,
        "note": table.note,
        "id": table.id,
        "narrow": narrow,
        "whole": _lines(table, widths) + len(rows) - len(table.rows) <= WHOLE,
        "columns": [
            {"h": column.header, "lines": _header(table, at), "align": column.align, "width": width}
            for at, (column, width) in enumerate(zip(table.columns, widths, strict=True))
        ],
        "rows": rows,
        "middle": _middle(rows) if narrow else 0,
    }


def _middle(rows: Sequence[Sequence[object]]) -> int:
    """The group that begins the right half of a long table, as its row's number; 0: it stays in one part."""
    starts = [at for at, row in enumerate(rows) if len(row) == 1]
    if len(rows) <= LONG or len(starts) < 2:
        return 0
    return min(starts[1:], key=lambda at: (abs(2 * at - len(rows)), -at))


def _header(table: TableData, at: int) -> list[str]:
    """A column's header, on two lines where it alone would make a crowded table's column wide."""
    words = table.columns[at].header.split(" ")
    crowded = _natural(table) > LINE
    if at == 0 or not crowded or len(words) == 1 or len(" ".join(words)) <= _longest(table, at):
        return [table.columns[at].header]
    cuts = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    return min(cuts, key=lambda two: max(map(len, two)))


def _longest(table: TableData, at: int) -> int:
    """Letters of the column's longest cell."""
    return max((len(row[at].text) for row in table.rows), default=0)


def number_of(name: str) -> str:
    """``F4.1`` → ``4.1``, ``TA.1`` → ``A.1``: the printed number of a figure or table."""
    return name[1:]


def _widths(table: TableData) -> list[float]:
    """Short columns keep their own width; the others share the rest so that the table is low."""
    longest = [_longest(table, at) for at in range(len(table.columns))]
    sharing = [at for at, column in enumerate(table.columns) if longest[at] > _own_width(column)]
    if not sharing or _natural(table) <= HALF * LINE:
        return [1.0, *(0.0 for _ in table.columns[1:])]
    kept = [
        max(longest[at], *map(len, _header(table, at)))
        for at in range(len(table.columns))
        if at not in sharing
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
    shares = {at: longest[at] + GAP if longest[at] <= BRIEF else NARROW for at in sharing}
    if sum(shares.values()) > FOR_BRIEF * room:
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
