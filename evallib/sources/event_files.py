"""The files of the inbox's ``events`` folder: whose event each is, which one counts, who is staff."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations, pairwise

from evallib.errors import InputError, nearest, text
from evallib.records import Remark, SourceFile, SourceTable, Undeclared
from evallib.sources.attendance import Attendance, as_table, attendance_of, rule_of
from evallib.sources.decode import read_sheet
from evallib.sources.listing import Recognised
from evallib.sources.mapped import STAFF, fit, read_staff
from evallib.sources.mapping import ColumnMapping
from evallib.sources.persons import Rule
from evallib.sources.stays import bare_and_folded_addresses
from evallib.sources.undeclared import undeclared

PLACES = (
    "inbox/limesurvey/<survey>/structure.lss, responses.csv, participants.csv, paper.xlsx",
    "inbox/events/<event_id>….csv, .txt, .xlsx",
    "inbox/staff.csv, .xlsx",
    "inbox/statistics/matomo….json, newsletter….csv",
    "logs/<log>.csv, .xlsx",
    "rosters/<period>.csv",
)
_TOGETHER = 4_000_000  # bytes of lists that are read at once
_CORRECTED = re.compile(r"(.+?)[ _-](?:korjattu|rättad|rattad|corrected)[ _-]?(\d*)")


@dataclass(frozen=True)
class EventFiles:
    """table: the participations, None without files of events. files: those that are not in it."""

    table: SourceTable | None
    files: tuple[SourceFile, ...]
    remarks: tuple[Remark, ...]


def read_event_files(
    files: Mapping[str, bytes],
    staff_files: Mapping[str, bytes],
    rows: Mapping[str, Mapping[str, str]],
    period: tuple[date, date],
    bots: Sequence[str],
    minimum_stay: int,
    mappings: Sequence[ColumnMapping],
) -> EventFiles:
    """The participations of all events; ``rows``: the event log by id. See ``read_inbox`` for the rest."""
    current, replaced = without_replaced(files)
    staff, others, strange = _staff(staff_files)
    named, absent = _by_event(current, rows, period)
    seen: dict[str, str] = {}

    def by_rows(event_id: str) -> Attendance:
        some = [(name, files[name]) for name in named[event_id]]
        return attendance_of(some, rows[event_id], bots, minimum_stay, staff=staff, mappings=mappings)

    rule = rule_of(bots, minimum_stay, staff)
    read = _attendances(named, files, rows, rule, mappings, by_rows)
    table = as_table(_of_one_list(one, seen) for one in read) if named else None
    table = replace(table, undeclared=(*table.undeclared, *strange)) if table else None
    others += [SourceFile(name, _sha(files[name]), "replaced") for name in replaced]
    remarks = []
    if absent:
        remarks.append(Remark("no_participant_file", len(absent), " ".join(absent)))
    if replaced:
        events = sorted({event_of(name, rows) for name in replaced})
        remarks.append(Remark("replaced", len(replaced), " ".join(events)))
    remarks += _alike(table, rows) if table else []
    return EventFiles(table, tuple(others), tuple(remarks))


def _attendances(
    named: Mapping[str, Sequence[str]],
    files: Mapping[str, bytes],
    rows: Mapping[str, Mapping[str, str]],
    rule: Rule,
    mappings: Sequence[ColumnMapping],
    by_rows: Callable[[str], Attendance],
) -> Iterator[Attendance]:
    """The participations of each event; plain lists are read together, some megabytes at a time."""
    from evallib.sources.plain import Plain, PlainLists
    from evallib.sources.together import attendances

    lists = PlainLists(mappings)
    waiting: dict[str, Plain | None] = {}
    size = 0
    for number, (event_id, names) in enumerate(named.items(), 1):
        data = files[names[0]] if len(names) == 1 else b""
        waiting[event_id] = lists.plain(names[0], data, rows[event_id]) if data else None
        size += len(data)
        if size > _TOGETHER or number == len(named):
            found = attendances([one for one in waiting.values() if one], rule)
            yield from (found.get(one) or by_rows(one) for one in waiting)
            waiting, size = {}, 0


def _alike(table: SourceTable, rows: Mapping[str, Mapping[str, str]]) -> list[Remark]:
    """Pairs of events held at one time, at least in part, of which at least half of the smaller list is on
    the other too: they may be one event, from two systems. Count: the people on both.
    """
    people, addresses = _rows_of(table), table.rows["email"].to_numpy()
    in_time = sorted(people, key=lambda one: rows[one]["start"])
    found = []
    for zone in sorted({rows[one]["tz"] for one in people}):
        for some in _without_gap([one for one in in_time if rows[one]["tz"] == zone], rows):
            on_list = {one: bare_and_folded_addresses(addresses[people[one]].tolist())[1] for one in some}
            for (one, other), both in _on_both(on_list).items():
                overlap = rows[other]["start"] < rows[one]["end"]
                smaller = min(len(on_list[event]) - on_list[event].count("") for event in (one, other))
                if overlap and both > 1 and 2 * both >= smaller:
                    found.append((in_time.index(one), in_time.index(other), both))
    return [
        Remark("one_event", both, f"{in_time[one]} {in_time[other]}") for one, other, both in sorted(found)
    ]


def _rows_of(table: SourceTable) -> dict[str, slice]:
    """Where the rows of each event stand: those of one event stand together."""
    known = table.rows["event_id"].to_numpy()
    begins = [0, *((known[1:] != known[:-1]).nonzero()[0] + 1), len(known)]
    return {known[begin]: slice(begin, end) for begin, end in pairwise(begins) if end > begin}


def _without_gap(in_time: Sequence[str], rows: Mapping[str, Mapping[str, str]]) -> Iterator[list[str]]:
    """Runs of events, each of which begins before all the earlier ones of its run have ended."""
    run: list[str] = []
    until = ""
    for one in in_time:
        if run and rows[one]["start"] >= until:
            yield run
            run, until = [], ""
        run.append(one)
        until = max(until, rows[one]["end"])
    if len(run) > 1:
        yield run


def _on_both(people: Mapping[str, Sequence[str]]) -> Counter[tuple[str, str]]:
    """How many people each pair of events shares, where it shares any; by address, "" for none."""
    counts = Counter(chain.from_iterable(people.values()))
    several = {address for address, count in counts.items() if count > 1} - {""}
    events: dict[str, dict[str, None]] = {}
    for event_id, addresses in people.items():
        for address in several.intersection(addresses):
            events.setdefault(address, {})[event_id] = None
    return Counter(pair for some in events.values() for pair in combinations(some, 2))


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def rows_by_id(events: SourceTable | None, zone: str) -> dict[str, dict[str, str]]:
    """Rows of the event log by id; an event without a time zone has the project's."""
    records = [] if events is None else events.rows.to_dict("records")
    rows = [{str(column): str(cell) for column, cell in row.items()} for row in records]
    return {row["event_id"]: row | {"tz": row["tz"] or zone} for row in rows}


def _staff(files: Mapping[str, bytes]) -> tuple[frozenset[str], list[SourceFile], list[Undeclared]]:
    """Addresses and names of staff and speakers, folded, from the list kept beside the events."""
    listed: set[str] = set()
    received: list[SourceFile] = []
    strange: list[Undeclared] = []
    for name, data in files.items():
        sheet = read_sheet(data, name, by_hand=True)
        listed |= read_staff(sheet)
        strange += undeclared(sheet, Recognised("staff", "", fit(sheet, [STAFF])))
        received.append(SourceFile(name, _sha(data), "staff", "template", sheet.encoding))
    return frozenset(listed), received, strange


def correction(name: str) -> tuple[str, int]:
    """What a file is a version of, and the number of its correction: 0 where it is none."""
    stem = name.rpartition(".")[0].casefold()
    found = _CORRECTED.fullmatch(stem)
    return (found[1], int(found[2] or 1)) if found else (stem, 0)


def without_replaced(files: Iterable[str]) -> tuple[list[str], list[str]]:
    """Names of files that count, and of those that a corrected one replaces."""
    newest: dict[str, int] = {}
    ranks = {name: correction(name) for name in files}
    for base, rank in ranks.values():
        newest[base] = max(rank, newest.get(base, 0))
    kept = [name for name, (base, rank) in ranks.items() if rank == newest[base]]
    return kept, [name for name, (base, rank) in ranks.items() if rank < newest[base]]


def _by_event(
    files: Iterable[str], rows: Mapping[str, Mapping[str, str]], period: tuple[date, date]
) -> tuple[dict[str, list[str]], list[str]]:
    """Files by the event id with which their names begin, and the events that lack an expected file."""
    named: dict[str, list[str]] = {}
    for name in files:
        if not re.fullmatch(r".+\.(csv|txt|xlsx)", name, re.IGNORECASE):
            raise not_known(name)
        event_id = event_of(name, rows)
        held = date.fromisoformat(str(rows[event_id]["start"])[:10])
        if not period[0] <= held <= period[1]:
            raise InputError(
                text("The event {event} is not of this period", event=event_id),
                where=name,
                expected=f"{period[0]} – {period[1]}",
                found=str(held),
                repair=text("Move the file to the inbox of its period, or correct the event log"),
            )
        named.setdefault(event_id, []).append(name)
    inside = [
        key
        for key, row in rows.items()
        if row["participant_file"] == "yes" and period[0].isoformat() <= row["start"][:10] <= str(period[1])
    ]
    return named, [event_id for event_id in inside if event_id not in named]


def event_named(name: str, known: Collection[str]) -> str:
    """The longest event id with which a file's name begins, as a whole word; "" for none."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    begins = (stem[:end] for end in range(len(stem), 0, -1) if not stem[end : end + 1].isalnum())
    return next((one for one in begins if one in known), "")


def event_of(name: str, known: Collection[str]) -> str:
    """Like :func:`event_named`; a name that begins with no event's id is an InputError."""
    if event_id := event_named(name, known):
        return event_id
    stem = name.rpartition("/")[2].rpartition(".")[0]
    close = nearest(re.split(r"[\s_(.]", stem)[0], list(known)) or nearest(stem, list(known))
    raise InputError(
        text("No event of the log has the id with which {file} begins", file=name),
        where=name,
        expected=text("the event's id, then anything, as {example}", example=f"{close or 'e01'}_teams.csv"),
        repair=text("Did you mean {event}?", event=close)
        if close
        else text("Enter the event in logs/events, or rename the file"),
    )


def _of_one_list(event: Attendance, seen: dict[str, str]) -> Attendance:
    """The event as it is; one downloaded list under two event ids would count its people twice."""
    for file in {one.sha256: one for one in event.files if one.variant not in ("", "registration")}.values():
        if file.sha256 in seen:
            raise InputError(
                text("The same list stands in the inbox for two events"),
                where=file.name,
                found=seen[file.sha256],
                repair=text("Keep it for the event it belongs to, and download the other one"),
            )
        seen[file.sha256] = file.name
    return event


def not_known(name: str, meant: str = "") -> InputError:
    return InputError(
        text("The file {file} is not known here", file=name),
        where=name,
        expected="; ".join(PLACES),
        repair=text("Did you mean {name}?", name=meant)
        if meant
        else text("Move it to its place, or out of the inbox"),
    )
