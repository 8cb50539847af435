"""What R 4.2.2 gives for the same small data (tests/data/stats)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evallib.measures.change import exact_mann_whitney, group_difference, paired_change
from evallib.measures.proportions import newcombe, wilson
from evallib.measures.scales import alpha

STATS = Path(__file__).parent / "data" / "stats"
REFS = json.loads((STATS / "refs.json").read_text(encoding="utf-8"))


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-8, abs=1e-12)


def groups(name: str) -> tuple[np.ndarray, np.ndarray]:
    rows = pd.read_csv(STATS / name).dropna()
    return tuple(rows.score[rows.group == one].to_numpy(float) for one in "AB")  # type: ignore[return-value]


@pytest.mark.parametrize("ref", REFS["proportions"], ids=lambda ref: f"{ref['x']} of {ref['n']}")
def test_wilson_interval_is_that_of_r(ref):
    assert wilson(ref["x"], ref["n"]) == near(tuple(ref["wilson"]))


def test_newcombe_interval_is_that_of_r():
    ref = REFS["prop_diff"]
    (x, x2), (n, n2) = ref["x"], ref["n"]
    assert newcombe(x, n, x2, n2) == near(tuple(ref["newcombe"]))


def test_wilcoxon_with_pratt_zeros_is_that_of_coin():
    rows = pd.read_csv(STATS / "d4_paired_zeros.csv")
    tested = paired_change(rows.after.to_numpy(float), rows.before.to_numpy(float))
    assert (tested.n, tested.p) == (REFS["d4"]["n_pairs"], near(REFS["d4"]["pratt_asym"]))
    assert tested.effect == near(REFS["d4"]["matched_rank_biserial"])


@pytest.mark.parametrize(("data", "file"), [("d2", "d2_two_groups_ties"), ("d3", "d3_two_groups_noties")])
def test_mann_whitney_is_that_of_r_asymptotic_and_exact(data, file):
    first, second = groups(f"{file}.csv")
    tested = group_difference(first, second, floor=4)
    assert tested.p == near(REFS[data]["p_asym_cc"])
    assert tested.effect == near(REFS[data]["rank_biserial"])
    assert exact_mann_whitney(first, second) == near(REFS[data]["p_exact_permutation"])


def test_alpha_of_complete_answers_and_its_interval_are_those_of_r():
    rows = pd.read_csv(STATS / "d1_likert_scale.csv").drop(columns="id")
    ref = REFS["d1"]["scale"]
    got = alpha(rows.assign(q5=6 - rows.q5).to_numpy(float))
    assert (got.n, got.items, got.alpha) == (ref["n_complete"], ref["k"], near(ref["alpha_raw"]))
    assert got.interval == near(tuple(ref["alpha_ci95_feldt"]))
