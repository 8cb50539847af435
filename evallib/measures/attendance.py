"""From invitation to feedback, event by event: how many were invited, signed up, came and answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

_APART = ("bot", "host")
_SIGNED_UP = ("registered", "no-show")
_TICKETS = ("pretix", "Eventbrite", "Lyyti", "lyyti")  # systems whose lists hold those who signed up


@dataclass(frozen=True)
class Gathering:
    """One event with a list. invited, registered: None where its lists tell nothing of them.

    answered: feedback answers that name the event. came: of the registered; None where somebody on the lists
    has no address, so that it is not known who of them came.
    """

    event_id: str
    invited: int | None
    registered: int | None
    attended: int
    answered: int
    came: int | None


def gatherings(participations: pd.DataFrame, answers: Mapping[str, int]) -> tuple[Gathering, ...]:
    """Every event with a list, in order of its id; of a renamed event the id changes.

    participations: one row a person and event; answers: how many, by event id. With every event twice there
    are as many again.
    """
    people = participations[~participations["status"].isin(_APART)]
    return tuple(
        _gathering(str(event_id), rows, answers.get(str(event_id), 0))
        for event_id, rows in people.groupby("event_id", sort=True)
    )


def signed_up(participations: pd.DataFrame) -> pd.Series:
    """Which rows are people who had signed up: on a sign-up list, or on a list of an event that also names
    people who had signed up and did not come; on lists of tickets everybody.

    In the order of the rows; twice as long with every row twice.
    """
    lists = participations["source_variant"].str.split("+")
    waiting = participations["status"].isin(_SIGNED_UP)
    events = participations["event_id"]
    naming = {
        (event, one) for event, some in zip(events[waiting], lists[waiting], strict=True) for one in some
    }
    found = [
        any((event, one) in naming or "registration" in one or one.startswith(_TICKETS) for one in some)
        for event, some in zip(events, lists, strict=True)
    ]
    listed = pd.Series(found, index=participations.index, dtype=bool)
    return waiting | (listed & (participations["status"] != "invited"))


def _gathering(event_id: str, rows: pd.DataFrame, answered: int) -> Gathering:
    came, status = rows["status"].isin(["attended", "short"]), rows["status"]
    registered = signed_up(rows)
    invited = len(rows) if (status == "invited").any() else None
    signed = int(registered.sum()) if registered.any() else None
    known = signed is not None and bool((rows.loc[came, "known"] == "yes").all()) and came.any()
    return Gathering(
        event_id,
        invited,
        signed,
        int((status == "attended").sum()),
        answered,
        int((registered & (status == "attended")).sum()) if known else None,
    )
