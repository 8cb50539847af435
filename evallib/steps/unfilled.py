"""Lines that a new workspace leaves to its project: what the templates ask for and nobody has written yet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evallib.report.places import together

__all__ = ["together", "unfilled", "waits"]

_ASKED = re.compile(r"\b(TÄYTÄ|FYLL I|FILL IN)\b")


def waits(words: str) -> bool:
    """Whether these are still the words of a template."""
    return _ASKED.search(words) is not None


def unfilled(files: Mapping[str, bytes]) -> list[str]:
    """``surveys/<file>:<line>`` of every line that still waits; comments only explain.

    files: contents by name below ``surveys/``.
    """
    return [
        f"surveys/{name}:{number}"
        for name, data in files.items()
        for number, line in enumerate(data.decode("utf-8-sig", errors="replace").splitlines(), 1)
        if waits(line) and not (name.endswith(".yaml") and line.lstrip().startswith("#"))
    ]
