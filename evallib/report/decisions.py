"""The page to decide on: three questions, the evaluation questions, what is asked, what is not known.

What was computed and what was judged stand apart, each with who speaks.
"""

from __future__ import annotations

from evallib.display import NothingToShow, Paragraph, Span, i18n, numbers, say, tabulate
from evallib.plan.words import Answer, DecisionAsked
from evallib.report.elements import Element, aside, bullets, heading, labelled, pair
from evallib.report.tables import table_element
from evallib.report.words import Material, filled

COMPUTED = {"promised": "P2.1", "changed": "P2.2", "worse": "P2.5", "unknown": "P2.6"}


def decision_page(material: Material, language: str) -> list[Element]:
    """Page 2 as elements, from the heading on."""
    elements = [heading(1, i18n.say("decisions.title", language))]
    for name in ("promised", "changed", "right"):
        elements.append(heading(2, i18n.say(f"decisions.{name}", language)))
        elements += _answer(name, material, language)
    elements += _questions(material, language)
    elements += _asked(material, language)
    sides = (_listed(name, material, language) for name in ("worse", "unknown"))
    return [*elements, pair(*sides)]


def _answer(name: str, material: Material, language: str) -> list[Element]:
    """What the data say (where they can), then what was judged and by whom."""
    elements: list[Element] = []
    if name != "right":
        label = i18n.say("document.computed", language)
        said = _computed(COMPUTED[name], material, language)
        elements += [labelled("computed", label, [said])] if said else []
    answer = material.words.answers.get(name)
    if answer is not None:
        sentences = _joined([filled(one[language], material, language) for one in answer.sentences])
        elements.append(labelled("judged", _signed(answer, language), [sentences]))
    elif name == "right":
        elements.append(aside(i18n.say("decisions.judgement_missing", language)))
    return elements


def _computed(name: str, material: Material, language: str) -> Paragraph:
    try:
        return _joined(list(say(name, material.publication, language)))
    except NothingToShow as nothing:
        return (Span(nothing.sentence),)


def _signed(answer: Answer, language: str) -> str:
    if answer.role is None or answer.date is None:
        return i18n.say("document.words", language)
    when = numbers.day(answer.date, language)
    return i18n.say("document.judged", language, role=answer.role[language], date=when)


def _questions(material: Material, language: str) -> list[Element]:
    title = heading(2, i18n.say("decisions.questions", language))
    try:
        table = table_element(tabulate("T0.1", material.publication, language))
    except NothingToShow as nothing:
        return [title, aside(nothing.sentence)]
    return [title, {**table, "kind": "plain table"}]


def _asked(material: Material, language: str) -> list[Element]:
    title = heading(2, i18n.say("decisions.asked", language))
    asked = [_decision(one, material, language) for one in material.words.decisions]
    return [title, *(asked or [aside(i18n.say("decisions.none", language))])]


def _decision(one: DecisionAsked, material: Material, language: str) -> Element:
    finding = "".join(span.text for span in filled(one.finding[language], material, language))
    parts = {
        "finding": finding,
        "alternative": one.alternative[language],
        "owner": one.owner[language],
        "cost": one.cost[language],
        "deadline": numbers.day(one.deadline, language),
    }
    labelled_parts = [
        {"label": i18n.say(f"decisions.{name}", language), "text": _ended(told)}
        for name, told in parts.items()
    ]
    return {"kind": "decision", "proposal": one.proposal[language], "parts": labelled_parts}


def _ended(told: str) -> str:
    return told if told.endswith((".", "!", "?")) else f"{told}."


def _listed(name: str, material: Material, language: str) -> list[Element]:
    """What is worse or not known: the computed sentences, then the evaluator's."""
    written = material.words.worse if name == "worse" else material.words.unknown
    items = [filled(one[language], material, language) for one in written]
    try:
        items = [*say(COMPUTED[name], material.publication, language), *items]
    except NothingToShow as nothing:
        items = items or [(Span(nothing.sentence),)]
    return [heading(2, i18n.say(f"decisions.{name}", language)), bullets(items)]


def _joined(paragraphs: list[Paragraph]) -> Paragraph:
    spans: list[Span] = []
    for position, one in enumerate(paragraphs):
        if position:
            spans.append(Span(" "))
        spans.extend(one)
    return tuple(spans)
