"""Frozen tables as bytes: CSV in one spelling, and back without losing a character."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evallib.errors import StoreError, text
from evallib.records import FrozenTable

if TYPE_CHECKING:
    import pandas as pd

_NEEDS_QUOTES = re.compile(r'[",\r\n]').search
_LONGEST = 2**31 - 1  # an answer may be longer than the reader's usual limit


def to_bytes(table: FrozenTable) -> bytes:
    """The table as CSV: UTF-8, commas, line feeds, quotes only where needed, header first.

    The same table gives the same bytes. Text stays exactly as it is, also what looks like a formula.
    Raises StoreError when a cell is no text or a column stands twice.
    """
    rows = table.rows
    if len(set(rows.columns)) != len(rows.columns) or not len(rows.columns):
        raise _unfit(table.kind, text("columns that stand twice, or none"))
    lines = [_line(rows.columns)]
    for row in rows.itertuples(index=False, name=None):
        if not all(isinstance(cell, str) for cell in row):
            raise _unfit(table.kind, text("a cell that is no text"))
        lines.append(_line(row))
    return "".join(lines).encode("utf-8")


def from_bytes(kind: str, data: bytes) -> FrozenTable:
    """The table that :func:`to_bytes` wrote; every cell text, "" = nothing stood there.

    Raises StoreError when the bytes are no such table.
    """
    csv.field_size_limit(_LONGEST)
    try:
        header, *cells = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
    except (ValueError, csv.Error):
        raise _unfit(kind, text("bytes that are no CSV table")) from None
    if any(len(row) != len(header) for row in cells):
        raise _unfit(kind, text("a row that is shorter or longer than the header"))
    tier = "text" if kind.startswith("text.") else "frozen"
    return FrozenTable(kind, tier, text_frame(header, cells))


def text_frame(columns: list[str], rows: list[list[str]]) -> pd.DataFrame:
    """A frame of text cells, also when it has no rows."""
    import pandas as pd

    return pd.DataFrame(rows, columns=pd.Index(columns, dtype="str"), dtype="str")


def as_rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    """The rows of a frame of text, one mapping a row."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def _line(cells: Iterable[str]) -> str:
    """One line. Python's own writer leaves a lone carriage return bare, which its reader then splits."""
    written = ['"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES(cell) else cell for cell in cells]
    return (",".join(written) or '""') + "\n"


def _unfit(kind: str, found: object) -> StoreError:
    return StoreError(
        text("The table {kind} can't be kept", kind=kind),
        expected=text("rows of text under columns with names of their own"),
        found=str(found),
    )
