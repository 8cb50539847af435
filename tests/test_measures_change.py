"""Tests have floors, count their people, and refuse what they can't answer."""

import numpy as np
import pytest

from evallib.measures.adapter import holm, mann_whitney
from evallib.measures.change import group_difference, paired_change
from evallib.measures.scales import alpha


def numbers(*values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def test_nine_pairs_that_differ_are_too_few_and_ten_are_enough():
    before = numbers(*[2] * 12)
    nine = numbers(*[3] * 9, 2, 2, 2)
    ten = numbers(*[3] * 10, 2, 2)
    assert (paired_change(nine, before).p, paired_change(nine, before).note) == (None, "pairs_under_10")
    tested = paired_change(ten, before)
    assert tested.n == 12
    assert tested.p < 0.01
    assert tested.effect == 1.0


def test_pairs_with_a_missing_end_are_left_out_and_not_counted():
    assert paired_change(numbers(1, None, 3), numbers(1, 2, None)).n == 1


def test_nobody_changed_is_no_test_but_a_shift_of_zero():
    tested = paired_change(numbers(*[3] * 15), numbers(*[3] * 15))
    assert (tested.n, tested.p, tested.shift, tested.note) == (15, None, 0.0, "pairs_under_10")


def test_no_pairs_at_all():
    assert paired_change(numbers(), numbers()).n == 0


def test_groups_of_nine_are_too_small_and_all_alike_is_no_difference():
    assert group_difference(numbers(*[1] * 9), numbers(*[2] * 20)).note == "group_under_10"
    assert group_difference(numbers(), numbers(*[2] * 20)).n == 0
    assert group_difference(numbers(*[1] * 10), numbers(*[1] * 10)).note == "all_alike"


def test_a_group_that_answers_higher_has_a_positive_effect():
    tested = group_difference(numbers(*range(10, 20)), numbers(*range(10)))
    assert (tested.n, tested.effect) == (10, 1.0)


def test_holm_corrects_within_the_family_and_leaves_gaps_alone():
    corrected = holm([0.01, 0.04, 0.03, float("nan")])
    assert corrected[:3] == pytest.approx((0.03, 0.06, 0.06))
    assert np.isnan(corrected[3])
    assert np.isnan(holm([float("nan")])[0])


def test_missing_values_never_reach_a_test_silently():
    with pytest.raises(ValueError):
        mann_whitney(numbers(1, None), numbers(1, 2))


def test_alpha_needs_two_people_two_items_and_some_difference():
    assert alpha(np.array([[1.0, 2.0]])).alpha is None
    assert alpha(np.array([[1.0], [2.0]])).alpha is None
    assert alpha(np.array([[3.0, 3.0], [3.0, 3.0]])).alpha is None
