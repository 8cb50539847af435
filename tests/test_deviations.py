"""Where the evaluation went another way than its plan is printed with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_release
import pytest
from small_frames import SURVEYS, plan, questionnaires, small

from evallib.display import tabulate
from evallib.indicators import changes
from evallib.indicators.bench import Bench
from evallib.plan.model import Plan, Policy
from evallib.privacy.door_out import door_out
from evallib.results import Released
from evallib.steps.plan_changes import plan_changes
from evallib.store import Store, Tier
from evallib.tidy import Frames

CHOSEN = {"code": "C1", "family": "f", "indicator": "I06", "item": "q2.N08", "kind": "paired"}
WORDS = {"fi": "Kysymys jäi pois", "sv": "Frågan föll bort", "en": "The question was dropped"}


def wave(period: str, answers: str) -> Frames:
    return small(period, q2=[{"person": f"p{n}", "N08": f"a{code}"} for n, code in enumerate(answers)])


def printed(
    *frames: Frames,
    told: list[dict[str, Any]] | None = None,
    reasons: tuple[str, ...] = (),
    language: str = "en",
) -> list[list[str]]:
    """The rows of TA.8, of the last frames against those before."""
    more = {"comparisons": [CHOSEN], "deviations": [{"comparison": c, "reason": WORDS} for c in reasons]}
    chosen = Plan(**(plan().model_dump() | more))
    *history, now = frames
    before = history[-1].period.id if history else None
    results = changes.changes(Bench(now, tuple(history), chosen, questionnaires("2025"), before))
    cells, _ = door_out(results, Policy())
    publication = replace(
        fake_release.publication(),
        released=Released("2025", 1, cells, facts={"plan_changes": told or []}),
        plan=chosen,
        questionnaires=questionnaires("2025"),
    )
    return [[cell.text for cell in row] for row in tabulate("TA.8", publication, language).rows]


BEFORE, LOWER = wave("2024", "54325" * 6), wave("2025", "43214" * 6)


def test_without_deviations_a_row_says_so() -> None:
    assert printed(BEFORE, LOWER) == [["all chosen comparisons", "no deviations", "–"]]


def test_a_comparison_that_could_not_be_made_says_why_and_of_how_many() -> None:
    (few,) = printed(wave("2024", "5432543"), wave("2025", "4321432"))
    assert few[1:] == ["chosen, not made", "too few pairs (n = 7)"]
    (first,) = printed(LOWER)
    assert first[1:] == ["chosen, not made", "no data"]


@pytest.mark.parametrize(
    ("reasons", "why"), [((), "no reason was given"), (("C1",), "The question was dropped")]
)
def test_a_change_after_the_first_freeze_stands_with_the_evaluators_reason(
    reasons: tuple[str, ...], why: str
) -> None:
    told = [{"change": "added", "freeze": 2, "date": "2026-01-05", "comparison": CHOSEN}]
    (row,) = printed(BEFORE, LOWER, told=told, reasons=reasons)
    assert row[1:] == ["added after the first freeze (freeze 2, 5 Jan 2026)", why]


def test_a_reason_without_a_change_is_not_lost() -> None:
    (row,) = printed(BEFORE, LOWER, reasons=("C9",), language="sv")
    assert row == ["C9", "utvärderarens anmärkning", "Frågan föll bort"]


def test_each_freeze_is_held_against_the_one_before_it(tmp_path: Path) -> None:
    store, source = Store(tmp_path), (SURVEYS / "plan.yaml").read_text("utf-8")
    c4 = next(line for line in source.splitlines(keepends=True) if "code: C4" in line)
    plans = [
        source,
        source.replace(c4, ""),
        source.replace(c4, "").replace("item: q2.N09", "item: q2.N12"),
        source,
    ]
    with store.writing("test"):
        for text in plans:
            entries = {"declared/plan.yaml": store.put(text.encode())}
            last = store.commit(Tier.FROZEN, "2025", entries, {}, "2026-01-05T10:00:00Z")
    context: Any = SimpleNamespace(store=store)
    found = [(one["freeze"], one["change"], one["comparison"]["code"]) for one in plan_changes(context, last)]
    assert found == [(2, "removed", "C4"), (3, "changed", "C2"), (4, "changed", "C2"), (4, "added", "C4")]
    first = store.manifest(Tier.FROZEN, "2025", 1)
    assert plan_changes(context, first) == []  # what came later is no deviation of an earlier freeze
