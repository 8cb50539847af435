"""The door's own attack: what somebody who holds the release could work out of it.

It reads only what the released cells say, and asks by integer programming how far every sensitive number
can still move. The plan's own tables serve as witnesses where they contradict nothing; without a witness
a number counts as found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evallib.errors import PrivacyError, text
from evallib.privacy.breakdowns import Sum, Table
from evallib.privacy.linear import Knowledge, Vector, extreme, known
from evallib.privacy.targets import remainders, targets_of
from evallib.results import ReleasedCell, ResultId

Cells = Mapping[ResultId, ReleasedCell]


@dataclass(frozen=True)
class Finding:
    """kind: SMALL_SHOWN, RECOVERED or TIGHT, as in the audit form. where: table, group and answers."""

    kind: str
    table: str
    where: str
    ids: tuple[ResultId, ...] = ()


def attack(table: Table, cells: Cells, threshold: int, witnesses: Vector | None = None) -> list[Finding]:
    """Everything sensitive in a table that the released cells give away; empty when nobody can be found.

    witnesses: tables of whole numbers, one a line, that may prove that a number can be otherwise.
    """
    shown = _shown(table, cells)
    small = [one for one in shown if 0 < table.value(one) < threshold]
    if small:
        return [_finding("SMALL_SHOWN", table, one) for one in sorted(small)]
    knowledge, nothing = known(table, shown), known(table, shown & table.sizes())
    fitting = [one for one in ([] if witnesses is None else witnesses) if knowledge.fits(one)]
    others = np.array(fitting).reshape(len(fitting), table.counts.size)
    found = []
    for target in (*targets_of(table, threshold), *remainders(table, shown, threshold)):
        where = target.vector(table)
        for sign, need in ((1, target.up), (-1, target.down)):
            if need is not None and not _can_reach(sign * where, sign * need, others, knowledge, nothing):
                found.append(_finding(_kind(knowledge, where), table, target.sums[0][1]))
    return list(dict.fromkeys(found))


def _can_reach(where: Vector, need: int, others: Vector, knowledge: Knowledge, nothing: Knowledge) -> bool:
    """Whether the number can be so large; or as large as it could be if nothing of the table were told."""
    if len(others) and (others @ where).max() >= need:
        return True
    highest = extreme(knowledge, where)
    if highest is None or highest >= need:
        return highest is not None
    before = extreme(nothing, where)
    return before is not None and highest >= before


def _kind(knowledge: Knowledge, where: Vector) -> str:
    high, low = extreme(knowledge, where), extreme(knowledge, -where)
    return "RECOVERED" if high is not None and low is not None and high == -low else "TIGHT"


def _shown(table: Table, cells: Cells) -> set[Sum]:
    """Sums that at least one released cell prints, as its count or as its base."""
    shown: set[Sum] = set()
    for one, ids in table.published.items():
        for cell in (cells[name] for name in ids if name in cells):
            if cell.mask is None:
                shown.add(one)
                base = table.base_of(one.group)
                if cell.base is not None and base is not None and one in table.based:
                    shown.add(base)
    return shown


def _finding(kind: str, table: Table, one: Sum) -> Finding:
    group = ",".join(f"{dim}={code}" for dim, code in table.groups[one.group])
    rows = "+".join(table.rows[row] for row in one.rows)
    return Finding(kind, table.name, f"{group} {rows}", tuple(table.published.get(one, ())))


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
