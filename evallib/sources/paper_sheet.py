"""The empty workbook into which feedback forms on paper are typed: a row a form, codes from lists."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime

from evallib.codebook.builtin_labels import OTHER, OTHER_CODE
from evallib.codebook.model import Column, Label, Questionnaire, Type
from evallib.codebook.plain_text import plain_text
from evallib.codes import LANGUAGES, Rule
from evallib.errors import Text, text
from evallib.sources.paper import DATE, EVENT, FORM, LANGUAGE, choices, sheet_rules, typed_columns

Say = Callable[[Text | str], str]

_ROWS = 1000  # to which drop-down lists reach
_EPOCH = datetime(2000, 1, 1)  # the workbook says no time, so that the same survey gives the same bytes
_YES_NO = {"Y": text("yes"), "N": text("no")}
_DAY = text("the day on the form, as 2025-03-04 or 4.3.2025")
_OWN = {
    FORM: text("the number written on the paper form, as 12"),
    EVENT: text("the event's id in the event log"),
    DATE: text("the day on the form, as 2025-03-04 or 4.3.2025; empty: the day of the event"),
    LANGUAGE: text("language of the form"),
}


def paper_workbook(questionnaire: Questionnaire, language: str, say: Say = str) -> bytes:
    """The workbook as bytes: the sheet to fill, README with questions and labels of codes, the lists.

    language: of questions and labels, where the survey has it, else its base language.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False,
                                        "strings_to_numbers": False, "strings_to_urls": False})  # fmt: skip
    book.set_properties({"created": _EPOCH})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    typed = book.add_format({"num_format": "@"})
    sheet, readme, lists = (book.add_worksheet(name) for name in (questionnaire.id, "README", "codes"))
    columns = {column.name: column for column in typed_columns(questionnaire)}
    for place, words in enumerate((text("column"), text("question"), text("what it holds"))):
        readme.write_string(0, place, say(words), bold)
    for place, rule in enumerate(sheet_rules(questionnaire)):
        column = columns.get(rule.column)
        codes = choices(questionnaire, column) if column else LANGUAGES if rule.column == LANGUAGE else ()
        sheet.write_string(0, place, rule.column, bold)
        sheet.set_column(place, place, max(10, len(rule.column) + 2), typed)
        asked = _question(questionnaire, column, language) if column else ""
        holds = _holds(questionnaire, column, language, say) if column else say(_own(rule))
        for at, cell in enumerate((rule.column, asked, holds)):
            readme.write_string(place + 1, at, cell, wrapped)
        lists.write_column(0, place, [rule.column, *codes])
        if codes:
            letters = xlsxwriter.utility.xl_col_to_name(place)
            source = f"=codes!${letters}$2:${letters}${len(codes) + 1}"
            sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": source})
    sheet.freeze_panes(1, 1)
    for at, width in enumerate((14, 60, 90)):
        readme.set_column(at, at, width)
    book.close()
    return stream.getvalue()


def _own(rule: Rule) -> Text:
    return _DAY if rule.column == DATE and rule.needed else _OWN[rule.column]


def _said(label: Label, questionnaire: Questionnaire, language: str) -> str:
    return plain_text(label.get(language) or label.get(questionnaire.base_language) or "")


def _question(questionnaire: Questionnaire, column: Column, language: str) -> str:
    item = questionnaire.item(column.item)
    assert item is not None  # the column came from it
    row = next((one.label for one in item.subitems if one.code == column.subitem), {})
    words = [_said(label, questionnaire, language) for label in (item.label, row) if label]
    return " – ".join(words)


def _holds(questionnaire: Questionnaire, column: Column, language: str, say: Say) -> str:
    codes = choices(questionnaire, column)
    told = "; ".join(_labelled(questionnaire, column, codes, language, say)) if codes else ""
    if not codes:
        number = not column.role and column.type in (Type.NUMBER, Type.NUMBERS)
        told = say(text("a number, as 12 or 12.5") if number else text("some text"))
    if rule := column.asked_if:
        codes_told = ", ".join(rule.codes)
        who = text("only who answered {codes} to {column}", codes=codes_told, column=rule.column)
        told += f" ({say(who)})"
    return told


def _labelled(
    questionnaire: Questionnaire, column: Column, codes: tuple[str, ...], language: str, say: Say
) -> Iterator[str]:
    """Each code with its label."""
    labels = {option.code: _said(option.label, questionnaire, language) for option in column.options}
    item = questionnaire.item(column.item)
    for code in codes:
        label = labels.get(code) or (say(_YES_NO[code]) if code in _YES_NO else "")
        if code == OTHER_CODE:
            label = _said((item.other_label if item else {}) or OTHER, questionnaire, language)
        yield f"{code} = {label}" if label else code
