"""Manifests: what a tier of a period holds, numbered, chained, hashed; HEAD names the current one.

A manifest above HEAD is what a run left that died between the two; it was never current, and the
next commit takes its number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from evallib.errors import StoreError, text
from evallib.store.files import PRIVATE, READ_ONLY, remove, write_whole
from evallib.store.objects import fingerprint

JSON: TypeAlias = None | bool | int | float | str | list["JSON"] | tuple["JSON", ...] | Mapping[str, "JSON"]
_PERIOD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")


class Tier(StrEnum):
    """A stage of the data, with access and retention of its own."""

    RAW = "raw"  # as received: personal
    TEXT = "text"  # open answers without background
    FROZEN = "frozen"  # pseudonymous tables and what was declared
    RELEASED = "released"  # aggregates that passed the door out
    PRODUCTS = "products"  # reports and workbooks as they were built
    PUBLISHED = "published"  # what was handled, published, locked and withdrawn, an act a manifest
    FEEDBACK = "feedback"  # what was told of a single event, an event a manifest; no number of people
    BACKUPS = "backups"  # which backups were made, of the workspace and of the key, a manifest each


@dataclass(frozen=True)
class Manifest:
    """One state of a tier. entries: name → object; facts: what is known about the run that made it.

    previous: hash of the manifest before it in this tier and period; parent: hash of the manifest
    that it was made from (a frozen one from a raw one); erased: object → why and when it was erased, of
    the objects that went with this commit; sha256: hash of all of this.
    """

    tier: Tier
    period: str
    number: int
    created: str
    entries: Mapping[str, str]
    facts: Mapping[str, JSON] = field(default_factory=dict)
    previous: str = ""
    parent: str = ""
    erased: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sha256: str = ""

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.strptime(self.created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)

    def body(self) -> dict[str, JSON]:
        body: dict[str, JSON] = {
            "tier": self.tier.value,
            "period": self.period,
            "number": self.number,
            "created": self.created,
            "entries": dict(self.entries),
            "facts": dict(self.facts),
            "previous": self.previous,
            "parent": self.parent,
        }
        if self.erased:  # manifests from before anything could be erased keep their hashes
            body["erased"] = {sha: dict(said) for sha, said in self.erased.items()}
        return body

    def hashed(self) -> Manifest:
        """The same manifest with its own hash in it, read back from its bytes."""
        return Manifest.from_bytes(_canonical({"body": self.body(), "sha256": _hash(self.body())}))

    def to_bytes(self) -> bytes:
        return _canonical({"body": self.body(), "sha256": self.sha256})

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read and check; ValueError when the bytes are not those that were written."""
        outer = json.loads(data)
        body, sha = outer["body"], outer["sha256"]
        if data != _canonical(outer) or sha != _hash(body):
            raise ValueError("hash")
        return cls(**{**body, "tier": Tier(body["tier"])}, sha256=sha)


def folder(root: Path, tier: Tier, period: str) -> Path:
    """Where a tier's manifests of a period lie; StoreError for a period that can't be a name."""
    if not _PERIOD.fullmatch(period):
        raise StoreError(
            text("{period} can't be the name of a period", period=repr(period)),
            expected=text("up to 20 letters, digits, - or _"),
        )
    return root / "manifests" / Tier(tier).value / period


def head(root: Path, tier: Tier, period: str) -> tuple[int, str]:
    """(number, hash) that HEAD names; (0, "") when nothing was committed."""
    path = folder(root, tier, period) / "HEAD"
    try:
        written = path.read_bytes()
        number, sha = written.decode("ascii").split()
        if written != head_line(int(number), sha):
            raise ValueError("form")
        return int(number), sha
    except FileNotFoundError:
        return 0, ""
    except (ValueError, UnicodeDecodeError):
        raise damaged(path, root) from None


def head_line(number: int, sha: str) -> bytes:
    """What HEAD holds."""
    return f"{number:06d} {sha}\n".encode("ascii")


def read_manifest(root: Path, tier: Tier, period: str, number: int) -> Manifest:
    """A manifest by number, checked against its own hash; StoreError when missing or damaged."""
    path = folder(root, tier, period) / f"{number:06d}.json"
    try:
        found = Manifest.from_bytes(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(
            text("The store has no {tier} manifest {number}", tier=Tier(tier).value, number=number),
            where=path.relative_to(root).as_posix(),
            repair=text("Restore the store from a backup"),
        ) from None
    except (ValueError, KeyError, TypeError):
        raise damaged(path, root) from None
    if (found.tier, found.period, found.number) != (tier, period, number):
        raise damaged(path, root)
    return found


def current(root: Path, tier: Tier, period: str) -> Manifest | None:
    """The manifest that HEAD names; None when nothing was committed for this tier and period."""
    number, sha = head(root, tier, period)
    if not number:
        return None
    found = read_manifest(root, tier, period, number)
    if found.sha256 != sha:
        raise damaged(folder(root, tier, period) / "HEAD", root)
    return found


def write_next(root: Path, manifest: Manifest) -> None:
    """Write a manifest and let HEAD name it. The caller holds the lock."""
    place = folder(root, manifest.tier, manifest.period)
    path = place / f"{manifest.number:06d}.json"
    try:
        write_whole(path, manifest.to_bytes(), root / "tmp", READ_ONLY, exclusive=True)
    except FileExistsError:  # a run died before HEAD named it: it was never current
        remove(path)
        write_whole(path, manifest.to_bytes(), root / "tmp", READ_ONLY, exclusive=True)
    write_whole(place / "HEAD", head_line(manifest.number, manifest.sha256), root / "tmp", PRIVATE)


def take_back(place: Path, last: int) -> None:
    """Take away the one manifest above HEAD that a run left which died: it was never current."""
    remove(place / f"{last + 1:06d}.json")


def damaged(path: Path, root: Path) -> StoreError:
    return StoreError(
        text("A file of the store is damaged"),
        where=path.relative_to(root).as_posix(),
        repair=text("Restore the store from a backup"),
    )


def _canonical(value: JSON) -> bytes:
    written = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.encode("utf-8") + b"\n"


def _hash(body: JSON) -> str:
    return fingerprint(_canonical(body))
