"""What the evaluator runs, in a small workspace, so that it can be stopped at every point and tried again."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from crash_points import FAULTS, Killed, Points
from limesurvey_double import DATA, PASSWORD, USER, Double, serving, stored
from two_years import edit, two_years

from evallib.errors import EvallibError, UsageError
from evallib.sources.guarded_http import Limits
from evallib.steps import products, report
from evallib.steps.backup import backup
from evallib.steps.context import Context, open_context
from evallib.steps.fetch import fetch
from evallib.steps.freeze import freeze
from evallib.steps.new import new
from evallib.steps.publish import record_handled, record_locked, record_published
from evallib.steps.pull import pull
from evallib.steps.purge import purge_by_rule
from evallib.steps.purge_person import purge_person
from evallib.steps.release import RESULTS, ReleaseMade
from evallib.steps.verify import verify

YEAR = "2024"
SIGNED = ("hankepäällikkö: Aino Esimerkki", "puheenjohtaja: Veikko Keksitty")
OWED = "said to be erased, and still there"  # an erasure that was stopped is told, and kept by the next one
WORDS = "kivi lumi hauki naava"


@dataclass(frozen=True)
class Verb:
    """prepared: a workspace beside a folder for backups; run: the verb in a copy of it."""

    name: str
    prepared: Path
    run: Callable[[Path], object]

    def copy(self, target: Path) -> Path:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.prepared, target)
        return target


def clocked(root: Path, year: int = 2099, month: int = 2) -> Context:
    return replace(open_context(root / "work"), now=lambda: datetime(year, month, 15, 9, 30, tzinfo=UTC))


def run_report(root: Path) -> object:
    context = clocked(root)
    return report.report(context, context.period(YEAR))


def run_freeze(root: Path) -> object:
    context = clocked(root)
    return freeze(context, context.period(YEAR))


def run_handled(root: Path) -> object:
    context = clocked(root)
    return record_handled(context, context.period(YEAR), date(2099, 2, 15), "§ 4")


def run_published(root: Path) -> object:
    context = clocked(root)
    return record_published(context, context.period(YEAR), SIGNED)


def run_locked(root: Path) -> object:
    context = clocked(root)
    return record_locked(context, context.period(YEAR))


def run_purge(root: Path) -> object:
    return purge_by_rule(clocked(root))


def run_purge_person(root: Path) -> object:
    return purge_person(clocked(root), somebody(root))


def run_backup(root: Path) -> object:
    return backup(clocked(root), root / "backups", WORDS)


def run_pull(root: Path) -> object:
    context = replace(clocked(root), now=lambda: datetime(2099, 10, 1, 9, tzinfo=UTC))
    fetch(context, context.period("2026"), limits=Limits(connect=2, silence=2, call=5))
    return pull(context, context.period("2026"))


def somebody(root: Path) -> str:
    """An address that was invited to the year's survey."""
    from evallib.sources.limesurvey import read_participants

    path = root / "work/surveys/demo" / YEAR / "limesurvey/q4/participants.csv"
    if (note := root / "somebody").is_file():
        return note.read_text("utf-8")
    table = read_participants(path.read_bytes(), path.name, "q4")
    found = next(iter(table.rows["email"]))
    note.write_text(found, "utf-8")
    return str(found)


@contextmanager
def quick() -> Iterator[None]:
    """Reports of a line a file, a passphrase that is no work, the same numbers for nobody each time."""
    import pyrage

    def built(
        context: Context, made: ReleaseMade, variant: int, wanted: Any, *_: object
    ) -> products.Products:
        results = context.store.get(made.manifest.entries[RESULTS])
        record = f'{{"release_sha256": "{made.manifest.sha256}", "handled": {len(wanted.handled)}}}'
        pages = {f"report-{language}.pdf": record.encode() * 99 for language in wanted.languages}
        return products.Products({"run.json": record.encode(), RESULTS: results, **pages}, [])  # type: ignore[arg-type]

    class Idle:
        def __init__(self, *_: object) -> None:
            self.get = self.stop = lambda *_: None
            self.ask = lambda function, *given, **_: lambda: function(*given)

        __enter__, __exit__ = (lambda self: self), (lambda self, *_: None)

    class Open:
        encrypt = staticmethod(lambda data, _: data)
        decrypt = staticmethod(lambda data, _: data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "build_products", built)
        patch.setattr(pyrage, "passphrase", Open)
        patch.setattr(secrets, "token_hex", lambda size: "0" * 8 if size == 4 else f"{next(NUMBERS):016x}")
        patch.setenv("LIME", PASSWORD)
        for name in ("_Starting", "_side"):
            patch.setattr(report, name, Idle)
        yield


def _numbers() -> Iterator[int]:
    n = 0
    while True:
        yield (n := n + 1)


NUMBERS = _numbers()


@contextmanager
def verbs(folder: Path) -> Iterator[dict[str, Verb]]:
    """Every verb with its prepared workspace below ``folder``, while a server's double answers."""
    with quick(), serving(Double({111111: stored()})) as double:
        made = {one.name: one for one in _prepared(folder, double)}
        yield made


def _prepared(folder: Path, double: Double) -> Iterator[Verb]:
    first = folder / "first"
    two_years(first / "work")
    (first / "backups").mkdir()
    run_report(first)
    somebody(first)
    changed = _next(first, folder / "changed")
    _cost(changed)
    yield Verb("freeze", changed, run_freeze)
    yield Verb("report", changed, run_report)
    yield Verb("handled", first, run_handled)
    handled = _next(first, folder / "handled")
    run_handled(handled)
    yield Verb("report of a handled release", handled, run_report)
    ready = _next(handled, folder / "ready")
    run_report(ready)
    yield Verb("published", ready, run_published)
    published = _next(ready, folder / "published")
    run_published(published)
    yield Verb("locked", published, run_locked)
    yield Verb("purge by rule", first, run_purge)
    yield Verb("purge of a person", first, run_purge_person)
    yield Verb("backup", first, run_backup)
    yield from _pulling(folder, double)


def _pulling(folder: Path, double: Double) -> Iterator[Verb]:
    """The first pull from a server, and one after answers were added and changed."""
    fresh = folder / "fresh"
    new(fresh / "work")
    (fresh / "backups").mkdir()
    (fresh / "work/surveys/sources.yaml").write_text(
        f'schema_version: 1\nlimesurvey:\n  url: "{double.url}"\n  user: {USER}\n  password: "env:LIME"\n'
        f'  page: 100\n  surveys:\n    "2026": {{q1: 111111}}\n'
    )
    inbox = fresh / "work/surveys/inbox/2026/limesurvey/q1"
    inbox.mkdir(parents=True)
    (inbox / "structure.lss").write_bytes((DATA / "limesurvey_survey_111111.lss").read_bytes())
    rows = double.surveys[111111].rows
    yield Verb("first pull", fresh, run_pull)
    pulled = _next(fresh, folder / "pulled")
    kept = rows[-20:]
    del rows[-20:]
    run_pull(pulled)
    rows += kept
    yield Verb("pull", pulled, run_pull)


def _next(before: Path, target: Path) -> Path:
    shutil.copytree(before, target)
    return target


def _cost(root: Path) -> None:
    edit(
        root / "work/surveys/logs/accounts.csv",
        rf"(?m)^({YEAR}[^\n]*?[;,][^\n;,]*?[;,])([0-9]+)",
        r"\g<1>9\2",
    )


# ---- what must hold


def tree(root: Path) -> dict[str, bytes]:
    """Every file and folder but the lock's text and what a run has for itself; a backup by its name only."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.endswith("store/lock") or "/store/cache" in name or name.endswith(".pyc"):
            continue
        whole = path.is_file() and path.suffix != ".zip"
        found[name] = path.read_bytes() if whole else b""
    return found


@dataclass(frozen=True)
class Trial:
    """A verb's undisturbed run: before and after it, and its points."""

    verb: Verb
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    points: tuple[str, ...]


def undisturbed(verb: Verb, place: Path) -> Trial:
    root = verb.copy(place)
    before = tree(root)
    with Points([root]).at_work() as points:
        verb.run(root)
    return Trial(verb, before, tree(root), tuple(points.log))


def stopped(trial: Trial, place: Path, at: int, fault: str) -> list[str]:
    """Stop the verb at a point, look, run it again, look again; what is wrong, in words."""
    root = trial.verb.copy(place)
    wrong = []
    with Points([root], at, fault).at_work():
        try:
            trial.verb.run(root)
        except (EvallibError, OSError, Killed, KeyboardInterrupt):  # the command line words an OSError
            pass
        except Exception as escaped:
            wrong.append(f"escapes as {type(escaped).__name__}: {escaped}")
    wrong += standing(trial, root) + run_again(trial, root)
    where = trial.points[at - 1] if at <= len(trial.points) else "?"
    return [f"{trial.verb.name}, {fault} at {at} ({where}): {one}" for one in wrong]


def standing(trial: Trial, root: Path) -> list[str]:
    """After a fault: nothing is damaged, and what was there is as before or as it is to be."""
    wrong = []
    try:
        found = verify(open_context(root / "work"), hashes_only=True)
        wrong += [
            f"verify: {one.place}: {one.problem}"
            for one in found.findings
            if one.about != "remark" and str(one.problem) != OWED
        ]
    except Exception as fault:
        wrong.append(f"verify: {fault!r}")
    now = tree(root)
    for name, data in trial.before.items():
        if "/store/" in name and "/manifests/" not in name or name.endswith("HEAD"):
            continue  # what verify looks at
        allowed = {data, trial.after.get(name, data)}
        if name in trial.after and name not in now and not in_exchange(name):
            wrong.append(f"{name} is gone")
        elif now.get(name, data) not in allowed:
            wrong.append(f"{name} is neither the old nor the new one")
    return wrong


def in_exchange(name: str) -> bool:
    """Between two renames the last report lies beside its place, and the next run puts it back."""
    return name.startswith(f"work/outputs/{YEAR}")


def run_again(trial: Trial, root: Path) -> list[str]:
    try:
        trial.verb.run(root)
    except UsageError as fault:
        if "already" not in str(fault):
            return [f"again: {fault}"]
    except Exception as fault:
        return [f"again: {fault!r}"]
    now = tree(root)
    names = sorted(now.keys() ^ trial.after.keys())
    other = [name for name in now.keys() & trial.after.keys() if now[name] != trial.after[name]]
    return [f"again: stray or missing {name}" for name in names] + [
        f"again: {name} differs" for name in other
    ]


def killed(trial: Trial, place: Path, at: int) -> list[str]:
    """The same with a process that is really killed at the point."""
    root = trial.verb.copy(place)
    child = os.fork()
    if child == 0:
        with suppress(BaseException), Points([root], at, "SIGKILL").at_work():
            trial.verb.run(root)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    wrong = [] if status == -9 else [f"not killed but {status}"]
    wrong += standing(trial, root) + run_again(trial, root)
    return [f"{trial.verb.name}, SIGKILL at {at} ({trial.points[at - 1]}): {one}" for one in wrong]


__all__ = ["FAULTS", "Trial", "Verb", "killed", "stopped", "undisturbed", "verbs"]
