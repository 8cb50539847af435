"""Whatever kills a run while it writes, the store verifies, the last state stands, a rerun ends equal.

Every call of the operating system that changes something is made to fail in turn: by a full disk, a
broken disk, Ctrl-C, and by the death of the process, after which nothing can be cleaned up.
"""

import contextlib
import errno
import os
from pathlib import Path

import pytest

from evallib.errors import OutputError
from evallib.store import Store, Tier

CALLS = ("open", "write", "fsync", "close", "chmod", "link", "replace", "unlink", "mkdir", "ftruncate")
NOW, LATER = "2025-12-31T12:00:00Z", "2026-12-31T12:00:00Z"


class Faulty:
    """The n-th changing call fails, before or after it is done; a cut write does half of its work."""

    def __init__(self, monkeypatch, n, fault, *, after=False):
        self.left, self.fault, self.after = n, fault, after
        self.done = 0
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrapped(name, getattr(os, name)))

    def wrapped(self, name, call):
        def instead(*arguments, **options):
            self.done += 1
            if self.done != self.left:
                return call(*arguments, **options)
            if name == "close" or self.after:  # a file is never left open by a failing close
                with contextlib.suppress(FileNotFoundError):
                    call(*arguments, **options)
            elif name == "write":
                call(arguments[0], arguments[1][: len(arguments[1]) // 2])
            return self.fault()

        return instead


def raising(fault):
    def fail():
        raise fault

    return fail


FAULTS = {
    "full disk": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "broken disk": lambda: OSError(errno.EIO, "Input/output error"),
    "Ctrl-C": KeyboardInterrupt,
}


def first_run(store):
    with store.lock("freeze"):
        entries = {"events.csv": store.put(b"a,b\n1,2\n")}
        return store.commit(Tier.FROZEN, "2025", entries, {"n": 1}, NOW)


def second_run(store):
    with store.lock("freeze"):
        entries = {"events.csv": store.put(b"a,b\n1,3\n"), "contents.csv": store.put(b"c\n" * 50)}
        store.commit(Tier.TEXT, "2025", {"text.q1.csv": store.put(b"t\n")}, {}, LATER)
        return store.commit(Tier.FROZEN, "2025", entries, {"n": 2}, LATER)


def contents(root):
    """Every file's bytes, but for those of dead runs and the lock's text."""
    kept = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and name != "lock" and not name.startswith("tmp/"):
            kept[name] = path.read_bytes()
    return kept


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """(bytes after both runs, number of changing calls of the second run)."""
    root = tmp_path_factory.mktemp("undisturbed") / "store"
    first_run(Store(root))
    with pytest.MonkeyPatch.context() as patch:
        counter = Faulty(patch, -1, raising(AssertionError()))
        second_run(Store(root))
    return contents(root), counter.done


def stands(root, before):
    """The store is whole, and its current manifest is the old one or the new one."""
    store = Store(root)
    assert [one for one in store.verify() if not one.ignorable] == []
    latest = store.latest(Tier.FROZEN, "2025")
    assert latest == before or latest.facts == {"n": 2}
    for name in latest.entries:
        store.read(latest, name)
    return store


def rerun_ends_equal(store, undisturbed):
    second_run(store)
    assert store.verify() == []
    assert contents(store.path) == undisturbed[0]


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_run_that_fails_at_any_write_leaves_the_last_state(tmp_path, undisturbed, name, after):
    failed = 0
    for n in range(1, undisturbed[1] + 1):
        root = tmp_path / str(n)
        before = first_run(Store(root))
        with pytest.MonkeyPatch.context() as patch:
            Faulty(patch, n, raising(FAULTS[name]()), after=after)
            try:
                second_run(Store(root))
            except (OutputError, KeyboardInterrupt):
                failed += 1
        rerun_ends_equal(stands(root, before), undisturbed)
    assert failed > undisturbed[1] * 0.7  # the others are failures to clear up, which are not faults


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
def test_a_process_killed_at_any_write_leaves_the_last_state(tmp_path, undisturbed, after):
    for n in range(1, undisturbed[1] + 1):
        root = tmp_path / str(n)
        before = first_run(Store(root))
        assert killed_at(n, root, after) == 9
        rerun_ends_equal(stands(root, before), undisturbed)


def killed_at(n, root, after):
    """Run the second run in a child that ends without any clearing up at its n-th changing call."""
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            Faulty(patch, n, lambda: os._exit(9), after=after)
            second_run(Store(root))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("name", FAULTS)
def test_the_very_first_run_may_fail_at_any_write_too(tmp_path, name):
    whole = tmp_path / "whole"
    with pytest.MonkeyPatch.context() as patch:
        counter = Faulty(patch, -1, raising(AssertionError()))
        first_run(Store(whole))
    for n in range(1, counter.done + 1):
        root: Path = tmp_path / str(n)
        with pytest.MonkeyPatch.context() as patch:
            Faulty(patch, n, raising(FAULTS[name]()))
            try:
                first_run(Store(root))
            except (OutputError, KeyboardInterrupt):
                assert [one for one in Store(root).verify() if not one.ignorable] == []
        first_run(Store(root))
        assert contents(root) == contents(whole)
