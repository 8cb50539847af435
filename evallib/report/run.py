"""Notebook runs: a kernel of this very Python, warmed early, driven by papermill.

The kernel starts while the results are still being computed, talks over local sockets instead of TCP
ports where the platform allows, keeps no history, and leaves nothing outside the folder it is given.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from evallib.errors import EvallibError, NotebookError, Text, text
from evallib.report.parameters import Value
from evallib.report.sketches import PLACE

# Optional parts of papermill's imports that cost more than the whole run of a notebook: a grammar that
# is built anew at every start (for a format that notebooks don't use), readers of remote storage.
_IDLE = ("rfc3987_syntax", "pyarrow")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Kernel:
    """A running kernel in a workspace; a context manager that always shuts it down.

    drawn: somebody will lay figures down for it in ``drawings``.
    """

    def __init__(self, workspace: Path, warm: str = "", *, drawn: bool = False) -> None:
        from jupyter_client.kernelspec import KernelSpec

        self._folder = Path(tempfile.mkdtemp(prefix="evk-"))
        self.manager: Any = _manager()
        self.manager._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "evallib.report.kernel", "-f", "{connection_file}",
                  "--HistoryManager.enabled=False", f"--IPKernelApp.exec_lines={json.dumps([warm])}"],
            display_name="evallib", language="python",
        )  # fmt: skip
        self.manager.connection_file = str(self._folder / "kernel.json")
        if os.name == "posix" and len(str(self._folder)) < 80:
            self.manager.transport, self.manager.ip = "ipc", str(self._folder / "k")
        self.drawings = self._folder / "drawings"  # where another process may lay them down
        private = {"IPYTHONDIR": str(self._folder), "JUPYTER_RUNTIME_DIR": str(self._folder)}
        if drawn:
            private[PLACE] = str(self.drawings)
        try:
            self.manager.start_kernel(cwd=str(workspace), env={**os.environ, **private})
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Kernel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process and take its folder away; a second time does nothing."""
        try:
            if self.manager.has_kernel:
                self.manager.shutdown_kernel(now=True)
            self.manager.cleanup_resources()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)


def _manager() -> Any:
    """A kernel manager whose client never blocks, so that a kernel's death and the time limit are seen."""
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.manager import AsyncKernelManager, KernelManager

    manager = KernelManager(context=AsyncKernelManager().context)
    manager.client_class = "jupyter_client.asynchronous.AsyncKernelClient"
    manager.client_factory = AsyncKernelClient
    return manager


def run_notebook(
    source: Path, target: Path, parameters: Mapping[str, Value], kernel: Kernel, workspace: Path
) -> None:
    """Execute ``source`` with the parameters into ``target``; the kernel is used, not shut down.

    Raises NotebookError naming the cell and what stopped it; ``target`` then does not exist.
    """
    import logging
    import warnings

    _check(source)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    papermill = load_papermill()
    from nbformat import ValidationError
    from papermill.exceptions import PapermillExecutionError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the notebook tools; an evaluator can do nothing about them
            papermill.execute_notebook(
                str(source), str(target), parameters=dict(parameters), km=kernel.manager,
                kernel_name="python3", language="python", progress_bar=False,
                request_save_on_cell_execute=False, autosave_cell_every=0, cwd=str(workspace),
                start_timeout=60, execution_timeout=600,
            )  # fmt: skip
    except PapermillExecutionError as fault:
        target.unlink(missing_ok=True)
        raise NotebookError(
            text("The notebook {file} stopped", file=source.name),
            where=text("cell {number}", number=fault.exec_count or "?"),
            found=f"{fault.ename}: {_ANSI.sub('', str(fault.evalue))}"[:300],
            repair=text("Open it with evallib lab and run it from the top"),
        ) from None
    except (RuntimeError, ValueError, ValidationError, OSError) as fault:
        target.unlink(missing_ok=True)
        raise _unrun(source, f"{type(fault).__name__}: {fault}"[:300]) from None
    clean(target)


def load_papermill() -> Any:
    """The library, which takes half a second to load when nobody has asked for it before."""
    with _without(_IDLE):
        import papermill
    return papermill


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    """Let imports of these packages fail for a while, as if they were not installed."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: the import fails at once
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _check(source: Path) -> None:
    """Raises NotebookError for a file that is no notebook of today's format; the readers would stumble."""
    try:
        notebook = json.loads(source.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        sound = notebook["nbformat"] == 4 and all("source" in cell and "cell_type" in cell for cell in cells)
    except OSError as fault:
        raise _unrun(source, fault.strerror or type(fault).__name__) from None
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise _unrun(source, text("no notebook of format 4"))


def _unrun(source: Path, found: Text | str) -> NotebookError:
    return NotebookError(
        text("The notebook {file} could not be run", file=source.name),
        where=f"notebooks/{source.name}",
        found=found,
        repair=text("Take the file from a fresh workspace, or run evallib doctor and try again"),
    )


def clean(executed: Path) -> None:
    """Take times and machine paths out of an executed notebook.

    The metadata of papermill and of the kernel go, and warnings printed while it ran, which name files
    of this machine; all other outputs stay.
    """
    try:
        notebook = json.loads(executed.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:  # a half-written copy is a fault of the disk
        raise EvallibError(text("The executed notebook can't be read"), found=str(fault)) from None
    kept = notebook["metadata"].get("papermill", {}).get("parameters", {})
    notebook["metadata"] = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
        "papermill": {"parameters": kept},
    }
    for cell in notebook["cells"]:
        cell["metadata"] = {"tags": cell["metadata"].get("tags", [])}
        cell.pop("id", None)
        if "outputs" in cell:
            cell["outputs"] = [one for one in cell["outputs"] if one.get("name") != "stderr"]
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 4
    executed.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
