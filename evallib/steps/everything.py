"""Every file that belongs to a workspace: for a search after an erasure, and for a backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evallib.workspace import Workspace

MADE_AGAIN = {
    ".git", ".venv", "__pycache__", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache"
}  # fmt: skip


def every_file(workspace: Workspace) -> Iterator[Path]:
    """Files of the workspace and of its store wherever that lies, each once, in the order of their names.

    Left out is what other programs keep for themselves and make again.
    """
    seen: set[Path] = set()
    for root in sorted({workspace.root.resolve(), workspace.store}):
        for path in sorted(root.rglob("*")):
            if path in seen or MADE_AGAIN & set(path.relative_to(root).parts) or not path.is_file():
                continue
            seen.add(path)
            yield path
