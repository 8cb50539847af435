"""Objects: bytes kept under the name of their own SHA-256, read-only, never changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from evallib.errors import StoreError, Text, text
from evallib.store.files import READ_ONLY, write_whole

_PIECE = 2**18
_SHA = re.compile(r"[0-9a-f]{64}")


def fingerprint(data: bytes) -> str:
    """The SHA-256 of ``data`` in 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def fingerprint_of(path: Path) -> str:
    """The SHA-256 of a file, read in pieces; OSError when it can't be read."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def object_path(root: Path, sha: str) -> Path:
    """Where the object of that name lies; raises StoreError when ``sha`` is no such name."""
    if not _SHA.fullmatch(sha):
        raise StoreError(
            text("{name} is not the name of an object", name=repr(sha)),
            expected=text("64 hexadecimal digits"),
        )
    return root / "objects" / sha[:2] / sha[2:]


def put_object(root: Path, data: bytes) -> str:
    """Keep ``data``; gives its name. An object that is there is checked, and mended if damaged."""
    sha = fingerprint(data)
    path = object_path(root, sha)
    if not (path.is_file() and fingerprint_of(path) == sha):
        write_whole(path, data, root / "tmp", READ_ONLY)
    return sha


def put_object_of(root: Path, source: Path) -> str | None:
    """Keep the bytes of a file, a piece at a time; their name, None when they changed meanwhile."""
    sha = fingerprint_of(source)
    path = object_path(root, sha)
    if path.is_file() and fingerprint_of(path) == sha:
        return sha
    try:
        write_whole(path, _same(source, sha), root / "tmp", READ_ONLY)
    except _Changed:
        return None
    return sha


class _Changed(Exception):
    """A file is not any more what it was."""


def _same(source: Path, sha: str) -> Iterator[bytes]:
    """A file's bytes; _Changed before the end when they are not those of the name."""
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            yield piece
    if digest.hexdigest() != sha:
        raise _Changed


def get_object(root: Path, sha: str) -> bytes:
    """The bytes of an object; StoreError when it is missing or no longer what its name says."""
    path = object_path(root, sha)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _fault(sha, text("The object {sha} is missing from the store", sha=sha)) from None
    except OSError as fault:
        raise _fault(sha, text("The object {sha} can't be read", sha=sha), fault.strerror or "") from None
    found = fingerprint(data)
    if found != sha:
        raise _fault(sha, text("The object {sha} is damaged", sha=sha), found)
    return data


def all_objects(root: Path) -> Iterator[tuple[str, Path]]:
    """(name, path) of every object file, by name; strays have names that are no SHA-256."""
    for path in sorted((root / "objects").glob("*/*")):
        yield path.parent.name + path.name, path


def is_object_name(name: str) -> bool:
    return _SHA.fullmatch(name) is not None


def _fault(sha: str, problem: Text, found: str = "") -> StoreError:
    return StoreError(
        problem,
        where=f"objects/{sha[:2]}/{sha[2:]}",
        found=found,
        repair=text("Restore the store from a backup, or freeze the period again from its sources"),
    )
