"""Sums of reports and changes of the same people: what several of them tell together of a few."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest
from small_frames import plan, questionnaires, small
from test_door_out import POLICY, cell, hidden, result

from evallib.indicators.bench import Bench
from evallib.indicators.changes import changes
from evallib.plan.model import Comparison
from evallib.privacy.door_out import Draft, door_out
from evallib.privacy.selfattack import attack_releases
from evallib.results import Cell, Kind, Mask, Pairs, ReleasedCell, Result, ResultId

FIVE = dict.fromkeys("abcde", 2.0)
Parts = Mapping[str, Mapping[str, float]]


def total(name: str, parts: Parts, base: int = 40, **facts: object) -> Result:
    """A sum of what firms reported, by part."""
    reports = tuple((who, part, n) for part, firms in parts.items() for who, n in firms.items())
    firms = len({who for who, *_ in reports})
    one = Cell((), sum(n for *_, n in reports), firms, base, reports=reports)
    return result(name, [one], Kind.COUNT, universe="q3", of_reports=True, **facts)


def told(results: list[Result]) -> dict[ResultId, ReleasedCell]:
    """Everything shown, as a fault of the library might leave it."""
    cells, _ = door_out([dataclasses.replace(one, of_reports=False, pairs=None,
                         cells=tuple(dataclasses.replace(c, reports=()) for c in one.cells))
                         for one in results], POLICY)  # fmt: skip
    return cells


def found(*releases: list[Result]) -> list[tuple[int, str, str]]:
    drafts = [Draft(told(results), results) for results in releases]
    return [(one.release, one.kind, one.range) for one in attack_releases(drafts, POLICY)]


@pytest.mark.parametrize("firms", [1, 4])
def test_services_without_contribution_of_a_few_firms_are_not_told_by_subtraction(firms: int) -> None:
    others = {f"x{i}": 3.0 for i in range(firms)}
    results = [total("contributed", {"+": FIVE}), total("all", {"+": FIVE, "-": others})]
    assert found(results) == [(1, "RECOVERED", str(3 * firms))]
    cells, _ = door_out(results, POLICY)
    assert hidden(cells) in ({"contributed"}, {"all"})
    assert attack_releases([Draft(cells, results)], POLICY) == []


def test_services_of_five_other_firms_are_told() -> None:
    others = {f"x{i}": 3.0 for i in range(5)}
    results = [total("contributed", {"+": FIVE}), total("all", {"+": FIVE, "-": others})]
    assert hidden(door_out(results, POLICY)[0]) == set() and found(results) == []


def test_a_difference_that_is_mostly_of_one_firm_is_found() -> None:
    others = {"x": 9.0} | {f"y{i}": 1.0 for i in range(5)}
    results = [total("contributed", {"+": FIVE}), total("all", {"+": FIVE, "-": others})]
    assert found(results) == [(1, "RECOVERED", "14")]


def test_three_sums_that_tell_a_firm_only_together_are_found() -> None:
    """Year and all years, with and without contribution: the rest of the earlier year is of two firms."""
    now, before = {"+": FIVE, "-": {f"x{i}": 1.0 for i in range(6)}}, {f"{one}1": 2.0 for one in "abcde"}
    rest = {"y": 1.0, "z": 1.0}
    results = [
        total("now", now),
        total("now_contributed", {"+": FIVE}),
        total("ever", {"+": FIVE | before, "-": now["-"] | rest}),
        total("ever_contributed", {"+": FIVE | before}),
    ]
    assert ("RECOVERED", "2") in {one[1:] for one in found(results)}
    cells, _ = door_out(results, POLICY)
    assert len(hidden(cells)) == 1 and attack_releases([Draft(cells, results)], POLICY) == []


def test_a_late_firm_waits_so_that_two_drafts_do_not_tell_its_figure() -> None:
    first, late = [total("jobs", {"n": FIVE})], [total("jobs", {"n": FIVE | {"late": 7.0}})]
    assert found(first, late) == [(2, "RECOVERED", "7")]
    draft = Draft(door_out(first, POLICY)[0], first)
    cells, _ = door_out(late, POLICY, drafts=[draft])
    assert (cell(cells, "jobs").value, cell(cells, "jobs").note) == (10.0, "late")
    assert attack_releases([draft, Draft(cells, late)], POLICY) == []


def test_a_corrected_report_of_one_firm_waits_too() -> None:
    first, late = [total("jobs", {"n": FIVE})], [total("jobs", {"n": FIVE | {"a": 4.0}})]
    assert found(first, late) == [(2, "RECOVERED", "2")]
    cells, _ = door_out(late, POLICY, drafts=[Draft(door_out(first, POLICY)[0], first)])
    assert cell(cells, "jobs").value == 10.0


def test_five_late_firms_are_let_in() -> None:
    first = [total("jobs", {"n": FIVE})]
    late = [total("jobs", {"n": FIVE | {f"late{i}": 2.0 for i in range(5)}})]
    cells, _ = door_out(late, POLICY, drafts=[Draft(door_out(first, POLICY)[0], first)])
    assert cell(cells, "jobs").value == 20.0 and found(first, late) == []


def test_where_all_firms_reported_nothing_that_is_not_told() -> None:
    cells, _ = door_out([total("jobs", {"n": {}})], POLICY)
    assert cell(cells, "jobs").mask is Mask.GROUP


def test_sums_of_the_steering_group_and_sums_by_background_never_leave() -> None:
    asked = result("o01", [Cell((), 2.0, None, 12)], Kind.MEDIAN, universe="q4",
                   denominator=(("answer:O01", ("1", "2")),))  # fmt: skip
    hours = dataclasses.replace(total("hours", {"h": FIVE}), universe="q4")
    by = total("by", {"n": FIVE}, protected=True)
    by = dataclasses.replace(
        by, dims=("region",), cells=(dataclasses.replace(by.cells[0], dims=(("region", "a"),)),)
    )
    cells, _ = door_out([asked, hours, by], POLICY)
    assert (cell(cells, "hours").mask, cell(cells, "by[region=a]").mask) == (Mask.SMALL, Mask.WITHHELD)


def test_a_sum_of_reports_that_does_not_say_so_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="of_reports"):
        dataclasses.replace(total("jobs", {"n": FIVE}), of_reports=False)


def change(dropouts: tuple[int, ...], newcomers: tuple[int, ...]) -> list[Result]:
    """A change of 30 pairs on a scale of 1 and 2: 15 stay at 1, 5 fall, 10 stay at 2."""
    behind = Pairs((1.0, 2.0), ((15, 0), (5, 10)), dropouts, newcomers)
    shift = Cell((), -5 / 30, None, 30)
    return [
        result("change", [shift], Kind.MEAN, universe="q2 pairs", pairs=behind),
        result("change_p", [Cell((), 0.06, None, 30)], Kind.P_VALUE, universe="q2 pairs", pairs=behind),
    ]


def test_without_dropouts_the_answers_of_newcomers_are_told_by_both_waves_and_the_change() -> None:
    """With a pencil: all of the first wave are pairs, so the later wave less the pairs are the newcomers."""
    results = change((0, 0), (2, 6))
    assert set(found(results)) == {(1, "RECOVERED", "2")}
    cells, _ = door_out(results, POLICY)
    assert hidden(cells) == {"change", "change_p"} and attack_releases([Draft(cells, results)], POLICY) == []


def test_newcomers_who_all_answered_alike_are_found_and_those_beside_enough_dropouts_are_not() -> None:
    assert set(found(change((0, 0), (0, 7)))) == {(1, "RECOVERED", "0")}
    assert found(change((9, 9), (2, 6))) == []
    assert found(change((0, 0), (6, 6))) == []


def test_the_shift_of_pairs_says_itself_what_is_behind_it() -> None:
    """Ten who answer in both years, five more in each year."""

    def wave(year: str, people: range, value: str):  # type: ignore[no-untyped-def]
        return small(year, q2=[{"person": f"p{i}", "N15": value} for i in people])

    now, before = wave("2025", range(0, 15), "a4"), wave("2024", range(5, 20), "a2")
    both = Comparison(code="C1", kind="paired", item="q2.N15", indicator="I30", family="f")
    asked = dataclasses.replace(Bench(now, (before,), plan(), questionnaires("2025"), "2024"))
    asked = dataclasses.replace(asked, plan=asked.plan.model_copy(update={"comparisons": (both,)}))
    made = {one.measure: one for one in changes(asked)}
    behind = made["n15_change"].pairs
    assert behind == Pairs((2.0, 4.0), ((0, 10), (0, 0)), (5, 0), (0, 5))
    assert made["n15_change_p"].pairs == behind and made["n15_change_dropouts"].pairs is None
