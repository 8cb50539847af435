"""Figures, tables and computed prose from a release, in three languages.

``draw``, ``tabulate`` and ``say`` find the maker of a name (F4.1, T6.3, P2.1) and run it for one
language edition. Makers are imported when they are asked for: the pictures need matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from evallib.codes import LANGUAGES
from evallib.display.edition import Edition
from evallib.display.publication import (
    CellText,
    Column,
    Drawing,
    NothingToShow,
    Paragraph,
    Publication,
    Span,
    TableData,
    plain,
)
from evallib.errors import UsageError, nearest, text

__all__ = [
    "CellText",
    "Column",
    "Drawing",
    "NothingToShow",
    "Paragraph",
    "Publication",
    "Span",
    "TableData",
    "draw",
    "load_makers",
    "maker_of",
    "names",
    "plain",
    "say",
    "tabulate",
]

_FIGURES = {
    "F1.1": "change.headlines",
    "F2.1": "logic.intervention",
    "F4.1": "network.two_waves",
    "F4.2": "matrix.sectors",
    "F5.1": "firms.steps",
    "F5.2": "firms.evidence",
    "F5.3": "firms.skills",
    "F6.1": "reach.by_month",
    "F6.2": "reach.by_region",
    "F6.3": "likert.usefulness",
    "F6.4": "likert.intention_and_use",
}
_TABLES = {
    "T0.1": "scorecard.questions",
    "T1.1": "scorecard.headlines",
    "T2.1": "sources.surveys",
    "T3.1": "sources.register",
    "T4.1": "work.cooperation",
    "T5.1": "work.reached",
    "T5.2": "work.models",
    "T5.3": "attendance.by_dose",
    "T5.4": "work.cases",
    "T6.1": "work.events",
    "T6.2": "attendance.by_form",
    "T6.3": "work.channels",
    "T7.1": "partners.matrix",
    "T7.2": "partners.agreement",
    "T7.3": "partners.heritage",
    "T8.1": "themes.themes",
    "T8.2": "themes.cards",
    "T9.1": "partners.decisions",
    "TA.1": "sources.quality",
    "TA.2": "response.by_class",
    "TA.3": "response.weighted",
    "TA.4": "response.scales",
    "TA.5": "themes.coders",
    "TA.6": "comparisons.declared",
    "TA.7": "attendance.by_event",
    "TA.8": "deviations.deviations",
    "TA.9": "themes.open_answers",
    "TB.1": "scorecard.indicators",
    "TB.2": "periods.over_periods",
    "TC.1": "sources.follow_up",
    "TD.1": "record.masks",
    "TD.2": "changes.since_published",
    "TE.1": "record.run",
    "TF.1": "record.coverage",
}
_PASSAGES = {
    "P1.1": "findings.scorecard",
    "P2.1": "findings.promised",
    "P2.2": "findings.changed",
    "P2.3": "findings.right_things",
    "P2.4": "findings.questions",
    "P2.5": "findings.worse",
    "P2.6": "findings.unknown",
    "P3.1": "chapters.register",
    "P4.1": "chapters.cooperation",
    "P4.2": "chapters.traced_case",
    "P5.1": "chapters.firms",
    "P5.2": "chapters.jobs",
    "P6.1": "chapters.events",
    "P6.2": "chapters.learning",
    "P6.3": "chapters.information",
    "P7.1": "chapters.partners",
    "P7.2": "chapters.heritage",
    "P8.1": "themes.deeds",
    "P8.2": "themes.unknown",
    "P9.1": "chapters.decisions",
    "P9.2": "chapters.quotes",
    "PA.1": "methods.used",
    "PA.2": "references.references",
}


def draw(name: str, publication: Publication, language: str) -> Drawing:
    """The figure of that name; raises NothingToShow with a sentence when it has no data."""
    drawing: Drawing = _maker("figures", _FIGURES, name)(_edition(publication, language))
    return drawing


def tabulate(name: str, publication: Publication, language: str) -> TableData:
    """The table of that name (a figure's name gives its data table)."""
    if name in _FIGURES:
        return draw(name, publication, language).data
    table: TableData = _maker("tables", _TABLES, name)(_edition(publication, language))
    return table


def say(name: str, publication: Publication, language: str) -> tuple[Paragraph, ...]:
    """The computed passage of that name; every number in it is a span with its result id."""
    passage: tuple[Paragraph, ...] = _maker("passages", _PASSAGES, name)(_edition(publication, language))
    return passage


def names() -> dict[str, tuple[str, ...]]:
    """All known names: ``figures``, ``tables``, ``passages``."""
    return {"figures": tuple(_FIGURES), "tables": tuple(_TABLES), "passages": tuple(_PASSAGES)}


def maker_of(name: str) -> str:
    """The function that makes a figure or table, by its full name."""
    folder, known = ("figures", _FIGURES) if name in _FIGURES else ("tables", _TABLES)
    return f"evallib.display.{folder}.{known[name]}"


def load_makers(*folders: str) -> None:
    """Import the makers of ``figures``, ``tables`` or ``passages`` now, so that the first costs no more
    than the next."""
    known = {"figures": _FIGURES, "tables": _TABLES, "passages": _PASSAGES}
    for folder in folders:
        for place in known[folder].values():
            import_module(f"evallib.display.{folder}.{place.split('.')[0]}")


def _edition(publication: Publication, language: str) -> Edition:
    if language not in LANGUAGES:
        raise UsageError(
            text("There is no report in the language {language}", language=repr(language)),
            expected=text("one of {known}", known=", ".join(LANGUAGES)),
        )
    return Edition(publication, language)


def _maker(folder: str, known: dict[str, str], name: str) -> Callable[[Edition], Any]:
    if name not in known:
        raise UsageError(
            text("There is no {name} in the report", name=repr(name)),
            expected=text("one of {known}", known=", ".join(known)),
            repair=text("Did you mean {name}?", name=nearest(name, list(known)) or next(iter(known))),
        )
    module, function = known[name].split(".")
    maker: Callable[[Edition], Any] = getattr(import_module(f"evallib.display.{folder}.{module}"), function)
    return maker
