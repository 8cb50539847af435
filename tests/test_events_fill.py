"""``evallib fill``: the log learns of events from attendance files, and loses nothing of its own."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from conftest import copy_workspace

from evallib.cli import main
from evallib.errors import InputError
from evallib.sources.event_rows import new_events
from evallib.sources.log_append import appended
from evallib.sources.log_workbook import log_workbook
from evallib.sources.logs import read_log

HEADER = (
    "event_id;start;end;tz;title_fi;title_sv;title_en;form;mode;language;region;organisers;sectors;theme_main;"
    "theme_side;cns_class;task;projects;participant_file"
)
WHOLE = "e1;2025-03-14T13:00;2025-03-14T14:00;;Kahvit;;;coffee;online;fi;;;;none;;events;T3;;yes"
WAITING = "e2;;;;Muistettava;;;;;;;;;;;;;;"  # typed in advance, not complete
ZOOM = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
TEAMS = "Full Name\tUser Action\tTimestamp\n"


def zoom(*emails: str, day: str = "14.03.2025", topic: str = "") -> str:
    head = "Topic,ID,Duration (minutes),Start time,End time,Participants"
    block = f'{head}\n"{topic}",1,60,{day} 13:00,{day} 14:00,2\n\n'
    rows = "".join(f"{one},{one},{day} 13:05:00,{day} 13:55:00,50,Yes\n" for one in emails)
    return (block if topic else "") + ZOOM + rows


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = copy_workspace(tmp_path / "work")
    for path in (root / "surveys/demo/2025/events").iterdir():
        path.unlink()
    monkeypatch.chdir(root)
    return root


def log(here: Path, *rows: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path = here / "surveys/logs/events.csv"
    path.write_bytes((end.join([HEADER, *rows]) + end).encode(encoding))
    return path


def put(here: Path, name: str, content: str) -> None:
    (here / "surveys/demo/2025/events" / name).write_text(content, "utf-8")


def filled(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["fill", "2025", "--json"]) == 0, capsys.readouterr()
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def fault(capsys: pytest.CaptureFixture[str], code: int) -> str:
    assert main(["--language", "en", "fill", "2025"]) == code
    return capsys.readouterr().err


def test_a_row_holds_what_the_list_tells_and_names_what_it_does_not(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = log(here, WHOLE, WAITING)
    before = path.read_bytes()
    put(here, "e3_zoom.csv", zoom("ann@example.org", topic="Luontokahvit, osa 2"))
    put(here, "e1_zoom.csv", zoom("bo@example.org"))

    (row,) = filled(capsys)["rows"]  # type: ignore[misc]

    assert row["missing"] == ["form", "language", "theme_main", "theme_side", "task"]
    after = path.read_bytes()
    assert after.startswith(before), "what was typed stays as it was"
    assert after.removeprefix(before).decode() == (
        "e3;2025-03-14T13:00;2025-03-14T14:00;Europe/Helsinki;Luontokahvit, osa 2"
        ";;;;online;;;;;;;events;;;yes\n"
    )
    assert filled(capsys)["rows"] == [] and path.read_bytes() == after


def test_lists_without_times_and_dates_that_could_be_either_leave_start_and_end_open(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(here)
    put(here, "e3_lista.csv", "event_id;role;region;sector;under40;sex;lang\ne3;entr;;;;;sv\ne3;;;;;;sv\n")
    put(here, "e4_teams.csv", TEAMS + "Ann\tJoined\t3/4/2025, 9:00:00 AM\nAnn\tLeft\t3/4/2025, 10:00:00 AM\n")
    paper, teams = filled(capsys)["rows"]  # type: ignore[misc]
    assert paper["filled"] == {
        "event_id": "e3", "tz": "Europe/Helsinki", "mode": "onsite", "language": "sv", "cns_class": "events",
        "participant_file": "yes",
    }  # fmt: skip
    assert (teams["undecided"], teams["missing"][:2]) == (["events/e4_teams.csv"], ["start", "end"])


def test_a_paper_list_beside_an_online_one_makes_a_hybrid_event(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(here)
    put(here, "e3_lista.csv", "event_id;role;region;sector;under40;sex;lang\ne3;entr;;;;;fi\n")
    put(here, "e3_zoom.csv", zoom("ann@example.org"))
    (row,) = filled(capsys)["rows"]  # type: ignore[misc]
    assert (row["filled"]["mode"], row["filled"]["start"]) == ("hybrid", "2025-03-14 13:05:00")


def test_one_event_from_two_systems_is_offered_for_joining(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(here, WHOLE)
    put(here, "e1_zoom.csv", zoom("ann@example.org", "bo@example.org"))
    put(here, "e3_zoom.csv", zoom("bo@example.org", "cy@example.org"))
    put(here, "e4_zoom.csv", zoom("bo@example.org", day="15.03.2025"))
    put(here, "e5_zoom.csv", zoom("di@example.org"))
    assert filled(capsys)["offers"] == [{"event_id": "e3", "other": "e1", "people": 1}]


@pytest.mark.parametrize(("encoding", "end"), [("utf-8-sig", "\r\n"), ("cp1252", "\r\n"), ("utf-8", "\n")])
def test_rows_come_in_the_encoding_and_line_ends_of_the_log(
    here: Path, capsys: pytest.CaptureFixture[str], encoding: str, end: str
) -> None:
    typed = WHOLE.replace("Kahvit", "Päiväkahvit")
    path = log(here, typed, encoding=encoding, end=end)
    path.write_bytes(path.read_bytes().removesuffix(end.encode()))  # the last line without its end
    put(here, "e3_zoom.csv", zoom("ann@example.org", topic="Yö metsässä"))
    filled(capsys)
    text = path.read_bytes().decode(encoding)
    assert text.count(end) == 3 and text.count("\n") == 3
    assert "Päiväkahvit" in text and "Yö metsässä" in text


def test_a_letter_that_the_logs_encoding_lacks_changes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = log(here, WHOLE.replace("Kahvit", "Päiväkahvit"), encoding="cp1252")
    before = path.read_bytes()
    put(here, "e3_zoom.csv", zoom("ann@example.org", topic="Метсä"))
    assert "can't be added" in fault(capsys, 4)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mark", ["~$events.csv", ".~lock.events.csv#"])
def test_a_log_that_is_open_elsewhere_is_left_alone(
    here: Path, capsys: pytest.CaptureFixture[str], mark: str
) -> None:
    path = log(here, WHOLE)
    before = path.read_bytes()
    (path.parent / mark).write_bytes(b"")
    put(here, "e3_zoom.csv", zoom("ann@example.org"))
    assert "open in another program" in fault(capsys, 9)
    assert path.read_bytes() == before and not (path.parent / ".evallib-new").exists()


def test_one_file_that_can_not_be_read_stops_them_all(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = log(here, WHOLE)
    before = path.read_bytes()
    put(here, "e3_zoom.csv", zoom("ann@example.org"))
    put(here, "e4_other.csv", "a;b\n1;2\n")
    assert "e4_other.csv" in fault(capsys, 4)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["meetingAttendanceReport.csv", "participants (1).csv", "_e3.csv"])
def test_a_name_without_an_id_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no id"):
        new_events({f"events/{name}": zoom("ann@example.org").encode()}, {}, (), "Europe/Helsinki")


def test_no_list_at_all_says_where_they_belong(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log(here)
    assert "surveys/demo/2025/events" in fault(capsys, 10)


def test_a_title_can_not_become_a_formula() -> None:
    files = {"events/e3_zoom.csv": zoom("ann@example.org", topic="=HYPERLINK(1)").encode()}
    (one,) = new_events(files, {}, (), "Europe/Helsinki")
    assert one.title == "HYPERLINK(1)"


def workbook(*rows: list[object], picture: bool = False) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(log_workbook("events")))
    for row in rows:
        book["events"].append(row)
    if picture:
        from openpyxl.chart import BarChart

        book["events"].add_chart(BarChart(), "A9")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_keeps_its_rows_sheets_and_drop_down_lists(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "surveys/logs/events.csv").unlink()
    path = here / "surveys/logs/events.xlsx"
    path.write_bytes(workbook([*WHOLE.split(";")]))
    put(here, "e3_zoom.csv", zoom("ann@example.org", topic="Kahvit"))
    filled(capsys)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["events", "README"]
    assert len(book["events"].data_validations.dataValidation) == 7
    rows = [list(row) for row in book["events"].iter_rows(values_only=True)]
    assert rows[1] == [cell or None for cell in WHOLE.split(";")]
    for column, code in ((8, "coffee"), (10, "fi")):
        book["events"].cell(3, column, code)
    book.save(path)
    read = read_log("events", path.read_bytes(), "events.xlsx").rows
    assert read["start"].to_list() == ["2025-03-14T13:00", "2025-03-14T13:00"]


def test_a_workbook_that_would_lose_a_chart_is_left_alone() -> None:
    with pytest.raises(InputError, match="can't be added"):
        appended("events", workbook(picture=True), "events.xlsx", [{"event_id": "e3"}])
