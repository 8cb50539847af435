"""The drawn network attacked: which organisation without a name can be told by elimination.

It reads what a reader holds: the figures of this report and of earlier ones, and the rosters, which are no
secret. Who of a roster is a person that did not allow drawing is known at the worst.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evallib.privacy.findings import Finding

AMONG = 3  # names that must fit, so that who knows their own place still has two


@dataclass(frozen=True)
class Listed:
    """A wave's roster: sector by name of each organisation, and the names of persons who are left out."""

    sectors: Mapping[str, str]
    persons: frozenset[str] = frozenset()


Figure = Mapping[str, Any]  # as in the facts of a release: waves → nodes and edges


def attack_network(
    figure: Figure, before: Sequence[Figure], rosters: Mapping[str, Listed], threshold: int
) -> list[Finding]:
    """What a report's network figure gives away beside those of earlier reports; rosters by wave."""
    waves = {period: wave for period, wave in figure.get("waves", {}).items() if period in rosters}
    named = _labels(waves)
    known = set(named.values()).union(*(_labels(one.get("waves", {})).values() for one in before))
    return [*_left_out(waves, rosters, threshold), *_eliminated(waves, rosters, named, known)]


def _labels(waves: Mapping[str, Any]) -> dict[str, str]:
    return {node["id"]: node["label"] for wave in waves.values() for node in wave["nodes"] if node["label"]}


def _left_out(waves: Mapping[str, Any], rosters: Mapping[str, Listed], threshold: int) -> Iterator[Finding]:
    """All ties less the drawn ones are those of the few who are left out."""
    for period, wave in waves.items():
        missing = len(rosters[period].sectors) - len(wave["nodes"])
        if 0 < missing < threshold and wave["nodes"]:
            yield Finding("LEFT_OUT", "F4.1", period, (), missing, missing)


def _eliminated(
    waves: Mapping[str, Any], rosters: Mapping[str, Listed], named: Mapping[str, str], known: set[str]
) -> Iterator[Finding]:
    """Places without a name that fewer than three names can have, when every place has a name of its own."""
    from scipy.optimize import linear_sum_assignment

    places: dict[str, dict[str, str]] = {}
    for period, wave in waves.items():
        for node in wave["nodes"]:
            if node["id"] not in named:
                places.setdefault(node["id"], {})[period] = node["sector"]
    names = sorted({name for one in waves for name in rosters[one].sectors} - known)
    # whom an earlier report named and this one does not is known wherever its ids lead
    fits = np.array(
        [[_fits(drawn, name, rosters) for name in names] for drawn in places.values()], dtype=bool
    )
    asked: set[bytes] = set()
    for place, (one, drawn) in enumerate(places.items()):
        if fits[place].tobytes() in asked:
            continue
        asked.add(fits[place].tobytes())
        possible = 0
        for name in np.flatnonzero(fits[place]):
            cost = (~fits).astype(float)
            cost[place] = 1.0
            cost[place, name] = 0.0
            if cost.shape[0] <= cost.shape[1]:
                rows, columns = linear_sum_assignment(cost)
                possible += not cost[rows, columns].any()
        if possible < AMONG:
            where = " ".join(f"{period} {sector}" for period, sector in drawn.items())
            yield Finding("ELIMINATED", "F4.1", f"{one} {where}", (), max(possible, 1), max(possible, 1))


def _fits(drawn: Mapping[str, str], name: str, rosters: Mapping[str, Listed]) -> bool:
    return all(
        rosters[period].sectors.get(name) == sector and name not in rosters[period].persons
        for period, sector in drawn.items()
    )
