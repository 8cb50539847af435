"""Annex B: each indicator over all periods, from its baseline on, and how far its numbers can be compared."""

from __future__ import annotations

from evallib.codebook.model import Comparable
from evallib.display.edition import EMPTY, Cells, Edition
from evallib.display.publication import CellText, TableData
from evallib.display.tables.scorecard import headline_id
from evallib.plan.model import Baseline, Indicator, TargetForm
from evallib.results import Colour

_WORST = (Comparable.NO, Comparable.PARTLY)


def over_periods(e: Edition) -> TableData:
    """TB.2: per indicator baseline, every period's headline, the sum since the start, comparability."""
    periods = [f"={one.period}:number" for one in e.releases]
    columns = e.columns("code", "indicator", "baseline:number", *periods, "cumulative:number", "comparable")
    rows: list[Cells] = []
    for one in e.publication.plan.indicators:
        name = headline_id(one)
        trend = [e.show(cell) for _, cell in e.history(name)]
        whole = e.show(e.cell(f"{name}_cumulative"))
        rows.append((one.code, one.name[e.language], _baseline(e, one), *trend, whole, _comparable(e, one)))
    return e.table("TB.2", e.t("TB.2.title"), columns, rows, e.t("TB.2.note"))


def _baseline(e: Edition, indicator: Indicator) -> CellText:
    """Zero (of sums always), what a judged change was measured from, or the first period that tells it."""
    if indicator.baseline is Baseline.ZERO or indicator.target is TargetForm.SUM:
        return CellText(e.amount(0), 0.0)
    if indicator.baseline is Baseline.NONE:
        return EMPTY
    cell, found = e.cell(headline_id(indicator)), e.judged(indicator.code)
    judged = found is not None and found.colour is not Colour.GREY and found.measured is not None
    if indicator.target is TargetForm.CHANGE and judged and cell is not None and cell.shown:
        assert found is not None and found.measured is not None and cell.value is not None
        start = cell.value - found.measured
        return CellText(e.amount(start, cell.kind), start, (str(cell.id),))
    told = (one for _, one in e.history(headline_id(indicator)) if one is not None and one.shown)
    return e.show(next(told, None))


def _comparable(e: Edition, indicator: Indicator) -> str:
    """The lowest grade of the questions behind it, as asked in this period; a changed way of measuring."""
    if any(
        cell is not None and cell.note == "method_changed" for _, cell in e.history(headline_id(indicator))
    ):
        return e.t("comparable.method")
    if not e.publication.earlier:
        return EMPTY.text
    asked = [source.partition(".") for source in indicator.sources]
    grades = {
        item.comparable
        for survey, _, series in asked
        if survey in e.publication.questionnaires
        for item in e.publication.questionnaires[survey].items
        if series in (item.series, item.code)
    }
    worst = next((one for one in _WORST if one in grades), Comparable.YES)
    return e.t(f"comparable.{worst.value}")
