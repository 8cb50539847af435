"""new: a workspace for a real project, from the templates that come with evallib."""

from __future__ import annotations

import shutil
from pathlib import Path

from evallib.errors import UsageError, text

TEMPLATES = Path(__file__).parent.parent / "templates"
EMPTY = ("surveys/inbox", "surveys/logs", "surveys/rosters", "surveys/commentary", "outputs")


def new(folder: Path) -> Path:
    """Make the workspace; returns its folder. Refused where something stands already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            text("{folder} exists and is not empty", folder=folder.name),
            expected=text("a folder that does not exist yet"),
            repair=text("Choose another name, or empty the folder first"),
        )
    building = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    shutil.copytree(TEMPLATES, building)
    for name in EMPTY:
        (building / name).mkdir(parents=True, exist_ok=True)
    if folder.is_dir():
        folder.rmdir()
    building.rename(folder)
    return folder
