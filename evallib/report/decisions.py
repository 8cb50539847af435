"""The page to decide on: three questions, the evaluation questions, what is asked, what is not known.

What was computed and what was judged stand apart, each with who speaks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from evallib.declared import Texts
from evallib.display import (
    CellText,
    Column,
    NothingToShow,
    Paragraph,
    Span,
    i18n,
    numbers,
    say,
    tabulate,
)
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
        elements += answer(name, material, language)
    elements += _questions(material, language)
    elements += _asking(material, language)
    sides = (listed(name, material, language) for name in ("worse", "unknown"))
    return [*elements, pair(*sides)]


def answer(name: str, material: Material, language: str) -> list[Element]:
    """What the data say (where they can), then what was judged and by whom."""
    elements: list[Element] = []
    if name != "right":
        label = i18n.say("document.computed", language)
        said = _computed(COMPUTED[name], material, language)
        elements += [labelled("computed", label, said)] if said else []
    answer = material.words.answers.get(name)
    if answer is not None:
        sentences = _joined([filled(one[language], material, language) for one in answer.sentences])
        elements.append(labelled("judged", _signed(answer, language), [sentences]))
    elif name == "right":
        elements.append(aside(i18n.say("decisions.judgement_missing", language)))
    return elements


def spoken(name: str, material: Material, language: str) -> list[str]:
    """An answer as plain sentences: the evaluator's own, else what the data say."""
    answer = material.words.answers.get(name)
    if answer is not None:
        told = [filled(one[language], material, language) for one in answer.sentences]
    else:
        told = [] if name == "right" else list(_computed(COMPUTED[name], material, language))
    return ["".join(span.text for span in one) for one in told]


def _computed(name: str, material: Material, language: str) -> tuple[Paragraph, ...]:
    try:
        return say(name, material.publication, language)
    except NothingToShow as nothing:
        return ((Span(nothing.sentence),),)


def _signed(answer: Answer, language: str) -> str:
    if answer.role is None or answer.date is None:
        return i18n.say("document.words", language)
    return _by(answer.role, answer.date, language)


def _questions(material: Material, language: str) -> list[Element]:
    """The questions with proposal and judgement side by side, then who judged, and why where they differ."""
    title = heading(2, i18n.say("decisions.questions", language))
    try:
        table = tabulate("T0.1", material.publication, language)
    except NothingToShow as nothing:
        return [title, aside(nothing.sentence)]
    columns = (
        *table.columns[:2],
        Column(i18n.say("column.judgement", language), "state"),
        *table.columns[2:],
    )
    questions = material.publication.plan.questions
    rows = tuple(
        (*row[:2], _verdict(one.code, row[1], material, language), *row[2:])
        for one, row in zip(questions, table.rows, strict=True)
    )
    element = table_element(replace(table, columns=columns, rows=rows))
    return [title, {**element, "kind": "plain table"}, *_judges(material, language)]


def _verdict(question: str, proposed: CellText, material: Material, language: str) -> CellText:
    found = material.words.judgements.get(question)
    if found is None:
        return CellText(i18n.say("decisions.open", language))
    if found.colour is None:
        return proposed
    return CellText(i18n.say(f"colour.{found.colour}", language), mark=found.colour)


def _judges(material: Material, language: str) -> list[Element]:
    """One line for everybody who judged on one day: the reasons for leaving a proposal, and that the others
    were confirmed; questions are named where several have confirmed some."""
    plan, judged = material.publication.plan, material.words.judgements
    told: dict[str, list[Paragraph]] = {}
    confirmed: dict[str, list[str]] = {}
    for one in judged.values():
        by, question = _by(one.role, one.date, language), plan.question(one.question).name[language]
        own = told.setdefault(by, [])
        if one.colour is None:
            confirmed.setdefault(by, []).append(question)
        elif one.reason is not None:
            own.append(filled(f"{question} {one.reason[language]}", material, language))
    for by, names in confirmed.items():
        all_others = "confirmed_others" if len(names) < len(judged) else "confirmed"
        key = "confirmed_these" if len(confirmed) > 1 else all_others
        told[by].append((Span(i18n.say(f"decisions.{key}", language, questions=" ".join(names))),))
    return [labelled("judged", by, [_joined(words)]) for by, words in told.items()]


def _by(role: Texts, when: date, language: str) -> str:
    return i18n.say("document.judged", language, role=role[language], date=numbers.day(when, language))


def _asking(material: Material, language: str) -> list[Element]:
    return [heading(2, i18n.say("decisions.asked", language)), *asked(material, language)]


def asked(material: Material, language: str) -> list[Element]:
    """Each decision that is asked for, or the remark that there is none."""
    found = [_decision(one, material, language) for one in material.words.decisions]
    return found or [aside(i18n.say("decisions.none", language))]


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


def listed(name: str, material: Material, language: str) -> list[Element]:
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
