"""Sending questionnaires to a server: imported once, not active, read back, and what is left to people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from limesurvey_double import PASSWORD, USER, Double, Reply, serving

from evallib import cli
from evallib.codebook.build import survey_number
from evallib.steps.new import new

ROSTER = "organisation;name;sector;region;one_person\no01;Kylätalo;care;FI1D7;no\n"


@pytest.fixture
def double() -> Iterator[Double]:
    with serving(Double({})) as one:
        yield one


@pytest.fixture
def work(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace with a roster and a server on which nothing is."""
    folder = new(tmp_path / "own")
    (folder / "surveys/rosters/2026.csv").write_text(ROSTER, encoding="utf-8")
    monkeypatch.setenv("LIME", PASSWORD)
    monkeypatch.chdir(folder)
    declare(folder, double)
    return folder


def declare(folder: Path, double: Double, surveys: str = "{}") -> None:
    (folder / "surveys/sources.yaml").write_text(
        f'schema_version: 1\nlimesurvey:\n  url: "{double.url}"\n  user: {USER}\n  password: "env:LIME"\n'
        f"  surveys: {surveys}\n",
        encoding="utf-8",
    )


def refused(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["survey", "push", *arguments, "--language", "en"]) != 0
    return capsys.readouterr().err


def test_a_wave_is_sent_by_one_login_and_stays_inactive(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "push", "--language", "en"]) == 0
    shown = capsys.readouterr().out
    number = survey_number("q3", "2026")
    assert f"q3: sent as survey {number}. It is not active.\n" in shown
    assert f"/index.php/surveyAdministration/view?surveyid={number}\n" in shown
    assert shown.count("Activate it") == 5
    assert f"q3: {number}" in shown.splitlines()[-1]
    assert (double.count("get_session_key"), double.count("release_session_key")) == (1, 1)
    assert double.count("import_survey") == 5
    assert not any("activate" in method for method, _ in double.calls)


def test_people_are_told_of_the_participants_table_only_where_there_are_tokens(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "push", "--survey", "q1", "--survey", "q4", "--json"]) == 0
    told = {one["survey"]: one["by_hand"] for one in json.loads(capsys.readouterr().out)["surveys"]}
    assert any("participants' table" in line for line in told["q4"])
    assert not any("participants' table" in line for line in told["q1"])
    assert any("evallib survey links" in line for line in told["q1"])


def test_what_is_there_as_declared_is_not_sent_again(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["survey", "push", "--survey", "q4"])
    capsys.readouterr()
    assert cli.main(["survey", "push", "--survey", "q4", "--language", "en"]) == 0
    assert "is there already, as it is declared" in capsys.readouterr().out
    assert double.count("import_survey") == 1


def test_the_number_of_sources_yaml_is_the_one_that_is_compared(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(work, double, '{"2026": {q4: 424242}}')
    assert cli.main(["survey", "push", "--survey", "q4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["surveys"][0]["number"] == 424242
    assert list(double.surveys) == [424242]


def test_a_survey_that_is_otherwise_there_is_left_alone_and_named(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["survey", "push", "--survey", "q4"])
    path = work / "surveys/questionnaires/q4.yaml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("code: O02", "code: O02x", 1), encoding="utf-8")
    plan = work / "surveys/plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("q4.O02", "q4.O02x"), encoding="utf-8")
    capsys.readouterr()
    shown = refused("--survey", "q4", capsys=capsys)
    assert "is not q4 as it is declared" in shown
    assert "O02x" in shown
    assert double.count("import_survey") == 1


def test_a_code_that_the_server_renames_is_found_at_once(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    """A real server renames reserved subquestion codes without a word."""
    plain = double._import_survey  # noqa: SLF001

    def renaming(*arguments: object) -> int:
        number = plain(*arguments)
        sub = double.surveys[number].subs[0]
        double.surveys[number].subs[0] = {**sub, "title": "r376sq1"}
        return number

    double._import_survey = renaming  # type: ignore[method-assign]  # noqa: SLF001
    shown = refused("--survey", "q1", capsys=capsys)
    assert "other subitems" in shown


def test_faults_of_the_questions_are_refused_before_the_server_is_asked(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    path = work / "surveys/questionnaires/q4.yaml"
    written = path.read_text(encoding="utf-8")
    scale = work / "surveys/questionnaires/scales.yaml"
    told = scale.read_text(encoding="utf-8")
    label = "  - {code: zz, fi: Sama, sv: Samma, en: Same}\n  - {code: zy, fi: Sama, sv: Samma, en: Same}\n"
    scale.write_text(told.rstrip("\n") + "\n  twice:\n" + label.replace("  - ", "    - "), encoding="utf-8")
    item = "      - {code: O99, type: single, scale: twice, fi: Mikä?, sv: Vad?, en: What?}\n"
    path.write_text(written.rstrip("\n") + "\n" + item, encoding="utf-8")
    assert "See all of them and mend them first" in refused("--survey", "q4", capsys=capsys)
    assert double.calls == []


def test_without_a_server_the_way_by_hand_is_named(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "surveys/sources.yaml").unlink()
    assert "evallib survey build" in refused(capsys=capsys)


def test_an_unknown_survey_is_refused_with_the_nearest(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Did you mean 'q" in refused("--survey", "q9", capsys=capsys)
    assert double.calls == []


def test_an_answer_that_got_lost_is_no_reason_to_send_twice(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = double._import_survey  # noqa: SLF001

    def lost(*arguments: object) -> int:
        plain(*arguments)
        raise Reply(b"", 200, **{"Content-Type": "text/html"})

    double._import_survey = lost  # type: ignore[method-assign]  # noqa: SLF001
    refused("--survey", "q4", capsys=capsys)
    assert double.count("import_survey") == 1
    assert double.count("release_session_key") == 1
    double._import_survey = plain  # type: ignore[method-assign]  # noqa: SLF001
    assert cli.main(["survey", "push", "--survey", "q4", "--language", "en"]) == 0
    assert "is there already" in capsys.readouterr().out


@pytest.mark.parametrize(
    "said", [{"status": "No permission"}, {"status": "Error: bad file"}, True, None, "x"]
)
def test_a_refused_import_ends_in_a_named_error(
    said: object, work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    double._import_survey = lambda *_: said  # type: ignore[method-assign]  # noqa: SLF001
    shown = refused("--survey", "q4", capsys=capsys)
    assert "What to do: " in shown
    assert PASSWORD not in shown


def test_what_was_sent_before_a_fault_is_told(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = double._import_survey  # noqa: SLF001

    def second_fails(*arguments: object) -> object:
        return plain(*arguments) if not double.surveys else {"status": "Error: no room"}

    double._import_survey = second_fails  # type: ignore[method-assign]  # noqa: SLF001
    shown = refused(capsys=capsys)
    assert f"f1 was sent as survey {survey_number('f1', '2026')}" in shown
    assert list(double.surveys) == [survey_number("f1", "2026")]


def test_a_number_that_is_taken_gives_another_one_that_is_told(
    work: Path, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a survey that the account may not see."""
    double._list_surveys = lambda _: {"status": "No surveys found"}  # type: ignore[method-assign]  # noqa: SLF001
    cli.main(["survey", "push", "--survey", "q4"])
    capsys.readouterr()
    assert cli.main(["survey", "push", "--survey", "q4", "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert f"q4: {survey_number('q4', '2026') + 7}" in shown.splitlines()[-1]
