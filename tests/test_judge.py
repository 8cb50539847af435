"""From figures to colours: each boundary with numbers that a pencil can check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from evallib.indicators.grade import GRADE_REASONS
from evallib.indicators.judge import REASONS, judge, propose
from evallib.plan.model import Plan, Targets
from evallib.results import Assessment, Colour, Kind, Mask, Released, ReleasedCell, ResultId, SourceKind

TEXTS = {"fi": "a", "sv": "b", "en": "c"}
GREEN, AMBER, RED, GREY = Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY
PARTNERS, FIRMS, LOGS = SourceKind.PARTNERS, SourceKind.ENTREPRENEURS, SourceKind.LOGS
RECORDS, STEERING = SourceKind.PARTICIPATION, SourceKind.STEERING


def plan(form: str, *more: str, source: str = "q2.N05") -> Plan:
    """A plan of one question with an indicator for every form given: I01, I02 …"""
    forms = (form, *more)
    codes = [f"I{n:02}" for n in range(1, len(forms) + 1)]
    indicators = [
        {
            "code": code,
            "belongs_to": "climate" if code == "I01" else "O1",
            "name": TEXTS,
            "definition": TEXTS,
            "unit": TEXTS,
            "headline": "head",
            "baseline": "wave",
            "target": one,
            "sources": [source, "q3.Y09", "log.events"],
        }
        for code, one in zip(codes, forms, strict=True)
    ]
    question = {"code": "EQ1", "asks": "changed", "name": TEXTS, "criteria": TEXTS, "indicators": codes}
    return Plan.model_validate(
        {
            "schema_version": 1,
            "objectives": [{"code": "O1", "name": TEXTS}],
            "tasks": [],
            "duties": [],
            "themes": [{"code": "climate", "name": TEXTS}],
            "questions": [question],
            "indicators": indicators,
            "dimensions": [],
        }
    )


def cell(
    value: float | None,
    *,
    kind: Kind = Kind.SHARE,
    base: int | None = 40,
    interval: tuple[float, float] | None = None,
    mask: Mask | None = None,
    sources: tuple[SourceKind, ...] = (PARTNERS,),
    id: str = "2025/I01.head",
) -> ReleasedCell:
    return ReleasedCell(
        ResultId.parse(id), kind, "", value, None, base, interval, "", mask, False, "", "", sources, ()
    )


def rate(survey: str, value: float | None) -> ReleasedCell:
    return cell(value, id=f"2025/SRC.rate[survey={survey}]")


def target(value: float, by: str = "end", indicator: str = "I01", **more: object) -> dict[str, object]:
    agreed = {"agreed_date": "2025-02-18", "minutes_paragraph": "§ 5"}
    return {"indicator": indicator, "value": value, "by": by, **agreed, **more}


def judged(
    form: str,
    cells: Sequence[ReleasedCell],
    *targets: dict[str, object],
    earlier: Sequence[Released] = (),
    elapsed: float = 0.75,
    planned: str = "",
) -> Assessment:
    matrix = {"agreed_date": planned, "minutes_paragraph": "§ 5", "cells": ["ely+data"]} if planned else None
    agreed = Targets.model_validate({"schema_version": 1, "targets": targets, "planned_cells": matrix})
    known = {one.id: one for one in cells}
    return judge(known, earlier, plan(form), agreed, "2025", date(2025, 12, 31), elapsed)["I01"]


def release(period: str, one: ReleasedCell, number: int = 1) -> Released:
    return Released(period, number, {one.id: one})


def seen(assessment: Assessment) -> tuple[Colour, str]:
    return assessment.colour, assessment.reason


# Sums ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "colour", "reason"),
    [
        (0, RED, "far_behind_plan"),
        (599, RED, "far_behind_plan"),
        (600, AMBER, "behind_plan"),
        (899, AMBER, "behind_plan"),
        (900, GREEN, "on_plan"),
        (2000, GREEN, "on_plan"),
    ],
)
def test_a_sum_is_green_from_90_and_amber_from_60_percent_of_the_plan(
    done: int, colour: Colour, reason: str
) -> None:
    found = judged("sum", [cell(done, kind=Kind.COUNT)], target(1000, by="2025"))
    assert seen(found) == (colour, reason)


def test_the_plan_for_now_is_the_final_target_times_the_time_that_has_passed() -> None:
    # 100 by the end, three quarters gone: 75 planned, 67.5 is 90 % of it
    assert judged("sum", [cell(67, kind=Kind.COUNT)], target(100)).colour is AMBER
    found = judged("sum", [cell(68, kind=Kind.COUNT)], target(100))
    assert (found.colour, found.measured, found.target) == (GREEN, 68, 75)


def test_rounding_of_the_elapsed_share_does_not_cost_the_colour() -> None:
    assert judged("sum", [cell(0.9 * 0.3, kind=Kind.COUNT)], target(1), elapsed=0.1 * 3).colour is GREEN


def test_a_target_for_the_period_goes_before_the_final_one() -> None:
    found = judged("sum", [cell(30, kind=Kind.COUNT)], target(100), target(30, by="2025"))
    assert (found.colour, found.target) == (GREEN, 30)


def test_a_target_for_another_period_is_no_target_now() -> None:
    assert seen(judged("sum", [cell(30, kind=Kind.COUNT)], target(30, by="2026"))) == (GREY, "no_target")


def test_a_sum_is_counted_from_the_start_of_the_project_where_that_is_known() -> None:
    now = cell(10, kind=Kind.COUNT)
    whole = cell(75, kind=Kind.COUNT, id="2025/I01.head_cumulative")
    found = judged("sum", [now, whole], target(100))
    assert (found.colour, found.measured, found.cell) == (GREEN, 75, "2025/I01.head_cumulative")


def test_before_any_time_has_passed_nothing_is_planned() -> None:
    assert seen(judged("sum", [cell(3, kind=Kind.COUNT)], target(100), elapsed=0.0)) == (
        GREY,
        "nothing_planned",
    )


# Thresholds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "interval", "base", "colour", "reason"),
    [
        (0.60, (0.45, 0.74), 40, GREEN, "at_or_over"),
        (0.59, (0.45, 0.74), 40, AMBER, "below_but_possible"),
        (0.50, (0.42, 0.60), 40, AMBER, "below_but_possible"),  # the interval touches the threshold
        (0.50, (0.42, 0.599), 40, RED, "below"),
        (0.50, None, 40, RED, "below"),
        (0.90, (0.60, 0.98), 10, GREEN, "at_or_over"),
        (0.90, (0.57, 0.98), 9, GREY, "small_base"),
        (0.90, None, None, GREY, "small_base"),
    ],
)
def test_a_share_against_its_threshold(
    value: float, interval: tuple[float, float] | None, base: int | None, colour: Colour, reason: str
) -> None:
    found = judged("at_least", [cell(value, interval=interval, base=base)], target(0.6))
    assert seen(found) == (colour, reason)


def test_a_count_of_things_has_no_floor() -> None:
    assert judged("at_least", [cell(15, kind=Kind.COUNT, base=None)], target(15)).colour is GREEN
    assert judged("at_least", [cell(14, kind=Kind.COUNT, base=None)], target(15)).colour is RED


def test_where_less_is_better_the_threshold_is_a_ceiling() -> None:
    assert judged("at_least", [cell(0.2)], target(0.2, direction="down")).colour is GREEN
    assert judged("at_least", [cell(0.3)], target(0.2, direction="down")).colour is RED


@pytest.mark.parametrize(
    ("value", "base", "colour"),
    [(4, 5, GREEN), (4.5, 5, GREEN), (3.5, 5, AMBER), (3, 5, AMBER), (2.5, 5, RED), (5, 4, GREY)],
)
def test_a_median_against_its_level(value: float, base: int, colour: Colour) -> None:
    assert judged("median", [cell(value, kind=Kind.MEDIAN, base=base)], target(4)).colour is colour


# Changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "interval", "colour", "reason"),
    [
        (0.60, (0.45, 0.74), GREEN, "changed_as_agreed"),  # +0.20 from 0.40, surely over zero
        (0.48, (0.41, 0.55), AMBER, "changed_less"),
        (0.55, (0.40, 0.69), AMBER, "cannot_tell"),  # the interval touches the baseline
        (0.35, (0.22, 0.50), AMBER, "cannot_tell"),
        (0.20, (0.10, 0.36), RED, "wrong_direction"),
        (0.50, None, GREEN, "changed_as_agreed"),
        (0.40, None, AMBER, "changed_less"),
        (0.39, None, RED, "wrong_direction"),
    ],
)
def test_a_change_against_an_agreed_baseline(
    value: float, interval: tuple[float, float] | None, colour: Colour, reason: str
) -> None:
    found = judged("change", [cell(value, interval=interval)], target(0.1, baseline=0.4))
    assert seen(found) == (colour, reason)
    assert found.measured == pytest.approx(value - 0.4)


def test_a_change_of_nine_answers_is_not_judged() -> None:
    found = judged("change", [cell(0.9, base=9)], target(0.1, baseline=0.4))
    assert seen(found) == (GREY, "small_base")
    assert judged("change", [cell(0.9, base=10)], target(0.1, baseline=0.4)).colour is GREEN


def test_without_agreed_baseline_the_earliest_release_is_the_start() -> None:
    earlier = [release("2023", cell(0.4, id="2023/I01.head")), release("2024", cell(0.7, id="2024/I01.head"))]
    found = judged("change", [cell(0.6)], target(0.1), earlier=earlier)
    assert found.colour is GREEN
    assert found.measured == pytest.approx(0.2)
    named = judged("change", [cell(0.6)], target(0.1, baseline_period="2024"), earlier=earlier)
    assert named.colour is RED


def test_of_two_releases_of_one_period_the_later_counts() -> None:
    earlier = [
        release("2023", cell(0.4, id="2023/I01.head"), number=2),
        release("2023", cell(0.1, id="2023/I01.head"), number=1),
    ]
    assert judged("change", [cell(0.6)], target(0.1), earlier=earlier).measured == pytest.approx(0.2)


def test_an_uncertain_start_makes_the_change_uncertain() -> None:
    # Newcombe: 0.60 (0.45, 0.74) − 0.40 (0.26, 0.55): 0.2 − hypot(0.15, 0.15) = −0.012
    start = cell(0.4, interval=(0.26, 0.55), id="2023/I01.head")
    found = judged(
        "change", [cell(0.6, interval=(0.45, 0.74))], target(0.1), earlier=[release("2023", start)]
    )
    assert seen(found) == (AMBER, "cannot_tell")


def test_a_start_from_nine_answers_is_no_start() -> None:
    start = release("2023", cell(0.4, base=9, id="2023/I01.head"))
    assert seen(judged("change", [cell(0.6)], target(0.1), earlier=[start])) == (GREY, "small_base")


def test_the_first_year_has_no_baseline() -> None:
    assert seen(judged("change", [cell(0.6)], target(0.1))) == (GREY, "no_baseline")
    hidden = release("2024", cell(None, mask=Mask.SMALL, id="2024/I01.head"))
    assert seen(judged("change", [cell(0.6)], target(0.1), earlier=[hidden])) == (GREY, "no_baseline")


def test_a_change_downwards_can_be_the_agreed_one() -> None:
    assert judged("change", [cell(0.2)], target(0.1, baseline=0.4, direction="down")).colour is GREEN
    assert judged("change", [cell(0.5)], target(0.1, baseline=0.4, direction="down")).colour is RED


# The matrix ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "colour"), [(10, GREEN), (9, GREEN), (8, AMBER), (6, AMBER), (5, RED), (0, RED)]
)
def test_the_matrix_is_coloured_by_the_share_that_is_printed(done: int, colour: Colour) -> None:
    found = judged("matrix", [cell(done / 10, base=10)], planned="2025-02-11")
    assert (found.colour, found.measured) == (colour, done / 10)


def test_without_agreed_cells_the_matrix_has_no_colour() -> None:
    assert seen(judged("matrix", [cell(0.9, base=10)])) == (GREY, "no_target")
    assert seen(judged("matrix", [cell(0.9, base=10)], planned="2026-01-07")) == (GREY, "agreed_later")
    assert seen(judged("matrix", [], planned="2025-02-11")) == (GREY, "no_data")


# What binds when ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreed", "found"),
    [
        ("2025-12-30", (GREEN, "at_or_over")),
        ("2025-12-31", (GREEN, "at_or_over")),
        ("2026-01-01", (GREY, "agreed_later")),
    ],
)
def test_a_target_binds_from_its_day_on(agreed: str, found: tuple[Colour, str]) -> None:
    assert seen(judged("at_least", [cell(0.7)], target(0.6, agreed_date=agreed))) == found


def test_of_two_agreements_the_last_one_made_by_the_end_of_the_period_binds() -> None:
    first = target(0.6, agreed_date="2023-03-14")
    raised, later = target(0.8, agreed_date="2025-05-01"), target(0.9, agreed_date="2026-05-01")
    assert judged("at_least", [cell(0.7)], raised, first, later).target == 0.8


def test_a_later_target_for_the_period_leaves_the_final_one_in_force() -> None:
    later = target(10, "2025", agreed_date="2026-02-01")
    final = target(1000, agreed_date="2023-03-14")
    assert judged("sum", [cell(700, kind=Kind.COUNT, base=None)], later, final).target == 750


# Grey ---------------------------------------------------------------------------------------------


def test_what_can_not_be_judged_says_why() -> None:
    assert seen(judged("none", [cell(0.5)])) == (GREY, "descriptive")
    assert seen(judged("at_least", [cell(0.5)])) == (GREY, "no_target")
    assert seen(judged("at_least", [], target(0.5))) == (GREY, "no_data")
    assert seen(judged("at_least", [cell(None, mask=Mask.SMALL)], target(0.5))) == (GREY, "masked")
    assert seen(judged("at_least", [cell(None)], target(0.5))) == (GREY, "no_value")
    assert seen(judged("at_least", [cell(None, base=8)], target(0.5))) == (GREY, "small_base")
    assert seen(judged("at_least", [cell(None, base=0)], target(0.5))) == (GREY, "no_value")


def test_a_masked_number_never_stands_in_an_assessment() -> None:
    hidden = cell(0.7, mask=Mask.SECONDARY)
    assert judged("at_least", [hidden], target(0.5)).measured is None


# Questions and themes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("colours", "proposed"),
    [
        ([GREEN, GREEN, AMBER], (GREEN, "two_thirds_green")),
        ([GREEN, GREEN, AMBER, AMBER], (AMBER, "mixed")),
        ([GREEN, GREEN, GREEN, GREEN, RED], (AMBER, "mixed")),
        ([GREEN, RED], (RED, "half_red")),
        ([GREEN, GREEN, RED], (AMBER, "mixed")),
        ([AMBER, AMBER], (AMBER, "mixed")),
        ([GREEN, GREY], (GREEN, "two_thirds_green")),  # half can be coloured
        ([GREEN, GREY, GREY], (GREY, "too_few_coloured")),
        ([RED, GREY, GREY], (GREY, "too_few_coloured")),
        ([GREY, GREY], (GREY, "too_few_coloured")),
        ([], (GREY, "too_few_coloured")),
    ],
)
def test_the_colour_proposed_for_a_question(colours: list[Colour], proposed: tuple[Colour, str]) -> None:
    assert propose(colours) == proposed


def question(cells: Sequence[ReleasedCell], value: float = 0.5) -> dict[str, Assessment]:
    """Two indicators with the threshold ``value``."""
    both = plan("at_least", "at_least")
    targets = Targets.model_validate(
        {"schema_version": 1, "targets": [target(value), target(value, indicator="I02")]}
    )
    return judge({one.id: one for one in cells}, (), both, targets, "2025", date(2025, 12, 31), 0.75)


def graded(first: ReleasedCell, second: ReleasedCell | None, *rates: ReleasedCell) -> tuple[str, str]:
    found = question([first, *([second] if second else []), *rates])["EQ1"]
    return found.grade, found.grade_reason


def second(value: float, base: int | None = 40, sources: tuple[SourceKind, ...] = (FIRMS,)) -> ReleasedCell:
    return cell(value, base=base, sources=sources, id="2025/I02.head")


def test_two_independent_kinds_that_agree_give_an_a() -> None:
    assert graded(cell(0.6), second(0.6), rate("q2", 0.5), rate("q3", 0.2)) == ("A", "two_kinds_agree")


def test_two_kinds_that_disagree_are_as_good_as_the_better_one() -> None:
    assert graded(cell(0.6), second(0.1), rate("q2", 0.4), rate("q3", 0.3)) == ("B", "one_kind")


def test_an_unknown_response_rate_caps_the_grade_at_c() -> None:
    assert graded(cell(0.6), second(0.6), rate("q2", 0.5)) == ("C", "rate_unknown")
    assert graded(cell(0.6), second(0.6), rate("q2", 0.5), rate("q3", None)) == ("C", "rate_unknown")


@pytest.mark.parametrize(("share", "grade"), [(0.40, ("B", "one_kind")), (0.39, ("C", "low_rate"))])
def test_one_kind_needs_four_answers_of_ten_invited(share: float, grade: tuple[str, str]) -> None:
    assert graded(cell(0.6), second(0.6, sources=(PARTNERS,)), rate("q2", share)) == grade


def test_the_projects_own_word_alone_is_a_c() -> None:
    own = graded(cell(0.6, sources=(LOGS,)), second(0.6, sources=(STEERING,)), rate("q4", 1.0))
    assert own == ("C", "self_report")


def test_participation_records_need_no_response_rate() -> None:
    assert graded(cell(0.6, sources=(RECORDS,)), None) == ("B", "one_kind")
    both = graded(cell(0.6, sources=(RECORDS,)), second(0.6, sources=(LOGS,)))
    assert both == ("A", "two_kinds_agree")


def test_a_count_without_base_takes_the_answers_of_its_survey() -> None:
    ties = cell(5, kind=Kind.COUNT, base=None)
    few = cell(9, kind=Kind.COUNT, id="2025/SRC.answered[survey=q2]")
    enough = cell(10, kind=Kind.COUNT, id="2025/SRC.answered[survey=q2]")
    assert graded(ties, None, rate("q2", 0.5), few) == ("C", "small_base")
    assert graded(ties, None, rate("q2", 0.5), enough) == ("B", "one_kind")


def test_a_grey_question_has_no_grade() -> None:
    assert graded(cell(0.6, base=9), None, rate("q2", 0.5)) == ("", "not_coloured")


def test_a_theme_is_judged_by_the_indicators_that_belong_to_it() -> None:
    found = question([cell(0.6), second(0.1), rate("q2", 0.5), rate("q3", 0.5)])
    assert (found["climate"].colour, found["climate"].grade) == (GREEN, "B")
    assert found["EQ1"].colour is RED


def test_every_reason_is_one_of_the_stable_words() -> None:
    found = question([cell(0.6), second(0.1), rate("q2", 0.5), rate("q3", 0.5)]).values()
    assert {one.reason for one in found} <= set(REASONS)
    assert {one.grade_reason for one in found} - {""} <= set(GRADE_REASONS)
