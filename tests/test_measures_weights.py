"""Weights against non-response: what a pencil gives, and when there are none."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evallib.measures.weights import Margin, rake, weighted_mean

STATS = Path(__file__).parent / "data" / "stats"
REF = json.loads((STATS / "refs.json").read_text(encoding="utf-8"))["d6"]
SAMPLE = pd.read_csv(STATS / "d6_sample_for_raking.csv")
MARGINS = [Margin(SAMPLE[name].to_numpy(object), frame) for name, frame in REF["targets"].items()]


def near(value):
    return pytest.approx(value, rel=1e-8)


def margin(codes, **frame):
    return Margin(np.array(list(codes), dtype=object), frame)


def test_one_margin_gives_everybody_their_class_s_number_over_its_respondents():
    weights = rake([margin("aaaaabbbbb", a=10, b=30)])
    assert weights.values == near([2.0] * 5 + [6.0] * 5)
    # n Σw² / (Σw)² = 10 · (5·4 + 5·36) / 40² = 1.25
    assert (weights.deff, weights.effective) == (near(1.25), near(8.0))
    # 4 of 5 in a, 1 of 5 in b: (10 · 0.8 + 30 · 0.2) / 40 = 0.35, where 5 of 10 answered so
    yes = np.array([1, 1, 1, 1, 0, 1, 0, 0, 0, 0], dtype=float)
    assert weighted_mean(weights, yes).value == near(0.35)


def test_equal_response_everywhere_needs_no_weights_and_costs_nothing():
    weights = rake([margin("aaaaabbbbb", a=20, b=20)])
    assert (weights.deff, weights.largest) == (near(1.0), near(1.0))


def test_cut_weights_still_give_the_margins():
    weights = rake(MARGINS, at_most=3, fewest=4)
    assert weights.largest == near(3.0)
    for one in MARGINS:
        sums = {code: weights.values[one.codes == code].sum() for code in one.frame}
        assert sums == {code: near(asked) for code, asked in one.frame.items()}


@pytest.mark.parametrize(
    ("margins", "at_most", "why"),
    [
        ([], None, "no_data"),
        ([margin("", a=5)], None, "no_data"),
        ([margin("aaaaac", a=5, b=5)], None, "outside_frame"),
        ([margin("aaaaabbbb", a=10, b=10)], None, "stratum_under_5"),
        ([margin("aaaaa", a=10, b=1)], None, "stratum_under_5"),
        ([margin("aaaaabbbbb", a=10, b=90)], 1.5, "no_convergence"),
        # everybody of x is in a, so a can't be fewer than x
        ([margin("aaaaabbbbb", a=10, b=90), margin("xxxxxyyyyy", x=50, y=50)], None, "no_convergence"),
    ],
)
def test_weights_that_can_t_be_made_are_refused_with_a_word(margins, at_most, why):
    found = rake(margins, at_most=at_most)
    assert (found.note, len(found.values)) == (why, 0)


def test_a_class_that_nobody_was_asked_in_needs_no_respondents():
    assert rake([margin("aaaaa", a=10, b=0)]).note == ""


def test_everyone_alike_has_no_error_and_no_interval():
    found = weighted_mean(rake([margin("aaaaabbbbb", a=10, b=30)]), np.ones(10))
    assert (found.value, found.error, found.logit_interval()) == (1.0, 0.0, None)


@pytest.mark.parametrize("answer", [0.0, 1.0])
def test_a_weighted_share_never_leaves_its_range_by_rounding(answer):
    weights = rake([margin("a" * 10 + "b" * 30, a=50, b=50)])
    assert weighted_mean(weights, np.full(40, answer)).value == answer
