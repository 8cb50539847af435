"""monitor: how many have answered while the surveys run, by group, against the target; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib.errors import MissingStepError, text
from evallib.privacy.strata import shown_groups
from evallib.steps.check import make_frames, read_sources, through_door_in
from evallib.steps.context import Context, open_context
from evallib.steps.explore import Look
from evallib.steps.fingerprint import read_all, received_files
from evallib.workspace import Period

if TYPE_CHECKING:
    import pandas as pd

    from evallib.tidy import Frames

_READ = ("inbox/limesurvey/", "rosters/", "logs/events.")
REST = "…"  # the groups that may not be seen by themselves, together
_BACKGROUNDS = ("region", "sector")


@dataclass(frozen=True)
class Group:
    """A group of the invited. needed: how many answers the target lacks, None without a target."""

    code: str
    label: str
    invited: int
    answered: int
    needed: int | None = None

    @property
    def share(self) -> float:
        return self.answered / self.invited


@dataclass(frozen=True)
class Fieldwork:
    """One survey. invited, sent, answered, share: None for an open link; sent: None where it is not recorded.

    begun: responses; complete: submitted; counted: without doubles, tests and late ones, one a person.
    answered: of the invited. groups: background → groups, () where none may be seen. weeks: ISO week →
    responses submitted in it. events: event → counted responses, small events together.
    """

    survey: str
    begun: int
    complete: int
    counted: int
    invited: int | None = None
    sent: int | None = None
    answered: int | None = None
    target: float | None = None
    needed: int | None = None
    closes: date | None = None
    groups: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    weeks: Mapping[str, int] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        return self.answered / self.invited if self.invited and self.answered is not None else None


def monitor(context: Context, period: Period) -> tuple[Fieldwork, ...]:
    """Every survey of the period of which something has come, as the inbox has it.

    Raises MissingStepError where nothing has come, and what reading for a freeze would raise of the surveys.
    """
    files = received_files(context.workspace, period)
    wanted = {name: path for name, path in files.items() if name.startswith(_READ)}
    if not any(name.startswith(_READ[0]) for name in wanted):
        raise MissingStepError(
            text("No survey of {period} has answers yet", period=period.id),
            where=context.workspace.shown(context.workspace.inbox(period.id) / "limesurvey"),
            repair=text("Run: evallib pull {period}, or put the exports there", period=period.id),
        )
    sources, _ = read_sources(context, period, read_all(wanted))
    frozen = through_door_in(context, period, sources)
    rows = {table.kind: table.rows for table in frozen if table.tier == "frozen"}
    frames = make_frames(context, period, frozen)
    surveys = [name for name in frames.surveys if f"responses.{name}" in rows]
    return tuple(_fieldwork(context, period, name, rows, frames) for name in surveys)


def _fieldwork(
    context: Context, period: Period, survey: str, rows: Mapping[str, pd.DataFrame], frames: Frames
) -> Fieldwork:
    from evallib.plan.calendar import load_calendar

    known = [one.id for one in context.workspace.project.periods]
    calendar = load_calendar(context.workspace.surveys, known, context.questionnaires)
    days = calendar.days(period.id).surveys.get(survey)
    target = days.response if days else None
    came = rows[f"responses.{survey}"]
    done = came[came["complete"] == "yes"]
    counted = frames.surveys[survey].rows
    weeks = dict(sorted(Counter(week for week in done["week"] if week).items()))
    told: dict[str, Any] = {"closes": days.closes if days else None, "weeks": weeks, "target": target}
    invited = rows.get(f"invited.{survey}")
    if invited is None or invited.empty:
        threshold = context.plan.policy.threshold
        told["events"] = _by_event(Counter(one for one in counted["event_id"] if one), threshold)
    else:
        answered = int((invited["answered"] == "yes").sum())
        told |= {"invited": len(invited), "answered": answered}
        told |= {"sent": int((invited["sent"] != "").sum()) or None}
        told |= {"needed": _needed(target, len(invited), answered)}
        told |= {"groups": dict(_groups(context, invited, target))}
    return Fieldwork(survey, len(came), len(done), len(counted), **told)


def _needed(target: float | None, invited: int, answered: int) -> int | None:
    return None if target is None else max(0, ceil(round(target * invited, 9)) - answered)


def _by_event(counts: Counter[str], threshold: int) -> dict[str, int]:
    """Answers by event; events with few of them together, and with one more where that is a single one."""
    order = sorted(counts, key=lambda one: (counts[one], one))
    few = [one for one in order if counts[one] < threshold]
    while few and (len(few) < 2 or sum(counts[one] for one in few) < threshold) and len(few) < len(order):
        few.append(order[len(few)])
    shown = {one: counts[one] for one in sorted(counts) if one not in few}
    return shown | ({REST: sum(counts[one] for one in few)} if few else {})


def _groups(
    context: Context, invited: pd.DataFrame, target: float | None
) -> Iterator[tuple[str, tuple[Group, ...]]]:
    """The declared wider classes of each background that the frame knows."""
    language = context.workspace.project.language
    for dimension in context.plan.dimensions:
        if dimension.code not in _BACKGROUNDS or not (invited[dimension.code] != "").any():
            continue
        wide = {code: name for name, inside in dimension.merges.items() for code in inside}
        classes = invited[dimension.code].map(lambda code, wide=wide: wide.get(code, code))
        counts = {
            str(code): (len(some), int((some["answered"] == "yes").sum()))
            for code, some in invited.groupby(classes)
        }
        seen, rest = shown_groups(counts, context.plan.policy.threshold)
        groups = [
            Group(code, dimension.label(code)[language] if code else REST, *one, _needed(target, *one))
            for code, one in seen.items()
        ]
        if rest:
            groups.append(Group(REST, REST, *rest, _needed(target, *rest)))
        yield dimension.code, tuple(groups)


def open_fieldwork(period: str) -> InNotebook:
    """The surveys of a period as they run, for a notebook; MissingStepError where nothing has come."""
    context = open_context(Path.cwd())
    return InNotebook(monitor(context, context.period(period)))


@dataclass(frozen=True)
class InNotebook:
    """What is looked at while surveys run. Every method gives a table; small groups stand together as …"""

    surveys: tuple[Fieldwork, ...]

    def response(self) -> Look:
        """One row a survey: invited, begun, submitted, counted, share, target and what it lacks."""
        shown = (
            "survey",
            "invited",
            "sent",
            "begun",
            "submitted",
            "counted",
            "answered",
            "share",
            "target",
            "needed",
        )
        read = {name: "complete" if name == "submitted" else name for name in shown}
        rows = [{name: _shown(name, getattr(one, own)) for name, own in read.items()} for one in self.surveys]
        return _look(rows, shown)

    def groups(self) -> Look:
        """One row a survey, background and group."""
        names = ("survey", "background", "group", "invited", "answered", "share", "needed")
        rows = [
            {"survey": one.survey, "background": dim, "group": group.label, "invited": str(group.invited),
             "answered": str(group.answered), "share": _shown("share", group.share),
             "needed": _shown("needed", group.needed)}
            for one in self.surveys for dim, groups in one.groups.items() for group in groups
        ]  # fmt: skip
        return _look(rows, names)

    def weeks(self) -> Look:
        """Submitted responses by ISO week and survey. One row a week in which any was submitted."""
        surveys = [one for one in self.surveys if one.weeks]
        weeks = sorted({week for one in surveys for week in one.weeks})
        rows = [
            {"week": week, **{one.survey: str(one.weeks.get(week, "")) for one in surveys}} for week in weeks
        ]
        return _look(rows, ("week", *(one.survey for one in surveys)))

    def events(self) -> Look:
        """Counted responses by event of surveys with an open link. One row a survey and event."""
        rows = [
            {"survey": one.survey, "event": event, "counted": str(n)}
            for one in self.surveys
            for event, n in one.events.items()
        ]
        return _look(rows, ("survey", "event", "counted"))


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    return f"{100 * value:.0f} %" if name in ("share", "target") else str(value)


def _look(rows: list[dict[str, str]], names: tuple[str, ...]) -> Look:
    """A table of the columns that hold anything: without targets, none of the target's."""
    import pandas as pd

    filled = [name for name in names if not rows or any(row[name] for row in rows)]
    return Look(pd.DataFrame(rows, columns=filled, dtype="object"))
