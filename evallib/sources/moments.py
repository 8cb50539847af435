"""Whole columns of dates with times at once: what most lists hold, read by the day and by the clock.

A list repeats few days and many clocks, so each is taken apart once (by :mod:`evallib.sources.clock`) and
kept. Whatever this way can't read for sure (an empty cell, a day on which clocks change, times in UTC, a
fault) gives None, and the list is read row by row, which also names the place of a fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from operator import gt
from zoneinfo import ZoneInfo

from evallib.errors import InputError
from evallib.sources.clock import Written, in_utc, says_utc, written

_NOON = " 12:00"
_DAY = "2020-02-20 "
_KEPT = 200_000  # clocks; a day has 86,400 seconds, written in some ways
_clocks: dict[str, int] = {}
_MINUTE = re.compile("[0-9]{1,2}:[0-9]{2}")
_RESTS = {True: re.compile(":[0-9]{2} [AaPp][Mm]"), False: re.compile(":[0-9]{2}")}
_minutes: dict[bool, dict[str, int]] = {True: {}, False: {}}  # with AM or PM behind, or without
_rests: dict[bool, dict[str, int]] = {True: {}, False: {}}
_EPOCH = datetime(2000, 1, 1)


def days_of(column: Sequence[str]) -> list[Written] | None:
    """The different days of a column, for deciding their order; None where a cell is written otherwise."""
    try:
        prefix = _prefix(column)
        days = {prefix} if prefix else {cell[: _cut(cell) + 1] for cell in column}
        return [_day(day) for day in days]
    except (ValueError, InputError):
        return None


def columns_in_utc(
    starts: Sequence[str], ends: Sequence[str], order: str, zone: ZoneInfo
) -> tuple[list[int], list[int]] | None:
    """Seconds (UTC, from an epoch of our own) of joining and leaving.

    None where the columns have to be read row by row.
    """
    try:
        begun, left = _column(starts, order, zone), _column(ends, order, zone)
    except (ValueError, InputError):
        return None
    return None if any(map(gt, begun, left)) else (begun, left)


def moment_of(seconds: int) -> datetime:
    """The moment that a number of :func:`columns_in_utc` means."""
    return _EPOCH + timedelta(seconds=seconds)


def seconds_from_epoch(moment: datetime) -> int:
    """The number of :func:`columns_in_utc` that means a moment (UTC)."""
    return int((moment - _EPOCH).total_seconds())


def _prefix(column: Sequence[str]) -> str:
    """Day and space with which all cells begin; "" when there are several days.

    Whatever stands between the first and the last in order of the alphabet begins as both do.
    """
    first, last = min(column, default=""), max(column, default="")
    prefix = first[: _cut(first) + 1]
    return prefix if last.startswith(prefix) else ""


def _column(cells: Sequence[str], order: str, zone: ZoneInfo) -> list[int]:
    prefix = _prefix(cells)
    days = {} if not prefix else {prefix: _midnight(prefix, order, zone)}
    if prefix:
        midnight, cut = days[prefix], len(prefix)
        if (found := _in_two(cells, midnight, cut)) is not None:
            return found
        try:
            return [midnight + _clocks[cell[cut:]] for cell in cells]
        except KeyError:
            _learn({cell[cut:] for cell in cells})
            return [midnight + _clocks[cell[cut:]] for cell in cells]
    found = []
    for cell in cells:
        at = _cut(cell) + 1
        day, clock = cell[:at], cell[at:]
        if day not in days:
            days[day] = _midnight(day, order, zone)
        if clock not in _clocks:
            _learn({clock})
        found.append(days[day] + _clocks[clock])
    return found


def _in_two(cells: Sequence[str], midnight: int, cut: int) -> list[int] | None:
    """Moments of one day by the minute and by what follows: few of either, which are known much sooner than
    86,400 clocks. None where a clock is written otherwise than ``1:05:09 PM`` or ``13:05:09``."""
    half = cells[0][-1:] in "mM"
    size = 6 if half else 3
    minutes, rests = _minutes[half], _rests[half]
    try:
        return [midnight + minutes[cell[cut:-size]] + rests[cell[-size:]] for cell in cells]
    except KeyError:
        pass
    for cell in cells:
        minute, rest = cell[cut:-size], cell[-size:]
        if not _MINUTE.fullmatch(minute) or not _RESTS[half].fullmatch(rest):
            return None
        minutes[minute] = _clock(f"{minute}:00{' AM' if half else ''}")
        rests[rest] = _clock(f"1:00{rest}") - 3600
    return [midnight + minutes[cell[cut:-size]] + rests[cell[-size:]] for cell in cells]


def _cut(cell: str) -> int:
    """Where the space between day and clock stands; ValueError when there is none."""
    at = cell.rfind(" ", 0, cell.find(":"))
    if at < 0 or ":" not in cell:
        raise ValueError(cell)
    return at


@lru_cache(maxsize=4096)
def _day(day: str) -> Written:
    return written(day.rstrip() + _NOON, "")


@lru_cache(maxsize=4096)
def _midnight(day: str, order: str, zone: ZoneInfo) -> int:
    """The day's first moment in UTC; ValueError on days on which clocks change."""
    midnight = _day(day).moment(order).replace(hour=0, minute=0)
    whole = timedelta(days=1, seconds=-1)
    first, last = in_utc(midnight, zone, ""), in_utc(midnight + whole, zone, "")
    if len(first) > 1 or len(last) > 1 or last[0] - first[0] != whole:
        raise ValueError(day)
    return seconds_from_epoch(first[0])


def _learn(clocks: set[str]) -> None:
    """Keep what clocks mean; ValueError for one that can't be read this way."""
    if len(_clocks) > _KEPT:
        _clocks.clear()
    _clocks.update({clock: _clock(clock) for clock in clocks if clock not in _clocks})


def _clock(clock: str) -> int:
    if says_utc(clock):
        raise ValueError(clock)
    one = written(_DAY + clock, "")
    return one.hour * 3600 + one.minute * 60 + one.second_of_minute
