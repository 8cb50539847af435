"""Bytes of a received file → rows of text cells, whatever programme saved them.

Encoding is decided by byte order mark, then by zero bytes (UTF-16 without a mark), then UTF-8; cp1252 is
tried only for lists kept by hand. The delimiter is decided by the first line that has one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from evallib.codebook.archive import opened
from evallib.codebook.web_page import refuse_page
from evallib.declared import SPOILT, UNSPOIL
from evallib.errors import InputError, Text, text

MAX_BYTES = 64_000_000
MAX_UNPACKED = 256_000_000
HEADER_WITHIN = 60  # rows above a table's header: titles, summaries

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NAMES = {"utf-8-sig": "UTF-8 with mark", "utf-8": "UTF-8", "cp1252": "cp1252"}
_NORDIC = re.compile("[äöåÄÖÅ]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_SPOILT_SIGNS = ("Ã", "â€", "ï»¿")  # one of them stands in whatever a wrong encoding has spoilt
_strip = str.strip
SEPARATOR = re.compile(r"sep=([;,\t|])\r?\n", re.IGNORECASE)  # a line that Excel reads and does not show
# What letters of a Finnish or Swedish word are in cp1252 when DOS (cp850) or an old Mac wrote them
_OTHER_PAGE = re.compile(
    r"(?<=[A-Za-z])[\u201e\u201d\u2020\u2122](?=[a-z])|[\u201e\u201d\u2020]{2}(?=[a-z])|(?<=[a-z])[\u0160\u0152](?=[a-z])|"
    r"[\u0160\u0152][\u0160\u0161](?=[a-z])"
)
_QUOTED = re.compile(r'"[^"\n]*"')


@dataclass(frozen=True)
class Sheet:
    """A file as rows of text. Empty rows are kept as [], so that row n of the file is ``rows[n - 1]``.

    ended: False when a text file stops without an end of line, which may mean that it is cut. title: of the
    sheet in its workbook.
    """

    name: str
    rows: list[list[str]]
    encoding: str
    delimiter: str = ""
    ended: bool = True
    title: str = ""
    found: dict[str, Any] = field(default_factory=dict, compare=False)  # what readers find, to find it once

    @property
    def shown(self) -> Text | str:
        """The file, and of a workbook its sheet, for errors."""
        return text("{file}, sheet {sheet}", file=self.name, sheet=self.title) if self.title else self.name

    def header(self) -> list[str]:
        """The most likely row of headers: the first with the most filled cells, near the top."""
        return max(self.rows[:60], key=lambda row: sum(map(bool, row)), default=[])


def place(name: Text | str, row: int, column: str = "") -> Text:
    """Where something stands, for errors."""
    if column:
        return text("{file}, row {row}, column {column}", file=name, row=row, column=column)
    return text("{file}, row {row}", file=name, row=row)


def as_wide(cells: list[str], header: list[str], sheet: Sheet, number: int, repair: Text) -> list[str]:
    """A row with at least as many cells as its header; InputError when cells are missing or in excess."""
    if not sheet.delimiter:  # workbooks leave out empty cells at the end
        cells = [*cells, *[""] * (len(header) - len(cells))]
    if len(cells) < len(header) or any(cells[len(header) :]):
        raise other_width(len(header), cells, place(sheet.shown, number), repair)
    return cells


def other_width(wanted: int, cells: list[str], where: Text | str, repair: Text) -> InputError:
    """The fault of a row that is not as wide as its header."""
    return InputError(
        text("A row of the list has another number of cells than its header"),
        where=where,
        expected=text("{wanted} cells", wanted=wanted),
        found=text("{count} cells", count=len(cells)),
        repair=repair,
    )


def refuse_cut(sheet: Sheet, wanted: str, count: int) -> None:
    """InputError when a list has fewer people than its own summary counts."""
    if wanted.isdecimal() and count < int(wanted):
        raise InputError(
            text("The report says more people attended than it lists"),
            where=sheet.name,
            expected=text("at least {wanted} rows", wanted=wanted),
            found=text("{count} rows", count=count),
            repair=text("The file is cut: download it again from the meeting"),
        )


def read_sheet(data: bytes, name: str, *, by_hand: bool = False, sheets: Collection[str] = ()) -> Sheet:
    """The table in a CSV, text or xlsx file. by_hand: cp1252 is allowed, as old Excel saves it.

    sheets: of a workbook with several, the names of which one may be the table; else it is the first but
    README, and values on another are an InputError.
    """
    if len(data) > MAX_BYTES:
        raise InputError(
            text("{file} is too large", file=name),
            expected=text("at most {limit} megabytes", limit=MAX_BYTES // 1_000_000),
            found=text("{size} megabytes", size=len(data) // 1_000_000),
        )
    if data.startswith(b"PK\x03\x04"):
        rows, title = _workbook_rows(data, name, sheets)
        return Sheet(name, rows, "xlsx", title=title)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            text("{file} is an old Excel workbook (.xls)", file=name),
            repair=text("Open it in Excel and save it as .xlsx or as CSV UTF-8"),
        )
    content, encoding = decode(data, name, by_hand=by_hand)
    told = SEPARATOR.match(content)
    delimiter = told[1] if told else delimiter_of(content)
    ended = content.endswith(("\n", "\r"))
    rows = _csv_rows(content[told.end() :] if told else content, delimiter, name)
    return Sheet(name, [[], *rows] if told else rows, encoding, delimiter, ended)


def decode(data: bytes, name: str, *, by_hand: bool = False) -> tuple[str, str]:
    """The text and the name of its encoding; bytes that fit none are an InputError."""
    refuse_page(data, name)
    content, wanted = _content(data, name, _encoding(data), by_hand)
    # Deleting bytes is ten times quicker than looking for them; most files have none.
    raw = data if wanted.startswith("utf-8") else content.encode("utf-8", "surrogatepass")
    stray = _CONTROL.search(content) if len(raw.translate(None, _CONTROLS)) < len(raw) else None
    if stray:
        raise InputError(
            text("{file} is not a text table", file=name),
            found=text(
                "the control character {code} at position {position}",
                code=f"U+{ord(stray.group()):04X}",
                position=stray.start(),
            ),
            repair=text("Download or save the file again as CSV"),
        )
    refuse_spoilt(content, name)
    found = _OTHER_PAGE.search(content) if wanted == "cp1252" and not _NORDIC.search(content) else None
    if found:
        where = place(name, content.count("\n", 0, found.start()) + 1)
        raise spoilt(name, where, content[max(0, found.start() - 10) : found.end() + 10].strip())
    return content.removeprefix("\ufeff"), _NAMES.get(wanted, wanted.upper())


def refuse_spoilt(content: str, name: str) -> None:
    """Raise InputError for a text whose letters were all spoilt by a wrong encoding.

    Where others are whole, somebody may have written the spoilt ones themselves.
    """
    if content.isascii() or not any(sign[0] in content and sign in content for sign in _SPOILT_SIGNS):
        return
    found = SPOILT.search(content)
    if found and not _NORDIC.search(content):
        raise spoilt(name, place(name, content.count("\n", 0, found.start()) + 1), found[0])


def spoilt(name: str, where: Text, found: str) -> InputError:
    return InputError(
        text("{file} has letters that a wrong encoding has spoilt", file=name),
        where=where,
        found=found,
        repair=UNSPOIL,
    )


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 > len(
        head
    ):  # half of the bytes of Western text in UTF-16; a stray zero byte is none
        return "utf-16-le" if odd >= even else "utf-16-be"
    return "utf-8"


def _content(data: bytes, name: str, encoding: str, by_hand: bool) -> tuple[str, str]:
    """The text, and the encoding that it was read in."""
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as fault:
        if by_hand and encoding == "utf-8":
            return _content(data, name, "cp1252", by_hand)
        raise InputError(
            text("{file} can't be read as text", file=name),
            expected=text("{encoding}, as its first bytes say", encoding=encoding),
            found=text("a byte that does not fit at position {position}", position=fault.start),
            repair=text("The file may be cut or damaged: download it again, or save it as CSV UTF-8"),
        ) from None


def delimiter_of(content: str) -> str:
    """Tab, semicolon or comma: what the first line that has one uses most; tabs win."""
    for line in io.StringIO(content):
        bare = _QUOTED.sub("", line)
        if "\t" in bare:
            return "\t"
        semicolons, commas = bare.count(";"), bare.count(",")
        if semicolons != commas:
            return ";" if semicolons > commas else ","
    return ","


def _csv_rows(content: str, delimiter: str, name: str) -> list[list[str]]:
    """Rows of cells without spaces around them; rows of nothing but empty cells are []."""
    if '"' not in content and len(content) < csv.field_size_limit():  # as csv.reader would, and sooner
        lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        split = (map(_strip, line.split(delimiter)) for line in (lines if lines[-1] else lines[:-1]))
        return [cells if (cells := [*some])[0] or any(cells) else [] for some in split]
    return _quoted_rows(content, delimiter, name)


def _quoted_rows(content: str, delimiter: str, name: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for cells in reader:
            stripped = [*map(_strip, cells)]
            rows.append(stripped if any(stripped) else [])
    except csv.Error as fault:
        raise InputError(
            text("{file} breaks off inside a quoted cell or has unbalanced quotes", file=name),
            where=place(name, len(rows) + 1),
            found=str(fault),
            repair=text("The file may be cut: download it again; or balance the quotes on that row"),
        ) from None
    return rows


def _workbook_rows(data: bytes, name: str, wanted: Collection[str]) -> tuple[list[list[str]], str]:
    """Cells of the wanted or first sheet as text, and its title; a formula, or values on another sheet, is
    an InputError."""
    import openpyxl

    with opened(data, name, MAX_UNPACKED):
        pass  # what would unpack to something huge is refused before it is read

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        named = [sheet for sheet in book.worksheets if sheet.title in wanted]
        tables = [sheet for sheet in book.worksheets if sheet.title != "README"]
        tables = named[:1] or tables
        sheets = [list(sheet.iter_rows()) for sheet in tables]
        rows = [[_cell(cell, name) for cell in row] for row in sheets[0]] if sheets else []
        others = any(cell.value is not None for sheet in sheets[1:] for row in sheet for cell in row)
    except InputError:
        raise
    except Exception as fault:  # damaged workbooks make openpyxl raise almost anything
        raise _damaged(name, fault) from None
    if others:
        raise InputError(
            text("{file} has values on more than one sheet", file=name),
            expected=text("one table on the first sheet"),
            found=", ".join(sheet.title for sheet in book.worksheets),
            repair=text("Move the rows to the first sheet, or save each sheet as a file of its own"),
        )
    return [_trimmed(row) for row in rows], tables[0].title if tables else ""


def _damaged(name: str, fault: Exception) -> InputError:
    return InputError(
        text("{file} is a damaged workbook", file=name),
        found=type(fault).__name__,
        repair=text("Download it again, or save it again in Excel as .xlsx or as CSV UTF-8"),
    )


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def _cell(cell: Any, name: str) -> str:
    """One cell as text; dates in ISO form, whole numbers without a decimal point."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise InputError(
            text("{file} has a formula", file=name),
            where=text(
                "{file}, sheet {sheet}, cell {cell}",
                file=name,
                sheet=cell.parent.title,
                cell=str(cell.coordinate),
            ),
            found=str(value)[:60],
            repair=text("Copy the column and paste it over itself as values"),
        )
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
