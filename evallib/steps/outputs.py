"""Products into ``outputs/<period>/``: built beside, moved in when whole."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from evallib.errors import OutputError, text
from evallib.steps.fingerprint import hash_bytes


def put_in_place(outputs: Path, period: str, files: Mapping[str, bytes]) -> Path:
    """Write all files into a new folder, then exchange it for the old one; returns the folder.

    Raises OutputError when anything can't be written or a file is held open elsewhere; the last good
    folder then stands as it was.
    """
    final, fresh, old = outputs / period, outputs / f".{period}.new", outputs / f".{period}.old"
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        _take_up(final, old)
        _remove(fresh)
        fresh.mkdir()
        for name, data in files.items():
            _write(fresh / name, data)
        _exchange(final, fresh, old)
    except OSError as fault:
        raise OutputError(
            text("The report can't be written to outputs/{period}", period=period),
            found=fault.strerror or type(fault).__name__,
            where=f"outputs/{period}",
            repair=text("Close open PDFs, check free space and permissions, then run the same again"),
        ) from None
    finally:  # also when somebody presses Ctrl-C
        _remove(fresh)
    _remove(old)
    return final


def _take_up(final: Path, old: Path) -> None:
    """After a crash between the two renames the old folder is the last good one: put it back."""
    if _there(old) and not _there(final):
        old.rename(final)
    _remove(old)


def _exchange(final: Path, fresh: Path, old: Path) -> None:
    """The new folder in place of the last one; when that fails, the last one is put back."""
    try:
        if _there(final):
            final.rename(old)
        fresh.rename(final)
    except BaseException:
        if _there(old) and not _there(final):
            old.rename(final)
        raise


def _there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _remove(path: Path) -> None:
    """Take a folder away, or what stands in its place; what can't be removed is left to the next run."""
    if path.is_symlink() or path.is_file():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def stands(folder: Path, entries: Mapping[str, str]) -> bool:
    """Whether every product lies in the folder with the bytes that were built."""
    try:
        return all(hash_bytes((folder / name).read_bytes()) == sha for name, sha in entries.items())
    except OSError:
        return False
