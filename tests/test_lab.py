"""evallib lab: JupyterLab on the notebooks, which asks the network for nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

from conftest import copy_workspace

from evallib.steps import lab
from evallib.steps.context import Context
from evallib.workspace import find_workspace


def test_lab_opens_the_notebooks_and_stays_off_the_network(tmp_path: Path, monkeypatch) -> None:
    started = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        started.extend(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(lab.subprocess, "run", run)
    monkeypatch.setattr(lab.os, "geteuid", lambda: 0, raising=False)
    assert lab.lab(Context(find_workspace(copy_workspace(tmp_path / "w"))), browser=False) == 0
    assert {"--no-browser", "--allow-root"} <= set(started)
    given = dict(one.removeprefix("--").split("=", 1) for one in started if "=" in one)
    assert (tmp_path / "w" / given["LabApp.default_url"].removeprefix("/lab/tree/")).is_file()
    assert given["LabApp.news_url"] == "None"

    from jupyterlab.handlers.announcements import CheckForUpdateABC, NeverCheckForUpdate
    from jupyterlab.labapp import LabApp

    checks = given["LabApp.check_for_updates_class"]
    assert checks == f"{NeverCheckForUpdate.__module__}.{NeverCheckForUpdate.__name__}"
    assert issubclass(NeverCheckForUpdate, CheckForUpdateABC)
    named = {name.split(".")[1] for name in given if name.startswith("LabApp.")}
    assert named <= set(LabApp.class_trait_names())
