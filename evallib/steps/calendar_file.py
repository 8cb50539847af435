"""The agenda as a calendar file (RFC 5545): a day a thing, which any calendar imports or subscribes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from evallib.errors import Text
from evallib.steps.context import Context
from evallib.steps.due import Agenda, Due


def calendar_bytes(context: Context, agenda: Agenda, say: Callable[[Text | str], str]) -> bytes:
    """All that has a day, with its command; ids stay, so that a new file replaces the old days."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//evallib//next//EN")
    calendar.add("version", "2.0")
    for one in agenda.items:
        if one.day is not None:
            calendar.add_component(_event(one, context, say))
    written: bytes = calendar.to_ical()
    return written


def _event(one: Due, context: Context, say: Callable[[Text | str], str]) -> Any:
    from icalendar import Event

    assert one.day is not None
    event = Event()
    parts = (context.workspace.project.number, one.period, one.kind, one.about)
    event.add("uid", "-".join(part.replace(" ", "_") for part in parts if part) + "@evallib.invalid")
    event.add("dtstamp", context.now())
    event.add("dtstart", one.day)
    event.add("dtend", one.day + timedelta(days=1))
    event.add("summary", f"{one.period}: {say(one.what)}")
    event.add("description", one.command)
    event.add("transp", "TRANSPARENT")
    return event
