"""Erased objects: what a manifest says of bytes that had to go, by a retention rule or for a person.

A tombstone is written first and the object removed after it, so that a run that dies between the two
leaves a promise that is not kept yet and that the next look at the store finds, never a silent gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from evallib.errors import StoreError, text
from evallib.store.files import remove, sync_folder
from evallib.store.manifests import Manifest, Tier, current, head, read_manifest
from evallib.store.objects import all_objects, is_object_name, object_path


class Why(StrEnum):
    RULE = "rule"  # its time of retention had passed
    PERSON = "person"  # it held data of somebody whose data were to be erased


@dataclass(frozen=True)
class Tombstone:
    """Why and when (a day, ISO) an object was erased. It never says whose data it held."""

    why: Why
    on: str

    def plain(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def tombstones(root: Path) -> dict[str, Tombstone]:
    """Object → its tombstone, from all manifests that can be read."""
    found = {}
    for manifest in _manifests(root):
        for sha, said in manifest.erased.items():
            found[sha] = Tombstone(Why(said["why"]), said["on"])
    return found


def living(root: Path) -> set[str]:
    """Objects that a current manifest names: they are in use, whatever older manifests say."""
    found: set[str] = set()
    for tier, period in _places(root):
        manifest = current(root, tier, period)
        found.update(manifest.entries.values() if manifest else ())
    return found


def bury(root: Path) -> list[str]:
    """Remove every object that has a tombstone and is not in use; returns the removed names.

    What no manifest names goes too: a run left it that died, and no rule would ever find it. Unless a
    manifest is damaged: it could be the one that names it.
    """
    gone = []
    for sha in sorted((set(tombstones(root)) - living(root)) | _unnamed(root)):
        path = object_path(root, sha)
        if path.exists():
            remove(path)
            sync_folder(path.parent)
            gone.append(sha)
    return gone


def _unnamed(root: Path) -> set[str]:
    named: set[str] = set()
    try:
        for tier, period in _places(root):
            last, _ = head(root, tier, period)
            for number in range(1, last + 1):
                named.update(read_manifest(root, tier, period, number).entries.values())
    except StoreError:
        return set()
    return {name for name, _ in all_objects(root) if is_object_name(name)} - named


def erased_error(sha: str, stone: Tombstone) -> StoreError:
    """What a reader of an erased object is told."""
    return StoreError(
        text("The object {sha} was erased on {date}", sha=sha, date=stone.on),
        found=text("its time of retention had passed")
        if stone.why is Why.RULE
        else text("it held data of a person whose data were erased"),
        repair=text("Nothing is damaged: released results and reports stand without it"),
    )


def said(stones: Mapping[str, Tombstone]) -> dict[str, dict[str, str]]:
    """Tombstones as they are written into a manifest."""
    return {sha: stone.plain() for sha, stone in stones.items()}


def _places(root: Path) -> Iterator[tuple[Tier, str]]:
    for path in sorted((root / "manifests").glob("*/*/HEAD")):
        if path.parent.parent.name in set(Tier):
            yield Tier(path.parent.parent.name), path.parent.name


def _manifests(root: Path) -> Iterator[Manifest]:
    for tier, period in _places(root):
        try:
            last, _ = head(root, tier, period)
        except StoreError:  # reported where the store is looked over
            continue
        for number in range(1, last + 1):
            try:
                yield read_manifest(root, tier, period, number)
            except StoreError:
                continue
