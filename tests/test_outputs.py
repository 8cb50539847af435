"""Products go in when they are whole; until then the last good report stands as it was."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evallib.errors import OutputError
from evallib.steps.fingerprint import hash_bytes
from evallib.steps.outputs import put_in_place, settle, stands

GOOD = {"report-fi.pdf": b"last good", "run.json": b"{}", "report-en.pdf": b"only before"}
NEW = {"report-fi.pdf": b"new pages", "run.json": b'{"release": 2}'}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """An outputs folder with one good report in it, and a report of another period."""
    folder = tmp_path / "outputs"
    put_in_place(folder, "2024", {"report-fi.pdf": b"2024"})
    put_in_place(folder, "2025", GOOD)
    return folder


def test_the_first_report_makes_the_folder(tmp_path: Path) -> None:
    final = put_in_place(tmp_path / "a" / "outputs", "2025", NEW)
    assert contents(final) == NEW
    assert [path.name for path in final.parent.iterdir()] == ["2025"]


def test_a_new_report_replaces_the_last_one_whole_and_no_other(outputs: Path) -> None:
    assert contents(put_in_place(outputs, "2025", NEW)) == NEW
    assert contents(outputs / "2024") == {"report-fi.pdf": b"2024"}
    assert sorted(path.name for path in outputs.iterdir()) == ["2024", "2025"]


def test_what_somebody_put_beside_the_products_stays(outputs: Path) -> None:
    (outputs / "2025" / "minutes.docx").write_bytes(b"mine")
    (outputs / "2025" / "pictures").mkdir()
    assert set(contents(put_in_place(outputs, "2024", NEW))) == set(NEW)
    final = put_in_place(outputs, "2025", NEW)
    assert (final / "minutes.docx").read_bytes() == b"mine" and (final / "pictures").is_dir()
    assert not (final / "report-en.pdf").exists()


def test_what_somebody_put_there_survives_a_crash_after_the_exchange(outputs: Path) -> None:
    (outputs / ".2025.old").mkdir()
    (outputs / ".2025.old" / "minutes.docx").write_bytes(b"mine")
    assert (put_in_place(outputs, "2025", NEW) / "minutes.docx").read_bytes() == b"mine"


def test_a_file_in_the_place_of_the_folder_is_not_removed(outputs: Path) -> None:
    (outputs / "2026").write_text("notes", encoding="utf-8")
    with pytest.raises(OutputError, match="A file stands"):
        put_in_place(outputs, "2026", NEW)
    assert (outputs / "2026").read_text(encoding="utf-8") == "notes"


class Failing:
    """Makes the n-th touch of the file system fail; the ones before it go through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, fault: BaseException) -> None:
        self.at, self.fault, self.count, self.hit = at, fault, 0, False
        for owner, name in ((Path, "mkdir"), (Path, "rename"), (Path, "open"), (os, "fsync")):
            monkeypatch.setattr(owner, name, self._wrapped(getattr(owner, name)))

    def _wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def touch(*given: Any, **more: Any) -> Any:
            self.count += 1
            if self.count == self.at + 1:
                self.hit = True
                raise self.fault
            return real(*given, **more)

        return touch


TOUCHES = 2 + 2 * len(NEW) + 2  # two folders made; each file opened and flushed; two renames
FAULTS = (
    OSError(errno.ENOSPC, "No space left on device"),
    PermissionError(errno.EACCES, "Permission denied"),
    OSError(errno.EROFS, "Read-only file system"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: errno.errorcode[one.errno])
@pytest.mark.parametrize("at", range(TOUCHES))
def test_whatever_fails_the_last_good_report_stands_and_the_next_run_goes_through(
    outputs: Path, monkeypatch: pytest.MonkeyPatch, at: int, fault: OSError
) -> None:
    with monkeypatch.context() as failing:
        injected = Failing(failing, at, fault)
        with pytest.raises(OutputError) as caught:
            put_in_place(outputs, "2025", NEW)
        assert injected.hit
    assert contents(outputs / "2025") == GOOD
    assert caught.value.exit_code == 9
    assert str(caught.value.where) == "outputs/2025"
    assert str(caught.value.found) == fault.strerror
    assert "Close open PDFs" in str(caught.value.repair)
    assert contents(put_in_place(outputs, "2025", NEW)) == NEW


@pytest.mark.parametrize("at", range(TOUCHES))
def test_ctrl_c_at_any_moment_leaves_the_last_good_report_and_no_rest(
    outputs: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    with monkeypatch.context() as failing:
        Failing(failing, at, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            put_in_place(outputs, "2025", NEW)
    assert contents(outputs / "2025") == GOOD
    assert sorted(path.name for path in outputs.iterdir()) == ["2024", "2025"]


def test_no_touch_is_left_out_of_the_failing_ones(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as failing:
        counted = Failing(failing, 10_000, OSError())
        put_in_place(outputs, "2025", NEW)
    assert counted.count == TOUCHES


def test_a_pdf_held_open_by_a_viewer_stops_the_exchange_only(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.rename

    def locked(self: Path, target: Path) -> Path:
        if self.name == "2025":
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(OutputError) as caught:
        put_in_place(outputs, "2025", NEW)
    assert "cannot access" in str(caught.value.found)
    assert contents(outputs / "2025") == GOOD


def test_a_crash_between_the_two_renames_is_healed_by_the_next_run(outputs: Path) -> None:
    (outputs / "2025").rename(outputs / ".2025.old")
    (outputs / ".2025.new").mkdir()
    (outputs / ".2025.new" / "half.pdf").write_bytes(b"%PDF-")
    assert contents(put_in_place(outputs, "2025", NEW)) == NEW
    assert sorted(path.name for path in outputs.iterdir()) == ["2024", "2025"]


def test_after_a_crash_a_run_that_fails_has_put_the_last_good_report_back(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (outputs / "2025").rename(outputs / ".2025.old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OutputError):
        put_in_place(outputs, "2025", NEW)
    assert contents(outputs / "2025") == GOOD


def test_an_old_folder_left_behind_is_taken_away(outputs: Path) -> None:
    shutil.copytree(outputs / "2025", outputs / ".2025.old")
    put_in_place(outputs, "2025", NEW)
    assert not (outputs / ".2025.old").exists()


def test_outputs_may_be_a_link_to_another_place(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "outputs").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    put_in_place(tmp_path / "outputs", "2025", GOOD)
    put_in_place(tmp_path / "outputs", "2025", NEW)
    assert contents(tmp_path / "elsewhere" / "2025") == NEW
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["2025"]


def test_a_link_in_the_place_of_the_period_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "keep.txt").write_bytes(b"mine")
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "2025").symlink_to(precious, target_is_directory=True)
    for _ in range(2):
        put_in_place(tmp_path / "outputs", "2025", NEW)
    assert contents(precious) == {"keep.txt": b"mine"}
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == ["2025"]


def test_a_file_in_the_place_of_outputs_is_a_known_fault(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_bytes(b"")
    with pytest.raises(OutputError):
        put_in_place(tmp_path / "outputs", "2025", NEW)
    assert (tmp_path / "outputs").read_bytes() == b""


def test_a_report_stands_while_every_product_has_the_bytes_that_were_built(outputs: Path) -> None:
    entries = {name: hash_bytes(data) for name, data in GOOD.items()}
    assert stands(outputs / "2025", entries)
    (outputs / "2025" / "run.json").write_bytes(b"{ }")
    assert not stands(outputs / "2025", entries)
    (outputs / "2025" / "run.json").unlink()
    assert not stands(outputs / "2025", entries)
    assert not stands(outputs / "2026", entries)


def test_what_a_run_left_that_died_between_two_renames_is_settled(outputs: Path) -> None:
    (outputs / "2025").rename(outputs / ".2025.old")
    (outputs / ".2025.new").mkdir()
    settle(outputs, "2025")
    assert contents(outputs / "2025") == GOOD
    assert sorted(path.name for path in outputs.iterdir()) == ["2024", "2025"]


def test_what_was_left_beside_a_new_report_goes_and_what_somebody_put_there_moves_along(
    outputs: Path,
) -> None:
    shutil.copytree(outputs / "2025", outputs / ".2025.old")
    (outputs / ".2025.old" / "minutes.docx").write_bytes(b"mine")
    settle(outputs, "2025")
    assert contents(outputs / "2025") == {**GOOD, "minutes.docx": b"mine"}
    assert sorted(path.name for path in outputs.iterdir()) == ["2024", "2025"]
