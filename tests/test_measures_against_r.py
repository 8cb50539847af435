"""What R 4.2.2 gives for the same small data (tests/data/stats)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import rankdata

from evallib.codebook.model import Option
from evallib.measures import adapter, ranks
from evallib.measures.change import changed_share, group_difference, paired_change, several_groups
from evallib.measures.distributions import balance, balance_change, coded
from evallib.measures.proportions import clopper_pearson, jeffreys, newcombe, wilson
from evallib.measures.scales import reliability

STATS = Path(__file__).parent / "data" / "stats"
REFS = json.loads((STATS / "refs.json").read_text(encoding="utf-8"))
GROUPS = [("d2", "d2_two_groups_ties"), ("d3", "d3_two_groups_noties")]


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-8, abs=1e-12)


def groups(name: str) -> tuple[np.ndarray, np.ndarray]:
    rows = pd.read_csv(STATS / f"{name}.csv").dropna()
    return tuple(rows.score[rows.group == one].to_numpy(float) for one in "AB")  # type: ignore[return-value]


@pytest.mark.parametrize("ref", REFS["proportions"], ids=lambda ref: f"{ref['x']} of {ref['n']}")
def test_intervals_of_shares_are_those_of_r(ref):
    assert wilson(ref["x"], ref["n"]) == near(tuple(ref["wilson"]))
    assert clopper_pearson(ref["x"], ref["n"]) == near(tuple(ref["clopper_pearson"]))
    assert jeffreys(ref["x"], ref["n"]) == near(tuple(ref["jeffreys_mod"]))


def test_newcombe_interval_is_that_of_r():
    ref = REFS["prop_diff"]
    (x, x2), (n, n2) = ref["x"], ref["n"]
    assert newcombe(x, n, x2, n2) == near(tuple(ref["newcombe"]))


def test_the_net_promoter_score_and_its_difference_are_those_of_r():
    scale = tuple(Option(str(value), {}, float(value)) for value in range(11))
    rows = pd.read_csv(STATS / "d7_nps.csv", dtype=str)
    years = {year: coded("NPS", part.score.to_numpy(object), scale) for year, part in rows.groupby("year")}
    for year, one in years.items():
        cell = balance(one, middle=(7, 8))
        assert (cell.base, cell.value) == (REFS["d7"][year]["n"], near(REFS["d7"][year]["nps"]))
        assert cell.interval == near(tuple(REFS["d7"][year]["ci_wald"]))
    change = balance_change(years["2025"], years["2024"], middle=(7, 8))
    assert change.value == near(REFS["d7"]["diff"]["diff"])
    half = 1.959963984540054 * REFS["d7"]["diff"]["se"]
    assert change.interval == near((change.value - half, change.value + half))


def test_wilcoxon_with_pratt_zeros_is_that_of_coin_asymptotic_and_exact():
    rows, ref = pd.read_csv(STATS / "d4_paired_zeros.csv"), REFS["d4"]
    now, before = rows.after.to_numpy(float), rows.before.to_numpy(float)
    exact, asymptotic = (paired_change(now, before, exact=limit) for limit in (50, 0))
    assert (exact.n, exact.p, exact.method) == (
        ref["n_pairs"],
        near(ref["pratt_exact"]),
        "wilcoxon_pratt_exact",
    )
    assert (asymptotic.p, asymptotic.method) == (near(ref["pratt_asym"]), "wilcoxon_pratt")
    assert exact.effect == near(ref["matched_rank_biserial"])
    assert exact.interval == near((ref["effectsize_rb"]["CI_low"], ref["effectsize_rb"]["CI_high"]))


@pytest.mark.parametrize(("data", "file"), GROUPS)
def test_mann_whitney_is_that_of_r_asymptotic_and_exact(data, file):
    first, second = groups(file)
    exact, asymptotic = (group_difference(first, second, floor=4, exact=limit) for limit in (50, 0))
    assert (exact.p, exact.method) == (near(REFS[data]["p_exact_permutation"]), "mann_whitney_exact")
    assert (asymptotic.p, asymptotic.method) == (near(REFS[data]["p_asym_cc"]), "mann_whitney")
    assert exact.effect == near(REFS[data]["rank_biserial"]) == near(REFS[data]["cliff"]["delta"])
    assert exact.interval == near(tuple(REFS[data]["cliff"]["ci95_cliff_asym_t"]))
    assert (1 + exact.effect) / 2 == near(REFS[data]["cliff"]["A12"])


@pytest.mark.parametrize(("data", "file"), GROUPS)
def test_the_hodges_lehmann_shift_is_the_median_of_all_differences(data, file):
    """R's asymptotic figure is where a root search stops; it is made again here, and ours is such a root."""
    first, second = groups(file)

    def ranked(shift):
        placed = rankdata(np.concatenate([first - shift, second]))
        n, ties = len(placed), np.unique(placed, return_counts=True)[1]
        spread = (n + 1 - (ties**3 - ties).sum() / (n * (n - 1))) * len(first) * len(second) / 12
        return (placed[: len(first)].sum() - len(first) * (n + 1) / 2) / np.sqrt(spread)

    ends = first.min() - second.max(), first.max() - second.min()
    assert brentq(ranked, *ends, xtol=1e-4, rtol=1e-15) == near(REFS[data]["hodges_lehmann"])
    ours = ranks.hodges_lehmann(first, second)
    assert ours == near(np.median(np.subtract.outer(first, second)))
    assert ranked(ours - 1e-9) >= 0 >= ranked(ours + 1e-9)


def test_kruskal_wallis_and_dunn_s_pairs_are_those_of_r():
    rows, ref = pd.read_csv(STATS / "d5_four_groups.csv").dropna(), REFS["d5"]
    by_region = {name: part.score.to_numpy(float) for name, part in sorted(rows.groupby("region"))}
    tested, pairs = several_groups(by_region, floor=3)
    assert (tested.p, tested.effect) == (near(ref["p"]), near(ref["epsilon_squared"]))
    assert adapter.kruskal(by_region)[0] == near(ref["H"])
    assert pairs == {(one["a"], one["b"]): near(one["p_holm"]) for one in ref["dunn"]}
    assert ranks.dunn(by_region) == {(one["a"], one["b"]): near((one["z"], one["p"])) for one in ref["dunn"]}


def test_mcnemar_is_that_of_r_exact_and_mid_p():
    rows, ref = pd.read_csv(STATS / "d9_mcnemar.csv"), REFS["mcnemar"]
    now, before = (rows[name].to_numpy() == "yes" for name in ("after", "before"))
    tested = changed_share(now, before)
    assert (tested.n, tested.p, tested.method) == (len(rows), near(ref["p_mid"]), "mcnemar")
    assert adapter.mcnemar(ref["b"], ref["c"]) == near((ref["p_exact"], ref["p_mid"]))


def test_holm_and_benjamini_hochberg_are_those_of_r():
    p_values = pd.read_csv(STATS / "d9_pvalues.csv").p.to_list()
    assert adapter.corrected(p_values) == near(tuple(REFS["padjust"]["holm"]))
    assert adapter.corrected(p_values, "fdr_bh") == near(tuple(REFS["padjust"]["BH"]))


def test_a_scale_over_complete_answers_is_that_of_r():
    rows, ref = pd.read_csv(STATS / "d1_likert_scale.csv").drop(columns="id"), REFS["d1"]["scale"]
    got = reliability(rows.to_numpy(float), (1, 5), turned=(4,), floor=10)
    assert (got.n, got.alpha) == (ref["n_complete"], near(ref["alpha_raw"]))
    assert got.interval == near(tuple(ref["alpha_ci95_feldt"]))
    assert got.item_rest == near(tuple(ref["r_drop"].values()))
    assert got.omega == pytest.approx(ref["omega_cfa_cov_ml"], rel=1e-4)
