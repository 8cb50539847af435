"""Counts of one export column, and the check that they add up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evallib.codebook.builtin_labels import OTHER_CODE
from evallib.codebook.model import Column, Questionnaire, Type
from evallib.errors import ReconciliationError, UsageError, nearest, text
from evallib.records import SourceTable

if TYPE_CHECKING:
    import pandas as pd

NUMBER_PATTERN = r"-?[0-9]+(\.[0-9]+)?"


@dataclass(frozen=True)
class ColumnCounts:
    """How often each value of a column was given.

    counts: by option code, in the order of the options, zeros kept; of a text or number, by what was
    written. other: answers "other, please say". unknown: codes that are no option, values that are
    no number. mean: of numbers and of options with a place on the scale, None where there is none.
    """

    column: str
    rows: int
    empty: int
    answered: int
    counts: Mapping[str, int]
    other: int = 0
    unknown: Mapping[str, int] | None = None
    mean: float | None = None

    def __post_init__(self) -> None:
        known, unknown = sum(self.counts.values()), sum((self.unknown or {}).values())
        parts = known + self.other + unknown
        if parts != self.answered or self.answered + self.empty != self.rows:
            raise ReconciliationError(
                text("The counts of {column} do not add up", column=self.column),
                expected=text("known + other + unknown = answered, answered + empty = all"),
                found=text(
                    "{known} + {other} + {unknown}, {answered} answered, {empty} empty, {rows} all",
                    known=known,
                    other=self.other,
                    unknown=unknown,
                    answered=self.answered,
                    empty=self.empty,
                    rows=self.rows,
                ),
            )


def complete(table: SourceTable) -> SourceTable:
    """The same table with only the responses that were submitted."""
    rows = table.rows[table.rows["submitdate"] != ""].reset_index(drop=True)
    return replace(table, rows=rows)


def column_counts(structure: Questionnaire, table: SourceTable, column: str) -> ColumnCounts:
    """Counts of one column over all rows of ``table``.

    Raises UsageError for a column that the structure does not have, ReconciliationError when known,
    other, unknown and empty do not add up to the rows.
    """
    wanted = structure.column(column)
    if wanted is None:
        close = nearest(column, [one.name for one in structure.columns()])
        raise UsageError(
            text("Survey {survey} has no column {column}", survey=structure.id, column=column),
            repair=text("Did you mean {key}?", key=close) if close else "",
        )
    values = table.rows[column]
    answered = values[values != ""]
    by_value = {str(value): int(n) for value, n in answered.value_counts().items()}
    item = structure.item(wanted.item)
    other = by_value.pop(OTHER_CODE, 0) if item is not None and item.other and not wanted.role else 0
    counts, unknown = _sorted_out(wanted, by_value, answered)
    return ColumnCounts(
        column=column,
        rows=len(values),
        empty=int((values == "").sum()),
        answered=int((values != "").sum()),
        counts=counts,
        other=other,
        unknown=unknown,
        mean=_mean(wanted, answered),
    )


def is_number(value: str) -> bool:
    """Whether the server wrote a number; with a decimal comma it is none."""
    return re.fullmatch(NUMBER_PATTERN, value) is not None


def numbers(values: pd.Series[str]) -> pd.Series[float]:
    """Values as numbers; NaN where something else was written (a decimal comma too)."""
    return values.where(values.str.fullmatch(NUMBER_PATTERN)).astype("float64")


def _sorted_out(
    column: Column, by_value: dict[str, int], answered: pd.Series[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Counts of known and of unknown values."""
    if column.options and not column.role:
        known = {code: by_value.get(code, 0) for code in column.option_codes}
    elif column.type in (Type.NUMBER, Type.NUMBERS):
        written = set(answered[numbers(answered).notna()])
        known = {value: n for value, n in by_value.items() if value in written}
    else:
        known = dict(by_value)
    return known, {value: n for value, n in by_value.items() if value not in known}


def _mean(column: Column, answered: pd.Series[str]) -> float | None:
    if column.role:
        return None
    if column.type in (Type.NUMBER, Type.NUMBERS):
        values = numbers(answered)
    else:
        places = {option.code: option.value for option in column.options}
        values = answered.map(places).astype("float64")
    mean = float(values.mean())
    return None if mean != mean else mean
