"""Sums of what people or firms reported: what several of them tell together of a few who reported.

Each sum alone is judged in :mod:`evallib.privacy.overall`. Here all that is told, by earlier releases too, is
taken together: services with and without contribution, a year and all years, two drafts. Reports that the
same sums contain can't be told apart by anybody; of each such class, and of any of them together, it is asked
by linear programming how far its amount can still move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from evallib.privacy.attack import WAITS
from evallib.privacy.drafts import Draft
from evallib.privacy.findings import Finding
from evallib.privacy.forms import Matrix
from evallib.results import Mask, ReleasedCell, Result, ResultId

Cells = Mapping[ResultId, ReleasedCell]
Report = tuple[str, str, float]  # who, which part, how much; a corrected report is another one
CLASSES = 10  # of sums that hang together; with more of them only single classes and pairs are asked of


@dataclass(frozen=True)
class Sum:
    """A sum that was told. release: by which one; 0 is the first."""

    name: ResultId
    release: int
    value: float
    reports: Set[Report]


def told_sums(results: Sequence[Result], cells: Cells, release: int = 0) -> Iterator[Sum]:
    """The sums that a release tells itself."""
    for result in (one for one in results if one.of_reports):
        for cell in result.cells:
            told = cells.get(result.id_of(cell))
            if told is not None and told.shown and told.note != WAITS and cell.reports:
                yield Sum(told.id, release, float(told.value or 0.0), frozenset(cell.reports))


def attack_sums(sums: Sequence[Sum], threshold: int) -> list[Finding]:
    """Amounts of few, or mostly of one, that can be worked out of sums that are told; each names the sums."""
    return list(dict.fromkeys(one for part in _linked(sums) for one in _given_away(part, threshold)))


def hidden_sums(
    results: Sequence[Result], cells: Cells, drafts: Sequence[Draft], threshold: int
) -> dict[ResultId, Mask]:
    """What of this release has to be hidden so that its sums, beside those of earlier ones, give nobody away.

    A sum that an earlier draft told stays as it was told there.
    """
    before = [one for i, draft in enumerate(drafts) for one in told_sums(draft.results, draft.cells, i)]
    last = {one.name for one in before if one.release == len(drafts) - 1}
    now = list(told_sums(results, cells, len(drafts)))
    masks: dict[ResultId, Mask] = {}
    while found := attack_sums([*before, *now], threshold):
        names = {one.name for one in now}
        guilty = [name for finding in found for name in finding.ids if name in names]
        if not guilty:
            break  # earlier releases alone tell it
        size = {one.name: len(one.reports) for one in now}
        worst = max(dict.fromkeys(guilty), key=lambda name: (guilty.count(name), -size[name], str(name)))
        masks[worst] = Mask.LATE if worst in last else Mask.SECONDARY
        now = [one for one in now if one.name != worst]
    return masks


def sum_findings(releases: Sequence[Draft], threshold: int) -> Iterator[Finding]:
    """What the sums of each release, oldest first, give away beside those before it, and what to hide."""
    past: list[Sum] = []
    for number, one in enumerate(releases):
        now = list(told_sums(one.results, one.cells, number))
        known = attack_sums(past, threshold)
        for finding in attack_sums([*past, *now], threshold):
            if finding in known:
                continue
            shown = {name: cell for name, cell in one.cells.items() if cell.note != WAITS}
            hide = tuple(str(name) for name in hidden_sums(one.results, shown, releases[:number], threshold))
            yield replace(finding, release=number + 1, repair=hide)
        past += now


def _linked(sums: Sequence[Sum]) -> Iterator[list[Sum]]:
    """Sums in parts that share no report."""
    left = list(sums)
    while left:
        part = [left.pop(0)]
        reports = set(part[0].reports)
        while more := [one for one in left if reports & one.reports]:
            part += more
            left = [one for one in left if one not in more]
            reports.update(*(one.reports for one in more))
        yield part


def _given_away(sums: Sequence[Sum], threshold: int) -> Iterator[Finding]:
    """Of linked sums, the few whose amount is as good as known."""
    for one, other in combinations(sums, 2):
        moved = {who for who, *_ in one.reports ^ other.reports}
        if one.name == other.name and 0 < len(moved) < threshold:
            more = round(other.value - one.value)
            yield _finding("RECOVERED", (one.name,), more, more)
    classes: dict[tuple[int, ...], list[Report]] = {}
    for report in sorted(frozenset[Report]().union(*(one.reports for one in sums))):
        inside = tuple(i for i, one in enumerate(sums) if report in one.reports)
        classes.setdefault(inside, []).append(report)
    rows = np.array([[float(i in inside) for inside in classes] for i in range(len(sums))])
    truth = np.array([sum(amount for *_, amount in reports) for reports in classes.values()])
    most = len(classes) if len(classes) <= CLASSES else 2
    for size in range(1, most + 1) if len(classes) > 1 else ():
        for chosen in combinations(range(len(classes)), size):
            together: dict[str, float] = {}
            for who, _, amount in (one for place in chosen for one in list(classes.values())[place]):
                together[who] = together.get(who, 0.0) + amount
            if not _few(together, threshold):
                continue
            row = np.isin(np.arange(len(classes)), chosen).astype(float)
            low, high = _ends(rows, rows @ truth, row)
            if high - low < max(threshold - 2, sum(together.values()) / 2):
                telling = [one.name for one, has in zip(sums, rows @ row > 0, strict=True) if has]
                kind = "RECOVERED" if high - low < 1e-6 else "TIGHT"
                yield _finding(kind, tuple(dict.fromkeys(telling)), round(low), round(high))


def _finding(kind: str, names: tuple[ResultId, ...], low: int, high: int) -> Finding:
    table = f"{names[0].indicator}, sums of reports"
    return Finding(kind, table, ", ".join(str(one).split(".")[1] for one in names), names, low, high)


def _few(amounts: Mapping[str, float], threshold: int) -> bool:
    """Whether an amount is of fewer than the threshold, or more than half of it of one."""
    return len(amounts) < threshold or max(amounts.values()) > sum(amounts.values()) / 2


def _ends(rows: Matrix, values: Matrix, row: Matrix) -> tuple[float, float]:
    """The least and the most that classes together can be."""
    from scipy.optimize import linprog

    low, high = (linprog(sign * row, A_eq=rows, b_eq=values, bounds=(0, None)) for sign in (1, -1))
    least = float(low.fun) if low.fun is not None else 0.0
    return least, float(-high.fun) if high.fun is not None and high.status == 0 else float("inf")
