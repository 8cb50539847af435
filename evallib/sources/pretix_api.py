"""The tickets of a pretix event, from its REST API: one row a ticket, or one a stay of who came and went.

Secrets of tickets, payments and answers are left on the server's side of this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from evallib.errors import ServerError, text
from evallib.sources.clock import Days, near
from evallib.sources.rest import Fetched, Get, as_csv, strange, whole

COLUMNS = ("Ticket", "Attendee name", "Email", "Checked in", "Checked out", "Status")
_TIMES = 3  # how often a list is read that changes while it is read
_OF_ORDER = {"n": "registered", "p": "registered", "e": "cancelled", "c": "cancelled"}
Stays = list[tuple[datetime, datetime | None]]


def read_tickets(get: Get, organizer: str, name: str, days: Days, opening: datetime) -> Fetched:
    """The event's people. name: its short name there, "name/7" for a date of a series.

    days, opening: of the event in the log, opening in UTC; who was only seen going had come then. Test orders
    and products that are no admission are left out and counted. Who was not checked in is a no-show where
    anybody was, else "registered". Raises ServerError for an event of another day, and where no product is
    an admission.
    """
    try:
        return _read(get, organizer, name, days, opening)
    except (KeyError, TypeError, AttributeError) as fault:
        strange("pretix", str(fault)[:60])


@dataclass(frozen=True)
class _Person:
    ticket: str
    name: str
    email: str
    status: str
    stays: Stays


def _read(get: Get, organizer: str, name: str, days: Days, opening: datetime) -> Fetched:
    event, _, date = name.partition("/")
    base = f"organizers/{quote(organizer)}/events/{quote(event)}/"
    _check_day(get(f"{base}subevents/{date}/" if date else base), days)
    admissions = {one["id"] for one in _pages(get, f"{base}items/") if one["admission"]}
    orders = _pages(get, f"{base}orders/", "ordering=datetime&include_canceled_positions=true")
    if orders and not admissions:
        raise ServerError(
            text("No product of the event {event} in pretix is an admission ticket", event=name),
            repair=text("In pretix, mark the tickets of people: product, General, Admission product"),
        )
    left = Counter({"test orders": sum(bool(one["testmode"]) for one in orders)})
    people = [
        person
        for order in orders
        if not order["testmode"]
        for person in _people(order, date, admissions, days, opening, left)
    ]
    anybody = any(one.stays for one in people)
    counts = {"tickets": len(people), "came": sum(bool(one.stays) for one in people)}
    counts["cancelled"] = sum(one.status == "cancelled" and not one.stays for one in people)
    rows = [row for one in people for row in _rows(one, anybody)]
    return Fetched(as_csv(COLUMNS, rows), counts | dict(left))


def _people(
    order: Mapping[str, Any],
    date: str,
    admissions: set[Any],
    days: Days,
    opening: datetime,
    left: Counter[str],
) -> Iterator[_Person]:
    """The people of an order; a ticket added to a ticket is the same person. left: counts what is not."""
    positions = [one for one in order["positions"] if not date or str(one["subevent"]) == date]
    tickets = [one for one in positions if one["item"] in admissions and one["addon_to"] is None]
    left["other products"] += len(positions) - len(tickets)
    for ticket in tickets:
        own = [one for one in positions if one is ticket or one["addon_to"] == ticket["id"]]
        seen = [checkin for one in own for checkin in one["checkins"]]
        kept = [one for one in seen if not one["auto_checked_in"] or near(_moment(one["datetime"]), days)]
        left["early check-ins"] += len(seen) - len(kept)
        # Whoever ordered for several people did not give the addresses of the others.
        email = ticket["attendee_email"] or (order["email"] if len(tickets) == 1 else "") or ""
        status = "cancelled" if ticket["canceled"] else _OF_ORDER.get(order["status"], "")
        if not status:
            strange("pretix", repr(order["status"])[:20])
        number = f"{order['code']}-{ticket['positionid']}"
        yield _Person(number, ticket["attendee_name"] or "", email, status, _stays(kept, opening))


def _rows(one: _Person, anybody: bool) -> Iterator[tuple[str, ...]]:
    if not one.stays:
        status = "no-show" if anybody and one.status == "registered" else one.status
        yield one.ticket, one.name, one.email, "", "", status
    for start, end in one.stays:
        yield one.ticket, one.name, one.email, _written(start), _written(end) if end else "", "attended"


def _stays(checkins: list[Mapping[str, Any]], opening: datetime) -> Stays:
    """Times of coming and going, for each check-in list by itself; an end of None is not known."""
    found: Stays = []
    for door in dict.fromkeys(one["list"] for one in checkins):
        since: datetime | None = None
        passed = sorted((_moment(one["datetime"]), one["type"]) for one in checkins if one["list"] == door)
        for moment, kind in passed:
            if kind == "entry":
                since = since or moment
            else:
                found.append((since or min(opening, moment), moment))
                since = None
        if since:
            found.append((since, None))
    return sorted(found, key=lambda one: one[0])


def _moment(written: str) -> datetime:
    """In UTC, without its zone."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        strange("pretix", repr(written)[:40])


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z"


def _check_day(event: Any, days: Days) -> None:
    if not isinstance(event, dict) or "date_from" not in event:
        strange("pretix")
    held = _moment(event["date_from"])
    if not near(held, days):
        raise ServerError(
            text("The event in pretix is of another day than the event in the log"),
            where="surveys/sources.yaml",
            expected=days[0].isoformat(),
            found=held.date().isoformat(),
            repair=text("Correct the event's name in surveys/sources.yaml, or its date in the event log"),
        )


def _pages(get: Get, path: str, query: str = "") -> list[dict[str, Any]]:
    """All entries of a list; read again where it changes between its pages."""
    for _ in range(_TIMES):
        found, count = _read_pages(get, path, query)
        if len(found) == count:
            return found
    whole("pretix", count, len(found))
    raise AssertionError


def _read_pages(get: Get, path: str, query: str) -> tuple[list[dict[str, Any]], int]:
    found: dict[Any, dict[str, Any]] = {}
    number = 1
    while True:
        page = get(f"{path}?page={number}" + (f"&{query}" if query else ""))
        if not isinstance(page, dict) or not isinstance(page.get("results"), list) or "next" not in page:
            strange("pretix")
        before = len(found)
        for one in page["results"]:
            if not isinstance(one, dict):
                strange("pretix")
            found[one.get("id", one.get("code"))] = one
        if page["next"] is not None and len(found) == before:  # it would never come to an end
            strange("pretix")
        if page["next"] is None:
            return list(found.values()), page.get("count", -1)
        number += 1
