"""Change and difference: tests with a floor, a fixed method and the number of people behind them.

Checked against R 4.2.2 (coin, stats, exactRankTests) to 1e-8 relative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.measures import adapter

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tested:
    """A test. n: pairs, or people in the smaller group. p None = not tested, and ``note`` says why.

    shift: mean difference of the pairs, 0 for groups. effect: rank-biserial, −1…1, > 0 = higher now
    (or in the first group).
    """

    n: int
    p: float | None = None
    effect: float | None = None
    shift: float | None = None
    note: str = ""


def paired_change(now: Numbers, before: Numbers, *, floor: int = 10) -> Tested:
    """The same people twice: Wilcoxon signed-rank with Pratt's zeros. Pairs with a missing end are left out.

    Not tested with fewer than ``floor`` pairs that differ.
    """
    whole = ~(np.isnan(now) | np.isnan(before))
    now, before = now[whole], before[whole]
    pairs, moved = len(now), int((now != before).sum())
    shift = float((now - before).mean()) if pairs else None
    if moved < floor:
        return Tested(pairs, shift=shift, note=f"pairs_under_{floor}")
    p, effect = adapter.wilcoxon_pratt(now, before)
    return Tested(pairs, p, effect, shift)


def group_difference(first: Numbers, second: Numbers, *, floor: int = 10) -> Tested:
    """Two independent groups: Mann–Whitney, asymptotic with continuity correction.

    Not tested when either group has fewer than ``floor`` answers, or everybody answered alike.
    """
    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    smaller = min(len(first), len(second))
    if smaller < floor:
        return Tested(smaller, note=f"group_under_{floor}")
    if len(np.unique(np.concatenate([first, second]))) == 1:
        return Tested(smaller, note="all_alike")
    p, effect = adapter.mann_whitney(first, second)
    return Tested(smaller, p, effect)


def exact_mann_whitney(first: Numbers, second: Numbers) -> float:
    """Two-sided p by the permutation distribution of the rank sum, ties as they are; for small groups.

    Two-sided: rank sums at least as far from their mean as the observed one. Counted by dynamic
    programming over doubled mid-ranks, because the common shortcut ignores ties.
    """
    both = np.concatenate([first, second])
    order = np.unique(both, return_inverse=True, return_counts=True)
    ends = np.cumsum(order[2])
    doubled = (2 * ends - order[2] + 1)[order[1]]  # twice the mid-rank: always whole
    total = int(doubled.sum())
    ways = np.zeros((len(first) + 1, total + 1))
    ways[0, 0] = 1.0
    for rank in doubled:
        ways[1:, rank:] += ways[:-1, : total + 1 - rank].copy()
    observed, mean = int(doubled[: len(first)].sum()), len(first) * total / len(both)
    far = np.abs(np.arange(total + 1) - mean) >= abs(observed - mean) - 1e-9
    return float(ways[-1, far].sum() / ways[-1].sum())
