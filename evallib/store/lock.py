"""One writer at a time: a lock that the system gives back when its holder dies.

The operating system keeps the lock (so a dead run never blocks the next one); the file's text
tells who holds it. A text left by another machine, where that lock may not reach, stands.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from evallib.errors import StoreError, text

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a locked byte can't be read on Windows, so lock one behind the text

    def _grab(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _let_go(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _grab(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _let_go(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


@dataclass(frozen=True)
class Holder:
    """Who writes: process, machine (a short hash of its name), purpose, and since when (UTC)."""

    pid: int
    host: str
    purpose: str
    since: str


def this_host() -> str:
    """A short name of this machine that does not tell what it is called."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:12]


@contextlib.contextmanager
def hold(path: Path, purpose: str) -> Iterator[Holder]:
    """Hold the lock file while the block runs; StoreError names the holder if another has it."""
    holder = Holder(os.getpid(), this_host(), purpose, _now())
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _grab(handle):
            raise _held(path, _read(handle))
        try:
            left = _read(handle)
            if left is not None and left.host != holder.host:
                raise _elsewhere(path, left)
            try:
                _tell(handle, json.dumps(asdict(holder), sort_keys=True))
                yield holder
            finally:
                with contextlib.suppress(OSError):  # the work is done; the text is only for people
                    _tell(handle, "")
        finally:
            _let_go(handle)
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _tell(handle: int, words: str) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, words.encode())


def _read(handle: int) -> Holder | None:
    """Who the file names; None when nobody, or when the text was cut."""
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        return Holder(**json.loads(os.read(handle, 4096)))
    except (ValueError, TypeError):
        return None


def _held(path: Path, holder: Holder | None) -> StoreError:
    found = (
        text(
            "process {pid}: {purpose}, since {since}",
            pid=holder.pid,
            purpose=holder.purpose,
            since=holder.since,
        )
        if holder
        else ""
    )
    return StoreError(
        text("Another run is writing to the store"),
        found=found,
        where=path.name,
        repair=text("Wait until it has ended, then run the command again"),
    )


def _elsewhere(path: Path, holder: Holder) -> StoreError:
    return StoreError(
        text("Another run on another computer is writing to the store, or died there"),
        found=text("{purpose}, since {since}", purpose=holder.purpose, since=holder.since),
        where=path.name,
        repair=text("When nobody is running evallib on this store, remove the file {name}", name=path.name),
    )
