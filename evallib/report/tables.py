"""Tables on paper: texts and marks for the template, widths by content, and which tables stay whole."""

from __future__ import annotations

from math import ceil

from evallib.display import Column, TableData
from evallib.report.elements import Element

LINE = 108  # characters of table text on a line of the page, usual letters
GAP = 2  # characters that the space between two columns takes
SHORT, SHORT_STATE = 14, 22  # up to these lengths a column is as wide as its content
WHOLE = 26  # a table of at most so many printed lines is never cut


def table_element(table: TableData) -> Element:
    """A table for the template. width: 0 = as wide as the content, otherwise a share of what is left."""
    widths = _widths(table)
    return {
        "kind": "table",
        "number": number_of(table.id.split("/")[-1]),
        "title": table.title,
        "note": table.note,
        "id": table.id,
        "whole": _lines(table, widths) <= WHOLE,
        "columns": [
            {"h": column.header, "align": column.align, "width": width}
            for column, width in zip(table.columns, widths, strict=True)
        ],
        "rows": [[{"t": cell.text, "mark": cell.mark} for cell in row] for row in table.rows],
    }


def number_of(name: str) -> str:
    """``F4.1`` → ``4.1``, ``TA.1`` → ``A.1``: the printed number of a figure or table."""
    return name[1:]


def _widths(table: TableData) -> list[float]:
    """Short columns keep their own width; the others share the rest by their usual length."""
    widths = [
        0.0 if _longest(table, position) <= _own_width(column) else _usual(table, position)
        for position, column in enumerate(table.columns)
    ]
    if not any(widths):
        widths[0] = 1.0
    return widths


def _own_width(column: Column) -> int:
    return SHORT if column.kind == "text" else SHORT_STATE


def _longest(table: TableData, position: int) -> int:
    return max((len(row[position].text) for row in table.rows), default=0)


def _usual(table: TableData, position: int) -> float:
    """The length that four of five cells stay under, kept between a narrow and a wide column."""
    lengths = sorted(len(row[position].text) for row in table.rows)
    return float(min(max(lengths[int(len(lengths) * 0.8)], SHORT), 70))


def _lines(table: TableData, widths: list[float]) -> int:
    """About how many lines the table takes in print, its header not counted."""
    taken = sum(
        GAP + (max(_longest(table, place), len(table.columns[place].header)) if not width else 0)
        for place, width in enumerate(widths)
    )
    room = max(LINE - taken, LINE // 4)
    shares = [room * width / sum(widths) for width in widths]
    return sum(
        max(ceil(len(cell.text) / share) if share else 1 for cell, share in zip(row, shares, strict=True))
        for row in table.rows
        if row
    )
