"""Several files of a workspace changed together: all of them or none, and taken back in one go.

New and old bytes are laid aside first; then one file, the journal, is written, and from then on the change
counts as made. A run that dies before it has changed nothing; one that dies after it is ended by the next
:func:`finish`. The last change made stays in ``.evallib``, so that :func:`undo` can take it back.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from evallib.errors import MissingStepError, OutputError, StoreError, text
from evallib.steps.fingerprint import hash_bytes
from evallib.steps.one_file import write_file
from evallib.store.files import rename
from evallib.store.lock import hold
from evallib.workspace import CHANGING, HOME

Changes: TypeAlias = Mapping[str, bytes | None]  # name below the workspace → new bytes, None: goes away
DONE = f"{HOME}/changed.json"
_LOCK = f"{HOME}/lock"


@dataclass(frozen=True)
class Undone:
    """What came back. what: the change that was taken back; aside: name → where the file lies that was
    changed since, and had to make room."""

    what: str
    files: tuple[str, ...]
    aside: Mapping[str, str]


@contextmanager
def held(root: Path) -> Iterator[None]:
    """The only run that changes the workspace's own files; StoreError while another one does."""
    (root / HOME).mkdir(exist_ok=True)
    with hold(root / _LOCK, "upgrade"):
        yield


def apply(root: Path, changes: Changes, what: str) -> None:
    """Make the change. Raises OutputError where something can't be written: before the journal nothing has
    changed then, after it the next run ends what was begun."""
    finish(root)
    token = f"change-{secrets.token_hex(4)}"
    place, told = root / HOME / token, []
    try:
        for number, (name, data) in enumerate(sorted(changes.items())):
            old = _bytes(root / name)
            for side, content in (("new", data), ("old", old)):
                if content is not None:
                    write_file(place / side / f"{number:04d}", content, folders=True)
            told.append({"name": name, "old": _sha(old), "new": _sha(data)})
        journal = {"what": what, "place": token, "files": told}
        write_file(root / CHANGING, json.dumps(journal, ensure_ascii=False, indent=1).encode())
    except BaseException:
        if not (root / CHANGING).exists():
            shutil.rmtree(place, ignore_errors=True)
        raise
    finish(root)


def finish(root: Path) -> str:
    """End a change that a run began and did not end; gives what it was, "" where there was none."""
    journal = _read(root / CHANGING)
    if journal is None:
        return ""
    place = root / HOME / str(journal["place"])
    for number, one in enumerate(journal["files"]):
        path = root / one["name"]
        if _sha(_bytes(path)) == one["new"]:
            continue
        if one["new"] is None:
            _take_away(root, path)
        else:
            write_file(path, _aside(place, "new", number, one["new"]), shown=one["name"], folders=True)
    rename(root / CHANGING, root / DONE)
    _sweep(root, str(journal["place"]))
    return str(journal["what"])


def last_change(root: Path) -> tuple[str, tuple[str, ...]] | None:
    """(what it was, names of its files) of the change that can be taken back; None when there is none."""
    journal = _read(root / DONE)
    if journal is None or journal["what"] == "undo":
        return None
    return str(journal["what"]), tuple(one["name"] for one in journal["files"])


def undo(root: Path) -> Undone:
    """Take the last change back. A file that was changed since makes room, and is laid aside whole.

    Raises MissingStepError where there is nothing to take back, StoreError where what was laid aside is gone.
    """
    finish(root)
    journal = _read(root / DONE)
    if journal is None or journal["what"] == "undo":
        raise MissingStepError(
            text("There is nothing to take back"),
            expected=text("an upgrade or an opened period, the last one"),
        )
    place = root / HOME / str(journal["place"])
    back: dict[str, bytes | None] = {}
    aside: dict[str, str] = {}
    for number, one in enumerate(journal["files"]):
        back[one["name"]] = None if one["old"] is None else _aside(place, "old", number, one["old"])
        now = _bytes(root / one["name"])
        if now is not None and _sha(now) not in (one["new"], one["old"]):
            aside[one["name"]] = _free(root, f"taken-back/{one['name']}")
            back[aside[one["name"]]] = now
    apply(root, back, "undo")
    return Undone(str(journal["what"]), tuple(sorted({*back} - {*aside.values()})), aside)


def _aside(place: Path, side: str, number: int, sha: str) -> bytes:
    found = _bytes(place / side / f"{number:04d}")
    if found is None or _sha(found) != sha:
        raise StoreError(
            text("What was laid aside for an upgrade is damaged or gone"),
            where=f"{HOME}/{place.name}/{side}/{number:04d}",
            repair=text("Restore the workspace from a backup"),
        )
    return found


def _free(root: Path, name: str) -> str:
    """The name, or with a number before its ending where something lies there."""
    path, number = Path(name), 1
    while (root / path).exists():
        number += 1
        path = Path(name).with_name(f"{Path(name).stem}-{number}{Path(name).suffix}")
    return path.as_posix()


def _take_away(root: Path, path: Path) -> None:
    """The file is gone, and so are folders that were made for what is laid beside and are empty now."""
    try:
        path.unlink(missing_ok=True)
    except OSError as fault:
        raise OutputError(
            text("The file {file} can't be taken away", file=path.name),
            found=fault.strerror or type(fault).__name__,
            repair=text("Close programs that hold the file, then run the same command again"),
        ) from None
    folder = path.parent
    while folder != root and folder.relative_to(root).parts[0].startswith("upgrade-"):
        if any(folder.iterdir()):
            return
        folder.rmdir()
        folder = folder.parent


def _read(path: Path) -> dict[str, Any] | None:
    data = _bytes(path)
    if data is None:
        return None
    try:
        found: dict[str, Any] = json.loads(data)
        _: Sequence[str] = [one["name"] for one in found["files"]]
        return found if found["what"] and found["place"] else None
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            text("The note of what was changed is damaged"),
            where=f"{HOME}/{path.name}",
            repair=text("Restore the workspace from a backup"),
        ) from None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _sha(data: bytes | None) -> str | None:
    return None if data is None else hash_bytes(data)


def _sweep(root: Path, kept: str) -> None:
    """Of changes before the last one nothing is kept."""
    for path in (root / HOME).glob("change-*"):
        if path.name != kept:
            shutil.rmtree(path, ignore_errors=True)
