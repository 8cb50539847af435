"""Results: the numbers of the evaluation, each with an id, a base and the rule that made it.

Ids follow one grammar, ``PERIOD/INDICATOR.measure[dim=code,dim=code]``, as in
``2025/I24.participations[region=FI1D7]``; figures and tables are ``2025/F4.2`` and ``2025/T6.1``.
A :class:`Result` is what a measure computes; only the door out of :mod:`evallib.privacy` turns it
into :class:`ReleasedCell`, and nothing but a :class:`Released` can be drawn, tabulated or worded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from evallib.errors import UsageError, nearest, text

Dims = tuple[tuple[str, str], ...]
Key = tuple[tuple[str, tuple[str, ...]], ...]

_PERIOD = r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}"
_CODE = r"[A-Za-z0-9_.+:-]+"
_ID = re.compile(
    rf"(?P<period>{_PERIOD})/(?P<indicator>[A-Z][A-Z0-9]*)\.(?P<measure>[a-z][a-zA-Z0-9_]*)"
    rf"(?:\[(?P<dims>[a-z][a-z0-9_]*={_CODE}(?:,[a-z][a-z0-9_]*={_CODE})*)\])?"
)
_DISPLAY_ID = re.compile(rf"(?P<period>{_PERIOD})/(?P<name>[TF][A-F0-9]+\.[0-9]+)")


@dataclass(frozen=True, order=True)
class ResultId:
    """The name of one cell. Dims are kept sorted by name, so that one cell has one spelling."""

    period: str
    indicator: str
    measure: str
    dims: Dims = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "dims", tuple(sorted(self.dims)))

    def __str__(self) -> str:
        tail = ",".join(f"{dim}={code}" for dim, code in self.dims)
        return f"{self.period}/{self.indicator}.{self.measure}" + (f"[{tail}]" if tail else "")

    @classmethod
    def parse(cls, written: str) -> ResultId:
        """Read an id; raises :class:`UsageError` naming the grammar when it does not fit."""
        match = _ID.fullmatch(written.strip())
        if not match:
            raise UsageError(
                text("{id} is not a result id", id=repr(written)),
                expected=text("PERIOD/INDICATOR.measure[dim=code,dim=code], as 2025/I20.persons"),
            )
        pairs = [part.split("=", 1) for part in (match["dims"] or "").split(",") if part]
        return cls(match["period"], match["indicator"], match["measure"], tuple((d, c) for d, c in pairs))


def parse_display_id(written: str) -> tuple[str, str] | None:
    """(period, name) of a figure or table id such as ``2025/F4.2``; None when it is something else."""
    match = _DISPLAY_ID.fullmatch(written.strip())
    return (match["period"], match["name"]) if match else None


class Kind(StrEnum):
    """What a value is, which decides its printed form."""

    COUNT = "count"  # whole things or people
    SHARE = "share"  # 0–1, printed as percent
    MEDIAN = "median"
    MEAN = "mean"
    INDEX = "index"  # 0–1, printed with two decimals
    BALANCE = "balance"  # −100…100 points
    AMOUNT = "amount"  # hours, days, full-time years
    P_VALUE = "p_value"
    EFFECT = "effect"


class SourceKind(StrEnum):
    """Independent kinds of evidence; grades count how many agree."""

    PARTICIPATION = "participation records"
    LOGS = "project logs"
    PARTNERS = "survey of partners"
    ENTREPRENEURS = "survey of entrepreneurs"
    PARTICIPANTS = "event feedback"
    STEERING = "steering group"
    ANALYTICS = "web and mail statistics"


Reports = tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Pairs:
    """The same people's answers in two waves, behind a change; only the door out reads it.

    values: the scale, lowest first; joint: pairs by (place then, place now); dropouts, newcomers: answers by
    place of those who answered in the earlier or in the later wave only.
    """

    values: tuple[float, ...]
    joint: tuple[tuple[int, ...], ...]
    dropouts: tuple[int, ...]
    newcomers: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """One number. ``value`` None = can't be said, and ``note`` says why in one stable word.

    count / base: people or things behind a share, or the count itself and the rows it was taken from.
    interval: 95 % unless the method says otherwise, on the scale of ``value``. people: how many different
    people at least are behind a count of what they did; None = each counts one. reports: of a sum of what
    people or firms reported, (who, which part, amount over zero); only the door out reads it.
    """

    dims: Dims = ()
    value: float | None = None
    count: int | None = None
    base: int | None = None
    interval: tuple[float, float] | None = None
    note: str = ""
    people: int | None = None
    reports: Reports = ()


@dataclass(frozen=True)
class Result:
    """What one measure gave for one period.

    dims: the names every cell's dims use, in printed order. universe: the set of people or things that
    was counted (``q1``, ``q2``, ``participations``, ``events``); results of one universe and period
    share people, which is what the masking plan works on. numerator / denominator: the categories
    besides the cell's own dims that make count and base, e.g. ``(("answer:T01", ("4", "5")),)``.
    made_from: backgrounds and their classes whose counts, once known, give this result; it leaves only where
    all of these may be known. unites: codes of the only dim that are sums of others, and of which; they are
    planned with the others. protected: True for anything about people by background; False for administrative
    counts and overall distributions. of_reports: whether the values are sums of what each of ``count`` people
    or firms reported, and no numbers of people. pairs: what a change of the same people was computed from.
    inputs: kinds of the frozen tables that were read.
    """

    period: str
    indicator: str
    measure: str
    kind: Kind
    unit: str
    cells: tuple[Cell, ...]
    dims: tuple[str, ...] = ()
    universe: str = ""
    numerator: Key = ()
    denominator: Key = ()
    made_from: Key = ()
    unites: Key = ()
    protected: bool = False
    of_reports: bool = False
    pairs: Pairs | None = None
    method: str = ""
    function: str = ""
    sources: tuple[SourceKind, ...] = ()
    inputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.of_reports and any(cell.reports for cell in self.cells):
            raise ValueError(f"{self.name} sums reports and does not say so (of_reports)")

    @property
    def name(self) -> str:
        return f"{self.period}/{self.indicator}.{self.measure}"

    def id_of(self, cell: Cell) -> ResultId:
        return ResultId(self.period, self.indicator, self.measure, cell.dims)


class Mask(StrEnum):
    """Why a released cell is hidden."""

    SMALL = "small"  # fewer people than the threshold
    SECONDARY = "secondary"  # would give a hidden cell away
    GROUP = "group"  # everyone in the group answered alike
    DEPENDENT = "dependent"  # computed from a hidden cell
    WITHHELD = "withheld"  # no mask suffices: the whole table
    LATE = "late"  # late answers wait


@dataclass(frozen=True)
class ReleasedCell:
    """A cell that may be shown. Masked: ``mask`` set and every number None.

    rounded: count and base are the nearest multiples of this (see :mod:`evallib.results.rounding`), and a
    share is made of these two; 0 = exact.
    """

    id: ResultId
    kind: Kind
    unit: str
    value: float | None
    count: int | None
    base: int | None
    interval: tuple[float, float] | None
    note: str
    mask: Mask | None
    protected: bool
    method: str
    function: str
    sources: tuple[SourceKind, ...]
    inputs: tuple[str, ...]
    rounded: int = 0

    @property
    def shown(self) -> bool:
        return self.mask is None and self.value is not None


class Colour(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True)
class Assessment:
    """An indicator, evaluation question or theme against what was agreed.

    subject: "I20", "EQ4", "innovation". reason: a stable word with values (``no_target``,
    ``small_base``, ``at_or_over``, …) that the display words per language. measured / target: numbers on
    the scale of the headline measure. grade: A, B, C or "" (questions and themes only). down: less is better.
    """

    subject: str
    colour: Colour
    reason: str
    cell: str = ""  # id of the headline cell
    measured: float | None = None
    target: float | None = None
    grade: str = ""
    grade_reason: str = ""
    down: bool = False


def release_label(number: int, variant: int) -> str:
    """A release as printed; its second set of products is 3.2."""
    return f"{number}.{variant}" if variant > 1 else str(number)


@dataclass(frozen=True)
class Released:
    """Everything one release may show: cells, assessments, and facts that are no measurement.

    facts: plain JSON values (source table, decisions, cases, project identity …) that passed the door.
    """

    period: str
    number: int
    cells: Mapping[ResultId, ReleasedCell]
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)

    def __getitem__(self, written: str | ResultId) -> ReleasedCell:
        """The cell with this id (with or without its period); an unknown id names the nearest."""
        wanted = self._id(written)
        if wanted in self.cells:
            return self.cells[wanted]
        close = nearest(str(wanted), [str(known) for known in self.cells])
        raise UsageError(
            text("There is no result {id} in this release", id=str(wanted)),
            repair=text("The nearest id is {id}", id=close) if close else "",
        )

    def get(self, written: str | ResultId) -> ReleasedCell | None:
        """The cell, or None when the release has none of that name."""
        return self.cells.get(self._id(written))

    def _id(self, written: str | ResultId) -> ResultId:
        if isinstance(written, ResultId):
            return written
        return ResultId.parse(written if "/" in written else f"{self.period}/{written}")

    def series(self, indicator: str, measure: str) -> Iterator[ReleasedCell]:
        """All cells of one measure of this period, in the order they were computed."""
        asked = (self.period, indicator, measure)
        for one, cell in self.cells.items():
            if (one.period, one.indicator, one.measure) == asked:
                yield cell
