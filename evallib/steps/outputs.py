"""Products into ``outputs/<period>/``: built beside, moved in when whole."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from evallib.errors import OutputError, text
from evallib.steps.fingerprint import hash_bytes
from evallib.store.files import patiently

_OURS = re.compile(r"report-[a-z]{2}\.pdf|appendix\.xlsx|(results|run)\.json|annual_report\.ipynb")


def put_in_place(outputs: Path, period: str, files: Mapping[str, bytes]) -> Path:
    """Write all files into a new folder, then exchange it for the old one; returns the folder.

    Raises OutputError when anything can't be written or a file is held open elsewhere; the last good
    folder then stands as it was. Files that somebody else put into the folder stay in it.
    """
    final, fresh, old = outputs / period, outputs / f".{period}.new", outputs / f".{period}.old"
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        refuse_files(outputs, final)
        _take_up(final, old)
        _remove(fresh)
        fresh.mkdir()
        for name, data in files.items():
            _write(fresh / name, data)
        _exchange(final, fresh, old)
        _keep_others(old, final)
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


def settle(outputs: Path, period: str) -> None:
    """What a run left that died while it put a report in place; a last report beside its place goes back.

    The caller holds the store's lock. What can't be moved is left to the next report.
    """
    final, fresh, old = outputs / period, outputs / f".{period}.new", outputs / f".{period}.old"
    with contextlib.suppress(OSError):
        _take_up(final, old)
    _remove(fresh)


def refuse_files(outputs: Path, *folders: Path) -> None:
    """OutputError where a file stands in the place of a folder: it is somebody's, and not ours to remove."""
    for place in (outputs, *folders):
        if place.exists() and not place.is_dir():
            name = place.relative_to(outputs.parent).as_posix()
            raise OutputError(
                text("A file stands where reports are written"),
                where=name,
                expected=text("a folder, or nothing"),
                repair=text("Move {file} elsewhere, then run the same again", file=name),
            )


def _take_up(final: Path, old: Path) -> None:
    """After a crash between the two renames the old folder is the last good one: put it back."""
    if _there(old) and not _there(final):
        old.rename(final)
    _keep_others(old, final)
    _remove(old)


def _keep_others(old: Path, final: Path) -> None:
    """What is no product was put there by somebody: it moves along."""
    for path in old.iterdir() if old.is_dir() and not old.is_symlink() else ():
        if not _OURS.fullmatch(path.name) and not _there(final / path.name):
            path.rename(final / path.name)


def _exchange(final: Path, fresh: Path, old: Path) -> None:
    """The new folder in place of the last one; when that fails, the last one is put back."""
    try:
        if _there(final):
            patiently(lambda: final.rename(old))
        patiently(lambda: fresh.rename(final))
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
