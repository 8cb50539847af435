"""lab: JupyterLab on the workspace's notebooks, with the Python that runs evallib."""

from __future__ import annotations

import subprocess
import sys

from evallib.errors import text
from evallib.steps.context import Context


def lab(context: Context, *, browser: bool = True) -> int:
    """Run JupyterLab until it is closed; returns its exit code."""
    context.tell(text("JupyterLab opens; close it with Ctrl-C in this window"))
    options = [] if browser else ["--no-browser"]
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={context.workspace.root}", *options]
    start = f"--LabApp.default_url=/lab/tree/notebooks/{'annual_report.ipynb'}"
    return subprocess.run([*command, start], cwd=context.workspace.root, check=False).returncode
