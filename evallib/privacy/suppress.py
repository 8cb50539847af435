"""Which numbers of a table must be hidden so that no small one can be worked out from the rest.

Every sensitive number (a count of 1 … threshold − 1, or the missing rest when a whole group answered
alike) must stay able to be 1 and to be threshold − 1 for a reader who knows all that is shown, the row
totals and the names of the masks. Each such possibility is a whole table, found by integer programming
and kept: one table often serves many numbers. Where none is found, the numbers that one cheapest change
would touch are hidden as well, and the question is put again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np

from evallib.privacy.breakdowns import MISSING, Sum, Table
from evallib.privacy.linear import Knowledge, Vector, cheapest_move, extreme, find, known, vector
from evallib.results import Mask

ROUNDS = 60  # repairs before a table is withheld
COST_SHARE, COST_COLUMN, COST_SIZE = 4.0, 12.0, 20.0


@dataclass(frozen=True)
class Target:
    """A sensitive number: its place, what it must be able to be at least (up) and at most (down)."""

    sums: tuple[tuple[int, Sum], ...]  # sign and sum: a count, or base − count
    up: int
    down: int | None  # None: the number may stay 0

    def vector(self, table: Table) -> Vector:
        return sum((sign * vector(table, one) for sign, one in self.sums), np.zeros(table.counts.size))

    def value(self, table: Table) -> int:
        return sum(sign * table.value(one) for sign, one in self.sums)


@dataclass
class Plan:
    """The growing plan of one table.

    others: whole tables that contradict nothing a reader knows, one a line. limits: how far a target can
    go by the totals alone, where that is less than it should.
    """

    table: Table
    threshold: int
    hidden: set[Sum]
    others: Vector
    limits: dict[tuple[Target, int], int] = field(default_factory=dict)
    withheld: bool = False
    reason: Mask = Mask.WITHHELD

    @classmethod
    def nothing_shown(cls, table: Table, threshold: int, reason: Mask) -> Plan:
        """The plan of a table that is withheld whatever is in it."""
        whole = table.counts.reshape(1, -1).astype(float)
        return cls(table, threshold, set(table.published), whole, withheld=True, reason=reason)

    def labels(self) -> dict[Sum, Mask]:
        """The mask of every hidden sum, as it will be named in the release."""
        if self.withheld:
            return dict.fromkeys(self.table.published, self.reason)
        return self.named(self.hidden)

    def named(self, hidden: Collection[Sum]) -> dict[Sum, Mask]:
        told = self.told()
        return {one: label(self.table, one, one.group in told, self.threshold) for one in hidden}

    def told(self) -> set[int]:
        """Groups of which something is shown besides their size."""
        shown = self.table.exposed(self.hidden)
        return {one.group for one in shown if not self.table.base or not self.table.is_size(one)}

    def knowledge(self, hidden: Collection[Sum]) -> Knowledge:
        """What a reader would know if ``hidden`` were hidden, by the names that the masks have now."""
        exposed = self.table.exposed(hidden)
        return known(self.table, exposed, self.named(hidden), self.told(), self.threshold)


def label(table: Table, one: Sum, told: bool, threshold: int) -> Mask:
    """How a hidden sum is named: by its own size, or by its group when nothing of the group is shown."""
    base = table.base_of(one.group)
    if base is not None and not table.is_size(one):
        if 0 < table.value(base) < threshold:
            return Mask.SMALL
        if not told:
            return Mask.SECONDARY
        if len(one.rows) > 1 and one != base:
            return Mask.DEPENDENT
    return Mask.SMALL if table.value(one) < threshold else Mask.SECONDARY


def suppress(table: Table, threshold: int, hidden: Collection[Sum] = ()) -> Plan:
    """The plan of a table; ``hidden`` is hidden whatever else is. Withheld when nothing less suffices."""
    first = {*hidden, *_first(table, threshold)}
    plan = Plan(table, threshold, first, table.counts.reshape(1, -1).astype(float))
    _whole_columns(plan)
    if not plan.hidden and not any(targets_of(table, threshold)):
        return plan
    rounds = 0
    while (open_one := _unprotected(plan)) is not None:
        rounds += 1
        if rounds > ROUNDS or not (_repair(plan, *open_one) or _widen(plan, open_one[0])):
            plan.withheld = True
            break
    return plan


def _first(table: Table, threshold: int) -> Iterator[Sum]:
    """Small counts, those with a small rest in the base, and groups that answered alike."""
    for one in table.published:
        if table.sizes_known and table.is_size(one):
            continue
        value, base = table.value(one), table.base_of(one.group)
        if 0 < value < threshold:
            yield one
        elif base is not None and set(one.rows) < set(base.rows):
            rest = table.value(base) - value
            if 0 < rest < threshold or (rest == 0 and value > 1) or _all_on_the_other(table, one, base):
                yield one


def _all_on_the_other(table: Table, one: Sum, base: Sum) -> bool:
    """None here, because everyone gave the one other answer."""
    return len(base.rows) - len(one.rows) == 1 and table.value(one) == 0 and table.value(base) > 1


def _whole_columns(plan: Plan) -> None:
    """A group whose base is hidden, or small, is hidden as a whole: every cell prints the base."""
    table = plan.table
    for group in range(len(table.groups)):
        base = table.base_of(group)
        if base is not None and (base in plan.hidden or 0 < table.value(base) < plan.threshold):
            plan.hidden.update(table.column(group))


def targets_of(table: Table, threshold: int) -> Iterator[Target]:
    """Sensitive numbers of every group, whether or not they are published."""
    for group in range(len(table.groups)):
        base, size = table.base_of(group), table.size_of(group)
        sums = {Sum(group, (row,)) for row in table.every} | {o for o in table.published if o.group == group}
        sums |= {base} if base else set()
        for one in sorted(sums):
            if 0 < table.value(one) < threshold:
                yield Target(((1, one),), threshold - 1, 1)
            if base is not None and set(one.rows) < set(base.rows):
                yield from _rest(table, base, one, threshold)
        if base is not None and table.sizes_known:
            yield from (t for t in _rest(table, size, base, threshold) if t.value(table))


def _rest(table: Table, whole: Sum, part: Sum, threshold: int) -> Iterator[Target]:
    """The people of ``whole`` outside ``part`` when they are few, or none of at least two."""
    rest = table.value(whole) - table.value(part)
    signed = ((1, whole), (-1, part))
    if 0 < rest < threshold:
        yield Target(signed, threshold - 1, 1)
    elif rest == 0 and table.value(whole) > 1:
        yield Target(signed, min(threshold, table.value(whole)) - 1, None)


def remainders(table: Table, shown: Collection[Sum], threshold: int) -> Iterator[Target]:
    """What is hidden in a row or in a group, together, when that is known and small."""
    hidden = [[Sum(g, (r,)) not in shown for g in range(len(table.groups))] for r in table.every]
    for row in table.every:
        sums = tuple((1, Sum(g, (row,))) for g in range(len(table.groups)) if hidden[row][g])
        total = int(table.counts[row].sum())
        if table.rows[row] != MISSING and 0 < sum(table.value(s) for _, s in sums) < min(threshold, total):
            yield Target(sums, threshold - 1, 1)
    for group in range(len(table.groups)):
        rows = tuple(row for row in table.base if hidden[row][group])
        base = table.base_of(group)
        if base in shown and 0 < table.value(Sum(group, rows)) < threshold:
            yield Target(((1, Sum(group, rows)),), threshold - 1, 1)


def _unprotected(plan: Plan) -> tuple[Target, Vector, int] | None:
    """The first target that can't move far enough up (1) or down (−1)."""
    table = plan.table
    targets = [
        *targets_of(table, plan.threshold),
        *remainders(plan.table, plan.table.exposed(plan.hidden), plan.threshold),
    ]
    vectors = np.array([one.vector(table) for one in targets]).reshape(len(targets), -1)
    knowledge = plan.knowledge(plan.hidden)
    for sign in (1, -1):
        ends = (vectors @ plan.others.T * sign).max(axis=1)
        wish = sign * vectors.sum(axis=0)
        for target, where in zip(targets, vectors, strict=True):
            need = _need(plan, target, sign)
            if need is None or ends[targets.index(target)] >= need:
                continue
            found = find(knowledge, sign * where, need, wish)
            if found is None:
                return target, where, sign
            plan.others = np.vstack([plan.others, found])
            ends = np.maximum(ends, sign * (vectors @ found))
    return None


def _need(plan: Plan, target: Target, sign: int) -> int | None:
    """What sign × the target has to reach, as far as the totals allow it at all; None = nothing."""
    wanted = target.up if sign > 0 else None if target.down is None else -target.down
    return None if wanted is None else min(wanted, plan.limits.get((target, sign), wanted))


def _repair(plan: Plan, target: Target, where: Vector, sign: int) -> bool:
    """Hide what the cheapest change touches; False when that is nothing new.

    A number that could not move as far even if the whole table were hidden is told by the totals alone:
    then it need only move as far as that.
    """
    table, need = plan.table, _need(plan, target, sign)
    assert need is not None
    sizes = {one for one in table.published if table.sizes_known and table.is_size(one)}
    free = plan.knowledge((set(table.published) - sizes) | plan.hidden)
    costs = {one: _cost(table, one) for one in table.exposed(plan.hidden) - sizes}
    moved = cheapest_move(table, free, costs, sign * where, need)
    if moved is None:
        limit = extreme(free, sign * where)
        known_limit = plan.limits.get((target, sign), need)
        if limit is None or limit >= known_limit:
            return False
        plan.limits[target, sign] = limit
        return True
    before = len(plan.hidden)
    plan.hidden |= moved
    _whole_columns(plan)
    return len(plan.hidden) > before


def _widen(plan: Plan, target: Target) -> bool:
    """Hide all of the target's rows, then its whole groups: more than needed, where the least is not found."""
    rows = {row for _, one in target.sums for row in one.rows}
    groups = {one.group for _, one in target.sums}
    for wider in (
        [one for one in plan.table.published if set(one.rows) <= rows],
        [one for group in groups for one in plan.table.column(group)],
    ):
        if set(wider) - plan.hidden:
            plan.hidden |= set(wider)
            _whole_columns(plan)
            return True
    return False


def _cost(table: Table, one: Sum) -> float:
    if table.base and one.rows == table.base:
        return COST_COLUMN
    if table.is_size(one):
        return COST_SIZE
    return COST_SHARE if len(one.rows) > 1 else 1.0 + table.value(one) / 1000
