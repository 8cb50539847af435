"""Invented answers: believable to every reader, the same each time, marked, never taken for people's."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
import small_report as small

from evallib import cli
from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import Questionnaire, Type
from evallib.codes import SYNTHETIC
from evallib.results.jsonform import from_json, to_json
from evallib.results.model import Released
from evallib.sources.limesurvey import read_responses
from evallib.steps.new import new
from evallib.twin.export import responses_csv
from evallib.twin.fieldwork import Field, invented
from evallib.workspace import find_workspace

RECORDED = Path(__file__).parent / "data" / "limesurvey"
NOWHERE = Field((date(2026, 1, 1), date(2026, 12, 31)), {}, {})
ROSTER = "organisation;name;sector;region;one_person\n" + "".join(
    f"o{n:02d};Talo {n};care;FI1D7;no\n" for n in range(1, 8)
)


def structure(number: str) -> Questionnaire:
    name = f"limesurvey_survey_{number}.lss"
    return read_lss((RECORDED / name).read_bytes(), name)


def answers(number: str, size: int, seed: str = "1") -> list[dict[str, str]]:
    asked = structure(number)
    data = responses_csv(asked, invented(asked, size, seed, NOWHERE)[1])
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project's workspace with a roster and two events, and a place for the rehearsal beside it."""
    folder = new(tmp_path / "own")
    (folder / "surveys" / "rosters" / "2026.csv").write_text(ROSTER, encoding="utf-8")
    log = folder / "surveys" / "logs" / "events.csv"
    header = log.read_text(encoding="utf-8").strip().split(";")
    for name, day in (("e2601", "2026-03-02"), ("e2602", "2026-05-04")):
        told = {"event_id": name, "start": f"{day} 09:00", "end": f"{day} 11:00", "title_fi": "Kahvit"}
        told |= {"form": "coffee", "mode": "online", "language": "fi", "participant_file": "no"}
        line = ";".join(told.get(column, "") for column in header)
        log.write_text(log.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("number", ["111111", "333333"])
def test_answers_to_any_structure_read_without_a_code_that_is_none(number: str) -> None:
    asked = structure(number)
    data = responses_csv(asked, invented(asked, 200, "1", NOWHERE)[1])
    table = read_responses(asked, data, "responses.csv")
    assert len(table.rows) == 200
    assert {one.code for one in table.remarks} <= {"empty"}


def test_every_type_that_people_answer_has_answers() -> None:
    rows = answers("111111", 300)
    silent = {Type.DISPLAY, Type.EQUATION, Type.FILE, Type.HIDDEN, Type.OTHER}
    columns = [one for one in structure("111111").columns() if one.type not in silent and not one.role]
    assert [one.name for one in columns if not any(row[one.name] for row in rows)] == []


def test_a_ranking_names_each_option_once_and_leaves_only_its_tail_empty() -> None:
    places = [one.name for one in structure("111111").columns() if one.type is Type.RANKING]
    for row in answers("111111", 300):
        given = [row[place] for place in places]
        filled = [one for one in given if one]
        assert len(set(filled)) == len(filled)
        assert given == filled + [""] * (len(given) - len(filled))


def test_the_words_for_other_stand_beside_other_only() -> None:
    rows = answers("111111", 300)
    assert {row["unit"] for row in rows if row["unit[other]"]} == {"-oth-"}
    assert all(row["unit[other]"] for row in rows if row["unit"] == "-oth-")


def test_the_same_seed_gives_the_same_answers_and_another_one_others() -> None:
    assert answers("111111", 40) == answers("111111", 40)
    assert answers("111111", 40) != answers("111111", 40, "2")


def test_every_response_carries_the_mark() -> None:
    assert {row["seed"] for row in answers("111111", 20)} == {SYNTHETIC}


def test_a_file_of_answers_is_written_for_any_structure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lss, target = RECORDED / "limesurvey_survey_333333.lss", tmp_path / "x.csv"
    wanted = ["survey", "twin", str(target), "--structure", str(lss), "--answers", "7", "--language", "en"]
    assert cli.main(wanted) == 0
    assert "7 synthetic responses" in capsys.readouterr().out
    before = target.read_bytes()
    assert cli.main(wanted) != 0
    assert "exists already" in capsys.readouterr().err
    assert target.read_bytes() == before


@pytest.mark.parametrize("size", ["0", "-3", "100001"])
def test_a_size_that_can_not_be_is_refused(work: Path, size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["survey", "twin", "../play", "--answers", size, "--language", "en"]) != 0
    assert "Expected: 1 to 100000\n" in capsys.readouterr().err
    assert not (work.parent / "play").exists()


def test_a_rehearsal_reads_whole_and_takes_events_and_organisations_of_the_project(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "surveys" / "sources.yaml").write_text("schema_version: 1\n", encoding="utf-8")
    assert cli.main(["survey", "twin", "../play", "--answers", "30", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["answers"] == {"f1": 30, "q1": 30, "q2": 6, "q3": 30, "q4": 10}
    play = work.parent / "play"
    project = find_workspace(play).project
    assert (project.rehearsal, project.key, project.marked) == (True, "demo", SYNTHETIC)
    assert not (play / "surveys" / "sources.yaml").exists()
    with (play / "surveys/inbox/2026/limesurvey/q1/responses.csv").open(encoding="utf-8-sig") as file:
        assert {row["EVID"] for row in csv.DictReader(file, delimiter=";")} == {"e2601", "e2602"}
    with (play / "surveys/inbox/2026/limesurvey/q2/responses.csv").open(encoding="utf-8-sig") as file:
        ties = list(csv.DictReader(file, delimiter=";"))
    assert any(row[f"N05k[o{n:02d}]"] for row in ties for n in range(1, 8))
    monkeypatch.chdir(play)
    assert cli.main(["check", "--json"]) == 0
    tables = {one["table"]: one["rows"] for one in json.loads(capsys.readouterr().out)["tables"]}
    assert (tables["responses.q1"], tables["invited.q2"]) == (30, 7)


def test_a_rehearsal_without_organisations_goes_on_without_their_survey(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "surveys/rosters/2026.csv").unlink()
    assert cli.main(["survey", "twin", "../play", "--json"]) == 0
    assert "q2" not in json.loads(capsys.readouterr().out)["answers"]


def test_a_rehearsal_is_refused_inside_the_workspace_and_where_something_stands(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "twin", "play", "--language", "en"]) != 0
    assert "as ../rehearsal" in capsys.readouterr().err
    (work.parent / "full").mkdir()
    (work.parent / "full" / "x").write_text("own", encoding="utf-8")
    assert cli.main(["survey", "twin", "../full", "--language", "en"]) != 0
    assert [path.name for path in (work.parent / "full").iterdir()] == ["x"]


def test_synthetic_answers_are_refused_in_the_projects_own_workspace(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "twin", "../play", "--answers", "20"]) == 0
    taken = work.parent / "play" / "surveys" / "inbox" / "2026"
    (work / "surveys" / "inbox" / "2026").rmdir() if (work / "surveys/inbox/2026").exists() else None
    taken.rename(work / "surveys" / "inbox" / "2026")
    capsys.readouterr()
    assert cli.main(["check", "2026", "--language", "en"]) == 7
    assert "Among the received answers are synthetic ones" in capsys.readouterr().err


def test_one_answer_of_a_person_stops_a_rehearsal(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "twin", "../play", "--answers", "20"]) == 0
    file = work.parent / "play" / "surveys/inbox/2026/limesurvey/q1/responses.csv"
    file.write_bytes(file.read_bytes().replace(b'"synthetic"', b'"1200334455"', 1))
    monkeypatch.chdir(work.parent / "play")
    capsys.readouterr()
    assert cli.main(["check", "2026", "--language", "en"]) == 7
    shown = capsys.readouterr().err
    assert "here are rows of people" in shown
    assert "Found: 1 rows" in shown


@pytest.mark.parametrize(
    "command",
    [
        ["publish", "2026", "--handled", "2026-12-01", "--paragraph", "§ 4"],
        ["publish", "2026", "--signed", "chair: A", "--signed", "manager: B"],
        ["export", "cns", "2026"],
        ["export", "pack", "2026"],
        ["export", "web", "2026"],
    ],
)
def test_nothing_of_a_rehearsal_is_published_or_told_to_others(
    command: list[str], work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "twin", "../play", "--answers", "5"]) == 0
    monkeypatch.chdir(work.parent / "play")
    assert cli.main([*command, "--language", "en"]) != 0
    assert "This is a rehearsal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "SYNTEETTINEN"), ("sv", "SYNTETISK"), ("en", "SYNTHETIC")]
)
def test_every_page_says_in_its_language_that_the_answers_are_synthetic(language: str, word: str) -> None:
    whose = small.project(invented=False, rehearsal=True)
    document = small.document(language, material=small.material(whose=whose))
    assert document.description["notice"].startswith(word)
    assert document.description["watermark"] == word
    assert document.description["cover"]["banner"]


def test_the_results_file_says_it_in_its_head() -> None:
    plain = Released("2026", 1, {}, {}, {})
    marked = Released("2026", 1, {}, {}, {SYNTHETIC: True})
    assert "synthetic" not in json.loads(to_json(plain))
    assert json.loads(to_json(marked))["synthetic"] is True
    assert from_json(to_json(marked)) == marked


def test_a_roster_may_be_a_workbook_but_not_beside_a_csv(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "roster"
    for line in ROSTER.strip().split("\n"):
        sheet.append(line.split(";"))
    book.save(work / "surveys/rosters/2026.xlsx")
    assert cli.main(["survey", "build", "--language", "en"]) != 0
    assert "rosters/2026 is there twice" in capsys.readouterr().err
    (work / "surveys/rosters/2026.csv").unlink()
    assert cli.main(["survey", "build"]) == 0
    q2 = read_lss((work / "surveys/questionnaires/q2-2026.lss").read_bytes(), "q2.lss")
    assert q2.column("N05[o07]") is not None
