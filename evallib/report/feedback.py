"""Half a page on one event for its organisers: of each question the middle answer, or how large a part gave
the two highest. No number of people stands in it but "at least so many"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from evallib.display import Span
from evallib.display.edition import EMPTY, Cells, Edition
from evallib.report.elements import Element, aside, paragraph
from evallib.report.tables import table_element
from evallib.report.words import Material

BANDS = ("under_half", "half", "three_quarters")


class SaidLike(Protocol):
    """Place of the middle answer among the options, lowest first; place of the band; None without it."""

    @property
    def middle(self) -> int | None: ...
    @property
    def band(self) -> int | None: ...


@dataclass(frozen=True)
class EventFeedback:
    """answers: at least so many. said: by question; a question of which nothing may be told is missing."""

    event: str
    answers: int
    said: Mapping[str, SaidLike]


def feedback_elements(told: EventFeedback, material: Material, language: str) -> list[Element]:
    """How many answered, a table of the questions, and what is not told and why."""
    e = Edition(material.publication, language)
    rows: list[Cells] = [
        (e.item(series), _middle(e, series, one), _band(e, series, one)) for series, one in told.said.items()
    ]
    columns = e.columns("of_question", "middle_answer", "high_answers")
    table = e.table("T1", e.t("feedback.table"), columns, rows, e.t("feedback.note"))
    return [
        paragraph((Span(e.t("feedback.answers", n=e.amount(told.answers))),)),
        {**table_element(table), "id": ""},
        aside(e.t("feedback.rule", n=material.publication.plan.policy.threshold)),
    ]


def _options(e: Edition, series: str) -> list[str]:
    """The codes of a question's scale, lowest first."""
    item = next(one for one in e.publication.questionnaires["q1"].in_series(series))
    valued = [(one.value, one.code) for one in item.options if one.substantive and one.value is not None]
    return [code for _, code in sorted(valued)]


def _middle(e: Edition, series: str, one: SaidLike) -> str:
    return EMPTY.text if one.middle is None else e.option(series, _options(e, series)[one.middle])


def _band(e: Edition, series: str, one: SaidLike) -> str:
    if one.band is None:
        return EMPTY.text
    high = [e.option(series, code) for code in _options(e, series)[-2:]]
    return e.t(f"feedback.{BANDS[one.band]}", answers=f"{high[0]}, {high[1]}")
