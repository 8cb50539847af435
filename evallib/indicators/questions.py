"""A survey item as results: distribution, top shares, median, balance, overall and by background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evallib.indicators.bench import Bench, Maker
from evallib.measures.distributions import (
    Answers,
    Mask,
    answers,
    balance,
    distribution,
    median,
    top_share,
)
from evallib.measures.records import counted
from evallib.results import Cell, Dims, Kind, Result

_Measured = Callable[[Dims, Mask | None], Sequence[Cell]]


@dataclass(frozen=True)
class Question:
    """One item (or subitem) of one survey, ready to be measured. name: how its measures begin."""

    bench: Bench
    make: Maker
    survey: str
    one: Answers
    name: str

    @property
    def asked(self) -> str:
        return f"answer:{self.one.series}"

    def distribution(self, by: str = "") -> Result:
        """Counts by option."""

        def measured(dims: Dims, among: Mask | None) -> Sequence[Cell]:
            return distribution(self.one, dims=dims, among=among)

        return self.make(
            self.name,
            Kind.COUNT,
            self._cells(measured, by),
            unit="answers",
            method="distribution",
            function="distributions.distribution",
            dims=("answer", by) if by else ("answer",),
            numerator=((self.asked, self.one.codes),),
            denominator=((self.asked, self.one.base_codes),),
            protected=bool(by),
        )

    def n(self, by: str = "") -> Result:
        """How many answered."""

        def measured(dims: Dims, among: Mask | None) -> Sequence[Cell]:
            whole = self.one.index if among is None else self.one.index[among]
            return (counted(self.one.base(among), len(whole), dims),)

        return self.make(
            f"{self.name}_n",
            Kind.COUNT,
            self._cells(measured, by),
            unit="answers",
            method="distribution",
            function="distributions.Answers.base",
            dims=(by,) if by else (),
            numerator=((self.asked, self.one.base_codes),),
            protected=bool(by),
        )

    def share(self, codes: Sequence[str] | None = None, measure: str = "", by: str = "") -> Result:
        """Share of substantive answers in ``codes`` (the two highest by default)."""
        bench, wanted = self.bench, tuple(self.one.top() if codes is None else codes)
        population = bench.population(self.survey) if not by else None

        def measured(dims: Dims, among: Mask | None) -> Sequence[Cell]:
            return (
                top_share(self.one, wanted, dims=dims, among=among, population=population, **bench.rules),
            )

        return self.make(
            measure or f"{self.name}_top2",
            Kind.SHARE,
            self._cells(measured, by),
            unit="share of answers",
            method=bench.share_method(self.survey, population),
            function="distributions.top_share",
            dims=(by,) if by else (),
            numerator=((self.asked, wanted),),
            denominator=((self.asked, self.one.base_codes),),
            protected=bool(by),
        )

    def median(self, measure: str = "", by: str = "") -> Result:
        """Median on the item's scale."""

        def measured(dims: Dims, among: Mask | None) -> Sequence[Cell]:
            return (median(self.one, dims=dims, among=among),)

        return self.make(
            measure or f"{self.name}_median",
            Kind.MEDIAN,
            self._cells(measured, by),
            unit="scale value",
            method="median",
            function="distributions.median",
            dims=(by,) if by else (),
            denominator=((self.asked, self.one.base_codes),),
            protected=bool(by),
        )

    def balance(self, measure: str = "balance") -> Result:
        """Per cent above the middle minus per cent below it."""
        population = self.bench.population(self.survey)
        return self.make(
            measure,
            Kind.BALANCE,
            balance(self.one, floor=self.bench.floor, population=population),
            unit="points",
            method="balance_fpc" if population else "balance",
            function="distributions.balance",
            denominator=((self.asked, self.one.base_codes),),
        )

    def scale_results(self, *by: str) -> list[Result]:
        """All measures of a scale item; by background its distribution, base and top share."""
        overall = [self.distribution(), self.n(), self.share(), self.median()]
        return overall + [
            found for dim in by for found in (self.distribution(dim), self.n(dim), self.share(by=dim))
        ]

    def _cells(self, measured: _Measured, by: str) -> list[Cell]:
        if not by:
            return list(measured((), None))
        groups = self.bench.groups(by, self.bench.background(self.survey, by))
        return [cell for code, among in groups.items() for cell in measured(((by, code),), among)]


def question(bench: Bench, make: Maker, survey: str, series: str, sub: str = "", name: str = "") -> Question:
    """An item of a survey, by its series."""
    one = answers(bench.survey(survey), series, sub)
    return Question(bench, make, survey, one, name or one.series.lower())
