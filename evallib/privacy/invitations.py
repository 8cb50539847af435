"""Invitations: who was asked, as pseudonyms, and what the frame knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evallib.privacy.bands import code, week
from evallib.privacy.keys import Key
from evallib.privacy.pseudonyms import is_address, pseudonym, stand_in
from evallib.privacy.tables import as_rows, text_frame
from evallib.records import FieldClass, FrozenTable, SourceTable

BY_ORGANISATION = ("q2",)  # surveys in which a person answers for an organisation
_FIELDS = {
    "person": FieldClass.IDENTIFIER,
    "organisation": FieldClass.ORGANISATION,
    "region": FieldClass.QUASI,
    "sector": FieldClass.QUASI,
    "language": FieldClass.QUASI,
    "sent": FieldClass.TECHNICAL,
    "answered": FieldClass.ANSWER,
}


@dataclass(frozen=True)
class Invited:
    """Somebody in the frame. email: "" when the frame has none."""

    person: str
    email: str
    organisation: str
    region: str
    sector: str


Frame = Mapping[str, Invited]  # token → invited


def read_frame(table: SourceTable, survey: str, key: Key) -> Frame:
    """Everybody who was invited to a survey, by token."""
    return {row["token"]: _invited(row, survey, key) for row in as_rows(table.rows) if row["token"]}


def person_by_token(token: str, survey: str, key: Key) -> str:
    """A name for whoever used a token that leads to no address."""
    return stand_in(key, survey, "token", token)


def freeze_invited(table: SourceTable, frame: Frame, responses: SourceTable | None) -> FrozenTable:
    """One row an invitation: background, week of sending, and whether a complete answer came."""
    answered = _answered(responses)
    rows = []
    for row in as_rows(table.rows):
        one = frame.get(row["token"])
        if one is None:  # not invited yet: no token was made
            continue
        came = row["token"] in answered or row["completed"] not in ("", "N")
        start = [one.person, one.organisation, one.region, one.sector]
        rows.append([*start, code(row["language"]), week(row["sent"]), "yes" if came else "no"])
    return FrozenTable(table.kind, "frozen", text_frame(list(_FIELDS), sorted(rows)), _FIELDS)


def _answered(responses: SourceTable | None) -> set[str]:
    """Tokens with a complete response; the server's own mark can be missing."""
    if responses is None or "token" not in responses.rows:
        return set()
    rows = responses.rows
    return set(rows.loc[rows["submitdate"] != "", "token"]) - {""}


def _invited(row: Mapping[str, str], survey: str, key: Key) -> Invited:
    email = row["email"] if is_address(row["email"]) else ""
    return Invited(
        pseudonym(email, survey, key) if email else person_by_token(row["token"], survey, key),
        email,
        row["organisation"] if survey in BY_ORGANISATION else "",
        code(row["region"]),
        code(row["sector"]),
    )
