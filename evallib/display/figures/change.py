"""Headline indicators over the years as small charts."""

from __future__ import annotations

from evallib.display.compare import Change, compare
from evallib.display.edition import Cells, Edition
from evallib.display.figures.common import drawing, legend_hidden
from evallib.display.house import ACCENT, LINE, RULE, SOFT, Sheet, shortened, wrap
from evallib.display.publication import Drawing, Span, TableData, plain
from evallib.plan.model import Indicator
from evallib.results import Kind, ReleasedCell

_ACROSS, _W = 5, 33.0
_NAME = 5  # lines of a panel's name at most
_LEAST_SPAN = {Kind.SHARE: 0.3, Kind.INDEX: 0.3, Kind.BALANCE: 40.0, Kind.MEDIAN: 2.0}
History = list[tuple[str, ReleasedCell | None]]


def headlines(e: Edition) -> Drawing:
    """F1.1: each headline indicator over the periods; a hidden or missing year is never bridged."""
    panels = _panels(e)
    if not panels:
        raise e.nothing()
    names = [_name(one.name[e.language]) for one, _ in panels]
    most = [max(map(len, names[at : at + _ACROSS])) for at in range(0, len(names), _ACROSS)]
    heights = [LINE * lines + 20 for lines in most]  # a row is as high as its longest name asks
    masked = any(cell is not None and cell.mask for _, told in panels for _, cell in told)
    sheet = Sheet(2 + sum(heights) + (6 if masked else 0))
    for place, (_, history) in enumerate(panels):
        row = place // _ACROSS
        x, y = 2 + (place % _ACROSS) * _W, 3 + sum(heights[:row])
        for number, line in enumerate(names[place]):
            sheet.write(x, y + number * LINE, line, bold=True)
        _panel(e, sheet, history, x, y + LINE * most[row])
    if masked:
        legend_hidden(e, sheet, sheet.height - 3.5)
    title = _title(e, panels)
    data = _table(e, panels, plain(title))
    base = e.t("base.source", period=e.period, source=e.label("source", "all"))
    return drawing(e, "F1.1", sheet, title, base, data, "multiples")


def _name(words: str) -> list[str]:
    """A name in lines that stay within their panel; the whole one stands in the data table."""
    lines = wrap(words, _W - 3, bold=True)
    kept = [*lines[: _NAME - 1], " ".join(lines[_NAME - 1 :])] if len(lines) > _NAME else lines
    return [shortened(one, _W - 3, bold=True) for one in kept]


def _panels(e: Edition) -> list[tuple[Indicator, History]]:
    """Scorecard indicators that have a value in some period."""
    told = [
        (one, e.history(f"{one.code}.{one.headline}"))
        for one in e.publication.plan.indicators
        if one.on_scorecard
    ]
    return [(one, past) for one, past in told if any(cell and cell.shown for _, cell in past)]


def _title(e: Edition, panels: list[tuple[Indicator, History]]) -> tuple[Span, ...]:
    table = e.id("T1.1")
    if e.before is None:
        total = Span(e.amount(len(panels)), table)
        return e.p("F1.1.title_first" if e.first else "F1.1.title_alone", total=total, period=e.period)
    floor = e.publication.plan.policy.test_base
    changes = [compare(past[-1][1], past[-2][1], floor) for _, past in panels]
    counted = {
        str(change): Span(e.amount(changes.count(change)), table) for change in (Change.UP, Change.DOWN)
    }
    total = Span(e.amount(len(panels)), table)
    return e.p("F1.1.title", before=e.before.period, total=total, **counted)


def _panel(e: Edition, sheet: Sheet, history: History, x: float, y: float) -> None:
    """One small chart: dots joined where neighbours have values, first and last in figures."""
    left, right, top, floor = x + 5, x + _W - 11, y + 4.0, y + 10.5
    step = (right - left) / max(len(history) - 1, 1)
    low, span = _scale([cell for _, cell in history if cell is not None and cell.shown])
    points: list[tuple[float, float] | None] = []
    for number, (_, cell) in enumerate(history):
        at = left + step * number if len(history) > 1 else (left + right) / 2
        if cell is None or not cell.shown:
            points.append(None)
            if cell is not None and cell.mask is not None:
                sheet.hidden(at - 4.5, (top + floor) / 2 - 1.6)
            continue
        share = ((cell.value or 0.0) - low) / span
        points.append((at, floor - share * (floor - top)))
    pairs = zip(points, points[1:], strict=False)
    sheet.lines([[(left - 3, floor + 2.0), (right + 3, floor + 2.0)]], RULE)
    sheet.lines([[a, b] for a, b in pairs if a is not None and b is not None], ACCENT, 1.4)
    sheet.dots([one for one in points if one is not None])
    for number, ((period, cell), point) in enumerate(zip(history, points, strict=True)):
        at = left + step * number if len(history) > 1 else (left + right) / 2
        sheet.write(at, floor + 4.2, period, "center", SOFT)
        last = number == len(history) - 1
        if point is not None and (last or number == 0):
            sheet.write(point[0], point[1] - 3.0, e.text(cell), "center", bold=last)


def _scale(cells: list[ReleasedCell]) -> tuple[float, float]:
    """(lowest, span) of a panel: counts from zero, others wide enough that noise looks small."""
    values = [cell.value or 0.0 for cell in cells]
    kind, low, high = cells[0].kind, min(values), max(values)
    if kind in (Kind.COUNT, Kind.AMOUNT):
        return 0.0, high or 1.0
    span = max(high - low, _LEAST_SPAN.get(kind, 1.0))
    return (low + high - span) / 2, span


def _table(e: Edition, panels: list[tuple[Indicator, History]], title: str) -> TableData:
    periods = [f"={one.period}:number" for one in e.releases]
    columns = e.columns("indicator", *periods, "n:count")
    rows: list[Cells] = [
        (one.name[e.language], *(e.show(cell) for _, cell in history), e.base(history[-1][1]))
        for one, history in panels
    ]
    return e.table("F1.1", title, columns, rows, e.t("F1.1.note"))
