"""What a reader knows of a table as linear equations, and the whole numbers that still fit them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.privacy.breakdowns import Sum, Table

Vector = npt.NDArray[np.float64]
SECONDS = 2.0  # for one integer program; what is not decided by then counts as not protected


@dataclass(frozen=True)
class Knowledge:
    """matrix · x = values and low ≤ x ≤ high, with x = the table's counts, row by row."""

    matrix: Vector
    values: Vector
    low: Vector
    high: Vector

    def fits(self, x: Vector) -> bool:
        """Whether a table of whole numbers contradicts nothing that is known."""
        told = np.array_equal(self.matrix @ x, self.values)
        return bool(told and (x >= self.low).all() and (x <= self.high).all())


def vector(table: Table, one: Sum) -> Vector:
    """The sum as a vector over the table's cells."""
    where = np.zeros(table.counts.shape)
    where[list(one.rows), one.group] = 1.0
    return where.ravel()


def known(table: Table, exposed: Collection[Sum]) -> Knowledge:
    """What is known when ``exposed`` is told: those sums, and the total of every row."""
    rows, groups = table.counts.shape
    totals = table.counts.sum(axis=1)
    low, high = np.zeros((rows, groups)), np.repeat(totals[:, None], groups, axis=1).astype(float)
    sums = []
    for one in sorted(exposed):
        if len(one.rows) == 1:
            low[one.rows[0], one.group] = high[one.rows[0], one.group] = table.value(one)
        else:
            sums.append(one)
    matrix = np.vstack([np.kron(np.eye(rows), np.ones(groups)), *(vector(table, one) for one in sums)])
    values = np.array([*totals, *(table.value(one) for one in sums)], dtype=float)
    return Knowledge(matrix, values, low.ravel(), high.ravel())


def find(knowledge: Knowledge, target: Vector, least: float, wish: Vector) -> Vector | None:
    """Whole numbers that fit, with ``target`` at ``least`` or more and ``wish`` as high as it gets.

    None: there are none, or none were found in time.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    free = knowledge.low < knowledge.high
    fixed = np.where(free, 0.0, knowledge.low)
    if not free.any():
        return fixed if knowledge.fits(fixed) and target @ fixed >= least else None
    rest = knowledge.values - knowledge.matrix @ fixed
    limits = [LinearConstraint(knowledge.matrix[:, free], rest, rest)]
    if least > -np.inf:
        limits.append(LinearConstraint(target[None, free], least - target @ fixed, np.inf))
    for whole in (0, 1):  # tables like these mostly have whole corners: then the quick way will do
        found = milp(
            -wish[free],
            constraints=limits,
            bounds=Bounds(knowledge.low[free], knowledge.high[free]),
            integrality=np.full(free.sum(), whole),
            options={"time_limit": SECONDS},
        )
        if found.x is None:
            return None
        x = fixed.copy()
        x[free] = np.round(found.x)
        if knowledge.fits(x) and target @ x >= least:
            return x
    return None


def extreme(knowledge: Knowledge, target: Vector) -> int | None:
    """The largest value that ``target`` can still have; None when that was not found out in time."""
    found = find(knowledge, target, -np.inf, target)
    return None if found is None else int(target @ found)


def cheapest_move(
    table: Table, free: Knowledge, costs: Mapping[Sum, float], target: Vector, least: float
) -> tuple[set[Sum], Vector] | None:
    """The shown sums that have to change, least in total cost, for ``target`` to be ``least`` or more,
    and the table with that change.

    free: what would be known if everything in the table were hidden. None: no change reaches that far.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    sums = list(costs)
    n, k = len(target), len(sums)
    forms = np.array([vector(table, one) for one in sums]).reshape(k, n)
    values = np.array([table.value(one) for one in sums], dtype=float)
    found = milp(
        np.concatenate([np.zeros(n), list(costs.values()), list(costs.values())]),
        constraints=[
            LinearConstraint(
                np.hstack([np.vstack([free.matrix, target]), np.zeros((len(free.values) + 1, 2 * k))]),
                np.append(free.values, least),
                np.append(free.values, np.inf),
            ),
            LinearConstraint(np.hstack([forms, -np.eye(k), np.eye(k)]), values, values),
        ],
        bounds=Bounds(
            np.concatenate([free.low, np.zeros(2 * k)]), np.concatenate([free.high, np.full(2 * k, np.inf)])
        ),
        options={"time_limit": SECONDS},
    )
    if found.x is None:
        return None
    moved = found.x[n : n + k] + found.x[n + k :]
    return {one for one, much in zip(sums, moved, strict=True) if much > 1e-6}, np.round(found.x[:n])
