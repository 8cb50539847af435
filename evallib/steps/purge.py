"""purge: what retention rules or a person's wish say must go, and the proof that it is gone.

Tombstones in the store's manifests say why and when. Released results, reports and what was declared
stay: erasure closes a released period (``steps.closed``), so that its numbers never change.
"""

from __future__ import annotations

import json
import shutil
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import Text, text
from evallib.steps.closed import is_closed
from evallib.steps.context import Context
from evallib.steps.fetch import clear_incoming
from evallib.steps.one_file import clear_beside, write_private
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest, Tier, Tombstone

PERSONAL = (
    "inbox/limesurvey/",
    "inbox/events/",
    "inbox/coding/",
)  # of a raw snapshot; statistics and logs hold no persons
BY_HAND = (
    text("Backups and copies of this workspace, of its store and of the keyring's computer"),
    text("The survey server, the meeting services and the forms, which keep their own originals"),
    text("Downloads, e-mails and shared folders through which lists and exports came"),
)


@dataclass(frozen=True)
class Purged:
    """What went (or would go). objects: of the store, a place each; files: of the workspace.

    waiting: what a rule names and can't go yet. left: places where a search still found the person.
    by_hand: what lies outside and is for people to handle.
    """

    done: bool
    objects: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    waiting: tuple[Text, ...] = ()
    left: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()
    by_hand: tuple[Text, ...] = BY_HAND


@dataclass
class Work:
    """A purge as it is planned: names for the evaluator, and what to do when it is meant."""

    context: Context
    objects: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    waiting: list[Text] = field(default_factory=list)
    _tasks: list[Callable[[], object]] = field(default_factory=list)

    def do(self, task: Callable[[], object]) -> None:
        self._tasks.append(task)

    def replace_file(self, path: Path, data: bytes | None) -> None:
        """Write a file anew, whole and private, or take it away."""
        self.files.append(self.context.workspace.shown(path))
        self.do(lambda: path.unlink(missing_ok=True) if data is None else write_private(path, data))

    @contextmanager
    def planned(self, dry_run: bool) -> Iterator[None]:
        """The block plans, then all of it is done; under the store's lock from the first look on, since what
        another run wrote meanwhile would be undone. What an earlier run left half done goes first."""
        if dry_run:
            yield
            return
        with self.context.store.lock("purge"):
            for folder in (self.context.workspace.surveys, self.context.workspace.notebooks):
                clear_beside(folder)
            yield
            self.context.store.bury()
            clear_incoming(self.context)
            for task in self._tasks:
                task()

    def today(self) -> date:
        return self.context.now().date()


def purge_by_rule(context: Context, *, dry_run: bool = False) -> Purged:
    """Erase what is older than ``retention`` of project.yaml allows.

    A period that was never released waits, and is named: its data would be lost without a result.
    """
    from evallib.store import Tier, Why

    work = Work(context)
    rule, project = context.workspace.project.retention, context.workspace.project
    with work.planned(dry_run):
        for period in project.periods:
            if work.today() >= later(period.end, rule.raw_months):
                _plan(work, period, Tier.RAW, Why.RULE, lambda name: name.startswith(PERSONAL))
            if work.today() >= later(period.end, rule.text_months):
                _plan(work, period, Tier.TEXT, Why.RULE, lambda _: True)
            if work.today() >= later(project.end, rule.frozen_months):
                _plan(work, period, Tier.FROZEN, Why.RULE, lambda name: not name.startswith("declared/"))
        if work.objects or work.files:
            clear_notebooks(work)
    return Purged(not dry_run, tuple(work.objects), tuple(work.files), tuple(work.waiting))


def _plan(work: Work, period: Period, tier: Tier, why: object, wanted: Callable[[str], bool]) -> None:
    """What goes of one tier of a period, the received files with the raw tier."""
    from evallib.store import Tier

    store = work.context.store
    going = objects_of(work.context, tier, period, lambda name, _: wanted(name))
    originals = _originals(work.context, period) if tier is Tier.RAW else []
    if tier is Tier.TEXT:
        originals = answer_sheets(work.context, period)
    if not going and not originals:
        return
    if store.latest(Tier.RELEASED, period.id) is None:
        work.waiting.append(text("{period}: not released yet, so nothing was erased", period=period.id))
        return
    latest = store.latest(tier, period.id)
    if latest is not None and going:
        kept = {name: sha for name, sha in latest.entries.items() if sha not in going}
        erase(work, latest, kept, going, {**latest.facts, "closed": True}, str(why))
    for path in originals:
        work.replace_file(path, None)


def objects_of(
    context: Context, tier: Tier, period: Period, wanted: Callable[[str, str], bool]
) -> dict[str, str]:
    """Object → entry name, over all manifests of a tier and period, without what is erased already."""
    store, erased = context.store, context.store.erased()
    found = {}
    for manifest in store.manifests(tier, period.id):
        for name, sha in manifest.entries.items():
            if sha not in erased and wanted(name, sha):
                found[sha] = name
    return found


def erase(
    work: Work,
    latest: Manifest,
    entries: Mapping[str, str | bytes],
    going: Mapping[str, str],
    facts: Mapping[str, object],
    why: str,
) -> None:
    """Plan a manifest without ``going``, with their tombstones; entries given as bytes are put first."""
    from evallib.store import Tombstone, Why

    store, place = work.context.store, f"{latest.tier.value}/{latest.period}"
    work.objects += [f"{place}/{name} ({sha[:12]})" for sha, name in sorted(going.items(), key=_by_name)]
    stones: dict[str, Tombstone] = {
        sha: Tombstone(Why(why), work.today().isoformat()) for sha in sorted(going)
    }

    def commit() -> None:
        kept = {name: store.put(one) if isinstance(one, bytes) else one for name, one in entries.items()}
        plain = json.loads(json.dumps(dict(facts)))
        store.commit(latest.tier, latest.period, kept, plain, work.context.stamp(), erased=stones)

    work.do(commit)


def _by_name(item: tuple[str, str]) -> tuple[str, str]:
    return item[1], item[0]


def _originals(context: Context, period: Period) -> list[Path]:
    """Received files with persons in them."""
    inbox = context.workspace.inbox(period.id)
    folders = (inbox / "limesurvey", inbox / "events", inbox / "coding")
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def answer_sheets(context: Context, period: Period) -> list[Path]:
    """Workbooks and lists that hold open answers on their way to people."""
    from evallib.steps.coding_files import sheets

    quotes = context.workspace.surveys / "quotes" / f"{period.id}.csv"
    return [*sheets(context, period), *([quotes] if quotes.is_file() else [])]


def clear_notebooks(work: Work) -> None:
    """Saved outputs of internal notebooks go, and the copies that JupyterLab keeps of them."""
    root = work.context.workspace.root
    for folder in _checkpoints(root):
        work.files.append(work.context.workspace.shown(folder))
        work.do(lambda folder=folder: shutil.rmtree(folder, ignore_errors=True))  # type: ignore[misc]
    for path in sorted(work.context.workspace.notebooks.rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            data = _without_outputs(path.read_bytes())
            if data is not None:
                work.replace_file(path, data)


def _checkpoints(root: Path) -> Iterable[Path]:
    places = (root, root / "notebooks", root / "surveys")
    return [one / ".ipynb_checkpoints" for one in places if (one / ".ipynb_checkpoints").is_dir()]


def _without_outputs(data: bytes) -> bytes | None:
    """The notebook with empty outputs; None when it has none, or is no notebook."""
    try:
        notebook = json.loads(data)
        filled = [cell for cell in notebook["cells"] if cell.get("outputs")]
    except (ValueError, KeyError, TypeError):
        return None
    for cell in filled:
        cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode() if filled else None


def later(day: date, months: int) -> date:
    """The same day that many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def closes(context: Context, period: Period, today: date) -> bool:
    """Whether an erasure for a person closes the period: it is over and its results are published."""
    from evallib.store import Tier

    over = period.end < today and context.store.latest(Tier.RELEASED, period.id) is not None
    return over or is_closed(context, period)
