"""No comparison needs memory in the product of two group sizes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from evallib.measures import change, ranks

SIZE = 20_000
CHANCE = np.random.default_rng(5)
FIRST, SECOND = (CHANCE.integers(1, 6, SIZE).astype(float) for _ in range(2))
FINE = CHANCE.normal(size=SIZE), CHANCE.normal(0.1, size=SIZE)  # no two alike
CALLS: dict[str, Callable[[], object]] = {
    "Hodges–Lehmann": lambda: ranks.hodges_lehmann(*FINE),
    "dominance with interval": lambda: ranks.dominance(*FINE),
    "two groups": lambda: change.group_difference(FIRST, SECOND),
    "several groups": lambda: change.several_groups({"a": FIRST, "b": SECOND, "c": FIRST + 1}),
    "pairs": lambda: change.paired_change(FIRST, SECOND),
    "shares of the same people": lambda: change.changed_share(FIRST > 3, SECOND > 3),
}


@pytest.mark.parametrize("name", CALLS)
def test_two_groups_of_20_000_need_no_table_of_400_million_pairs(name: str) -> None:
    CALLS[name]()  # what is imported on the first call is no memory of the measure
    tracemalloc.start()
    CALLS[name]()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * 2 * SIZE  # bytes: 25 numbers a person; pairs would take 400 MB as single bytes


def test_the_shift_of_large_groups_is_the_median_of_all_differences() -> None:
    first, second = FINE[0][:301], FINE[1][:400]
    assert ranks.hodges_lehmann(first, second) == np.median(first[:, None] - second[None, :])
