"""The counts of one question that a publication prints, as sums over region × sector × answer.

A key names a count by three tuples of places, (regions, sectors, answers); an empty tuple stands for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Key = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
Classes = Sequence[tuple[int, ...]]
Merges = tuple[Classes, Classes, Classes]  # of regions, of sectors, of answers
NO_MERGES: Merges = ((), (), ())

COST_MERGED = 0.15  # hiding a merged count, where hiding any other costs 1
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
            np.vstack(
                [
                    np.hstack([before.matrix, np.zeros_like(before.matrix)]),
                    np.hstack([self.matrix, self.matrix]),
                ]
            ),
            np.concatenate([np.ones(k, dtype=bool), self.open]),
            np.concatenate([before.merged, self.merged]),
            np.concatenate([before.cost, self.cost]),
            parents,
        )


def answer_classes(totals: Sequence[int], threshold: int) -> list[tuple[int, ...]]:
    """Answers united with their smaller neighbour until each total is 0 or twice the threshold."""
    classes: list[tuple[int, ...]] = [(place,) for place in range(len(totals))]

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


def forms_of(shape: tuple[int, int, int], answers: Classes, merges: Merges = NO_MERGES) -> Forms:
    """All one- and two-way counts, and beside them those of the declared wider classes."""
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


def _keys(shape: tuple[int, int, int], answers: Classes, merges: Merges) -> Iterator[tuple[Key, bool, bool]]:
    every: Key = ((), (), ())
    yield every, True, False
    yield from ((((), (), (place,)), True, False) for place in range(shape[2]))
    fine = [[(place,) for place in range(size)] for size in shape[:2]] + [list(answers)]
    wider = [merges[0], merges[1], [one for one in merges[2] if _unites(one, answers)]]
    for dim in (0, 1):
        yield from ((_key({dim: one}), False, False) for one in fine[dim])
        yield from ((_key({dim: one}), False, True) for one in wider[dim])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        if other == 2 and len(answers) < 2:
            continue
        yield from ((_key({one: a, other: b}), False, False) for a in fine[one] for b in fine[other])
        yield from ((_key({one: a, other: b}), False, True) for a in wider[one] for b in fine[other])
        yield from ((_key({one: a, other: b}), False, True) for a in fine[one] for b in wider[other])


def _key(parts: Mapping[int, tuple[int, ...]]) -> Key:
    return parts.get(0, ()), parts.get(1, ()), parts.get(2, ())


def _unites(merge: tuple[int, ...], answers: Classes) -> bool:
    """Whether a wider answer is made of at least two whole classes."""
    inside = [one for one in answers if set(one) <= set(merge)]
    return len(inside) > 1 and sum(map(len, inside)) == len(merge)


def _cost(key: Key, merged: bool) -> float:
    if merged:
        return COST_MERGED
    return 1.0 if key[0] or key[1] else 0.0
