"""Whether the finished pages say what the results say: numbers in running text, read back from the PDF.

Every number in prose is a span that bears the id of its result. Three looks, none of which uses the code
that worded the numbers: the pages hold each sentence with a number, in order; each number is one that its
result has; and the languages name the same results.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evallib.results import Kind, ReleasedCell, parse_display_id


@dataclass(frozen=True)
class Told:
    """A paragraph in which a result is told: its language, and its pieces, each with the id of the result
    that it tells or ""."""

    language: str
    pieces: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "".join(words for words, _ in self.pieces)


@dataclass(frozen=True)
class Number:
    """A number in prose: as it stands, the id of its result, the language of its paragraph."""

    words: str
    id: str
    language: str


@dataclass(frozen=True)
class Prose:
    """The paragraphs of an edition in which a result is told, in reading order; what stands above and
    below every page."""

    paragraphs: tuple[Told, ...]
    head: str
    foot: str

    def numbers(self) -> Iterator[Number]:
        """Every number in prose with its result's id, in reading order."""
        for one in self.paragraphs:
            for words, named in one.pieces:
                if named and parse_display_id(named) is None:
                    yield Number(words, named, one.language)


def prose_of(description: Mapping[str, Any]) -> Prose:
    """The prose of a document as it was handed to the typesetter."""
    found = _paragraphs([description["front"], description["body"]], description["lang"])
    head = " ".join(description[name] for name in ("watermark", "running", "notice"))
    return Prose(tuple(found), head, description["edition"])


def _paragraphs(value: Any, language: str) -> Iterator[Told]:
    """Lists of spans of which one has an id, wherever they stand; the cells of tables are none."""
    if isinstance(value, list) and value and all(_is_span(one) for one in value):
        if any(one["id"] for one in value):
            yield Told(language, tuple((one["t"], one["id"]) for one in value))
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            if key != "rows":
                yield from _paragraphs(inside, value.get("lang") or language)
    elif isinstance(value, list):
        for inside in value:
            yield from _paragraphs(inside, language)


def _is_span(value: Any) -> bool:
    return isinstance(value, Mapping) and {"t", "id"} <= set(value)


def not_on_pages(prose: Prose, pages: bytes) -> list[str]:
    """The sentences with numbers that the pages do not hold in this order; letters, digits and the signs of
    numbers are compared."""
    import pypdfium2

    with pypdfium2.PdfDocument(io.BytesIO(pages)) as pdf:
        text = "".join(_body(page.get_textpage().get_text_range(), prose) for page in pdf)
    missing, position = [], 0
    for told in prose.paragraphs:
        wanted = bare(str(told))
        found = text.find(wanted, position)
        if found < 0:
            missing.append(str(told))
        else:
            position = found + len(wanted)
    return missing


def _body(page: str, prose: Prose) -> str:
    """A page's text without running head and foot."""
    own = bare(page).removeprefix(bare(prose.head))
    return re.sub(re.escape(bare(prose.foot)) + r"\d+/\d+$", "", own)


_KEPT = frozenset("%,.+−–/")


def bare(words: str) -> str:
    """What a page shows however its lines are broken: European letters, digits, the signs of numbers."""
    composed = unicodedata.normalize("NFKC", words)
    return "".join(one for one in composed if one in _KEPT or (one.isalnum() and one < "\u0250"))


def unlike_results(prose: Prose, cells: Mapping[str, Sequence[ReleasedCell]]) -> list[str]:
    """The numbers in prose that their result does not have, as ``id: words``.

    cells: by written id the cell, then the same one in the periods before. A number fits when it is, at the
    precision in which it stands, the value (a share also as per cent), count, base, an end of the interval
    or the difference from a period before; a hidden result tells no digit.
    """
    return [f"{one.id}: {one.words}" for one in prose.numbers() if not _fits(one, cells.get(one.id, ()))]


_SPACED = re.compile(r"\d+(?:[ \u00a0\u202f\u2009]\d{3})*(?:,\d+)?")  # 1 474,8
_ENGLISH = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")  # 1,474.8


def _fits(number: Number, cells: Sequence[ReleasedCell]) -> bool:
    found = _written(number.words, number.language)
    if not cells or cells[0].mask is not None:
        return bool(cells) and not found
    return _among(found, list(_known(cells)))


def told_by(words: str, language: str, cells: Sequence[ReleasedCell]) -> bool:
    """Whether every number in some words is one that one of these shown results has; words without any do."""
    return _among(_written(words, language), [value for one in cells for value in _known([one])])


def _among(found: Sequence[tuple[float, int]], known: Sequence[float]) -> bool:
    return all(any(_same(one, places, value) for value in known) for one, places in found)


def _written(words: str, language: str) -> list[tuple[float, int]]:
    english = language == "en"
    return [_read(one, "." if english else ",") for one in (_ENGLISH if english else _SPACED).findall(words)]


def _read(written: str, point: str) -> tuple[float, int]:
    """A printed number, and how many decimals it has."""
    whole, _, decimals = written.partition(point)
    return float(f"{re.sub('[^0-9]', '', whole)}.{decimals or 0}"), len(decimals)


def _known(cells: Sequence[ReleasedCell]) -> Iterator[float]:
    """What may be told of a result, without signs: of a share its per cent too."""
    now, *before = cells
    numbers = [one for one in (now.value, now.count, now.base, *(now.interval or ())) if one is not None]
    earlier = [one.value for one in before if one.mask is None and one.value is not None]
    if now.value is not None:
        numbers += [now.value - one for one in earlier]
    for one in numbers:
        yield abs(one)
        if now.kind in (Kind.SHARE, Kind.INDEX, Kind.EFFECT):
            yield abs(one) * 100


def _same(printed: float, places: int, value: float) -> bool:
    """Whether a value, rounded to as many decimals, could be printed so."""
    return abs(printed - value) <= 0.5 * 0.1**places * (1 + 1e-9)


def unlike_languages(proses: Mapping[str, Prose], alone: str = "") -> list[str]:
    """The results that one language tells in its prose oftener than another, as ``id: fi 2, sv 1``.

    alone: a language that tells more than the others on purpose; it must tell at least as much.
    """
    counted = {language: Counter(number.id for number in one.numbers()) for language, one in proses.items()}
    found = []
    for named in dict.fromkeys(one for counts in counted.values() for one in counts):
        told = {language: counts[named] for language, counts in counted.items()}
        others = {n for language, n in told.items() if language != alone}
        if len(others) > 1 or any(told.get(alone, n) < n for n in others):
            found.append(f"{named}: " + ", ".join(f"{language} {n}" for language, n in told.items()))
    return found
