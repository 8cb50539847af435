"""Attendance files of one event → rows of participations, one row a person.

Whatever the system: people are recognised by e-mail, else by name; rejoins, second devices and restarted
meetings are united by time; robots, staff, short visits and no-shows stay in the table with their status.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evallib.errors import InputError, text
from evallib.records import FieldClass, Remark, SourceFile, SourceTable, Undeclared
from evallib.sources.decode import read_sheet
from evallib.sources.listing import read_listing, recognise
from evallib.sources.mapped import read_registrations
from evallib.sources.mapping import TOLD, ColumnMapping
from evallib.sources.persons import Rule, person_of
from evallib.sources.stays import Listing, Stay, by_person, folded, whole_minutes
from evallib.sources.undeclared import undeclared

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIELDS = {
    "event_id": FieldClass.ANSWER,
    "name": FieldClass.IDENTIFIER,
    "email": FieldClass.IDENTIFIER,
    "status": FieldClass.ANSWER,
    "minutes": FieldClass.ANSWER,
    "role": FieldClass.QUASI,
    "region": FieldClass.QUASI,
    "sector": FieldClass.QUASI,
    "under40": FieldClass.QUASI,
    "sex": FieldClass.QUASI,
    "lang": FieldClass.QUASI,
    "organisation": FieldClass.ORGANISATION,
    "row": FieldClass.TECHNICAL,
    "source_file": FieldClass.TECHNICAL,
    "source_variant": FieldClass.ANSWER,
}


_PART = re.compile(r"(?<!\d)[_ -]([0-9])$")  # not the day of a date


@dataclass(frozen=True)
class Attendance:
    """The participations of one event. columns: in the order of ``FIELDS``; a text stands in all rows.

    count: of rows.
    """

    columns: Sequence[Sequence[str] | NDArray[Any]]
    count: int
    files: tuple[SourceFile, ...]
    remarks: tuple[Remark, ...]
    undeclared: tuple[Undeclared, ...] = ()


@dataclass(frozen=True)
class _Received:
    """The files of an event, read: lists, sign-up backgrounds, remarks and fingerprints.

    signed_up: by e-mail, the file in which somebody signed up.
    """

    listings: tuple[Listing, ...]
    backgrounds: dict[str, dict[str, str]]
    signed_up: dict[str, str]
    files: tuple[SourceFile, ...]
    remarks: tuple[Remark, ...]
    undeclared: tuple[Undeclared, ...]


def read_attendance(
    files: Sequence[tuple[str, bytes]],
    event: Mapping[str, str],
    bots: Sequence[str],
    minimum_stay: int,
    *,
    staff: Collection[str] = (),
    mappings: Sequence[ColumnMapping] = (),
) -> SourceTable:
    """The participations of one event from all its files; kind "participations", one row a person.

    event: its row of the event log. bots: parts of display names of recording robots. minimum_stay:
    minutes from which a stay counts as attended, compared with the exact time. staff: addresses and names
    of staff and speakers, folded. mappings: the project's own. A file whose name begins with the event's id
    and "+" lists the same people as the event's other file. Columns: minutes = whole minutes of the united
    stays, half a minute rounded up; status = attended, short, host, bot, registered, no-show or invited;
    row = running number within the event. Who signed up and is on no list has a row without background:
    no-show where everybody on the lists has an address, else registered. source_file, source_variant: the
    lists that tell of the person, a sign-up last. Raises InputError for unknown, damaged, foreign or doubly
    kept lists, and for several that differ and are not named as parts.
    """
    return as_table([attendance_of(files, event, bots, minimum_stay, staff=staff, mappings=mappings)])


def as_table(events: Iterable[Attendance]) -> SourceTable:
    """The participations of events in one table, columns and classes as ``FIELDS`` says."""
    import pandas as pd

    columns: list[list[Sequence[str] | NDArray[Any]]] = [[] for _ in FIELDS]
    counts: list[int] = []
    files: list[SourceFile] = []
    remarks: list[Remark] = []
    strange: list[Undeclared] = []
    usual = gc.isenabled()
    gc.disable()  # rows are many small lists, none of them in a circle
    try:
        for event in events:
            for column, more in zip(columns, event.columns, strict=True):
                column.append(more)
            counts.append(event.count)
            files += event.files
            remarks += event.remarks
            strange += event.undeclared
    finally:
        if usual:
            gc.enable()
    # The columns are given up one by one, so that no cell is held twice.
    by_name = {
        name: pd.Series(_end_to_end(columns.pop(0), counts), dtype="str", copy=False) for name in FIELDS
    }
    table = pd.DataFrame(by_name, copy=False)
    return SourceTable("participations", table, dict(FIELDS), tuple(files), tuple(remarks), tuple(strange))


def _end_to_end(parts: Sequence[Sequence[str] | NDArray[Any]], counts: Sequence[int]) -> NDArray[Any]:
    """One column out of those of the events; a part that is a text stands in all rows of its event."""
    import numpy as np

    found = np.empty(sum(counts), object)
    if all(part is parts[0] for part in parts) and isinstance(parts[0], str):
        found[:] = parts[0]
        return found
    end = 0
    for part, count in zip(parts, counts, strict=True):
        end += count
        found[end - count : end] = part
    return found


def attendance_of(
    files: Sequence[tuple[str, bytes]],
    event: Mapping[str, str],
    bots: Sequence[str],
    minimum_stay: int,
    *,
    staff: Collection[str] = (),
    mappings: Sequence[ColumnMapping] = (),
) -> Attendance:
    """Like :func:`read_attendance`, as columns that are no table yet."""
    received = _receive(files, event, mappings)
    joined = any(listing.joined for listing in received.listings)
    variants = {f.name: f"{f.system} {f.variant}" for f in received.files}
    rule = rule_of(bots, minimum_stay, staff)
    event_id = event["event_id"]
    stays = [stay for listing in received.listings for stay in listing.stays]
    rows = []
    met = by_person(stays, names_too=joined)
    for number, person in enumerate([*met, *_not_met(met, received.signed_up)], 1):
        name, email, status, seconds, told = person_of(person, rule)
        address = folded(email)
        if email and number <= len(met) and (known := received.backgrounds.get(address)):
            told = tuple(known.get(column, "") for column in TOLD)
        sources = [stay.source for stay in person] + [received.signed_up.get(address, "")]
        sources = [source for source in dict.fromkeys(sources) if source]
        variant = "+".join(dict.fromkeys(variants[source] for source in sources))
        minutes = str(whole_minutes(seconds))
        rows.append((event_id, name, email, status, minutes, *told, str(number), "+".join(sources), variant))
    by_column = tuple(zip(*rows, strict=True)) if rows else ((),) * len(FIELDS)
    remarks = received.remarks + counted(Counter(by_column[3]), event_id)
    return Attendance(by_column, len(rows), received.files, remarks, received.undeclared)


def rule_of(bots: Sequence[str], minimum_stay: int, staff: Collection[str]) -> Rule:
    """What decides a status, in the words of :func:`read_attendance`."""
    return Rule(tuple(word for bot in bots if (word := folded(bot))), minimum_stay, frozenset(staff))


def _not_met(people: Sequence[Sequence[Stay]], signed_up: Mapping[str, str]) -> list[list[Stay]]:
    """Those who signed up and are on no list of the event. Somebody there without an address may be one of
    them, so that it is not known whether they came."""
    addresses = [{folded(stay.email) for stay in person} - {""} for person in people]
    part = "no-show" if people and all(addresses) else "registered"
    met = set[str]().union(*addresses)
    return [[Stay("", one, part=part, source=name)] for one, name in signed_up.items() if one not in met]


def _receive(
    files: Sequence[tuple[str, bytes]], event: Mapping[str, str], mappings: Sequence[ColumnMapping]
) -> _Received:
    listings: list[Listing] = []
    backgrounds: dict[str, dict[str, str]] = {}
    signed_up: dict[str, str] = {}
    kept: list[SourceFile] = []
    remarks: list[Remark] = []
    strange: list[Undeclared] = []
    seen: set[str] = set()
    for name, data in files:
        sha = hashlib.sha256(data).hexdigest()
        if sha in seen:
            remarks.append(Remark("duplicate", 1, event["event_id"]))
            kept.append(SourceFile(name, sha, "duplicate"))
            continue
        seen.add(sha)
        sheet = read_sheet(data, name, by_hand=True, sheets=[one.sheet for one in mappings])
        found = recognise(sheet, mappings)
        strange += undeclared(sheet, found)
        if found.fit and found.fit.mapping.kind == "registration":
            people, repeated = read_registrations(sheet, found.fit)
            backgrounds |= people
            signed_up |= dict.fromkeys(people, name)
            remarks += [Remark("repeated_sign_up", repeated, event["event_id"])] if repeated else []
            ignored = len(found.fit.not_read(sheet))
            remarks += [Remark("not_read", ignored, event["event_id"])] if ignored else []
            kept.append(SourceFile(name, sha, found.system, found.variant, sheet.encoding))
            continue
        listing = read_listing(sheet, found, event)
        same_people = name.rsplit("/", 1)[-1].startswith(f"{event['event_id']}+")
        listings.append(replace(listing, joined=same_people, name=name))
        remarks += listing.remarks
        remarks += [] if listing.stays else [Remark("nobody", 1, event["event_id"])]
        kept.append(
            SourceFile(name, sha, listing.system, listing.variant, sheet.encoding, listing.date_order)
        )
    once = _without_copies(listings)
    if len(once) < len(listings):
        remarks.append(Remark("duplicate", len(listings) - len(once), event["event_id"]))
    _check_systems(once, event)
    _check_parts(once, event["event_id"])
    return _Received(tuple(once), backgrounds, signed_up, tuple(kept), tuple(remarks), tuple(strange))


def _without_copies(listings: Sequence[Listing]) -> list[Listing]:
    """Listings without those that say the same as another, saved again in another form or order.

    Without times, one or two rows may be alike by chance.
    """
    if len(listings) < 2:
        return list(listings)
    kept: dict[object, Listing] = {}
    for number, listing in enumerate(listings):
        rows = sorted(repr(stay._replace(source="")) for stay in listing.stays)
        told = len(rows) > 2 or any(stay.start for stay in listing.stays)
        kept.setdefault((listing.system, *rows) if told else number, listing)
    return list(kept.values())


def _check_parts(listings: Sequence[Listing], event_id: str) -> None:
    """Several lists of one system differ: parts of the event where their names end in numbers."""
    for system in {one.system for one in listings} if len(listings) > 1 else ():
        names = [one.name for one in listings if one.system == system and not one.joined]
        stems = [name.rpartition("/")[2].rpartition(".")[0].removeprefix(event_id) for name in names]
        parts = [_PART.search(stem) for stem in stems]
        if len(names) > 1 and len({part and part[1] for part in parts} - {None}) < len(names):
            raise InputError(
                text("The event {event} has lists that differ", event=event_id),
                where=", ".join(names),
                expected=text("one list, or parts of the event whose names end in _1, _2"),
                repair=text(
                    "Keep the right one. If it replaces the other, let its name end in _corrected; if the "
                    "event had several parts, let the names end in _1, _2; if both hold the same people, let "
                    "the name of one begin with {event}+ to join them",
                    event=event_id,
                ),
            )


def _check_systems(listings: Sequence[Listing], event: Mapping[str, str]) -> None:
    """Lists of two systems would count people twice, but for a hybrid event's room and screen."""
    listings = [listing for listing in listings if not listing.joined]
    if len(listings) < 2:
        return
    systems = sorted({listing.system for listing in listings})
    files = ", ".join(sorted({stay.source for one in listings for stay in one.stays if stay.source}))
    for system in systems:
        variants = sorted({one.variant for one in listings if one.system == system})
        if len(variants) > 1:
            raise InputError(
                text("The event {event} has two kinds of lists from one system", event=event["event_id"]),
                where=files or "events/",
                expected=text("one kind; several only where a meeting was started again"),
                found=text("{system}: {variants}", system=system, variants="; ".join(variants)),
                repair=text("Keep the list that has e-mail addresses and times"),
            )
    if len(systems) < 2:
        return
    online = [system for system in systems if system != "paper list"]
    if len(online) == 1 and event.get("mode") == "hybrid":
        return
    raise InputError(
        text("The event {event} has lists from two systems", event=event["event_id"]),
        expected=text("one system an event, or a hybrid event with a paper list and one online system"),
        found=", ".join(systems),
        where=files or "events/",
        repair=text(
            "If some came to the place and others online, set mode to hybrid in the event log; "
            "if both lists hold the same people, let the name of one file begin with {event}+ to join them",
            event=event["event_id"],
        ),
    )


def counted(counts: Mapping[str, int], event_id: str) -> tuple[Remark, ...]:
    """Remarks on an event's persons by status."""
    found = [
        Remark(status, counts[status], event_id)
        for status in ("bot", "host", "short", "no-show")
        if status in counts
    ]
    if "host" in counts and set(counts) <= {"host", "bot"}:
        found.append(Remark("nobody_but_hosts", counts["host"], event_id))
    return tuple(found)
