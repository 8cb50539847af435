"""Tables of a few people for tests: the shipped questionnaires and plan, rows shown in the test."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from evallib.codebook.load import load_questionnaires
from evallib.codebook.model import Questionnaire, SubItem
from evallib.codebook.roster import with_roster
from evallib.indicators.bench import Bench
from evallib.plan import load_plan
from evallib.plan.model import Plan
from evallib.records import FrozenTable
from evallib.results import Cell, Result
from evallib.tidy import Frames, frames
from evallib.tidy.frames import COLUMNS
from evallib.tidy.survey import BACKGROUND, counted_columns
from evallib.workspace import Period

SURVEYS = Path(__file__).parent.parent / "surveys"
Row = dict[str, str]


@cache
def plan() -> Plan:
    return load_plan(SURVEYS)


@cache
def questionnaires(period: str = "2025", organisations: tuple[str, ...] = ()) -> dict[str, Questionnaire]:
    roster = tuple(SubItem(one, {"en": one}) for one in organisations)
    asked = {name: one.for_wave(period) for name, one in load_questionnaires(SURVEYS).items()}
    return {name: with_roster(one, roster) for name, one in asked.items()}


def year(period: str) -> Period:
    return Period(id=period, start=f"{period}-01-01", end=f"{period}-12-31")


def responses(questionnaire: Questionnaire, rows: Sequence[Row]) -> FrozenTable:
    """One response a row; what a row does not name is not answered. Complete and unflagged by default."""
    names = [*BACKGROUND, *(column.name for column in counted_columns(questionnaire))]
    given = [
        dict.fromkeys(names, "") | {"response": f"r{i:04}", "language": "fi", "complete": "yes"} | row
        for i, row in enumerate(rows, 1)
    ]
    table = pd.DataFrame(given, columns=[*dict.fromkeys([*names, *(key for row in rows for key in row)])])
    return FrozenTable(f"responses.{questionnaire.id}", "frozen", table.astype("str"))


def log(kind: str, rows: Sequence[Row]) -> FrozenTable:
    columns = COLUMNS[kind.partition(".")[0]].split()
    return FrozenTable(
        kind,
        "frozen",
        pd.DataFrame([dict.fromkeys(columns, "") | row for row in rows], columns=columns).astype("str"),
    )


def small(period: str = "2025", roster: Sequence[Row] = (), **tables: Sequence[Row]) -> Frames:
    """Frames of a period from rows: q1 … q4, f1, invited_q2, events, participations …"""
    asked = questionnaires(period, tuple(row["organisation"] for row in roster))
    made = [log("roster", roster)] if roster else []
    for name, rows in tables.items():
        if name in asked:
            made.append(responses(asked[name], rows))
        else:
            made.append(log(name.replace("invited_", "invited."), rows))
    return frames(made, asked, year(period))


def cells(function: Callable[[Bench], list[Result]], now: Frames, *history: Frames) -> dict[str, Cell]:
    """An indicator's cells by ``measure`` or ``measure[dim=code,…]``."""
    found = function(Bench(now, history, plan(), questionnaires(now.period.id)))
    named = [(str(one.id_of(cell)).partition("/")[2], cell) for one in found for cell in one.cells]
    assert len(named) == len(dict(named)), "a cell was made twice"
    return dict(named)


def value(cell: Cell) -> tuple[float | None, int | None, int | None]:
    return cell.value, cell.count, cell.base
