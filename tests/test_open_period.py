"""The next period: a line in project.yaml, what carries over, and a list of what people have to decide."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from evallib.cli import main
from evallib.errors import DeclarationError, UsageError
from evallib.plan.calendar import load_calendar
from evallib.steps.change_set import undo
from evallib.steps.context import open_context
from evallib.steps.new import new
from evallib.steps.open_period import Opened, open_period
from evallib.workspace import find_workspace

_CALENDAR = """\
schema_version: 1
periods:
  "2026":
    roster: 2026-09-01       # list the organisations
    surveys:
      q2: {opens: 2026-09-15, closes: 2026-10-31}
    freeze: 2028-02-29
  # the end
attendance_days: 20
"""


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return new(tmp_path / "hanke")


def opened(there: Path, period: str = "2027", **days: date) -> Opened:
    return open_period(open_context(there), period, **days)


def test_a_period_follows_on_and_everything_else_in_the_file_stays(there: Path) -> None:
    path = there / "surveys/project.yaml"
    before = path.read_text(encoding="utf-8").splitlines()
    opened(there)
    after = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == [
        '  - {id: "2027", start: 2027-01-01, end: 2027-12-31, comparison: "2026"}'
    ]
    assert [line for line in after if line in before] == before
    assert find_workspace(there).project.period("2027").comparison == "2026"


def test_a_file_with_windows_line_ends_and_periods_at_its_end_is_written_right(there: Path) -> None:
    path = there / "surveys/project.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("periods:"))
    moved = [*lines[:start], *lines[start + 2 :], lines[start], lines[start + 1]]
    path.write_bytes("\r\n".join(moved).encode("utf-8-sig"))
    opened(there)
    opened(there, "2028")
    assert path.read_bytes().endswith(b'comparison: "2027"}\r\n')
    assert [one.id for one in find_workspace(there).project.periods] == ["2026", "2027", "2028"]


def test_a_period_in_block_form_is_followed_by_the_new_line(there: Path) -> None:
    path = there / "surveys/project.yaml"
    written = path.read_text(encoding="utf-8").replace(
        '  - {id: "2026", start: 2026-01-01, end: 2026-12-31}\n',
        '  - id: "2026"\n    start: 2026-01-01\n    end: 2026-12-31\n\n',
    )
    path.write_text(written, encoding="utf-8")
    opened(there)
    assert [one.id for one in find_workspace(there).project.periods] == ["2026", "2027"]


def test_periods_in_one_line_are_left_to_the_person_and_nothing_changes(there: Path) -> None:
    path = there / "surveys/project.yaml"
    written = path.read_text(encoding="utf-8").replace(
        '\n  - {id: "2026", start: 2026-01-01, end: 2026-12-31}',
        ' [{id: "2026", start: 2026-01-01, end: 2026-12-31}]',
    )
    written = written.replace(
        '  # one a report; from the second on add comparison, as comparison: "2026"', ""
    )
    path.write_text(written, encoding="utf-8")
    with pytest.raises(DeclarationError) as told:
        opened(there)
    assert '- {id: "2027", start: 2027-01-01' in str(told.value.repair)
    assert path.read_text(encoding="utf-8") == written
    assert not (there / "surveys/rosters/2027.csv").exists()


def test_days_of_the_calendar_are_moved_by_a_year_and_the_roster_is_copied(there: Path) -> None:
    (there / "surveys/calendar.yaml").write_text(_CALENDAR, encoding="utf-8")
    roster = there / "surveys/rosters/2026.csv"
    roster.write_text(roster.read_text(encoding="utf-8") + "o01;Yhdistys;care;FI1D7;no\n", encoding="utf-8")
    opened(there)
    assert (there / "surveys/rosters/2027.csv").read_bytes() == roster.read_bytes()
    days = load_calendar(there / "surveys", ["2026", "2027"], ["q2"])
    assert days.days("2026").roster == date(2026, 9, 1)
    assert days.days("2027").surveys["q2"].opens == date(2027, 9, 15)
    assert days.days("2027").freeze == date(2029, 2, 28)
    assert days.attendance_days == 20
    written = (there / "surveys/calendar.yaml").read_text(encoding="utf-8")
    assert written.startswith(_CALENDAR.split("  # the end")[0])
    assert written.count("# list the organisations") == 2


def test_the_inbox_stays_empty_and_the_list_of_staff_is_left_to_decide(there: Path) -> None:
    inbox = there / "surveys/inbox/2026"
    inbox.mkdir()
    (inbox / "staff.csv").write_text("email;name\n", encoding="utf-8")
    made = opened(there)
    assert not (there / "surveys/inbox/2027").exists()
    assert any("Staff" in str(what) for what, _ in made.decide)


@pytest.mark.parametrize(
    ("period", "days"),
    [("2026", {}), ("2029", {"start": date(2029, 1, 1)}), ("2027", {"end": date(2025, 1, 1)})],
)
def test_a_period_that_is_there_or_lies_outside_is_refused(
    there: Path, period: str, days: dict[str, date]
) -> None:
    before = (there / "surveys/project.yaml").read_bytes()
    with pytest.raises(UsageError):
        opened(there, period, **days)
    assert (there / "surveys/project.yaml").read_bytes() == before


def test_a_name_that_can_be_none_is_refused(there: Path) -> None:
    before = (there / "surveys/project.yaml").read_bytes()
    with pytest.raises(UsageError):
        opened(there, "2027: x")
    assert (there / "surveys/project.yaml").read_bytes() == before


def test_an_opened_period_is_taken_back(there: Path) -> None:
    before = (there / "surveys/project.yaml").read_bytes()
    opened(there)
    undo(there)
    assert (there / "surveys/project.yaml").read_bytes() == before
    assert not (there / "surveys/rosters/2027.csv").exists()


def test_on_the_command_line(
    there: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(there)
    before = (there / "surveys/project.yaml").read_bytes()
    assert main(["open", "2027", "--dry-run", "--language", "en"]) == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert (there / "surveys/project.yaml").read_bytes() == before
    assert main(["open", "2027", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["start"], told["end"], told["comparison"]) == ("2027-01-01", "2027-12-31", "2026")
    assert main(["upgrade", "--undo", "--dry-run", "--language", "en"]) == 0
    assert "Would be taken back: open 2027" in capsys.readouterr().out
    assert main(["upgrade", "--undo", "--language", "en"]) == 0
    assert (there / "surveys/project.yaml").read_bytes() == before
    assert main(["upgrade", "--undo", "--language", "en"]) != 0
    assert "nothing to take back" in capsys.readouterr().err
    assert main(["upgrade", "--language", "en"]) == 0
    assert "Nothing to upgrade." in capsys.readouterr().out
    assert main(["open", "2027", "--start", "1.1.2027", "--language", "en"]) == 2
