"""The comparisons declared before the freeze: change of partners between two waves, Holm in the family."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from evallib.indicators.bench import Bench, Facts
from evallib.measures.change import Tested, paired_change
from evallib.measures.distributions import Answers, answers
from evallib.measures.proportions import newcombe
from evallib.plan.model import Comparison
from evallib.results import Cell, Kind, Result
from evallib.tidy import Frames, SurveyFrame

Numbers = npt.NDArray[np.float64]


def changes(bench: Bench) -> list[Result]:
    """Results of the plan's comparisons: for pairs ``<s>_change``, ``<s>_change_effect``, ``<s>_change_p``
    (Holm-corrected), for shares ``<s>_change`` with Newcombe's interval."""
    compared = bench.plan.comparisons
    pairs = {one.code: _paired(bench, one) for one in compared if one.kind == "paired"}
    corrected = _holm_by_family(compared, pairs)
    found: list[Result] = []
    for one in compared:
        if one.kind == "paired":
            found += _paired_results(bench, one, pairs[one.code], corrected.get(one.code))
        elif one.kind == "shares":
            found.append(_share_change(bench, one))
    return found


def survey_of(bench: Bench, series: str) -> str:
    """The survey that asks the series."""
    return next((name for name, one in bench.questionnaires.items() if one.in_series(series)), "q2")


def earlier_wave(bench: Bench, survey: str) -> Frames | None:
    """The wave compared with: that of the declared comparison period, else the last earlier one."""
    asked = [one for one in bench.history if bench.survey(survey, one).n]
    if bench.comparison is not None:
        return next((one for one in asked if one.period.id == bench.comparison), None)
    return asked[-1] if asked else None


def _series(item: str) -> tuple[str, str]:
    """``q2.N14[event]`` → series and subitem."""
    series, _, sub = item.rpartition(".")[2].partition("[")
    return series, sub.rstrip("]")


def _paired(bench: Bench, one: Comparison) -> Tested:
    series, sub = _series(one.item)
    survey = survey_of(bench, series)
    past = earlier_wave(bench, survey)
    if past is None:
        return Tested(0, note="no_data")
    now = _by_person(bench.survey(survey), series, sub)
    before = _by_person(bench.survey(survey, past), series, sub)
    shared = sorted(set(now) & set(before))
    return paired_change(
        np.array([now[person] for person in shared], dtype=float),
        np.array([before[person] for person in shared], dtype=float),
        floor=bench.policy.test_base,
    )


def _by_person(frame: SurveyFrame, series: str, sub: str) -> dict[str, float]:
    """Scale value by pseudonym; who answered for two organisations can't be paired and is left out."""
    if not frame.n:
        return {}
    people = frame.rows["person"]
    once = ~people.duplicated(keep=False).to_numpy() & (people != "").to_numpy()
    values = answers(frame, series, sub).scale_values()
    return dict(zip(people[once], values[once].tolist(), strict=True))


def _holm_by_family(compared: Iterable[Comparison], pairs: dict[str, Tested]) -> dict[str, float]:
    families: dict[str, list[str]] = {}
    for one in compared:
        if one.code in pairs and pairs[one.code].p is not None:
            families.setdefault(one.family, []).append(one.code)
    corrected: dict[str, float] = {}
    for codes in families.values():
        from evallib.measures.adapter import holm

        p_values = [pairs[code].p or 0.0 for code in codes]
        corrected |= dict(zip(codes, holm(p_values), strict=True))
    return corrected


def _paired_results(bench: Bench, one: Comparison, tested: Tested, p: float | None) -> list[Result]:
    series, sub = _series(one.item)
    survey = survey_of(bench, series)
    make = bench.survey_maker(one.indicator, survey)
    stem = f"{series.lower()}_{sub}" if sub else series.lower()
    kinds = (("change", Kind.MEAN, tested.shift), ("change_effect", Kind.EFFECT, tested.effect))
    results = [
        make(
            f"{stem}_{tail}",
            kind,
            Cell(value=value, base=tested.n, note=tested.note),
            unit="scale steps" if tail == "change" else "rank-biserial",
            method="wilcoxon_pratt",
            function="change.paired_change",
            universe=f"{survey} pairs",
        )
        for tail, kind, value in kinds
    ]
    cell = Cell(value=p, base=tested.n, note=tested.note)
    facts: Facts = {
        "unit": "p, Holm",
        "method": "holm",
        "function": "adapter.holm",
        "universe": f"{survey} pairs",
    }
    return [*results, make(f"{stem}_change_p", Kind.P_VALUE, cell, **facts)]


def _share_change(bench: Bench, one: Comparison) -> Result:
    series, sub = _series(one.item)
    survey = survey_of(bench, series)
    past = earlier_wave(bench, survey)
    now = answers(bench.survey(survey), series, sub)
    make = bench.survey_maker(one.indicator, survey)
    cell = (
        Cell(note="no_data")
        if past is None
        else _difference(bench, now, answers(bench.survey(survey, past), series, sub))
    )
    stem = f"{series.lower()}_{sub}" if sub else series.lower()
    facts: Facts = {"unit": "difference of shares", "method": "newcombe", "function": "proportions.newcombe"}
    return make(f"{stem}_change", Kind.SHARE, cell, **facts)


def _difference(bench: Bench, now: Answers, before: Answers) -> Cell:
    count, base, count2, base2 = (
        now.count_of(now.top()),
        now.base(),
        before.count_of(before.top()),
        before.base(),
    )
    if min(base, base2) < bench.floor:
        return Cell(base=min(base, base2), note=f"base_under_{bench.floor}")
    ends = newcombe(count, base, count2, base2)
    return Cell(value=count / base - count2 / base2, base=min(base, base2), interval=ends)
