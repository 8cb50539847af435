"""One question of a LimeSurvey structure as an :class:`Item`, by the letter of its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evallib.codebook.builtin_labels import BUILTIN_OPTIONS, LANGUAGE_NAMES, TICKED, rank, scale
from evallib.codebook.lss_sections import Scales, Sections, whole
from evallib.codebook.lss_xml import Row
from evallib.codebook.model import Item, Label, Option, SubItem, Type
from evallib.codebook.relevance import asked_by_subitem, asked_if_simple
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
_LISTED = "L!OFHR1I"  # types whose options are the survey's own
_ALWAYS = ("", "1")  # conditions that everybody meets
_RANDOM = {"random_order": ("1", "2"), "answer_order": ("random",), "subquestion_order": ("random",)}
ATTRIBUTES = (
    *_RANDOM,
    "hidden",
    "random_group",
    "max_subquestions",
    "multiflexible_checkbox",
)  # what is read
TEXT_ATTRIBUTES = ("other_replace_text", "dualscale_headerA", "dualscale_headerB")

Attributes = Mapping[str, Label]


def items_of(
    sections: Sections, languages: Sequence[str]
) -> tuple[tuple[Item, ...], tuple[str, ...], tuple[str, ...]]:
    """All questions in the order of the form, the columns of those whose type is not known, and the codes
    of those whose condition is read in part or not at all."""
    labels, helps = sections.question_texts("question"), sections.question_texts("help")
    subs, scales, attributes = sections.subquestions(), sections.scales(), sections.attributes()
    conditions = sections.conditions()
    items: list[Item] = []
    not_read: list[str] = []
    conditional: list[str] = []
    for number, group, row in sections.questions():
        qid = row.get("qid", "")
        rows = [
            (one, SubItem(one.get("title", ""), labels.get((one.get("qid", ""),), {}))) for one in subs[qid]
        ]
        own = scales.get(qid, ((), ()))
        if row.get("type") == "I":  # the switch offers the survey's languages
            own = (tuple(Option(one, LANGUAGE_NAMES.get(one, {})) for one in languages), ())
        item = _item(row, rows, own, attributes.get(qid, {}))
        by_itself = conditions.get(qid) if row.get("relevance", "") in _ALWAYS else None
        asked_if = item.asked_if or by_itself or asked_if_simple(group.get("grelevance", ""))
        if _conditions(qid in conditions, group, row, rows) > (asked_if is not None):
            conditional.append(item.code)
        items.append(
            replace(
                item,
                label=labels.get((qid,), {}),
                help=helps.get((qid,), {}),
                group=number,
                asked_if=asked_if,
                random_place=item.random_place or bool(group.get("randomization_group")),
            )
        )
        if item.type is Type.OTHER:
            not_read += [f"{item.code}[{sub.code}]" for _, sub in rows] or [item.code]
    return tuple(items), tuple(not_read), tuple(conditional)


def _conditions(apart: bool, group: Row, row: Row, rows: list[tuple[Row, SubItem]]) -> int:
    """How many conditions a question has: its own, its rows', its group's; an item keeps one.

    apart: in a section of its own, which says what the question's relevance says too.
    """
    own = apart or row.get("relevance", "") not in _ALWAYS
    of_rows = any(one.get("relevance", "") not in _ALWAYS for one, _ in rows)
    return own + of_rows + (group.get("grelevance", "") not in _ALWAYS)


def _item(row: Row, rows: list[tuple[Row, SubItem]], scales: Scales, attributes: Attributes) -> Item:
    native = row.get("type", "")
    kind = _TYPES.get(native, Type.OTHER)
    if native == "R" and not scales[0]:  # LimeSurvey 3 may hold the options among the subquestions
        scales = (tuple(Option(sub.code, sub.label) for _, sub in rows), ())
    options = BUILTIN_OPTIONS.get(native, scales[0] if native in _LISTED else ())
    if native == ":" and _set(attributes, "multiflexible_checkbox") == "1":
        kind, options = Type.ARRAY, TICKED
    hidden = _set(attributes, "hidden") == "1"
    if kind is Type.TEXT and hidden:
        kind = Type.HIDDEN
    other = row.get("other") == "Y" and native in "L!MP"
    if other and native in "MP":  # to the server a row called "other" is the same column
        rows = [(one, sub) for one, sub in rows if sub.code != "other"]
    return Item(
        code=row["title"],
        series=row["title"],
        type=kind,
        label={},
        options=options,
        subitems=_subitems(native, rows, scales, attributes),
        other=other,
        other_label=attributes.get("other_replace_text", {}),
        comment=native in "OP",
        field_class=FieldClass.QUASI if native in _BACKGROUND else _CLASSES.get(kind, FieldClass.ANSWER),
        mandatory=row.get("mandatory") == "Y",
        asked_if=asked_by_subitem([one for one, _ in rows]) or asked_if_simple(row.get("relevance", "")),
        hidden=hidden,
        random_order=any(_set(attributes, name) in drawn for name, drawn in _RANDOM.items()),
        random_place=bool(_set(attributes, "random_group")),
        native=native,
    )


def _subitems(
    native: str, rows: list[tuple[Row, SubItem]], scales: Scales, attributes: Attributes
) -> tuple[SubItem, ...]:
    """The rows of a question as its export columns have them."""
    down = [sub for row, sub in rows if row.get("scale_id") != "1"]
    if native in (":", ";"):
        across = [sub for row, sub in rows if row.get("scale_id") == "1"]
        return tuple(_crossed(y, x) for y in down for x in across)
    if native == "1":
        heads = [
            {**scale(n), **attributes.get(f"dualscale_header{one}", {})} for n, one in enumerate("AB", 1)
        ]
        return tuple(
            replace(sub, label=_beside(sub.label, head), scale=str(n), options=own)
            for sub in down
            for n, (own, head) in enumerate(zip(scales, heads, strict=True), 1)
        )
    if native == "R":
        most = len(scales[0])
        places = range(1, min(whole(_set(attributes, "max_subquestions")) or most, most) + 1)
        return tuple(SubItem(str(n), rank(n)) for n in places)
    return tuple(down) if native in _TYPES else ()


def _crossed(down: SubItem, across: SubItem) -> SubItem:
    """A cell of an array with rows and columns."""
    return SubItem(f"{down.code}_{across.code}", _beside(down.label, across.label))


def _beside(row: Label, column: Label) -> Label:
    return {one: f"{words} – {column[one]}" if column.get(one) else words for one, words in row.items()}


def _set(attributes: Attributes, name: str) -> str:
    """The value of an attribute that has no language."""
    return attributes.get(name, {}).get("", "")
