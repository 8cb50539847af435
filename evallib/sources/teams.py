"""Attendance lists and reports of Microsoft Teams.

Variants: A in-meeting list (joined/left rows), B first report (a row a join), C–F reports in numbered
sections (E with engagement, F with registration), G with times in UTC (a report, or the rows of a live
event), H a report in another language, read by its structure. Of numbered sections only the second is
read: the third repeats the people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from evallib.codebook.columns import shown_headers
from evallib.errors import InputError, Text, text
from evallib.records import Remark
from evallib.sources.clock import (
    decide_order,
    event_days,
    event_times,
    in_utc,
    is_moment,
    seconds_of,
    span_seconds,
    stay_times,
    written,
    zone_of,
)
from evallib.sources.decode import HEADER_WITHIN, Sheet, other_width, place, refuse_cut
from evallib.sources.forms import Form
from evallib.sources.stays import Listing, Stay, bare_name, folded, no_addresses

_EMAILS = ("registration", "email")
_NUMBERS = ("1", "2", "3")
_SECTION = re.compile(r"([123])\.\s*\D.*")
_ACTIONS = {  # headers without spaces
    "name": ("fullname",),
    "action": ("useraction", "action"),
    "start": ("timestamp", "utceventtimestamp"),
    "role": ("role",),
}
_HEADERS = {
    "name": ("name", "full name", "nimi", "koko nimi", "namn"),
    "start": ("first join", "first join (utc)", "first join time", "join time", "join time (utc)"),
    "end": ("last leave", "last leave (utc)", "last leave time", "leave time", "leave time (utc)"),
    "duration": ("in-meeting duration", "duration", "kesto"),
    "registration": ("registration email",),
    "email": ("email", "e-mail"),
    "upn": ("participant id (upn)",),
    "role": ("role", "rooli", "roll"),
}
_HOSTS = (
    *("organizer", "organiser", "co-organizer", "co-organiser", "presenter", "host", "co-host"),
    *("producer", "järjestäjä", "esittäjä", "organisatör", "arrangör", "presentatör"),
    *("organizator", "prezenter"),
)
_PARTICIPANTS = (
    *("attendee", "participant", "guest"),
    *("osallistuja", "vieras", "deltagare", "gäst", "uczestnik"),
)
_WIDTH = 7  # columns of a report in sections, without engagement and registration
_ROLES = frozenset((*_HOSTS, *_PARTICIPANTS))
_COUNTS = ("attended participants", "total number of participants")


def recognise(sheet: Sheet) -> str:
    """The variant's letter, or "" when this is no Teams list."""
    if "teams" not in sheet.found:
        sheet.found["teams"] = _variant(sheet)
    return str(sheet.found["teams"])


def _variant(sheet: Sheet) -> str:
    header = _header(sheet)
    if header < 0:
        return ""
    cells = [folded(cell) for cell in sheet.rows[header]]
    if _action_places(cells):
        return "G" if _says_utc(cells) else "A"
    if "2" not in _sections(sheet):
        return "B"
    if "registration email" in cells:
        return "F"
    if any(cell.startswith("engagement") for cell in cells):
        return "E"
    if _says_utc(cells):
        return "G"
    if "first join" in cells:
        return "D" if "First Join" in [" ".join(c.split()) for c in sheet.rows[header]] else "C"
    return "H"


def read(sheet: Sheet, event: Mapping[str, str]) -> Listing:
    """The stays of a Teams file that :func:`recognise` knows; ``event`` = its row in the event log."""
    variant = recognise(sheet)
    table = _table(sheet)
    _check_complete(sheet, table)
    places = [c for r in ("start", "end") if (c := table.places.get(r)) is not None]
    cells = [(cell, table.where(n)) for n, row in table.rows for c in places if (cell := row[c])]
    order = decide_order([written(*one) for one in cells], event_days(event), sheet.name)
    zone = ZoneInfo("UTC") if _says_utc(table.header) else zone_of(event)
    remarks: tuple[Remark, ...] = ()
    if "action" in table.places:
        stays, remarks = _from_actions(table, order, zone, event)
    else:
        stays = [_stay(table, n, row, order, zone) for n, row in table.rows]
    meant = [c for role in _EMAILS if (c := table.places.get(role)) is not None]
    unfit = sum(row[c] != "" and "@" not in row[c] for _, row in table.rows for c in meant)
    remarks += no_addresses(unfit, event)
    seen = tuple(stay.start for stay in stays if stay.start)
    return Listing("teams", variant, stays, order, remarks, seen, len(table.rows))


def form(sheet: Sheet, top: int) -> Form | None:
    """The columns of a report with a row a stay, by its header at row index ``top``; None for other lists."""
    header = [folded(cell) for cell in sheet.rows[top]]
    ends = _sections(sheet).get("3", len(sheet.rows))
    if (
        _header(sheet) != top
        or "" in header[-1:]
        or _action_places(header)
        or any(sheet.rows[top + 1 : ends])
    ):
        return None
    places = _named(header)
    if not {"name", "start", "end", "duration", "role"} <= set(places):
        return None
    addresses = tuple(places[role] for role in (*_EMAILS, "upn") if role in places)
    kept = {role: places[role] for role in ("name", "start", "end", "duration")} | {"part": places["role"]}
    return Form(
        "teams", recognise(sheet), len(header), kept, addresses, addresses[-1:] if "upn" in places else (),
        zone="UTC" if _says_utc(header) else "",
    )  # fmt: skip


def header_row(sheet: Sheet) -> int:
    """Row index of the participants' header in a file that :func:`recognise` knows."""
    return _header(sheet)


def structure(sheet: Sheet) -> set[int]:
    """The columns of a report in another language that are the report's own: those known by what stands
    under them and those of addresses; all, where there are no more than a report has."""
    table = _table(sheet)
    width = len(table.header)
    if width <= _WIDTH:
        return set(range(width))
    mails = {at for at in range(width) if any("@" in row[at] for _, row in table.rows)}
    return {*table.places.values(), *mails}


@dataclass(frozen=True)
class _Table:
    """The participants' part of a file. rows: (row number in the file, cells as wide as the header)."""

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    places: dict[str, int]

    def where(self, number: int) -> Text:
        return place(self.name, number)

    def cell(self, row: Sequence[str], role: str) -> str:
        return row[self.places[role]] if role in self.places else ""


def _says_utc(header: Sequence[str]) -> bool:
    return any("utc" in cell for cell in header)


def _action_places(header: Sequence[str]) -> dict[str, int]:
    """Role → column of a list of joined and left rows; empty for any other header."""
    bare = [cell.replace(" ", "") for cell in header]
    found = {role: bare.index(word) for role, words in _ACTIONS.items() for word in words if word in bare}
    return found if {"name", "action", "start"} <= set(found) else {}


def _sections(sheet: Sheet) -> dict[str, int]:
    """Section number → row index of its heading; words of the heading do not matter."""
    if "sections" not in sheet.found:
        sheet.found["sections"] = _find_sections(sheet)
    found: dict[str, int] = sheet.found["sections"]
    return found


def _find_sections(sheet: Sheet) -> dict[str, int]:
    found: dict[str, int] = {}
    if not any(row and row[0][:2] == "1." for row in sheet.rows[:HEADER_WITHIN]):
        return found
    for index, row in enumerate(sheet.rows):
        match = _SECTION.fullmatch(row[0]) if row and row[0][:1] in _NUMBERS and not any(row[1:]) else None
        if match and (match[1] == "1" or str(int(match[1]) - 1) in found):
            found.setdefault(match[1], index)
    return found


def _header(sheet: Sheet) -> int:
    """Row index of the participants' header, −1 when there is none."""
    if "header" not in sheet.found:
        sheet.found["header"] = _find_header(sheet)
    return int(sheet.found["header"])


def _find_header(sheet: Sheet) -> int:
    sections = _sections(sheet)
    start = sections.get("2", -1)
    if start < 0 and "full" not in "".join(map("".join, sheet.rows[:HEADER_WITHIN])).casefold():
        return -1
    for index, row in enumerate(sheet.rows if start >= 0 else sheet.rows[:HEADER_WITHIN]):
        if start >= 0:
            if index > start and len(row) >= 4:
                return index
            continue
        if "full" not in "".join(row).casefold():  # as every header of a list without sections has it
            continue
        cells = [folded(cell) for cell in row]
        if _action_places(cells) or {"full name", "join time", "leave time", "duration"} <= {*cells}:
            return index
    return -1


def _table(sheet: Sheet) -> _Table:
    top, sections = _header(sheet), _sections(sheet)
    header = [folded(cell) for cell in sheet.rows[top]]
    while header and not header[-1]:
        header.pop()
    end = sections.get("3", len(sheet.rows))
    starts = [header.index(name) for name in _HEADERS["start"] if name in header]
    width = len(header)
    rows = [
        (n, row if len(row) == width else _as_wide(row, header, starts, place(sheet.name, n), sheet))
        for n, row in enumerate(sheet.rows[top + 1 : end], top + 2)
        if row
    ]
    places = _action_places(header) or _places(header, [row for _, row in rows], sheet.name)
    return _Table(sheet.name, header, rows, places)


def _as_wide(
    row: list[str], header: list[str], starts: list[int], where: Text | str, sheet: Sheet
) -> list[str]:
    """The row with as many cells as the header; date and time in cells of their own are put together."""
    width = len(header)
    while len(row) > width and not row[-1]:
        row = row[:-1]
    if len(row) == width + 2 and starts:
        at = starts[0]
        joined = [f"{row[at]} {row[at + 1]}", f"{row[at + 2]} {row[at + 3]}"]
        if all(is_moment(cell) for cell in joined):
            row = [*row[:at], *joined, *row[at + 4 :]]
    if len(row) < width and not sheet.delimiter:  # workbooks leave out empty cells at the end
        row = [*row, *[""] * (width - len(row))]
    if len(row) == width:
        return row
    repair = text("The file may be cut or edited: download it again from the meeting")
    raise other_width(width, row, where, repair)


def _places(header: list[str], rows: list[list[str]], name: str) -> dict[str, int]:
    """Role → column, by header; a header in another language by what stands under it."""
    found = _named(header)
    needed = {"name", "start", "end", "duration", "role"}
    if not needed - set(found):
        return found
    columns = [[row[c] for row in rows if row[c]] for c in range(len(header))]
    moments = [c for c, cells in enumerate(columns) if cells and all(is_moment(x) for x in cells)]
    spans = [c for c, cells in enumerate(columns) if cells and all(_is_duration(x) for x in cells)]
    mails = [c for c, cells in enumerate(columns) if any("@" in x for x in cells)]
    roles = [c for c, cells in enumerate(columns) if cells and all(_is_role(x) for x in cells)]
    if len(moments) == 2 and len(spans) == 1 and len(roles) == 1:
        guessed = {"name": 0, "start": moments[0], "end": moments[1]}
        guessed |= {"duration": spans[0], "role": roles[0]} | ({"email": mails[0]} if mails else {})
        return guessed | found
    raise InputError(
        text("The columns of this Teams report are not recognised"),
        where=name,
        expected="Name, First Join, Last Leave, In-Meeting Duration, Email, Participant ID (UPN), Role",
        found=shown_headers(header),
        repair=text("Set the language of Teams to English and download the report again"),
    )


def _named(header: Sequence[str]) -> dict[str, int]:
    """Role → column of the headers that are known by their words."""
    return {role: header.index(word) for role, words in _HEADERS.items() for word in words if word in header}


def _is_duration(cell: str) -> bool:
    try:
        return seconds_of(cell, "") >= 0
    except InputError:
        return False


def _is_role(cell: str) -> bool:
    return folded(cell) in _ROLES


def _stay(table: _Table, number: int, row: list[str], order: str, zone: ZoneInfo) -> Stay:
    where = table.where(number)
    duration = table.cell(row, "duration")
    seconds = seconds_of(duration, where) if duration else 0
    cells = table.cell(row, "start"), table.cell(row, "end")
    start, end = stay_times(cells, order, zone, seconds, where)
    longest = span_seconds(start, end)
    seconds = min(seconds, longest) if duration and start and end else seconds or longest
    part = _part(table.cell(row, "role"), where)
    if not start and not seconds and not part:
        part = "no-show"
    return Stay(bare_name(table.cell(row, "name")), _email(table, row), start, end, seconds, part, table.name)


def _email(table: _Table, row: list[str]) -> str:
    """Registration e-mail, else e-mail, else a sign-in name that is an address of the person's own."""
    cells = (row[at] for role in (*_EMAILS, "upn") if (at := table.places.get(role)) is not None)
    return next(filter(own_address, cells), "")


def own_address(cell: str) -> bool:
    """Whether a cell is an address of somebody's own, not the name under which a guest signed in."""
    return "@" in cell and ("#" not in cell or "#ext#" not in cell.lower())


@lru_cache(maxsize=1000)
def parts_of(roles: frozenset[str]) -> dict[str, str] | None:
    """Each role as :class:`Stay` has it; None where one is not known."""
    return {role: _part(role, "") for role in roles} if all(map(_is_role, filter(None, roles))) else None


def _part(role: str, where: Text | str) -> str:
    word = folded(role)
    if word in _HOSTS:
        return "host"
    if not word or word in _PARTICIPANTS:
        return ""
    raise InputError(
        text("The role {role} is not known", role=repr(role)),
        where=where,
        expected="Organizer, Co-organizer, Presenter, Attendee",
        repair=text("Set the language of Teams to English and download the report again"),
    )


def _from_actions(
    table: _Table, order: str, zone: ZoneInfo, event: Mapping[str, str]
) -> tuple[list[Stay], tuple[Remark, ...]]:
    """Intervals of each name from its joined and left rows.

    Whose last row is "Joined" stayed to the end of the event in the log (or the last moment of the file
    when that is later). Joined twice before leaving = two devices, one stay. In the hour that clocks show
    twice, the first reading that is not before the person's row above.
    """
    actions: dict[str, list[tuple[datetime, bool]]] = {}
    people: dict[str, tuple[str, str]] = {}
    for number, row in table.rows:
        where = table.where(number)
        name, part = bare_name(table.cell(row, "name")), _part(table.cell(row, "role"), where)
        key, some = folded(name), actions.setdefault(folded(name), [])
        people[key] = name, part or people.get(key, ("", ""))[1]
        readings = in_utc(written(table.cell(row, "start"), where).moment(order), zone, where)
        before = some[-1][0] if some else readings[0]
        moment = next((one for one in readings if one >= before), readings[0])
        some.append((moment, _joined(table.cell(row, "action"), where)))
    last = max((when for some in actions.values() for when, _ in some), default=datetime.min)
    opening, close = event_times(event) or (datetime.max, last)
    stays = []
    unclosed = 0
    for key, some in actions.items():
        some.sort(key=lambda one: one[0])
        unclosed += some[-1][1]
        for start, end in _intervals(some, opening, max(close, last)):
            stays.append(
                Stay(people[key][0], "", start, end, span_seconds(start, end), people[key][1], table.name)
            )
    remarks = (Remark("no_leave", unclosed, event.get("event_id", "")),) if unclosed else ()
    return stays, remarks


def _joined(action: str, where: Text | str) -> bool:
    word = folded(action)
    if word in ("joined", "joined before", "left"):
        return word != "left"
    raise InputError(
        text("The action {action} is not known", action=repr(action)), where=where, expected="Joined, Left"
    )


def _intervals(
    actions: Sequence[tuple[datetime, bool]], opening: datetime, close: datetime
) -> list[tuple[datetime, datetime]]:
    """Intervals of one person from (moment, joined?) in order of time."""
    found: list[tuple[datetime, datetime]] = []
    devices, since = 0, min(opening, actions[0][0])
    for moment, joined in actions:
        if joined:
            since = moment if not devices else since
            devices += 1
        elif devices or not found:  # a first row "Left": came before the list begins
            devices = max(devices - 1, 0)
            if not devices:
                found.append((since, moment))
    if devices:
        last, joined = actions[-1]
        found.append((since, close if joined else last))
    return found


def _check_complete(sheet: Sheet, table: _Table) -> None:
    """Fewer rows than the file's own summary counts people: the file is cut.

    In another language the count is the only whole number of the summary, below the title of the meeting.
    """
    for wanted in counted(sheet):
        refuse_cut(sheet, wanted, len(table.rows))


def counted(sheet: Sheet) -> list[str]:
    """How many people attended by the summary above the list; [] where it does not say."""
    told = [row for row in sheet.rows[: _header(sheet)] if len(row) >= 2]
    named = [row for row in told if folded(row[0]) in _COUNTS]
    numbers = [row[1] for row in named or told[1:] if row[1].isdecimal()]
    return numbers if len(numbers) == 1 else []
