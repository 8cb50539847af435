"""Bands: exact things made coarse enough to keep."""

from __future__ import annotations

import re
from datetime import date

from evallib.codes import UNKNOWN

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_NOT_A_DATE = 1980  # an anonymous survey writes this year instead of a date
_AGES = {"yes": "u40", "no": "o40", "": ""}


def day(moment: str) -> date | None:
    """The day of an exact time; None when there is none, or only the placeholder of 1980."""
    try:
        found = date.fromisoformat(moment[:10])
    except ValueError:
        return None
    return None if found.year == _NOT_A_DATE else found


def week(moment: str) -> str:
    """The ISO week, as ``2025-W44``; "" when no day is known."""
    known = day(moment)
    if known is None:
        return ""
    year, number, _ = known.isocalendar()
    return f"{year}-W{number:02d}"


def code(written: str) -> str:
    """A code as it is; ``unknown`` for anything longer or freer, since a link can carry any words."""
    return written if not written or _CODE.fullmatch(written) else UNKNOWN


def age(under40: str) -> str:
    """``u40`` or ``o40`` from yes or no; "" when not told."""
    return _AGES.get(under40.strip().lower(), UNKNOWN)
