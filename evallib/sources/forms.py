"""How the rows of a plain list are read by whole columns; each reader says it of its own lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Form:
    """What stands where in the rows of people, all of ``width`` cells. places: role → column.

    Roles are name, start, end, duration (a length in words), minutes, part (a role in the meeting), attended
    ("Yes", "No"), event_id, no_end (a column that has to be empty) and those of the background. addresses:
    columns that may hold one, the best first, of which ``no_emails`` are not meant for them. nothing: cells
    that say nothing. zone: "" = the event's; order: of dates, "" = to be decided. tickets: a row is one.
    not_read: how many columns nothing is taken from, where that is worth a remark.
    """

    system: str
    variant: str
    width: int
    places: Mapping[str, int]
    addresses: tuple[int, ...]
    no_emails: tuple[int, ...] = ()
    nothing: frozenset[str] = frozenset({""})
    zone: str = ""
    order: str = ""
    tickets: bool = False
    not_read: int = 0
