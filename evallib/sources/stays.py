"""Stays of people in an event, as a list gives them, and their union by person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from evallib.records import Remark

_SUFFIX = re.compile(
    r"\s*\((?:external|guest|unverified|ulkoinen|vieras|vahvistamaton|extern|gäst|overifierad)\)\s*$",
    re.IGNORECASE,
)


class Stay(NamedTuple):
    """One row of a list: who, from when to when, how many seconds of it inside.

    end and start: None where the list gives only a duration. part: "" = participant, "host", "no-show",
    "registered" (whether they came is not known), "invited" (has not answered, or declined), "cancelled".
    ticket: number of the ticket, which is one person whatever the name. Without ticket, name and e-mail, a
    row is a person of its own, as on a paper list. Times are in UTC.
    """

    name: str
    email: str = ""
    start: datetime | None = None
    end: datetime | None = None
    seconds: int = 0
    part: str = ""
    source: str = ""
    background: Mapping[str, str] = MappingProxyType({})
    ticket: str = ""


@dataclass(frozen=True)
class Listing:
    """One attendance file, read: its stays and how it was recognised. seen: moments that tell its day."""

    system: str
    variant: str
    stays: tuple[Stay, ...]
    date_order: str = ""
    remarks: tuple[Remark, ...] = ()
    seen: tuple[datetime, ...] = ()
    rows: int = 0  # of people, as they stand in the file
    joined: bool = False  # lists the same people as the event's other file
    name: str = ""  # of the file


def bare_name(name: str) -> str:
    """The display name without (External), (Guest), (Unverified) at its end."""
    name = " ".join(name.split())
    while _SUFFIX.search(name):
        name = _SUFFIX.sub("", name)
    return name


@lru_cache(maxsize=20_000)
def folded(words: str) -> str:
    """For comparing: Unicode form, case and all kinds of spaces made alike."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def by_person(stays: Iterable[Stay], *, names_too: bool = False) -> list[list[Stay]]:
    """Stays grouped by e-mail, else ticket, else folded name; persons in the order in which they appear.

    names_too: a stay without e-mail belongs to the one person with an e-mail who has the same name.
    """
    keyed = [(folded(stay.email), folded(stay.name), stay) for stay in stays]
    addresses: dict[str, set[str]] = {}
    for email, name, _ in keyed if names_too else ():
        if email and name:
            addresses.setdefault(name, set()).add(email)
    people: dict[tuple[str, str, str], list[Stay]] = {}
    for number, (email, name, stay) in enumerate(keyed):
        owners = addresses.get(name, set())
        if not email and len(owners) == 1:
            email = next(iter(owners))
        row = "" if email else stay.ticket or ("" if name else str(number))
        people.setdefault((email, "" if email or stay.ticket else name, row), []).append(stay)
    return list(people.values())


def seconds_inside(stays: Sequence[Stay]) -> int:
    """Seconds a person was inside: the union of the intervals, two devices counted once.

    Intervals that overlap form a block; a block counts the sum of its stays' seconds, at most its length
    from first join to last leave. Stays without times: the longest of each file, files added up, since
    two such rows of one file may have run at the same time; beside another file's times they add nothing.
    """
    timed = sorted((s.start, s.end, s.seconds) for s in stays if s.start is not None and s.end is not None)
    total = 0
    until: datetime | None = None
    since = datetime.min
    inside = 0
    for start, end, seconds in timed:
        if until is None or start > until:
            total += _block(since, until, inside)
            since, until, inside = start, end, 0
        until = max(until, end)
        inside += seconds
    total += _block(since, until, inside)
    longest: dict[str, int] = {}
    clocked = {stay.source for stay in stays if stay.start is not None}
    for stay in stays:
        if (stay.start is None or stay.end is None) and clocked <= {stay.source}:
            longest[stay.source] = max(longest.get(stay.source, 0), stay.seconds)
    return total + sum(longest.values())


def _block(since: datetime, until: datetime | None, inside: int) -> int:
    return 0 if until is None else min(inside, int((until - since).total_seconds()))


def whole_minutes(seconds: int) -> int:
    """Seconds as whole minutes, half a minute rounded up."""
    return (seconds + 30) // 60
