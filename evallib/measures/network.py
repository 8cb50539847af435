"""The cooperation network: ties between the organisations on a wave's roster.

A tie stands when cooperation at least at level 2 (something arranged together) is named. "Either names
it" keeps organisations that did not answer in the network; "both name it" is counted beside, among the
pairs in which both answered. Matrices are organisations × organisations, symmetric, diagonal False.
Checked against igraph 1.3.5 (density, ties within and between groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from evallib.tidy import Frames

Matrix = npt.NDArray[np.bool_]
LEVEL = 2.0


@dataclass(frozen=True)
class Network:
    """One wave. answered: organisations with a kept response; via_project: pairs of which either said so.

    Organisations renamed between two waves are others: they are on both rosters no more. An empty
    organisation (without answer or ties) is one more in size and in pairs; the wave twice side by side has
    twice the organisations, and the pairs between its halves besides.
    """

    organisations: tuple[str, ...]
    sectors: tuple[str, ...]
    answered: npt.NDArray[np.bool_]
    either: Matrix
    both: Matrix
    via_project: Matrix

    @property
    def size(self) -> int:
        return len(self.organisations)

    @property
    def possible(self) -> int:
        return self.size * (self.size - 1) // 2

    @property
    def observed(self) -> Matrix:
        """Pairs of which at least one organisation answered."""
        seen = self.answered[:, None] | self.answered[None, :]
        return seen & ~np.eye(self.size, dtype=bool)

    @property
    def possible_both(self) -> int:
        answering = int(self.answered.sum())
        return answering * (answering - 1) // 2

    def only(self, places: Sequence[int]) -> Network:
        """The network among the organisations at these places."""
        kept = list(places)
        square = np.ix_(kept, kept)
        return Network(
            tuple(self.organisations[i] for i in kept),
            tuple(self.sectors[i] for i in kept),
            self.answered[kept],
            self.either[square],
            self.both[square],
            self.via_project[square],
        )

    def on_both(self, other: Network) -> tuple[list[int], list[int]]:
        """Places in either network of the organisations that are on both rosters."""
        places = {name: place for place, name in enumerate(other.organisations)}
        shared = [(i, places[name]) for i, name in enumerate(self.organisations) if name in places]
        return [i for i, _ in shared], [j for _, j in shared]


def pairs(matrix: Matrix) -> int:
    """Undirected pairs that are True; twice as many in the wave twice side by side."""
    return int(np.triu(matrix, 1).sum())


@lru_cache(maxsize=8)
def network(frames: Frames, survey: str = "q2", level: str = "N05", through: str = "N06") -> Network:
    """The wave's network, worked out once for the same frames.

    Answers of organisations that are not on the roster name no tie, nor does naming oneself. Several
    respondents of one organisation count together: the closest cooperation that any named. In the order of
    the roster, renamed with it; an organisation that nobody named is empty, yet it is there. Swapping who
    names whom changes who answered and no tie.
    """
    roster = frames.roster
    names = tuple(roster["organisation"])
    place = {name: i for i, name in enumerate(names)}
    named = np.zeros((len(names), len(names)), dtype=bool)
    began = np.zeros_like(named)
    answered = np.zeros(len(names), dtype=bool)
    frame = frames.surveys.get(survey)
    if frame is not None and frame.n and "organisation" in frame.rows:
        item = frame.item(level)
        close = [one.code for one in item.options if (one.value or 0) >= LEVEL] if item else []
        own = [place.get(name, -1) for name in frame.rows["organisation"]]
        rows = np.array(own, dtype=int)
        known = rows >= 0
        answered[rows[known]] = True
        _mark(named, frame.array(level).isin(close), rows, place)
        _mark(began, frame.ticks(through), rows, place)
    np.fill_diagonal(named, False)
    return Network(
        names, tuple(roster["sector"]), answered, named | named.T, named & named.T, began | began.T
    )


def _mark(matrix: Matrix, said: pd.DataFrame, rows: npt.NDArray[np.int_], place: dict[str, int]) -> None:
    columns = [place.get(str(name), -1) for name in said.columns]
    kept = [i for i, column in enumerate(columns) if column >= 0]
    values = said.to_numpy(dtype=bool)
    for row, target in enumerate(rows):
        if target >= 0:
            matrix[target, [columns[i] for i in kept]] |= values[row, kept]


def new_ties(now: Network, baseline: Network) -> tuple[int, int]:
    """(new ties, of which begun through the project), among organisations on both rosters.

    New: a tie now, none in the baseline, where at least one of the two answered; a pair that nobody
    reported on then can't be called new. Swapping the waves counts the ties that ended; both waves twice
    side by side double them.
    """
    here, there = now.on_both(baseline)
    new = (
        now.either[np.ix_(here, here)]
        & ~baseline.either[np.ix_(there, there)]
        & baseline.observed[np.ix_(there, there)]
    )
    return pairs(new), pairs(new & now.via_project[np.ix_(here, here)])


def cross_ties(one: Network) -> int:
    """Ties between different main sectors; twice as many in the wave twice side by side."""
    return pairs(one.either & _different(one.sectors))


def cross_expected(one: Network) -> float | None:
    """The share of all possible pairs that lies between sectors: what blind chance would give.

    None without pairs. An empty organisation of another sector raises it; the wave twice lowers it, as each
    organisation has one more of its own sector beside it.
    """
    return pairs(_different(one.sectors)) / one.possible if one.possible else None


def ties_by_sector(one: Network, sectors: Sequence[str]) -> dict[tuple[str, str], int]:
    """Ties of every unordered pair of sectors, in the order of ``sectors``.

    Pairs are named after the sectors, renamed with them; an empty sector has 0; the wave twice doubles all.
    """
    own = np.array(one.sectors, dtype=object)
    upper = np.triu(one.either, 1)
    counted: dict[tuple[str, str], int] = {}
    for i, first in enumerate(sectors):
        for second in sectors[i:]:
            block = np.outer(own == first, own == second)
            counted[first, second] = int((upper & (block | block.T)).sum())
    return counted


def _different(sectors: Sequence[str]) -> Matrix:
    own = np.array(sectors, dtype=object)
    return np.asarray(own[:, None] != own[None, :], dtype=bool)
