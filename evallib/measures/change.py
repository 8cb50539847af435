"""Change and difference: tests with a floor, a fixed method that is always named, and the people behind them.

Up to 50 answers together, p is exact (all permutations, ties as they are); beyond that it is asymptotic.
Checked against R 4.2.2 (coin, stats, exactRankTests, rstatix) to 1e-8 relative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.measures import adapter, ranks

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
EXACT = 50  # answers together up to which all permutations are counted


@dataclass(frozen=True)
class Tested:
    """A test. n: pairs, or people in the smaller group. p None = not tested, and ``note`` says why.

    effect: rank-biserial, −1…1, over 0 = higher now (or in the first group), with its interval; of
    several groups epsilon-squared, 0…1. shift: mean difference of the pairs; of two groups the
    Hodges–Lehmann shift. method: as the methods paragraph of the report names it.
    """

    n: int
    p: float | None = None
    effect: float | None = None
    interval: tuple[float, float] | None = None
    shift: float | None = None
    note: str = ""
    method: str = ""


def paired_change(now: Numbers, before: Numbers, *, floor: int = 10, exact: int = EXACT) -> Tested:
    """The same people twice: Wilcoxon signed-rank with Pratt's zeros. Pairs with a missing end are left out.

    Not tested with fewer than ``floor`` pairs that differ. Swapping the waves turns effect, interval and
    shift round; on a scale renamed to another spacing the shift is in its steps. Everybody twice doubles n,
    makes p smaller and the interval narrower, and moves the effect by less than a hundredth (two people
    share a rank).
    """
    whole = ~(np.isnan(now) | np.isnan(before))
    now, before = now[whole], before[whole]
    pairs, moved = len(now), int((now != before).sum())
    shift = float((now - before).mean()) if pairs else None
    small = pairs <= exact
    method = "wilcoxon_pratt_exact" if small else "wilcoxon_pratt"
    if moved < floor:
        return Tested(pairs, shift=shift, note=f"pairs_under_{floor}", method=method)
    p = ranks.exact_pairs(now, before) if small else adapter.wilcoxon_pratt(now, before)
    effect = ranks.matched(now, before)
    return Tested(pairs, p, effect.value, effect.interval, shift, method=method)


def group_difference(first: Numbers, second: Numbers, *, floor: int = 10, exact: int = EXACT) -> Tested:
    """Two independent groups: Mann–Whitney, asymptotic with ties and continuity corrected when not exact.

    Missing answers are left out. Not tested when either group has fewer than ``floor`` answers, or
    everybody answered alike. Swapping the groups turns effect, interval and shift round; on a scale renamed
    to another spacing the shift is in its steps. Everybody twice doubles n, makes p smaller and the
    interval narrower.
    """
    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    smaller, small = min(len(first), len(second)), len(first) + len(second) <= exact
    method = "mann_whitney_exact" if small else "mann_whitney"
    note = _untestable({"first": first, "second": second}, floor)
    if note:
        return Tested(smaller, note=note, method=method)
    p = ranks.exact_groups(first, second) if small else adapter.mann_whitney(first, second)
    effect, shift = ranks.dominance(first, second), ranks.hodges_lehmann(first, second)
    return Tested(smaller, p, effect.value, effect.interval, shift, method=method)


def several_groups(
    groups: Mapping[str, Numbers], *, floor: int = 10
) -> tuple[Tested, dict[tuple[str, str], float]]:
    """Groups against each other: Kruskal–Wallis with epsilon², and Dunn's p of each pair, corrected by Holm.

    Groups under ``floor`` are left out, empty ones too; not tested when fewer than two are left, or all
    answered alike. Pairs are named after the groups, renamed with them, and swapped where the groups come
    in another order. Everybody twice doubles n and makes each p smaller.
    """
    kept = {name: one[~np.isnan(one)] for name, one in groups.items()}
    kept = {name: one for name, one in kept.items() if len(one) >= floor}
    smaller = min((len(one) for one in kept.values()), default=0)
    note = _untestable(kept, floor) if len(kept) >= 2 else f"group_under_{floor}"
    if note:
        return Tested(smaller, note=note, method="kruskal"), {}
    h, p = adapter.kruskal(kept)
    pairs = ranks.dunn(kept)
    corrected = adapter.corrected([p for _, p in pairs.values()])
    effect = h / (sum(len(one) for one in kept.values()) - 1)
    return Tested(smaller, p, effect, method="kruskal"), dict(zip(pairs, corrected, strict=True))


def changed_share(now: Mask, before: Mask, *, floor: int = 10) -> Tested:
    """The same people's yes and no twice: McNemar with mid-p; shift: the change of the share.

    Not tested with fewer than ``floor`` people whose answer changed. Swapping the waves turns effect and
    shift round, and so does no renamed to yes; everybody twice doubles n and makes p smaller.
    """
    gained, lost = int((now & ~before).sum()), int((before & ~now).sum())
    n, shift = len(now), (gained - lost) / len(now) if len(now) else None
    if gained + lost < floor:
        return Tested(n, shift=shift, note=f"pairs_under_{floor}", method="mcnemar")
    _, p = adapter.mcnemar(gained, lost)
    return Tested(n, p, (gained - lost) / (gained + lost), shift=shift, method="mcnemar")


def _untestable(groups: Mapping[str, Numbers], floor: int) -> str:
    if min(len(one) for one in groups.values()) < floor:
        return f"group_under_{floor}"
    return "all_alike" if len(np.unique(np.concatenate(list(groups.values())))) == 1 else ""
