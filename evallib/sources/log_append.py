"""Rows added to a log kept by hand: whatever stands in it stays as it was typed, byte for byte in CSV."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime

from evallib.errors import InputError, Text, text
from evallib.sources.decode import Sheet, read_sheet
from evallib.sources.log_columns import log_header
from evallib.sources.stays import folded

Cells = Mapping[str, "str | datetime"]

_CODECS = {"UTF-8": "utf-8", "UTF-8 with mark": "utf-8", "cp1252": "cp1252"}
_LOST = ("xl/drawings/", "xl/charts/", "xl/media/", "xl/pivot", "xl/vbaProject", "xl/externalLinks/")
_BY_HAND = text("Save the log as CSV UTF-8 and run the same again, or enter the rows by hand")


def log_cells(kind: str, data: bytes, name: str) -> tuple[Sheet, list[str], list[dict[str, str]]]:
    """The log as a sheet, its columns, and its rows unchecked: some may wait to be completed."""
    sheet = read_sheet(data, name, by_hand=True, sheets=[kind])
    columns, place = log_header(kind, sheet)
    rows = [dict(zip(columns, [*row, *[""] * len(columns)], strict=False)) for row in sheet.rows[place:]]
    return sheet, columns, [row for row in rows if any(row.values())]


def appended(kind: str, data: bytes, name: str, rows: Sequence[Cells]) -> bytes:
    """The file with the rows behind its own. Raises InputError where that would change anything else."""
    sheet, columns, _ = log_cells(kind, data, name)
    made = _csv(data, sheet, columns, rows) if sheet.delimiter else _xlsx(kind, data, name, columns, rows)
    again = read_sheet(made, name, by_hand=True, sheets=[kind]).rows
    own = [row for row in sheet.rows if row]
    if [row for row in again if row][: len(own)] != own:
        raise _refused(name, text("a row that would change"))
    return made


def _csv(data: bytes, sheet: Sheet, columns: Sequence[str], rows: Sequence[Cells]) -> bytes:
    codec = _CODECS.get(sheet.encoding)
    if codec is None:
        raise _refused(sheet.name, sheet.encoding)
    end = "\r\n" if b"\r\n" in data else "\n"
    stream = io.StringIO(newline="")
    if not data.endswith((b"\n", b"\r")):
        stream.write(end)
    writer = csv.writer(stream, delimiter=sheet.delimiter, lineterminator=end)
    writer.writerows([[_text(row.get(column, "")) for column in columns] for row in rows])
    try:
        return data + stream.getvalue().encode(codec)
    except UnicodeEncodeError as fault:
        raise _refused(sheet.name, f"{sheet.encoding}: {fault.object[fault.start]!r}") from None


def _text(value: str | datetime) -> str:
    return value if isinstance(value, str) else value.isoformat(timespec="minutes")


def _xlsx(kind: str, data: bytes, name: str, columns: Sequence[str], rows: Sequence[Cells]) -> bytes:
    """A workbook is written anew; what openpyxl would leave out is a reason to leave the file alone."""
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        lost = [one for one in archive.namelist() if one.startswith(_LOST)]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        book = openpyxl.load_workbook(io.BytesIO(data))
    lost += [str(one.message) for one in told]
    if lost:
        raise _refused(name, lost[0][:100])
    sheet = next((one for one in book.worksheets if one.title == kind), book.worksheets[0])
    filled = [
        n for n, row in enumerate(sheet.iter_rows(values_only=True), 1) if any(c is not None for c in row)
    ]
    places = {folded(str(cell.value)): cell.column for cell in sheet[filled[0]] if cell.value is not None}
    for number, row in enumerate(rows, filled[-1] + 1):
        for column in columns:
            if value := row.get(column, ""):
                cell = sheet.cell(number, places[column], value)
                cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "@"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _refused(name: str, found: Text | str) -> InputError:
    return InputError(
        text("Rows can't be added to {file} without changing what stands in it", file=name),
        where=name,
        found=found,
        repair=_BY_HAND,
    )
