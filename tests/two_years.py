"""Two small years of the demo project, released in seconds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from conftest import copy_workspace

from evallib.errors import Text
from evallib.steps.context import Teller, open_context
from evallib.steps.release import release

YEARS = ("2023", "2024")


def _nobody(_: Text) -> None:
    """Nobody is told."""


def two_years(root: Path, tell: Teller = _nobody) -> Path:
    """Two years with one survey and no list of an event, both released below ``root``."""
    copy_workspace(root)
    shutil.rmtree(root / "surveys/demo/2025")
    for year in YEARS:
        shutil.rmtree(root / "surveys/demo" / year / "events")
        for path in (root / "surveys/demo" / year / "limesurvey").iterdir():
            if path.name != "q4":
                shutil.rmtree(path)
    edit(root / "surveys/logs/events.csv", r";yes\n", ";no\n")
    (root / "surveys/commentary/2024").mkdir()
    (root / "surveys/commentary/2024/judgements.yaml").write_text("schema_version: 1\n", encoding="utf-8")
    context = open_context(root, tell)
    release(context, context.period("2024"))
    return root


def edit(path: Path, pattern: str, replacement: str) -> None:
    before = path.read_bytes().decode("utf-8-sig")
    after = re.sub(pattern, replacement, before)
    assert after != before
    path.write_bytes(after.encode())
