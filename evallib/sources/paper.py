"""Feedback forms filled in on paper, typed into a sheet by hand: the same table as the server's answers.

A row is a form, known by the number that somebody wrote on it. Nobody's name or token stands in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evallib.codebook.builtin_labels import OTHER_CODE
from evallib.codebook.model import BUILT_IN, Column, Questionnaire, Type
from evallib.codes import SURVEYS, Rule
from evallib.errors import InputError, Text, nearest, text
from evallib.records import ON_PAPER, FieldClass, Remark, SourceFile, SourceTable
from evallib.sources.decode import place, read_sheet
from evallib.sources.limesurvey import RECORD_CLASSES, RECORD_FIELDS
from evallib.sources.log_columns import filled_rows
from evallib.sources.logs import checked, coded

EVENT_ITEMS = ("EVID", "event_id")  # the hidden item that a link fills in, and a hand on paper
FORM, DATE, LANGUAGE, EVENT = "form", "date", "language", "event_id"
RETYPED = text(
    "Put the rows that are gone back. If they were taken out on purpose, let the name of the file end in "
    "_corrected, as paper_corrected.xlsx"
)
_UNTYPED = (Type.DISPLAY, Type.HIDDEN, Type.EQUATION, Type.FILE, Type.OTHER)
_CHECKS = {Type.NUMBER: "number", Type.NUMBERS: "number", Type.DATE: "date"}


@dataclass(frozen=True)
class _Form:
    """A typed row. cells: by column of the questionnaire."""

    number: str
    event: str
    date: str
    language: str
    cells: Mapping[str, str]
    row: int


def typed_columns(questionnaire: Questionnaire) -> list[Column]:
    """The columns of answers that a person fills in, in the order of the questionnaire."""
    return [one for one in questionnaire.columns() if one.type not in _UNTYPED]


def choices(questionnaire: Questionnaire, column: Column) -> tuple[str, ...]:
    """The codes of a column, () where it takes a number or a text."""
    if column.role:
        return ()
    codes = column.option_codes or BUILT_IN.get(column.type, ())
    item = questionnaire.item(column.item)
    return (*codes, OTHER_CODE) if item and item.other and column.type is not Type.MULTI else codes


def sheet_rules(questionnaire: Questionnaire) -> tuple[Rule, ...]:
    """The columns of the typing sheet; ``event_id`` only where the survey belongs to an event."""
    event = [_rule(EVENT, "id", needed=True)] if _event_item(questionnaire) else []
    own = [_rule(one.name, _check(one)) for one in typed_columns(questionnaire)]
    dated = _rule(DATE, "date", needed=not event)
    return (_rule(FORM, "id", needed=True), *event, dated, _rule(LANGUAGE, "language", newer=True), *own)


def _rule(column: str, check: str, *, needed: bool = False, newer: bool = False) -> Rule:
    return Rule(column, check, needed, key=False, several=False, newer=newer)


def _check(column: Column) -> str:
    return "text" if column.role else _CHECKS.get(column.type, "text")


def _event_item(questionnaire: Questionnaire) -> str:
    return next((one for one in EVENT_ITEMS if questionnaire.item(one)), "")


def paper_extent(data: bytes, name: str) -> tuple[tuple[str, ...], int]:
    """Header and number of filled rows of a typing sheet; raises InputError."""
    sheet = read_sheet(data, name, by_hand=True, sheets=SURVEYS)
    filled = [row for row in sheet.rows if any(row)]
    return tuple(filled[0]) if filled else (), max(len(filled) - 1, 0)


def read_paper(
    questionnaire: Questionnaire, data: bytes, name: str, events: Mapping[str, Mapping[str, str]]
) -> SourceTable:
    """The typed forms, one row a form, columns and classes as those of the server's answers.

    id: ``paper-`` and the form's number; submitdate: the day on the form, else the first of its event; seed:
    the form once more, by which a form typed twice is told from two that are answered alike. events: the
    event log by id. An answer to a question that the form says to skip is left out and counted, as the server
    would not have asked. Raises InputError with row and column for an unknown code, column or event, a cell
    that is no number or day, a row without number, event or day, and a form typed twice with other answers.
    """
    import pandas as pd

    sheet = read_sheet(data, name, by_hand=True, sheets=[questionnaire.id])
    skipped: Counter[str] = Counter()
    wanted = sheet_rules(questionnaire)
    forms = [
        _form(questionnaire, row, wanted, name, number, events, skipped)
        for number, row in filled_rows(sheet, wanted)
    ]
    _refuse_other_answers(forms, name)
    fields = {**RECORD_FIELDS, "seed": RECORD_CLASSES["seed"]}
    fields |= {column.name: column.field_class for column in questionnaire.columns()}
    rows = pd.DataFrame(
        [_row(questionnaire, one, fields) for one in forms], columns=list(fields), dtype="str"
    )
    file = SourceFile.of(name, data, "paper forms", "typed", sheet.encoding)
    return SourceTable(
        f"responses.{questionnaire.id}", rows, fields, (file,), tuple(_remarks(forms, skipped, name))
    )


def _form(
    questionnaire: Questionnaire,
    row: Mapping[str, str],
    wanted: Sequence[Rule],
    name: str,
    number: int,
    events: Mapping[str, Mapping[str, str]],
    skipped: Counter[str],
) -> _Form:
    cells = {
        rule.column: checked(row.get(rule.column, ""), rule, name, place(name, number, rule.column))
        for rule in wanted
    }
    if not re.fullmatch("[0-9]{1,9}", cells[FORM]):
        raise InputError(
            text("The cell can't be read"),
            where=place(name, number, FORM),
            expected=text("the number written on the paper form, as 12"),
            found=repr(cells[FORM][:20]),
            repair=text("Number the forms on paper, so that each row can be compared with its form"),
        )
    event = cells.get(EVENT, "")
    if event and event not in events:
        close = nearest(event, list(events))
        raise InputError(
            text("The event {event} is not in the event log", event=repr(event[:40])),
            where=place(name, number, EVENT),
            expected=text("the event's id in the event log"),
            repair=text("Did you mean {event}?", event=close) if close else text("Add the event to the log"),
        )
    day = cells[DATE] or events.get(event, {}).get("start", "")[:10]
    for column in typed_columns(questionnaire):
        _check_code(questionnaire, column, cells, place(name, number, column.name))
        if cells[column.name] and not _asked(column, cells):
            cells[column.name] = ""
            skipped[column.name] += 1
    return _Form(str(int(cells[FORM])), event, day, cells[LANGUAGE], cells, number)


def _check_code(questionnaire: Questionnaire, column: Column, cells: Mapping[str, str], where: Text) -> None:
    allowed = choices(questionnaire, column)
    if allowed and cells[column.name]:
        coded(cells[column.name], allowed, where)


def _asked(column: Column, cells: Mapping[str, str]) -> bool:
    """Whether the form asks the question of who answered the earlier ones so."""
    rule = column.asked_if
    return rule is None or cells.get(rule.column, "") in rule.codes


def _refuse_other_answers(forms: Sequence[_Form], name: str) -> None:
    seen: dict[str, _Form] = {}
    for one in forms:
        before = seen.setdefault(one.number, one)
        if _answers(before) != _answers(one):
            raise InputError(
                text("The form {form} is typed twice with different answers", form=one.number),
                where=place(name, one.row, FORM),
                expected=text("a number of its own for each form"),
                found=text("the same number in row {row}", row=before.row),
                repair=text("Compare both rows with the paper and correct the number or the answers"),
            )


def _answers(form: _Form) -> tuple[str, ...]:
    told = [cell for column, cell in form.cells.items() if column not in (FORM, DATE, LANGUAGE, EVENT)]
    return (form.event, form.date, form.language, *told)


def _row(questionnaire: Questionnaire, form: _Form, fields: Mapping[str, FieldClass]) -> list[str]:
    known = {
        "id": f"{ON_PAPER}{form.number}",
        "submitdate": f"{form.date} 00:00:00",
        "startlanguage": form.language,
        "seed": f"{ON_PAPER}{form.number}",
    }
    known |= {column.name: form.cells[column.name] for column in typed_columns(questionnaire)}
    if hidden := _event_item(questionnaire):
        known[hidden] = form.event
    return [known.get(field, "") for field in fields]


def _remarks(forms: Sequence[_Form], skipped: Counter[str], name: str) -> Iterator[Remark]:
    first = {one.number: _answers(one) for one in forms}
    empty = sum(not any(answers[3:]) for answers in first.values())
    alike = Counter(answers for answers in first.values() if any(answers[3:]))
    if empty:
        yield Remark("empty", empty, name.rpartition("/")[2])
    if repeated := sum(n - 1 for n in alike.values()):
        yield Remark("paper_alike", repeated)
    if skipped:
        yield Remark("paper_not_asked", skipped.total(), ", ".join(skipped))
