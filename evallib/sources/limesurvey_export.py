"""The bytes of a LimeSurvey export as a header and rows of text, or a sentence saying why not.

Nothing is interpreted: a cell is the text that stood there. Line breaks inside a cell are written as
one line feed, which is the only thing in which the server's CSV and JSON differ.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from evallib.codebook.web_page import refuse_page
from evallib.errors import InputError, Text, text
from evallib.sources.decode import refuse_spoilt

if TYPE_CHECKING:
    import pandas as pd

AGAIN = text("Export again from LimeSurvey and do not open the file in another program before")
CODE_EXPORT = text(
    "Export again with headings «Question code», responses «Answer codes», no conversion of Y and N"
)


@dataclass(frozen=True)
class Export:
    """A header and its rows, all of the header's length. No header = the server had no answers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    variant: str
    ends_as_written: bool = True  # LimeSurvey ends a CSV with an empty line


def read_export(data: bytes, name: str) -> Export:
    """The export in ``data``, CSV or JSON as its content tells; raises InputError."""
    written = decoded(data, name)
    if written.lstrip()[:1] in ("{", "["):
        return _json_export(written, name)
    if not written.strip():
        return Export((), (), "code/short CSV")
    header, *rows = table_rows(written, name)
    marked = re.search(r"\n\r?\n\Z", written) is not None
    return Export(header, tuple(rows), "code/short CSV", marked)


def decoded(data: bytes, name: str) -> str:
    """UTF-8 text with or without byte order mark; anything else is an InputError."""
    expected = text("UTF-8 text as LimeSurvey writes it")
    if not data:
        raise _empty(name)
    refuse_page(data, name)
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        raise InputError(
            text("{file} is not UTF-8 text", file=name),
            expected=expected,
            found=text("UTF-16 text")
            if wide
            else text("a byte that is no UTF-8 at position {position}", position=fault.start),
            repair=AGAIN,
        ) from None
    refuse_spoilt(written, name)
    return written


def table_rows(written: str, name: str) -> list[tuple[str, ...]]:
    """Header and rows of a delimited text, every row as long as the header; raises InputError."""
    if not written.strip():
        raise _empty(name)
    if not written.endswith(("\n", "\r")):
        _cut(name, text("the last line does not end"))
    # A long answer may be longer than the csv module's limit of 131,072 characters.
    csv.field_size_limit(max(csv.field_size_limit(), len(written)))
    separator = _separator(written)
    try:
        reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True)
        rows = [tuple(_newlines(cell) for cell in row) for row in reader if row]
    except csv.Error as fault:
        _cut(name, str(fault))
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            found = text("{cells} cells in row {row}", cells=len(row), row=number)
            if number == len(rows):
                _cut(name, found)
            raise InputError(
                text("The rows of {file} differ in length", file=name),
                expected=text("{cells} cells as in the header", cells=len(rows[0])),
                found=found,
                repair=AGAIN,
            )
    return rows


def _separator(written: str) -> str:
    """The separator that splits the first line most; LimeSurvey lets its user choose among three."""
    first = re.split("[\r\n]", written.lstrip("\r\n"), maxsplit=1)[0]
    return max(";,\t", key=lambda sign: len(re.findall(f'"{sign}"|{sign}', first)))


def _newlines(cell: str) -> str:
    return cell.replace("\r\n", "\n")


def _empty(name: str) -> InputError:
    return InputError(
        text("{file} is empty", file=name), repair=text("The download did not arrive; export again")
    )


def _cut(name: str, found: Text | str) -> NoReturn:
    raise InputError(
        text("{file} breaks off in the middle", file=name),
        expected=text("whole rows, every quote closed"),
        found=found,
        repair=text("The download was cut; export again"),
    )


def _json_export(written: str, name: str) -> Export:
    try:
        content = json.loads(written, object_pairs_hook=_no_double_keys, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        _cut(name, str(fault))
    except (ValueError, RecursionError) as fault:
        raise _not_responses(name, str(fault)) from None
    if not isinstance(content, dict) or not isinstance(content.get("responses"), list):
        raise _not_responses(name, _said(content))
    records, variant = _records(content["responses"], name)
    header = tuple(records[0]) if records else ()
    rows = []
    for number, record in enumerate(records, 1):
        if set(record) != set(header):
            raise _not_responses(name, text("other columns in answer {n}", n=number))
        rows.append(tuple(_cell(record[column], column, name) for column in header))
    return Export(header, tuple(rows), variant)


def _records(responses: list[Any], name: str) -> tuple[list[dict[str, Any]], str]:
    """The answers of both layouts: a list of answers, or (LimeSurvey 3) of answers keyed by number."""
    if not all(isinstance(one, dict) for one in responses):
        raise _not_responses(name, text("an answer that is no object"))
    keyed = [next(iter(one.values())) for one in responses if len(one) == 1]
    if responses and len(keyed) == len(responses) and all(isinstance(one, dict) for one in keyed):
        return keyed, "JSON, keyed by number"
    return responses, "JSON"


def _cell(value: Any, column: str, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and not re.search("[\ud800-\udfff]", value):
        return _newlines(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise InputError(
        text("{file} has a value that is no text", file=name),
        where=text("column {column}", column=column),
        repair=AGAIN,
    )


def _no_double_keys(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the column {key!r} stands twice")
        found[key] = value
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


def refuse_repeated(values: pd.Series[str], field: str, name: str) -> None:
    twice = values[values.duplicated()]
    if len(twice):
        raise InputError(
            text("{file} holds the same {field} more than once", file=name, field=field),
            found=text("{n} rows", n=len(twice)),
            repair=text("Two exports may have been joined; export again into one file"),
        )
