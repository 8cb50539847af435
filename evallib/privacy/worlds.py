"""Whole tables that fit what a reader knows, and the cheapest change that makes one more possible.

Everything is asked of HiGHS as small programs over the cells of a full table. What is not answered within the
branches counts as impossible: then more is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evallib.privacy.forms import Flags, Matrix
from evallib.privacy.work import Work

DEAR = 20.0
NEAR = 1e-6  # to a whole number; what is taken for one is held against all that is told
CLOSE = 0.02  # to the cheapest change
GAP = 0.3  # a table that goes two thirds of the way is as good a proof


@dataclass(frozen=True)
class Told:
    """What a reader knows: low ≤ matrix · x ≤ high, and no x below 0; low is high where a number is exact."""

    matrix: Matrix
    low: Matrix
    high: Matrix

    def fits(self, worlds: Matrix) -> Flags:
        """Which whole tables, one a line, contradict nothing."""
        counts = worlds @ self.matrix.T
        fitting: Flags = np.all((counts >= self.low) & (counts <= self.high), axis=1)
        return fitting

    def beside(self, matrix: Matrix, values: Matrix) -> Told:
        """With further numbers, which are exact."""
        low, high = (np.concatenate([one, values]) for one in (self.low, self.high))
        return Told(np.vstack([self.matrix, matrix]), low, high)


@dataclass(frozen=True)
class Wish:
    """Counts (rows) that should rise by up to ``gap`` over what they are in truth, the first ``dear`` of
    them before all others; must: a row that has to reach a value."""

    rows: Matrix
    gap: Matrix
    dear: int = 0
    must: tuple[Matrix, float] | None = None


def only(row: Matrix, least: float) -> Wish:
    """No wish but that a count reaches a value."""
    return Wish(np.zeros((0, len(row))), np.zeros(0), must=(row, least))


def world(told: Told, truth: Matrix, wish: Wish, work: Work) -> Matrix | None:
    """Whole numbers that fit what is told, as far along the wishes as they get.

    None: there are none, or none were found.
    """
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.sparse import block_array, csr_array, eye_array

    n, k = len(truth), len(wish.gap)
    blocks = [[csr_array(told.matrix), csr_array((len(told.low), k))]]
    low, high = [told.low], [told.high]
    if k:  # what goes beyond the gap earns nothing
        blocks.append([csr_array(wish.rows), -eye_array(k)])
        low.append(wish.rows @ truth)
        high.append(np.full(k, np.inf))
    if wish.must is not None:
        blocks.append([csr_array(wish.must[0][None]), csr_array((1, k))])
        low.append(np.array([wish.must[1]]))
        high.append(np.array([np.inf]))
    least = np.concatenate([np.zeros(n), np.full(k, -np.inf)])
    matrix, y = block_array(blocks, format="csc"), np.zeros(n)
    for whole in (0, 1):  # more than a third of the quicker answers are whole as they are
        found = work.solve(
            np.concatenate([np.zeros(n), np.full(wish.dear, -DEAR), -np.ones(k - wish.dear)]),
            LinearConstraint(matrix, np.concatenate(low), np.concatenate(high)),
            Bounds(least, np.concatenate([np.full(n, np.inf), wish.gap])),
            np.concatenate([np.full(n, whole), np.zeros(k)]),
            GAP,
        )
        if found.x is None:
            return None
        y = np.round(found.x[:n])
        if np.abs(found.x[:n] - y).max(initial=0.0) < NEAR:
            break
    fits = bool((y >= 0).all()) and bool(told.fits(y[None])[0])
    return y if fits and (wish.must is None or wish.must[0] @ y >= wish.must[1]) else None


@dataclass(frozen=True)
class Change:
    """The shown counts that would have to be hidden, and what that costs. whole: a table that fits the rest,
    where the change found is one of whole numbers."""

    rows: Flags
    cost: float
    whole: Matrix | None = None


def cheapest_change(
    told: Told,
    shown: Told,
    cost: Matrix,
    must: tuple[Matrix, Matrix],
    work: Work,
    whole: bool,
    worth: float = 0.0,
) -> Change | None:
    """The least in cost × change of ``shown`` counts for the ``must`` rows to reach their values, ``told``
    unchanged; a count that stays in its range has not changed. With a ``worth`` they need not all get there:
    each person that they come nearer earns it.
    """
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.sparse import block_array, csr_array, eye_array

    (k, n), m = shown.matrix.shape, len(must[1])
    one, seen = eye_array(k), csr_array(shown.matrix)
    blocks = [
        [csr_array(told.matrix), csr_array((len(told.low), k)), None, csr_array((len(told.low), m))],
        [seen, -one, one, None],
        [csr_array(must[0]), None, None, eye_array(m)],
    ]
    low = np.concatenate([told.low, shown.low, must[1]])
    high = np.concatenate([told.high, shown.high, np.full(m, np.inf)])
    most = np.concatenate([np.full(n + 2 * k, np.inf), np.full(m, np.inf if worth else 0.0)])
    found = work.solve(
        np.concatenate([np.zeros(n), cost, cost, np.full(m, worth)]),
        LinearConstraint(block_array(blocks, format="csc"), low, high),
        Bounds(0, most),
        np.concatenate([np.full(n, int(whole)), np.zeros(2 * k + m)]),
        CLOSE,
    )
    if found.x is None:
        return None
    moved = found.x[n : n + k] + found.x[n + k : n + 2 * k] > NEAR
    y = np.round(found.x[:n])
    near = bool(np.abs(found.x[:n] - y).max(initial=0.0) < NEAR) and bool((y >= 0).all())
    kept = Told(shown.matrix[~moved], shown.low[~moved], shown.high[~moved])
    fits = near and bool(told.fits(y[None])[0]) and bool(kept.fits(y[None])[0])
    return Change(moved, float(found.fun), y if fits else None)


def highest(told: Told, row: Matrix, work: Work) -> float | None:
    """The whole number that a count can't exceed; None when that was not found out."""
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.sparse import csr_array

    known = LinearConstraint(csr_array(told.matrix), told.low, told.high)
    found = work.solve(-row, known, Bounds(0, np.inf))
    return None if found.x is None else float(np.floor(-found.fun + 1e-6))
