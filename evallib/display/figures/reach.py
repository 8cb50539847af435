"""Who was reached: participations by month and by region."""

from __future__ import annotations

from evallib.display import about, numbers
from evallib.display.bases import records_base
from evallib.display.edition import Cells, Edition, code, key, series
from evallib.display.figures.common import drawing, legend_hidden
from evallib.display.house import ACCENT, EARLIER, INK, SOFT, WIDTH, Sheet, shortened, width_of
from evallib.display.publication import Drawing, TableData, plain
from evallib.results import ReleasedCell

_LABEL = 72.0  # mm, the room for a name; the whole one stands in the data table
_ROW = 4.2  # mm from region to region: all of them and the months fit one page


def by_month(e: Edition) -> Drawing:
    """F6.1: participations month by month, the earlier period's months as a mark on each bar."""
    cells = sorted(e.series("I20.by_month", "month"), key=lambda one: code(one, "month"))
    peak = max((one for one in cells if one.shown), key=lambda one: one.value or 0, default=None)
    if peak is None or not peak.value:
        raise e.nothing()
    total = e.cell("I20.participations")
    sheet = Sheet(62)
    past = series(e.before, "I20.by_month", "month") if e.before else []
    before = {_month(one): one for one in past}
    _columns(e, sheet, cells, before)
    title = e.p("F6.1.title", month=_month_name(e, peak), n=e.span(peak), total=e.span(total))
    data = _month_table(e, cells, before, plain(title))
    base = records_base(e, "participations", e.cell("I19.events"))
    return drawing(e, "F6.1", sheet, title, base, data, "columns")


def _month(cell: ReleasedCell) -> int:
    """The month of the year, from ``03`` as from ``2025-03``."""
    return int(code(cell, "month").rsplit("-", 1)[-1])


def _month_name(e: Edition, cell: ReleasedCell) -> str:
    return e.t(f"month.{_month(cell)}")


def _columns(e: Edition, sheet: Sheet, cells: list[ReleasedCell], before: dict[int, ReleasedCell]) -> None:
    values = [one.value or 0 for one in [*cells, *before.values()] if one.shown]
    top, floor, room = max(values) or 1, 54.0, 42.0
    step = (WIDTH - 6) / max(len(cells), 1)
    boxes, marks = [], []
    for place, cell in enumerate(cells):
        x = 3 + place * step
        middle = x + step / 2
        sheet.write(middle, floor + 4, numbers.month(_month(cell), e.language), "center")
        if not cell.shown:
            sheet.hidden(middle - 4.5, floor - 3.4)
            continue
        height = room * (cell.value or 0) / top
        boxes.append((x + step * 0.16, floor - height, step * 0.68, height))
        past = before.get(_month(cell))
        if past is not None and past.shown:
            level = floor - room * (past.value or 0) / top
            marks.append([(x + step * 0.06, level), (x + step * 0.94, level)])
        label = floor - height - 2.6
        if marks and label - 2.5 < marks[-1][0][1] < floor - height and marks[-1][0][0] > x:
            label = marks[-1][0][1] - 2.6  # not across the mark
        sheet.write(middle, label, e.text(cell), "center", bold=True)
    sheet.bars(boxes)
    sheet.lines(marks, INK, 1.4)
    sheet.lines([[(3, floor), (WIDTH - 3, floor)]], SOFT)
    if marks and e.before:
        _key(sheet, e, 3.0, [(21, 3), (25, 3)])


def _key(sheet: Sheet, e: Edition, y: float, mark: list[tuple[float, float]]) -> None:
    """What bar and mark stand for; the mark lies as it does in the picture."""
    assert e.before is not None
    sheet.bars([(3, y - 1.5, 5, 3)])
    sheet.write(9.5, y, e.period)
    sheet.lines([mark], INK, 1.6)
    sheet.write(26, y, e.before.period)


def _month_table(
    e: Edition, cells: list[ReleasedCell], before: dict[int, ReleasedCell], title: str
) -> TableData:
    columns = e.columns("month", f"={e.period}:count", *(e.past("count") if before else ()))
    rows: list[Cells] = []
    for cell in cells:
        past = (e.show(before.get(_month(cell))),) if before else ()
        rows.append((_month_name(e, cell), e.show(cell), *past))
    return e.table("F6.1", title, columns, rows)


def by_region(e: Edition) -> Drawing:
    """F6.2: participations by region, largest first; hidden ones are hatched, greater regions below them."""
    cells = sorted(e.series("I24.participations", "region"), key=lambda one: _region_order(e, one))
    shown = [one for one in cells if one.shown and code(one, "region") not in ("nat", "unknown")]
    if not shown or not shown[0].value:
        raise e.nothing()
    masked = any(one.mask is not None for one in cells)
    sheet = Sheet(10 + _ROW * len(cells) + (7 if masked else 0))
    _region_bars(e, sheet, cells)
    if masked:
        legend_hidden(e, sheet, sheet.height - 4, [str(one.id) for one in cells if one.mask is not None])
    reached = e.cell("I24.regions")
    most = [
        one for one in shown if one.value == shown[0].value and not e.parts("region", code(one, "region"))
    ]
    name = ", ".join(e.label("region", code(one, "region")) for one in most)
    of = e.amount(reached.base) if reached and reached.shown and reached.base else ""
    key_of_title = "F6.2.title" if of else "F6.2.title_short"
    if masked:  # a hidden number may be the largest
        key_of_title += "_masked"
    places = {"regions": e.span(reached), "of": of, "least": about.threshold(e)}
    title = e.p(key_of_title, region=name, n=e.span(shown[0]), **places)
    columns = e.columns("region", f"={e.period}:count", *e.past("count"))
    rows: list[Cells] = [
        (e.label("region", code(cell, "region")), e.show(cell), *e.past_cell(key(cell))) for cell in cells
    ]
    data = e.table("F6.2", plain(title), columns, rows)
    base = records_base(e, "participations", e.cell("I19.events"))
    base = " ".join([base, *e.together(str(one.id) for one in cells)])
    return drawing(e, "F6.2", sheet, title, base, data, "bars")


def _region_order(e: Edition, cell: ReleasedCell) -> tuple[int, float, str]:
    place = code(cell, "region")
    group = {"nat": 3, "unknown": 4}.get(place, 2 if e.parts("region", place) else 0 if cell.shown else 1)
    return group, -(cell.value or 0), place


def _region_bars(e: Edition, sheet: Sheet, cells: list[ReleasedCell]) -> None:
    past = {key(one): e.earlier(key(one)) for one in cells}
    values = [one.value or 0 for one in [*cells, *past.values()] if one is not None and one.shown]
    labels = {code(one, "region"): shortened(e.label("region", code(one, "region")), _LABEL) for one in cells}
    left = max(45.0, *(3 + width_of(one) for one in labels.values()))
    room = 145.0 - left
    top = max(values) or 1
    boxes, marks, colours = [], [], []
    for line, cell in enumerate(cells):
        y = 9 + _ROW * line
        region = code(cell, "region")
        sheet.write(left - 2, y + 1.6, labels[region], "right")
        if not cell.shown:
            sheet.hidden(left, y)
            continue
        length = room * (cell.value or 0) / top
        boxes.append((left, y, length, 3.2))
        aside = region in ("nat", "unknown") or e.parts("region", region)
        colours.append(EARLIER if aside else ACCENT)
        before = past[key(cell)]
        end = length
        if before is not None and before.shown:
            mark = room * (before.value or 0) / top
            marks.append([(left + mark, y - 0.4), (left + mark, y + 3.6)])
            if length - 1 < mark < length + 2.5 + width_of(e.text(cell)):
                end = mark  # not across the mark
        sheet.write(left + end + 1.5, y + 1.6, e.text(cell))
    sheet.bars(boxes, colours)
    sheet.lines(marks, INK, 1.6)
    sheet.lines([[(left, 8), (left, 9 + _ROW * len(cells))]], SOFT)
    if marks:
        _key(sheet, e, 3.0, [(24, 1.2), (24, 4.8)])
