"""Ranks of answers: effects with intervals, the shift between groups, exact distributions; ties as they are.

No table of all pairs is ever made: memory grows with the sum of two groups, not with their product.
Checked against R 4.2.2 (coin, effectsize, stats) to 1e-8 relative.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import atanh, sqrt, tanh
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Effect:
    """value: −1…1, over 0 = the first group (or now) lies higher. interval: 95 %, None where it has none."""

    value: float
    interval: Interval | None = None


def complete(*groups: Numbers) -> None:
    """Raise ValueError where a group is empty, or an answer missing or infinite: ranks would hide it."""
    if not groups or any(not len(one) for one in groups):
        raise ValueError("a group of none was to be compared; leave it out first")
    if not all(np.isfinite(one).all() for one in groups):
        raise ValueError("missing or infinite values were to be compared; count and leave them out first")


def dominance(first: Numbers, second: Numbers) -> Effect:
    """P(first > second) − P(second > first): Cliff's delta, the rank-biserial correlation of two groups.

    A12, the probability that the first group's answer is the higher one, is (1 + delta) / 2. Interval:
    Cliff's asymmetric one with t on n₁ + n₂ − 2 (Cliff 1996); none where the groups do not overlap.
    Swapping the groups turns both round; everybody twice makes the interval narrower. Raises ValueError
    for a group of none or a missing answer.
    """
    from scipy.special import stdtrit

    complete(first, second)
    n, m = len(first), len(second)
    (rows, ties), (columns, _) = _against(first, second), _against(second, first)
    delta = int(rows.sum()) / (n * m)
    if min(n, m) < 2 or abs(delta) == 1:
        return Effect(delta)
    inner = n * m - ties - n * m * delta**2
    outer = ((rows - m * delta) ** 2).sum() + ((columns + n * delta) ** 2).sum()
    reach = float(stdtrit(n + m - 2, 0.975)) * sqrt((outer - inner) / (n * m * (n - 1) * (m - 1)))
    half, scale = reach * sqrt((1 - delta**2) ** 2 + reach**2), 1 - delta**2 + reach**2
    return Effect(delta, ((delta - delta**3 - half) / scale, (delta - delta**3 + half) / scale))


def _against(one: Numbers, other: Numbers) -> tuple[npt.NDArray[np.intp], int]:
    """(for each of ``one`` how many of ``other`` lie below it minus those above it, tied pairs)."""
    ordered = np.sort(other)
    below, up_to = np.searchsorted(ordered, one, "left"), np.searchsorted(ordered, one, "right")
    return np.asarray(below + up_to - len(other)), int((up_to - below).sum())


def matched(now: Numbers, before: Numbers) -> Effect:
    """The matched-pairs rank-biserial correlation of pairs of which some differ: (R₊ − R₋) / (R₊ + R₋).

    Pairs without difference are left out of the ranks and stay in the interval, which is by Fisher's z
    (Ben-Shachar et al. 2020); none where all changed the same way. Swapping the waves turns both round;
    everybody twice makes the interval narrower and moves the value by less than a hundredth, as two people
    share a rank. Raises ValueError where nobody differs or an answer is missing.
    """
    complete(now, before)
    if not (now != before).any():
        raise ValueError("nobody changed, so there are no ranks to compare")
    change = now - before
    moved, pairs = change[change != 0], len(change)
    ranked = _doubled_ranks(np.abs(moved))
    effect = float((ranked * np.sign(moved)).sum() / ranked.sum())
    if abs(effect) == 1:
        return Effect(effect)
    error = sqrt((2 * pairs**3 + 3 * pairs**2 + pairs) / 6) / (pairs * (pairs + 1) / 2)
    half = NormalDist().inv_cdf(0.975) * error
    return Effect(effect, (tanh(atanh(effect) - half), tanh(atanh(effect) + half)))


def hodges_lehmann(first: Numbers, second: Numbers) -> float:
    """How far the first group lies above the second: the median of all differences between their members.

    Found by halving the span of the differences and counting, which needs no table of them. Swapping the
    groups turns its sign; on a scale renamed to another spacing it is in its steps. Raises ValueError for a
    group of none, a missing or an infinite answer.
    """
    complete(first, second)
    first, second = np.sort(first), np.sort(second)
    size = len(first) * len(second)
    return (_nth(first, second, (size + 1) // 2) + _nth(first, second, size // 2 + 1)) / 2


def _nth(first: Numbers, second: Numbers, place: int) -> float:
    """The difference at this place (1 = lowest) among all first − second, both sorted."""
    low, high = first[0] - second[-1], first[-1] - second[0]
    while low < (middle := low + (high - low) / 2) < high:
        reached = len(first) * len(second) - np.searchsorted(second, first - middle, "left").sum()
        low, high = (low, middle) if reached >= place else (middle, high)
    # the span is one step of floating point wide: take the difference that lies in it
    near = np.clip(np.searchsorted(second, first - high), 0, len(second) - 1)
    found = np.concatenate([first - second[near], first - second[np.maximum(near - 1, 0)]])
    return float(found[np.abs(found - high).argmin()])


def exact_groups(first: Numbers, second: Numbers) -> float:
    """Two-sided p of the rank sum over all ways to deal the same answers into groups of these sizes.

    Everybody twice makes it smaller. Raises ValueError for a group of none or a missing answer.
    """
    complete(first, second)
    ranks = _doubled_ranks(np.concatenate([first, second]))
    return _far(_subset_sums(ranks)[len(first)], int(ranks[: len(first)].sum()))


def exact_pairs(now: Numbers, before: Numbers) -> float:
    """Two-sided p of the signed ranks over all ways to turn the differences round; Pratt's zeros.

    Everybody twice makes it smaller. Raises ValueError for no pairs or a missing answer.
    """
    complete(now, before)
    change = now - before
    ranks = _doubled_ranks(np.abs(change))
    return _far(_subset_sums(ranks[change != 0]).sum(axis=0), int(ranks[change > 0].sum()))


def _doubled_ranks(values: Numbers) -> npt.NDArray[np.intp]:
    """Twice the mid-ranks, which are always whole."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((2 * np.cumsum(counts) - counts + 1)[place])


def _subset_sums(ranks: npt.NDArray[np.intp]) -> Numbers:
    """Number of subsets by size and sum, counted rank by rank."""
    total = int(ranks.sum())
    ways = np.zeros((len(ranks) + 1, total + 1))
    ways[0, 0] = 1.0
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, : total + 1 - rank].copy()
    return ways


def _far(ways: Numbers, observed: int) -> float:
    """The part of the sums that lie at least as far from their mean as the observed one."""
    sums = np.arange(len(ways))
    mean = (ways * sums).sum() / ways.sum()
    return float(ways[np.abs(sums - mean) >= abs(observed - mean) - 1e-6].sum() / ways.sum())


def dunn(groups: dict[str, Numbers]) -> dict[tuple[str, str], tuple[float, float]]:
    """(z, uncorrected p) of each pair of groups, from the mean ranks of all together (Dunn 1964).

    Pairs are named after the groups, renamed with them; swapped where the groups come in another order, and
    z then changes its sign. Everybody twice moves z away from 0 and makes p smaller. Raises ValueError for
    a group of none or a missing answer.
    """
    complete(*groups.values())
    from scipy.special import ndtr

    sizes = np.array([len(one) for one in groups.values()])
    ranks = _doubled_ranks(np.concatenate(list(groups.values()))) / 2
    n, ties = len(ranks), np.unique(ranks, return_counts=True)[1].astype(float)
    spread = n * (n + 1) / 12 - float((ties**3 - ties).sum()) / (12 * (n - 1))
    means = [part.mean() for part in np.split(ranks, np.cumsum(sizes)[:-1])]
    found = {}
    for (i, one), (j, other) in combinations(enumerate(groups), 2):
        z = float((means[i] - means[j]) / sqrt(spread * (1 / sizes[i] + 1 / sizes[j])))
        found[one, other] = (z, float(2 * ndtr(-abs(z))))
    return found
