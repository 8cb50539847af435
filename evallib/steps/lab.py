"""lab: JupyterLab on the workspace's notebooks, with the Python that runs evallib."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
    return subprocess.run(command, cwd=context.workspace.root, env=environment, check=False).returncode
