"""How a server calls the columns of a survey: by numbers of survey, group and question.

The numbers change with every import, so they are asked for anew each time and kept nowhere. A column
asked for by its code comes with the right heading and empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evallib.errors import ServerError, text

_COLUMN = re.compile(r"(?P<question>[^\[\]]+)(\[(?P<sub>[^\[\]]+)\])?(\[(?P<scale>[12])\])?")


def field_names(
    questions: Sequence[Mapping[str, Any]], survey: int, columns: Iterable[str]
) -> dict[str, str]:
    """Column of the code export → the server's name of it.

    questions: the result of ``list_questions``. Raises ServerError for a column whose question is not there.
    """
    by_code = {str(one.get("title")): one for one in questions if str(one.get("parent_qid")) == "0"}
    named = {}
    for column in columns:
        parts = _COLUMN.fullmatch(column)
        question = by_code.get(parts["question"]) if parts else None
        if parts is None or question is None:
            raise ServerError(
                text(
                    "The survey {survey} on the server lacks the column {column}",
                    survey=survey,
                    column=column,
                ),
                repair=text("Export the structure again, or correct the number in surveys/sources.yaml"),
            )
        named[column] = f"{survey}X{question.get('gid')}X{question.get('qid')}" + _suffix(
            str(question.get("type")), parts["sub"] or "", parts["scale"] or ""
        )
    return named


def _suffix(kind: str, sub: str, scale: str) -> str:
    if kind == "1" and scale:
        return f"{sub}#{int(scale) - 1}"
    return "_filecount" if kind == "|" and sub == "filecount" else sub
