"""Columns that nobody declared: they stop the freeze, with a guess at what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from evallib.errors import PrivacyError, text
from evallib.privacy.pseudonyms import is_address
from evallib.records import FieldClass, SourceTable

_BY_NAME = {
    FieldClass.IDENTIFIER: r"e-?mail|posti|nam[en]|nimi|phone|puh|tel|token|hetu|address|osoite|adress",
    FieldClass.TECHNICAL: r"^ip|ipaddr|refurl|referr|seed|date|time|aika|tid\b|pvm",
    FieldClass.ORGANISATION: r"org|company|firm|yritys|företag",
    FieldClass.QUASI: r"region|maakunta|landskap|sector|ala\b|bransch|sex|gender|age|ikä|ålder|role|lang",
}
_EXACT = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}[ T]\d{1,2}[:.]\d{2}.*|\d{1,3}(\.\d{1,3}){3}")
_FEW = 20  # codes of an answer: rarely more
_LONG = 25  # characters of a text somebody wrote


def refuse_undeclared(table: SourceTable) -> None:
    """Raise PrivacyError for the first column of ``table`` that has no declared class."""
    for name in table.rows.columns:
        if name in table.fields:
            continue
        guess = suggested_class(str(name), table.rows[name].tolist())
        raise PrivacyError(
            text("The column {column} of {table} has no declared class", column=name, table=table.kind),
            expected=text("one of {classes}", classes=", ".join(FieldClass)),
            found=text("a column that looks like: {guess}", guess=guess.value),
            where=", ".join(file.name for file in table.files),
            repair=text("Declare the column in the questionnaire, or take it out of the file"),
        )


def suggested_class(name: str, cells: Sequence[str]) -> FieldClass:
    """What a column most likely holds, by its cells first, then by its name."""
    filled = [cell for cell in cells if cell]
    distinct = set(filled)
    if _most(filled, is_address):
        return FieldClass.IDENTIFIER
    if _most(filled, lambda cell: _EXACT.fullmatch(cell) is not None):
        return FieldClass.TECHNICAL
    for kind, words in _BY_NAME.items():
        if re.search(words, name.casefold()):
            return kind
    if _most(sorted(distinct), lambda cell: len(cell) >= _LONG):
        return FieldClass.TEXT
    if len(distinct) > _FEW and len(distinct) > len(filled) / 2:
        return FieldClass.IDENTIFIER
    return FieldClass.ANSWER


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(fits(cell) for cell in cells) > len(cells) / 2
