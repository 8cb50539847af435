"""Which numbers of a table must be hidden so that no small one can be worked out from the rest.

Every sensitive number (a count of 1 … threshold − 1, or the missing rest when a whole group answered
alike) must stay able to be 1 and to be threshold − 1 for a reader who knows all that is shown and the
totals of the rows. Each such possibility is a whole table, found by integer programming and kept: one
table often serves many numbers. Where none is found, the numbers that the cheapest change would touch
are hidden as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from evallib.privacy.breakdowns import Sum, Table
from evallib.privacy.linear import Knowledge, Vector, cheapest_move, extreme, find, known
from evallib.privacy.targets import Target, remainders, targets_of
from evallib.results import Mask

ROUNDS = 20  # times that the whole table is gone through before it is withheld
COST_SHARE, COST_COLUMN = 4.0, 12.0  # a single count costs 1


@dataclass
class Plan:
    """The growing plan of one table.

    others: whole tables that contradict nothing a reader knows, one a line. limits: how far a target can
    go by the totals alone, where that is less than it should. mask: the one name of everything hidden
    here; names by reason would tell which of the hidden numbers are small.
    """

    table: Table
    threshold: int
    hidden: set[Sum]
    others: Vector
    limits: dict[tuple[Target, int], int] = field(default_factory=dict)
    mask: Mask = Mask.SECONDARY

    @classmethod
    def nothing_shown(cls, table: Table, threshold: int, mask: Mask) -> Plan:
        """The plan of a table that is withheld whatever is in it."""
        return cls(table, threshold, set(table.published), _itself(table), mask=mask)

    def knowledge(self) -> Knowledge:
        """What a reader knows as the plan stands."""
        return known(self.table, self.table.exposed(self.hidden))

    def by_totals_alone(self) -> Knowledge:
        """What a reader would know with the table withheld: the totals, and the sizes of the groups."""
        return known(self.table, {one for one in self.table.sizes() if one not in self.hidden})


def suppress(table: Table, threshold: int, hidden: Collection[Sum] = ()) -> Plan:
    """The plan of a table; ``hidden`` is hidden whatever else is. Withheld when nothing less suffices."""
    sensitive = {one for one in set(table.published) - table.sizes() if _sensitive(table, one, threshold)}
    plan = Plan(table, threshold, sensitive | set(hidden), _itself(table))
    _hide_whole_groups(plan)
    for _ in range(ROUNDS):
        if not _protect(plan):
            return plan
    return Plan.nothing_shown(table, threshold, Mask.WITHHELD)


def _itself(table: Table) -> Vector:
    return table.counts.reshape(1, -1).astype(float)


def _sensitive(table: Table, one: Sum, threshold: int) -> bool:
    """Whether a count, or the rest of its base, is of fewer people than the threshold."""
    value, base = table.value(one), table.base_of(one.group)
    parted = base is not None and set(one.rows) < set(base.rows)
    rest = table.value(base) - value if base is not None and parted else threshold
    return value > 0 and min(value, rest) < threshold


def _hide_whole_groups(plan: Plan) -> None:
    """A group whose base is hidden, or small, is hidden as a whole: every cell prints the base."""
    table = plan.table
    for group in range(len(table.groups)):
        base = table.base_of(group)
        if base is not None and (base in plan.hidden or 0 < table.value(base) < plan.threshold):
            plan.hidden.update(table.column(group))


def _protect(plan: Plan) -> bool:
    """Go through all sensitive numbers and hide what they need; True when something new was hidden."""
    table, before = plan.table, len(plan.hidden)
    shown = table.exposed(plan.hidden)
    targets = [*targets_of(table, plan.threshold), *remainders(table, shown, plan.threshold)]
    vectors = np.array([one.vector(table) for one in targets]).reshape(len(targets), table.counts.size)
    knowledge = plan.knowledge()
    for sign in (1, -1):
        wish = sign * vectors.sum(axis=0)
        for target, where in zip(targets, vectors, strict=True):
            need = _need(plan, target, sign)
            if need is None or (sign * (plan.others @ where)).max() >= need:
                continue
            found = find(knowledge, sign * where, need, wish)
            if found is not None:
                plan.others = np.vstack([plan.others, found])
            else:
                _repair(plan, target, where, sign)
                knowledge = plan.knowledge()
    return len(plan.hidden) > before


def _need(plan: Plan, target: Target, sign: int) -> int | None:
    """What sign × the target has to reach, as far as the totals allow it at all; None = nothing."""
    wanted = target.up if sign > 0 else None if target.down is None else -target.down
    return None if wanted is None else min(wanted, plan.limits.get((target, sign), wanted))


def _repair(plan: Plan, target: Target, where: Vector, sign: int) -> None:
    """Hide what the cheapest sufficient change touches, or more where no such change is found.

    A number that could not move as far with the whole table withheld is told by the totals alone: then
    it need only move as far as that.
    """
    table, need, free = plan.table, _need(plan, target, sign), plan.by_totals_alone()
    assert need is not None
    costs = {one: _cost(table, one) for one in table.exposed(plan.hidden) - table.sizes()}
    move = cheapest_move(table, free, costs, sign * where, need)
    if move is None and (limit := extreme(free, sign * where)) is not None and limit < need:
        plan.limits[target, sign] = limit
        if _reached(plan, sign * where, limit):
            return
        move = cheapest_move(table, free, costs, sign * where, limit)
    if move is None or not move[0]:
        _hide_more(plan, target)
        return
    plan.hidden |= move[0]
    _hide_whole_groups(plan)
    if plan.knowledge().fits(move[1]):  # it may have come out in fractions
        plan.others = np.vstack([plan.others, move[1]])


def _reached(plan: Plan, where: Vector, need: int) -> bool:
    """Whether a witness at hand, or one that can be found, brings the number so far."""
    if (plan.others @ where).max() >= need:
        return True
    found = find(plan.knowledge(), where, need, where)
    if found is not None:
        plan.others = np.vstack([plan.others, found])
    return found is not None


def _hide_more(plan: Plan, target: Target) -> None:
    """Hide the target's groups whole, and if they are hidden already its rows."""
    table = plan.table
    groups = {one.group for _, one in target.sums}
    rows = {row for _, one in target.sums for row in one.rows}
    whole = {one for group in groups for one in table.column(group)}
    along = {one for one in set(table.published) - table.sizes() if set(one.rows) <= rows}
    plan.hidden |= whole if whole - plan.hidden else along
    _hide_whole_groups(plan)


def _cost(table: Table, one: Sum) -> float:
    if table.base and one.rows == table.base:
        return COST_COLUMN
    return COST_SHARE if len(one.rows) > 1 else 1.0 + table.value(one) / 1000
