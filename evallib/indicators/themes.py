"""Cross-cutting themes: innovation, climate, environment (I31–I33)."""

from __future__ import annotations

import pandas as pd

from evallib.indicators.bench import Bench, How
from evallib.indicators.entrepreneurship import tick_share
from evallib.indicators.logs import networks_and_models, until_end, whole
from evallib.indicators.questions import question
from evallib.measures.proportions import share
from evallib.measures.records import counted, listed, stages_at
from evallib.measures.ticks import ticks
from evallib.results import Cell, Kind, Result, SourceKind

LOGS = (SourceKind.LOGS,)
_IDEA = {"innovation": "inno", "climate": "clim", "environment": "envi"}  # ticks of T06


def i31(bench: Bench) -> list[Result]:
    """Innovation: results by stage, events, ideas taken along, partners' and steering group's view."""
    make = bench.maker("I31", "results", "results_log", sources=LOGS)
    ever = networks_and_models(until_end(bench, "results_log"))
    last = stages_at(ever)
    tagged = set(ever.loc[_tagged(ever["theme"], "innovation"), "result_id"])
    innovations = last[last["result_id"].isin(tagged)]
    known = len(whole(bench, "results_log")) > 0
    how: How = {"method": "stage", "function": "records.stages_at"}
    return [
        make.count("innovations", len(innovations), known=known, **how),
        make.tally("by_stage", "stage", innovations["stage"], **how),
        *_common(bench, "I31", "innovation", "N16a", "O10a"),
    ]


def i32(bench: Bench) -> list[Result]:
    """Climate: firms with a climate step, events, remote participations, views."""
    make = bench.survey_maker("I32", "q3")
    return [
        *tick_share(bench, make, "Y16", "firm_share"),
        _remote(bench),
        *_common(bench, "I32", "climate", "N16b", "O10b"),
    ]


def i33(bench: Bench) -> list[Result]:
    """Environment: firms with a practice for sustainable use of nature, events, views, animal welfare."""
    make = bench.survey_maker("I33", "q3")
    animals = question(bench, make, "q3", "Y18")
    return [
        *tick_share(bench, make, "Y17", "firm_share"),
        *_common(bench, "I33", "environment", "N16c", "O10c"),
        animals.distribution(),
        animals.n(),
    ]


def _common(bench: Bench, indicator: str, theme: str, partners: str, steering: str) -> list[Result]:
    view = question(bench, bench.survey_maker(indicator, "q2"), "q2", partners)
    group = question(bench, bench.survey_maker(indicator, "q4"), "q4", steering)
    return [
        _tags(bench, indicator, theme),
        _event_share(bench, indicator, theme),
        _idea_share(bench, indicator, theme),
        *view.scale_results(),
        group.median(),
    ]


def _tags(bench: Bench, indicator: str, theme: str) -> Result:
    """Events and contents of the period and results at its end, by whether the theme is their main one (of
    several themes in a cell the first) or one beside another."""
    frames = bench.frames
    events = frames.in_period(frames.events, "start")
    results = stages_at(until_end(bench, "results_log"))
    logs = {
        "events": (whole(bench, "events", "start"), _themes(events["theme_main"], events["theme_side"])),
        "contents": (whole(bench, "contents"), _themes(frames.in_period(frames.contents)["themes"])),
        "results": (whole(bench, "results_log"), _themes(results["theme"])),
    }
    cells = []
    for record, (log, themes) in logs.items():
        known, places = len(log) > 0, [one.index(theme) for one in themes if theme in one]
        for tag, number in (("main", places.count(0)), ("side", len(places) - places.count(0))):
            dims = (("record", record), ("tag", tag))
            cells.append(counted(number, len(themes), dims) if known else Cell(dims, note="no_data"))
    make = bench.maker(indicator, "records", "events", "contents", "results_log", sources=LOGS)
    return make("tagged", Kind.COUNT, cells, unit="records", dims=("record", "tag"), method="theme_tags",
                function="records.counted")  # fmt: skip


def _themes(*columns: pd.Series) -> list[list[str]]:
    """The themes of each record in the order written; a column for the main theme keeps its place empty."""
    first, *others = columns
    own = [[cell] if others else listed(cell) for cell in first]
    return [
        [*mine, *(one for cell in more for one in listed(cell))]
        for mine, *more in zip(own, *others, strict=True)
    ]


def _event_share(bench: Bench, indicator: str, theme: str) -> Result:
    frames = bench.frames
    make = bench.maker(indicator, "events", "events", sources=LOGS)
    held = frames.in_period(frames.events, "start")
    about = (held["theme_main"] == theme) | _tagged(held["theme_side"], theme)
    return make.share(
        "event_share", int(about.sum()), len(held), "events", bench.floor, method="theme_events"
    )


def _idea_share(bench: Bench, indicator: str, theme: str) -> Result:
    make = bench.survey_maker(indicator, "q1")
    found = ticks(bench.survey("q1"), "T06")
    key = f"answer:T06_{_IDEA[theme]}"
    return make(
        "t06_share",
        Kind.SHARE,
        share(found.count(_IDEA[theme]), int(found.answered.sum()), **bench.rules),
        unit="share of answers",
        method=bench.share_method("q1"),
        function="ticks.ticks",
        numerator=((key, ("Y",)),),
        denominator=((key, ("Y", "N")),),
    )


def _remote(bench: Bench) -> Result:
    make = bench.maker(
        "I32", "participations", "participations", "events", sources=(SourceKind.PARTICIPATION,)
    )
    rows = bench.attended
    modes = bench.frames.events.drop_duplicates("event_id").set_index("event_id")["mode"]
    mode = rows["event_id"].map(modes)
    on_paper = rows["source_variant"].str.startswith("paper")
    remote = (mode == "online") | ((mode == "hybrid") & ~on_paper)
    return make.share(
        "remote_share", int(remote.sum()), len(rows), "participations", bench.floor, method="remote"
    )


def _tagged(themes: pd.Series, theme: str) -> pd.Series:
    return pd.Series([theme in listed(cell) for cell in themes], index=themes.index, dtype=bool)


INDICATORS = {"I31": i31, "I32": i32, "I33": i33}
