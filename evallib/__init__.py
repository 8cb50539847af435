"""Self-evaluation of a publicly funded development project, from survey answers to the annual report.

Notebooks use ``from evallib import report`` (blocks of the annual report), ``evallib.answers(period)``
and ``evallib.quality(period)`` (internal looks at frozen data). Everything is loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["answers", "quality", "report"]

if TYPE_CHECKING:
    from evallib.steps import notebook as report
    from evallib.steps.explore import answers, quality


def __getattr__(name: str) -> Any:
    import importlib

    if name == "report":
        return importlib.import_module("evallib.steps.notebook")
    if name in ("answers", "quality"):
        return getattr(importlib.import_module("evallib.steps.explore"), name)
    raise AttributeError(f"module 'evallib' has no attribute {name!r}")
