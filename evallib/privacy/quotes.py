"""Quotes: open answers on their way past a person who approves the exact words.

Only answers whose writers consented are offered. What is approved is one wording in each language of the
report, so that no reader learns in which language it was written; a text with marks needs a wording of
its own. The worksheet holds unapproved answers and is personal; the approvals hold nothing else than what
will be printed, a keyed fingerprint of the answer, and who approved it when.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from evallib.codes import LANGUAGES
from evallib.errors import PrivacyError, Text, text
from evallib.privacy.identities import Identity, Known, Mark, identities
from evallib.privacy.keys import Key
from evallib.privacy.tables import as_rows
from evallib.records import FrozenTable

_APPROVAL = ("text_id", "source", "fi", "sv", "en", "role", "date", "sha256")
_SHEET = ("text_id", "marks", "codes", "text", "fi", "sv", "en", "role", "date")
_UNCODED = tuple(name for name in _SHEET if name != "codes")  # as it was before answers were coded
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_SURE = frozenset(Identity) - {Identity.POSSIBLE_NAME, Identity.NAME, Identity.ORGANISATION}


@dataclass(frozen=True)
class Approval:
    """One approved quote. source: keyed fingerprint of the answer; texts: language → exact words."""

    text_id: str
    source: str
    texts: Mapping[str, str]
    role: str
    date: str
    sha256: str


@dataclass(frozen=True)
class Row:
    """A line of the worksheet: an answer, what was noticed in it, what the approver filled in, and what the
    coders said it is about."""

    text_id: str
    text: str
    marks: str = ""
    texts: Mapping[str, str] | None = None
    role: str = ""
    date: str = ""
    codes: str = ""

    @property
    def approved(self) -> bool:
        return bool(self.role or self.date)


def consented(tables: Iterable[FrozenTable]) -> dict[str, str]:
    """Text id → answer, of those whose writers said that their words may be quoted."""
    rows = (row for table in tables for row in as_rows(table.rows))
    return {row["text_id"]: row["text"] for row in rows if row["quote_consent"] == "yes"}


def worksheet(
    answers: Mapping[str, str],
    known: Known,
    filled: Mapping[str, Row],
    codes: Mapping[str, str] | None = None,
) -> list[Row]:
    """A line an answer, with marks and codes (by text id); what the approver filled in before is kept
    while the answer stays."""
    rows = []
    for text_id, answer in sorted(answers.items()):
        before = filled.get(text_id)
        kept = (
            before if before is not None and _plain(before.text) == _plain(answer) else Row(text_id, answer)
        )
        noticed = shown_marks(answer, identities(answer, known))
        about = (codes or {}).get(text_id, "")
        rows.append(Row(text_id, answer, noticed, kept.texts, kept.role, kept.date, about))
    return rows


def shown_marks(answer: str, marks: Sequence[Mark]) -> str:
    """Marks in words: ``name: Eevan | phone: 040 …``."""
    return " | ".join(f"{one.kind.value}: {answer[one.start : one.end]}" for one in marks)


def approve(row: Row, known: Known, key: Key, languages: Sequence[str]) -> Approval:
    """The approval of a filled line; PrivacyError when something is missing or may not be approved."""
    texts = {language: _plain((row.texts or {}).get(language, "")) for language in LANGUAGES}
    missing = [language for language in languages if not texts[language]]
    day = _day(row.date)
    if missing or not row.role.strip() or not day:
        raise _refused(
            row,
            text("An approved quote is not whole"),
            text("words in {languages}, a role, and a date", languages=", ".join(languages)),
            text("Fill the line in, or empty role and date to leave the quote out"),
        )
    verbatim = _plain(row.text) in texts.values()
    if identities(row.text, known) and verbatim:
        raise _refused(
            row,
            text("A text with marks can't be approved as it stands"),
            text("a wording without what the marks show"),
            text("Write the edited words under every language, also under that of the answer"),
        )
    if not identities(row.text, known) and not verbatim:
        raise _refused(
            row,
            text("A quote without marks must stand as it was written"),
            text("the exact answer under its own language"),
            text("Copy the answer there; the other languages hold translations"),
        )
    for one in texts.values():
        _refuse_sure(
            row, [mark for mark in identities(one, known) if mark.kind is not Identity.POSSIBLE_NAME]
        )
    return Approval(
        row.text_id, source_of(row.text_id, row.text, key), texts, row.role.strip(), day, sha(texts)
    )


def released(approvals: Iterable[Approval], answers: Mapping[str, str], key: Key) -> list[dict[str, str]]:
    """The approved quotes, language → words, in an order that tells nothing of who wrote when.

    Raises PrivacyError when the words are not those approved, when the answer has changed since, and when
    it is not there any more or its writer no longer consents.
    """
    quotes = []
    for one in sorted(approvals, key=lambda one: one.sha256):
        row = Row(one.text_id, answers.get(one.text_id, ""))
        again = text("Run evallib quotes, look at the line again and approve it anew, or remove it")
        if sha(one.texts) != one.sha256:
            raise _refused(row, text("The words of a quote are not those approved"), _UNCHANGED, again)
        if one.text_id not in answers:
            raise _refused(row, text("An approved quote has no answer that may be quoted"), _CONSENTED, again)
        if source_of(one.text_id, row.text, key) != one.source:
            raise _refused(row, text("An answer has changed since it was approved"), _UNCHANGED, again)
        for words in one.texts.values():
            _refuse_sure(row, [mark for mark in identities(words) if mark.kind in _SURE])
        quotes.append(dict(one.texts))
    return quotes


_UNCHANGED = text("the exact text that was approved")
_CONSENTED = text("an answer of the last freeze whose writer consented")


def source_of(text_id: str, answer: str, key: Key) -> str:
    """A keyed fingerprint of an answer: whoever guesses the answer can't check the guess without the key."""
    return key.name("s_", "quote", text_id, answer)


def sha(texts: Mapping[str, str]) -> str:
    """SHA-256 of the approved words in all languages."""
    plain = json.dumps([texts.get(one, "") for one in LANGUAGES], ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def sheet_bytes(rows: Iterable[Row]) -> bytes:
    """The worksheet as CSV for a spreadsheet; no cell can be a formula."""
    lines = []
    for row in rows:
        texts = [(row.texts or {}).get(one, "") for one in LANGUAGES]
        lines.append([row.text_id, row.marks, row.codes, row.text, *texts, row.role, row.date])
    return _csv(_SHEET, lines)


def read_sheet(data: bytes) -> dict[str, Row]:
    """Text id → line of a worksheet; PrivacyError when it is none any more."""
    before = b"codes" not in data.partition(b"\n")[0]
    rows = (Row(**_with_texts(cells)) for cells in _cells(data, _UNCODED if before else _SHEET))
    return {one.text_id: replace(one, role=one.role.strip(), date=one.date.strip()) for one in rows}


def approvals_bytes(approvals: Iterable[Approval]) -> bytes:
    """The approvals as CSV, in an order of their own."""
    ordered = sorted(approvals, key=lambda one: one.sha256)
    return _csv(
        _APPROVAL,
        [
            [a.text_id, a.source, *(a.texts.get(one, "") for one in LANGUAGES), a.role, a.date, a.sha256]
            for a in ordered
        ],
    )


def read_approvals(data: bytes) -> list[Approval]:
    """The approvals of a period; PrivacyError when the file is none any more."""
    return [Approval(**_with_texts(one)) for one in _cells(data, _APPROVAL)]


def _with_texts(cells: Mapping[str, str]) -> dict[str, Any]:
    """The cells by name, the words in all languages as one of them."""
    plain = {name: cell for name, cell in cells.items() if name not in LANGUAGES}
    return {**plain, "texts": {one: cells[one] for one in LANGUAGES}}


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _cells(data: bytes, header: Sequence[str]) -> list[dict[str, str]]:
    try:
        written = data.decode("utf-8-sig")
        delimiter = ";" if ";" in written.partition("\n")[0] else ","
        first, *rows = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
    except (ValueError, csv.Error):
        first, rows = [], []
    if tuple(first) != tuple(header) or any(len(row) not in (0, len(header)) for row in rows):
        raise PrivacyError(
            text("The file of quotes can't be read"),
            expected=text("the columns {columns}", columns=";".join(header)),
            repair=text("Save it as CSV in UTF-8, or remove it and run evallib quotes again"),
        )
    bare = ([cell[1:] if cell[:1] == "'" else cell for cell in row] for row in rows if row)
    return [dict(zip(header, row, strict=True)) for row in bare]


def _plain(written: str) -> str:
    return " ".join(written.split())


def _day(written: str) -> str:
    """A date as 2026-01-31; a spreadsheet may have turned it into 31.1.2026."""
    turned = re.sub(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$", r"\3-\2-\1", written.strip())
    parts = turned.split("-")
    try:
        return date(*map(int, parts)).isoformat() if len(parts) == 3 else ""
    except ValueError:
        return ""


def _refuse_sure(row: Row, marks: Sequence[Mark]) -> None:
    if marks:
        raise _refused(
            row,
            text("The words of a quote still show who is meant"),
            text("words without: {kinds}", kinds=", ".join(sorted({one.kind.value for one in marks}))),
            text("Edit the wording in every language, then approve it anew"),
        )


def _refused(row: Row, problem: Text, expected: Text, repair: Text) -> PrivacyError:
    """The line is named by its id; its words stay out of terminals and logs."""
    return PrivacyError(problem, expected=expected, where=text("quote {id}", id=row.text_id), repair=repair)
