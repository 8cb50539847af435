"""Characters on paper: what can't be drawn, or would turn text around, must never stop a report.

A title in a log may hold an emoji, a pasted control character, or a sign of a script that no embedded
typeface has. Controls are left out; a sign without a glyph is printed as U+FFFD, the mark that readers
know for it. Nothing else of a text changes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

MISSING = "\ufffd"
FAR = "\u2e80"  # from here on: scripts of East Asia, emoji
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_REPORTED = re.compile(r'text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def drawable(value: Any, undrawable: Iterable[str] = ()) -> Any:
    """A document description in which every text can be set; keys and numbers stay as they are."""
    table = str.maketrans(dict.fromkeys(undrawable, MISSING))
    return _walk(value, table)


def named_in(message: str, value: Any) -> frozenset[str]:
    """The characters that the typesetter says no typeface has; empty when it says something else.

    With them come all signs of ``value`` that are as far from European scripts, so that a text of many
    is mended in one round.
    """
    match = _REPORTED.search(message)
    if match is None:
        return frozenset()
    told = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), match[1])
    far = (sign for sign in json.dumps(value, ensure_ascii=False) if sign >= FAR)
    return frozenset(sign for sign in {*told, *far} if not sign.isascii()) - {MISSING}


def _walk(value: Any, table: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return _clean(value).translate(table)
    if isinstance(value, Mapping):
        return {key: _walk(one, table) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(one, table) for one in value]
    return value


def _clean(written: str) -> str:
    """Without controls; private signs and halves of a pair, which mean nothing elsewhere, as U+FFFD."""
    if written.isascii() and written.isprintable():
        return written
    return "".join(_sign(sign) for sign in written if sign not in _TURNING)


def _sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cc":
        return " " if sign.isspace() else ""
    return MISSING if category in ("Co", "Cs", "Cn") else sign
