"""A questionnaire in the parsed shape that limepy takes instead of a structure file.

Only one language and no HTML, labels that limepy would merge told apart by their code, and each type that
limepy has no numbers for, but whose columns are those of a list or an array, called by that letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evallib.codebook.model import Item, Label, Questionnaire, Type
from evallib.errors import Text, text

# LimeSurvey's letter → the letter under which limepy counts it rightly.
SERVED = {letter: letter for letter in "!LO5MPFKNR:"}
SERVED |= dict.fromkeys("GYI", "L") | dict.fromkeys("ABCEH", "F")
_TICKS = "multiflexible_checkbox"
OTHER = "Other"  # limepy's own word


def refused(item: Item) -> Text | None:
    """Why limepy gives no numbers of a question; None for one that it counts."""
    if item.native == "1":
        return text("limepy shows the labels of the second scale for both")
    if item.native not in SERVED or item.type is Type.HIDDEN:
        return text("limepy has no numbers of this type, only the cells")
    return None


@dataclass(frozen=True)
class Labels:
    """How limepy's summary names options, rows and columns of a question, by code."""

    options: Mapping[str, str]
    rows: Mapping[str, str]
    across: Mapping[str, str]

    @classmethod
    def of(cls, item: Item, language: str) -> Labels:
        options = {one.code: _words(one.label, language, one.code) for one in item.options}
        rows = {one.code: _words(one.label, language, one.code) for one in item.subitems}
        across: dict[str, str] = {}
        if item.native in (":", ";"):
            rows, across = _crossed(rows)
        return cls(_apart(options), _apart(rows), _apart(across))


def document(structure: Questionnaire, language: str) -> dict[str, Any]:
    """The structure for ``limepy.wrangle.Survey``; questions are numbered from 1 in the order of the form."""
    groups = list(dict.fromkeys(item.group for item in structure.items))
    rows: dict[str, list[dict[str, str]]] = {
        "groups": [
            {"gid": str(n), "group_name": _words(structure.groups.get(one, {}), language, one or "–")}
            for n, one in enumerate(groups, 1)
        ],
        "questions": [],
        "answers": [],
        "subquestions": [],
        "question_attributes": [],
    }
    for n, item in enumerate(structure.items, 1):
        qid, labels = str(n), Labels.of(item, language)
        rows["questions"].append(
            {
                "qid": qid,
                "gid": str(groups.index(item.group) + 1),
                "type": SERVED.get(item.native, item.native or "T"),
                "title": item.code,
                "question": _words(item.label, language, item.code),
                "help": item.help.get(language, ""),
                "mandatory": "Y" if item.mandatory else "N",
                "other": "Y" if item.other else "N",
            }
        )
        if item.native not in ("5", ":", "1"):
            rows["answers"] += _listed("qid", qid, "0", "code", "answer", labels.options)
        if item.native not in ("R", "1"):
            rows["subquestions"] += _listed("parent_qid", qid, "0", "title", "question", labels.rows)
            rows["subquestions"] += _listed("parent_qid", qid, "1", "title", "question", labels.across)
        if ticks(item):
            rows["question_attributes"].append({"qid": qid, "attribute": _TICKS, "value": "1"})
    sections = {name: {"rows": {"row": part}} for name, part in rows.items() if part}
    return {"document": {"languages": {"language": [language]}, **sections}}


def ticks(item: Item) -> bool:
    """Whether a question is an array of check boxes."""
    return item.native == ":" and item.type is Type.ARRAY


def _listed(
    key: str, qid: str, scale: str, code: str, words: str, labels: Mapping[str, str]
) -> Iterable[dict[str, str]]:
    return [{key: qid, "scale_id": scale, code: one, words: label} for one, label in labels.items()]


def _words(label: Label, language: str, otherwise: str) -> str:
    return label.get(language) or otherwise


def _apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by code, the code added where limepy would merge two of one name."""
    taken = [*labels.values(), OTHER]
    return {code: word if taken.count(word) == 1 else f"{word} ({code})" for code, word in labels.items()}


def _crossed(cells: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Rows and columns of an array from its cells; a label that can't be parted is its code."""
    rows: dict[str, str] = {}
    across: dict[str, str] = {}
    for code, label in cells.items():
        down, _, beside = code.partition("_")
        words = label.split(" – ")
        first, second = words if len(words) == 2 else (down, beside)
        rows.setdefault(down, first)
        across.setdefault(beside, second)
    return rows, across
