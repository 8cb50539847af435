"""The comparisons declared before the freeze, Holm-corrected within their family.

``kind: paired``: the same people, now and in the earlier wave; for skills, now and before in one form.
``kind: groups``: one group against all others; the item may name it, as ``q1.T01:role=entr``.
``kind: shares``: the share in two waves. The item is ``survey.series`` or ``survey.series[sub]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.codes import UNKNOWN
from evallib.indicators.bench import Bench, How
from evallib.measures.change import Tested, group_difference, paired_change
from evallib.measures.distributions import answers
from evallib.measures.proportions import newcombe
from evallib.measures.ticks import ticks
from evallib.plan.model import Comparison
from evallib.results import Cell, Kind, Result
from evallib.tidy import Frames, SurveyFrame

Numbers = npt.NDArray[np.float64]
_ITEM = re.compile(
    r"(?:(?P<survey>\w+)\.)?(?P<series>\w+)(?:\[(?P<sub>\w+)\])?(?::(?P<dim>\w+)=(?P<code>\w+))?"
)
_BEFORE = {"Y07": "Y08"}  # skills now → skills before, asked in one form
_GROUP = ("role", "entr")  # who is compared with the others where the item names no group


@dataclass(frozen=True)
class Compared:
    """A declared comparison, read."""

    declared: Comparison
    survey: str
    series: str
    sub: str
    group: tuple[str, str]

    @property
    def stem(self) -> str:
        return f"{self.series}_{self.sub}".lower() if self.sub else self.series.lower()


def changes(bench: Bench) -> list[Result]:
    """Results of the plan's comparisons.

    Pairs give ``<s>_change`` (mean shift), ``<s>_change_effect`` and ``<s>_change_p``; groups
    ``<s>_difference_effect`` and ``<s>_difference_p``; shares ``<s>_change`` with Newcombe's interval.
    """
    compared = [_read(bench, one) for one in bench.plan.comparisons]
    tested = {one.declared.code: _test(bench, one) for one in compared if one.declared.kind != "shares"}
    corrected = _holm_by_family(bench.plan.comparisons, tested)
    found: list[Result] = []
    for one in compared:
        code = one.declared.code
        if code in tested:
            found += _test_results(bench, one, tested[code], corrected.get(code))
        else:
            found.append(_share_change(bench, one))
    return found


def earlier_wave(bench: Bench, survey: str) -> Frames | None:
    """The wave compared with: that of the comparison period, where the survey was asked in it."""
    asked = (one for one in bench.history if bench.survey(survey, one).n)
    return next((one for one in asked if one.period.id == bench.comparison), None)


def _read(bench: Bench, one: Comparison) -> Compared:
    match = _ITEM.fullmatch(one.item)
    found = match.groupdict() if match else {"series": one.item}
    series = found["series"] or ""
    asking = next((name for name, own in bench.questionnaires.items() if own.in_series(series)), "q2")
    group = (found["dim"], found["code"]) if found.get("dim") and found.get("code") else _GROUP
    return Compared(one, found.get("survey") or asking, series, found.get("sub") or "", group)


def _test(bench: Bench, one: Compared) -> Tested:
    floor = bench.policy.test_base
    if one.declared.kind == "groups":
        values = answers(bench.survey(one.survey), one.series, one.sub).scale_values()
        background = bench.background(one.survey, one.group[0])
        mine = background == one.group[1]
        return group_difference(values[mine], values[~mine & (background != UNKNOWN)], floor=floor)
    if one.series in _BEFORE:
        return paired_change(*_skills(bench.survey(one.survey), one), floor=floor)
    past = earlier_wave(bench, one.survey)
    if past is None:
        return Tested(0, note="no_data")
    now = _by_person(bench.survey(one.survey), one)
    before = _by_person(bench.survey(one.survey, past), one)
    shared = sorted(set(now) & set(before))
    return paired_change(
        np.array([now[person] for person in shared], dtype=float),
        np.array([before[person] for person in shared], dtype=float),
        floor=floor,
    )


def _skills(frame: SurveyFrame, one: Compared) -> tuple[Numbers, Numbers]:
    """Sums of the skills now and before, over those that a person rated both times; NaN without any."""
    item = frame.item(one.series)
    subs = [one.sub] if one.sub else [sub.code for sub in item.subitems] if item else []
    now, before = (
        np.array([answers(frame, series, sub).scale_values() for sub in subs]).reshape(len(subs), frame.n)
        for series in (one.series, _BEFORE[one.series])
    )
    both = ~np.isnan(now) & ~np.isnan(before)
    rated = np.maximum(both.sum(axis=0), 1)
    some = both.any(axis=0)
    sums = [np.where(some, np.where(both, side, 0.0).sum(axis=0) / rated, np.nan) for side in (now, before)]
    return sums[0], sums[1]


def _by_person(frame: SurveyFrame, one: Compared) -> dict[str, float]:
    """Scale value by pseudonym; who answered for two organisations can't be paired and is left out."""
    if not frame.n:
        return {}
    people = frame.rows["person"]
    once = ~people.duplicated(keep=False).to_numpy() & (people != "").to_numpy()
    values = answers(frame, one.series, one.sub).scale_values()
    return dict(zip(people[once], values[once].tolist(), strict=True))


def _holm_by_family(compared: Iterable[Comparison], tested: Mapping[str, Tested]) -> dict[str, float]:
    families: dict[str, dict[str, float]] = {}
    for one in compared:
        p = tested[one.code].p if one.code in tested else None
        if p is not None:
            families.setdefault(one.family, {})[one.code] = p
    corrected: dict[str, float] = {}
    for family in families.values():
        from evallib.measures.adapter import holm

        corrected |= dict(zip(family, holm(list(family.values())), strict=True))
    return corrected


def _test_results(bench: Bench, one: Compared, tested: Tested, p: float | None) -> list[Result]:
    make = bench.survey_maker(one.declared.indicator, one.survey)
    groups = one.declared.kind == "groups"
    stem = f"{one.stem}_difference" if groups else f"{one.stem}_change"
    how: How = {
        "method": "mann_whitney" if groups else "wilcoxon_pratt",
        "function": "change.group_difference" if groups else "change.paired_change",
    }
    universe = f"{one.survey} {'groups' if groups else 'pairs'}"
    effect, shift, tail = (
        Cell(value=value, base=tested.n, note=tested.note) for value in (tested.effect, tested.shift, p)
    )
    results = [
        make(
            f"{stem}_effect",
            Kind.EFFECT,
            effect,
            unit="rank-biserial",
            universe=universe,
            protected=groups,
            **how,
        ),
        make(
            f"{stem}_p",
            Kind.P_VALUE,
            tail,
            unit="p, Holm",
            method="holm",
            function="adapter.holm",
            universe=universe,
            protected=groups,
        ),
    ]
    if groups:
        return results
    return [make(stem, Kind.MEAN, shift, unit="scale steps", universe=universe, **how), *results]


def _share_change(bench: Bench, one: Compared) -> Result:
    past = earlier_wave(bench, one.survey)
    make = bench.survey_maker(one.declared.indicator, one.survey)
    cell = Cell(note="no_data")
    if past is not None:
        now, before = (_share(bench.survey(one.survey, frames), one) for frames in (bench.frames, past))
        cell = _difference(bench, now, before)
    how: How = {"method": "newcombe", "function": "proportions.newcombe"}
    return make(f"{one.stem}_change", Kind.SHARE, cell, unit="difference of shares", **how)


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
