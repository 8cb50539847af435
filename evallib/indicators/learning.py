"""T3, peer learning: events, participations, hours, usefulness, use, reach (I19–I24)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from evallib.codes import REGIONS
from evallib.indicators.bench import Bench, Facts, How, Maker
from evallib.indicators.logs import months_of, until_end
from evallib.indicators.questions import question
from evallib.measures.distributions import answers
from evallib.measures.participation import hours, mixed_events, newcomers, persons, with_people
from evallib.measures.records import counted
from evallib.results import Cell, Kind, Result, SourceKind

RECORDS = (SourceKind.PARTICIPATION,)
LOGS = (SourceKind.LOGS,)


def i19(bench: Bench) -> list[Result]:
    """Peer-learning events by form, mode and language."""
    make = bench.maker("I19", "events", "events", sources=LOGS)
    log = bench.frames.events
    held = bench.frames.in_period(log, "start")
    known = len(log) > 0
    return [
        make.count("events", len(held), known=known),
        make.tally("by_form", "form", held["form"]),
        make.tally("by_mode", "mode", held["mode"]),
        make.tally("by_language", "language", held["language"]),
        make.tally("by_cns", "cns", held["cns_class"]),
        make.count("events_cumulative", len(until_end(bench, "events")), known=known),
    ]


def i20(bench: Bench) -> list[Result]:
    """Participations and distinct persons, new and returning, by background."""
    make = bench.maker("I20", "participations", "participations", "events", sources=RECORDS)
    now, earlier = bench.attended, bench.attended_earlier
    known = len(bench.frames.participations) > 0
    return [
        make.count("participations", len(now), known=known),
        *_person_results(make, now, known),
        *_newcomer_results(bench, make, now, earlier, known),
        make.tally("by_month", "month", _months(bench, now), months_of(bench.frames.period)),
        *(
            _by_background(bench, make, f"by_{dim}", dim)
            for dim in ("role", "region", "sector", "sex", "age", "language")
        ),
        *_cumulative(make, pd.concat([earlier, now], ignore_index=True)),
    ]


def _by_background(bench: Bench, make: Maker, measure: str, dim: str) -> Result:
    """Participations by background; a class is hidden where too few people are behind it."""
    now, merges = bench.attended, bench.merges(dim)
    found = make.tally(measure, dim, now[dim], merges=merges, protected=True, universe="participations")
    return replace(found, cells=with_people(found.cells, now, dim, merges))


def _person_results(make: Maker, now: pd.DataFrame, known: bool, tail: str = "") -> list[Result]:
    found = persons(now)
    facts: Facts = {
        "unit": "persons",
        "universe": "persons",
        "method": "persons",
        "function": "participation.persons",
    }
    return [
        make.count(f"{name}{tail}", number, found.participations, known=known, **facts)
        for name, number in (("persons_low", found.low), ("persons_high", found.high))
    ]


def _newcomer_results(
    bench: Bench, make: Maker, now: pd.DataFrame, earlier: pd.DataFrame, known: bool
) -> list[Result]:
    """New and returning; not told when earlier people stand behind another pseudonym key."""
    found, base = newcomers(now, earlier), persons(now)
    facts: Facts = {
        "unit": "persons",
        "universe": "persons",
        "method": "newcomers",
        "function": "participation.newcomers",
    }
    named = (
        ("new_low", found.new_low, base.low),
        ("new_high", found.new_high, base.high),
        ("returning", found.returning, base.known),
    )
    made = [make.count(name, n, of, known=known, **facts) for name, n, of in named]
    if any(bench.other_key(past) and len(past.participations) for past in bench.history):
        return [replace(one, cells=(Cell(note="key_changed"),)) for one in made]
    return made


def _cumulative(make: Maker, everything: pd.DataFrame) -> list[Result]:
    known = len(everything) > 0
    return [
        make.count("participations_cumulative", len(everything), known=known),
        *_person_results(make, everything, known, "_cumulative"),
    ]


def _months(bench: Bench, participations: pd.DataFrame) -> list[str]:
    starts = bench.frames.events.drop_duplicates("event_id").set_index("event_id")["start"]
    months = participations["event_id"].map(starts.dt.strftime("%Y-%m"))
    return [str(month) for month in months.fillna("")]


def i21(bench: Bench) -> list[Result]:
    """Hours attended and training days."""
    make = bench.maker("I21", "participations", "participations", sources=RECORDS)
    everything = pd.concat([bench.attended_earlier, bench.attended], ignore_index=True)
    return [
        *_time(make, bench.attended, bench.policy.training_day_hours, ""),
        *_time(make, everything, bench.policy.training_day_hours, "_cumulative"),
    ]


def _time(make: Maker, rows: pd.DataFrame, day: float, tail: str) -> list[Result]:
    total, timed = hours(rows)
    note = "" if len(rows) else "no_data"
    named = (("hours", total, "hours"), ("training_days", total / day, "days"))
    return [
        make(
            f"{name}{tail}",
            Kind.AMOUNT,
            Cell(value=amount if len(rows) else None, count=timed, base=len(rows), note=note),
            unit=unit,
            method="training_days" if unit == "days" else "hours",
            function="participation.hours",
        )
        for name, amount, unit in named
    ]


def i22(bench: Bench) -> list[Result]:
    """Usefulness: T01, T02, T04, T07 overall and by background, and the spread of events' shares."""
    make = bench.survey_maker("I22", "q1")
    found: list[Result] = []
    for series in ("T01", "T02", "T04", "T07"):
        found += question(bench, make, "q1", series).scale_results("region", "role", "language")
    return found + _event_spread(bench, make)


def _event_spread(bench: Bench, make: Maker) -> list[Result]:
    """Quartiles of the events' shares, so that no single event is shown."""
    frame = bench.survey("q1")
    one = answers(frame, "T01")
    events, top = frame.background("event_id"), one.top()
    shares = []
    for event in sorted(set(events) - {"unknown"}):
        among = events == event
        base = one.base(among)
        if base >= bench.policy.threshold:
            shares.append(one.count_of(top, among) / base)
    enough = len(shares) >= bench.policy.threshold
    note = "" if enough else "small_base" if shares else "no_data"
    quartiles = np.percentile(shares, [25, 50, 75]) if enough else [None, None, None]
    return [
        make(
            measure,
            Kind.SHARE,
            Cell(value=None if value is None else float(value), base=len(shares), note=note),
            unit="share of answers, by event",
            method="event_spread",
            function="distributions.top_share",
            universe="events",
            protected=True,
        )
        for measure, value in zip(("event_low", "event_median", "event_high"), quartiles, strict=True)
    ]


def i23(bench: Bench) -> list[Result]:
    """Learning in use three months later, with the intention beside."""
    use = question(bench, bench.survey_maker("I23", "f1"), "f1", "P01")
    intend = question(bench, bench.survey_maker("I23", "q1"), "q1", "T05")
    return [
        use.share(("yes", "star"), "use_share"),
        intend.share(("yes",), "intend_share"),
        use.distribution(),
        intend.distribution(),
    ]


def i24(bench: Bench) -> list[Result]:
    """Regions reached, participations in Swedish-language events, feedback forms answered by language.

    A region is reached from as many participations on as are shown of a group. Where numbers by region are
    rounded, those are counted that a reader can count too: at least so many.
    """
    make = bench.maker("I24", "participations", "participations", "events", sources=RECORDS)
    now, known = bench.attended, len(bench.frames.participations) > 0
    by_region = now["region"].value_counts()
    regions = [code for code in bench.plan.dimension("region").labels if code in REGIONS]
    placed, threshold = _by_background(bench, make, "participations", "region"), bench.policy.threshold
    reached = counted(sum(int(by_region.get(code, 0)) >= threshold for code in regions), len(regions))
    events = bench.frames.events
    swedish_events = set(events.loc[events["language"].str.contains("sv"), "event_id"])
    swedish = now["event_id"].isin(swedish_events)
    return [
        make(
            "regions",
            Kind.COUNT,
            reached if known else Cell(note="no_data"),
            unit="regions",
            universe="regions",
            method="count",
            function="records.tally",
            made_from=(("region", tuple(regions)),),
        ),
        make.count(
            "swedish_participations",
            int(swedish.sum()),
            len(now),
            known=known,
            method="swedish",
        ),
        placed,
        *_forms(bench),
    ]


def _forms(bench: Bench) -> list[Result]:
    """Feedback forms by the language they were answered in; nothing where none was."""
    asked = bench.survey("q1")
    tally = bench.survey_maker("I24", "q1").tally(
        "forms",
        "language",
        asked.background("language"),
        merges=bench.merges("language"),
        unit="forms",
        protected=True,
        method="responses",
    )
    return [tally] if asked.n else []


def i14(bench: Bench) -> list[Result]:
    """Mixed events: at least three sectors in the room."""
    make = bench.maker("I14", "events", "participations", "events", sources=RECORDS)
    mixed, known = mixed_events(bench.attended)
    how: How = {"method": "mixed_events", "function": "participation.mixed_events"}
    return [
        make.share("mixed_share", mixed, known, "events", bench.floor, **how),
        make.count("mixed", mixed, known, known=known > 0, **how),
        make.count("known", known, len(set(bench.attended["event_id"])), known=known > 0, **how),
    ]


INDICATORS = {"I14": i14, "I19": i19, "I20": i20, "I21": i21, "I22": i22, "I23": i23, "I24": i24}
