"""The one address of pingouin: its tests with fixed methods, plain floats and no silent dropping.

pingouin drops missing values without a word, so callers hand in complete numbers and respect the floors of
:mod:`evallib.measures.change`. Its rank tests build a table of all pairs of people, so those come from
scipy. Both are imported when first needed: a report without tests does not wait for them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from evallib.measures.ranks import Numbers, complete


def wilcoxon_pratt(now: Numbers, before: Numbers) -> float:
    """p of the signed-rank test of pairs; Pratt's zeros, asymptotic, uncorrected.

    Everybody twice makes it smaller. Raises ValueError for no pairs or a missing answer.
    """
    from scipy.stats import wilcoxon

    complete(now, before)
    found = wilcoxon(now, before, zero_method="pratt", method="asymptotic", correction=False)
    return float(found.pvalue)


def mann_whitney(first: Numbers, second: Numbers) -> float:
    """p of two independent groups; asymptotic with ties and continuity corrected.

    Everybody twice makes it smaller. Raises ValueError for a group of none or a missing answer.
    """
    from scipy.stats import mannwhitneyu

    complete(first, second)
    return float(mannwhitneyu(first, second, use_continuity=True, method="asymptotic").pvalue)


def kruskal(groups: Mapping[str, Numbers]) -> tuple[float, float]:
    """(H, p) of several groups, corrected for ties.

    Everybody twice makes H larger and p smaller. Raises ValueError for a group of none or a missing answer.
    """
    complete(*groups.values())
    table = pd.DataFrame(
        {
            "group": np.repeat(list(groups), [len(one) for one in groups.values()]),
            "answer": np.concatenate(list(groups.values())),
        }
    )
    row = _pingouin().kruskal(table, dv="answer", between="group")
    return float(row["H"].iloc[0]), float(row["p_unc"].iloc[0])


def mcnemar(gained: int, lost: int) -> tuple[float, float]:
    """(exact p, mid-p) of answers that changed either way; scipy, as pingouin has no mid-p.

    Where nobody changed, both are 1. Everybody twice makes both smaller. Raises
    ValueError for a negative number.
    """
    if min(gained, lost) < 0:
        raise ValueError(f"{gained} gained and {lost} lost are no numbers of people")
    from scipy.stats import binom

    fewer, changed = min(gained, lost), gained + lost
    both_tails = 2 * float(binom.cdf(fewer, changed, 0.5))
    return min(1.0, both_tails), both_tails - float(binom.pmf(fewer, changed, 0.5))


def cohens_kappa(table: Numbers) -> tuple[float, float, float]:
    """(kappa, lower, upper end of its 95 % interval) of a square table of two raters; statsmodels.

    All ratings twice: a narrower interval. A category that is empty changes nothing.
    """
    from statsmodels.stats.inter_rater import cohens_kappa as found

    with np.errstate(invalid="ignore"):  # its test, which nobody asks for, divides zero by zero
        made = found(table)
    return float(made.kappa), float(made.kappa_low), float(made.kappa_upp)


def corrected(p_values: Sequence[float], method: str = "holm") -> tuple[float, ...]:
    """p-values of one family corrected by ``holm`` or ``fdr_bh``, in the order given; NaN does not count.

    An empty place (NaN, not tested) stays empty. Every test twice makes Holm's p larger and leaves
    Benjamini and Hochberg's as they are, each twice. Raises ValueError for what is no p.
    """
    known = [p for p in p_values if not np.isnan(p)]
    if not all(0 <= p <= 1 for p in known):
        raise ValueError(f"{known} are no p-values")
    if not known:
        return tuple(p_values)
    return tuple(float(p) for p in _pingouin().multicomp(list(p_values), method=method)[1])


def _pingouin() -> Any:
    """The library, without its plots where nothing plots yet: loading them takes longer than all tests."""
    plots = "pingouin.plotting"
    if "pingouin" in sys.modules or "matplotlib" in sys.modules:
        import pingouin

        return pingouin
    sys.modules[plots] = ModuleType(plots)
    try:
        import pingouin
    finally:
        del sys.modules[plots]
    return pingouin
