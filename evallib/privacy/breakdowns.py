"""Protected results of one question by the same backgrounds, brought together as one table of people.

Results with different names tell the same people: counts by answer, how many answered, the share of the
top answers, the respondents' profile, declared wider classes. A table holds them all, so that they are
hidden or shown together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evallib.plan.model import Dimension
from evallib.privacy.coded import is_coded
from evallib.privacy.forms import Counts, Forms, Key, forms_of
from evallib.privacy.overall import codes_of, question_of
from evallib.results import Cell, Dims, Kind, Result, ResultId

MISSING = "missing"  # the row of those who gave no answer; only where the sizes of the groups are published


@dataclass(frozen=True)
class Axis:
    """A background: its codes, and the codes that each declared wider class unites, as places."""

    dim: str
    codes: tuple[str, ...]
    wider: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def places(self, code: str) -> tuple[int, ...]:
        return self.wider[code] if code in self.wider else (self.codes.index(code),)

    def fine(self, code: str) -> bool:
        return code in self.codes


@dataclass
class Table:
    """Groups (axes) by answers (rows, the last axis of the counts); row totals count as known.

    printed: ids by the count that they print. people: different people behind a count of what they did, by
    count. beside: the base that a cell prints beside its count.
    sizes_known: the profile publishes the sizes of the groups and decides on them; then the last row is
    MISSING. question: as ``T01``, "" in a profile.
    """

    name: str
    universe: str
    question: str
    axes: tuple[Axis, ...]
    rows: tuple[str, ...]
    counts: Counts
    base: tuple[int, ...] = ()
    printed: dict[Key, list[ResultId]] = field(default_factory=dict)
    people: dict[Key, int] = field(default_factory=dict)
    beside: dict[ResultId, Key] = field(default_factory=dict)
    shares: set[ResultId] = field(default_factory=set)
    sizes_known: bool = False

    @property
    def background(self) -> tuple[str, ...]:
        return tuple(axis.dim for axis in self.axes)

    @property
    def every(self) -> tuple[int, ...]:
        return tuple(range(len(self.rows)))

    def value(self, key: Key) -> int:
        part = self.counts
        for axis, places in enumerate(key):
            if places:
                part = part.take(places, axis=axis)
        return int(part.sum())

    def key(self, group: Dims, rows: Sequence[int]) -> Key:
        """The count of some answers in a group; all answers are written as none."""
        dims = dict(group)
        places = [axis.places(dims[axis.dim]) if axis.dim in dims else () for axis in self.axes]
        return (*places, () if len(rows) == len(self.rows) else tuple(rows))

    def own(self) -> dict[Key, list[ResultId]]:
        """What is printed, without the sizes of groups that the profile decides on."""
        return {key: ids for key, ids in self.printed.items() if key[-1] or not self.sizes_known}

    def numbers(self) -> dict[ResultId, tuple[int, int | None]]:
        """What every cell tells: its count, and the base beside it."""
        return {
            one: (self.value(key), self.value(self.beside[one]) if one in self.beside else None)
            for key, ids in self.own().items()
            for one in ids
        }

    def forms(self) -> Forms:
        """The printed counts over the cells of the table."""
        needs = {
            key: self.beside[ids[0]] for key, ids in self.printed.items() if ids and self.shares >= set(ids)
        }
        bases = dict.fromkeys(self.beside.values())
        return forms_of(self.counts.shape, [*self.printed, *bases], needs)


def background_of(result: Result) -> tuple[str, ...]:
    """The dims that divide people, without the answer."""
    return tuple(sorted(dim for dim in result.dims if dim != "answer"))


def group_of(cell: Cell) -> Dims:
    """The background of the people that a cell counts."""
    return tuple(sorted(one for one in cell.dims if one[0] != "answer"))


def across(result: Result) -> bool:
    """Whether a result only tells the plan how two backgrounds lie across each other: it is never printed."""
    return result.protected and "answer" in result.dims and len(background_of(result)) == 2


def tables(
    results: Sequence[Result], dimensions: Sequence[Dimension] = ()
) -> tuple[list[list[Table]], list[Result]]:
    """Families of tables (profile first, then the questions by the same backgrounds), and what fits in
    none."""
    families: dict[tuple[str, tuple[str, ...]], list[Result]] = {}
    loose: list[Result] = []
    pairs = _pairs(results)
    for result in results:
        if is_coded(result):  # the door out has rules of their own for these
            continue
        by = background_of(result)
        counted = result.kind in (Kind.COUNT, Kind.SHARE) and not result.of_reports
        counted = counted and all(c.count is not None for c in result.cells)
        home = next((one for one in pairs.get(result.universe, []) if set(by) <= set(one)), by)
        if (
            by
            and counted
            and result.cells
            and (len(by) == 1 or len(home) == 2 and home in pairs.get(result.universe, []))
        ):
            families.setdefault((result.universe, home), []).append(result)
        elif not across(result):
            loose.append(result)
    merges = {one.code: one.merges for one in dimensions}
    built = [_family(universe, by, found, merges, loose) for (universe, by), found in families.items()]
    return [one for one in built if one], loose


def _pairs(results: Sequence[Result]) -> dict[str, list[tuple[str, ...]]]:
    """By universe the two backgrounds that are told together; each background in one pair only."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for result in results:
        by, known = background_of(result), found.setdefault(result.universe, [])
        if len(by) == 2 and "answer" not in result.dims and not any(set(by) & set(one) for one in known):
            known.append(by)
    return found


def _family(
    universe: str,
    by: tuple[str, ...],
    results: Sequence[Result],
    merges: Mapping[str, Mapping[str, Sequence[str]]],
    loose: list[Result],
) -> list[Table]:
    axes = tuple(_axis(dim, results, merges.get(dim, {})) for dim in by)
    name = f"{universe} by {' and '.join(by)}"
    questions: dict[str, list[Result]] = {}
    for result in results:
        questions.setdefault(question_of(result), []).append(result)
    profile = _profile(name, universe, axes, questions.pop("", []), loose)
    found = [profile] if profile else []
    for question, asked in questions.items():
        for title, part in _parts(question, asked):
            table = _question(f"{title}, {name}", axes, part, profile)
            if table is None:
                loose += [one for one in part if not across(one)]
            else:
                found.append(table)
    return found


def _axis(dim: str, results: Sequence[Result], merges: Mapping[str, Sequence[str]]) -> Axis:
    merges = {**merges, **{name: codes for one in results for name, codes in one.unites}}
    told = dict.fromkeys(dict(c.dims)[dim] for one in results for c in one.cells if dim in one.dims)
    codes = tuple(code for code in told if code not in merges)
    wider = {
        name: tuple(i for i, code in enumerate(codes) if code in inside)
        for name, inside in merges.items()
        if name in told
    }
    return Axis(dim, codes, wider)


def _profile(
    name: str, universe: str, axes: tuple[Axis, ...], results: Sequence[Result], loose: list[Result]
) -> Table | None:
    """How many people each group has; results that contradict it, or are less fine than all, are loose."""
    full = next((one for one in results if len(background_of(one)) == len(axes)), None)
    if full is None:
        loose += results
        return None
    counts = np.zeros((*(len(axis.codes) for axis in axes), 1), dtype=np.int64)
    table = Table(name, universe, "", axes, ("all",), counts)
    _fill(table, full)
    loose += [one for one in results if not _publish(table, one)]
    return table


def _parts(question: str, asked: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    """Results that can stand in one table: all when the counts by answer are there, else by numerator."""
    if any("answer" in one.dims for one in asked):
        yield question, list(asked)
        return
    by_codes: dict[tuple[str, ...], list[Result]] = {}
    for result in asked:
        by_codes.setdefault(codes_of(result.numerator), []).append(result)
    for codes, part in by_codes.items():
        yield f"{question} {'+'.join(codes)}", part


def _question(
    name: str, axes: tuple[Axis, ...], asked: Sequence[Result], profile: Table | None
) -> Table | None:
    """The table of a question; None when its results do not add up to one."""
    fine = [one for one in asked if len(background_of(one)) == len(axes)]
    full = next((one for one in fine if "answer" in one.dims), fine[0] if fine else None)
    if full is None or (len(axes) == 2 and "answer" not in full.dims):
        return None
    whole = "answer" in full.dims
    rows = tuple(dict.fromkeys(_answer(c) for c in full.cells)) if whole else ("in", "out")
    base_codes = codes_of(full.denominator) if whole else rows
    base = tuple(i for i, row in enumerate(rows) if row in base_codes)
    counts = np.zeros((*(len(axis.codes) for axis in axes), len(rows)), dtype=np.int64)
    table = Table(name, full.universe, question_of(full), axes, rows, counts, base)
    _fill(table, full)
    if profile is not None and not _with_missing(table, profile):
        return None
    told = [one for one in asked if not across(one)]
    return table if base and all(_publish(table, one) for one in told) else None


def _answer(cell: Cell) -> str:
    return dict(cell.dims)["answer"]


def _fill(table: Table, full: Result) -> None:
    for cell in full.cells:
        dims = dict(cell.dims)
        if not all(axis.fine(dims[axis.dim]) for axis in table.axes):
            continue
        place = tuple(axis.places(dims[axis.dim])[0] for axis in table.axes)
        count = cell.count or 0
        if "answer" in dims:
            table.counts[*place, table.rows.index(dims["answer"])] = count
        elif table.question:
            table.counts[place] = (count, (cell.base or 0) - count)
        else:
            table.counts[place] = count


def _with_missing(table: Table, profile: Table) -> bool:
    """Add those who did not answer as the last row; False when more answered than there are."""
    missing = profile.counts - table.counts.sum(axis=-1, keepdims=True)
    if (missing < 0).any():
        return False
    table.counts = np.concatenate([table.counts, missing], axis=-1)
    table.rows = (*table.rows, MISSING)
    table.sizes_known = True
    table.printed |= {key: list(ids) for key, ids in profile.printed.items()}
    return True


def _publish(table: Table, result: Result) -> bool:
    """Enter a result's cells; False when a number is not the sum that its key says."""
    entered: list[tuple[Key, ResultId]] = []
    bases: dict[ResultId, Key] = {}
    for cell in result.cells:
        wanted: tuple[str, ...] = table.rows
        if "answer" in result.dims:
            wanted = (_answer(cell),)
        elif table.question:
            wanted = ("in",) if "in" in table.rows else codes_of(result.numerator)
        if not set(wanted) <= set(table.rows):
            return False
        key = table.key(group_of(cell), [i for i, row in enumerate(table.rows) if row in wanted])
        if table.value(key) != cell.count:
            return False
        entered.append((key, result.id_of(cell)))
        if cell.people is not None:
            table.people[key] = cell.people
        if result.denominator:
            beside = table.key(group_of(cell), table.base)
            if table.value(beside) != cell.base:
                return False
            bases[result.id_of(cell)] = beside
    for key, name in entered:
        table.printed.setdefault(key, []).append(name)
    table.beside |= bases
    table.shares |= {name for _, name in entered} if result.kind is Kind.SHARE else set()
    return True
