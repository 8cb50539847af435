"""Any system's list, read by a mapping. Only mapped columns are read: what nobody declared does not enter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from evallib.errors import InputError, Text, nearest, text
from evallib.records import Remark
from evallib.sources.clock import (
    MINUTES,
    decide_order,
    event_days,
    event_moment,
    event_times,
    seconds_of,
    span_seconds,
    stay_times,
    written,
    zone_of,
)
from evallib.sources.decode import HEADER_WITHIN, Sheet, as_wide, place
from evallib.sources.forms import Form
from evallib.sources.mapping import BACKGROUND, CODED, ROLES_OF_COLUMNS, TOLD, ColumnMapping
from evallib.sources.stays import Listing, Stay, bare_name, folded, no_addresses

_PLAIN = frozenset({"name", "email", "event_id", "start", "end", *TOLD})  # roles read by whole columns
STAFF = ColumnMapping(system="staff", columns={"email": "email", "name": "name"})


@dataclass(frozen=True)
class Fit:
    """A mapping that fits a sheet. header: row index; places: role → column."""

    mapping: ColumnMapping
    header: int
    places: dict[str, int]

    def doubled(self, header: Sequence[str], cell: str) -> bool:
        """Whether a mapped column's header stands twice."""
        return header.count(cell) > 1 and header.index(cell) in self.places.values()

    def not_read(self, sheet: Sheet) -> list[str]:
        """Headers of the columns that have no role."""
        row = sheet.rows[self.header]
        return [cell for place, cell in enumerate(row) if cell and place not in self.places.values()]


def fit(sheet: Sheet, mappings: Sequence[ColumnMapping]) -> Fit | None:
    """The mapping that fits, by its columns; of several the one that reads most, earlier ones first."""
    if not mappings:
        return None
    names = {name for one in mappings for known in one.folded_columns().values() for name in known}
    rows = [
        (n, cells)
        for n, row in enumerate(sheet.rows[:HEADER_WITHIN])
        if row and not names.isdisjoint(cells := [*map(folded, row)])
    ]
    fits = [Fit(one, n, places) for one in mappings for n, row in rows if (places := one.places(row))]
    return max(fits, key=lambda one: len(one.places), default=None)


def read(sheet: Sheet, found: Fit, event: Mapping[str, str]) -> Listing:
    """The stays of a list. Without times or minutes, who is on it was there as long as the event.

    Cells that are no code of ours and no word of the mapping are an InputError with row and column.
    """
    mapping, event_id = found.mapping, event.get("event_id", "")
    zone = zone_of({"tz": mapping.timezone}, mapping.system) if mapping.timezone else zone_of(event)
    lines = list(_lines(sheet, found, event_id))
    moments = [
        written(line.cells[role], line.place(role))
        for line in lines
        for role in ("start", "end")
        if line.cells[role]
    ]
    order = mapping.date_order or decide_order(moments, event_days(event), sheet.name)
    stays = [_stay(line, order, zone, event) for line in lines]
    kept = tuple(stay for stay in stays if stay.part != "cancelled")
    remarks = _remarks(sheet, found, event_id, len(stays) - len(kept))
    if mapping.tickets:
        told = [one.email for one in kept]
        emails = owned(told, [*map(folded, told)], [folded(one.name) for one in kept])
        shared = sum(new != one.email for new, one in zip(emails, kept, strict=True))
        kept = tuple(one._replace(email=new) for new, one in zip(emails, kept, strict=True))
        remarks = (*remarks, Remark("shared_address", shared, event_id)) if shared else remarks
    seen = tuple(stay.start for stay in kept if stay.start)
    return Listing(mapping.system, mapping.kind, kept, order, remarks, seen, len(lines))


def _remarks(sheet: Sheet, found: Fit, event_id: str, cancelled: int = 0) -> tuple[Remark, ...]:
    remarks = [Remark("cancelled", cancelled, event_id)] if cancelled else []
    remarks += no_addresses(_no_addresses(sheet, found), {"event_id": event_id})
    ignored = found.not_read(sheet)
    return (*remarks, Remark("not_read", len(ignored), event_id)) if ignored else tuple(remarks)


def _no_addresses(sheet: Sheet, found: Fit) -> int:
    """Cells of the column of addresses with something in them that is none."""
    at = found.places.get("email")
    if at is None:
        return 0
    cells = [row[at] for row in sheet.rows[found.header + 1 :] if len(row) > at]
    return sum(cell != "" and "@" not in cell for cell in cells)


def form(sheet: Sheet, found: Fit) -> Form | None:
    """The columns of a list of who came, where all that is read of it can be read by whole columns."""
    mapping, header = found.mapping, sheet.rows[found.header]
    doubled = any(found.doubled(header, cell) for cell in header)
    words = any(mapping.values.get(role) for role in BACKGROUND)
    plain = mapping.kind == "attendance" and _PLAIN.issuperset(found.places)
    if not plain or doubled or words or not all(header) or any(sheet.rows[found.header + 1 :]):
        return None
    if "end" in found.places and "start" not in found.places:
        return None
    places = {"no_end" if role == "end" else role: at for role, at in found.places.items() if role != "email"}
    addresses = tuple(at for role, at in found.places.items() if role == "email")
    return Form(
        mapping.system, mapping.kind, len(header), places, addresses, zone=mapping.timezone,
        order=mapping.date_order, tickets=mapping.tickets, not_read=len(found.not_read(sheet)),
    )  # fmt: skip


def owned(emails: Sequence[str], folded_emails: Sequence[str], folded_names: Sequence[str]) -> list[str]:
    """The addresses, "" for those that stand with several names: they are whoever ordered the tickets."""
    first: dict[str, str] = {}
    pairs = zip(folded_emails, folded_names, strict=True)
    shared = {email for email, name in pairs if email and first.setdefault(email, name) != name}
    both = zip(emails, folded_emails, strict=True)
    return ["" if low in shared else email for email, low in both] if shared else [*emails]


def read_registrations(sheet: Sheet, found: Fit) -> tuple[dict[str, dict[str, str]], int]:
    """Background by e-mail, and how many rows repeat an e-mail (the first one counts)."""
    people: dict[str, dict[str, str]] = {}
    repeated = 0
    for line in _lines(sheet, found, ""):
        email = folded(line.cells["email"])
        if "@" not in email:
            raise InputError(text("This is no e-mail address"), where=line.place("email"))
        if line.cells["status"] != "cancelled":
            repeated += email in people
            people.setdefault(email, line.background())
    return people, repeated


def read_staff(sheet: Sheet) -> set[str]:
    """Folded addresses and names on a list of staff and speakers, columns ``email`` and ``name``."""
    found = fit(sheet, [STAFF])
    if found is None:
        raise InputError(
            text("{file} is no list of staff and speakers", file=sheet.name),
            where=sheet.name,
            expected=STAFF.headers(),
            repair=text("Give it these columns; either cell may be empty"),
        )
    lines = list(_lines(sheet, found, ""))
    return {folded(cell) for line in lines for cell in (line.cells["email"], line.name()) if cell}


@dataclass(frozen=True)
class _Line:
    """One row. cells: by role, "" where the list has no such column; codes are ours already."""

    cells: dict[str, str]
    fit: Fit
    sheet: Sheet
    number: int

    def place(self, role: str) -> Text:
        column = self.fit.places.get(role)
        header = self.sheet.rows[self.fit.header]
        return place(self.sheet.name, self.number, "" if column is None else header[column])

    def background(self) -> dict[str, str]:
        return {name: self.cells[name] for name in TOLD}

    def name(self) -> str:
        return bare_name(self.cells["name"] or f"{self.cells['first_name']} {self.cells['last_name']}")


def _lines(sheet: Sheet, found: Fit, event_id: str) -> Iterator[_Line]:
    header = sheet.rows[found.header]
    doubled = next((cell for cell in header if cell and found.doubled(header, cell)), "")
    if doubled:
        raise InputError(
            text("The column {column} stands twice", column=repr(doubled)),
            where=place(sheet.name, found.header + 1),
        )
    for number, row in enumerate(sheet.rows[found.header + 1 :], found.header + 2):
        if not row:
            continue
        row = as_wide(row, header, sheet, number, text("Complete the row; empty cells keep their semicolon"))
        cells = dict.fromkeys(ROLES_OF_COLUMNS, "") | {role: row[at] for role, at in found.places.items()}
        line = _Line(cells, found, sheet, number)
        cells |= {role: _code(line, role) for role in CODED if role in found.places}
        _check(line, event_id)
        yield line


def _code(line: _Line, role: str) -> str:
    """A cell as one of our codes: by the mapping's words, or because it is one."""
    cell, codes = line.cells[role], CODED[role]
    words = {folded(word): code for word, code in line.fit.mapping.values.get(role, {}).items()}
    if (code := words.get(folded(cell))) is not None:
        return code
    if cell in codes or (not cell and role != "status"):
        return cell
    if not cell:
        if line.fit.mapping.empty_status:
            return line.fit.mapping.empty_status
        raise InputError(
            text("A cell that is needed is empty"),
            where=line.place(role),
            repair=text("Say in the mapping what it means, as: empty_status: no-show"),
        )
    close = nearest(cell, codes)
    raise InputError(
        text("The code {code} is not known", code=repr(cell[:60])),
        where=line.place(role),
        expected=", ".join((*words, *codes)),
        repair=text("Did you mean {code}?", code=close)
        if close
        else text("Use one of these codes, or none; words of your own belong into a mapping"),
    )


def _check(line: _Line, event_id: str) -> None:
    named = line.cells["event_id"]
    if event_id and "event_id" in line.fit.places and named != event_id:
        raise InputError(
            text("The list names another event than its file name"),
            where=line.place("event_id"),
            expected=event_id,
            found=repr(named),
            repair=text("Correct the event id in the row or in the name of the file"),
        )
    if line.cells["quantity"] not in ("", "1"):
        raise InputError(
            text("A row stands for more than one person"),
            where=line.place("quantity"),
            expected="1",
            found=repr(line.cells["quantity"]),
            repair=text("This is a list of orders: download the list of attendees"),
        )


def _stay(line: _Line, order: str, zone: ZoneInfo, event: Mapping[str, str]) -> Stay:
    """A row's stay. Who came in and was not seen leaving stayed to the end of the event."""
    cells = line.cells
    minutes = _seconds(cells["minutes"], line.place("minutes"))
    start, end = stay_times((cells["start"], cells["end"]), order, zone, minutes, line.place("start"))
    if start and not end:
        end = max(start, (event_times(event) or (start, start))[1])
    measured = bool(start or minutes)
    status = cells["status"]
    if not status and not measured and {"start", "minutes"} & set(line.fit.places):
        status = "no-show"
    came = status in ("", "attended", "host")
    seconds = minutes or (span_seconds(start, end) if start else event_seconds(event) if came else 0)
    part = "" if status == "attended" else status
    email = cells["email"] if "@" in cells["email"] else ""
    return Stay(
        line.name(), email, start, end, seconds, part, line.sheet.name, line.background(), _ticket(line)
    )


def _ticket(line: _Line) -> str:
    return line.cells["ticket"] or (f"row {line.number}" if line.fit.mapping.tickets else "")


def _seconds(cell: str, where: Text | str) -> int:
    """Minutes as a number or as words with units."""
    if not cell:
        return 0
    plain = cell.replace(",", ".")
    return round(float(plain) * 60) if MINUTES.fullmatch(plain) else seconds_of(cell, where)


def event_seconds(event: Mapping[str, str]) -> int:
    """Length of an event; one of several days lasts each day from the start's hour to the end's.

    A whole day for an event that is not known.
    """
    times = event_times(event)
    if not times:
        return 24 * 3600
    start, end = (event_moment(event[side], event["event_id"]) for side in ("start", "end"))
    days = (end.date() - start.date()).days + 1
    daily = datetime.combine(start.date(), end.time()) - start
    if days > 1 and daily.total_seconds() > 0:
        return days * int(daily.total_seconds())
    return span_seconds(*times)
