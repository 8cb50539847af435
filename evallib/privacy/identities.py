"""What in a free text could tell who somebody is: marks for the person who approves a quote.

Rules and lists, no guessing by a model: a mark is a reason to look, and a text without marks is no
promise. Words are compared without invisible characters and in one form of each letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CODE = re.compile(r"(?<!\w)(\d{6}) ?([-+ABCDEFUVWXYabcdefuvwxy]) ?(\d{3})([0-9A-Ya-y])(?!\w)")
_AT = r"(?:@|\s?[\[({](?:at|ät|ätt|miuku|snabel-a)[\])}]\s?| (?:at|ät) )"
_EMAIL = re.compile(rf"[\w.+%'’-]+{_AT}[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_ENDS = "fi|ax|se|no|dk|ee|eu|com|org|net|info|io|me|edu|example|test"
_URL = re.compile(
    rf"(?:https?|ftp)://[^\s<>\"]+|www\.[^\s<>\"]+|(?<![\w@.])(?:[\w-]+\.)+(?:{_ENDS})\b(?!\.\w)(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_WAY = (
    "katu|kadu|tie|kuja|polku|polu|kaari|kaare|raitti|raiti|väylä|aukio|rinne|rinte|ranta|ranna|tori|puisto"
    "|penger|penkere|portti|porti|mutka|laita|laida|esplanadi|bulevardi|gata|gatan|väg|vägen|gränd|gränden"
    "|stig|stigen|allé|allén|torg|torget|strand|stranden|plan|planen|street|road|lane"
)
_ADDRESS = re.compile(
    rf"(?<!\w)[\w-]*(?:{_WAY})\w{{0,4}} \d+(?: ?[a-z](?: ?\d+)?)?(?!\w)"
    r"|(?<!\d)\d{5} (?-i:[A-ZÅÄÖ])[\w-]+|(?<!\w)(?-i:PL|PB) \d+",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w.,])(?:\+ ?|\()?\d(?:[\d \t()./–-]*\d)?(?![\w])")
_PLAIN = re.compile(
    r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d){0,2}|[1-9]\d{0,2}(?: \d{3})+"
    r"|\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:19|20)?\d\d)?(?:\s?[-–]\s?\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:19|20)\d\d)?)?"
)
_FIRM = re.compile(
    r"(?<!\w)[A-ZÅÄÖ0-9][\w&'’-]*(?: [\w&'’-]+){0,3}? "
    r"(?:Oyj?|OYJ?|Abp?|AB|Ky|Tmi|T:mi|Osk|ry|r\.y\.|rf|r\.f\.|Ltd)(?!\w)"
    r"|(?<!\w)(?:Oy|Ab|Tmi|T:mi) [A-ZÅÄÖ][\w&'’-]*(?: [A-ZÅÄÖ][\w&'’-]*)*"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_VOWELS = "aeiouyäöå"
# strong and weak grade of the consonants before a last vowel, longest first
_GRADES = {"nk": "ng", "mp": "mm", "lt": "ll", "rt": "rr", "nt": "nn", "kk": "k", "pp": "p", "tt": "t"}
_GRADES |= {"sk": "sk", "tk": "tk", "k": "", "p": "v", "t": "d"}
_SHORTEST = 3  # letters of a name that is looked for by itself
_ENDING = 6  # letters that Finnish or Swedish may add to a name


class Identity(StrEnum):
    """What a mark is about. possible name: only a capital letter speaks for it."""

    IDENTITY_CODE = "identity code"
    EMAIL = "e-mail"
    PHONE = "phone"
    URL = "URL"
    ADDRESS = "address"
    NUMBER = "long number"
    NAME = "name"
    ORGANISATION = "organisation"
    POSSIBLE_NAME = "possible name"


@dataclass(frozen=True)
class Mark:
    """A part of a text, ``text[start:end]``, and what it may give away."""

    start: int
    end: int
    kind: Identity


@dataclass(frozen=True)
class Known:
    """Lists of the period: names of persons, names of organisations, and words that name nobody."""

    names: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    common: frozenset[str] = field(default=frozenset())

    @cached_property
    def people(self) -> frozenset[str]:
        """Stems of every part of every name."""
        parts = {part for name in self.names for part in _WORD.findall(_flat(name)[0])}
        return frozenset(stem for part in parts if len(part) >= _SHORTEST for stem in _stems(part))

    @cached_property
    def spoken(self) -> frozenset[str]:
        words = {word for text in self.common for word in _WORD.findall(_flat(text)[0])}
        return frozenset(stem for word in words for stem in _stems(word))

    @cached_property
    def written(self) -> re.Pattern[str] | None:
        """Every organisation, with an ending of up to some letters."""
        bare = {re.sub(r"\s*\([^)]*\)", "", _flat(one)[0]).strip() for one in self.organisations}
        stems = sorted({_bare_stem(one) for one in bare if len(one) >= _SHORTEST}, key=len, reverse=True)
        if not stems:
            return None
        return re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, stems))})\w{{0,{_ENDING}}}(?!\w)", re.IGNORECASE
        )


def identities(text: str, known: Known = Known()) -> tuple[Mark, ...]:  # noqa: B008 - it is frozen
    """What could tell who somebody is, in reading order, without overlaps; the surest kind wins."""
    flat, places = _flat(text)
    taken: list[Mark] = []
    for start, end, kind in _found(flat, known):
        if all(end <= one.start or start >= one.end for one in taken):
            taken.append(Mark(start, end, kind))
    whole = [Mark(places[one.start], places[one.end - 1] + 1, one.kind) for one in taken]
    return tuple(sorted(whole, key=lambda one: one.start))


def identity_codes(text: str) -> Iterator[re.Match[str]]:
    """Every Finnish personal identity code in a text: day, century sign, right check character."""
    for match in _CODE.finditer(text):
        birth, _, number, check = match.groups()
        day, month = int(birth[:2]), int(birth[2:4])
        fits = _CHECK[int(birth + number) % 31] == check.upper()
        if fits and 1 <= day <= 31 and 1 <= month <= 12:
            yield match


_Span = tuple[int, int, Identity]


def _found(flat: str, known: Known) -> Iterator[_Span]:
    """All finds, the surest kinds first."""
    yield from ((*match.span(), Identity.IDENTITY_CODE) for match in identity_codes(flat))
    yield from ((*match.span(), Identity.EMAIL) for match in _EMAIL.finditer(flat))
    yield from ((*match.span(), Identity.URL) for match in _URL.finditer(flat))
    yield from ((*match.span(), Identity.ADDRESS) for match in _ADDRESS.finditer(flat))
    yield from _numbers(flat)
    if known.written is not None:
        yield from ((*match.span(), Identity.ORGANISATION) for match in known.written.finditer(flat))
    yield from ((*match.span(), Identity.ORGANISATION) for match in _FIRM.finditer(flat))
    yield from _names(flat, known)
    yield from _capitals(flat, known)


def _numbers(flat: str) -> Iterator[_Span]:
    """Phone numbers, and other numbers so long that they can be somebody's."""
    for match in _DIGITS.finditer(flat):
        written = match[0]
        count = sum(character.isdecimal() for character in written)
        if written.lstrip("( ").startswith(("+", "0")) and 7 <= count <= 15:
            yield (*match.span(), Identity.PHONE)
        elif count >= 6 and not _PLAIN.fullmatch(written):
            yield (*match.span(), Identity.NUMBER)


def _names(flat: str, known: Known) -> Iterator[_Span]:
    """Parts of known names: with a capital anywhere, in small letters when two stand together."""
    words = list(_WORD.finditer(flat))
    named = [_is_of(match[0], known.people) for match in words]
    for position, match in enumerate(words):
        beside = [p for p in (position - 1, position + 1) if 0 <= p < len(words)]
        pair = any(named[p] and _adjacent(flat, words[p], match) for p in beside)
        if named[position] and (match[0][0].isupper() or pair):
            yield (*match.span(), Identity.NAME)


def _adjacent(flat: str, one: re.Match[str], other: re.Match[str]) -> bool:
    first, second = sorted((one.span(), other.span()))
    return flat[first[1] : second[0]].strip(" ,") == ""


def _capitals(flat: str, known: Known) -> Iterator[_Span]:
    """Words with a capital that do not begin a sentence."""
    for match in _WORD.finditer(flat):
        spoken = _is_of(match[0], known.spoken)
        if _capital(match[0]) and not spoken and not _begins(flat, match.start()):
            yield (*match.span(), Identity.POSSIBLE_NAME)


def _capital(word: str) -> bool:
    """One capital at the head; what is all capitals is an abbreviation."""
    return len(word) >= _SHORTEST and word[0].isupper() and not word.isupper()


def _begins(flat: str, start: int) -> bool:
    head = flat[:start].rstrip(" \t\"'”’»(")
    return not head or head[-1] in ".!?:;…\n\r-–—•*" or "\n" in flat[len(head) : start]


def _is_of(word: str, stems: frozenset[str]) -> bool:
    """Whether a word is one of the names, with an ending of Finnish or Swedish or without."""
    small = word.casefold()
    shortest = max(2, len(small) - _ENDING)
    return any(small[:length] in stems for length in range(len(small), shortest - 1, -1))


def _stems(word: str) -> Iterator[str]:
    """Parts of a word that stay when it is inflected: virtanen → virta; lahti → laht, lahd; mäki → mäe."""
    small = word.casefold()
    if small.endswith("nen") and len(small) > 5:
        yield small[:-3]
    elif len(small) > 3 and small[-1] in _VOWELS:
        bare = small[:-1]
        yield bare
        strong = next((one for one in _GRADES if bare.endswith(one)), "")
        if strong:
            weak = bare.removesuffix(strong) + _GRADES[strong]
            yield weak if len(weak) >= _SHORTEST else weak + ("e" if small[-1] == "i" else small[-1])
    else:
        yield small


def _bare_stem(name: str) -> str:
    """An organisation's name without the letters at its end that may change: kunta, kunnan."""
    last = name.split()[-1]
    if last[-1].casefold() not in _VOWELS + "s" or len(name) < 5:
        return name
    return name[:-2] if len(last) > 4 and " " in name else name[:-1]


def _flat(text: str) -> tuple[str, list[int]]:
    """The text in compatible letters without invisible characters, and each letter's place in it."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Mn"):
            if unicodedata.category(character) == "Mn" and letters:
                letters[-1] = unicodedata.normalize("NFC", letters[-1] + character)[:1]
            continue
        for one in unicodedata.normalize("NFKC", character):
            letters.append(one)
            places.append(place)
    return "".join(letters), places


def names_in(texts: Iterable[str]) -> set[str]:
    """Names worth looking for: two words or more, or one long one; each trimmed to single spaces."""
    trimmed = {" ".join(text.split()) for text in texts}
    return {one for one in trimmed if (" " in one and len(one) >= 7) or len(one) >= 12}
