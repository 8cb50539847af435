"""``evallib survey build`` and ``lint``, as somebody who prepares a wave meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evallib import cli
from evallib.codebook.lss_read import read_lss
from evallib.steps.new import new

ROSTER = "organisation;name;sector;region;one_person\no01;Kylätalo;care;FI1D7;no\n"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace whose only period, 2026, has a roster."""
    folder = new(tmp_path / "own")
    (folder / "surveys" / "rosters" / "2026.csv").write_text(ROSTER, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder / "surveys"


def changed(path: Path, before: str, after: str) -> None:
    written = path.read_text(encoding="utf-8")
    assert before in written
    path.write_text(written.replace(before, after), encoding="utf-8")


def second_period(surveys: Path) -> None:
    """Add the period 2027 and its roster."""
    changed(
        surveys / "project.yaml",
        "end: 2026-12-31}\n",
        'end: 2026-12-31}\n  - {id: "2027", start: 2027-01-01, end: 2027-12-31, comparison: "2026"}\n',
    )
    (surveys / "rosters" / "2027.csv").write_text(ROSTER, encoding="utf-8")


def test_build_writes_one_file_a_questionnaire_beside_its_yaml(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "build", "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Files of 2026 for LimeSurvey: 5; new or changed: 5.\n")
    assert "  surveys/questionnaires/q2-2026.lss\n" in shown
    assert len(list((work / "questionnaires").glob("*.lss"))) == 5
    q2 = read_lss((work / "questionnaires" / "q2-2026.lss").read_bytes(), "q2-2026.lss")
    assert q2.title["fi"].endswith(" 2026")
    assert q2.column("N05[o01]") is not None


def test_building_again_tells_which_files_are_other_than_before(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["survey", "build"])
    (work / "questionnaires" / "q4-2026.lss").write_bytes(b"old")
    capsys.readouterr()
    assert cli.main(["survey", "build", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["period"], len(made["files"])) == ("2026", 5)
    assert made["new"] == ["surveys/questionnaires/q4-2026.lss"]


def test_without_a_period_the_last_declared_one_is_built(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second_period(work)
    for arguments, period in ([], "2027"), (["2026"], "2026"):
        assert cli.main(["survey", "build", *arguments, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["period"] == period


def test_an_empty_roster_stops_the_build_before_anything_is_written(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "rosters" / "2026.csv").write_text(ROSTER.splitlines()[0], encoding="utf-8")
    assert cli.main(["survey", "build", "--language", "en"]) == 3
    shown = capsys.readouterr().err
    assert "Where: surveys/rosters/2026.csv\n" in shown
    assert "What to do: Write the wave's organisations there\n" in shown
    assert list((work / "questionnaires").glob("*.lss")) == []


def test_lint_says_of_each_indicator_what_it_is_computed_from(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "lint"]) == 0
    shown = capsys.readouterr().out
    assert "✓ I22  q1.T01, q1.T02, q1.T04, q1.T07\n" in shown
    assert "✓ I24  ei kysymystä: lokeista ja tiedostoista\n" in shown
    assert shown.endswith("Tunnuslukuja, jotka voidaan laskea: 38/38. Vikoja kysymyksissä: 0.\n")


def test_lint_names_an_indicator_whose_question_is_gone_with_place_and_repair(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(work / "plan.yaml", "[q1.T01,", "[q1.T99,")
    assert cli.main(["survey", "lint", "--language", "en"]) == 1
    shown = capsys.readouterr().out
    assert "✗ I22  q1.T99, q1.T02" in shown
    assert "✗ surveys/plan.yaml: I22: q1 has no question of the series T99\n    Correct the ind" in shown
    assert "can be computed: 37 of 38. Faults of questions: 1.\n" in shown
    assert cli.main(["survey", "lint", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["indicator"] for one in told["indicators"] if not one["computable"]] == ["I22"]
    assert [(one["code"], one["file"]) for one in told["findings"]] == [("no_item", "surveys/plan.yaml")]


@pytest.mark.parametrize("at_hand", ["received", "built"])
def test_lint_compares_a_wave_with_what_was_asked_a_period_before(
    at_hand: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second_period(work)
    cli.main(["survey", "build", "2026"])
    sent = work / "questionnaires" / "q1-2026.lss"
    if at_hand == "received":
        received = work / "inbox" / "2026" / "limesurvey" / "q1" / "structure.lss"
        received.parent.mkdir(parents=True)
        sent.rename(received)
    assert cli.main(["survey", "lint"]) == 0
    label = read_lss((received if at_hand == "received" else sent).read_bytes(), "q1").items[-1].label["en"]
    changed(work / "questionnaires" / "q1.yaml", label, "Other words?")
    capsys.readouterr()
    assert cli.main(["survey", "lint", "--language", "en"]) == 1
    shown = capsys.readouterr().out
    assert "✗ surveys/questionnaires/q1.yaml: q1." in shown
    assert "The words changed in en without a new code\n    Give the new wording a code of its own" in shown


def test_doctor_tells_the_first_fault_of_the_questions(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(work / "plan.yaml", "[q1.T01,", "[q1.T99,")
    assert cli.main(["doctor", "--language", "en"]) == 1
    assert "    I22: q1 has no question of the series T99\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("code: O02,", "code: time-of-the-meeting,", "letters and digits only"),
        ("code: O02,", "code: Oabcdefghijklmnopqrstuvw,", "at most 20 characters"),
        ("code: O02,", "code: sid,", "keeps the word 'sid' for itself"),
        (", en: ", ", xx: ", "q4.yaml"),
    ],
)
def test_lint_refuses_codes_and_missing_translations_with_their_line(
    before: str, after: str, said: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = work / "questionnaires/q4.yaml"
    written = path.read_text(encoding="utf-8")
    assert before in written
    path.write_text(written.replace(before, after, 1), encoding="utf-8")
    assert cli.main(["survey", "lint", "--language", "en"]) != 0
    shown = capsys.readouterr().err
    assert said in shown
    assert "Where: surveys/questionnaires/q4.yaml:" in shown


def test_lint_tells_the_minutes_of_each_questionnaire(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["survey", "lint", "--language", "en"]) == 0
    assert "q3: about 8 min\n" in capsys.readouterr().out
    assert cli.main(["survey", "lint", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["minutes"]) == {"f1", "q1", "q2", "q3", "q4"}


def test_lint_looks_at_a_structure_file_that_somebody_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lss = Path(__file__).parent / "data/limesurvey/limesurvey_survey_111111.lss"
    assert cli.main(["survey", "lint", "--structure", str(lss), "--language", "en"]) == 0
    assert capsys.readouterr().out.endswith("Faults: 0.\n")
    faulty = tmp_path / "x.lss"
    faulty.write_bytes(lss.read_bytes().replace(b"[CDATA[teach]]", b"[CDATA[time]]"))
    assert cli.main(["survey", "lint", "--structure", str(faulty), "--language", "en"]) == 1
    shown = capsys.readouterr().out
    assert "✗ x.lss: 111111.hours: The server keeps the word 'time' for itself" in shown
    assert cli.main(["survey", "lint", "--structure", str(faulty), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "code"
