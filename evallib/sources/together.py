"""Many plain lists at once → the participations of their events, by whole columns.

What is said of a list is exactly what :mod:`evallib.sources.attendance` says of it row by row; a list of
which that is not sure is left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from evallib.records import SourceFile
from evallib.sources.attendance import Attendance, counted
from evallib.sources.clock import MINUTES, duration
from evallib.sources.forms import Form
from evallib.sources.mapped import event_seconds
from evallib.sources.mapping import TOLD
from evallib.sources.moments import NO_MOMENT, Numbers, moment_of, moments_of_lists, seconds_from_epoch
from evallib.sources.people import HOST, NO_SHOW, STATUSES, StayColumns, people_of, written_numbers
from evallib.sources.persons import Rule
from evallib.sources.plain import Plain
from evallib.sources.teams import parts_of


class _Durations(dict[str, int]):
    """Seconds by the words for them, each worked out once."""

    def __missing__(self, cell: str) -> int:
        if len(self) > 100_000:
            self.clear()
        self[cell] = seconds = duration(cell)
        return seconds


_durations = _Durations()
_DAY = 24 * 3600
_EPOCH = moment_of(0).toordinal()


def attendances(lists: Sequence[Plain], rule: Rule) -> dict[str, Attendance]:
    """The participations by event id, of lists of different events; events of doubtful lists are missing."""
    alike: dict[Form, list[Plain]] = {}
    for one in lists:
        alike.setdefault(one.form, []).append(one)
    return dict(chain.from_iterable(_of_one_form(some, rule) for some in alike.values()))


def _of_one_form(lists: Sequence[Plain], rule: Rule) -> Iterator[tuple[str, Attendance]]:
    reading = _Reading(lists)
    people = people_of(reading.stays(), rule)
    places = pairwise(accumulate(people.sizes, initial=0))
    for one, (begin, end), counts, good, order in zip(
        lists, places, people.counts, reading.good, reading.orders, strict=True
    ):
        if not good:
            continue
        event_id, variant = one.event["event_id"], f"{one.form.system} {one.form.variant}"
        told = [people.told[name][begin:end] if name in people.told else "" for name in TOLD]
        columns = (
            event_id, people.names[begin:end], people.emails[begin:end], people.statuses[begin:end],
            people.minutes[begin:end], *told, written_numbers(end - begin), one.name, variant,
        )  # fmt: skip
        file = SourceFile(one.name, one.sha256, one.form.system, one.form.variant, one.encoding, order or "")
        statuses = {status: count for status, count in zip(STATUSES, counts, strict=True) if count}
        remarks = one.people.remarks + counted(statuses, event_id)
        yield event_id, Attendance(columns, end - begin, (file,), remarks)


class _Reading:
    """Lists of one form on their way to stays. good: those of which nothing is in doubt.

    orders: day or month first, of each list.
    """

    def __init__(self, lists: Sequence[Plain]) -> None:
        self.lists, self.form = lists, lists[0].form
        self.sizes = [one.rows for one in lists]
        self.of = np.repeat(np.arange(len(lists)), self.sizes)
        self.good = np.ones(len(lists), bool)
        self.orders: list[str | None] = [self.form.order] * len(lists)

    def stays(self) -> StayColumns:
        """The stays of all lists; those of lists that turn out not to be good have no times."""
        starts, ends, seconds = self._times()
        timed = starts != NO_MOMENT
        parts = self._parts(timed)
        attended = np.bincount(self.of[parts != NO_SHOW], minlength=len(self.lists))
        self.good &= attended >= [one.wanted for one in self.lists]
        people = [one.people for one in self.lists]
        names, emails = _end_to_end(one.names for one in people), _end_to_end(one.emails for one in people)
        self._refuse_empty(~timed, names, emails)
        bad = ~self.good[self.of]
        return StayColumns(
            self.sizes, names, _end_to_end(one.folded_names for one in people),
            emails, _end_to_end(one.folded_emails for one in people),
            chain.from_iterable(one.first for one in people),
            np.where(bad, NO_MOMENT, starts), ends, np.where(bad, 0, seconds), parts, self._told(),
        )  # fmt: skip

    def _column(self, role: str) -> list[str]:
        return _end_to_end(one.columns[role] for one in self.lists)

    def _doubt(self, rows: NDArray[np.bool_]) -> None:
        self.good[self.of[rows]] = False

    def _times(self) -> tuple[Numbers, Numbers, Numbers]:
        """Start, end and seconds inside of each row; without times people were there as long as the event."""
        places, count = self.form.places, len(self.of)
        if "start" not in places:
            none = np.full(count, NO_MOMENT)
            return none, none, np.array([event_seconds(one.event) for one in self.lists], np.int64)[self.of]
        columns = [*zip(*(one.times for one in self.lists), strict=True)]
        days, zones = [one.days for one in self.lists], [one.zone for one in self.lists]
        found, self.orders = moments_of_lists(columns, self.sizes, days, zones, self.form.order)
        starts, timed = found[0], found[0] != NO_MOMENT
        self.good &= [order is not None for order in self.orders]
        self.good &= np.bincount(self.of[timed], minlength=len(self.lists)) > 0
        earliest, latest, close = np.array([*map(_held, self.lists)], np.int64).T.copy()[:, self.of]
        self._doubt(timed & ((starts < earliest) | (starts >= latest)))
        ends = found[1] if "end" in places else np.where(timed, np.maximum(starts, close), NO_MOMENT)
        self._doubt(((ends != NO_MOMENT) != timed) | (ends < starts))
        seconds = np.where(timed, ends - starts, 0)
        if "duration" in places:
            told = np.fromiter(map(_durations.__getitem__, self._column("duration")), np.int64, count)
            self._doubt((told < 0) | ~timed)
            seconds = np.minimum(told, seconds)
        if "minutes" in places:
            self._check_minutes(~timed)
        return starts, ends, seconds

    def _check_minutes(self, without: NDArray[np.bool_]) -> None:
        """Doubt lists with a cell that is no number of minutes, and with minutes in a row without times."""
        cells, nothing = self._column("minutes"), self.form.nothing
        told = "".join(cells)
        if not (told.isascii() and told.isdecimal() and max(map(len, cells)) < 6):
            fine = (cell in nothing or MINUTES.fullmatch(cell) is not None for cell in cells)
            self._doubt(~np.fromiter(fine, bool, len(cells)))
        rows = np.flatnonzero(without).tolist()
        more = [row for row in rows if cells[row] not in nothing and cells[row] != "0"]
        self.good[self.of[more]] = False

    def _parts(self, timed: NDArray[np.bool_]) -> Numbers:
        places = self.form.places
        found = np.zeros(len(self.of), np.int64)
        if "end" not in places and "start" in places:
            found[~timed] = NO_SHOW
        begins = accumulate(self.sizes, initial=0)
        for number, (one, begin) in enumerate(zip(self.lists, begins, strict=False)):
            if "part" in places:
                cells = one.columns["part"]
                alike = cells.count(cells[0]) == one.rows
                words = parts_of(frozenset(cells[:1] if alike else cells))
                self.good[number] &= words is not None
                if words and any(words.values()):
                    found[[begin + n for n, cell in enumerate(cells) if words[cell]]] = HOST
            if "attended" in places:
                cells = one.columns["attended"]
                self.good[number] &= {*cells} <= {"Yes", "No"}
                if "No" in cells:
                    found[[begin + n for n, cell in enumerate(cells) if cell == "No"]] = NO_SHOW
        return found

    def _refuse_empty(self, rows: NDArray[np.bool_], names: Sequence[str], emails: Sequence[str]) -> None:
        """Leave lists in doubt of which a row may say nothing at all, and be no row."""
        if "event_id" not in self.form.places and rows.any():
            silent = [row for row in np.flatnonzero(rows).tolist() if not names[row] and not emails[row]]
            self.good[self.of[silent]] = False

    def _told(self) -> dict[str, list[str]]:
        columns = {name: self._column(name) for name in TOLD if name in self.form.places}
        if "organisation" in columns:
            columns["organisation"] = [*map(str.strip, columns["organisation"])]
        return {name: column for name, column in columns.items() if any(column)}


def _end_to_end(columns: Iterable[Sequence[str]]) -> list[str]:
    return [*chain.from_iterable(columns)]


def _held(one: Plain) -> tuple[int, int, int]:
    """Between which moments somebody may come to an event (see ``near``), and when it ends."""
    first, last = (day.toordinal() - _EPOCH for day in one.days)
    return (first - 1) * _DAY, (last + 2) * _DAY, seconds_from_epoch(one.held[1])
