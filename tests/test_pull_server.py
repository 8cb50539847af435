"""Pulling from a LimeSurvey server: what lands in the inbox, what is asked for, and what never leaves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from limesurvey_double import DATA, KEY, PASSWORD, RECORDED, USER, Double, export, serving, stored

from evallib.cli import main
from evallib.codebook.lss_read import read_lss
from evallib.errors import DeclarationError, EvallibError, InputError, PrivacyError, ServerError
from evallib.sources.guarded_http import Limits
from evallib.sources.limesurvey import read_participants, read_responses
from evallib.sources.limesurvey_fields import field_names
from evallib.sources.servers import checked_address
from evallib.steps.context import Context, open_context
from evallib.steps.fetch import Fetched, fetch, incoming
from evallib.steps.new import new
from evallib.steps.purge import purge_by_rule

QUICK = Limits(connect=2, silence=2, call=5)
PERSONAL = ("ipaddr", "refurl", "seed")


@pytest.fixture
def double() -> Iterator[Double]:
    with serving(Double({111111: stored()})) as one:
        yield one


@pytest.fixture
def root(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace whose survey q1 is the recorded one, and the password in the environment."""
    made = new(tmp_path / "hanke")
    monkeypatch.setenv("LIME", PASSWORD)
    declare(made, double)
    inbox = made / "surveys/inbox/2026/limesurvey/q1"
    inbox.mkdir(parents=True)
    (inbox / "structure.lss").write_bytes((DATA / "limesurvey_survey_111111.lss").read_bytes())
    return made


def declare(root: Path, double: Double, more: str = "", number: int = 111111) -> None:
    (root / "surveys/sources.yaml").write_text(
        f'schema_version: 1\nlimesurvey:\n  url: "{double.url}"\n  user: {USER}\n'
        f'  password: "env:LIME"\n{more}'
        f'  surveys:\n    "2026": {{q1: {number}}}\n'
    )


def pulled(root: Path, **options: Any) -> tuple[Fetched, ...]:
    context = options.pop("context", None) or open_context(root)
    return fetch(context, context.period("2026"), limits=QUICK, **options)


def at(root: Path, days: float) -> Context:
    """The workspace some days later."""
    later = datetime.now(UTC) + timedelta(days=days)
    return replace(open_context(root), now=lambda: later)


def inbox(root: Path) -> Path:
    return root / "surveys/inbox/2026/limesurvey/q1"


def pages(double: Double) -> list[tuple[int, int]]:
    """First and last id of each page that was asked for, apart from looks at ids and stamps."""
    asked = [call for method, call in double.calls if method == "export_responses"]
    return [(one[7], one[8]) for one in asked if 99 <= one[8] - one[7] < 10_000 and len(one[9]) > 3]


def test_pages_put_together_are_byte_for_byte_the_export_in_one_piece(double: Double, root: Path) -> None:
    declare(root, double, "  page: 100\n")
    assert pulled(root) == (Fetched("q1", 307, 277, False, invited=302, sent=None, used=202),)
    assert pages(double) == [(1, 100), (101, 200), (201, 300), (301, 400)]
    survey = double.surveys[111111]
    asked = next(
        call[9] for method, call in double.calls if method == "export_responses" and len(call[9]) > 3
    )
    assert (inbox(root) / "responses.csv").read_bytes() == export(survey, survey.rows, asked)


def test_the_reader_of_manual_exports_finds_the_same_answers(root: Path) -> None:
    pulled(root)
    structure = read_lss((DATA / "limesurvey_survey_111111.lss").read_bytes(), "structure.lss")
    by_hand = read_responses(structure, (DATA / "111111_fi_all_code_short.csv").read_bytes(), "by hand").rows
    fetched = read_responses(structure, (inbox(root) / "responses.csv").read_bytes(), "fetched").rows
    assert fetched.equals(by_hand.drop(columns=list(PERSONAL)))


def test_only_columns_that_are_needed_are_asked_for_by_the_names_of_the_server(
    double: Double, root: Path
) -> None:
    pulled(root)
    for method, call in double.calls:
        if method == "export_responses":
            assert call[9][:2] == ["id", "submitdate"]
            assert not set(PERSONAL) & set(call[9])
    header = next(
        csv.reader(io.StringIO((inbox(root) / "responses.csv").read_text("utf-8-sig")), delimiter=";")
    )
    assert "intro" not in header and not set(PERSONAL) & set(header)


def test_recorded_columns_are_called_as_the_server_calls_them() -> None:
    """The server's numbers for unit and role stand in the recorded calls and in its recorded questions."""
    questions = Double({111111: stored()})._list_questions({"id": 1}, 111111, None)
    assert field_names(questions, 111111, ["unit", "unit[other]", "role"]) == {
        "unit": "111111X15X223",
        "unit[other]": "111111X15X223other",
        "role": "111111X15X224",
    }


def test_the_double_lists_questions_as_the_recorded_server_did() -> None:
    import json

    said = json.loads(RECORDED["list_questions_111111_fi"]["response_text"])["result"]
    ours = Double({111111: stored()})._list_questions({"id": 1}, 111111, None, "fi")
    known = ("qid", "parent_qid", "gid", "type", "title", "scale_id", "other", "question_order", "question")
    key = lambda one: one["qid"]  # noqa: E731
    assert [{n: one[n] for n in known} for one in sorted(ours, key=key)] == [
        {n: one[n] for n in known} for one in sorted(said, key=key)
    ]


def test_invited_people_land_as_the_reader_of_manual_exports_takes_them(double: Double, root: Path) -> None:
    pulled(root)
    table = read_participants((inbox(root) / "participants.csv").read_bytes(), "participants.csv", "q1")
    assert len(table.rows) == 302
    first = table.rows.iloc[0].to_dict()
    assert first["organisation"] == "Kylä; oy" and first["lastname"] == 'Åker"blom' and first["region"] == ""


def test_one_login_and_the_key_is_given_back(double: Double, root: Path) -> None:
    pulled(root)
    assert (double.count("get_session_key"), double.count("release_session_key")) == (1, 1)
    assert not double.keys


def test_an_anonymous_survey_is_never_asked_for_tokens(double: Double, root: Path) -> None:
    double.surveys[111111].settings["anonymized"] = "Y"
    double.surveys[111111].absent = ("token",)
    (one,) = pulled(root)
    assert one.anonymous
    assert not any("token" in call[9] for method, call in double.calls if method == "export_responses")


def test_an_account_that_may_only_export_learns_from_the_columns_what_a_survey_keeps(
    double: Double, root: Path
) -> None:
    survey = double.surveys[111111]
    survey.settings["may_not_know"], survey.absent = "yes", ("token", "startdate", "datestamp")
    (one,) = pulled(root)
    assert one.anonymous
    header = (inbox(root) / "responses.csv").read_text("utf-8-sig").splitlines()[0]
    assert header.startswith('"id";"submitdate";"lastpage";"startlanguage";"unit"')


def test_a_survey_without_answers_and_participants_lands_as_a_heading(double: Double, root: Path) -> None:
    double.surveys[111111] = replace(stored(people=False), rows=[])
    assert pulled(root) == (Fetched("q1", 0, 0, False),)
    written = (inbox(root) / "responses.csv").read_bytes()
    assert written.startswith(b'\xef\xbb\xbf"id";"submitdate"') and written.count(b"\r\n") == 2
    assert not (inbox(root) / "participants.csv").exists()


def test_a_gap_of_deleted_ids_is_stepped_over(double: Double, root: Path) -> None:
    for row in double.surveys[111111].rows[150:]:
        row["id"] = str(int(row["id"]) + 1_000_000)
    declare(root, double, "  page: 100\n")
    assert pulled(root)[0].answers == 307
    assert len(double.calls) < 40


def test_a_second_pull_reads_only_what_may_have_changed(double: Double, root: Path) -> None:
    declare(root, double, "  page: 100\n")
    rows = double.surveys[111111].rows
    for row in rows[:230]:
        row["submitdate"] = row["submitdate"] or "2026-10-01 10:00:00"
    rows[230]["submitdate"] = ""
    pulled(root)
    double.calls.clear()
    rows[230]["submitdate"] = "2026-11-01 10:00:00"
    rows.append({**rows[-1], "id": "310"})
    assert pulled(root)[0].answers == 308
    assert pages(double)[0][0] == 201 and pages(double)[-1][1] >= 310
    fields = next(
        call[9] for method, call in double.calls if method == "export_responses" and len(call[9]) > 3
    )
    assert (inbox(root) / "responses.csv").read_bytes() == export(double.surveys[111111], rows, fields)


def submitted(double: Double) -> list[dict[str, str]]:
    """Everybody has sent the form."""
    rows = double.surveys[111111].rows
    for row in rows:
        row["submitdate"] = row["submitdate"] or "2026-10-01 10:00:00"
    return rows


@pytest.mark.parametrize("editable", ["N", "Y"])
def test_an_answer_that_was_edited_or_deleted_since_is_found_by_its_stamp(
    editable: str, double: Double, root: Path
) -> None:
    declare(root, double, "  page: 100\n")
    double.surveys[111111].settings["alloweditaftercompletion"] = editable
    rows = submitted(double)
    pulled(root)
    double.calls.clear()
    pulled(root)
    assert pages(double) == [(301, 400)]  # the last one may have grown
    double.calls.clear()
    rows[150] |= {"short": "muutettu", "datestamp": "2026-11-02 10:00:00"}
    number = rows[3]["id"]
    del rows[3]
    pulled(root)
    assert pages(double) == [(1, 100), (101, 200), (301, 400)]
    written = (inbox(root) / "responses.csv").read_bytes()
    assert b"muutettu" in written and f'\r\n"{number}";'.encode() not in written
    assert all(set(call[9]) >= {"id", "submitdate"} for method, call in double.calls if method[0] == "e")


@pytest.mark.parametrize("why", ["again", "editable", "deleted", "exchanged"])
def test_everything_is_read_anew_when_asked_or_when_old_answers_may_have_changed(
    why: str, double: Double, root: Path
) -> None:
    declare(root, double, "  page: 100\n")
    survey = double.surveys[111111]
    survey.absent = ("startdate", "datestamp")
    rows = submitted(double)
    pulled(root)
    double.calls.clear()
    pulled(root)
    assert pages(double) == [(301, 400)]
    double.calls.clear()
    if why == "exchanged":  # the counts stay as they were
        rows.append({**rows[-1], "id": "310"})
    if why in ("deleted", "exchanged"):
        del rows[3]
    if why == "editable":
        survey.settings["alloweditaftercompletion"] = "Y"
    pulled(root, again=why == "again")
    assert (1, 100) in pages(double)
    written = (inbox(root) / "responses.csv").read_bytes()
    assert (b'\r\n"4";' not in written) == (why in ("deleted", "exchanged"))
    assert (b'\r\n"310";' in written) == (why == "exchanged")


def test_a_server_that_tells_what_is_not_stored_is_taken_at_its_word(double: Double, root: Path) -> None:
    """LimeSurvey 6.10 writes an empty cell without quotes there; it is no column that the survey lacks."""
    declare(root, double, "  page: 100\n")
    survey = double.surveys[111111]
    survey.tells_nulls = True
    for row in survey.rows[:150]:
        row["token"] = row["unit"] = ""
    for _ in range(2):  # the second time most of it comes from the first
        (one,) = pulled(root)
        assert not one.anonymous and one.answers == 307
        fields = next(
            call[9] for method, call in double.calls if method == "export_responses" and len(call[9]) > 3
        )
        assert (inbox(root) / "responses.csv").read_bytes() == export(survey, survey.rows, fields)


def test_a_run_that_broke_off_goes_on_with_the_page_that_was_missing(double: Double, root: Path) -> None:
    declare(root, double, "  page: 100\n")
    double.fault = lambda method, call, _: b"" if method == "export_responses" and call[7] == 301 else None
    with pytest.raises(ServerError):
        pulled(root)
    assert not (inbox(root) / "responses.csv").exists() and not double.keys
    double.fault = lambda *_: None
    double.calls.clear()
    pulled(root)
    assert pages(double) == [(201, 300), (301, 400)]
    assert list(incoming(open_context(root)).rglob("*.csv")) == []


def test_pages_older_than_a_day_are_not_used(double: Double, root: Path) -> None:
    declare(root, double, "  page: 100\n")
    double.fault = lambda method, call, _: b"" if method == "export_responses" and call[7] == 301 else None
    with pytest.raises(ServerError):
        pulled(root)
    double.fault = lambda *_: None
    double.calls.clear()
    pulled(root, context=at(root, 1.1))
    assert pages(double)[0] == (1, 100)


@pytest.mark.parametrize("name", ["responses.csv", "responses.json", "participants.csv"])
def test_a_file_that_somebody_put_into_the_inbox_is_never_replaced(
    name: str, double: Double, root: Path
) -> None:
    (inbox(root) / name).write_bytes(b"ours")
    with pytest.raises(InputError, match="no pull put there"):
        pulled(root)
    assert (inbox(root) / name).read_bytes() == b"ours" and double.calls == []


def test_a_pull_after_a_crash_between_two_files_knows_both(
    double: Double, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled(root)
    double.surveys[111111].rows.append({**double.surveys[111111].rows[-1], "id": "310"})
    moved = Path.replace

    def dies(self: Path, target: Path) -> Path:
        if target.name == "participants.csv" and "inbox" in target.parts:
            raise KeyboardInterrupt
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        pulled(root)
    monkeypatch.setattr(Path, "replace", moved)
    assert pulled(root)[0].answers == 308


def test_files_on_their_way_are_for_their_owner_only(double: Double, root: Path) -> None:
    declare(root, double, "  page: 100\n")
    double.fault = lambda method, call, _: b"" if method == "export_responses" and call[7] == 301 else None
    with pytest.raises(ServerError):
        pulled(root)
    files = [one for one in incoming(open_context(root)).rglob("*") if one.is_file()]
    assert len(files) == 4
    assert {oct(one.stat().st_mode & 0o777) for one in files} == {"0o600"}


# Secrets


def everything(root: Path) -> bytes:
    return b"".join(one.read_bytes() for one in root.rglob("*") if one.is_file())


@pytest.mark.parametrize("label", ["", "login_bad_password", "login_lockout_good_password", "unknown_method"])
def test_no_file_and_no_word_holds_the_password_or_the_key(
    label: str, double: Double, root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from limesurvey_double import recorded

    def fault(method: str, _: list[Any], __: Double) -> None:
        if label.startswith("login") == (method == "get_session_key") and label:
            raise recorded(label)

    double.fault = fault
    monkeypatch.chdir(root)
    assert main(["pull", "2026"]) == (5 if label else 0)
    said = capfd.readouterr()
    for secret in (PASSWORD, KEY):
        assert secret not in said.out + said.err and secret.encode() not in everything(root)


def test_a_server_that_repeats_the_password_is_not_repeated(double: Double, root: Path) -> None:
    import json

    double.fault = lambda method, call, _: (
        json.dumps({"id": 0, "result": {"status": f"No {call[1]}"}, "error": None}).encode()
        if method == "get_session_key"
        else None
    )
    from evallib.sources.limesurvey_rpc import refusal

    fault = refusal(f"no such key {KEY} of {PASSWORD}", "server", "list_surveys", (PASSWORD, KEY))
    assert KEY not in str(fault.parts()) and PASSWORD not in str(fault.parts())
    with pytest.raises(ServerError) as raised:
        pulled(root)
    assert PASSWORD not in str(raised.value.parts()) and PASSWORD not in str(raised.value.__context__)


def test_a_missing_password_is_said_before_anything_is_asked(
    double: Double, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIME")
    with pytest.raises(PrivacyError, match="password"):
        pulled(root)
    assert double.calls == []


def test_the_password_may_lie_in_the_keyring(
    double: Double, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evallib.privacy import passwords

    asked = []
    monkeypatch.setattr(passwords, "ask_keyring", lambda *call: asked.append(call) or PASSWORD)
    path = root / "surveys/sources.yaml"
    path.write_text(path.read_text().replace('"env:LIME"', "keyring"))
    assert pulled(root)[0].answers == 307
    host = double.url.split("/")[2]
    assert asked == [("get_password", "evallib limesurvey", f"{USER}@{host}")]


@pytest.mark.parametrize("written", ['"Kanaria-9471"', "94713355", '"env:"', "true"])
def test_a_password_in_the_file_is_refused_and_not_shown(written: str, double: Double, root: Path) -> None:
    path = root / "surveys/sources.yaml"
    path.write_text(path.read_text().replace('"env:LIME"', written))
    with pytest.raises(DeclarationError, match="where the secret lies") as raised:
        pulled(root)
    assert written.strip('"') not in str(raised.value.parts()).replace("env:NAME", "")


@pytest.mark.parametrize(
    "address",
    [
        "http://kysely.example.invalid/index.php/admin/remotecontrol",
        "https://aino:Kanaria-9471@kysely.example.invalid/",
        "https://kysely.example.invalid/?key=Kanaria-9471",
        "ftp://kysely.example.invalid/",
        "kysely.example.invalid",
        "https://[::1/",
        "https://kysely.example.invalid:port/",
        "",
        7,
    ],
)
def test_an_address_that_is_not_safe_is_refused_and_not_shown(address: Any) -> None:
    with pytest.raises(DeclarationError) as raised:
        checked_address(address, "surveys/sources.yaml:3")
    assert "Kanaria" not in str(raised.value.parts())


@pytest.mark.parametrize(
    "address", ["https://a.example/x/", "http://127.0.0.1:80/x", "http://[::1]/x", "http://localhost/x"]
)
def test_https_and_this_computer_are_addresses(address: str) -> None:
    assert checked_address(address, "") == address.rstrip("/")


@pytest.mark.parametrize(
    ("wrong", "found"),
    [('"2026": {q1: 111111}', '"2062": {q1: 111111}'), ("{q1:", "{q11:"), ("user:", "usr:"), ("page: 9", "")],
)
def test_a_declaration_that_fits_nothing_names_its_line(
    wrong: str, found: str, double: Double, root: Path
) -> None:
    path = root / "surveys/sources.yaml"
    if found:
        path.write_text(path.read_text().replace(wrong, found))
    else:
        declare(root, double, f"  {wrong}\n")
    with pytest.raises(EvallibError) as raised:
        pulled(root)
    assert "surveys/sources.yaml:" in str(raised.value.where)


# The command


def test_the_command_says_what_came_and_what_the_shares_are_of(
    double: Double, root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(["pull", "2026", "--language", "en"]) == 0
    said = capfd.readouterr().out
    assert "q1: 307 answers begun, 277 submitted" in said
    assert "invited 302" in said and "of the invited, 66.9 % (202/302)" in said
    assert "invitations sent: not recorded" in said
    assert main(["pull", "2026", "--json"]) == 0
    assert '"invited": 302' in capfd.readouterr().out


def test_without_a_period_the_latest_with_surveys_on_the_server_is_pulled(
    double: Double, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    assert main(["pull"]) == 0


def test_only_pull_talks_to_the_server(double: Double, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    main(["check", "2026"])
    assert double.calls == []


def test_a_purge_takes_pages_on_their_way_and_knows_the_files_in_the_inbox(
    double: Double, root: Path
) -> None:
    pulled(root)
    declare(root, double, "  page: 100\n")
    double.fault = lambda method, call, _: b"" if method == "export_responses" and call[7] == 301 else None
    with pytest.raises(ServerError):
        pulled(root, again=True)
    assert list(incoming(open_context(root)).rglob("*.csv"))
    purge_by_rule(open_context(root))
    assert not list(incoming(open_context(root)).rglob("*.csv"))
    double.fault = lambda *_: None
    assert pulled(root)[0].answers == 307


def test_a_long_list_of_people_is_never_held_whole(double: Double, root: Path) -> None:
    """A page at a time reaches the file."""
    declare(root, double, "  page: 100\n")
    asked = []

    def fault(method: str, call: list[Any], _: Double) -> None:
        if method == "list_participants":
            part = incoming(open_context(root)) / "2026/q1/participants.csv"
            asked.append((call[2], call[3], part.stat().st_size > 1000))

    double.fault = fault
    pulled(root)
    assert [one[:2] for one in asked] == [
        (0, 100),
        (206, 100),
        (406, 100),
        (606, 100),
    ]  # tids, from 7 by twos
    assert asked[-1][2]
