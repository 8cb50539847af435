"""The days that a project decides for each period: ``surveys/calendar.yaml``, empty in a new project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from evallib.declared import Declared, read_declared_with_lines
from evallib.errors import DeclarationError, nearest, text

FILE = "calendar.yaml"


class SurveyDays(Declared):
    """A survey's days: first mailing, reminders, the last day to answer; and how many should answer."""

    opens: date | None = None
    reminders: tuple[date, ...] = ()
    closes: date | None = None
    response: float | None = Field(default=None, gt=0, le=1)  # target: share of the invited who answer

    @model_validator(mode="after")
    def _ordered(self) -> SurveyDays:
        days = [one for one in (self.opens, *self.reminders, self.closes) if one is not None]
        if days != sorted(set(days)):
            raise ValueError(text("opening, reminders and closing in that order"))
        return self


class PeriodDays(Declared):
    """A period's days. deadline: the authority's; without it the first 31 January after the period."""

    roster: date | None = None  # organisations of the network survey are listed
    surveys: dict[str, SurveyDays] = {}
    freeze: date | None = None
    report: date | None = None  # the draft goes to the steering group
    deadline: date | None = None
    meeting: date | None = None
    publication: date | None = None


class Calendar(Declared):
    """All periods' days, and how long things may wait."""

    schema_version: Literal[1]
    attendance_kept_months: int = Field(default=12, ge=1, le=120)  # by the meeting service
    attendance_days: int = Field(default=14, ge=0, le=365)  # within which a list should be here
    follow_up_months: int = Field(default=3, ge=0, le=24)
    periods: dict[str, PeriodDays] = {}

    def days(self, period: str) -> PeriodDays:
        return self.periods.get(period, PeriodDays())


def load_calendar(surveys: Path, periods: Iterable[str], questionnaires: Iterable[str]) -> Calendar:
    """The declared days; the defaults without a file.

    Raises DeclarationError with file and line for a day that is none, an unknown period or survey.
    """
    path, shown = surveys / FILE, f"surveys/{FILE}"
    if not path.is_file():
        return Calendar(schema_version=1)
    calendar, lines = read_declared_with_lines(path, Calendar, shown=shown)
    asked: Mapping[tuple[str | int, ...], list[str]] = {
        ("periods",): sorted(periods),
        **{("periods", one, "surveys"): sorted(questionnaires) for one in calendar.periods},
    }
    for place, known in asked.items():
        named = calendar.periods if len(place) == 1 else calendar.periods[str(place[1])].surveys
        for one in named:
            if one not in known:
                close = nearest(one, known)
                raise DeclarationError(
                    text("{name} is not known here", name=repr(one)),
                    where=lines.place(*place, one),
                    expected=text("one of {known}", known=", ".join(known)),
                    repair=text("Did you mean {key}?", key=repr(close)) if close else "",
                )
    return calendar
