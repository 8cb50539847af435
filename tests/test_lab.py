"""evallib lab: JupyterLab on the notebooks, which asks the network for nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from conftest import copy_workspace

from evallib.steps import lab
from evallib.steps.context import Context
from evallib.workspace import find_workspace


def test_lab_opens_the_notebooks_and_stays_off_the_network(tmp_path: Path, monkeypatch) -> None:
    run = Mock(return_value=0)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    monkeypatch.setattr(lab, "_until_closed", run)
    monkeypatch.setattr(lab.os, "geteuid", lambda: 0, raising=False)
    assert lab.lab(Context(find_workspace(copy_workspace(tmp_path / "w"))), browser=False) == 0
    started, environment = run.call_args.args[0], run.call_args.args[2]
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
    quiet, own = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert own == "mine"

    from jupyterlab_server.config import get_page_config

    asked = "@jupyterlab/apputils-extension:announcements"
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", quiet)
    assert asked in get_page_config([])["disabledExtensions"]


def test_a_fault_in_a_notebook_says_what_to_run_and_shows_no_traceback(tmp_path: Path) -> None:
    cell = "import evallib; evallib.open_report('2025')"
    shell = f"from IPython.core.interactiveshell import InteractiveShell as S; S().run_cell({cell!r})"
    run = subprocess.run(
        [sys.executable, "-c", shell],
        cwd=copy_workspace(tmp_path / "w"),
        env=os.environ | {"IPYTHONDIR": str(tmp_path / "ipython")},
        capture_output=True,
        text=True,
        check=True,
    )
    told = (run.stdout + run.stderr).strip().splitlines()
    assert told == ["Virhe: Kaudelta 2025 ei ole julkaisuversiota", "Mitä tehdä: Aja: evallib report 2025"]


SERVER = """
import os, pathlib, signal, sys, time
def end(*_):
    pathlib.Path("ended").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[1] == "deaf" else end)
signal.signal(signal.SIGINT, signal.SIG_IGN)  # a real one asks back
pathlib.Path("beginning").write_text(str(os.getpid()))
os.rename("beginning", "begun")
time.sleep(60)
"""
OURS = """
import os, sys; from pathlib import Path; from evallib.steps import lab
lab.PATIENCE = 0.3
sys.exit(lab._until_closed([sys.executable, "-c", *sys.argv[1:]], Path.cwd(), dict(os.environ)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("server", ["ready", "deaf"])
@pytest.mark.parametrize(("asked", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 0)])
def test_whatever_ends_lab_ends_its_server(tmp_path: Path, server: str, asked: str, code: int) -> None:
    """Asked to end it leaves no server behind, also where that does not listen."""
    ours = subprocess.Popen([sys.executable, "-c", OURS, SERVER, server], cwd=tmp_path)
    until(lambda: (tmp_path / "begun").exists())
    theirs = int((tmp_path / "begun").read_text())
    ours.send_signal(getattr(signal, asked))
    ended = ours.wait(30)
    with pytest.raises(ProcessLookupError):
        os.kill(theirs, 0)
    assert (tmp_path / "ended").exists() == (server == "ready")
    assert ended == code


def until(done: Callable[[], bool]) -> None:
    for _ in range(3000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("nothing came")
