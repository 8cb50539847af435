"""Attendance files of one event → rows of participations, one row a person.

Whatever the system: people are recognised by e-mail, else by name; rejoins, second devices and restarted
meetings are united by time; robots, hosts, short visits and no-shows stay in the table with their status.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evallib.errors import InputError, nearest, text
from evallib.records import FieldClass, Remark, SourceFile, SourceTable
from evallib.sources import paper, teams, zoom
from evallib.sources.clock import event_days, near
from evallib.sources.decode import Sheet, read_sheet
from evallib.sources.stays import Listing, Stay, by_person, folded, seconds_inside, whole_minutes

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
    "row": FieldClass.TECHNICAL,
    "source_file": FieldClass.TECHNICAL,
    "source_variant": FieldClass.ANSWER,
}
KNOWN_HEADERS = {
    "Teams A": "full name, user action, timestamp",
    "Teams B": "full name, join time, leave time, duration, email, role, participant id (upn)",
    "Teams C, D": "name, first join, last leave, in-meeting duration, email, participant id (upn), role",
    "Zoom": "name (original name), email, join time, leave time, duration (minutes), guest",
    "Zoom unique": "name (original name), email, total duration (minutes), guest",
    "Zoom webinar": "attended, user name (original name), email, join time, leave time",
    "paper list": ", ".join(paper.PAPER_HEADER),
    "sign-up": ", ".join(paper.SIGN_UP_HEADER),
}


@dataclass(frozen=True)
class _Received:
    """The files of an event, read: lists, sign-up backgrounds, remarks and fingerprints."""

    listings: tuple[Listing, ...]
    backgrounds: dict[str, dict[str, str]]
    files: tuple[SourceFile, ...]
    remarks: tuple[Remark, ...]


def recognise(data: bytes, name: str) -> str:
    """What an attendance file is: "teams D", "zoom meeting, newer, unique", "paper list", "sign-up".

    Raises InputError with the headers seen and the nearest known variant when it is none of them.
    """
    return _recognise(read_sheet(data, name, by_hand=True))


def _recognise(sheet: Sheet) -> str:
    by_hand = paper.recognise(sheet)
    if by_hand:
        return by_hand
    letter = teams.recognise(sheet)
    if letter:
        return f"teams {letter}"
    variant = zoom.recognise(sheet)
    if variant:
        return f"zoom {variant}"
    headers = [", ".join(row) for row in sheet.rows[:60] if len(row) > 1]
    seen = max(headers, key=len, default="")
    known = {words: variant for variant, words in KNOWN_HEADERS.items()}
    close = known.get(nearest(folded(seen), list(known)), "")
    repair = text("Download the attendance report again from Teams or Zoom, unedited, or use the paper list")
    if close:
        repair = text("It is nearest to {variant}: download that report again, unedited", variant=close)
    raise InputError(
        text("{file} is no attendance list that is known here", file=sheet.name),
        where=sheet.name,
        expected=text("one of {known}", known=", ".join(KNOWN_HEADERS)),
        found=text("the columns {columns}", columns=seen[:200]) if seen else text("no table"),
        repair=repair,
    )


def read_attendance(
    files: Sequence[tuple[str, bytes]], event: Mapping[str, str], bots: Sequence[str], minimum_stay: int
) -> SourceTable:
    """The participations of one event from all its files; kind "participations", one row a person.

    event: its row of the event log. bots: parts of display names of recording robots. minimum_stay:
    minutes from which a stay counts as attended, compared with the exact time. minutes: whole minutes of
    the united stays, half a minute rounded up. status: attended, short, host, bot or no-show. row: running
    number within the event. Raises InputError for unknown, damaged, foreign or doubly kept lists.
    """
    import pandas as pd

    received = _receive(files, event)
    stays = [stay for listing in received.listings for stay in listing.stays]
    variants = {f.name: f"{f.system} {f.variant}" for f in received.files}
    rows = []
    for number, person in enumerate(by_person(stays), 1):
        row = _person(person, event, bots, minimum_stay)
        row |= received.backgrounds.get(folded(row["email"]), {}) if row["email"] else {}
        sources = list(dict.fromkeys(stay.source for stay in person))
        row |= {"row": str(number), "source_file": "+".join(sources)}
        row["source_variant"] = "+".join(dict.fromkeys(variants[name] for name in sources))
        rows.append([row[column] for column in FIELDS])
    table = pd.DataFrame(rows, columns=list(FIELDS), dtype="str")
    remarks = received.remarks + _counted(table, event["event_id"])
    return SourceTable("participations", table, dict(FIELDS), received.files, remarks)


def _person(
    stays: Sequence[Stay], event: Mapping[str, str], bots: Sequence[str], minimum_stay: int
) -> dict[str, str]:
    """The cells of one person, without the columns that number and place the row."""
    first = stays[0]
    seconds = seconds_inside(stays)
    parts = {stay.part for stay in stays}
    if any(folded(bot) in folded(stay.name) for stay in stays for bot in bots if folded(bot)):
        status = "bot"
    elif "host" in parts:
        status = "host"
    elif parts == {"no-show"}:
        status = "no-show"
    else:
        status = "attended" if seconds >= minimum_stay * 60 else "short"
    names = [stay.name for stay in stays if stay.name]
    emails = [stay.email for stay in stays if stay.email]
    cells = dict.fromkeys(paper.BACKGROUND, "") | first.background
    return cells | {
        "event_id": event["event_id"],
        "name": names[0] if names else "",
        "email": emails[0] if emails else "",
        "status": status,
        "minutes": str(whole_minutes(seconds)),
    }


def _receive(files: Sequence[tuple[str, bytes]], event: Mapping[str, str]) -> _Received:
    listings: list[Listing] = []
    backgrounds: dict[str, dict[str, str]] = {}
    kept: list[SourceFile] = []
    remarks: list[Remark] = []
    seen: set[str] = set()
    for name, data in files:
        sha = hashlib.sha256(data).hexdigest()
        if sha in seen:
            remarks.append(Remark("duplicate", 1, event["event_id"]))
            kept.append(SourceFile(name, sha, "duplicate"))
            continue
        seen.add(sha)
        sheet = read_sheet(data, name, by_hand=True)
        if _recognise(sheet) == "sign-up":
            people, repeated = paper.read_sign_up(sheet)
            backgrounds |= people
            remarks += [Remark("repeated_sign_up", repeated, event["event_id"])] if repeated else []
            kept.append(SourceFile(name, sha, "sign-up", "template", sheet.encoding))
            continue
        listing = _listing(sheet, event)
        listings.append(listing)
        remarks += listing.remarks
        kept.append(
            SourceFile(name, sha, listing.system, listing.variant, sheet.encoding, listing.date_order)
        )
    once = _without_copies(listings)
    if len(once) < len(listings):
        remarks.append(Remark("duplicate", len(listings) - len(once), event["event_id"]))
    _check_systems(once, event)
    return _Received(tuple(once), backgrounds, tuple(kept), tuple(remarks))


def _listing(sheet: Sheet, event: Mapping[str, str]) -> Listing:
    system = _recognise(sheet).split()[0]
    if system == "paper":
        return paper.read(sheet, event)
    if sheet.encoding == "cp1252":
        raise InputError(
            text("{file} is not in the encoding in which {system} writes", file=sheet.name, system=system),
            expected="UTF-8, UTF-16",
            found="cp1252",
            repair=text("Download the report again and do not save it in Excel in between"),
        )
    listing = teams.read(sheet, event) if system == "teams" else zoom.read(sheet, event)
    days = event_days(event)
    for moment in listing.seen:
        if not near(moment, days):
            raise InputError(
                text("The list is from another day than the event {event}", event=event["event_id"]),
                where=sheet.name,
                expected=days[0].isoformat(),
                found=moment.date().isoformat(),
                repair=text("Check the event id in the name of the file, and the date in the event log"),
            )
    unfinished = () if sheet.ended else (Remark("no_line_end", 1, event["event_id"]),)
    return replace(listing, remarks=(*listing.remarks, *unfinished))


def _without_copies(listings: Sequence[Listing]) -> list[Listing]:
    """Listings without those that repeat one without times row by row, saved again in another form.

    With times, the union by person takes care of it; one or two rows may be alike by chance.
    """
    kept: dict[object, Listing] = {}
    for number, listing in enumerate(listings):
        rows = tuple((s.name, s.email, s.seconds, s.part, *s.background.values()) for s in listing.stays)
        timed = any(stay.start for stay in listing.stays)
        kept.setdefault(number if timed or len(rows) < 3 else (listing.system, rows), listing)
    return list(kept.values())


def _check_systems(listings: Sequence[Listing], event: Mapping[str, str]) -> None:
    """Lists of two systems would count people twice, but for a hybrid event's room and screen."""
    systems = sorted({listing.system for listing in listings})
    for system in systems:
        variants = sorted({one.variant for one in listings if one.system == system})
        if len(variants) > 1:
            raise InputError(
                text("The event {event} has two kinds of lists from one system", event=event["event_id"]),
                where="events/",
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
        where="events/",
        repair=text(
            "If some came to the place and others online, set mode to hybrid in the event log; "
            "if both lists hold the same people, keep one of them in the inbox"
        ),
    )


def _counted(table: object, event_id: str) -> tuple[Remark, ...]:
    import pandas as pd

    assert isinstance(table, pd.DataFrame)
    counts = table["status"].value_counts()
    found = [
        Remark(status, int(counts[status]), event_id)
        for status in ("bot", "host", "short", "no-show")
        if status in counts.index
    ]
    if "host" in counts.index and set(counts.index) <= {"host", "bot"}:
        found.append(Remark("nobody_but_hosts", int(counts["host"]), event_id))
    return tuple(found)
