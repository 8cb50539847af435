"""What a change of the table does to each measure: what its docstring says, and nothing else."""

import numpy as np
import pytest

from evallib.codebook.model import Option
from evallib.measures.change import changed_share, group_difference, paired_change, several_groups
from evallib.measures.distributions import balance, coded, distribution, median, top_share
from evallib.measures.scales import reliability

RANDOM = np.random.default_rng(7)
A, B = RANDOM.integers(1, 6, 14).astype(float), RANDOM.integers(2, 6, 17).astype(float)
NOW, BEFORE = RANDOM.integers(2, 6, 25).astype(float), RANDOM.integers(1, 5, 25).astype(float)
ITEMS = RANDOM.integers(1, 5, (40, 1)) + RANDOM.integers(0, 2, (40, 4)).astype(float)
CODES = RANDOM.choice(["1", "2", "3", "4", "5", "ek", None], 60).astype(object)
OPTIONS = tuple(Option(str(n), {}, n - 3.0) for n in range(1, 6)) + (Option("ek", {}),)


def said(*parts):
    return pytest.approx(parts, rel=1e-9, nan_ok=True)


def shuffled(rows):
    return rows[np.random.default_rng(1).permutation(len(rows))]


def question(codes, options=OPTIONS):
    """Everything that is measured of a question, by the options' codes."""
    one = coded("T01", codes, options)
    by_code = {dict(cell.dims)["answer"]: cell.count for cell in distribution(one) if cell.count}
    return by_code, top_share(one, one.top()), balance(one), median(one)


def test_the_order_of_people_changes_nothing():
    assert question(shuffled(CODES)) == question(CODES)
    one, other = group_difference(A, B), group_difference(shuffled(A), shuffled(B))
    assert (other.p, other.effect, other.shift, *other.interval) == said(
        one.p, one.effect, one.shift, *one.interval
    )
    together = shuffled(np.column_stack([NOW, BEFORE]))
    one, other = paired_change(NOW, BEFORE), paired_change(*together.T)
    assert (other.p, other.effect, other.shift, *other.interval) == said(
        one.p, one.effect, one.shift, *one.interval
    )
    assert changed_share(*(together >= 4).T) == changed_share(NOW >= 4, BEFORE >= 4)
    assert reliability(shuffled(ITEMS), (1, 6)).alpha == pytest.approx(reliability(ITEMS, (1, 6)).alpha)


def test_the_order_of_columns_changes_only_the_order_of_what_is_said_by_item():
    whole, turned = reliability(ITEMS, (1, 6)), reliability(ITEMS[:, ::-1], (1, 6))
    assert turned.alpha == pytest.approx(whole.alpha)
    assert turned.omega == pytest.approx(whole.omega, rel=1e-6)
    assert turned.item_rest == said(*whole.item_rest[::-1])


def test_other_codes_for_the_same_options_change_only_the_names_in_the_distribution():
    renamed = tuple(
        Option("x" + one.code, {}, one.value) if one.value is not None else one for one in OPTIONS
    )
    codes = np.array([one if one in (None, "ek") else "x" + one for one in CODES], dtype=object)
    (counts, *rest), (counts2, *rest2) = question(CODES), question(codes, renamed)
    assert rest2 == rest
    assert {code.removeprefix("x"): n for code, n in counts2.items()} == counts


def test_an_option_that_nobody_chose_changes_no_share_of_the_same_options_and_no_median():
    more = (*OPTIONS, Option("eik", {}))
    assert question(CODES, more) == question(CODES)
    groups = {"a": A, "b": B}
    assert several_groups(groups | {"nobody": np.zeros(0)}) == several_groups(groups)


def test_another_even_spacing_of_the_scale_moves_shifts_and_leaves_p_and_effect():
    plain, wide = group_difference(A, B), group_difference(10 * A, 10 * B)
    assert (wide.p, wide.effect, wide.shift) == said(plain.p, plain.effect, 10 * plain.shift)
    plain, wide = paired_change(NOW, BEFORE), paired_change(10 * NOW, 10 * BEFORE)
    assert (wide.p, wide.effect, wide.shift) == said(plain.p, plain.effect, 10 * plain.shift)


def test_swapping_groups_or_waves_turns_effect_interval_and_shift_round_and_leaves_p():
    for limit in (50, 0):
        one, other = group_difference(A, B, exact=limit), group_difference(B, A, exact=limit)
        assert (other.p, other.effect, other.shift) == said(one.p, -one.effect, -one.shift)
        assert other.interval == said(-one.interval[1], -one.interval[0])
        one, other = paired_change(NOW, BEFORE, exact=limit), paired_change(BEFORE, NOW, exact=limit)
        assert (other.p, other.effect, other.shift) == said(one.p, -one.effect, -one.shift)
        assert other.interval == said(-one.interval[1], -one.interval[0])
    one, other = changed_share(NOW >= 4, BEFORE >= 4), changed_share(BEFORE >= 4, NOW >= 4)
    assert (other.p, other.effect, other.shift) == said(one.p, -one.effect, -one.shift)
    tested, pairs = several_groups({"a": A, "b": B})
    tested2, pairs2 = several_groups({"b": B, "a": A})
    assert (tested2.p, tested2.effect) == said(tested.p, tested.effect)
    assert pairs2["b", "a"] == pytest.approx(pairs["a", "b"])


def test_turning_the_whole_scale_round_turns_balance_and_effects_round_and_leaves_alpha():
    turned = tuple(Option(one.code, {}, None if one.value is None else -one.value) for one in OPTIONS)
    assert balance(coded("T", CODES, turned)).value == -balance(coded("T", CODES, OPTIONS)).value
    assert group_difference(-A, -B).effect == -group_difference(A, B).effect
    assert reliability(7 - ITEMS, (1, 6)).alpha == pytest.approx(reliability(ITEMS, (1, 6)).alpha)


def test_everybody_twice_leaves_shares_medians_balances_and_effects_and_narrows_intervals():
    (counts, share, points, middle), (counts2, share2, points2, middle2) = (
        question(codes) for codes in (CODES, np.concatenate([CODES, CODES]))
    )
    assert counts2 == {code: 2 * n for code, n in counts.items()}
    assert (share2.value, points2.value, middle2.value) == (share.value, points.value, middle.value)
    assert share.interval[0] < share2.interval[0] < share2.interval[1] < share.interval[1]
    assert points.interval[0] < points2.interval[0] < points2.interval[1] < points.interval[1]
    one, two = group_difference(A, B), group_difference(np.tile(A, 2), np.tile(B, 2))
    assert (two.effect, two.shift, two.n) == said(one.effect, one.shift, 2 * one.n)
    assert two.p < one.p
    assert reliability(np.tile(ITEMS, (2, 1)), (1, 6)).alpha == pytest.approx(
        reliability(ITEMS, (1, 6)).alpha
    )
