"""One attendance file → its listing, whatever the system: a reader of its own, or a mapping of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from evallib.errors import InputError, text
from evallib.records import Remark
from evallib.sources import mapped, teams, zoom
from evallib.sources.clock import event_days, near
from evallib.sources.decode import Sheet
from evallib.sources.mapping import ColumnMapping, known_systems
from evallib.sources.nearest_list import unknown_list
from evallib.sources.stays import Listing


@dataclass(frozen=True)
class Recognised:
    """What a list is. fit: the mapping that reads it; None for Teams and Zoom, which have readers."""

    system: str
    variant: str
    fit: mapped.Fit | None = None

    def __str__(self) -> str:
        return f"{self.system} {self.variant}"


def recognise(
    sheet: Sheet,
    mappings: Sequence[ColumnMapping] = (),
    others: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Recognised:
    """The system and variant of an attendance list; ``mappings``: the project's own, which go first.

    others: columns by name of what it could be beside a list. Raises InputError with the headers seen and the
    nearest known variant when it is none that is known.
    """
    if own := mapped.fit(sheet, mappings):
        return Recognised(own.mapping.system, own.mapping.kind, own)
    if letter := teams.recognise(sheet):
        return Recognised("teams", letter)
    if variant := zoom.recognise(sheet):
        return Recognised("zoom", variant)
    if known := mapped.fit(sheet, known_systems()):
        return Recognised(known.mapping.system, known.mapping.kind, known)
    raise unknown_list(sheet, mappings, others)


def read_listing(sheet: Sheet, found: Recognised, event: Mapping[str, str]) -> Listing:
    """The stays of a list that :func:`recognise` knows; ``event`` = its row of the event log, {} if unknown.

    Raises InputError where it can't be read for sure, or is from another day than the event.
    """
    event_id = event.get("event_id", "")
    own = found.fit
    listing = mapped.read(sheet, own, event) if own else _from_system(sheet, found.system, event)
    days = event_days(event)
    for moment in listing.seen:
        if days and not near(moment, days):
            raise InputError(
                text("The list is from another day than the event {event}", event=event_id),
                where=sheet.name,
                expected=days[0].isoformat(),
                found=moment.date().isoformat(),
                repair=text("Check the event id in the name of the file, and the date in the event log"),
            )
    return listing


def _from_system(sheet: Sheet, system: str, event: Mapping[str, str]) -> Listing:
    if sheet.encoding == "cp1252":
        raise InputError(
            text("{file} is not in the encoding in which {system} writes", file=sheet.name, system=system),
            expected="UTF-8, UTF-16",
            found="cp1252",
            repair=text("Download the report again and do not save it in Excel in between"),
        )
    listing = teams.read(sheet, event) if system == "teams" else zoom.read(sheet, event)
    unfinished = () if sheet.ended else (Remark("no_line_end", 1, event.get("event_id", "")),)
    return replace(listing, remarks=(*listing.remarks, *unfinished))
