"""``evallib survey build`` and ``lint``, as somebody who prepares a wave meets them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from evallib import cli
from evallib.codebook.lss_read import read_lss
from evallib.steps.context import open_context
from evallib.steps.fingerprint import declared_files
from evallib.steps.new import new
from evallib.store import Tier

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


def test_a_survey_that_lacks_its_roster_leaves_the_others_to_be_built(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "rosters" / "2026.csv").write_text(ROSTER.splitlines()[0], encoding="utf-8")
    assert cli.main(["survey", "build", "--language", "en"]) == 3
    shown = capsys.readouterr()
    assert "Files of 2026 for LimeSurvey: 4; new or changed: 4.\n" in shown.out
    assert shown.out.endswith("q2: not built\n")
    assert "Where: surveys/rosters/2026.csv\n" in shown.err
    assert "What to do: Write the wave's organisations there\n" in shown.err
    there = {path.name for path in (work / "questionnaires").glob("*.lss")}
    assert there == {"f1-2026.lss", "q1-2026.lss", "q3-2026.lss", "q4-2026.lss"}
    assert cli.main(["survey", "build", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (len(told["files"]), list(told["not_built"])) == (4, ["q2"])
    assert told["not_built"]["q2"]["place"] == "surveys/rosters/2026.csv"


def test_only_the_named_surveys_are_built(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "rosters" / "2026.csv").unlink()
    assert cli.main(["survey", "build", "--survey", "q1", "--survey", "q4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == [
        "surveys/questionnaires/q1-2026.lss",
        "surveys/questionnaires/q4-2026.lss",
    ]
    assert cli.main(["survey", "build", "--survey", "q2", "--language", "en"]) == 3
    shown = capsys.readouterr()
    assert "In LimeSurvey: " not in shown.out
    assert "there are none" in shown.err
    assert cli.main(["survey", "build", "--survey", "q9", "--language", "en"]) == 2
    assert "Expected: one of f1, q1, q2, q3, q4\n" in capsys.readouterr().err


def workbook(path: Path, *rows: list[object]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_the_roster_may_be_a_workbook_beside_the_empty_list_of_a_new_workspace(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, one = (line.split(";") for line in ROSTER.splitlines())
    listed, book = (work / "rosters" / f"2026.{ending}" for ending in ("csv", "xlsx"))
    listed.write_text(f"\ufeff{';'.join(header)}\r\n", encoding="utf-8")
    workbook(book, header, one, ["o02", "Naturgården Ab", "tour", "FI1B1", "no"])
    assert cli.main(["survey", "build", "--survey", "q2"]) == 0
    q2 = read_lss((work / "questionnaires" / "q2-2026.lss").read_bytes(), "")
    assert q2.item("N05").subitems[1].label["fi"] == "Naturgården Ab"
    listed.write_text(ROSTER, encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["survey", "build", "--language", "en"]) == 3
    assert "rosters/2026 is there twice" in capsys.readouterr().err


def test_an_empty_workbook_and_a_file_that_is_not_read_are_named(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "rosters" / "2026.csv").unlink()
    workbook(work / "rosters" / "2026.xlsx", ROSTER.splitlines()[0].split(";"))
    assert cli.main(["survey", "build", "--language", "en"]) == 3
    assert "Where: surveys/rosters/2026.xlsx\n" in capsys.readouterr().err
    (work / "rosters" / "2026.xlsx").rename(work / "rosters" / "roster 2026.XLSX")
    assert cli.main(["survey", "build", "--language", "en"]) == 3
    shown = capsys.readouterr().err
    assert "Where: surveys/rosters/2026.csv\nFound: roster 2026.XLSX\n" in shown


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


def declared_frozen(surveys: Path, period: str) -> None:
    """A freeze of a period that holds what is declared now, and no data."""
    context = open_context(surveys)
    with context.store.writing("freeze"):
        kept = {
            f"declared/{name}": context.store.put(path.read_bytes())
            for name, path in declared_files(context.workspace).items()
        }
        context.store.commit(Tier.FROZEN, period, kept, {}, context.stamp())


def flipped(surveys: Path) -> None:
    """The scale H5 turned round by its values alone: codes and words stay."""
    for code, value in ((1, 5), (2, 4), (4, 2), (5, 1)):
        before = f"code: h{code}, value: {code},"
        changed(surveys / "questionnaires/scales.yaml", before, f"code: h{code}, value: {value},")


@pytest.mark.parametrize("at_hand", ["built too", "frozen alone"])
def test_lint_sees_a_scale_flipped_by_its_values_alone_against_what_was_frozen(
    at_hand: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second_period(work)
    if at_hand == "built too":
        cli.main(["survey", "build", "2026"])
    declared_frozen(work, "2026")
    assert cli.main(["survey", "lint"]) == 0
    flipped(work)
    capsys.readouterr()
    assert cli.main(["survey", "lint", "--language", "en"]) == 1
    shown = capsys.readouterr().out
    assert "q1.T01: Codes with another value than before: h1, h2, h4, h5\n" in shown
    assert "words changed" not in shown


def test_lint_compares_with_the_last_wave_that_asked_the_same(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing tells what was asked in 2027: 2026 still counts for 2028."""
    second_period(work)
    changed(
        work / "project.yaml",
        'comparison: "2026"}\n',
        'comparison: "2026"}\n  - {id: "2028", start: 2028-01-01, end: 2028-12-31, comparison: "2027"}\n',
    )
    (work / "rosters" / "2028.csv").write_text(ROSTER, encoding="utf-8")
    changed(work / "questionnaires/q1.yaml", "code: T01\n", 'code: T01\n        waves: ["2026", "2028"]\n')
    declared_frozen(work, "2026")
    flipped(work)
    cli.main(["survey", "lint", "--language", "en"])
    assert "q1.T01: Codes with another value" in capsys.readouterr().out


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


def test_lint_compares_two_structures_that_somebody_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dual scales, arrays and lists of a real server against themselves, then turned, cut and reworded."""
    lss = Path(__file__).parent / "data/limesurvey/limesurvey_survey_111111.lss"
    command = ["survey", "lint", "--earlier", str(lss), "--language", "en", "--structure"]
    assert cli.main([*command, str(lss)]) == 0
    assert capsys.readouterr().out.endswith("Faults: 0.\n")
    before = read_lss(lss.read_bytes(), "")
    option = before.item("dual").subitems[0].options[0]
    later = tmp_path / lss.name
    later.write_bytes(lss.read_bytes().replace(option.label["en"].encode(), b"Something else"))
    assert cli.main([*command, str(later)]) == 1
    shown = capsys.readouterr().out
    assert f"111111.dual: The words of {option.code} changed in en without a new code\n" in shown
    capsys.readouterr()
    assert cli.main(["survey", "lint", "--earlier", str(lss), "--language", "en"]) == 2
    assert "Expected: --structure LSS --earlier LSS\n" in capsys.readouterr().err
    assert cli.main([*command, str(tmp_path / "none" / lss.name)]) == 4


def test_questions_whose_condition_is_not_read_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lss = Path(__file__).parent / "data/limesurvey/limesurvey_survey_111111.lss"
    conditional = tmp_path / "x.lss"
    before, number, after = lss.read_bytes().partition(b"<type><![CDATA[N]]></type>")
    condition = b"<relevance><![CDATA[unit.NAOK == 'a' and role.NAOK == 'b']]></relevance>"
    after = after.replace(b"<relevance><![CDATA[1]]></relevance>", condition, 1)
    conditional.write_bytes(before + number + after)
    said = "Conditions read in part or not at all; asked of more people here: "
    assert cli.main(["survey", "lint", "--structure", str(conditional), "--language", "en"]) == 0
    assert said in capsys.readouterr().out
    made = str(tmp_path / "x.csv")
    assert cli.main(["survey", "twin", made, "--structure", str(conditional), "--language", "en"]) == 0
    assert said in capsys.readouterr().out
    assert cli.main(["survey", "lint", "--structure", str(conditional), "--json"]) == 0
    (code,) = json.loads(capsys.readouterr().out)["conditions_not_read"]
    assert read_lss(lss.read_bytes(), "").item(code).native == "N"
