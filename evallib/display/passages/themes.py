"""Computed sentences of chapter 8: what was done about each theme, and what nobody knows."""

from __future__ import annotations

from evallib.display.edition import Edition
from evallib.display.naming import measure_name
from evallib.display.passages.common import measured, paragraph, passage
from evallib.display.publication import Paragraph, Span
from evallib.display.tables.themes import THEMES, coded_on, coded_questions

_VIEWS = {"innovation": "I31.n16a_top2", "climate": "I32.n16b_top2", "environment": "I33.n16c_top2"}
_DEEDS = {
    "innovation": (("P8.1.innovations", "I31.innovations"),),
    "climate": (("P8.1.climate", "I32.firm_share"), ("P8.1.remote", "I32.remote_share")),
    "environment": (("P8.1.environment", "I33.firm_share"),),
}


def deeds(e: Edition) -> tuple[Paragraph, ...]:
    """P8.1: one paragraph a theme: output, result, partners' view, people's own words."""
    return passage(
        e,
        *(
            paragraph(
                *(measured(e, sentence, name) for sentence, name in _DEEDS[theme]),
                measured(e, f"P8.1.{theme}_view", _VIEWS[theme]),
                _words(e, theme),
            )
            for theme in THEMES
        ),
    )


def _words(e: Edition, theme: str) -> Paragraph:
    """An example of a question whose open answers are about the theme: the one with most that may be told."""
    told = [
        (cell.value or 0.0, words, cell) for words, cell in coded_on(e, theme) if cell.shown and cell.value
    ]
    if not told:
        return ()
    _, words, cell = max(told, key=lambda one: one[0])
    asked, n = Span(words, e.id("TA.9")), Span(e.amount(cell.base or 0), str(cell.id))
    return e.p("P8.1.coded", question=asked, value=e.span(cell), n=n)


def unknown(e: Edition) -> tuple[Paragraph, ...]:
    """P8.2: per theme what the figures can't tell, and which of its measures have no number this period."""
    return tuple(paragraph(e.p(f"P8.2.{theme}"), _missing(e, theme), _unheard(e, theme)) for theme in THEMES)


def _missing(e: Edition, theme: str) -> Paragraph:
    cells = ((name, e.cell(name)) for name in THEMES[theme])
    without = [name for name, cell in cells if cell is None or not (cell.shown or e.few(cell))]
    names = list(dict.fromkeys(measure_name(e, name) for name in without))
    return e.p("P8.2.missing", measures=Span("; ".join(names), e.id("T8.1"))) if names else ()


def _unheard(e: Edition, theme: str) -> Paragraph:
    """That open answers say nothing of the theme, or that nobody has coded them."""
    if not coded_questions(e):
        return e.p("P8.2.uncoded")
    heard = any(not cell.shown or cell.value for _, cell in coded_on(e, theme))
    return () if heard else e.p("P8.2.unheard")
