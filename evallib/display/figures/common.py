"""What every figure does alike: its parts put together, its text alternative, shared marks."""

from __future__ import annotations

from collections.abc import Sequence

from evallib.display import about
from evallib.display.edition import Edition
from evallib.display.house import INK, LINE, SOFT, Sheet, width_of
from evallib.display.publication import CellText, Drawing, Paragraph, TableData, plain

_KEY_ROOM = 160.0  # mm
_TOLD = 12  # rows read out in a text alternative; the rest is in the data table


def drawing(
    e: Edition,
    name: str,
    sheet: Sheet,
    title: Paragraph,
    base: str,
    data: TableData,
    kind: str,
    told: Sequence[str] = (),
) -> Drawing:
    """The finished figure; ``kind`` names the sort of picture for the text alternative.

    told: what to read out, where that is not simply the first rows of the data table.
    """
    heading = plain(title)
    base = " ".join([base, *about.notes(e, data.ids)])
    text = alternative(e, heading, kind, data, told)
    return Drawing(e.id(name), sheet.svg(e.id(name)), heading, base, text, data)


def alternative(e: Edition, title: str, kind: str, data: TableData, told: Sequence[str] = ()) -> str:
    """What the picture says, told from its own data."""
    rows = told or [_told(data, row) for row in data.rows[:_TOLD]]
    more = 0 if told else len(data.rows) - len(rows)
    sentence = e.t("alt.frame", kind=e.t(f"alt.{kind}"), title=title, rows="; ".join(rows))
    return f"{sentence} {e.t('alt.more', more, n=more)}" if more > 0 else sentence


def _told(data: TableData, row: tuple[CellText, ...]) -> str:
    cells = list(zip(data.columns[1:], row[1:], strict=True))
    if len(cells) == 1:
        return f"{row[0].text} {cells[0][1].text}"
    return f"{row[0].text}: " + ", ".join(f"{col.header} {cell.text}" for col, cell in cells)


def legend_hidden(e: Edition, sheet: Sheet, y: float, hidden: Sequence[str] = ()) -> None:
    """The key of the hatched marker, printed only where one is drawn; hidden: the cells, where any is by
    background."""
    sheet.hidden(2, y - 1.6)
    words = e.t("mask.key", threshold=about.limit(e, hidden))
    sheet.block(13, y, words, 151, colour=SOFT)


def key_lines(entries: Sequence[str]) -> int:
    """How many lines the key of these words takes; none for none."""
    lines, x = (1, 0.0) if entries else (0, 0.0)
    for words in entries:
        needed = 4.4 + width_of(words) + 4
        if x and x + needed - 4 > _KEY_ROOM:
            lines, x = lines + 1, 0.0
        x += needed
    return lines


def key_line(sheet: Sheet, y: float, entries: list[tuple[str, str]]) -> float:
    """Colour squares with their words, in the order of the bars; y of the next free line."""
    start = x = 2.0
    for colour, words in entries:
        needed = 4.4 + width_of(words) + 4
        if x > start and x + needed - 4 > start + _KEY_ROOM:
            x, y = start, y + LINE + 0.4
        sheet.bars([(x, y - 1.5, 3, 3)], colour, INK if colour == "#d9d9d9" else "none")
        sheet.write(x + 4.4, y, words)
        x += needed
    return y + LINE + 1
