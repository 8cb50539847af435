"""Participant lists of Zoom: meetings (older and newer headers, all rows or unique users) and webinars.

Numbers of minutes are used only where the list has no times. A webinar's hosts and panelists are hosts; the
host of a meeting is known only from the block that may stand on top of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from evallib.errors import InputError, Text, text
from evallib.sources.clock import (
    MINUTES,
    decide_order,
    event_days,
    is_moment,
    moment_in,
    span_seconds,
    stay_times,
    written,
    zone_of,
)
from evallib.sources.decode import Sheet, other_width, place, refuse_cut
from evallib.sources.forms import Form
from evallib.sources.stays import Listing, Stay, bare_name, folded, no_addresses

_NAME = ("name (original name)", "user name (original name)", "user name")
_EMAIL = ("email", "user email")
_MINUTES = ("duration (minutes)", "total duration (minutes)", "time in session (minutes)")
_HOSTS = ("host details", "panelist details")
_BLOCK = ("topic", "meeting id")
_EMPTY = {"", "--"}
_NAMES = set(_NAME)
_MINUTES_TOO = frozenset(_MINUTES)
_Section = tuple[list[str], list[tuple[int, list[str]]], str]  # header, (row number, row), part
_OF_WEBINARS = ("attendee details", "attended")


def recognise(sheet: Sheet) -> str:
    """The variant in words, "" when this is no Zoom list."""
    if "zoom" not in sheet.found:
        sheet.found["zoom"] = _variant(sheet)
    return str(sheet.found["zoom"])


def _variant(sheet: Sheet) -> str:
    tops = [row for row in sheet.rows if row and row[0][:1] in "Aa" and folded(row[0]) in _OF_WEBINARS]
    if {folded(row[0]) for row in tops} == set(_OF_WEBINARS) and any(
        [folded(cell) for cell in row[:2]] == ["attended", _NAME[1]] for row in tops
    ):
        return "webinar"
    header = _meeting_header(sheet)
    if header < 0:
        return ""
    age = "older" if "Original Name" in sheet.rows[header][0] else "newer"
    cells = {folded(cell) for cell in sheet.rows[header]}
    return f"meeting, {age}, {'all rows' if 'join time' in cells else 'unique'}"


def read(sheet: Sheet, event: Mapping[str, str]) -> Listing:
    """The stays of a Zoom file that :func:`recognise` knows; ``event`` = its row in the event log."""
    variant = recognise(sheet)
    block = _block(sheet)
    lines = _lines(sheet, variant)
    _check_complete(sheet, lines)
    moments = [(cell, line.where) for line in lines for cell in line.moments() if cell]
    held = [(cell, sheet.name) for cell in (block.get("start time", ""),) if is_moment(cell)]
    order = decide_order(
        [written(cell, where) for cell, where in moments or held], event_days(event), sheet.name
    )
    zone = zone_of(event)
    stays = [_stay(line, order, zone, block, sheet.name) for line in lines]
    days = tuple(stay.start for stay in stays if stay.start)
    days = days or tuple(m for cell, where in held if (m := moment_in(cell, order, where)))
    emails = [line.cell(_EMAIL) for line in lines]
    remarks = no_addresses(sum(email != "" and "@" not in email for email in emails), event)
    return Listing("zoom", variant, tuple(stays), order, remarks, days, len(lines))


def header_rows(sheet: Sheet, variant: str) -> list[int]:
    """Row indexes of the headers over people: one of a meeting, one a section of a webinar."""
    if variant != "webinar":
        return [_meeting_header(sheet)]
    told = ((n, [*map(str.lower, row)]) for n, row in enumerate(sheet.rows) if row)
    return [n for n, cells in told if "join time" in cells and not _NAMES.isdisjoint(cells)]


def form(sheet: Sheet, top: int) -> Form | None:
    """The columns of a list with one header, at row index ``top``; None for a list with several, and for one
    whose block on top names the host."""
    variant, block = recognise(sheet), _block(sheet)
    rows = [[folded(cell) for cell in row] for row in sheet.rows]
    header = rows[top]
    if block.get("user email") or block.get("host") or any(rows[top + 1 :]) or len({*header}) < len(header):
        return None
    if variant == "webinar":
        above = rows[top - 1] if top else []
        if not above or any(above[1:]) or above[0] in (*_HOSTS, "yes", "no"):
            return None
    if [n for n, row in enumerate(rows) if "join time" in row] != [top] or "leave time" not in header:
        return None
    if header_rows(sheet, variant) != [top]:
        return None
    named = (("name", _NAME), ("start", ("join time",)), ("end", ("leave time",)), ("minutes", _MINUTES),
             ("attended", ("attended",)))  # fmt: skip
    places = {role: header.index(one) for role, words in named for one in words[::-1] if one in header}
    addresses = [header.index(one) for one in _EMAIL if one in header][:1]
    return Form("zoom", variant, len(header), places, tuple(addresses), nothing=frozenset(_EMPTY))


def _meeting(sheet: Sheet) -> Iterator[_Section]:
    top = _meeting_header(sheet)
    numbered = [(n + 1, sheet.rows[n]) for n in range(top + 1, len(sheet.rows)) if sheet.rows[n]]
    yield [folded(cell) for cell in sheet.rows[top]], numbered, ""


def _sections(sheet: Sheet) -> Iterator[_Section]:
    """The sections of a webinar that have names and join times; polls and the like are not people."""
    section = ""
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, row in enumerate(sheet.rows, 1):
        if not row:
            continue
        first = row[0]
        if not any(row[1:]) and folded(first) not in ("yes", "no"):
            if rows:
                yield header, rows, "host" if section in _HOSTS else ""
            section, header, rows = folded(first), [], []
        elif not header:
            header = [folded(cell) for cell in row]
        elif "join time" in header and not _NAMES.isdisjoint(header):
            rows.append((number, row))
    if rows:
        yield header, rows, "host" if section in _HOSTS else ""


@dataclass(frozen=True)
class _Line:
    """One person's row. cells: by folded header; attended: "yes", "no" or "" outside webinars."""

    cells: dict[str, str]
    part: str
    where: Text | str

    def cell(self, names: Iterable[str]) -> str:
        found = next((self.cells[name] for name in names if name in self.cells), "")
        return "" if found == "--" else found

    def moments(self) -> tuple[str, str]:
        return self.cell(("join time",)), self.cell(("leave time",))


def _meeting_header(sheet: Sheet) -> int:
    """Row index of a meeting list's header, −1 when there is none."""
    for index, row in enumerate(sheet.rows[:10]):
        if row and folded(row[0]) == _NAME[0] and not _MINUTES_TOO.isdisjoint(map(folded, row)):
            return index
    return -1


def _lines(sheet: Sheet, variant: str) -> list[_Line]:
    """Rows of all sections that list people."""
    return [
        _line(row, header, part, place(sheet.name, n), sheet)
        for header, rows, part in _sections_of(sheet, variant)
        for n, row in rows
    ]


def _sections_of(sheet: Sheet, variant: str) -> Iterator[_Section]:
    return _sections(sheet) if variant == "webinar" else _meeting(sheet)


def _line(row: list[str], header: list[str], part: str, where: Text | str, sheet: Sheet) -> _Line:
    """Cells by header. Commas at the end of rows are Zoom's habit; a row with too few cells is cut."""
    named = max(place for place, column in enumerate(header, 1) if column)
    if (len(row) < named and sheet.delimiter) or any(row[len(header) :]):
        repair = text("The file may be cut or edited: download it again from Zoom")
        raise other_width(named, row, where, repair)
    return _Line(dict(zip(header, row, strict=False)), part, where)


def _check_complete(sheet: Sheet, lines: Sequence[_Line]) -> None:
    """Fewer people who attended than a webinar's own summary counts viewers: the file is cut."""
    attended = sum(folded(line.cells.get("attended", "yes")) != "no" for line in lines)
    for wanted in counted(sheet):
        refuse_cut(sheet, wanted, attended)


def counted(sheet: Sheet) -> Iterator[str]:
    """How many people a webinar's summary counts."""
    for head, row in zip(sheet.rows, sheet.rows[1:], strict=False):
        if len(head) > 1 and "iewers" in "".join(head):
            yield dict(zip((folded(cell) for cell in head), row, strict=False)).get("unique viewers", "")


def _block(sheet: Sheet) -> dict[str, str]:
    """The values of the meeting's block on top, by folded header; empty where there is none."""
    for head, values in zip(sheet.rows[:3], sheet.rows[1:4], strict=False):
        if len(head) > 2 and folded(head[0]) in _BLOCK:
            return dict(zip((folded(cell) for cell in head), values, strict=False))
    return {}


def _stay(line: _Line, order: str, zone: ZoneInfo, block: Mapping[str, str], source: str) -> Stay:
    minutes = _seconds(line.cell(_MINUTES), line.where)
    start, end = stay_times(line.moments(), order, zone, minutes, line.where)
    seconds = span_seconds(start, end) if start and end else minutes
    name, email = bare_name(line.cell(_NAME)), line.cell(_EMAIL)
    part = line.part or _part(line, name, email, block)
    return Stay(name, email if "@" in email else "", start, end, seconds, part, source)


def _part(line: _Line, name: str, email: str, block: Mapping[str, str]) -> str:
    """ "host" for the meeting's owner named in the block, "no-show" for a webinar's "No"."""
    attended = folded(line.cell(("attended",)))
    if attended not in ("", "yes", "no"):
        raise InputError(
            text("The value {value} is not known", value=repr(attended)), where=line.where, expected="Yes, No"
        )
    owner = folded(block.get("user email", "") + " " + block.get("host", ""))
    words = owner.replace("(", " ").replace(")", " ").split()
    if (email and folded(email) in words) or (name and folded(name) == folded(block.get("host", ""))):
        return "host"
    return "no-show" if attended == "no" else ""


def _seconds(cell: str, where: Text | str) -> int:
    if not cell:
        return 0
    if MINUTES.fullmatch(cell):
        return round(float(cell) * 60)
    raise InputError(
        text("This is not a number of minutes"),
        where=where,
        found=repr(cell[:40]),
        repair=text("Correct the cell, or download the file again"),
    )
