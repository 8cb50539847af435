"""Notebook runs: a kernel that is always shut down, faults that name their cell, clean copies."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import small_report as small

from evallib.display.house import font_files
from evallib.errors import DeclarationError, NotebookError, PrivacyError
from evallib.report import workshop
from evallib.report.run import Kernel, clean, run_notebook
from evallib.report.worker import Worker
from evallib.report.workshop import Edition, Order, Workshop, make_edition


def notebook(path: Path, *cells: str) -> Path:
    """A notebook whose first cell holds the parameters."""
    written = [
        {"cell_type": "code", "source": one, "outputs": [], "execution_count": None,
         "metadata": {"tags": ["parameters"] if number == 0 else []}}
        for number, one in enumerate(cells)
    ]  # fmt: skip
    path.write_text(
        json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with Kernel(tmp_path_factory.mktemp("workspace")) as running:
        yield running


def folder_of(kernel: Kernel) -> Path:
    return Path(kernel.manager.connection_file).parent


def test_parameters_arrive_and_outputs_come_back(kernel: Kernel, tmp_path: Path) -> None:
    source = notebook(tmp_path / "a.ipynb", 'period = "2023"', 'print("kausi", period)')
    target = tmp_path / "run.ipynb"
    run_notebook(source, target, {"period": "2025"}, kernel, tmp_path)
    assert "kausi 2025" in target.read_text(encoding="utf-8")
    assert "kausi" not in source.read_text(encoding="utf-8").replace('"kausi"', "").replace('\\"kausi\\"', "")


def test_an_executed_copy_holds_no_time_no_path_and_no_warning(kernel: Kernel, tmp_path: Path) -> None:
    source = notebook(tmp_path / "a.ipynb", "x = 1", "import warnings; warnings.warn('old'); print('seen')")
    target = tmp_path / "run.ipynb"
    run_notebook(source, target, {"x": 2}, kernel, tmp_path)
    told = target.read_text(encoding="utf-8")
    assert "seen" in told and "ipykernel" not in told and "UserWarning" not in told
    for private in (str(tmp_path), str(Path.home()), sys.prefix, "start_time", "duration"):
        assert private not in told


def test_a_cell_that_stops_is_named_with_what_stopped_it(kernel: Kernel, tmp_path: Path) -> None:
    source = notebook(tmp_path / "broken.ipynb", "x = 1", "x / 0", "y = 2")
    target = tmp_path / "run.ipynb"
    with pytest.raises(NotebookError) as caught:
        run_notebook(source, target, {}, kernel, tmp_path)
    assert "broken.ipynb" in str(caught.value) and "cell " in str(caught.value.where)
    assert str(caught.value.found) == "ZeroDivisionError: division by zero"
    assert "evallib lab" in str(caught.value.repair)
    assert not target.exists()


@pytest.mark.parametrize("damaged", ["", "{", '{"cells": 5}', "%PDF-1.7"])
def test_a_damaged_notebook_is_a_known_fault(kernel: Kernel, tmp_path: Path, damaged: str) -> None:
    (tmp_path / "a.ipynb").write_text(damaged, encoding="utf-8")
    with pytest.raises(NotebookError) as caught:
        run_notebook(tmp_path / "a.ipynb", tmp_path / "run.ipynb", {}, kernel, tmp_path)
    assert "a.ipynb" in str(caught.value)
    assert not (tmp_path / "run.ipynb").exists()


def test_a_missing_notebook_is_a_known_fault(kernel: Kernel, tmp_path: Path) -> None:
    with pytest.raises(NotebookError):
        run_notebook(tmp_path / "none.ipynb", tmp_path / "run.ipynb", {}, kernel, tmp_path)


def test_the_notebook_tools_warn_nobody(
    kernel: Kernel, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = notebook(tmp_path / "a.ipynb", "x = 1")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        run_notebook(source, tmp_path / "run.ipynb", {"unknown": 2}, kernel, tmp_path)
    assert seen == [] and capfd.readouterr().err == ""


def test_a_kernel_is_gone_with_its_folder_after_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import papermill

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(papermill, "execute_notebook", interrupted)
    source = notebook(tmp_path / "a.ipynb", "x = 1")
    with pytest.raises(KeyboardInterrupt), Kernel(tmp_path) as running:
        process = running.manager.provisioner.process
        folder = folder_of(running)
        assert folder.is_dir()
        run_notebook(source, tmp_path / "run.ipynb", {}, running, tmp_path)
    assert process.wait(timeout=10) is not None
    assert not folder.exists()
    running.stop()


def test_a_kernel_that_dies_is_a_known_fault(tmp_path: Path) -> None:
    source = notebook(tmp_path / "a.ipynb", "import os; os._exit(1)")
    with Kernel(tmp_path) as running, pytest.raises(NotebookError):
        run_notebook(source, tmp_path / "run.ipynb", {}, running, tmp_path)


def test_a_kernel_that_cannot_start_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client.manager import KernelManager

    made: list[Path] = []

    def refused(self: Any, **_: object) -> None:
        made.append(Path(self.connection_file).parent)
        raise OSError("no more processes")

    monkeypatch.setattr(KernelManager, "start_kernel", refused)
    with pytest.raises(OSError, match="no more processes"):
        Kernel(tmp_path)
    assert not made[0].exists()


def test_cleaning_a_half_written_copy_is_a_known_fault(tmp_path: Path) -> None:
    (tmp_path / "run.ipynb").write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(Exception, match="can't be read"):
        clean(tmp_path / "run.ipynb")


@pytest.fixture(scope="module")
def order() -> Order:
    return Order(small.material(), small.CREATED, tuple(font_files()), None, ())


def passes(_: Edition) -> None:
    """A check that finds nothing."""


def refuses(edition: Edition) -> None:
    raise PrivacyError("not to be printed", where=edition.language)


def refuses_english(edition: Edition) -> None:
    if edition.language == "en":
        refuses(edition)


def double(number: int, alive: int) -> int:
    """Twice the number; in any process but ``alive`` a number under zero ends the process."""
    if number < 0 and os.getpid() != alive:
        os._exit(1)
    return 2 * number


def end_half_way() -> None:
    """In a worker: its answer stops in the middle, as when the system runs out of memory."""

    def cut(line: Connection, _: object) -> None:
        os.write(line.fileno(), b"\0\0\1\0" + b"half")  # of 256 bytes
        os.kill(os.getpid(), signal.SIGKILL)

    Connection._send_bytes = cut  # type: ignore[attr-defined]


def no_process(*_: object, **__: object) -> None:
    raise OSError(38, "Function not implemented")


def test_editions_made_side_by_side_are_those_made_one_by_one(order: Order, tmp_path: Path) -> None:
    with Workshop(("sv",), tmp_path) as side:
        side.take(order, "fi", tmp_path)
        side.begin(small.BLOCKS, passes)
        (made,) = side.finish(small.BLOCKS, passes)
    assert made.pdf == make_edition(order, small.BLOCKS, "sv").pdf
    assert [one.id for one in made.drawings] == ["2025/F4.2"]


def test_with_one_language_the_worker_only_draws(order: Order, tmp_path: Path) -> None:
    with Workshop((), tmp_path) as side:
        drawings = side.take(order, "fi", tmp_path)
        side.begin(small.BLOCKS, passes)
        assert side.finish(small.BLOCKS, passes) == []
        assert "F4.2" in drawings()


def test_where_no_process_can_be_had_the_editions_are_made_here(
    order: Order, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workshop, "Worker", no_process)
    with Workshop(("sv",), tmp_path) as side:
        side.take(order, "fi", tmp_path)
        side.begin(small.BLOCKS, passes)
        assert [one.language for one in side.finish(small.BLOCKS, passes)] == ["sv"]


def test_editions_of_a_worker_that_was_killed_are_made_here(order: Order, tmp_path: Path) -> None:
    with Workshop(("sv",), tmp_path) as side:
        side.take(order, "fi", tmp_path)
        assert side.worker is not None
        side.worker.process.kill()
        side.begin(small.BLOCKS, passes)
        assert [one.language for one in side.finish(small.BLOCKS, passes)] == ["sv"]


def test_a_workers_fault_keeps_its_parts(order: Order, tmp_path: Path) -> None:
    faulty = dataclasses.replace(order, emblem=b"GIF89a")
    with pytest.raises(DeclarationError) as caught, Workshop(("sv",), tmp_path) as side:
        side.take(faulty, "fi", tmp_path)
        side.begin(small.BLOCKS, passes)
        side.finish(small.BLOCKS, passes)
    assert caught.value.where == "surveys/project.yaml"
    assert "SVG" in str(caught.value.expected)


def test_an_edition_that_fails_its_check_goes_nowhere_wherever_it_was_made(
    order: Order, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for kind in (workshop.Worker, no_process):
        monkeypatch.setattr(workshop, "Worker", kind)
        for languages in (("sv",), ("sv", "en")):
            with pytest.raises(PrivacyError) as caught, Workshop(languages, tmp_path) as side:
                side.take(order, "fi", tmp_path)
                side.begin(small.BLOCKS, refuses)
                side.finish(small.BLOCKS, refuses)
            assert caught.value.where == languages[0]


def test_the_last_edition_is_checked_too(order: Order, tmp_path: Path) -> None:
    with pytest.raises(PrivacyError), Workshop(("sv", "en"), tmp_path) as side:
        side.take(order, "fi", tmp_path)
        side.begin(small.BLOCKS, refuses_english)
        side.finish(small.BLOCKS, refuses_english)


def test_what_a_worker_was_asked_before_its_order_is_answered_also_without_it(tmp_path: Path) -> None:
    here = os.getpid()
    with Workshop(("sv",), tmp_path) as side:
        answered, lost = side.ask(double, 21, here), side.ask(double, -1, here)
        assert (answered(), lost()) == (42, -2)
        assert side.ask(double, 4, here)() == 8
    with Workshop((), tmp_path) as side:
        assert side.ask(double, 3, here)() == 6


def test_no_worker_is_left_when_a_run_is_stopped(order: Order, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Workshop(("sv", "en"), tmp_path) as side:
        side.take(order, "fi", tmp_path)
        assert side.worker is not None
        raise KeyboardInterrupt
    assert not side.worker.process.is_alive()


def test_a_worker_that_dies_while_it_hands_something_over_keeps_nobody_waiting(tmp_path: Path) -> None:
    worker = Worker(tmp_path)
    handed, next_one = worker.submit(end_half_way), worker.submit(pow, 2, 3)
    for coming in (handed, next_one):
        with pytest.raises(BrokenExecutor):
            coming.result(timeout=30)
    worker.stop()


def test_what_was_handed_over_is_as_it_was_then_and_idle_tasks_wait(tmp_path: Path) -> None:
    worker, given, order = Worker(tmp_path), [1, 2], list[str]()
    try:
        first = worker.submit(time.sleep, 0.5)
        tasks = {"idle": worker.submit(len, given, idle=True), "asked": worker.submit(sum, given)}
        for name, coming in tasks.items():
            coming.add_done_callback(lambda _, name=name: order.append(name))
        given.append(3)
        first.result(timeout=60)
        assert [tasks["asked"].result(timeout=60), tasks["idle"].result(timeout=60)] == [3, 2]
        assert order == ["asked", "idle"]
    finally:
        worker.stop()


def test_the_worker_of_a_run_that_was_killed_ends_and_clears_up(tmp_path: Path) -> None:
    code = f"""
from evallib.report.worker import Worker
from pathlib import Path
worker = Worker(Path({str(tmp_path)!r}))
print(worker.submit(pow, 2, 3).result(), flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "8\n"
        run.kill()
        assert run.stdout.read() == ""  # the worker has ended, who held the other end of it, too
    assert not tmp_path.exists()


def test_a_worker_does_not_hear_ctrl_c_from_its_first_moment_on(order: Order, tmp_path: Path) -> None:
    """In a terminal Ctrl-C reaches every process of the run."""
    with Workshop(("sv",), tmp_path) as side:
        side.take(order, "fi", tmp_path)
        assert side.worker is not None
        os.kill(side.worker.process.pid or 0, signal.SIGINT)
        side.begin(small.BLOCKS, passes)
        assert [coming.exception() for _, coming in side._coming] == [None]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
