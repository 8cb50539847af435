"""What would break on Windows, or when a workspace goes there, as far as it can be tried without it."""

from __future__ import annotations

import errno
from pathlib import Path, PurePath

import pytest

from evallib.cli import main
from evallib.errors import DeclarationError, InputError
from evallib.steps import file_names, outputs
from evallib.steps.backup import restore
from evallib.steps.doctor import doctor
from evallib.steps.file_names import alike, copies, unfit, wrong_names
from evallib.steps.fingerprint import read_all
from evallib.steps.new import new
from evallib.store import backup, files
from evallib.workspace import find_workspace

UNFIT = ("CON", "con", "aux.csv", "a/NUL.txt", "com1.xlsx", "lpt9", "CON .csv", "LPT¹.csv", "a?.csv", "a:b")


@pytest.mark.parametrize("name", [*UNFIT, "a. ", "a.", "x/y /z"])
def test_windows_can_not_hold(name: str) -> None:
    assert unfit(name)


@pytest.mark.parametrize(
    "name",
    ["console.csv", "a/auxiliary.csv", "com10.csv", "e2601_lista (ä).csv", ".gitignore", "nul_lista.csv"],
)
def test_windows_holds(name: str) -> None:
    assert not unfit(name)


def test_names_that_differ_in_capitals_only_are_one_file_on_windows() -> None:
    names = ["logs/Events.csv", "logs/events.csv", "logs/contents.csv", "ÄÄNI.csv", "ääni.csv"]
    assert alike(names) == [("logs/Events.csv", "logs/events.csv"), ("ÄÄNI.csv", "ääni.csv")]


SAYING_SO = (
    "events (1)",
    "events - Copy",
    "events – kopio",
    "events - Kopia (2)",
    "events (conflicted copy 1.2.)",
)


@pytest.mark.parametrize(
    "copy", [f"{one}.csv" for one in ("events-LAPTOP-4F2A1", "events-DESKTOP-AB12CD3", *SAYING_SO)]
)
def test_a_copy_that_a_cloud_folder_or_a_person_made_is_known_beside_its_original(copy: str) -> None:
    assert copies([copy, "events.csv", "contents.csv"]) == [(copy, "events.csv")]
    assert copies([copy]) == []


@pytest.mark.parametrize("name", ["q2-2026.lss", "events-osa.csv", "e2601-2.csv", "plan-b.yaml"])
def test_other_names_with_a_hyphen_are_no_copies(name: str) -> None:
    original = name.partition("-")[0] + PurePath(name).suffix
    assert copies([name, original]) == []


def test_paths_are_measured_on_windows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    root, name = PurePath("/" + "x" * 250), ["surveys/plan.yaml"]
    assert list(wrong_names(name, root)) == []
    monkeypatch.setattr(file_names, "WINDOWS", True)
    assert [one.values["n"] for one in wrong_names(name, root)] == [251 + 1 + 17 - 259]
    assert list(wrong_names(name, PurePath("/short"))) == []


def test_doctor_names_what_would_break_and_is_content_without(tmp_path: Path) -> None:
    def said(folder: Path) -> tuple[bool, str]:
        found = next(one for one in doctor(folder) if "Names of files" in str(one.check))
        return found.ok, str(found.repair)

    folder = new(tmp_path / "oma hänke")
    assert said(folder) == (True, "")
    (folder / "surveys/inbox/2026").mkdir()
    (folder / "surveys/inbox/2026/aux.csv").write_bytes(b"x")
    (folder / "surveys/logs/~$events.xlsx").write_bytes(b"Excel holds the real one")
    ok, words = said(folder)
    assert not ok and "surveys/inbox/2026/aux.csv" in words
    (folder / "surveys/logs/events-LAPTOP-1.csv").write_bytes(b"")
    assert "(and 1 more)" in said(folder)[1]


def test_a_second_copy_of_a_log_stops_a_freeze_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new(tmp_path / "hanke")
    (folder / "surveys/inbox/2026").mkdir()
    (folder / "surveys/inbox/2026/staff.csv").write_text("email;name\n", encoding="utf-8")
    for name in ("events-LAPTOP-4F2A1.csv", "Events.csv"):
        (folder / "surveys/logs" / name).write_bytes((folder / "surveys/logs/events.csv").read_bytes())
        monkeypatch.chdir(folder)
        capsys.readouterr()
        assert main(["check", "2026", "--language", "en"]) == 4
        told = capsys.readouterr().err
        assert f"logs/{name}" in told and "What to do" in told
        (folder / "surveys/logs" / name).unlink()


@pytest.mark.parametrize("pair", [("2026a", "2026A"), ("CON",), ("2026", "aux")])
def test_periods_that_windows_can_not_hold_or_tell_apart_are_refused(
    tmp_path: Path, pair: tuple[str, ...]
) -> None:
    folder = new(tmp_path / "hanke")
    path = folder / "surveys/project.yaml"
    line = '  - {id: "2026", start: 2026-01-01, end: 2026-12-31}\n'
    written = path.read_text(encoding="utf-8")
    path.write_text(
        written.replace(line, "".join(line.replace("2026", one, 1) for one in pair)), encoding="utf-8"
    )
    with pytest.raises(DeclarationError) as told:
        find_workspace(folder)
    assert "on Windows" in str(told.value.problem)
    assert "project.yaml:" in str(told.value.where)


def packed(folder: Path, name: str) -> Path:
    target = folder / "backup.zip"
    inner = folder / "inner"
    inner.write_bytes(b"x")
    members = [("workspace/surveys/project.yaml", inner), (f"workspace/surveys/inbox/2026/{name}", inner)]
    with target.open("wb") as stream:
        backup.pack(
            stream,
            members,
            {"format": backup.FORMAT, "made": "2026-01-01T00:00:00Z"},
            "pass phrase 12",
            "words",
        )
    return target


def test_a_backup_with_a_name_that_windows_takes_for_a_device_is_refused_there_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = packed(tmp_path, "aux.csv")
    monkeypatch.setattr(file_names, "WINDOWS", True)
    with pytest.raises(InputError) as told:
        restore(source, tmp_path / "back", "pass phrase 12")
    assert "aux.csv" in str(told.value.problem)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "inner"]


def test_a_file_that_lies_in_the_cloud_only_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CloudError(OSError):
        winerror = 362  # the cloud file provider is not running

    def away(self: Path) -> bytes:
        raise CloudError(errno.EINVAL, "The cloud file provider is not running")

    path = tmp_path / "e1.csv"
    path.write_bytes(b"x")
    monkeypatch.setattr(Path, "read_bytes", away)
    with pytest.raises(InputError) as told:
        read_all({"e1.csv": path})
    assert "cloud" in str(told.value.found) and "OneDrive" in str(told.value.repair)


def test_a_scanner_that_holds_a_new_folder_for_a_moment_does_not_stop_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refused, pauses = Path.rename, [], []  # type: ignore[var-annotated]

    def scanned(self: Path, target: Path) -> Path:
        if self.name == ".2026.new" and len(refused) < 3:
            refused.append(1)
            raise PermissionError(errno.EACCES, "used by another process")
        return real(self, target)

    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(files.time, "sleep", pauses.append)
    monkeypatch.setattr(Path, "rename", scanned)
    place = outputs.put_in_place(tmp_path, "2026", {"report-fi.pdf": b"%PDF"})
    assert (place / "report-fi.pdf").read_bytes() == b"%PDF"
    assert len(pauses) == 3


def test_a_log_that_excel_saved_in_its_old_way_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """cp1252, semicolons, CRLF; and the same in UTF-8 with commas."""
    folder = new(tmp_path / "oma hänke")
    log = folder / "surveys/logs/contents.csv"
    header = log.read_text(encoding="utf-8").strip()
    row = "c1;2026-02-01;case;Äänekosken työpaja – 5 €;fi;success;;;;;"
    monkeypatch.chdir(folder)
    found = []
    for written in (
        f"{header}\r\n{row}\r\n".encode("cp1252"),
        f"{header}\n{row}\n".replace(";", ",").encode("utf-8-sig"),
    ):
        log.write_bytes(written)
        assert main(["read", str(log), "--json"]) in (0, 4)
        from evallib.sources.logs import read_log

        found.append(read_log("contents", written, "contents.csv").rows.to_dict("records"))
        capsys.readouterr()
    assert found[0] == found[1]
    assert found[0][0]["title"] == "Äänekosken työpaja – 5 €"
