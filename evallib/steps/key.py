"""key: a pseudonym key of the project's own, made once a programme period, and kept on paper too."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evallib.errors import InputError, OutputError, PrivacyError, Text, UsageError, text
from evallib.steps.context import Context
from evallib.steps.unfilled import waits


def key(context: Context) -> str:
    """Make the key in this computer's keyring; returns its id, never the key.

    Raises UsageError when project.yaml keeps the key elsewhere or lacks the number, PrivacyError when
    there is one already or when data are frozen under a key that is no longer there.
    """
    from evallib.privacy.keys import has_key, make_key
    from evallib.steps.project_key import refuse_other_keys

    project = context.workspace.project
    _check_keyring(context)
    if not has_key(project.number, project.programme_period):
        refuse_other_keys(context, [])
    return make_key(project.number, project.programme_period).key_id


def key_backup(context: Context, file: Path, say: Callable[[Text], str] = str) -> str:
    """Write the key to ``file`` as a sheet to be printed; returns the key's id, and notes the backup.

    Raises UsageError for a place that travels with the data, OutputError when it can't be written,
    PrivacyError when there is no key or it is the demo's.
    """
    from evallib.privacy.key_sheet import sheet_lines
    from evallib.steps.project_key import project_key
    from evallib.store import Tier

    _check_place(context, file)
    project, found = context.workspace.project, project_key(context)
    lines = sheet_lines(found, project.number, project.programme_period)
    written = "\n".join([say(_TITLE), "", *lines, "", say(_WORDS), ""])
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as sheet:
            sheet.write(written)
            sheet.flush()
            os.fsync(sheet.fileno())
    except FileExistsError:
        raise UsageError(
            text("{file} exists already", file=file.name),
            repair=text("Choose another name; what is there may be another key"),
        ) from None
    except OSError as fault:
        file.unlink(missing_ok=True)
        raise OutputError(
            text("The sheet can't be written"),
            where=str(file.parent),
            found=fault.strerror or type(fault).__name__,
            repair=text("Choose a folder where you may write, then run the same again"),
        ) from fault
    stamp = context.stamp()
    facts = {"of": "key", "key": found.key_id, "made": stamp}
    context.store.commit(Tier.BACKUPS, "key", {}, facts, stamp)
    return found.key_id


def key_restore(context: Context, written: str) -> str:
    """Put the key of a printed sheet into this computer's keyring; returns its id.

    Raises InputError for a sheet that was typed wrong, PrivacyError for the key of another project, for
    one under which this project's data are not frozen, and when another key is there.
    """
    from evallib.privacy.key_sheet import read_sheet
    from evallib.privacy.keys import put_key
    from evallib.steps.project_key import refuse_other_keys

    _check_keyring(context)
    sheet, project = read_sheet(written), context.workspace.project
    of_sheet, of_project = (sheet.number, sheet.programme_period), (project.number, project.programme_period)
    if of_sheet != of_project:
        raise PrivacyError(
            text("This is the key of another project or programme period"),
            expected=" / ".join(of_project),
            found=" / ".join(of_sheet),
            repair=text("Take this project's sheet, or go to the other project's workspace"),
        )
    refuse_other_keys(context, [sheet.key_id])
    return put_key(*of_project, sheet.written).key_id


@dataclass(frozen=True)
class Rotated:
    """A change of the key. ended: periods frozen under earlier keys; again: of them, those whose received
    files are still there, so that they can be frozen under the new one."""

    old: str
    new: str
    ended: tuple[str, ...]
    again: tuple[str, ...]


def key_rotate(context: Context) -> Rotated:
    """A new key for what is frozen from now on; the old one stays in the keyring, for erasure.

    Nobody is recognised across the change: pairs and returning participants end there, and the report says
    so. Raises PrivacyError when there is no key.
    """
    from evallib.privacy.keys import retire_key
    from evallib.steps.closed import is_closed
    from evallib.steps.context import has_anything
    from evallib.steps.project_key import project_key
    from evallib.steps.states import stays_locked
    from evallib.store import Tier

    _check_keyring(context)
    old, project = project_key(context), context.workspace.project
    ended = [one for one in project.periods if context.store.latest(Tier.FROZEN, one.id) is not None]
    again = [
        one.id
        for one in ended
        if has_anything(context, one) and not is_closed(context, one) and not stays_locked(context, one)
    ]
    new = retire_key(project.number, project.programme_period)
    return Rotated(old.key_id, new.key_id, tuple(one.id for one in ended), tuple(again))


def used_and_not_printed(context: Context) -> list[str]:
    """Ids of keys under which data are frozen and of which no sheet was ever written."""
    from evallib.steps.project_key import used_keys
    from evallib.store import Tier

    printed = {str(one.facts["key"]) for one in context.store.manifests(Tier.BACKUPS, "key")}
    return sorted(used_keys(context) - printed - set(context.workspace.project.lost_keys))


def sheet_of(file: Path) -> str:
    """The words of a sheet's file; InputError when it is none."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            text("The sheet can't be read"),
            where=file.name,
            found=getattr(fault, "strerror", "") or text("no text"),
            repair=text("Name the file that evallib key backup wrote, or type its lines"),
        ) from fault


def _check_keyring(context: Context) -> None:
    project = context.workspace.project
    if project.key != "keyring":
        raise UsageError(
            text("This workspace does not keep its key in the keyring"),
            where="surveys/project.yaml: key",
            found=project.key,
            repair=text("Set key: keyring there, or keep the key where it is"),
        )
    if waits(project.number):
        raise UsageError(
            text("The project's number is not filled in yet, and the key belongs to it"),
            where="surveys/project.yaml: number",
            found=project.number,
            repair=text("Write the number of the funding decision there, then run the same again"),
        )


def _check_place(context: Context, file: Path) -> None:
    """A key beside the data, or in a folder that is copied elsewhere, is no longer kept apart."""
    from evallib.steps.doctor import SYNCED

    place, workspace = file.resolve(), context.workspace
    inside = any(place.is_relative_to(one) for one in (workspace.root.resolve(), workspace.store))
    if inside or any(name in str(place).casefold() for name in SYNCED):
        raise UsageError(
            text("The key is kept apart from the data, and in no folder that is copied elsewhere"),
            where=str(file),
            repair=text("Name a file on a memory stick or on the desktop; print it, then delete the file"),
        )


_TITLE = text("Pseudonym key of an evallib project. Keep this paper in a safe, apart from the data.")
_WORDS = text(
    "Whoever has this key and a list of e-mail addresses can tell who is who in the project's data.\n"
    "Print it, then delete the file. To get the key back on another computer: evallib key restore, then\n"
    "type the first line and the numbered ones. Destroy the paper when the data have been erased."
)
