"""The evaluator's words in a report: paragraphs with every number put in from the release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evallib.display import Paragraph, Publication, Span, i18n, numbers
from evallib.display.compare import Change, compare, printed_difference
from evallib.display.edition import Edition
from evallib.errors import DeclarationError, text
from evallib.plan.chapter_text import PLACEHOLDER
from evallib.plan.words import Words, named
from evallib.report.elements import Element, labelled
from evallib.report.review import Review, moved_words
from evallib.results import Kind, Released, ReleasedCell, ResultId
from evallib.workspace import Project

NAMED = 5  # so many numbers that moved are named above a text; of more, the number is told


@dataclass(frozen=True)
class Material:
    """What a report is made of: released results, the evaluator's words, the project's identity.

    variant: number of this set of products among those of the release. reviews: by (chapter, language), the
    texts that were written for other numbers or translated from other words. handled: day (ISO) and paragraph
    of the minutes when the steering group handled its numbers; () before it has.
    """

    publication: Publication
    words: Words
    project: Project
    variant: int = 1
    reviews: Mapping[tuple[str, str], Review] = field(default_factory=dict)
    handled: tuple[str, ...] = ()


def commentary(material: Material, chapter: str, language: str) -> list[Element]:
    """The evaluator's paragraphs on a chapter, marked as hers; nothing when she has written none.

    Her words are printed as they stand: ``*``, ``#`` and ``<`` are characters, never markup. Words that were
    written for other numbers say so, with what has moved since.
    """
    written = material.words.chapter(chapter, language)
    if not written:
        return []
    label = i18n.say("document.words", language)
    paragraphs = [filled(one, material, language) for one in written]
    review = material.reviews.get((chapter, language))
    if review is None:
        return [labelled("judged", label, paragraphs)]
    why = review_words(review, material.publication, language)
    return [labelled("judged", f"{label}: {i18n.say('review.label', language)}", [why, *paragraphs])]


def review_words(review: Review, publication: Publication, language: str) -> Paragraph:
    """Why a text waits for a look: what has moved since, or that it was translated from other words."""
    reasons = [i18n.compose("review.translation", language)] if review.source_changed else []
    if review.unknown:
        reasons.append(i18n.compose("review.unknown", language))
    if review.moved:
        told = [
            i18n.compose("word.then_now", language, name=name, before=before, now=now)
            for name, before, now in moved_words(review, publication, language)[:NAMED]
        ]
        more = len(review.moved) - NAMED
        if more > 0:
            told.append(i18n.compose("review.more", language, more, n=more))
        reasons.append(i18n.compose("review.moved", language, listed=i18n.listed(told, language)))
    why = [span for one in reasons for span in (*one, Span(" "))]
    return i18n.compose("review.note", language, why=tuple(why[:-1]))


def corrections(material: Material, language: str) -> list[Element]:
    """What this release corrects of earlier ones, the newest first, each with who says so and when."""
    return [
        labelled("judged", i18n.say("document.corrected", language, role=one.role[language],
                                    date=numbers.day(one.date, language)), [(Span(one.note[language]),)])
        for one in reversed(material.words.corrections)
    ]  # fmt: skip


def filled(written: str, material: Material, language: str) -> Paragraph:
    """A written sentence with its placeholders turned into numbers that carry their ids."""
    spans: list[Span] = []
    position = 0
    for match in PLACEHOLDER.finditer(written):
        spans.append(Span(written[position : match.start()]))
        cell = named_cell(match[1], material)
        said = _form(cell, match[2] or "value", Edition(material.publication, language))
        if said is None:
            raise _no_number(match[0][1:-1], material)
        spans.append(Span(said, str(cell.id)))
        position = match.end()
    spans.append(Span(written[position:]))
    return tuple(span for span in spans if span.text)


def _form(cell: ReleasedCell, form: str, edition: Edition) -> str | None:
    """The wanted figure of a result as printed; None where it has none, or none that may be claimed."""
    if form == "value":
        return edition.span(cell).text
    if form == "base":
        return None if cell.base is None else edition.n(cell)
    if form == "share":
        return edition.part(cell).text if cell.kind is Kind.COUNT and cell.base else None
    before = _before(cell, edition.publication)
    floor = edition.publication.plan.policy.test_base
    if before is None or compare(cell, before, floor) in (Change.NONE, Change.UNSURE):
        return None  # no difference is claimed that the answers can't carry
    return printed_difference(cell, before, edition.language)


def _before(cell: ReleasedCell, publication: Publication) -> ReleasedCell | None:
    """The same cell of the period before the one that the cell belongs to."""
    releases = [*publication.earlier, publication.released]
    periods = [one.period for one in releases]
    place = periods.index(cell.id.period) if cell.id.period in periods else 0
    return releases[place - 1].get(str(cell.id).split("/", 1)[1]) if place else None


def named_cell(written: str, material: Material) -> ReleasedCell:
    """The shown cell that a placeholder names.

    Raises DeclarationError for an id that no release has, and for a hidden value: a sentence must not be
    built around a number that may not be shown.
    """
    wanted = ResultId.parse(named(written, material.publication.released.period))
    cell = _release_of(wanted.period, material.publication)[wanted]
    if cell.shown:
        return cell
    raise _no_number(str(wanted), material)


def _no_number(found: str, material: Material) -> DeclarationError:
    return DeclarationError(
        text("The words name a result that has no number to show"),
        found=found,
        where=f"surveys/commentary/{material.words.period}",
        repair=text("Write the sentence without this number"),
    )


def _release_of(period: str, publication: Publication) -> Released:
    for one in (publication.released, *publication.earlier):
        if one.period == period:
            return one
    return publication.released
