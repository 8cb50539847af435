"""A real LimeSurvey server: what is put in through its remote control comes back by a pull, exactly.

Opt-in: ``LIMESURVEY_URL=…/index.php/admin/remotecontrol LIMESURVEY_USER=… LIMESURVEY_PASSWORD=… python -m
pytest -m limesurvey``. The account must be allowed to make surveys; those that are made here are taken away
again. One login with a wrong password is tried: three in ten minutes shut an address out.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from test_lss_read import older

from evallib.cli import main
from evallib.codebook.lss_read import read_lss
from evallib.codebook.lss_write import write_lss
from evallib.codebook.model import BUILT_IN
from evallib.errors import ServerError
from evallib.sources.limesurvey import read_participants, read_responses
from evallib.sources.limesurvey_fields import field_names
from evallib.sources.limesurvey_rpc import connected
from evallib.sources.limesurvey_structure import read_structure
from evallib.steps.check import check
from evallib.steps.context import open_context
from evallib.steps.fetch import Fetched, fetch
from evallib.steps.map_survey import map_survey
from evallib.steps.new import new
from evallib.steps.survey import build
from evallib.tidy.survey import count_column

pytestmark = pytest.mark.limesurvey

DATA = Path(__file__).parent / "data" / "limesurvey"
RECORDED = (DATA / "limesurvey_survey_111111.lss").read_bytes()
RECORD = ("id", "submitdate", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp",
          "ipaddr", "refurl")  # fmt: skip
ROWS = 60


@dataclass
class Server:
    """The remote control as the server's keeper uses it."""

    url: str
    user: str
    password: str
    key: str = ""
    made: list[int] = field(default_factory=list)

    def call(self, method: str, *parameters: Any) -> Any:
        key = () if method == "get_session_key" else (self.key,)
        sent = {"method": method, "params": [*key, *parameters], "id": 1}
        reply = requests.post(self.url, json=sent, timeout=120).json()
        assert reply["error"] is None, reply
        return reply["result"]

    def survey(self, lss: bytes, people: int | None = None) -> int:
        """A new active survey; people: how many are invited to it, None = it has no such table."""
        number = self.call("import_survey", base64.b64encode(lss).decode(), "lss")
        assert isinstance(number, int), number
        self.made.append(number)
        assert self.call("activate_survey", number)["status"] == "OK"
        if people is not None:
            assert self.call("activate_tokens", number, [1, 2, 3])["status"] == "OK"
            rows = [
                {"firstname": "Aino", "lastname": f'"Åker" {n}', "email": f"p{n}@example.invalid",
                 "language": "fi", "token": f"tok1{n:04}", "attribute_1": "Kylä; oy" if n % 2 else "",
                 "attribute_2": "FI1D7", "attribute_3": "tour"}
                for n in range(people)
            ]  # fmt: skip
            self.call("add_participants", number, rows, False)
        return number

    def add(self, number: int, rows: list[dict[str, str]]) -> None:
        """Answers; empty cells are not sent, since a number's can't be empty."""
        columns = [name for name in rows[0] if name not in RECORD]
        questions = self.call("list_questions", number, None, "fi")
        names = {name: name for name in RECORD} | field_names(questions, number, columns)
        for row in rows:
            kept = {names[name]: cell for name, cell in row.items() if cell and name != "id"}
            kept.setdefault("submitdate", "")  # else the server takes it for submitted now
            assert str(self.call("add_response", number, kept)).isdecimal()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = [os.environ.get(f"LIMESURVEY_{name}") for name in ("URL", "USER", "PASSWORD")]
    if not all(found):
        pytest.skip("LIMESURVEY_URL, LIMESURVEY_USER and LIMESURVEY_PASSWORD name no server")
    one = Server(*map(str, found))
    one.key = one.call("get_session_key", one.user, one.password)
    assert isinstance(one.key, str), one.key
    yield one
    for number in one.made:
        one.call("delete_survey", number)
    one.call("release_session_key")


def recorded(rows: int = ROWS) -> list[dict[str, str]]:
    written = (DATA / "111111_fi_all_code_short.csv").read_bytes().decode("utf-8-sig")
    every = list(csv.DictReader(io.StringIO(written, newline=""), delimiter=";"))
    some = every[:: len(every) // rows][:rows]
    return [
        {name: cell for name, cell in row.items() if name not in ("intro", "file[filecount]")} for row in some
    ]


@pytest.fixture
def root(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LIMESURVEY_SECRET", server.password)
    made = new(tmp_path / "hanke")
    (made / "surveys/rosters/2026.csv").write_text(
        "organisation;name;sector;region;one_person\no01;Kylätalo;care;FI1D7;no\n", encoding="utf-8"
    )
    monkeypatch.chdir(made)
    yield made
    while server.made:  # a push would find a survey of the same name that is there already
        server.call("delete_survey", server.made.pop())


def declare(root: Path, server: Server, survey: str, number: int) -> Path:
    """The survey named in sources.yaml; its folder in the inbox."""
    (root / "surveys/sources.yaml").write_text(
        f'schema_version: 1\nlimesurvey:\n  url: "{server.url}"\n  user: "{server.user}"\n'
        f'  password: "env:LIMESURVEY_SECRET"\n  page: 25\n  surveys:\n    "2026": {{{survey}: {number}}}\n'
    )
    return root / "surveys/inbox/2026/limesurvey" / survey


def pulled(root: Path, **options: Any) -> Fetched:
    context = open_context(root)
    (one,) = fetch(context, context.period("2026"), **options)
    return one


def test_answers_of_every_type_come_back_cell_by_cell(server: Server, root: Path) -> None:
    number = server.survey(RECORDED, people=20)
    rows = recorded()
    server.add(number, rows)
    for person, word in ((1, "sent"), (2, "sent"), (2, "completed")):
        told = server.call("set_participant_properties", number, person, {word: "2026-10-05 10:00"})
        assert told[word] == "2026-10-05 10:00", told
    folder = declare(root, server, "q2", number)
    one = pulled(root)
    submitted = sum(row["submitdate"] != "" for row in rows)
    assert (one.answers, one.complete, one.invited, one.sent, one.used) == (ROWS, submitted, 20, 2, 1)
    assert not one.anonymous
    structure = read_lss((folder / "structure.lss").read_bytes(), "structure.lss")
    assert structure.columns() == read_lss(RECORDED, "recorded.lss").columns()
    table = read_responses(structure, (folder / "responses.csv").read_bytes(), "responses.csv").rows
    for name in rows[0]:
        if name in table and name != "id":
            assert list(table[name]) == [row[name] for row in rows], name
    for column in structure.columns():
        counts = count_column("q2", column, table)
        assert counts.answered == sum(row.get(column.name, "") != "" for row in rows), column.name
    people = read_participants((folder / "participants.csv").read_bytes(), "participants.csv", "q2").rows
    assert list(people["lastname"]) == [f'"Åker" {n}' for n in range(20)]
    assert list(people["organisation"]) == ["Kylä; oy" if n % 2 else "" for n in range(20)]


@pytest.mark.parametrize(
    "lss", [RECORDED, older("fi", "sv", texts_apart=True), older("fi", texts_apart=False)]
)
def test_the_structure_told_over_the_remote_control_is_that_of_the_file(server: Server, lss: bytes) -> None:
    number = server.call("import_survey", base64.b64encode(lss).decode(), "lss")
    assert isinstance(number, int), number
    server.made.append(number)
    with connected(server.url, server.user, server.password) as remote:
        told = read_lss(read_structure(remote, number), "server")
    asked = read_lss(lss, "file")
    assert replace(told, id=asked.id, title=asked.title) == asked


def test_a_second_pull_finds_what_was_added_edited_and_deleted(server: Server, root: Path) -> None:
    lss = RECORDED.replace(
        b"<alloweditaftercompletion><![CDATA[N]]>", b"<alloweditaftercompletion><![CDATA[Y]]>"
    )
    number = server.survey(lss)
    rows = recorded(30)
    server.add(number, rows)
    folder = declare(root, server, "q2", number)
    pulled(root)
    server.add(number, rows[:1])
    server.call("delete_response", number, 3)
    questions = server.call("list_questions", number, None, "fi")
    short = field_names(questions, number, ["short"])["short"]
    edited = {"id": "10", short: "muutettu", "datestamp": "2026-11-20 10:00:00"}
    assert server.call("update_response", number, edited) is True
    assert pulled(root).answers == 30
    structure = read_lss((folder / "structure.lss").read_bytes(), "structure.lss")
    table = read_responses(structure, (folder / "responses.csv").read_bytes(), "responses.csv").rows
    assert list(table["id"]) == [str(n) for n in range(1, 32) if n != 3]
    assert list(table["short"][table["id"] == "10"]) == ["muutettu"]


@pytest.mark.parametrize("survey", ["q1", "q2", "q3", "q4", "f1"])
def test_a_built_questionnaire_is_taken_filled_in_pulled_and_frozen_as_built(
    survey: str, server: Server, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = open_context(root)
    (lss,) = (path for path in build(context, "2026").files if path.name == f"{survey}-2026.lss")
    asked = read_lss(lss.read_bytes(), lss.name)
    number = server.survey(lss.read_bytes(), people=5 if asked.origin == "token" else None)
    one = {column.name: column.option_codes[-1] for column in asked.columns() if column.options}
    server.add(number, [{"submitdate": "2026-10-01 10:00:00", "startlanguage": "sv", **one}] * 3)
    folder = declare(root, server, survey, number)
    assert main(["pull", "2026", "--language", "en"]) == 0
    assert f"{survey}: 3 answers begun, 3 submitted" in capsys.readouterr().out
    structure = read_lss((folder / "structure.lss").read_bytes(), "structure.lss")
    assert structure.columns() == asked.columns()
    table = read_responses(structure, (folder / "responses.csv").read_bytes(), "responses.csv").rows
    for name, code in one.items():
        assert list(table[name]) == [code] * 3, name


def exported(server: Server, number: int) -> bytes:
    """A survey's structure file, saved from the admin pages as a person would."""
    base = server.url.partition("/admin/remotecontrol")[0]
    session = requests.Session()
    page = session.get(f"{base}/admin/authentication/sa/login", timeout=60).text
    token = re.search(r"<input[^>]*YII_CSRF_TOKEN[^>]*>", page)
    assert token is not None
    value = re.search(r'value="([^"]+)"', token[0])
    assert value is not None
    told = {"user": server.user, "password": server.password, "authMethod": "Authdb", "action": "login",
            "login_submit": "login", "loginlang": "default", "YII_CSRF_TOKEN": value[1]}  # fmt: skip
    session.post(f"{base}/admin/authentication/sa/login", data=told, timeout=60)
    there = f"{base}/admin/export/sa/survey/action/exportstructurexml/surveyid/{number}"
    return session.get(there, timeout=120).content


def test_pushed_questionnaires_are_not_active_and_exported_again_are_the_same_codebook(
    server: Server, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The privacy notice before the first question is in them too."""
    project = root / "surveys/project.yaml"
    written = project.read_text(encoding="utf-8")
    for mark in ("TÄYTÄ: ", "FYLL I: ", "FILL IN: "):
        written = written.replace(mark, "")
    basis = '{fi: "yleinen etu", sv: "allmänt intresse", en: "public interest"}'
    project.write_text(f'{written}privacy:\n  controller: "Kylät ry"\n  legal_basis: {basis}\n', "utf-8")
    declare(root, server, "q2", 999_999)
    sources = root / "surveys/sources.yaml"
    sources.write_text(sources.read_text().partition("  surveys:")[0] + "  surveys: {}\n")
    assert main(["survey", "push", "--json"]) == 0
    sent = json.loads(capsys.readouterr().out)["surveys"]
    server.made += [one["number"] for one in sent]
    assert [(one["new"], one["active"]) for one in sent] == [(True, False)] * 5
    for one in sent:
        back = exported(server, one["number"])
        lss = (root / f"surveys/questionnaires/{one['survey']}-2026.lss").read_bytes()
        assert read_lss(back, "back") == read_lss(lss, "sent"), one["survey"]
        assert "allmänt intresse".encode() in back
        assert server.call("get_survey_properties", one["number"], ["active"]) == {"active": "N"}
    assert main(["survey", "push", "--survey", "q4", "--language", "en"]) == 0
    assert "is there already, as it is declared" in capsys.readouterr().out


def test_the_link_of_an_event_fills_in_which_event_it_was(server: Server, root: Path) -> None:
    lss = next(path for path in build(open_context(root), "2026").files if path.name == "q1-2026.lss")
    number = server.survey(lss.read_bytes())
    base = server.url.partition("/admin/remotecontrol")[0]
    assert requests.get(f"{base}/{number}?newtest=Y&lang=sv&EVID=e2601", timeout=60).ok
    told = server.call("export_responses", number, "csv", None, "all", "code", "short")
    (row,) = csv.DictReader(io.StringIO(base64.b64decode(told).decode("utf-8-sig")), delimiter=";")
    assert (row["EVID"], row["startlanguage"]) == ("e2601", "sv")


def test_an_anonymous_survey_is_told_and_never_asked_for_tokens(server: Server, root: Path) -> None:
    lss = RECORDED.replace(b"<anonymized><![CDATA[N]]>", b"<anonymized><![CDATA[Y]]>")
    assert lss != RECORDED
    number = server.survey(lss, people=3)
    server.add(number, [{k: cell for k, cell in row.items() if k != "token"} for row in recorded(5)])
    folder = declare(root, server, "q2", number)
    one = pulled(root)
    assert one.anonymous and (one.answers, one.invited) == (5, 3)
    header = (folder / "responses.csv").read_text("utf-8-sig").partition("\n")[0]
    assert '"token"' not in header


def test_a_survey_without_answers_comes_as_a_heading(server: Server, root: Path) -> None:
    folder = declare(root, server, "q2", server.survey(RECORDED))
    assert pulled(root).answers == 0
    assert (folder / "responses.csv").read_bytes().count(b"\r\n") == 2


def refused(root: Path, said: str) -> None:
    with pytest.raises(ServerError, match=said) as raised:
        pulled(root)
    assert raised.value.repair
    assert not list((root / "surveys/inbox").rglob("*.csv"))


def test_faults_of_the_real_server_have_their_names(
    server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(root, server, "q2", 999)
    refused(root, "no such survey")
    number = server.call("import_survey", base64.b64encode(RECORDED).decode(), "lss")
    server.made.append(number)
    declare(root, server, "q2", number)
    refused(root, "not active")
    wrong = Server(server.url.replace("remotecontrol", "remote"), server.user, server.password)
    declare(root, wrong, "q2", number)
    refused(root, "sends a web page|answers with the fault|sends us to another address")
    declare(root, server, "q2", number)
    monkeypatch.setenv("LIMESURVEY_SECRET", "not it")
    refused(root, "does not take the user name and password")


def test_a_key_that_has_ended_is_named(server: Server) -> None:
    with connected(server.url, server.user, server.password) as remote:
        assert isinstance(remote.call("list_surveys"), list)
        Server(server.url, "", "", key=remote._secrets[1]).call("release_session_key")
        with pytest.raises(ServerError, match="has ended"):
            remote.call("list_surveys")


def test_the_key_is_given_back(server: Server) -> None:
    with connected(server.url, server.user, server.password) as remote:
        key = remote._secrets[1]
    said = Server(server.url, "", "", key=key).call("list_surveys")
    assert said == {"status": "Invalid session key"}


def test_a_survey_with_codes_of_its_own_is_pulled_mapped_and_followed(
    server: Server, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The questionnaire of entrepreneurs as somebody else coded it: 30 invited, 12 of whom answered."""
    monkeypatch.setenv("KEY", hashlib.sha256(b"a key for tests").hexdigest())
    project = root / "surveys/project.yaml"
    project.write_text(project.read_text("utf-8").replace("key: keyring", 'key: "env:KEY"'), "utf-8")
    ours = open_context(root).wave("2026")["q3"]
    items = []
    for n, item in enumerate(ours.items, 1):
        subs = tuple(replace(one, code=f"SQ{k:03d}") for k, one in enumerate(item.subitems, 1))
        options = tuple(replace(one, code=f"A{k}") for k, one in enumerate(item.options, 1))
        options = item.options if item.type in BUILT_IN else options  # those are the server's
        items.append(replace(item, code=f"Q{n}", subitems=subs, options=options, asked_if=None))
    theirs = replace(ours, items=tuple(items))
    number = server.survey(write_lss(theirs, 777_777), people=30)
    columns = [one for one in theirs.columns() if one.options]
    for n in range(12):
        one = {column.name: column.option_codes[n % len(column.options)] for column in columns}
        when = f"2026-10-0{n % 9 + 1} 10:00:00"
        server.add(number, [{"submitdate": when, "startlanguage": "sv", "token": f"tok1{n:04}", **one}])
    declare(root, server, "q3", number)
    sources = root / "surveys/sources.yaml"
    wanted = "  attributes: [attribute_1, attribute_2, attribute_3]\n  page: 25\n"
    sources.write_text(sources.read_text().replace("  page: 25\n", wanted))
    assert main(["pull", "2026", "--language", "en"]) == 0, capsys.readouterr().err
    capsys.readouterr()
    given = Path("surveys/inbox/2026/limesurvey/q3/structure.lss")
    map_survey(open_context(root), given, None, lambda q, offered, best: "q3" if "q3" in offered else best)
    assert main(["survey", "monitor", "2026", "--pull", "--json"]) == 0, capsys.readouterr()
    (told,) = json.loads(capsys.readouterr().out)["surveys"]
    assert (told["begun"], told["complete"], told["answered"], told["invited"]) == (12, 12, 12, 30)
    checked = check(open_context(root), open_context(root).period("2026"))
    table = next(one for one in checked.sources if one.kind == "responses.q3").rows
    same = [one for one in ours.columns() if one.options and one.name in table]
    assert len(same) == len(columns)
    for one in same:
        codes = [one.option_codes[n % len(one.options)] for n in range(12)]
        assert sorted(table[one.name]) == sorted(codes), one.name
