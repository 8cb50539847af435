"""Whether the evaluator's words still fit the results: what has moved since a chapter was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from evallib.display import NothingToShow, Paragraph, Publication, names, say, tabulate
from evallib.display.edition import Edition
from evallib.display.naming import measure_name
from evallib.plan.chapter_text import PLACEHOLDER
from evallib.plan.words import Words, named
from evallib.results import Released, ReleasedCell, ResultId, parse_display_id


@dataclass(frozen=True)
class Review:
    """Why a text waits for a look. moved: ids of its chapter's results that changed, with what they were.

    unknown: it was written for results of which the store knows nothing. source_changed: it is a translation,
    and the words that it was made from are others now.
    """

    moved: tuple[tuple[ResultId, ReleasedCell | None], ...] = ()
    unknown: bool = False
    source_changed: bool = False


def reviews(
    words: Words, publication: Publication, now: str, before: Callable[[str], Released | None]
) -> Mapping[tuple[str, str], Review]:
    """The texts that wait for a look, by (chapter, language).

    now: the fingerprint of the results at hand. before: gives the results of a fingerprint, None where they
    are not known. A text that says nothing of what it was written for is taken to fit.
    """
    found = {}
    for (chapter, language), text in words.texts.items():
        moved: tuple[tuple[ResultId, ReleasedCell | None], ...] = ()
        earlier = before(text.results) if text.results not in ("", now) else None
        if earlier is not None:
            moved = tuple(_moved(chapter_ids(chapter, words, publication), publication.released, earlier))
        unknown = earlier is None and text.results not in ("", now)
        source, fingerprint = text.source
        original = words.texts.get((chapter, source))
        changed = bool(source) and (original is None or original.fingerprint != fingerprint)
        if moved or unknown or changed:
            found[chapter, language] = Review(moved, unknown, changed)
    return found


def _moved(
    ids: list[ResultId], now: Released, then: Released
) -> Iterator[tuple[ResultId, ReleasedCell | None]]:
    """Those of the ids whose printed number, base or mask is another one."""
    for one in ids:
        new, old = now.cells.get(one), then.cells.get(one)
        if one.period == now.period and _told(new) != _told(old):
            yield one, old


def _told(cell: ReleasedCell | None) -> object:
    return None if cell is None else (cell.value, cell.count, cell.base, cell.mask, cell.note, cell.rounded)


def chapter_ids(chapter: str, words: Words, publication: Publication) -> list[ResultId]:
    """Every result that a chapter tells of: in its computed sentences, its tables, the evaluator's words."""
    ids = [span.id for sentence in findings(chapter, publication, "en") for span in sentence]
    for name in names()["tables"]:
        if name.startswith(f"T{chapter}."):
            try:
                ids += tabulate(name, publication, "en").ids
            except NothingToShow:
                continue
    for (of, _), text in words.texts.items():
        if of == chapter:
            written = (match[1] for one in text.paragraphs for match in PLACEHOLDER.finditer(one))
            ids += [named(one, words.period) for one in written]
    wanted = (one for one in dict.fromkeys(ids) if one and parse_display_id(one) is None)
    return [ResultId.parse(one) for one in wanted]


def findings(chapter: str, publication: Publication, language: str) -> Iterator[Paragraph]:
    """The computed sentences of a chapter, paragraph by paragraph."""
    for name in names()["passages"]:
        if name.startswith(f"P{chapter}."):
            try:
                yield from say(name, publication, language)
            except NothingToShow:
                continue


def moved_words(review: Review, publication: Publication, language: str) -> list[tuple[str, str, str]]:
    """(name, before, now) of the numbers that moved, as a reader knows them."""
    edition = Edition(publication, language)
    told = []
    for one, old in review.moved:
        written = str(one).split("/", 1)[1]
        told.append((measure_name(edition, written), edition.text(old), edition.text(edition.cell(written))))
    return told
