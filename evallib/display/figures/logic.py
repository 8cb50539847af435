"""The intervention logic: from inputs to impact, with the assumption at every step."""

from __future__ import annotations

from evallib.display.bases import records_base
from evallib.display.edition import Cells, Edition
from evallib.display.figures.common import drawing
from evallib.display.house import ACCENT, LINE, PALE, SOFT, Sheet, wrap
from evallib.display.passages.common import told
from evallib.display.publication import CellText, Drawing, Paragraph, plain

LEVELS = ("inputs", "activities", "outputs", "results", "outcomes", "impact")
_CONTENT, _ASSUMED = 92.0, 60.0


def intervention(e: Edition) -> Drawing:
    """F2.1: six levels; outputs and results carry this period's figures where they may be shown."""
    contents = {level: _content(e, level) for level in LEVELS}
    assumed = {level: e.t(f"logic.{level}.assumption") for level in LEVELS}
    heights = {
        level: 4.5
        + LINE * max(1 + len(wrap(plain(contents[level]), _CONTENT - 6)), len(wrap(assumed[level], _ASSUMED)))
        for level in LEVELS
    }
    sheet = Sheet(7 + sum(heights.values()) + 5 * (len(LEVELS) - 1) + 1)
    sheet.write(_CONTENT + 10, 3, e.t("column.assumption"), bold=True)
    y = 6.0
    for level in LEVELS:
        _level(e, sheet, level, plain(contents[level]), assumed[level], y, heights[level])
        y += heights[level] + 5
    title = e.p("F2.1.title")
    columns = e.columns("level", "content", "assumption")
    rows: list[Cells] = []
    for level in LEVELS:
        ids = tuple(span.id for span in contents[level] if span.id)
        content = CellText(plain(contents[level]), ids=ids)
        rows.append((e.t(f"logic.{level}"), content, assumed[level]))
    data = e.table("F2.1", plain(title), columns, rows)
    base = records_base(e, "plan")
    spoken = [f"{row[0].text}: {row[1].text}" for row in data.rows]
    return drawing(e, "F2.1", sheet, title, base, data, "logic", spoken)


def _level(e: Edition, sheet: Sheet, level: str, content: str, assumed: str, y: float, height: float) -> None:
    """A box with the level's name and content, an arrow to the next, the assumption beside."""
    sheet.bars([(2, y, _CONTENT, height), (2, y, 1.4, height)], [PALE, ACCENT])
    sheet.write(6, y + 3.4, e.t(f"logic.{level}"), bold=True)
    sheet.block(6, y + 3.4 + LINE, content, _CONTENT - 6)
    sheet.block(_CONTENT + 10, y + 3.4, assumed, _ASSUMED, colour=SOFT)
    if level != LEVELS[-1]:
        end, x = y + height, 2 + _CONTENT / 2
        sheet.lines(
            [[(x, end + 0.6), (x, end + 4.2)], [(x - 1.4, end + 2.8), (x, end + 4.4), (x + 1.4, end + 2.8)]],
            SOFT,
            1.2,
        )


def _content(e: Edition, level: str) -> Paragraph:
    """The level in words: the plan's own tasks and objectives, figures of the period elsewhere."""
    if level == "activities":
        names = [task.name[e.language] for task in e.publication.plan.tasks]
        return e.p("logic.listed", listed=". ".join([*names, ""]).strip())
    if level == "outcomes":
        names = [one.name[e.language] for one in e.publication.plan.objectives]
        return e.p("logic.listed", listed=". ".join([*names, ""]).strip())
    if level == "outputs":
        counted = told(
            e,
            "logic.outputs.counted",
            events="I19.events",
            participations="I20.participations",
            digests="I16.digests",
        )
        return counted or e.p("logic.outputs.content")
    if level == "results":
        counted = told(e, "logic.results.counted", ties="I02.new_ties", use="I23.use_share")
        return counted or e.p("logic.results.content")
    return e.p(f"logic.{level}.content")
