"""The one address of pingouin: its tests with fixed methods, plain floats and no silent dropping.

pingouin drops missing values without a word and warns on pairs without a difference, so callers hand in
complete numbers and respect the floors of :mod:`evallib.measures.change`. Imported when first needed:
a report without tests does not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def wilcoxon_pratt(after: Numbers, before: Numbers) -> tuple[float, float]:
    """(p, matched-pairs rank-biserial) of the signed-rank test; Pratt zeros, asymptotic, uncorrected."""
    _complete(after, before)
    row = _pingouin().wilcoxon(after, before, zero_method="pratt", method="asymptotic", correction=False)
    return float(row["p_val"].iloc[0]), float(row["RBC"].iloc[0])


def mann_whitney(first: Numbers, second: Numbers) -> tuple[float, float]:
    """(p, rank-biserial) of two independent groups; asymptotic with ties and continuity correction."""
    _complete(first, second)
    row = _pingouin().mwu(first, second, method="asymptotic", use_continuity=True)
    return float(row["p_val"].iloc[0]), float(row["RBC"].iloc[0])


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm-corrected p-values of one family, in the order given; NaN stays and does not count."""
    if all(np.isnan(p_values)):
        return tuple(p_values)
    return tuple(float(p) for p in _pingouin().multicomp(list(p_values), method="holm")[1])


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


def _complete(*groups: Numbers) -> None:
    if any(np.isnan(group).any() for group in groups):
        raise ValueError("a test was given missing values; count and leave them out first")
