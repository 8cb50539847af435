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


def refuse_item(code: str, place: str) -> None:
    """Raise DeclarationError at ``place`` for what can't be the code of a question."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", code):
        raise _refused(text("A code begins with a letter and has letters and digits only"), code, place)
    if len(code) > ITEM_CODE_LENGTH:
        raise _refused(text("A question's code has at most {n} characters", n=ITEM_CODE_LENGTH), code, place)
    _refuse_reserved(code, _RESERVED_ITEMS, place)


def refuse_parts(codes: Sequence[str], place: str) -> None:
    """Raise DeclarationError for the first code of a subitem or an option that the server would not keep,
    or that stands twice."""
    most = PART_CODE_LENGTH
    for n, code in enumerate(codes):
        if not re.fullmatch(r"[A-Za-z0-9]+", code):
            raise _refused(text("A code has letters and digits only"), code, place)
        if len(code) > most:
            fault = text("A code of a subitem or an option has at most {n} characters", n=most)
            raise _refused(fault, code, place)
        _refuse_reserved(code, _RESERVED_PARTS, place)
        # The server compares without regard to capitals.
        if code.lower() in (other.lower() for other in codes[:n]):
            raise DeclarationError(
                text("The code {code} stands twice", code=repr(code)),
                where=place,
                repair=text("Give one of them another code"),
            )


def _refuse_reserved(code: str, words: frozenset[str], place: str) -> None:
    if code.lower() in words:
        raise _refused(text("The server keeps the word {code} for itself", code=repr(code)), code, place)


def _refused(fault: Text, code: str, place: str) -> DeclarationError:
    repair = text("Give it another code before the wave opens")
    return DeclarationError(fault, where=place, found=repr(code), repair=repair)
