"""read: what a received file is, the event it belongs to, and what would be left out of it and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib.errors import InputError, text
from evallib.records import Remark
from evallib.steps.context import Context
from evallib.steps.fingerprint import hash_bytes, read_all

if TYPE_CHECKING:
    from evallib.sources.decode import Sheet
    from evallib.sources.listing import Recognised
    from evallib.sources.stays import Listing

_EARLY = timedelta(minutes=30)
_OUTSIDE: Mapping[str, str] = {"event_id": ""}  # an event that no log tells of
_RESPONSES = ["id", "submitdate", "lastpage"]
# What LimeSurvey calls the number of a response where the headings are not codes alone.
_FULL_HEADING = re.compile(r"(id\W+)?(response id|vastaus-id|vastauksen id|svars-id)")
_INVITED = {"tid", "token", "email"}


@dataclass(frozen=True)
class Looked:
    """A file looked into. rows: as they stand in it; persons: distinct ones who took part.

    event: its id, "" where none is sure; possible: events that it may belong to. statuses: rows of persons
    by status. apart: (name, status) of robots and hosts. not_read: columns that nothing is taken from.
    unfinished: columns that the event's row in the log needs and lacks.
    """

    file: str
    sha256: str
    system: str
    variant: str = ""
    encoding: str = ""
    date_order: str = ""
    event: str = ""
    possible: tuple[str, ...] = ()
    rows: int = 0
    persons: int | None = None
    statuses: Mapping[str, int] | None = None
    apart: tuple[tuple[str, str], ...] = ()
    not_read: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def read(path: Path, context: Context | None) -> Looked:
    """The file as a freeze would read it; nothing is moved or kept. Without a workspace no event is known.

    Raises InputError for a file that is not known (with its columns, the nearest known list and what to do
    then) or can't be read for sure.
    """
    data = read_all({path.name: path})[path.name]
    sha = hash_bytes(data)
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{") and b'"responses"' in start:
        from evallib.sources.survey_folder import extent

        rows = extent(data, path.name, "responses")[1]
        return Looked(path.name, sha, "limesurvey", "responses", "UTF-8", rows=rows)
    if start.startswith((b"{", b"[")):
        return _table(_matomo(data, path.name), path.name, sha)
    if start.startswith((b"<?xml", b"<document")):
        from evallib.codebook.lss_read import read_lss

        survey = read_lss(data, path.name)
        return Looked(path.name, sha, "limesurvey", "structure", rows=len(survey.items))
    return _looked_at_table(data, path.name, sha, context)


def _matomo(data: bytes, name: str) -> Any:
    from evallib.sources.statistics import read_matomo

    return read_matomo(data, name)


def _looked_at_table(data: bytes, name: str, sha: str, context: Context | None) -> Looked:
    from evallib.codes import LOGS, SURVEYS
    from evallib.sources.decode import read_sheet
    from evallib.sources.limesurvey_export import CODE_EXPORT
    from evallib.sources.listing import recognise
    from evallib.sources.mailchimp import kind_of
    from evallib.sources.mapped import STAFF
    from evallib.sources.paper import DATE, FORM
    from evallib.sources.statistics import NEWSLETTER_HEADER, read_newsletter
    from evallib.sources.stays import folded
    from evallib.sources.survey_folder import extent

    mappings = context.mappings if context else ()
    sheet = read_sheet(data, name, by_hand=True, sheets=[*LOGS, *SURVEYS, *(one.sheet for one in mappings)])
    filled = [row for row in sheet.rows if row]
    header = [folded(cell) for cell in filled[0]] if filled else []
    if header and _FULL_HEADING.fullmatch(header[0]):
        raise InputError(
            text("The headings of {file} are not question codes", file=name),
            expected=text("a first row that begins with: id, submitdate"),
            found=", ".join(header[:3])[:80],
            repair=CODE_EXPORT,
        )
    if header[:3] == _RESPONSES or set(header) >= _INVITED:
        kind = "responses" if header[:3] == _RESPONSES else "participants"
        return Looked(name, sha, "limesurvey", kind, sheet.encoding, rows=extent(data, name, kind)[1])
    if header[:1] == [FORM] and DATE in header:
        return _paper(data, name, sha, sheet, set(header), context)
    if kind := _log_kind(header):
        return _table(_log(kind, data, name), name, sha)
    if kind_of(sheet) or header[:1] == ["month"] and set(header) <= set(NEWSLETTER_HEADER):
        return _table(read_newsletter(data, name), name, sha)
    if sorted(header) == sorted(STAFF.columns):
        return Looked(name, sha, "staff", "template", sheet.encoding, rows=len(filled) - 1)
    return _attendance(data, sheet, recognise(sheet, mappings, _others()), sha, context)


def _paper(
    data: bytes, name: str, sha: str, sheet: Sheet, header: set[str], context: Context | None
) -> Looked:
    """Forms typed from paper, checked against the newest wave that asks these columns."""
    from evallib.sources.paper import paper_extent, read_paper, sheet_rules
    from evallib.sources.stays import folded

    periods = sorted(context.workspace.project.periods, key=lambda one: one.end) if context else ()
    for period in reversed(periods):
        assert context is not None  # else there are no periods
        for asked in context.wave(period.id).values():
            if {folded(rule.column) for rule in sheet_rules(asked)} == header:
                return _table(read_paper(asked, data, name, events_by_id(context)), name, sha)
    rows = paper_extent(data, name)[1]
    return Looked(name, sha, "paper forms", "typed", sheet.encoding, rows=rows)


def _others() -> dict[str, Sequence[str]]:
    """The columns of what a file can be beside a list of people, by what it is called."""
    from evallib.codes import LOGS, rules
    from evallib.sources.statistics import NEWSLETTER_HEADER

    kinds = {f"logs/{kind}": rules(kind) for kind in LOGS} | {"rosters": rules("roster")}
    found: dict[str, Sequence[str]] = {name: [one.column for one in some] for name, some in kinds.items()}
    return found | {"newsletter": NEWSLETTER_HEADER}


def _log_kind(header: list[str]) -> str:
    """The log or roster whose columns these mostly are, "" for none."""
    from evallib.codes import LOGS, rules

    shares = {}
    for kind in (*LOGS, "roster"):
        columns = {rule.column for rule in rules(kind)}
        shares[kind] = len(columns & set(header)) / len(columns)
    best = max(shares, key=lambda kind: shares[kind])
    return best if shares[best] > 0.7 else ""


def _log(kind: str, data: bytes, name: str) -> Any:
    from evallib.sources.logs import read_log, read_roster_table

    return read_roster_table(data, name, Path(name).stem) if kind == "roster" else read_log(kind, data, name)


def _table(table: Any, name: str, sha: str) -> Looked:
    (file,) = table.files
    return Looked(
        name, sha, file.system, file.variant, file.encoding, rows=len(table.rows), remarks=table.remarks
    )


def _attendance(data: bytes, sheet: Sheet, found: Recognised, sha: str, context: Context | None) -> Looked:
    from evallib.sources.attendance import read_attendance
    from evallib.sources.mapped import read_registrations

    not_read = tuple(found.fit.not_read(sheet)) if found.fit else ()
    if found.fit and found.fit.mapping.kind == "registration":
        people, repeated = read_registrations(sheet, found.fit)
        again = (Remark("repeated_sign_up", repeated),) if repeated else ()
        return Looked(
            sheet.name, sha, found.system, found.variant, sheet.encoding,
            rows=len(people) + repeated, persons=len(people), not_read=not_read, remarks=again,
        )  # fmt: skip
    event, possible, listing = event_of_list(sheet, found, context)
    policy = context.plan.policy if context else None
    table = read_attendance(
        [(sheet.name, data)],
        event,
        policy.bots if policy else (),
        policy.minimum_stay_minutes if policy else 0,
        mappings=context.mappings if context else (),
    )
    statuses = Counter(table.rows["status"])
    pairs = zip(table.rows["name"], table.rows["status"], strict=True)
    return Looked(
        sheet.name, sha, found.system, found.variant, sheet.encoding, listing.date_order,
        event["event_id"], possible, listing.rows, statuses.get("attended", 0), dict(statuses),
        tuple((name, status) for name, status in pairs if status in ("bot", "host")),
        not_read, _unfinished(event),
        tuple(one for one in table.remarks if one.code not in (*statuses, "not_read")),
    )  # fmt: skip


def _unfinished(event: Mapping[str, str]) -> tuple[str, ...]:
    """What the row of an event of the log needs and lacks."""
    from evallib.codes import rules

    needed = [rule.column for rule in rules("events") if rule.needed]
    return tuple(one for one in needed if event["event_id"] and not event.get(one))


def event_of_list(
    sheet: Sheet, found: Recognised, context: Context | None
) -> tuple[Mapping[str, str], tuple[str, ...], Listing]:
    """The event by the file's name, else the only one that was held at the same time; else an unknown one."""
    from evallib.sources.event_files import event_named
    from evallib.sources.listing import read_listing

    events = _events_so_far(context) if context else {}
    if named := event_named(sheet.name, events):
        return events[named], (), read_listing(sheet, found, events[named])
    at_the_time = {}
    for event_id, event in events.items():
        try:
            listing = read_listing(sheet, found, event)
        except InputError:
            continue
        if _held_then(listing, event):
            at_the_time[event_id] = listing
    if len(at_the_time) == 1:
        ((event_id, listing),) = at_the_time.items()
        return events[event_id], (), listing
    return _OUTSIDE, tuple(at_the_time), read_listing(sheet, found, _OUTSIDE)


def _event_log(context: Context) -> dict[str, bytes]:
    paths = [context.workspace.surveys / "logs" / f"events.{ending}" for ending in ("csv", "xlsx")]
    return read_all({f"logs/{path.name}": path for path in paths if path.is_file()})


def _events_so_far(context: Context) -> Mapping[str, Mapping[str, str]]:
    """The event log by id, also where rows wait to be completed; without both its times an event has none."""
    from evallib.sources.logs import unfinished_rows

    rows = [
        row for name, data in _event_log(context).items() for row in unfinished_rows("events", data, name)
    ]
    zone, none = context.workspace.project.timezone, {"start": "", "end": ""}
    return {
        row["event_id"]: row | {"tz": row["tz"] or zone} | ({} if row["start"] and row["end"] else none)
        for row in rows
    }


def events_by_id(context: Context) -> Mapping[str, Mapping[str, str]]:
    """The event log by id, without which no file of an event could be read."""
    from evallib.sources.event_files import rows_by_id
    from evallib.sources.logs import read_log

    logs = [read_log("events", data, name) for name, data in _event_log(context).items()]
    return rows_by_id(logs[0] if logs else None, context.workspace.project.timezone)


def _held_then(listing: Listing, event: Mapping[str, str]) -> bool:
    """Whether somebody came while the event was held, or shortly before."""
    from evallib.sources.clock import event_times

    start, end = event_times(event) or (datetime.max, datetime.max)
    return any(start - _EARLY <= moment <= end for moment in listing.seen)
