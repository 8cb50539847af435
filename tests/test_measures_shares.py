"""Shares, distributions, medians, balances: what a person with a pencil gets, and the floors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from evallib.codebook.model import Option
from evallib.measures.distributions import balance, coded, distribution, median, top_share
from evallib.measures.proportions import newcombe, share, wilson

SCALE = tuple(Option(str(n), {}, float(n)) for n in range(1, 6)) + (Option("ek", {}),)


def answered(*codes):
    return coded("T", np.array([code or None for code in codes], dtype=object), SCALE, ["unknown"])


def test_a_share_of_ten_is_a_share_and_of_nine_is_a_count():
    assert share(4, 10).value == 0.4
    below = share(4, 9)
    assert (below.value, below.count, below.base, below.note) == (None, 4, 9, "base_under_10")
    assert share(11, 11).value == 1.0


def test_a_share_of_nothing_says_that_there_is_no_data():
    assert (share(0, 0).value, share(0, 0).note) == (None, "no_data")


def test_the_interval_shrinks_with_the_part_of_the_frame_that_answered():
    free, half, all_but_one = (wilson(8, 20, population=n) for n in (None, 40, 21))
    assert free[0] < half[0] < all_but_one[0] < 0.4 < all_but_one[1] < half[1] < free[1]
    assert wilson(8, 20, population=20) == (0.4, 0.4)


@pytest.mark.parametrize(("count", "base"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_proportion_has_no_interval(count, base):
    with pytest.raises(ValueError):
        wilson(count, base)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_0_and_1(pair):
    count, base = pair
    low, high = wilson(count, base)
    assert 0 <= low <= count / base <= high <= 1
    assert low < high


def test_wilson_intervals_cover_as_often_as_counting_all_outcomes_says():
    coverage = [
        sum(binom.pmf(k, n, p) for k in range(n + 1) if wilson(k, n)[0] <= p <= wilson(k, n)[1])
        for n in (5, 7, 12, 30, 100)
        for p in (0.05, 0.2, 0.5)
    ]
    found = np.mean(coverage), min(coverage), max(coverage)
    assert found == pytest.approx((0.9597, 0.9375, 0.9844), abs=5e-5)


def test_the_policy_may_ask_for_another_interval():
    ends = {
        method: share(3, 12, method=method).interval for method in ("wilson", "clopper_pearson", "jeffreys")
    }
    assert ends["clopper_pearson"][0] < ends["jeffreys"][0] < ends["wilson"][0] < 0.25
    assert (
        share(0, 12, method="clopper_pearson").interval[0] == share(0, 12, method="jeffreys").interval[0] == 0
    )


def test_the_difference_of_equal_shares_has_a_symmetric_interval():
    low, high = newcombe(5, 20, 5, 20)
    assert low == pytest.approx(-high)


def test_dont_know_and_unknown_codes_are_counted_but_are_no_base():
    one = answered("5", "4", "2", "ek", "unknown", "")
    by_code = {dict(cell.dims)["answer"]: (cell.count, cell.base) for cell in distribution(one)}
    assert by_code == {
        "1": (0, 3),
        "2": (1, 3),
        "3": (0, 3),
        "4": (1, 3),
        "5": (1, 3),
        "ek": (1, 3),
        "unknown": (1, 3),
    }
    assert top_share(one, one.top(), floor=3).value == pytest.approx(2 / 3)


@given(st.lists(st.sampled_from(["1", "2", "3", "4", "5", "ek", "unknown", ""]), max_size=40))
def test_a_distribution_adds_up_to_everybody_who_answered(codes):
    cells = distribution(answered(*codes))
    assert sum(cell.count for cell in cells) == sum(code != "" for code in codes)
    substantive = [cell.count for cell in cells if dict(cell.dims)["answer"] in "12345"]
    assert all(cell.base == sum(substantive) for cell in cells)


def test_the_median_lies_half_way_between_two_answers():
    assert median(answered("4", "5", "ek")).value == 4.5
    assert median(answered("1", "2", "5")).value == 2
    assert median(answered("ek", "")).note == "no_data"


def test_everyone_alike_has_a_share_of_one_and_a_whole_median():
    one = answered(*["5"] * 10)
    assert (top_share(one, one.top()).value, median(one).value) == (1.0, 5.0)


def test_the_balance_is_increase_minus_decrease_in_points():
    scale = tuple(Option(code, {}, value) for code, value in (("m", -1.0), ("z", 0.0), ("p", 1.0)))
    one = coded("N07", np.array(["p"] * 5 + ["z"] * 3 + ["m"] * 2, dtype=object), scale)
    cell = balance(one)
    assert cell.value == pytest.approx(30.0)
    # variance (0.5 + 0.2 - 0.09) / 10 = 0.061; 1.959964 * sqrt(0.061) = 0.484077
    assert cell.interval == pytest.approx((30 - 48.4077, 30 + 48.4077), abs=1e-3)
    assert balance(one, floor=11).note == "base_under_11"
