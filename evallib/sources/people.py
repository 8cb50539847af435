"""The persons of many lists at once, by whole columns, as :mod:`evallib.sources.persons` gives each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evallib.sources.moments import NO_MOMENT, Numbers
from evallib.sources.persons import Rule
from evallib.sources.stays import whole_minutes

HOST, NO_SHOW = 1, 2  # parts of stays in columns; 0 = participant
STATUSES = ("attended", "short", "host", "bot", "no-show")
_STATUSES = np.array(STATUSES, object)
_NUMBERS = np.array([str(number) for number in range(10_000)], object)
Texts = NDArray[Any]


@dataclass(frozen=True)
class StayColumns:
    """The stays of several lists, end to end, as columns of one length. sizes: rows of each list.

    first: the first row of each row's person, counted within its list.

    starts, ends: as of :mod:`evallib.sources.moments`. seconds: inside, at most the time from start to end.
    told: columns of the background that somebody tells.
    """

    sizes: Sequence[int]
    names: Sequence[str]
    folded_names: Sequence[str]
    emails: Sequence[str]
    folded_emails: Sequence[str]
    first: Iterable[int]
    starts: Numbers
    ends: Numbers
    seconds: Numbers
    parts: Numbers
    told: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class People:
    """Columns of one length, a place a person; those of a list stand together, in the order of their rows.

    sizes: persons of each list; counts: of each list, by ``STATUSES``.
    """

    sizes: Sequence[int]
    names: Texts
    emails: Texts
    statuses: Texts
    minutes: Texts
    told: Mapping[str, Texts]
    counts: Sequence[Sequence[int]]


def people_of(stays: StayColumns, rule: Rule) -> People:
    """The persons of each list, as ``by_person`` and :func:`person_of` give them one by one."""
    count = len(stays.names)
    everybody = "\n".join(stays.folded_names)
    begins = np.repeat(np.cumsum([0, *stays.sizes[:-1]]), stays.sizes)
    own = np.fromiter(stays.first, np.int64, count) + begins
    is_first = own == np.arange(count)
    heads = np.flatnonzero(is_first)
    person = (np.cumsum(is_first) - 1)[own]
    several = np.bincount(person) > 1
    seconds = _united(stays, heads, person, several)
    status = _statuses(stays, rule, person, seconds, everybody)
    lists = np.repeat(np.arange(len(stays.sizes)), stays.sizes)[heads]
    kinds = len(STATUSES)
    counts = np.bincount(lists * kinds + status, minlength=len(stays.sizes) * kinds).reshape(-1, kinds)
    again = np.flatnonzero(several[person])  # rows of whoever has several
    return People(
        np.bincount(lists, minlength=len(stays.sizes)).tolist(),
        _of_persons(stays.names, heads, person, again),
        _of_persons(stays.emails, heads, person, again[:0]),  # one without address has none in any row
        _STATUSES[status],
        _minutes(seconds),
        {name: _of_persons(column, heads, person, again) for name, column in stays.told.items()},
        counts.tolist(),
    )


def _united(stays: StayColumns, heads: Numbers, person: Numbers, several: NDArray[np.bool_]) -> Numbers:
    """Seconds inside of each person, like ``seconds_inside``: the union of whoever has several rows."""
    found = stays.seconds[heads]
    if not several.any():
        return found
    rows = np.flatnonzero(several[person])
    timed = stays.starts[rows] != NO_MOMENT
    found[several] = 0
    without = rows[~timed]
    np.maximum.at(found, person[without], stays.seconds[without])  # of rows without times the longest
    rows = rows[timed]
    if not len(rows):
        return found
    rows = rows[np.lexsort((stays.ends[rows], stays.starts[rows], person[rows]))]
    starts, ends, whose = stays.starts[rows], stays.ends[rows], person[rows]
    # Every person's times are shifted behind those of the one before, so that one running maximum serves all.
    shift = whose * (ends.max() - starts.min() + 1) - starts.min()
    until = np.maximum.accumulate(ends + shift)
    blocks = np.flatnonzero(np.r_[True, (starts + shift)[1:] > until[:-1]])
    inside = np.add.reduceat(stays.seconds[rows], blocks)
    longest = until[np.r_[blocks[1:], len(rows)] - 1] - (starts + shift)[blocks]
    np.add.at(found, whose[blocks], np.minimum(inside, longest))
    return found


def _statuses(stays: StayColumns, rule: Rule, person: Numbers, seconds: Numbers, everybody: str) -> Numbers:
    attended, short, host, bot, no_show = range(len(STATUSES))
    found = np.where(seconds >= rule.minimum * 60, attended, short)
    absent = np.ones(len(found), bool)
    absent[person[stays.parts != NO_SHOW]] = False
    found[absent] = no_show
    found[person[stays.parts == HOST]] = host
    if rule.staff and not all(map(rule.staff.isdisjoint, (stays.folded_names, stays.folded_emails))):
        pairs = zip(stays.folded_names, stays.folded_emails, strict=True)
        found[person[[row for row, one in enumerate(pairs) if not rule.staff.isdisjoint(one)]]] = host
    for robot in (one for one in rule.robots if one in everybody):
        found[person[[row for row, name in enumerate(stays.folded_names) if robot in name]]] = bot
    return found


def _of_persons(column: Sequence[str], heads: Numbers, person: Numbers, again: Numbers) -> Texts:
    """What the first row of each person says; where it says nothing, the first of their others that does."""
    rows = np.fromiter(column, object, len(column))
    found: Texts = rows[heads] if len(heads) < len(rows) else rows
    if len(again):
        several = person[again]
        silent = np.flatnonzero(found[several] == "")
        for row, whose in zip(again[silent].tolist(), several[silent].tolist(), strict=True):
            found[whose] = found[whose] or column[row]
    return found


def _minutes(seconds: Numbers) -> Texts:
    """As ``whole_minutes``, written."""
    minutes = (seconds + 30) // 60
    if len(minutes) and minutes.max() >= len(_NUMBERS):
        return np.array([str(whole_minutes(one)) for one in seconds.tolist()], object)
    found: Texts = _NUMBERS[minutes]
    return found


def written_numbers(count: int) -> Texts:
    """The numbers from one on, as text."""
    if count < len(_NUMBERS):
        found: Texts = _NUMBERS[1 : count + 1]
        return found
    return np.array([str(number) for number in range(1, count + 1)], object)
