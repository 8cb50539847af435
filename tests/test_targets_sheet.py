"""Targets on their way to a meeting and back: nothing agreed is changed, and nothing doubtful is taken."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from two_years import two_years

from evallib import cli
from evallib.errors import EvallibError, InputError, UsageError
from evallib.plan.model import TargetForm
from evallib.steps.context import open_context
from evallib.steps.targets import take_sheet, write_sheet


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_years(tmp_path_factory.mktemp("released") / "work")


@pytest.fixture
def root(released: Path, tmp_path: Path) -> Path:
    shutil.copytree(released, tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def sheet(root: Path) -> Path:
    write_sheet(open_context(root), root.parent / "targets.xlsx", str)
    return root.parent / "targets.xlsx"


def fill(file: Path, meeting: tuple[object, object] = ("2025-03-18", "§ 7"), **targets: object) -> None:
    """Targets by indicator: a value, or (value, by, better)."""
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    page["B2"], page["B3"] = meeting
    for row in page.iter_rows(min_row=6):
        if row[0].value in targets:
            given = targets.pop(str(row[0].value))
            for at, value in zip((6, 7, 8), given if isinstance(given, tuple) else (given,), strict=False):
                row[at].value = value
    assert not targets
    book.save(file)


def text_of(root: Path) -> str:
    return (root / "surveys/targets.yaml").read_text(encoding="utf-8")


def test_the_sheet_tells_start_trend_and_what_is_agreed(root: Path, sheet: Path) -> None:
    rows = {
        row[0]: row
        for row in openpyxl.load_workbook(sheet).worksheets[0].iter_rows(min_row=6, values_only=True)
    }
    none = (TargetForm.NONE, TargetForm.MATRIX)
    assert set(rows) == {one.code for one in open_context(root).plan.indicators if one.target not in none}
    assert "I27" not in rows  # agreed cell by cell
    events = rows["I19"]
    assert events[3].endswith("(2023)") and events[4].startswith("2024: ") and events[5] == "100"
    assert not events[6] and events[7] == "end"
    assert all(not str(cell).startswith("=") for row in rows.values() for cell in row if cell)


def test_what_comes_back_is_added_and_every_other_letter_stays(root: Path, sheet: Path) -> None:
    before = text_of(root)
    fill(sheet, I19=(110, "2025"), I20="2 500", I05="70 %", I22=0.75, I01="0,045")
    added = take_sheet(open_context(root), sheet)
    assert len(added) == 5
    after = text_of(root)
    kept = [
        line
        for line in after.splitlines()
        if '2025-03-18, minutes_paragraph: "§ 7"' not in line or line in before
    ]
    assert "\n".join(kept).rstrip() == before.rstrip()
    found = {(one.indicator, one.by): one for one in open_context(root).targets.targets
             if str(one.agreed_date) == "2025-03-18" and one.minutes_paragraph == "§ 7"}  # fmt: skip
    values = {key: one.value for key, one in found.items()}
    assert (
        values[("I20", "end")] == 2500 and values[("I05", "end")] == 0.7 and values[("I01", "end")] == 0.045
    )
    assert values[("I22", "end")] == 0.75
    with pytest.raises(InputError, match="on that day already"):
        take_sheet(open_context(root), sheet)
    assert text_of(root) == after


@pytest.mark.parametrize(
    "empty",
    ["schema_version: 1\ntargets: []\n", "schema_version: 1\ntargets: [] # none yet", "schema_version: 1\n",
     "schema_version: 1\ntargets: []\nplanned_cells:\n  agreed_date: 2023-03-14\n"
     "  minutes_paragraph: \"§ 6\"\n  cells:\n    - ely+data\n"],
)  # fmt: skip
def test_a_first_year_without_targets_gets_its_first_ones(root: Path, sheet: Path, empty: str) -> None:
    (root / "surveys/targets.yaml").write_text(empty, encoding="utf-8")
    fill(sheet, I05=("8 %", "end", "down"))
    take_sheet(open_context(root), sheet)
    targets = open_context(root).targets
    assert [(one.indicator, one.value, one.direction) for one in targets.targets] == [("I05", 0.08, "down")]
    assert (targets.planned_cells is not None) == ("planned_cells" in empty)
    assert all(part in text_of(root) for part in ("# none yet",) if part in empty)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"I19": "many"}, "number without sign"),
        ({"I19": -5}, "number without sign"),
        ({"I19": "70 %"}, "number without sign"),
        ({"I19": "nan"}, "number without sign"),
        ({"I19": "1e400"}, "number without sign"),
        ({"I05": 70}, "at most 100 %"),
        ({"I05": "120 %"}, "at most 100 %"),
        ({"I19": (5, "2042")}, "for a period or for the end"),
        ({"I19": (5, "end", "sideways")}, "up or down"),
        ({"I19": (5, "end", "down")}, "more is always better"),
        ({"I19": "=1+1"}, "formula"),
    ],
)
def test_what_is_no_target_is_named_by_its_row_and_nothing_is_written(
    root: Path, sheet: Path, given: dict[str, object], words: str
) -> None:
    before = text_of(root)
    fill(sheet, I20=2500, **given)
    with pytest.raises(EvallibError) as caught:
        take_sheet(open_context(root), sheet)
    said = " ".join(map(str, caught.value.parts().values()))
    assert words in said and "targets.xlsx" in said
    assert text_of(root) == before


@pytest.mark.parametrize(
    "meeting", [("", "§ 7"), ("soon", "§ 7"), ("2025-03-18", ""), ("2025-03-18", "seven")]
)
def test_a_meeting_without_day_or_paragraph_is_refused(
    root: Path, sheet: Path, meeting: tuple[str, str]
) -> None:
    fill(sheet, meeting, I20=2500)
    with pytest.raises(InputError, match="meeting|paragraph"):
        take_sheet(open_context(root), sheet)


def test_a_day_that_excel_made_a_date_of_is_a_day(root: Path, sheet: Path) -> None:
    from datetime import date

    fill(sheet, (date(2025, 3, 18), "§ 7"), I20=2500)
    assert "2025-03-18" in take_sheet(open_context(root), sheet)[0]


def test_an_empty_sheet_another_sheet_and_a_taken_name_are_told(root: Path, sheet: Path) -> None:
    context = open_context(root)
    with pytest.raises(UsageError, match="exists already"):
        write_sheet(context, sheet, str)
    with pytest.raises(UsageError, match="Excel workbook"):
        write_sheet(context, root.parent / "targets.csv", str)
    fill(sheet)
    with pytest.raises(UsageError, match="No target is filled in"):
        take_sheet(context, sheet)
    with pytest.raises(UsageError, match="no file"):
        take_sheet(context, root.parent / "nothing.xlsx")


def test_the_command_goes_there_and_back(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert cli.main(["plan", "targets", "../t.xlsx", "--language", "en"]) == 0
    assert "--take" in capsys.readouterr().out
    fill(root.parent / "t.xlsx", I20=2500)
    assert cli.main(["plan", "targets", "../t.xlsx", "--take", "--language", "en"]) == 0
    assert "indicator: I20, value: 2500" in capsys.readouterr().out
