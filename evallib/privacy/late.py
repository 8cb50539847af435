"""Late answers: a second release of a period must not tell who came in between."""

from __future__ import annotations

from collections.abc import Iterator

from evallib.privacy.breakdowns import Sum, Table
from evallib.privacy.masks import MaskPlan
from evallib.results import ResultId


def is_late(table: Table, earlier: MaskPlan, threshold: int) -> bool:
    """Whether the table differs from the one that was shown by one to threshold − 1 people anywhere.

    Compared are all numbers that were shown, and in every row what is left of the difference of the
    totals when the shown differences are taken away: the hidden cells' part.
    """
    return any(0 < abs(change) < threshold for change in _changes(table, earlier))


def _changes(table: Table, earlier: MaskPlan) -> Iterator[int]:
    for one in (*table.published, *(Sum(g, table.base) for g in range(len(table.groups)) if table.base)):
        past = _shown_before(table, one, earlier)
        if past is not None:
            yield table.value(one) - past
    for row in table.every:
        total = _total_before(table, row, earlier)
        cells = [Sum(group, (row,)) for group in range(len(table.groups))]
        before = [_shown_before(table, one, earlier) for one in cells]
        if total is not None:
            told = sum(table.value(one) - p for one, p in zip(cells, before, strict=True) if p is not None)
            yield int(table.counts[row].sum()) - total - told


def _shown_before(table: Table, one: Sum, earlier: MaskPlan) -> int | None:
    """The number as it was shown, as a count or as a base beside one."""
    for name in table.published.get(one, ()):
        count = earlier.shown.get(name, (None, None))[0]
        if count is not None:
            return count
    if one == table.base_of(one.group):
        beside = [name for o in table.based if o.group == one.group for name in table.published[o]]
        bases = [earlier.shown[name][1] for name in beside if name in earlier.shown]
        return next((base for base in bases if base is not None), None)
    return None


def _total_before(table: Table, row: int, earlier: MaskPlan) -> int | None:
    """The row's total in the earlier release: an overall count of the same name, or the base of a profile."""
    for group, dims in enumerate(table.groups):
        for name in table.published.get(Sum(group, (row,)), ()):
            rest = tuple(one for one in name.dims if one not in dims)
            overall = ResultId(name.period, name.indicator, name.measure, rest)
            if overall in earlier.shown:
                return earlier.shown[overall][0]
            if not table.base and name in earlier.shown:
                return earlier.shown[name][1]
    return None
