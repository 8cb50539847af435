"""The masking plan of tables: what of them is hidden, proved by whole tables that agree with the rest.

The sizes of the groups are planned once. Every world that proves them has to stay possible in every
question, and each question is then planned in those worlds: so what is proved of one holds beside all others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from evallib.privacy.breakdowns import Table
from evallib.privacy.forms import Flags, Forms, Key, Matrix, after, ends_of
from evallib.privacy.search import Problem, Search
from evallib.privacy.sensitive import both, nothing_sensitive, sensitive_of
from evallib.privacy.work import OutOfTime, Work
from evallib.results import Dims, Mask, ResultId
from evallib.results.rounding import smallest

WORTH = 0.8  # the part of what was shown that a later draft has to show again


@dataclass
class Plan:
    """problem: what was planned; its last forms are those of the table. hidden: of these. worlds: the
    proof, one whole table a line. mask: the one name of everything hidden here; names by reason would tell
    which of the hidden numbers are small. short: the clock ended the search, and more is hidden for that."""

    table: Table
    problem: Problem
    hidden: Flags
    worlds: Matrix
    mask: Mask = Mask.SECONDARY
    settled: bool = False
    short: bool = False

    @classmethod
    def unplanned(cls, table: Table, threshold: int, mask: Mask) -> Plan:
        """Everything hidden, the sizes of the groups as they were told elsewhere."""
        return _unsearched(table, threshold).nothing_shown(mask)

    @classmethod
    def as_before(cls, table: Table, shown: Collection[Key], threshold: int) -> Plan:
        """A table of which nothing new is told."""
        plan = _unsearched(table, threshold)
        return replace(plan, hidden=plan.hidden & ~_among(plan.problem.forms, shown), settled=True)

    @property
    def skip(self) -> int:
        """How many of the problem's forms an earlier draft told."""
        return len(self.problem.forms.keys) - len(self.hidden)

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.problem.forms.keys[self.skip :]

    def hidden_keys(self) -> set[Key]:
        return {key for key, away in zip(self.keys, self.hidden, strict=True) if away}

    def touches(self, group: Dims) -> bool:
        """Whether any count of a group is hidden."""
        parts = self.table.key(group, self.table.every)[:-1]
        return any(key[:-1] == parts for key in self.hidden_keys())

    def without_base(self) -> list[ResultId]:
        """Cells whose base is hidden."""
        away = self.hidden_keys()
        return [one for one, base in self.table.beside.items() if base in away]

    def nothing_shown(self, mask: Mask) -> Plan:
        """The plan with everything hidden; the sizes of the groups are decided elsewhere."""
        return replace(self, hidden=~self.problem.forms.open[self.skip :], worlds=self._itself(), mask=mask)

    def _itself(self) -> Matrix:
        return self.problem.truth[None]


def plan_table(
    table: Table,
    threshold: int,
    sizes: Plan | None = None,
    kept: Collection[Key] = (),
    told: Collection[Key] = (),
    work: Work | None = None,
    rounded: int = 0,
) -> Plan:
    """The plan of a table. sizes: that of the profile. kept: stays hidden; told: has been shown before.
    work: what may be spent. rounded: what is shown is published as its nearest multiple; 0 = exact."""
    problem = _problem(table, threshold, sizes, kept, told, rounded)
    return _searched(table, problem, 0, work or Work())


def plan_later(
    table: Table,
    first: Table,
    threshold: int,
    sizes: Plan | None,
    kept: Collection[Key],
    told: Collection[Key],
    work: Work | None = None,
    rounded: int = 0,
) -> Plan | None:
    """The plan of a later draft: ``table`` are the answers of ``first`` and the late ones.

    told, kept: what the earlier draft showed and hid. A count that changes by fewer people than the threshold
    is hidden. Late answers wait (None) where the drafts can't be proved safe beside each other, or where that
    would hide more than a fifth of what was shown, and where the clock ended the search.
    """
    late = table.counts - first.counts
    if (late < 0).any():
        return None
    here = _problem(table, threshold, sizes, kept, (), rounded)
    forms = here.forms
    old = [i for i, key in enumerate(forms.keys) if key in told or not any(key[:-1])]
    change = forms.matrix @ late.ravel()
    told_before = np.isin(np.arange(len(forms.keys)), old)
    small = here.hidden | ((change > 0) & (change < threshold) & told_before)
    problem = Problem(
        np.concatenate([first.counts.ravel(), late.ravel()]).astype(float),
        forms.after(old),
        both(first.counts, late, forms, table.base, threshold, old),
        np.concatenate([np.zeros(len(old), dtype=bool), small]),
        threshold,
        table.counts.shape,
        *_backgrounds(table, sizes, 2),
        drafts=True,
        ends=after(ends_of(forms, first.counts, rounded), old, ends_of(forms, table.counts, rounded)),
    )
    plan = _searched(table, problem, len(old), work or Work())
    if plan.short:
        return replace(Plan.unplanned(table, threshold, Mask.LATE), short=True)
    still = sum(key in told for key in set(plan.keys) - plan.hidden_keys())
    return plan if still >= WORTH * len(told) else None


def _problem(
    table: Table,
    threshold: int,
    sizes: Plan | None,
    kept: Collection[Key],
    told: Collection[Key],
    rounded: int,
) -> Problem:
    forms = table.forms()
    planned = set(sizes.keys) if sizes else set()
    away = sizes.hidden_keys() if sizes else set()
    opened = _among(forms, (planned - away) | set(told)) | forms.open
    truth = table.counts.ravel().astype(float)
    values = forms.matrix @ truth
    forms = replace(forms, open=opened, cost=forms.cost * (1 + values / 1000))  # small numbers first
    hidden = ((values > 0) & (values < smallest(threshold, rounded))) | _rare(table, forms, threshold)
    few = (key for key, people in table.people.items() if 0 < people < threshold)
    hidden |= _among(forms, {*away, *kept, *few})
    targets = sensitive_of(table.counts, forms, table.base, threshold)
    return Problem(
        truth,
        forms,
        targets,
        hidden,
        threshold,
        table.counts.shape,
        *_backgrounds(table, sizes, 1),
        ends=ends_of(forms, table.counts, rounded),
    )


def _rare(table: Table, forms: Forms, threshold: int) -> Flags:
    """Counts of answers that few gave overall: they leave the rest of their row too small, and by two
    backgrounds too little room for a proof."""
    nobody: Key = ((),) * (len(table.axes))
    totals = np.array([table.value((*nobody, key[-1])) for key in forms.keys])
    rare: Flags = (totals > 0) & (totals < len(table.axes) * threshold)
    return rare


def _among(forms: Forms, keys: Iterable[Key]) -> Flags:
    wanted = set(keys)
    return np.array([key in wanted for key in forms.keys])


def _backgrounds(table: Table, sizes: Plan | None, halves: int) -> tuple[Matrix | None, tuple[Matrix, ...]]:
    """The groups as rows over the cells, and their sizes in every world of the profile's plan. Of a later
    draft the first answers and the late ones are told apart where the profile's plan does so too."""
    if sizes is None:
        return None, ()
    groups, rows = int(np.prod(table.counts.shape[:-1])), table.counts.shape[-1]
    matrix = np.kron(np.eye(groups), np.ones(rows))
    worlds = sizes.worlds
    parts = worlds.shape[1] // groups
    if halves == parts == 2:
        return np.kron(np.eye(2), matrix), tuple(worlds)
    if parts == 2:
        worlds = worlds[:, :groups] + worlds[:, groups:]
    return np.hstack([matrix] * halves), tuple(worlds)


def _unsearched(table: Table, threshold: int) -> Plan:
    forms, truth = table.forms(), table.counts.ravel().astype(float)
    problem = Problem(truth, forms, nothing_sensitive(truth), ~forms.open, threshold, table.counts.shape)
    return Plan(table, problem, ~forms.open, truth[None])


def _searched(table: Table, problem: Problem, skip: int, work: Work) -> Plan:
    search = Search(problem, work)
    try:
        done, short = search.run(), False
    except OutOfTime:
        done, short = False, True
    found = replace(problem, targets=search.targets)
    plan = Plan(table, found, search.hidden[skip:], search.pool, short=short)
    return plan if done else plan.nothing_shown(Mask.WITHHELD)
