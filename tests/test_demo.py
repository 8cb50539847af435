"""The invented demo project: the same bytes on every run, and the awkward cases it was made for."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from evallib.codebook.load import load_questionnaires
from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import Questionnaire
from evallib.codebook.roster import with_roster
from evallib.codes import LOGS
from evallib.sources.attendance import read_attendance
from evallib.sources.decode import read_sheet
from evallib.sources.listing import recognise
from evallib.sources.logs import load_roster, read_log
from evallib.sources.statistics import read_matomo, read_newsletter

SURVEYS = Path(__file__).resolve().parents[1] / "surveys"
DEMO = SURVEYS / "demo"
YEARS = ("2023", "2024", "2025")
Row = dict[str, str]


def generated() -> dict[str, bytes]:
    """The committed files that the generator writes, by path below surveys/."""
    paths = [path for year in YEARS for path in (DEMO / year).rglob("*") if path.is_file()]
    paths += [DEMO / "truth.json", *(SURVEYS / "logs").glob("*.csv")]
    return {path.relative_to(SURVEYS).as_posix(): path.read_bytes() for path in paths}


@cache
def responses(survey: str, year: str) -> list[Row]:
    """The rows of a code/short export."""
    data = (DEMO / year / "limesurvey" / survey / "responses.csv").read_bytes()
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@cache
def tokens(survey: str, year: str) -> frozenset[str]:
    """The tokens that were given to somebody."""
    data = (DEMO / year / "limesurvey" / survey / "participants.csv").read_bytes()
    header, *lines = data.decode("utf-8-sig").splitlines()
    place = header.split(",").index("token")
    return frozenset(line[1:-1].split('","')[place] for line in lines)


@cache
def log(name: str) -> list[Row]:
    """A log as its reader gives it."""
    data = (SURVEYS / "logs" / f"{name}.csv").read_bytes()
    table = read_log(name, data, f"logs/{name}.csv").rows
    return [{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")]


@cache
def questionnaire(survey: str, year: str) -> Questionnaire:
    """A questionnaire as asked in one year."""
    roster = load_roster(SURVEYS / "rosters" / f"{year}.csv")
    return with_roster(load_questionnaires(SURVEYS)[survey].for_wave(year), roster)


def event_files(event_id: str) -> list[tuple[str, bytes]]:
    folder = DEMO / f"20{event_id[1:3]}" / "events"
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob(f"{event_id}*"))]


def answers_only(row: Row) -> tuple[str, ...]:
    return tuple(value for name, value in row.items() if name != "id")


def top_two_share(survey: str, year: str, column: str, top: tuple[str, str]) -> float:
    given = [row[column] for row in responses(survey, year) if row[column]]
    return sum(code in top for code in given) / len(given)


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_the_generator_gives_the_committed_bytes_whatever_the_hash_seed(
    tmp_path: Path, hash_seed: str
) -> None:
    subprocess.run(
        [sys.executable, str(DEMO / "generate.py"), "--to", str(tmp_path)],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo"},
        cwd=tmp_path,
    )
    made = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = generated()
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == [], "run: python surveys/demo/generate.py"


def test_the_demo_stays_under_six_megabytes() -> None:
    assert sum(len(data) for data in generated().values()) < 6_000_000


def test_the_demo_has_the_size_of_a_real_project() -> None:
    truth = json.loads((DEMO / "truth.json").read_text("utf-8"))
    for year in YEARS:
        assert 540 <= sum(truth[year]["events"].values()) <= 660
        assert truth[year]["surveys"]["q2"]["invited"] == 80
        assert truth[year]["surveys"]["q3"]["invited"] == 140
        assert truth[year]["surveys"]["q4"]["invited"] == 10
        assert sum(event["start"].startswith(year) for event in log("events")) == 25
    assert len(log("register")) == 30
    assert len(log("heritage")) == 15
    assert len(log("agreements")) == 24
    assert len(log("decisions")) == 12
    assert len(log("cases")) == 4
    assert Counter(row["date"][:4] for row in log("contents")) == dict.fromkeys(YEARS, 24)
    assert Counter(row["date"][:4] for row in log("cooperation_acts")) == dict.fromkeys(YEARS, 60)


def test_every_address_is_of_an_example_domain() -> None:
    for name, data in generated().items():
        text = data.replace(b"\0", b"").decode("utf-8", errors="replace")
        domains = {found.lower() for found in re.findall(r"[\w.+-]+@([\w.-]+\.\w+)", text)}
        strange = [one for one in domains if not re.search(r"(^|\.)example\.(org|com|net)$", one)]
        assert strange == [], name


def test_an_export_has_the_byte_form_that_the_server_writes() -> None:
    data = (DEMO / "2024" / "limesurvey" / "q2" / "responses.csv").read_bytes()
    assert data.startswith(b'\xef\xbb\xbf"id";"submitdate";"lastpage";"startlanguage";"seed";"token";')
    assert data.endswith(b'"\r\n\r\n')


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("survey", ["q1", "f1", "q2", "q3", "q4"])
def test_the_structure_file_and_the_export_have_the_same_columns(survey: str, year: str) -> None:
    folder = DEMO / year / "limesurvey" / survey
    structure = read_lss((folder / "structure.lss").read_bytes(), "structure.lss")
    columns = [column.name for column in structure.columns()]
    header = list(responses(survey, year)[0])
    assert header[-len(columns) :] == columns
    assert columns == [column.name for column in questionnaire(survey, year).columns()]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("survey", ["q1", "f1", "q2", "q3"])
def test_nobody_answered_what_was_not_asked(survey: str, year: str) -> None:
    rules = [column for column in questionnaire(survey, year).columns() if column.asked_if]
    assert rules
    for column in rules:
        assert column.asked_if is not None
        source = column.asked_if.column.replace("{sub}", column.subitem)
        for row in responses(survey, year):
            assert not row[column.name] or row[source] in column.asked_if.codes, (column.name, row["id"])


def test_attendance_files_give_the_counts_that_went_in() -> None:
    truth = json.loads((DEMO / "truth.json").read_text("utf-8"))
    events = {row["event_id"]: row for row in log("events")}
    for year in YEARS:
        for event_id, attended in truth[year]["events"].items():
            table = read_attendance(event_files(event_id), events[event_id], ["read.ai", "Notetaker"], 10)
            assert (table.rows["status"] == "attended").sum() == attended, event_id


def variants() -> dict[str, bytes]:
    """A file of each kind of list, by what it is recognised as."""
    files = [file for event in log("events") for file in event_files(event["event_id"])]
    return {str(recognise(read_sheet(data, name, by_hand=True))): data for name, data in files}


def test_attendance_comes_in_every_variant() -> None:
    seen = set(variants())
    assert {f"teams {letter}" for letter in "ABCDEF"} <= seen
    assert {"paper list attendance", "sign-up registration", "zoom webinar"} <= seen
    assert sum(variant.startswith("zoom meeting") for variant in seen) == 4  # old, new × all rows, unique


def test_teams_files_keep_the_encodings_of_their_time() -> None:
    first_bytes = {variant: data[:2] for variant, data in variants().items()}
    assert first_bytes["teams C"] == b"\xfe\xff"
    assert first_bytes["teams D"] == b"\xff\xfe"
    assert first_bytes["teams F"] == b"\xef\xbb"


def test_lists_hold_robots_hosts_short_visits_no_shows_and_people_without_address() -> None:
    events = {row["event_id"]: row for row in log("events")}
    statuses: Counter[str] = Counter()
    for event_id in ("e2312", "e2403", "e2406", "e2411", "e2424", "e2503"):
        table = read_attendance(event_files(event_id), events[event_id], ["read.ai", "Notetaker"], 10)
        statuses.update(table.rows["status"])
        statuses["no address"] += int((table.rows["email"] == "").sum())
    assert all(statuses[one] for one in ("attended", "short", "host", "bot", "no-show", "no address"))


def test_a_restarted_meeting_left_two_reports_and_one_list_is_missing() -> None:
    names = [name for name, _ in event_files("e2509")]
    assert names == ["e2509_attendance_1.csv", "e2509_attendance_2.csv"]
    lost = next(row for row in log("events") if row["event_id"] == "e2417")
    assert lost["participant_file"] == "yes"
    assert event_files("e2417") == []


def test_every_log_can_be_read_whatever_its_encoding_and_delimiter() -> None:
    encodings = set()
    for name in LOGS:
        table = read_log(name, (SURVEYS / "logs" / f"{name}.csv").read_bytes(), name)
        encodings.add(table.files[0].encoding)
        assert len(table.rows) > 2, name
    assert encodings == {"UTF-8", "cp1252"}


def test_statistics_cover_every_month_and_change_their_method_once() -> None:
    methods = set()
    for year in YEARS:
        folder = DEMO / year / "statistics"
        visits = read_matomo((folder / "matomo_visits.json").read_bytes(), "matomo_visits.json").rows
        assert list(visits["month"]) == [f"{year}-{month:02d}" for month in range(1, 13)]
        letters = read_newsletter((folder / "newsletter.csv").read_bytes(), "newsletter.csv").rows
        methods |= set(letters["method"])
    assert methods == {"all clicks", "clicks without robots"}


def test_exact_duplicates_and_reused_unknown_and_test_tokens_are_there() -> None:
    rows = responses("q2", "2024")
    by_token = Counter(row["token"] for row in rows)
    repeated = [token for token, n in by_token.items() if n == 2]
    alike = [t for t in repeated if len({answers_only(row) for row in rows if row["token"] == t}) == 1]
    assert (len(repeated), len(alike)) == (3, 2)
    assert {row["token"] for row in rows} - tokens("q2", "2024") == {"test0001", "eiListallaOle01"}


def test_an_open_survey_has_a_row_sent_twice_and_a_test() -> None:
    rows = Counter(answers_only(row) for row in responses("q1", "2024"))
    assert sorted(rows.values())[-2:] == [1, 2]
    assert [row["EVID"] for row in responses("q1", "2024") if row["EVID"].startswith("test")] == ["test01"]


def test_some_responses_were_never_submitted() -> None:
    for survey in ("q1", "q2", "q3"):
        unfinished = [row for row in responses(survey, "2024") if not row["submitdate"]]
        assert unfinished
        assert all(row["lastpage"] == "1" for row in unfinished)


def test_three_answers_of_2024_came_in_january_2025() -> None:
    late = [row for row in responses("q2", "2024") if row["submitdate"] > "2025"]
    assert len(late) == 3


def test_na_and_007_stand_as_texts_and_as_codes_that_no_option_has() -> None:
    rows = responses("q1", "2024")
    assert {"NA", "007"} <= {row["T10"] for row in rows}
    assert {"NA", "007"} <= {row["T08"] for row in rows}
    assert [row["T05b"] for row in rows if row["T05"] == "007"] == [""]
    known = questionnaire("q2", "2024").column("N15")
    assert known is not None
    assert {row["N15"] for row in responses("q2", "2024")} - {*known.option_codes, ""} == {"a9"}


def test_hostile_words_came_through_byte_by_byte() -> None:
    texts = {row["T10"] for row in responses("q1", "2024")}
    wanted = {
        "=cmd|'/C calc'!A0",
        "<script>alert(1)</script>",
        '#read("/etc/passwd")',
        "@SUM(1)",
        "ensin\tsarkain, sitten\nuusi rivi",
        "   väliä edessä ja takana   ",
    }
    assert wanted <= texts
    assert any("$x_1$" in text for text in texts)
    assert any("a\N{COMBINING DIAERESIS}" in text for text in texts)
    assert any("040 000 0000" in text for text in texts)
    assert any(ord(letter) > 0xFFFF for text in texts for letter in text)


def test_names_in_lists_are_hostile_too() -> None:
    everything = "".join(data.replace(b"\0", b"").decode("utf-8", "replace") for data in generated().values())
    for name in ("=cmd|'/C calc'!A0", "<script>alert(1)</script>", "O'Hara, Séamus", "@SUM(1)"):
        assert name in everything


def test_two_regions_have_exactly_two_answers() -> None:
    regions = Counter(row["T09"] for row in responses("q1", "2024") if row["submitdate"])
    assert (regions["FI1D5"], regions["FI200"]) == (2, 2)


def test_one_group_over_the_threshold_answered_alike() -> None:
    groups: dict[str, list[str]] = {}
    for row in responses("q1", "2024"):
        if row["T08"] == "publ" and row["T09"] and row["T01"]:
            groups.setdefault(row["T09"], []).append(row["T01"])
    assert [codes for codes in groups.values() if len(codes) >= 5 and set(codes) == {"h5"}]


def test_a_night_of_changing_clocks_is_there() -> None:
    autumn = [row for row in responses("q3", "2024") if row["startdate"].startswith("2024-10-27 03")]
    assert [row["submitdate"] < row["startdate"] for row in autumn] == [True]
    assert any(row["startdate"].startswith("2024-03-31 02:58") for row in responses("q1", "2024"))


def test_the_reworded_item_is_asked_in_2025_only() -> None:
    assert "N11" in responses("q2", "2024")[0]
    assert "N11b" not in responses("q2", "2024")[0]
    assert "N11b" in responses("q2", "2025")[0]
    assert "N11" not in responses("q2", "2025")[0]


def test_part_of_the_entrepreneurs_comes_back_the_year_after() -> None:
    def addresses(year: str) -> set[str]:
        data = (DEMO / year / "limesurvey" / "q3" / "participants.csv").read_text("utf-8-sig")
        return set(re.findall(r"[\w.]+@[\w.]+", data))

    for before, after in (("2023", "2024"), ("2024", "2025")):
        assert 40 <= len(addresses(before) & addresses(after)) <= 110


def test_the_story_is_growth_with_something_that_got_worse() -> None:
    rates = [sum(bool(row["submitdate"]) for row in responses("q3", year)) / 140 for year in YEARS]
    assert rates == sorted(rates, reverse=True)
    assert min(rates) >= 0.45
    assert max(rates) <= 0.70
    aware = [top_two_share("q2", year, "N04", ("w3", "w4")) for year in YEARS]
    assert aware == sorted(aware)
    clear = [top_two_share("q2", year, "N15", ("a4", "a5")) for year in YEARS]
    assert clear[2] < clear[0] < clear[1]
    hard = [
        sum(
            row["outcome"] in ("failure", "challenge") and row["date"].startswith(year)
            for row in log("contents")
        )
        for year in YEARS
    ]
    assert hard == [2, 6, 8]
