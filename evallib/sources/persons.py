"""The stays of one person → whether and how long that person took part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evallib.sources.mapping import TOLD
from evallib.sources.stays import Stay, folded, seconds_inside

_NOTHING = ("",) * len(TOLD)


@dataclass(frozen=True)
class Rule:
    """What decides a status. robots: parts of names; minimum: minutes; staff: addresses and names; folded."""

    robots: tuple[str, ...]
    minimum: int
    staff: frozenset[str] = frozenset()


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


def _is_robot(name: str, robots: tuple[str, ...]) -> bool:
    name = folded(name)
    return any(robot in name for robot in robots)


def _told(stays: Sequence[Stay]) -> tuple[str, ...]:
    """The background in the order of the columns; of several rows the first that tells."""
    if not any(stay.background for stay in stays):
        return _NOTHING
    return tuple(
        next((code for stay in stays if (code := stay.background.get(name, ""))), "") for name in TOLD
    )
