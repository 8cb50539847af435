"""Text becomes dates and numbers; what is neither is never quietly lost."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from evallib.errors import ReconciliationError, Text, text

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:[.,][0-9]+)?")
_DAYS = pd.Timestamp("1900-01-01"), pd.Timestamp("2099-12-31 23:59:59")
_DATE_FORMATS = ("ISO8601", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H.%M")


def as_number(written: str) -> float | None:
    """The number that ``written`` plainly is (decimal point or comma), else None."""
    stripped = written.strip()
    return float(stripped.replace(",", ".")) if _NUMBER.fullmatch(stripped) else None


def numbers(column: pd.Series, table: str) -> pd.Series:
    """A column of a log or list as floats, NaN where nothing stood.

    Raises ReconciliationError naming the first cell that holds something else than a number.
    """
    values = np.full(len(column), np.nan)
    for place, written in enumerate(column.to_numpy(dtype=object)):
        if not written.strip():
            continue
        number = as_number(written)
        if number is None:
            raise _unfit(table, str(column.name), place, written, text("a number, as 12 or 12.5"))
        values[place] = number
    return pd.Series(values, index=column.index, name=column.name)


def dates(column: pd.Series, table: str) -> pd.Series:
    """A column of a log or list as dates, NaT where nothing stood.

    Reads ``2025-03-04`` (with or without a time) and ``4.3.2025``. Raises ReconciliationError naming
    the first cell that is neither.
    """
    written = column.str.strip()
    parsed = pd.Series(pd.NaT, index=column.index, dtype="datetime64[ns]")
    for form in _DATE_FORMATS:
        open_cells = parsed.isna() & (written != "")
        if not open_cells.any():
            break
        read = pd.to_datetime(written[open_cells], format=form, errors="coerce")
        if isinstance(read.dtype, pd.DatetimeTZDtype):
            read = read.dt.tz_localize(None)
        parsed[open_cells] = read.where(read.between(*_DAYS)).astype("datetime64[ns]")
    bad = np.flatnonzero((parsed.isna() & (written != "")).to_numpy())
    if len(bad):
        place = int(bad[0])
        raise _unfit(
            table, str(column.name), place, column.iloc[place], text("a date, as 2025-03-04 or 4.3.2025")
        )
    parsed.name = column.name
    return parsed


def _unfit(table: str, column: str, place: int, written: str, expected: Text) -> ReconciliationError:
    return ReconciliationError(
        text("{table} has a value that can't be read", table=table),
        expected=expected,
        found=repr(written),
        where=text("{table}, column {column}, row {row}", table=table, column=column, row=place + 1),
        repair=text("Correct the value where it is kept, then run: evallib freeze"),
    )
