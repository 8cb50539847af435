"""Which numbers of a table are sensitive, whether or not they are published."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from evallib.privacy.breakdowns import MISSING, Sum, Table
from evallib.privacy.linear import Vector, vector


@dataclass(frozen=True)
class Target:
    """A sensitive number, as sums with a sign: a count, or whole − part.

    A reader must be able to think it as high as ``up`` and as low as ``down`` (None: it is 0 and may stay).
    """

    sums: tuple[tuple[int, Sum], ...]
    up: int
    down: int | None

    def vector(self, table: Table) -> Vector:
        return sum((sign * vector(table, one) for sign, one in self.sums), np.zeros(table.counts.size))


def targets_of(table: Table, threshold: int) -> Iterator[Target]:
    """Sensitive numbers of every group: small counts, small rests, and groups that answered alike."""
    for group in range(len(table.groups)):
        base, size = table.base_of(group), table.size_of(group)
        sums = {Sum(group, (row,)) for row in table.every} | {o for o in table.published if o.group == group}
        sums |= {base} if base else set()
        for one in sorted(sums):
            if 0 < table.value(one) < threshold:
                yield Target(((1, one),), threshold - 1, 1)
            if base is not None and set(one.rows) < set(base.rows):
                yield from _rest(table, base, one, threshold)
        if base is not None and table.sizes_known and table.value(base) < table.value(size):
            yield from _rest(table, size, base, threshold)


def _rest(table: Table, whole: Sum, part: Sum, threshold: int) -> Iterator[Target]:
    """The people of ``whole`` outside ``part`` when they are few, or none of at least two."""
    rest = table.value(whole) - table.value(part)
    signed = ((1, whole), (-1, part))
    if 0 < rest < threshold:
        yield Target(signed, threshold - 1, 1)
    elif rest == 0 and table.value(whole) > 1:
        yield Target(signed, min(threshold, table.value(whole)) - 1, None)


def remainders(table: Table, shown: Collection[Sum], threshold: int) -> Iterator[Target]:
    """What is hidden along a row or in a group, together, where that is small and not all there is."""
    groups = range(len(table.groups))
    for rows in sorted({*((row,) for row in table.every if table.rows[row] != MISSING), table.base} - {()}):
        hidden = [one for one in (Sum(group, rows) for group in groups) if one not in shown]
        together, total = sum(map(table.value, hidden)), int(table.counts[list(rows)].sum())
        if 0 < together < min(threshold, total):
            yield Target(tuple((1, one) for one in hidden), threshold - 1, 1)
    for group in groups:
        rows = tuple(row for row in table.base if Sum(group, (row,)) not in shown)
        if table.base_of(group) in shown and 0 < table.value(Sum(group, rows)) < threshold:
            yield Target(((1, Sum(group, rows)),), threshold - 1, 1)
