"""Answers that look as if nobody had read the questions: marked for the evaluator, always kept and counted.

``fast``: submitted in less than a third of the survey's median time (Greszki, Meyer and Schoen 2015 compare
30 to 50 per cent). ``straight``: one and the same code down every row of each array (Krosnick 1991). Both are
signs and no proof: somebody may know the form, and mean the same of everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from statistics import median

from evallib.codebook.model import Questionnaire, Type

FAST, STRAIGHT = "fast", "straight"
SHARE = 1 / 3  # of the median time
ENOUGH = 20  # timed answers, for a median that means something
ROWS = 3  # of an array that can be answered straight
IN_ALL = 8  # rows of such arrays, which nobody happens to answer alike
_OPTIONS = 3
_NO_DATE = 1980  # an anonymous survey writes this year

Row = Mapping[str, str]


def careless(rows: Sequence[Row], questionnaire: Questionnaire) -> list[tuple[str, ...]]:
    """The marks of each row, () = none. Rows without both times, or typed from paper, are never ``fast``."""
    times = [_seconds(row) for row in rows]
    known = [one for one in times if one is not None]
    limit = SHARE * median(known) if len(known) >= ENOUGH else 0.0
    arrays = list(_arrays(questionnaire))
    return [
        (
            *([FAST] if spent is not None and spent < limit else []),
            *([STRAIGHT] if _is_straight(row, arrays) else []),
        )
        for row, spent in zip(rows, times, strict=True)
    ]


def _seconds(row: Row) -> float | None:
    """From the first page to the last; None where the server did not keep both moments."""
    try:
        begun, ended = (datetime.fromisoformat(row.get(name, "")) for name in ("startdate", "submitdate"))
    except ValueError:
        return None
    spent = (ended - begun).total_seconds()
    return spent if spent >= 0 and ended.year != _NO_DATE != begun.year else None


def _arrays(questionnaire: Questionnaire) -> Iterator[list[str]]:
    """Columns of each array of enough rows and options; a dual scale is two."""
    for item in questionnaire.items:
        if item.type is not Type.ARRAY:
            continue
        scales: dict[str, list[str]] = defaultdict(list)
        for sub in item.subitems:
            if len(sub.options or item.options) >= _OPTIONS:
                scales[sub.scale].append(sub.column(item.code))
        yield from (columns for columns in scales.values() if len(columns) >= ROWS)


def _is_straight(row: Row, arrays: Sequence[Sequence[str]]) -> bool:
    """Whether every array that was answered has one code in all rows that were; enough rows in all."""
    given = [[code for column in columns if (code := row.get(column, ""))] for columns in arrays]
    answered = [codes for codes in given if len(codes) >= ROWS]
    return sum(map(len, answered)) >= IN_ALL and all(len(set(codes)) == 1 for codes in answered)
