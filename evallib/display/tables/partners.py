"""Partnerships, agreement, heritage and earlier decisions."""

from __future__ import annotations

from evallib.display.edition import EMPTY, Cells, Edition, code
from evallib.display.publication import CellText, TableData
from evallib.display.tables.common import at_end, begun


def matrix(e: Edition) -> TableData:
    """T7.1: acts done of acts planned, by partner and kind of act."""
    cells = e.series("I27.planned", "partner", "act")
    partners = list(dict.fromkeys(code(one, "partner") for one in cells))
    acts = list(dict.fromkeys(code(one, "act") for one in cells))
    columns = e.columns("partner", *(f"={e.label('act', act)}:text" for act in acts))
    rows: list[Cells] = [
        (e.label("partner", one), *(_done_of(e, one, act) for act in acts)) for one in partners
    ]
    return e.table("T7.1", e.t("T7.1.title"), columns, rows, e.t("T7.1.note"))


def _done_of(e: Edition, partner: str, act: str) -> CellText:
    done = e.cell(f"I27.done[act={act},partner={partner}]")
    planned = e.cell(f"I27.planned[act={act},partner={partner}]")
    if done is None or planned is None:
        return EMPTY
    ids = (str(done.id), str(planned.id))
    if not done.shown or not planned.shown:
        return CellText(e.text(done if not done.shown else planned), ids=ids, mark="hidden")
    if not planned.value:
        return CellText(e.t("T7.1.none"), ids=ids)
    return CellText(e.t("word.of", count=e.text(done), base=e.text(planned)), ids=ids)


def agreement(e: Edition) -> TableData:
    """T7.2: the acts agreed with the network unit for the period, and what became of them."""
    dates = e.dates()
    years = {str(year) for year in range(dates.start.year, dates.end.year + 1)} if dates is not None else None
    columns = e.columns("agreed_act", "due", "status", "done")
    rows: list[Cells] = []
    for one in e.records("agreements"):
        if years is not None and str(one.get("year", "")) not in years:
            continue
        status = at_end(e, one, "status", "done", "open")
        done = str(one.get("done", "") or "") if status == "done" else ""
        rows.append((e.quote(one, "text"), _day(e, one.get("due")), e.label("status", status), _day(e, done)))
    return e.table("T7.2", e.t("T7.2.title"), columns, rows)


def _day(e: Edition, written: object) -> str:
    return e.day(str(written)) if written else EMPTY.text


def heritage(e: Edition) -> TableData:
    """T7.3: outputs of earlier projects, what was decided, and who of the respondents know and use them."""
    columns = e.columns("output", "origin", "fate", "maintainer", "known:count", "used:count", "n:count")
    rows: list[Cells] = []
    for one in e.records("heritage"):
        output = str(one.get("output_id", ""))
        known = e.cell(f"I37.known[output={output}]")
        rows.append(
            (
                e.quote(one, "name"),
                e.quote(one, "origin"),
                e.label("fate", at_end(e, one, "fate", "decided", "undecided")),
                e.quote(one, "maintainer"),
                e.show(known),
                e.show(e.cell(f"I37.used[output={output}]")),
                e.base(known),
            )
        )
    return e.table("T7.3", e.t("T7.3.title"), columns, rows)


def decisions(e: Edition) -> TableData:
    """T9.1: the steering group's earlier decisions and their state, oldest first."""
    columns = e.columns("decision", "date", "owner", "due", "status")
    known = [one for one in e.records("decisions") if begun(e, one)]
    rows: list[Cells] = []
    for one in sorted(known, key=lambda record: str(record.get("date", ""))):
        paragraph = str(one.get("paragraph", "") or "").removeprefix("§").strip()
        when = _day(e, one.get("date")) + (f" § {paragraph}" if paragraph else "")
        rows.append(
            (
                e.quote(one, "text"),
                when,
                e.quote(one, "owner"),
                _day(e, one.get("due")),
                e.label("status", at_end(e, one, "state", "state_date", "open")),
            )
        )
    return e.table("T9.1", e.t("T9.1.title"), columns, rows)
