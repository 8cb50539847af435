"""Names of files that Windows can't hold, or can't tell apart, and copies that a cloud folder made.

A workspace that was fine on one computer goes to another one: by a backup, a shared folder, a successor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath, PurePosixPath

from evallib.codes import WINDOWS_DEVICES
from evallib.errors import InputError, Text, text
from evallib.store.files import WINDOWS
from evallib.workspace import Workspace

_SIGNS = re.compile(r'[<>:"|?*\\\x00-\x1f]')
# OneDrive puts the computer's name behind the file's, Windows and others say that it is a copy.
_COPY = re.compile(
    r"(?P<of>.+?)(?:-(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{2,14}| \(\d{1,2}\)"
    r"| [-–] (?:kopio|kopia|copy)(?: \(\d+\))?| \((?:conflicted copy|ristiriitainen|konflikt)[^)]*\))",
    re.IGNORECASE,
)
_COMPUTER = re.compile(r".+-[A-Z0-9-]{3,15}")
LONGEST = 259  # signs of a path, unless an administrator has allowed longer ones


def unfit(name: str) -> bool:
    """Whether Windows can't hold a file of this name: a device's, a sign that it forbids, a dot or
    space at the end."""
    return any(
        one.split(".")[0].rstrip().upper() in WINDOWS_DEVICES
        or _SIGNS.search(one) is not None
        or one != one.rstrip(". ")
        for one in PurePosixPath(name).parts
    )


def refuse_unfit(name: str) -> None:
    """On Windows InputError for a name that it can't hold: aux.csv would be written to a device, and be lost
    without a word."""
    if WINDOWS and unfit(name):
        raise InputError(
            text("Windows can't hold a file of this name: {name}", name=name),
            repair=text("Rename it on the computer where it comes from, and make another backup"),
        )


def alike(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that differ in small and capital letters only: on Windows they are one file."""
    seen: dict[str, str] = {}
    found = []
    for name in sorted(names):
        first = seen.setdefault(name.casefold(), name)
        if first != name:
            found.append((first, name))
    return found


def copies(names: Iterable[str]) -> list[tuple[str, str]]:
    """(copy, what it is a copy of) of files that a cloud folder or a person made beside the real one."""
    there = set(names)
    found = []
    for name in sorted(there):
        path = PurePosixPath(name)
        match = _COPY.fullmatch(path.stem)
        if match is None or (match["of"] + "-" in path.stem and not _COMPUTER.fullmatch(path.stem)):
            continue
        of = path.with_name(match["of"] + path.suffix).as_posix()
        if of in there:
            found.append((name, of))
    return found


def names_of(workspace: Workspace) -> list[str]:
    """Names below the workspace of all that people and evallib keep there; outputs are made again."""
    folders = (workspace.surveys, workspace.notebooks, workspace.store)
    inside = [folder for folder in folders if folder.is_relative_to(workspace.root)]
    files = {path for folder in inside for path in folder.rglob("*") if path.is_file()}
    return sorted(one.relative_to(workspace.root).as_posix() for one in files if one.name[:2] != "~$")


def wrong_names(names: Iterable[str], root: PurePath) -> Iterator[Text]:
    """What is wrong with the names of the files in ``root``, in words."""
    known = sorted(names)
    for name in known:
        if unfit(name):
            yield text("Windows can't hold a file of this name: {name}", name=name)
    for first, second in alike(known):
        yield text("On Windows these are one file: {first}, {second}", first=first, second=second)
    for copy, of in copies(known):
        yield text("{copy} looks like a second copy of {of}: keep one", copy=copy, of=of)
    over = len(str(root)) + 1 + len(max(known, key=len, default="")) - LONGEST
    if WINDOWS and over > 0:
        yield text(
            "Paths are too long for Windows by {n} signs: move the workspace to a shorter one, as {place}",
            n=over,
            place="C:\\hanke",
        )
