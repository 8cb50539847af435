"""The demo workspace, made once: a copy of what the repository declares, and its report."""

from __future__ import annotations

import compileall
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

GROWTH = 50  # times as many examples of a property in the nightly run
_usual = 1


def examples(usual: int) -> int:
    """How many examples a property test tries: the usual number, or many more in the nightly run."""
    return usual * _usual


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is imported: ``-m nightly`` grows the properties, with other examples each time.

    How long an example takes says something of the machine, not of the code: no deadline.
    """
    global _usual
    # Many tests start processes; each would compile the whole library anew where bytecode is not kept.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    compileall.compile_dir(ROOT / "evallib", quiet=1)
    if config.option.markexpr == "nightly":
        _usual = GROWTH
    settings.register_profile("ours", deadline=None, max_examples=examples(100), derandomize=_usual == 1,
                              database=None, print_blob=True)  # fmt: skip
    settings.load_profile("ours")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Property tests belong to the nightly run too."""
    if config.option.markexpr == "nightly":
        for item in items:
            if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
                item.add_marker("nightly")


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
