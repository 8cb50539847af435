"""The store looked over: what is missing, changed, cut or left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evallib.errors import StoreError
from evallib.store.erasure import living, tombstones
from evallib.store.manifests import Manifest, Tier, head, read_manifest
from evallib.store.objects import all_objects, fingerprint, is_object_name


class Fault(StrEnum):
    OBJECT_MISSING = "object missing"
    OBJECT_DAMAGED = "object damaged"
    NOT_ERASED = "said to be erased and still there"
    MANIFEST_MISSING = "manifest missing"
    MANIFEST_DAMAGED = "manifest damaged"
    HEAD_DAMAGED = "head damaged"
    STRAY = "stray file"
    LEFT_BEHIND = "left behind by a run that died"


@dataclass(frozen=True)
class Damage:
    """One fault. where: path below the store's folder. ignorable: no data are lost or wrong."""

    fault: Fault
    where: str
    ignorable: bool = False


def look_over(root: Path) -> list[Damage]:
    """Every fault of the store, in the order of its files."""
    erased = set(tombstones(root))
    return [*_objects(root), *_unburied(root, erased), *_manifests(root, erased), *_left_behind(root)]


def _unburied(root: Path, erased: set[str]) -> Iterator[Damage]:
    """A run that died between tombstone and removal; ``evallib purge`` ends its work."""
    present = {name for name, _ in all_objects(root)} & erased
    try:
        waiting = present - living(root) if present else present
    except StoreError:  # a damaged HEAD or manifest is reported by itself
        return
    for sha in sorted(waiting):
        yield Damage(Fault.NOT_ERASED, f"objects/{sha[:2]}/{sha[2:]}")


def _objects(root: Path) -> Iterator[Damage]:
    for name, path in all_objects(root):
        where = path.relative_to(root).as_posix()
        if not is_object_name(name):
            yield Damage(Fault.STRAY, where, ignorable=True)
        elif not path.is_file() or fingerprint(path.read_bytes()) != name:
            yield Damage(Fault.OBJECT_DAMAGED, where)


def _manifests(root: Path, erased: set[str]) -> Iterator[Damage]:
    for place in sorted((root / "manifests").glob("*/*")):
        try:
            tier = Tier(place.parent.name)
        except ValueError:
            yield Damage(Fault.STRAY, place.relative_to(root).as_posix(), ignorable=True)
            continue
        yield from _chain(root, tier, place, erased)


def _chain(root: Path, tier: Tier, place: Path, erased: set[str]) -> Iterator[Damage]:
    """Manifests 1 … HEAD must be there, whole, and each name the hash of the one before it."""
    try:
        last, sha = head(root, tier, place.name)
    except StoreError:
        yield Damage(Fault.HEAD_DAMAGED, (place / "HEAD").relative_to(root).as_posix())
        return
    highest = max((int(path.stem) for path in place.glob("[0-9]*.json") if path.stem.isdecimal()), default=0)
    if last > highest:
        yield Damage(Fault.HEAD_DAMAGED, (place / "HEAD").relative_to(root).as_posix())
        last, sha = highest, ""
    before = ""
    for number in range(1, last + 1):
        path = place / f"{number:06d}.json"
        where = path.relative_to(root).as_posix()
        try:
            manifest = read_manifest(root, tier, place.name, number)
        except StoreError:
            fault = Fault.MANIFEST_DAMAGED if path.exists() else Fault.MANIFEST_MISSING
            yield Damage(fault, where)
            before = ""
            continue
        if before and manifest.previous != before:
            yield Damage(Fault.MANIFEST_DAMAGED, where)
        before = manifest.sha256
        yield from _entries(root, manifest, erased)
    if before and sha and before != sha:
        yield Damage(Fault.HEAD_DAMAGED, (place / "HEAD").relative_to(root).as_posix())
    yield from _above(root, place, last)


def _entries(root: Path, manifest: Manifest, erased: set[str]) -> Iterator[Damage]:
    for sha in sorted(set(manifest.entries.values()) - erased):
        where = f"objects/{sha[:2]}/{sha[2:]}"
        if not (root / where).exists():
            yield Damage(Fault.OBJECT_MISSING, where)


def _above(root: Path, place: Path, last: int) -> Iterator[Damage]:
    """A run that died leaves one manifest above HEAD; more of them mean that HEAD went back."""
    known = {f"{number:06d}.json" for number in range(1, last + 1)} | {"HEAD"}
    above = sorted(path for path in place.iterdir() if path.name not in known)
    for path in above:
        where = path.relative_to(root).as_posix()
        if path.name == f"{last + 1:06d}.json" and len(above) == 1:
            yield Damage(Fault.LEFT_BEHIND, where, ignorable=True)
        elif path.suffix == ".json" and path.stem.isdigit():
            yield Damage(Fault.HEAD_DAMAGED, (place / "HEAD").relative_to(root).as_posix())
            return
        else:
            yield Damage(Fault.STRAY, where, ignorable=True)


def _left_behind(root: Path) -> Iterator[Damage]:
    for path in sorted((root / "tmp").glob("*")):
        yield Damage(Fault.LEFT_BEHIND, path.relative_to(root).as_posix(), ignorable=True)
