"""Self-evaluation of a publicly funded development project, from survey answers to the annual report.

Notebooks use ``evallib.open_report(period)`` (blocks of the annual report), ``evallib.answers(period)``
and ``evallib.open_quality(period)`` (internal looks at frozen data), ``evallib.open_fieldwork(period)``
(response while surveys run); ``evallib.limepy_survey(structure, responses, language)`` is limepy's own
look at an export, checked. Everything is loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["answers", "limepy_survey", "open_fieldwork", "open_quality", "open_report"]

if TYPE_CHECKING:
    from evallib.steps.explore import answers, open_quality
    from evallib.steps.limepy_survey import limepy_survey
    from evallib.steps.monitor import open_fieldwork
    from evallib.steps.notebook import open_report

_HOMES = {
    "open_report": "evallib.steps.notebook",
    "open_quality": "evallib.steps.explore",
    "answers": "evallib.steps.explore",
    "limepy_survey": "evallib.steps.limepy_survey",
    "open_fieldwork": "evallib.steps.monitor",
}


def collect_seldom() -> None:
    """Look for unused circles of objects less often, and not at all at the end, where all memory goes back.

    A run makes many objects and few circles; the last look alone would take up to a second.
    """
    import atexit
    import gc

    gc.set_threshold(50_000, 20, 20)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        from evallib.cli.words import told_here
        from evallib.errors import EvallibError

        EvallibError.teller = staticmethod(told_here)
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'evallib' has no attribute {name!r}")
