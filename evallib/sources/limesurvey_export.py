"""The bytes of a LimeSurvey export as columns of text, or a sentence saying why not.

Nothing is interpreted: a cell is the text that stood there. Line breaks inside a cell are written as
one line feed, which is the only thing in which the server's CSV and JSON differ. Bytes are decoded a
piece at a time, and a text that stands in many cells is kept once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

from evallib.codebook.web_page import refuse_page
from evallib.errors import InputError, Text, text
from evallib.sources.decode import refuse_spoilt

if TYPE_CHECKING:
    import pandas as pd

AGAIN = text("Export again from LimeSurvey and do not open the file in another program before")
CODE_EXPORT = text(
    "In LimeSurvey: Responses, Export, Export responses. Format CSV; headings «Question code»; "
    "responses «Answer codes»; leave «Convert Y to» and «Convert N to» unticked"
)
LONGEST = 2**23  # characters of a cell: the server's own limit of an answer is 65,535 bytes, rarely more
_BATCH = 2000  # rows on their way into columns
_FEW = 1000  # different texts of a column that are always looked up
_MOST_LIST = 32_000_000  # bytes of a list of participants: some 200,000 people
_MOST_ROWS = 1_000_000  # answers, ten times more than a large survey has
_SPOILT = tuple(sign.encode() for sign in ("Ã", "â€", "ï»¿"))


@dataclass(frozen=True)
class Export:
    """A header and its cells by column, all of one length. No header = the server had no answers.

    unstored: by column one byte an answer, 1 where nothing was stored since the question was not shown; None
    where the export does not tell (a CSV has to be asked, see ``unquoted``).
    """

    header: tuple[str, ...]
    columns: tuple[list[str], ...]
    variant: str
    ends_as_written: bool = True  # LimeSurvey ends a CSV with an empty line
    unstored: Mapping[str, bytes] | None = None

    @property
    def n(self) -> int:
        """How many answers."""
        return len(self.columns[0]) if self.columns else 0


class Cells:
    """Rows on their way into columns. A text that a column holds again and again is kept once."""

    def __init__(self, width: int, name: str) -> None:
        self._name = name
        self.columns: tuple[list[str], ...] = tuple([] for _ in range(width))
        self._seen: list[dict[str, str] | None] = [{} for _ in range(width)]

    @property
    def n(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Rows that are as wide as the header; InputError where there are more than any survey has."""
        if self.n > _MOST_ROWS:
            raise InputError(
                text("{file} holds more answers than any survey", file=self._name),
                expected=text("at most {n} rows", n=_MOST_ROWS),
                repair=AGAIN,
            )
        for place, cells in enumerate(zip(*rows, strict=True)):
            seen, column = self._seen[place], self.columns[place]
            if seen is None:
                column.extend(cells)
                continue
            column.extend(map(seen.setdefault, cells, cells))
            if len(seen) > _FEW and 2 * len(seen) > len(column):
                self._seen[place] = None

    def with_line_feeds(self) -> tuple[list[str], ...]:
        """The columns, each line break inside a cell as one line feed."""
        for column in self.columns:
            if any("\r" in cell for cell in column):
                column[:] = [cell.replace("\r\n", "\n") for cell in column]
        return self.columns


def told_apart(header: Sequence[str], unstored: Sequence[bytearray]) -> Mapping[str, bytes] | None:
    """What is not stored, by column, of a server that tells it; None of one that does not.

    In LimeSurvey 6.4 only a column that the survey does not keep came without anything, in every answer.
    """
    tells = any(any(missing) and not all(missing) for missing in unstored)
    return dict(zip(header, map(bytes, unstored), strict=True)) if tells else None


def unquoted(data: bytes) -> Mapping[str, bytes] | None:
    """What is not stored of the answers in a whole CSV: newer servers write such a cell without quotes."""
    from evallib.sources.limesurvey_lines import NotWhole, lines_in

    lines = lines_in(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""))
    try:
        header = [cell[1:-1] for cell in next(lines, [])]
        unstored = [bytearray() for _ in header]
        for cells in lines:
            if len(cells) == len(header):
                for missing, cell in zip(unstored, cells, strict=True):
                    missing.append(not cell)
    except (NotWhole, UnicodeDecodeError):
        return None  # another program's CSV, which keeps no quotes
    return told_apart(header, unstored)


def read_export(data: bytes, name: str) -> Export:
    """The export in ``data``, CSV or JSON as its content tells; raises InputError."""
    if not data:
        raise _empty(name)
    refuse_page(data, name)
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        from evallib.sources.limesurvey_json import read_json

        refuse_long(data, b'"', name)
        return read_json(data, name)
    refuse_long(data, b"\n", name)
    return _csv_export(data, name)


def _csv_export(data: bytes, name: str) -> Export:
    _refuse_wide(data, name)
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="")
    reader = csv.reader(lines, delimiter=_separator(data), strict=True)
    csv.field_size_limit(LONGEST)
    filled = filter(None, reader)
    try:
        header = tuple(next(filled, ()))
        if not header:
            return Export((), (), "code/short CSV")
        if not data.endswith((b"\n", b"\r")):
            cut(name, text("the last line does not end"))
        cells = Cells(len(header), name)
        while rows := list(islice(filled, _BATCH)):
            if any(len(row) != len(header) for row in rows):
                _refuse_width(rows, header, cells.n, name, last=next(filled, None) is None)
            cells.add(rows)
    except csv.Error as fault:
        _refuse_csv(fault, name)
    except UnicodeDecodeError:
        raise _not_utf8(data, name) from None
    refuse_spoilt_bytes(data, name)
    breaks_inside = data.count(b"\r\n") > cells.n + 2
    columns = cells.with_line_feeds() if breaks_inside else cells.columns
    marked = re.search(rb"\n\r?\n\Z", data[-4:]) is not None
    return Export(header, columns, "code/short CSV", marked)


def refuse_long(data: bytes, mark: bytes, name: str) -> None:
    """Raise InputError where one line or cell is longer than any answer; mark: what ends it, at the latest.

    A window of ``LONGEST`` bytes without the mark lies within a cell that is as long.
    """
    for start in range(0, len(data) - LONGEST, LONGEST):
        if data.find(mark, start, start + LONGEST) < 0:
            raise _too_long(name, start)


def _refuse_csv(fault: csv.Error, name: str) -> NoReturn:
    if "field limit" in str(fault):
        raise _too_long(name) from None
    cut(name, str(fault))


def _too_long(name: str, position: int | None = None) -> InputError:
    return InputError(
        text("{file} has a cell that is too long", file=name),
        where="" if position is None else text("at byte {position}", position=position),
        expected=text("at most {n} characters", n=LONGEST),
        repair=AGAIN,
    )


def refuse_spoilt_bytes(data: bytes, name: str) -> None:
    """As ``refuse_spoilt``, of UTF-8 that is decoded only when it may be spoilt."""
    if not data.isascii() and any(sign in data for sign in _SPOILT):
        refuse_spoilt(data.decode("utf-8", "replace"), name)


def _refuse_wide(data: bytes, name: str) -> None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _not_utf8(data, name)


def _not_utf8(data: bytes, name: str) -> InputError:
    found = text("UTF-16 text")
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        position = 0
        try:
            data.decode("utf-8")
            position = max(data.find(b"\x00"), 0)
        except UnicodeDecodeError as fault:
            position = fault.start
        found = text("a byte that is no UTF-8 at position {position}", position=position)
    return InputError(
        text("{file} is not UTF-8 text", file=name),
        expected=text("UTF-8 text as LimeSurvey writes it"),
        found=found,
        repair=AGAIN,
    )


def decoded(data: bytes, name: str) -> str:
    """A whole list as UTF-8 text, with or without byte order mark; anything else is an InputError."""
    if not data:
        raise _empty(name)
    refuse_page(data, name)
    if b"\x00" in data:
        raise _not_utf8(data, name)
    if len(data) > _MOST_LIST:
        raise InputError(
            text("{file} is too large", file=name),
            expected=text("at most {limit} megabytes", limit=_MOST_LIST // 1_000_000),
            found=text("{size} megabytes", size=len(data) // 1_000_000),
            repair=AGAIN,
        )
    refuse_long(data, b"\n", name)
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_utf8(data, name) from None
    refuse_spoilt(written, name)
    return written


def table_rows(written: str, name: str) -> list[tuple[str, ...]]:
    """Header and rows of a delimited text, every row as long as the header; raises InputError."""
    if not written.strip():
        raise _empty(name)
    if not written.endswith(("\n", "\r")):
        cut(name, text("the last line does not end"))
    csv.field_size_limit(LONGEST)
    separator = _separator(written.encode())
    try:
        reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True)
        rows = [tuple(cell.replace("\r\n", "\n") for cell in row) for row in reader if row]
    except csv.Error as fault:
        _refuse_csv(fault, name)
    if any(len(row) != len(rows[0]) for row in rows):
        _refuse_width(rows, rows[0], -1, name, last=True)
    return rows


def _refuse_width(
    rows: Sequence[Sequence[str]], header: Sequence[str], before: int, name: str, *, last: bool
) -> NoReturn:
    """before: rows above these, the header apart; last: whether the file ends with them."""
    number, row = next((n, row) for n, row in enumerate(rows, 1) if len(row) != len(header))
    found = text("{cells} cells in row {row}", cells=len(row), row=before + number + 1)
    if last and number == len(rows):
        cut(name, found)
    raise InputError(
        text("The rows of {file} differ in length", file=name),
        expected=text("{cells} cells as in the header", cells=len(header)),
        found=found,
        repair=AGAIN,
    )


def _separator(data: bytes) -> str:
    """The separator that splits the first line most; LimeSurvey lets its user choose among three."""
    first = re.split(b"[\r\n]", data[:LONGEST].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), maxsplit=1)[0]
    return max(";,\t", key=lambda sign: len(re.findall(f'"{sign}"|{sign}'.encode(), first)))


def _empty(name: str) -> InputError:
    return InputError(
        text("{file} is empty", file=name), repair=text("The download did not arrive; export again")
    )


def cut(name: str, found: Text | str) -> NoReturn:
    """Raise InputError for a file whose end is missing."""
    raise InputError(
        text("{file} breaks off in the middle", file=name),
        expected=text("whole rows, every quote closed"),
        found=found,
        repair=text("The download was cut; export again"),
    )


def field(rows: pd.DataFrame, name: str) -> pd.Series[str]:
    """A column, or empty texts where the export has none."""
    import pandas as pd

    return rows[name] if name in rows else pd.Series("", index=rows.index, dtype="str", name=name)


def refuse_repeated_headings(header: Iterable[str], name: str) -> None:
    seen: set[str] = set()
    for column in header:
        if column in seen:
            raise InputError(
                text("{file} has two columns named {column}", file=name, column=column), repair=CODE_EXPORT
            )
        seen.add(column)


def refuse_repeated(values: Sequence[str], field: str, name: str) -> None:
    twice = len(values) - len(set(values))
    if twice:
        raise InputError(
            text("{file} holds the same {field} more than once", file=name, field=field),
            found=text("{n} rows", n=twice),
            repair=text("Two exports may have been joined; export again into one file"),
        )
