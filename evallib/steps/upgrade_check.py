"""Whether a workspace's declarations would be read and fit together, were some of its files others."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from evallib.errors import EvallibError
from evallib.steps.context import Context
from evallib.workspace import opened_workspace

_PATTERNS = ("*.yaml", "questionnaires/*.yaml", "mappings/**/*.yaml", "rosters/*")


def fault_of(root: Path, changed: Mapping[str, bytes]) -> EvallibError | None:
    """The first fault of the declarations and notebooks with these files changed (name below the workspace →
    bytes); None when all is well. Nothing in the workspace is changed."""
    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        copy = Path(folder)
        for pattern in _PATTERNS:
            for path in (root / "surveys").glob(pattern):
                if path.is_file():
                    _lay(copy / path.relative_to(root), path.read_bytes())
        shutil.copytree(root / "notebooks", copy / "notebooks", ignore=shutil.ignore_patterns(".*"))
        for name, data in changed.items():
            _lay(copy / name, data)
        try:
            _read(copy)
        except EvallibError as fault:
            return fault
    return None


def _lay(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _read(root: Path) -> None:
    """Everything that is declared, as the first verbs read it."""
    from evallib.plan.calendar import load_calendar
    from evallib.report.parameters import read_interface
    from evallib.steps.declared_items import refuse_unfit_items
    from evallib.steps.fetch import declared_sources

    context = Context(opened_workspace(root))
    surveys, periods = context.workspace.surveys, [one.id for one in context.workspace.project.periods]
    _ = (context.plan, context.targets, context.questionnaires, context.code_frame, context.mappings)
    _ = (context.left_out, context.surveys_elsewhere, declared_sources(context))
    load_calendar(surveys, periods, context.questionnaires)
    refuse_unfit_items(context.plan, context.questionnaires)
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        if notebook.with_suffix(".parameters.yaml").is_file():
            read_interface(notebook)
