"""Links and sheets for events: each leads to the form and names its event."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
import small_report as small

from evallib import cli
from evallib.display.house import font_files
from evallib.report.inspect import faults_of
from evallib.report.sheet import Sheet, event_sheet, qr_code
from evallib.steps.new import new

BASE = "https://kyselyt.example.fi/index.php/654321"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace with two events in its period and one in another."""
    folder = new(tmp_path / "own")
    log = folder / "surveys/logs/events.csv"
    header = log.read_text(encoding="utf-8").strip().split(";")
    usual = {"form": "coffee", "mode": "online", "participant_file": "no", "title_en": "Coffee"}
    events = (
        ("e2601", "2026-03-02", {"language": "fi", "title_fi": "=Kahvit & <b>keskustelu</b> #let"}),
        ("e2602", "2026-05-04", {"language": "sv", "title_fi": "Kahvit", "title_sv": "Kaffe på Åland"}),
        ("e2701", "2027-02-01", {"language": "fi", "title_fi": "Ensi vuonna"}),
    )
    lines = [";".join(header)]
    for name, day, own in events:
        told = {"event_id": name, "start": f"{day} 09:00", "end": f"{day} 11:00", **usual, **own}
        lines.append(";".join(told.get(column, "") for column in header))
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def made(*arguments: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert cli.main(["survey", "links", *arguments, "--json"]) == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def refused(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["survey", "links", *arguments, "--language", "en"]) != 0
    return capsys.readouterr().err


def declare(work: Path, surveys: str) -> None:
    (work / "surveys/sources.yaml").write_text(
        'schema_version: 1\nlimesurvey:\n  url: "https://kyselyt.example.fi/index.php/admin/remotecontrol"\n'
        f"  user: tutkija\n  surveys: {surveys}\n",
        encoding="utf-8",
    )


def test_each_event_of_the_period_has_a_link_in_its_language_and_a_sheet(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(work, '{"2026": {q1: 654321}}')
    told = made(capsys=capsys)
    assert told["links"] == {
        "e2601": f"{BASE}?newtest=Y&lang=fi&EVID=e2601",
        "e2602": f"{BASE}?newtest=Y&lang=sv&EVID=e2602",
    }
    assert told["sheets"] == ["surveys/links/2026/q1-e2601.pdf", "surveys/links/2026/q1-e2602.pdf"]
    written = (work / "surveys/links/2026/q1.csv").read_text(encoding="utf-8-sig")
    first = next(csv.DictReader(io.StringIO(written), delimiter=";"))
    assert first["link_en"] == f"{BASE}?newtest=Y&lang=en&EVID=e2601"
    assert first["title_fi"].startswith("'=Kahvit")  # no formula for a spreadsheet


def test_an_address_may_be_given_where_no_server_is_declared(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = made("--address", BASE + "/", "--survey", "f1", capsys=capsys)["links"]
    assert links == {
        "e2601": f"{BASE}?newtest=Y&lang=fi&EVID=e2601",
        "e2602": f"{BASE}?newtest=Y&lang=sv&EVID=e2602",
    }


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://kyselyt.example.fi/1", "not encrypted"),
        ("https://u:Salainen1@kyselyt.example.fi/1", "more than an address"),
        ("kyselyt", "can't be used"),
    ],
)
def test_an_address_that_can_not_be_meant_is_refused(
    address: str, said: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = refused("--address", address, capsys=capsys)
    assert said in shown
    assert "Salainen1" not in shown


def test_without_the_surveys_number_it_is_asked_for(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--address" in refused(capsys=capsys)
    declare(work, "{}")
    assert "the number of q1 in 2026" in refused(capsys=capsys)


def test_surveys_whose_link_names_no_event_are_refused(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "get their link in the invitation" in refused("--survey", "q3", capsys=capsys)
    assert "Did you mean" in refused("--survey", "q7", capsys=capsys)


def test_without_events_nothing_is_written(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = work / "surveys/logs/events.csv"
    log.write_text(log.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert "no events of 2026" in refused("--address", BASE, capsys=capsys)
    assert not (work / "surveys/links").exists()


def sheet(**changed: object) -> Sheet:
    told: dict[str, object] = {
        "link": f"{BASE}?newtest=Y&lang=sv&EVID=e2602", "title": "Kaffe på Åland #let x = 1",
        "language": "sv", "start": datetime(2026, 5, 4, 9), "project": "Hanke <b>",
        "languages": ("fi", "sv", "en"), "minutes": 4,
    }  # fmt: skip
    return Sheet(**{**told, **changed})  # type: ignore[arg-type]


def test_a_sheet_is_one_accessible_page_in_three_languages_the_events_first() -> None:
    pdf = event_sheet(sheet(), font_files())
    told = small.text_of(pdf)
    assert faults_of(pdf, "sv") == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    places = [told.index(one) for one in ("Läs koden", "Lue koodi", "Read the code")]
    assert places[0] == min(places)
    assert "Kaffe på Åland #let x = 1" in told
    assert "ungefär 4 min" in told
    assert f"{BASE}?newtest=Y&lang=sv&EVID=e2602" in told.replace(" ", "")
    assert "SYNTETISK" not in told
    assert event_sheet(sheet(), font_files()) == pdf


def test_a_sheet_of_a_rehearsal_says_so() -> None:
    assert "SYNTETISK" in small.text_of(event_sheet(sheet(synthetic=True), font_files()))


def test_codes_of_two_links_differ_and_the_same_link_gives_the_same_code() -> None:
    assert qr_code("https://a.example/?EVID=e1") == qr_code("https://a.example/?EVID=e1")
    assert qr_code("https://a.example/?EVID=e1") != qr_code("https://a.example/?EVID=e2")
    assert qr_code("https://a.example/").startswith(b"<svg")
