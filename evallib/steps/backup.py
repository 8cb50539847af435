"""backup and restore: the workspace and its store in one encrypted file, read back before it is called done.

The pseudonym key is in no backup: whoever found both could tell who is who (``evallib key backup``).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evallib.errors import EvallibError, InputError, OutputError, StoreError, Text, UsageError, text
from evallib.steps.context import Context, open_context
from evallib.steps.everything import every_file
from evallib.steps.file_names import refuse_unfit
from evallib.store.files import rename
from evallib.workspace import Workspace, find_workspace

LEAST = 12  # characters of a passphrase
_NOT_KEPT = ("lock", "tmp", "cache")  # of the store: what a run has for itself
_PARTS = ("workspace", "store")


@dataclass(frozen=True)
class Made:
    """A backup as written. same_disk: it lies where the workspace lies, and goes with that disk."""

    path: Path
    files: int
    size: int
    same_disk: bool


@dataclass(frozen=True)
class Restored:
    """A workspace as it came back. keys: ids of the keys that its frozen data need."""

    folder: Path
    project: str
    made: str
    files: int
    keys: tuple[str, ...]


def backup(context: Context, folder: Path, passphrase: str, say: Callable[[Text], str] = str) -> Made:
    """Write a backup into ``folder``, read it back and note in the store that it was made.

    Raises UsageError for a folder inside the workspace or a short passphrase, StoreError for a damaged
    store, InputError for a file that can't be read, OutputError when the backup can't be written.
    """
    from evallib.store import Tier
    from evallib.store.backup import pack, unpack

    workspace = context.workspace
    _check(workspace, folder, passphrase)
    with context.store.lock("backup"):
        if damages := [one for one in context.store.verify() if not one.ignorable]:
            raise StoreError(
                text("The store is damaged, and a backup of it would look whole"),
                where=damages[0].where,
                found=text("damaged or missing: {n}", n=len(damages)),
                repair=text("Restore the last backup, or see what is damaged: evallib verify --hashes"),
            )
        stamp = context.stamp()
        target = folder / f"evallib-{_slug(workspace)}-{re.sub('[^0-9]', '', stamp)}.zip"
        about = _about(context, stamp)
        context.tell(text("Writing the backup"))
        with _whole(target) as (written, stream):
            kept = pack(stream, _members(workspace), about, passphrase, _words(say))
            stream.flush()
            os.fsync(stream.fileno())
            context.tell(text("Reading it back"))
            if unpack(written, passphrase, None).hashes != kept.hashes:
                raise OutputError(
                    text("The backup does not read back as it was written"),
                    where=target.name,
                    repair=text("Check that disk, or choose another one"),
                )
        facts = {"of": "workspace", "name": target.name, "made": stamp}
        context.store.commit(Tier.BACKUPS, "workspace", {}, facts, stamp)
    same = folder.stat().st_dev == workspace.root.stat().st_dev
    return Made(target, len(kept.hashes), kept.size, same)


def restore(source: Path, folder: Path, passphrase: str) -> Restored:
    """A backup back as the workspace ``folder``, which does not exist yet; whole or not at all.

    Raises UsageError when something lies there, InputError for a file that is no whole backup or another
    passphrase, StoreError when the store in it is damaged or of a newer evallib.
    """
    from evallib.steps.project_key import used_keys
    from evallib.store.backup import unpack

    if not source.is_file():
        raise UsageError(text("There is no file {file}", file=source.name), where=str(source.parent))
    _refuse_taken(folder)
    place = folder.resolve()
    part = place.with_name(f".{place.name}.restoring")
    with _removed_after(part):
        kept = unpack(source, passphrase, part, refuse_unfit)
        inner = part / "workspace"
        if not (inner / "surveys" / "project.yaml").is_file():
            raise InputError(text("There is no workspace in this backup"), where=source.name)
        store = _store_place(place, find_workspace(inner))
        inside = store.is_relative_to(place)
        settled = inner / store.relative_to(place) if inside else part / "store"
        if (part / "store").is_dir() and inside:
            settled.parent.mkdir(parents=True, exist_ok=True)
            (part / "store").rename(settled)
        _check_store(settled)
        _settle(inner, place, part / "store" if not inside else None, store)
    context = open_context(place)
    named = context.workspace.project
    return Restored(folder, named.short_name, str(kept.about.get("made", "")), len(kept.hashes),
                    tuple(sorted(used_keys(context))))  # fmt: skip


def last_backup(context: Context, of: str) -> str:
    """When the workspace or the key was last backed up, as noted in the store; "" when never."""
    from evallib.store import Tier

    last = context.store.latest(Tier.BACKUPS, of)
    return str(last.facts["made"]) if last else ""


def not_backed_up(context: Context) -> int:
    """How many manifests of the store were written after the last backup."""
    from evallib.store import Tier

    store, last = context.store, last_backup(context, "workspace")
    tiers = [one for one in Tier if one is not Tier.BACKUPS]
    newest = (store.latest(tier, period) for tier in tiers for period in store.periods(tier))
    return sum(one is not None and one.created > last for one in newest)


def _check(workspace: Workspace, folder: Path, passphrase: str) -> None:
    place = folder.resolve()
    if any(place.is_relative_to(one) for one in (workspace.root.resolve(), workspace.store)):
        raise UsageError(
            text("A backup inside the workspace goes where the workspace goes"),
            where=str(folder),
            repair=text("Name a folder on another disk, or on the organisation's own server"),
        )
    if not place.is_dir():
        raise UsageError(
            text("There is no folder {folder}", folder=str(folder)),
            repair=text("Make it first, or name another one"),
        )
    check_passphrase(passphrase)


def check_passphrase(passphrase: str) -> None:
    """UsageError for a passphrase that could be guessed by trying."""
    if len(passphrase.strip()) < LEAST:
        raise UsageError(
            text("The passphrase is too short"),
            expected=text("at least {n} characters; four words that do not belong together", n=LEAST),
            found=text("{n} characters", n=len(passphrase.strip())),
        )


def _about(context: Context, stamp: str) -> dict[str, str]:
    from evallib import __version__

    project = context.workspace.project
    return {
        "project": project.number,
        "short_name": project.short_name,
        "evallib": __version__,
        "made": stamp,
    }


def _slug(workspace: Workspace) -> str:
    plain = unicodedata.normalize("NFKD", workspace.project.short_name.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-") or "project"


def _members(workspace: Workspace) -> Iterator[tuple[str, Path]]:
    """Each file under its name in the backup; the store apart, as it may lie elsewhere."""
    root, store = workspace.root.resolve(), workspace.store
    for path in every_file(workspace):
        if path.is_symlink():
            continue
        if path.is_relative_to(store):
            parts = path.relative_to(store).parts
            if parts[0] not in _NOT_KEPT:
                yield "/".join(("store", *parts)), path
        else:
            yield "/".join(("workspace", *path.relative_to(root).parts)), path


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A file that is written under another name and gets its own when the block has ended well."""
    part = target.with_name(f".{target.name}.part")
    try:
        try:
            stream = part.open("wb")
            part.chmod(0o600)
        except OSError as fault:
            repair = text("Choose a folder where you may write, then run the same again")
            raise _unwritten(target, fault, repair) from fault
        try:
            with stream:
                yield part, stream
            part.replace(target)
        except OSError as fault:
            repair = text("Make room on the disk or choose another folder, then run the same again")
            raise _unwritten(target, fault, repair) from fault
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _unwritten(target: Path, fault: OSError, repair: Text) -> OutputError:
    return OutputError(
        text("The backup can't be written"),
        where=str(target.parent),
        found=fault.strerror or type(fault).__name__,
        repair=repair,
    )


def _refuse_taken(folder: Path) -> None:
    """A restore never writes over anything; who lies there is said."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    there: Text | str = text("something else")
    with contextlib.suppress(EvallibError):
        if (folder / "surveys" / "project.yaml").is_file():
            there = text("the workspace of {name}", name=find_workspace(folder).project.short_name)
    raise UsageError(
        text("{folder} exists and is not empty", folder=folder.resolve().name),
        expected=text("a folder that does not exist yet"),
        found=there,
        repair=text("Choose another name. To replace that workspace, give it another name first"),
    )


def _store_place(place: Path, workspace: Workspace) -> Path:
    """Where the restored workspace will look for its store; UsageError when something lies there."""
    store = (place / workspace.project.store).resolve()
    if not store.is_relative_to(place) and store.exists():
        raise UsageError(
            text("The store of this workspace belongs to a place where something lies already"),
            where="surveys/project.yaml: store",
            found=str(store),
            repair=text("Move what lies there, or restore into a folder elsewhere"),
        )
    return store


def _check_store(path: Path) -> None:
    from evallib.store import Store

    if damages := [one for one in Store(path).verify() if not one.ignorable]:
        raise StoreError(
            text("The store in this backup is damaged"),
            where=damages[0].where,
            found=text("damaged or missing: {n}", n=len(damages)),
            repair=text("Take an older backup"),
        )


def _settle(workspace: Path, place: Path, outside: Path | None, store: Path) -> None:
    """The store to its place, then the workspace; neither stays alone."""
    try:
        if place.is_dir():
            place.rmdir()  # it is empty
        if outside is not None and outside.is_dir():
            store.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(outside, store)
        rename(workspace, place)
    except OSError as fault:
        if outside is not None and store.is_dir() and not place.exists():
            _remove(store)
        raise OutputError(
            text("The workspace can't be put in its place"),
            where=str(place),
            found=fault.strerror or type(fault).__name__,
            repair=text("Choose another folder, then run the same again"),
        ) from fault


@contextlib.contextmanager
def _removed_after(part: Path) -> Iterator[None]:
    """A folder beside the restored one, gone before and after; a run that died leaves it for the next."""
    _remove(part)
    try:
        yield
    finally:
        _remove(part)


def _remove(folder: Path) -> None:
    for path in folder.rglob("*") if folder.exists() else ():
        with contextlib.suppress(OSError):
            path.chmod(0o700)  # Windows removes no read-only file
    shutil.rmtree(folder, ignore_errors=True)


_WHAT = text("This is a backup of an evallib workspace with personal data, encrypted with a passphrase.")
_BACK = text("To get it back: evallib restore FILE FOLDER")
_WITHOUT = text("Without evallib, with the programs age and tar (age asks for the passphrase):")
_BY_HAND = """  age --decrypt --output identity.txt identity.age
  age --decrypt --identity identity.txt --output workspace.tar workspace.tar.age
  tar --extract --file workspace.tar"""
_NO_KEY = text("The pseudonym key is not in it. It is kept apart, as printed by evallib key backup.")


def _words(say: Callable[[Text], str]) -> str:
    return "\n\n".join([say(_WHAT), say(_BACK), f"{say(_WITHOUT)}\n{_BY_HAND}", say(_NO_KEY), ""])
