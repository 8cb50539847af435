"""Whether a number changed since the earlier release, as far as its base and intervals can tell."""

from __future__ import annotations

from enum import StrEnum

from evallib.display.numbers import MINUS, of_kind, percent_points
from evallib.results import Kind, ReleasedCell
from evallib.results.differences import change_interval, holds
from evallib.results.rounding import AT_LEAST


class Change(StrEnum):
    UP = "up"
    DOWN = "down"
    SAME = "same"
    UNSURE = "unsure"  # the interval of the difference holds zero, or too few answers
    NONE = "none"  # one of the two is missing, hidden or rounded


def compare(now: ReleasedCell | None, before: ReleasedCell | None, floor: int) -> Change:
    """How ``now`` stands to ``before``; ``floor`` answers are needed before a change is claimed, and none is
    of rounded numbers.

    With two intervals, zero must lie outside the interval of the difference, which is made from both
    (:func:`evallib.results.differences.change_interval`). Counts are compared as they are.
    """
    if now is None or before is None or not now.shown or not before.shown:
        return Change.NONE
    if any(one.rounded or one.note == AT_LEAST for one in (now, before)):
        return Change.NONE
    assert now.value is not None and before.value is not None
    difference = now.value - before.value
    if _printed(now) == _printed(before):
        return Change.SAME  # a reader sees no difference, so none is claimed
    if now.kind is not Kind.COUNT and _below(now, before, floor):
        return Change.UNSURE
    if now.interval and before.interval:
        between = change_interval(now.value, now.interval, before.value, before.interval)
        if holds(between, 0.0):
            return Change.UNSURE
    return Change.UP if difference > 0 else Change.DOWN


def _printed(cell: ReleasedCell) -> str:
    assert cell.value is not None
    return of_kind(cell.value, cell.kind, "en", cell.count, cell.base)


def _below(now: ReleasedCell, before: ReleasedCell, floor: int) -> bool:
    bases = [cell.base for cell in (now, before) if cell.base is not None]
    return any(base < floor for base in bases)


def printed_difference(now: ReleasedCell, before: ReleasedCell, language: str) -> str:
    """The difference of the two numbers as they are printed, with its sign: of shares in percentage points.

    A reader who subtracts one printed number from the other gets this one. Both must be shown.
    """
    assert now.value is not None and before.value is not None
    if now.kind is Kind.SHARE:
        points = [percent_points(one.value or 0, one.count, one.base) for one in (now, before)]
        return _signed(points[0] - points[1], Kind.COUNT, language)
    return _signed(now.value - before.value, now.kind, language)


def _signed(value: float, kind: Kind, language: str) -> str:
    written = of_kind(value, kind, language)
    if kind is Kind.BALANCE or written.startswith(MINUS) or not any(one in "123456789" for one in written):
        return written
    return f"+{written}"
