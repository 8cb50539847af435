"""Which codes a LimeSurvey server keeps as they are. Others it cuts, refuses or silently renames."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evallib.errors import DeclarationError, Text, text

ITEM_CODE_LENGTH = 20
PART_CODE_LENGTH = 5
# Words with a meaning of their own on the server; subquestions of these names are silently renamed.
_RESERVED_ITEMS = frozenset({"lang", "sid", "savedid", "token", "qid", "gid", "sgq", "self", "that", "this"})
_RESERVED_PARTS = frozenset({"time", "other", "comment", "filecount"})


def item_code_fault(code: str) -> Text:
    """Why ``code`` can't be the code of a question; an empty text when it can."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", code):
        return text("A code begins with a letter and has letters and digits only")
    if len(code) > ITEM_CODE_LENGTH:
        return text("A question's code has at most {n} characters", n=ITEM_CODE_LENGTH)
    return _reserved(code, _RESERVED_ITEMS)


def part_code_fault(code: str) -> Text:
    """Why ``code`` can't be the code of a subitem or an option; an empty text when it can."""
    if not re.fullmatch(r"[A-Za-z0-9]+", code):
        return text("A code has letters and digits only")
    if len(code) > PART_CODE_LENGTH:
        return text("A code of a subitem or an option has at most {n} characters", n=PART_CODE_LENGTH)
    return _reserved(code, _RESERVED_PARTS)


def _reserved(code: str, words: frozenset[str]) -> Text:
    if code.lower() in words:
        return text("The server keeps the word {code} for itself", code=repr(code))
    return text("")


def refuse(fault: Text, code: str, place: str) -> None:
    """Raise DeclarationError at ``place`` when there is a fault."""
    if str(fault):
        raise DeclarationError(
            fault, where=place, found=repr(code), repair=text("Give it another code before the wave opens")
        )


def refuse_parts(codes: Sequence[str], place: str) -> None:
    """Raise DeclarationError for the first code that the server would not keep, or that stands twice."""
    for n, code in enumerate(codes):
        refuse(part_code_fault(code), code, place)
        # The server compares without regard to capitals.
        if code.lower() in (other.lower() for other in codes[:n]):
            raise DeclarationError(
                text("The code {code} stands twice", code=repr(code)),
                where=place,
                repair=text("Give one of them another code"),
            )
