"""``evallib read`` and ``evallib map``: look into any file, teach evallib a new one."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import copy_workspace

from evallib.cli import main
from evallib.codes import rules

DAY = "2025-11-26"
LIST = "Nimi;Sähköposti;Maakunta;Osallistui;Ruokavalio\nMaija;maija@example.org;Lappi;x;kala\nEino;;;;\n"
MAPPING = (
    "system: Lyyti\ncolumns: {name: Nimi, email: Sähköposti, region: Maakunta, status: Osallistui}\n"
    "values: {region: {Lappi: FI1D7}, status: {x: attended}}\nempty_status: no-show\n"
)
TEAMS = (
    "Full Name\tUser Action\tTimestamp\nMaija\tJoined\t11/26/2025, 9:05:00 AM\n"
    "Maija\tLeft\t11/26/2025, 9:50:00 AM\nread.ai notes\tJoined\t11/26/2025, 9:00:00 AM\n"
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three events in its log and nothing else received; only to be copied from."""
    root = tmp_path_factory.mktemp("workspace") / "work"
    copy_workspace(root)
    header = ";".join(rule.column for rule in rules("events"))
    held = {"e1": ("09:00", "10:00"), "e2": ("13:00", "14:00"), "e3": ("13:30", "14:00")}
    rows = [
        f"{one};{DAY}T{start};{DAY}T{end};;Kahvit;;;coffee;online;fi;;;;;;;;;yes"
        for one, (start, end) in held.items()
    ]
    (root / "surveys" / "logs" / "events.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return root


@pytest.fixture
def here(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of links: what is written goes to its own folder of mappings."""
    surveys = tmp_path / "surveys"
    surveys.mkdir()
    for path in (original / "surveys").iterdir():
        (surveys / path.name).symlink_to(path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["--language", "en", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def looked(capsys: pytest.CaptureFixture[str], path: Path) -> dict[str, Any]:
    code, out, err = ran(capsys, "read", str(path), "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_list_is_read_where_it_lies_and_its_event_is_found_by_the_time(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "lataus.csv"
    path.write_text(TEAMS)

    found = looked(capsys, path)

    assert (found["system"], found["variant"], found["encoding"]) == ("teams", "A", "UTF-8")
    assert (found["date_order"], found["event"], found["rows"], found["persons"]) == (
        "month first",
        "e1",
        3,
        1,
    )
    assert found["statuses"] == {"attended": 1, "bot": 1}
    assert found["apart"] == [["read.ai notes", "bot"]]
    assert found["remarks"] == [{"code": "no_leave", "count": 1, "detail": "e1"}]
    assert path.read_text() == TEAMS
    code, out, _ = ran(capsys, "read", str(path))
    assert code == 0
    assert "Event: e1" in out and "recording bots: read.ai notes" in out


def test_where_two_events_fit_both_are_named_and_a_file_name_decides(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    afternoon = TEAMS.replace(" 9:", " 1:").replace(" AM", " PM")
    (here / "list.csv").write_text(afternoon)
    (here / "e3_list.csv").write_text(afternoon)

    found = looked(capsys, here / "list.csv")

    assert (found["event"], found["possible"]) == ("", ["e2", "e3"])
    assert looked(capsys, here / "e3_list.csv")["event"] == "e3"


def test_outside_a_workspace_a_list_is_read_unless_its_dates_are_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(TEAMS)
    (tmp_path / "b.csv").write_text(TEAMS.replace("/26/", "/6/"))

    assert looked(capsys, tmp_path / "a.csv")["persons"] == 2
    code, _, err = ran(capsys, "read", "b.csv")
    assert code == 4 and "can't be decided" in err


def test_an_unknown_file_names_its_columns_and_the_way_to_map_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "e1_lyyti.csv").write_text(LIST)

    code, _, err = ran(capsys, "read", "e1_lyyti.csv")

    assert code == 4
    assert "Nimi, Sähköposti, Maakunta, Osallistui, Ruokavalio" in err
    assert "maija@example.org" not in err
    assert "evallib map FILE" in err


def test_while_the_event_log_is_filled_in_a_list_is_read_and_what_is_lacking_is_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = (here / "surveys" / "logs" / "events.csv").read_text(encoding="utf-8")
    (here / "surveys" / "logs").unlink()
    (here / "surveys" / "logs").mkdir()
    rows = log.replace("e1;", "e0;;;;;;;;;;;;;;;;;;\ne1;").replace(";;coffee;online;", ";;;online;")
    (here / "surveys" / "logs" / "events.csv").write_text(rows, encoding="utf-8")
    (here / "e1_teams.csv").write_text(TEAMS)
    (here / "e0_teams.csv").write_text(TEAMS)

    found = looked(capsys, here / "e1_teams.csv")

    assert (found["event"], found["persons"], found["unfinished"]) == ("e1", 1, ["form"])
    code, out, err = ran(capsys, "read", "e0_teams.csv")
    assert code == 0, err
    assert "e0 lacks start, end, title_fi, form, mode, language, participant_file" in out
    (here / "surveys" / "logs" / "events.csv").write_text(rows.replace("T10:00", "T1000"), encoding="utf-8")
    assert ran(capsys, "read", "e1_teams.csv")[0] == 4


@pytest.mark.parametrize(
    ("lines", "nearest"),
    [
        (
            "Name\tFirst Join\tEmail\tRole\nMaija\t1/2/25, 9:00:00 AM\tm@example.org\tPresenter",
            "nearest to Teams C, D: it has Name, First Join, Email, Role, and lacks Last Leave, In-Meeting "
            "Duration, Participant ID (UPN).",
        ),
        (
            "Osallistujan nimi;Sähköposti;Kirjattu ulos\nMaija;m@example.org;",
            "nearest to pretix: it has Osallistujan nimi, Sähköposti, Kirjattu ulos, and lacks Checked in.",
        ),
        (
            "project_id;name;beneficiary;sector\np1;Metsä;Yhdistys;care",
            "nearest to logs/register: it has project_id, name, beneficiary, sector, and lacks region, ",
        ),
        ("Maija Meikäläinen;m@example.org\nEino;e@example.org", "one of Teams A, Teams B, "),
        ("email;Meikäläinen Maija;0401234567\nm@example.org;Eino;0407654321", "it has Email, and lacks "),
    ],
)
def test_an_unknown_file_is_told_which_known_list_it_is_nearest_to_column_by_column(
    here: Path, capsys: pytest.CaptureFixture[str], lines: str, nearest: str
) -> None:
    (here / "lista.csv").write_text(lines, encoding="utf-8")

    code, _, err = ran(capsys, "read", "lista.csv")

    assert code == 4 and nearest in err
    assert "Maija" not in err and "0401" not in err


def test_the_project_s_own_lists_are_among_the_known_ones(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "e1_lyyti.csv").write_text(LIST)
    (here / "m.yaml").write_text(MAPPING)
    assert ran(capsys, "map", "e1_lyyti.csv", "--mapping", "m.yaml")[0] == 0
    (here / "e2_lyyti.csv").write_text(LIST.replace("Maakunta", "Alue"))

    code, _, err = ran(capsys, "read", "e2_lyyti.csv")

    assert code == 4
    assert "It is nearest to Lyyti: it has Nimi, Sähköposti, Osallistui, and lacks Maakunta." in err


def test_a_mapping_from_a_file_is_saved_and_used(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "e1_lyyti.csv").write_text(LIST)
    (here / "m.yaml").write_text(MAPPING)

    code, out, err = ran(capsys, "map", "e1_lyyti.csv", "--mapping", "m.yaml", "--json")

    assert code == 0, err
    assert json.loads(out) == {"file": "surveys/mappings/lyyti.yaml", "rows": 2, "not_read": ["Ruokavalio"]}
    found = looked(capsys, here / "e1_lyyti.csv")
    assert (found["system"], found["event"], found["persons"]) == ("Lyyti", "e1", 1)
    assert found["statuses"] == {"attended": 1, "no-show": 1}
    (here / "m.yaml").write_text(MAPPING.replace("no-show", "registered"))
    code, _, err = ran(capsys, "map", "e1_lyyti.csv", "--mapping", "m.yaml")
    assert code == 2 and "another mapping" in err


def test_a_file_with_a_mapping_that_is_not_there_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "e1_lyyti.csv").write_text("Sähköposti\naino@example.org\n", encoding="utf-8")
    code, out, err = ran(capsys, "map", "e1_lyyti.csv", "--mapping", "none.yaml")
    assert (code, out) == (2, "")
    assert "none.yaml is missing" in err and "Check the name" in err and "evallib new" not in err
    assert not (here / "surveys" / "mappings").exists()


def test_a_mapping_that_does_not_read_the_list_is_not_saved(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "e1_lyyti.csv").write_text(LIST)
    for broken, said in (("Nimi", "column is missing"), ("Lappi", "is not known")):
        (here / "m.yaml").write_text(MAPPING.replace(broken, "Muu"))
        code, _, err = ran(capsys, "map", "e1_lyyti.csv", "--mapping", "m.yaml")
        assert code == 4 and said in err
    assert not (here / "surveys" / "mappings").exists()


def test_the_questions_suggest_columns_and_codes(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "e1_lyyti.csv").write_text(LIST)
    answers = ["Lyyti 2", *[""] * 18]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers) + "\n"))

    code, _, err = ran(capsys, "map", "e1_lyyti.csv")

    assert code == 0, err
    assert "Which column holds the e-mail address?" in err and "FI1D7 Lappi" in err
    saved = (here / "surveys" / "mappings" / "lyyti_2.yaml").read_text(encoding="utf-8")
    assert '"Lappi": "FI1D7"' in saved and 'empty_status: "no-show"' in saved
    assert '"quasi-identifier": ["Ruokavalio"]' in saved
    assert looked(capsys, here / "e1_lyyti.csv")["statuses"] == {"attended": 1, "no-show": 1}


def test_questions_that_nobody_answers_save_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "e1_lyyti.csv").write_text(LIST)
    monkeypatch.setattr("sys.stdin", io.StringIO("Lyyti\nwrong\n"))

    code, _, err = ran(capsys, "map", "e1_lyyti.csv")

    assert code == 2 and "--mapping" in err
    assert not (here / "surveys" / "mappings").exists()


@pytest.mark.parametrize(
    ("file", "system", "variant"),
    [
        ("surveys/logs/cases.csv", "log", "cases"),
        ("surveys/rosters/2025.csv", "roster", "roster.2025"),
        ("surveys/demo/2025/limesurvey/q4/structure.lss", "limesurvey", "structure"),
        ("surveys/demo/2025/limesurvey/q4/responses.csv", "limesurvey", "responses"),
        ("surveys/demo/2025/limesurvey/q4/participants.csv", "limesurvey", "participants"),
        ("surveys/demo/2025/statistics/matomo_visits.json", "matomo", "visits"),
        ("surveys/demo/2025/statistics/newsletter.csv", "newsletter", "template"),
        ("surveys/demo/2025/events/e2505_lista.csv", "paper list", "attendance"),
        ("surveys/demo/2025/events/e2501_registration.csv", "sign-up", "registration"),
    ],
)
def test_every_kind_of_file_is_recognised(
    here: Path, capsys: pytest.CaptureFixture[str], file: str, system: str, variant: str
) -> None:
    found = looked(capsys, here / file)
    assert (found["system"], found["variant"]) == (system, variant)
    assert found["rows"] > 0


def test_a_list_of_staff_and_speakers_is_recognised(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "staff.csv").write_text("email;name\noma@example.org;Oma Väki\n;Puhuja\n", encoding="utf-8")
    found = looked(capsys, here / "staff.csv")
    assert (found["system"], found["variant"], found["rows"]) == ("staff", "template", 2)


def test_an_export_of_answers_in_another_encoding_is_refused_as_a_freeze_would(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "surveys/demo/2025/limesurvey/q4/responses.csv"
    other = here / "responses.csv"
    other.write_bytes(path.read_bytes().decode("utf-8-sig").encode("utf-16"))
    code, _, err = ran(capsys, "read", str(other))
    assert code == 4 and "UTF-16" in err


def test_a_file_that_changes_while_it_is_read_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = here / "e1.csv"
    path.write_text(TEAMS)
    whole = Path.read_bytes

    def growing(self: Path) -> bytes:
        data = whole(self)
        with self.open("a") as more:
            more.write("Eino\tJoined\t11/26/2025, 9:05:00 AM\n")
        return data

    monkeypatch.setattr(Path, "read_bytes", growing)

    code, _, err = ran(capsys, "read", str(path))

    assert code == 4 and "changed while it was read" in err


@pytest.mark.parametrize("arguments", [("read", "none.csv"), ("map", "none.csv", "--mapping", "none.yaml")])
def test_a_file_that_is_not_there_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, _, err = ran(capsys, *arguments)
    assert code == 4 and "none.csv" in err


RECORDED = Path(__file__).parent / "data" / "limesurvey"


def test_an_export_with_full_headings_is_recognised_with_the_clicks_for_the_right_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["read", str(RECORDED / "111111_sv_all_full_short.csv"), "--language", "sv"]) != 0
    shown = capsys.readouterr().err
    assert "I LimeSurvey: Svar, Exportera, Exportera svar. Format CSV; rubriker «Frågekod»" in shown


@pytest.mark.parametrize("heading", ["Response ID", "id. Vastaus-ID", "Svars-ID"])
def test_each_kind_of_heading_that_is_no_code_is_recognised(
    heading: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.csv"
    file.write_text(f'"{heading}";"Kysymys?"\r\n"1";"Kyllä"\r\n\r\n', encoding="utf-8-sig")
    assert main(["read", str(file), "--language", "en"]) != 0
    assert "headings «Question code»" in capsys.readouterr().err


def test_answers_as_json_are_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(RECORDED / "333333_fi_all_code_short.json"), "--language", "en"]) == 0
    assert "limesurvey, responses" in capsys.readouterr().out
