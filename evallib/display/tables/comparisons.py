"""Annex A: the comparisons that were declared before the freeze, each with its method and its people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evallib.display import i18n, numbers
from evallib.display.edition import EMPTY, Cells, Edition
from evallib.display.publication import CellText, TableData
from evallib.plan.model import Comparison
from evallib.results import Kind, ReleasedCell

_BETWEEN_WAVES = ("shares", "balances")


def declared(e: Edition) -> TableData:
    """TA.6: a declared comparison a row, as it came out or why it was not made; pairs of several groups
    below it. Changes and effects carry their sign; beside pairs stand those who answered only once. What was
    added or changed after the first freeze says so.
    """
    rows: list[Cells] = []
    late = _late(e)
    for one in e.publication.plan.comparisons:
        rows.append(_row(e, one, late))
        rows += _pairs(e, one)
    if not rows:
        raise e.nothing("TA.6.none")
    spec = ("comparison", "method", "n:count", "change:number", "effect:number", "likely")
    columns = e.columns(*spec, "p:number", "dropouts:count", "newcomers:count")
    note = " ".join(e.t(key) for key in ("TA.6.note", "TA.6.late_note")[: 2 if late else 1])
    return e.table("TA.6", e.t("TA.6.title"), columns, rows, note)


def _late(e: Edition) -> set[str]:
    """Codes of the plan's comparisons that were added or changed when data had been frozen."""
    told = e.released.facts.get("plan_changes")
    changes = [one for one in told if one["change"] != "removed"] if isinstance(told, list) else []
    codes = {one.code for one in e.publication.plan.comparisons}
    return codes & {str(one["comparison"]["code"]) for one in changes}


def _row(e: Edition, one: Comparison, late: set[str]) -> Cells:
    stem = f"{one.indicator}.{one.stem}"
    change, effect, p = (e.cell(stem + tail) for tail in ("", "_effect", "_p"))
    main = change or effect
    uncertain = change if one.kind in _BETWEEN_WAVES else effect
    name = comparison_name(e, one)
    return (
        e.t("TA.6.late", name=name) if one.code in late else name,
        _method(e, main),
        e.base(main),
        _signed(e, change),
        _signed(e, effect) if one.kind != "several" else e.show(effect),
        CellText(_likely(e, uncertain), ids=(str(uncertain.id),) if uncertain else ()),
        e.show(p),
        e.show(e.cell(f"{stem}_dropouts")),
        e.show(e.cell(f"{stem}_newcomers")),
    )


def _pairs(e: Edition, one: Comparison) -> Iterator[Cells]:
    """Of several groups the p of each pair."""
    if one.kind != "several":
        return
    named = re.compile(rf"{one.stem}_(\w+)_(\w+)_p")
    for cell in e.released.cells.values():
        found = named.fullmatch(cell.id.measure)
        if found and cell.id.indicator == one.indicator and cell.id.period == e.period:
            first, second = (e.label(one.group[0], code) for code in found.groups())
            words = e.t("TA.6.pair", first=first, second=second)
            blank = (EMPTY,) * 3
            yield (words, _method(e, cell), e.base(cell), *blank, e.show(cell), EMPTY, EMPTY)


def comparison_name(e: Edition, one: Comparison) -> str:
    """What is compared, in words: the item, and whom or what with whom."""
    item = e.item(one.series.lower(), one.sub)
    dim, code = one.group
    known: dict[str, str] = {"item": item, "before": e.before.period if e.before else "–", "now": e.period}
    if one.kind == "groups":
        known["group"] = e.inner(dim, code)
    key = (
        "experienced"
        if one.experienced
        else {"groups": "groups", "several": "several"}.get(one.kind, "waves")
    )
    return e.t(f"TA.6.{key}", **known)


def _method(e: Edition, cell: ReleasedCell | None) -> str:
    key = f"TA.6.method.{cell.method}" if cell else ""
    return e.t(key) if i18n.has(key) else EMPTY.text


def _likely(e: Edition, cell: ReleasedCell | None) -> str:
    """The interval; that of a difference of shares in percentage points, each end with its sign."""
    if cell is None or not e.between(cell) or cell.interval is None or cell.kind is not Kind.SHARE:
        return e.between(cell)
    low, high = (100 * end for end in cell.interval)
    between = numbers.interval(low, high, Kind.BALANCE, e.language)
    return e.t("word.points", n=between)


def _signed(e: Edition, cell: ReleasedCell | None) -> CellText:
    """A change with its sign, of shares in percentage points."""
    shown = e.show(cell)
    if cell is None or shown.value is None:
        return shown
    words = shown.text
    if cell.kind is Kind.SHARE:
        words = e.t("word.points", n=e.amount(shown.value * 100))
    if shown.value > 0 and not words.startswith("+"):
        words = f"+{words}"
    return CellText(words, shown.value, shown.ids)
