"""A workspace in a temporary folder as it stood when a release was made; the real one is only read."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from evallib.declared import parse_declared
from evallib.steps.context import Context
from evallib.steps.release import opened
from evallib.store.manifests import head_line
from evallib.store.objects import object_path
from evallib.workspace import Period, Project, Workspace, find_workspace

if TYPE_CHECKING:
    from evallib.store import Manifest, Tier

Chains: TypeAlias = "dict[tuple[Tier, str], int]"  # how far each tier of each period goes
STORE = "surveys/store"


def chains_of(context: Context, period: Period, released: Manifest, frozen: Manifest) -> Chains:
    """How far each tier went when the release was made, of the period and of those before it."""
    from evallib.store import Tier

    store = context.store
    raw = int(str(frozen.facts["raw"]))
    chains = {
        (Tier.RAW, period.id): raw,
        (Tier.FROZEN, period.id): frozen.number,
        (Tier.RELEASED, period.id): released.number - 1,
    }
    if told := int(str(released.facts.get("feedback", 0))):
        chains[Tier.FEEDBACK, period.id] = told
    for one in store.manifests(Tier.TEXT, period.id):
        if one.facts.get("fingerprint") == frozen.facts.get("fingerprint"):
            chains[Tier.TEXT, period.id] = one.number
    published: Any = opened(context, released).facts.get("since_published") or {}
    for one in store.manifests(Tier.PUBLISHED, period.id):
        if published and (one.facts["act"], one.facts["release"]) == ("published", published["release"]):
            chains[Tier.PUBLISHED, period.id] = one.number
    earlier, freezes = _numbers(released, "earlier"), _numbers(released, "freezes")
    for past, number in earlier.items():
        made = store.manifest(Tier.RELEASED, past, number)
        chains[Tier.RELEASED, past] = number
        chains[Tier.FROZEN, past] = freezes.get(past, int(str(made.facts["freeze"])))
        before = store.manifest(Tier.FROZEN, past, chains[Tier.FROZEN, past])
        chains[Tier.RAW, past] = int(str(before.facts["raw"]))
    return chains


def _numbers(released: Manifest, fact: str) -> dict[str, int]:
    known: Any = released.facts.get(fact) or {}
    return {str(period): int(str(number)) for period, number in known.items()}


@contextmanager
def as_it_stood(context: Context, released: Manifest, chains: Chains) -> Iterator[Context]:
    """A workspace in a temporary folder as it stood just before the release was made, at that time."""
    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        root = Path(folder)
        surveys, store = root / "surveys", root / STORE
        for name, data in _written(context, released).items():
            _lay_down(surveys / name, data)
        _lay_down(surveys / "project.yaml", _project(context, released))
        for (tier, period), number in chains.items():
            copy_chain(context, store, tier, period, number)
        _lay_down(store / "FORMAT", (context.workspace.store / "FORMAT").read_bytes())
        past = Context(find_workspace(root), context.tell, now=lambda: released.moment)
        _lay_down_received(context, past.workspace, released.period, chains)
        ignored = shutil.ignore_patterns(".*")
        shutil.copytree(context.workspace.notebooks, root / "notebooks", ignore=ignored)
        yield past


def _written(context: Context, released: Manifest) -> dict[str, bytes]:
    """Name below surveys/ → what was declared and written when the release was made."""
    found = {}
    for name, sha in released.entries.items():
        folder, _, rest = name.partition("/")
        if folder == "declared":
            found[rest] = context.store.get(sha)
        elif folder == "commentary":
            found[f"commentary/{released.period}/{rest}"] = context.store.get(sha)
        elif name == "emblem":
            found[name] = context.store.get(sha)
    return found


def _project(context: Context, released: Manifest) -> bytes:
    """project.yaml as it was declared, but for the places of store and emblem, which are here."""
    written = context.store.get(released.entries["declared/project.yaml"]).decode("utf-8-sig")
    project = parse_declared(written, Project, "project.yaml")
    here = {"store": STORE} | ({"emblem": "emblem"} if "emblem" in released.entries else {})
    return json.dumps(project.model_dump(mode="json", exclude_unset=True) | here).encode()


def copy_chain(context: Context, store: Path, tier: Tier, period: str, last: int) -> None:
    """Manifests 1 … last of a tier and period with all their objects that are there."""
    place = store / "manifests" / tier.value / period
    for number in range(1, last + 1):
        manifest = context.store.manifest(tier, period, number)
        _lay_down(place / f"{number:06d}.json", manifest.to_bytes())
        _lay_down(place / "HEAD", head_line(number, manifest.sha256))
        for sha in manifest.entries.values():
            source, target = (object_path(root, sha) for root in (context.workspace.store, store))
            if source.exists() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def _lay_down_received(context: Context, past: Workspace, period: str, chains: Chains) -> None:
    """Received files of the period as they were; of earlier ones the roster, and a mark of them."""
    from evallib.store import Tier

    for (tier, one), number in chains.items():
        if tier is not Tier.RAW:
            continue
        if one != period:
            _lay_down(past.inbox(one) / "received", b"")
        for name, sha in context.store.manifest(tier, one, number).entries.items():
            folder, _, rest = name.partition("/")
            if sha in context.store.erased() or not (one == period or folder == "rosters"):
                continue
            target = past.inbox(one) / rest if folder == "inbox" else past.surveys / name
            _lay_down(target, context.store.get(sha))


def _lay_down(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
