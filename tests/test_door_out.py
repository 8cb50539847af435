"""Nobody can be found in what leaves by the door out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from conftest import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from evallib.plan.model import Dimension, Policy
from evallib.privacy import attack, work
from evallib.privacy.door_out import Draft, MaskPlan, door_out
from evallib.results import Cell, Kind, Mask, ReleasedCell, Result, ResultId

POLICY = Policy()
Table = Mapping[str, Mapping[str, int]]  # region → answer → people
Released = Mapping[ResultId, ReleasedCell]


def result(measure: str, cells: Iterable[Cell], kind: Kind = Kind.COUNT, **facts: object) -> Result:
    facts = {"universe": "q1", "unit": "answers"} | facts
    return Result("2025", "I22", measure, kind, cells=tuple(cells), **facts)  # type: ignore[arg-type]


def survey(table: Table, top: tuple[str, ...] = ()) -> list[Result]:
    """T01 overall and by region: counts by answer, how many answered, and the share of ``top``."""
    codes = tuple(next(iter(table.values())))
    base = {region: sum(counts.values()) for region, counts in table.items()}
    n = sum(base.values())
    total = {code: sum(counts[code] for counts in table.values()) for code in codes}
    every, key = (("answer:T01", codes),), {"numerator": (("answer:T01", codes),)}
    by = {"protected": True, "dims": ("answer", "region"), "denominator": every}
    found = [
        result(
            "t01",
            [Cell((("answer", code),), total[code], total[code], n) for code in codes],
            dims=("answer",),
            denominator=every,
            **key,
        ),
        result("t01_n", [Cell((), n, n, n)], **key),
        result(
            "t01",
            [
                Cell((("answer", code), ("region", region)), counts[code], counts[code], base[region])
                for region, counts in table.items()
                for code in codes
            ],
            **by,
            **key,
        ),
        result(
            "t01_n",
            [Cell((("region", r),), size, size, size + 1) for r, size in base.items()],
            dims=("region",),
            protected=True,
            **key,
        ),
    ]
    if top:
        counted = {r: sum(counts[code] for code in top) for r, counts in table.items()}
        shares = [
            Cell((("region", r),), counted[r] / size if size else None, counted[r], size)
            for r, size in base.items()
        ]
        facts = by | {"dims": ("region",), "numerator": (("answer:T01", top),)}
        found.append(result("t01_top2", shares, Kind.SHARE, **facts))
    return found


def profile(sizes: Mapping[str, int]) -> Result:
    cells = [Cell((("region", r),), n, n, sum(sizes.values())) for r, n in sizes.items()]
    return result("q1_region", cells, dims=("region",), protected=True)


def regions(**merges: str) -> Dimension:
    words = {"fi": "x", "sv": "x", "en": "x"}
    return Dimension.model_validate(
        {"code": "region", "name": words, "labels": {"a": words},
         "merges": {name: list(codes) for name, codes in merges.items()}})  # fmt: skip


def cell(released: Released, name: str) -> ReleasedCell:
    return released[ResultId.parse(f"2025/I22.{name}")]


def hidden(released: Released) -> set[str]:
    return {str(name).split(".", 1)[1] for name, one in released.items() if one.mask is not None}


def test_administrative_counts_pass_exactly_whatever_their_size() -> None:
    events = result("events", [Cell((), 2, 2)], universe="events")
    cells, _ = door_out([events], POLICY)
    assert cell(cells, "events").value == 2


@pytest.mark.parametrize(("count", "shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_group_is_shown_from_the_threshold_on_and_when_it_is_empty(count: int, shown: bool) -> None:
    cells, _ = door_out([profile({"a": count, "b": 30, "c": 20, "d": 10})], POLICY)
    assert cell(cells, "q1_region[region=a]").shown is shown


def test_a_masked_cell_has_no_number_and_no_note_left() -> None:
    cells, _ = door_out([profile({"a": 3, "b": 30, "c": 20})], POLICY)
    one = cell(cells, "q1_region[region=a]")
    assert (one.value, one.count, one.base, one.interval, one.note) == (None, None, None, None, "")


def test_one_small_group_takes_the_smallest_sufficient_other_with_it() -> None:
    cells, _ = door_out([profile({"a": 3, "b": 30, "c": 20, "d": 10})], POLICY)
    assert hidden(cells) == {"q1_region[region=a]", "q1_region[region=d]"}


def test_acts_of_few_people_are_hidden_however_many_they_are() -> None:
    acts = {"a": 9, "b": 30, "c": 20, "d": 12}
    people = {"a": 4, "b": 25, "c": 20, "d": 5}
    cells_of = tuple(Cell((("region", r),), n, n, 71, people=people[r]) for r, n in acts.items())
    counted = result("by_region", cells_of, dims=("region",), universe="participations", protected=True)
    cells, _ = door_out([counted], POLICY)
    assert hidden(cells) == {"by_region[region=a]", "by_region[region=d]"}  # d, that a can't be worked out


def test_a_wider_class_is_told_where_one_of_its_own_is_hidden_and_nowhere_else() -> None:
    sizes = profile({"a": 3, "b": 30, "c": 20, "d": 10, "ad": 13, "bc": 50})
    cells, masks = door_out([sizes], POLICY, [regions(ad="ad", bc="bc")])
    assert hidden(cells) == {"q1_region[region=a]", "q1_region[region=d]"}
    assert cell(cells, "q1_region[region=ad]").count == 13
    assert ResultId.parse("2025/I22.q1_region[region=bc]") not in cells, "b and c say it"
    assert door_out([sizes], POLICY, [regions(ad="ad", bc="bc")], masks) == (cells, masks)


def test_a_wider_class_that_would_be_small_or_give_a_small_one_away_is_not_told() -> None:
    sizes = profile({"a": 2, "b": 1, "c": 20, "d": 4, "e": 30, "ab": 3, "cd": 24})
    cells, _ = door_out([sizes], POLICY, [regions(ab="ab", cd="cd")])
    assert {str(one) for one in cells if one.dims[0][1] in ("ab", "cd")} == set()
    assert cell(cells, "q1_region[region=c]").count == 20


def test_two_small_groups_that_hide_each_other_take_nobody_with_them() -> None:
    cells, _ = door_out([profile({"a": 3, "b": 3, "c": 20, "d": 10})], POLICY)
    assert hidden(cells) == {"q1_region[region=a]", "q1_region[region=b]"}


def test_a_small_cell_of_a_two_by_three_table_hides_a_rectangle() -> None:
    table = {"a": {"1": 3, "2": 20}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}
    cells, _ = door_out(survey(table), POLICY)
    assert {"t01[answer=1,region=a]", "t01[answer=2,region=a]"} <= hidden(cells)
    assert cell(cells, "t01[answer=1,region=c]").count == 25
    assert cell(cells, "t01_n[region=a]").count == 23


def test_a_small_rest_in_the_base_hides_the_share() -> None:
    table = {"a": {"1": 20, "2": 1, "3": 2}, "b": {"1": 15, "2": 15, "3": 9}, "c": {"1": 9, "2": 9, "3": 9}}
    cells, _ = door_out(survey(table, top=("1",)), POLICY)
    assert cell(cells, "t01_top2[region=a]").mask is Mask.DEPENDENT


def test_a_group_with_a_small_base_is_hidden_with_its_zeros() -> None:
    table = {"a": {"1": 4, "2": 0}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}
    cells, _ = door_out(survey(table, top=("1",)), POLICY)
    names = ("t01[answer=1,region=a]", "t01[answer=2,region=a]", "t01_n[region=a]", "t01_top2[region=a]")
    assert set(names) <= hidden(cells)


def test_a_group_that_answered_alike_is_hidden_though_no_cell_is_small() -> None:
    table = {"a": {"1": 12, "2": 0}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}
    cells, _ = door_out(survey(table), POLICY)
    assert {"t01[answer=1,region=a]", "t01[answer=2,region=a]"} <= hidden(cells)


def test_all_hidden_numbers_of_a_table_bear_one_name() -> None:
    table = {"a": {"1": 3, "2": 20}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}
    cells, _ = door_out(survey(table), POLICY)
    assert {one.mask for one in cells.values()} == {None, Mask.SECONDARY}


def test_how_many_answered_leaves_without_the_size_of_the_group() -> None:
    table = {"a": {"1": 10, "2": 20}, "b": {"1": 15, "2": 15}}
    cells, _ = door_out(survey(table), POLICY)
    assert (cell(cells, "t01_n[region=a]").count, cell(cells, "t01_n[region=a]").base) == (30, None)


def test_the_same_people_under_two_names_are_hidden_under_both() -> None:
    one = profile({"a": 3, "b": 30, "c": 20})
    other = result("again", one.cells, dims=("region",), protected=True)
    cells, _ = door_out([one, other], POLICY)
    assert {name.removeprefix("again") for name in hidden(cells) if name.startswith("again")} == {
        name.removeprefix("q1_region") for name in hidden(cells) if name.startswith("q1_region")
    }


def test_the_hidden_size_of_a_group_can_not_be_told_from_a_question() -> None:
    table = {"b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}, "d": {"1": 12, "2": 13}}
    cells, _ = door_out([profile({"b": 30, "c": 55, "d": 25, "a": 3}), *survey(table)], POLICY)
    assert hidden(cells) >= {"q1_region[region=a]", "q1_region[region=d]", "t01_n[region=d]"}


def test_a_median_of_a_group_is_hidden_with_the_counts_that_it_comes_from() -> None:
    table = {"a": {"1": 3, "2": 20}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}
    key = (("answer:T01", ("1", "2")),)
    medians = [Cell((("region", region),), 2.0, None, 23) for region in table]
    facts = {"dims": ("region",), "protected": True, "denominator": key}
    cells, _ = door_out([*survey(table), result("t01_median", medians, Kind.MEDIAN, **facts)], POLICY)
    assert cell(cells, "t01_median[region=a]").mask is Mask.DEPENDENT
    assert cell(cells, "t01_median[region=c]").shown


@pytest.mark.parametrize(("base", "shown"), [(9, False), (10, True)])
def test_an_overall_distribution_needs_ten_answers(base: int, shown: bool) -> None:
    cells, _ = door_out(survey({"a": {"1": 1, "2": base - 1}}), POLICY)
    assert cell(cells, "t01[answer=1]").shown is shown
    assert cell(cells, "t01_n").count == base


def test_under_ten_answers_the_median_is_shown_and_under_the_threshold_not_even_that() -> None:
    key = (("answer:T01", ("1", "2")),)
    medians = [Cell((("item", "x"),), 2.0, None, 9), Cell((("item", "y"),), 2.0, None, 4)]
    one = result("t01_median", medians, Kind.MEDIAN, dims=("item",), denominator=key)
    cells, _ = door_out([one], POLICY)
    assert cell(cells, "t01_median[item=x]").shown
    assert cell(cells, "t01_median[item=y]").mask is Mask.SMALL


def test_of_the_steering_group_only_medians_are_shown() -> None:
    key = (("answer:O01", ("1", "2")),)
    facts = {"universe": "q4", "denominator": key}
    share = result(
        "o01_top2", [Cell((), 0.5, 6, 12)], Kind.SHARE, numerator=(("answer:O01", ("2",)),), **facts
    )
    median = result("o01_median", [Cell((), 2.0, None, 12)], Kind.MEDIAN, **facts)
    cells, _ = door_out([share, median], POLICY)
    assert (cell(cells, "o01_top2").shown, cell(cells, "o01_median").shown) == (False, True)


def test_when_everyone_answered_alike_nothing_of_the_question_is_shown() -> None:
    cells, _ = door_out(survey({"a": {"1": 0, "2": 12}, "b": {"1": 0, "2": 20}}), POLICY)
    assert cell(cells, "t01[answer=2]").mask is Mask.GROUP
    assert cell(cells, "t01[answer=2,region=a]").mask is Mask.WITHHELD


def test_a_sum_that_fewer_than_the_threshold_reported_is_hidden() -> None:
    asked = survey({"a": {"1": 20, "2": 12}})
    sums = {
        "refused": Cell((), None, None, 40, note="few_firms"),
        "few": Cell((), 12.0, 1, 40),
        "one_each": Cell((), 3.0, 3, 40),
        "few_answers": Cell((), 20.0, 6, 9),
        "told": Cell((), 20.0, 6, 40),
    }
    facts = {"of_reports": True}
    amounts = [result(name, [one], Kind.COUNT, **facts) for name, one in sums.items()]
    cells, _ = door_out([*asked, *amounts], POLICY)
    masks = {name: cell(cells, name).mask for name in sums}
    assert masks == dict.fromkeys(sums, Mask.SMALL) | {"told": None}
    assert cell(cells, "few").count is None


def test_what_fits_in_no_table_is_withheld() -> None:
    two_ways = [Cell((("region", "a"), ("role", "x")), 0.5, 20, 40)]
    key = (("answer:T01", ("1",)),)
    one = result("both", two_ways, Kind.SHARE, dims=("region", "role"), protected=True, denominator=key)
    cells, _ = door_out([one], POLICY)
    assert cell(cells, "both[region=a,role=x]").mask is Mask.WITHHELD


def test_a_median_by_a_background_without_counts_is_withheld() -> None:
    key = (("answer:T01", ("1", "2")),)
    facts = {"dims": ("role",), "protected": True, "denominator": key}
    median = result("t01_median", [Cell((("role", "x"),), 2.0, None, 23)], Kind.MEDIAN, **facts)
    cells, _ = door_out([*survey({"a": {"1": 20, "2": 20}, "b": {"1": 20, "2": 20}}), median], POLICY)
    assert cell(cells, "t01_median[role=x]").mask is Mask.WITHHELD


def test_counts_that_do_not_add_up_to_their_base_are_withheld() -> None:
    key = (("answer:T01", ("1", "2")),)
    facts = {"dims": ("region",), "protected": True, "numerator": (("answer:T01", ("2",)),)}
    wrong = result("t01_top2", [Cell((("region", "a"),), 0.5, 21, 40)], Kind.SHARE, denominator=key, **facts)
    cells, _ = door_out([*survey({"a": {"1": 20, "2": 20}, "b": {"1": 20, "2": 20}}), wrong], POLICY)
    assert cell(cells, "t01_top2[region=a]").mask is Mask.WITHHELD


def test_a_mask_of_the_earlier_plan_stays() -> None:
    kept = MaskPlan({ResultId.parse("2025/I22.q1_region[region=b]"): Mask.SECONDARY})
    cells, masks = door_out([profile({"a": 30, "b": 30, "c": 20})], POLICY, kept=kept)
    assert cell(cells, "q1_region[region=b]").mask is Mask.SECONDARY
    assert ResultId.parse("2025/I22.q1_region[region=b]") in masks.masks
    assert len(hidden(cells)) > 1 or cell(cells, "q1_region[region=a]").shown


SIZES = {"a": 30, "b": 30, "c": 20}


def draft(sizes: Mapping[str, int], *past: Draft) -> Draft:
    """A release of a profile after the earlier ones."""
    results = [profile(sizes)]
    kept = MaskPlan.of(past[-1].cells) if past else None
    return Draft(door_out(results, POLICY, kept=kept, drafts=past)[0], results)


@pytest.mark.parametrize(
    ("more", "shown", "note"), [(0, 30, ""), (1, 30, "late"), (4, 30, "late"), (5, 35, "")]
)
def test_a_second_release_differs_by_nobody_or_by_at_least_the_threshold(
    more: int, shown: int, note: str
) -> None:
    second = draft(SIZES | {"a": 30 + more}, draft(SIZES))
    one = cell(second.cells, "q1_region[region=a]")
    assert (one.count, one.note) == (shown, note)


def test_a_third_release_is_still_held_against_the_first() -> None:
    first = draft(SIZES)
    second = draft(SIZES | {"a": 32}, first)
    third = draft(SIZES | {"a": 33}, first, second)
    assert cell(third.cells, "q1_region[region=a]").count == 30
    third = draft(SIZES | {"a": 35}, first, second)
    assert cell(third.cells, "q1_region[region=a]").count == 35


def test_after_two_different_drafts_further_late_answers_wait() -> None:
    first = draft(SIZES)
    second = draft(SIZES | {"a": 40}, first)
    third = draft(SIZES | {"a": 60}, first, second)
    assert cell(second.cells, "q1_region[region=a]").count == 40
    assert cell(third.cells, "q1_region[region=a]").count == 40


def test_two_late_people_among_hidden_groups_wait() -> None:
    sizes = {"a": 3, "b": 3, "c": 20, "d": 10}
    second = draft(sizes | {"a": 4, "b": 4}, draft(sizes))
    assert cell(second.cells, "q1_region[region=c]").note == "late"


def test_few_late_answers_hide_their_own_number_only() -> None:
    sizes = dict.fromkeys("abcdefghijkl", 30)
    late = dict.fromkeys("abcdefghij", 40) | {"k": 31, "l": 36}
    second = draft(late, draft(sizes))
    assert hidden(second.cells) == {"q1_region[region=k]", "q1_region[region=l]"}
    assert cell(second.cells, "q1_region[region=a]").count == 40


def test_what_can_not_be_compared_any_more_waits() -> None:
    first = draft(SIZES)
    gone = Draft(first.cells, ())
    cells, _ = door_out([profile(SIZES | {"a": 50})], POLICY, kept=MaskPlan.of(first.cells), drafts=[gone])
    assert cell(cells, "q1_region[region=a]").count == 30


@pytest.mark.parametrize(("threshold", "shown"), [(3, True), (5, False)])
def test_the_threshold_is_the_plans(threshold: int, shown: bool) -> None:
    cells, _ = door_out([profile({"a": 4, "b": 4, "c": 20})], Policy(threshold=threshold))
    assert cell(cells, "q1_region[region=a]").shown is shown


SMALL = {"a": {"1": 3, "2": 20}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}


def test_where_the_clock_ends_the_planning_nothing_is_told_and_the_masks_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, "NET", 0.0)
    cells, masks = door_out(survey(SMALL), POLICY)
    assert masks.short == ("T01, q1 by region",) and MaskPlan.from_json(masks.to_json()) == masks
    assert all(one.mask is Mask.WITHHELD for one in cells.values() if one.protected)


def test_where_the_clock_ends_the_attack_nothing_is_told_and_the_masks_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_late(*_: object) -> list[object]:
        raise work.OutOfTime

    assert door_out(survey(SMALL), POLICY)[1].short == ()
    monkeypatch.setattr(attack, "_attacked", too_late)
    monkeypatch.setattr(attack, "_problems", lambda now, *_: [now] if now.told else [])
    cells, masks = door_out(survey(SMALL), POLICY)
    assert masks.short == ("T01, q1 by region",)
    assert all(one.mask is Mask.WITHHELD for one in cells.values() if one.protected)


def test_cells_leave_in_the_order_of_the_results_and_twice_the_same() -> None:
    results = survey({"a": {"1": 3, "2": 20}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}, top=("2",))
    cells, masks = door_out(results, POLICY)
    assert list(cells) == [one.id_of(c) for one in results for c in one.cells]
    again, same = door_out(results, POLICY)
    assert (again, same.to_json()) == (cells, masks.to_json())


# An attacker of his own: reads only released cells, knows the overall distribution, solves whole numbers.


def ranges(
    released: Released, table: Table, top: tuple[str, ...], told: bool
) -> tuple[dict[tuple[str, str], range], dict[tuple[str, str], range]]:
    """What each cell can be, and all others of its group together; with told=False from the overall
    distribution alone."""
    regions, codes = list(table), list(next(iter(table.values())))
    place = {(r, c): i for i, (r, c) in enumerate((r, c) for r in regions for c in codes)}
    rows, values = [], []

    def fact(cells: Iterable[tuple[str, str]], value: float) -> None:
        row = np.zeros(len(place))
        row[[place[one] for one in cells]] = 1
        rows.append(row)
        values.append(value)

    for code in codes:
        fact([(r, code) for r in regions], sum(table[r][code] for r in regions))
    for name, one in released.items() if told else ():
        dims = dict(name.dims)
        if "region" not in dims or one.mask is not None:
            continue
        region = dims["region"]
        answers = [dims["answer"]] if "answer" in dims else list(top) if name.measure == "t01_top2" else codes
        assert one.count is not None
        fact([(region, code) for code in answers], one.count)
        if one.base is not None:
            fact([(region, code) for code in codes], one.base)
    known = LinearConstraint(np.array(rows), values, values)

    def end(cells: Iterable[tuple[str, str]], sign: int) -> int:
        aim = np.zeros(len(place))
        aim[[place[one] for one in cells]] = 1
        found = milp(sign * aim, constraints=known, bounds=Bounds(0, np.inf), integrality=np.ones(len(place)))
        assert found.x is not None
        return round(aim @ found.x)

    rest = {(r, c): [(r, other) for other in codes if other != c] for r, c in place}
    return (
        {one: range(end([one], 1), end([one], -1) + 1) for one in place},
        {one: range(end(others, 1), end(others, -1) + 1) for one, others in rest.items()},
    )


tables = st.integers(2, 5).flatmap(
    lambda codes: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 12, 20]), min_size=codes, max_size=codes),
        min_size=2,
        max_size=4,
    )
)


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(tables)
@example([[3, 20, 9], [15, 15, 12], [25, 30, 6]])
@example([[4, 20], [15, 15]])
@example([[4, 20], [4, 4]])
@example([[1, 4], [2, 20]])
@example([[12, 0], [0, 12], [30, 30]])
@example([[0, 0], [0, 0], [5, 0], [12, 3]])
def test_no_attacker_narrows_a_small_count_below_one_to_four(columns: list[list[int]]) -> None:
    table = {f"r{i}": {str(c): n for c, n in enumerate(column)} for i, column in enumerate(columns)}
    if not 20 <= sum(map(sum, columns)) <= 200:
        return
    top = ("0", "1") if len(columns[0]) > 2 else ("1",)
    released, masks = door_out(survey(table, top), POLICY)
    assert door_out(survey(table, top), POLICY, kept=masks) == (released, masks), "a rerun changes nothing"
    (after, rests), (before, rests_before) = (ranges(released, table, top, told) for told in (True, False))
    for (region, code), possible in after.items():
        count = table[region][code]
        if 0 < count < 5:
            assert {n for n in (1, 2, 3, 4) if n in before[region, code]} <= set(possible), (region, code)
        if count == sum(table[region].values()) > 1:
            assert rests[region, code].stop > 1 or rests_before[region, code].stop == 1, "a group is alike"
