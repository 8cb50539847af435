"""Every number that R 4.2.2 gives for the small data in tests/data/stats, beside ours.

``OURS`` has the shape of ``refs.json``; what it lacks is in ``LEFT``, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import rankdata

from evallib.codebook.model import Option
from evallib.measures import adapter, change, distributions, network, proportions, ranks, scales, structure
from evallib.measures.weights import Margin, rake, weighted_mean

STATS = Path(__file__).parent / "data" / "stats"
REFS = json.loads((STATS / "refs.json").read_text(encoding="utf-8"))
Z = 1.959963984540054

LEFT = {
    "meta.*": "what R was asked with",
    "d1.items.*.[msq][ekd13]*": "no mean, spread, quartile or skewness of answers on a scale is reported",
    "d1.scale.reversed": "what the data are",
    "d1.scale.k": "what the data are",
    "d1.scale.alpha_raw_psych": "alpha_raw, by another package",
    "d1.scale.alpha_*": "alpha is listwise, of the items as they are, with Feldt's interval",
    "d1.scale.omega_*": "omega is that of one factor of the covariances, by maximum likelihood",
    "d1.scale.loadings_cfa": "inside omega",
    "d1.scale.residuals_cfa": "inside omega",
    "d1.cor_q1_q2.*": "no correlation is reported besides that of an item with the rest",
    "*.wilson_proptest": "wilson, by another function",
    "*.wilson_cc": "Wilson's interval is without continuity correction",
    "*.jeffreys_raw": "the ends are 0 and 1 where nobody or everybody said so",
    "*.agresti_coull": "not offered",
    "prop_diff.[!nxd]*": "two shares are compared by Newcombe's interval alone",
    "d[23].W_A": "inside p",
    "d[23].p_asym_nocc": "with continuity correction",
    "d[23].p_exact_wilcoxtest": "p_exact_permutation without ties, p_asym_cc with them",
    "d2.p_exact_2min": "both tails are those at least as far from the mean, not twice the smaller one",
    "d[23].coin_Z": "inside p",
    "d[23].coin_p_exact": "p_exact_permutation, by another package",
    "d[23].hodges_lehmann": "where R's search for a root stops; see the test below",
    "d[23].rank_biserial_effectsize.est": "rank_biserial, by another package",
    "d[23].rank_biserial_effectsize.ci": "the interval is Cliff's",
    "d[23].cliff.var_unbiased": "inside the interval",
    "d[23].cliff.ci95_cliff_asym_normal": "Cliff's interval is with t",
    "d[23].welch.*": "no means of answers are compared",
    "d[23].cohen_d_pooled": "no means of answers are compared",
    "d[23].hedges_g_*": "no means of answers are compared",
    "d[23].levene_median": "no means of answers are compared",
    "d4.V_plus": "inside p",
    "d4.pratt_Z": "inside p",
    "d4.p_wilcoxon_*": "zeros are Pratt's",
    "d4.coin_wilcoxon_exact": "zeros are Pratt's",
    "d4.matched_rank_biserial_pratt": "the effect leaves zeros out",
    "d4.effectsize_rb.r_rank_biserial": "matched_rank_biserial, by another package",
    "d4.effectsize_rb.CI": "what R was asked with",
    "d4.sign_test": "not offered",
    "d4.paired_t.*": "no means of answers are compared",
    "d4.d[za]*": "no means of answers are compared",
    "d5.mean_rank.*": "inside Dunn's z",
    "d5.eta_squared_H": "the effect is epsilon²",
    "d5.effectsize_eps2": "epsilon_squared, by another package",
    "d5.dunn.*.p_bonferroni": "corrected by Holm",
    "d5.rstatix_dunn.*": "dunn, by another package",
    "d5.perm_p_mc_200k": "drawn by lot",
    "d5.anova.*": "no means of answers are compared",
    "d5.welch_anova.*": "no means of answers are compared",
    "mcnemar.chi2*": "p is mid-p",
    "mcnemar.p": "p is mid-p",
    "mcnemar.p_cc": "p is mid-p",
    "mcnemar.or": "the effect is the direction of those who changed",
    "d6.targets.*": "what the data are",
    "d6.se_weights_as_fixed": "the error is the one after raking",
    "d6.deff_survey": "Kish's",
    "d6.ci95_*": "only shares carry an interval",
    "d6.yes_ci_beta": "the interval is on the logit scale",
    "padjust.[!hB]*": "corrected by Holm",
    "padjust.BY": "corrected by Holm",
    "padjust.ho[cm]*": "corrected by Holm",
    "d7.*.se_n1": "the variance is divided by n",
    "d7.*.ci_goodman_adj": "the interval is Wald's",
    "bootstrap.*": "drawn by lot",
    "d8.mean_degree": "not reported",
    "d8.assortativity_nominal": "the E–I index",
    "d8.transitivity_local_mean_zero": "transitivity of the whole",
    "d8.betweenness_*": "ties have no weight, and betweenness is of pairs",
    "d8.degree.*": "not reported",
    "d8.strength.*": "ties have no weight",
    "d8.modularity_by_sector": "the E–I index",
    "d8.centralization_degree": "not reported",
    "d8.note": "words",
}


def near(value: Any, rel: float = 1e-8) -> Any:
    return pytest.approx(value, rel=rel, abs=1e-12)


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(STATS / f"{name}.csv")


def answered(column: pd.Series, lowest: int, highest: int) -> distributions.Answers:
    options = tuple(Option(str(value), {}, float(value)) for value in range(lowest, highest + 1))
    codes = [None if np.isnan(one) else str(int(one)) for one in column]
    return distributions.coded("X", np.array(codes, dtype=object), options)


def item(column: pd.Series) -> dict[str, Any]:
    one = answered(column, 1, 5)
    return {
        "n": one.base(),
        "missing": int((one.index < 0).sum()),
        "median": distributions.median(one).value,
        "counts": dict(zip(one.codes, one.counts().tolist(), strict=True)),
        "top2": distributions.top_share(one, one.top()).value,
        "bottom2": distributions.top_share(one, ("1", "2")).value,
    }


def scale() -> dict[str, Any]:
    rows = read("d1_likert_scale").drop(columns="id")
    found = scales.reliability(rows.to_numpy(float), (1, 5), turned=(4,), floor=10)
    return {
        "items": {name: item(rows[name]) for name in rows},
        "scale": {
            "n_complete": found.n,
            "alpha_raw": found.alpha,
            "alpha_ci95_feldt": found.interval,
            "r_drop": dict(zip(rows, found.item_rest, strict=True)),
            "omega_cfa_cov_ml": found.omega,
        },
    }


def one_share(ref: dict[str, Any]) -> dict[str, Any]:
    x, n = ref["x"], ref["n"]
    return {
        "x": x,
        "n": n,
        "p": proportions.share(x, n, floor=1).value,
        "wilson": proportions.wilson(x, n),
        "clopper_pearson": proportions.clopper_pearson(x, n),
        "jeffreys_mod": proportions.jeffreys(x, n),
    }


def two_shares() -> dict[str, Any]:
    (x, x2), (n, n2) = REFS["prop_diff"]["x"], REFS["prop_diff"]["n"]
    shares = [proportions.share(*one).value or 0.0 for one in ((x, n), (x2, n2))]
    return {
        "x": [x, x2],
        "n": [n, n2],
        "diff": shares[0] - shares[1],
        "newcombe": proportions.newcombe(x, n, x2, n2),
    }


def groups(name: str) -> tuple[np.ndarray, np.ndarray]:
    rows = read(name).dropna()
    first, second = (rows.score[rows.group == one].to_numpy(float) for one in "AB")
    return first, second


def two_groups(name: str) -> dict[str, Any]:
    first, second = groups(name)
    exact, asymptotic = (change.group_difference(first, second, floor=4, exact=limit) for limit in (50, 0))
    assert (exact.method, asymptotic.method) == ("mann_whitney_exact", "mann_whitney")
    assert exact.effect is not None
    return {
        "n": [len(first), len(second)],
        "p_exact_permutation": exact.p,
        "p_asym_cc": asymptotic.p,
        "rank_biserial": exact.effect,
        "cliff": {"delta": exact.effect, "A12": (1 + exact.effect) / 2, "ci95_cliff_asym_t": exact.interval},
    }


def same_people() -> dict[str, Any]:
    rows = read("d4_paired_zeros")
    now, before = rows.after.to_numpy(float), rows.before.to_numpy(float)
    exact, asymptotic = (change.paired_change(now, before, exact=limit) for limit in (50, 0))
    assert (exact.method, asymptotic.method) == ("wilcoxon_pratt_exact", "wilcoxon_pratt")
    assert exact.interval is not None
    return {
        "n_pairs": exact.n,
        "zeros": int((now == before).sum()),
        "pratt_exact": exact.p,
        "pratt_asym": asymptotic.p,
        "matched_rank_biserial": exact.effect,
        "effectsize_rb": {"CI_low": exact.interval[0], "CI_high": exact.interval[1]},
    }


def several() -> dict[str, Any]:
    rows = read("d5_four_groups").dropna()
    regions = {str(name): part.score.to_numpy(float) for name, part in sorted(rows.groupby("region"))}
    tested, pairs = change.several_groups(regions, floor=3)
    raw = ranks.dunn(regions)
    bh = adapter.corrected([p for _, p in raw.values()], "fdr_bh")
    return {
        "n": {name: len(one) for name, one in regions.items()},
        "H": adapter.kruskal(regions)[0],
        "df": len(regions) - 1,
        "p": tested.p,
        "epsilon_squared": tested.effect,
        "dunn": [
            {"a": a, "b": b, "z": z, "p": p, "p_holm": pairs[a, b], "p_bh": corrected}
            for ((a, b), (z, p)), corrected in zip(raw.items(), bh, strict=True)
        ],
    }


def changed() -> dict[str, Any]:
    rows = read("d9_mcnemar")
    now, before = (rows[name].to_numpy() == "yes" for name in ("after", "before"))
    gained, lost = int((now & ~before).sum()), int((before & ~now).sum())
    exact, mid = adapter.mcnemar(gained, lost)
    assert change.changed_share(now, before).p == mid
    both = [[(now & before).sum(), gained], [lost, (~now & ~before).sum()]]
    kappa, _, _ = adapter.cohens_kappa(np.array(both, dtype=float))
    return {"b": lost, "c": gained, "p_exact": exact, "p_mid": mid, "kappa": kappa}


def weighted() -> dict[str, Any]:
    sample, ref = read("d6_sample_for_raking"), REFS["d6"]
    margins = [Margin(sample[name].to_numpy(object), frame) for name, frame in ref["targets"].items()]
    weights = rake(margins, fewest=4)
    mean, yes = (weighted_mean(weights, sample[name].to_numpy(float)) for name in ("y", "yes"))
    by_region = []
    for region in sorted(set(sample.region)):
        part = weighted_mean(weights, np.where(sample.region == region, sample.y.astype(float), np.nan))
        by_region.append({"region": region, "mean": part.value, "se": part.error})
    return {
        "n": len(weights.values),
        "unweighted_mean": float(sample.y.mean()),
        "weights": weights.values,
        "sum_w": weights.values.sum(),
        "kish_deff": weights.deff,
        "n_eff": weights.effective,
        "mean_raked": mean.value,
        "se_raked_linearised": mean.error,
        "yes_raked": yes.value,
        "yes_se": yes.error,
        "yes_ci_logit": yes.logit_interval(),
        "by_region": by_region,
    }


def promoters() -> dict[str, Any]:
    rows, middle = read("d7_nps"), (7.0, 8.0)
    years = {str(year): answered(part.score, 0, 10) for year, part in rows.groupby("year")}
    found: dict[str, Any] = {}
    for year, one in years.items():
        cell = distributions.balance(one, middle=middle)
        assert cell.interval is not None
        assert cell.value is not None
        found[year] = {
            "n": cell.base,
            "promoters": one.count_of(("9", "10")),
            "passives": one.count_of(("7", "8")),
            "detractors": one.count_of([str(low) for low in range(7)]),
            "nps": cell.value,
            "se_ml": (cell.interval[1] - cell.value) / Z,
            "ci_wald": cell.interval,
        }
    moved = distributions.balance_change(years["2025"], years["2024"], middle=middle)
    assert moved.interval is not None
    assert moved.value is not None
    return found | {"diff": {"diff": moved.value, "se": (moved.interval[1] - moved.value) / Z}}


def cooperation() -> dict[str, Any]:
    nodes, edges = read("d8_nodes"), read("d8_edges")
    place = {name: i for i, name in enumerate(nodes.node)}
    tie = np.zeros((len(place), len(place)), dtype=bool)
    for a, b in edges[["source", "target"]].to_numpy():
        tie[place[a], place[b]] = tie[place[b], place[a]] = True
    everyone = np.ones(len(place), dtype=bool)
    one = network.Network(tuple(place), tuple(nodes.sector), everyone, tie, tie, tie)
    parts = structure.components(tie)
    return {
        "nodes": one.size,
        "edges": network.pairs(tie),
        "density": network.pairs(tie) / one.possible,
        "components": parts.parts,
        "isolates": parts.alone,
        "internal": network.pairs(tie) - network.cross_ties(one),
        "external": network.cross_ties(one),
        "ei_index": structure.external_internal(tie, one.sectors),
        "transitivity_global": structure.transitivity(tie),
        "betweenness": dict(zip(place, structure.betweenness(tie).tolist(), strict=True)),
    }


P_VALUES = read("d9_pvalues").p.to_list()
OURS = {
    "d1": scale(),
    "proportions": [one_share(ref) for ref in REFS["proportions"]],
    "prop_diff": two_shares(),
    "d2": two_groups("d2_two_groups_ties"),
    "d3": two_groups("d3_two_groups_noties"),
    "d4": same_people(),
    "d5": several(),
    "mcnemar": changed(),
    "d6": weighted(),
    "padjust": {"holm": adapter.corrected(P_VALUES), "BH": adapter.corrected(P_VALUES, "fdr_bh")},
    "d7": promoters(),
    "d8": cooperation(),
}


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of everything that is told; a list of plain values is one value."""
    if isinstance(tree, dict):
        for name, one in tree.items():
            yield from leaves(one, f"{path}.{name}" if path else str(name))
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        for place, one in enumerate(tree):
            yield from leaves(one, f"{path}.{place}")
    else:
        yield path, tree


THEIRS, COMPARED = dict(leaves(REFS)), dict(leaves(OURS))
LOOSER = {"d1.scale.omega_cfa_cov_ml": 1e-4}


def left(path: str) -> bool:
    return path not in COMPARED and any(fnmatch(path, pattern) for pattern in LEFT)


@pytest.mark.parametrize("path", [path for path in THEIRS if path in COMPARED])
def test_a_number_of_ours_is_that_of_r(path: str) -> None:
    ours, theirs = COMPARED[path], THEIRS[path]
    if isinstance(theirs, str):
        assert ours == theirs
    elif isinstance(theirs, list):
        assert list(ours) == near(theirs)
    else:
        assert ours == near(theirs, LOOSER.get(path, 1e-8))


def test_every_number_of_r_is_compared_or_left_for_a_reason() -> None:
    assert [path for path in THEIRS if path not in COMPARED and not left(path)] == []
    assert set(COMPARED) <= set(THEIRS)
    assert [p for p in LEFT if not any(fnmatch(path, p) and left(path) for path in THEIRS)] == []


@pytest.mark.parametrize(("data", "file"), [("d2", "d2_two_groups_ties"), ("d3", "d3_two_groups_noties")])
def test_the_hodges_lehmann_shift_is_the_median_of_all_differences(data: str, file: str) -> None:
    """R's asymptotic figure is where a root search stops; it is made again here, and ours is such a root."""
    first, second = groups(file)

    def ranked(shift: float) -> float:
        placed = rankdata(np.concatenate([first - shift, second]))
        n, ties = len(placed), np.unique(placed, return_counts=True)[1]
        spread = (n + 1 - (ties**3 - ties).sum() / (n * (n - 1))) * len(first) * len(second) / 12
        return float((placed[: len(first)].sum() - len(first) * (n + 1) / 2) / np.sqrt(spread))

    ends = first.min() - second.max(), first.max() - second.min()
    assert brentq(ranked, *ends, xtol=1e-4, rtol=1e-15) == near(REFS[data]["hodges_lehmann"])
    ours = ranks.hodges_lehmann(first, second)
    assert ours == near(np.median(np.subtract.outer(first, second)))
    assert ranked(ours - 1e-9) >= 0 >= ranked(ours + 1e-9)


def test_a_scale_that_is_not_turned_is_refused_where_an_item_runs_against_the_rest() -> None:
    """R gives it 0.29 and says nothing."""
    rows = read("d1_likert_scale").drop(columns="id")
    found = scales.reliability(rows.to_numpy(float), (1, 5), floor=10)
    assert (found.note, found.alpha) == ("negative_item_rest", None)
