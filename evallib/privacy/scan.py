"""The last look at finished files: is anything of a person in them that was received?

Each file is unpacked down to readable text (PDF pages, workbook parts, pictures in notebooks; base64, hex,
UTF-16, URL and HTML spellings) and compared with what the sources name: addresses, names, tokens, codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evallib.privacy.identities import Identity, identities, identity_codes, names_in
from evallib.privacy.tables import as_rows
from evallib.privacy.unpack import texts_of
from evallib.records import FieldClass, FrozenTable, SourceTable

Needles = Mapping[str, frozenset[str]]  # kind → texts that no product may hold

_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"\w+")
_TOKEN = 8  # shorter ones stand in any text by chance
_ANSWER = 25  # so long an answer is nobody else's sentence


@dataclass(frozen=True)
class Hit:
    """Something received that stands in a product: where, and of which kind; never what."""

    file: str
    kind: str


def scan(files: Mapping[str, bytes], needles: Needles) -> list[Hit]:
    """Every kind of needle that stands in a file, whatever its letters' case; one hit a file and kind."""
    wanted = [
        (kind, one, frozenset(_WORD.findall(one)))
        for kind, texts in needles.items()
        for one in sorted({folded(text) for text in texts})
    ]
    hits = []
    for file, data in files.items():
        written = "\n".join(_small(one) for one in (file, *texts_of(data)))
        words = frozenset(_WORD.findall(written))  # few needles have all their words in a file
        likely = [(kind, one) for kind, one, parts in wanted if parts and parts <= words]
        found = {kind for kind, one in likely if _stands(one, written)}
        hits += [Hit(file, kind) for kind in needles if kind in found]
    return hits


def _stands(needle: str, written: str) -> bool:
    """Whether the words stand one after another, also over the end of a line or a comma."""
    return re.search(r"[\s,]+".join(re.escape(one) for one in needle.split()), written) is not None


def folded(written: str) -> str:
    """One form of a text to compare by: small letters, composed, single spaces."""
    return " ".join(_small(written).split())


def _small(written: str) -> str:
    composed = unicodedata.is_normalized("NFC", written)
    return (written if composed else unicodedata.normalize("NFC", written)).casefold()


def needles_of(
    tables: Sequence[SourceTable], answers: Sequence[FrozenTable], own: Iterable[str]
) -> dict[str, frozenset[str]]:
    """What no product may hold: identifiers of the received tables and their open answers, by kind.

    own: what the project itself wrote or declared. Its contact address, a label that somebody typed as an
    answer or an organisation that joined a meeting under its name may well be printed.
    """
    found: dict[str, set[str]] = {
        kind: set() for kind in ("e-mail", "name", "token", "identity code", "phone", "open answer")
    }
    for table in tables:
        for row in as_rows(table.rows):
            _identifiers(row, table.fields, found)
    for frozen in answers:
        for row in as_rows(frozen.rows):
            _in_text(row["text"], found)
            if len(row["text"].strip()) >= _ANSWER:
                found["open answer"].add(row["text"])
    written = list(own)
    kept = {kind: without(frozenset(texts), written) for kind, texts in found.items()}
    kept["name"] |= {f"{last} {first}" for first, _, last in (one.rpartition(" ") for one in kept["name"])}
    return {kind: texts for kind, texts in kept.items() if texts}


def without(needles: frozenset[str], printed: Iterable[str]) -> frozenset[str]:
    """The needles that do not stand in texts which may be printed."""
    allowed = folded("\n".join(printed))
    return frozenset(one for one in needles if folded(one) not in allowed)


def _identifiers(
    row: Mapping[str, str], fields: Mapping[str, FieldClass], found: dict[str, set[str]]
) -> None:
    """What one received row tells about a person."""
    cells = {name: row[name] for name, kind in fields.items() if kind is FieldClass.IDENTIFIER}
    if len(cells.get("token", "")) >= _TOKEN:
        found["token"].add(cells["token"])
    written = row.get("firstname", ""), row.get("lastname", "")
    named = [row.get("name", ""), " ".join(written) if all(written) else ""]
    found["name"] |= names_in(_bare(one) for one in named)
    for cell in cells.values():
        _in_text(cell, found)


def _in_text(written: str, found: dict[str, set[str]]) -> None:
    if "@" in written:
        found["e-mail"].update(_ADDRESS.findall(written))
    if any(character.isdecimal() for character in written):
        found["identity code"].update(match[0] for match in identity_codes(written))
        marks = identities(written)
        found["phone"].update(written[m.start : m.end] for m in marks if m.kind is Identity.PHONE)


def _bare(name: str) -> str:
    """A display name without what the meeting service adds in brackets."""
    return re.sub(r"\s*[(\[][^)\]]*[)\]]", "", name).strip() if "@" not in name else ""
