"""Entrepreneurs: steps taken, evidence and safety of services, experienced skills."""

from __future__ import annotations

from evallib.display.bases import survey_base
from evallib.display.edition import Cells, Edition, code
from evallib.display.figures.common import drawing, key_lines, legend_hidden
from evallib.display.figures.likert import stacked_counts
from evallib.display.house import ACCENT, EARLIER, LINE, RULE, SOFT, Sheet, wrap
from evallib.display.publication import CellText, Drawing, Paragraph, TableData, plain
from evallib.results import Kind, ReleasedCell

_LABEL = 58.0


def steps(e: Edition) -> Drawing:
    """F5.1: firms by development step, and how much the project influenced reported services."""
    cells = [one for one in e.series("I07.steps", "step") if code(one, "step") not in ("none",)]
    cells.sort(key=lambda one: (one.mask is not None, -(one.value or 0)))
    shown = [one for one in cells if one.shown and one.base != 0]
    if not shown:
        raise e.nothing("nothing.survey", survey=e.label("survey", "q3"))
    graded = [(_grade(e, one), one) for one in e.series("I08.contribution", "grade")]
    names = [wrap(e.label("step", code(one, "step")), _LABEL - 2) for one in cells]
    masked = any(one.mask is not None for one in [*cells, *(one for _, one in graded)])
    heights = [max(5.4, LINE * len(lines) + 1.2) for lines in names]
    keys = (LINE + 1) * key_lines([words for words, _ in graded])
    sheet = Sheet(8 + sum(heights) + (13 + keys if graded else 0) + (6 if masked else 0))
    sheet.write(2, 3, e.t("F5.1.steps"), bold=True)
    y = _step_bars(e, sheet, cells, names, heights)
    if graded:
        sheet.write(2, y + 3, e.t("F5.1.grades"), bold=True)
        stacked_counts(e, sheet, y + 8, graded)
    if masked:
        legend_hidden(e, sheet, sheet.height - 3.5)
    share = e.cell("I07.step_share")
    wording = "F5.1.title" if share is not None and share.shown else "F5.1.title_short"
    if not shown[0].value or any(one.mask is not None for one in cells):
        wording = "F5.1.title_none"  # nobody took a step that may be shown, or a hidden one may lead
    title = e.p(
        wording,
        share=e.span(share),
        step=e.inner("step", code(shown[0], "step")),
        n=e.span(shown[0]),
    )
    rows: list[Cells] = [(e.label("step", code(one, "step")), e.show(one), e.base(one)) for one in cells]
    rows += [(f"{e.t('F5.1.grades')}: {w}", e.show(one), e.base(one)) for w, one in graded]
    columns = e.columns("step", "count:count", "n:count")
    data = e.table("F5.1", plain(title), columns, rows)
    return drawing(e, "F5.1", sheet, title, survey_base(e, "q3"), data, "bars")


def _grade(e: Edition, cell: ReleasedCell) -> str:
    return e.label("grade", code(cell, "grade"))


def _step_bars(
    e: Edition, sheet: Sheet, cells: list[ReleasedCell], names: list[list[str]], heights: list[float]
) -> float:
    most = max(one.value or 0 for one in cells if one.shown) or 1
    y, boxes = 7.0, []
    for cell, lines, height in zip(cells, names, heights, strict=True):
        sheet.block(2, y + 2.4, " ".join(lines), _LABEL - 2)
        if cell.mask is not None:
            sheet.hidden(_LABEL, y + 0.8)
        elif cell.shown:
            length = 78 * (cell.value or 0) / most
            boxes.append((_LABEL, y + 0.4, length, 4.0))
            told = e.text(cell)
            if cell.base is not None:
                told = e.t("word.of", count=told, base=e.n(cell))
            sheet.write(_LABEL + length + 1.5, y + 2.4, told)
        y += height
    sheet.bars(boxes)
    sheet.lines([[(_LABEL, 6.5), (_LABEL, y - 0.5)]], SOFT)
    return y


def evidence(e: Edition) -> Drawing:
    """F5.2: shares with their intervals, this period filled and the earlier one hollow."""
    names = [f"I09.{one}" for one in ("y13_top2", "y14_top2", "safety_share")]
    if not any((one := e.cell(name)) is not None and (one.shown or e.few(one)) for name in names):
        raise e.nothing("nothing.survey", survey=e.label("survey", "q3"))
    masked = any((one := e.cell(name)) is not None and one.mask is not None for name in names)
    heights = [max(12.0, LINE * len(wrap(_evidence_name(e, name), _FROM - 8)) + 3) for name in names]
    sheet = Sheet(11 + sum(heights) + (7 if masked else 0))
    y = 11.0
    for name, height in zip(names, heights, strict=True):
        _dot_row(e, sheet, name, y)
        y += height
    _share_axis(e, sheet, y - 3)
    if masked:
        legend_hidden(e, sheet, sheet.height - 3.5)
    first, second = e.cell(names[0]), e.cell(names[1])
    known = all(one is not None and one.shown for one in (first, second))
    title = e.p("F5.2.title" if known else "F5.2.title_short", evidence=e.span(first), follow=e.span(second))
    data = _share_table(e, names, plain(title))
    return drawing(e, "F5.2", sheet, title, survey_base(e, "q3"), data, "dots")


_FROM, _TO = 66.0, 134.0  # mm: 0 and 100 %


def _evidence_name(e: Edition, name: str) -> str:
    return e.t(f"F5.2.{name.split('.')[1]}")


def _share_axis(e: Edition, sheet: Sheet, end: float) -> None:
    """Light lines at 0, 50 and 100 %, and what the two kinds of dot stand for."""
    for share in (0.0, 0.5, 1.0):
        x = _FROM + share * (_TO - _FROM)
        sheet.write(x, 3.0, e.amount(share, Kind.SHARE), "center", SOFT)
        sheet.lines([[(x, 6.0), (x, end)]], RULE, 0.6)
    sheet.dots([(4, 3.0)])
    sheet.write(7, 3.0, e.period)
    if e.before is not None:
        sheet.dots([(22, 3.0)], EARLIER, "o", hollow=True)
        sheet.write(25, 3.0, e.before.period)


def _dot_row(e: Edition, sheet: Sheet, name: str, y: float) -> None:
    """Label, and a dot with whiskers for each of the two periods."""
    sheet.block(2, y, _evidence_name(e, name), _FROM - 8)
    pairs = [(e.cell(name), ACCENT, False, y)]
    if e.before is not None:
        pairs.append((e.earlier(name), EARLIER, True, y + 4.4))
    for cell, colour, hollow, at in pairs:
        if cell is None:
            continue
        if cell.mask is not None:
            sheet.hidden(_FROM, at - 1.6)
        elif e.few(cell) or not cell.shown:
            sheet.write(_FROM + 1.5, at, e.t("F5.2.few", value=e.text(cell)), colour=SOFT)
        else:
            _whisker(e, sheet, cell, colour, hollow, at)


def _whisker(e: Edition, sheet: Sheet, cell: ReleasedCell, colour: str, hollow: bool, y: float) -> None:
    def at(share: float) -> float:
        return _FROM + share * (_TO - _FROM)

    if cell.interval is not None:
        low, high = (at(min(max(limit, 0.0), 1.0)) for limit in cell.interval)
        sheet.lines([[(low, y), (high, y)]], colour, 1.4)
    sheet.dots([(at(cell.value or 0), y)], colour, "o", hollow=hollow)
    n = f" · {e.t('likert.n', n=e.n(cell))}" if cell.base is not None else ""
    sheet.write(164, y, e.text(cell) + n, "right")


def _share_table(e: Edition, names: list[str], title: str) -> TableData:
    columns = e.columns("measure", f"={e.period}:share", "interval", "n:count", *e.past("share"))
    rows: list[Cells] = []
    for name in names:
        cell = e.cell(name)
        likely = CellText(e.likely(cell) or "–", ids=(str(cell.id),) if cell else ())
        label = _evidence_name(e, name)
        rows.append((label, e.show(cell), likely, e.base(cell), *e.past_cell(name)))
    return e.table("F5.2", title, columns, rows)


def skills(e: Edition) -> Drawing:
    """F5.3: median of each skill before the project and now, joined by a line."""
    now = {code(one, "skill"): one for one in e.series("I12.now_median", "skill")}
    before = {code(one, "skill"): one for one in e.series("I12.before_median", "skill")}
    if not any(one.shown for one in now.values()):
        raise e.nothing("nothing.survey", survey=e.label("survey", "q3"))
    masked = any(one.mask is not None for one in [*now.values(), *before.values()])
    sheet = Sheet(16 + 8.5 * len(now) + (7 if masked else 0))
    _skill_scale(e, sheet, 14 + 8.5 * len(now))
    for number, (skill, cell) in enumerate(now.items()):
        _skill_row(e, sheet, skill, before.get(skill), cell, 16 + 8.5 * number)
    if masked:
        legend_hidden(e, sheet, sheet.height - 3.5)
    title = _skill_title(e, now, before)
    columns = e.columns("skill", "before:number", "now:number", "n:count")
    rows: list[Cells] = [
        (e.label("skill", s), e.show(before.get(s)), e.show(now[s]), e.base(now[s])) for s in now
    ]
    data = e.table("F5.3", plain(title), columns, rows, e.t("F5.3.note"))
    return drawing(e, "F5.3", sheet, title, survey_base(e, "q3"), data, "dumbbell")


def _skill_title(e: Edition, now: dict[str, ReleasedCell], before: dict[str, ReleasedCell]) -> Paragraph:
    """The skill with the largest rise of the median, where one stands out."""
    rises = {
        skill: (cell.value or 0) - (before[skill].value or 0)
        for skill, cell in now.items()
        if cell.shown and skill in before and before[skill].shown
    }
    most = max(rises.values(), default=0.0)
    leading = [skill for skill, rise in rises.items() if rise == most]
    if most <= 0 or len(leading) != 1:
        return e.p("F5.3.title_short")
    skill = leading[0]
    return e.p(
        "F5.3.title",
        skill=e.inner("skill", skill),
        before=e.span(before[skill]),
        now=e.span(now[skill]),
    )


def _at(value: float) -> float:
    return _FROM + (value - 1) / 4 * (_TO + 12 - _FROM)


def _skill_scale(e: Edition, sheet: Sheet, end: float) -> None:
    """Grade lines 1–5 and the two kinds of dot."""
    sheet.dots([(4, 3)], EARLIER, "o", hollow=True)
    sheet.write(7, 3, e.t("column.before"))
    sheet.dots([(26, 3)])
    sheet.write(29, 3, e.t("column.now"))
    sheet.write(164, 3, e.t("F5.3.scale"), "right", SOFT)
    for grade in (1, 2, 3, 4, 5):
        sheet.write(_at(grade), 8, str(grade), "center", SOFT)
        sheet.lines([[(_at(grade), 10.5), (_at(grade), end + 2)]], RULE, 0.6)


def _skill_row(
    e: Edition, sheet: Sheet, skill: str, before: ReleasedCell | None, now: ReleasedCell, y: float
) -> None:
    sheet.write(2, y, e.label("skill", skill))
    if now.mask is not None or not now.shown:
        sheet.hidden(_FROM, y - 1.6)
        return
    end = _at(now.value or 1)
    if before is not None and before.shown:
        start = _at(before.value or 1)
        sheet.lines([[(start, y), (end, y)]], ACCENT, 1.6)
        sheet.dots([(start, y)], EARLIER, "o", 3.6 if start == end else 2.6, hollow=True)
    sheet.dots([(end, y)], size=2.0 if before is not None and before.value == now.value else 2.6)
    if now.base is not None:
        sheet.write(164, y, e.t("likert.n", n=e.n(now)), "right", SOFT)
