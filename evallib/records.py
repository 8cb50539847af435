"""Tables of text on their way from a source to the frozen store.

Readers give a :class:`SourceTable`: rows of text as received, a declared class for every field, and
remarks on what was left out. The door in turns it into frozen tables. No value is interpreted here:
codes stay text, an empty text means "nothing stood there".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from evallib.errors import InputError, Text, text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

CLOUD_FAULTS = range(358, 400)  # Windows' numbers for a file that OneDrive has not fetched
MAX_BYTES = 300_000_000  # 100,000 answers to 80 questions take 54 of these megabytes


class Contents(Mapping[str, bytes]):
    """Received bytes by name, read each time they are asked for and not kept: many files need no more memory
    than the largest. read: gives the bytes of a name, or raises what is wrong with them.
    """

    def __init__(self, names: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._names, self._read = dict.fromkeys(names), read

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def read_whole(name: str, path: Path) -> bytes:
    """The bytes of a received file; one that can't be read, is too large or changes meanwhile is an
    InputError with its ``name``."""
    try:
        before = path.stat()
        if before.st_size > MAX_BYTES:
            raise InputError(
                text("{file} is too large", file=name),
                expected=text("at most {limit} megabytes", limit=MAX_BYTES // 1_000_000),
                found=text("{size} megabytes", size=before.st_size // 1_000_000),
            )
        data = path.read_bytes()
        after = path.stat()
    except OSError as fault:
        raise InputError(
            text("{file} can't be read", file=name),
            found=fault.strerror or type(fault).__name__,
            repair=_repair(fault),
        ) from None
    if (before.st_mtime_ns, before.st_size, len(data)) != (after.st_mtime_ns, after.st_size, before.st_size):
        raise InputError(
            text("{file} changed while it was read", file=name),
            repair=text("Wait until it is saved or copied whole, then run the same again"),
        )
    return data


def _repair(fault: OSError) -> Text:
    if getattr(fault, "winerror", None) in CLOUD_FAULTS:
        return text(
            "The file lies in the cloud only: connect to the network and open it once, or let OneDrive "
            "always keep it on this device; then run the same again"
        )
    if isinstance(fault, FileNotFoundError | IsADirectoryError | NotADirectoryError):
        return text("Check its name and folder")
    return text("Close the file in other programs and check that you may read it")


class FieldClass(StrEnum):
    """What a field can tell about a person; decides what the door in does with it."""

    IDENTIFIER = "identifier"  # e-mail, name, token, phone: becomes a pseudonym or is dropped
    ORGANISATION = "organisation"  # organisation code or name
    QUASI = "quasi-identifier"  # region, role, sector, language, sex, age band
    ANSWER = "answer"  # what the person answered, or a fact of the record
    TEXT = "free text"  # goes to the text tier with a random id, without background
    TECHNICAL = "technical"  # IP address, referrer, seed, exact times: dropped or banded


@dataclass(frozen=True)
class SourceFile:
    """A received file: what it was recognised as, and its fingerprint."""

    name: str  # path below the inbox, with forward slashes
    sha256: str
    system: str  # "teams", "zoom", "limesurvey", "paper list", "log", "matomo", "newsletter"
    variant: str = ""  # "D", "meeting, newer, unique", "code/short CSV" …
    encoding: str = ""
    date_order: str = ""  # "day first", "month first", "year first", "" where no date needs one

    @classmethod
    def of(cls, name: str, data: bytes, system: str, variant: str = "", encoding: str = "") -> SourceFile:
        """The entry of a file with these bytes."""
        return cls(name, hashlib.sha256(data).hexdigest(), system, variant, encoding)


ON_PAPER = "paper-"  # begins the id of a response that was typed from a paper form


@dataclass(frozen=True)
class Remark:
    """Something the evaluator should know about a source: a rule that fired and how often."""

    code: str  # stable word: "duplicate", "unknown_code", "host", "bot", "late", "not_read"
    count: int
    detail: str = ""


@dataclass(frozen=True)
class Undeclared:
    """A column of a received file that nobody declared: no reader knows it, nor does the project.

    column: its name as it stands in the file, "" for none; place: its number from 1; cells: the first ones
    that are filled, to guess at what it holds, never to be shown.
    """

    file: str
    column: str
    place: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class SourceTable:
    """One table as received.

    kind: "responses.<survey>", "invited.<survey>", "participations", "roster.<wave>", "analytics", or a
    log's name ("events", "contents", …). rows: every cell text, "" = empty, columns = ``fields`` in
    order. A column without a class stops the freeze, and so do columns left aside that nobody declared.
    """

    kind: str
    rows: pd.DataFrame
    fields: dict[str, FieldClass]
    files: tuple[SourceFile, ...] = ()
    remarks: tuple[Remark, ...] = ()
    undeclared: tuple[Undeclared, ...] = ()


@dataclass(frozen=True)
class FrozenTable:
    """A table that the door in let through: pseudonymous (``tier="frozen"``) or text (``"text"``)."""

    kind: str
    tier: str
    rows: pd.DataFrame
    fields: dict[str, FieldClass] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()


class PeriodSpan(Protocol):
    """What a period must tell: its id, first and last day."""

    @property
    def id(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
