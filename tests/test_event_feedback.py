"""Feedback on one event: what is told, and what it gives away beside the report - by hand and by force."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
from conftest import copy_workspace, examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.errors import PrivacyError, StoreError, UsageError
from evallib.indicators import evaluate
from evallib.plan.model import Policy
from evallib.privacy.door_out import Draft, door_out
from evallib.privacy.feedback import TOP, Counts, Said, Told, given_away, said_of, told_as
from evallib.results import Result
from evallib.steps import feedback as step
from evallib.steps.context import Context
from evallib.steps.freeze import freeze
from evallib.steps.frozen import frozen_frames
from evallib.store import Tier
from evallib.tidy import Frames, SurveyFrame
from evallib.workspace import find_workspace

POLICY = Policy()


@pytest.mark.parametrize(
    ("answers", "attended", "least"),
    [
        (4, 20, 0), (5, 20, 5), (9, 20, 5), (10, 20, 10), (30, 40, 10), (5, None, 5), (10, None, 10),
        (5, 8, 0),  # who came knows that at most three did not answer
        (5, 9, 5), (10, 13, 5), (10, 14, 10), (12, 12, 5),
    ],
)  # fmt: skip
def test_how_many_answered_is_told_as_at_least_so_many(
    answers: int, attended: int | None, least: int
) -> None:
    assert told_as(answers, attended, POLICY) == least


@pytest.mark.parametrize(
    ("counts", "attended", "said"),
    [
        ((0, 0, 1, 1, 2), 30, None),  # four answers
        ((0, 0, 1, 1, 3), 30, Said(4)),  # five: the third of them
        ((0, 0, 0, 0, 5), 30, None),  # all alike
        ((1, 1, 1, 1, 0), None, None),
        ((0, 1, 2, 2, 1), None, Said(2)),  # six: of the third and the fourth the lower
        ((0, 0, 0, 10, 0), None, None),
        ((0, 0, 2, 5, 3), None, Said(band=2)),  # 8 of 10
        ((0, 0, 3, 4, 3), None, Said(band=1)),  # 7 of 10
        ((0, 0, 5, 4, 1), None, Said(band=1)),  # 5 of 10
        ((0, 0, 6, 3, 1), None, Said(band=0)),  # 4 of 10
        ((0, 0, 2, 5, 3), 13, Said(3)),  # who came knows: no more than three did not answer
    ],
)
def test_what_is_said_of_an_event(counts: Counts, attended: int | None, said: Said | None) -> None:
    assert said_of(counts, attended, POLICY) == said


def told(*counts: Counts) -> list[Told]:
    said = [said_of(one, None, POLICY) for one in counts]
    return [Told(one, own) for one, own in zip(said, counts, strict=True) if one is not None]


def test_many_others_keep_an_event_hidden() -> None:
    assert not given_away(told((0, 1, 2, 5, 4)), (3, 9, 30, 80, 60), 5)


def test_two_others_beside_an_event_are_given_away_by_the_overall_distribution() -> None:
    """12 of the year's 14 answered on the event. Seven of all gave low answers, of the event at most six."""
    event = (1, 2, 2, 4, 3)
    assert told(event)[0].said == Said(band=1)
    assert given_away(told(event), (1, 2, 4, 4, 3), 5)


def test_people_who_are_no_longer_counted_can_not_be_judged() -> None:
    assert given_away(told((0, 1, 2, 5, 4)), (3, 0, 30, 80, 60), 5)


# an attacker who tries every table, and shares no code with the judge


def fits(counts: Counts, one: Told) -> bool:
    n, said = sum(counts), one.said
    ordered = [place for place, count in enumerate(counts) for _ in range(count)]
    if n != sum(one.counts) or max(counts) == n or said.middle not in (None, ordered[(n - 1) // 2]):
        return False
    part = sum(counts[-TOP:]) / n
    return said.band is None or said.band == (2 if part >= 0.75 else 1 if part >= 0.5 else 0)


def tables(one: Told, most: Counts) -> list[Counts]:
    ranges = (range(min(sum(one.counts), end) + 1) for end in most)
    return [counts for counts in product(*ranges) if fits(counts, one)]


def by_force(events: list[Told], overall: Counts) -> bool:
    """Whether some small number has too few values in all tables that fit, fewer than without the other."""
    worlds = [
        (*chosen, tuple(end - sum(column) for end, *column in zip(overall, *chosen, strict=True)))
        for chosen in product(*(tables(one, overall) for one in events))
    ]
    worlds = [one for one in worlds if min(one[-1]) >= 0]
    truth = [tuple(one.counts) for one in events]
    rest = tuple(end - sum(column) for end, *column in zip(overall, *truth, strict=True))
    for group, counts in enumerate([*truth, rest]):
        for place, count in enumerate(counts):
            values = {one[group][place] for one in worlds}
            if not 0 < count < 5 or max(values) - min(values) >= 3:
                continue
            base, others = sum(counts), sum(overall) - sum(counts)
            free = {v for v in range(base + 1) if v <= overall[place] and overall[place] - v <= others}
            if group < len(events):
                free &= {one[place] for one in tables(events[group], (base,) * len(overall))}
            if values != set(range(min(free), max(free) + 1)) and (
                min(values) > min(free) or max(values) < max(free)
            ):
                return True
    return False


@st.composite
def years(draw: st.DrawFn) -> tuple[list[Told], Counts]:
    """One or two events, and others, with answers on a scale of three."""
    size = draw(st.integers(1, 2))
    events = told(*[tuple(draw(st.integers(0, 6)) for _ in range(3)) for _ in range(size)])
    others = [draw(st.integers(0, 7)) for _ in range(3)]
    overall = tuple(sum(column) for column in zip(others, *(one.counts for one in events), strict=True))
    return events, overall


@settings(max_examples=examples(120))
@given(years())
def test_the_judge_finds_what_an_attacker_finds_who_tries_every_table(
    year: tuple[list[Told], Counts],
) -> None:
    events, overall = year
    assert given_away(events, overall, 5) == (bool(events) and by_force(events, overall))


# the command and what it records


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's last year, frozen and not released."""
    root = copy_workspace(tmp_path_factory.mktemp("feedback") / "work")
    context = at(root)
    freeze(context, context.period("2025"))
    return root


def at(root: Path) -> Context:
    return Context(find_workspace(root), now=lambda: datetime(2026, 1, 15, tzinfo=UTC))


def words(root: Path, name: str) -> str:
    document = docx.Document(io.BytesIO((root / name).read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_an_event_is_told_once_and_the_same_comes_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = at(root)
    made = step.feedback(context, "e2503", context.period("2025"))
    assert made.files[2] == "outputs/2025/feedback-e2503-en.docx"
    said = words(root, made.files[2])
    assert "At least 10 participants gave feedback." in said and "at least three in four" in said
    numbers = {one for one in re.findall(r"\d+", said.partition("2025")[2]) if one not in ("10", "5", "1")}
    assert numbers <= {"2025", "2014", "2022"}  # no count of people, no percentage
    kept = {name: (root / name).read_bytes() for name in made.files}
    for name in made.files:
        (root / name).unlink()
    monkeypatch.setattr(step, "_counts", lambda *_: (0, 0, 0, 0, 99))  # whatever has come since
    again = at(root)
    assert step.feedback(again, "e2503", again.period("2025")) == made
    assert {name: (root / name).read_bytes() for name in made.files} == kept
    assert len(step.told_feedback(again, again.period("2025"))) == 1


def test_nothing_is_told_of_an_event_while_another_run_may_be_reporting_it(root: Path) -> None:
    reporting, telling = at(root), at(root)
    period = telling.period("2025")
    with reporting.store.lock("report"), pytest.raises(StoreError, match="Another run"):
        step.feedback(telling, "e2507", period)
    assert [one.facts["event"] for one in step.told_feedback(telling, period)] == ["e2503"]


def test_what_is_recorded_holds_no_number_of_people(root: Path) -> None:
    (recorded,) = step.told_feedback(at(root), at(root).period("2025"))
    assert set(recorded.facts) == {"event", "day", "form", "titles", "freeze", "answers", "said"}
    assert recorded.facts["answers"] == 10 and recorded.entries == {}
    for one in recorded.facts["said"].values():  # type: ignore[union-attr]
        assert set(one) == {"middle", "band"}


def test_an_unknown_event_and_one_with_too_few_answers_are_refused_and_nothing_is_recorded(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = at(root)
    period = context.period("2025")
    with pytest.raises(UsageError, match="There is no event 'e25x'"):
        step.feedback(context, "e25x", period)
    for few in ((0, 0, 1, 1, 2), (0, 0, 0, 0, 30)):
        monkeypatch.setattr(step, "_counts", lambda *_, counts=few: counts)
        with pytest.raises(PrivacyError, match="Too few answered"):
            step.feedback(context, "e2505", period)
    assert [one.facts["event"] for one in step.told_feedback(context, period)] == ["e2503"]


def test_after_a_release_that_counts_them_answers_are_not_told_by_event(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = at(root)
    period, manifests = context.period("2025"), context.store.manifests
    released: Any = SimpleNamespace(number=1, facts={"freeze": 1})
    monkeypatch.setattr(
        type(context.store), "manifests",
        lambda _, tier, name: [released] if tier is Tier.RELEASED else manifests(tier, name),
    )  # fmt: skip
    with pytest.raises(PrivacyError, match="already tells of the answers on e2505"):
        step.feedback(context, "e2505", period)


def results_of(context: Context) -> tuple[Frames, list[Result]]:
    frames = frozen_frames(context, context.period("2025"))
    return frames, evaluate(frames, (), context.plan, context.wave("2025"))


def test_a_report_hides_the_spread_of_events_and_what_feedback_would_give_away(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = at(root)
    period = context.period("2025")
    frames, results = results_of(context)
    spread = {f"2025/I22.event_{one}" for one in ("low", "median", "high")}
    assert set(map(str, step.beside_feedback(context, period, frames, results))) == spread
    assert step.beside_feedback(context, period, frames, results, 0) == {}
    whole, one_event = step._counts, (1, 2, 2, 4, 3)

    def few_others(survey: SurveyFrame, series: str, event: str = "") -> tuple[int, ...]:
        if series != "T01":
            return whole(survey, series, event)
        return one_event if event else (1, 2, 4, 4, 3)

    monkeypatch.setattr(step, "_counts", few_others)
    monkeypatch.setattr(step, "_told", lambda *_: {"T01": told(one_event), "T02": told((0, 1, 2, 5, 4))})
    hidden = step.beside_feedback(context, period, frames, results)
    names = {str(one) for one in hidden}
    assert "2025/I22.t01_top2" in names and not any("t02" in one for one in names)
    assert any(one.startswith("2025/I22.t01[answer=") for one in names)
    cells, _ = door_out(results, context.plan.policy, context.plan.dimensions, beside=hidden)
    of_question = [cell for one, cell in cells.items() if one.indicator == "I22" and "t01" in one.measure
                   and one.measure != "t01_n"]  # fmt: skip
    assert len(of_question) > 20 and all(cell.mask is not None or not cell.count for cell in of_question)
    assert any(cell.mask is None and cell.count for one, cell in cells.items() if one.measure == "t02")


def test_the_audit_finds_what_a_release_shows_beside_feedback(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = at(root)
    period = context.period("2025")
    frames, results = results_of(context)
    cells, _ = door_out(results, context.plan.policy, context.plan.dimensions)  # as if nothing was told
    draft = Draft(cells, results)
    released: Any = SimpleNamespace(facts={"freeze": 1, "feedback": 1})
    (finding,) = step.feedback_findings(context, period, released, draft)
    assert finding.kind == "TIGHT" and "2025/I22.event_median" in finding.repair
    hidden = step.beside_feedback(context, period, frames, results)
    cells, _ = door_out(results, context.plan.policy, context.plan.dimensions, beside=hidden)
    assert step.feedback_findings(context, period, released, Draft(cells, results)) == []
    before: Any = SimpleNamespace(facts={"freeze": 1})
    assert step.feedback_findings(context, period, before, draft) == []
