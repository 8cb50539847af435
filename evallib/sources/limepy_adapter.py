"""limepy's ``Survey`` and ``Question`` for evaluators who know them, where they count rightly.

Fed with an export as it stands limepy counts some question types wrongly and says nothing. Here its survey
gets a structure without HTML and a frame of which each column is typed as its summary of that question
expects; each number of a summary is then compared with one worked out from the cells by other means.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean, median, quantiles, stdev
from typing import TYPE_CHECKING, Any

from evallib.codebook.model import Column, Item, Questionnaire
from evallib.errors import ReconciliationError, UsageError, nearest, text
from evallib.records import SourceTable
from evallib.sources.limepy_document import OTHER, Labels, document, refused, ticks
from evallib.sources.limesurvey import NUMBER_PATTERN

if TYPE_CHECKING:
    import pandas as pd

_METHODS = ("mean", "median")
_ROUNDED = {"Percent", "Valid Percent"}  # by limepy, to one decimal
_NOTHING = float("nan")

Cells = dict[tuple[str, str], float]  # a summary's numbers by row and column


@dataclass(frozen=True)
class LimepySurvey:
    """limepy's survey of one export. survey: a ``limepy.wrangle.Survey``, one row a response.

    Its frame holds every column of the questions, free text too, and none of the record: no token, no
    address, no date. Internal: nothing of it is masked.
    """

    survey: Any
    structure: Questionnaire
    table: SourceTable
    language: str

    def question(self, code: str, method: str = "mean", mask: pd.Series[bool] | None = None) -> Any:
        """limepy's ``Question`` for a question code; every number of its ``summary`` compared with ours.

        method: of an array of numbers, mean or median; mask: rows to count, True for each that does. Raises
        UsageError for an unknown question, one whose type limepy does not count, or without answers to rank,
        ReconciliationError where one of its numbers differs from ours.
        """
        from limepy.wrangle import Question

        item = self._item(code)
        if method not in _METHODS:
            raise UsageError(
                text("limepy can't summarise the question {code}", code=code),
                expected=text("one of {known}", known=", ".join(_METHODS)),
                found=method,
            )
        rows = self.table.rows if mask is None else self.table.rows[mask.to_numpy(dtype=bool)]
        if item.native == "R" and not (rows[next(item.columns()).name] != "").any():
            raise UsageError(
                text("limepy can't summarise the question {code}", code=code),
                found=text("no answers to divide by"),
            )
        qid = str(self.structure.items.index(item) + 1)
        with warnings.catch_warnings():  # a mean of no numbers
            warnings.simplefilter("ignore", RuntimeWarning)
            made = Question(self.survey, qid, mask=mask, method=method)
        _compare(code, made.summary, _ours(rows, item, Labels.of(item, self.language), method))
        return made

    def _item(self, code: str) -> Item:
        item = self.structure.item(code)
        known = [one.code for one in self.structure.items if refused(one) is None]
        why = refused(item) if item else None
        if item is None or why is not None:
            close = nearest(code, known)
            raise UsageError(
                text("limepy can't summarise the question {code}", code=code),
                expected=text("one of {known}", known=", ".join(known)),
                found=why or text("no such question"),
                repair=text("Use evallib survey counts")
                if item
                else text("Did you mean {key}?", key=repr(close))
                if close
                else "",
            )
        return item


def limepy_survey(structure: Questionnaire, table: SourceTable, language: str) -> LimepySurvey:
    """limepy's survey of the answers in ``table``, labels in ``language``; see :class:`LimepySurvey`.

    Raises UsageError for a language that the survey does not have.
    """
    import pandas as pd
    from limepy.wrangle import Survey

    if language not in structure.languages:
        raise UsageError(
            text("The survey has no language {language}", language=language),
            expected=text("one of {known}", known=", ".join(structure.languages)),
        )
    columns: dict[str, pd.Series[Any]] = {}
    for item in structure.items:
        for column in item.columns():
            columns[column.name] = _typed(item, column, table.rows[column.name])
        if item.native == "R":  # limepy looks for a place for each option
            absent = [f"{item.code}[{n}]" for n in range(1, len(item.options) + 1)]
            nothing = pd.Series(None, index=table.rows.index, dtype="object")
            columns |= {name: nothing for name in absent if name not in columns}
    frame = pd.DataFrame(columns, index=table.rows.index)
    return LimepySurvey(Survey(frame, document(structure, language), language), structure, table, language)


def _typed(item: Item, column: Column, values: pd.Series[str]) -> pd.Series[Any]:
    """A column as limepy's summary expects it; NaN or None = not answered."""
    if item.native in "KN5:" and not column.role:
        return _numbers(values)
    return values.astype("object").where(values != "", None)


def _numbers(values: pd.Series[str]) -> pd.Series[float]:
    return values.where(values.str.fullmatch(NUMBER_PATTERN)).astype("float64")


def _compare(code: str, summary: pd.DataFrame, ours: Cells) -> None:
    """ReconciliationError unless limepy's summary holds our numbers and no others."""
    theirs = {
        (str(row), str(column)): float(value)
        for column in summary.columns
        for row, value in summary[column].items()
    }
    for row, column in [*ours, *(theirs.keys() - ours.keys())]:
        wanted, found = ours.get((row, column)), theirs.get((row, column))
        near = 0.0501 if column in _ROUNDED else 1e-9 * max(1.0, abs(wanted or 0.0))
        blank = wanted is not None and found is not None and wanted != wanted and found != found
        if wanted is None or found is None or not (blank or abs(wanted - found) <= near):
            raise ReconciliationError(
                text("limepy's number for {code} differs from ours", code=code),
                where=f"{row}, {column}",
                expected=str(wanted),
                found=str(found),
            )


def _ours(rows: pd.DataFrame, item: Item, labels: Labels, method: str) -> Cells:
    """Our numbers by the row and column of limepy's summary."""
    cells = {column.name: rows[column.name].tolist() for column in item.columns()}
    if item.native == "N":
        return _described(item.code, _floats(cells[item.code]))
    if item.native == "K":
        given = {labels.rows[sub.code]: _floats(cells[sub.column(item.code)]) for sub in item.subitems}
        return {(row, name): _middle(some, name) for row, some in given.items() for name in _METHODS}
    if item.native == ":":
        return dict(_array(item, cells, labels, method))
    if item.native == "R":
        return _points(item, cells, labels)
    if item.native in "FABCEH":
        return {
            (labels.rows[sub.code], words): Counter(cells[sub.column(item.code)])[option]
            for sub in item.subitems
            for option, words in labels.options.items()
        }
    return _shares(item, cells, labels, len(rows))


def _shares(item: Item, cells: dict[str, list[str]], labels: Labels, n: int) -> Cells:
    """Counts of a list or of ticks, in per cent of all rows and of those that hold an answer."""
    other = cells.get(f"{item.code}[other]", [])
    if item.native in "MP":
        chosen = {labels.rows[sub.code]: cells[sub.column(item.code)] for sub in item.subitems}
        counts = {row: Counter(given)["Y"] for row, given in chosen.items()}
        answered = [any(one) for one in zip(*chosen.values(), *([other] if item.other else []), strict=True)]
    else:
        tally = Counter(cells[item.code])
        counts = {words: tally[option] for option, words in labels.options.items()}
        columns = [cells[item.code], *([other] if item.other else [])]
        answered = [any(one) for one in zip(*columns, strict=True)]
    if item.other:
        counts[OTHER] = sum(map(bool, other))
    bases = {"Percent": n, "Valid Percent": sum(answered)}
    found: Cells = {(row, "Count"): count for row, count in counts.items()}
    for name, base in bases.items():
        found |= {(row, name): 100 * count / base if base else _NOTHING for row, count in counts.items()}
    return found


def _array(
    item: Item, cells: dict[str, list[str]], labels: Labels, method: str
) -> Iterator[tuple[tuple[str, str], float]]:
    for sub in item.subitems:
        down, _, beside = sub.code.partition("_")
        given = _floats(cells[sub.column(item.code)])
        if ticks(item):
            value: float = given.count(1.0)
        else:
            value = _middle(given, method)
        yield (labels.rows[down], labels.across[beside]), value


def _points(item: Item, cells: dict[str, list[str]], labels: Labels) -> Cells:
    """limepy's score: as many points as there are options for the first place, one less for each after it,
    by respondent who ranked anything."""
    places = [Counter(cells[sub.column(item.code)]) for sub in item.subitems]
    ranked = places[0].total() - places[0][""]
    worth = range(len(item.options), 0, -1)
    return {
        (words, "Points"): sum(points * tally[option] for points, tally in zip(worth, places, strict=False))
        / ranked
        for option, words in labels.options.items()
    }


def _described(code: str, given: list[float]) -> Cells:
    """What describe() tells of numbers."""
    cuts = quantiles(given, n=4, method="inclusive") if len(given) > 1 else given * 3 or [_NOTHING] * 3
    told = {
        "count": float(len(given)),
        "mean": fmean(given) if given else _NOTHING,
        "std": stdev(given) if len(given) > 1 else _NOTHING,
        "min": min(given, default=_NOTHING),
        "25%": cuts[0],
        "50%": cuts[1],
        "75%": cuts[2],
        "max": max(given, default=_NOTHING),
    }
    return {(name, code): value for name, value in told.items()}


def _middle(given: list[float], method: str) -> float:
    return float((fmean if method == "mean" else median)(given)) if given else _NOTHING


def _floats(cells: list[str]) -> list[float]:
    return [float(one) for one in cells if re.fullmatch(NUMBER_PATTERN, one)]
