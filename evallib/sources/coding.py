"""Coded answers as ``evallib coding take`` put them into the inbox: ``coding/a.csv``, ``b``, ``settled``.

They hold no words of anybody: an answer's random id, a keyed fingerprint of its words, and the codes given.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from evallib.errors import InputError, nearest, text
from evallib.records import FieldClass, SourceFile, SourceTable
from evallib.sources.decode import place, read_sheet
from evallib.sources.event_files import not_known

CODERS = ("a", "b")
SETTLED = "settled"
COLUMNS = ("text_id", "source", "codes", "frame", "role", "date")
_FIELDS = {
    "coder": FieldClass.ANSWER,
    "text_id": FieldClass.TECHNICAL,
    "source": FieldClass.TECHNICAL,
    "codes": FieldClass.ANSWER,
    "frame": FieldClass.ANSWER,
    "role": FieldClass.ANSWER,
    "date": FieldClass.TECHNICAL,
}


def read_coding(files: Mapping[str, bytes]) -> list[SourceTable]:
    """One table of all coded answers, a row an answer and coder; none without files.

    Raises InputError for another file or header, an answer that stands twice, and a row without codes.
    """
    import pandas as pd

    rows: list[list[str]] = []
    for name, data in files.items():
        coder = name.removeprefix("coding/").removesuffix(".csv")
        if coder not in (*CODERS, SETTLED) or not name.endswith(".csv"):
            close = nearest(coder, (*CODERS, SETTLED))
            raise not_known(name, f"coding/{close}.csv" if close else "")
        rows += [[coder, *cells] for cells in rows_of(name, data)]
    if not files:
        return []
    table = pd.DataFrame(rows, columns=pd.Index(list(_FIELDS), dtype="str"), dtype="str")
    received = tuple(SourceFile.of(name, data, "coding") for name, data in files.items())
    return [SourceTable("coding", table, _FIELDS, received)]


def rows_of(name: str, data: bytes) -> list[list[str]]:
    """The rows of one such file, in the order of ``COLUMNS``."""
    sheet = read_sheet(data, name)
    if not sheet.rows or sheet.rows[0] != list(COLUMNS):
        raise InputError(
            text("{file} is no list of coded answers", file=name),
            where=place(name, 1),
            expected=";".join(COLUMNS),
            repair=text("Take the coder's workbook over again: evallib coding take FILE"),
        )
    found: dict[str, list[str]] = {}
    for number, cells in enumerate(sheet.rows[1:], 2):
        if not cells:
            continue
        if len(cells) != len(COLUMNS) or not cells[0] or not cells[2] or cells[0] in found:
            raise InputError(
                text("A row of coded answers is not whole, or stands twice"),
                where=place(name, number),
                expected=";".join(COLUMNS),
                repair=text("Take the coder's workbook over again: evallib coding take FILE"),
            )
        found[cells[0]] = cells
    return list(found.values())


def coding_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of ``COLUMNS`` as such a file, in the order of the answers' ids; no cell can be a formula."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(tuple(row) for row in rows))
    return target.getvalue().encode()
