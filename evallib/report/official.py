"""The final report on the headings that authorities ask for, from the same content as the annual report.

What results and the evaluator's words can fill is filled; every other place is marked as waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from evallib.declared import Texts
from evallib.display import Span, i18n, numbers
from evallib.display.edition import Edition
from evallib.plan.words import ANSWERS
from evallib.report.blocks import Block
from evallib.report.decisions import answer, asked
from evallib.report.document import Assembly, Draw
from evallib.report.elements import Element, blank, bullets, facts, heading, paragraph
from evallib.report.words import Material, filled


@dataclass(frozen=True)
class Part:
    """A heading of the skeleton. content: names of what stands below it, in order: a passage, table or figure
    (``P6.1``), the evaluator's words on a chapter (``words 4``), or a maker of :func:`_makers`."""

    number: str
    key: str
    content: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        return min(self.number.count(".") + 1, 3)


SKELETON = (
    Part("1", "implementer", ("implementer",)),
    Part("2", "project", ("project",)),
    Part("3", "summary", ("answers",)),
    Part("4", "report"),
    Part("4.1", "objectives"),
    Part("4.1.1", "higher", ("higher",)),
    Part("4.1.2", "own", ("objectives", "tasks", "F2.1")),
    Part("4.2", "implementation"),
    Part("4.2.1", "measures", ("P6.1", "T6.1", "F6.1", "P6.3", "words 6")),
    Part("4.2.2", "timetable", ("timetable", "deviations")),
    Part("4.2.3", "resources", ("resources",)),
    Part("4.2.4", "organisation", ("organisation",)),
    Part("4.2.5", "costs", ("budget", "costs")),
    Part("4.2.6", "follow_up", ("T2.1", "P9.1", "T9.1")),
    Part("4.2.7", "risks", ("unknown", "risks")),
    Part("4.3", "partners", ("P4.1", "P7.1", "T7.1", "T7.2", "words 4", "words 7")),
    Part("4.4", "results"),
    Part("4.4.1", "quantitative", ("P1.1", "T1.1", "TB.2")),
    Part("4.4.2", "qualitative", ("P5.1", "P5.2", "T5.2", "T5.4", "words 5", "P6.2", "F6.3", "P8.1",
                                  "words 8")),
    Part("4.4.3", "problems", ("worse",)),
    Part("4.5", "proposals", ("P7.2", "T7.3", "words 9", "asked")),
    Part("5", "statement", ("statement",)),
    Part("6", "signatures", ("signatures",)),
    Part("7", "annexes", ("annexes",)),
)  # fmt: skip


def official_elements(
    material: Material, language: str, draw: Draw
) -> tuple[list[Element], dict[str, bytes]]:
    """Every part of the skeleton in ``language``, and the drawings that it places, as SVG by file name."""
    assembly = Assembly(material, language, draw)
    makers = _makers(material, language)

    def made(name: str) -> list[Element]:
        kind, _, chapter = name.partition(" ")
        if name in makers:
            return makers[name]()
        if kind == "words":
            missing = [_words_missing(material, chapter, language)]
            return assembly.elements(Block("commentary", chapter)) or missing
        kind = {"P": "passage", "T": "table", "F": "figure"}[name[0]]
        return assembly.elements(Block(kind, name))

    return outline(SKELETON, language, lambda part: part.content, made), assembly.pictures


def outline(
    parts: Sequence[Part],
    language: str,
    content: Callable[[Part], Sequence[str]],
    made: Callable[[str], list[Element]],
) -> list[Element]:
    """Parts of the skeleton, numbered without gaps, each with what ``made`` makes of its content's names."""
    elements: list[Element] = []
    places: list[int] = []
    for part in parts:
        places = [*places, 0, 0, 0][: part.level]
        places[-1] += 1
        number = ".".join(map(str, places))
        elements.append(heading(part.level, f"{number} {i18n.say(f'final.{part.key}', language)}"))
        elements += [element for name in content(part) for element in made(name)]
    return elements


def implementer(material: Material, language: str) -> list[Element]:
    """Who carried the project out, and whom to ask."""
    project = material.project
    rows = [
        (i18n.say("cover.content", language), project.responsible_for_content[language]),
        (i18n.say("cover.contact", language), project.contact),
    ]
    return [facts(i18n.say("final.implementer", language), rows), _waits("implementer", language)]


def project_facts(material: Material, language: str) -> list[Element]:
    """The project's name and number, programme, fund, funder and time."""
    return [facts(i18n.say("final.project", language), project_rows(material, language))]


def project_rows(material: Material, language: str) -> list[tuple[str, str]]:
    """Name, number, programme, fund, funder and time, each with its label."""
    project = material.project
    return [
        (i18n.say("cover.project", language), project.name[language]),
        (i18n.say("cover.number", language), project.number),
        (i18n.say("final.programme", language), project.programme[language]),
        (i18n.say("cover.fund", language), project.fund[language]),
        (i18n.say("cover.funder", language), project.funder[language]),
        (i18n.say("final.time", language), numbers.days(project.start, project.end, language)),
    ]


def _makers(material: Material, language: str) -> Mapping[str, Callable[[], list[Element]]]:
    """What is no passage, table, figure or comment: by the name that the skeleton gives it."""
    plan = material.publication.plan
    annexed = i18n.say("final.annexed", language, period=material.publication.released.period)
    waiting = ("higher", "deviations", "resources", "organisation", "costs", "risks", "signatures")
    own: dict[str, Callable[[], list[Element]]] = {
        "implementer": lambda: implementer(material, language),
        "project": lambda: project_facts(material, language),
        "answers": lambda: _answers(material, language),
        "objectives": lambda: listed_names([one.name for one in plan.objectives], language),
        "tasks": lambda: listed_names([one.name for one in plan.tasks], language),
        "timetable": lambda: _timetable(material, language),
        "budget": lambda: _budget(material, language),
        "unknown": lambda: _own(material, "unknown", language),
        "worse": lambda: _own(material, "worse", language),
        "asked": lambda: asked(material, language),
        "statement": lambda: _statement(material, language),
        "annexes": lambda: [paragraph((Span(annexed),))],
    }  # fmt: skip
    return own | {name: partial(_waiting, name, language) for name in waiting}


def _waiting(name: str, language: str) -> list[Element]:
    return [_waits(name, language)]


def _waits(name: str, language: str) -> Element:
    return blank(i18n.say(f"final.waits.{name}", language))


def _words_missing(material: Material, chapter: str, language: str) -> Element:
    """That the evaluator has written nothing on a chapter, and where she would."""
    period = material.publication.released.period
    file = f"surveys/commentary/{period}/{chapter}.{language}.md"
    return blank(i18n.say("final.waits.words", language, file=file))


def _answers(material: Material, language: str) -> list[Element]:
    """What the data say and what was judged, question by question."""
    elements: list[Element] = []
    for name in ANSWERS:
        elements.append(heading(2, i18n.say(f"decisions.{name}", language)))
        elements += answer(name, material, language)
    return elements


def listed_names(names: list[Texts], language: str) -> list[Element]:
    """Names of objectives or tasks as a list."""
    return [bullets([(Span(one[language]),) for one in names])] if names else []


def _timetable(material: Material, language: str) -> list[Element]:
    """When the project and its reported periods began and ended."""
    project = material.project
    released = {one.period for one in (*material.publication.earlier, material.publication.released)}
    rows = [(i18n.say("cover.project", language), numbers.days(project.start, project.end, language))]
    rows += [
        (one.id, numbers.days(one.start, one.end, language)) for one in project.periods if one.id in released
    ]
    return [facts(i18n.say("final.timetable", language), rows)]


def _budget(material: Material, language: str) -> list[Element]:
    """How much of the period's budget was used, where the accounts tell."""
    edition = Edition(material.publication, language)
    cell = edition.cell("I38.budget_share")
    if cell is None or not cell.shown:
        return []
    said = edition.p("final.budget", period=edition.period, value=edition.span(cell))
    return [paragraph(said)]


def _own(material: Material, name: str, language: str) -> list[Element]:
    """The evaluator's sentences on what is worse or not known; a marked place where there are none."""
    written = material.words.worse if name == "worse" else material.words.unknown
    told = [filled(one[language], material, language) for one in written]
    return [bullets(told)] if told else [_waits(name, language)]


def _statement(material: Material, language: str) -> list[Element]:
    """When the steering group handled these numbers; what it said, it says itself."""
    if not material.handled:
        return [_waits("statement", language)]
    day, minutes = material.handled
    said = i18n.say("cover.status_handled", language, day=numbers.day(day, language), paragraph=minutes)
    return [paragraph((Span(f"{said}."),)), _waits("statement", language)]
