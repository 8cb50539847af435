"""Privacy notice and record of processing as Markdown, from what the project declares.

Only what is declared stands there as fact; everything else stands in [brackets] for the project.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from evallib.records import FieldClass

DOCUMENTS = ("notice", "record")
_FEW = 12  # fields that are named one by one


@dataclass(frozen=True)
class Holding:
    """A source and its fields by class. name: its title by language."""

    name: Mapping[str, str]
    fields: Mapping[FieldClass, Sequence[str]]


@dataclass(frozen=True)
class Facts:
    """What the documents say of this project. Texts by language; "" where the project has said nothing."""

    project: Mapping[str, str]
    funder: Mapping[str, str]
    number: str
    contact: str
    controller: str
    officer: str
    recipients: Sequence[Mapping[str, str]]
    threshold: int
    pairing: bool
    raw: int
    text: int
    frozen: int
    holdings: Sequence[Holding]
    basis: Mapping[str, str] | None = None


def render(document: str, language: str, facts: Facts) -> str:
    """One document in one language, as Markdown."""
    texts = _texts()
    about, common = texts["documents"][document], texts["languages"]
    values = _values(language, facts)
    note = common["check"][language].format(articles=about["articles"][language])
    parts = [f"# {about['title'][language]}", f"> {note}"]
    for section in about["sections"]:
        parts += [f"## {section['title'][language]}", section["body"][language].format(**values)]
    return "\n\n".join(parts) + "\n"


def _values(language: str, facts: Facts) -> dict[str, Any]:
    """What stands in the places of the texts: what was declared, else words in [brackets] that ask for it."""
    common = _texts()["languages"]
    return {
        "project": facts.project[language],
        "funder": facts.funder[language],
        "number": facts.number,
        "contact": facts.contact,
        "controller": facts.controller or common["controller"][language],
        "officer": facts.officer or common["officer"][language],
        "recipients": "\n".join(f"- {_cell(one[language])}" for one in facts.recipients)
        or common["nobody_named"][language],
        "table": _table(facts.holdings, language),
        "threshold": facts.threshold,
        "pairing": common["pairing"]["yes" if facts.pairing else "no"][language],
        "raw": facts.raw,
        "text": facts.text,
        "frozen": facts.frozen,
        "basis": facts.basis[language] if facts.basis else common["basis"][language],
    }


def survey_notice(language: str, facts: Facts) -> str:
    """The few sentences that everybody reads before answering, in one language, as plain text.

    What the project has not declared stands there in [brackets].
    """
    words: str = _texts()["survey"][language]
    return words.format(**_values(language, facts))


def source_name(name: str) -> Mapping[str, str]:
    """The title of a source that is no survey: ``participations``, ``invited`` or ``statistics``."""
    found: Mapping[str, str] = _texts()["languages"]["sources"][name]
    return found


def _table(holdings: Sequence[Holding], language: str) -> str:
    common = _texts()["languages"]
    lines = [common["table"][language], "| --- | --- | --- |"]
    for one in holdings:
        for kind in FieldClass:
            names = one.fields.get(kind, ())
            if not names:
                continue
            word = "field" if len(names) == 1 else "fields"
            shown = common[word][language].format(n=len(names))
            if len(names) <= _FEW:
                shown = ", ".join(f"`{name}`" for name in names)
            lines.append(
                f"| {_cell(one.name[language])} | {common['classes'][kind.value][language]} | {shown} |"
            )
    return "\n".join(lines)


def _cell(words: str) -> str:
    """A declared text in one line of Markdown."""
    return " ".join(words.split()).replace("|", "\\|")


@cache
def _texts() -> dict[str, Any]:
    path = Path(__file__).parent / "notice.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
