"""Annex A: who answered of those asked, what weights change, how well the items of scales hang together."""

from __future__ import annotations

from collections.abc import Iterator

from evallib.display.edition import Cells, Edition, code
from evallib.display.publication import CellText, TableData
from evallib.plan.model import Weighting
from evallib.results import Kind, ReleasedCell


def by_class(e: Edition) -> TableData:
    """TA.2: by class of what is known of everybody: asked, answered, share; per survey what weights cost."""
    declared = _declared(e)
    rows: list[Cells] = []
    for one in declared:
        for dim in one.margins:
            for cell in e.series(f"RESP.{one.survey}_rate_{dim}", f"{dim}_class"):
                words = e.label(f"{dim}_class", code(cell, f"{dim}_class"))
                rows.append(
                    (e.label("survey", one.survey), words, e.base(cell), _count(e, cell), e.show(cell))
                )
    columns = e.columns("survey", "group", "invited:count", "answered:count", "rate:share")
    cost = " ".join(_cost(e, declared))
    return e.table("TA.2", e.t("TA.2.title"), columns, rows, cost, grouped=len(declared) > 1)


def weighted(e: Edition) -> TableData:
    """TA.3: the declared items' share of the two highest answers: without, with weights, early, late."""
    declared = _declared(e)
    rows: list[Cells] = []
    for one in declared:
        for series in one.items:
            stem = f"RESP.{one.survey}_{series.lower()}"
            plain, made = e.cell(f"{stem}_top2"), e.cell(f"{stem}_weighted")
            when = [e.show(e.cell(f"{stem}_when[timing={time}]")) for time in ("early", "late")]
            likely = CellText(e.between(made), ids=(str(made.id),) if made else ())
            rows.append((e.item(series.lower()), e.show(plain), e.show(made), likely, *when, e.base(plain)))
    spec = ("item", "unweighted:share", "weighted:share", "likely", "early:share", "late:share", "n:count")
    return e.table("TA.3", e.t("TA.3.title"), e.columns(*spec), rows, e.t("TA.3.note"))


def scales(e: Edition) -> TableData:
    """TA.4: per declared scale its items, people who answered all, alpha, omega, lowest item–rest."""
    rows: list[Cells] = []
    for one in e.publication.plan.scales:
        alpha, omega = e.cell(f"SCALE.{one.code}_alpha"), e.cell(f"SCALE.{one.code}_omega")
        rest = [cell for cell in e.series(f"SCALE.{one.code}_rest", "item") if cell.shown]
        lowest = min(rest, key=lambda cell: cell.value or 0.0, default=None)
        items = ", ".join(f"{item} −" if item in one.reversed else item for item in one.items)
        likely = CellText(e.between(alpha), ids=(str(alpha.id),) if alpha else ())
        rows.append(
            (one.name[e.language], items, e.base(alpha), e.show(alpha), likely, e.show(omega), e.show(lowest))
        )
    if not rows:
        raise e.nothing("TA.4.none")
    spec = ("scale", "items", "n:count", "alpha:index", "likely", "omega:index", "lowest_rest:index")
    return e.table("TA.4", e.t("TA.4.title"), e.columns(*spec), rows, e.t("TA.4.note"))


def _declared(e: Edition) -> tuple[Weighting, ...]:
    if not e.publication.plan.weights:
        raise e.nothing("TA.2.none")
    return e.publication.plan.weights


def _count(e: Edition, cell: ReleasedCell) -> CellText:
    if not cell.shown or cell.count is None or cell.rounded:
        return e.show(cell)
    return CellText(e.amount(cell.count), cell.count, (str(cell.id),))


def _cost(e: Edition, declared: tuple[Weighting, ...]) -> Iterator[str]:
    """How far the weights reach, or why there are none."""
    for one in declared:
        effective, deff, largest = (
            e.cell(f"RESP.{one.survey}_{name}") for name in ("effective", "deff", "largest")
        )
        survey = e.label("survey", one.survey)
        if effective is None or deff is None or largest is None:
            continue
        if not (effective.shown and deff.shown and largest.shown):
            yield e.t("TA.2.refused", survey=survey, why=e.text(effective))
            continue
        yield e.t(
            "TA.2.cost",
            survey=survey,
            n=e.amount(effective.base or 0),
            effective=e.amount(effective.value or 0),
            deff=e.amount(deff.value or 0, Kind.INDEX),
            largest=e.amount(largest.value or 0, Kind.INDEX),
        )
