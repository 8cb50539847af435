"""A file that somebody named is written whole or not at all, with the permissions it should have."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from evallib.errors import OutputError
from evallib.steps.fingerprint import _files
from evallib.steps.one_file import BESIDE, write_file, write_private

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", [None, b"old"])
@pytest.mark.parametrize("write", [write_file, write_private])
def test_a_file_is_written_and_nothing_lies_beside_it(
    tmp_path: Path, before: bytes | None, write: Callable[[Path, bytes], None]
) -> None:
    target = tmp_path / "ä b.csv"
    if before is not None:
        target.write_bytes(before)
    write(target, b"new")
    assert target.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == [target.name]


@POSIX
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_has_the_users_permissions_and_a_private_one_its_own(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_file(tmp_path / "open", b"x")
        write_private(tmp_path / "a" / "b" / "own", b"x")
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert mode(tmp_path / "open") == 0o666 & ~umask
    assert mode(tmp_path / "a" / "b" / "own") == 0o600
    assert {mode(tmp_path / "a"), mode(tmp_path / "a" / "b")} == {0o700}


@POSIX
def test_a_file_keeps_its_permissions_but_a_private_one_is_the_owners_from_now_on(tmp_path: Path) -> None:
    for name in ("kept", "private"):
        (tmp_path / name).write_bytes(b"old")
        (tmp_path / name).chmod(0o664)
    write_file(tmp_path / "kept", b"new")
    write_private(tmp_path / "private", b"new")
    assert (mode(tmp_path / "kept"), mode(tmp_path / "private")) == (0o664, 0o600)


def test_a_folder_that_is_missing_is_told_and_not_made_unless_it_is_ours(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_file(tmp_path / "typo" / "a.csv", b"x")
    assert "a.csv" in str(caught.value) and caught.value.found and caught.value.repair
    assert list(tmp_path.iterdir()) == []
    write_file(tmp_path / "ours" / "a.csv", b"x", folders=True)
    assert (tmp_path / "ours" / "a.csv").read_bytes() == b"x"


@pytest.mark.parametrize("owner, name", [(os, "fsync"), (os, "write"), (Path, "replace"), (Path, "mkdir")])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_whatever_stops_a_write_the_old_file_stands_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, fault: BaseException
) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")

    def stopped(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(owner, name, stopped)
        with pytest.raises((KeyboardInterrupt, OutputError)) as caught:
            write_private(target, b"new")
    assert isinstance(fault, KeyboardInterrupt) == isinstance(caught.value, KeyboardInterrupt)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"a.csv": b"old"}


def test_a_folder_in_the_files_place_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OutputError, match=r"a\.csv"):
        write_file(tmp_path / "a.csv", b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_what_a_killed_run_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    (tmp_path / BESIDE).mkdir()
    (tmp_path / BESIDE / "half").write_bytes(b"ha")
    write_file(tmp_path / "a.csv", b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_what_a_killed_run_left_is_read_by_nobody(tmp_path: Path) -> None:
    left = tmp_path / "logs" / BESIDE
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"ha")
    (left.parent / "events.csv").write_bytes(b"event_id")
    assert [one.name for one in _files(left.parent)] == ["events.csv"]


def test_only_the_door_writes_single_files_whole() -> None:
    """Another one would forget the disk, the permissions or what is left over."""
    steps = Path(__file__).parent.parent / "evallib" / "steps"
    own = [path.name for path in steps.glob("*.py") if "write_whole(" in path.read_text(encoding="utf-8")]
    assert own == ["one_file.py"]
