"""Protected results of one question by one background, brought together as one table of people.

Results with different names tell the same people: counts by answer, how many answered, the share of the
top answers, the respondents' profile. A table holds them all, so that they are hidden or shown together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from evallib.privacy.overall import codes_of, question_of
from evallib.results import Cell, Dims, Kind, Result, ResultId

Counts = npt.NDArray[np.int64]
MISSING = "missing"  # the row of those who gave no answer; only where the group's size is published


@dataclass(frozen=True, order=True)
class Sum:
    """Some answer rows of one group, added up: what one published number counts."""

    group: int
    rows: tuple[int, ...]


@dataclass
class Table:
    """Answers (rows) by group (columns), true counts; row totals count as known to everybody.

    base: rows that make up the base of shares. published: the numbers of the results, as sums of rows,
    each with the ids that print it. based: sums whose cells print the base beside the count.
    sizes_known: the last row is MISSING and column sums are the sizes of the groups, which the profile
    publishes and decides on. question: as ``T01``, "" in a profile.
    """

    name: str
    universe: str
    question: str
    groups: tuple[Dims, ...]
    rows: tuple[str, ...]
    counts: Counts
    base: tuple[int, ...] = ()
    published: dict[Sum, list[ResultId]] = field(default_factory=dict)
    based: set[Sum] = field(default_factory=set)
    sizes_known: bool = False

    @property
    def background(self) -> tuple[str, ...]:
        """The dims that divide the groups."""
        return tuple(dim for dim, _ in self.groups[0])

    @property
    def every(self) -> tuple[int, ...]:
        return tuple(range(len(self.rows)))

    def value(self, one: Sum) -> int:
        return int(self.counts[list(one.rows), one.group].sum())

    def base_of(self, group: int) -> Sum | None:
        """How many of the group answered; None in a table without answers."""
        return Sum(group, self.base) if self.base else None

    def size_of(self, group: int) -> Sum:
        return Sum(group, self.every)

    def sizes(self) -> set[Sum]:
        """The sums that the profile publishes."""
        return {self.size_of(group) for group in range(len(self.groups))} if self.sizes_known else set()

    def column(self, group: int) -> list[Sum]:
        """Everything that is published of a group, without its size."""
        return [one for one in self.published if one.group == group and not self.is_size(one)]

    def is_size(self, one: Sum) -> bool:
        return one.rows == self.every and (self.sizes_known or not self.base)

    def exposed(self, hidden: Collection[Sum]) -> set[Sum]:
        """What is told when all but ``hidden`` is shown: the sums, and the bases printed beside them."""
        shown = {one for one in self.published if one not in hidden}
        bases = {self.base_of(one.group) for one in shown if one in self.based}
        return shown | {one for one in bases if one is not None}


def background_of(result: Result) -> tuple[str, ...]:
    """The dims that divide people, without the answer."""
    return tuple(sorted(dim for dim in result.dims if dim != "answer"))


def tables(results: Sequence[Result]) -> tuple[list[list[Table]], list[Result]]:
    """Families of tables (profile first, then questions by the same background), and what fits in none."""
    families: dict[tuple[str, tuple[str, ...]], list[Result]] = {}
    loose: list[Result] = []
    for result in results:
        by = background_of(result)
        counted = result.kind in (Kind.COUNT, Kind.SHARE) and all(c.count is not None for c in result.cells)
        fits = by and counted and result.cells and (len(by) == 1 or not question_of(result))
        if fits:
            families.setdefault((result.universe, by), []).append(result)
        else:
            loose.append(result)
    built = [_family(universe, by, found, loose) for (universe, by), found in families.items()]
    return [one for one in built if one], loose


def _family(
    universe: str, by: tuple[str, ...], results: Sequence[Result], loose: list[Result]
) -> list[Table]:
    profile = [one for one in results if not question_of(one)]
    sizes = _sizes(profile[0]) if profile else {}
    loose += [one for one in profile if _sizes(one) != sizes]
    profile = [one for one in profile if _sizes(one) == sizes]
    name = f"{universe} by {' and '.join(by)}"
    found = list(_profiles(name, by, profile, sizes)) if profile else []
    printed: dict[Dims, list[ResultId]] = {}
    for result in profile:
        for cell in result.cells:
            printed.setdefault(group_of(cell), []).append(result.id_of(cell))
    questions: dict[str, list[Result]] = {}
    for result in results:
        if question_of(result):
            questions.setdefault(question_of(result), []).append(result)
    for question, asked in questions.items():
        for title, part in _parts(question, asked):
            table = _question_table(f"{title}, {name}", part, sizes, printed)
            if table is None:
                loose += part
            else:
                found.append(table)
    return found


def _sizes(profile: Result) -> dict[Dims, int]:
    return {group_of(cell): cell.count or 0 for cell in profile.cells}


def group_of(cell: Cell) -> Dims:
    """The background of the people that a cell counts."""
    return tuple(sorted(one for one in cell.dims if one[0] != "answer"))


def _profiles(
    name: str, by: tuple[str, ...], profile: Sequence[Result], sizes: Mapping[Dims, int]
) -> Iterator[Table]:
    """One row: people by group. Pairs of one dim with itself have two known totals, within and across."""
    paired = len(by) == 2 and by[1].rstrip("2") == by[0].rstrip("2")
    parts = [lambda g: g[0][1] == g[1][1], lambda g: g[0][1] != g[1][1]] if paired else [lambda g: True]
    for part in parts:
        groups = tuple(group for group in sizes if part(group))
        if not groups:
            continue
        counts = np.array([[sizes[group] for group in groups]], dtype=np.int64)
        table = Table(name, profile[0].universe, "", groups, ("all",), counts)
        place = {group: i for i, group in enumerate(groups)}
        for result in profile:
            for cell in result.cells:
                if group_of(cell) in place:
                    one = Sum(place[group_of(cell)], (0,))
                    table.published.setdefault(one, []).append(result.id_of(cell))
        yield table


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


def _question_table(
    name: str, asked: Sequence[Result], sizes: Mapping[Dims, int], printed: Mapping[Dims, list[ResultId]]
) -> Table | None:
    """The table of a question; None when its results do not add up to one."""
    full = next((one for one in asked if "answer" in one.dims), asked[0])
    whole = "answer" in full.dims
    inside = codes_of(full.numerator)
    rows = tuple(dict.fromkeys(_answer(c) for c in full.cells)) if whole else ("in", "out")
    groups = tuple(dict.fromkeys(group_of(c) for one in asked for c in one.cells))
    counts = np.zeros((len(rows), len(groups)), dtype=np.int64)
    base_codes = codes_of(full.denominator) if whole else rows
    base = tuple(i for i, row in enumerate(rows) if row in base_codes)
    table = Table(name, full.universe, question_of(full), groups, rows, counts, base)
    place = {group: i for i, group in enumerate(groups)}
    for cell in full.cells:
        group = place[group_of(cell)]
        if whole:
            counts[rows.index(_answer(cell)), group] = cell.count or 0
        else:
            counts[:, group] = (cell.count or 0, (cell.base or 0) - (cell.count or 0))
    for result in asked:
        if not _publish(table, result, place, inside if not whole else ()):
            return None
    return _with_missing(table, sizes, printed) if sizes else table


def _answer(cell: Cell) -> str:
    return dict(cell.dims)["answer"]


def _publish(table: Table, result: Result, place: Mapping[Dims, int], inside: Collection[str]) -> bool:
    """Enter a result's cells; False when a number is not the sum that its key says."""
    for cell in result.cells:
        wanted = (_answer(cell),) if "answer" in result.dims else codes_of(result.numerator)
        if inside:
            wanted = ("in",)
        elif not set(wanted) <= set(table.rows):
            return False
        one = Sum(place[group_of(cell)], tuple(i for i, row in enumerate(table.rows) if row in wanted))
        base = table.base_of(one.group)
        based = bool(result.denominator)
        if table.value(one) != cell.count or (based and base and table.value(base) != cell.base):
            return False
        table.published.setdefault(one, []).append(result.id_of(cell))
        if based:
            table.based.add(one)
    return bool(table.base)


def _with_missing(
    table: Table, sizes: Mapping[Dims, int], printed: Mapping[Dims, list[ResultId]]
) -> Table | None:
    """The same table with those who did not answer as its last row."""
    whole = np.array([sizes.get(group, 0) for group in table.groups], dtype=np.int64)
    missing = whole - table.counts.sum(axis=0)
    if (missing < 0).any():
        return None
    table.counts = np.vstack([table.counts, missing])
    table.rows = (*table.rows, MISSING)
    table.sizes_known = True
    for place, group in enumerate(table.groups):
        table.published[table.size_of(place)] = printed.get(group, [])
    return table
