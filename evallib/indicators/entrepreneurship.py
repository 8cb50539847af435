"""O2 and T4, entrepreneurship: steps, services, jobs, outlook, skills, models (I07–I12, I25, I26)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evallib.codes import CODES
from evallib.indicators.bench import Bench, Facts, How, Maker
from evallib.indicators.logs import networks_and_models, until_end, whole
from evallib.indicators.questions import question
from evallib.measures.amounts import reported_sum, summed
from evallib.measures.distributions import answers, median
from evallib.measures.proportions import share
from evallib.measures.records import counted, stages_at, takers_by_result
from evallib.measures.ticks import Ticks, ticks
from evallib.results import Cell, Kind, Result, SourceKind
from evallib.tidy import Frames, SurveyFrame

Numbers = npt.NDArray[np.float64]
LOGS = (SourceKind.LOGS,)
GRADES = CODES["grade"]
CONTRIBUTED = GRADES[2:]  # contributed "somewhat" and over
# Step of Y09 → the item that asks how many
_SERVICES = {"nserv": "Y09n", "renew": "Y09r"}
_SUMMED: Facts = {"unit": "services", "method": "services", "function": "amounts.summed", "of_reports": True}


def i07(bench: Bench) -> list[Result]:
    """Firms with at least one development step, and the steps."""
    make = bench.survey_maker("I07", "q3")
    steps = tick_counts(make, ticks(bench.survey("q3"), "Y09"), "Y09", "steps", "step")
    return [*tick_share(bench, make, "Y09", "step_share", ("region", "sector")), steps]


def tick_share(
    bench: Bench, make: Maker, series: str, measure: str, by: tuple[str, ...] = ()
) -> list[Result]:
    """Share of firms that ticked at least one thing of the list, overall and by background."""
    found = ticks(bench.survey("q3"), series)
    took, answered = found.any_of(found.real), found.answered
    key = f"answer:{series}_any"
    return [
        make(
            measure,
            Kind.SHARE,
            _share_by(bench, dim, took, answered),
            unit="share of firms",
            method="steps",
            function="ticks.ticks",
            dims=(dim,) if dim else (),
            numerator=((key, ("Y",)),),
            denominator=((key, ("Y", "N")),),
            protected=bool(dim),
        )
        for dim in ("", *by)
    ]


def _share_by(
    bench: Bench, dim: str, took: npt.NDArray[np.bool_], answered: npt.NDArray[np.bool_]
) -> list[Cell]:
    if not dim:
        return [share(int((took & answered).sum()), int(answered.sum()), **bench.rules)]
    return [
        share(
            int((took & answered & among).sum()),
            int((answered & among).sum()),
            dims=((dim, code),),
            **bench.rules,
        )
        for code, among in bench.groups(dim, bench.background("q3", dim)).items()
    ]


def tick_counts(
    make: Maker, found: Ticks, series: str, measure: str, dim: str, subs: tuple[str, ...] = ()
) -> Result:
    """How many ticked each subitem; base = who answered."""
    base = int(found.answered.sum())
    return make(
        measure,
        Kind.COUNT,
        [counted(found.count(sub), base, ((dim, sub),)) for sub in subs or found.real],
        unit="answers",
        method="distribution",
        function="ticks.ticks",
        dims=(dim,),
        numerator=((f"answer:{series}", ("Y",)),),
        denominator=((f"answer:{series}_any", ("Y", "N")),),
    )


def i08(bench: Bench) -> list[Result]:
    """New or renewed services, all and those with contribution; the grades given."""
    make = bench.survey_maker("I08", "q3")
    periods = [_services(bench, one) for one in (*bench.history, bench.frames)]
    results = []
    for name, place in (("services_contributed", 0), ("services_total", 1)):
        cells = [period[place] for period in periods]
        for measure, cell in ((name, cells[-1]), (f"{name}_cumulative", summed(cells))):
            results.append(make(measure, Kind.COUNT, cell, **_SUMMED))
    return [*results, _grades(bench, make)]


def _services(bench: Bench, frames: Frames) -> tuple[Cell, Cell]:
    """(services with contribution, all services) of one period, as sums of what firms report."""
    frame = bench.survey("q3", frames)
    answered = int(ticks(frame, "Y09").answered.sum())
    if not answered:
        return Cell(count=0, base=0, note="no_data"), Cell(count=0, base=0, note="no_data")
    helped, others = np.zeros(frame.n), np.zeros(frame.n)
    for step, item in _SERVICES.items():
        ticked = frame.code_array("Y09", step) == "Y"
        number = frame.number(item).to_numpy(float)
        number = np.where(ticked, np.where(np.isnan(number), 1.0, number), 0.0)
        contributed = np.isin(frame.code_array("Y10", step), CONTRIBUTED)
        helped += np.where(contributed, number, 0.0)
        others += np.where(contributed, 0.0, number)
    who, threshold, parts = _firms(frames, frame), bench.policy.threshold, {"Y10+": helped, "Y10-": others}
    return (
        reported_sum({"Y10+": helped}, who, base=answered, threshold=threshold),
        reported_sum(parts, who, base=answered, threshold=threshold),
    )


def _firms(frames: Frames, frame: SurveyFrame) -> list[str]:
    """Names that tell a period's firms apart, the same when late answers come in."""
    return [f"{frames.period.id}/{response}" for response in frame.rows["response"]] if frame.n else []


def _grades(bench: Bench, make: Maker) -> Result:
    """Grades over the ticked service steps; the unit is a step of a firm."""
    frame = bench.survey("q3")
    given = np.concatenate([frame.code_array("Y10", step) for step in _SERVICES])
    steps = sum(int((frame.code_array("Y09", step) == "Y").sum()) for step in _SERVICES)
    return make(
        "contribution",
        Kind.COUNT,
        [counted(int((given == grade).sum()), steps, (("grade", grade),)) for grade in GRADES],
        unit="steps",
        method="services",
        function="distributions.distribution",
        dims=("grade",),
        numerator=(("answer:Y10", GRADES),),
        universe="q3 steps",
    )


def i09(bench: Bench) -> list[Result]:
    """Evidence base, follow-up of effects, safety assessment."""
    make = bench.survey_maker("I09", "q3")
    safety = question(bench, make, "q3", "Y15")
    return [
        *question(bench, make, "q3", "Y13").scale_results(),
        *question(bench, make, "q3", "Y14").scale_results(),
        safety.share(("yes",), "safety_share"),
        safety.distribution(),
        safety.n(),
    ]


def i10(bench: Bench) -> list[Result]:
    """New and kept jobs, firms founded: sums of reports, never grossed up.

    Kept jobs have no cumulative figure: the same job can be kept every year.
    """
    make = bench.survey_maker("I10", "q3")
    items = {"jobs_new": ("Y11a", "full-time years"), "jobs_kept": ("Y11b", "full-time years")}
    items["firms_founded"] = ("Y11c", "firms")
    results = []
    for measure, (series, unit) in items.items():
        periods = [_reported(bench, one, series) for one in (*bench.history, bench.frames)]
        facts: Facts = {"unit": unit, "method": "jobs", "function": "amounts.reported_sum"}
        facts["of_reports"] = True
        kind = Kind.COUNT if unit == "firms" else Kind.AMOUNT
        results.append(make(measure, kind, periods[-1], **facts))
        if measure != "jobs_kept":
            results.append(make(f"{measure}_cumulative", kind, summed(periods), **facts))
    frame = bench.survey("q3")
    reporting = np.any([~frame.number(series).isna().to_numpy() for series, _ in items.values()], axis=0)
    known = frame.n > 0
    said = make.count("reporting", int(reporting.sum()), frame.n, known=known, unit="firms", method="jobs")
    return [*results, said]


def _reported(bench: Bench, frames: Frames, series: str) -> Cell:
    frame = bench.survey("q3", frames)
    values = frame.number(series).to_numpy(float)
    who, threshold = _firms(frames, frame), bench.policy.threshold
    return reported_sum({series: values}, who, base=frame.n, threshold=threshold)


def i11(bench: Bench) -> list[Result]:
    """Balance of firms that expect to grow and to shrink."""
    asked = question(bench, bench.survey_maker("I11", "q3"), "q3", "Y12")
    return [asked.balance(), asked.distribution(), asked.n()]


def i12(bench: Bench) -> list[Result]:
    """Experienced competence change: skills now against skills before, as remembered."""
    make = bench.survey_maker("I12", "q3")
    frame = bench.survey("q3")
    item = frame.item("Y07")
    skills = [sub.code for sub in item.subitems] if item else []
    now = {skill: answers(frame, "Y07", skill) for skill in skills}
    before = {skill: answers(frame, "Y08", skill) for skill in skills}
    change = [now[skill].scale_values() - before[skill].scale_values() for skill in skills]
    moved = np.array(change, dtype=float).reshape(len(skills), frame.n)
    rated = ~np.isnan(moved)
    up = rated & (np.nan_to_num(moved) > 0)
    how: How = {"method": "experienced_change", "function": "proportions.share"}
    risen = np.where(rated, moved, 0.0).sum(axis=0) > 0  # the mean over what was rated twice
    overall = share(int(risen.sum()), int(rated.any(axis=0).sum()), **bench.rules)
    by_skill = [
        share(int(up[i].sum()), int(rated[i].sum()), dims=(("skill", skill),), **bench.rules)
        for i, skill in enumerate(skills)
    ]
    medians = {
        name: [median(one[skill], dims=(("skill", skill),), among=rated[i]) for i, skill in enumerate(skills)]
        for name, one in (("now_median", now), ("before_median", before))
    }
    return [
        make("up_share", Kind.SHARE, overall, unit="share of firms", **how),
        make("up_share_by", Kind.SHARE, by_skill, unit="share of firms", dims=("skill",), **how),
        *(
            make(name, Kind.MEDIAN, cells, unit="scale value", dims=("skill",), **how)
            for name, cells in medians.items()
        ),
    ]


def i25(bench: Bench) -> list[Result]:
    """New networks and service models, and the stages reached by the end of the period."""
    make = bench.maker("I25", "results", "results_log", sources=LOGS)
    ever = networks_and_models(until_end(bench, "results_log"))
    first = ever.sort_values("date").drop_duplicates("result_id")
    new = bench.frames.in_period(first)
    known = len(whole(bench, "results_log")) > 0
    how: How = {"method": "stage", "function": "records.stages_at"}
    return [
        make.count("models", len(new), known=known, **how),
        make.tally("by_stage", "stage", stages_at(ever)["stage"], **how),
        make.count("models_cumulative", len(first), known=known, **how),
    ]


def i26(bench: Bench) -> list[Result]:
    """Organisations that took a result up, and results that somebody maintains."""
    make = bench.maker("I26", "takers", "results_log", sources=LOGS)
    ever = until_end(bench, "results_log")
    start = np.datetime64(bench.frames.period.start)
    earlier = takers_by_result(ever[ever["date"] < start])
    now = takers_by_result(ever)
    new = sum(len(takers - earlier.get(result, set())) for result, takers in now.items())
    kept = stages_at(ever)
    known = len(whole(bench, "results_log")) > 0
    facts: Facts = {"unit": "organisations", "method": "takers", "function": "records.takers_by_result"}
    return [
        make.count("takers", new, known=known, **facts),
        make.count("takers_cumulative", sum(map(len, now.values())), known=known, **facts),
        make.count(
            "maintained",
            int((kept["maintainer"].str.strip() != "").sum()),
            len(kept),
            known=known,
            unit="results",
            universe="results",
            method="stage",
        ),
    ]


INDICATORS = {
    "I07": i07,
    "I08": i08,
    "I09": i09,
    "I10": i10,
    "I11": i11,
    "I12": i12,
    "I25": i25,
    "I26": i26,
}
