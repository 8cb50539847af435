"""The store: objects named by their SHA-256, numbered manifests, tiers, one lock.

Reading needs no lock and creates nothing. Writing takes the lock for itself, or runs inside
``with store.lock("freeze"):`` when several writes belong together.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from evallib.errors import StoreError, text
from evallib.store.check import FORMAT, Damage, Fault, look_over, unfinished
from evallib.store.erasure import Tombstone, Why, bury, erased_error, said, tombstones
from evallib.store.files import PRIVATE, make_folder, remove, told_as_output_error, write_whole
from evallib.store.lock import Holder, hold
from evallib.store.manifests import (
    JSON,
    Manifest,
    Tier,
    current,
    head,
    read_manifest,
    take_back,
    write_next,
)
from evallib.store.objects import (
    all_objects,
    fingerprint,
    fingerprint_of,
    get_object,
    object_path,
    put_object,
    put_object_of,
)

__all__ = [
    "Damage",
    "Fault",
    "Manifest",
    "Store",
    "Tier",
    "Tombstone",
    "Why",
    "fingerprint",
]


class Store:
    """The store in one folder. Opening it refuses a store that a newer evallib wrote."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._holder: Holder | None = None
        self._check_format()

    def put(self, data: bytes) -> str:
        """Keep bytes; gives the object's name. OutputError when they can't be written."""
        with self.writing("put"):
            return put_object(self.path, data)

    def put_file(self, source: Path) -> str | None:
        """Keep a file's bytes without holding them; gives their name, None when they changed meanwhile.

        OSError when the file can't be read, OutputError when the bytes can't be written.
        """
        source.open("rb").close()
        with self.writing("put"):
            return put_object_of(self.path, source)

    def get(self, sha: str) -> bytes:
        """The bytes of an object, checked; StoreError when missing, damaged or erased."""
        try:
            return get_object(self.path, sha)
        except StoreError:
            stone = tombstones(self.path).get(sha)
            if stone is None or object_path(self.path, sha).exists():
                raise
            raise erased_error(sha, stone) from None

    def read(self, manifest: Manifest, name: str) -> bytes:
        """The bytes of a manifest's entry; StoreError when it has no entry of that name."""
        if name not in manifest.entries:
            raise StoreError(
                text("The {tier} manifest has no {name}", tier=manifest.tier.value, name=name),
                where=f"{manifest.tier.value}/{manifest.period}/{manifest.number:06d}",
                expected=", ".join(sorted(manifest.entries)),
            )
        return self.get(manifest.entries[name])

    def commit(
        self,
        tier: Tier,
        period: str,
        entries: Mapping[str, str],
        facts: Mapping[str, JSON],
        now: str,
        parent: str = "",
        erased: Mapping[str, Tombstone] | None = None,
    ) -> Manifest:
        """The next manifest of a tier and period, made current; the latest when nothing changed.

        ``now`` is the time to write into it; ``parent`` the hash of the manifest it was made from;
        ``erased`` the objects that go: they are removed once no current manifest names them.
        StoreError when an entry names an object that is not in the store.
        """
        with self.writing("commit"):
            self._check_entries(entries)
            last = current(self.path, tier, period)
            wanted = Manifest(
                Tier(tier),
                period,
                last.number + 1 if last else 1,
                now,
                entries,
                facts,
                last.sha256 if last else "",
                parent,
                said(erased or {}),
            ).hashed()
            if last and not erased and _content(last) == _content(wanted):
                return last
            write_next(self.path, wanted)
            if erased:
                bury(self.path)
            return wanted

    def erased(self) -> dict[str, Tombstone]:
        """Object → why and when it was erased, over the whole store."""
        return tombstones(self.path)

    def bury(self) -> list[str]:
        """Remove what a run that died had said to be erased; returns the objects' names."""
        with self.writing("purge"):
            return bury(self.path)

    def latest(self, tier: Tier, period: str) -> Manifest | None:
        """The current manifest of a tier and period; None when nothing was committed."""
        return current(self.path, tier, period)

    def manifest(self, tier: Tier, period: str, number: int) -> Manifest:
        """A manifest by its number; StoreError when there is none or it is damaged."""
        return read_manifest(self.path, tier, period, number)

    def manifests(self, tier: Tier, period: str) -> list[Manifest]:
        """All manifests of a tier and period, oldest first."""
        last, _ = head(self.path, tier, period)
        return [read_manifest(self.path, tier, period, n) for n in range(1, last + 1)]

    def periods(self, tier: Tier) -> list[str]:
        """Periods that have something in this tier."""
        place = self.path / "manifests" / Tier(tier).value
        return [path.parent.name for path in sorted(place.glob("*/HEAD"))]

    def verify(self) -> list[Damage]:
        """Every fault of the store; an empty list when all is well."""
        return look_over(self.path)

    def extent(self) -> tuple[int, int, int]:
        """How many objects, their size in bytes, and how many manifests there are."""
        sizes = [path.stat().st_size for _, path in all_objects(self.path)]
        return len(sizes), sum(sizes), len(list(self.path.glob("manifests/*/*/*.json")))

    @staticmethod
    def hash_of(path: Path) -> str:
        """The SHA-256 of any file, read in pieces; "" when it is not there or can't be read."""
        try:
            return fingerprint_of(path)
        except OSError:
            return ""

    @contextlib.contextmanager
    def lock(self, purpose: str) -> Iterator[None]:
        """Be the only writer while the block runs; StoreError names the other run if there is one."""
        with contextlib.ExitStack() as stack:
            with told_as_output_error(self.path):
                make_folder(self.path)
                self._holder = stack.enter_context(hold(self.path / "lock", purpose))
                stack.callback(setattr, self, "_holder", None)
                self._clear_up()
                self._write_format()
            yield

    @contextlib.contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """The lock for the block, unless this run holds it already; failed writes are OutputErrors."""
        with contextlib.ExitStack() as stack:
            if self._holder is None:
                stack.enter_context(self.lock(purpose))
            stack.enter_context(told_as_output_error(self.path))
            yield

    def _clear_up(self) -> None:
        """Under the lock, what lies in tmp belongs to a run that died; so does a manifest above HEAD."""
        for path in (self.path / "tmp").glob("*"):
            remove(path)
        places = unfinished(self.path)
        if len(places) > 1:
            raise StoreError(
                text("The store is there in part only: nothing names its newest manifests"),
                where=f"{places[0].relative_to(self.path).as_posix()}/HEAD",
                expected=text("a file HEAD that names the newest one, in each folder"),
                found=text("missing or behind in {n} folders", n=len(places)),
                repair=text("Restore the store whole from a backup; nothing was changed"),
            )
        for place in places:
            take_back(place, head(self.path, Tier(place.parent.name), place.name)[0])

    def _check_entries(self, entries: Mapping[str, str]) -> None:
        for name, sha in entries.items():
            if not object_path(self.path, sha).is_file():
                raise StoreError(
                    text("The entry {name} names an object that is not in the store", name=name),
                    found=sha,
                    repair=text("Put the bytes into the store before the commit"),
                )

    def _check_format(self) -> None:
        try:
            found = (self.path / "FORMAT").read_text("ascii").strip()
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError):
            found = "?"
        if found != str(FORMAT):
            raise StoreError(
                text("The store has a format that this version does not know"),
                expected=str(FORMAT),
                found=found,
                where="FORMAT",
                repair=text("Install the newer evallib with which the store was written"),
            )

    def _write_format(self) -> None:
        path = self.path / "FORMAT"
        if not path.exists():
            write_whole(path, f"{FORMAT}\n".encode("ascii"), self.path / "tmp", PRIVATE)


def _content(manifest: Manifest) -> Manifest:
    """What decides whether a commit says anything new: not its number, time, predecessor or erasures."""
    return replace(manifest, number=0, created="", previous="", erased={}, sha256="")
