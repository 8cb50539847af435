"""The store looked over: what is missing, changed, cut or left behind.

Reading takes no lock. A writer may be at work meanwhile, so that a fault is only told when a second look
still finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from evallib.errors import StoreError
from evallib.store.manifests import Manifest, Tier, head, read_manifest
from evallib.store.objects import all_objects, fingerprint_of, is_object_name

FORMAT = 1
_KNOWN = ("FORMAT", "lock", "objects", "manifests", "tmp", "cache")


class Fault(StrEnum):
    OBJECT_MISSING = "object missing"
    OBJECT_DAMAGED = "object damaged"
    NOT_ERASED = "said to be erased and still there"
    MANIFEST_MISSING = "manifest missing"
    MANIFEST_DAMAGED = "manifest damaged"
    HEAD_DAMAGED = "head damaged"
    FORMAT_DAMAGED = "format damaged"
    STRAY = "stray file"
    LEFT_BEHIND = "left behind by a run that died"


@dataclass(frozen=True)
class Damage:
    """One fault. where: path below the store's folder. ignorable: no data are lost or wrong.

    named: the first manifest entry that names a damaged object, as ``raw/2025/000001: inbox/q1.csv``.
    """

    fault: Fault
    where: str
    ignorable: bool = False
    named: str = ""


@dataclass
class _Seen:
    """What the manifests say. named: object → first entry that names it; living: named by a current one."""

    damages: list[Damage] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    living: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)


def look_over(root: Path) -> list[Damage]:
    """Every fault of the store; objects are hashed in pieces, one after the other."""
    found = _look(root)
    if any(not one.ignorable for one in found):
        still = set(_look(root))
        found = [one for one in found if one in still]
    return found


def _look(root: Path) -> list[Damage]:
    seen = _Seen()
    for place in sorted((root / "manifests").glob("*/*")):
        if place.parent.name in set(Tier) and place.is_dir():
            _chain(root, Tier(place.parent.name), place, seen)
    without_head = unfinished(root)
    if len(without_head) > 1:
        heads = (f"{place.relative_to(root).as_posix()}/HEAD" for place in without_head)
        seen.damages += [one for one in (Damage(Fault.HEAD_DAMAGED, where) for where in heads)
                         if one not in seen.damages]  # fmt: skip
    return [*_format(root), *_objects(root, seen), *seen.damages, *_strays(root)]


def unfinished(root: Path) -> list[Path]:
    """Folders of manifests of which some stand above HEAD, which nobody reads.

    A run that died leaves one such folder at most, and the next one clears it: more of them are a store that
    was copied or restored in part.
    """
    found = []
    for place in sorted((root / "manifests").glob("*/*")):
        numbers = [int(path.stem) for path in place.glob("[0-9]*.json") if path.stem.isdecimal()]
        with suppress(StoreError, ValueError):
            if numbers and max(numbers) > head(root, Tier(place.parent.name), place.name)[0]:
                found.append(place)
    return found


def _format(root: Path) -> Iterator[Damage]:
    path = root / "FORMAT"
    if root.exists() and (root / "objects").exists():
        try:
            whole = path.read_bytes() == f"{FORMAT}\n".encode("ascii")
        except OSError:
            whole = False
        if not whole:
            yield Damage(Fault.FORMAT_DAMAGED, "FORMAT")


def _objects(root: Path, seen: _Seen) -> Iterator[Damage]:
    """Every object against its name; those that are named and missing; those that should be gone or that
    no manifest names."""
    complete = not seen.damages
    there = set()
    for name, path in all_objects(root):
        where = path.relative_to(root).as_posix()
        if not is_object_name(name):
            yield Damage(Fault.STRAY, where, ignorable=True)
            continue
        there.add(name)
        if not _whole(path, name):
            yield Damage(Fault.OBJECT_DAMAGED, where, named=seen.named.get(name, ""))
        elif complete and name in seen.erased - seen.living:
            yield Damage(Fault.NOT_ERASED, where, named=seen.named.get(name, ""))
        elif complete and name not in seen.named:
            yield Damage(Fault.LEFT_BEHIND, where, ignorable=True)
    for sha in sorted(set(seen.named) - there - seen.erased):
        where = f"objects/{sha[:2]}/{sha[2:]}"
        if not (root / where).exists():
            yield Damage(Fault.OBJECT_MISSING, where, named=seen.named[sha])


def _whole(path: Path, name: str) -> bool:
    try:
        return fingerprint_of(path) == name
    except FileNotFoundError:  # erased since it was listed: found missing, unless a manifest says so
        return True
    except OSError:
        return False


def _chain(root: Path, tier: Tier, place: Path, seen: _Seen) -> None:
    """Manifests 1 … HEAD must be there, whole, and each name the hash of the one before it."""
    at_head = Damage(Fault.HEAD_DAMAGED, (place / "HEAD").relative_to(root).as_posix())
    highest = max((int(path.stem) for path in place.glob("[0-9]*.json") if path.stem.isdecimal()), default=0)
    try:
        last, sha = head(root, tier, place.name)
    except StoreError:
        last, sha = highest + 1, ""
    if last > highest:
        seen.damages.append(at_head)
        last, sha = highest, ""
    before, manifest = "", None
    for number in range(1, last + 1):
        path = place / f"{number:06d}.json"
        where = path.relative_to(root).as_posix()
        try:
            manifest = read_manifest(root, tier, place.name, number)
        except StoreError:
            fault = Fault.MANIFEST_DAMAGED if path.exists() else Fault.MANIFEST_MISSING
            seen.damages.append(Damage(fault, where))
            before = ""
            continue
        if before and manifest.previous != before:
            seen.damages.append(Damage(Fault.MANIFEST_DAMAGED, where))
        before = manifest.sha256
        _note(manifest, seen)
    if manifest is not None and manifest.number == last:
        seen.living.update(manifest.entries.values())
    if before and sha and before != sha:
        seen.damages.append(at_head)
    seen.damages += _above(root, place, last)


def _note(manifest: Manifest, seen: _Seen) -> None:
    place = f"{manifest.tier.value}/{manifest.period}/{manifest.number:06d}"
    for name, sha in manifest.entries.items():
        seen.named.setdefault(sha, f"{place}: {name}")
    seen.erased.update(manifest.erased)


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


def _strays(root: Path) -> Iterator[Damage]:
    """What lies where nothing of the store lies, and what a run left that died."""
    tiers = [path for path in (root / "manifests").glob("*") if path.name not in set(Tier) or path.is_file()]
    places = [
        path for path in (root / "manifests").glob("*/*") if path.parent not in tiers and path.is_file()
    ]
    top = [path for path in root.glob("*") if path.name not in _KNOWN]
    loose = [path for path in (root / "objects").glob("*") if path.is_file()]
    for path in sorted([*top, *loose, *tiers, *places]):
        yield Damage(Fault.STRAY, path.relative_to(root).as_posix(), ignorable=True)
    for path in sorted((root / "tmp").glob("*")):
        yield Damage(Fault.LEFT_BEHIND, path.relative_to(root).as_posix(), ignorable=True)
