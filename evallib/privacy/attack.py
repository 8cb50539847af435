"""The door's own attack: what somebody who holds the release could work out of it.

It reads only what the released cells say, and asks by integer programming how far every sensitive number
can still move. The plan's own tables serve as witnesses where they contradict nothing; without a witness
a number counts as found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evallib.errors import PrivacyError, text
from evallib.privacy.breakdowns import Table
from evallib.privacy.forms import Flags, Key, Matrix
from evallib.privacy.planning import Plan
from evallib.privacy.search import Problem, remainders
from evallib.privacy.sensitive import sensitive_of
from evallib.privacy.worlds import Told, highest, only, world
from evallib.results import ReleasedCell, ResultId

Cells = Mapping[ResultId, ReleasedCell]


@dataclass(frozen=True)
class Finding:
    """kind: SMALL_SHOWN, RECOVERED or TIGHT, as in the audit form. where: table, group and answers."""

    kind: str
    table: str
    where: str
    ids: tuple[ResultId, ...] = ()


def attack(table: Table, cells: Cells, threshold: int, plan: Plan | None = None) -> list[Finding]:
    """Everything sensitive in a table that the released cells give away; empty when nobody can be found.

    plan: the plan that was followed; its tables of whole numbers may prove that a number can be otherwise.
    """
    forms = table.forms()
    truth = table.counts.ravel().astype(float)
    told = _told(table, cells, forms.keys)
    values = forms.matrix @ truth
    small = np.flatnonzero(told & (values > 0) & (values < threshold) & ~forms.open)
    if len(small):
        return [_finding("SMALL_SHOWN", table, forms.matrix[i]) for i in small]
    if plan is None:
        size = {key for key in forms.keys if table.sizes_known and any(key[:-1]) and not key[-1]}
        opened = forms.open | (told & np.array([key in size for key in forms.keys]))
        forms = replace(forms, open=opened)
        targets = sensitive_of(table.counts, forms, table.base, threshold)
        problem = Problem(truth, forms, targets, ~told, threshold, table.counts.shape)
        return list(dict.fromkeys(_found(table, problem, told, truth[None])))
    return list(dict.fromkeys(_found(table, plan.problem, np.append(plan.told_before, told), plan.worlds)))


def _found(table: Table, problem: Problem, told: Flags, worlds: Matrix) -> list[Finding]:
    forms, truth = problem.forms, problem.truth
    told = told | forms.open
    values = forms.matrix @ truth
    knowledge = Told(forms.matrix[told], values[told])
    nothing = Told(forms.matrix[forms.open], values[forms.open])
    rest = remainders(forms, values, ~told, problem.threshold)
    targets = problem.targets.more(rest, truth, problem.totals, problem.threshold)
    pool = worlds[(worlds @ knowledge.matrix.T == knowledge.values).all(axis=1)]
    pool = np.vstack([truth[None], pool])
    found = []
    moved = pool @ targets.rows.T
    gaps = targets.gaps(moved.max(axis=0), moved.min(axis=0), ~told)
    for sign, gap in zip((1, -1), gaps, strict=True):
        for i in np.flatnonzero(gap > 0):
            row = sign * targets.rows[i]
            need = (pool[: len(moved)] @ row).max() + gap[i]
            if (pool @ row).max() >= need:
                continue
            other = world(knowledge, truth, only(row, need))
            if other is not None:
                pool = np.vstack([pool, other])
            elif _further(nothing, row, knowledge):
                found.append(_finding(_kind(knowledge, row), table, targets.rows[i]))
    return found


def _further(nothing: Told, row: Matrix, knowledge: Told) -> bool:
    """Whether a count could go further if nothing of the table were told."""
    before, now = highest(nothing, row), highest(knowledge, row)
    return before is None or now is None or now < before


def _kind(knowledge: Told, row: Matrix) -> str:
    high, low = highest(knowledge, row), highest(knowledge, -row)
    return "RECOVERED" if high is not None and low is not None and high == -low else "TIGHT"


def _told(table: Table, cells: Cells, keys: Sequence[Key]) -> Flags:
    """Counts that at least one released cell prints, as its count or as its base."""
    told: set[Key] = set()
    for key, ids in table.printed.items():
        for cell in (cells[name] for name in ids if name in cells):
            if cell.mask is None:
                told.add(key)
                if cell.base is not None and cell.id in table.beside:
                    told.add(table.beside[cell.id])
    return np.array([key in told for key in keys])


def _finding(kind: str, table: Table, row: Matrix) -> Finding:
    """Of a later draft the row counts first answers and late ones."""
    cells = (row.reshape(-1, *table.counts.shape) != 0).any(axis=0)
    names = [(f"{axis.dim}=", axis.codes) for axis in table.axes] + [("", table.rows)]
    words, key = [], []
    for axis, (dim, codes) in enumerate(names):
        on = np.flatnonzero(cells.any(axis=tuple(other for other in range(cells.ndim) if other != axis)))
        key.append(() if len(on) == len(codes) else tuple(int(one) for one in on))
        if key[-1]:
            words.append(dim + "+".join(codes[one] for one in key[-1]))
    return Finding(kind, table.name, " ".join(words), tuple(table.printed.get(tuple(key), ())))


def stop_if_found(findings: Sequence[Finding]) -> None:
    """Raise PrivacyError that names the numbers and what helps; without findings nothing happens."""
    if not findings:
        return
    named = "; ".join(f"{one.table}: {one.where} ({one.kind})" for one in findings[:5])
    raise PrivacyError(
        text("{n} numbers below the threshold could be worked out from this release", n=len(findings)),
        expected=text("every hidden number able to be 1 to threshold - 1"),
        found=named,
        repair=text("Withhold the breakdown {table}", table=findings[0].table),
    )
