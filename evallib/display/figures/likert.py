"""Answers on ordered scales: diverging bars for agreement, stacked bars for steps of use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evallib.display import labels, numbers
from evallib.display.bases import survey_base
from evallib.display.edition import EMPTY, Cells, Edition, code
from evallib.display.figures.common import drawing, key_line, key_lines, legend_hidden
from evallib.display.house import INK, LINE, ORDERED, SCALE5, SOFT, Sheet, width_of, wrap
from evallib.display.publication import Drawing, Row, TableData, plain
from evallib.results import ReleasedCell

_LABEL, _BAR, _LEFT = 54.0, 72.0, 57.0  # mm: label column, room of the bars, where it begins
Part = tuple[float, str, str]  # of a bar: its share, its colour, the words in it
_DARK = {SCALE5[0], SCALE5[4], ORDERED[3], ORDERED[4]}


@dataclass(frozen=True)
class Distribution:
    """Answers to one item: (option code, cell) in scale order, and the base."""

    name: str  # I22.t01
    series: str  # t01
    cells: tuple[tuple[str, ReleasedCell], ...]

    def highest_first(self) -> Distribution:
        return Distribution(self.name, self.series, self.cells[::-1])

    @property
    def base(self) -> int | None:
        return next((one.base for _, one in self.cells if one.shown), None)

    @property
    def below(self) -> float:
        """The share that lies left of the centre line: low answers and half of the middle one."""
        shares = self.shares()
        half = len(shares) // 2
        return sum(shares[:half]) + (shares[half] / 2 if len(shares) % 2 else 0.0)

    @property
    def whole(self) -> bool:
        return bool(self.cells) and all(one.shown for _, one in self.cells)

    def shares(self) -> list[float]:
        total = sum(one.value or 0 for _, one in self.cells)
        return [(one.value or 0) / total if total else 0.0 for _, one in self.cells]


def distribution(e: Edition, name: str) -> Distribution:
    """The distribution of a measure such as ``I22.t01`` over its real options; none without answers."""
    item = name.split(".")[1]
    found = {code(one, "answer"): one for one in e.series(name, "answer")}
    known = [option.code for option in labels.options(e.publication, item)]
    order = [one for one in known if one in found] or [o for o in found if o not in ("ek", "eik")]
    answered = any(found[one].mask is not None or found[one].value for one in order)
    return Distribution(name, item, tuple((one, found[one]) for one in order if answered))


def usefulness(e: Edition) -> Drawing:
    """F6.3: event feedback as diverging bars around the middle answer, n on every row."""
    rows = [distribution(e, f"I22.{item}") for item in ("t01", "t02", "t04", "t07")]
    rows = [one for one in rows if one.cells]
    if not rows:
        raise e.nothing("nothing.survey", survey=e.label("survey", "q1"))
    top = e.cell("I22.t01_top2")
    wording = "F6.3.title" if top is not None and top.shown else "F6.3.title_short"
    title = e.p(wording, share=e.span(top))
    data = likert_table(e, plain(title), rows)
    sheet = draw_diverging(e, rows)
    told = [f"{row[0].text} " + _ends(data, row) for row in data.rows]
    return drawing(e, "F6.3", sheet, title, survey_base(e, "q1"), data, "likert", told)


def _ends(data: TableData, row: Row) -> str:
    """Base, share of the top two and median of a row, for the text alternative."""
    pairs = zip(data.columns[-3:], row[-3:], strict=True)
    return ", ".join(f"{column.header} {cell.text}" for column, cell in pairs)


def draw_diverging(e: Edition, rows: list[Distribution]) -> Sheet:
    """Rows grouped by scale, each group under its own key; one percent is as long in every row."""
    groups: dict[tuple[str, ...], list[Distribution]] = {}
    for row in rows:
        groups.setdefault(tuple(e.option(row.series, one) for one, _ in row.cells), []).append(row)
    masked = any(not row.whole for row in rows)
    keys = sum(key_lines(words) for words in groups)
    heights = sum(_row_height(e, row) for row in rows)
    sheet = Sheet(4 + heights + keys * (LINE + 0.4) + 3.5 * len(groups) + (7 if masked else 0))
    drawn = [row for row in rows if row.whole]
    left = max((row.below for row in drawn), default=0.5)
    scale = _BAR / (left + max((1 - row.below for row in drawn), default=0.5))
    middle, y = _LEFT + left * scale, 4.0
    for words, members in groups.items():
        palette = _palette(len(words))
        y = key_line(sheet, y, list(zip(palette, words, strict=True))) + 1
        start = y - 1.5
        end = start + sum(_row_height(e, row) for row in members)
        if len(words) % 2:  # behind the bars: the middle answer lies across this line
            sheet.lines([[(middle, start), (middle, end)]], INK, 0.6, "dotted")
        for row in members:
            _diverging_row(e, sheet, row, palette, y, middle, scale)
            y += _row_height(e, row)
        y += 2
    if masked:
        legend_hidden(e, sheet, sheet.height - 4)
    return sheet


def _palette(options: int) -> tuple[str, ...]:
    if options == 5:
        return SCALE5
    return ORDERED[-options:] if options < 5 else (*SCALE5, *ORDERED)[:options]


def _row_height(e: Edition, row: Distribution) -> float:
    return max(8.0, LINE * len(wrap(e.item(row.series), _LABEL - 2)) + 2.6)


def _diverging_row(
    e: Edition,
    sheet: Sheet,
    row: Distribution,
    palette: tuple[str, ...],
    y: float,
    middle: float,
    scale: float,
) -> None:
    """One bar: the middle option lies across the centre line."""
    sheet.block(2, y + 2.5, e.item(row.series), _LABEL - 2)
    if not _usable(e, sheet, row, y):
        return
    _segments(sheet, _parts(row, palette), middle - row.below * scale, y, scale)
    top = e.cell(f"{row.name}_top2")
    if top is not None:
        words = e.t("F6.3.top2", share=e.text(top), n=e.amount(row.base or 0))
        sheet.write(164, y + 2.5, words, "right")


def _usable(e: Edition, sheet: Sheet, row: Distribution, y: float) -> bool:
    """False, with the reason written in the row, when no bar may be drawn."""
    if not row.whole:
        sheet.hidden(_LEFT, y + 0.9)
        return False
    if (row.base or 0) < e.publication.plan.policy.percent_base:
        median = e.text(e.cell(f"{row.name}_median"))
        words = e.t("likert.few", n=e.amount(row.base or 0), median=median)
        sheet.write(_LEFT, y + 2.5, words, colour=SOFT)
        return False
    return True


def _parts(row: Distribution, palette: Sequence[str]) -> list[Part]:
    """The parts of a row's bar, named by their percentages."""
    return [
        (share, colour, str(numbers.percent_points(share, int(cell.value or 0), row.base)))
        for share, colour, (_, cell) in zip(row.shares(), palette, row.cells, strict=True)
    ]


def _segments(sheet: Sheet, parts: Sequence[Part], x: float, y: float, scale: float) -> None:
    """The parts of one bar with their words where they fit."""
    boxes: list[tuple[float, float, float, float]] = []
    inside: list[tuple[float, str, str]] = []
    for share, colour, words in parts:
        boxes.append((x, y, share * scale, 5.0))
        if share * scale > width_of(words) + 0.8:
            inside.append((x + share * scale / 2, words, "#ffffff" if colour in _DARK else INK))
        x += share * scale
    sheet.bars(boxes, [colour for _, colour, _ in parts], "#ffffff")
    for at, words, ink in inside:
        sheet.write(at, y + 2.5, words, "center", ink)


def likert_table(e: Edition, title: str, rows: list[Distribution]) -> TableData:
    """Share of each option, base, share of the two highest and median; one row an item."""
    options = max((row.cells for row in rows), key=len)
    several = len({tuple(e.option(row.series, one) for one, _ in row.cells) for row in rows}) > 1
    heads = [one if several else e.option(rows[0].series, one) for one, _ in options]
    columns = (
        *e.columns("item", *(f"={head}:share" for head in heads)),
        *e.columns("n:count", "top2:share", "median:number"),
    )
    table: list[Cells] = []
    for row in rows:
        cells = [e.part(one) for _, one in row.cells]
        cells += [EMPTY] * (len(options) - len(cells))
        base = next((one for _, one in row.cells if one.shown), None)
        ends = [e.show(e.cell(f"{row.name}_{end}")) for end in ("top2", "median")]
        table.append((e.item(row.series), *cells, e.base(base), *ends))
    return e.table("F6.3", title, columns, table)


def intention_and_use(e: Edition) -> Drawing:
    """F6.4: what people meant to do after the event, and what they had done three months later."""
    rows = [distribution(e, f"I23.{item}").highest_first() for item in ("t05", "p01")]
    if not all(row.cells for row in rows[1:]):
        raise e.nothing("nothing.survey", survey=e.label("survey", "f1"))
    rows = [row for row in rows if row.cells]
    sheet = Sheet(3 + sum(_stack_height(e, row) for row in rows) + 7 * (not all(r.whole for r in rows)))
    y = 3.0
    for row in rows:
        _stacked_row(e, sheet, row, y)
        y += _stack_height(e, row)
    if not all(row.whole for row in rows):
        legend_hidden(e, sheet, sheet.height - 4)
    intend, use = e.cell("I23.intend_share"), e.cell("I23.use_share")
    known = [one for one in (intend, use) if one is not None and one.shown]
    title = e.p(
        "F6.4.title" if len(known) == 2 else "F6.4.title_short", intend=e.span(intend), use=e.span(use)
    )
    base = " ".join(survey_base(e, one) for one in ("q1", "f1"))
    data = _answers_table(e, rows, plain(title))
    told = []
    for row in rows:
        parts = [f"{e.option(row.series, one)} {e.part(cell).text}" for one, cell in row.cells]
        told.append(f"{e.item(row.series)} {', '.join(parts)}")
    return drawing(e, "F6.4", sheet, title, base, data, "stacked", told)


def _stack_height(e: Edition, row: Distribution) -> float:
    words = tuple(e.option(row.series, one) for one, _ in row.cells)
    return 12 + key_lines(words) * (LINE + 1) + LINE


def _stacked_row(e: Edition, sheet: Sheet, row: Distribution, y: float) -> None:
    """Question and base, key in the order of the parts, and a bar of the sheet's whole width."""
    n = e.t("likert.n", n=e.amount(row.base)) if row.base is not None else ""
    sheet.write(2, y, e.item(row.series), bold=True)
    sheet.write(163, y, n, "right")
    palette = tuple(reversed(_palette(len(row.cells))))
    words = [e.option(row.series, one) for one, _ in row.cells]
    y = key_line(sheet, y + LINE + 1, list(zip(palette, words, strict=True)))
    if not row.whole:
        sheet.hidden(2, y - 1)
    elif (row.base or 0) < e.publication.plan.policy.percent_base:
        parts = [f"{word} {e.text(cell)}" for word, (_, cell) in zip(words, row.cells, strict=True)]
        sheet.write(2, y + 1, "; ".join(parts), colour=SOFT)
    else:
        _segments(sheet, _parts(row, palette), 2, y - 1.2, 161.0)


def _answers_table(e: Edition, rows: list[Distribution], title: str) -> TableData:
    """One row an answer: item, answer, share of the answers."""
    columns = e.columns("item", "answer", "share:share", "n:count")
    table = [
        (e.item(row.series), e.option(row.series, one), e.part(cell), e.base(cell))
        for row in rows
        for one, cell in row.cells
    ]
    return e.table("F6.4", title, columns, table)


def stacked_counts(e: Edition, sheet: Sheet, y: float, cells: list[tuple[str, ReleasedCell]]) -> None:
    """A bar of counts with its key, for grades; hidden as a whole when a part is hidden."""
    palette = ORDERED[-len(cells) :]
    y = key_line(sheet, y, [(colour, one[0]) for colour, one in zip(palette, cells, strict=False)])
    total = sum(cell.value or 0 for _, cell in cells)
    if not total or any(not cell.shown for _, cell in cells):
        sheet.hidden(2, y - 1)
        return
    parts = [
        ((cell.value or 0) / total, colour, e.text(cell))
        for colour, (_, cell) in zip(palette, cells, strict=False)
    ]
    _segments(sheet, parts, 2, y - 1.2, 161.0)
