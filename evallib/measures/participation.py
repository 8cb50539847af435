"""Who took part: participations, distinct persons as a range, new and returning, hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from evallib.codes import UNKNOWN
from evallib.results import Cell


@dataclass(frozen=True)
class Persons:
    """Distinct persons, a range because some participations carry no e-mail address.

    low: every unknown person is one of the known. high: every unknown participation is somebody new.
    """

    participations: int
    known: int
    unknown: int
    low: int
    high: int


def attended(participations: pd.DataFrame) -> pd.DataFrame:
    """The participations that count: attended, staff and speakers already left out by the readers.

    Events renamed are renamed; every event twice gives its rows twice.
    """
    return participations[participations["status"] == "attended"]


def persons(participations: pd.DataFrame) -> Persons:
    """Distinct persons behind participations (one row a person and event).

    low is the known persons, or the participants of the largest event where those are more: one person
    can't take two seats at one event. Every event twice with the same people doubles participations and
    unknown; persons then are the same known ones, and high grows by the unknown.
    """
    known_rows = participations["known"] == "yes"
    known = int(participations.loc[known_rows, "person"].nunique())
    unknown = int((~known_rows).sum())
    largest = int(participations["event_id"].value_counts().max()) if len(participations) else 0
    return Persons(len(participations), known, unknown, max(known, largest), known + unknown)


def with_people(
    cells: Sequence[Cell], participations: pd.DataFrame, dim: str, merges: Mapping[str, Collection[str]]
) -> tuple[Cell, ...]:
    """Participations counted by ``dim``, each cell with the least number of different persons behind it.

    merges: the codes that a wider class unites. Codes are renamed with the cells; an empty class has nobody
    behind it. Every event twice with the same people leaves the least number of persons.
    """
    known: dict[str, set[str]] = defaultdict(set)
    seats: dict[str, Counter[str]] = defaultdict(Counter)
    columns = (participations[name].tolist() for name in (dim, "event_id", "known", "person"))
    for written, event, is_known, person in zip(*columns, strict=True):
        code = written or UNKNOWN
        seats[code][event] += 1
        if is_known == "yes":
            known[code].add(person)
    found = []
    for cell in cells:
        parts = merges.get(dict(cell.dims)[dim], (dict(cell.dims)[dim],))
        largest = max(sum((seats[one] for one in parts), Counter[str]()).values(), default=0)
        people = set[str]().union(*(known[one] for one in parts))
        found.append(replace(cell, people=max(len(people), largest)))
    return tuple(found)


@dataclass(frozen=True)
class Newcomers:
    """returning: known persons met in an earlier period; new_low … new_high: the others, as a range."""

    returning: int
    new_low: int
    new_high: int


def newcomers(now: pd.DataFrame, earlier: pd.DataFrame) -> Newcomers:
    """Known persons now against known persons of all earlier periods, by pseudonym.

    Swapping the periods counts those who did not come again as new; every event twice adds the unknown to
    new_high once more.
    """
    current = set(now.loc[now["known"] == "yes", "person"])
    past = set(earlier.loc[earlier["known"] == "yes", "person"])
    unknown = int((now["known"] != "yes").sum())
    new = len(current - past)
    return Newcomers(len(current & past), new, new + unknown)


def hours(participations: pd.DataFrame) -> tuple[float, int]:
    """(hours attended, participations whose minutes are known); the others add nothing.

    Every event twice doubles both.
    """
    minutes = participations["minutes"].dropna()
    return float(minutes.sum()) / 60, len(minutes)


def mixed_events(
    participations: pd.DataFrame, *, sectors: int = 3, least_share: float = 0.1
) -> tuple[int, int]:
    """(mixed events, events with known sectors).

    Known: the sector of at least half of the participants is known. Mixed: at least three sectors with
    at least one tenth of the known participants each. Every event twice doubles both.
    """
    mixed = known_events = 0
    for _, rows in participations.groupby("event_id"):
        known = rows["sector"][~rows["sector"].isin(["", "unknown"])]
        if not len(known) or 2 * len(known) < len(rows):
            continue
        known_events += 1
        mixed += int((known.value_counts() >= least_share * len(known)).sum() >= sectors)
    return mixed, known_events
