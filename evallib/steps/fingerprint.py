"""Fingerprints: whether anything that shapes a freeze, a release or its products has changed.

Contents count, never dates of files. Nothing heavy is imported, so that a rerun with nothing changed
costs little more than reading the files once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from evallib.errors import InputError, text
from evallib.records import Contents, read_whole
from evallib.steps.one_file import BESIDE
from evallib.workspace import Period, Workspace

_DECLARED = ("plan.yaml", "targets.yaml", "project.yaml", "code_frame.yaml", "fields.yaml")
IGNORED = (".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep")


def hash_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hash_mapping(entries: Mapping[str, str]) -> str:
    """One fingerprint for a set of named fingerprints, whatever their order."""
    return hash_bytes(json.dumps(dict(sorted(entries.items())), ensure_ascii=True).encode())


def received_files(workspace: Workspace, period: Period) -> dict[str, Path]:
    """Name → path of every file that a period's freeze reads: inbox, logs, roster."""
    inbox = workspace.inbox(period.id)
    found = {f"inbox/{path.relative_to(inbox).as_posix()}": path for path in _files(inbox)}
    logs = workspace.surveys / "logs"
    found |= {f"logs/{path.name}": path for path in _files(logs)}
    if roster := workspace.roster(period.id):
        found[f"rosters/{roster.name}"] = roster
    return dict(sorted(found.items()))


def declared_files(workspace: Workspace) -> dict[str, Path]:
    """Name → path of what the project declares: plan, targets, identity, code frame, fields left out,
    questionnaires, mappings."""
    surveys = workspace.surveys
    found = {name: surveys / name for name in _DECLARED if (surveys / name).is_file()}
    for folder in ("questionnaires", "mappings", "mappings/surveys"):
        found |= {f"{folder}/{path.name}": path for path in sorted((surveys / folder).glob("*.yaml"))}
    return found


def word_files(workspace: Workspace, period: Period) -> dict[str, Path]:
    """Name → path of the evaluator's words for a period, and of the emblem's file."""
    folder = workspace.surveys / "commentary" / period.id
    found = {f"commentary/{path.name}": path for path in _files(folder)}
    emblem = workspace.surveys / workspace.project.emblem
    if emblem.is_file():
        found["emblem"] = emblem
    return found


def written_files(workspace: Workspace, periods: Iterable[Period]) -> dict[str, Path]:
    """Name below surveys/ → path of all that people declare, and write for the periods."""
    found = declared_files(workspace)
    for period in periods:
        folder = workspace.surveys / "commentary" / period.id
        found |= {path.relative_to(workspace.surveys).as_posix(): path for path in _files(folder)}
    return found


def code_files() -> dict[str, Path]:
    """Name → path of the library's own files and its lock."""
    package = Path(__file__).parent.parent
    wanted = (path for path in package.rglob("*") if path.suffix not in (".pyc",) and path.is_file())
    return {path.relative_to(package).as_posix(): path for path in sorted(wanted)}


def read_all(files: Mapping[str, Path]) -> dict[str, bytes]:
    """The contents of the files; one that can't be read is an InputError naming it."""
    return dict(contents_of(files))


def contents_of(files: Mapping[str, Path]) -> Contents:
    """Like :func:`read_all`, each file read when it is asked for and not kept."""
    return Contents(files, lambda name: read_whole(name, files[name]))


def fingerprints(files: Mapping[str, Path]) -> dict[str, str]:
    """Name → SHA-256 of each file."""
    return {name: hash_bytes(data) for name, data in contents_of(files).items()}


def _files(folder: Path) -> Iterable[Path]:
    if not folder.is_dir():
        return []
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name not in IGNORED
        and path.parent.name != BESIDE
        and not path.name.startswith("~$")
    )
    for path in found:
        if path.is_symlink():
            raise InputError(
                text("{file} is a link to another place", file=path.name),
                where=path.relative_to(folder).as_posix(),
                expected=text("a file that lies in its folder itself"),
                repair=text("Copy the file here, or take the link away"),
            )
        if any("\ud800" <= sign <= "\udfff" for sign in path.name):
            raise InputError(
                text("The name of a file holds signs that can't be written down"),
                where=folder.name,
                found=ascii(path.name),
                repair=text("Give the file a name of letters and numbers"),
            )
    return found
