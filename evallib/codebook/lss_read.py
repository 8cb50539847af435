"""A LimeSurvey structure file (``.lss``) as a :class:`Questionnaire`.

Items are keyed on question code and subquestion code; the numeric ids of the server, which change at
every import, only join the sections of the file. Texts lose their HTML. A question of a letter that
LimeSurvey has not today keeps it, and its columns are listed in ``Questionnaire.not_read``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from evallib.codebook.builtin_labels import BUILTIN_OPTIONS, TICKED
from evallib.codebook.lss_xml import document
from evallib.codebook.model import Item, Label, Option, Questionnaire, SubItem, Type
from evallib.codebook.plain_text import plain_text
from evallib.codebook.relevance import asked_by_subitem, asked_if_simple
from evallib.codes import LANGUAGES
from evallib.errors import InputError, text
from evallib.records import FieldClass

_TYPES = {
    **dict.fromkeys("L!OGI", Type.SINGLE),
    **dict.fromkeys("FHABCE1", Type.ARRAY),
    **dict.fromkeys("MP", Type.MULTI),
    **dict.fromkeys("STU", Type.TEXT),
    "5": Type.FIVE_POINT,
    "Y": Type.YES_NO,
    "N": Type.NUMBER,
    **dict.fromkeys("K:", Type.NUMBERS),
    **dict.fromkeys("Q;", Type.TEXTS),
    "X": Type.DISPLAY,
    "D": Type.DATE,
    "R": Type.RANKING,
    "*": Type.EQUATION,
    "|": Type.FILE,
}
# What may hold anything (a link's value, files, a computed text) or an exact date is dropped unless declared.
_DROPPED = (Type.HIDDEN, Type.DATE, Type.EQUATION, Type.FILE)
_CLASSES = dict.fromkeys((Type.TEXT, Type.TEXTS), FieldClass.TEXT) | dict.fromkeys(
    _DROPPED, FieldClass.TECHNICAL
)
_BACKGROUND = "GI"  # gender and language
Row = dict[str, str]


def read_lss(data: bytes, name: str) -> Questionnaire:
    """The questionnaire in a structure file; ``name`` names the file in errors.

    id = the server's survey id, items in the order of the form, one language more or less changes
    nothing. Raises InputError when the bytes are no survey structure, carry entities, or would give
    two columns of one name.
    """
    file = _LssFile(document(data, name))
    survey = file.survey(name)
    base = survey.get("language", "")
    languages = tuple(dict.fromkeys((base, *survey.get("additional_languages", "").split())))
    items, not_read = file.items(name, languages)
    settings = "surveys_languagesettings"
    questionnaire = Questionnaire(
        id=survey.get("sid", ""),
        title=file.texts(settings, "surveyls_title", (), "surveyls_language").get((), {}),
        languages=languages,
        base_language=base,
        items=items,
        origin="token" if survey.get("usetokens") == "Y" else "open",
        welcome=file.texts(settings, "surveyls_welcometext", (), "surveyls_language").get((), {}),
        groups=file.group_labels(),
        not_read=not_read,
    )
    _refuse_double_columns(questionnaire, name)
    return questionnaire


@dataclass(frozen=True)
class _LssFile:
    root: Element

    def rows(self, section: str) -> list[Row]:
        """Rows of one section in file order; a section that is absent has none."""
        return [
            {cell.tag: (cell.text or "") for cell in row} for row in self.root.iterfind(f"{section}/rows/row")
        ]

    def once(self, section: str, *key: str) -> list[Row]:
        """Rows with a new key; before LimeSurvey 4 a row stands once a language."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows(section):
            found.setdefault(_key(row, key), row)
        return list(found.values())

    def texts(
        self, section: str, field: str, key: Sequence[str], language: str = "language"
    ) -> dict[tuple[str, ...], Label]:
        """Plain texts by key and language; a language without text is left out."""
        found: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        for row in self.rows(section):
            words = plain_text(row.get(field, ""))
            if words and row.get(language):
                found[_key(row, key)][row[language]] = words
        return dict(found)

    def survey(self, name: str) -> Row:
        surveys = self.rows("surveys")
        if len(surveys) != 1 or not surveys[0].get("sid") or not surveys[0].get("language"):
            raise InputError(
                text("{file} does not describe exactly one survey", file=name),
                expected=text("one row in the section surveys, with sid and language"),
                found=text("{n} rows", n=len(surveys)),
                repair=text("Export the structure again from the server"),
            )
        return surveys[0]

    def groups(self) -> list[Row]:
        return sorted(self.once("groups", "gid"), key=lambda row: _whole(row, "group_order"))

    def group_labels(self) -> dict[str, Label]:
        """Group texts by ``g1``, ``g2`` …, in the order of the form."""
        texts = self.texts("groups", "group_name", ("gid",))
        texts |= self.texts("group_l10ns", "group_name", ("gid",))
        return {f"g{n}": texts.get((row.get("gid", ""),), {}) for n, row in enumerate(self.groups(), 1)}

    def question_texts(self, field: str) -> dict[tuple[str, ...], Label]:
        old = (self.texts(section, field, ("qid",)) for section in ("questions", "subquestions"))
        merged = {key: label for part in old for key, label in part.items()}
        return merged | self.texts("question_l10ns", field, ("qid",))

    def subquestions(self) -> dict[str, list[Row]]:
        """Rows of subquestions by parent, in order. Scale 1 holds the columns of two-way arrays."""
        found: dict[str, list[Row]] = defaultdict(list)
        rows = self.once("subquestions", "qid")
        for row in sorted(rows, key=lambda row: _whole(row, "question_order")):
            found[row.get("parent_qid", "")].append(row)
        return found

    def options(self) -> dict[tuple[str, str], list[Option]]:
        """Answer options by question and scale ("0", and "1" of a dual scale), in order."""
        new = self.texts("answer_l10ns", "answer", ("aid",))
        old_key = ("qid", "scale_id", "code")
        old = self.texts("answers", "answer", old_key)
        found: dict[tuple[str, str], list[Option]] = defaultdict(list)
        for row in sorted(self.once("answers", *old_key), key=lambda row: _whole(row, "sortorder")):
            code = row.get("code", "")
            label = new.get(_key(row, ("aid",))) or old.get(_key(row, old_key), {})
            found[row.get("qid", ""), row.get("scale_id") or "0"].append(Option(code, label, _place(code)))
        return found

    def attributes(self) -> dict[str, dict[str, Label]]:
        """By question and attribute: the value by language, "" where it has none."""
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for row in self.rows("question_attributes"):
            words = plain_text(row.get("value", ""))
            if words:
                found[row.get("qid", "")][row.get("attribute", "")][row.get("language", "")] = words
        return {key: dict(own) for key, own in found.items()}

    def items(self, name: str, languages: tuple[str, ...]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
        """All questions in the order of the form, and the columns of those that are not read."""
        groups = {row.get("gid", ""): (n, row) for n, row in enumerate(self.groups(), 1)}
        questions = self.once("questions", "qid")
        for row in questions:
            if not row.get("title") or row.get("gid") not in groups:
                raise InputError(
                    text("{file} has a question without code or group", file=name),
                    found=text("qid {qid}", qid=row.get("qid", "")),
                    repair=text("Export the structure again from the server"),
                )
        questions.sort(key=lambda row: (groups[row["gid"]][0], _whole(row, "question_order")))
        labels, helps = self.question_texts("question"), self.question_texts("help")
        subs, options, attributes = self.subquestions(), self.options(), self.attributes()
        items: list[Item] = []
        not_read: list[str] = []
        for row in questions:
            key = row.get("qid", "")
            scales = (tuple(options[key, "0"]), tuple(options[key, "1"]))
            if row.get("type") == "I":  # the switch offers the survey's languages
                scales = (tuple(Option(one, {}) for one in languages), ())
            item = _item(row, labels, helps, subs[key], scales, attributes.get(key, {}))
            number, group = groups[row["gid"]]
            asked_if = item.asked_if or asked_if_simple(group.get("grelevance", ""))
            items.append(replace(item, group=f"g{number}", asked_if=asked_if))
            if item.type is Type.OTHER:
                down = [sub.get("title", "") for sub in subs[key]]
                not_read += [f"{item.code}[{sub}]" for sub in down] or [item.code]
        return tuple(items), tuple(not_read)


def _item(
    row: Row,
    labels: dict[tuple[str, ...], Label],
    helps: dict[tuple[str, ...], Label],
    subs: list[Row],
    scales: tuple[tuple[Option, ...], tuple[Option, ...]],
    attributes: Mapping[str, Label],
) -> Item:
    native = row.get("type", "")
    kind = _TYPES.get(native, Type.OTHER)
    options = BUILTIN_OPTIONS.get(native, scales[0] if native in "L!OFHR1I" else ())
    if native == ":" and _set(attributes, "multiflexible_checkbox") == "1":
        kind, options = Type.ARRAY, TICKED
    if kind is Type.TEXT and _set(attributes, "hidden") == "1":
        kind = Type.HIDDEN
    key = (row.get("qid", ""),)
    return Item(
        code=row["title"],
        series=row["title"],
        type=kind,
        label=labels.get(key, {}),
        options=options,
        subitems=_subitems(native, [(one, _subitem(one, labels)) for one in subs], scales, attributes),
        other=row.get("other") == "Y" and native in "L!MP",
        other_label=attributes.get("other_replace_text", {}),
        comment=native in "OP",
        field_class=FieldClass.QUASI if native in _BACKGROUND else _CLASSES.get(kind, FieldClass.ANSWER),
        mandatory=row.get("mandatory") == "Y",
        asked_if=asked_by_subitem(subs) or asked_if_simple(row.get("relevance", "")),
        help=helps.get(key, {}),
        native=native,
    )


def _subitems(
    native: str,
    rows: list[tuple[Row, SubItem]],
    scales: tuple[tuple[Option, ...], tuple[Option, ...]],
    attributes: Mapping[str, Label],
) -> tuple[SubItem, ...]:
    """The rows of a question as its export columns have them."""
    down = [sub for row, sub in rows if row.get("scale_id") != "1"]
    if native in (":", ";"):
        across = [sub for row, sub in rows if row.get("scale_id") == "1"]
        return tuple(_crossed(y, x) for y in down for x in across)
    if native == "1":
        heads = [attributes.get(f"dualscale_header{one}", {}) for one in "AB"]
        return tuple(
            replace(sub, label=_beside(sub.label, head), scale=str(n), options=own)
            for sub in down
            for n, (own, head) in enumerate(zip(scales, heads, strict=True), 1)
        )
    if native == "R":
        most = len(scales[0]) or len(down)  # before LimeSurvey 3.23 options stood among the subquestions
        asked = _whole({"most": _set(attributes, "max_subquestions")}, "most")
        places = range(1, min(asked or most, most) + 1)
        return tuple(SubItem(str(n), {one: str(n) for one in LANGUAGES}) for n in places)
    return tuple(down) if native in _TYPES else ()


def _crossed(down: SubItem, across: SubItem) -> SubItem:
    """A cell of an array with rows and columns."""
    return SubItem(f"{down.code}_{across.code}", _beside(down.label, across.label))


def _beside(row: Label, column: Label) -> Label:
    return {one: f"{words} – {column[one]}" if column.get(one) else words for one, words in row.items()}


def _set(attributes: Mapping[str, Label], name: str) -> str:
    """The value of an attribute that has no language."""
    return attributes.get(name, {}).get("", "")


def _subitem(row: Row, labels: dict[tuple[str, ...], Label]) -> SubItem:
    return SubItem(row.get("title", ""), labels.get((row.get("qid", ""),), {}))


def _refuse_double_columns(questionnaire: Questionnaire, name: str) -> None:
    seen: set[str] = set()
    names = [*(column.name for column in questionnaire.columns()), *questionnaire.not_read]
    for column in names:
        if column in seen:
            raise InputError(
                text("{file} gives two columns the name {column}", file=name, column=column),
                repair=text("Give one of the questions another code on the server"),
            )
        seen.add(column)


def _key(row: Row, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.get(field, "") for field in fields)


def _whole(row: Row, field: str) -> int:
    written = row.get(field, "")
    return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else 0


def _place(code: str) -> float | None:
    """Place on the scale: only codes written as plain numbers have one ("4" has, "04" has not)."""
    return float(code) if re.fullmatch(r"0|-?[1-9][0-9]{0,8}", code) else None
