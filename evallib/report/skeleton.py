"""What a chapter's skeleton tells the evaluator: what the results say, and placeholders ready to be used."""

from __future__ import annotations

from collections.abc import Iterator

from evallib.display import i18n, plain
from evallib.display.edition import Edition
from evallib.display.naming import measure_name
from evallib.report.review import chapter_ids, findings
from evallib.report.words import Material


def note(chapter: str, material: Material, language: str) -> str:
    """The lines of the note in a chapter's skeleton; they are never printed."""
    edition = Edition(material.publication, language)
    lines = [i18n.say("skeleton.says", language, chapter=f"{chapter} {edition.t(f'chapter.{chapter}')}")]
    lines += [f"- {plain(one)}" for one in findings(chapter, material.publication, language)]
    lines += [i18n.say("skeleton.ready", language), *_ready(chapter, material, edition)]
    return "\n".join(lines)


def _ready(chapter: str, material: Material, edition: Edition) -> Iterator[str]:
    """One line a number of this period that may be shown: placeholder, number, meaning."""
    for one in chapter_ids(chapter, material.words, material.publication):
        cell = edition.released.cells.get(one)
        if cell is not None and cell.shown and one.period == edition.period:
            written = str(one).split("/", 1)[1]
            yield f"  {{{written}}}  {edition.text(cell)}  {measure_name(edition, written)}"
