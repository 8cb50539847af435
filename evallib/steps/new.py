"""new: a workspace for a real project, from the templates that come with evallib."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from evallib import __version__
from evallib.errors import Text, UsageError, text
from evallib.steps.taken import FILE, as_taken, taken_bytes
from evallib.store.files import rename

TEMPLATES = Path(__file__).parent.parent / "templates"
WORKBOOKS = "surveys/templates"  # empty forms, made in the workspace's language
_CALLED = {"planned": "status", "state": "status"}  # kinds of codes that the report calls otherwise
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def new(folder: Path, say: Callable[[Text | str], str] = str, language: str = "en") -> Path:
    """Make the workspace; returns its folder. Refused where something stands already.

    ``surveys/templates/`` gets each log and each list to be typed as an empty workbook, explained in the
    words of ``say``, codes in ``language``.

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
        for name, data in workbooks(building / "surveys", say, language).items():
            (building / name).parent.mkdir(exist_ok=True)
            (building / name).write_bytes(data)
        came = {path.relative_to(building).as_posix(): path for path in _files(building)}
        files = as_taken(__version__, ((name, path.read_bytes()) for name, path in came.items()))
        note = taken_bytes(__version__, language, files)
        (building / FILE).parent.mkdir()
        (building / FILE).write_bytes(note)
        if place.is_dir():
            place.rmdir()
        rename(building, place)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def text_templates(folder: Path = TEMPLATES) -> dict[str, bytes]:
    """Name below a workspace → bytes of every template that is a text."""
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    other = {"__pycache__", ".ipynb_checkpoints"}
    return {name: path.read_bytes() for name, path in found.items() if not other & set(path.parts)}


def workbooks(surveys: Path, say: Callable[[Text | str], str], language: str) -> dict[str, bytes]:
    """Name below a workspace → bytes of each log and list as an empty form, in the words of its plan."""
    from evallib.codes import LISTS, LOGS
    from evallib.display import i18n
    from evallib.plan import load_plan
    from evallib.sources.log_workbook import log_workbook

    declared = {one.code: one.labels for one in load_plan(surveys).dimensions}

    def label(check: str, code: str) -> str:
        if code in declared.get(check, {}):
            return str(declared[check][code][language])
        keys = (f"{_CALLED.get(check, check)}.{code}", f"any.{code}")
        return next((i18n.say(key, language) for key in keys if i18n.has(key)), "")

    kinds = (*LOGS, *LISTS, "roster")
    return {f"{WORKBOOKS}/{kind}.xlsx": log_workbook(kind, say, label) for kind in kinds}
