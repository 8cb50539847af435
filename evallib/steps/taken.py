"""What a workspace took from the templates: which file, of which version of evallib, with which words.

``.evallib/taken.json``, written by ``evallib new`` and by each upgrade. With it an upgrade tells a file that
nobody edited from one that somebody did, and merges what both changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evallib.errors import StoreError, text
from evallib.steps.merge import meaning
from evallib.workspace import HOME

FILE = f"{HOME}/taken.json"
_ABOUT = "What this workspace took from evallib's templates; evallib upgrade needs it. Written by evallib."


@dataclass(frozen=True)
class TakenFile:
    """One file as it was taken. version: the evallib it came with; data: None of a workbook, which is never
    merged; meaning: fingerprint of what it says."""

    version: str
    meaning: str
    data: bytes | None


@dataclass(frozen=True)
class Taken:
    """All that was taken. version: the evallib that made or last upgraded the workspace, "" where no note
    was kept; language: that of its empty forms, "" where it is not known."""

    version: str
    files: Mapping[str, TakenFile]
    language: str = ""


def read_taken(root: Path) -> Taken:
    """The note of a workspace; an empty one where it was made before such notes were kept."""
    try:
        told: Any = json.loads((root / FILE).read_bytes())
        files = {
            name: TakenFile(one["version"], one["meaning"], one["text"].encode() if "text" in one else None)
            for name, one in told["files"].items()
        }
        return Taken(str(told["version"]), files, str(told.get("language", "")))
    except FileNotFoundError:
        return Taken("", {})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StoreError(
            text("The note of what came from the templates is damaged"),
            where=FILE,
            repair=text("Restore it from a backup, or remove it: edited files are then laid beside"),
        ) from None


def taken_bytes(version: str, language: str, files: Mapping[str, TakenFile]) -> bytes:
    """The note as it is written."""
    plain = {
        name: {"version": one.version, "meaning": one.meaning}
        | ({"text": one.data.decode()} if one.data is not None else {})
        for name, one in sorted(files.items())
    }
    told = {"about": _ABOUT, "version": version, "language": language, "files": plain}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def as_taken(version: str, files: Iterable[tuple[str, bytes]]) -> dict[str, TakenFile]:
    """Templates as they are noted."""
    return {
        name: TakenFile(version, meaning(name, data), None if name.endswith(".xlsx") else data)
        for name, data in files
    }
