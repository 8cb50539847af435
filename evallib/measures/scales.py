"""Sum scales: how well items hang together, over the people who answered all of them.

pingouin is not used here: with listwise deletion it takes the degrees of freedom of Feldt's interval
from all rows, not from the complete ones, and its interval comes out too narrow.
Checked against R 4.2.2 (psych, a one-factor model by maximum likelihood) to 1e-8, omega to 1e-4 relative.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STARTS = 20  # of the search for a factor
FLOOR = 30  # people under whom reliability is no proof of anything


@dataclass(frozen=True)
class Reliability:
    """n: people who answered every item. alpha with its 95 % interval; omega: McDonald's total of one
    factor, None of two items and where none fits.

    item_rest: correlation of each item with the sum of the others. note: why nothing is said,
    ``base_under_30``, ``one_item``, ``all_alike`` or ``negative_item_rest``: such a scale must not be used.
    """

    n: int
    alpha: float | None = None
    interval: tuple[float, float] | None = None
    omega: float | None = None
    item_rest: tuple[float, ...] = ()
    note: str = ""


def reliability(
    scores: npt.NDArray[np.float64],
    ends: tuple[float, float],
    turned: tuple[int, ...] = (),
    floor: int = FLOOR,
) -> Reliability:
    """Alpha, omega and item–rest correlations of a people × items table, NaN = missing.

    ends: lowest and highest value of the scale. turned: places of the items that ask the other way round.
    item_rest comes in the order of the items. An end of the scale that is empty changes nothing; everybody
    twice doubles n and makes the interval narrower. Raises ValueError for an infinite answer.
    """
    if np.isinf(scores).any():
        raise ValueError("an answer of a scale is infinite")
    whole = scores[~np.isnan(scores).any(axis=1)]
    whole[:, list(turned)] = sum(ends) - whole[:, list(turned)]
    people, items = whole.shape
    if items < 2 or people < floor:
        return Reliability(people, note="one_item" if items < 2 else f"base_under_{floor}")
    total = whole.sum(axis=1)
    if people < 2 or (whole.var(axis=0) == 0).any() or total.var() == 0:
        return Reliability(people, note="all_alike")
    # Where the others always add up to the same, one of them runs against another.
    if any((total - one).var() == 0 for one in whole.T):
        return Reliability(people, note="negative_item_rest")
    rest = tuple(float(np.corrcoef(one, total - one)[0, 1]) for one in whole.T)
    if min(rest) < 0:
        return Reliability(people, item_rest=rest, note="negative_item_rest")
    value = items / (items - 1) * (1 - float(whole.var(axis=0).sum() / total.var()))
    omega = _omega(whole) if items > 2 else None
    return Reliability(people, value, _feldt(value, people, items), omega, rest)


def _feldt(value: float, people: int, items: int) -> tuple[float, float]:
    from scipy.special import fdtri

    low, high = fdtri(people - 1, (people - 1) * (items - 1), [0.975, 0.025])
    return 1 - (1 - value) * float(low), 1 - (1 - value) * float(high)


def _omega(whole: npt.NDArray[np.float64]) -> float | None:
    """(Σλ)² / ((Σλ)² + Σψ) of the answers as they are, one factor by maximum likelihood (McDonald 1999).

    The search begins at fixed places, so that the same answers give the same number; None where it ends
    nowhere.
    """
    from statsmodels.multivariate.factor import Factor

    for place in range(STARTS):
        model = Factor(whole, n_factor=1, method="ml")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whether it ended somewhere is asked below
            fitted = model.fit(rng=place)
        if model.mle_retvals.success:
            break
    else:
        return None
    spread = whole.std(axis=0)
    common = float(fitted.loadings[:, 0] @ spread) ** 2
    return common / (common + float(fitted.uniqueness @ spread**2))
