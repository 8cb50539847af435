"""Conditions of LimeSurvey's expression language, as far as they say who was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from evallib.codebook.model import AskedIf

_EQUALS = re.compile(
    r"(?P<var>[A-Za-z][A-Za-z0-9_]*)(?:\.(?:NAOK|code|value|valueNAOK))?\s*(?:==|\beq\b)\s*"
    r"(?P<quote>[\"']?)(?P<code>[A-Za-z0-9_-]+)(?P=quote)"
)


def asked_if_simple(relevance: str) -> AskedIf | None:
    """The condition of a relevance equation that compares one column with codes, else None.

    Read: ``T01.NAOK == "Y"`` and several of the same column joined by ``or``. Anything else (and, not,
    functions) is not kept: those items count as asked of everyone.
    """
    # Brackets only group here: with nothing but == and or, they cannot change the meaning.
    bare = relevance.replace("(", " ").replace(")", " ")
    matches = [_EQUALS.fullmatch(part.strip()) for part in re.split(r"\bor\b|\|\|", bare)]
    found = [match for match in matches if match]
    if len(found) != len(matches) or len({match["var"] for match in found}) != 1:
        return None
    question, _, sub = found[0]["var"].partition("_")
    column = f"{question}[{sub}]" if sub else question
    return AskedIf(column, tuple(match["code"] for match in found))


def asked_by_subitem(subs: Iterable[Mapping[str, str]]) -> AskedIf | None:
    """The condition that all subitems share, each with its own column written as ``{sub}``."""
    shared = set()
    for row in subs:
        one = asked_if_simple(row.get("relevance", ""))
        if one is None or f"[{row.get('title', '')}]" not in one.column:
            return None
        shared.add(replace(one, column=one.column.partition("[")[0] + "[{sub}]"))
    return shared.pop() if len(shared) == 1 else None
