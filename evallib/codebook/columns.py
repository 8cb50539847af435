"""Columns of received files by name and first cells: what they may hold, and whether a name may be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from evallib.declared import Declared, Words, read_declared
from evallib.records import FieldClass

Class = Literal["identifier", "organisation", "quasi-identifier", "answer", "free text", "technical"]
FILE = "fields.yaml"

_BY_NAME = {
    FieldClass.IDENTIFIER: r"e-?mail|posti|nam[en]|nimi|phone|puh|tel|token|hetu|address|osoite|adress",
    FieldClass.TECHNICAL: r"^ip|ipaddr|refurl|referr|seed|date|time|aika|tid\b|pvm",
    FieldClass.ORGANISATION: r"org|company|firm|yritys|företag",
    FieldClass.QUASI: r"region|maakunta|landskap|sector|ala\b|bransch|sex|gender|age|ikä|ålder|role|lang",
}
_EXACT = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}[ T]\d{1,2}[:.]\d{2}.*|\d{1,3}(\.\d{1,3}){3}")
_ADDRESS = re.compile(r"\s*[^@\s]+@[^@\s]+\.[^@\s.]+\s*")
_PHONE = re.compile(r"(\+\d|0\d)[\d ()-]{5,}")
_FEW = 20  # codes of an answer: rarely more
_LONG = 25  # characters of a text somebody wrote
_HEADER_WORDS = re.compile(
    r"e-?mail|e-?post|sähköposti|(full |user |attendee |first |last )?name|nimi|etunimi|sukunimi|koko nimi|"
    r"namn|förnamn|efternamn|osallistuja|deltagare|participant|attendee|status|tila|attended|osallistui|"
    r"deltog|join time|leave time|first join|last leave|duration|kesto|minutes|minuutit|guest|role|rooli|"
    r"roll|region|maakunta|landskap|sector|toimiala|ala|bransch|sex|sukupuoli|kön|lang|language|kieli|språk|"
    r"organi[sz]ation|organisaatio|yritys|företag|company|phone|puhelin|puhelinnumero|telefon|date|pvm|"
    r"päivämäärä|aika|time|datum|tid|id|nro|token|tid|firstname|lastname|event_id|under40|ruokavalio|"
    r"timestamp|aikaleima|lisätiedot|kommentti|comment|order.*|tilaus.*|.*checked in|question .*",
    re.IGNORECASE,
)
_VALUE = re.compile(r".*@.*|\W*[\d\s.,:/+()-]{3,}\W*|.*\d{4,}.*|.*\d[./:-]\d.*")


class LeftOut(Declared):
    """Columns of received files from which nothing is taken, by the class of what they hold.

    lists: of attendance and sign-up lists; participants: of LimeSurvey's participants' tables; statistics: of
    exports of newsletters and web statistics. A name may end in ``*``.
    """

    lists: dict[Class, tuple[Words, ...]] = {}
    participants: dict[Class, tuple[Words, ...]] = {}
    statistics: dict[Class, tuple[Words, ...]] = {}


def load_left_out(surveys: Path) -> LeftOut:
    """``surveys/fields.yaml``; nothing where there is no such file."""
    path = surveys / FILE
    return read_declared(path, LeftOut, shown=f"surveys/{FILE}") if path.is_file() else LeftOut()


def suggested_class(name: str, cells: Sequence[str], otherwise: FieldClass = FieldClass.ANSWER) -> FieldClass:
    """What a column most likely holds, by its cells first, then by its name.

    otherwise: the class of a column of few, repeated values whose name tells nothing.
    """
    filled = [cell for cell in cells if cell]
    distinct = set(filled)
    if _most(filled, lambda cell: _ADDRESS.fullmatch(cell) is not None or _PHONE.fullmatch(cell) is not None):
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
    return otherwise


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(fits(cell) for cell in cells) > len(cells) / 2


def may_be_shown(name: str) -> bool:
    """Whether a column's name is none of the values that a list holds: an address, a number, a date."""
    return _VALUE.fullmatch(name) is None


def shown_headers(cells: Iterable[str]) -> str:
    """A row's cells where they are headers; "" where they may be a person's: an address, a number, a date
    among them, or no word that heads a column anywhere."""
    filled = [cell for cell in cells if cell]
    words = sum(_HEADER_WORDS.fullmatch(cell.strip().lstrip("\ufeff")) is not None for cell in filled)
    if not words or 5 * words < len(filled) or not all(map(may_be_shown, filled)):
        return ""
    return ", ".join(filled)[:200]
