"""Late answers: what earlier releases of the same period told, and what that means for the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np

from evallib.plan.model import Dimension
from evallib.privacy.attack import WAITS, State, told_of
from evallib.privacy.breakdowns import Table, tables
from evallib.privacy.forms import Key
from evallib.privacy.masks import MaskPlan, Numbers
from evallib.results import Mask, ReleasedCell, Result, ResultId
from evallib.results.rounding import rounded


@dataclass(frozen=True)
class Draft:
    """An earlier release of the period: its cells, and the results that they were made from."""

    cells: Mapping[ResultId, ReleasedCell]
    results: Sequence[Result]


class Step(Enum):
    """What happens to a table that was released before."""

    PLAN = auto()  # nothing changed; what is new in it is planned beside what was told
    SAME = auto()  # it stays as it is
    LATER = auto()  # late answers: planned over both drafts
    WAIT = auto()  # late answers wait


@dataclass(frozen=True)
class Before:
    """shown, hidden: what the last release said of the table's counts. first: the table as it was when
    these numbers were told."""

    step: Step
    shown: frozenset[Key] = frozenset()
    hidden: frozenset[Key] = frozenset()
    first: Table | None = None


class Earlier:
    """All that was told of the period before. kept: the plan of the last release."""

    def __init__(self, kept: MaskPlan, drafts: Sequence[Draft], dimensions: Sequence[Dimension]) -> None:
        self.kept, self.drafts = kept, drafts
        self.tables = [_by_name(one.results, dimensions) for one in drafts]

    def cells(self) -> Mapping[ResultId, ReleasedCell]:
        """The cells of the last release."""
        return self.drafts[-1].cells if self.drafts else {}

    def of(self, table: Table) -> Before:
        """What was told of a table, and what is to be done with it now."""
        own, masks = table.own(), self.kept.masks
        shown = {key for key, ids in own.items() if any(one in self.kept.shown for one in ids)}
        hidden = {
            key for key, ids in own.items() if any(masks.get(i, Mask.LATE) is not Mask.LATE for i in ids)
        }
        every = all(one in self.kept.shown or one in masks for ids in own.values() for one in ids)
        states = [
            self._state(i, table) for i in range(len(self.drafts)) if _tells(self.drafts[i].cells, table)
        ]
        return Before(
            self._step(table, states, every),
            frozenset(shown - hidden),
            frozenset(hidden),
            states[0] if states else None,
        )

    def told(self, table: Table, releases: int | None = None) -> list[State]:
        """The table as it was in each of the first releases that told of it, in the places of ``table``."""
        states = []
        for i, draft in enumerate(self.drafts[:releases]):
            as_it_was = self._state(i, table) if _tells(draft.cells, table) else None
            if as_it_was is not None:
                states.append(State(as_it_was, told_of(as_it_was, draft.cells)))
        return states

    def _step(self, table: Table, states: Sequence[Table | None], every: bool) -> Step:
        if not states:
            past = self.kept.shown
            to, told = self.kept.rounded, table.numbers()
            equal = all(says(past[one], now, to) for one, now in told.items() if one in past)
            return Step.WAIT if not equal else Step.SAME if every else Step.PLAN
        counts = [one.counts for one in states if one is not None]
        if len(counts) < len(states):
            return Step.WAIT
        alike = all(np.array_equal(one, counts[0]) for one in counts)
        if np.array_equal(counts[-1], table.counts):
            return Step.PLAN if alike and not every else Step.SAME
        return Step.LATER if alike else Step.WAIT

    def _state(self, draft: int, table: Table) -> Table | None:
        """The table as it was, in the places of ``table``; None where it can't be told any more."""
        found = self.tables[draft].get(table.name)
        if found is None or set(found.rows) != set(table.rows):
            return None
        if any(not set(a.codes) <= set(b.codes) for a, b in zip(found.axes, table.axes, strict=True)):
            return None
        counts = np.zeros_like(table.counts)
        places = [
            [b.codes.index(code) for code in a.codes] for a, b in zip(found.axes, table.axes, strict=True)
        ]
        counts[np.ix_(*places, [table.rows.index(row) for row in found.rows])] = found.counts
        first = replace(table, counts=counts)
        cells = self.drafts[draft].cells
        told = {one: n for one, n in first.numbers().items() if one in cells and _is_told(cells[one])}
        return first if all(cell_says(cells[one], now) for one, now in told.items()) else None


def _by_name(results: Sequence[Result], dimensions: Sequence[Dimension]) -> dict[str, Table]:
    families, _ = tables([one for one in results if one.protected], dimensions)
    return {table.name: table for family in families for table in family}


def _is_told(cell: ReleasedCell) -> bool:
    return cell.mask is None and cell.note != WAITS


def _tells(cells: Mapping[ResultId, ReleasedCell], table: Table) -> bool:
    return any(_is_told(cells[one]) for ids in table.own().values() for one in ids if one in cells)


def says(told: Numbers, now: Numbers, to: int = 0) -> bool:
    """Whether count and base were told as they are now, rounded to ``to``; a base that only one of them has
    is not compared."""
    count, base = (None if one is None else rounded(one, to) for one in now)
    return told[0] == count and (None in (told[1], base) or told[1] == base)


def cell_says(cell: ReleasedCell, now: Numbers) -> bool:
    """Whether a released cell tells these numbers."""
    return says((cell.count, cell.base), now, cell.rounded)
