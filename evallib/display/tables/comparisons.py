"""Annex A: the comparisons that were declared before the freeze, each with its method and its people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evallib.display import i18n
from evallib.display.edition import EMPTY, Cells, Edition
from evallib.display.publication import CellText, TableData
from evallib.plan.model import Comparison
from evallib.results import Kind, ReleasedCell

_BETWEEN_WAVES = ("shares", "balances")


def declared(e: Edition) -> TableData:
    """TA.6: a declared comparison a row, as it came out or why it was not made; pairs of several groups
    below it. Changes and effects carry their sign; beside pairs stand those who answered only once.
    """
    rows: list[Cells] = []
    for one in e.publication.plan.comparisons:
        rows.append(_row(e, one))
        rows += _pairs(e, one)
    if not rows:
        raise e.nothing("TA.6.none")
    spec = ("comparison", "method", "n:count", "change:number", "effect:number", "likely")
    columns = e.columns(*spec, "p:number", "dropouts:count", "newcomers:count")
    return e.table("TA.6", e.t("TA.6.title"), columns, rows, e.t("TA.6.note"))


def _row(e: Edition, one: Comparison) -> Cells:
    stem = f"{one.indicator}.{one.stem}"
    change, effect, p = (e.cell(stem + tail) for tail in ("", "_effect", "_p"))
    main = change or effect
    uncertain = change if one.kind in _BETWEEN_WAVES else effect
    return (
        comparison_name(e, one),
        _method(e, main),
        e.base(main),
        _signed(e, change),
        _signed(e, effect) if one.kind != "several" else e.show(effect),
        CellText(e.likely(uncertain), ids=(str(uncertain.id),) if uncertain else ()),
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
