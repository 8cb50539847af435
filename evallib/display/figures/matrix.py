"""Ties between sectors as a staircase of squares."""

from __future__ import annotations

from evallib.display.bases import survey_base
from evallib.display.edition import Cells, Edition, code
from evallib.display.figures.common import drawing, legend_hidden
from evallib.display.house import INK, PALE, Sheet
from evallib.display.publication import CellText, Drawing, TableData, plain
from evallib.results import ReleasedCell

_W, _H = 14.0, 8.0
_TINTS = ("#ffffff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6")  # black print stays readable on all


def sectors(e: Edition) -> Drawing:
    """F4.2: number of ties between each pair of sectors; within a sector on the stairs' edge."""
    cells = {_pair(one): one for one in e.series("I03.ties", "sector", "sector2")}
    named = list(dict.fromkeys(part for pair in cells for part in sorted(pair)))
    drawn = [one for one in cells.values() if one.shown and one.base != 0]
    if not drawn:
        raise e.nothing("nothing.survey", survey=e.label("survey", "q2"))
    order = sorted(named, key=lambda one: (one in ("oth", "unknown"), -_total(cells, one), one))
    masked = any(one.mask is not None for one in cells.values())
    sheet = Sheet(6 + _H * len(order) + (8 if masked else 0))
    _stairs(e, sheet, order, cells)
    if masked:
        legend_hidden(e, sheet, sheet.height - 4)
    share, expected = e.cell("I03.cross_share"), e.cell("I03.cross_expected")
    known = share is not None and share.shown
    wording = "F4.2.title" if known and expected and expected.shown else "F4.2.title_short"
    title = e.p(wording, share=e.span(share), expected=e.span(expected))
    data = _table(e, order, cells, plain(title))
    told = _told(e, cells)
    base, ties, counted = survey_base(e, "q2"), e.cell("I01.ties"), drawn[0].base
    if ties is not None and ties.shown and counted is not None and ties.value != counted:
        base += f" {e.t('F4.2.left_out', drawn=e.amount(counted), ties=e.text(ties))}"
    return drawing(e, "F4.2", sheet, title, base, data, "matrix", told)


def _told(e: Edition, cells: dict[frozenset[str], ReleasedCell]) -> list[str]:
    """The eight strongest pairs, then how many are hidden."""
    shown = sorted((one for one in cells.values() if one.shown), key=lambda one: -(one.value or 0))
    told = []
    for cell in shown[:8]:
        first, second = code(cell, "sector"), code(cell, "sector2")
        names = e.label("sector", first), e.label("sector", second)
        pair = names[0] if first == second else f"{names[0]} + {names[1]}"
        told.append(f"{pair} {e.text(cell)}")
    hidden = sum(1 for one in cells.values() if one.mask is not None)
    return told + ([f"{e.t('mask.hidden')} {e.amount(hidden)}"] if hidden else [])


def _pair(cell: ReleasedCell) -> frozenset[str]:
    return frozenset((code(cell, "sector"), code(cell, "sector2")))


def _total(cells: dict[frozenset[str], ReleasedCell], sector: str) -> float:
    return sum(one.value or 0 for pair, one in cells.items() if sector in pair and one.shown)


def _stairs(e: Edition, sheet: Sheet, order: list[str], cells: dict[frozenset[str], ReleasedCell]) -> None:
    most = max((one.value or 0 for one in cells.values() if one.shown), default=0) or 1
    for row, first in enumerate(order):
        y = 2 + row * _H
        for column, second in enumerate(order[: row + 1]):
            cell, x = cells.get(frozenset((first, second))), 2 + column * _W
            if cell is not None and cell.mask is not None:
                sheet.bars([(x, y, _W, _H)], "#ffffff", "#d8d8d8")
                sheet.hidden(x + 2.5, y + _H / 2 - 1.6)
                continue
            value = (cell.value or 0) if cell else 0
            tint = _TINTS[0 if not value else min(4, 1 + int(3.999 * value / most))]
            sheet.bars([(x, y, _W, _H)], tint if cell else PALE, "#ffffff" if value else "#d8d8d8")
            if cell:
                sheet.write(x + _W / 2, y + _H / 2, e.text(cell), "center", bold=first == second)
        end = 2 + (row + 1) * _W
        sheet.write(end + 2, y + _H / 2, e.label("sector", first), colour=INK)


def _table(e: Edition, order: list[str], cells: dict[frozenset[str], ReleasedCell], title: str) -> TableData:
    columns = e.columns("sector", *(f"={e.label('sector', s)}:count" for s in order))
    rows: list[Cells] = []
    for row, first in enumerate(order):
        line: list[CellText | str] = [e.label("sector", first)]
        for column, second in enumerate(order):
            cell = cells.get(frozenset((first, second)))
            line.append(e.show(cell) if column <= row else CellText(""))
        rows.append(tuple(line))
    return e.table("F4.2", title, columns, rows, e.t("F4.2.note"))
