"""Tests have floors, count their people, name their method, and refuse what they can't answer."""

import numpy as np
import pytest

from evallib.measures.adapter import corrected, mann_whitney
from evallib.measures.change import changed_share, group_difference, paired_change, several_groups
from evallib.measures.ranks import dominance, hodges_lehmann
from evallib.measures.scales import reliability


def numbers(*values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def test_nine_pairs_that_differ_are_too_few_and_ten_are_enough():
    before = numbers(*[2] * 12)
    nine = numbers(*[3] * 9, 2, 2, 2)
    ten = numbers(*[3] * 10, 2, 2)
    assert (paired_change(nine, before).p, paired_change(nine, before).note) == (None, "pairs_under_10")
    tested = paired_change(ten, before)
    assert tested.n == 12
    assert tested.p == 2 / 2**10, "all ten moved the same way: one of 2^10 ways, and its mirror"
    assert (tested.effect, tested.interval, tested.method) == (1.0, None, "wilcoxon_pratt_exact")


def test_pairs_with_a_missing_end_are_left_out_and_not_counted():
    assert paired_change(numbers(1, None, 3), numbers(1, 2, None)).n == 1


def test_nobody_changed_is_no_test_but_a_shift_of_zero():
    tested = paired_change(numbers(*[3] * 15), numbers(*[3] * 15))
    assert (tested.n, tested.p, tested.shift, tested.note) == (15, None, 0.0, "pairs_under_10")


def test_no_pairs_at_all():
    assert paired_change(numbers(), numbers()).n == 0
    assert changed_share(np.zeros(0, bool), np.zeros(0, bool)).shift is None


def test_groups_of_nine_are_too_small_and_all_alike_is_no_difference():
    assert group_difference(numbers(*[1] * 9), numbers(*[2] * 20)).note == "group_under_10"
    assert group_difference(numbers(), numbers(*[2] * 20)).n == 0
    assert group_difference(numbers(*[1] * 10), numbers(*[1] * 10)).note == "all_alike"


def test_a_group_that_answers_higher_has_a_positive_effect_and_shift():
    tested = group_difference(numbers(*range(10, 20)), numbers(*range(10)))
    assert (tested.n, tested.effect, tested.shift) == (10, 1.0, 10.0)


def test_beyond_fifty_answers_the_test_is_asymptotic_and_says_so():
    fifty, more = (group_difference(numbers(*range(25)), numbers(*range(n))) for n in (25, 26))
    assert (fifty.method, more.method) == ("mann_whitney_exact", "mann_whitney")


def test_ten_thousand_people_a_group_make_no_table_of_all_pairs():
    first, second = np.arange(10_000.0) % 7, np.arange(10_000.0) % 5
    assert dominance(first, second).value == pytest.approx(0.2857, abs=1e-3)
    assert hodges_lehmann(first, second) == 1.0


def test_small_groups_are_left_out_of_several_and_one_alone_is_not_tested():
    groups = {"a": numbers(*[1, 2] * 5), "b": numbers(*[4, 5] * 5), "c": numbers(3, 3)}
    tested, pairs = several_groups(groups)
    assert (tested.n, set(pairs)) == (10, {("a", "b")})
    alone, none = several_groups({"a": groups["a"], "c": groups["c"]})
    assert (alone.note, alone.p, none) == ("group_under_10", None, {})
    assert several_groups({})[0].note == "group_under_10"


def test_shares_of_the_same_people_change_by_those_who_changed_their_answer():
    now, before = np.array([True] * 11 + [False] * 3 + [True] * 6), np.array([False] * 11 + [True] * 9)
    tested = changed_share(now, before)
    assert (tested.n, tested.shift, tested.effect) == (20, 8 / 20, 8 / 14)
    assert changed_share(now[:9], before[:9]).note == "pairs_under_10"


def test_holm_corrects_within_the_family_and_leaves_gaps_alone():
    found = corrected([0.01, 0.04, 0.03, float("nan")])
    assert found[:3] == pytest.approx((0.03, 0.06, 0.06))
    assert np.isnan(found[3])
    assert np.isnan(corrected([float("nan")])[0])


def test_missing_values_never_reach_a_test_silently():
    with pytest.raises(ValueError):
        mann_whitney(numbers(1, None), numbers(1, 2))


SCALE = np.array([[1, 2, 5], [2, 2, 4], [4, 5, 2], [5, 4, 1], [3, 3, 4]] * 6, dtype=float)


def test_reliability_needs_thirty_people_two_items_and_some_difference():
    assert reliability(SCALE[:29], (1, 5)).note == "base_under_30"
    assert reliability(SCALE[:, :1], (1, 5)).note == "one_item"
    assert reliability(np.full((30, 3), 3.0), (1, 5)).note == "all_alike"
    assert reliability(np.full((30, 3), np.nan), (1, 5)).n == 0


def test_an_item_that_runs_against_the_others_makes_no_scale_until_it_is_turned():
    refused = reliability(SCALE, (1, 5))
    assert (refused.note, refused.alpha) == ("negative_item_rest", None)
    turned = reliability(SCALE, (1, 5), turned=(2,))
    assert turned.alpha > 0.8
    assert min(turned.item_rest) > 0
