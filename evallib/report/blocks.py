"""Blocks: what a report notebook leaves behind - a kind, an id and options, never a value.

In JupyterLab a block shows its picture, table or sentences in the viewing language. In the executed
notebook it also leaves a small typed JSON part; assembly reads those in cell order and draws and words
every id again from the release, so that a notebook can neither forge nor leak a number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evallib.errors import NotebookError, text

MIME = "application/vnd.evallib.block+json"
KINDS = ("cover", "decisions", "chapter", "passage", "figure", "table", "commentary", "summary", "annex")


@dataclass(frozen=True)
class Block:
    """One element of the report. html: what a person sees in JupyterLab; not part of the block."""

    kind: str
    id: str
    options: Mapping[str, Any] = field(default_factory=dict)
    html: str = field(default="", compare=False, repr=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        block = {"kind": self.kind, "id": self.id, "options": dict(self.options)}
        return {MIME: block, "text/html": self.html, "text/plain": f"[{self.kind} {self.id}]"}


def blocks_of(executed: Path) -> list[Block]:
    """The blocks of an executed notebook in cell order.

    Raises NotebookError for a notebook without blocks or with one of an unknown kind.
    """
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    found = [
        _read(output["data"][MIME])
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]
    if not found:
        raise NotebookError(
            text("The notebook left no blocks"),
            where=executed.name,
            repair=text("A report notebook calls report.figure, report.table and the like"),
        )
    return found


def _read(plain: Any) -> Block:
    told = plain if isinstance(plain, dict) else {}
    kind, name, options = told.get("kind"), told.get("id"), told.get("options", {})
    if kind in KINDS and isinstance(name, str) and isinstance(options, dict):
        return Block(kind, name, options)
    raise NotebookError(
        text("The notebook holds a block of an unknown kind"),
        expected=text("one of {known}", known=", ".join(KINDS)),
        found=str(plain)[:80],
        repair=text("Leave blocks to report.figure, report.table and the like"),
    )
