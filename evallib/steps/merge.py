"""What two people made of one file, together: text line by line, notebooks cell by cell.

merge3 does the merging. Where both changed the same place there is no merged file: which of the two is right
is for a person to say.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from difflib import SequenceMatcher, unified_diff
from pathlib import PurePosixPath
from typing import Any

from evallib.steps.fingerprint import hash_bytes

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class _Exact(SequenceMatcher[Any]):
    """A matcher for which no line is too common to matter; of equal cells the longest run counts."""

    def __init__(self, isjunk: Any, a: Sequence[Any], b: Sequence[Any]) -> None:
        super().__init__(isjunk, a, b, autojunk=False)


def meaning(name: str, data: bytes) -> str:
    """A fingerprint of what a file says: line ends, a notebook's outputs and a workbook's dates mean nothing.

    A file that can't be read as what its name says has the fingerprint of its bytes.
    """
    try:
        return hash_bytes(_meant(PurePosixPath(name).suffix, data).encode())
    except Exception:  # a damaged notebook or workbook is compared by its bytes
        return hash_bytes(data)


def _meant(suffix: str, data: bytes) -> str:
    if suffix == ".ipynb":
        return "\n".join(_cells(json.loads(data)))
    if suffix == ".xlsx":
        return repr(_sheets(data))
    return "".join(lines(data))


def _sheets(data: bytes) -> list[Any]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    rules = [[one.sqref for one in sheet.data_validations.dataValidation] for sheet in book]
    return [[sheet.title, str(rule), list(sheet.iter_rows(values_only=True))]
            for sheet, rule in zip(book, rules, strict=True)]  # fmt: skip


def lines(data: bytes) -> list[str]:
    """The lines of a text with ``\\n`` at their ends, without a mark of its encoding."""
    written = data.decode("utf-8").removeprefix(_BOM).replace("\r\n", "\n")
    return written.splitlines(keepends=True)


def merged(name: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Ours with what changed between base and theirs; None where both changed the same place, or a file
    can't be read. Line ends are ours."""
    try:
        if name.endswith(".ipynb"):
            return _merged_notebook(base, ours, theirs)
        said = _merged(*(lines(one) for one in (base, ours, theirs)))
    except (ValueError, KeyError, TypeError):
        return None
    if said is None:
        return None
    written = "".join(said)
    if b"\r\n" in ours:
        written = written.replace("\n", "\r\n")
    return (_BOM if ours.startswith(_BOM.encode()) else "").encode() + written.encode()


def _merged(base: list[str], ours: list[str], theirs: list[str]) -> list[str] | None:
    from merge3 import Merge3

    said: list[str] = []
    matcher: Any = _Exact
    for group in Merge3(base, ours, theirs, sequence_matcher=matcher).merge_groups():
        if group[0] == "conflict":
            return None
        said += group[1]
    return said


def _merged_notebook(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Cell by cell, by kind, tags and source; outputs, and what Jupyter notes of itself, are ours."""
    books = [json.loads(one) for one in (base, ours, theirs)]
    said = _merged(*(_cells(book) for book in books))
    if said is None:
        return None
    known = {key: cell for book in books for key, cell in zip(_cells(book), book["cells"], strict=True)}
    mine = dict(zip(_cells(books[1]), books[1]["cells"], strict=True))
    book = books[1] | {"cells": [mine.get(key, known[key]) for key in said]}
    _with_own_ids(book["cells"])
    return (json.dumps(book, ensure_ascii=False, indent=1) + "\n").encode()


def _cells(book: dict[str, Any]) -> list[str]:
    """A notebook's cells as lines that are equal where the cells say the same."""
    return [
        json.dumps([one["cell_type"], one.get("metadata", {}).get("tags", []), "".join(one["source"])])
        for one in book["cells"]
    ]


def _with_own_ids(cells: list[dict[str, Any]]) -> None:
    """No two cells of one id: a second one gets a number behind it."""
    seen: set[str] = set()
    for place, cell in enumerate(cells):
        named = cell.get("id")
        if named in seen:
            cells[place] = cell | {"id": f"{named}-{place}"[:64]}
        seen.add(str(cells[place].get("id")))


def changes(name: str, before: bytes, after: bytes) -> str:
    """What was changed between two versions, with + and - before its lines; of a notebook its sources."""
    was, now = (_shown(name, one) for one in (before, after))
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in unified_diff(was, now, n=2))


def _shown(name: str, data: bytes) -> list[str]:
    try:
        if name.endswith(".ipynb"):
            book = json.loads(data)
            return [f"{line}\n" for one in book["cells"] for line in "".join(one["source"]).splitlines()]
        return lines(data)
    except (ValueError, KeyError, TypeError):
        return []
