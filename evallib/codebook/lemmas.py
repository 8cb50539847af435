"""Codes suggested for an open answer, from the base forms of its words in Finnish, Swedish and English.

The one address of simplemma: dictionaries that come with it, nothing is downloaded. Nobody knows in which
language an answer was written, so each word is looked up in all three. A suggestion is a help for the eye
of a coder and counts for nothing by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from evallib.codebook.code_frame import CodeFrame
from evallib.codes import LANGUAGES

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def suggestions(frame: CodeFrame, answers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Text id → codes whose words occur in the answer, in the frame's order.

    A word fits when the two have the same base form in the language of the frame's word; one that ends in
    ``*`` also fits whatever begins with it, as Finnish and Swedish compounds do.
    """
    whole = {
        (language, _base(word, language)): one.code
        for one in reversed(frame.codes)
        for language, words in one.words.items()
        for word in words
        if not word.endswith("*")
    }
    begun = [
        (word.rstrip("*").casefold(), one.code)
        for one in frame.codes
        for words in one.words.values()
        for word in words
        if word.endswith("*")
    ]
    offered = set(frame.offered)
    found = {}
    for text_id, answer in answers.items():
        words = {word.casefold() for word in _WORD.findall(answer)}
        codes = {code for word in words for start, code in begun if word.startswith(start)}
        codes |= set(_by_base(words, whole))
        found[text_id] = tuple(one.code for one in frame.codes if one.code in codes & offered)
    return found


def _by_base(words: Iterable[str], whole: Mapping[tuple[str, str], str]) -> Iterable[str]:
    for word in words:
        for language in LANGUAGES:
            if code := whole.get((language, _base(word, language))):
                yield code


def _base(word: str, language: str) -> str:
    """The base form in small letters; low_memory takes a sixth of the memory and no longer to load."""
    from simplemma import lemmatize

    return lemmatize(word.casefold(), lang=language, low_memory=True).casefold()
