"""Steering, self-evaluation and data (I38)."""

from __future__ import annotations

from evallib.codes import UNKNOWN
from evallib.indicators.bench import Bench
from evallib.indicators.logs import state_at_end, until_end
from evallib.indicators.questions import question
from evallib.measures.distributions import median
from evallib.results import Cell, Kind, Result, SourceKind

LOGS = (SourceKind.LOGS,)


def i38(bench: Bench) -> list[Result]:
    """Participant files, known regions, budget used, findings closed, the steering group's medians."""
    make = bench.survey_maker("I38", "q4")
    items = {f"o0{number}": question(bench, make, "q4", f"O0{number}").one for number in range(1, 7)}
    medians = [median(one, dims=(("item", item),)) for item, one in items.items()]
    return [
        *_data_quality(bench),
        _budget(bench),
        _findings(bench),
        make(
            "steering_median",
            Kind.MEDIAN,
            medians,
            unit="scale value",
            method="median",
            function="distributions.median",
            dims=("item",),
        ),
        *(question(bench, make, "q4", series).median() for series in ("O07", "O08", "O09", "O11")),
    ]


def _data_quality(bench: Bench) -> list[Result]:
    frames = bench.frames
    held = frames.in_period(frames.events, "start")
    with_file = int((held["participant_file"] == "yes").sum())
    rows = bench.attended
    placed = int((~rows["region"].isin(["", "unknown"])).sum())
    unplaced = (("region", (UNKNOWN,)),)
    events = bench.maker("I38", "events", "events", sources=LOGS)
    people = bench.maker("I38", "participations", "participations", sources=(SourceKind.PARTICIPATION,))
    return [
        events.share("file_share", with_file, len(held), "events", bench.floor),
        people.share("region_share", placed, len(rows), "participations", bench.floor, made_from=unplaced),
    ]


def _budget(bench: Bench) -> Result:
    make = bench.maker("I38", "accounts", "accounts", sources=LOGS)
    accounts = bench.frames.accounts
    rows = accounts[accounts["period"] == bench.period]
    planned, used = float(rows["planned_eur"].sum()), float(rows["used_eur"].sum())
    cell = Cell(value=used / planned) if planned > 0 else Cell(note="no_data")
    return make(
        "budget_share",
        Kind.SHARE,
        cell,
        unit="share of planned euros",
        method="share_records",
        function="records.counted",
    )


def _findings(bench: Bench) -> Result:
    """Decisions made on findings so far that are done; dropped ones are no longer owed."""
    decisions = until_end(bench, "decisions")
    state = state_at_end(bench, decisions, "state", "state_date", "open")
    owed = state[state != "dropped"]
    make = bench.maker("I38", "decisions", "decisions", sources=LOGS)
    closed = int((owed == "done").sum())
    return make.share(
        "findings_closed_share", closed, len(owed), "decisions", bench.floor, method="records_at_end"
    )


INDICATORS = {"I38": i38}
