"""LimeSurvey's answers and participants as source tables.

Answers come from the export with question codes and answer codes (``code/short``), CSV or JSON. Every
cell stays the text that the server wrote: "NA", "007" and spaces are values, "" means nothing stood
there. What can't be right is refused; what an evaluator should know is remarked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from evallib.codebook.archive import is_packed
from evallib.codebook.builtin_labels import OTHER, OTHER_CODE
from evallib.codebook.columns import shown_headers
from evallib.codebook.model import Column, Questionnaire, Type
from evallib.errors import InputError, PrivacyError, nearest, text
from evallib.records import FieldClass, Remark, SourceFile, SourceTable
from evallib.sources.limesurvey_export import (
    AGAIN,
    CODE_EXPORT,
    Export,
    read_export,
    refuse_repeated,
    refuse_repeated_headings,
)
from evallib.sources.limesurvey_participants import read_participants as read_participants

_TECHNICAL = FieldClass.TECHNICAL
RECORD_FIELDS = {
    "id": _TECHNICAL,
    "submitdate": _TECHNICAL,
    "lastpage": _TECHNICAL,
    "startlanguage": FieldClass.QUASI,
    "token": FieldClass.IDENTIFIER,
    "startdate": _TECHNICAL,
    "datestamp": _TECHNICAL,
}
_EXTRA_FIELDS = {"seed": _TECHNICAL, "ipaddr": _TECHNICAL, "refurl": _TECHNICAL}
RECORD_CLASSES = {**RECORD_FIELDS, **_EXTRA_FIELDS}

_Cells = Mapping[str, list[str]]  # column → its cells, in order of id
_Tallies = Mapping[str, Counter[str]]  # column → how often each value stands in it, blank cells apart
_ID = re.compile("[0-9]{1,15}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?")
NUMBER_PATTERN = r"-?[0-9]+(\.[0-9]+)?"  # a number with a decimal comma is none
_NO_DATE = "1980-01-01"  # written when a survey keeps no date stamps


def read_responses(structure: Questionnaire, data: bytes, name: str) -> SourceTable:
    """The answers of a survey, one row a response in order of id, all cells text.

    data: a CSV or JSON export, or an archive (``.lsa``).
    Columns: the record's fields, then every item column of ``structure``; columns of unknown question
    types are left out with a remark.
    Raises InputError for a file that is cut, changed, of another survey or of another export form, and
    PrivacyError for a column that neither the structure nor LimeSurvey's record declares.
    """
    return source_table(
        structure, received(structure, data, name), SourceFile.of(name, data, "limesurvey", "", "UTF-8")
    )


def received(structure: Questionnaire, data: bytes, name: str) -> Export:
    """The answers in a CSV or JSON export, or in an archive (``.lsa``)."""
    if is_packed(data):
        from evallib.sources.limesurvey_archive import read_archive

        return read_archive(structure, data, name)
    return read_export(data, name)


def source_table(structure: Questionnaire, export: Export, file: SourceFile) -> SourceTable:
    """What an export holds, as rows of the contract; raises as ``read_responses``."""
    import pandas as pd

    name = file.name
    if export.header:
        _check_header(structure, export.header, name)
    cells, dropped = _shaped(structure, export)
    tallies = _tallies(structure, cells)
    _check_rows(structure, cells, tallies, name)
    fields = {column: RECORD_CLASSES[column] for column in RECORD_CLASSES if column in cells}
    fields |= {column.name: column.field_class for column in structure.columns()}
    remarks = (
        *_file_remarks(export, dropped),
        *_row_remarks(cells),
        *_value_remarks(structure, tallies),
    )
    rows = pd.DataFrame({column: pd.array(written, dtype="str") for column, written in cells.items()})
    return SourceTable(
        f"responses.{structure.id}", rows, fields, (replace(file, variant=export.variant),), remarks
    )


def _check_header(structure: Questionnaire, header: tuple[str, ...], name: str) -> None:
    columns = {column.name for column in structure.columns()}
    unknown = [
        one
        for one in header
        if one not in RECORD_CLASSES and one not in columns and not _unread(structure, one)
    ]
    own = [one for one in header if one in columns]
    if "id" not in header:
        missing = header[0].isdecimal()
        raise InputError(
            text("{file} has no header", file=name)
            if missing
            else text("The headings of {file} are not question codes", file=name),
            expected=text("a first row that begins with: id, submitdate"),
            found=text("{count} cells", count=len(header)) if missing else shown_headers(header[:3]),
            repair=CODE_EXPORT,
        )
    refuse_repeated_headings(header, name)
    if len(unknown) > len(own):
        raise InputError(
            text("{file} holds answers of another survey than {survey}", file=name, survey=structure.id),
            expected=text("columns such as {columns}", columns=", ".join(sorted(columns)[:3])),
            found=", ".join(unknown[:3]),
            repair=text("Export structure and answers of the same survey"),
        )
    if unknown:
        close = nearest(unknown[0], sorted(columns))
        raise PrivacyError(
            text("{file} has the column {column}, which nothing declares", file=name, column=unknown[0]),
            found=", ".join(unknown[:5]),
            repair=text(
                "The nearest known column is {column}; export structure and answers anew", column=close
            )
            if close
            else text("Export without this column, or export the structure anew"),
        )
    needed = ["submitdate", *(c.name for c in structure.columns() if c.type is not Type.DISPLAY)]
    lacking = [column for column in needed if column not in header]
    if lacking:
        raise InputError(
            text("{file} lacks the column {column}", file=name, column=lacking[0]),
            expected=text("all {n} columns of the structure", n=len(needed)),
            found=text("{n} columns are missing: {columns}", n=len(lacking), columns=", ".join(lacking[:5])),
            repair=text("Export all columns, and the structure of the same day"),
        )


def _unread(structure: Questionnaire, column: str) -> bool:
    """Whether a column belongs to a question whose type is not read."""
    item = structure.item(column.partition("[")[0])
    return column in structure.not_read or (item is not None and item.type is Type.OTHER)


def _shaped(structure: Questionnaire, export: Export) -> tuple[dict[str, list[str]], list[str]]:
    """The columns of the contract in order, rows by id, and the names of those that were left out."""
    received = dict(zip(export.header, export.columns, strict=True))
    wanted = [*RECORD_FIELDS, *(extra for extra in _EXTRA_FIELDS if extra in received)]
    wanted += [column.name for column in structure.columns()]
    dropped = [column for column in received if column not in wanted]
    blank = [""] * export.n
    shaped = {column: received.get(column, blank) for column in wanted}
    ids = shaped["id"]
    if all(map(_ID.fullmatch, ids)):
        numbers = [int(one) for one in ids]
        order = sorted(range(len(ids)), key=numbers.__getitem__)
        if order != list(range(len(ids))):
            shaped = {column: [written[at] for at in order] for column, written in shaped.items()}
    return shaped, dropped


def _tallies(structure: Questionnaire, cells: _Cells) -> _Tallies:
    """Counted without the table library, which takes longer to begin with a column than to count it."""
    tallies = {column.name: Counter(cells[column.name]) for column in structure.columns()}
    for tally in tallies.values():
        del tally[""]
    return tallies


def _check_rows(structure: Questionnaire, cells: _Cells, tallies: _Tallies, name: str) -> None:
    faulty = next((one for one in cells["id"] if not _ID.fullmatch(one)), None)
    if faulty is not None:
        raise InputError(
            text("{file} has a response whose id is no number", file=name),
            found=repr(faulty[:40])[:40],
            repair=AGAIN,
        )
    refuse_repeated(cells["id"], "id", name)
    other = next((one for one in cells["submitdate"] if one and not _DATE.fullmatch(one)), None)
    if other is not None:
        raise InputError(
            text("{file} has dates that LimeSurvey does not write", file=name),
            where=text("column {column}", column="submitdate"),
            expected=text("year-month-day and time, as in 2026-10-06 11:38:48"),
            found=repr(other[:40])[:40],
            repair=AGAIN,
        )
    _refuse_answer_texts(structure, tallies, name)


def _refuse_answer_texts(structure: Questionnaire, tallies: _Tallies, name: str) -> None:
    """An export of answer texts has more labels than codes in the columns where the two differ."""
    codes = labels = 0
    example = ""
    for column in structure.columns():
        if not column.options or column.role:
            continue
        known, words = set(column.option_codes), _words(structure, column)
        for value, n in tallies[column.name].most_common():
            if value in known or value == OTHER_CODE:
                codes += n if words - known else 0
            elif value in words or column.type is Type.MULTI:
                labels += n
                example = example or f"{column.name}: {value[:20]}"
    if labels > codes:
        raise InputError(
            text("{file} holds answer texts instead of answer codes", file=name),
            found=example,
            repair=CODE_EXPORT,
        )


def _words(structure: Questionnaire, column: Column) -> set[str]:
    """What a text export writes into a coded column."""
    words = {label for option in column.options for label in option.label.values()}
    item = structure.item(column.item)
    if item is not None and item.other:
        words |= set(OTHER.values())
    return words | ({"N/A"} if column.type in (Type.YES_NO, Type.SINGLE) else set())


def _file_remarks(export: Export, dropped: list[str]) -> Iterable[Remark]:
    if not export.n:
        yield Remark("no_answers", 1, "the export holds no response")
    elif not export.ends_as_written:
        yield Remark("end_not_marked", 1, "no empty last line; compare the number of responses")
    if dropped:
        yield Remark("not_read", len(dropped), ", ".join(dropped))


def _row_remarks(cells: _Cells) -> Iterable[Remark]:
    empty = list(range(len(cells["id"])))
    for column, written in cells.items():
        if column not in RECORD_CLASSES:
            empty = [at for at in empty if not written[at]]
    found = {"empty": len(empty), "no_date": sum(one.startswith(_NO_DATE) for one in cells["submitdate"])}
    for code, n in found.items():
        if n:
            yield Remark(code, n)


def _value_remarks(structure: Questionnaire, tallies: _Tallies) -> Iterable[Remark]:
    """Codes that are no option, and numbers that are none, by column."""
    for column in structure.columns():
        values = tallies[column.name]
        if column.role:
            continue
        if column.options:
            item = structure.item(column.item)
            known = {*column.option_codes, *([OTHER_CODE] if item and item.other else [])}
            strange, code = [one for one in values if one not in known], "unknown_code"
        elif column.type in (Type.NUMBER, Type.NUMBERS):
            strange, code = [one for one in values if not re.fullmatch(NUMBER_PATTERN, one)], "not_a_number"
        else:
            continue
        if strange:
            yield Remark(code, sum(values[one] for one in strange), _seen(column, strange))


def _seen(column: Column, strange: Iterable[str]) -> str:
    """The column and its first strange codes; longer values may be personal and are not shown."""
    codes = [value for value in strange if len(value) <= 5][:3]
    return f"{column.name}: {', '.join(codes)}" if codes else column.name
