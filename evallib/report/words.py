"""The evaluator's words in a report: paragraphs with every number put in from the release."""

from __future__ import annotations

from dataclasses import dataclass

from evallib.display import Paragraph, Publication, Span, i18n
from evallib.display.edition import Edition
from evallib.errors import DeclarationError, text
from evallib.plan.words import PLACEHOLDER, Words, named
from evallib.report.elements import Element, labelled
from evallib.results import Released, ReleasedCell, ResultId
from evallib.workspace import Project


@dataclass(frozen=True)
class Material:
    """What a report is made of: released results, the evaluator's words, the project's identity.

    variant: number of this set of products among those of the release.
    """

    publication: Publication
    words: Words
    project: Project
    variant: int = 1


def commentary(material: Material, chapter: str, language: str) -> list[Element]:
    """The evaluator's paragraphs on a chapter, marked as hers; nothing when she has written none.

    Her words are printed as they stand: ``*``, ``#`` and ``<`` are characters, never markup.
    """
    written = material.words.chapter(chapter, language)
    label = i18n.say("document.words", language)
    paragraphs = [filled(one, material, language) for one in written]
    return [labelled("judged", label, paragraphs)] if paragraphs else []


def filled(written: str, material: Material, language: str) -> Paragraph:
    """A written sentence with its placeholders turned into numbers that carry their ids."""
    edition = Edition(material.publication, language)
    spans: list[Span] = []
    position = 0
    for match in PLACEHOLDER.finditer(written):
        spans.append(Span(written[position : match.start()]))
        spans.append(edition.span(named_cell(match[1], material)))
        position = match.end()
    spans.append(Span(written[position:]))
    return tuple(span for span in spans if span.text)


def named_cell(written: str, material: Material) -> ReleasedCell:
    """The shown cell that a placeholder names.

    Raises DeclarationError for an id that no release has, and for a hidden value: a sentence must not be
    built around a number that may not be shown.
    """
    wanted = ResultId.parse(named(written, material.publication.released.period))
    cell = _release_of(wanted.period, material.publication)[wanted]
    if cell.shown:
        return cell
    raise DeclarationError(
        text("The words name a result that has no number to show"),
        found=str(wanted),
        where=f"surveys/commentary/{material.words.period}",
        repair=text("Write the sentence without this number"),
    )


def check_words(material: Material) -> None:
    """Every number that the words name exists and may be shown; the first that is not, raises."""
    for written in material.words.placeholders():
        named_cell(written, material)


def _release_of(period: str, publication: Publication) -> Released:
    for one in (publication.released, *publication.earlier):
        if one.period == period:
            return one
    return publication.released
