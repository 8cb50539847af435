"""How a questionnaire is written in ``surveys/questionnaires/<id>.yaml``: the shapes of the file only."""

from __future__ import annotations

from typing import Literal

from evallib.codebook.model import Comparable, Type
from evallib.declared import Declared, FirstSchema, Texts, Words
from evallib.records import FieldClass


class OptionDeclared(Texts):
    code: Words
    value: float | None = None


class PartDeclared(Texts):
    code: Words
    series: str = ""


class ConditionDeclared(Declared):
    column: Words
    codes: tuple[Words, ...]


class QuestionDeclared(Texts):
    code: Words
    type: Type
    series: str = ""
    scale: str = ""
    options: tuple[OptionDeclared, ...] = ()
    missing: tuple[Literal["ek", "eik"], ...] = ()
    subitems: tuple[PartDeclared, ...] = ()
    subitems_from: str = ""
    roster: bool = False
    other: bool = False
    comment: bool = False
    field_class: FieldClass | None = None
    comparable: Comparable = Comparable.YES
    mandatory: bool = False
    asked_if: ConditionDeclared | None = None
    waves: tuple[Words, ...] = ()
    help: Texts | None = None
    consent: Literal["", "link", "name organisation", "quote"] = ""
    native: str = ""


class GroupDeclared(Texts):
    code: Words
    items: tuple[QuestionDeclared, ...]


class Form(Declared):
    schema_version: FirstSchema
    id: Words
    audience: Literal["participants", "partners", "entrepreneurs", "steering"]
    origin: Literal["token", "open"]
    title: Texts
    welcome: Texts
    notice: Texts
    groups: tuple[GroupDeclared, ...]


class Scales(Declared):
    schema_version: FirstSchema
    missing: tuple[OptionDeclared, ...]
    scales: dict[str, tuple[OptionDeclared, ...]]
