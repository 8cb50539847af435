"""The network behind question N05: pairs of organisations grow closer from year to year."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evallib.twin.dice import Dice

from .people import Person
from .story import KNOWN, TIED, YEARS


@dataclass(frozen=True)
class Organisation:
    """A row of the roster."""

    code: str
    sector: str
    region: str
    name: str
    alone: bool  # one person

    @property
    def language(self) -> str:
        """The respondent's language: Swedish on Åland and for part of Ostrobothnia."""
        likely = {"FI200": 1.0, "FI195": 0.5, "FI1B1": 0.1}.get(self.region, 0.02)
        return "sv" if Dice("organisation language", self.code).chance(likely) else "fi"


def read_roster(path: Path) -> tuple[Organisation, ...]:
    """The organisations of a wave in the order of the file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return tuple(
        Organisation(
            row["organisation"], row["sector"], row["region"], row["name"], row["one_person"] == "yes"
        )
        for row in rows
    )


def employer(person: Person, event: str, roster: Sequence[Organisation]) -> str:
    """The organisation that somebody declares at an event, as typed there; "" where it is left empty."""
    dice, hand = Dice("works for", person.key), Dice("types", person.key, event)
    alone = person.role == "entr"
    near = [one for one in roster if one.sector == person.sector and one.alone == alone]
    if person.role == "oth" or not near or not dice.chance(0.95):
        return "Oma yritys" if alone and hand.chance(0.3) else ""
    name = dice.pick(near).name.rpartition(" (")[0]
    return "" if hand.chance(0.05) else name.upper() if hand.chance(0.1) else name


def network_answers(own: str, year: str, roster: Sequence[Organisation]) -> dict[str, str]:
    """One organisation's answers to N05k, N05 and N06 about all the others."""
    dice = Dice("network", year, own)
    others = [one.code for one in roster if one.code != own]
    facts = {f"N05k[{one.code}]": "" for one in roster}
    if dice.chance(0.03):  # some pass the whole question over
        return facts
    now, before = _levels(year, tuple(roster)), {}
    if year != YEARS[0]:
        before = _levels(YEARS[YEARS.index(year) - 1], tuple(roster))
    for other in others:
        level = now.get(_pair(own, other), 0)
        if not level or dice.chance(0.12):  # no contact, or overlooked
            continue
        seen = min(4, max(0, level + dice.weighted((-1, 0, 1), (10, 80, 10))))
        facts[f"N05k[{other}]"] = "Y"
        facts[f"N05[{other}]"] = "" if dice.chance(0.02) else f"k{seen}"
        is_new = year != YEARS[0] and seen >= 2 and before.get(_pair(own, other), 0) < 2
        facts[f"N06[{other}]"] = "Y" if dice.chance(0.55 if is_new else 0.05) else ""
    return facts


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


@cache
def _levels(year: str, roster: tuple[Organisation, ...]) -> dict[tuple[str, str], int]:
    """Closeness 1–4 of every pair that knows each other in a year."""
    scored = sorted(_scores(year, roster).items(), key=lambda one: (-one[1], one[0]))
    known = int(KNOWN[YEARS.index(year)] * len(scored))
    tied = int(TIED[YEARS.index(year)] * len(scored))
    levels: dict[tuple[str, str], int] = {}
    for place, (pair, _) in enumerate(scored[:known]):
        levels[pair] = 1 if place >= tied else 4 - (3 * place) // tied
    return levels


def _scores(year: str, roster: tuple[Organisation, ...]) -> dict[tuple[str, str], float]:
    """How close a pair is: busy organisations, a shared field or region, and luck that partly stays."""
    busy = {one.code: 0.9 * Dice("busy", one.code).unit() for one in roster}
    mixing = 0.40 - 0.08 * YEARS.index(year)  # fields matter less as the project mixes them
    scores: dict[tuple[str, str], float] = {}
    for n, one in enumerate(roster):
        for other in roster[n + 1 :]:
            pair = _pair(one.code, other.code)
            luck = 0.7 * Dice("luck", *pair).unit() + 0.4 * Dice("luck", year, *pair).unit()
            near = mixing * (one.sector == other.sector) + 0.3 * (one.region == other.region)
            scores[pair] = busy[one.code] + busy[other.code] + near + luck
    return scores
