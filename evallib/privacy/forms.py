"""The counts of one question that a publication prints, as sums over region × sector × answer.

A key names a count by three tuples of places, (regions, sectors, answers); an empty tuple stands for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Key = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
Classes = Sequence[tuple[int, ...]]

LEAST_TOTAL = 2  # an answer's total of 1 … 2 × threshold − 1 leaves its breakdown too little room


@dataclass(frozen=True)
class Forms:
    """Counts as rows of 0 and 1 over the cells of the full table. open: told whatever is in them
    (overall distribution). merged: inside a declared merge. cost: what hiding a count costs. parents: a
    one-way count and the two-way counts that add up to it."""

    keys: tuple[Key, ...]
    matrix: Matrix
    open: Flags
    merged: Flags
    cost: Matrix
    parents: tuple[tuple[int, tuple[int, ...]], ...] = ()

    def some(self, places: Sequence[int]) -> Forms:
        """The counts at some places."""
        here = list(places)
        keys = tuple(self.keys[i] for i in here)
        return Forms(keys, self.matrix[here], self.open[here], self.merged[here], self.cost[here])

    def after(self, before: Forms) -> Forms:
        """The counts of a later draft, over a table's first answers and its late ones, after those that
        an earlier draft told."""
        k = len(before.keys)
        parents = tuple((one + k, tuple(i + k for i in children)) for one, children in self.parents)
        return Forms(
            before.keys + self.keys,
            np.vstack([
                np.hstack([before.matrix, np.zeros_like(before.matrix)]),
                np.hstack([self.matrix, self.matrix]),
            ]),
            np.concatenate([np.ones(k, dtype=bool), self.open]),
            np.concatenate([before.merged, self.merged]),
            np.concatenate([before.cost, self.cost]),
            parents,
        )


def answer_classes(totals: Sequence[int], threshold: int) -> list[tuple[int, ...]]:
    """Answers united with their smaller neighbour until each total is 0 or twice the threshold."""
    classes = [(place,) for place in range(len(totals))]

    def total(one: tuple[int, ...]) -> int:
        return sum(totals[place] for place in one)

    while len(classes) > 1:
        small = [i for i, one in enumerate(classes) if 0 < total(one) < LEAST_TOTAL * threshold]
        if not small:
            break
        here = min(small, key=lambda i: total(classes[i]))
        beside = [i for i in (here - 1, here + 1) if 0 <= i < len(classes)]
        other = min(beside, key=lambda i: (total(classes[i]), -i))
        low, high = sorted((here, other))
        classes[low : high + 1] = [classes[low] + classes[high]]
    return classes


def forms_of(shape: tuple[int, int, int], answers: Classes, merges: Classes = ()) -> Forms:
    """All one- and two-way counts; fine regions, and the merged regions beside them."""
    found = list(_keys(shape, answers, merges))
    keys = tuple(key for key, _, _ in found)
    matrix = np.array([indicator(shape, key) for key in keys])
    cost = np.array([_cost(key, merged) for key, _, merged in found])
    told, merged = (np.array([one[i] for one in found], dtype=bool) for i in (1, 2))
    return Forms(keys, matrix, told, merged, cost, tuple(_parents(keys, merged)))


def _parents(keys: Sequence[Key], merged: Flags) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every one-way count with the fine two-way counts inside it, by the dim that divides it."""
    fine = [i for i in range(len(keys)) if not merged[i]]
    for place in fine:
        here = [dim for dim in range(3) if keys[place][dim]]
        for other in range(3) if len(here) == 1 else ():
            children = tuple(
                i for i in fine if keys[i][other] and i != place
                and all(set(keys[i][d]) <= set(keys[place][d]) and keys[i][d] for d in here)
                and sum(map(bool, keys[i])) == 2 and other not in here
            )  # fmt: skip
            if children:
                yield place, children


def indicator(shape: tuple[int, int, int], key: Key) -> Matrix:
    """Which cells of the full table a key counts."""
    where = np.zeros(shape)
    where[np.ix_(*(list(part) or range(size) for part, size in zip(key, shape, strict=True)))] = 1.0
    return where.ravel()


def _keys(
    shape: tuple[int, int, int], answers: Classes, merges: Classes
) -> Iterator[tuple[Key, bool, bool]]:
    regions, sectors, fine = ([(i,) for i in range(size)] for size in shape)
    yield ((), (), ()), True, False
    for one in fine:
        yield ((), (), one), True, False
    for answer in [()] + list(answers if len(answers) > 1 else ()):
        for region in regions:
            yield (region, (), answer), False, False
        for sector in sectors:
            yield ((), sector, answer), False, False
        for merge in merges:
            yield (merge, (), answer), False, True
    for sector in sectors:
        for region in regions:
            yield (region, sector, ()), False, False
        for merge in merges:
            yield (merge, sector, ()), False, True


def _cost(key: Key, merged: bool) -> float:
    if sum(map(bool, key)) < 2:
        return 1.5 if merged else 3.0
    return 0.5 if merged else 1.0
