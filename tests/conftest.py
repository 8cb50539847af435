"""How the tests run, and the demo workspace, made once: a copy of what is declared here, and its report."""

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
from xdist.scheduler import LoadScopeScheduling

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
    # What fsync is for, no test can see: nobody pulls the plug. Waiting for the disk is slow.
    os.fsync = lambda _: None
    if config.option.markexpr == "nightly":
        _usual = GROWTH
    settings.register_profile("ours", deadline=None, max_examples=examples(100), derandomize=_usual == 1,
                              database=None, print_blob=True)  # fmt: skip
    settings.load_profile("ours")


# Files that share what is slow to make go to one process, and first; the others follow, a file at a time.
TOGETHER = {
    **dict.fromkeys(
        (
            "test_chain.py",
            "test_purge.py",
            "test_benchmarks.py",
            "test_audit.py",
            "test_documents.py",
            "test_slides.py",
            "test_screen_reader.py",
            "test_pack.py",
            "test_web.py",
        ),
        "the demo's report",
    ),
    **dict.fromkeys(("test_canary.py", "test_secrets.py"), "the canary project"),
}


class Sharing(LoadScopeScheduling):
    """Hands out tests by what they share; at night, when nothing is shared, one by one."""

    def _split_scope(self, nodeid: str) -> str:
        if self.config.option.markexpr == "nightly":
            return nodeid
        file = nodeid.partition("::")[0].rpartition("/")[2]
        return TOGETHER.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    config.option.loadscopereorder = False  # in the order of collection
    return Sharing(config, log)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A process a core; where there is one core or files are named, no other than pytest's own."""
    cores = min(os.cpu_count() or 1, 4)  # a demo run takes 700 megabytes
    return 0 if cores == 1 or all(".py" in one for one in config.args) else cores


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long comes first. Property tests belong to the nightly run too."""
    items.sort(key=lambda one: one.path.name not in TOGETHER)
    if config.option.markexpr == "nightly":
        for item in items:
            if _is_property(getattr(item, "obj", None)):
                item.add_marker("nightly")


def _is_property(test: object) -> bool:
    """Whether hypothesis makes a test's examples: for the test itself, or for a function inside it."""
    inside: tuple[str, ...] = getattr(getattr(test, "__code__", None), "co_names", ())
    return getattr(test, "is_hypothesis_test", False) or "given" in inside


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


@pytest.fixture(scope="module")
def demo_copy(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, to be changed by the tests of one file."""
    copy = tmp_path_factory.mktemp("copy") / "work"
    shutil.copytree(demo, copy)
    return copy


def run_demo(root: Path, now: Callable[[], datetime] = lambda: CLOCK) -> Path:
    from evallib.steps.context import Context
    from evallib.steps.demo import demo as step
    from evallib.workspace import find_workspace

    step(Context(find_workspace(root), now=now))
    return root
