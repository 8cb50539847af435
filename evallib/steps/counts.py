"""survey counts: what stands in each column of an export, for a person who counts after with a pencil.

Internal: nothing is masked here, and nothing of it goes to ``outputs/``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from evallib.codebook.builtin_labels import COMMENT, FILES, OTHER, OTHER_CODE, YES_NO
from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import Column, Item, Label, Questionnaire, Type
from evallib.errors import ReconciliationError, text
from evallib.records import SourceFile
from evallib.sources.limesurvey import RECORD_CLASSES, received, source_table
from evallib.sources.limesurvey_export import unquoted
from evallib.steps.fingerprint import read_all
from evallib.steps.rehearsal import synthetic
from evallib.tidy.typed import as_number

if TYPE_CHECKING:
    from evallib.sources.limesurvey_export import Export

_PLAIN = ("lastpage", "startlanguage")  # what the record holds beside answers, and names nobody
_NULL_WHEN_BLANK = "NKD"  # numbers and dates: nothing is stored for a blank one that was shown, either


@dataclass(frozen=True)
class ColumnTally:
    """One column of the export. n: cells with something in them; missing: blank ones; not_shown: those of
    them that were never asked or not reached, None where the file does not tell (archives do, and exports
    since some LimeSurvey after 6.4; never of numbers and dates, of which the server stores no blank).

    kind: LimeSurvey's letter, "" for the record's own columns. counts: cell → how often, the options first
    and in their order, zeros included; empty for texts that are not to be shown. labels: code → label. mean
    and median: None where the type has none or nothing was answered. unfit: cells that are no option and
    no number.
    """

    column: str
    question: str
    subquestion: str
    kind: str
    text: str
    n: int
    missing: int
    not_shown: int | None
    counts: Mapping[str, int]
    labels: Mapping[str, str]
    mean: float | None = None
    median: float | None = None
    unfit: int = 0


@dataclass(frozen=True)
class Counted:
    """survey: the server's id of it; responses: rows counted; tallies: one a column, in its order.

    synthetic: how many rows of the file nobody gave (``evallib survey twin``), counted or not.
    """

    survey: str
    responses: int
    tallies: tuple[ColumnTally, ...]
    synthetic: int = 0


def counts(
    structure: Path, responses: Path, language: str, *, complete: bool = False, show_text: bool = False
) -> Counted:
    """Every column of a code/short export or archive counted; with ``complete`` only of submitted responses.

    Duplicates and test answers are counted too: these are the file's numbers, not the report's. language: of
    labels, where the survey has it, else its base language. Raises InputError for files that are not read
    and ReconciliationError where the answers of a column are not answered + blank, or its options and what is
    no option are not the answered.
    """
    given = read_all({structure.as_posix(): structure} | {responses.as_posix(): responses})
    asked, data = read_lss(given[structure.as_posix()], structure.name), given[responses.as_posix()]
    export = received(asked, data, responses.name)
    table = source_table(asked, export, SourceFile.of(responses.name, data, "limesurvey", "", "UTF-8"))
    counted = [not complete or date != "" for date in table.rows["submitdate"]]
    cells = {str(name): list(compress(table.rows[name], counted)) for name in table.rows.columns}
    own = {column.name: column for column in asked.columns()}
    tallies = [
        _tally(asked, own[name], written, language, show_text) if name in own else _record(name, written)
        for name, written in cells.items()
        if name in own or (name in RECORD_CLASSES and any(written))
    ]
    stored = unquoted(data) if export.variant.endswith("CSV") else export.unstored
    if stored is not None:
        by_id = _unstored(export, stored, [*compress(table.rows["id"], counted)])
        tallies = [
            replace(one, not_shown=by_id.get(one.column))
            if one.kind and one.kind not in _NULL_WHEN_BLANK
            else one
            for one in tallies
        ]
    for one in tallies:
        _refuse_unequal(one, sum(counted))
    return Counted(asked.id, sum(counted), tuple(tallies), synthetic(table))


def _unstored(export: Export, stored: Mapping[str, bytes], ids: list[str]) -> dict[str, int]:
    """By column, of how many of these responses nothing was stored."""
    wanted = set(ids)
    kept = [one in wanted for one in export.columns[export.header.index("id")]] if ids else []
    return {name: sum(compress(missing, kept)) for name, missing in stored.items()}


def _refuse_unequal(one: ColumnTally, rows: int) -> None:
    known = sum(one.counts.get(code, 0) for code in one.labels)
    if one.n + one.missing == rows and (not one.labels or known + one.unfit == one.n):
        return
    raise ReconciliationError(
        text("The answers to {column} do not add up", column=one.column),
        expected=str(rows),
        found=f"{one.n} + {one.missing}; {known} + {one.unfit} = {one.n}",
    )


def _record(name: str, written: list[str]) -> ColumnTally:
    given = Counter(one for one in written if one)
    shown = dict(sorted(given.items())) if name in _PLAIN else {}
    return ColumnTally(name, "", "", "", "", given.total(), written.count(""), None, shown, {})


def _tally(
    asked: Questionnaire, column: Column, written: list[str], language: str, show_text: bool
) -> ColumnTally:
    item = asked.item(column.item)
    assert item is not None  # the column came from it

    def said(label: Label) -> str:
        return label.get(language) or label.get(asked.base_language) or next(iter(label.values()), "")

    given = Counter(one for one in written if one)
    labels = {code: said(label) for code, label in _options(item, column).items()}
    values = _values(item, column, given)
    order = [*labels, *sorted(given.keys() - labels.keys(), key=_by_size)]
    if not labels and values is None and not show_text:
        order = []
    unfit = 0 if values is None else given.total() - len(values)
    below = column.name.removeprefix(item.code)[1:-1]
    return ColumnTally(
        column=column.name,
        question=item.code,
        subquestion=below.replace("][", " "),
        kind=item.native,
        text=" – ".join(one for one in (said(item.label), *map(said, _below(item, column))) if one),
        n=given.total(),
        missing=written.count(""),
        not_shown=None,
        counts={code: given[code] for code in order},
        labels=labels,
        mean=fmean(values) if values else None,
        median=float(median(values)) if values else None,
        unfit=sum(given[code] for code in given if code not in labels) if labels else unfit,
    )


def _below(item: Item, column: Column) -> tuple[Label, ...]:
    """What tells a column from the others of its question: its row, and what it holds beside the answer."""
    other = item.other_label or OTHER
    if column.role in ("other", "count"):
        return (other if column.role == "other" else FILES,)
    row = tuple(
        one.label
        for one in item.subitems
        if (one.code == column.subitem if column.role else one.column(item.code) == column.name)
    )
    if column.role == "comment":
        return (*((other,) if column.subitem == "other" and not row else row), COMMENT)
    return row


def _by_size(cell: str) -> tuple[bool, float, str]:
    number = as_number(cell)
    return number is None, number or 0.0, cell


def _options(item: Item, column: Column) -> dict[str, Label]:
    """What may stand in a coded column; nothing for numbers and texts."""
    if column.role:
        return {}
    if item.type is Type.MULTI:  # a tick has no word of its own, and "other" is a column there
        return {"Y": YES_NO[0].label}
    known = {option.code: option.label for option in column.options}
    return known | ({OTHER_CODE: item.other_label or OTHER} if known and item.other else {})


def _values(item: Item, column: Column, given: Counter[str]) -> list[float] | None:
    """The numbers behind the cells, one a cell; None where the type has no mean.

    A list has none, nor an array by column (H), which is a list turned round. Don't-know options are no
    numbers. A computed text is a number when every cell of it is one.
    """
    places = {one.code: one.value for one in column.options if one.substantive}
    scale = item.type in (Type.ARRAY, Type.FIVE_POINT) and item.native != "H"
    if scale and places and None not in places.values():
        return [value for code in given.elements() if (value := places.get(code)) is not None]
    if column.role or item.type not in (Type.NUMBER, Type.NUMBERS, Type.EQUATION):
        return None
    read = [number for cell in given.elements() if (number := as_number(cell)) is not None]
    return None if item.type is Type.EQUATION and len(read) < given.total() else read
