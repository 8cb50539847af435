"""The self-attack: what somebody who holds everything published could work out of a release.

It reads only what the released cells say, and asks by integer programming how far every sensitive number
can still move; the truth tells only which numbers are sensitive. Many are proved free by one whole table,
the rest one by one. What can't be answered counts as found; so does a table where the clock ended the search.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evallib.privacy.breakdowns import Table
from evallib.privacy.findings import UNDECIDED, Finding
from evallib.privacy.forms import Ends, Flags, Forms, Key, Matrix, after, ends_of
from evallib.privacy.search import Problem, Search, remainders
from evallib.privacy.sensitive import both, sensitive_of
from evallib.privacy.work import OutOfTime, Work
from evallib.privacy.worlds import Told, highest, only, world
from evallib.results import ReleasedCell, ResultId
from evallib.results.rounding import ends

Cells = Mapping[ResultId, ReleasedCell]
Ranges = dict[Key, tuple[int, int]]
WAITS = "late"  # the note of a number that is still that of an earlier release


@dataclass(frozen=True)
class State:
    """A table as it was when a release told of it, and the counts that the release told."""

    table: Table
    told: Ranges


def attack(now: State, past: Sequence[State], threshold: int, worlds: Matrix | None = None) -> list[Finding]:
    """Everything sensitive that a release gives away of a table beside the releases before it; empty when
    nobody can be found.

    past: the table in earlier releases, in the places of the present one; what they told is known already.
    worlds: whole tables that may prove that a number can be otherwise.
    """
    found: list[Finding] = []
    for problem in _problems(now, past, threshold):
        try:
            found += _attacked(now, problem, worlds)
        except OutOfTime:
            found.append(Finding(UNDECIDED, now.table.name, ""))
    return list(dict.fromkeys(found))


def repair(now: State, past: Sequence[State], threshold: int) -> tuple[str, ...]:
    """What has to be hidden too so that nothing is found; empty when the table has to be withheld."""
    table, hidden = now.table, set[Key]()
    for problem in _problems(now, past, threshold):
        values = problem.forms.matrix @ problem.truth
        small = (values > 0) & (values < threshold)
        told = ~problem.hidden & ~problem.forms.open
        search = Search(replace(problem, hidden=problem.hidden | (told & small)), Work())
        if not _mended(search):
            return ()
        hidden |= {problem.forms.keys[i] for i in np.flatnonzero(search.hidden & told)}
    away = [str(one) for key in table.printed if key in hidden for one in table.printed[key]]
    bases = [str(one) for one, key in table.beside.items() if key in hidden]
    return (*away, *(f"{one} (base)" for one in bases if one not in away))


def _mended(search: Search) -> bool:
    try:
        return search.run()
    except OutOfTime:
        return False


def told_of(table: Table, cells: Cells) -> Ranges:
    """Counts that at least one released cell prints, as its count or as its base, each with the least and
    the greatest that it can be for a reader of that cell."""
    told: Ranges = {}
    for key, ids in table.printed.items():
        for cell in (cells[name] for name in ids if name in cells):
            if cell.mask is None and cell.note != WAITS:
                _learn(told, key, ends(table.value(key), cell.rounded))
                if cell.base is not None and cell.id in table.beside:
                    base = table.beside[cell.id]
                    _learn(told, base, ends(table.value(base), cell.rounded))
    return told


def _learn(told: Ranges, key: Key, more: tuple[int, int]) -> None:
    """What two sources tell of one count, together."""
    low, high = told.get(key, more)
    told[key] = max(low, more[0]), min(high, more[1])


def _merged(now: State, past: Sequence[State]) -> tuple[Ranges, list[State]]:
    """What was told already of the table as it is now, and of it as it was with fewer answers."""
    told: dict[bytes, tuple[Table, Ranges]] = {now.table.counts.tobytes(): (now.table, {})}
    for one in past:
        known = told.setdefault(one.table.counts.tobytes(), (one.table, {}))[1]
        for key, between in one.told.items():
            _learn(known, key, between)
    (_, same), *others = told.values()
    grown = [State(*one) for one in others if (one[0].counts <= now.table.counts).all()]
    return same, grown


def _problems(now: State, past: Sequence[State], threshold: int) -> list[Problem]:
    """What is asked of a table: of the answers of today, and of those of each earlier state beside them."""
    same, others = _merged(now, past)
    if all(_knows(same, *one) for one in now.told.items()) or not now.table.counts.any():
        return []  # nothing new is told
    return [_alone(now, same, threshold), *(_beside(now, one, same, threshold) for one in others)]


def _knows(known: Ranges, key: Key, between: tuple[int, int]) -> bool:
    """Whether a count was told as closely before."""
    low, high = known.get(key, (-1, -1))
    return low >= between[0] and high <= between[1] and low >= 0


def _ends(forms: Forms, table: Table, *told: Ranges) -> Ends:
    """What is known of each count of a table; all people together are known exactly."""
    low, high = ends_of(forms, table.counts, 0)
    for i, key in enumerate(forms.keys):
        known: Ranges = {}
        for one in told if any(key[:-1]) else ():
            if key in one:
                _learn(known, key, one[key])
        low[i], high[i] = known.get(key, (low[i], high[i]))
    return low, high


def _forms(now: State, same: Ranges) -> Forms:
    """The counts of the table; open are those told before, unless they are told more closely now, and the
    sizes of groups that the profile told."""
    forms = now.table.forms()
    closer = {key for key, between in now.told.items() if not _knows(same, key, between)}
    size = [now.table.sizes_known and key in now.told and any(key[:-1]) and not key[-1] for key in forms.keys]
    return replace(forms, open=forms.open | np.array(size) | _flags(forms, same.keys() - closer))


def _flags(forms: Forms, keys: Container[Key]) -> Flags:
    return np.array([key in keys for key in forms.keys])


def _alone(now: State, same: Ranges, threshold: int) -> Problem:
    table, forms = now.table, _forms(now, same)
    truth = table.counts.ravel().astype(float)
    targets = sensitive_of(table.counts, forms, table.base, threshold)
    return Problem(
        truth,
        forms,
        targets,
        ~_flags(forms, now.told | same),
        threshold,
        table.counts.shape,
        ends=_ends(forms, table, now.told, same),
    )


def _beside(now: State, first: State, same: Ranges, threshold: int) -> Problem:
    """Of two drafts: the answers of the first and the late ones, with what the first told as known."""
    table, forms = now.table, _forms(now, same)
    late = table.counts - first.table.counts
    old = [i for i, key in enumerate(forms.keys) if key in first.told or not any(key[:-1])]
    return Problem(
        np.concatenate([first.table.counts.ravel(), late.ravel()]).astype(float),
        forms.after(old),
        both(first.table.counts, late, forms, table.base, threshold, old),
        np.concatenate([np.zeros(len(old), dtype=bool), ~_flags(forms, now.told | same)]),
        threshold,
        table.counts.shape,
        ends=after(_ends(forms, first.table, first.told), old, _ends(forms, table, now.told, same)),
    )


def _attacked(now: State, problem: Problem, worlds: Matrix | None) -> list[Finding]:
    """What can't move as far as it must, though it could if the release told nothing of the table."""
    forms, truth, table = problem.forms, problem.truth, now.table
    hidden = problem.hidden & ~forms.open
    values = forms.matrix @ truth
    small = ~hidden & ~forms.open & (values > 0) & (values < problem.threshold)
    if small.any():
        rows = [(forms.matrix[i], int(values[i])) for i in np.flatnonzero(small)]
        return [_finding("SMALL_SHOWN", table, row, value, value) for row, value in rows]
    if (hidden | forms.open).all():
        return []  # nothing of the table is told
    rest = remainders(forms, values, hidden, problem.threshold)
    targets = problem.targets.more(rest, truth, problem.totals, problem.threshold)
    search = Search(replace(problem, targets=targets), Work())
    search.hidden = hidden  # all that is told counts, even a share whose base is not
    knowledge = search.told()
    for one in _fitting(worlds, knowledge):
        search.add(one)
    search.broad()
    nothing = problem.known(forms.open)
    left = [i for i in np.flatnonzero(sum(search.gaps()) > 0) if _stuck(search, int(i))]
    found = []
    for row in targets.rows[left]:
        if _further(nothing, row, knowledge, search.work):
            high, low = (highest(knowledge, sign * row, search.work) for sign in (1, -1))
            ends = None if low is None else int(-low), None if high is None else int(high)
            kind = "TIGHT" if None in ends or ends[0] != ends[1] else "RECOVERED"
            found.append(_finding(kind, table, row, *ends))
    return found


def _fitting(worlds: Matrix | None, knowledge: Told) -> Matrix:
    """The whole tables that contradict nothing."""
    n = knowledge.matrix.shape[1]
    if worlds is None or worlds.shape[1] < n:
        return np.zeros((0, n))
    whole: Matrix = worlds.reshape(len(worlds), -1, n).sum(axis=1)  # two drafts, where only one is asked of
    return whole[knowledge.fits(whole)]


def _stuck(search: Search, i: int) -> bool:
    """Whether no whole table lets a target rise and fall as far as it must."""
    targets, knowledge = search.targets, search.told()
    row = targets.rows[i]

    def reach(sign: int, end: float) -> None:
        other = world(knowledge, search.truth, only(sign * row, sign * end), search.work)
        if other is not None:
            search.add(other)

    up, down = (gap[i] for gap in search.gaps())
    if down > 0:
        reach(-1, search.low[i] - down)
    if up > 0:
        reach(1, search.high[i] + up)
    if search.gaps()[0][i] > 0:
        end = highest(knowledge, row, search.work)
        if end is not None and end >= targets.top[i]:  # the rest of its range then lies below
            reach(1, end)
            reach(-1, end - targets.width[i])
    return any(gap[i] > 0 for gap in search.gaps())


def _further(nothing: Told, row: Matrix, knowledge: Told, work: Work) -> bool:
    """Whether a count could go further, up or down, if nothing of the table were told."""
    for sign in (1, -1):
        before, now = highest(nothing, sign * row, work), highest(knowledge, sign * row, work)
        if before is None or now is None or now < before:
            return True
    return False


def _finding(kind: str, table: Table, row: Matrix, low: int | None, high: int | None) -> Finding:
    """Of a later draft the row counts first answers and late ones."""
    cells = (row.reshape(-1, *table.counts.shape) != 0).any(axis=0)
    names = [(f"{axis.dim}=", axis.codes) for axis in table.axes] + [("", table.rows)]
    words, key = [], []
    for axis, (dim, codes) in enumerate(names):
        on = np.flatnonzero(cells.any(axis=tuple(other for other in range(cells.ndim) if other != axis)))
        key.append(() if len(on) == len(codes) else tuple(int(one) for one in on))
        if key[-1]:
            words.append(dim + "+".join(codes[one] for one in key[-1]))
    ids = tuple(table.printed.get(tuple(key), ()))
    return Finding(kind, table.name, " ".join(words), ids, low, high)
