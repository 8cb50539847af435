"""The codebook: questionnaires as data, in one shape whether written by us or read from a server.

A :class:`Questionnaire` has items; every item makes one or more export :class:`Column` objects, named
as a LimeSurvey code/short export names them (``T01``, ``N05[o01]``, ``N18[other]``). Items are keyed on
question code + subquestion code; numeric ids of a server never appear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from evallib.records import FieldClass

Label = Mapping[str, str]  # language → text


class Type(StrEnum):
    """What a question is, whoever hosts it."""

    SINGLE = "single"  # one option from a list
    FIVE_POINT = "five point"  # 1–5 without labels
    YES_NO = "yes/no"
    MULTI = "multiple choice"  # one tick a subitem
    ARRAY = "array"  # one option of a common scale for each subitem
    NUMBER = "number"
    NUMBERS = "several numbers"  # one number a subitem
    TEXT = "text"
    TEXTS = "several texts"
    DISPLAY = "text display"  # no answer
    HIDDEN = "hidden value"  # filled from the link
    DATE = "date"
    RANKING = "ranking"  # one option a place
    EQUATION = "equation"  # computed by the server
    FILE = "files"
    OTHER = "other"  # of a letter that no server known here has; ``native`` names it


BUILT_IN = {Type.FIVE_POINT: ("1", "2", "3", "4", "5"), Type.YES_NO: ("Y", "N")}  # codes without a list


class Comparable(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Option:
    """An answer option. value: its place on the scale, None where it has none (``ek``, ``eik``)."""

    code: str
    label: Label
    value: float | None = None

    @property
    def substantive(self) -> bool:
        return self.code not in ("ek", "eik")


@dataclass(frozen=True)
class SubItem:
    """A row of a question. options: its own, where they differ by row; () = those of the item.

    scale: "1" or "2" of a dual scale, which asks each row twice.
    """

    code: str
    label: Label
    series: str = ""
    scale: str = ""
    options: tuple[Option, ...] = ()

    def column(self, question: str) -> str:
        """The name of its export column."""
        return f"{question}[{self.code}]" + (f"[{self.scale}]" if self.scale else "")


@dataclass(frozen=True)
class AskedIf:
    """The item is shown when ``column`` holds one of ``codes``; "{sub}" in column = the same subitem."""

    column: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One column of the code/short export. role: "", "other" (its free text), "comment", or "count" of files.

    asked_if: its condition, with ``{sub}`` already filled in.
    """

    name: str
    item: str
    subitem: str
    type: Type
    options: tuple[Option, ...]
    field_class: FieldClass
    role: str = ""
    asked_if: AskedIf | None = None

    @property
    def option_codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)


@dataclass(frozen=True)
class Item:
    """A question. series: what stays the same over the years; waves: period ids it was asked in, () = all.

    native: LimeSurvey's one-letter type. scale: name of the shared scale, "" = own options. other_label: what
    the form writes for "other", {} = the server's own word. hidden: not on the form; filled from the link or
    computed. random_order: its rows or options stand in an order drawn for each respondent; random_place: so
    does the question, or its group.
    """

    code: str
    series: str
    type: Type
    label: Label
    options: tuple[Option, ...] = ()
    subitems: tuple[SubItem, ...] = ()
    scale: str = ""
    other: bool = False
    other_label: Label = field(default_factory=dict)
    comment: bool = False
    field_class: FieldClass = FieldClass.ANSWER
    comparable: Comparable = Comparable.YES
    mandatory: bool = False
    asked_if: AskedIf | None = None
    waves: tuple[str, ...] = ()
    help: Label = field(default_factory=dict)
    hidden: bool = False
    random_order: bool = False
    random_place: bool = False
    roster: bool = False  # subitems come from the wave's roster
    consent: str = ""  # what a "yes" to this item allows: "link", "name organisation", "quote"
    native: str = ""
    group: str = ""

    @property
    def answered(self) -> bool:
        """Whether anything may stand in its columns: not of a text display, nor where they are not read."""
        return self.type is not Type.DISPLAY and any(True for _ in self.columns())

    def columns(self) -> Iterator[Column]:
        """The export columns in the order in which the server writes them."""

        def column(name: str, sub: str, options: tuple[Option, ...], role: str = "") -> Column:
            kind = self.field_class if not role else FieldClass.TEXT
            asked_if = self.asked_if and replace(
                self.asked_if, column=self.asked_if.column.replace("{sub}", sub)
            )
            return Column(name, self.code, sub, self.type, options, kind, role, asked_if)

        if self.type is Type.OTHER:
            return  # its columns stand in Questionnaire.not_read
        if self.type is Type.MULTI:
            ticked = (Option("Y", {}, 1.0),)
            for sub in self.subitems:
                yield column(sub.column(self.code), sub.code, ticked)
                if self.comment:
                    yield column(f"{self.code}[{sub.code}comment]", sub.code, (), "comment")
            if self.other:
                yield column(f"{self.code}[other]", "other", (), "other")
                if self.comment:
                    yield column(f"{self.code}[othercomment]", "other", (), "comment")
        elif self.type in (Type.ARRAY, Type.NUMBERS, Type.TEXTS, Type.RANKING):
            for sub in self.subitems:
                yield column(sub.column(self.code), sub.code, sub.options or self.options)
        else:
            yield column(self.code, "", self.options)
            if self.other:
                yield column(f"{self.code}[other]", "", (), "other")
            if self.comment:
                yield column(f"{self.code}[comment]", "", (), "comment")
            if self.type is Type.FILE:
                yield column(f"{self.code}[filecount]", "", (), "count")


@dataclass(frozen=True)
class Questionnaire:
    """A survey's structure. id: our name (q1 … q4, f1) or the server's survey id as text."""

    id: str
    title: Label
    languages: tuple[str, ...]
    base_language: str
    items: tuple[Item, ...]
    audience: str = ""  # participants, partners, entrepreneurs, steering
    origin: str = "token"  # token, open
    welcome: Label = field(default_factory=dict)
    notice: Label = field(default_factory=dict)  # how the answers are used, in one or two sentences
    groups: Mapping[str, Label] = field(default_factory=dict)
    not_read: tuple[str, ...] = ()  # columns of question types that nobody here knows
    conditions_not_read: tuple[str, ...] = ()  # items that count as asked of more people than they were

    def columns(self) -> tuple[Column, ...]:
        return tuple(column for item in self.items for column in item.columns())

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns() if column.name == name), None)

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def in_series(self, series: str) -> tuple[Item, ...]:
        """All items of a series, oldest first."""
        return tuple(item for item in self.items if item.series == series)

    def for_wave(self, period: str) -> Questionnaire:
        """The questionnaire as it was asked in one period."""
        asked = tuple(item for item in self.items if not item.waves or period in item.waves)
        return replace(self, items=asked)
