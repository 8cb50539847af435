"""Participant lists of Zoom: meetings (older and newer headers, all rows or unique users) and webinars.

Numbers of minutes are used only where the list has no times. A webinar's hosts and panelists are hosts; the
host of a meeting is known only from the block that may stand on top of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from evallib.sources.stays import Listing, Stay, bare_name, folded

_NAME = ("name (original name)", "user name (original name)", "user name")
_EMAIL = ("email", "user email")
_MINUTES = ("duration (minutes)", "total duration (minutes)", "time in session (minutes)")
_HOSTS = ("host details", "panelist details")
_BLOCK = ("topic", "meeting id")


def recognise(sheet: Sheet) -> str:
    """The variant in words, "" when this is no Zoom list."""
    rows = [[folded(cell) for cell in row] for row in sheet.rows]
    titles = {row[0] for row in rows if row}
    if "attendee details" in titles and any(row[:2] == ["attended", _NAME[1]] for row in rows):
        return "webinar"
    header = _meeting_header(rows)
    if header < 0:
        return ""
    age = "older" if "Original Name" in sheet.rows[header][0] else "newer"
    return f"meeting, {age}, {'unique' if 'join time' not in rows[header] else 'all rows'}"


def read(sheet: Sheet, event: Mapping[str, str]) -> Listing:
    """The stays of a Zoom file that :func:`recognise` knows; ``event`` = its row in the event log."""
    variant = recognise(sheet)
    lines = _webinar_lines(sheet) if variant == "webinar" else _meeting_lines(sheet)
    _check_complete(sheet, lines)
    block = _block(sheet)
    moments = [(cell, line.where) for line in lines for cell in line.moments() if cell]
    held = [(cell, sheet.name) for cell in (block.get("start time", ""),) if is_moment(cell)]
    order = decide_order(
        [written(cell, where) for cell, where in moments or held], event_days(event), sheet.name
    )
    zone = zone_of(event)
    stays = [_stay(line, order, zone, block, sheet.name) for line in lines]
    days = tuple(stay.start for stay in stays if stay.start)
    days = days or tuple(m for cell, where in held if (m := moment_in(cell, order, where)))
    return Listing("zoom", variant, tuple(stays), order, seen=days, rows=len(lines))


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


def _meeting_header(rows: Sequence[Sequence[str]]) -> int:
    """Row index of a meeting list's header, −1 when there is none."""
    for index, row in enumerate(rows[:10]):
        if row and row[0] == _NAME[0] and set(row) & set(_MINUTES):
            return index
    return -1


def _meeting_lines(sheet: Sheet) -> list[_Line]:
    rows = [[folded(cell) for cell in row] for row in sheet.rows]
    top = _meeting_header(rows)
    numbered = [(n + 1, sheet.rows[n]) for n in range(top + 1, len(sheet.rows)) if sheet.rows[n]]
    return [_line(row, rows[top], "", place(sheet.name, n), sheet) for n, row in numbered]


def _webinar_lines(sheet: Sheet) -> list[_Line]:
    """Rows of every section with names and join times; polls and the like are not people."""
    lines: list[_Line] = []
    section = ""
    header: list[str] = []
    for number, row in enumerate(sheet.rows, 1):
        first = folded(row[0]) if row else ""
        if row and not any(row[1:]) and first not in ("yes", "no"):
            section, header = first, []
        elif row and not header:
            header = [folded(cell) for cell in row]
        elif row and "join time" in header and set(_NAME) & set(header):
            part = "host" if section in _HOSTS else ""
            lines.append(_line(row, header, part, place(sheet.name, number), sheet))
    return lines


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
    for head, row in zip(sheet.rows, sheet.rows[1:], strict=False):
        summary = dict(zip((folded(cell) for cell in head), row, strict=False))
        refuse_cut(sheet, summary.get("unique viewers", ""), attended)


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
