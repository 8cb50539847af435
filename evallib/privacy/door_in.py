"""The door in: tables as received become pseudonymous tables, and open answers are set apart.

Nothing passes undeclared. What comes out holds no name, address, token, network address, referrer,
seed or exact time, and its order does not tell who came first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from evallib.codebook.model import Questionnaire
from evallib.codes import LOGS
from evallib.errors import PrivacyError, nearest, text
from evallib.privacy.answers import freeze_responses
from evallib.privacy.bands import age, code
from evallib.privacy.coding import freeze_coding
from evallib.privacy.invitations import freeze_invited, read_frame
from evallib.privacy.keys import Key
from evallib.privacy.pseudonyms import is_address, pseudonym, stand_in
from evallib.privacy.represented import represented
from evallib.privacy.tables import as_rows, text_frame
from evallib.privacy.undeclared import refuse_undeclared
from evallib.records import FieldClass, FrozenTable, PeriodSpan, Remark, SourceTable

# hand-kept records without persons: they pass as they are
PASSING = (*LOGS, "analytics")
PARTICIPATION = "participation"  # purpose of the pseudonyms of people who took part
_ADDRESS = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]+")


def door_in(
    tables: Sequence[SourceTable],
    questionnaires: Mapping[str, Questionnaire],
    key: Key,
    period: PeriodSpan,
    late_after: Mapping[str, date] | None = None,
) -> list[FrozenTable]:
    """Frozen and text tables of a period, one a kind, columns as in docs/architecture.md.

    ``late_after``: last day on which answers to a survey count; without one, the period's last day.
    Raises PrivacyError for a table or column that nobody declared, and for an e-mail address that
    stands in a column where none may be.
    """
    joined = _joined(tables)
    for table in joined.values():
        refuse_undeclared(table)
    frames = {
        kind.removeprefix("invited."): read_frame(table, kind.removeprefix("invited."), key)
        for kind, table in joined.items()
        if kind.startswith("invited.")
    }
    frozen: list[FrozenTable] = []
    for kind, table in joined.items():
        room, _, detail = kind.partition(".")
        if room == "responses":
            frame = frames.get(detail, {})
            last = (late_after or {}).get(detail, period.end)
            frozen += freeze_responses(
                table, _questionnaire(questionnaires, detail), frame, key, period, last
            )
        elif room == "invited":
            frozen.append(freeze_invited(table, frames[detail], joined.get(f"responses.{detail}")))
        elif room == "roster":
            frozen.append(_roster(table, detail or period.id))
        elif kind == "participations":
            frozen.append(_participations(table, key))
            frozen += represented(table, [one for name, one in joined.items() if name.startswith("roster")])
        elif kind == "coding":
            continue
        elif kind in PASSING:
            frozen.append(_passing(table))
        else:
            raise _strange(kind)
    if "coding" in joined:  # last: the open answers are there now
        frozen.append(freeze_coding(joined["coding"], [one for one in frozen if one.tier == "text"], key))
    for result in frozen:
        _refuse_addresses(result)
    return frozen


def _joined(tables: Sequence[SourceTable]) -> dict[str, SourceTable]:
    """Tables of one kind put under each other."""
    import pandas as pd

    joined: dict[str, SourceTable] = {}
    for table in tables:
        before = joined.get(table.kind)
        if before is None:
            joined[table.kind] = table
            continue
        rows = pd.concat([before.rows, table.rows], ignore_index=True).fillna("")
        joined[table.kind] = SourceTable(
            table.kind,
            rows,
            before.fields | table.fields,
            before.files + table.files,
            undeclared=before.undeclared + table.undeclared,
        )
    return joined


def _questionnaire(questionnaires: Mapping[str, Questionnaire], survey: str) -> Questionnaire:
    if survey in questionnaires:
        return questionnaires[survey]
    raise PrivacyError(
        text("The survey {survey} has no questionnaire, so its columns are not declared", survey=survey),
        expected=text("one of {known}", known=", ".join(sorted(questionnaires))),
        where=f"limesurvey/{survey}",
        repair=text(
            "Name the folder after the questionnaire, or add surveys/questionnaires/{survey}.yaml",
            survey=survey,
        ),
    )


def _participations(table: SourceTable, key: Key) -> FrozenTable:
    """One row a person and event, names gone; rows by event and person, not by arrival."""
    shas = {file.name: file.sha256[:12] for file in table.files}
    rows, unfit = [], 0
    for row in as_rows(table.rows):
        email, event = row["email"], row["event_id"]
        known = is_address(email)
        unfit += bool(email) and not known
        person = (
            pseudonym(email, PARTICIPATION, key)
            if known
            else stand_in(key, PARTICIPATION, event, row["source_file"], row["row"])
        )
        quasi = [code(row[name]) for name in ("role", "region", "sector")]
        banded = [age(row["under40"]), code(row["sex"]), code(row["lang"])]
        # a file's name can be a person's name: its fingerprint leads back to it
        source = "+".join(_traced(row["source_file"], shas)) or stand_in(key, "file", row["source_file"])
        start = [code(event), person, "yes" if known else "no", row["status"], row["minutes"]]
        rows.append([*start, *quasi, *banded, source, row["source_variant"]])
    remarks = (Remark("no_address", unfit),) if unfit else ()
    frame = text_frame(list(_PARTICIPATION), sorted(rows))
    return FrozenTable(table.kind, "frozen", frame, _PARTICIPATION, remarks)


def _traced(written: str, shas: Mapping[str, str]) -> list[str]:
    """The fingerprints of the files whose names were joined by +, which a name may hold itself; [] when what
    is written is not made of known names."""
    if written in shas:
        return [shas[written]]
    for place in (i for i, sign in enumerate(written) if sign == "+"):
        first = shas.get(written[:place])
        if first and (others := _traced(written[place + 1 :], shas)):
            return [first, *others]
    return []


_A, _Q = FieldClass.ANSWER, FieldClass.QUASI
_PARTICIPATION = {
    "event_id": _A,
    "person": FieldClass.IDENTIFIER,
    "known": _A,
    "status": _A,
    "minutes": _A,
    "role": _Q,
    "region": _Q,
    "sector": _Q,
    "age": _Q,
    "sex": _Q,
    "language": _Q,
    "source_file": FieldClass.TECHNICAL,
    "source_variant": _A,
}


def _roster(table: SourceTable, wave: str) -> FrozenTable:
    passed = _passing(table)
    return FrozenTable(
        table.kind, "frozen", passed.rows.assign(wave=wave).astype("str"), passed.fields | {"wave": _A}
    )


def _passing(table: SourceTable) -> FrozenTable:
    """The table without columns that name persons."""
    kept = [name for name in table.rows.columns if table.fields[name] is not FieldClass.IDENTIFIER]
    return FrozenTable(
        table.kind, "frozen", table.rows[kept].reset_index(drop=True), {n: table.fields[n] for n in kept}
    )


def _refuse_addresses(table: FrozenTable) -> None:
    """The last look: an e-mail address in a pseudonymous table stops the freeze."""
    if table.tier == "text":
        return
    for name in table.rows.columns:
        cells = table.rows[name].tolist()
        if "@" not in "\0".join(cells):
            continue
        for number, cell in enumerate(cells, start=1):
            if _ADDRESS.search(cell):
                raise PrivacyError(
                    text("An e-mail address stands where no person may be named"),
                    where=text(
                        "{table}, column {column}, row {row}", table=table.kind, column=name, row=number
                    ),
                    repair=text("Replace it by a role or an organisation in the source, then freeze again"),
                )


def _strange(kind: str) -> PrivacyError:
    known = [*PASSING, "participations", "responses.SURVEY", "invited.SURVEY", "roster.WAVE"]
    return PrivacyError(
        text("The table {table} is of no declared kind", table=kind),
        expected=text("one of {known}", known=", ".join(known)),
        repair=text("Did you mean {kind}?", kind=nearest(kind, known) or known[0]),
    )
