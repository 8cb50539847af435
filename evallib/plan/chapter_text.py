"""A chapter's text as the evaluator writes it: a head of facts, a note to herself, then paragraphs.

    ---
    results: 3f9a…                  the fingerprint of the numbers that the text was written for
    translated_from: fi 8a41…       of a translation: from which language, and from which words
    ---
    <!--
    What stands here is never printed.
    -->
    Paragraphs, parted by an empty line.

Head and note may be left out. A measured number is a placeholder, ``{I20.participations}``, with a word
after the id where another figure of the result is meant: ``{I20.participations change}``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from evallib.errors import DeclarationError, Text, nearest, text

FORMS = ("value", "change", "base", "share")  # what of a result is printed; value without a word
KEYS = ("results", "translated_from")

_CODE = r"[A-Za-z0-9_.+:-]+"
_PAIR = rf"[a-z][a-z0-9_]*={_CODE}"
PLACEHOLDER = re.compile(
    r"\{((?:[A-Za-z0-9][A-Za-z0-9_-]{0,19}/)?[A-Z][A-Z0-9]*\.[a-z][a-zA-Z0-9_]*"
    rf"(?:\[{_PAIR}(?:,{_PAIR})*\])?)(?: ({'|'.join(FORMS)}))?\}}"
)
_ALLOWED = re.compile(r"\b20[0-9]{2}\b|§+ ?[0-9]+|\b[0-9]+ ?§")


@dataclass(frozen=True)
class ChapterText:
    """paragraphs: each on one line. results, translated_from: as in the head, "" where it says nothing.
    note: the lines that are never printed."""

    paragraphs: tuple[str, ...] = ()
    results: str = ""
    translated_from: str = ""
    note: str = field(default="", repr=False)  # another note makes no other release

    @property
    def source(self) -> tuple[str, str]:
        """Language and fingerprint of the words that this text was translated from; empty when of none."""
        language, _, fingerprint = self.translated_from.partition(" ")
        return language, fingerprint.strip()

    @property
    def fingerprint(self) -> str:
        """Of the paragraphs alone: another one when a word of them changes."""
        return hashlib.sha256("\n\n".join(self.paragraphs).encode()).hexdigest()[:16]

    def written(self) -> str:
        """The text as it lies in its file."""
        facts = {"results": self.results, "translated_from": self.translated_from}
        head = [f"{key}: {value}" for key, value in facts.items() if value]
        parts = ["\n".join(["---", *head, "---"])] if head else []
        parts += [f"<!--\n{self.note}\n-->"] if self.note else []
        return "\n".join([*parts, "\n\n".join(self.paragraphs)]) + "\n"


def parse_chapter(written: str, shown: str) -> ChapterText:
    """The text of a file named ``shown``.

    Raises DeclarationError for a head or note that does not end, an unknown fact, a typed number and a
    placeholder that is no id.
    """
    lines = written.splitlines()
    start = 0
    facts: dict[str, str] = {}
    if lines[:1] == ["---"]:
        start = _end(lines, 0, "---", shown)
        for number, line in enumerate(lines[1 : start - 1], 2):
            key, value = _fact(line, f"{shown}:{number}")
            facts[key] = value
    note = ""
    if lines[start : start + 1] == ["<!--"]:
        after = _end(lines, start, "-->", shown)
        note, start = "\n".join(lines[start + 1 : after - 1]), after
    for number, line in enumerate(lines[start:], start + 1):
        check_line(line, f"{shown}:{number}")
    blocks = re.split(r"\n\s*\n", "\n".join(lines[start:]).strip())
    paragraphs = tuple(" ".join(block.split()) for block in blocks if block.strip())
    return ChapterText(paragraphs, note=note, **facts)


def _end(lines: list[str], start: int, mark: str, shown: str) -> int:
    """The position after the next line that is ``mark``."""
    for position in range(start + 1, len(lines)):
        if lines[position] == mark:
            return position + 1
    raise DeclarationError(
        text("What begins here does not end"),
        where=f"{shown}:{start + 1}",
        expected=text("a later line with {mark} alone", mark=mark),
        repair=text("Add that line before your own words"),
    )


def _fact(line: str, where: str) -> tuple[str, str]:
    key, colon, value = (part.strip() for part in line.partition(":"))
    if colon and key in KEYS:
        return key, value
    raise DeclarationError(
        text("The head of the text holds an unknown line"),
        where=where,
        found=line[:80],
        expected=text("one of {known}", known=", ".join(KEYS)),
        repair=text("Did you mean {key}?", key=repr(nearest(key, KEYS) or KEYS[0])),
    )


def check_line(written: str, where: Text | str) -> None:
    """Refuse a number that was typed and a placeholder that is no id."""
    bare = PLACEHOLDER.sub("", written)
    if "{" in bare or "}" in bare:
        raise DeclarationError(
            text("A placeholder is not the id of a result"),
            where=where,
            found=written.strip()[:80],
            expected=text("for example {example}", example="{2025/I20.participations}"),
            repair=text("Write the whole id on one line between one pair of braces"),
        )
    loose = re.search(r"\S*\d\S*", _ALLOWED.sub("", bare))
    if loose:
        raise DeclarationError(
            text("A number is typed into the text"),
            where=where,
            found=loose[0],
            expected=text("the id of the result in braces; only years and § stand as digits"),
            repair=text("Put the id in its place, or write the number as a word"),
        )
