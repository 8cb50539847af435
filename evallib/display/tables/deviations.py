"""Annex A: where the evaluation went another way than the plan declared before the freeze, and why."""

from __future__ import annotations

from collections.abc import Iterator

from evallib.display.edition import EMPTY, Cells, Edition
from evallib.display.publication import CellText, TableData
from evallib.display.tables.comparisons import comparison_name
from evallib.display.tables.record import chosen_rule, rule
from evallib.plan.model import Comparison


def deviations(e: Edition) -> TableData:
    """TA.8: declared comparisons that were not made or are hidden, and comparisons and rules changed after
    the first freeze, each with its reason; a row says so where there are none."""
    rules = list(_rules(e))
    if not e.publication.plan.comparisons and not e.released.facts.get("plan_changes") and not rules:
        raise e.nothing("TA.6.none")
    rows = [*_not_made(e), *_changed(e), *rules, *_noted(e)] or [(e.t("TA.8.all"), e.t("TA.8.none"), EMPTY)]
    return e.table(
        "TA.8", e.t("TA.8.title"), e.columns("comparison", "deviation", "reason"), rows, e.t("TA.8.note")
    )


def _not_made(e: Edition) -> Iterator[Cells]:
    for one in e.publication.plan.comparisons:
        stem = f"{one.indicator}.{one.stem}"
        tail = "" if one.kind in ("shares", "balances") else "_p"
        cell = e.cell(f"{stem}{tail}")
        if cell is None:
            yield (comparison_name(e, one), e.t("TA.8.not_made"), e.t("note.no_data"))
        elif not cell.shown:
            what = "TA.8.hidden" if cell.mask is not None else "TA.8.not_made"
            ids = (str(cell.id),)
            why = e.text(cell) if cell.mask is None else e.t("TA.8.masked")
            n = e.base(cell).text if cell.base else ""
            told = e.t("TA.8.why", why=why, n=n) if n else why
            yield (comparison_name(e, one), e.t(what), CellText(told, ids=ids))


def _changed(e: Edition) -> Iterator[Cells]:
    """Changes after the first freeze; the evaluator's reason, else that none was given."""
    reasons = {one.comparison: one.reason[e.language] for one in e.publication.plan.deviations}
    told = e.released.facts.get("plan_changes")
    for record in told if isinstance(told, list) else []:
        one = Comparison.model_validate(record["comparison"])
        what = e.t(f"TA.8.{record['change']}", freeze=record["freeze"], date=e.day(record["date"]))
        yield (comparison_name(e, one), what, reasons.get(one.code, e.t("TA.8.no_reason")))


def _rules(e: Edition) -> Iterator[Cells]:
    """Rules that shape every number, as the floors: changed when data had been frozen."""
    reasons = {one.comparison: one.reason[e.language] for one in e.publication.plan.deviations}
    told = e.released.facts.get("rule_changes")
    for record in told if isinstance(told, list) else []:
        name = str(record["rule"])
        was, now = (chosen_rule(e, name, record[key]) for key in ("was", "now"))
        when = {"freeze": record["freeze"], "date": e.day(record["date"])}
        what = e.t("TA.8.rule", was=was or EMPTY.text, now=now or EMPTY.text, **when)
        yield (rule(e, name), what, reasons.get(name, e.t("TA.8.no_reason")))


def _noted(e: Edition) -> Iterator[Cells]:
    """Reasons for something that the freezes do not show, such as a change before the first one."""
    told = e.released.facts.get("plan_changes")
    changed = {one["comparison"]["code"] for one in told} if isinstance(told, list) else set()
    rules = e.released.facts.get("rule_changes")
    changed |= {one["rule"] for one in rules} if isinstance(rules, list) else set()
    names = {one.code: comparison_name(e, one) for one in e.publication.plan.comparisons}
    for one in e.publication.plan.deviations:
        if one.comparison not in changed:
            yield (names.get(one.comparison, one.comparison), e.t("TA.8.noted"), one.reason[e.language])
