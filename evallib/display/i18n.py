"""The words of the report in three languages, side by side in ``messages/*.yaml``.

A message is keyed by a stable id and holds ``{place}`` names. One that depends on a count has the forms
``one`` and ``other`` and is asked for with ``count=``.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from evallib.codes import LANGUAGES
from evallib.display.numbers import plural
from evallib.display.publication import Paragraph, Span, plain
from evallib.errors import OutputError, nearest, text

_FOLDER = Path(__file__).parent / "messages"
Forms = str | dict[str, str]


@cache
def catalogue() -> Mapping[str, Mapping[str, Forms]]:
    """All messages: id → language → text, or plural forms."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it exists
    messages: dict[str, Mapping[str, Forms]] = {}
    for file in sorted(_FOLDER.glob("*.yaml")):
        messages.update(yaml.load(file.read_text(encoding="utf-8"), Loader=loader))
    return messages


def has(key: str) -> bool:
    return key in catalogue()


def template(key: str, language: str, count: float | None = None) -> str:
    """The message's text in one language, in the plural form that ``count`` asks for."""
    messages = catalogue()
    if key not in messages or language not in LANGUAGES:
        raise OutputError(
            text("The report has no words for {key} in {language}", key=key, language=language),
            repair=text("The nearest message is {key}", key=nearest(key, list(messages))),
        )
    forms = messages[key][language]
    if isinstance(forms, str):
        return forms
    return forms[plural(count if count is not None else 2, language)]


def compose(key: str, language: str, count: float | None = None, /, **values: object) -> Paragraph:
    """The message with its places filled; spans and paragraphs given as values keep their ids."""
    spans: list[Span] = []
    for literal, place, _, _ in string.Formatter().parse(template(key, language, count)):
        if literal:
            spans.append(Span(literal))
        if place:
            spans.extend(_spans(values[place]))
    return tuple(spans)


def _spans(value: object) -> Paragraph:
    if isinstance(value, Span):
        return (value,)
    if isinstance(value, tuple):
        return value
    return (Span(str(value)),)


def say(key: str, language: str, count: float | None = None, /, **values: object) -> str:
    """Like :func:`compose`, as one string."""
    return plain(compose(key, language, count, **values))


def listed(parts: list[Paragraph], language: str) -> Paragraph:
    """Parts joined as in running text: a, b and c."""
    joined: list[Span] = []
    for position, part in enumerate(parts):
        if position:
            last = position == len(parts) - 1
            joined.append(Span(template("word.and", language) if last else ", "))
        joined.extend(part)
    return tuple(joined)
