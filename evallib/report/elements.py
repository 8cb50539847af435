"""Elements of a document: plain dictionaries that the template knows how to set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evallib.display import Paragraph

Element = dict[str, Any]
SHAPES = {"green": "●", "amber": "▲", "red": "■", "grey": "○", "hidden": ""}  # beside a word, never instead


def heading(level: int, text: str, *, fresh: bool = False, language: str = "", mark: str = "") -> Element:
    """A heading; ``fresh`` begins a page, ``language`` as for a paragraph, ``mark`` a place to refer to."""
    return {"kind": "heading", "level": level, "text": text, "fresh": fresh, "lang": language, "mark": mark}


def paragraph(spans: Paragraph, language: str = "") -> Element:
    """Running text; ``language`` where it differs from the document's."""
    return {"kind": "paragraph", "spans": _spans(spans), "lang": language}


def bullets(items: list[Paragraph]) -> Element:
    return {"kind": "bullets", "items": [_spans(item) for item in items]}


def sources(items: list[Paragraph]) -> Element:
    """Works that are cited, one a line, set small."""
    return {"kind": "sources", "items": [_spans(item) for item in items]}


def aside(text: str) -> Element:
    """A small grey remark."""
    return {"kind": "aside", "spans": [{"t": text, "id": "", "lang": ""}]}


def blank(text: str) -> Element:
    """A place that waits for somebody's words, marked so that nobody overlooks it."""
    return {"kind": "blank", "spans": [{"t": f"[{text}]", "id": "", "lang": ""}]}


def facts(title: str, rows: Sequence[tuple[str, str]]) -> Element:
    """Names of things, each with what it is; ``title`` says what of."""
    return {"kind": "facts", "title": title, "rows": [list(one) for one in rows]}


def labelled(kind: str, label: str, paragraphs: Sequence[Paragraph]) -> Element:
    """A part that says who speaks: ``computed`` or ``judged``."""
    return {"kind": kind, "label": label, "paragraphs": [_spans(one) for one in paragraphs]}


def pair(*sides: list[Element]) -> Element:
    """Two parts side by side, read from left to right."""
    return {"kind": "pair", "sides": list(sides)}


def _spans(spans: Paragraph) -> list[dict[str, str]]:
    return [{"t": span.text, "id": span.id, "lang": span.lang} for span in spans]
