"""The stays of one person → whether and how long that person took part; one by one, or for whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evallib.sources.mapping import TOLD
from evallib.sources.stays import Stay, StayColumns, folded, folded_column, seconds_inside, whole_minutes

_NOTHING = ("",) * len(TOLD)
_numbers = [str(number) for number in range(10_000)]


@dataclass(frozen=True)
class Rule:
    """What decides a status. robots: parts of names; minimum: minutes; staff: addresses and names; folded."""

    robots: tuple[str, ...]
    minimum: int
    staff: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Persons:
    """Columns of one length, a place a person, in the order in which they first appear.

    told: the columns of the background; "" for one of which nobody tells.
    """

    names: Sequence[str]
    emails: Sequence[str]
    statuses: Sequence[str]
    minutes: Sequence[str]
    told: Sequence[Sequence[str]]


def person_of(stays: Sequence[Stay], rule: Rule) -> tuple[str, str, str, int, tuple[str, ...]]:
    """Name, e-mail, status, seconds and background of the person whose stays these are."""
    seconds = seconds_inside(stays)
    parts = {stay.part for stay in stays}
    if any(_is_robot(stay.name, rule.robots) for stay in stays):
        status = "bot"
    elif "host" in parts or any(
        folded(one) in rule.staff for stay in stays for one in (stay.email, stay.name) if one
    ):
        status = "host"
    elif parts <= {"no-show", "registered", "invited"}:
        status = next(one for one in ("no-show", "registered", "invited") if one in parts)
    else:
        status = "attended" if seconds >= rule.minimum * 60 else "short"
    name = next((stay.name for stay in stays if stay.name), "")
    email = next((stay.email for stay in stays if stay.email), "")
    return name, email, status, seconds, _told(stays)


def persons_of_columns(stays: StayColumns, rule: Rule) -> Persons:
    """The persons of one list, as ``by_person`` and :func:`person_of` give them one by one.

    Whole columns are worked on for those with nothing special; the others are looked at singly.
    """
    names, emails, parts = [*stays.names], [*stays.emails], stays.parts
    low = stays.folded_names or folded_column(names)
    first, again = _grouped(stays, low)
    special = {n for n, part in enumerate(parts) if part} if any(parts) else set()
    everybody = "\n".join(low)
    for robot in rule.robots:
        if robot in everybody:
            special |= {n for n, name in enumerate(low) if robot in name}
    if rule.staff:
        special |= {
            n
            for n, one in enumerate(zip(names, emails, strict=True))
            if not rule.staff.isdisjoint(map(folded, one))
        }
    order = [*first.values()] if again else range(len(names))
    seconds = [*stays.seconds]
    for n, rows in again.items():
        seconds[n] = _united(stays, rows)
    told = _columns_told(stays, order)
    if again:
        seconds, names = [seconds[n] for n in order], [names[n] for n in order]
        emails = [emails[n] for n in order]
    limit = rule.minimum * 60
    statuses = ["attended" if one >= limit else "short" for one in seconds]
    singly = (
        {place for place, n in enumerate(order) if n in special or n in again} if special or again else ()
    )
    for place in singly:
        rows = again.get(order[place], [order[place]])
        if special.isdisjoint(rows) and not stays.backgrounds and names[place]:
            continue
        own = [stays[one] for one in rows]
        names[place], emails[place], statuses[place], seconds[place], background = person_of(own, rule)
        for column, code in zip(told, background, strict=True):
            if isinstance(column, list):
                column[place] = code
    minutes = [_numbers[(one + 30) // 60] if one < 500_000 else str(whole_minutes(one)) for one in seconds]
    return Persons(names, emails, statuses, minutes, told)


def _grouped(stays: StayColumns, low: Sequence[str]) -> tuple[dict[object, int], dict[int, list[int]]]:
    """The first row of each person by what it is known by; all rows of those with several, by the first."""
    tickets, emails = stays.tickets, folded_column(stays.emails)
    first: dict[object, int] = {}
    again: dict[int, list[int]] = {}
    for number, email in enumerate(emails):
        key: object
        if email:
            key = email
        elif tickets:
            key = ("ticket", tickets[number])
        else:
            key = " " + name if (name := low[number]) else number  # unlike any address
        if (known := first.setdefault(key, number)) != number:
            again.setdefault(known, [known]).append(number)
    return first, again


def _united(stays: StayColumns, rows: Sequence[int]) -> int:
    """Like ``seconds_inside`` for rows of one list that all have times; the longest one where none has."""
    starts, ends, seconds = stays.starts, stays.ends, stays.seconds
    if any(starts[n] is None for n in rows):
        return seconds_inside([stays[n] for n in rows])
    total = inside = since = 0
    until = -1
    for start, end, one in sorted((starts[n], ends[n], seconds[n]) for n in rows):
        assert start is not None and end is not None
        if start > until:
            total += min(inside, until - since)
            since, until, inside = start, end, 0
        until = max(until, end)
        inside += one
    return total + min(inside, until - since)


def _is_robot(name: str, robots: tuple[str, ...]) -> bool:
    name = folded(name)
    return any(robot in name for robot in robots)


def written_numbers(count: int) -> list[str]:
    """The numbers from one on, as text."""
    return _numbers[1 : count + 1] if count < len(_numbers) else [str(n) for n in range(1, count + 1)]


def _columns_told(stays: StayColumns, order: Sequence[int]) -> Sequence[str] | list[list[str]]:
    if not stays.backgrounds:
        return _NOTHING
    return [[stays.backgrounds[n].get(name, "") for n in order] for name in TOLD]


def _told(stays: Sequence[Stay]) -> tuple[str, ...]:
    """The background in the order of the columns; of several rows the first that tells."""
    if not any(stay.background for stay in stays):
        return _NOTHING
    return tuple(
        next((code for stay in stays if (code := stay.background.get(name, ""))), "") for name in TOLD
    )
