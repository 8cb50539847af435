"""The search for a masking plan: hide as little as leaves every sensitive count uncertain enough.

Each possibility is proved by a whole table that agrees with everything shown. The proofs are kept; hiding
more never undoes one, and showing something again keeps the tables that agree with it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evallib.privacy.forms import Flags, Forms, Matrix
from evallib.privacy.sensitive import Sensitive
from evallib.privacy.worlds import Change, Told, Wish, cheapest_change, world

BROAD = 6  # attempts in a row to prove many possibilities with one table
ROUNDS = 30


@dataclass(frozen=True)
class Problem:
    """What is to be planned. hidden: counts that are hidden whatever else is.

    backgrounds: the sizes of the groups (rows of ``sizes``) in every world that has to stay possible,
    the true one first; without them the sizes are no more known than what is shown of them.
    """

    truth: Matrix
    forms: Forms
    targets: Sensitive
    hidden: Flags
    threshold: int
    sizes: Matrix | None = None
    backgrounds: Sequence[Matrix] = ()


class Search:
    """The growing set of hidden counts (``hidden``), with the tables that prove it (``pool``)."""

    def __init__(self, problem: Problem, seconds: float) -> None:
        self.problem = problem
        self.deadline = time.monotonic() + seconds
        self.forms, self.truth, self.targets = problem.forms, problem.truth, problem.targets
        self.values = self.forms.matrix @ self.truth
        self.hidden = problem.hidden & ~self.forms.open
        self.pool: Matrix = self.truth[None]
        self.proved_backgrounds = {0}
        self._measure()

    def run(self) -> bool:
        """Whether everything could be proved."""
        if not all(self._background(i) for i in range(1, len(self.problem.backgrounds))):
            return False
        for _ in range(ROUNDS):
            self._broad()
            self._remainders()
            up, down = self._gaps()
            left = np.flatnonzero((up > 0) | (down > 0))
            if not len(left):
                self._show_again()
                return True
            for target in left[np.argsort(-(up + down)[left], kind="stable")]:
                for sign in (1, -1):
                    if time.monotonic() > self.deadline:
                        return False
                    self._prove(int(target), sign)
        return False

    def _measure(self) -> None:
        moved = self.pool @ self.targets.rows.T
        self.high, self.low = moved.max(axis=0), moved.min(axis=0)

    def _add(self, one: Matrix) -> None:
        self.pool = np.vstack([self.pool, one])
        moved = self.targets.rows @ one
        self.high, self.low = np.maximum(self.high, moved), np.minimum(self.low, moved)

    def _gaps(self) -> tuple[Matrix, Matrix]:
        """How far up and how far down each target still has to be proved."""
        return self.targets.gaps(self.high, self.low, self.hidden)

    def _left(self) -> int:
        return sum(int((one > 0).sum()) for one in self._gaps())

    def _told(self, background: int = 0) -> Told:
        """All that is shown, with the sizes of the groups as in one of the backgrounds."""
        return self._with_sizes(Told(self.forms.matrix[~self.hidden], self.values[~self.hidden]), background)

    def _with_sizes(self, told: Told, background: int) -> Told:
        if self.problem.sizes is None:
            return told
        sizes = self.problem.backgrounds[background]
        return Told(np.vstack([told.matrix, self.problem.sizes]), np.concatenate([told.values, sizes]))

    def _wish(self, signs: Sequence[int] = (1, -1)) -> Wish:
        rows, gaps = [], []
        ends = (self.high - self.targets.values, self.targets.values - self.low)
        for sign, gap, end in zip((1, -1), self._gaps(), ends, strict=True):
            if sign in signs:
                rows.append(sign * self.targets.rows[gap > 0])
                gaps.append((gap + end)[gap > 0])
        return Wish(np.vstack(rows), np.concatenate(gaps))

    def _broad(self) -> None:
        """Tables that prove many possibilities at once, while they do."""
        for turn in range(BROAD):
            before = self._left()
            wish = self._wish((1, -1)[turn % 2 :][:1])
            if before < 4:
                return
            if not len(wish.gap):
                continue
            one = world(self._told(), self.truth, wish)
            if one is not None:
                self._add(one)
            if turn and self._left() > 0.9 * before:
                return

    def _background(self, place: int) -> bool:
        """Whether another background stays possible; hides what stands against it."""
        nothing = (np.zeros(len(self.truth)), 0.0)
        for whole in (False, True):
            found = world(self._told(place), self.truth, self._wish())
            if found is not None:
                self._add(found)
                return True
            change = self._change(place, nothing, whole)
            if change is None:
                return False
            self._hide(change)
        return False

    def _change(self, background: int, must: tuple[Matrix, float], whole: bool) -> Change | None:
        free, fixed = ~self.hidden & ~self.forms.open, self.forms.open
        told = self._with_sizes(Told(self.forms.matrix[fixed], self.values[fixed]), background)
        shown = Told(self.forms.matrix[free], self.values[free])
        return cheapest_change(told, shown, self.forms.cost[free], must, whole)

    def _hide(self, change: Change) -> None:
        free = np.flatnonzero(~self.hidden & ~self.forms.open)
        self.hidden[free[change.rows]] = True

    def _prove(self, target: int, sign: int) -> None:
        """Make one target able to rise (or fall) as far as it must."""
        gap = self._gaps()[0 if sign > 0 else 1][target]
        if gap <= 0:
            return
        end = self.high[target] if sign > 0 else -self.low[target]
        must = (sign * self.targets.rows[target], float(end + gap))
        for whole in (False, True):
            place, change = self._best(must, whole)
            if change is None:
                break
            self._hide(change)
            wish = self._wish()
            found = world(self._told(place), self.truth, Wish(wish.rows, wish.gap, must))
            if found is not None:
                self._add(found)
                return
        self._hide_around(target)

    def _best(self, must: tuple[Matrix, float], whole: bool) -> tuple[int, Change | None]:
        best: tuple[int, Change | None] = (0, None)
        for place in range(max(1, len(self.problem.backgrounds))):
            change = self._change(place, must, whole)
            if change is not None and (best[1] is None or change.cost < best[1].cost):
                best = (place, change)
            if change is not None and change.cost < 1e-6:
                break
        return best

    def _hide_around(self, target: int) -> None:
        """Hide every count that shares people with a target that could not be proved; then everything."""
        near = (self.forms.matrix[:, self.targets.rows[target] != 0] != 0).any(axis=1)
        more = near & ~self.forms.open & ~self.hidden
        self.hidden |= more if more.any() else ~self.forms.open

    def _remainders(self) -> None:
        """What is hidden of a shown count, together, must not be small either."""
        found = []
        for parent, children in self.forms.parents:
            if self.hidden[parent]:
                continue
            away = [one for one in children if self.hidden[one]]
            together = self.values[away].sum()
            if 1 < len(away) < len(children) and 0 < together < self.problem.threshold:
                found.append(self.forms.matrix[away].sum(axis=0))
        if found:
            self.targets = self.targets.more(np.array(found), self.truth, self.problem.threshold)
            self._measure()

    def _show_again(self) -> None:
        """Show what the proof does not need hidden, the costliest first."""
        same = (self.pool @ self.forms.matrix.T) == self.values
        moved = self.pool @ self.targets.rows.T
        for place in self._needless():
            keep, hidden = same[:, place], self.hidden.copy()
            hidden[place] = False
            up, down = self.targets.gaps(moved[keep].max(axis=0), moved[keep].min(axis=0), hidden)
            if not (up > 0).any() and not (down > 0).any():
                self.hidden = hidden
                self.pool, same, moved = self.pool[keep], same[keep], moved[keep]
        self._measure()

    def _needless(self) -> list[int]:
        """Hidden counts that are not sensitive themselves, the most useful first."""
        worth = -self.forms.cost * (1 + (self.values >= self.problem.threshold))
        free = self.hidden & ~self.problem.hidden & ~self.forms.merged
        return [int(place) for place in np.argsort(worth, kind="stable") if free[place]]
