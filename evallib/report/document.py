"""Assembly: blocks in cell order become the description of one report in one language.

Every block is drawn and worded here again from the publication; where there is nothing to show, the
sentence that says so stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evallib.display import Drawing, NothingToShow, Publication, Span, house, i18n, numbers, tabulate
from evallib.display import draw as draw_figure
from evallib.display import say as say_passage
from evallib.errors import DeclarationError, text
from evallib.report.blocks import Block
from evallib.report.decisions import decision_page
from evallib.report.elements import Element, aside, bullets, heading, paragraph, sources
from evallib.report.places import together
from evallib.report.summary import summary
from evallib.report.tables import number_of, table_element
from evallib.report.typeset import Document
from evallib.report.words import Material, commentary, corrections
from evallib.results import release_label

EMBLEM = Path(__file__).parent / "emblem.svg"
Draw = Callable[[str, Publication, str], Drawing]


def build_document(
    material: Material,
    blocks: Sequence[Block],
    language: str,
    *,
    emblem: bytes | None = None,
    faults: Sequence[str] = (),
    draw: Draw = draw_figure,
) -> Document:
    """The report in ``language``; ``faults`` make it a watermarked draft.

    The first of them stand on page 1, all of them at the end: the page to decide on is always page 2.
    """
    assembly = Assembly(material, language, draw)
    front: list[Element] = []
    body: list[Element] = []
    for block in blocks:
        target = front if block.kind == "decisions" else body
        target += assembly.elements(block)
    if material.words.corrections and not any(one.kind == "annex" and one.id == "D" for one in blocks):
        body += assembly.elements(Block("annex", "D"))
    if faults:
        body.append(heading(1, i18n.say("document.draft_faults", language)))
        body.append(bullets([(Span(one),) for one in together(faults)]))
    cover = next((block for block in blocks if block.kind == "cover"), None)
    final = bool(cover and cover.options.get("final"))
    flag = emblem or EMBLEM.read_bytes()
    assembly.pictures[emblem_file(flag)] = flag
    description = _frame(material, language, final, faults)
    description["cover"]["emblem"] = emblem_file(flag)
    description |= {"front": front, "body": body, "contents": i18n.say("document.contents", language)}
    return Document(language, description, assembly.pictures)


class Assembly:
    """Turns blocks into elements and collects the pictures that they place."""

    def __init__(self, material: Material, language: str, draw: Draw) -> None:
        self._material, self._language, self._draw = material, language, draw
        self._publication = material.publication
        self.pictures: dict[str, bytes] = {}
        self._annexes = False  # whether the first of them has come

    def elements(self, block: Block) -> list[Element]:
        makers: Mapping[str, Callable[[Block], list[Element]]] = {
            "cover": lambda _: [],
            "decisions": lambda _: decision_page(self._material, self._language),
            "chapter": self._chapter,
            "annex": self._annex,
            "passage": self._passage,
            "figure": self._figure,
            "table": self._table,
            "commentary": lambda one: commentary(self._material, one.id, self._language),
            "summary": self._summary,
        }
        try:
            return makers[block.kind](block)
        except NothingToShow as nothing:
            return [aside(nothing.sentence)]

    def _chapter(self, block: Block) -> list[Element]:
        title = i18n.say(f"chapter.{block.id}", self._language)
        return [heading(1, f"{block.id} {title}", fresh=block.id == FIRST)]

    def _annex(self, block: Block) -> list[Element]:
        words = [i18n.say("annex", self._language), block.id, i18n.say(f"annex.{block.id}", self._language)]
        notes = corrections(self._material, self._language) if block.id == "D" else []
        mark, self._annexes = "" if self._annexes else "annexes", True
        return [heading(1, " ".join(words), mark=mark), *notes]

    def _passage(self, block: Block) -> list[Element]:
        said = say_passage(block.id, self._publication, self._language)
        if block.id == REFERENCES:
            return [paragraph(said[0]), sources(list(said[1:]))]
        return [paragraph(one) for one in said]

    def _summary(self, block: Block) -> list[Element]:
        """In the Finnish report, what the other languages' readers need to know."""
        if self._language != "fi" or block.id == "fi":
            return []
        return [summary(self._material, block.id)]

    def _figure(self, block: Block) -> list[Element]:
        drawing = self._draw(block.id, self._publication, self._language)
        name = f"{block.id}.svg"
        self.pictures[name] = drawing.svg
        return [
            {
                "kind": "figure",
                "number": number_of(block.id),
                "title": drawing.title,
                "base": drawing.base,
                "alt": drawing.alt,
                "file": name,
                "id": drawing.id,
            }
        ]

    def _table(self, block: Block) -> list[Element]:
        return [table_element(tabulate(block.id, self._publication, self._language))]


OWN_NAMES = {"fi": "suomi", "sv": "svenska", "en": "English"}
ON_COVER = 8  # so many faults of a draft are named on page 1
REFERENCES = "PA.2"  # the passage that is a list under its first sentence
FIRST = "1"  # the chapter that begins a page whatever room is left


def emblem_file(data: bytes) -> str:
    """The name under which the emblem is placed, by its content: SVG, PNG or JPEG."""
    kinds = {b"\x89PNG\r\n\x1a\n": "emblem.png", b"\xff\xd8\xff": "emblem.jpg"}
    for start, name in kinds.items():
        if data.startswith(start):
            return name
    if b"<svg" in data[:2000]:
        return "emblem.svg"
    raise DeclarationError(
        text("The emblem is no picture that can be printed"),
        where="surveys/project.yaml",
        expected=text("a file in the form SVG, PNG or JPEG"),
        repair=text("Name such a file, or builtin:eu"),
    )


def _frame(material: Material, language: str, final: bool, faults: Sequence[str]) -> dict[str, Any]:
    """Everything around the blocks: metadata, running heads, cover."""
    project, released = material.project, material.publication.released
    run: Any = released.facts.get("run", {})
    name, period = project.name[language], released.period
    edition = i18n.say(
        "document.edition",
        language,
        release=release_label(released.number, material.variant),
        date=numbers.day(str(run.get("freeze_date", "")), language),
    )
    return {
        "title": i18n.say("document.title", language, project=name, period=period),
        "author": [project.responsible_for_content[language]],
        "keywords": [project.number, period],
        "lang": language,
        "font": [house.font_family()],
        "running": i18n.say("document.running", language, project=project.short_name, period=period),
        "notice": i18n.say(f"document.{project.marked}", language) if project.marked else "",
        "edition": edition,
        "watermark": _watermark(project.rehearsal, faults, language),
        "words": {
            name: i18n.say(f"document.{name}", language) for name in ("figure", "figures", "table", "tables")
        },
        "cover": _cover(material, language, period, final, faults),
    }


def _watermark(rehearsal: bool, faults: Sequence[str], language: str) -> str:
    """What stands behind every page: that the answers are synthetic before that it is a draft."""
    word = "synthetic_word" if rehearsal else "draft" if faults else ""
    return i18n.say(f"document.{word}", language).upper() if word else ""


def _cover(
    material: Material, language: str, period: str, final: bool, faults: Sequence[str]
) -> dict[str, Any]:
    project = material.project
    span = next(one for one in project.periods if one.id == period)
    dates = numbers.days(span.start, span.end, language)
    facts = {
        "cover.number": project.number,
        "cover.period": dates,
        "cover.fund": project.fund[language],
        "cover.funder": project.funder[language],
        "cover.content": project.responsible_for_content[language],
        "cover.contact": project.contact,
        "cover.status": _status(material, language),
        "cover.languages": ", ".join(
            f"{OWN_NAMES[one]} (report-{one}.pdf)" for one in project.report_languages
        ),
    }
    return {
        "programme": project.programme[language],
        "kind": i18n.say("document.final" if final else "document.kind", language),
        "title": project.name[language],
        "subtitle": i18n.say("document.subtitle", language, period=period),
        "banner": i18n.say(f"document.{project.marked}_long", language) if project.marked else "",
        "draft": i18n.say("cover.draft", language, len(faults), n=len(faults)) if faults else "",
        "faults": together(faults)[:ON_COVER],
        "facts": [{"label": i18n.say(key, language), "text": told} for key, told in facts.items()],
        "emblem_alt": project.emblem_alt[language],
        "statement": project.funding_statement[language],
    }


def _status(material: Material, language: str) -> str:
    """Whether and when the steering group handled these numbers; whether earlier ones are corrected here."""
    said = i18n.say("cover.status_draft", language)
    if material.handled:
        day, minutes = material.handled
        said = i18n.say("cover.status_handled", language, day=numbers.day(day, language), paragraph=minutes)
    if not material.words.corrections:
        return said
    return f"{said}. {i18n.say('cover.status_corrected', language)}"
