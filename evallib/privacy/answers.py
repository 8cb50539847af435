"""Answers of one survey through the door in: pseudonyms, flags, and open answers set apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from evallib.codebook.model import Column, Questionnaire, Type
from evallib.privacy.bands import code, day, week
from evallib.privacy.careless import careless
from evallib.privacy.invitations import BY_ORGANISATION, Frame, person_by_token
from evallib.privacy.keys import Key
from evallib.privacy.pseudonyms import pseudonym
from evallib.privacy.tables import as_rows, text_frame
from evallib.records import ON_PAPER, FieldClass, FrozenTable, Remark, SourceTable

_META = "id submitdate lastpage startlanguage token startdate datestamp seed ipaddr refurl"
META = tuple(_META.split())
EVENT_ITEMS = ("EVID", "event_id")  # the hidden item that the link fills
UNCOUNTED = ("duplicate", "token_reused", "late", "test")  # their open answers stay out as well
_TEST = re.compile(r"test(i|are|er|ing)?[-_ ]?\d*", re.IGNORECASE)
_KEPT = (FieldClass.ANSWER, FieldClass.QUASI, FieldClass.ORGANISATION)
_FIELDS = {
    "response": FieldClass.TECHNICAL,
    "person": FieldClass.IDENTIFIER,
    "organisation": FieldClass.ORGANISATION,
    "region": FieldClass.QUASI,
    "sector": FieldClass.QUASI,
    "event_id": FieldClass.ANSWER,
    "language": FieldClass.QUASI,
    "week": FieldClass.TECHNICAL,
    "complete": FieldClass.ANSWER,
    "flags": FieldClass.TECHNICAL,
}
_TEXT_FIELDS = {
    "text_id": FieldClass.TECHNICAL,
    "survey": FieldClass.ANSWER,
    "item": FieldClass.ANSWER,
    "text": FieldClass.TEXT,
    "quote_consent": FieldClass.ANSWER,
}
Row = Mapping[str, str]


class _Start(Protocol):
    @property
    def start(self) -> date: ...


@dataclass(frozen=True)
class _Survey:
    """What one survey's rows are read with. last: the last day on which an answer counts."""

    questionnaire: Questionnaire
    frame: Frame
    key: Key
    last: date
    classes: Mapping[str, FieldClass]
    hidden: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.questionnaire.id

    def columns(self, *kinds: FieldClass) -> list[str]:
        return [name for name, kind in self.classes.items() if kind in kinds]

    def allowed(self, row: Row, what: str) -> bool:
        """Whether the writer said yes to a consent item of this kind; without an item, no."""
        items = [item.code for item in self.questionnaire.items if item.consent == what]
        return any(row.get(name) == "Y" for name in items)


def freeze_responses(
    table: SourceTable,
    questionnaire: Questionnaire,
    frame: Frame,
    key: Key,
    period: _Start,
    last: date,
) -> list[FrozenTable]:
    """The answers, one row a response in an order of their own, and the open answers beside them."""
    hidden = tuple(column.name for column in questionnaire.columns() if column.type is Type.HIDDEN)
    classes = dict(_item_classes(table, questionnaire))
    survey = _Survey(questionnaire, frame, key, last, classes, hidden)
    rows = sorted(as_rows(table.rows), key=_arrival)
    flags = _flags(rows, survey)
    answers = _answers(table.kind, rows, flags, survey, _remarks(rows, flags, survey, period))
    texts = survey.columns(FieldClass.TEXT)
    return [answers, _texts(rows, flags, survey, texts)] if texts else [answers]


def _arrival(row: Row) -> tuple[bool, int, str]:
    """The server numbers responses as they come; forms on paper come after them."""
    number = row["id"].removeprefix(ON_PAPER)
    return (row["id"].startswith(ON_PAPER), int(number) if number.isdecimal() else 0, row["id"])


def _item_classes(table: SourceTable, questionnaire: Questionnaire) -> Iterator[tuple[str, FieldClass]]:
    """Class of every item column; of reader and questionnaire the stricter one wins."""
    known = {column.name: column for column in questionnaire.columns()}
    for name in table.rows.columns:
        if name in META:
            continue
        declared = table.fields[name]
        if declared not in _KEPT:
            yield name, declared
        elif name in known:
            yield name, _class(known[name])
        else:  # of an unknown type, or of no item: nobody said what it holds
            yield name, FieldClass.TECHNICAL


def _class(column: Column) -> FieldClass:
    if column.field_class in (FieldClass.IDENTIFIER, FieldClass.TECHNICAL):
        return column.field_class
    if column.role or column.type in (Type.TEXT, Type.TEXTS):
        return FieldClass.TEXT
    if column.type in (Type.OTHER, Type.DISPLAY) or column.name in EVENT_ITEMS:
        return FieldClass.TECHNICAL
    return column.field_class


def _answers(
    kind: str,
    rows: Sequence[Row],
    flags: Sequence[str],
    survey: _Survey,
    remarks: tuple[Remark, ...],
) -> FrozenTable:
    items = survey.columns(*_KEPT)
    linking = any(item.consent == "link" for item in survey.questionnaire.items)
    shuffled = sorted(zip(_names(rows, survey), rows, flags, strict=True), key=lambda one: one[0])
    width = max(4, len(str(len(rows))))
    frozen = []
    for number, (_, row, flag) in enumerate(shuffled, start=1):
        background = [f"r{number:0{width}d}", *_background(row, survey), flag]
        link = [_link(row, survey)] if linking else []
        frozen.append([*background, *link, *(_item(row, name, survey) for name in items)])
    linked = {"participation_person": FieldClass.IDENTIFIER} if linking else {}
    fields = _FIELDS | linked | {name: survey.classes[name] for name in items}
    return FrozenTable(kind, "frozen", text_frame(list(fields), frozen), fields, remarks)


def _names(rows: Sequence[Row], survey: _Survey) -> list[str]:
    """A keyed name a row, by which rows are put in an order that says nothing of their arrival."""
    seen: dict[str, int] = {}
    names = []
    for row in rows:
        seen[row["id"]] = seen.get(row["id"], 0) + 1
        names.append(survey.key.name("", "response", survey.id, row["id"], str(seen[row["id"]])))
    return names


def _background(row: Row, survey: _Survey) -> list[str]:
    token = row.get("token", "")
    one = survey.frame.get(token)
    person = one.person if one else person_by_token(token, survey.id, survey.key) if token else ""
    place = [one.organisation, one.region, one.sector] if one else ["", "", ""]
    submitted = row["submitdate"]
    return [
        person,
        *(place if survey.id in BY_ORGANISATION else ["", *place[1:]]),
        code(_event(row)),
        code(row["startlanguage"]),
        week(submitted),
        "yes" if submitted else "no",
    ]


def _event(row: Row) -> str:
    return next((row[name] for name in EVENT_ITEMS if row.get(name)), "")


def _item(row: Row, name: str, survey: _Survey) -> str:
    """An answer as it was given; what a link filled in only as a code."""
    return code(row[name]) if name in survey.hidden else row[name]


def _link(row: Row, survey: _Survey) -> str:
    """The person among the participations, only for those who said that the two may be joined."""
    one = survey.frame.get(row.get("token", ""))
    if one is None or not one.email or not survey.allowed(row, "link"):
        return ""
    return pseudonym(one.email, "participation", survey.key)


def _flags(rows: Sequence[Row], survey: _Survey) -> list[str]:
    repeated = _repeated(rows, survey)
    marks = careless(rows, survey.questionnaire)
    return [
        "+".join([*_row_flags(row, repeated.get(i, ""), survey), *marks[i]]) for i, row in enumerate(rows)
    ]


def _row_flags(row: Row, repeated: str, survey: _Survey) -> Iterator[str]:
    if repeated:
        yield repeated
    token = row.get("token", "")
    if token and token not in survey.frame:
        yield "unknown_token"
    submitted = day(row["submitdate"])
    if submitted is not None and submitted > survey.last:
        yield "late"
    if _is_test(row):
        yield "test"
    if row["id"].startswith(ON_PAPER):
        yield "paper"


def _is_test(row: Row) -> bool:
    return any(_TEST.fullmatch(value) for value in (row.get("token", ""), _event(row)))


def _repeated(rows: Sequence[Row], survey: _Survey) -> dict[int, str]:
    """Rows of the respondent of the one that counts: the first complete, else the first.

    Same respondent: same token; without one, same seed and start (a row imported twice) and the same
    answers, because two people may well answer a short form alike.
    """
    items = [name for name, kind in survey.classes.items() if kind is not FieldClass.TECHNICAL]
    by_token: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        session = row.get("seed", "") + row.get("startdate", "")
        if row.get("token"):
            by_token.setdefault(row["token"], []).append(i)
        elif session:
            by_token.setdefault("\n".join((session, *_answers_of(row, items))), []).append(i)
    marked: dict[int, str] = {}
    for same in by_token.values():
        counted = next((i for i in same if rows[i]["submitdate"]), same[0])
        seen = [_answers_of(rows[counted], items)]
        for i in same:
            answers = _answers_of(rows[i], items)
            if i != counted:
                marked[i] = "duplicate" if answers in seen else "token_reused"
            seen.append(answers)
    return marked


def _answers_of(row: Row, items: Sequence[str]) -> tuple[str, ...]:
    return tuple(row[name] for name in items)


def _texts(rows: Sequence[Row], flags: Sequence[str], survey: _Survey, columns: Sequence[str]) -> FrozenTable:
    """Open answers with random-looking ids: not even two answers of one person can be joined."""
    kept = []
    for name, row, flag in zip(_names(rows, survey), rows, flags, strict=True):
        if set(flag.split("+")) & set(UNCOUNTED):
            continue
        consent = "yes" if row["submitdate"] and survey.allowed(row, "quote") else "no"
        for column in columns:
            if row[column].strip():
                text_id = survey.key.name("t_", "text", survey.id, name, column)
                kept.append([text_id, survey.id, column, row[column], consent])
    rows_by_id = text_frame(list(_TEXT_FIELDS), sorted(kept))
    return FrozenTable(f"text.{survey.id}", "text", rows_by_id, _TEXT_FIELDS)


def _remarks(
    rows: Sequence[Row], flags: Sequence[str], survey: _Survey, period: _Start
) -> tuple[Remark, ...]:
    """What the evaluator should know: columns left unread, answers from before the period, flags."""
    meant = {c.name for c in survey.questionnaire.columns() if c.type in (Type.HIDDEN, Type.DISPLAY)}
    unread = [n for n in survey.columns(FieldClass.TECHNICAL) if n not in meant]
    days = [day(row["submitdate"]) for row in rows]
    early = sum(one is not None and one < period.start for one in days)
    found = [Remark("not_read", len(unread), ", ".join(unread)), Remark("before_period", early)]
    counted = Counter(flag for row_flags in flags for flag in row_flags.split("+") if flag)
    return tuple(one for one in (*found, *(Remark(*flag) for flag in sorted(counted.items()))) if one.count)
