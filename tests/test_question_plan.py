"""What may be shown of one question by region and sector, and of its later drafts."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import numpy as np
import pytest
import scipy.optimize

from evallib.privacy.breakdowns import Axis, Table
from evallib.privacy.forms import Counts, Key, forms_of, indicator
from evallib.privacy.planning import Plan, plan_later, plan_table
from evallib.privacy.sensitive import across
from evallib.privacy.work import Work
from evallib.results import Mask, ResultId

WIDER = {"north": (0, 1), "south": (2, 3)}


def survey(n: int, seed: int, shape: tuple[int, int, int] = (4, 3, 5)) -> Counts:
    lot = np.random.default_rng(seed)
    share = lot.dirichlet(np.full(int(np.prod(shape)), 1.5))
    return lot.multinomial(n, share).reshape(shape)


def table_of(counts: Counts, profile: bool = False) -> Table:
    """All one- and two-way counts; of a profile those without answers, of a question by it those with."""
    regions, sectors, answers = ([(), *((i,) for i in range(size))] for size in counts.shape)
    axes = (Axis("region", tuple("abcd"[: counts.shape[0]]), WIDER), Axis("sector", tuple("xyz")))
    rows = tuple(str(i) for i in range(counts.shape[2]))
    table = Table("t", "q1", "" if profile else "T01", axes, rows, counts, tuple(range(len(rows))))
    for key in ((r, s, a) for r in regions + list(WIDER.values()) for s in sectors for a in answers):
        if any(key[:2]) and not all(key) and counts.shape[0] == 4:
            table.printed[key] = [ResultId("2025", "I22", "t01", (("key", str(len(table.printed))),))]
    return table


def shown(plan: Plan) -> dict[Key, int]:
    return {key: plan.table.value(key) for key in set(plan.keys) - plan.hidden_keys()}


def ranges(plan: Plan) -> dict[Key, int]:
    """How far apart the proofs bring each hidden count; every proof agrees with all that is shown."""
    shape = plan.table.counts.shape
    for key, value in shown(plan).items():
        assert set(plan.worlds @ indicator(shape, key)) == {value}, key
    assert (plan.worlds >= 0).all() and (plan.worlds == np.round(plan.worlds)).all()
    fine = {key for key in plan.hidden_keys() if key[0] not in WIDER.values()}
    return {key: int(np.ptp(plan.worlds @ indicator(shape, key))) for key in fine}


@pytest.mark.parametrize(("n", "seed"), [(100, 1), (150, 2), (400, 4)])
def test_no_small_count_is_shown_and_every_hidden_one_keeps_four_possible_values(n: int, seed: int) -> None:
    plan = plan_table(table_of(survey(n, seed)), 5)
    assert plan.mask is Mask.SECONDARY
    assert [key for key, value in shown(plan).items() if 0 < value < 5 and any(key[:2])] == []
    assert min(ranges(plan).values()) >= 3


def test_a_group_that_answered_alike_can_be_thought_otherwise() -> None:
    counts = np.full((4, 2, 2), 12)
    counts[0, :, 1] = 0
    plan = plan_table(table_of(counts), 5)
    assert (plan.worlds @ indicator(counts.shape, ((0,), (), (1,)))).max() >= 4
    assert ((0,), (), (1,)) in plan.hidden_keys()


def test_what_is_safe_is_shown_whole() -> None:
    plan = plan_table(table_of(np.full((4, 2, 2), 12)), 5)
    assert plan.hidden_keys() == set()
    assert shown(plan)[((0,), (), (1,))] == 24


def test_answers_that_few_gave_are_not_told_by_background() -> None:
    counts = np.full((4, 2, 3), 12)
    counts[:, :, 0] = 0
    counts[0, 0, 0] = 9
    plan = plan_table(table_of(counts), 5)
    assert [key for key in shown(plan) if key[2] == (0,) and any(key[:2])] == []


def test_what_an_earlier_release_hid_stays_hidden() -> None:
    kept = ((0,), (), (1,))
    plan = plan_table(table_of(np.full((4, 2, 2), 12)), 5, kept=[kept])
    assert kept in plan.hidden_keys()


def test_without_programmes_to_prove_anything_the_breakdown_is_withheld() -> None:
    plan = plan_table(table_of(survey(150, 2)), 5, work=Work(most=0))
    assert plan.mask is Mask.WITHHELD and not plan.short
    assert not any(any(key[:2]) for key in shown(plan))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock on which every look takes 10 seconds; the limits of seconds that programmes were given."""
    looks, limits = count(0.0, 10.0), list[float]()
    real = scipy.optimize.milp

    def told(*given: Any, options: dict[str, Any], **more: Any) -> Any:
        limits.append(options["time_limit"])
        return real(*given, options=options, **more)

    monkeypatch.setattr(time, "monotonic", lambda: next(looks))
    monkeypatch.setattr(scipy.optimize, "milp", told)
    return limits


def test_a_machine_that_takes_ten_seconds_for_a_programme_masks_as_a_quick_one(
    slow: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_of(survey(150, 2))
    busy = plan_table(table, 5)
    assert len(slow) >= 10 and min(slow) > 1800  # seconds that are left for one: no programme came near
    monkeypatch.undo()
    quick = plan_table(table, 5)
    assert busy.hidden_keys() == quick.hidden_keys() and not busy.short
    assert np.array_equal(busy.worlds, quick.worlds)


def test_what_the_clock_ends_after_all_is_withheld_and_says_so(slow: list[float]) -> None:
    plan = plan_table(table_of(survey(150, 2)), 5, work=Work(until=25.0))
    assert slow == [25.0, 15.0, 5.0]
    assert plan.mask is Mask.WITHHELD and plan.short
    assert not any(any(key[:2]) for key in shown(plan))


def test_late_answers_wait_where_the_clock_ends_the_search(slow: list[float]) -> None:
    counts = survey(2000, 3)
    first = plan_table(table_of(counts), 5)
    told = first.hidden_keys(), list(shown(first))
    now = table_of(counts + survey(1500, 4))
    later = plan_later(now, first.table, 5, None, *told, work=Work(until=0.0))
    assert later is not None and later.mask is Mask.LATE and later.short


def test_an_answer_that_is_taken_back_waits() -> None:
    counts = survey(400, 3)
    fewer = counts.copy()
    fewer[np.unravel_index(counts.argmax(), counts.shape)] -= 1
    first = plan_table(table_of(counts), 5)
    assert plan_later(table_of(fewer), first.table, 5, None, first.hidden_keys(), list(shown(first))) is None


def test_a_later_draft_is_proved_beside_the_first() -> None:
    counts = survey(2000, 3)
    first = plan_table(table_of(counts), 5)
    now = table_of(counts + survey(1500, 4))
    later = plan_later(now, first.table, 5, None, first.hidden_keys(), list(shown(first)))
    assert later is not None
    assert first.hidden_keys() <= later.hidden_keys()
    halves = later.worlds.reshape(len(later.worlds), 2, -1)
    for key, value in shown(first).items():
        assert set(halves[:, 0] @ indicator(counts.shape, key)) == {value}
    for key, value in shown(later).items():
        assert set(halves.sum(axis=1) @ indicator(counts.shape, key)) == {value}


def test_a_part_told_before_and_the_whole_told_now_may_leave_few_people() -> None:
    # Of region 0, 24 gave answer 0 and 3 gave answer 1; then one more came who gave answer 0.
    first, late = np.full((3, 2, 3), 12), np.full((3, 2, 3), 12)
    first[0, :, 1], late[0, :, :2] = [3, 0], [[1, 0], [0, 0]]
    forms = forms_of((3, 2, 3), [((0,), (), (0,)), ((0,), (), (0, 1))], {})
    old = [forms.keys.index(((0,), (), (0,)))]
    truth = np.concatenate([first.ravel(), late.ravel()]).astype(float)
    whole = forms.matrix[forms.keys.index(((0,), (), (0, 1)))]
    left = np.concatenate([whole - forms.matrix[old[0]], whole])  # 3 + 1 people
    assert any(np.array_equal(row, left) for row in across(forms, old, truth, 5))


def test_the_sizes_of_groups_that_prove_the_profile_stay_possible_in_every_question() -> None:
    lot = np.random.default_rng(7)
    people = survey(300, 7, (4, 3, 1))
    asked = [
        np.apply_along_axis(lambda n: lot.multinomial(n[0], [0.2, 0.3, 0.5]), 2, people) for _ in range(2)
    ]
    sizes = plan_table(table_of(people, profile=True), 5)
    for counts in asked:
        plan = plan_table(table_of(counts), 5, sizes)
        assert plan.mask is Mask.SECONDARY
        assert {key for key in plan.hidden_keys() if not key[2]} == sizes.hidden_keys()
        assert min(ranges(plan).values()) >= 3
        groups = {tuple(one.reshape(4, 3, 3).sum(axis=2).ravel()) for one in plan.worlds}
        assert {tuple(one) for one in sizes.worlds} <= groups | {tuple(sizes.worlds[0])}
