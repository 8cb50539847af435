"""What goes wrong at an evaluator's desk: a clear fault with place and repair, and the last report stays."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import copy_workspace

from evallib.cli import main
from evallib.store import Store

PERIOD = "2023"
INBOX = Path("surveys") / "demo" / PERIOD
EVENTS = ("e2301_attendance.csv", "e2305_lista.csv", "e2307_participants.csv")
CELLS = (
    'period = "2023"\ncomparison = None\nlanguage = "fi"\nfinal = False',
    "import evallib\nreport = evallib.open_report(period, comparison, language, final)",
    "report.cover()",
    'report.chapter("1")',
    'report.table("T1.1")',
)


def small_workspace(root: Path) -> Path:
    """The demo project with one survey and three events in its first year, reported in Finnish."""
    copy_workspace(root)
    for year in ("2024", "2025"):
        shutil.rmtree(root / "surveys" / "demo" / year)
    for path in (root / INBOX / "events").iterdir():
        if path.name not in EVENTS:
            path.unlink()
    for path in (root / INBOX / "limesurvey").iterdir():
        if path.name != "q4":
            shutil.rmtree(path)
    project = root / "surveys" / "project.yaml"
    told = project.read_text(encoding="utf-8")
    project.write_text(re.sub("report_languages: .*", "report_languages: [fi]", told), encoding="utf-8")
    notebook = root / "notebooks" / "annual_report.ipynb"
    cells = [
        {"cell_type": "code", "source": one, "outputs": [], "execution_count": None,
         "metadata": {"tags": ["parameters"] if one == CELLS[0] else []}}
        for one in CELLS
    ]  # fmt: skip
    notebook.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return root


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one good report; only to be copied."""
    root = small_workspace(tmp_path_factory.mktemp("prepared") / "work")
    before = Path.cwd()
    os.chdir(root)
    try:
        assert main(["report", PERIOD]) == 0
    finally:
        os.chdir(before)
    assert (root / "outputs" / PERIOD / "report-fi.pdf").read_bytes().startswith(b"%PDF-1.7")
    return root


class Desk:
    """A copy of the prepared workspace, with what the command line says there."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        self.inbox = root / INBOX
        self.good = self.outputs()

    def outputs(self) -> dict[str, bytes]:
        folder = self.root / "outputs"
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def run(self, *arguments: str) -> tuple[int, str]:
        self._capsys.readouterr()
        code = main(["--language", "en", *arguments])
        return code, self._capsys.readouterr().err

    def shown(self) -> str:
        return self._capsys.readouterr().out

    def refused(self, code: int, *said: str, command: tuple[str, ...] = ("report", PERIOD)) -> str:
        """The command fails with this code and these words, and leaves the last good report."""
        found, told = self.run(*command)
        assert found == code, told
        assert "Traceback" not in told and "None" not in told
        assert told.rstrip().splitlines()[-1].startswith(("What to do: ", "Expected: ", "Found: ")), told
        for one in said:
            assert one in told, told
        assert self.outputs() == self.good
        assert Store(self.root / "surveys" / "store").verify() == []
        return told


@pytest.fixture
def desk(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """No kernel and no worker starts here: every fault comes before the notebook would run."""
    root = tmp_path / "work"
    shutil.copytree(prepared, root)
    monkeypatch.chdir(root)
    from evallib.report import workshop
    from evallib.steps import report

    class NoKernel:
        def __init__(self, _: Path) -> None: ...
        def stop(self) -> None: ...
        def get(self) -> None:
            raise AssertionError("the notebook was reached")

    def no_worker(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(report, "_Starting", NoKernel)
    monkeypatch.setattr(workshop, "Worker", no_worker)
    return Desk(root, capsys)


def test_with_nothing_changed_nothing_is_redone(desk: Desk) -> None:
    assert desk.run("report", PERIOD)[0] == 0
    assert desk.outputs() == desk.good


def test_a_product_that_was_changed_is_made_again_from_the_same_release(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "work"
    shutil.copytree(prepared, root)
    monkeypatch.chdir(root)
    desk = Desk(root, capsys)
    (root / "outputs" / PERIOD / "report-fi.pdf").write_bytes(b"not a report")
    assert desk.run("report", PERIOD)[0] == 0
    assert desk.outputs() == desk.good


@pytest.mark.parametrize(
    "name",
    [
        "events/e2301_photo.heic",
        "events/minutes.csv",
        "statistics/facebook.csv",
        "limesurvey/q9/responses.csv",
        "limesurvey/q4/answers.ods",
        "notes/plan.csv",
        "e2301_attendance.csv",
    ],
)
def test_an_unknown_file_in_the_inbox_is_named(desk: Desk, name: str) -> None:
    path = desk.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a,b\n1,2\n")
    desk.refused(4, f"Where: {INBOX}/{name}\n", "What to do: ")
    assert main(["doctor", "--language", "en"]) == 1
    found = desk.shown().partition(f"✗ Received files of {PERIOD}\n")[2]
    assert f"; {INBOX}/{name}; " in found.splitlines()[0]


def test_an_unknown_variant_of_a_known_file_is_named(desk: Desk) -> None:
    (desk.inbox / "events" / EVENTS[0]).write_text("Person;Came;Went\nA B;9:00;10:00\n", encoding="utf-8")
    desk.refused(4, EVENTS[0], "Expected: ")


@pytest.mark.parametrize(
    "name",
    [
        "limesurvey/q4/structure.lss",
        "limesurvey/q4/responses.csv",
        "limesurvey/q4/participants.csv",
        "events/e2301_attendance.csv",
        "statistics/matomo_visits.json",
    ],
)
def test_a_file_cut_in_half_is_refused(desk: Desk, name: str) -> None:
    path = desk.inbox / name
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2 + 1])
    desk.refused(4, f"{INBOX}/{name}")
    assert main(["doctor", "--language", "en"]) == 1
    found = desk.shown().partition(f"✗ Received files of {PERIOD}\n")[2]
    assert f"{INBOX}/{name}" in found.splitlines()[0]
    assert desk.outputs() == desk.good


def test_doctor_tells_once_what_stops_several_checks(desk: Desk) -> None:
    plan = desk.root / "surveys" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("threshold: 5", "threshold: five"), encoding="utf-8")
    (desk.inbox / "notes.csv").write_bytes(b"a,b\n1,2\n")
    assert main(["doctor", "--language", "en"]) == 1
    told = desk.shown()
    assert told.count("policy.threshold has a value that does not fit") == 1
    for check in ("Targets", f"Received files of {PERIOD}"):
        assert f"✗ {check}\n    The fault above comes first\n" in told


def test_doctor_trusts_what_was_frozen_just_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from evallib.steps import check

    reads: list[str] = []
    monkeypatch.setattr(check, "read_sources", lambda _, period, __: reads.append(period.id))
    assert main(["doctor", "--language", "en"]) == 0 and reads == []
    (desk.inbox / "notes.csv").write_bytes(b"a,b\n1,2\n")
    assert main(["doctor", "--language", "en"]) == 0 and reads == [PERIOD]


def test_an_export_cut_between_two_rows_is_refused_until_it_is_called_corrected(desk: Desk) -> None:
    answers, invited = (
        desk.inbox / "limesurvey" / "q4" / f"{one}.csv" for one in ("responses", "participants")
    )
    whole, people = answers.read_bytes(), invited.read_bytes().splitlines(keepends=True)
    *kept, _, end = whole.splitlines(keepends=True)
    for cut in (kept, [*kept, end]):
        answers.write_bytes(b"".join(cut))
        desk.refused(4, "More people have answered q4", "at least 10 rows", "Found: 9 rows")
    invited.write_bytes(b"".join(people[:-1]))
    desk.refused(4, "q4/participants.csv has fewer rows than", "at least 10 rows", "Found: 9 rows")
    for one in (answers, invited):
        one.rename(one.with_name(f"{one.stem}_corrected.csv"))
    assert desk.run("check", PERIOD)[0] == 0
    answers.with_name("responses_corrected.csv").rename(answers)
    assert desk.run("check", PERIOD)[0] == 0  # what is in a corrected file is what counts from then on


def test_forms_typed_from_paper_do_not_become_fewer_by_themselves(desk: Desk) -> None:
    sheet = desk.root.parent / "q4.xlsx"
    assert main(["survey", "paper", "q4", str(sheet), PERIOD]) == 0
    book = openpyxl.load_workbook(sheet)
    for number in (1, 2):
        book["q4"].append([number, f"{PERIOD}-11-03"])
    typed = desk.inbox / "limesurvey" / "q4" / "paper.xlsx"
    book.save(typed)
    assert desk.run("check", PERIOD)[0] == 0
    book["q4"].delete_rows(3)
    book.save(typed)
    desk.refused(4, "q4/paper.xlsx has fewer rows than", "at least 2 rows", "paper_corrected.xlsx")
    typed.rename(typed.with_name("paper_corrected.xlsx"))
    assert desk.run("check", PERIOD)[0] == 0


def test_a_whole_export_without_its_last_line_waits_for_a_person_to_compare(desk: Desk) -> None:
    """Whether unfinished answers are missing at the end can't be seen: only the server knows."""
    answers = desk.inbox / "limesurvey" / "q4" / "responses.csv"
    whole = answers.read_bytes()
    assert whole.endswith(b"\r\n\r\n")
    answers.write_bytes(whole[:-2])
    desk.refused(4, "q4/responses.csv lacks the empty line", "rows, each whole", "as many responses")
    answers.rename(answers.with_name("responses_corrected.csv"))
    assert main(["check", PERIOD, "--language", "en"]) == 0
    assert "files without an end mark: compare the number of responses" in desk.shown()


@pytest.mark.parametrize("name", ["events/e2305_lista.csv", "limesurvey/q4/responses.csv"])
def test_a_file_in_no_known_encoding_is_refused(desk: Desk, name: str) -> None:
    path = desk.inbox / name
    path.write_bytes(path.read_bytes() + b"\x81\x8d\x8f\x90\x9d\n")
    desk.refused(4, name.rpartition("/")[2], "Expected: ")


def without_column(data: bytes, column: str) -> bytes:
    lines = [line.split(";") for line in data.decode("utf-8-sig").splitlines()]
    place = lines[0].index(column)
    return "\n".join(";".join([*one[:place], *one[place + 1 :]]) for one in lines).encode()


def test_a_list_with_a_column_missing_names_the_columns_that_are_there(desk: Desk) -> None:
    path = desk.inbox / "events" / "e2305_lista.csv"
    path.write_bytes(without_column(path.read_bytes(), "role"))
    desk.refused(4, "e2305_lista.csv", "event_id, region, sector", "nearest to paper list")


def test_answers_with_a_column_missing_name_the_column(desk: Desk) -> None:
    path = desk.inbox / "limesurvey" / "q4" / "responses.csv"
    header = path.read_text(encoding="utf-8-sig").splitlines()[0]
    assert '"O01"' in header
    path.write_text(path.read_text(encoding="utf-8-sig").replace('"O01"', '"O77"', 1), encoding="utf-8")
    told = desk.refused(7, "O77")
    assert "responses.csv" in told or "q4" in told


def test_a_log_with_a_column_missing_names_the_column(desk: Desk) -> None:
    path = desk.root / "surveys" / "logs" / "events.csv"
    told = path.read_text(encoding="utf-8-sig")
    path.write_text(told.replace("organisers", "organizer", 1), encoding="utf-8")
    desk.refused(4, "logs/events.csv", "organisers")
    assert main(["doctor", "--language", "en"]) == 1
    assert "✗ Logs and rosters\n    The column 'organizer' is not known" in desk.shown()


def test_an_undeclared_field_does_not_enter(desk: Desk) -> None:
    path = desk.inbox / "limesurvey" / "q4" / "responses.csv"
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = [one for one in csv.reader(source, delimiter=";") if one]
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerows([*one, "Katu 1" if number else "HOMEADDRESS"] for number, one in enumerate(rows))
    told = desk.refused(7, "HOMEADDRESS", "What to do: ")
    assert "Katu 1" not in told


def test_a_column_of_a_list_that_nobody_declared_stops_the_freeze_until_it_is_declared(desk: Desk) -> None:
    path = desk.inbox / "events" / EVENTS[1]
    header, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    changed = [f"{header};Puhelin", *(f"{row};040 1234567" for row in rows), ""]
    path.write_text("\n".join(changed), encoding="utf-8")
    for command in ("check", "freeze", "report"):
        told = desk.refused(7, EVENTS[1], 'lists: {identifier: ["Puhelin"]}', command=(command, PERIOD))
        assert "1234567" not in told
    fields = desk.root / "surveys" / "fields.yaml"
    fields.write_text('lists: {identifier: ["Puhelin"]}\n', encoding="utf-8")
    assert desk.run("check", PERIOD)[0] == 0
    fields.write_text('lists: {secret: ["Puhelin"]}\n', encoding="utf-8")
    desk.refused(3, "surveys/fields.yaml", "identifier", command=("check", PERIOD))


def test_a_list_without_header_shows_nobody(desk: Desk) -> None:
    path = desk.inbox / "events" / EVENTS[1]
    path.write_text("Aino Virtanen;Oulu;Kotihoiva Oy\nBo Berg;Vasa;Bergs Ab\n", encoding="utf-8")
    told = desk.refused(4, EVENTS[1], "no row of column names")
    assert not any(word in told for word in ("Aino", "Virtanen", "Kotihoiva", "Berg"))


def test_two_kinds_of_lists_for_one_event_are_refused(desk: Desk) -> None:
    teams = desk.inbox / "events" / EVENTS[0]
    paper = (desk.inbox / "events" / EVENTS[1]).read_text(encoding="utf-8-sig")
    teams.with_name("e2301_lista.csv").write_text(paper.replace("e2305", "e2301"), encoding="utf-8")
    desk.refused(4, "e2301", "What to do: ")


def test_one_list_for_two_events_is_refused(desk: Desk) -> None:
    path = desk.inbox / "events" / EVENTS[0]
    shutil.copy(path, path.with_name("e2302_attendance.csv"))
    desk.refused(4, "events/e2302_attendance.csv", "2023-02-09", "belongs to this event")


def test_a_copy_of_a_list_beside_it_counts_nobody_twice(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    def participations() -> int:
        assert main(["check", PERIOD, "--json"]) == 0
        tables = json.loads(capsys.readouterr().out)["tables"]
        return next(int(one["rows"]) for one in tables if one["table"] == "participations")

    before = participations()
    for name in EVENTS:
        path = desk.inbox / "events" / name
        shutil.copy(path, path.with_name(name.replace("_", "_copy_")))
    assert participations() == before > 0


def test_a_wrong_cell_in_a_log_names_file_and_row(desk: Desk) -> None:
    path = desk.root / "surveys" / "logs" / "events.csv"
    told = path.read_text(encoding="utf-8-sig")
    first = next(line for line in told.splitlines() if line.startswith("e2301"))
    path.write_text(told.replace(first, first.replace("2023-", "2O23-", 1)), encoding="utf-8")
    desk.refused(4, "logs/events.csv", "2O23-")


def test_a_fault_in_a_declaration_names_file_and_line(desk: Desk) -> None:
    path = desk.root / "surveys" / "project.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nfudn: x\n", encoding="utf-8")
    desk.refused(3, "surveys/project.yaml:", "fudn")


def test_words_with_a_typed_number_name_file_and_line(desk: Desk) -> None:
    folder = desk.root / "surveys" / "commentary" / PERIOD
    folder.mkdir(parents=True)
    (folder / "4.fi.md").write_text("Hyvä vuosi.\n\nOsallistujia oli 812.\n", encoding="utf-8")
    desk.refused(3, f"surveys/commentary/{PERIOD}/4.fi.md:3", "Found: 812")


def test_a_period_without_files_says_where_to_put_them(desk: Desk) -> None:
    inbox = desk.root / "surveys" / "demo" / "2024"
    inbox.mkdir()
    (inbox / "README.txt").write_text("only a note", encoding="utf-8")
    for log in (desk.root / "surveys" / "logs").glob("*.csv"):  # of which rows would be enough
        log.write_bytes(log.read_bytes().splitlines()[0] + b"\n")
    for verb in ("pull", "check", "freeze", "report", "quotes"):
        told = desk.refused(10, "2024", "surveys/demo/2024", "evallib check 2024", command=(verb, "2024"))
        assert told.startswith("Error: "), "nothing is computed first"
    for what in ("hyrra", "cns"):
        desk.refused(10, "Nothing has been received for 2024", command=("export", what, "2024"))
    for verb in (
        "export pack 2024",
        "export web 2024",
        "trace 2024/I20.participations",
    ):
        desk.refused(10, "Nothing has been released for 2024", command=tuple(verb.split()))


def test_a_period_that_does_not_exist_names_the_nearest(desk: Desk) -> None:
    desk.refused(2, "'2032'", "2023, 2024, 2025", "Did you mean", command=("report", "2032"))


def test_a_command_that_does_not_exist_names_the_nearest(desk: Desk) -> None:
    desk.refused(2, "report", command=("raport", PERIOD))


@pytest.fixture
def new_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Stands for the notebook run: new pages are ready, and only have to go into outputs/."""
    from evallib.steps import products

    def ready(*_: object) -> products.Products:
        return products.Products({"report-fi.pdf": b"%PDF-1.7 new"})

    monkeypatch.setattr(products, "build_products", ready)
    return ("report", PERIOD, "-p", "final=true")


def failing(name: str, fault: OSError, below: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of a Path's method below a folder fail with the fault; all others, and reading, go through."""
    real: Callable[..., Any] = getattr(Path, name)

    def touch(path: Path, *given: Any, **more: Any) -> Any:
        if path.is_relative_to(below) and (name != "open" or "wb" in given):
            raise fault
        return real(path, *given, **more)

    monkeypatch.setattr(Path, name, touch)


def test_pages_go_in_when_nothing_is_wrong(desk: Desk, new_pages: tuple[str, ...]) -> None:
    assert desk.run(*new_pages)[0] == 0
    assert desk.outputs() == {"2023/report-fi.pdf": b"%PDF-1.7 new"}


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("mkdir", errno.EROFS, "Read-only file system"),
        ("mkdir", errno.EACCES, "Permission denied"),
        ("open", errno.ENOSPC, "No space left on device"),
        ("rename", errno.EACCES, "Permission denied"),  # a PDF open in a viewer that locks it
        ("rename", errno.EBUSY, "Device or resource busy"),
    ],
)
def test_outputs_that_cannot_be_written_keep_the_last_report(
    desk: Desk,
    new_pages: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    number: int,
    words: str,
) -> None:
    with monkeypatch.context() as broken:
        failing(name, OSError(number, words), desk.root / "outputs", broken)
        desk.refused(9, f"Found: {words}", f"Where: outputs/{PERIOD}", "Close open PDFs", command=new_pages)
    assert desk.run(*new_pages)[0] == 0
    assert desk.outputs() == {"2023/report-fi.pdf": b"%PDF-1.7 new"}


def test_a_full_disk_under_the_store_keeps_the_last_report(
    desk: Desk, new_pages: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        desk.refused(9, "No space left on device", "What to do: ", command=new_pages)


@pytest.mark.parametrize(
    "where", ["evallib.steps.products.build_products", "evallib.steps.outputs._exchange"]
)
def test_ctrl_c_in_the_middle_says_that_nothing_is_lost(
    desk: Desk, new_pages: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(where, interrupted)
        code, told = desk.run(*new_pages)
    assert code == 130 and "Traceback" not in told
    assert "The last good release is untouched" in told
    assert desk.outputs() == desk.good
    assert desk.run(*new_pages)[0] == 0


def test_ctrl_c_while_reading_leaves_the_store_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    shutil.copy(desk.inbox / "events" / EVENTS[1], desk.inbox / "events" / "e2311_lista.csv")
    with monkeypatch.context() as stopped:
        stopped.setattr("evallib.sources.inbox.read_inbox", interrupted)
        code, _ = desk.run("report", PERIOD)
    assert code == 130 and desk.outputs() == desk.good
    assert Store(desk.root / "surveys" / "store").verify() == []


def test_a_second_run_beside_the_first_is_told_to_wait(desk: Desk) -> None:
    with Store(desk.root / "surveys" / "store").lock("report"):
        told = desk.refused(
            8, "Another run", "Wait until it has ended", command=("report", PERIOD, "--again")
        )
    assert str(os.getpid()) in told
    assert desk.run("report", PERIOD)[0] == 0


def test_a_file_that_may_not_be_read_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def locked(self: Path) -> bytes:
        if self.name == EVENTS[0]:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", locked)
    desk.refused(4, EVENTS[0], "Permission denied", "Close the file in other programs")


def test_outside_a_workspace_the_way_to_one_is_said(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk.refused(10, "There is no workspace here", "evallib new")


def test_a_file_whose_name_is_no_text_is_refused(desk: Desk) -> None:
    try:
        (desk.root / INBOX / "events" / os.fsdecode(b"e2301_\xe4.csv")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such name")
    desk.refused(4, r"e2301_\udce4.csv", command=("check", PERIOD))


def test_a_link_that_leads_out_of_the_inbox_is_refused_and_nothing_of_its_target_is_told(desk: Desk) -> None:
    outside = desk.root.parent / "elsewhere.csv"
    outside.write_text("secret;columns\n1;2\n", encoding="utf-8")
    (desk.root / INBOX / "events" / "e2301_list.csv").symlink_to(outside)
    told = desk.refused(4, "events/e2301_list.csv", "link to another place", command=("check", PERIOD))
    assert "secret" not in told


@pytest.mark.parametrize("written", ["[]", "[fi, fi]"])
def test_a_report_needs_each_language_once(desk: Desk, written: str) -> None:
    project = desk.root / "surveys" / "project.yaml"
    told = project.read_text(encoding="utf-8")
    project.write_text(re.sub("report_languages: .*", f"report_languages: {written}", told), encoding="utf-8")
    desk.refused(3, "surveys/project.yaml")


def test_faulty_targets_are_not_frozen(desk: Desk) -> None:
    targets = desk.root / "surveys" / "targets.yaml"
    targets.write_text(targets.read_text(encoding="utf-8") + "strange: 1\n", encoding="utf-8")
    desk.refused(3, "surveys/targets.yaml", command=("freeze", PERIOD))


@pytest.mark.parametrize("other", ["2023", "2024"])
def test_a_period_is_compared_with_an_earlier_one_only(desk: Desk, other: str) -> None:
    desk.refused(2, other, command=("report", PERIOD, "-p", f"comparison={other}"))


def test_a_line_left_to_fill_in_is_named_and_keeps_the_report_a_draft(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    from evallib.steps.context import open_context
    from evallib.steps.products import _order
    from evallib.steps.publication import open_material
    from evallib.steps.release import release

    project = desk.root / "surveys" / "project.yaml"
    told = re.sub("contact: .*", 'contact: "FYLL I: e-post"', project.read_text(encoding="utf-8"))
    project.write_text(told, encoding="utf-8")
    line = f"surveys/project.yaml:{told[: told.index('FYLL I')].count(chr(10)) + 1}"
    assert main(["check", PERIOD, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unfilled"] == [line]
    assert main(["doctor", "--language", "en"]) == 1
    assert f"Still to be filled in: {line}\n" in capsys.readouterr().out
    context = open_context(desk.root)
    release(context, context.period(PERIOD))
    assert line in _order(context, *open_material(context, context.period(PERIOD), None)).faults


def test_trace_tells_of_the_report_in_the_readers_hands_when_a_newer_release_has_none(desk: Desk) -> None:
    """A run that was stopped after its release, before its report."""
    from evallib.steps.context import open_context
    from evallib.steps.release import release

    assert main(["trace", f"{PERIOD}/I19.events", "--language", "en"]) == 0
    assert "Release 1, freeze 1" in (before := desk.shown()) and "Printed in outputs" not in before
    project = desk.root / "surveys" / "project.yaml"
    told = project.read_text(encoding="utf-8")
    project.write_text(re.sub("contact: .*", 'contact: "another@example.org"', told), encoding="utf-8")
    context = open_context(desk.root)
    assert release(context, context.period(PERIOD)).manifest.number == 2
    assert main(["trace", f"{PERIOD}/I19.events", "--language", "en"]) == 0
    shown = desk.shown()
    assert "Release 1, freeze 1" in shown and "The store also holds release 2" in shown
    assert f"Run: evallib report {PERIOD}" in shown
    assert main(["trace", f"{PERIOD}/I19.events", "--json"]) == 0
    told_json = json.loads(desk.shown())
    assert (told_json["release"], told_json["newest"]) == (1, 2)
    shutil.rmtree(desk.root / "outputs")
    assert main(["trace", f"{PERIOD}/I19.events", "--language", "en"]) == 0
    assert "Release 2, freeze" in desk.shown()
