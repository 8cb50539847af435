"""The search for a masking plan: hide as little as leaves every sensitive count uncertain enough.

Each possibility is proved by a whole table that agrees with everything shown. The proofs are kept; hiding
more never undoes one, and showing something again keeps the tables that agree with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evallib.privacy.forms import Flags, Forms, Matrix
from evallib.privacy.sensitive import Sensitive
from evallib.privacy.work import Work
from evallib.privacy.worlds import Change, Told, Wish, cheapest_change, highest, world

IDLE = 2  # attempts to prove many possibilities with one table that may fail in a row
ROUNDS = 30
TOGETHER = 6  # targets that one table is to prove
WORTH = 5.0  # one person more in a target, where hiding a count costs 1 a person
WISHES = 30  # of other targets, beside one that is to be proved; all of them take longer than they save
PLACES = 2  # backgrounds in which a change is looked for


@dataclass(frozen=True)
class Problem:
    """What is to be planned. hidden: counts that are hidden whatever else is. shape: of the full table;
    ``truth`` holds it once, or twice for first and late answers.

    backgrounds: the sizes of the groups (rows of ``sizes``) in every world that has to stay possible,
    the true one first; without them the sizes are no more known than what is shown of them. drafts: what
    is open was told by an earlier draft, not by the overall distribution alone. ends: the least and the
    greatest that a reader takes each count for where it is shown; without them the counts are exact.
    """

    truth: Matrix
    forms: Forms
    targets: Sensitive
    hidden: Flags
    threshold: int
    shape: tuple[int, ...]
    sizes: Matrix | None = None
    backgrounds: Sequence[Matrix] = ()
    drafts: bool = False
    ends: tuple[Matrix, Matrix] | None = None

    def known(self, which: Flags) -> Told:
        """What a reader of these counts knows."""
        low, high = self._ends
        return Told(self.forms.matrix[which], low[which], high[which])

    @cached_property
    def _ends(self) -> tuple[Matrix, Matrix]:
        return self.ends or (self.forms.matrix @ self.truth,) * 2

    @property
    def totals(self) -> Matrix:
        """The overall distribution, a line each for first and late answers."""
        found: Matrix = self.truth.reshape(-1, int(np.prod(self.shape[:-1])), self.shape[-1]).sum(axis=1)
        return found


class Search:
    """The growing set of hidden counts (``hidden``), with the tables that prove it (``pool``)."""

    def __init__(self, problem: Problem, work: Work) -> None:
        self.problem, self.work = problem, work
        self.forms, self.truth, self.targets = problem.forms, problem.truth, problem.targets
        self.values = self.forms.matrix @ self.truth
        self.hidden = self.forms.close(problem.hidden) & ~self.forms.open
        self.pool: Matrix = self.truth[None]
        self._placed = self.targets, self.targets.places(problem.shape)
        self._measure()

    def run(self) -> bool:
        """Whether everything could be proved; raises OutOfTime."""
        if not all(self._background(i) for i in range(1, len(self.problem.backgrounds))):
            return False
        for _ in range(ROUNDS):
            self.broad()
            self._remainders()
            up, down = self.gaps()
            left = np.flatnonzero((up > 0) | (down > 0))
            if not len(left):
                self._show_again()
                self._thin()
                return True
            order = [int(one) for one in left[np.argsort(-(up + down)[left], kind="stable")]]
            for first in range(0, len(order), TOGETHER):
                if self.work.spent:
                    return False
                self._prove(order[first : first + TOGETHER])
        return False

    def _measure(self) -> None:
        from scipy.sparse import csr_array

        self._rows = csr_array(self.targets.rows)  # few cells each: a tenth of the time
        moved = (self._rows @ self.pool.T).T
        self.high, self.low = moved.max(axis=0), moved.min(axis=0)

    def add(self, one: Matrix) -> None:
        self.pool = np.vstack([self.pool, one])
        moved = self._rows @ one
        self.high, self.low = np.maximum(self.high, moved), np.minimum(self.low, moved)

    def gaps(self) -> tuple[Matrix, Matrix]:
        """How far up and how far down each target still has to be proved."""
        return self.targets.gaps(self.high, self.low, self.hidden)

    def _left(self) -> int:
        return sum(int((one > 0).sum()) for one in self.gaps())

    def told(self, background: int = 0) -> Told:
        """All that is shown, with the sizes of the groups as in one of the backgrounds."""
        return self._with_sizes(self.problem.known(~self.hidden), background)

    def _with_sizes(self, told: Told, background: int) -> Told:
        if self.problem.sizes is None:
            return told
        return told.beside(self.problem.sizes, self.problem.backgrounds[background])

    def _wish(self, signs: Matrix | None = None) -> Wish:
        """All that is open; with ``signs``, of each target one direction only."""
        up, down = self.gaps()
        rise = (up > 0) & (signs > 0 if signs is not None else True)
        fall = (down > 0) & (signs < 0 if signs is not None else True)
        rows = np.vstack([self.targets.rows[rise], -self.targets.rows[fall]])
        past = self.high - self.targets.values, self.targets.values - self.low
        return Wish(rows, np.concatenate([(up + past[0])[rise], (down + past[1])[fall]]))

    def _signs(self) -> Matrix:
        """A direction for every target.

        Regions, sectors and answers get a sign by lot, a target the product of its signs: what rises in one
        place falls beside it, as the totals want it.
        """
        lot = np.random.default_rng(len(self.pool))
        signs = np.ones(len(self.targets.values))
        if self._placed[0] is not self.targets:
            self._placed = self.targets, self.targets.places(self.problem.shape)
        for size, places in zip(self.problem.shape, self._placed[1], strict=True):
            signs *= np.append(lot.choice([-1.0, 1.0], size), 1.0)[places]
        return signs

    def broad(self) -> None:
        """Tables that prove many possibilities at once, while they do."""
        idle = 0
        while idle < IDLE and self._left() >= 4:
            before = self._left()
            wish = self._wish(self._signs())
            one = world(self.told(), self.truth, wish, self.work) if len(wish.gap) else None
            if one is not None:
                self.add(one)
            idle = 0 if self._left() < 0.9 * before else idle + 1

    def _background(self, place: int) -> bool:
        """Whether another background stays possible; hides what stands against it."""
        nothing = (np.zeros(len(self.truth)), 0.0)
        for whole in (False, True):
            found = world(self.told(place), self.truth, self._wish(), self.work)
            if found is not None:
                self.add(found)
                return True
            change = self._change(place, nothing, whole)
            if change is None:
                return False
            self._hide(change)
        return False

    def _change(self, background: int, must: tuple[Matrix, float], whole: bool) -> Change | None:
        return self._cheapest(background, must[0][None], np.array([must[1]]), whole, 0.0)

    def _cheapest(
        self, background: int, rows: Matrix, needs: Matrix, whole: bool, worth: float
    ) -> Change | None:
        free = ~self.hidden & ~self.forms.open
        told = self._with_sizes(self.problem.known(self.forms.open), background)
        shown = self.problem.known(free)
        cost = self.forms.cost[free]
        return cheapest_change(told, shown, cost, (rows, needs), self.work, whole, worth)

    def _hide(self, change: Change) -> None:
        free = np.flatnonzero(~self.hidden & ~self.forms.open)
        self.hidden[free[change.rows]] = True
        self.hidden = self.forms.close(self.hidden) & ~self.forms.open

    def _must(self, target: int, sign: int) -> tuple[Matrix, float] | None:
        """How far a target has to rise (or fall); None when that is proved."""
        gap = float(self.gaps()[0 if sign > 0 else 1][target])
        end = float(self.high[target] if sign > 0 else -self.low[target])
        return (sign * self.targets.rows[target], end + gap) if gap > 0 else None

    def _prove(self, wanted: Sequence[int]) -> None:
        """Make targets able to rise and fall as far as they must: many at once, then what is left."""
        for flip in (1, -1):
            signs = flip * self._signs()
            musts = [must for one in wanted if (must := self._must(one, int(signs[one]))) is not None]
            if len(musts) > 1:
                self._all_at_once(musts)
        for one in wanted:
            for sign in (1, -1):
                self._prove_one(one, sign)

    def _all_at_once(self, musts: Sequence[tuple[Matrix, float]]) -> None:
        rows, needs = np.array([row for row, _ in musts]), np.array([least for _, least in musts])
        change = self._cheapest(0, rows, needs, False, WORTH)
        if change is None:
            return
        self._hide(change)
        if change.whole is not None:
            self.add(change.whole)
            return
        wish = self._wish(self._signs())
        dear = Wish(
            np.vstack([rows, wish.rows]), np.concatenate([needs - rows @ self.truth, wish.gap]), len(musts)
        )
        found = world(self.told(), self.truth, dear, self.work)
        if found is not None:
            self.add(found)

    def _prove_one(self, target: int, sign: int) -> None:
        must = self._must(target, sign)
        if must is None:
            return
        for whole in (False, True, True):
            place, change = self._best(must, whole)
            if change is not None:
                self._hide(change)
                found = (
                    change.whole if change.whole is not None else self._reaching(target, sign, place, must)
                )
                if found is not None:
                    self.add(found)
                    return
                continue
            if self.problem.drafts:
                break
            self._limit(target, sign)
            must = self._must(target, sign)
            if must is None:
                return
        self._hide_around(target)

    def _reaching(self, target: int, sign: int, place: int, must: tuple[Matrix, float]) -> Matrix | None:
        """A whole table in which a target reaches its value, and others what is open of theirs."""
        signs = self._signs()
        wish = self._wish(signs * (signs[target] * sign))
        widest = np.argsort(-wish.gap, kind="stable")[:WISHES]
        reaching = Wish(wish.rows[widest], wish.gap[widest], 0, must)
        return world(self.told(place), self.truth, reaching, self.work)

    def _limit(self, target: int, sign: int) -> None:
        """Where a count can't go as far as it should with everything hidden, it need only go as far as
        the overall distribution and the sizes of the groups let it."""
        row, one = sign * self.targets.rows[target], self.targets
        fixed = self.problem.known(self.forms.open)
        places = self._worth_trying((row, -np.inf))
        found = [highest(self._with_sizes(fixed, place), row, self.work) for place in places]
        ends = [one for one in found if one is not None]
        if not ends:
            return
        end = sign * max(ends)
        if sign > 0:
            one.top[target] = min(one.top[target], end)
            one.bottom[target] = min(one.bottom[target], max(end - one.width[target], 0.0))
            one.width[target] = min(one.width[target], end - self.low[target])
        else:
            one.bottom[target] = max(one.bottom[target], end)

    def _best(self, must: tuple[Matrix, float], whole: bool) -> tuple[int, Change | None]:
        """The cheapest change, and the background that it goes with."""
        best: tuple[int, Change | None] = (0, None)
        for place in self._worth_trying(must):
            change = self._change(place, must, whole)
            if change is not None and (best[1] is None or change.cost < best[1].cost):
                best = (place, change)
            if change is not None and change.cost < 1e-6:
                break
        return best

    def _worth_trying(self, must: tuple[Matrix, float]) -> list[int]:
        """Backgrounds in which the groups are large enough, nearest to the true one first."""
        backgrounds = self.problem.backgrounds
        if self.problem.sizes is None or len(backgrounds) < 2:
            return [0]
        most = self._most(must[0])
        able = [i for i, one in enumerate(backgrounds) if most @ one >= must[1]]
        able.sort(key=lambda i: float(np.abs(backgrounds[i] - backgrounds[0]).sum()))
        return able[:PLACES]

    def _most(self, row: Matrix) -> Matrix:
        """What one person more of each group adds to a count at most."""
        assert self.problem.sizes is not None
        return np.array([row[one != 0].max() for one in self.problem.sizes])

    def _hide_around(self, target: int) -> None:
        """Hide every count that shares people with a target that could not be proved; then everything."""
        near = (self.forms.matrix[:, self.targets.rows[target] != 0] != 0).any(axis=1)
        more = near & ~self.forms.open & ~self.hidden
        self.hidden |= more if more.any() else ~self.forms.open

    def _remainders(self) -> None:
        """What is hidden of a shown count, together, must not be small either."""
        rows = remainders(self.forms, self.values, self.hidden, self.problem.threshold)
        if len(rows):
            self.targets = self.targets.more(rows, self.truth, self.problem.totals, self.problem.threshold)
            self._measure()

    def _show_again(self) -> None:
        """Show what the proof does not need hidden, the costliest first."""
        counts, every = self.pool @ self.forms.matrix.T, self.problem.known(np.ones_like(self.hidden))
        same = (counts >= every.low) & (counts <= every.high)
        moved = self.pool @ self.targets.rows.T
        for place in self._needless():
            keep, hidden = same[:, place], self.hidden.copy()
            hidden[place] = False
            hidden = self.forms.close(hidden)
            if hidden[place]:
                continue
            up, down = self.targets.gaps(moved[keep].max(axis=0), moved[keep].min(axis=0), hidden)
            if not (up > 0).any() and not (down > 0).any():
                self.hidden = hidden
                self.pool, same, moved = self.pool[keep], same[keep], moved[keep]
        self._measure()

    def _thin(self) -> None:
        """Drop the tables that the proof does not need, but never the true one."""
        moved = self.pool @ self.targets.rows.T
        kept = np.ones(len(moved), dtype=bool)
        for place in range(1, len(moved)):
            kept[place] = False
            up, down = self.targets.gaps(moved[kept].max(axis=0), moved[kept].min(axis=0), self.hidden)
            kept[place] = bool((up > 0).any() or (down > 0).any())
        self.pool = self.pool[kept]

    def _needless(self) -> list[int]:
        """Hidden counts that are not sensitive themselves, the most useful first."""
        worth = -self.forms.cost * (1 + (self.values >= self.problem.threshold))
        free = self.hidden & ~self.problem.hidden & ~self.forms.wider
        return [int(place) for place in np.argsort(worth, kind="stable") if free[place]]


def remainders(forms: Forms, values: Matrix, hidden: Flags, threshold: int) -> Matrix:
    """What is hidden of shown counts, together, where that is of few people."""
    found = [np.zeros((0, forms.matrix.shape[1]))]
    for parent, children in forms.parents:
        away = [one for one in children if hidden[one]]
        together = values[away].sum()
        if not hidden[parent] and 1 < len(away) < len(children) and 0 < together < threshold:
            found.append(forms.matrix[away].sum(axis=0)[None])
    return np.vstack(found)
