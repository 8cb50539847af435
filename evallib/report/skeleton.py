"""Skeletons for the evaluator's words: of each chapter, and of the page to decide on.

They tell what the results say and hold placeholders ready to be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from evallib.display import NothingToShow, Paragraph, i18n, plain, say
from evallib.display.edition import Edition
from evallib.display.naming import measure_name
from evallib.plan.words import ANSWERS
from evallib.report.decisions import COMPUTED
from evallib.report.review import chapter_ids, findings
from evallib.report.words import Material
from evallib.results import parse_display_id


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


def judgement_file(material: Material, language: str) -> str:
    """``judgements.yaml`` for a period of which nothing has been written: every block, as comments.

    What explains begins with ``##``, what can be used with ``# ``: those two signs are taken away to use it.
    The file is valid as it stands and says nothing yet.
    """
    edition = Edition(material.publication, language)
    after = material.project.period(edition.period).end.year + 1  # the year in which it is judged
    parts = [
        [*_told("page2", language), "schema_version: 1"],
        [*_told("judgements", language), *_questions(edition, language, after)],
        [*_told("answers", language), *_numbers_at_hand(material, edition), *_answers(language, after)],
        [*_told("decisions", language), *_decision(language, after)],
        *([*_told(name, language), *_computed(name, material, language), *_list(name)] for name in _LISTS),
    ]
    return "\n\n".join("\n".join(one) for one in parts) + "\n"


_LISTS = ("worse", "unknown")
_ROLE = 'role: {fi: "", sv: "", en: ""}'


def _told(name: str, language: str) -> list[str]:
    words = i18n.say(f"skeleton.{name}", language)
    return [f"## {one}" for one in wrap(words, 100)]


def _questions(edition: Edition, language: str, after: int) -> Iterator[str]:
    """Each evaluation question with the proposal that the rules make and the evidence behind it."""
    yield "# judgements:"
    for one in edition.publication.plan.questions:
        told = {
            "question": one.name[language],
            "proposal": edition.state(one.code).text,
            "evidence": edition.evidence(one.code),
        }
        yield from (f"## {line}" for line in wrap(i18n.say("skeleton.question", language, **told), 100))
        yield from (
            "#   - question: " + one.code,
            "#     verdict: confirmed",
            f"#     {_ROLE}",
            f"#     date: {after}-01-31",
        )


def _numbers_at_hand(material: Material, edition: Edition) -> Iterator[str]:
    """The numbers of the computed answers, ready to be used."""
    names = dict.fromkeys(
        span.id
        for passage in (COMPUTED["promised"], COMPUTED["changed"])
        for said in _said(passage, material, edition.language)
        for span in said
        if span.id.startswith(f"{edition.period}/") and parse_display_id(span.id) is None
    )
    for name in names:
        written = name.split("/", 1)[1]
        cell = edition.cell(written)
        if cell is not None and cell.shown:
            yield f"##   {{{written}}}  {edition.text(cell)}  {measure_name(edition, written)}"


def _said(passage: str, material: Material, language: str) -> tuple[Paragraph, ...]:
    try:
        return say(passage, material.publication, language)
    except NothingToShow:
        return ()


def _answers(language: str, after: int) -> Iterator[str]:
    yield "# answers:"
    for name in ANSWERS:
        yield f"##   {i18n.say(f'decisions.{name}', language)}"
        yield from (f"#   {name}:", "#     sentences:", '#       - {fi: "", sv: "", en: ""}')
        if name == "right":
            yield from (f"#     {_ROLE}", f"#     date: {after}-01-31")


def _decision(language: str, after: int) -> Iterator[str]:
    """One decision asked, each part with what it is called on the page."""
    yield "# decisions:"
    for at, name in enumerate(("proposal", "finding", "alternative", "owner", "cost")):
        label = "" if name == "proposal" else f"  ## {i18n.say(f'decisions.{name}', language)}"
        yield f'#   {"-" if not at else " "} {name}: {{fi: "", sv: "", en: ""}}{label}'
    yield f"#     deadline: {after}-06-30"


def _computed(name: str, material: Material, language: str) -> Iterator[str]:
    """What the report says by itself in this list, so that nobody types it again."""
    for one in _said(COMPUTED[name], material, language):
        yield from (f"##   – {line}" for line in wrap(plain(one), 96))


def _list(name: str) -> tuple[str, str]:
    return f"# {name}:", '#   - {fi: "", sv: "", en: ""}'
