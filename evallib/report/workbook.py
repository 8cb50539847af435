"""The appendix workbook: one sheet per table and figure, the ids of the report, never a formula.

Texts of surveys and logs are written as strings, so that ``=…`` stays a text. The same release gives
the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from evallib.display import CellText, TableData
from evallib.report.glyphs import drawable

_INVALID = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_WIDEST = 60
CONTENTS = "0"  # the sheet that lists the others
HEADER_ROW = 3  # of every sheet, counted from 0; above it title and notice


def write_workbook(
    tables: Sequence[TableData], *, title: str, notice: str, headers: Sequence[str], created: datetime
) -> bytes:
    """The tables as a workbook; the first sheet lists them. ``headers``: id, title, note of that list."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title, "comments": notice, "created": created.replace(tzinfo=None)})
    formats = {
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "title": book.add_format({"bold": True, "font_size": 13}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "note": book.add_format({"italic": True, "font_color": "#55625c"}),
        "share": book.add_format({"num_format": "0 %", "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "number": book.add_format({"num_format": "General", "valign": "top"}),
    }
    _contents(book, tables, title, notice, headers, formats)
    for table in tables:
        _sheet(book.add_worksheet(sheet_name(table)), table, notice, formats)
    book.close()
    return target.getvalue()


def sheet_name(table: TableData) -> str:
    """A table's sheet: the last part of its id (``T6.1``), at most 31 characters."""
    return table.id.split("/")[-1].translate(_INVALID)[:31]


def _contents(
    book: Any, tables: Sequence[TableData], title: str, notice: str, headers: Sequence[str], formats: Any
) -> None:
    sheet = book.add_worksheet(CONTENTS)
    sheet.write_string(0, 0, title, formats["title"])
    sheet.write_string(1, 0, notice, formats["note"])
    for column, header in enumerate(headers):
        sheet.write_string(HEADER_ROW, column, header, formats["bold"])
    for row, table in enumerate(tables, start=HEADER_ROW + 1):
        link = f"internal:'{sheet_name(table)}'!A1"
        sheet.write_url(row, 0, link, string=table.id)
        sheet.write_string(row, 1, table.title, formats["text"])
        sheet.write_string(row, 2, table.note, formats["text"])
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 2, _WIDEST)
    _print_ready(sheet, HEADER_ROW)


def _sheet(sheet: Any, table: TableData, notice: str, formats: Any) -> None:
    sheet.write_string(0, 0, table.title, formats["title"])
    sheet.write_string(1, 0, " · ".join(part for part in (table.id, notice) if part), formats["note"])
    ids_column = len(table.columns)
    for column, header in enumerate([*(one.header for one in table.columns), "id"]):
        sheet.write_string(HEADER_ROW, column, header, formats["bold"])
    for row, cells in enumerate(table.rows, start=HEADER_ROW + 1):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell, table.columns[column].kind, formats)
        ids = dict.fromkeys(one for cell in cells for one in cell.ids)
        sheet.write_string(row, ids_column, " ".join(ids), formats["note"])
    if table.note:
        sheet.write_string(HEADER_ROW + 2 + len(table.rows), 0, table.note, formats["note"])
    for column in range(len(table.columns)):
        longest = max([len(table.columns[column].header), *(len(r[column].text) for r in table.rows)])
        sheet.set_column(column, column, min(max(longest + 2, 10), _WIDEST))
    sheet.set_column(ids_column, ids_column, 30)
    _print_ready(sheet, HEADER_ROW)


def _write(sheet: Any, row: int, column: int, cell: CellText, kind: str, formats: Any) -> None:
    """A number where the printed cell is one, otherwise its text."""
    if cell.value is None or kind in ("text", "state"):
        sheet.write_string(row, column, drawable(cell.text), formats["text"])
    else:
        share = kind == "share" or cell.text.rstrip().endswith("%")
        style = "share" if share else ("count" if float(cell.value).is_integer() else "number")
        sheet.write_number(row, column, cell.value, formats[style])


def _print_ready(sheet: Any, header_row: int) -> None:
    sheet.freeze_panes(header_row + 1, 0)
    sheet.repeat_rows(header_row)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
