"""Attendance as Microsoft Teams wrote it in different years: variants A to F."""

from __future__ import annotations

from datetime import datetime, timedelta

from evallib.twin.dice import Dice

from .attendance import Attendance, Visit

NARROW = "\N{NARROW NO-BREAK SPACE}"
REACTIONS = tuple(
    f"Engagement: {what}"
    for what in (
        "Reaction-Applause", "Reaction-Laugh", "Reaction-Like", "Reaction-Love",
        "Reaction-Surprised", "Camera On", "Raise Hands", "Unmute",
    )
)  # fmt: skip

Rows = list[list[str]]


def teams_file(attendance: Attendance, variant: str) -> bytes:
    """The attendance file of one meeting. variant: "A" … "F"."""
    if variant == "A":
        return _utf16(_variant_a(attendance), "\r\n")
    if variant == "B":
        return _utf16(_variant_b(attendance), "\r\n")
    if variant == "C":
        text = _lines(_sections(attendance, "C"), "\n")
        return b"\xfe\xff" + text.encode("utf-16-be")
    if variant == "F":
        rows = _sections(attendance, "F")
        text = "\r\n".join(",".join(_quoted(cell, ",") for cell in row) for row in rows) + "\r\n"
        return b"\xef\xbb\xbf" + text.encode("utf-8")
    return _utf16(_sections(attendance, variant), "\r\n")


def _utf16(rows: Rows, end: str) -> bytes:
    return b"\xff\xfe" + _lines(rows, end).encode("utf-16-le")


def _lines(rows: Rows, end: str) -> str:
    return "".join("\t".join(_quoted(cell, "\t") for cell in row) + end for row in rows)


def _quoted(cell: str, separator: str) -> str:
    if any(mark in cell for mark in (separator, '"', ",")) and not cell[:1].isdigit():
        return '"' + cell.replace('"', '""') + '"'
    return f'"{cell}"' if separator in cell else cell


def _variant_a(attendance: Attendance) -> Rows:
    """Joined and left, by name only; the last leave of a few was never written."""
    start, dice = attendance.event.start, Dice(attendance.event.event_id, "left unwritten")
    moves: list[tuple[int, str, str]] = []
    for visit in attendance.visits:
        if visit.role != "Attendee":
            continue
        last = max(left for _, left in visit.spans)
        forgotten = dice.chance(0.1)
        for joined, left in visit.spans:
            moves.append((joined, visit.person.name, "Joined"))
            if not (forgotten and left == last and len(visit.spans) == 1 and visit.stayed):
                moves.append((left, visit.person.name, "Left"))
    rows = [["Full Name", "User Action", "Timestamp"]]
    for second, name, move in sorted(moves):
        rows.append([name, move, _american(start + timedelta(seconds=second), True)])
    return rows


def _variant_b(attendance: Attendance) -> Rows:
    event = attendance.event
    rows = [
        ["Meeting Summary"],
        ["Total Number of Participants", str(len(attendance.visits))],
        ["Meeting Title", event.titles[0]],
        ["Meeting Start Time", _american(event.start, True)],
        ["Meeting End Time", _american(event.end, True)],
        ["Meeting Id", _guid(event.event_id)],
        [],
        ["Full Name", "Join Time", "Leave Time", "Duration", "Email", "Role", "Participant ID (UPN)"],
    ]
    for visit in attendance.visits:
        for joined, left in visit.spans:
            rows.append(
                [
                    visit.person.name + _suffix(visit),
                    _american(event.start + timedelta(seconds=joined), True),
                    _american(event.start + timedelta(seconds=left), True),
                    _duration(left - joined),
                    visit.person.email,
                    "Organizer" if visit.role == "Co-organizer" else visit.role,
                    visit.person.email,
                ]
            )
    return rows


def _sections(attendance: Attendance, variant: str) -> Rows:
    """Reports in numbered sections; the third repeats the people of the second for each join."""
    event, small = attendance.event, variant == "C"
    seen = [visit for visit in attendance.visits if visit.spans]
    average = sum(visit.seconds for visit in seen) // max(1, len(seen))
    summary = [
        ["1. Summary"],
        ["Meeting title", event.titles[0]],
        ["Attended participants", str(len(seen))],
        ["Start time", _stamp(event.start, variant)],
        ["End time", _stamp(event.end, variant)],
        ["Meeting duration", _duration(event.minutes * 60)],
        ["Average attendance time", _duration(average)],
    ]
    if variant == "F":
        registered = sum(1 for visit in seen if visit.person.email) + len(attendance.absent)
        summary.insert(2, ["Registered participants", str(registered)])
    head = ["Name", "First Join", "Last Leave", "In-Meeting Duration", "Email"]
    head += ["Participant ID (UPN)", "Role"]
    head += {"E": list(REACTIONS), "F": ["Registration Email"]}.get(variant, [])
    activity = ["Name", "Join Time", "Leave Time", "Duration", "Email", "Role"]
    titles = ["2. Participants", "3. In-Meeting Activities"]
    if small:
        head = [word if "(" in word else word.capitalize() for word in head]
        head[3] = "In-meeting duration"
        activity = [word.capitalize() for word in activity]
        titles[1] = "3. In-Meeting activities"
    people = [_person_row(visit, attendance, variant) for visit in seen]
    joins = [row for visit in seen for row in _join_rows(visit, attendance, variant)]
    return [*summary, [], [titles[0]], head, *people, [], [titles[1]], activity, *joins]


def _person_row(visit: Visit, attendance: Attendance, variant: str) -> list[str]:
    start = attendance.event.start
    first = start + timedelta(seconds=min(joined for joined, _ in visit.spans))
    last = start + timedelta(seconds=max(left for _, left in visit.spans))
    row = [
        visit.person.name + _suffix(visit),
        _stamp(first, variant),
        _stamp(last, variant),
        _duration(visit.seconds),
        "" if variant == "F" and not visit.bot and visit.role == "Attendee" else visit.person.email,
        "" if visit.bot else visit.person.email,
        visit.role,
    ]
    dice = Dice(attendance.event.event_id, visit.person.key, "reactions")
    extra = {"E": [str(dice.pick((0, 0, 0, 1, 2))) for _ in REACTIONS], "F": [visit.person.email]}
    return row + extra.get(variant, [])


def _join_rows(visit: Visit, attendance: Attendance, variant: str) -> Rows:
    start = attendance.event.start
    return [
        [
            visit.person.name + _suffix(visit),
            _stamp(start + timedelta(seconds=joined), variant),
            _stamp(start + timedelta(seconds=left), variant),
            _duration(left - joined),
            visit.person.email,
            visit.role,
        ]
        for joined, left in visit.spans
    ]


def _suffix(visit: Visit) -> str:
    if visit.bot or visit.role != "Attendee":
        return " (Unverified)" if visit.bot else ""
    return " (External)" if visit.person.email else " (Guest)"


def _stamp(moment: datetime, variant: str) -> str:
    if variant == "C":
        return moment.strftime("%d/%m/%y, %H:%M:%S")
    return _american(moment, False, NARROW if variant in "DE" and moment.day % 2 else " ")


def _american(moment: datetime, long_year: bool, space: str = " ") -> str:
    year = moment.year if long_year else moment.year % 100
    hour, half = moment.hour % 12 or 12, "PM" if moment.hour >= 12 else "AM"
    return f"{moment.month}/{moment.day}/{year}, {hour}:{moment:%M:%S}{space}{half}"


def _duration(seconds: int) -> str:
    """As Teams writes it: parts that are nothing are left out."""
    hours, rest = divmod(max(seconds, 0), 3600)
    minutes, last = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "m"), (last, "s")]
    return " ".join(f"{value}{unit}" for value, unit in parts if value) or "0s"


def _guid(part: str) -> str:
    dice = Dice(part, "guid")
    digits = "".join(dice.pick("0123456789abcdef") for _ in range(32))
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
