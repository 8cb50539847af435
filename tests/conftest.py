"""The demo workspace, made once: a copy of what the repository declares, and its report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# How long an example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CLOCK = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def copy_workspace(target: Path) -> Path:
    """What the repository declares, without store and outputs."""
    for name in ("surveys", "notebooks"):
        ignored = shutil.ignore_patterns("store", "generator", "__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    (target / "outputs").mkdir()
    return target


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the demo has run; only to be read."""
    return run_demo(copy_workspace(tmp_path_factory.mktemp("demo") / "work"))


def run_demo(root: Path, now: Callable[[], datetime] = lambda: CLOCK) -> Path:
    from evallib.steps.context import Context
    from evallib.steps.demo import demo as step
    from evallib.workspace import find_workspace

    step(Context(find_workspace(root), now=now))
    return root
