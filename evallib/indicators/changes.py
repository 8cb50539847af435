"""The comparisons declared before the freeze, Holm-corrected within their family; nothing else is tested.

``kind: paired``: the same people, now and in the earlier wave; for skills, now and before in one form.
``kind: paired_shares``: the same people's share of the two highest answers, now and in the earlier wave.
``kind: groups``: one group against all others, as ``q1.T01:role=entr``; ``kind: several``: all groups, as
``q1.T01:role``. ``kind: shares`` and ``balances``: share or balance of two waves, with the interval of their
difference and without p. The item is ``survey.series`` or ``survey.series[sub]``, as the plan says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from evallib.codes import UNKNOWN
from evallib.indicators.bench import Bench, How, in_order
from evallib.measures.change import Tested, changed_share, group_difference, paired_change, several_groups
from evallib.measures.distributions import Answers, answers, balance_change
from evallib.measures.proportions import newcombe
from evallib.measures.ticks import ticks
from evallib.plan.model import REMEMBERED, Comparison
from evallib.results import Cell, Key, Kind, Pairs, Result
from evallib.tidy import Frames, SurveyFrame

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """A declared comparison, with the survey that asks its item."""

    declared: Comparison
    survey: str
    series: str
    sub: str
    stem: str


@dataclass(frozen=True)
class Outcome:
    """What a test gave. people: counts beside it; pairs: p of each pair of several groups; behind: the
    answers of a change between two waves."""

    tested: Tested
    people: Mapping[str, int] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], float] = field(default_factory=dict)
    behind: Pairs | None = None


def changes(bench: Bench) -> list[Result]:
    """Results of the plan's comparisons, each named after its item.

    Pairs give ``_change`` (mean shift, or change of the share), groups ``_difference`` (Hodges–Lehmann
    shift); both with ``_effect`` and ``_p``. Several groups give ``_groups_effect``, ``_groups_p`` and
    ``_groups_<a>_<b>_p``. Pairs over two waves tell ``_dropouts`` and ``_newcomers`` beside.
    """
    compared = [_read(bench, one) for one in bench.plan.comparisons]
    outcomes = {one.declared.code: _TESTS[one.declared.kind](bench, one) for one in compared if _has_p(one)}
    corrected = _holm_by_family(bench, outcomes)
    found: list[Result] = []
    for one in compared:
        code = one.declared.code
        if code in outcomes:
            found += _results(bench, one, outcomes[code], corrected.get(code))
        else:
            found.append(_change_between_waves(bench, one))
    return found


def earlier_wave(bench: Bench, survey: str) -> Frames | None:
    """The wave compared with: that of the comparison period, where the survey was asked in it."""
    asked = (one for one in bench.history if bench.survey(survey, one).n)
    return next((one for one in asked if one.period.id == bench.comparison), None)


def _read(bench: Bench, one: Comparison) -> Compared:
    asking = (name for name, own in bench.questionnaires.items() if own.in_series(one.series))
    return Compared(one, one.survey or next(asking, "q2"), one.series, one.sub, one.stem)


def _has_p(one: Compared) -> bool:
    return one.declared.kind in _TESTS


def _groups(bench: Bench, one: Compared) -> Outcome:
    values, background = _scale_and_background(bench, one)
    mine = background == one.declared.group[1]
    others = values[~mine & (background != UNKNOWN)]
    return Outcome(group_difference(values[mine], others, floor=bench.policy.test_base))


def _several(bench: Bench, one: Compared) -> Outcome:
    values, background = _scale_and_background(bench, one)
    codes = [code for code in in_order(one.declared.group[0], background) if code != UNKNOWN]
    groups = {code: values[background == code] for code in codes}
    tested, pairs = several_groups(groups, floor=bench.policy.test_base)
    return Outcome(tested, pairs=pairs)


def _scale_and_background(bench: Bench, one: Compared) -> tuple[Numbers, npt.NDArray[np.object_]]:
    values = answers(bench.survey(one.survey), one.series, one.sub).scale_values()
    return values, bench.background(one.survey, one.declared.group[0])


def _paired(bench: Bench, one: Compared) -> Outcome:
    floor, shares = bench.policy.test_base, one.declared.kind == "paired_shares"
    method = "mcnemar" if shares else "wilcoxon_pratt_exact"
    if one.declared.experienced:
        return Outcome(paired_change(*_skills(bench.survey(one.survey), one), floor=floor))
    if not bench.policy.pairing:
        return Outcome(Tested(0, note="pairing_not_allowed", method=method))
    past = earlier_wave(bench, one.survey)
    if past is None:
        return Outcome(Tested(0, note="no_data", method=method))
    if bench.other_key(past):
        return Outcome(Tested(0, note="key_changed", method=method))
    now = _by_person(bench.survey(one.survey), one)
    before = _by_person(bench.survey(one.survey, past), one)
    shared = sorted(now.keys() & before.keys())
    people = {"dropouts": len(before) - len(shared), "newcomers": len(now) - len(shared)}
    if any(0 < one < bench.policy.threshold for one in people.values()):
        # The overall distributions of both waves, less what the pairs changed, would tell their answers.
        return Outcome(Tested(0, note="few_others", method=method))
    then, today = (np.array([wave[person] for person in shared], dtype=float) for wave in (before, now))
    frames = (bench.survey(one.survey, wave) for wave in (past, bench.frames))
    waves = [answers(frame, one.series, one.sub) for frame in frames]
    given = [_scale_values(wave) for wave in waves]
    if not shares:
        return Outcome(paired_change(today, then, floor=floor), people, behind=_behind(then, today, *given))
    top = zip(waves[1].codes, waves[1].values, strict=True)
    least = min((value for code, value in top if code in waves[1].top()), default=0.0)
    behind = _behind(*(one >= least for one in (then, today, *given)))
    return Outcome(changed_share(today >= least, then >= least, floor=floor), people, behind=behind)


def _scale_values(given: Answers) -> Numbers:
    values = given.scale_values()
    return values[~np.isnan(values)]


def _behind(
    then: npt.NDArray[Any], today: npt.NDArray[Any], before: npt.NDArray[Any], now: npt.NDArray[Any]
) -> Pairs:
    """Pairs and all answers of both waves, counted; who could not be paired answered in one wave only."""
    values = sorted({*before.tolist(), *now.tolist()})
    place = {value: i for i, value in enumerate(values)}
    joint = np.zeros((len(values), len(values)), dtype=int)
    np.add.at(joint, ([place[one] for one in then.tolist()], [place[one] for one in today.tolist()]), 1)
    sides = ([place[one] for one in side.tolist()] for side in (before, now))
    whole = [np.bincount(side, minlength=len(values)) for side in sides]
    return Pairs(
        tuple(float(one) for one in values),
        tuple(tuple(int(n) for n in row) for row in joint),
        tuple(int(n) for n in whole[0] - joint.sum(axis=1)),
        tuple(int(n) for n in whole[1] - joint.sum(axis=0)),
    )


def _skills(frame: SurveyFrame, one: Compared) -> tuple[Numbers, Numbers]:
    """Means of the skills now and before, over those that a person rated both times; NaN without any."""
    item = frame.item(one.series)
    subs = [one.sub] if one.sub else [sub.code for sub in item.subitems] if item else []
    now, before = (
        np.array([answers(frame, series, sub).scale_values() for sub in subs]).reshape(len(subs), frame.n)
        for series in (one.series, REMEMBERED[one.series])
    )
    both = ~np.isnan(now) & ~np.isnan(before)
    rated = np.maximum(both.sum(axis=0), 1)
    some = both.any(axis=0)
    means = [np.where(some, np.where(both, side, 0.0).sum(axis=0) / rated, np.nan) for side in (now, before)]
    return means[0], means[1]


def _by_person(frame: SurveyFrame, one: Compared) -> dict[str, float]:
    """Scale value by pseudonym; who answered for two organisations can't be paired and is left out."""
    if not frame.n:
        return {}
    people, values = frame.rows["person"], answers(frame, one.series, one.sub).scale_values()
    once = ~people.duplicated(keep=False).to_numpy() & (people != "").to_numpy() & ~np.isnan(values)
    return dict(zip(people[once], values[once].tolist(), strict=True))


_TESTS = {"groups": _groups, "several": _several, "paired": _paired, "paired_shares": _paired}


def _holm_by_family(bench: Bench, outcomes: Mapping[str, Outcome]) -> dict[str, float]:
    """p by comparison. One that was withdrawn after a freeze counts as if it had shown nothing (p = 1), so
    that leaving a comparison out makes no other smaller."""
    families: dict[str, dict[str, float]] = {}
    for one in bench.plan.comparisons:
        p = outcomes[one.code].tested.p if one.code in outcomes else None
        if p is not None:
            families.setdefault(one.family, {})[one.code] = p
    corrected: dict[str, float] = {}
    for name, family in families.items():
        from evallib.measures.adapter import corrected as holm

        gone = [1.0] * bench.withdrawn.count(name)
        p_values = holm([*family.values(), *gone])
        corrected |= dict(zip(family, p_values, strict=False))
    return corrected


def _results(bench: Bench, one: Compared, outcome: Outcome, p: float | None) -> Iterator[Result]:
    tested, kind = outcome.tested, one.declared.kind
    groups, base, note = kind in ("groups", "several"), tested.n, tested.note
    plain = bench.survey_maker(one.declared.indicator, one.survey)
    whose = f"{one.survey} {'groups' if groups else 'pairs'}"
    make = partial(plain, universe=whose, protected=groups, pairs=outcome.behind)
    how: How = {"method": tested.method, "function": f"change.{_FUNCTIONS[kind]}"}
    if kind != "several":
        unit, measured = ("difference of shares", Kind.SHARE) if kind == "paired_shares" else _STEPS
        shift = Cell(value=tested.shift, base=base, note=note if tested.shift is None else "")
        yield make(one.stem, measured, shift, unit=unit, **how)
    effect = Cell(value=tested.effect, base=base, interval=tested.interval, note=note)
    unit = "epsilon²" if kind == "several" else "rank-biserial"
    yield make(f"{one.stem}_effect", Kind.EFFECT, effect, unit=unit, **how)
    tails = {"": p} | {f"_{a}_{b}": pair for (a, b), pair in outcome.pairs.items()}
    for name, tail in tails.items():
        cell = Cell(value=tail, base=base, note=note)
        how = {"method": "dunn" if name else "holm", "function": "adapter.corrected"}
        yield make(f"{one.stem}{name}_p", Kind.P_VALUE, cell, unit="p, Holm", **how)
    for name, number in outcome.people.items():
        counted: How = {"method": "pairs", "function": f"change.{_FUNCTIONS[kind]}"}
        which: Key = ((f"wave:{one.stem}", ("earlier" if name == "dropouts" else "later",)),)
        yield plain.count(
            f"{one.stem}_{name}", number, unit="people", universe=whose, numerator=which, **counted
        )


_STEPS = ("scale steps", Kind.MEAN)
_FUNCTIONS = {
    "groups": "group_difference",
    "several": "several_groups",
    "paired": "paired_change",
    "paired_shares": "changed_share",
}


def _change_between_waves(bench: Bench, one: Compared) -> Result:
    past = earlier_wave(bench, one.survey)
    make = bench.survey_maker(one.declared.indicator, one.survey)
    waves = [bench.survey(one.survey, frames) for frames in (bench.frames, past) if frames is not None]
    if one.declared.kind == "balances":
        now, *before = (answers(frame, one.series, one.sub) for frame in waves)
        cell = balance_change(now, *before, floor=bench.floor) if before else Cell(note="no_data")
        how: How = {"method": "balance_change", "function": "distributions.balance_change"}
        return make(one.stem, Kind.BALANCE, cell, unit="points", **how)
    counts, *earlier = (_share(frame, one) for frame in waves)
    cell = _difference(bench, counts, *earlier) if earlier else Cell(note="no_data")
    how = {"method": "newcombe", "function": "proportions.newcombe"}
    return make(one.stem, Kind.SHARE, cell, unit="difference of shares", **how)


def _share(frame: SurveyFrame, one: Compared) -> tuple[int, int]:
    """(count, base): who ticked something real, or answered with one of the two highest options."""
    item = frame.item(one.series)
    if item is not None and item.subitems and not one.sub:
        found = ticks(frame, one.series)
        return int(found.any_of(found.real).sum()), int(found.answered.sum())
    given = answers(frame, one.series, one.sub)
    return given.count_of(given.top()), given.base()


def _difference(bench: Bench, now: tuple[int, int], before: tuple[int, int]) -> Cell:
    smaller = min(now[1], before[1])
    if smaller < bench.floor:
        return Cell(base=smaller, note=f"base_under_{bench.floor}" if smaller else "no_data")
    return Cell(value=now[0] / now[1] - before[0] / before[1], base=smaller, interval=newcombe(*now, *before))
