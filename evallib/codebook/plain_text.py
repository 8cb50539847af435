"""The words of an HTML fragment, as a report or a label prints them."""

from __future__ import annotations

import html
import re

# Every alternative that begins also ends, at the latest with the text: nothing is read twice.
_TAG = re.compile(
    r"<!--(?s:.*?)(?:-->|\Z)"
    r"|<[!?][^>]*+(?:>|\Z)"
    r"|</?(?P<name>[A-Za-z][A-Za-z0-9]*+)(?:[^'\">]|\"[^\"]*+\"|'[^']*+')*+(?:>|(?s:.*)\Z)"
)
_BLOCKS = {"p", "br", "div", "li", "ul", "ol", "tr", "td", "th", "table", "hr"} | {
    f"h{n}" for n in range(1, 7)
}
_SILENT = {name: re.compile(rf"</{name}\b[^>]*>", re.IGNORECASE) for name in ("script", "style")}
_NO_SIGN = re.compile(r"&#[0-9]{8,};?")  # a number far beyond all letters


def plain_text(written: str) -> str:
    """The text of an HTML fragment: entities decoded, blocks and line breaks kept apart by a space.

    What only looks like a tag, as "under <5 people", stays.
    """
    if "<" in written:
        written = "".join(_without_tags(written))
    if "&" in written:
        written = html.unescape(_NO_SIGN.sub("\ufffd", written))
    return " ".join(written.split())


def _without_tags(written: str) -> list[str]:
    parts: list[str] = []
    place = 0
    while found := _TAG.search(written, place):
        parts.append(written[place : found.start()])
        place = found.end()
        name = (found["name"] or "").lower()
        if not found[0].endswith(">"):
            parts.append("" if found[0].startswith("<!--") else found[0])
        elif name in _SILENT and not found[0].startswith("</"):
            end = _SILENT[name].search(written, place)
            place = end.end() if end else len(written)
        elif name in _BLOCKS:
            parts.append(" ")
    parts.append(written[place:])
    return parts
