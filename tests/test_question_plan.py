"""What may be shown of one question by region and sector, and of its later drafts."""

from __future__ import annotations

import numpy as np
import pytest

from evallib.privacy.forms import Counts, Key, answer_classes, forms_of, indicator
from evallib.privacy.project import plan_project
from evallib.privacy.question import QuestionPlan, across, plan_later, plan_question

MERGES = (((0, 1), (2, 3)), (), ((0, 1), (3, 4)))


def survey(n: int, seed: int, shape: tuple[int, int, int] = (4, 3, 5)) -> Counts:
    lot = np.random.default_rng(seed)
    share = lot.dirichlet(np.full(int(np.prod(shape)), 1.5))
    return lot.multinomial(n, share).reshape(shape)


def overall(key: Key) -> bool:
    return not key[0] and not key[1]


def ranges(plan: QuestionPlan, counts: Counts) -> dict[Key, int]:
    """How far apart the proofs bring each hidden count; every proof agrees with all that is shown."""
    for key, value in plan.shown.items():
        assert set(plan.worlds @ indicator(counts.shape, key)) == {value}, key
    assert (plan.worlds >= 0).all() and (plan.worlds == np.round(plan.worlds)).all()
    return {key: int(np.ptp(plan.worlds @ indicator(counts.shape, key))) for key in plan.hidden}


@pytest.mark.parametrize(("n", "seed"), [(30, 1), (150, 2), (400, 4)])
def test_no_small_count_is_shown_and_every_hidden_one_keeps_four_possible_values(n: int, seed: int) -> None:
    counts = survey(n, seed)
    plan = plan_question(counts, MERGES)
    assert [key for key, value in plan.shown.items() if 0 < value < 5 and not overall(key)] == []
    assert plan.hidden
    assert min(ranges(plan, counts).values()) >= 3


def test_a_group_that_answered_alike_can_be_thought_otherwise() -> None:
    counts = np.full((3, 2, 2), 12)
    counts[0, :, 1] = 0
    plan = plan_question(counts)
    others = plan.worlds @ indicator(counts.shape, ((0,), (), (1,)))
    assert others.max() >= 4
    assert ((0,), (), (1,)) in plan.hidden


def test_what_is_safe_is_shown_whole() -> None:
    counts = np.full((3, 2, 2), 12)
    plan = plan_question(counts)
    assert (plan.hidden, plan.withheld) == (frozenset(), False)
    assert plan.shown[((0,), (), (1,))] == 24


@pytest.mark.parametrize(
    ("totals", "classes"),
    [
        ([30, 30, 30], [(0,), (1,), (2,)]),
        ([30, 0, 30], [(0,), (1,), (2,)]),
        ([30, 10, 30], [(0,), (1,), (2,)]),
        ([9, 40, 30], [(0, 1), (2,)]),
        ([40, 9, 30], [(0,), (1, 2)]),
        ([3, 3, 3], [(0, 1, 2)]),
    ],
)
def test_answers_that_few_gave_are_united_with_their_smaller_neighbour(
    totals: list[int], classes: list[tuple[int, ...]]
) -> None:
    assert answer_classes(totals, 5) == classes


def test_what_an_earlier_release_hid_stays_hidden() -> None:
    kept = ((0,), (), (1,))
    plan = plan_question(np.full((3, 2, 2), 12), kept=[kept])
    assert kept in plan.hidden


def test_without_time_to_prove_anything_the_breakdown_is_withheld() -> None:
    plan = plan_question(survey(150, 2), MERGES, seconds=0.0)
    assert plan.withheld
    assert all(overall(key) for key in plan.shown)


def test_no_late_answers_change_nothing() -> None:
    counts = survey(150, 2)
    plan = plan_question(counts, MERGES)
    assert plan_later(plan, counts, counts, MERGES) is plan


def test_a_few_late_answers_wait() -> None:
    counts = survey(150, 2)
    plan, late = plan_question(counts, MERGES), counts.copy()
    late[0, 0, 0] += 9
    again = plan_later(plan, counts, late, MERGES)
    assert (again.waits, again.shown) == (True, plan.shown)


def test_an_answer_that_is_taken_back_waits() -> None:
    counts = survey(400, 3)
    fewer = counts.copy()
    fewer[np.unravel_index(counts.argmax(), counts.shape)] -= 1
    assert plan_later(plan_question(counts), counts, fewer).waits


def test_a_part_told_before_and_the_whole_told_now_may_leave_few_people() -> None:
    # Of region 0, 24 gave answer 0 and 3 gave answer 1; then one more came who gave answer 0.
    first, late = np.full((3, 2, 3), 12), np.full((3, 2, 3), 12)
    first[0, :, 1], late[0, :, :2] = [3, 0], [[1, 0], [0, 0]]
    forms = forms_of((3, 2, 3), [(0,), (1,), (2,)], ((), (), ((0, 1),)))
    old = [forms.keys.index(((0,), (), (0,)))]
    truth = np.concatenate([first.ravel(), late.ravel()]).astype(float)
    whole = forms.matrix[forms.keys.index(((0,), (), (0, 1)))]
    left = np.concatenate([whole - forms.matrix[old[0]], whole])  # 3 + 1 people
    found = across(forms, old, truth, 5)
    assert (found == left).all(axis=1).any()
    assert set(found @ truth) <= {1, 2, 3, 4}


def test_questions_of_the_same_people_share_the_worlds_of_their_groups() -> None:
    people = survey(150, 5).sum(axis=2)
    lot = np.random.default_rng(6)
    asked = [np.apply_along_axis(lambda n: lot.multinomial(n[0], [0.2, 0.3, 0.5]), 2, people[..., None])
             for _ in range(3)]  # fmt: skip
    plans = plan_project(asked)
    groups = [{tuple(one.reshape(4, 3, 3).sum(axis=2).ravel()) for one in plan.worlds} for plan in plans]
    sizes = [{key for key in plan.hidden if not key[2]} for plan in plans]
    assert sizes[0] == sizes[1] == sizes[2]
    for plan, counts in zip(plans, asked, strict=True):
        assert min(ranges(plan, counts).values()) >= 3
    assert groups[0] == groups[1] == groups[2]
