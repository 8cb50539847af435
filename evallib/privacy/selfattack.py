"""All that a period's releases told, attacked together; the command and the report look at the same findings.

Of a release only the cells are taken as known. The results that it was made from say which numbers are
sensitive, and whether what it shows is true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evallib.plan.model import Dimension, Policy
from evallib.privacy.attack import WAITS, State, attack, repair, told_of
from evallib.privacy.breakdowns import Table, tables
from evallib.privacy.coded import hidden_coded
from evallib.privacy.door_out import hidden_loose
from evallib.privacy.drafts import Draft, Earlier, cell_says
from evallib.privacy.findings import UNDECIDED, Finding
from evallib.privacy.made_from import as_seen, counts_groups, hidden_made
from evallib.privacy.masks import MaskPlan
from evallib.privacy.overall import hidden_overall, survey_universes
from evallib.privacy.pairs import pair_findings
from evallib.privacy.planning import Plan
from evallib.privacy.sums import sum_findings
from evallib.results import ReleasedCell, ResultId

Cells = Mapping[ResultId, ReleasedCell]


def attack_releases(
    releases: Sequence[Draft], policy: Policy, dimensions: Sequence[Dimension] = ()
) -> list[Finding]:
    """What each release, oldest first, gives away beside those before it; empty when nobody can be found.

    A table that one release gave away is looked at by itself in the later ones.
    """
    known, found = Earlier(MaskPlan(), releases, dimensions), list[Finding]()
    for number, one in enumerate(releases):
        told = {name: cell for name, cell in one.cells.items() if cell.mask is None and cell.note != WAITS}
        away, states, here = {finding.table for finding in found}, list[State](), list[Finding]()
        for table in known.tables[number].values():
            states.append(State(table, told_of(table, told)))
            past = [] if table.name in away else known.told(table, number)
            given = attack(states[-1], past, policy.threshold)
            judged = given and all(finding.kind != UNDECIDED for finding in given)
            hide = repair(states[-1], past, policy.threshold) if judged else ()
            here += [*(replace(finding, repair=hide) for finding in given), *_untrue(table, told)]
        names = [name for name in _masked(one, states, policy, dimensions) if name in told]
        names += [name for name in _coded(one, releases[:number], policy) if name in told]
        here += [_finding("SMALL_SHOWN", told[name]) for name in names if told[name].count != 0]
        here += _other_groups(one)
        here += pair_findings(one.results, told, policy.threshold)
        found += [replace(finding, release=number + 1) for finding in here]
    return [*found, *sum_findings(releases, policy.threshold)]


def _other_groups(release: Draft) -> Iterator[Finding]:
    """Numbers of groups that say more than the groups that are shown."""
    for result in filter(counts_groups, release.results):
        for name in map(result.id_of, result.cells):
            cell = release.cells.get(name)
            if cell is not None and cell.mask is None and cell != as_seen(result, cell, release.cells):
                yield _finding("SMALL_SHOWN", cell)


def _untrue(table: Table, told: Cells) -> Iterator[Finding]:
    """Numbers that are not those of the frozen data."""
    for name, true in table.numbers().items():
        if name in told and not cell_says(told[name], true):
            yield _finding("INCONSISTENT", told[name])


def _masked(
    release: Draft, states: Sequence[State], policy: Policy, dimensions: Sequence[Dimension]
) -> Iterator[ResultId]:
    """What has to be hidden outside the tables, when of these only what is told may be known."""
    _, loose = tables([one for one in release.results if one.protected], dimensions)
    plans = [Plan.as_before(one.table, one.told, policy.threshold) for one in states]
    to = max((one.rounded for one in release.cells.values()), default=0)
    yield from hidden_loose(loose, plans, policy.threshold, to)
    yield from hidden_made(release.results, plans, policy.threshold, to)
    yield from hidden_overall(release.results, policy, survey_universes(release.results))


def _coded(release: Draft, before: Sequence[Draft], policy: Policy) -> Iterator[ResultId]:
    """What has to be hidden of coded answers, when what the release hides stays hidden."""
    hidden = {name: cell.mask for name, cell in release.cells.items() if cell.mask is not None}
    yield from hidden_coded(release.results, policy, hidden, [one.cells for one in before])


def _finding(kind: str, cell: ReleasedCell) -> Finding:
    where = " ".join(f"{dim}={code}" for dim, code in cell.id.dims)
    name = f"{cell.id.indicator}.{cell.id.measure}"
    return Finding(kind, name, where, (cell.id,), cell.count, cell.count, (str(cell.id),))
