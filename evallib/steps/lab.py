"""lab: JupyterLab on the workspace's notebooks, with the Python that runs evallib."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from evallib.errors import text
from evallib.steps.context import Context

# JupyterLab would otherwise ask the network for news, newer versions and extensions, and the user whether
# to tell of news.
QUIET = Path(__file__).parent / "jupyter"
OFFLINE = (
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
)
PATIENCE = 10  # seconds for a server to end by itself


def lab(context: Context, *, browser: bool = True) -> int:
    """Run JupyterLab until it is closed; returns its exit code."""
    context.tell(text("JupyterLab opens; close it with Ctrl-C in this window"))
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={context.workspace.root}", *OFFLINE]
    command.append("--LabApp.default_url=/lab/tree/notebooks/annual_report.ipynb")
    if not browser:
        command.append("--no-browser")
    if getattr(os, "geteuid", lambda: 1)() == 0:  # a container: nobody else could be asked
        command.append("--allow-root")
    places = os.pathsep.join(filter(None, [str(QUIET), os.environ.get("JUPYTER_CONFIG_PATH")]))
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": places}
    return _until_closed(command, context.workspace.root, environment)


def _until_closed(command: list[str], folder: Path, environment: dict[str, str]) -> int:
    """Run a server until it ends; asked to end, this process takes the server along.

    Returns its exit code, 0 after Ctrl-C, 128 + the signal's number after a shutdown or a closed window.
    """
    server: subprocess.Popen[bytes] | None = None
    asked: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        asked.append(number)
        if server is not None:
            raise KeyboardInterrupt

    with _heard_by(end):
        server = subprocess.Popen(command, cwd=folder, env=environment)
        try:
            if asked:  # while it was being started
                raise KeyboardInterrupt
            code = server.wait()
        except KeyboardInterrupt:
            server.terminate()  # after a mere Ctrl-C it would ask back
            _end(server)
            code = 0
    return 128 + asked[0] if asked else code


@contextmanager
def _heard_by(end: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Requests to end (a shutdown, a window that is closed) go to ``end`` while the block runs."""
    names = [name for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Wait for a server that was asked to end; it gets some seconds to end its kernels."""
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        server.wait(PATIENCE)
    server.kill()
    server.wait()
