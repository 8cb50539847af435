"""One file written by its name: whole or not at all, and nothing left beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from evallib.errors import OutputError, text
from evallib.store.files import PRIVATE, make_folder, write_whole

BESIDE = ".evallib-new"  # the folder that a file is written in, gone when it stands in its place


def write_file(
    path: Path, data: bytes, mode: int | None = None, *, shown: str = "", folders: bool = False
) -> None:
    """Write a file so that it is whole on the disk, or as it was.

    mode: its permissions; without them those of the file that it replaces, else what the user's files have.
    shown: its name for the evaluator. folders: make those on the way that are missing; a private file's are
    private. Raises OutputError where it can't be written.
    """
    beside = path.parent / BESIDE
    try:
        if folders:
            _make_folders(path.parent, mode)
        elif not path.parent.is_dir():
            raise NotADirectoryError(0, os.strerror(2))
        write_whole(path, data, beside, _mode(path) if mode is None else mode)
    except OSError as fault:
        raise OutputError(
            text("The file {file} can't be written", file=shown or path.name),
            found=fault.strerror or type(fault).__name__,
            repair=text("Check free space and permissions, close programs that hold the file, run again"),
        ) from None
    finally:  # also when somebody presses Ctrl-C
        shutil.rmtree(beside, ignore_errors=True)


def clear_beside(folder: Path) -> None:
    """Take away what runs that died left of files they were writing in a folder or below it."""
    for path in sorted(folder.rglob(BESIDE)):
        shutil.rmtree(path, ignore_errors=True)


def write_private(path: Path, data: bytes) -> None:
    """The same for the owner only, as received files and open answers are; missing folders too."""
    write_file(path, data, PRIVATE, folders=True)


def _make_folders(folder: Path, mode: int | None) -> None:
    if mode == PRIVATE:
        make_folder(folder)
    else:
        folder.mkdir(parents=True, exist_ok=True)


def _mode(path: Path) -> int:
    """The permissions of the file that is there, else those that the user's new files have."""
    if path.is_file():
        return path.stat().st_mode & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
