"""Every call that changes something on the disk or asks a server, numbered, and a fault at the one wanted.

``os`` calls, files opened for writing (each write of a piece by itself) and requests to a server are points,
as far as they concern the folders that are watched. A fault is one of FAULTS.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from requests import ConnectionError as Unreachable

from evallib.sources.guarded_http import GuardedSession

CALLS = (
    *("open", "write", "fsync", "chmod", "link", "rename", "replace"),
    *("unlink", "rmdir", "mkdir", "ftruncate"),
)
ONCE = {"EIO": errno.EIO, "EACCES": errno.EACCES, "EMFILE": errno.EMFILE}
LASTING = {"ENOSPC": errno.ENOSPC, "EROFS": errno.EROFS}
FAULTS = ("death", "power cut", "Ctrl-C", *ONCE, *LASTING)


class Killed(BaseException):
    """What no handler of the library catches."""


class Points:
    """The points of a run below ``watched``.

    at: the number of the point that fails, 0 for none; a write does half of its work first.
    budget: bytes that may be written before the disk is full, None for a disk that never is.
    log: name of each point, in order.
    """

    def __init__(
        self, watched: Sequence[Path], at: int = 0, fault: str = "death", budget: int | None = None
    ) -> None:
        self.watched = tuple(str(one) + os.sep for one in watched)
        self.at, self.fault, self.budget = at, fault, budget
        self.log: list[str] = []
        self.dead = False
        self._files: dict[int, str] = {}
        self._unsynced: set[tuple[int, int]] = set()
        self._real = {name: getattr(os, name) for name in (*CALLS, "close", "fstat")}

    @contextmanager
    def at_work(self) -> Iterator[Points]:
        """All of it while the block runs; after a power cut, what was never synced is empty."""
        with pytest.MonkeyPatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, self._call(name, self._real[name]))
            patch.setattr(os, "close", self._close)
            opened = self._opener(io.open)
            patch.setattr(io, "open", opened)
            patch.setattr(builtins, "open", opened)
            patch.setattr(GuardedSession, "request", self._request(GuardedSession.request))
            yield self
        if self.dead and self.fault == "power cut":
            self._lose()

    def point(self, name: str, path: str, half: Callable[[], object] = lambda: None) -> None:
        """Count a point; raise where it is the one, or where its fault lasts."""
        if self.dead:
            raise Killed(name)
        self.log.append(f"{name} {path}")
        number = len(self.log)
        if self.at and number == self.at:
            half()
        if not self.at or number < self.at:
            return
        grows = name in ("create", "write", "mkdir", "link")
        if self.fault in LASTING:
            if self.fault == "EROFS" or grows:
                raise OSError(LASTING[self.fault], os.strerror(LASTING[self.fault]), path)
        elif number > self.at:
            return
        elif self.fault in ONCE:
            raise OSError(ONCE[self.fault], os.strerror(ONCE[self.fault]), path)
        elif self.fault == "Ctrl-C":
            if threading.current_thread() is threading.main_thread():  # no other is ever interrupted
                raise KeyboardInterrupt
        elif self.fault == "SIGKILL":
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            self.dead = True
            raise Killed(name)

    def spend(self, size: int) -> int:
        """How many of the bytes still fit on the disk; ENOSPC where none does."""
        if self.budget is None:
            return size
        fits = min(size, self.budget)
        self.budget -= fits
        if size and not fits:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fits

    def _concerns(self, path: object) -> str:
        """The path below what is watched; "" for any other."""
        if isinstance(path, int):
            return self._files.get(path, "")
        try:
            name = str(Path(os.fsdecode(path)).absolute())  # type: ignore[arg-type]
        except TypeError:
            return ""
        return next((name[len(one) :] or "." for one in self.watched if (name + os.sep).startswith(one)), "")

    def _call(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*given: Any, **options: Any) -> Any:
            folder = options.get("dir_fd")
            path = f"{self._files.get(folder, '')}/{given[0]}" if folder else self._concerns(given[0])
            if not path or (folder and folder not in self._files):
                return call(*given, **options)
            if name == "write":
                return self._write(given[0], given[1], path)
            new = name == "open" and given[1] & os.O_CREAT
            self.point("create" if new else name, path)
            if name == "fsync":
                self._unsynced.discard(self._of(given[0]))
            result = call(*given, **options)
            if name == "open":
                self._files[result] = path
            return result

        return instead

    def _write(self, handle: int, data: Any, path: str) -> int:
        real = self._real["write"]
        self.point("write", path, lambda: real(handle, bytes(data)[: len(data) // 2]))
        self._unsynced.add(self._of(handle))
        return int(real(handle, memoryview(data)[: self.spend(len(data))]))

    def _close(self, handle: int) -> None:
        self._files.pop(handle, None)
        self._real["close"](handle)

    def _of(self, handle: int) -> tuple[int, int]:
        told = self._real["fstat"](handle)
        return told.st_dev, told.st_ino

    def _opener(self, real: Callable[..., Any]) -> Callable[..., Any]:
        points = self

        class Raw(io.FileIO):
            """A file whose every piece on its way to the disk is a point."""

            place = ""

            def write(self, data: Any) -> int:
                half = bytes(data)[: len(data) // 2]
                points.point("write", self.place, lambda: io.FileIO.write(self, half))
                points._unsynced.add(points._of(self.fileno()))
                return io.FileIO.write(self, bytes(data)[: points.spend(len(data))])

            def close(self) -> None:
                if not self.closed:
                    points._files.pop(self.fileno(), None)
                io.FileIO.close(self)

        def instead(
            file: Any,
            mode: str = "r",
            buffering: int = -1,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            *rest: Any,
            **more: Any,
        ) -> Any:
            path = "" if isinstance(file, int) or not set("wax+") & set(mode) else self._concerns(file)
            if not path:
                return real(file, mode, buffering, encoding, errors, newline, *rest, **more)
            self.point("create", path)
            raw = Raw(file, mode.replace("b", "").replace("t", ""))
            raw.place = path
            self._files[raw.fileno()] = path
            buffer = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding, errors, newline)

        return instead

    def _request(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def instead(session: GuardedSession, *given: Any, **options: Any) -> Any:
            self._ask("ask", session)
            answer = real(session, *given, **options)
            self._ask("answer", session)
            return answer

        return instead

    def _ask(self, when: str, session: GuardedSession) -> None:
        try:
            self.point(when, session.server)
        except OSError:
            session.raise_fault(Unreachable())

    def _lose(self) -> None:
        for root in self.watched:
            for path in Path(root).rglob("*"):
                told = path.lstat()
                if path.is_file() and (told.st_dev, told.st_ino) in self._unsynced:
                    path.chmod(0o600)
                    path.write_bytes(b"")
