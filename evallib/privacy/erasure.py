"""One person's data found and taken out: of received files, frozen tables and open answers.

A person is found from an e-mail address. Answers and invitations go row by row. In attendance lists the
row stays, so that the event's count stays, and nothing in it tells any more who it was.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from evallib.errors import PrivacyError, text
from evallib.privacy.invitations import person_by_token
from evallib.privacy.keys import Key
from evallib.privacy.pseudonyms import is_address, normal_form, pseudonym
from evallib.privacy.tables import as_rows, from_bytes, text_frame, to_bytes
from evallib.records import FrozenTable

PARTICIPATION = "participation"
GONE = "[erased]"
_NAME = re.compile(r"name|nimi|namn|upn|phone|puhelin|telefon", re.IGNORECASE)
_LISTED = re.compile(
    r"(full |user )?name( \(original name\))?|(koko )?nimi|(fullständigt )?namn", re.IGNORECASE
)
_REPEATS = 9  # how often the server can have exported one response id
_BACKGROUND = ("role", "region", "sector", "age", "sex", "language")
_LONG_ENOUGH = 6  # a shorter token would be found in everything


@dataclass(frozen=True)
class Person:
    """Whose data go. names: as written in the sources; tokens by survey; texts: ids of open answers.

    older: earlier keys under which the person has names too.
    """

    email: str
    key: Key = field(repr=False)
    surveys: tuple[str, ...]
    tokens: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    older: tuple[Key, ...] = field(default=(), repr=False)

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.key, *self.older

    @property
    def pseudonyms(self) -> frozenset[str]:
        """Every name that the person can have in frozen tables."""
        purposes = (*self.surveys, PARTICIPATION)
        found = {pseudonym(self.email, purpose, key) for purpose in purposes for key in self.keys}
        found |= {
            person_by_token(token, survey, key)
            for key in self.keys
            for survey, tokens in self.tokens.items()
            for token in tokens
        }
        return frozenset(found)

    @property
    def needles(self) -> tuple[str, ...]:
        """What a search for the person looks for."""
        tokens = {one for some in self.tokens.values() for one in some if len(one) >= _LONG_ENOUGH}
        return tuple(sorted({self.email.strip(), self.address} | tokens | self.pseudonyms | self.texts))

    @property
    def address(self) -> str:
        return normal_form(self.email, plus_tags=self.key.plus_tags)

    def is_me(self, cell: str) -> bool:
        return "@" in cell and normal_form(cell, plus_tags=self.key.plus_tags) == self.address


def person_of(
    email: str,
    key: Key,
    surveys: Iterable[str],
    files: Iterable[tuple[str, bytes]],
    text_ids: Set[str],
    older: Iterable[Key] = (),
) -> Person:
    """The person of an address, with tokens, names and open answers from received files (name, bytes).

    text_ids: the ids of all open answers, among which the person's are recognised.
    Raises PrivacyError for a text that is no address.
    """
    if not is_address(email):
        raise PrivacyError(
            text("This is no e-mail address"),
            expected=text("one address, as name@example.org"),
            repair=text("Type the address under which the person was invited or signed in"),
        )
    person = Person(email, key, tuple(surveys), older=tuple(older))
    tables = [(name, *_table(name, data)) for name, data in files if name.endswith((".csv", ".txt", ".json"))]
    tokens: dict[str, set[str]] = {}
    names: set[str] = set()
    for name, header, rows in tables:
        for row in rows:
            if any(person.is_me(cell) for cell in row):
                names |= _names(header, row)
                if _survey(name) and "token" in header:
                    tokens.setdefault(_survey(name), set()).add(row[header.index("token")])
    kept = {survey: frozenset(some - {""}) for survey, some in tokens.items()}
    person = replace(person, tokens=kept, names=frozenset(names))
    texts = (one for name, header, rows in tables for one in _text_ids(name, header, rows, person))
    return replace(person, texts=frozenset(texts) & text_ids)


def without_person(name: str, data: bytes, person: Person, nobody: str) -> bytes:
    """A received file without the person; the very same bytes when the person is not in it.

    nobody: a random word that stands where a list needs a name.
    """
    if name.startswith("inbox/coding/"):
        return coded_without(data, person)
    if data.startswith(b"PK\x03\x04"):
        return _workbook_without(data, person, nobody)
    encoding = _encoding(data)
    try:
        written = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252" if encoding == "utf-8" else encoding
        written = data.decode(encoding, errors="surrogateescape")
    if name.endswith(".json"):
        changed = _json_without(name, written, person)
    else:
        changed = _lines_without(name, written, person, nobody)
    changed = re.sub(re.escape(person.email.strip()), GONE, changed, flags=re.IGNORECASE)
    changed = re.sub(re.escape(person.address), GONE, changed, flags=re.IGNORECASE)
    return data if changed == written else changed.encode(encoding, errors="surrogateescape")


def tells_of(name: str, data: bytes, person: Person) -> int:
    """How much a file tells of who somebody is: 0 nothing, 1 names, 2 tokens, 3 as a list of the invited.

    Files that tell more are written later: an erasure that is cut short finds the person in them again.
    """
    if not name.endswith((".csv", ".txt", ".json")):
        return 0
    header, rows = _table(name, data)
    if not any(person.is_me(cell) for row in rows for cell in row):
        return 0
    if not (_survey(name) and "token" in header):
        return 1
    return 3 if "/participants" in name else 2


def coded_without(data: bytes, person: Person) -> bytes:
    """A list with an answer's id at the head of each row, without the person's rows; the same bytes when
    there are none."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    gone = [row for row in rows if row and row[0] in person.texts]
    if not gone:
        return data
    marked = data.startswith(b"\xef\xbb\xbf")
    kept, target = [row for row in rows if row not in gone], io.StringIO()
    quoted = data.removeprefix(b"\xef\xbb\xbf").startswith(b'"')
    writer = csv.writer(
        target, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writerows(kept)
    return (b"\xef\xbb\xbf" if marked else b"") + target.getvalue().encode()


def table_without(kind: str, data: bytes, person: Person, nobody: str) -> bytes:
    """A frozen or text table without the person; the same bytes when the person is not in it.

    A participation stays without background, under a name made of the random word ``nobody``.
    """
    table = from_bytes(kind, data)
    names, address = person.pseudonyms, re.compile(re.escape(person.address), re.IGNORECASE)
    rows: list[list[str]] = []
    for row in as_rows(table.rows):
        if kind.startswith("text."):
            if row["text_id"] in person.texts:
                continue
            row["text"] = address.sub(GONE, row["text"])
        elif kind == "coding":
            if row["text_id"] in person.texts:
                continue
        elif names & set(row.values()):
            if kind != "participations":
                continue
            row |= dict.fromkeys(_BACKGROUND, "unknown")
            row |= {"known": "no", "person": f"p_{nobody}{len(rows)}"}
        rows.append(list(row.values()))
    columns = [str(one) for one in table.rows.columns]
    fitting = sorted(rows) if kind == "participations" else rows
    made = to_bytes(FrozenTable(kind, table.tier, text_frame(columns, fitting)))
    return made if made != to_bytes(table) else data


def _survey(name: str) -> str:
    found = re.search(r"limesurvey/([^/]+)/", name)
    return found[1] if found else ""


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:2000]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > len(head) // 4 else "utf-8"


def _records(name: str, written: str) -> Iterator[str]:
    """Lines as they stand, a quoted cell with line breaks whole; lists of invited people line by line,
    since the server leaves quotes in their cells single."""
    by_line = "/participants" in name and _survey(name)
    waiting = ""
    for line in io.StringIO(written, newline=""):
        waiting += line
        if by_line or waiting.count('"') % 2 == 0:
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


def _cells(record: str) -> list[str]:
    """The cells of a record, whichever of the three separators it uses."""
    bare = record.lstrip("\ufeff").rstrip("\r\n")
    if re.fullmatch(r'".*"', bare, re.DOTALL) and '","' in bare:
        return bare[1:-1].split('","')
    first = re.sub(r'"[^"]*"', "", bare)
    separator = max("\t;,", key=first.count)
    return next(csv.reader(io.StringIO(bare, newline=""), delimiter=separator), [])


def _table(name: str, data: bytes) -> tuple[list[str], list[list[str]]]:
    """Header and rows, read as far as a search needs it."""
    written = data.decode(_encoding(data), errors="replace")
    if name.endswith(".json"):
        responses = _responses(written)
        return (list(responses[0]), [[str(v) for v in one.values()] for one in responses]) if responses else (
            [], [])  # fmt: skip
    rows = [_cells(record) for record in _records(name, written)]
    header = next((row for row in rows if len(row) > 2 and not any("@" in cell for cell in row)), [])
    return header, rows


def _names(header: Sequence[str], row: Sequence[str]) -> set[str]:
    """The person's full name as a row gives it, in one cell or as first and last name."""
    parts = dict(zip(header, row, strict=False))
    if parts.get("lastname"):
        return {f"{parts.get('firstname', '')} {parts['lastname']}".strip()}
    return {cell for title, cell in parts.items() if _NAME.search(title) and " " in cell and "@" not in cell}


def _text_ids(
    name: str, header: Sequence[str], rows: Sequence[Sequence[str]], person: Person
) -> Iterator[str]:
    """Ids that the door in gave to the person's open answers, as in ``privacy.answers``."""
    survey = _survey(name)
    mine = person.tokens.get(survey, frozenset())
    if not (mine and "token" in header and "id" in header):
        return
    for row in rows:
        if len(row) == len(header) and row[header.index("token")] in mine:
            for key, seen in product(person.keys, range(1, _REPEATS + 1)):
                response = key.name("", "response", survey, row[header.index("id")], str(seen))
                for column in header:
                    yield key.name("t_", "text", survey, response, column)


def _lines_without(name: str, written: str, person: Person, nobody: str) -> str:
    survey = _survey(name)
    tokens = person.tokens.get(survey, frozenset())
    header: list[str] = []
    kept = []
    for record in _records(name, written):
        cells = _cells(record)
        mine = any(person.is_me(cell) for cell in cells)
        if not survey and _is_header(cells):
            header = cells
        if survey:
            header = header or cells
            token = dict(zip(header, cells, strict=False)).get("token", "")
            kept += [] if mine or token in tokens else [record]
        elif mine and not _is_header(header):  # a sign-up form: the row is about this person only
            continue
        elif mine or _called(cells, person):
            kept.append(_blanked(record, header, cells, person, nobody))
        else:
            kept.append(record)
    return "".join(kept)


def _called(cells: Sequence[str], person: Person) -> bool:
    """A row of the same name and no other address: a second device, or the same person signed in as guest."""
    return bool(person.names & set(cells)) and not any("@" in cell for cell in cells)


def _is_header(cells: Sequence[str]) -> bool:
    return len(cells) > 2 and any(_LISTED.fullmatch(cell) for cell in cells)


def _blanked(record: str, header: Sequence[str], cells: Sequence[str], person: Person, nobody: str) -> str:
    """The record with everything that names the person replaced. Other cells keep their bytes."""
    listed = {cell for title, cell in zip(header, cells, strict=False) if _LISTED.fullmatch(title)}
    for cell in sorted({one for one in cells if one}, key=len, reverse=True):
        if person.is_me(cell):
            record = record.replace(cell, "")
        elif cell in person.names | listed:
            record = record.replace(cell, nobody)
    return record


def _responses(written: str) -> list[dict[str, Any]]:
    """Answers of a JSON export, of both layouts; none when it is no such export."""
    try:
        found = json.loads(written.lstrip("\ufeff")).get("responses", [])
    except (ValueError, AttributeError):
        return []
    return [one if len(one) > 1 else next(iter(one.values())) for one in found if one]


def _json_without(name: str, written: str, person: Person) -> str:
    tokens = person.tokens.get(_survey(name), frozenset())
    responses = _responses(written)
    kept = [
        one
        for one in responses
        if one.get("token") not in tokens and not any(person.is_me(str(v)) for v in one.values())
    ]
    if len(kept) == len(responses):
        return written
    return json.dumps({"responses": kept}, ensure_ascii=False)


def _workbook_without(data: bytes, person: Person, nobody: str) -> bytes:
    """A list saved as workbook: cells that name the person emptied or replaced."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
    except Exception:  # a damaged workbook is reported by its reader; the search still looks into it
        return data
    changed = False
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            cells = [str(cell.value or "") for cell in row]
            if not any(person.is_me(one) for one in cells) and not _called(cells, person):
                continue
            changed = True
            for cell, said in zip(row, cells, strict=True):
                if person.is_me(said):
                    cell.value = None
                elif said in person.names:
                    cell.value = nobody
    if not changed:
        return data
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
