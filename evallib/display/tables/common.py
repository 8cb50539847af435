"""Tables of measures and of breakdowns, which most chapters use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evallib.display.edition import Cells, Edition, code, key, series
from evallib.display.naming import measure_name
from evallib.display.publication import CellText, TableData
from evallib.results import ReleasedCell


def measures(e: Edition, name: str, cells: Iterable[str], note: str = "") -> TableData:
    """One row a measure, one column a period (all releases), and this period's n.

    A measure that no release has is left out; one without words in the catalogue is named by its id.
    """
    periods = [f"={one.period}:number" for one in e.releases]
    columns = e.columns("measure", *periods, "n:count")
    rows: list[Cells] = []
    for wanted in cells:
        history = e.history(wanted)
        if any(cell is not None for _, cell in history):
            told = (e.show(cell) for _, cell in history)
            rows.append((measure_name(e, wanted), *told, e.base(history[-1][1])))
    return e.table(name, e.t(f"{name}.title"), columns, rows, note)


def breakdown(e: Edition, name: str, groups: Iterable[tuple[str, str]]) -> TableData:
    """One row a category; groups: (measure, dim), as ``("I19.by_form", "form")``.

    Where there are several, rows are grouped.
    """
    wanted = list(groups)
    what = ["group", "category"]
    if len(wanted) == 1:
        what = [wanted[0][1]]
    columns = e.columns(*what, f"={e.period}:count", *e.past("count"))
    rows: list[Cells] = []
    for measure, dim in wanted:
        for cell in _with_gone(e, measure, dim):
            words = CellText(e.label(dim, code(cell, dim)))
            now = e.show(e.cell(key(cell)))
            group = [e.t(f"group.{measure}")] if len(wanted) > 1 else []
            rows.append((*group, words, now, *e.past_cell(key(cell))))
    return e.table(name, e.t(f"{name}.title"), columns, rows, grouped=len(wanted) > 1)


def _with_gone(e: Edition, measure: str, dim: str) -> list[ReleasedCell]:
    """This period's cells, then those of categories that only the earlier release had. A wider class that
    only that one had is left out: now nothing of it is hidden."""
    cells = e.series(measure, dim)
    known = {key(one) for one in cells}
    past = series(e.before, measure, dim) if e.before else []
    gone = [one for one in past if key(one) not in known and not e.parts(dim, code(one, dim))]
    return [*cells, *gone]


def at_end(e: Edition, record: Mapping[str, object], state: str, since: str, before: str) -> str:
    """A record's state on the period's last day: logs show the state of the day they were read."""
    dates = e.dates()
    reached = str(record.get(since, "") or "")[:10]
    if dates is not None and reached > dates.end.isoformat():
        return before
    return str(record.get(state, "") or before)


def begun(e: Edition, record: Mapping[str, object], since: str = "date") -> bool:
    """Whether a record existed on the period's last day."""
    dates = e.dates()
    return dates is None or str(record.get(since, "") or "")[:10] <= dates.end.isoformat()
