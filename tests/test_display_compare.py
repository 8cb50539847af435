"""A change is claimed only where base and intervals allow it."""

from __future__ import annotations

import pytest

from evallib.display.compare import Change, compare
from evallib.results import Kind, Mask, ReleasedCell, ResultId


def cell(
    value: float | None,
    kind: Kind = Kind.SHARE,
    base: int | None = None,
    interval: tuple[float, float] | None = None,
    mask: Mask | None = None,
) -> ReleasedCell:
    name = ResultId("2025", "I22", "t01_top2")
    return ReleasedCell(name, kind, "", value, None, base, interval, "", mask, False, "", "", (), ())


@pytest.mark.parametrize(("base", "change"), [(9, Change.UNSURE), (10, Change.UP), (11, Change.UP)])
def test_nothing_rises_on_fewer_than_ten_answers(base: int, change: Change) -> None:
    assert compare(cell(0.8, base=base), cell(0.4, base=50), 10) is change


def test_an_interval_of_the_difference_that_holds_zero_is_no_change() -> None:
    # 40/100 against 50/100: difference 10 points, Wilson-based interval about -4 … 23
    before, now = cell(0.4, base=100, interval=(0.309, 0.498)), cell(0.5, base=100, interval=(0.404, 0.596))
    assert compare(now, before, 10) is Change.UNSURE


def test_an_interval_clear_of_zero_is_a_change_in_its_direction() -> None:
    before, now = cell(0.4, base=400, interval=(0.353, 0.449)), cell(0.6, base=400, interval=(0.551, 0.647))
    assert compare(now, before, 10) is Change.UP
    assert compare(before, now, 10) is Change.DOWN


def test_what_prints_alike_is_the_same() -> None:
    assert compare(cell(0.731, base=200), cell(0.729, base=200), 10) is Change.SAME


def test_counts_are_compared_as_they_are() -> None:
    assert compare(cell(3, Kind.COUNT, base=3), cell(4, Kind.COUNT, base=4), 10) is Change.DOWN


def test_a_hidden_or_missing_number_is_never_compared() -> None:
    assert compare(cell(None, mask=Mask.SMALL), cell(0.5), 10) is Change.NONE
    assert compare(cell(0.5), None, 10) is Change.NONE
