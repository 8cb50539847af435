"""A second process that does one task after another, and is never left behind.

Each side holds one end of a pipe, so each sees at once when the other is gone, also in the middle of a
hand-over: the run goes on without its worker, and the worker of a run that was killed takes the run's
temporary files away and ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from queue import PriorityQueue
from typing import Any


class Worker:
    """One process, started anew, with a thread here that hands tasks over and takes answers back.

    temporary: where it writes temporary files; it removes the folder when this process dies. Raises OSError
    where no process can be had.
    """

    def __init__(self, temporary: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, temporary), daemon=True)
        with _deaf_to_ctrl_c(), other:
            self.process.start()
        self._tasks: PriorityQueue[tuple[bool, int, Future[Any] | None, Any]] = PriorityQueue()
        self._number = count()
        self._thread = threading.Thread(target=self._hand_over, daemon=True)
        self._thread.start()

    def submit(self, function: Callable[..., Any], *given: object, idle: bool = False) -> Future[Any]:
        """The function's result to come; BrokenExecutor is its fault when the process is gone.

        idle: only while nothing else waits. What is given is copied now: it may change before it is sent.
        """
        coming: Future[Any] = Future()
        self._tasks.put((idle, next(self._number), coming, ForkingPickler.dumps((function, given))))
        return coming

    def end(self) -> None:
        """Let it end by itself when it has done what it was given."""
        self._tasks.put((False, next(self._number), None, b""))

    def stop(self) -> None:
        """End it now, whatever it is doing."""
        self.end()
        self.process.kill()
        self.process.join()
        self._thread.join()
        self._line.close()

    def _hand_over(self) -> None:
        while True:
            *_, coming, task = self._tasks.get()
            if coming is None:
                break
            try:
                self._line.send_bytes(task)
                fault, result = self._line.recv()
            except (EOFError, OSError):
                fault, result = BrokenExecutor(), None
            except Exception as found:  # an answer that can't travel between processes
                fault, result = found, None
            if fault is None:
                coming.set_result(result)
            else:
                coming.set_exception(fault)
        with contextlib.suppress(OSError):
            self._line.send(None)


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, which is for the process that waits for them."""
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    before = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else set()
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)


def _serve(line: Connection, temporary: Path) -> None:
    """Do what comes, until told to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = str(temporary)
    watch = threading.Thread(target=_end_with_the_run, args=(temporary,), daemon=True)
    watch.start()
    try:
        while (task := line.recv()) is not None:
            line.send(_answer(*task))
    except (EOFError, OSError):
        watch.join()


def _end_with_the_run(temporary: Path) -> None:
    """When the process that started this one dies, clear up for it and end, whatever is being done."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        shutil.rmtree(temporary, ignore_errors=True)
        os._exit(1)


def _answer(function: Callable[..., Any], given: tuple[object, ...]) -> tuple[Exception | None, Any]:
    try:
        return None, function(*given)
    except Exception as fault:  # raised again where the result is asked for
        return fault, None
