"""Agreement of two coders: Cohen's kappa and percent agreement, per code and over all codes.

An answer may have several codes, so every code is a question of its own: given or not given. Per code,
kappa and its 95 % interval come from statsmodels (Fleiss, Cohen & Everitt 1969), which agrees with R's.
Over all, the decisions on all codes are put together (answers × codes, given or not); since those on one
answer hang together, the interval is a jackknife over answers: kappa ± 1.96 standard errors, each answer
left out once. No kappa is told of fewer than ``floor`` answers, nor where neither ever varied; full agreement
has no interval, since its standard error would be zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from evallib.measures.adapter import cohens_kappa

Marks = npt.NDArray[np.bool_]
_NORMAL = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Agreement:
    """n: answers that both coded. same: decisions alike, of ``decisions``. note: why there is no kappa."""

    n: int
    same: int
    decisions: int
    kappa: float | None = None
    interval: tuple[float, float] | None = None
    note: str = ""


def marks(given: Sequence[frozenset[str]], codes: Sequence[str]) -> Marks:
    """Answers × codes, in the order of both: whether the coder gave the code.

    A code that is empty is a column of no; all answers twice are twice the rows.
    """
    return np.array([[code in one for code in codes] for one in given], dtype=bool).reshape(-1, len(codes))


def agreement(first: Marks, second: Marks, floor: int) -> Agreement:
    """The agreement on one code (answers × 1) or over several; rows are the answers that both coded.

    The order of answers and codes, and a swap of the coders, change nothing. A code that is empty for both is
    agreed on and raises what is told over all. All answers twice: twice the counts, a narrower interval.
    """
    n, decisions = len(first), first.size
    same = int((first == second).sum())
    if n < floor:
        return Agreement(n, same, decisions, note=f"base_under_{floor}")
    table = _table(first, second)
    both = table.sum(axis=0) + table.sum(axis=1)
    if both.max() == both.sum():  # neither coder ever said anything else
        return Agreement(n, same, decisions, note="no_variation")
    if first.shape[1] == 1:
        kappa, low, high = cohens_kappa(table)
        return Agreement(n, same, decisions, kappa, _within(low, high) if same < decisions else None)
    kappa = float(_kappa(table))
    without = table - np.stack([_table(a[None], b[None]) for a, b in zip(first, second, strict=True)])
    others = _kappa(without)
    error = float(np.sqrt((n - 1) / n * ((others - others.mean()) ** 2).sum()))
    interval = _within(kappa - _NORMAL * error, kappa + _NORMAL * error)
    return Agreement(n, same, decisions, kappa, interval if same < decisions else None)


def _table(first: Marks, second: Marks) -> npt.NDArray[np.float64]:
    """Decisions by what the two said: [[both, only first], [only second, neither]]."""
    pairs = [(first & second), (first & ~second), (~first & second), (~first & ~second)]
    return np.array([one.sum() for one in pairs], dtype=float).reshape(2, 2)


def _kappa(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(observed − expected) / (1 − expected) of one table or of many; 0 where that can't be said."""
    share = table / table.sum(axis=(-2, -1), keepdims=True)
    observed = share[..., 0, 0] + share[..., 1, 1]
    expected = (share.sum(axis=-1) * share.sum(axis=-2)).sum(axis=-1)
    left = 1 - expected
    kappa: npt.NDArray[np.float64] = np.divide(
        observed - expected, left, out=np.zeros_like(left), where=left > 0
    )
    return kappa


def _within(low: float, high: float) -> tuple[float, float]:
    return max(-1.0, low), min(1.0, high)
