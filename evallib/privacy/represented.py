"""Which organisations of the roster were at which event: kept without persons, from what people declared.

The table holds an organisation and an event, nothing else: not who came, how many, or as what. An
organisation of one person is never in it, since its attendance would be a person's; nor is one that the
roster does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evallib.privacy.tables import as_rows, text_frame
from evallib.records import FieldClass, FrozenTable, SourceTable

KIND = "organisation_events"
_COLUMNS = {"event_id": FieldClass.ANSWER, "organisation": FieldClass.ORGANISATION}
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # "(invented)" after a name


def represented(participations: SourceTable, rosters: Sequence[SourceTable]) -> Iterator[FrozenTable]:
    """The table of one row an event and organisation, in the order of their codes; none where nobody declared
    an organisation. Only people who attended count; an organisation is known by its code or its name, however
    the letters are set."""
    if "organisation" not in participations.rows or not participations.rows["organisation"].any():
        return
    known = _known([row for one in rosters for row in as_rows(one.rows)])
    found = {
        (row["event_id"], known[name])
        for row in as_rows(participations.rows)
        if row["status"] == "attended" and (name := _plain(row["organisation"])) in known
    }
    yield FrozenTable(KIND, "frozen", text_frame(list(_COLUMNS), sorted(map(list, found))), _COLUMNS)


def _known(roster: Sequence[dict[str, str]]) -> dict[str, str]:
    """Spelling → code; a spelling of two organisations is nobody's."""
    codes: dict[str, set[str]] = {}
    for row in roster:
        name = row.get("name", "")
        for spelling in {_plain(one) for one in (row["organisation"], name, _REMARK.sub("", name))} - {""}:
            codes.setdefault(spelling, set()).add(row["organisation"])
    alone = {row["organisation"] for row in roster if row.get("one_person") != "no"}
    return {spelling: code for spelling, (code, *more) in codes.items() if not more and code not in alone}


def _plain(written: str) -> str:
    return " ".join(written.casefold().split())
