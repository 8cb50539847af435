"""Cooperation with named partners and heritage: I27–I30, I37."""

from __future__ import annotations

import pandas as pd

from evallib.codes import CODES
from evallib.indicators.bench import Bench, Facts, Maker
from evallib.indicators.logs import state_at_end
from evallib.indicators.questions import question
from evallib.measures.records import counted
from evallib.results import Cell, Kind, Result, SourceKind

LOGS = (SourceKind.LOGS,)


def i27(bench: Bench) -> list[Result]:
    """Acts by partner and type, done and recorded, and how many of the agreed cells are done.

    A dropped act stays among those recorded: it was planned. Where no cells have been agreed, those in which
    an act is recorded stand for them.
    """
    frames = bench.frames
    make = bench.maker("I27", "acts", "cooperation_acts", sources=LOGS)
    acts = frames.in_period(frames.cooperation_acts)
    done, recorded = _cells(acts[acts["status"] == "done"]), _cells(acts)
    agreed = [cell for cell in done if "+".join(cell) in bench.planned]
    planned = agreed or [cell for cell, n in recorded.items() if n]
    acted = sum(done[one] > 0 for one in planned)
    how: Facts = {"method": "matrix", "universe": "cells"}
    return [
        # a matrix of at most sixteen cells is a list, not a sample: no floor
        make.share("cells_done_share", acted, len(planned), "planned cells", 1, **how),
        _matrix(make, "done", done),
        _matrix(make, "planned", recorded),
    ]


def _cells(acts: pd.DataFrame) -> dict[tuple[str, str], int]:
    found = acts.groupby(["partner", "act"]).size().to_dict()
    return {
        (partner, act): int(found.get((partner, act), 0))
        for partner in CODES["partner"]
        for act in CODES["act"]
    }


def _matrix(make: Maker, measure: str, numbers: dict[tuple[str, str], int]) -> Result:
    cells = [counted(n, None, (("partner", partner), ("act", act))) for (partner, act), n in numbers.items()]
    return make(
        measure,
        Kind.COUNT,
        cells,
        unit="acts",
        method="count",
        function="records.counted",
        dims=("partner", "act"),
    )


def i28(bench: Bench) -> list[Result]:
    """How well cooperation with the project works, by kind of cooperation and group of partners."""
    make, frame = bench.survey_maker("I28", "q2"), bench.survey("q2")
    item = frame.item("N14")
    found: list[Result] = []
    for sub in item.subitems if item else ():
        name = f"n14_{sub.series or sub.code}"
        asked = question(bench, make, "q2", "N14", sub.code, name)
        found += [*asked.scale_results("org_type"), asked.median(by="org_type")]
    return found


def i29(bench: Bench) -> list[Result]:
    """Acts of the period's annual agreements that are marked done; a dropped act stays in the base."""
    frames = bench.frames
    make = bench.maker("I29", "agreed acts", "agreements", sources=LOGS)
    years = {str(year) for year in range(frames.period.start.year, frames.period.end.year + 1)}
    agreed = frames.agreements[frames.agreements["year"].isin(years)]
    state = state_at_end(bench, agreed, "status", "done", "open")
    done, known = int((state == "done").sum()), len(frames.agreements) > 0
    return [
        make.share("done_share", done, len(agreed), "agreed acts", bench.floor, method="records_at_end"),
        make.count("agreed", len(agreed), known=known),
        make.count("done", done, len(agreed), known=known),
    ]


def i30(bench: Bench) -> list[Result]:
    """Clarity of the division of work with the rural network."""
    return question(bench, bench.survey_maker("I30", "q2"), "q2", "N15").scale_results()


def i37(bench: Bench) -> list[Result]:
    """Fate of inherited outputs, and which of them respondents know and use."""
    heritage = bench.frames.heritage
    make = bench.maker("I37", "outputs", "heritage", sources=LOGS)
    fate = state_at_end(bench, heritage, "fate", "decided", "undecided")
    decided = int((~fate.isin(["undecided", ""])).sum())
    return [
        # every output has to be decided: a list, not a sample, so no floor
        make.share("decided_share", decided, len(heritage), "outputs", 1, method="records_at_end"),
        make.tally("by_fate", "fate", fate, method="records_at_end"),
        *_known_outputs(bench),
    ]


def _known_outputs(bench: Bench) -> list[Result]:
    make, frame = bench.survey_maker("I37", "q2"), bench.survey("q2")
    item = frame.item("N17")
    subs = item.subitems if item else ()
    asked = [(sub.code, question(bench, make, "q2", "N17", sub.code).one) for sub in subs]
    results = []
    for measure, codes in (("known", ("know", "use")), ("used", ("use",))):
        cells: list[Cell] = [
            counted(one.count_of(codes), one.base(), (("output", output),)) for output, one in asked
        ]
        results.append(
            make(
                measure,
                Kind.COUNT,
                cells,
                unit="answers",
                method="distribution",
                function="distributions.Answers.count_of",
                dims=("output",),
                numerator=(("answer:N17", codes),),
                denominator=(("answer:N17", ("neit", "know", "use")),),
            )
        )
    return results


INDICATORS = {"I27": i27, "I28": i28, "I29": i29, "I30": i30, "I37": i37}
