"""Answers to a survey with codes of its own, as answers to our questionnaire."""

from __future__ import annotations

from dataclasses import replace

from evallib.codebook.model import Questionnaire
from evallib.codebook.their_codes import TheirCodes, unfit
from evallib.errors import InputError, PrivacyError, text
from evallib.records import Remark, SourceTable
from evallib.sources.limesurvey import RECORD_CLASSES, read_responses
from evallib.sources.limesurvey_export import field


def read_theirs(
    codes: TheirCodes, theirs: Questionnaire, ours: Questionnaire, data: bytes, name: str
) -> SourceTable:
    """The answers under our columns and codes; what is left aside is counted in a remark.

    Answer codes that the mapping does not name stay as they are, and are remarked where ours has none of that
    name. Raises PrivacyError for a question that nobody declared, InputError where a mapped one is missing or
    of another type, and what reading any export raises.
    """
    _refuse(codes, theirs, ours, name)
    table = read_responses(theirs, data, name)
    named = codes.columns(ours)
    plain = [named[column.name] for column in ours.columns() if not column.role]
    lacking = [column for column in plain if column not in table.rows]
    if lacking:
        raise InputError(
            text("The survey on the server lacks the field {field}", field=lacking[0]),
            where=name,
            expected=text("every field asked in this wave"),
            found=text("{count} fields missing", count=len(lacking)),
            repair=text("Correct the mapping of the survey, or map it again: evallib map"),
        )
    rows = table.rows[[column for column in table.rows if column in RECORD_CLASSES]].copy()
    fields = {column: kind for column, kind in table.fields.items() if column in RECORD_CLASSES}
    unknown = []
    for column in ours.columns():
        given = field(table.rows, named[column.name])  # "other" and comments may not be offered there
        recode = codes.recoded(column.item) if column.options and not column.role else {}
        rows[column.name] = given.map(lambda cell, recode=recode: recode.get(cell, cell)) if recode else given
        fields[column.name] = column.field_class
        if column.options and not column.role:
            strange = ~rows[column.name].isin(["", "-oth-", *column.option_codes])
            unknown += [Remark("unknown_code", int(strange.sum()), column.name)] if strange.any() else []
    everything = [str(column) for column in table.rows]
    aside = [column for column in everything if column not in RECORD_CLASSES and column not in named.values()]
    kept = [one for one in table.remarks if one.code not in ("unknown_code", "not_read")]
    left = [Remark("not_read", len(aside), ", ".join(aside))] if aside else []
    return replace(
        table, kind=f"responses.{ours.id}", rows=rows, fields=fields, remarks=(*kept, *unknown, *left)
    )


def _refuse(codes: TheirCodes, theirs: Questionnaire, ours: Questionnaire, name: str) -> None:
    for item, code in unfit(codes, ours, theirs):
        there = theirs.item(code)
        raise InputError(
            text("Their question {code} is not what {item} asks", code=code, item=item.code),
            where=name,
            expected=text("a question of type {type}", type=str(item.type)),
            found=text("type {type}", type=str(there.type)) if there else text("no such question"),
            repair=text("Correct the mapping of the survey, or map it again: evallib map"),
        )
    declared = {*codes.questions.values(), *codes.aside()}
    undeclared = [item.code for item in theirs.items if item.code not in declared and item.answered]
    if undeclared:
        raise PrivacyError(
            text("The survey has a field that nobody declared: {field}", field=undeclared[0]),
            where=name,
            found=", ".join(undeclared)[:200],
            repair=text("Map it, or name it under left_out with its class: evallib map"),
        )
