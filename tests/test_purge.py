"""Erasure by rule and by person: what goes, what stays, and that nothing is left."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import CLOCK, copy_workspace

from evallib.cli import main
from evallib.errors import MissingStepError, PrivacyError, StoreError
from evallib.privacy.erasure import person_of, table_without, without_person
from evallib.privacy.keys import demo_key, key_from, new_secret
from evallib.privacy.pseudonyms import pseudonym
from evallib.results.jsonform import from_json
from evallib.steps.check import read_sources, through_door_in
from evallib.steps.context import Context
from evallib.steps.fingerprint import read_all, received_files
from evallib.steps.freeze import freeze
from evallib.steps.purge import purge_by_rule
from evallib.steps.purge_person import purge_person
from evallib.steps.release import release
from evallib.steps.report import report
from evallib.store import Fault, Store, Tier, Tombstone, Why
from evallib.workspace import find_workspace

NOW = "2026-01-15T09:30:00Z"
KEY = key_from(bytes(range(32)))
AINO = "aino.aalto@example.org"


@pytest.fixture
def work(demo: Path, tmp_path: Path) -> Path:
    """A copy of the workspace in which the demo has run."""
    shutil.copytree(demo, tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one survey and a third of the lists of one period, frozen; only to be copied."""
    root = copy_workspace(tmp_path_factory.mktemp("small") / "work")
    inbox = root / "surveys/demo"
    for folder in ("2023", "2024", *(f"2025/limesurvey/{one}" for one in ("q1", "q3", "q4", "f1"))):
        shutil.rmtree(inbox / folder)
    for path in (inbox / "2025/events").iterdir():
        if not path.name.startswith("e250"):
            path.unlink()
    freeze(context(root), context(root).period("2025"))
    return root


@pytest.fixture
def frozen(small: Path, tmp_path: Path) -> Path:
    shutil.copytree(small, tmp_path / "work")
    return tmp_path / "work"


def context(root: Path, now: datetime = CLOCK) -> Context:
    return Context(find_workspace(root), now=lambda: now)


def declare(root: Path, *changes: tuple[str, str]) -> None:
    path = root / "surveys/project.yaml"
    written = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in written
        written = written.replace(before, after)
    path.write_text(written, encoding="utf-8")


def invited(root: Path, survey: str = "q2", period: str = "2025") -> dict[str, str]:
    """Somebody who was invited and answered with words of their own."""
    folder = root / f"surveys/demo/{period}/limesurvey/{survey}"
    answers = csv.DictReader(io.StringIO((folder / "responses.csv").read_text("utf-8-sig")), delimiter=";")
    wordy = {row["token"] for row in answers if row["N20"].strip() and row["submitdate"]}
    people = csv.DictReader(io.StringIO((folder / "participants.csv").read_text("utf-8-sig")))
    return next(row for row in people if row["token"] in wordy and "@" in row["email"])


def everything(root: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


# the store


def test_an_erased_object_is_gone_and_the_store_is_still_whole(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    gone, stays = store.put(b"Aino's answers"), store.put(b"a log")
    store.commit(Tier.RAW, "2025", {"answers": gone, "log": stays}, {}, NOW)
    stones = {gone: Tombstone(Why.PERSON, "2026-01-15")}
    manifest = store.commit(Tier.RAW, "2025", {"log": stays}, {}, NOW, erased=stones)
    assert manifest.number == 2 and dict(manifest.erased) == {gone: {"why": "person", "on": "2026-01-15"}}
    assert b"Aino" not in everything(tmp_path)
    assert Store(store.path).verify() == []
    assert store.erased() == stones
    with pytest.raises(StoreError, match="was erased on 2026-01-15"):
        store.get(gone)
    assert store.get(stays) == b"a log"


def test_an_object_that_another_current_manifest_needs_stays_until_that_one_goes_too(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shared = store.put(b"shared")
    stones = {shared: Tombstone(Why.RULE, "2026-01-15")}
    for period in ("2024", "2025"):
        store.commit(Tier.RAW, period, {"file": shared}, {}, NOW)
    store.commit(Tier.RAW, "2024", {}, {}, NOW, erased=stones)
    assert store.get(shared) == b"shared" and store.verify() == []
    store.commit(Tier.RAW, "2025", {}, {}, NOW, erased=stones)
    with pytest.raises(StoreError, match="was erased"):
        store.get(shared)


def test_an_object_left_by_a_run_that_died_after_the_tombstone_is_found_and_buried(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    sha = store.put(b"answers")
    store.commit(Tier.RAW, "2025", {"file": sha}, {}, NOW)
    store.commit(Tier.RAW, "2025", {}, {}, NOW, erased={sha: Tombstone(Why.RULE, "2026-01-15")})
    store.put(b"answers")  # as if the removal had not come to pass
    assert [one.fault for one in store.verify()] == [Fault.NOT_ERASED]
    assert store.bury() == [sha]
    assert store.verify() == []


def test_an_object_that_is_missing_without_a_tombstone_is_still_a_fault(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    sha, other = store.put(b"one"), store.put(b"two")
    store.commit(Tier.RAW, "2025", {"one": sha, "two": other}, {}, NOW)
    store.commit(Tier.RAW, "2025", {"two": other}, {}, NOW, erased={sha: Tombstone(Why.RULE, "2026-01-15")})
    (store.path / "objects" / other[:2] / other[2:]).unlink()
    assert {one.fault for one in store.verify()} == {Fault.OBJECT_MISSING}


# files and tables


PEOPLE = (
    '"1","Aino","Aalto","aino.aalto@example.org","tok-aino-1"\r\n',
    '"2","Otto","Oksa","otto@example.org","tok-otto-2"\r\n',
)
HEADER = "tid,firstname,lastname,email,token\r\n"
ANSWERS = (
    '"id";"submitdate";"token";"T01"\n',
    '"1";"2025-03-01 10:00:00";"tok-aino-1";"two\nlines; and ""quotes"""\n',
    '"2";"2025-03-01 11:00:00";"tok-otto-2";"ask Aino.Aalto@example.org\nplease"\n',
)


def aino(*files: tuple[str, bytes], texts: frozenset[str] = frozenset()) -> object:
    return person_of(AINO, KEY, ["q2"], files, texts)


PARTICIPANTS = ("inbox/limesurvey/q2/participants.csv", (HEADER + "".join(PEOPLE)).encode())
RESPONSES = ("inbox/limesurvey/q2/responses.csv", "".join(ANSWERS).encode("utf-8-sig"))


def test_a_persons_rows_go_and_all_other_bytes_stay() -> None:
    person = aino(PARTICIPANTS, RESPONSES)
    assert without_person(*PARTICIPANTS, person, "x1") == (HEADER + PEOPLE[1]).encode()
    kept = ANSWERS[2].replace("Aino.Aalto@example.org", "[erased]")
    assert without_person(*RESPONSES, person, "x1") == (ANSWERS[0] + kept).encode("utf-8-sig")


def test_a_list_of_invited_people_with_single_quotes_in_its_cells_loses_nobody_else() -> None:
    odd = '"3","Ilo "Ilo","Ilves","ilo@example.org","tok-ilo-33"\r\n'
    data = (HEADER + odd + "".join(PEOPLE)).encode()
    name = PARTICIPANTS[0]
    assert without_person(name, data, aino((name, data)), "x1") == (HEADER + odd + PEOPLE[1]).encode()


def test_an_answer_export_as_json_loses_the_persons_answers() -> None:
    rows = [{"id": 1, "token": "tok-aino-1", "T01": "a"}, {"id": 2, "token": "tok-otto-2", "T01": "b"}]
    file = ("inbox/limesurvey/q2/responses.json", json.dumps({"responses": rows}).encode())
    left = json.loads(without_person(*file, aino(PARTICIPANTS, file), "x1"))
    assert left == {"responses": rows[1:]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_an_attendance_list_keeps_its_rows_and_names_the_person_no_more(encoding: str) -> None:
    rows = (
        "Name\tFirst Join\tEmail\tRole\r\n"
        "Aino Aalto\t1/2/25\tAINO.AALTO@example.org\tAttendee\r\n"
        "Otto Oksa\t1/2/25\totto@example.org\tAttendee\r\n"
        "Aino Aalto\t1/2/25\t\tAttendee\r\n"
        "Aino Aalto\t1/2/25\tother.aino@example.org\tAttendee\r\n"
    )
    file = ("inbox/events/e01.csv", rows.encode(encoding))
    left = without_person(*file, aino(file), "x1").decode(encoding).splitlines()
    assert left[1] == "x1\t1/2/25\t\tAttendee"
    assert left[2] == "Otto Oksa\t1/2/25\totto@example.org\tAttendee"
    assert left[3] == "x1\t1/2/25\t\tAttendee"  # a guest of the same name
    assert left[4].startswith("Aino Aalto")  # somebody else of the same name


def test_a_display_name_of_one_word_goes_with_its_address() -> None:
    rows = "Name,Join,Email\nAino,10:00,aino.aalto@example.org\nAino,10:00,other@example.org\n"
    file = ("inbox/events/e01.csv", rows.encode())
    left = without_person(*file, aino(file), "x1").decode().splitlines()
    assert left[1:] == ["x1,10:00,", "Aino,10:00,other@example.org"]


def test_a_sign_up_row_goes_whole() -> None:
    rows = (
        "email;role;region;sector\naino.aalto@example.org;entr;FI1D7;care\notto@example.org;oth;FI196;tour\n"
    )
    file = ("inbox/events/e01_signup.csv", rows.encode())
    assert without_person(*file, aino(file), "x1").decode() == rows.replace(rows.splitlines(True)[1], "")


def test_a_list_saved_as_a_workbook_loses_name_and_address() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Name", "Email", "Minutes"], ["Aino Aalto", AINO, 30], ["Otto Oksa", "otto@example.org", 5]):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    person = aino(("p/limesurvey/q2/participants.csv", PARTICIPANTS[1]))
    left = openpyxl.load_workbook(
        io.BytesIO(without_person("inbox/events/e01.xlsx", written.getvalue(), person, "x1"))
    )
    rows = [list(row) for row in left.active.iter_rows(values_only=True)]
    assert rows[1:] == [["x1", None, 30], ["Otto Oksa", "otto@example.org", 5]]


def test_a_participation_stays_without_background_and_answers_go() -> None:
    mine, other = pseudonym(AINO, "participation", KEY), pseudonym("o@example.org", "participation", KEY)
    table = (
        "event_id,person,known,status,minutes,role,region,sector,age,sex,language,source_file,source_variant\n"
        f"e01,{mine},yes,attended,60,entr,FI1D7,care,u40,f,fi,abc,zoom\n"
        f"e01,{other},yes,attended,60,oth,FI196,tour,o40,m,sv,abc,zoom\n"
    ).encode()
    left = table_without("participations", table, aino(), "x1").decode().splitlines()
    assert len(left) == 3
    assert any(line.startswith("e01,p_x1") for line in left)
    assert "unknown,unknown,unknown,unknown,unknown,unknown" in "".join(left)
    answers = f"response,person,T01\nr0001,{pseudonym(AINO, 'q2', KEY)},1\nr0002,{other},2\n".encode()
    assert table_without("responses.q2", answers, aino(), "x1").decode().splitlines()[1:] == [
        f"r0002,{other},2"
    ]


def test_files_and_tables_without_the_person_are_the_very_same_bytes() -> None:
    data = "Nimi;Sähköposti\r\nOtto Oksa;otto@example.org\n\n".encode("cp1252")
    assert without_person("inbox/events/e01.csv", data, aino(), "x1") is data
    table = b"event_id,person\ne01,p_someone\n"
    assert table_without("participations", table, aino(), "x1") is table


def test_plus_tags_are_one_person_where_the_project_says_so() -> None:
    tagged = b"Name,Join,Email\nAino Aalto,10:00,aino.aalto+news@example.org\n"
    one = person_of(AINO, replace(KEY, plus_tags=False), ["q2"], [], frozenset())
    assert b"+news" in without_person("inbox/events/e.csv", tagged, aino(), "x1")
    assert b"+news" not in without_person("inbox/events/e.csv", tagged, one, "x1")


@pytest.mark.parametrize("written", ["", "Aino Aalto", "aino@", "*"])
def test_what_is_no_address_erases_nothing(written: str) -> None:
    with pytest.raises(PrivacyError, match="no e-mail address"):
        person_of(written, KEY, ["q2"], [], frozenset())


# one person in a whole workspace


def test_a_person_is_erased_everywhere_and_the_release_stays(work: Path) -> None:
    person = invited(work)
    email, token = person["email"], person["token"]
    name = pseudonym(email, "q2", demo_key())
    before = {path.name: path.read_bytes() for path in (work / "outputs/2025").iterdir()}
    assert email.encode() in everything(work) and name.encode() in everything(work)
    texts_before = text_rows(work)

    planned = purge_person(context(work), email, dry_run=True)
    assert planned.done is False and len(planned.objects) >= 5 and planned.files
    assert email.encode() in everything(work)  # shown only

    made = purge_person(context(work), email)
    assert (made.objects, made.files) == (planned.objects, planned.files)
    assert made.left == () and made.by_hand
    left = everything(work)
    assert [one for one in (email, token, name) if one.encode() in left] == []
    assert text_rows(work) < texts_before
    assert context(work).store.verify() == []

    again = report(context(work), context(work).period("2025"))
    assert again.new is False and again.release == 1
    rebuilt = report(context(work), context(work).period("2025"), again=True)
    assert rebuilt.new is True and rebuilt.release == 1
    assert {path.name: path.read_bytes() for path in (work / "outputs/2025").iterdir()} == before


def text_rows(root: Path) -> set[str]:
    store = context(root).store
    latest = store.latest(Tier.TEXT, "2025")
    assert latest is not None
    return {line for sha in latest.entries.values() for line in store.get(sha).decode().splitlines()}


def test_lists_without_a_person_can_still_be_read(frozen: Path) -> None:
    lists = (frozen / "surveys/demo/2025/events").glob("*attendance*.csv")
    from evallib.sources.decode import read_sheet

    cells = [cell for path in lists for row in read_sheet(path.read_bytes(), path.name).rows for cell in row]
    email = max({one for one in cells if "@" in one and "koordinaatio" not in one}, key=cells.count)
    here = context(frozen)
    period = here.period("2025")
    whole = participations(here, period)
    assert purge_person(here, email).left == ()
    after = participations(here, period)
    assert len(after) == len(whole)
    assert list(after["minutes"].sort_values()) == list(whole["minutes"].sort_values())
    assert (after["known"] == "no").sum() > (whole["known"] == "no").sum()


def participations(here: Context, period: object) -> object:
    contents = read_all(received_files(here.workspace, period))
    sources, _ = read_sources(here, period, contents)
    frozen = through_door_in(here, period, sources)
    return next(table.rows for table in frozen if table.kind == "participations")


def test_somebody_who_is_nowhere_changes_nothing(frozen: Path) -> None:
    before = everything(frozen)
    made = purge_person(context(frozen), "nobody.at.all@example.org")
    assert made.objects == () and made.left == ()
    assert [name for name in made.files if "/demo/" in name] == []
    assert everything(frozen) == before


def test_an_address_in_a_note_that_evallib_does_not_know_is_found_and_named(
    frozen: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    email = invited(frozen)["email"]
    (frozen / "surveys/notes.txt").write_text(f"call {email.upper()}", encoding="utf-16")
    shutil.make_archive(str(frozen / "old"), "zip", frozen / "surveys/demo/2025/limesurvey")
    monkeypatch.chdir(frozen)
    monkeypatch.setattr("sys.stdin", io.StringIO(email + "\n"))
    assert main(["--language", "en", "purge", "--person", "--yes", "--json"]) == 7
    said = json.loads(capsys.readouterr().out)
    assert said["left"] == ["old.zip", "surveys/notes.txt"]


def test_outputs_of_internal_notebooks_go_and_the_code_stays(frozen: Path) -> None:
    path = frozen / "notebooks/mine.ipynb"
    cell = {"cell_type": "code", "source": "answers()", "metadata": {}, "execution_count": 3}
    output = {"output_type": "display_data", "data": {"text/plain": "p_somebody said 5"}, "metadata": {}}
    notebook = {"cells": [{**cell, "outputs": [output]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    copies = frozen / "notebooks/.ipynb_checkpoints"
    copies.mkdir()
    (copies / "mine.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    purge_person(context(frozen), invited(frozen)["email"])
    left = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    assert left["outputs"] == [] and left["source"] == "answers()"
    assert not copies.exists()


def test_a_run_that_died_in_the_middle_finds_the_person_again(
    frozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = invited(frozen)["email"]

    def dies(path: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evallib.steps.purge.write_private", dies)
    with pytest.raises(KeyboardInterrupt):
        purge_person(context(frozen), email)
    monkeypatch.undo()
    assert purge_person(context(frozen), email).left == ()
    assert context(frozen).store.verify() == []


def test_in_a_period_that_still_runs_the_next_freeze_is_without_the_person(frozen: Path) -> None:
    early = datetime(2025, 12, 1, tzinfo=UTC)
    here = context(frozen, early)
    before = here.store.latest(Tier.FROZEN, "2025")
    assert purge_person(here, invited(frozen)["email"]).left == ()
    made = freeze(context(frozen, early), here.period("2025"))
    assert before is not None and made.manifest.number == before.number + 1
    assert made.new is False and "closed" not in made.manifest.facts


# by rule


LATER = datetime(2027, 2, 1, tzinfo=UTC)  # more than a year after 2025, less than three after the project


def test_received_files_go_after_their_months_and_the_report_stays(work: Path) -> None:
    planned = purge_by_rule(context(work, LATER), dry_run=True)
    assert (work / "surveys/demo/2025/limesurvey/q2/responses.csv").is_file()
    made = purge_by_rule(context(work, LATER))
    assert (made.objects, made.files) == (planned.objects, planned.files)
    assert not list((work / "surveys/demo/2025/limesurvey").rglob("*.csv"))
    assert list((work / "surveys/demo/2025/statistics").iterdir())
    here = context(work, LATER)
    assert here.store.verify() == []
    assert b"@hevostila.example" not in everything(work)
    assert not any(name.startswith("frozen/") for name in made.objects)
    assert any(name.startswith("text/2024") for name in made.objects)
    assert not any(name.startswith("text/2025") for name in made.objects)  # 24 months are not over

    period = here.period("2025")
    assert freeze(here, period).new is False
    assert report(here, period).new is False
    with pytest.raises(MissingStepError, match="closed"):
        from evallib.steps.check import check

        check(here, period)
    assert purge_by_rule(here).objects == ()


def test_after_everything_is_erased_the_report_is_still_built_also_with_new_words(work: Path) -> None:
    late = datetime(2030, 1, 1, tzinfo=UTC)
    before = {path.name: path.read_bytes() for path in (work / "outputs/2025").iterdir()}
    made = purge_by_rule(context(work, late))
    assert any(name.startswith("frozen/2023") for name in made.objects)
    here = context(work, late)
    period = here.period("2025")
    assert {sha: stone.why for sha, stone in here.store.erased().items()} != {}
    assert here.store.verify() == []
    shutil.rmtree(work / "outputs/2025")
    assert report(here, period).release == 1
    assert {path.name: path.read_bytes() for path in (work / "outputs/2025").iterdir()} == before

    comment = work / "surveys/commentary/2025/4.fi.md"
    comment.write_text("Uusi sanallinen arvio.\n", encoding="utf-8")
    renewed = release(context(work, late), period)
    assert renewed.new is True and renewed.manifest.number == 2
    old = here.store.manifest(Tier.RELEASED, "2025", 1)
    assert renewed.manifest.entries["masks.json"] == old.entries["masks.json"]
    first, second = (
        from_json(here.store.get(one.entries["results.json"])) for one in (old, renewed.manifest)
    )
    assert second.number == 2 and replace(second, number=1) == first


def test_a_number_is_traced_though_its_snapshots_are_erased(work: Path) -> None:
    from evallib.steps.trace import trace

    late = datetime(2030, 1, 1, tzinfo=UTC)
    purge_by_rule(context(work, late))
    traced = trace(context(work, late), "2025/I20.participations")
    assert traced.results[0].cell.value
    erased = {one.table for one in traced.snapshots if one.erased}
    assert "participations" in erased
    assert any("erased" in str(line) for line in traced.lines())


def test_a_period_that_was_never_released_waits_and_is_named(work: Path) -> None:
    shutil.rmtree(work / "surveys/store")
    made = purge_by_rule(context(work, LATER))
    assert [str(one) for one in made.waiting] == [
        f"{period}: not released yet, so nothing was erased" for period in ("2023", "2024", "2025")
    ]
    assert (work / "surveys/demo/2025/limesurvey/q2/responses.csv").is_file()


def test_months_are_the_projects_own(work: Path) -> None:
    declare(work, ("key: demo", "key: demo\nretention: {raw_months: 60}"))
    made = purge_by_rule(context(work, LATER), dry_run=True)
    assert made.files == () and all(name.startswith("text/") for name in made.objects)


# keys


def test_the_demos_public_key_is_refused_for_a_real_project(work: Path) -> None:
    declare(work, ("invented: true", "invented: false"))
    shutil.copytree(work / "surveys/demo", work / "surveys/inbox", dirs_exist_ok=True)
    with pytest.raises(PrivacyError, match="public key"):
        freeze(context(work), context(work).period("2025"))


def test_a_lost_key_is_told_before_anything_is_written(frozen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    email = invited(frozen)["email"]
    declare(frozen, ("key: demo", "key: env:PROJECT_KEY"))
    monkeypatch.delenv("PROJECT_KEY", raising=False)
    before = everything(frozen)
    with pytest.raises(PrivacyError, match="missing"):
        purge_person(context(frozen), email)
    monkeypatch.setenv("PROJECT_KEY", new_secret())
    with pytest.raises(PrivacyError, match="under another key") as told:
        purge_person(context(frozen), email)
    assert "demo-public" in str(told.value.expected)
    assert everything(frozen) == before
    with pytest.raises(PrivacyError, match="under another key"):
        freeze(context(frozen), context(frozen).period("2025"))
    declare(frozen, ("key: env:PROJECT_KEY", 'key: env:PROJECT_KEY\nlost_keys: ["demo-public"]'))
    assert freeze(context(frozen), context(frozen).period("2025")).new is True


def test_late_answers_count_up_to_the_day_that_the_period_says(frozen: Path) -> None:
    from evallib.errors import DeclarationError

    here = context(frozen)
    contents = read_all(received_files(here.workspace, here.period("2025")))

    def late(now: Context) -> int:
        period = now.period("2025")
        sources, _ = read_sources(now, period, contents)
        tables = through_door_in(now, period, sources)
        rows = next(one.rows for one in tables if one.kind == "responses.q2")
        return int(rows["flags"].str.contains("late").sum())

    before = late(here)
    declare(frozen, ('comparison: "2024"}', 'comparison: "2024", late_after: {q2: 2025-10-15}}'))
    assert late(context(frozen)) > before
    declare(frozen, ("late_after: {q2:", "late_after: {q9:"))
    with pytest.raises(DeclarationError, match="no survey 'q9'"):
        late(context(frozen))


def test_a_threshold_below_three_is_refused(work: Path) -> None:
    from evallib.errors import DeclarationError

    path = work / "surveys/plan.yaml"
    written = path.read_text(encoding="utf-8")
    assert "threshold: 5" in written
    path.write_text(written.replace("threshold: 5", "threshold: 2"), encoding="utf-8")
    with pytest.raises(DeclarationError) as told:
        _ = context(work).plan
    assert "plan.yaml" in str(told.value.where)


@pytest.mark.parametrize("what", [["--rule"], ["--person", "somebody@example.org"]])
def test_nothing_is_erased_without_being_asked_for_twice(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: list[str]
) -> None:
    before = everything(work)
    monkeypatch.chdir(work)
    assert main(["--language", "en", "purge", *what]) == 2
    assert "--dry-run" in capsys.readouterr().err
    assert everything(work) == before
