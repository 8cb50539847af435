"""Participant lists of Zoom: meetings (older and newer headers, all rows or unique users) and webinars.

Numbers of minutes are used only where the list has no times. A webinar's hosts and panelists are hosts; the
host of a meeting is known only from the block that may stand on top of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import sub
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
from evallib.sources.moments import columns_in_utc, days_of
from evallib.sources.stays import Listing, Stay, StayColumns, bare_and_folded, bare_name, folded, moments_seen

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
    if not (block.get("user email") or block.get("host")) and (whole := _whole(sheet, variant, event)):
        return whole
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
    return Listing("zoom", variant, tuple(stays), order, seen=days, rows=len(lines))


def header_rows(sheet: Sheet, variant: str) -> list[int]:
    """Row indexes of the headers over people: one of a meeting, one a section of a webinar."""
    if variant != "webinar":
        return [_meeting_header(sheet)]
    told = ((n, [*map(str.lower, row)]) for n, row in enumerate(sheet.rows) if row)
    return [n for n, cells in told if "join time" in cells and not _NAMES.isdisjoint(cells)]


def _whole(sheet: Sheet, variant: str, event: Mapping[str, str]) -> Listing | None:
    """The list by whole columns; None where its rows have to be looked at one by one."""
    columns: dict[str, list[str]] = {
        name: [] for name in ("name", "email", "join", "leave", "minutes", "part")
    }
    for header, numbered, part in _sections_of(sheet, variant):
        rows = [row for _, row in numbered]
        width = len(header)
        if not rows:
            continue
        if len(set(header)) < width - header.count("") or not {"join time", "leave time"} <= set(header):
            return None
        if set(map(len, rows)) != {width}:
            if any(len(row) < width or any(row[width:]) for row in rows):
                return None
            rows = [row[:width] for row in rows]
        by_name = dict(zip(header, zip(*rows, strict=True), strict=True))
        columns["name"] += next(by_name[name] for name in _NAME if name in by_name)
        columns["email"] += next((by_name[name] for name in _EMAIL if name in by_name), ("",) * len(rows))
        columns["join"] += by_name["join time"]
        columns["leave"] += by_name["leave time"]
        columns["minutes"] += next((by_name[name] for name in _MINUTES if name in by_name), ("",) * len(rows))
        attended = by_name.get("attended", ("yes",) * len(rows))
        if not set(attended) <= {"Yes", "No", "yes"}:
            return None
        columns["part"] += [part or ("no-show" if one == "No" else "") for one in attended]
    return _listing(sheet, variant, event, columns)


def _listing(
    sheet: Sheet, variant: str, event: Mapping[str, str], columns: Mapping[str, list[str]]
) -> Listing | None:
    """Columns as the stays of a list; a row without times is nobody's stay."""
    joins, leaves, parts = columns["join"], columns["leave"], columns["part"]
    gaps = [*_EMPTY.intersection(joins), *_EMPTY.intersection(leaves)]
    timed = [n for n, cell in enumerate(joins) if cell not in _EMPTY] if gaps else range(len(joins))
    without = len(joins) - len(timed)
    if (gaps and without != sum(cell in _EMPTY for cell in leaves)) or not timed or "--" in columns["name"]:
        return None
    if without and any(
        columns["minutes"][n] not in ("", "--", "0") for n in set(range(len(joins))) - set(timed)
    ):
        return None
    told = "".join(columns["minutes"])
    if not (told.isascii() and told.isdecimal() and max(map(len, columns["minutes"])) < 6) and not all(
        cell in _EMPTY or MINUTES.fullmatch(cell) for cell in columns["minutes"]
    ):
        return None
    starts, ends = ([column[n] for n in timed] for column in (joins, leaves)) if without else (joins, leaves)
    if (moments := days_of([*starts, *ends])) is None:
        return None
    order = decide_order(moments, event_days(event), sheet.name)
    if (times := columns_in_utc(starts, ends, order, zone_of(event))) is None:
        return None
    begun: Sequence[int | None] = times[0]
    left: Sequence[int | None] = times[1]
    seconds = [*map(sub, times[1], times[0])]
    if without:
        by_row = dict(zip(timed, zip(*times, seconds, strict=True), strict=True))
        found = [by_row.get(n, (None, None, 0)) for n in range(len(joins))]
        begun, left = [one[0] for one in found], [one[1] for one in found]
        seconds = [one[2] for one in found]
    emails = [email if "@" in email else "" for email in columns["email"]]
    names, low = bare_and_folded(columns["name"])
    stays = StayColumns(names, emails, begun, left, seconds, parts, sheet.name, folded_names=low)
    attended = sum(part != "no-show" for part in parts)
    for wanted in _viewers(sheet) if variant == "webinar" else ():
        refuse_cut(sheet, wanted, attended)
    return Listing("zoom", variant, stays, order, seen=moments_seen(stays), rows=len(joins))


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
    for wanted in _viewers(sheet):
        refuse_cut(sheet, wanted, attended)


def _viewers(sheet: Sheet) -> Iterator[str]:
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
