"""new: a workspace for a real project, from the templates that come with evallib."""

from __future__ import annotations

import shutil
from pathlib import Path

from evallib.errors import UsageError, text

TEMPLATES = Path(__file__).parent.parent / "templates"
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def new(folder: Path) -> Path:
    """Make the workspace; returns its folder. Refused where something stands already.

    It is built beside its place and moved there whole, so that a crash leaves no half a workspace.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            text("{folder} exists and is not empty", folder=folder.name),
            expected=text("a folder that does not exist yet"),
            repair=text("Choose another name, or empty the folder first"),
        )
    place = folder.absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    building = place.with_name(f".{place.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    try:
        shutil.copytree(TEMPLATES, building, ignore=_NOT_COPIED)
        (building / "surveys" / "commentary").mkdir()
        if place.is_dir():
            place.rmdir()
        building.rename(place)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return folder
