"""The counts of one question that a publication prints, as sums over the cells of a full table.

The table has one or two backgrounds and the answers. A key names a count by one tuple of places for each
of them, the answers last; an empty tuple stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.results.rounding import ends

Counts = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ends = tuple[Matrix, Matrix]  # least and greatest
Key = tuple[tuple[int, ...], ...]

COST_WIDER, COST_SHARE = 0.15, 0.2  # hiding a count of a wider class or a share; any other costs 1


@dataclass(frozen=True)
class Forms:
    """Counts as rows of 0 and 1 over the cells of the full table.

    open: told whatever is in them (overall distribution). wider: of a declared wider class, not printed
    at all when hidden. parents: a count and the counts that it is made of. needs: a count that is only
    printed as a share, and the base beside it.
    """

    keys: tuple[Key, ...]
    matrix: Matrix
    open: Flags
    wider: Flags
    cost: Matrix
    parents: tuple[tuple[int, tuple[int, ...]], ...] = ()
    needs: tuple[tuple[int, int], ...] = ()

    def close(self, hidden: Flags) -> Flags:
        """``hidden`` with the shares whose base is hidden."""
        found = hidden.copy()
        for one, base in self.needs:
            found[one] |= found[base]
        return found

    def after(self, told: Sequence[int]) -> Forms:
        """These counts over a table's first answers and its late ones, after those at ``told`` over the
        first answers, which an earlier draft printed."""
        here, k = list(told), len(told)
        before = self.matrix[here]
        parents = tuple((one + k, tuple(i + k for i in children)) for one, children in self.parents)
        return Forms(
            tuple(self.keys[i] for i in here) + self.keys,
            np.vstack([np.hstack([before, np.zeros_like(before)]), np.hstack([self.matrix] * 2)]),
            np.concatenate([np.ones(k, dtype=bool), self.open]),
            np.concatenate([self.wider[here], self.wider]),
            np.concatenate([self.cost[here], self.cost]),
            parents,
            tuple((one + k, base + k) for one, base in self.needs),
        )


def forms_of(shape: tuple[int, ...], printed: Iterable[Key], needs: Mapping[Key, Key]) -> Forms:
    """All printed counts, after the overall distribution. needs: base beside a share, by the share's key."""
    nobody: Key = ((),) * (len(shape) - 1)
    overall = [(*nobody, ()), *((*nobody, (row,)) for row in range(shape[-1]))]
    keys = tuple(dict.fromkeys([*overall, *printed, *needs.values()]))
    matrix = np.array([indicator(shape, key) for key in keys])
    wider = np.array([any(len(part) > 1 for part in key[:-1]) for key in keys])
    place = {key: i for i, key in enumerate(keys)}
    cost = np.where(wider, COST_WIDER, 1.0)
    cost[[place[one] for one in needs]] *= COST_SHARE
    return Forms(
        keys,
        matrix,
        np.array([not any(key[:-1]) for key in keys]),
        wider,
        cost,
        tuple(_parents(keys)),
        tuple((place[one], place[base]) for one, base in needs.items()),
    )


def ends_of(forms: Forms, counts: Counts, to: int) -> Ends:
    """Between what a reader takes each count to be where it is shown; of all people together it is exact."""
    values = forms.matrix @ counts.ravel()
    found = [ends(int(n), to if any(key[:-1]) else 0) for key, n in zip(forms.keys, values, strict=True)]
    low, high = np.array(found, dtype=float).T
    return low, high


def after(first: Ends, told: Sequence[int], now: Ends) -> Ends:
    """The ranges of :meth:`Forms.after`: those at ``told`` in the first draft, then all in the later one."""
    low, high = (np.concatenate([one[list(told)], two]) for one, two in zip(first, now, strict=True))
    return low, high


def indicator(shape: tuple[int, ...], key: Key) -> Matrix:
    """Which cells of the full table a key counts."""
    where = np.zeros(shape)
    where[np.ix_(*(list(part) or range(size) for part, size in zip(key, shape, strict=True)))] = 1.0
    return where.ravel()


def _parents(keys: Sequence[Key]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every count with the counts of single places inside it, by the one axis that divides it."""
    lines: dict[tuple[int, Key], list[int]] = {}
    for i, key in enumerate(keys):
        for axis in range(len(key)):
            if len(key[axis]) == 1:
                lines.setdefault((axis, (*key[:axis], *key[axis + 1 :])), []).append(i)
    for i, key in enumerate(keys):
        for axis in range(len(key)):
            if len(key[axis]) == 1:
                continue
            line = lines.get((axis, (*key[:axis], *key[axis + 1 :])), [])
            children = tuple(j for j in line if not key[axis] or keys[j][axis][0] in key[axis])
            if len(children) > 1:
                yield i, children
