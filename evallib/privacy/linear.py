"""What a reader knows of a table as linear constraints, and the whole numbers that still fit it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.privacy.breakdowns import Sum, Table
from evallib.results import Mask

Vector = npt.NDArray[np.float64]
SECONDS = 2.0  # for one integer program; what is not decided by then counts as not protected


@dataclass(frozen=True)
class Knowledge:
    """lower ≤ matrix · x ≤ upper and low ≤ x ≤ high, x = the table's counts, row by row."""

    matrix: Vector
    lower: Vector
    upper: Vector
    low: Vector
    high: Vector

    def fits(self, x: Vector) -> bool:
        """Whether a table of whole numbers contradicts nothing that is known."""
        sums = self.matrix @ x
        inside = (sums >= self.lower).all() and (sums <= self.upper).all()
        return bool(inside and (x >= self.low).all() and (x <= self.high).all())


def vector(table: Table, one: Sum) -> Vector:
    """The sum as a vector over the table's cells."""
    where = np.zeros(table.counts.shape)
    where[list(one.rows), one.group] = 1.0
    return where.ravel()


def known(
    table: Table,
    exposed: Collection[Sum],
    labels: Mapping[Sum, Mask],
    told: Collection[int],
    threshold: int,
) -> Knowledge:
    """What is known when ``exposed`` is told and the rest is hidden under ``labels``.

    Row totals are known. SMALL says 0 … threshold − 1; SECONDARY says threshold or more, except in a
    group of which nothing at all is shown (not in ``told``): there it says nothing.
    """
    shape = table.counts.shape
    low, high = np.zeros(shape), np.repeat(table.counts.sum(axis=1)[:, None], shape[1], axis=1).astype(float)
    sums = [np.kron(np.eye(shape[0]), np.ones(shape[1]))]
    lower, upper = [*table.counts.sum(axis=1)], [*table.counts.sum(axis=1)]
    for one in sorted(exposed):
        value = table.value(one)
        if len(one.rows) == 1:
            low[one.rows[0], one.group] = high[one.rows[0], one.group] = value
        else:
            sums.append(vector(table, one)[None, :])
            lower.append(value)
            upper.append(value)
    for one, mask in labels.items():
        least, most = _says(table, one, mask, told, threshold)
        if len(one.rows) == 1:
            low[one.rows[0], one.group] = max(least, low[one.rows[0], one.group])
            high[one.rows[0], one.group] = min(most, high[one.rows[0], one.group])
        elif (least, most) != (0.0, np.inf):
            sums.append(vector(table, one)[None, :])
            lower.append(least)
            upper.append(most)
    ends = np.array([lower, upper], dtype=float)
    return Knowledge(np.vstack(sums), ends[0], ends[1], low.ravel(), high.ravel())


def _says(table: Table, one: Sum, mask: Mask, told: Collection[int], threshold: int) -> tuple[float, float]:
    """The range that a mask's name gives away."""
    if mask is Mask.SMALL:
        return 0.0, threshold - 1.0
    if mask is Mask.SECONDARY and (one.group in told or table.is_size(one) or one.rows == table.base):
        return float(threshold), np.inf
    return 0.0, np.inf


def find(knowledge: Knowledge, target: Vector, least: float, wish: Vector) -> Vector | None:
    """Whole numbers that fit, ``target`` at least ``least`` and ``wish`` as high as can be; None: none found."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    limits = [
        LinearConstraint(knowledge.matrix, knowledge.lower, knowledge.upper),
        LinearConstraint(target[None, :], least, np.inf),
    ]
    for whole in (0, 1):  # tables like these mostly have whole corners: then the quick way will do
        found = milp(
            -wish,
            constraints=limits,
            bounds=Bounds(knowledge.low, knowledge.high),
            integrality=np.full(len(wish), whole),
            options={"time_limit": SECONDS},
        )
        if found.x is None:
            return None
        rounded: Vector = np.round(found.x)
        if knowledge.fits(rounded) and target @ rounded >= least:
            return rounded
    return None


def extreme(knowledge: Knowledge, target: Vector) -> int | None:
    """The largest value that ``target`` can still have; None when that was not found out in time."""
    found = find(knowledge, target, -np.inf, target)
    return None if found is None else int(target @ found)


def cheapest_move(
    table: Table, free: Knowledge, costs: Mapping[Sum, float], target: Vector, least: float
) -> set[Sum] | None:
    """The shown sums that have to change, least in total cost, for ``target`` to be ``least`` or more.

    free: what would be known if everything in the table were hidden. None: no change reaches that far.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    sums = list(costs)
    n, k = len(target), len(sums)
    forms = np.array([vector(table, one) for one in sums]).reshape(k, n)
    values = np.array([table.value(one) for one in sums], dtype=float)
    rooms = np.zeros((len(free.lower) + 1, 2 * k))
    found = milp(
        np.concatenate([np.zeros(n), list(costs.values()), list(costs.values())]),
        constraints=[
            LinearConstraint(
                np.hstack([np.vstack([free.matrix, target]), rooms]),
                np.append(free.lower, least),
                np.append(free.upper, np.inf),
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
    return {one for one, much in zip(sums, moved, strict=True) if much > 1e-6}
