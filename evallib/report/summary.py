"""Summaries inside the Finnish report: one page in Swedish, half a page in English, as for a decision.

The three questions as computed and as answered, and what is asked; in Swedish also each evaluation question
and what nobody knows.
"""

from __future__ import annotations

from evallib.display import NothingToShow, Span, i18n, numbers, say
from evallib.plan.words import ANSWERS, DecisionAsked
from evallib.report.decisions import answer, listed
from evallib.report.elements import Element, bullets, heading
from evallib.report.words import Material

PART = {"sv": 1.0, "en": 0.5}  # of a page, at most


def summary(material: Material, language: str) -> Element:
    """The summary in ``language`` as one element, set smaller until it fits its part of a page."""
    elements = [heading(1, i18n.say(f"summary.{language}", "fi"), language=language)]
    for name in ANSWERS:
        elements.append(heading(2, i18n.say(f"decisions.{name}", language)))
        elements += answer(name, material, language)
    if PART[language] == 1:
        elements += _questions(material, language)
    asked = [(Span(_proposal(one, language)),) for one in material.words.decisions]
    if asked:
        elements += [heading(2, i18n.say("decisions.asked", language)), bullets(list(asked))]
    if PART[language] == 1:
        elements += listed("unknown", material, language)
    return {"kind": "summary", "lang": language, "part": PART[language], "elements": elements}


def _questions(material: Material, language: str) -> list[Element]:
    try:
        said = say("P2.4", material.publication, language)
    except NothingToShow:
        return []
    return [heading(2, i18n.say("decisions.questions", language)), bullets(list(said))]


def _proposal(one: DecisionAsked, language: str) -> str:
    """What is asked, of whom and by when."""
    proposal = one.proposal[language].removesuffix(".")
    return f"{proposal} ({one.owner[language]}, {numbers.day(one.deadline, language)})."
