"""Annex D: what moved since the report of the same period was published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from evallib.display import i18n, moved
from evallib.display.edition import EMPTY, Cells, Edition
from evallib.display.publication import CellText, TableData
from evallib.display.tables.scorecard import headline_id


def since_published(e: Edition) -> TableData:
    """TD.2: colours, evidence grades and headline numbers that the published report had otherwise, each then
    and now; the note says how many other numbers moved, how many wait, and which data changed.

    A number that is hidden now is not printed again.
    """
    replaced = e.publication.replaced
    if replaced is None:
        raise e.nothing("TD.2.first")
    then = Edition(replace(e.publication, released=replaced), e.language)
    numbers = {one.id: one for one in moved.numbers(then, e)}
    heads = [numbers[name] for one in e.publication.plan.indicators if (name := headline_id(one)) in numbers]
    rows: list[Cells] = [(one.name, one.before or EMPTY.text, one.after or EMPTY.text)
                         for one in moved.conclusions(then, e)]  # fmt: skip
    rows += [_number(e, one) for one in heads]
    waiting = sum(1 for _ in moved.held(then, e))
    note = [e.t("TD.2.others", n=e.amount(len(numbers) - len(heads))), *_why(e)]
    note += [e.t("TD.2.waiting", n=e.amount(waiting))] if waiting else []
    columns = e.columns("what", f"={e.t('TD.2.then', n=replaced.number)}:text", f"={e.t('TD.2.now')}:text")
    rows = rows or [(e.t("TD.2.none"), EMPTY, EMPTY)]
    return e.table("TD.2", e.t("TD.2.title", n=replaced.number), columns, rows, " ".join(note))


def _number(e: Edition, one: moved.Moved) -> Cells:
    cell = e.cell(one.id)
    hidden = cell is not None and cell.mask is not None
    ids = (str(cell.id),) if cell is not None else ()
    return (
        one.name,
        EMPTY if hidden or not one.before else one.before,
        CellText(one.after or EMPTY.text, ids=ids),
    )


def _why(e: Edition) -> Iterator[str]:
    """Which data changed, in words; that the way of computing did where no data changed."""
    since = e.fact("since_published")
    names = since.get("changed", ()) if isinstance(since, dict) else ()
    told = dict.fromkeys(_source(e, str(one)) for one in names)
    yield e.t("TD.2.why", sources=", ".join(told)) if told else e.t("TD.2.no_data_changed")


def _source(e: Edition, entry: str) -> str:
    """A frozen table or declared file in the reader's words."""
    folder, kind = PurePosixPath(entry).parts[0], PurePosixPath(entry).stem
    table, _, survey = kind.partition(".")
    if folder == "declared":
        return e.t("source.plan")
    if i18n.has(f"survey.{survey}"):
        return e.label("survey", survey)
    if table in ("participations", "register"):
        return e.t(f"source.{table}")
    return e.t("source.logs")
