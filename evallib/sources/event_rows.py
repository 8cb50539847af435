"""What attendance files tell of events that the log does not know yet: rows for the evaluator to complete."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from evallib.errors import InputError, text
from evallib.sources.clock import UNDECIDED, is_moment, written
from evallib.sources.decode import Sheet, read_sheet
from evallib.sources.event_files import event_named, without_replaced
from evallib.sources.listing import read_listing, recognise
from evallib.sources.mapped import read_registrations
from evallib.sources.mapping import ColumnMapping
from evallib.sources.stays import Listing, folded

_ID = re.compile(r"[^\W\d_]{0,6}\d[\w-]*?(?=[ _(+.]|$)")  # letters, then a number
_TITLES = ("meeting title", "topic")
_STARTS = ("start time", "meeting start time", "actual start time")
_ENDS = ("end time", "meeting end time")
_TOP = 20  # rows in which a list tells of the meeting as a whole


@dataclass(frozen=True)
class Found:
    """An event as its files tell of it. start, end: local; None where they do not tell, or not for sure.

    mode: online, onsite, hybrid or "" where unknown. language: of all who told theirs, "" where they differ.
    people: addresses and names on its lists, folded. undecided: files whose day and month could be either.
    """

    event_id: str
    files: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    title: str = ""
    mode: str = ""
    language: str = ""
    people: frozenset[str] = frozenset()
    undecided: tuple[str, ...] = ()

    def together(self, other: Found) -> Found:
        """The same event from one more file."""
        modes = {one.mode for one in (self, other) if one.mode}
        languages = {one.language for one in (self, other) if one.language}
        return replace(
            self,
            files=(*self.files, *other.files),
            start=min((one.start for one in (self, other) if one.start), default=None),
            end=max((one.end for one in (self, other) if one.end), default=None),
            title=self.title or other.title,
            mode="hybrid" if modes == {"online", "onsite"} else min(modes, default=""),
            language=min(languages) if len(languages) == 1 else "",
            people=self.people | other.people,
            undecided=(*self.undecided, *other.undecided),
        )

    def overlaps(self, other: Found) -> bool:
        """Whether both were held at one time, at least in part."""
        if not (self.start and self.end and other.start and other.end):
            return False
        return self.start < other.end and other.start < self.end


def new_events(
    files: Mapping[str, bytes],
    log: Mapping[str, Mapping[str, str]],
    mappings: Sequence[ColumnMapping],
    zone: str,
) -> tuple[Found, ...]:
    """Events of the files' names that are not in the log, in order of their ids.

    log: rows by id, whose events are left out; zone: the project's time zone. Raises InputError for a name
    that begins with no id, and for a list that is not known or damaged.
    """
    found: dict[str, Found] = {}
    current, _ = without_replaced(files)
    for name in sorted(current):
        if event_named(name, log):
            continue
        event_id = _id_of(name)
        one = told_by(name, files[name], event_id, mappings, zone)
        found[event_id] = found[event_id].together(one) if event_id in found else one
    return tuple(found[event_id] for event_id in sorted(found))


def _id_of(name: str) -> str:
    stem = name.rpartition("/")[2].rpartition(".")[0]
    if match := _ID.match(stem):
        return match[0]
    raise InputError(
        text("The name of {file} begins with no id of an event", file=name),
        where=name,
        expected=text(
            "an id of letters and a number, then anything, as {example}", example="e2601_teams.csv"
        ),
        repair=text("Give the event an id and let the file's name begin with it"),
    )


def told_by(name: str, data: bytes, event_id: str, mappings: Sequence[ColumnMapping], zone: str) -> Found:
    """What one file tells of its event."""
    sheet = read_sheet(data, name, by_hand=True, sheets=[one.sheet for one in mappings])
    kind = recognise(sheet, mappings)
    if kind.fit and kind.fit.mapping.kind == "registration":
        signed_up, _ = read_registrations(sheet, kind.fit)
        languages = {one["lang"] for one in signed_up.values()} - {""}
        return Found(event_id, (name,), language=_only(languages), people=frozenset(signed_up))
    title, mode = _title(sheet), _mode(kind.system)
    try:
        listing = read_listing(sheet, kind, {"event_id": event_id, "tz": zone})
    except InputError as fault:
        if fault.problem != UNDECIDED:
            raise
        return Found(event_id, (name,), title=title, mode=mode, undecided=(name,))
    start, end = _times(sheet, listing, ZoneInfo(zone))
    languages = {stay.background.get("lang", "") for stay in listing.stays} - {""}
    people = {folded(one) for stay in listing.stays for one in (stay.email or stay.name,) if one}
    return Found(event_id, (name,), start, end, title, mode, _only(languages), frozenset(people))


def _only(languages: set[str]) -> str:
    return min(languages) if len(languages) == 1 else ""


def _mode(system: str) -> str:
    return {"teams": "online", "zoom": "online", "paper list": "onsite"}.get(system, "")


def _told(sheet: Sheet) -> dict[str, str]:
    """What the top of a list says of the meeting, by folded word: beside the word, or below it."""
    found: dict[str, str] = {}
    top = sheet.rows[:_TOP]
    for head, below in zip(top, [*top[1:], []], strict=True):
        if len(head) == 2:
            found.setdefault(folded(head[0]), head[1])
        else:
            for word, value in zip(head, below, strict=False):
                found.setdefault(folded(word), value)
    return found


def _title(sheet: Sheet) -> str:
    """The meeting's title; of a report in another language the line below its first heading."""
    told = _told(sheet)
    written_as = next((told[word] for word in _TITLES if told.get(word)), "")
    if not written_as and sheet.rows and re.match(r"1\.\s*\D", "".join(sheet.rows[0])):
        second = next((row for row in sheet.rows[1:3] if row), [])
        written_as = second[1] if len(second) == 2 else ""
    return " ".join(written_as.split()).lstrip("=+-@ ")  # no formula for a spreadsheet


def _times(sheet: Sheet, listing: Listing, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Start and end as the list says them, else its first coming and last leaving; whole minutes, local."""
    told = _told(sheet)
    ends: list[datetime | None] = []
    for words, seen in (
        (_STARTS, min((one.start for one in listing.stays if one.start), default=None)),
        (_ENDS, max((one.end for one in listing.stays if one.end), default=None)),
    ):
        cell = next((told[word] for word in words if is_moment(told.get(word, ""))), "")
        local = seen.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if seen else None
        if cell:
            with contextlib.suppress(ValueError):
                local = written(cell, sheet.name).moment(listing.date_order)
        ends.append(local.replace(second=0, microsecond=0) if local else None)
    start, end = ends
    return (start, end) if start and end and start < end else (start, None)
