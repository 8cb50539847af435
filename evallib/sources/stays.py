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

_SPACES = (
    "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_PAIRS = ("  ", " \n", "\n ")
_SUFFIX = re.compile(
    r"\s*\((?:external|guest|unverified|ulkoinen|vieras|vahvistamaton|extern|gäst|overifierad)\)\s*$",
    re.IGNORECASE,
)


_NO_BACKGROUND: Mapping[str, str] = MappingProxyType({})


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
    background: Mapping[str, str] = _NO_BACKGROUND
    ticket: str = ""


@dataclass(frozen=True)
class Listing:
    """One attendance file, read: its stays and how it was recognised. seen: moments that tell its day."""

    system: str
    variant: str
    stays: Sequence[Stay]
    date_order: str = ""
    remarks: tuple[Remark, ...] = ()
    seen: tuple[datetime, ...] = ()
    rows: int = 0  # of people, as they stand in the file
    joined: bool = False  # lists the same people as the event's other file
    name: str = ""  # of the file


def no_addresses(count: int, event: Mapping[str, str]) -> tuple[Remark, ...]:
    """The remark that so many cells meant for addresses hold something else."""
    return (Remark("no_address", count, event.get("event_id", "")),) if count else ()


@lru_cache(maxsize=200_000)
def bare_name(name: str) -> str:
    """The display name without (External), (Guest), (Unverified) at its end."""
    name = " ".join(name.split())
    while _SUFFIX.search(name):
        name = _SUFFIX.sub("", name)
    return name


@lru_cache(maxsize=200_000)
def folded(words: str) -> str:
    """For comparing: Unicode form, case and all kinds of spaces made alike."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def bare_and_folded(column: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Like :func:`bare_name` and then :func:`folded` for a whole column; most have nothing to take away."""
    whole = "\n".join(column)
    if "(" in whole or _odd(whole, len(column)):
        column = [*map(bare_name, column)]
        return column, [*map(folded, column)]
    return column, _low(whole) or [*map(folded, column)]


def bare_and_folded_addresses(column: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """A whole column of addresses without spaces around them, and as :func:`folded` gives each."""
    whole = "\n".join(column)
    if _odd(whole, len(column)):
        column = [*map(str.strip, column)]
        return column, [*map(folded, column)]
    if whole.isascii() and whole.lower() == whole:
        return column, column
    return column, _low(whole) or [*map(folded, column)]


def _low(whole: str) -> list[str]:
    """Lines without odd spaces, folded; [] where their Unicode form is not yet the one for comparing."""
    if whole.isascii():
        return whole.lower().split("\n")
    return whole.casefold().split("\n") if unicodedata.is_normalized("NFKC", whole) else []


def _odd(whole: str, lines: int) -> bool:
    """Whether lines hold spaces of other kinds, doubled or at their ends."""
    if whole.count("\n") != lines - 1 or any(sign in whole for sign in "\t\r\x0b\x0c"):
        return True
    if " " in whole and (whole[0] == " " or whole[-1] == " " or any(pair in whole for pair in _PAIRS)):
        return True
    return not whole.isascii() and any(sign in whole for sign in _SPACES)


def by_person(stays: Iterable[Stay], *, names_too: bool = False) -> list[list[Stay]]:
    """Stays grouped by e-mail, else ticket, else folded name; persons in the order in which they appear.

    names_too: a stay without e-mail belongs to the one person with an e-mail who has the same name.
    """
    stays = list(stays)
    addresses: dict[str, set[str]] = {}
    for stay in stays if names_too else ():
        if stay.email and stay.name:
            addresses.setdefault(folded(stay.name), set()).add(folded(stay.email))
    people: dict[object, list[Stay]] = {}
    key: object
    for number, stay in enumerate(stays):
        if stay.email:
            key = folded(stay.email)
        elif len(owners := addresses.get(folded(stay.name), ()) if addresses else ()) == 1:
            key = next(iter(owners))
        elif stay.ticket:
            key = ("ticket", stay.ticket)
        else:
            key = ("name", folded(stay.name)) if stay.name else number
        if (known := people.get(key)) is None:
            people[key] = [stay]
        else:
            known.append(stay)
    return list(people.values())


def seconds_inside(stays: Sequence[Stay]) -> int:
    """Seconds a person was inside: the union of the intervals, two devices counted once.

    Intervals that overlap form a block; a block counts the sum of its stays' seconds, at most its length
    from first join to last leave. Stays without times: the longest of each file, files added up, since
    two such rows of one file may have run at the same time; beside another file's times they add nothing.
    """
    if len(stays) == 1:
        start, end, seconds = stays[0].start, stays[0].end, stays[0].seconds
        return seconds if start is None or end is None else min(seconds, int((end - start).total_seconds()))
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
