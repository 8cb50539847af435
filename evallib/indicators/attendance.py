"""From invitation to feedback (PATH), and what firms that came more often report (DOSE).

Rows by event are made so that no number of people in them is small; how many of them answered is planned by
the door out like any answer by background.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from evallib.codes import CODES
from evallib.indicators.bench import Bench, Facts, How, Maker
from evallib.indicators.gathered import Row, fits, rows_of
from evallib.measures.attendance import Gathering, gatherings, signed_up
from evallib.measures.participation import with_people
from evallib.measures.proportions import share
from evallib.measures.records import counted
from evallib.measures.ticks import ticks
from evallib.results import Cell, Key, Kind, Result, SourceKind
from evallib.tidy.survey import LINKED

SOURCES = (SourceKind.PARTICIPATION, SourceKind.PARTICIPANTS)
_ANSWERED: Key = (("answer:FEEDBACK", ("yes",)),)
_ASKED: Key = (("answer:FEEDBACK", ("yes", "no")),)
_CAME: Key = (("answer:CAME", ("yes",)),)
_SIGNED: Key = (("answer:CAME", ("yes", "no")),)


def path(bench: Bench) -> list[Result]:
    """Invited, registered, attended and answered: of the period, by form of event and by event."""
    make = bench.maker("PATH", "attendances", "participations", "responses.q1", "events", sources=SOURCES)
    asked = bench.survey("q1")
    answers = Counter(str(one) for one in asked.background("event_id"))
    found = gatherings(bench.frames.participations, answers)
    placed = [one for one in found if fits(one)]
    return [
        *_period(bench, make, found, placed),
        make.count(
            "unplaced",
            asked.n - sum(one.answered for one in placed),
            asked.n,
            known=asked.present,
            unit="answers",
            universe="q1",
            method="path",
        ),
        *_by_event(bench, make, found, placed),
    ]


def _period(
    bench: Bench, make: Maker, found: Sequence[Gathering], placed: Sequence[Gathering]
) -> Iterator[Result]:
    """The period's numbers; base of a count: how many events keep such a list."""
    told: tuple[tuple[str, str, Callable[[Gathering], int | None]], ...] = (
        ("invited", "no_invitations", lambda one: one.invited),
        ("registered", "no_sign_ups", lambda one: one.registered),
        ("attended", "no_data", lambda one: one.attended),
    )
    for measure, note, step in told:
        numbers = [number for one in found if (number := step(one)) is not None]
        cell = counted(sum(numbers), len(numbers)) if numbers else Cell(note=note)
        yield make(measure, Kind.COUNT, cell, unit="people", method="path", function="attendance.gatherings")
    known = [one for one in found if one.came is not None]
    came, signed = sum(one.came or 0 for one in known), sum(one.registered or 0 for one in known)
    yield make.share(
        "came", came, signed, "registrations", bench.floor,
        universe="registrations", numerator=_CAME, denominator=_SIGNED, method="path",
    )  # fmt: skip
    answered, asked = sum(one.answered for one in placed), sum(one.attended for one in placed)
    facts: Facts = {"unit": "people", "universe": "asked", "method": "path"}
    yield make.count("asked", asked, len(placed), known=bool(placed), **facts)
    yield make.share(
        "answered", answered, asked, "attendances", bench.floor,
        universe="asked", numerator=_ANSWERED, denominator=_ASKED, method="path",
    )  # fmt: skip


def _by_event(
    bench: Bench, make: Maker, found: Sequence[Gathering], placed: Sequence[Gathering]
) -> Iterator[Result]:
    log, everybody = bench.frames.events, bench.frames.participations
    rows = rows_of(found, dict(zip(log["event_id"], log["form"], strict=True)), bench.policy.threshold)
    people = everybody[~everybody["status"].isin(["bot", "host"])]
    came, asked = people["status"] == "attended", {one.event_id for one in placed}
    told: tuple[tuple[str, str, pd.Series, Callable[[Gathering], int | None]], ...] = (
        ("invited_by", "invitations", people["status"] != "", lambda one: one.invited),
        ("registered_by", "registrations", signed_up(people), lambda one: one.registered),
        ("attended_by", "attendances", came, lambda one: one.attended),
        ("asked_by", "asked", came, lambda one: one.attended if one.event_id in asked else None),
    )
    for measure, universe, who, step in told:
        events = {one.event_id for one in found if step(one) is not None}
        some = _among(rows, events)
        if some:
            yield _people(make, measure, universe, people[who & people["event_id"].isin(events)], some)
    if placed and rows:
        yield _feedback(bench, make, {one.event_id: one for one in placed}, rows)


def _among(rows: Sequence[Row], events: Collection[str]) -> list[Row]:
    """The rows of some events only; without those of forms that would say what the whole says."""
    kept = [replace(row, events=tuple(one for one in row.events if one in events)) for row in rows]
    known = {row.code for row in kept if row.events}
    kept = [replace(row, parts=tuple(one for one in row.parts if one in known)) for row in kept if row.events]
    fine = sum(not row.parts for row in kept)
    return [row for row in kept if not row.parts or len(row.parts) < fine]


def _unites(rows: Sequence[Row]) -> Key:
    return tuple((row.code, row.parts) for row in rows if row.parts)


def _people(make: Maker, measure: str, universe: str, people: pd.DataFrame, rows: Sequence[Row]) -> Result:
    """How many people each row has; a person of several events counts in each."""
    seats = Counter(people["event_id"])
    home = {event: row.code for row in rows if not row.parts for event in row.events}
    sizes = {row.code: sum(seats[event] for event in row.events) for row in rows}
    cells = [counted(size, len(people), (("event", code),)) for code, size in sizes.items()]
    placed = people.assign(event=people["event_id"].map(home))
    return make(
        measure,
        Kind.COUNT,
        with_people(cells, placed, "event", dict(_unites(rows))),
        unit="people",
        dims=("event",),
        protected=True,
        universe=universe,
        unites=_unites(rows),
        method="path",
        function="participation.with_people",
    )


def _feedback(bench: Bench, make: Maker, placed: Mapping[str, Gathering], rows: Sequence[Row]) -> Result:
    """Answers of those who attended events that gathered feedback, by the rows of the table."""
    some, cells = _among(rows, placed), []
    for row in some:
        events = [placed[one] for one in row.events]
        numbers = sum(one.answered for one in events), sum(one.attended for one in events)
        cells.append(share(*numbers, floor=bench.floor, dims=(("event", row.code),), interval=False))
    return make(
        "answered_by",
        Kind.SHARE,
        cells,
        unites=_unites(some),
        universe="asked",
        numerator=_ANSWERED,
        denominator=_ASKED,
        method="path",
        function="attendance.gatherings",
        unit="share of attendances",
        dims=("event",),
        protected=True,
    )


def dose(bench: Bench) -> list[Result]:
    """Firms with a development step by how many of the period's events the respondent attended.

    Only of those who allowed that their answers are joined with their participation, where the policy does.
    """
    frame = bench.survey("q3")
    make = bench.survey_maker("DOSE", "q3").of("responses.q3", "participations")
    linked = frame.rows[LINKED].to_numpy(object) if frame.n and LINKED in frame.rows else None
    if linked is None or not bench.policy.linking or not (linked != "").any():
        why = Cell(note=_why_not(bench, linked))
        how: How = {"method": "dose", "function": "proportions.share"}
        return [make("linked", Kind.SHARE, why, unit="share of firms", **how)]
    joined = linked != ""
    overall = make.share(
        "linked", int(joined.sum()), frame.n, "firms", bench.floor,
        numerator=(("answer:LINKED", ("yes",)),), denominator=(("answer:LINKED", ("yes", "no")),),
        method="dose",
    )  # fmt: skip
    known = bench.attended[bench.attended["known"] == "yes"]
    events = known.groupby("person")["event_id"].nunique()
    classes = np.array([_dose(int(events.get(one, 0))) if one else "" for one in linked], dtype=object)
    people: Facts = {"universe": "q3 linked", "protected": True, "method": "dose"}
    profile = make.tally("firms", "dose", classes[joined], **people)
    found = ticks(frame, "Y09")
    took, answered = found.any_of(found.real) & joined, found.answered & joined
    cells = [
        share(
            int((took & (classes == code)).sum()),
            int((answered & (classes == code)).sum()),
            dims=(("dose", code),),
            **bench.rules,
        )
        for code in CODES["dose"]
    ]
    steps = make(
        "step_share",
        Kind.SHARE,
        cells,
        unit="share of firms",
        function="ticks.ticks",
        dims=("dose",),
        numerator=(("answer:Y09_any", ("Y",)),),
        denominator=(("answer:Y09_any", ("Y", "N")),),
        universe="q3 linked",
        protected=True,
        method="dose",
    )
    return [overall, profile, steps]


def _why_not(bench: Bench, linked: npt.NDArray[np.object_] | None) -> str:
    """Why no answers are joined with participation, as a note."""
    if not bench.policy.linking:
        return "linking_not_allowed"
    if not bench.survey("q3").n:
        return "no_data"
    return "no_consent_asked" if linked is None else "no_consent"


def _dose(events: int) -> str:
    return CODES["dose"][min(events, 2)]


INDICATORS = {"PATH": path, "DOSE": dose}
