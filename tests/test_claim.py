"""A claim tells what was done between two days: by the logs' rows, and of people no finer than the report."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pytest
import small_report as small
from conftest import copy_workspace
from hypothesis import given
from hypothesis import strategies as st

from evallib.cli import main
from evallib.errors import MissingStepError, UsageError
from evallib.report.claim import Attendance, Claim, Count, Whole, claim_elements
from evallib.steps import claim as step
from evallib.steps.context import Context
from evallib.steps.freeze import freeze
from evallib.workspace import Period, find_workspace

YEAR = Period(id="2025", start=date(2025, 1, 1), end=date(2025, 12, 31))
LOGS = dict.fromkeys(
    ("events", "contents", "cooperation_acts", "joint_activities", "results_log", "heritage", "agreements",
     "decisions"), ())  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's last year, frozen and not released."""
    root = copy_workspace(tmp_path_factory.mktemp("claim") / "work")
    context = at(root)
    freeze(context, context.period("2025"))
    return root


def at(root: Path, when: datetime = datetime(2026, 1, 15, tzinfo=UTC)) -> Context:
    return Context(find_workspace(root), now=lambda: when)


def tables_of(root: Path, made: step.Documents, language: str = "en") -> dict[str, list[list[str]]]:
    """Caption → rows of the tables of a document."""
    (name,) = (one for one in made.files if one.endswith(f"-{language}.docx"))
    document = docx.Document(io.BytesIO((root / name).read_bytes()))
    captions = [one.text.partition(". ")[2] for one in document.paragraphs if one.style.name == "Caption"]
    numbered = [one for one in document.tables if "tblHeader" in one._tbl.xml]
    rows = [[[cell.text for cell in row.cells] for row in one.rows] for one in numbered]
    return dict(zip(captions, rows, strict=True))


def test_a_claim_counts_the_rows_of_its_days_without_any_release(root: Path) -> None:
    made = step.claim(at(root), date(2025, 2, 1), date(2025, 4, 30))
    assert made.files[0] == "outputs/2025/claim-2025-02-01-2025-04-30-fi.docx"
    tables = tables_of(root, made)
    log = (root / "surveys/logs/events.csv").read_text("utf-8-sig").splitlines()[1:]
    own = [line.split(";") for line in log if "2025-02-01" <= line.split(";")[1][:10] <= "2025-04-30"]
    held = tables["Events held"][1:]
    assert [row[1] for row in held] == [cells[6] for cells in own] and len(held) == 7
    figures = {
        tuple(row[:2]): row[2] for row in _grouped(tables["The figures, and what they were counted from"])
    }
    assert figures["Events", "in all"] == "7"
    by_form = [int(number) for (what, _), number in figures.items() if what == "Events by form"]
    assert sum(by_form) == 7
    assert figures["Participations", "1 Feb 2025–30 Apr 2025"] == "173"  # 57 + 76 + 40, as in the report
    sources = {row[3] for row in _grouped(tables["The figures, and what they were counted from"])}
    logs = ("events", "contents", "cooperation_acts", "joint_activities")
    assert sources == {"2025/f1", *(f"surveys/logs/{one} (2025/f1)" for one in logs)}


def _grouped(rows: list[list[str]]) -> list[list[str]]:
    """Rows of a grouped table, the group's name before each."""
    found, group = [], ""
    for row in rows[1:]:
        if len(set(row)) == 1:
            group = row[0]
        else:
            found.append([group, *row])
    return found


def test_a_claim_says_the_same_bytes_twice(root: Path) -> None:
    first, last = date(2025, 7, 1), date(2025, 9, 30)
    made = step.claim(at(root), first, last)
    kept = [(root / name).read_bytes() for name in made.files]
    for name in made.files:
        (root / name).unlink()
    step.claim(at(root, datetime(2026, 3, 1, 23, 59, tzinfo=UTC)), first, last)
    assert [(root / name).read_bytes() for name in made.files] == kept


def test_a_state_reached_after_the_last_day_is_not_told(root: Path) -> None:
    reached = {"state": "done", "state_date": "2025-05-02", "date": "2025-01-02"}
    then = step._as_then(reached, date(2025, 5, 1), "state_date", {"state": "open"})
    assert then["state"] == "open"
    assert step._as_then(reached, date(2025, 5, 2), "state_date", {"state": "open"})["state"] == "done"


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        (date(2025, 6, 30), date(2025, 6, 1), UsageError),
        (date(2022, 12, 31), date(2023, 1, 31), UsageError),  # before every period
        (date(2025, 12, 1), date(2026, 1, 1), UsageError),  # after every period
        (date(2024, 12, 1), date(2025, 1, 31), MissingStepError),  # 2024 was not frozen
    ],
)
def test_days_that_can_not_be_told_are_refused(
    root: Path, first: date, last: date, fault: type[Exception]
) -> None:
    before = sorted((root / "outputs").rglob("*"))
    with pytest.raises(fault):
        step.claim(at(root), first, last)
    assert sorted((root / "outputs").rglob("*")) == before


def test_a_freeze_from_before_the_last_day_is_not_enough(tmp_path: Path) -> None:
    root = copy_workspace(tmp_path / "work")
    early = at(root, datetime(2025, 12, 20, tzinfo=UTC))
    freeze(early, early.period("2025"))
    with pytest.raises(MissingStepError, match="before the days were over"):
        step.claim(at(root), date(2025, 12, 1), date(2025, 12, 20))
    step.claim(at(root), date(2025, 12, 1), date(2025, 12, 19))


def test_a_day_that_is_none_is_said_on_the_command_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(["export", "claim", "--from", "1.1.2025", "--to", "2025-06-30", "--language", "en"]) == 2
    assert "--from is no date" in capsys.readouterr().err
    assert main(["export", "claim", "--from", "2025-01-01", "--language", "en"]) == 2


# what is told of people


@given(st.dates(date(2024, 11, 1), date(2026, 2, 28)), st.integers(0, 500))
def test_only_whole_months_are_counted_and_claims_side_by_side_miss_no_month_twice(
    first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    months = step._months(YEAR, first, last)
    for start, end in months:
        assert first <= start <= end <= last and start.day == 1
        assert (end + timedelta(days=1)).day == 1
    after = step._months(YEAR, last + timedelta(days=1), date(2026, 12, 31))
    both = [*months, *after]
    assert len(set(both)) == len(both)
    assert set(both) <= set(step._months(YEAR, date(2024, 1, 1), date(2026, 12, 31)))


def test_a_month_that_a_period_has_a_part_of_counts_as_whole_in_it() -> None:
    short = Period(id="a", start=date(2025, 1, 15), end=date(2025, 2, 10))
    assert step._months(short, date(2025, 1, 15), date(2025, 2, 10)) == [
        (date(2025, 1, 15), date(2025, 1, 31)), (date(2025, 2, 1), date(2025, 2, 10))
    ]  # fmt: skip
    assert step._months(short, date(2025, 1, 16), date(2025, 2, 9)) == []


def told(attendance: Attendance, **more: object) -> str:
    counts = (Count("measure.I19.events", 1, "surveys/logs/events (2025/f1)"),)
    claim = Claim(date(2025, 3, 1), date(2025, 3, 31), LOGS, counts, attendance)
    return str(claim_elements(replace(claim, **more), small.material(), "en"))


def test_of_fewer_participations_than_the_threshold_no_number_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = (date(2025, 3, 1), date(2025, 3, 31))
    assert "fewer than 5" in told(Attendance(month, None, "2025/f1"))
    for there, said in ((0, 0), (4, None), (5, 5)):
        monkeypatch.setattr(step, "_by_month", lambda *_, n=there: ({"2025-03": n, "2025-04": 90}, "2025/f1"))
        found = step._attendance(at(root), (at(root).period("2025"),), *month)
        assert (found.days, found.number) == (month, said)


def test_without_a_whole_month_no_participations_are_told() -> None:
    assert "no whole month" in told(Attendance())


def test_persons_and_hours_are_told_of_whole_periods_only() -> None:
    assert "hours" not in told(Attendance())
    whole = Whole("2025", "2025/1", (("I21.hours", 812.5),), {"period": "2025", "used_eur": "195310.4"})
    said = told(Attendance(), periods=(whole,))
    assert "812.5 (2025/1)" in said and "195,310.4" in said
