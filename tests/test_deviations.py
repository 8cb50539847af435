"""Where the evaluation went another way than its plan is printed with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_release
import pytest
from small_frames import SURVEYS, plan, questionnaires, small, year

from evallib.display import tabulate
from evallib.indicators import changes
from evallib.indicators.bench import Bench
from evallib.plan import parse_plan
from evallib.plan.model import Plan, Policy
from evallib.privacy.door_out import door_out
from evallib.results import Released
from evallib.steps.plan_changes import plan_changes, rule_changes, withdrawn
from evallib.store import Store, Tier
from evallib.tidy import Frames

CHOSEN = {"code": "C1", "family": "f", "indicator": "I06", "item": "q2.N08", "kind": "paired"}
WORDS = {"fi": "Kysymys jäi pois", "sv": "Frågan föll bort", "en": "The question was dropped"}


def wave(period: str, answers: str) -> Frames:
    return small(period, q2=[{"person": f"p{n}", "N08": f"a{code}"} for n, code in enumerate(answers)])


def printed(
    *frames: Frames,
    told: list[dict[str, Any]] | None = None,
    rules: list[dict[str, Any]] | None = None,
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
        released=Released("2025", 1, cells, facts={"plan_changes": told or [], "rule_changes": rules or []}),
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
    context: Any = SimpleNamespace(store=store, plan=parse_plan(source))
    found = [(one["freeze"], one["change"], one["comparison"]["code"]) for one in plan_changes(context, last)]
    assert found == [(2, "removed", "C4"), (3, "changed", "C2"), (4, "changed", "C2"), (4, "added", "C4")]
    first = store.manifest(Tier.FROZEN, "2025", 1)
    assert plan_changes(context, first) == []  # what came later is no deviation of an earlier freeze
    # q2.N12 was tested for a while: the family still counts it
    assert withdrawn(context, year("2025")) == ("added value",)
    context.plan = parse_plan(plans[2])
    assert withdrawn(context, year("2025")) == ("added value", "labour division")


def test_a_rule_that_was_changed_stands_with_what_it_was(tmp_path: Path) -> None:
    store, source = Store(tmp_path), (SURVEYS / "plan.yaml").read_text("utf-8")
    floor = source.replace("\n  test_base: 10", "\n  test_base: 8")
    with store.writing("test"):
        for text in (source, floor):
            entries = {"declared/plan.yaml": store.put(text.encode())}
            last = store.commit(Tier.FROZEN, "2025", entries, {}, "2026-01-05T10:00:00Z")
    context: Any = SimpleNamespace(store=store)
    told = rule_changes(context, last)
    assert [(one["rule"], one["was"], one["now"], one["freeze"]) for one in told] == [("test_base", 10, 8, 2)]
    (row,) = printed(BEFORE, LOWER, rules=told, reasons=("test_base",))
    assert row[0] == "Answers a group that a test needs"
    assert "was 10, now 8" in row[1] and row[2] == "The question was dropped"


def test_leaving_a_comparison_out_makes_no_other_p_smaller() -> None:
    """Two questions of one family, p and p: Holm gives 2p to both; without the second the first keeps 2p."""
    second = CHOSEN | {"code": "C2", "item": "q2.N09"}
    rows = [{"person": f"p{n}", "N08": f"a{code}", "N09": f"a{code}"} for n, code in enumerate("43214" * 6)]
    earlier = [
        {"person": f"p{n}", "N08": f"a{code}", "N09": f"a{code}"} for n, code in enumerate("54324" * 6)
    ]
    frames = small("2025", q2=rows), small("2024", q2=earlier)

    def p_of(declared: list[dict[str, str]], gone: tuple[str, ...]) -> float:
        chosen = Plan(**(plan().model_dump() | {"comparisons": declared}))
        bench = Bench(frames[0], (frames[1],), chosen, questionnaires("2025"), "2024", withdrawn=gone)
        (found,) = (one for one in changes.changes(bench) if one.measure == "n08_change_p")
        (cell,) = found.cells
        assert cell.value is not None
        return cell.value

    both, left, alone = p_of([CHOSEN, second], ()), p_of([CHOSEN], ("f",)), p_of([CHOSEN], ())
    assert left == pytest.approx(both) == pytest.approx(2 * alone)
    assert p_of([CHOSEN], ("other",)) == alone
