"""A new workspace: whole, valid as it stands, and never half made."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import openpyxl
import pytest
import template_copies as copies

from evallib.codebook.lint import lint
from evallib.codebook.load import load_questionnaires
from evallib.codes import LISTS, LOGS
from evallib.errors import UsageError
from evallib.plan import load_plan, load_targets
from evallib.report.parameters import checked, read_interface
from evallib.sources.attendance import read_attendance
from evallib.sources.logs import load_roster, read_log, read_roster_table
from evallib.steps.new import TEMPLATES, new
from evallib.workspace import find_workspace

NAMES = sorted(name for name, _ in copies.wanted())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new(tmp_path_factory.mktemp("evaluator") / "hanke")


@pytest.mark.parametrize("name", NAMES)
def test_template_is_up_to_date_with_what_it_is_derived_from(name: str) -> None:
    assert (TEMPLATES / name).read_bytes() == dict(copies.wanted())[name], "run tests/template_copies.py"


def test_plan_and_untouched_questionnaires_are_copied_byte_by_byte() -> None:
    for name in ("plan.yaml", "questionnaires/q1.yaml", "questionnaires/scales.yaml"):
        assert (TEMPLATES / "surveys" / name).read_bytes() == (copies.ROOT / "surveys" / name).read_bytes()


def test_no_template_is_left_of_a_file_that_is_gone() -> None:
    folders = ("surveys/questionnaires", "surveys/logs", "surveys/rosters", "notebooks")
    there = [path for folder in folders for path in (TEMPLATES / folder).iterdir() if path.is_file()]
    assert sorted(path.relative_to(TEMPLATES).as_posix() for path in there) == [
        name for name in NAMES if name.count("/") > 1 or name.startswith("notebooks/")
    ]


def test_a_reworded_question_is_kept_in_its_last_wording_only() -> None:
    written = (
        "items:\n"
        '      - code: N11\n        series: N11\n        waves: ["2023", "2024"]\n        fi: Vanha\n'
        "      - code: N11b  # reworded in 2025\n        series: N11\n        comparable: partly\n"
        '        waves: ["2025"]\n        fi: Uusi\n'
        "      - code: N12\n        fi: Aina\n"
    )
    assert copies.without_past_waves(written.encode()).decode() == (
        "items:\n"
        "      - code: N11b\n        series: N11\n        fi: Uusi\n"
        "      - code: N12\n        fi: Aina\n"
    )


def test_new_workspace_is_found_from_its_subfolders_and_is_no_invented_project(made: Path) -> None:
    workspace = find_workspace(made / "surveys" / "logs")
    assert workspace.root == made.resolve()
    assert workspace.project.invented is False
    assert workspace.project.key == "keyring"
    assert workspace.project.language == "fi"
    assert [one.id for one in workspace.project.periods] == ["2026"]
    assert "TÄYTÄ" in workspace.project.name["fi"]


def test_new_workspace_has_a_valid_plan_and_no_targets_yet(made: Path) -> None:
    surveys = made / "surveys"
    plan = load_plan(surveys)
    assert len(plan.indicators) == 38
    assert load_targets(surveys, plan, ["2026"]).targets == ()


def test_every_indicator_can_be_computed_in_the_first_period(made: Path) -> None:
    sources = {one.code: one.sources for one in load_plan(made / "surveys").indicators}
    assert lint(load_questionnaires(made / "surveys"), sources, ["2026"]) == []


@pytest.mark.parametrize("log", LOGS)
def test_empty_log_reads_as_a_table_without_rows(made: Path, log: str) -> None:
    data = (made / "surveys" / "logs" / f"{log}.csv").read_bytes()
    assert len(read_log(log, data, f"{log}.csv").rows) == 0


def test_empty_roster_reads_as_no_organisations(made: Path) -> None:
    path = made / "surveys" / "rosters" / "2026.csv"
    assert len(read_roster_table(path.read_bytes(), path.name, "2026").rows) == 0
    assert load_roster(path) == ()


@pytest.mark.parametrize("name", ["annual_report", "data_quality", "fieldwork"])
def test_notebook_defaults_fit_the_first_period(made: Path, name: str) -> None:
    interface = read_interface(made / "notebooks" / f"{name}.ipynb")
    values = checked(interface, {}, {"2026": []}, ["fi", "sv", "en"])
    assert values["period"] == "2026"
    assert values.get("comparison") is None


def test_received_files_and_store_stay_out_of_version_control(made: Path) -> None:
    ignored = (made / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "surveys/inbox/*" in ignored
    assert "surveys/store/" in ignored


def test_inbox_tells_in_three_languages_what_goes_where(made: Path) -> None:
    written = (made / "surveys" / "inbox" / "README.txt").read_text(encoding="utf-8")
    for heading in ("SUOMEKSI", "PÅ SVENSKA", "IN ENGLISH"):
        assert heading in written
    assert written.count("structure.lss") == 6
    for told in ("paper.xlsx", "evallib survey paper q1", "staff.csv", "evallib fill 2026", "e2601+"):
        assert written.count(told) == 3


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    assert find_workspace(new(tmp_path / "empty")).root == (tmp_path / "empty").resolve()


def test_missing_folders_above_are_made(tmp_path: Path) -> None:
    new(tmp_path / "hankkeet" / "2026" / "oma")
    assert (tmp_path / "hankkeet" / "2026" / "oma" / "surveys" / "project.yaml").is_file()


def test_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "muistio.txt").write_text("oma", encoding="utf-8")
    with pytest.raises(UsageError):
        new(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["muistio.txt"]


def test_file_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hanke").write_text("oma", encoding="utf-8")
    with pytest.raises(UsageError):
        new(tmp_path / "hanke")
    assert (tmp_path / "hanke").read_text(encoding="utf-8") == "oma"


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_crash_half_way_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    copied: list[str] = []
    copyfile = shutil.copyfile

    def breaking(source: str, target: str, **options: bool) -> str:
        if len(copied) == 5:
            raise fault
        copied.append(target)
        return copyfile(source, target, **options)

    monkeypatch.setattr(shutil, "copyfile", breaking)
    with pytest.raises((OSError, KeyboardInterrupt)):
        new(tmp_path / "hanke")
    assert len(copied) == 5
    assert list(tmp_path.iterdir()) == []


def test_new_workspace_has_each_log_as_a_workbook(made: Path) -> None:
    there = {path.stem for path in (made / "surveys" / "templates").iterdir()}
    assert there == {*LOGS, *LISTS, "roster"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("paper_list", "FI1D7 (Lappi)"),
        ("events", "coffee (Virtuaalikahvit)"),
        ("agreements", "dropped (luovuttu)"),
        ("contents", "the main one first"),
        ("joint_activities", "pilot (kokeilut)"),
    ],
)
def test_the_sheet_of_a_workbook_says_what_its_codes_mean(tmp_path: Path, kind: str, told: str) -> None:
    path = new(tmp_path / "hanke", language="fi") / "surveys" / "templates" / f"{kind}.xlsx"
    rows = openpyxl.load_workbook(path)["README"].iter_rows(values_only=True)
    assert told in " ".join(str(cell) for row in rows for cell in row)


def test_a_typed_paper_list_in_its_workbook_is_read(made: Path) -> None:
    book = openpyxl.load_workbook(made / "surveys" / "templates" / "paper_list.xlsx")
    book["paper_list"].append(["e1", "entr", "FI1D7", "care", "yes", "f", "sv"])
    stream = io.BytesIO()
    book.save(stream)
    event = {"event_id": "e1", "start": "2026-03-01T09:00", "end": "2026-03-01T11:00", "mode": "onsite"}
    rows = read_attendance([("e1_lista.xlsx", stream.getvalue())], event, (), 10).rows
    assert rows[["status", "minutes", "region", "lang"]].values.tolist() == [
        ["attended", "120", "FI1D7", "sv"]
    ]


def test_doctor_reads_the_servers_file_and_asks_whether_their_keys_are_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evallib.steps.doctor import doctor

    folder = new(tmp_path / "hanke")

    def found(words: str) -> list[bool]:
        return [one.ok for one in doctor(folder) if words in str(one.check)]

    assert found("Servers to fetch from") == [True]
    assert found("The key to") == []
    path = folder / "surveys/sources.yaml"
    path.write_text(
        'schema_version: 1\nlimesurvey:\n  url: "https://k.example.fi/index.php/admin/remotecontrol"\n'
        '  user: tutkija\n  password: "env:LIME_TEST"\n  surveys: {}\n',
        encoding="utf-8",
    )
    monkeypatch.delenv("LIME_TEST", raising=False)
    assert found("The key to limesurvey") == [False]
    monkeypatch.setenv("LIME_TEST", "Salainen-1")
    assert found("The key to limesurvey") == [True]
    path.write_text("schema_version: 1\nlimesurvy: {}\n", encoding="utf-8")
    assert found("Servers to fetch from") == [False]
