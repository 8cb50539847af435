"""From figures to colours: each indicator against its target, then questions, themes and evidence grades.

A colour needs a target that the steering group had agreed by the period's last day; everything else is grey,
with the reason. The rules, by the form of the target (n = people or things behind the share):

- sum: green from 90 % of the plan for this point in time, amber from 60 %, red below. The plan is the
  target for the period, else the final target × the share of the project's time that has passed.
- at_least: green at or over the threshold (at or under it where less is better); else amber when the 95 %
  interval holds the threshold, else red. Grey when n < 10.
- change: against the agreed baseline, else the earliest released headline. Amber whenever the interval of
  the change holds zero: the figures can't tell yet, whatever the point says. Otherwise green when the
  change has the agreed size, amber when it is smaller, red in the wrong direction. Grey when n < 10.
- matrix: the share of agreed cells in which something was done, with the limits of sum.
- median: green at the level, amber one step below, red lower. Grey when n < 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from evallib.indicators.grade import evidence_of, grade
from evallib.plan.model import Indicator, Plan, Target, TargetForm, Targets
from evallib.results import Assessment, Colour, Kind, Released, ReleasedCell, ResultId
from evallib.results.differences import change_interval, holds
from evallib.results.rounding import AT_LEAST

# Stable words of ``Assessment.reason``; the display words them in each language.
GREY_REASONS = (
    "descriptive",  # the plan gives this indicator no target form
    "no_target",  # nothing agreed for this point in time
    "agreed_later",  # the target was agreed only after the period
    "nothing_planned",  # no cell agreed, or the plan for this point is zero
    "no_data",  # the release has no headline of this indicator
    "masked",  # the headline is hidden
    "no_value",  # the headline could not be said
    "small_base",  # too few answers to judge
    "rounded",  # the headline is rounded, so that the truth may lie on the other side of a limit
    "no_baseline",  # nothing to compare the change with
    "too_few_coloured",  # question or theme: fewer than half of its indicators have a colour
)
REASONS = (
    *GREY_REASONS,
    "on_plan",  # sum, matrix: 90 % or more of the plan
    "behind_plan",  # 60–89 %
    "far_behind_plan",  # under 60 %
    "at_or_over",  # at_least, median: reached (at_least with direction down: at or under)
    "below_but_possible",  # below, but the target lies in the interval
    "below",  # below, and the interval does not hold the target
    "one_step_below",  # median
    "changed_as_agreed",  # change of the agreed size in the agreed direction
    "changed_less",  # right direction, smaller than agreed
    "cannot_tell",  # the interval of the change holds zero
    "wrong_direction",
    "two_thirds_green",  # question, theme
    "half_red",
    "mixed",
)

GREEN_FROM, AMBER_FROM = 0.9, 0.6
MEDIAN_BASE = 5
_ROUNDING = 1e-9  # 0.3 + 0.6 must reach 0.9
_OF_PEOPLE = (Kind.SHARE, Kind.BALANCE, Kind.MEAN, Kind.MEDIAN, Kind.INDEX)


@dataclass(frozen=True)
class _Case:
    """One indicator with what is needed to judge it."""

    indicator: Indicator
    cell: ReleasedCell | None
    target: Target | None
    later: bool  # something was agreed after the period
    period: str
    percent_base: int

    def assessed(
        self,
        colour: Colour,
        reason: str,
        measured: float | None = None,
        target: float | None = None,
    ) -> Assessment:
        cell = str(self.cell.id) if self.cell else ""
        down = self.target is not None and self.target.direction == "down"
        return Assessment(self.indicator.code, colour, reason, cell, measured, target, down=down)

    def grey(self, reason: str) -> Assessment:
        shown = self.cell.value if self.cell and self.cell.shown else None
        return self.assessed(Colour.GREY, reason, shown)


def judge(
    cells: Mapping[ResultId, ReleasedCell],
    earlier: Sequence[Released],
    plan: Plan,
    targets: Targets,
    period_id: str,
    ended: date,
    elapsed_share: float,
) -> dict[str, Assessment]:
    """An assessment of every indicator, evaluation question and theme, by code.

    earlier: releases of earlier periods, oldest first. ended: the period's last day. elapsed_share: how much
    of the project's time has passed by then, 0–1. ``Assessment.target`` is what the measured number was
    compared with: for sums the plan for this point in time, for a change the agreed size (and measured the
    change itself).
    """
    assessed: dict[str, Assessment] = {}
    for indicator in plan.indicators:
        target = _agreed(targets, indicator, period_id, ended)
        later = target is None and _agreed(targets, indicator, period_id, date.max) is not None
        cell = headline_cell(cells, indicator, period_id)
        case = _Case(indicator, cell, target, later, period_id, plan.policy.percent_base)
        assessed[indicator.code] = _judged(case, earlier, elapsed_share)
    groups = {question.code: question.indicators for question in plan.questions}
    for theme in plan.themes:
        own = (one.code for one in plan.indicators if one.belongs_to == theme.code)
        groups[theme.code] = tuple(own)
    for subject, codes in groups.items():
        colour, reason = propose([assessed[code].colour for code in codes])
        evidence = [evidence_of(plan.indicator(code), assessed[code], cells) for code in codes]
        letter, why = grade(colour, evidence, cells, period_id)
        assessed[subject] = Assessment(subject, colour, reason, grade=letter, grade_reason=why)
    return assessed


def propose(colours: Sequence[Colour]) -> tuple[Colour, str]:
    """The colour of a question from the colours of its indicators, with the reason."""
    green, red = colours.count(Colour.GREEN), colours.count(Colour.RED)
    coloured = len(colours) - colours.count(Colour.GREY)
    if coloured == 0 or 2 * coloured < len(colours):
        return Colour.GREY, "too_few_coloured"
    if red == 0 and 3 * green >= 2 * coloured:
        return Colour.GREEN, "two_thirds_green"
    if 2 * red >= coloured:
        return Colour.RED, "half_red"
    return Colour.AMBER, "mixed"


def headline_cell(
    cells: Mapping[ResultId, ReleasedCell], indicator: Indicator, period: str
) -> ReleasedCell | None:
    """The headline cell; for sums the count since the start of the project where there is one."""
    if indicator.target is TargetForm.SUM:
        whole = cells.get(ResultId(period, indicator.code, f"{indicator.headline}_cumulative"))
        if whole is not None:
            return whole
    return cells.get(ResultId(period, indicator.code, indicator.headline))


def _agreed(targets: Targets, indicator: Indicator, period: str, on: date) -> Target | None:
    """The target in force on a day; for the matrix, that every agreed cell is done."""
    plan = targets.planned_cells
    if indicator.target is not TargetForm.MATRIX:
        return targets.of(indicator.code, period, on) or targets.of(indicator.code, "end", on)
    if plan is None or not targets.planned(on):
        return None
    return Target(
        indicator=indicator.code,
        value=1.0,
        by="end",
        agreed_date=plan.agreed_date,
        minutes_paragraph=plan.minutes_paragraph,
    )


def _judged(case: _Case, earlier: Sequence[Released], elapsed_share: float) -> Assessment:
    form = case.indicator.target
    if form is TargetForm.NONE:
        return case.grey("descriptive")
    if case.target is None:
        return case.grey("agreed_later" if case.later else "no_target")
    if case.cell is None:
        return case.grey("no_data")
    if not case.cell.shown:
        return case.grey(_unsaid(case.cell, case.percent_base))
    if _unsure(case):
        return case.grey("rounded")
    if form is TargetForm.MATRIX:
        return _against_plan(case, _value(case.cell), case.target.value)
    if form is TargetForm.SUM:
        return _sum(case, case.cell, case.target, elapsed_share)
    if form is TargetForm.CHANGE:
        return _change(case, case.cell, case.target, earlier)
    if form is TargetForm.MEDIAN:
        return _median(case, case.cell, case.target)
    return _at_least(case, case.cell, case.target)


def _sum(case: _Case, cell: ReleasedCell, target: Target, elapsed_share: float) -> Assessment:
    planned = target.value * (elapsed_share if target.by == "end" else 1.0)
    if planned <= 0:
        return case.grey("nothing_planned")
    return _against_plan(case, _value(cell), planned)


def _against_plan(case: _Case, done: float, planned: float) -> Assessment:
    ratio = done / planned + _ROUNDING
    if ratio >= GREEN_FROM:
        return case.assessed(Colour.GREEN, "on_plan", done, planned)
    if ratio >= AMBER_FROM:
        return case.assessed(Colour.AMBER, "behind_plan", done, planned)
    return case.assessed(Colour.RED, "far_behind_plan", done, planned)


def _at_least(case: _Case, cell: ReleasedCell, target: Target) -> Assessment:
    if _small(cell, case.percent_base):
        return case.grey("small_base")
    sign = -1.0 if target.direction == "down" else 1.0
    short = sign * (target.value - _value(cell))
    if short <= _ROUNDING:
        return case.assessed(Colour.GREEN, "at_or_over", cell.value, target.value)
    if cell.interval and holds(cell.interval, target.value):
        return case.assessed(Colour.AMBER, "below_but_possible", cell.value, target.value)
    return case.assessed(Colour.RED, "below", cell.value, target.value)


def _median(case: _Case, cell: ReleasedCell, target: Target) -> Assessment:
    if cell.base is None or cell.base < MEDIAN_BASE:
        return case.grey("small_base")
    short = target.value - _value(cell)
    if short <= 0:
        return case.assessed(Colour.GREEN, "at_or_over", cell.value, target.value)
    if short <= 1:
        return case.assessed(Colour.AMBER, "one_step_below", cell.value, target.value)
    return case.assessed(Colour.RED, "below", cell.value, target.value)


def _change(case: _Case, cell: ReleasedCell, target: Target, earlier: Sequence[Released]) -> Assessment:
    start = _baseline(case, target, earlier)
    if start is None:
        return case.grey("no_baseline")
    before, before_interval, before_base = start
    if _small(cell, case.percent_base) or (before_base is not None and before_base < case.percent_base):
        return case.grey("small_base")
    change = _value(cell) - before
    low, high = change_interval(_value(cell), cell.interval, before, before_interval)
    better = change if target.direction == "up" else -change
    if low < high and holds((low, high), 0.0):
        return case.assessed(Colour.AMBER, "cannot_tell", change, target.value)
    if better < 0:
        return case.assessed(Colour.RED, "wrong_direction", change, target.value)
    if better >= target.value - _ROUNDING:
        return case.assessed(Colour.GREEN, "changed_as_agreed", change, target.value)
    return case.assessed(Colour.AMBER, "changed_less", change, target.value)


Baseline = tuple[float, tuple[float, float] | None, int | None]


def _baseline(case: _Case, target: Target, earlier: Sequence[Released]) -> Baseline | None:
    """The starting value with its interval and base: agreed, or from the earliest release; never rounded.

    Of several releases of one period the last counts.
    """
    if target.baseline is not None:
        return target.baseline, None, None
    last = {one.period: one for one in sorted(earlier, key=lambda one: one.number)}
    periods = dict.fromkeys(one.period for one in earlier)  # oldest first, as given
    wanted = [target.baseline_period] if target.baseline_period else list(periods)
    for period in wanted:
        release = last.get(period) if period != case.period else None
        cell = headline_cell(release.cells, case.indicator, period) if release else None
        if cell is not None and cell.shown and not cell.rounded and cell.note != AT_LEAST:
            measured = cell.base if cell.kind in _OF_PEOPLE else None
            return _value(cell), cell.interval, measured
    return None


def _unsure(case: _Case) -> bool:
    """Whether a number that is rounded, or a least one, leaves open on which side of the target it lies."""
    cell, target = case.cell, case.target
    assert cell is not None and target is not None
    reached = case.indicator.target is TargetForm.AT_LEAST and target.direction == "up"
    if cell.note == AT_LEAST and reached and _value(cell) >= target.value:
        return False
    return cell.rounded > 0 or cell.note == AT_LEAST


def _unsaid(cell: ReleasedCell, floor: int) -> str:
    """Why a cell has no number: hidden, said of too few, or not to be said at all."""
    if cell.mask is not None:
        return "masked"
    few = bool(cell.base) and _small(cell, floor)  # nobody at all is no data
    return "small_base" if few else "no_value"


def _small(cell: ReleasedCell, floor: int) -> bool:
    """Too few answers behind the number; counts of things have no floor."""
    return cell.kind in _OF_PEOPLE and (cell.base is None or cell.base < floor)


def _value(cell: ReleasedCell) -> float:
    assert cell.value is not None  # the caller has seen that the cell is shown
    return cell.value
