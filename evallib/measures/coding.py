"""Coded open answers: what an answer counts as, and how many answers have each code."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evallib.measures.records import counted
from evallib.results import Cell

Codes = frozenset[str]


def final(rows: pd.DataFrame) -> list[Codes | None]:
    """The codes of each answer: as both coders gave them, or as the two settled it, or as the only coder
    gave them; None of an answer that nobody coded, and of one still to be settled.

    rows: the frozen coding, one row an answer, codes joined by ``+``; told in their order. Renamed codes come
    out renamed, answers that are there twice come out twice.
    """
    return [
        _final(a, b, settled) for a, b, settled in zip(rows["a"], rows["b"], rows["settled"], strict=True)
    ]


def _final(a: str, b: str, settled: str) -> Codes | None:
    first, second = split(a), split(b)
    if a and b and first != second:
        return split(settled) if settled else None
    return first or second or None


def split(codes: str) -> Codes:
    """``climate+other`` as a set; renamed codes come out renamed."""
    return frozenset(codes.split("+")) - {""}


def by_code(answers: Sequence[Codes], codes: Sequence[str]) -> list[Cell]:
    """How many answers have each code; base: answers that have any. An answer counts under each of its
    codes, so the counts add up to more than the base.

    In the order of ``codes``: an empty code has zero, renamed ones come out renamed; all answers twice: twice
    the counts and base.
    """
    return [counted(sum(code in one for one in answers), len(answers), (("code", code),)) for code in codes]
