"""Durable files: a file is there whole or not at all, whatever happens while it is written.

Written to the store's ``tmp`` folder, synced, renamed into place, and the folder synced: a reader
sees the old bytes or the new ones. Whatever lies in ``tmp`` belongs to a run that died.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from evallib.errors import OutputError, Text, text

PRIVATE, READ_ONLY = 0o600, 0o400
WINDOWS = os.name == "nt"
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn "\n" into "\r\n" without it
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # a virus scanner holds a new file for about this long
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def make_folder(path: Path) -> None:
    """A folder that only its owner can open; its entry in the parent is synced."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir(0o700)
    sync_folder(path.parent)


def write_whole(
    path: Path, data: bytes | Iterable[bytes], tmp: Path, mode: int, *, exclusive: bool = False
) -> None:
    """``data``, whole or in pieces, at ``path``, durably; ``exclusive``: FileExistsError when something is
    there."""
    make_folder(tmp)
    make_folder(path.parent)
    written = tmp / secrets.token_hex(8)
    try:
        _write(written, data, mode)
        if exclusive:
            _place_new(written, path)
        else:
            rename(written, path)
        sync_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            remove(written)


def remove(path: Path) -> None:
    """The file is gone, also when it is read-only; fine when it was gone before."""
    try:
        if WINDOWS:
            path.chmod(PRIVATE)
        path.unlink()
    except FileNotFoundError:
        return


def sync_folder(path: Path) -> None:
    """The folder's entries are on the disk. Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network folders can't
            raise
    finally:
        os.close(handle)


@contextlib.contextmanager
def told_as_output_error(path: Path) -> Iterator[None]:
    """Turn a failed write below the store folder ``path`` into an error with its repair."""
    try:
        yield
    except OSError as fault:
        raise OutputError(
            text("The store can't be written"),
            where=path.name,
            found=fault.strerror or type(fault).__name__,
            repair=_repair(fault.errno),
        ) from fault


def _repair(number: int | None) -> Text:
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return text("Make room on the disk and run the command again; nothing was left half done")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return text("Give yourself the right to write in the store's folder, then run again")
    return text("Check the disk, then run the command again; nothing was left half done")


def _write(path: Path, data: bytes | Iterable[bytes], mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, PRIVATE)
    try:
        for piece in (data,) if isinstance(data, bytes) else data:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if mode != PRIVATE:
        path.chmod(mode)


def _place_new(written: Path, path: Path) -> None:
    """Put ``written`` at ``path`` unless something is there."""
    try:
        os.link(written, path)
    except OSError as fault:
        if isinstance(fault, FileExistsError) or fault.errno not in _NO_LINKS:
            raise
        if path.exists():  # no hard links here: the writer's lock is what keeps this exclusive
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        rename(written, path)


def rename(written: Path, path: Path) -> None:
    """Rename a file or folder, in place of a file that is there."""
    patiently(lambda: written.replace(path))


def patiently(act: Callable[[], object]) -> None:
    """Rename; Windows refuses while another program has the file or one in the folder open, so try a few
    times."""
    for pause in _PAUSES:
        try:
            act()
            return
        except PermissionError:
            if not WINDOWS:
                raise
            time.sleep(pause)
    act()
