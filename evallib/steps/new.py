"""new: a workspace for a real project, from the templates that come with evallib."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from evallib.errors import Text, UsageError, text

TEMPLATES = Path(__file__).parent.parent / "templates"
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def new(folder: Path, say: Callable[[Text | str], str] = str) -> Path:
    """Make the workspace; returns its folder. Refused where something stands already.

    ``surveys/templates/`` gets each log as an empty workbook, explained in the words of ``say``.

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
        _write_workbooks(building / "surveys" / "templates", say)
        if place.is_dir():
            place.rmdir()
        building.rename(place)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return folder


def _write_workbooks(folder: Path, say: Callable[[Text | str], str]) -> None:
    from evallib.codes import LOGS
    from evallib.sources.log_workbook import log_workbook

    folder.mkdir()
    for kind in (*LOGS, "roster"):
        (folder / f"{kind}.xlsx").write_bytes(log_workbook(kind, say))
