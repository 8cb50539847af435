"""Six slides for the meeting that decides, from the same elements as the report.

Titles say what was found. What was computed and what was judged stand apart in word and in colour; what a
picture is based on and where everything stands in the report is in the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from evallib.display import Paragraph, Span, i18n
from evallib.display.publication import plain
from evallib.report.blocks import Block
from evallib.report.elements import Element, labelled
from evallib.report.glyphs import drawable
from evallib.report.slide_parts import Deck, saved
from evallib.report.typeset import Document

SCORECARD, SENTENCE = "F1.1", "P1.1"
BEGUN = 180  # characters after which no other sentence is begun beside a picture
SHOWN = 2  # so many of the figures below get a slide of their own
# Each figure that may get a slide, in order, with the passage that tells of it.
FIGURES = {"F4.1": "P4.1", "F5.1": "P5.1", "F6.3": "P6.2", "F6.1": "P6.1", "F4.2": "P4.1", "F5.2": "P5.1",
           "F6.2": "P6.1", "F6.4": "P6.2", "F5.3": "P5.1", "F2.1": ""}  # fmt: skip
_LEFT, _TOP, _WIDE, _HIGH = Inches(0.55), Inches(1.45), Inches(12.2), Inches(5.3)
_COLUMN, _GAP = Inches(4.2), Inches(0.3)


Said = Mapping[str, Sequence[Paragraph]]  # what the passages of the report say, by their names
Part = tuple[str, list[Element]]  # a heading with what stands under it


def passages_for_slides(blocks: Sequence[Block]) -> list[str]:
    """Those passages of a report that the slides repeat."""
    names = {SENTENCE, *FIGURES.values()}
    return [one.id for one in blocks if one.kind == "passage" and one.id in names]


def blocks_for_slides(blocks: Sequence[Block]) -> list[Block]:
    """The page to decide on, and those figures of a report that slides may show."""
    figures = [one for one in blocks if one.kind == "figure" and one.id in (SCORECARD, *FIGURES)]
    return [Block("cover", ""), Block("decisions", ""), *figures]


def slides(document: Document, said: Said, created: datetime) -> bytes:
    """The deck as a PPTX file; the same document gives the same bytes.

    document: made of :func:`blocks_for_slides`, with PNG or JPEG under the names of its pictures.
    """
    told = drawable(document.description)
    deck = Deck(Presentation(), document.language, _foot(told), document.pictures)
    promised, changed, right, questions, asked, *lists = _parts(told["front"])
    figures = {one["id"].split("/")[-1]: one for one in told["body"] if one["kind"] == "figure"}
    _promised(deck, told["cover"], promised, said.get(SENTENCE, ()))
    _changed(deck, changed, figures.get(SCORECARD))
    _pictured(deck, figures, said)
    _questions(deck, questions, right)
    _decisions(deck, asked, lists)
    return saved(deck.deck, created, told["title"], "; ".join(told["author"]), document.language)


def _foot(told: Mapping[str, Any]) -> str:
    marks = [told["watermark"], told["notice"], told["running"], told["edition"]]
    return " · ".join(one for one in marks if one)


def _parts(front: Sequence[Element]) -> list[Part]:
    """The page to decide on by its headings: three questions, the evaluation questions, what is asked, then
    what is worse and what is not known."""
    parts: list[Part] = []
    for one in front:
        for side in one["sides"] if one["kind"] == "pair" else [[one]]:
            for element in side:
                if element["kind"] == "heading":
                    parts.append((element["text"], []))
                else:
                    parts[-1][1].append(element)
    return parts[1:]  # the first is the page's title


def _promised(deck: Deck, cover: Element, part: Part, finding: Sequence[Paragraph]) -> None:
    """What was promised: how many indicators are where they should be, then what was done."""
    question, elements = part
    slide = deck.slide(plain(finding[0]).removesuffix(".") if finding else question)
    deck.line(slide, f"{cover['title']} · {cover['subtitle']}", Inches(1.35))
    deck.voices(slide, question, elements, (_LEFT, Inches(1.85), _WIDE, Inches(3.6)))
    deck.emblem(slide, cover, (_LEFT, Inches(5.8), _WIDE, Inches(0.8)))
    deck.notes(slide, [_where(deck, question), *_spoken(elements)])


def _changed(deck: Deck, part: Part, figure: Element | None) -> None:
    """What has changed over the periods, beside the scorecard's small pictures."""
    question, elements = part
    slide = deck.slide(figure["title"] if figure else question)
    if figure:
        _beside(deck, slide, figure, question, elements)
    else:
        deck.voices(slide, question, elements, (_LEFT, _TOP, _WIDE, _HIGH))
    deck.notes(slide, [*(_source(deck, figure) if figure else [_where(deck, question)]), *_spoken(elements)])


def _pictured(deck: Deck, figures: Mapping[str, Element], said: Said) -> None:
    """The first figures of the list that the report has, each beside what is computed of it."""
    label = i18n.say("document.computed", deck.language)
    names = [name for name in FIGURES if name in figures][:SHOWN]
    for name in names:
        figure, words = figures[name], said.get(FIGURES[name], ())
        slide = deck.slide(figure["title"])
        short = [drawable(labelled("computed", label, [_begun(words[0])]))] if words else []
        _beside(deck, slide, figure, "", short)
        deck.notes(slide, [*_source(deck, figure), *(plain(one) for one in words)])
    for _ in range(SHOWN - len(names)):
        nothing = i18n.say("slides.nothing", deck.language)
        deck.notes(deck.slide(nothing), [nothing])


def _begun(paragraph: Paragraph) -> Paragraph:
    """The paragraph's first sentences, as many as can be read from afar, at least one."""
    kept: list[Span] = []
    for span in paragraph:
        if span.text == " " and len(plain(tuple(kept))) > BEGUN:
            break
        kept.append(span)
    return tuple(kept)


def _beside(deck: Deck, slide: Any, figure: Element, question: str, elements: Sequence[Element]) -> None:
    """A figure with its base under it, and on its right what is said of it."""
    room = _WIDE - _COLUMN - _GAP if elements else _WIDE
    deck.picture(slide, figure["file"], figure["alt"], (_LEFT, _TOP, room, _HIGH - Inches(0.6)))
    deck.line(slide, figure["base"], _TOP + _HIGH - Inches(0.5))
    if elements:
        place = (_LEFT + _WIDE - _COLUMN, _TOP, _COLUMN, _HIGH - Inches(0.6))
        deck.voices(slide, question, elements, place)


def _questions(deck: Deck, part: Part, right: Part) -> None:
    """The evaluation questions with proposal and judgement, and whether these were the right things."""
    title, elements = part
    table = next((one for one in elements if one["kind"] == "plain table"), None)
    slide = deck.slide(_verdicts(table, deck.language) if table else title)
    below: int = _TOP
    if table:
        deck.table(slide, table, (_LEFT, _TOP - Inches(0.15), _WIDE, Inches(4.1)))
        below += Inches(4.1)
    deck.voices(slide, right[0], right[1], (_LEFT, below, _WIDE, Inches(1.2)))
    others = [one for one in elements if one is not table]
    deck.notes(slide, [_where(deck, title), *_spoken(others), right[0], *_spoken(right[1])])


def _verdicts(table: Element, language: str) -> str:
    """How many of the questions have which colour: as judged where all are, else as computed."""
    rows = table["rows"]
    judged = all(row[2]["mark"] for row in rows)
    colours = Counter(row[2 if judged else 1]["mark"] or "grey" for row in rows)
    counts = [
        i18n.compose("slides.count", language, n=colours[one], colour=i18n.say(f"colour.{one}", language))
        for one in ("green", "amber", "red", "grey")
        if colours[one]
    ]
    key = "slides.judged" if judged else "slides.computed"
    return i18n.say(key, language, total=len(rows), counts=plain(i18n.listed(counts, language)))


def _decisions(deck: Deck, part: Part, lists: Sequence[Part]) -> None:
    """What the steering group is asked to decide, and in the notes what is worse and what is not known."""
    title, elements = part
    asked = [one for one in elements if one["kind"] == "decision"]
    slide = deck.slide(i18n.say("slides.decide", deck.language, len(asked), n=len(asked)) if asked else title)
    place = (_LEFT, _TOP, _WIDE, _HIGH)
    if asked:
        deck.decisions(slide, asked, place)
    else:
        deck.voices(slide, "", elements, place)
    rest = [line for name, listed in lists for line in (name, *_spoken(listed))]
    deck.notes(slide, [_where(deck, title), *rest])


def _where(deck: Deck, part: str) -> str:
    return i18n.say("slides.page", deck.language, part=part)


def _source(deck: Deck, figure: Element) -> list[str]:
    where = i18n.say("slides.figure", deck.language, number=figure["number"], id=figure["id"])
    return [where, figure["base"]]


def _spoken(elements: Sequence[Element]) -> Iterator[str]:
    """Elements as lines that somebody can say, each with who speaks."""
    for one in elements:
        if one["kind"] in ("computed", "judged"):
            yield f"{one['label']}: {' '.join(_words(said) for said in one['paragraphs'])}"
        elif one["kind"] == "bullets":
            yield from (f"– {_words(item)}" for item in one["items"])
        elif one["kind"] in ("aside", "paragraph"):
            yield _words(one["spans"])


def _words(spans: Sequence[Mapping[str, str]]) -> str:
    return "".join(one["t"] for one in spans)
