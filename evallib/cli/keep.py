"""The commands that keep the work: backup, restore and the key."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import Text, UsageError, text

PASSPHRASE = "EVALLIB_BACKUP_PASSPHRASE"
Say = Callable[[Text | str], str]


def options(one: argparse.ArgumentParser, name: str, say: Say) -> None:
    """The options of this file's commands; none for another command."""
    if name == "backup":
        one.add_argument("folder", metavar=say(text("FOLDER")), help=say(_ELSEWHERE))
    if name == "restore":
        one.add_argument("file", metavar=say(text("FILE")), help=say(text("A backup")))
        one.add_argument("folder", metavar=say(text("FOLDER")), help=say(_NEW))
    if name == "key":
        one.add_argument("action", nargs="?", choices=("make", "backup", "restore", "rotate"), default="make",
                         help=say(_ACTION))  # fmt: skip
        one.add_argument("file", nargs="?", metavar=say(text("FILE")), help=say(_SHEET))


def backup(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.backup import backup as step
    from evallib.steps.backup import check_passphrase

    context = _context(progress)
    passphrase = _passphrase(speaker, twice=check_passphrase)
    made = step(context, Path(given.folder), passphrase, speaker.say)
    progress.stop(done=True)
    if given.json:
        told = {"file": str(made.path), "files": made.files, "size": made.size, "same_disk": made.same_disk}
        return _json(told)
    _out(speaker, text("Backup written and read back: {file}", file=str(made.path)))
    _out(speaker, text("{n} files, {size} MB. The pseudonym key is not in it: evallib key backup FILE",
                       n=made.files, size=f"{made.size / 1e6:.1f}"))  # fmt: skip
    _out(speaker, text("Without its passphrase nobody can read it. Keep that where your successor finds it."))
    if made.same_disk:
        _out(speaker, text("It lies on the same disk as the workspace: copy it to another one."))
    return 0


def restore(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.backup import restore as step

    made = step(Path(given.file), Path(given.folder), _passphrase(speaker))
    progress.stop(done=True)
    if given.json:
        return _json({"folder": str(made.folder), "project": made.project, "made": made.made,
                      "files": made.files, "keys": list(made.keys)})  # fmt: skip
    _out(speaker, text("The workspace of {name} is back in {folder}, as of {time}: {n} files, store whole.",
                       name=made.project, folder=str(made.folder), time=made.made, n=made.files))  # fmt: skip
    if any(one != "demo-public" for one in made.keys):
        _out(speaker, text("Its data need the key {key}: evallib key restore", key=", ".join(made.keys)))
    _out(speaker, text("Go there and run: evallib doctor"))
    return 0


def key(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps import key as step

    context = _context(progress)
    project = context.workspace.project
    if given.action == "backup":
        if not given.file:
            raise UsageError(
                text("The sheet needs a file"),
                repair=text("As in: evallib key backup E:/key.txt (a memory stick, or the desktop)"),
            )
        made = step.key_backup(context, Path(given.file), speaker.say)
        _out(speaker, text("The key {key} is on the sheet {file}.", key=made, file=given.file))
        _out(speaker, text("Print it, put the paper in a safe apart from the data, then delete the file."))
        return 0
    if given.action == "rotate":
        return _rotated(speaker, step.key_rotate(context))
    if given.action == "restore":
        made = step.key_restore(context, step.sheet_of(Path(given.file)) if given.file else _typed(speaker))
    else:
        made = step.key(context)
    _out(speaker, text("The keyring now holds key {key} of project {number}, programme period {period}.",
                       key=made, number=project.number, period=project.programme_period))  # fmt: skip
    if given.action == "make":
        _out(speaker, text("Put it on paper now: evallib key backup FILE"))
        _out(speaker, text("Without the key, later answers can't be linked to these."))
    return 0


def _rotated(speaker: Speaker, made: Any) -> int:
    _out(speaker, text("New key: {new}. The old one, {old}, stays in the keyring for erasure.",
                       new=made.new, old=made.old))  # fmt: skip
    _out(speaker, text("Put the new one on paper now: evallib key backup FILE"))
    if made.ended:
        _out(speaker, text("Nobody is recognised between these periods and later ones: {periods}",
                           periods=", ".join(made.ended)))  # fmt: skip
    for period in made.again:
        _out(speaker, text("The received files of {period} are still here. To pair it with later periods: "
                           "evallib freeze {period} --again", period=period))  # fmt: skip
    return 0


def _typed(speaker: Speaker) -> str:
    """The sheet's lines from the keyboard, up to an empty one; or all that is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.read()
    sys.stderr.write(speaker.say(text("Type the sheet's lines; an empty line ends it:")) + "\n")
    sys.stderr.flush()
    return "\n".join(iter(lambda: sys.stdin.readline().rstrip("\n"), ""))


def _passphrase(speaker: Speaker, twice: Callable[[str], None] | None = None) -> str:
    """From the environment, else typed unseen; ``twice``: checked, then typed a second time."""
    if given := os.environ.get(PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise UsageError(
            text("A passphrase is needed, and nobody is here to type it"),
            expected=text("the environment variable {name}", name=PASSPHRASE),
            repair=text("Set it for this run, or run the command in a terminal"),
        )
    typed = getpass.getpass(speaker.say(text("Passphrase of the backup:")) + " ")
    if twice is not None:
        twice(typed)
        if getpass.getpass(speaker.say(text("The same again:")) + " ") != typed:
            raise UsageError(
                text("The two passphrases differ"), repair=text("Nothing was written; run the same again")
            )
    return typed


_ELSEWHERE = text("A folder on another disk or server; the file gets its name by itself")
_NEW = text("A folder that does not exist yet")
_ACTION = text("make (if nothing is said), backup, restore, rotate")
_SHEET = text("Of backup: the sheet to be written. Of restore: the sheet; without it the lines are typed")
