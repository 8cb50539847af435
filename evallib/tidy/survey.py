"""One survey of one period: which responses count, and what became of every column.

Which responses are kept: test answers, duplicates, reused tokens and late answers never. In a survey
by token only complete answers count, so that an unfinished form and its finished successor are not two
answers; in a survey by open link every response with at least one answer counts, because nobody can
come back to finish it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from evallib.codebook.model import BUILT_IN, AskedIf, Column, Item, Questionnaire, Type
from evallib.codes import UNKNOWN
from evallib.errors import ReconciliationError, text
from evallib.records import FieldClass
from evallib.tidy.typed import as_number

OTHER = "other"
_OTHER_CODE = "-oth-"  # the server's own
LEFT_OUT_FLAGS = ("test", "duplicate", "token_reused", "late")
_BACKGROUND = "response person organisation region sector event_id language week complete flags"
BACKGROUND = tuple(_BACKGROUND.split())
LINKED = "participation_person"  # only where consent links answers with participation
_NUMERIC = (Type.NUMBER, Type.NUMBERS)
_UNCOUNTED = (
    *(Type.TEXT, Type.TEXTS, Type.DISPLAY, Type.HIDDEN),
    *(Type.DATE, Type.EQUATION, Type.FILE, Type.OTHER),
)
_COUNTED_CLASSES = (FieldClass.ANSWER, FieldClass.QUASI, FieldClass.ORGANISATION)

Codes = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ColumnCount:
    """What became of one column: the kept responses, each in exactly one class.

    options: answers by known option code (a number column has one class, ``number``).
    """

    column: str
    n: int
    not_asked: int
    not_answered: int
    answered: int
    options: Mapping[str, int]
    other: int
    unknown: int


@dataclass(frozen=True)
class SurveyFrame:
    """The kept responses of one survey and period, one row a response, all cells text.

    received: responses in the frozen table. left_out: how many were set aside, by reason.
    present: False when no table of this survey came (then there are no rows).
    """

    survey: str
    questionnaire: Questionnaire
    rows: pd.DataFrame
    counts: Mapping[str, ColumnCount]
    received: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    present: bool = True

    @property
    def n(self) -> int:
        return len(self.rows)

    def item(self, series: str) -> Item | None:
        """The item of the series that was asked in this wave."""
        asked = self.questionnaire.in_series(series)
        return asked[-1] if asked else None

    def code_array(self, series: str, sub: str = "") -> Codes:
        """One option code a response, None = not answered or not asked.

        A code that is no option of the item is ``unknown``; the server's own "other" is ``other``.
        """
        column = self._column(series, sub)
        if column is None:
            return np.full(self.n, None, dtype=object)
        return classed(self.rows[column.name].to_numpy(dtype=object), column)

    def number(self, series: str, sub: str = "") -> pd.Series:
        """One number a response, NaN = not answered, not asked, or not a number (then in ``counts``)."""
        column = self._column(series, sub)
        written = [""] * self.n if column is None else self.rows[column.name].tolist()
        values = [as_number(one) for one in written]
        return pd.Series(
            [np.nan if value is None else value for value in values],
            index=self.rows.index,
            name=series,
            dtype=float,
        )

    def ticks(self, series: str) -> pd.DataFrame:
        """One boolean column a subitem of a multiple choice, ticked = True."""
        return self.array(series) == "Y"

    def array(self, series: str) -> pd.DataFrame:
        """Codes of an array question, one column a subitem."""
        item = self.item(series)
        subs = [sub.code for sub in item.subitems] if item else []
        return pd.DataFrame({sub: self.code_array(series, sub) for sub in subs}, index=self.rows.index)

    def background(self, name: str) -> Codes:
        """A background column that the door in gave (region, sector, language, event_id …)."""
        if name not in self.rows:
            return np.full(self.n, UNKNOWN, dtype=object)
        values = self.rows[name].to_numpy(dtype=object)
        return np.where(values == "", UNKNOWN, values)

    def _column(self, series: str, sub: str) -> Column | None:
        item = self.item(series)
        if item is None:
            return None
        found = self._columns.get(f"{item.code}[{sub}]" if sub else item.code)
        return found if found is not None and found.name in self.rows else None

    @cached_property
    def _columns(self) -> dict[str, Column]:
        """The questionnaire's own columns by name."""
        return {one.name: one for one in self.questionnaire.columns() if not one.role}


def known_codes(column: Column) -> tuple[str, ...]:
    """The option codes a column may hold."""
    return column.option_codes or BUILT_IN.get(column.type, ())


def classed(written: Codes, column: Column) -> Codes:
    """Cells as option codes: None for blank, ``other``, ``unknown`` for what is no option."""
    known = np.isin(written, known_codes(column))
    codes = np.where(known, written, UNKNOWN).astype(object)
    codes[written == _OTHER_CODE] = OTHER
    codes[written == ""] = None
    return codes


def survey_frame(survey: str, questionnaire: Questionnaire, table: pd.DataFrame) -> SurveyFrame:
    """The kept responses with their reconciliation.

    Raises ReconciliationError when a column of the questionnaire is not in the table, a column of the
    table is in no questionnaire, or a column's classes do not add up to the kept responses.
    """
    columns = tuple(counted_columns(questionnaire))
    _same_columns(survey, questionnaire, columns, table)
    reason = _reasons(questionnaire, columns, table)
    kept = table[reason == ""].reset_index(drop=True)
    left_out = {str(word): int((reason == word).sum()) for word in sorted(set(reason) - {""})}
    counts = {column.name: count_column(survey, column, kept) for column in columns}
    return SurveyFrame(survey, questionnaire, kept, counts, len(table), left_out)


def empty_survey(survey: str, questionnaire: Questionnaire) -> SurveyFrame:
    """A survey of which nothing came in this period."""
    columns = [column.name for column in counted_columns(questionnaire)]
    rows = pd.DataFrame({name: pd.Series([], dtype="str") for name in (*BACKGROUND, *columns)})
    counts = {name: ColumnCount(name, 0, 0, 0, 0, {}, 0, 0) for name in columns}
    return SurveyFrame(survey, questionnaire, rows, counts, left_out={}, present=False)


def counted_columns(questionnaire: Questionnaire) -> Iterator[Column]:
    """The columns that hold answers to be counted: no free text, no hidden values."""
    for column in questionnaire.columns():
        countable = column.type not in _UNCOUNTED and not column.role
        if countable and column.field_class in _COUNTED_CLASSES:
            yield column


def count_column(survey: str, column: Column, rows: pd.DataFrame) -> ColumnCount:
    """Every kept response in one class of this column; raises ReconciliationError otherwise."""
    written = rows[column.name].to_numpy(dtype=object)
    given = Counter(written.tolist())
    blank = given.pop("", 0)
    not_asked, not_answered = 0, blank
    if column.asked_if is not None:
        asked = _asked(survey, column.asked_if, column, rows)
        not_asked, not_answered = int((~asked).sum()), int((asked & (written == "")).sum())
    options, other, unknown = _answer_classes(given, column)
    count = ColumnCount(
        column=column.name,
        n=len(rows),
        not_asked=not_asked,
        not_answered=not_answered,
        answered=len(rows) - blank,
        options=options,
        other=other,
        unknown=unknown,
    )
    _adds_up(survey, count)
    return count


def _answer_classes(given: Counter[str], column: Column) -> tuple[dict[str, int], int, int]:
    """Answers by option, the server's own "other", and what is neither; counted apart, so that they must
    add up."""
    if column.type in _NUMERIC:
        fit = sum(n for cell, n in given.items() if as_number(cell) is not None)
        return {"number": fit}, 0, given.total() - fit
    known = known_codes(column)
    options = {code: given[code] for code in known}
    other = 0 if _OTHER_CODE in known else given[_OTHER_CODE]
    if OTHER in options:  # an option of our own with that code
        options[OTHER], other = options[OTHER] + other, 0
    strange = (n for cell, n in given.items() if cell not in known and cell != _OTHER_CODE)
    return options, other, sum(strange)


def _asked(survey: str, asked_if: AskedIf, column: Column, rows: pd.DataFrame) -> Flags:
    """Who was shown the question, by the questionnaire's own condition."""
    condition = asked_if.column.replace("{sub}", column.subitem)
    if condition not in rows:
        raise ReconciliationError(
            text("{column} depends on a column that is not there", column=column.name),
            expected=condition,
            where=text("survey {survey}", survey=survey),
            repair=text("Correct asked_if of the item in surveys/questionnaires/"),
        )
    return rows[condition].isin(asked_if.codes).to_numpy(dtype=bool)


def _adds_up(survey: str, count: ColumnCount) -> None:
    """answered + not answered + not asked = n; known options + other + unknown = answered."""
    classes = count.answered + count.not_answered + count.not_asked
    by_code = sum(count.options.values()) + count.other + count.unknown
    if classes == count.n and by_code == count.answered:
        return
    raise ReconciliationError(
        text("The answers to {column} do not add up", column=count.column),
        where=text("survey {survey}, column {column}", survey=survey, column=count.column),
        expected=text("{n} responses, {answered} answers", n=count.n, answered=count.answered),
        found=text(
            "{answered} answered + {blank} not answered + {unasked} not asked = {sum}; {codes} by option",
            answered=count.answered,
            blank=count.not_answered,
            unasked=count.not_asked,
            sum=classes,
            codes=by_code,
        ),
        repair=text(
            "Compare asked_if of the item with the condition of the question on the server: "
            "somebody answered what was not asked"
        ),
    )


def _reasons(questionnaire: Questionnaire, columns: tuple[Column, ...], table: pd.DataFrame) -> Codes:
    """Why a response is set aside, "" = it is kept; the first reason that fits."""
    reason = np.full(len(table), "", dtype=object)
    flags = [set(one.split("+")) for one in table["flags"]]
    for word in LEFT_OUT_FLAGS:
        reason[[reason[i] == "" and word in own for i, own in enumerate(flags)]] = word
    if questionnaire.origin == "token":
        reason[(reason == "") & (table["complete"].to_numpy(dtype=object) != "yes")] = "incomplete"
    else:
        answers = table[[column.name for column in columns]].to_numpy(dtype=object)
        reason[(reason == "") & (answers == "").all(axis=1)] = "empty"
    return reason


def _same_columns(
    survey: str, questionnaire: Questionnaire, columns: tuple[Column, ...], table: pd.DataFrame
) -> None:
    missing = [name for name in BACKGROUND if name not in table and name != "organisation"]
    missing += [column.name for column in columns if column.name not in table]
    known = {*BACKGROUND, LINKED, *(column.name for column in questionnaire.columns())}
    known.update(questionnaire.not_read)
    strange = [str(name) for name in table.columns if str(name) not in known]
    if not missing and not strange:
        return
    raise ReconciliationError(
        text("The frozen answers of {survey} and its questionnaire differ", survey=survey),
        expected=text("the columns {names}", names=", ".join(missing)) if missing else "",
        found=text("unknown columns {names}", names=", ".join(strange)) if strange else "",
        where=text("survey {survey}", survey=survey),
        repair=text("Check the items' waves and the roster of this period, then freeze again"),
    )
