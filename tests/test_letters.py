"""What goes with a wave: letters in three languages, and the notice in the survey once it is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evallib import cli
from evallib.codebook.load import load_questionnaires
from evallib.codebook.lss_read import read_lss
from evallib.codebook.lss_write import write_lss
from evallib.steps.new import new

SURVEYS = Path(__file__).parents[1] / "surveys"
DECLARED = """privacy:
  controller: "Kylät ry, Kylätie 1"
  legal_basis: {fi: "yleinen etu", sv: "allmänt intresse", en: "public interest"}
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = new(tmp_path / "own")
    monkeypatch.chdir(folder)
    return folder / "surveys"


def filled_in(surveys: Path) -> None:
    path = surveys / "project.yaml"
    written = path.read_text(encoding="utf-8")
    for mark in ("TÄYTÄ: ", "FYLL I: ", "FILL IN: "):
        written = written.replace(mark, "")
    path.write_text(written + DECLARED, encoding="utf-8")


def letter(surveys: Path, name: str) -> str:
    return (surveys / "letters/2026" / name).read_text(encoding="utf-8")


def test_each_survey_has_its_letters_in_each_language(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "calendar.yaml").write_text(
        'schema_version: 1\nperiods:\n  "2026": {surveys: {q3: {closes: 2026-11-30}}}\n', encoding="utf-8"
    )
    assert cli.main(["survey", "letters", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["written"]) == 15
    fi, sv, en = (letter(work, f"q3-{language}.txt") for language in ("fi", "sv", "en"))
    assert [one.split(":")[0] for one in (fi, sv, en)] == ["Kutsu", "Inbjudan", "Invitation"]
    for words in ("Muistutus: ", "Kiitos: ", "noin 8 minuuttia", "sulkeutuu 30.11.2026", "{FIRSTNAME}"):
        assert words in fi
    assert "stängs 30.11.2026" in sv
    assert "closes on 30 Nov 2026" in en
    assert all("{SURVEYURL}" in one and "{OPTOUTURL}" in one for one in (fi, sv, en))


def test_letters_of_an_open_link_name_nobody(work: Path) -> None:
    assert cli.main(["survey", "letters"]) == 0
    for language in ("fi", "sv", "en"):
        told = letter(work, f"q1-{language}.txt")
        assert "{FIRSTNAME}" not in told
        assert "{OPTOUTURL}" not in told
        assert "{SURVEYURL}" in told


def test_what_somebody_changed_is_left_alone(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["survey", "letters"])
    path = work / "letters/2026/q3-fi.txt"
    path.write_text("Omat sanani", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["survey", "letters", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept"] == ["surveys/letters/2026/q3-fi.txt"]
    assert path.read_text(encoding="utf-8") == "Omat sanani"
    assert (work / "letters/2026/q3-fi.new.txt").is_file()


def test_letters_say_how_many_wait_for_the_projects_own_words(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["survey", "letters", "--language", "en"]) == 0
    assert "Letters with words to be filled in: 15." in capsys.readouterr().out
    filled_in(work)
    for path in (work / "letters/2026").iterdir():
        path.unlink()
    assert cli.main(["survey", "letters", "--language", "en"]) == 0
    assert "to be filled in" not in capsys.readouterr().out
    assert "Controller: Kylät ry, Kylätie 1. " in letter(work, "q3-en.txt")
    assert "Rättslig grund för behandlingen: allmänt intresse." in letter(work, "q3-sv.txt")


def test_the_survey_has_the_notice_only_when_nothing_waits_in_it(work: Path) -> None:
    (work / "rosters/2026.csv").write_text(
        "organisation;name;sector;region;one_person\no01;Talo;care;FI1D7;no\n", encoding="utf-8"
    )
    sent = work / "questionnaires/q3-2026.lss"
    assert cli.main(["survey", "build"]) == 0
    without = sent.read_bytes()
    assert b"policy_notice" not in without
    assert b"<showsurveypolicynotice><![CDATA[0]]>" in without
    filled_in(work)
    assert cli.main(["survey", "build"]) == 0
    told = sent.read_text(encoding="utf-8")
    assert "<showsurveypolicynotice><![CDATA[2]]>" in told
    assert told.count("<surveyls_policy_notice><![CDATA[") == 3
    assert "Käsittelyn oikeusperuste: yleinen etu." in told
    assert "{STARTPOLICYLINK}privacy notice{ENDPOLICYLINK}" in told
    assert read_lss(sent.read_bytes(), "q3") == read_lss(without, "q3")


def test_a_notice_with_signs_of_xml_stays_what_it_is() -> None:
    q1 = load_questionnaires(SURVEYS)["q1"].for_wave("2025")
    notice = dict.fromkeys(q1.languages, "a ]]> b & <c>")
    told = write_lss(q1, 123456, notice)
    assert read_lss(told, "q1").items == read_lss(write_lss(q1, 123456), "q1").items
