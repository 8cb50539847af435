"""Whole columns of dates with times, of many lists at once: each day is taken apart once, clocks by signs.

Whatever can't be read for sure this way (a clock written otherwise, a night in which clocks change, a fault)
is left out, and its list is read row by row, which also names the place of a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate, chain, cycle
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from evallib.errors import InputError
from evallib.sources.clock import Days, Written, decide_order, in_utc, offset_of, written

Numbers = NDArray[np.int64]
NO_MOMENT = np.iinfo(np.int64).min
_DAY = 24 * 3600
_NO_DAY = NO_MOMENT, 2 * _DAY
_NOON = " 12:00"
_EPOCH = datetime(2000, 1, 1)
_BEFORE = 16  # signs in front of a blob, so that a short cell's neighbours are there to be looked at
_ZERO, _SPACE, _COLON, _END = b"0 :\n"


def moment_of(seconds: int) -> datetime:
    """The moment (UTC) that a number of :func:`moments_of_lists` means."""
    return _EPOCH + timedelta(seconds=seconds)


def seconds_from_epoch(moment: datetime) -> int:
    """The number of :func:`moments_of_lists` that means a moment (UTC)."""
    return int((moment - _EPOCH).total_seconds())


def moments_of_lists(
    columns: Sequence[Sequence[str]],
    sizes: Sequence[int],
    days: Sequence[Days | None],
    zones: Sequence[ZoneInfo],
    told: str = "",
) -> tuple[list[Numbers], list[str | None]]:
    """Seconds (UTC, from an epoch of our own) for each column, its lists end to end, and each list's order.

    columns: of each list the cells as lines, ``sizes`` many; an empty one is ``NO_MOMENT``. days: of each
    list's event; told: the order, where it is known. An order is None for a list to be read row by row.
    """
    lists = range(len(sizes))
    ends = [*accumulate([*sizes] * len(columns), initial=0)]
    clocks, day_ends = _clocks("\n".join(chain.from_iterable(columns)))
    first = np.empty(ends[-1], np.int64)  # of the pair of list and day that each cell belongs to
    pairs: dict[tuple[int, str], int] = {}
    for text, number, begin, end in zip(
        chain.from_iterable(columns), cycle(lists), ends, ends[1:], strict=False
    ):
        first[begin:end] = _pairs_of(text, end - begin, number, pairs)
    by_list: list[list[str]] = [[] for _ in lists]
    for number, day in pairs:
        by_list[number] += [day] if day else []
    orders = [_order(tuple(some), held, told) for some, held in zip(by_list, days, strict=True)]
    starts = [_start(day, orders[number], zones[number]) for number, day in pairs]
    midnights, usual = np.array(starts, np.int64).T.copy()
    widths = np.array([len(day) for _, day in pairs], np.int64)
    whose = np.array([number for number, _ in pairs], np.int64)
    empty = widths[first] == 0
    wrong = ~empty & ((clocks < usual[first]) | (day_ends != widths[first]))
    for number in np.unique(whose[first[wrong]]).tolist():
        orders[number] = None
    found = np.where(empty | wrong, NO_MOMENT, midnights[first] + clocks)
    return np.split(found, ends[len(lists) : -1 : len(lists)]), orders


def _pairs_of(text: str, count: int, number: int, pairs: dict[tuple[int, str], int]) -> int | list[int]:
    """The pair of list and day to which each cell belongs; one for all where they have one day."""
    day = text[: _cut(text.partition("\n")[0])]
    if day and text.count("\n" + day) == count - 1:
        return pairs.setdefault((number, day), len(pairs))
    return [pairs.setdefault((number, cell[: _cut(cell)]), len(pairs)) for cell in text.split("\n")]


def _cut(cell: str) -> int:
    """Where the clock begins, after the space; a cell without one is all day, and no clock."""
    return cell.rfind(" ", 0, cell.find(":")) + 1 or len(cell)


@lru_cache(maxsize=4096)
def _order(days: tuple[str, ...], held: Days | None, told: str) -> str | None:
    """Day or month first in a list with these days; None where it can't be decided."""
    try:
        return told or decide_order([_day(day) for day in days], held, "")
    except InputError:
        return None


@lru_cache(maxsize=4096)
def _day(day: str) -> Written:
    return written(day.rstrip() + _NOON, "")


@lru_cache(maxsize=4096)
def _start(day: str, order: str | None, zone: ZoneInfo) -> tuple[int, int]:
    """A day's first moment in UTC by its clock of the evening, and the second from which that clock is right:
    0, but on days on which clocks change. Where there is no such day, no clock is right.
    """
    if not day or order is None:
        return _NO_DAY
    try:
        midnight = _day(day).moment(order).replace(hour=0, minute=0)
        if (offset := offset_of(midnight.date(), zone)) is not None:
            return seconds_from_epoch(midnight - offset), 0
    except (InputError, ValueError, OverflowError):
        return _NO_DAY
    if (evening := _begin_by(midnight, _DAY - 1, zone)) is None:
        return _NO_DAY
    others = (hour for hour in range(24) if _begin_by(midnight, hour * 3600, zone) != evening)
    return seconds_from_epoch(evening), (max(others, default=-1) + 1) * 3600


def _begin_by(midnight: datetime, seconds: int, zone: ZoneInfo) -> datetime | None:
    """The day's first moment in UTC by the clock of one of its seconds; None where that is not one moment."""
    try:
        utc = in_utc(midnight + timedelta(seconds=seconds), zone, "")
    except (InputError, OverflowError):
        return None
    return utc[0] - timedelta(seconds=seconds) if len(utc) == 1 else None


def _clocks(text: str) -> tuple[Numbers, Numbers]:
    """Seconds from midnight, and where in its cell each clock begins; text: the cells as lines.

    All are read as the first is written: ``1:05:09 PM``, ``13:05:09`` or ``13:05``; −1 for any other one.
    """
    form = text.lstrip("\n").partition("\n")[0]
    half = form[-1:] in ("M", "m")
    signs = np.frombuffer(("\n" * _BEFORE + text + "\n").encode("ascii", "replace"), np.uint8)
    ends = np.flatnonzero(signs == _END)[_BEFORE:]
    sizes = np.diff(ends, prepend=_BEFORE - 1) - 1
    good = sizes > 0
    at, after_noon = ends, np.zeros(len(ends), bool)
    if half:
        at = ends - 3
        letter = signs[ends - 2] | 32
        after_noon = letter == ord("p")
        good &= (
            (signs[at] == _SPACE) & (after_noon | (letter == ord("a"))) & (signs[ends - 1] | 32 == ord("m"))
        )
    parts = []
    for _ in range(min(form[_cut(form) :].count(":"), 2)):
        ones, tens = signs[at - 1] - _ZERO, signs[at - 2] - _ZERO
        good &= (ones < 10) & (tens < 6) & (signs[at - 3] == _COLON)
        parts.append(tens * 10 + ones)
        at = at - 3
    ones, tens = signs[at - 1] - _ZERO, signs[at - 2] - _ZERO
    two = tens < 10
    hours = np.where(two, tens * 10 + ones, ones)
    begins = at - 1 - two
    good &= (ones < 10) & (signs[begins - 1] == _SPACE) & (len(parts) > 0)
    if half:
        good &= (hours >= 1) & (hours <= 12)
        hours = hours % 12 + 12 * after_noon
    good &= hours < 24
    seconds = hours.astype(np.int64) * 3600
    for part, size in zip(reversed(parts), (60, 1), strict=False):
        seconds += part.astype(np.int64) * size
    return np.where(good, seconds, -1), begins - (ends - sizes)
