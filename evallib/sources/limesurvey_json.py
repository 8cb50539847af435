"""LimeSurvey's JSON exports, of both layouts, an answer at a time: never the whole as one text."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from evallib.errors import InputError, Text, text
from evallib.sources.limesurvey_export import (
    AGAIN,
    LONGEST,
    Cells,
    Export,
    cut,
    refuse_spoilt_bytes,
    told_apart,
)

_PIECE = 2**20  # bytes decoded at a time
_BATCH = 2000
_START = re.compile(r'\s*\{\s*"responses"\s*:\s*\[')
_END = re.compile(r"\s*\}\s*")
_SPACE = re.compile(r"[ \t\r\n]*")


def read_json(data: bytes, name: str) -> Export:
    """The answers in ``data``: a list of them, or (LimeSurvey 3) of answers keyed by number.

    Raises InputError for what is no such export, breaks off, or gives a column twice.
    """
    found = _Answers(data, name)
    header: tuple[str, ...] = ()
    unstored: list[bytearray] = []
    keyed = False
    cells = Cells(0, name)
    batch: list[list[str]] = []
    for number, sent in enumerate(found, 1):
        if not isinstance(sent, dict):
            raise _not_responses(name, text("an answer that is no object"))
        inner = next(iter(sent.values())) if len(sent) == 1 else None
        if number == 1:
            keyed = isinstance(inner, dict)
            header = tuple(inner if isinstance(inner, dict) else sent)
            cells, unstored = Cells(len(header), name), [bytearray() for _ in header]
        record = inner if keyed else sent
        if not isinstance(record, dict) or record.keys() != set(header):
            raise _not_responses(name, text("other columns in answer {n}", n=number))
        for column, missing in zip(header, unstored, strict=True):
            missing.append(record[column] is None)
        batch.append([_cell(record[column], column, name) for column in header])
        if len(batch) == _BATCH:
            cells.add(batch)
            batch = []
    cells.add(batch)
    if b"\\ud" in data or b"\\uD" in data:
        _refuse_half_letters(header, cells, name)
    refuse_spoilt_bytes(data, name)
    columns = cells.with_line_feeds() if b"\\r" in data else cells.columns
    variant = "JSON, keyed by number" if keyed else "JSON"
    return Export(header, columns, variant, unstored=told_apart(header, unstored))


class _Answers:
    """The answers of a file one after the other. What stands behind the last one must end the file."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = data, name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._taken, self._text, self._at = 0, "", 0
        self._json = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)

    def __iter__(self) -> Iterator[Any]:
        self._more()
        start = _START.match(self._text)
        if start is None:
            self._refuse_other()
        self._at = start.end()
        sign = self._next()
        while sign != "]":
            yield self._value()
            sign = self._next()
            if sign == ",":
                self._at += 1
            elif sign != "]":
                cut(self._name, text("no end of the list of answers"))
        self._at += 1
        while self._more():
            pass
        if not _END.fullmatch(self._text, self._at):
            cut(self._name, text("no end of the list of answers"))

    def _value(self) -> Any:
        while True:
            try:
                value, self._at = self._json.raw_decode(self._text, _SPACE.match(self._text, self._at).end())  # type: ignore[union-attr]
                return value
            except json.JSONDecodeError as fault:
                if len(self._text) - self._at > LONGEST or not self._more():
                    cut(self._name, fault.msg)
            except (ValueError, RecursionError) as fault:
                raise _not_responses(self._name, str(fault)) from None

    def _next(self) -> str:
        """The next sign that is no space; "" at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _more(self) -> bool:
        """Take in as much again, a piece at least; False at the end of the file."""
        if self._taken >= len(self._data) and self._taken:
            return False
        size = max(_PIECE, len(self._text) - self._at)
        piece = self._data[self._taken : self._taken + size]
        self._taken += len(piece)
        try:
            self._text = self._text[self._at :] + self._decoder.decode(piece, self._taken >= len(self._data))
        except UnicodeDecodeError as fault:
            raise InputError(
                text("{file} is not UTF-8 text", file=self._name),
                expected=text("UTF-8 text as LimeSurvey writes it"),
                found=text(
                    "a byte that is no UTF-8 at position {position}",
                    position=self._taken - len(piece) + fault.start,
                ),
                repair=AGAIN,
            ) from None
        self._at = 0
        return True

    def _refuse_other(self) -> NoReturn:
        if self._taken < len(self._data):
            raise _not_responses(self._name, "")
        try:
            said = _said(json.loads(self._text))
        except json.JSONDecodeError as fault:
            cut(self._name, fault.msg)
        except (ValueError, RecursionError) as fault:
            raise _not_responses(self._name, str(fault)) from None
        raise _not_responses(self._name, said)


def _cell(value: Any, column: str, name: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _no_text(column, name)


def _refuse_half_letters(header: tuple[str, ...], cells: Cells, name: str) -> None:
    """A letter can be written as two halves, of which one alone is none."""
    for column, written in zip(header, cells.columns, strict=True):
        try:
            "".join(written).encode()
        except UnicodeEncodeError:
            raise _no_text(column, name) from None


def _no_text(column: str, name: str) -> InputError:
    return InputError(
        text("{file} has a value that is no text", file=name),
        where=text("column {column}", column=column),
        repair=AGAIN,
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for place, (key, _) in enumerate(pairs) if key in dict(pairs[:place]))
        raise ValueError(f"the column {twice!r} stands twice")
    return found


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no value of an answer")


def _said(content: Any) -> Text | str:
    """What a server said instead of sending answers, or which keys stood there."""
    if isinstance(content, dict) and isinstance(content.get("status"), str):
        return text("the server's message «{message}»", message=content["status"][:100])
    return ", ".join(list(content)[:5]) if isinstance(content, dict) else type(content).__name__


def _not_responses(name: str, found: Text | str) -> InputError:
    return InputError(
        text("{file} is not a LimeSurvey export of answers", file=name),
        expected='{"responses": [...]}',
        found=found,
        repair=AGAIN,
    )
