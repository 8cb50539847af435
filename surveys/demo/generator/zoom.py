"""Attendance as Zoom writes it (meetings old and new, webinars), and the paper list."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from evallib.twin.dice import Dice, words

from .attendance import Attendance, Visit
from .network import Organisation, employer
from .people import Person

Rows = list[list[str]]
BOM = b"\xef\xbb\xbf"


def comma(rows: Rows, *, end: str = "\r\n", bom: bool = True, delimiter: str = ",") -> bytes:
    """Rows as a CSV file with the quotes a cell needs."""
    out = io.StringIO()
    csv.writer(out, lineterminator=end, delimiter=delimiter).writerows(rows)
    return (BOM if bom else b"") + out.getvalue().encode("utf-8")


def zoom_meeting(attendance: Attendance, age: str, form: str) -> bytes:
    """A meeting's participant report. age: "old", "new"; form: "rows", "unique", "block"."""
    head = _head(age, form)
    rows = _unique(attendance) if form == "unique" else _all_rows(attendance, age, form == "block")
    top = _block(attendance, age) if form == "block" else []
    return comma([*top, head, *rows], bom=age == "new", end="\n" if age == "old" else "\r\n")


def _head(age: str, form: str) -> list[str]:
    if form == "unique":
        old = ["Name (Original Name)", "User Email", "Total Duration (Minutes)", "Guest"]
        new = ["Name (original name)", "Email", "Total duration (minutes)", "Guest"]
        return old if age == "old" else new
    if age == "old":
        times = ["Join Time", "Leave Time", "Duration (Minutes)", "Guest"]
        return ["Name (Original Name)", "User Email", *times]
    times = ["Join time", "Leave time", "Duration (minutes)", "Guest"]
    return ["Name (original name)", "Email", *times, "Recording disclaimer response", "In waiting room"]


def _block(attendance: Attendance, age: str) -> Rows:
    event, host = attendance.event, attendance.visits[0].person
    start, end = _stamp(event.start), _stamp(event.end)
    number, people = _meeting_id(event.event_id), str(len(attendance.visits))
    if age == "old":
        head = ["Meeting ID", "Topic", "Start Time", "End Time", "User Email", "Duration (Minutes)"]
        row = [number, event.titles[0], start, end, host.email, str(event.minutes)]
    else:
        head = ["Topic", "ID", "Host", "Duration (minutes)", "Start time", "End time"]
        row = [event.titles[0], number, f"{host.name} ({host.email})", str(event.minutes), start, end]
    return [[*head, "Participants"], [*row, people], []]


def _all_rows(attendance: Attendance, age: str, host: bool) -> Rows:
    """One row a join, in order of joining; the host is there only where the block names them."""
    start = attendance.event.start
    extra = ["OK", "No"] if age == "new" else []
    joins = [
        (joined, left, visit)
        for visit in attendance.visits
        if visit.role == "Attendee" or (host and visit.role == "Organizer")
        for joined, left in visit.spans
    ]
    return [
        [
            _shown(visit, attendance),
            visit.person.email,
            _stamp(start + timedelta(seconds=joined)),
            _stamp(start + timedelta(seconds=left)),
            str(_minutes(left - joined)),
            "No" if visit.role == "Organizer" else "Yes",
            *extra,
        ]
        for joined, left, visit in sorted(joins, key=lambda one: (one[0], one[2].person.key))
    ]


def _unique(attendance: Attendance) -> Rows:
    return [
        [_shown(v, attendance), v.person.email, str(_minutes(v.seconds)), "Yes"]
        for v in attendance.visits
        if v.role == "Attendee"
    ]


def _shown(visit: Visit, attendance: Attendance) -> str:
    """A display name; some write their organisation and keep the name in brackets."""
    dice = Dice(attendance.event.event_id, visit.person.key, "display")
    if visit.person.email and not visit.bot and dice.chance(0.08):
        return f"{visit.person.first} / Green Care ({visit.person.name})"
    return visit.person.name


def zoom_webinar(attendance: Attendance) -> bytes:
    """The attendee report of a webinar with registration, ragged as Zoom leaves it."""
    event, visits = attendance.event, attendance.visits
    guests = [visit for visit in visits if visit.role == "Attendee"]
    hosts = [visit for visit in visits if visit.role != "Attendee"]
    registered = len(guests) + len(attendance.absent)
    people = ["Attended", "User Name (Original Name)", "Email", "Join Time", "Leave Time"]
    people += ["Time in Session (minutes)", "Is Guest", "Country/Region Name"]
    attendee = [*people[:2], "First Name", "Last Name", *people[2:3], "Registration Time"]
    attendee += ["Approval Status", *people[3:]]
    rows = [
        ["Attendee Report"],
        ["Report generated time", _worded(event.end + timedelta(hours=20))],
        ["Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)", "# Registered",
         "# Cancelled", "Unique Viewers", "Total Users", "Max Concurrent Views"],
        [event.titles[0], _meeting_id(event.event_id), _worded(event.start), str(event.minutes),
         str(registered), "0", str(len(guests)), str(len(visits)), str(len(guests))],
        ["Host Details"],
        people,
        *[row for visit in hosts[:1] for row in _panel_rows(visit, attendance)],
        ["Panelist Details"],
        people,
        *[row for visit in hosts[1:] for row in _panel_rows(visit, attendance)],
        ["Attendee Details"],
        attendee,
        *[row for visit in guests for row in _attendee_rows(visit, attendance)],
        *[_absent_row(person, attendance) for person in attendance.absent],
    ]  # fmt: skip
    return comma([[*row, ""] if len(row) > 2 else row for row in rows])


def _panel_rows(visit: Visit, attendance: Attendance) -> Rows:
    return [
        ["Yes", visit.person.name, visit.person.email, *_session(span, attendance), "No", "Finland"]
        for span in visit.spans
    ]


def _attendee_rows(visit: Visit, attendance: Attendance) -> Rows:
    person = visit.person
    who = ["Yes", person.name, person.first, person.last, person.email]
    who += [_registered(person, attendance), "approved"]
    return [[*who, *_session(span, attendance), "Yes", "Finland"] for span in visit.spans]


def _absent_row(person: Person, attendance: Attendance) -> list[str]:
    who = ["No", person.name, person.first, person.last, person.email]
    return [*who, _registered(person, attendance), "approved", "--", "--", "--", "--", "--"]


def _session(span: tuple[int, int], attendance: Attendance) -> list[str]:
    joined, left = (attendance.event.start + timedelta(seconds=second) for second in span)
    return [_worded(joined), _worded(left), str(_minutes(span[1] - span[0]))]


def _registered(person: Person, attendance: Attendance) -> str:
    dice = Dice(attendance.event.event_id, person.key, "registered")
    return _worded(attendance.event.start - timedelta(minutes=dice.whole(200, 20000)))


def paper_list(attendance: Attendance) -> bytes:
    """A list typed from paper: no names, and gaps where the handwriting could not be read."""
    event, dice = attendance.event, Dice(attendance.event.event_id, "paper")
    rows = [["event_id", "role", "region", "sector", "under40", "sex", "lang"]]
    for visit in attendance.visits:
        one = visit.person
        row = [one.role, one.region, one.sector, one.under40, one.sex, one.language]
        rows.append([event.event_id, *["" if dice.chance(0.05) else cell for cell in row]])
    return comma(rows, bom=False, end="\n", delimiter=";")


def registration(attendance: Attendance, roster: Sequence[Organisation]) -> bytes:
    """What people told when they registered; addresses and organisations as they typed them."""
    dice = Dice(attendance.event.event_id, "registration")
    rows = [["email", "role", "region", "sector", "under40", "sex", "lang", "organisation"]]
    people = [v.person for v in attendance.visits if v.role == "Attendee" and not v.bot]
    for one in [person for person in people if person.email] + list(attendance.absent):
        cells = [one.role, one.region, one.sector, one.under40, one.sex, one.language]
        typed = one.email.upper() if dice.chance(0.05) else one.email
        told = ["" if dice.chance(0.04) else cell for cell in cells]
        rows.append([typed, *told, employer(one, attendance.event.event_id, roster)])
    return comma(rows, bom=False, end="\n", delimiter=";")


def _minutes(seconds: int) -> int:
    return (max(seconds, 0) + 59) // 60


def _stamp(moment: datetime) -> str:
    return moment.strftime("%m/%d/%Y %I:%M:%S %p")


def _worded(moment: datetime) -> str:
    months = words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
    return f"{months[moment.month - 1]} {moment.day:02d}, {moment:%Y %H:%M:%S}"


def _meeting_id(part: str) -> str:
    dice = Dice(part, "meeting")
    return f"8{dice.whole(10, 99)} {dice.whole(1000, 9999)} {dice.whole(1000, 9999)}"
