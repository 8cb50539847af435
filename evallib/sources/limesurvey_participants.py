"""LimeSurvey's participants' table: who was invited, and who has answered."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evallib.codebook.columns import shown_headers
from evallib.errors import InputError, text
from evallib.records import FieldClass, Remark, SourceFile, SourceTable, Undeclared
from evallib.sources.limesurvey_export import (
    decoded,
    field,
    refuse_repeated,
    refuse_repeated_headings,
    table_rows,
)

PARTICIPANT_FIELDS = {
    "tid": FieldClass.TECHNICAL,
    "token": FieldClass.IDENTIFIER,
    "email": FieldClass.IDENTIFIER,
    "firstname": FieldClass.IDENTIFIER,
    "lastname": FieldClass.IDENTIFIER,
    "language": FieldClass.QUASI,
    "sent": FieldClass.TECHNICAL,
    "completed": FieldClass.TECHNICAL,
    "organisation": FieldClass.ORGANISATION,
    "region": FieldClass.QUASI,
    "sector": FieldClass.QUASI,
}
_CELLS = 500  # of a column, to guess at what it holds
ATTRIBUTES = {"attribute_1": "organisation", "attribute_2": "region", "attribute_3": "sector"}
_PARTICIPANTS_NOT_READ = (
    "emailstatus",
    "validfrom",
    "validuntil",
    "reminded",
    "remindersent",
    "remindercount",
    "usesleft",
    "blacklisted",
    "mpid",
    "participant_id",
    "started",
)


def read_participants(
    data: bytes, name: str, survey: str, attributes: Mapping[str, str] = ATTRIBUTES
) -> SourceTable:
    """The people invited to a survey, one row a participant, from the participants' CSV export.

    attributes: which of the table's own columns holds organisation, region and sector. sent, completed:
    "N", or the time as exported. Other columns are left out with a remark; attributes and columns that
    nobody declared stop the freeze. Raises InputError for a file that is no participants' table or gives a
    token twice.
    """
    import pandas as pd

    header, *cells = _participant_rows(decoded(data, name), name)
    named = [_participant_column(written, attributes) for written in header]
    _check_participants(named, name)
    received = pd.DataFrame(cells, columns=named, dtype="str")
    rows = pd.DataFrame({wanted: field(received, wanted) for wanted in PARTICIPANT_FIELDS})
    for unique in ("tid", "token"):
        refuse_repeated([one for one in rows[unique] if one], unique, name)
    left_out = [column for column in named if column not in PARTICIPANT_FIELDS]
    strange = [
        Undeclared(name, column, place, tuple(cell for cell in received[column][:_CELLS] if cell))
        for place, column in enumerate(named, 1)
        if column not in (*PARTICIPANT_FIELDS, *_PARTICIPANTS_NOT_READ)
    ]
    missing = [wanted for wanted in attributes.values() if wanted not in named]
    remarks = [Remark("not_read", len(left_out), ", ".join(left_out))] if left_out else []
    remarks += [Remark("column_missing", len(missing), ", ".join(missing))] if missing else []
    file = SourceFile.of(name, data, "limesurvey", "participants CSV", "UTF-8")
    return SourceTable(
        f"invited.{survey}", rows, dict(PARTICIPANT_FIELDS), (file,), tuple(remarks), tuple(strange)
    )


def _participant_rows(written: str, name: str) -> list[tuple[str, ...]]:
    """Rows of the participants' table.

    The server writes every cell in quotes but does not double the quotes inside one, which breaks the
    rules of CSV. So lines are first read as cells between ``","``, and as CSV where that does not fit.
    """
    lines = (found[0].rstrip("\r") for found in re.finditer("[^\n]+", written))
    header = tuple(next(filter(None, lines), "").split(","))
    rows = [header]
    for line in filter(None, lines):
        cells = tuple(line[1:-1].split('","'))
        inside = len(line) > 1 and line[0] == line[-1] == '"'
        if not inside or len(cells) != len(header) or len(header) < 2 or '""' in "\n".join(cells):
            return table_rows(written, name)
        rows.append(cells)
    return rows if len(header) > 1 else table_rows(written, name)


def _participant_column(written: str, attributes: Mapping[str, str]) -> str:
    """``attribute_1 <Organisation>`` → organisation; ``invited`` is called sent elsewhere."""
    column = re.sub(r"\s*<.*>\s*$", "", written).strip().strip('"')
    return {"invited": "sent", **attributes}.get(column, column)


def _check_participants(named: list[str], name: str) -> None:
    expected = text("a participants' table: tid, firstname, lastname, email, emailstatus, token …")
    needed = ("tid", "token", "email", "sent", "completed")
    lacking = [wanted for wanted in needed if wanted not in named]
    if lacking:
        raise InputError(
            text("{file} lacks the column {column}", file=name, column=lacking[0]),
            expected=expected,
            found=shown_headers(named),
            repair=text("Export the survey participants from LimeSurvey as CSV"),
        )
    refuse_repeated_headings(named, name)
