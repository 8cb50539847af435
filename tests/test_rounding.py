"""``masking: round5``: numbers by background leave as multiples of five, and nobody can be found in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from small_frames import plan, questionnaires, small
from test_door_out import Table, cell, hidden, profile, result, survey
from test_indicators_learning import EVENTS, came
from test_response import firms, named
from test_response import results as answered
from two_years import edit, two_years

from evallib.indicators import learning
from evallib.plan.model import Policy
from evallib.privacy.audit import audit_forms
from evallib.privacy.door_out import Draft, MaskPlan, door_out
from evallib.privacy.selfattack import attack_releases
from evallib.results import Cell, Kind, Mask, ReleasedCell, Result, ResultId
from evallib.results.jsonform import from_json
from evallib.results.rounding import AT_LEAST, ends, rounded, smallest
from evallib.steps.context import open_context
from evallib.steps.release import RESULTS, plan_in_force, release

EXACT, ROUND5 = Policy(), Policy(masking="round5")
Released = Mapping[ResultId, ReleasedCell]


@pytest.mark.parametrize(
    ("count", "published", "range_"),
    [(0, 0, (0, 0)), (3, 5, (3, 7)), (7, 5, (3, 7)), (8, 10, (8, 12)), (12, 10, (8, 12)), (13, 15, (13, 17))],
)
def test_a_count_is_the_nearest_multiple_and_nobody_is_exact(
    count: int, published: int, range_: tuple[int, int]
) -> None:
    assert (rounded(count, 5), ends(count, 5)) == (published, range_)
    assert (rounded(count, 0), ends(count, 0)) == (count, (count, count))


@pytest.mark.parametrize(("threshold", "least"), [(3, 3), (4, 8), (5, 8), (8, 8), (9, 13)])
def test_the_smallest_number_shown_is_surely_no_smaller_than_the_threshold(
    threshold: int, least: int
) -> None:
    assert smallest(threshold, 5) == least
    assert ends(least, 5)[0] >= threshold > ends(least - 1, 5)[0]


@pytest.mark.parametrize(
    ("threshold", "count", "told"),
    [(5, 0, 0), (5, 2, None), (5, 3, None), (5, 7, None), (5, 8, 10), (3, 2, None), (3, 3, 5), (3, 7, 5)],
)
def test_a_group_is_shown_rounded_when_it_is_surely_large_enough(
    threshold: int, count: int, told: int | None
) -> None:
    policy = Policy(masking="round5", threshold=threshold)
    cells, plan = door_out([profile({"a": count, "b": 31, "c": 42, "d": 53})], policy)
    one = cell(cells, "q1_region[region=a]")
    assert (one.count, one.value, one.mask is None) == (told, told, told is not None)
    assert one.base is None, "everybody is told exactly elsewhere, and not beside a rounded number"
    assert cell(cells, "q1_region[region=d]").count == 55
    assert plan.rounded == 5
    assert MaskPlan.from_json(plan.to_json()) == plan


def test_a_small_group_needs_no_other_hidden_where_rounding_leaves_room() -> None:
    sizes = profile({"a": 3, "b": 31, "c": 20, "d": 10})
    assert hidden(door_out([sizes], ROUND5)[0]) == {"q1_region[region=a]"}
    assert hidden(door_out([sizes], EXACT)[0]) == {"q1_region[region=a]", "q1_region[region=d]"}


def test_a_share_is_made_of_rounded_numbers_and_has_no_interval() -> None:
    table = {"a": {"1": 23, "2": 18}, "b": {"1": 26, "2": 17}, "c": {"1": 31, "2": 29}}
    results = [
        replace(one, cells=tuple(replace(c, interval=(0.1, 0.9)) for c in one.cells))
        for one in survey(table, ("1",))
    ]
    one = cell(door_out(results, ROUND5)[0], "t01_top2[region=a]")
    assert (one.count, one.base, one.value, one.interval, one.rounded) == (25, 40, 25 / 40, None, 5)


def test_all_people_together_are_told_exactly() -> None:
    cells, _ = door_out(survey({"a": {"1": 23, "2": 18}, "b": {"1": 26, "2": 16}}), ROUND5)
    assert (cell(cells, "t01[answer=1]").count, cell(cells, "t01_n").count) == (49, 83)
    assert not cell(cells, "t01[answer=1]").rounded


def test_codes_of_open_answers_are_by_no_background_and_stay_exact() -> None:
    counts = [Cell((("code", code),), n, n, 30) for code, n in (("climate", 11), ("market", 22), ("none", 3))]
    agreed = [Cell((("code", code),), 0.8, None, 30) for code in ("climate", "market", "none")]
    facts = {"dims": ("code",), "protected": True}
    told = [result("t10", counts, **facts), result("kappa", agreed, Kind.INDEX, **facts)]
    assert door_out(told, ROUND5)[0] == door_out(told, EXACT)[0]
    assert cell(door_out(told, ROUND5)[0], "t10[code=market]").count == 22


def test_what_only_exact_numbers_of_a_group_can_tell_is_hidden() -> None:
    table = {"a": {"1": 23, "2": 18}, "b": {"1": 26, "2": 17}}
    key = (("answer:T01", ("1", "2")),)
    facts = {"dims": ("region",), "protected": True, "denominator": key}
    told = [
        result(f"t01_{kind}", [Cell((("region", r),), 1.5, None, 41) for r in table], kind, **facts)
        for kind in (Kind.MEDIAN, Kind.MEAN, Kind.BALANCE, Kind.EFFECT, Kind.P_VALUE)
    ]
    cells, _ = door_out([*survey(table), *told], ROUND5)
    assert {one.mask for name, one in cells.items() if name.measure in {one.measure for one in told}} == {
        Mask.DEPENDENT
    }


def test_weighted_shares_and_response_by_class_are_made_from_exact_counts_and_hidden() -> None:
    found = answered(firms("FI1B1", 20, 20, 80), firms("FI193", 20, 25, 90))
    shown = {
        masking: {
            name
            for name, one in named_of(door_out(found, Policy(masking=masking))[0]).items()
            if one.mask is None
        }
        for masking in ("suppress", "round5")
    }
    made = {"q3_y13_weighted", "q3_deff", *(one for one in named(found) if one.startswith("q3_rate"))}
    assert made <= shown["suppress"]
    assert not made & shown["round5"]


def named_of(cells: Released) -> dict[str, ReleasedCell]:
    return {str(one).partition("/RESP.")[2]: told for one, told in cells.items()}


# The regions reached: only what a reader of the rounded numbers can count.


def regions(**counts: int) -> list[Result]:
    """Participations by region, each of somebody else, and the number of regions reached."""
    rows = [came("e1", f"{code}{n}", region=code) for code, number in counts.items() for n in range(number)]
    frames = small(events=EVENTS, participations=rows)
    return learning.i24(bench(frames))


def bench(frames: object) -> learning.Bench:
    declared = plan().model_copy(update={"policy": ROUND5})
    return learning.Bench(frames, (), declared, questionnaires("2025"))  # type: ignore[arg-type]


@pytest.mark.parametrize(("number", "reached"), [(4, 2), (5, 2), (7, 2), (8, 3)])
def test_of_regions_those_that_are_shown_count_as_reached(number: int, reached: int) -> None:
    found = regions(FI1B1=40, FI1D7=30, FI200=number)
    cells, _ = door_out(found, ROUND5)
    one = cells[ResultId.parse("2025/I24.regions")]
    assert (one.value, one.note, one.mask) == (reached, AT_LEAST if reached < 3 else "", None)
    assert not attack_releases([Draft(cells, found)], ROUND5)


@pytest.mark.parametrize("policy", [ROUND5, ROUND5.model_copy(update={"masking": "suppress"})])
def test_a_number_of_regions_that_says_more_than_those_shown_is_found(policy: Policy) -> None:
    found = regions(FI1B1=40, FI1D7=30, FI200=4)
    cells, _ = door_out(found, policy)
    name = ResultId.parse("2025/I24.regions")
    assert cells[name].note == AT_LEAST and cells[name].count in (1, 2)
    for careless in (replace(cells[name], value=3.0, count=3), replace(cells[name], note="")):
        told = dict(cells) | {name: careless}
        assert {one.kind for one in attack_releases([Draft(told, found)], policy)} == {"SMALL_SHOWN"}


def test_where_every_region_is_shown_their_number_is_exact() -> None:
    suppress = ROUND5.model_copy(update={"masking": "suppress"})
    cells, _ = door_out(regions(FI1B1=40, FI1D7=30, FI200=25), suppress)
    one = cells[ResultId.parse("2025/I24.regions")]
    assert (one.value, one.note) == (3.0, "")


# An attacker of his own: reads "10" as 8 to 12, knows the overall distribution, solves whole numbers.


class Attacker:
    """What whole numbers can be by region and answer; ``parts``: first answers, then late ones."""

    def __init__(self, table: Table, parts: int = 1) -> None:
        codes = list(next(iter(table.values())))
        self.places = [(part, r, c) for part in range(parts) for r in table for c in codes]
        self.codes, self.rows, self.low, self.high = codes, [], [], []  # type: ignore[var-annotated]

    def knows(self, cells: Iterable[tuple[int, str, str]], low: int, high: int) -> None:
        among = set(cells)
        self.rows.append([float(one in among) for one in self.places])
        self.low.append(low)
        self.high.append(high)

    def overall(self, part: int, table: Table) -> None:
        for code in self.codes:
            number = sum(counts[code] for counts in table.values())
            self.knows([(part, r, code) for r in table], number, number)

    def reads(self, released: Released, parts: Sequence[int], top: Sequence[str]) -> None:
        for name, one in released.items():
            dims = dict(name.dims)
            if "region" not in dims or one.mask is not None or one.note == "late":
                continue
            told = {"t01": [dims.get("answer", "")], "t01_n": self.codes, "t01_top2": list(top)}
            for number, answers in ((one.count, told[name.measure]), (one.base, self.codes)):
                if number is not None:
                    room = 2 if one.rounded and number else 0
                    own = [(part, dims["region"], code) for part in parts for code in answers]
                    self.knows(own, number - room, number + room)

    def range(self, cells: Iterable[tuple[int, str, str]]) -> range:
        among = set(cells)
        aim = np.array([float(one in among) for one in self.places])
        known = LinearConstraint(np.array(self.rows), self.low, self.high)
        whole = np.ones(len(aim))
        found = [
            milp(sign * aim, constraints=known, bounds=Bounds(0, np.inf), integrality=whole)
            for sign in (1, -1)
        ]
        assert all(one.x is not None for one in found), "what is published contradicts itself"
        low, high = (round(float(aim @ one.x)) for one in found)
        return range(low, high + 1)


def assert_nobody_is_found(told: Attacker, alone: Attacker, parts: Sequence[int], table: Table) -> None:
    """Small counts can still be 1 to 4, hidden ones keep four values, nobody's group surely answered alike;
    as far as the overall distribution alone leaves that open."""
    for region, counts in table.items():
        for code, count in counts.items():
            own = [(part, region, code) for part in parts]
            others = [(part, region, other) for part in parts for other in counts if other != code]
            if 0 < count < 5:
                assert {n for n in range(1, 5) if n in alone.range(own)} <= set(told.range(own)), own
            if count == sum(counts.values()) > 1:
                assert told.range(others).stop > 1 or alone.range(others).stop == 1, f"{own} is alike"


tables = st.integers(2, 4).flatmap(
    lambda codes: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 20]), min_size=codes, max_size=codes),
        min_size=2,
        max_size=4,
    )
)


@settings(max_examples=examples(30), suppress_health_check=list(HealthCheck))
@given(tables)
@example([[3, 20, 9], [15, 15, 12], [25, 30, 6]])
@example([[8, 20], [4, 8]])
@example([[4, 8], [8, 8]])
@example([[12, 0], [0, 12], [30, 30]])
@example([[2, 8, 8], [8, 2, 8], [8, 8, 2]])
def test_no_attacker_who_knows_how_numbers_are_rounded_finds_anybody(columns: list[list[int]]) -> None:
    table = {f"r{i}": {str(c): n for c, n in enumerate(column)} for i, column in enumerate(columns)}
    if not 20 <= sum(map(sum, columns)) <= 200:
        return
    top = ("0", "1") if len(columns[0]) > 2 else ("1",)
    results = survey(table, top)
    released, masks = door_out(results, ROUND5)
    assert door_out(results, ROUND5, kept=masks) == (released, masks), "a rerun changes nothing"
    told, alone = Attacker(table), Attacker(table)
    for one in (told, alone):
        one.overall(0, table)
    told.reads(released, (0,), top)
    assert_nobody_is_found(told, alone, (0,), table)
    assert not attack_releases([Draft(released, results)], ROUND5)


# The same people released before: rounded twice, or under the other policy.


FIRST: Table = {"a": {"1": 9, "2": 22}, "b": {"1": 16, "2": 15}, "c": {"1": 30, "2": 28}}


@pytest.mark.parametrize("late", [{"1": 1, "2": 0}, {"1": 4, "2": 3}, {"1": 8, "2": 8}, {"1": 0, "2": 30}])
def test_late_answers_are_not_found_between_two_rounded_drafts(late: Mapping[str, int]) -> None:
    more: Table = {r: late if r == "a" else dict.fromkeys("12", 0) for r in FIRST}
    now = {r: {c: FIRST[r][c] + more[r][c] for c in "12"} for r in FIRST}
    before, after = survey(FIRST, ("1",)), survey(now, ("1",))
    first, plan = door_out(before, ROUND5)
    second, _ = door_out(after, ROUND5, kept=plan, drafts=[Draft(first, before)])
    told, alone = Attacker(FIRST, 2), Attacker(FIRST, 2)
    for one in (told, alone):
        one.overall(0, FIRST)
        one.overall(1, more)
    told.reads(first, (0,), ("1",))
    told.reads(second, (0, 1), ("1",))
    assert_nobody_is_found(told, alone, (0,), FIRST)
    assert_nobody_is_found(told, alone, (1,), more)
    assert_nobody_is_found(told, alone, (0, 1), now)
    assert not attack_releases([Draft(first, before), Draft(second, after)], ROUND5)


SIZES = {"a": 3, "b": 31, "c": 20, "d": 8}  # a and d are hidden together where numbers are exact


@pytest.mark.parametrize("policies", [(EXACT, ROUND5), (ROUND5, EXACT)])
def test_a_period_keeps_the_way_that_its_first_release_followed(policies: tuple[Policy, Policy]) -> None:
    results = [profile(SIZES)]
    first, plan = door_out(results, policies[0])
    second, again = door_out(results, policies[1], kept=plan, drafts=[Draft(first, results)])
    assert (second, again) == (first, plan)


@pytest.mark.parametrize("policies", [(EXACT, ROUND5), (ROUND5, EXACT)])
def test_two_policies_for_the_same_people_are_attacked_together(policies: tuple[Policy, Policy]) -> None:
    results = [profile(SIZES)]
    drafts = [Draft(door_out(results, policy)[0], results) for policy in policies]
    for one, policy in zip(drafts, policies, strict=True):
        assert not attack_releases([one], policy), "each is safe by itself"
    assert cell(drafts[policies.index(ROUND5)].cells, "q1_region[region=d]").count == 10
    found = attack_releases(drafts, policies[1])
    assert {(one.release, one.kind) for one in found} == {(2, "TIGHT")}  # a + d = 11, and d is 8 to 12


@pytest.mark.parametrize("policies", [(EXACT, ROUND5), (ROUND5, EXACT)])
def test_without_the_kept_plan_the_second_way_is_withheld(policies: tuple[Policy, Policy]) -> None:
    results = [profile(SIZES)]
    first = Draft(door_out(results, policies[0])[0], results)
    second, _ = door_out(results, policies[1], drafts=[first])
    assert not attack_releases([first, Draft(second, results)], policies[1])
    assert cell(second, "q1_region[region=a]").mask is Mask.WITHHELD


def test_a_number_that_is_not_the_nearest_multiple_of_the_true_one_is_found() -> None:
    results = [profile(SIZES)]
    cells, _ = door_out(results, ROUND5)
    name = ResultId.parse("2025/I22.q1_region[region=b]")
    wrong = dict(cells) | {name: replace(cells[name], value=35, count=35)}
    assert {one.kind for one in attack_releases([Draft(wrong, results)], ROUND5)} == {"INCONSISTENT"}


def test_the_audit_form_gives_a_rounded_number_as_a_range() -> None:
    results = [profile(SIZES)]
    forms = audit_forms({"2025": Draft(door_out(results, ROUND5)[0], results)}, 5)
    told = {one["key"]["region"]: one for one in forms["q1"]["tables"][0]["cells"] if "region" in one["key"]}
    assert told["b"] == {"key": {"region": "b"}, "lo": 28, "hi": 32}
    assert told["a"] == {"key": {"region": "a"}, "suppressed": True}


def test_a_released_period_keeps_its_policy_and_the_next_one_takes_the_new(tmp_path: Path) -> None:
    root = two_years(tmp_path / "work")
    edit(root / "surveys/plan.yaml", r"masking: suppress", "masking: round5")
    said: list[str] = []
    context = open_context(root, lambda one: said.append(str(one)))
    periods = context.workspace.project.periods
    assert [plan_in_force(context, one).policy.masking for one in periods[:3]] == [
        "suppress",
        "suppress",
        "round5",
    ]
    made = release(context, context.period("2024"), again=True)
    told = from_json(context.store.get(made.manifest.entries[RESULTS]))
    assert told.facts["parameters"]["masking"] == "suppress"  # type: ignore[index]
    assert any("2024" in one and "suppress" in one for one in said)
