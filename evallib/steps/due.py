"""next: what is due now and next, each with its one command.

What the store, the inbox or a log can tell is asked there each time, so that nothing is called due that is
done. What nobody can know - whether a reminder was sent, a meeting held - is a day in the calendar: it is
named until it has passed, and never called late.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evallib.errors import Text, text
from evallib.plan.calendar import Calendar, PeriodDays, load_calendar
from evallib.records import read_whole
from evallib.steps.closed import is_closed
from evallib.steps.context import Context
from evallib.steps.fingerprint import received_files
from evallib.steps.freeze import freeze_fingerprint
from evallib.steps.publish import command_after, today_of
from evallib.steps.purge import later, purge_by_rule
from evallib.steps.states import Standing, State, standing
from evallib.workspace import Period

if TYPE_CHECKING:
    import pandas as pd

    from evallib.store import Manifest

NAMED = 8  # events told by name
SEEN = 60  # days ahead that the terminal shows; the calendar file has all


@dataclass(frozen=True)
class Due:
    """One thing to do. day: by when, None where no day was decided. kind and about tell it from others."""

    period: str
    kind: str
    about: str
    what: Text
    day: date | None
    command: str

    def late(self, today: date) -> bool:
        return self.day is not None and self.day < today


@dataclass(frozen=True)
class Agenda:
    """States of all periods, and what is to be done, the earliest first; what has no day stands at today."""

    today: date
    states: tuple[Standing, ...]
    items: tuple[Due, ...]

    def now(self) -> list[Due]:
        return [one for one in self.items if one.day is None or one.day <= self.today]

    def then(self) -> list[Due]:
        last = self.today + timedelta(days=SEEN)
        return [one for one in self.items if one.day is not None and self.today < one.day <= last]


def agenda(context: Context) -> Agenda:
    """What is due in the workspace today. Raises what its declarations, logs or store have wrong."""
    project = context.workspace.project
    calendar = load_calendar(
        context.workspace.surveys, [one.id for one in project.periods], context.questionnaires
    )
    today = today_of(context)
    desks = [_Desk(context, one, calendar, today) for one in project.periods]
    items = [item for desk in desks for item in desk.items()]
    items += [*_decisions(context, desks), *_keeping(context, desks), *_next_period(context)]
    ordered = sorted(items, key=lambda one: (one.day or today, one.period, _turn(one), one.kind, one.about))
    return Agenda(today, tuple(desk.standing for desk in desks), tuple(ordered))


def _turn(one: Due) -> int:
    """Of what is due on one day, the step that comes first in the year stands first."""
    steps = ("freeze", "report", "deadline", "meeting", "publication", "lock", "open")
    return steps.index(one.kind) + 1 if one.kind in steps else 0


@dataclass(frozen=True)
class _Desk:
    """One period, with what is known of it."""

    context: Context
    period: Period
    calendar: Calendar
    today: date

    @cached_property
    def standing(self) -> Standing:
        return standing(self.context, self.period)

    @cached_property
    def received(self) -> set[str]:
        """Names of received files, on the disk or in the last snapshot."""
        from evallib.store import Tier

        snapshot = self.context.store.latest(Tier.RAW, self.period.id)
        return {*received_files(self.context.workspace, self.period), *(snapshot.entries if snapshot else ())}

    @cached_property
    def frozen(self) -> bool:
        """Whether there is a freeze of the whole period: made after its last day, or of all that came."""
        from evallib.store import Tier

        latest = self.context.store.latest(Tier.FROZEN, self.period.id)
        if latest is None or self.today <= self.period.end:
            return False
        if self._day_of(latest) > self.period.end:
            return True
        return latest.facts.get("fingerprint") == freeze_fingerprint(self.context, self.period)

    def _day_of(self, manifest: Manifest) -> date:
        moment = datetime.fromisoformat(manifest.created)
        return moment.astimezone(ZoneInfo(self.context.workspace.project.timezone)).date()

    def due(self, kind: str, about: str, what: Text, day: date | None, command: str) -> Due:
        return Due(self.period.id, kind, about, what, day, command)

    def items(self) -> Iterator[Due]:
        if self.standing.published is None and not is_closed(self.context, self.period):
            yield from self._attendance()
            yield from self._surveys()
        yield from self._chain()

    def _attendance(self) -> Iterator[Due]:
        """Lists of events that are over, and follow-ups; the service keeps a list for a time only."""
        asked = "f1" in self.context.questionnaires and not self.frozen
        answered = self._answered("f1") if asked else ""
        here: dict[str, date] = {}  # events whose list is missing, by the day on which it should be here
        kept: dict[str, date] = {}
        silent: dict[str, date] = {}
        for event in self._events():
            name, day = event["event_id"], date.fromisoformat(event["start"][:10])
            if day > self.today:
                continue
            if event["participant_file"] == "yes" and not self._has(f"inbox/events/{name}"):
                here[name] = day + timedelta(days=self.calendar.attendance_days)
                if event["mode"] != "onsite":
                    kept[name] = later(day, self.calendar.attendance_kept_months)
            if asked and not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", answered):
                silent[name] = later(day, self.calendar.follow_up_months)
        gone = {name: here[name] for name, last in kept.items() if last < self.today}
        fetched = {name: kept[name] for name in kept if name not in gone}
        typed = {name: day for name, day in here.items() if name not in kept}
        what = text(
            "Attendance lists not in the inbox, fetch them while the meeting service keeps them (the first "
            "until {day}): {events}",
            day=min(fetched.values(), default=None),
            events=_named(fetched),
        )
        yield from self._group("attendance", what, {name: here[name] for name in fetched})
        what = text("Attendance lists on paper, not in the inbox: {events}", events=_named(typed))
        yield from self._group("paper_lists", what, typed)
        what = text(
            "Attendance lists that the meeting service no longer keeps; ask the organiser, or set "
            "participant_file to no in surveys/logs/events: {events}",
            events=_named(gone),
        )
        yield from self._group("lost_lists", what, gone)
        what = text("Follow-ups of which no answers are in the inbox: {events}", events=_named(silent))
        yield from self._group("follow_up", what, silent)

    def _group(self, kind: str, what: Text, days: Mapping[str, date]) -> Iterator[Due]:
        """One thing for several events, by the first of their days."""
        if days:
            yield self.due(kind, "", what, min(days.values()), f"evallib check {self.period.id}")

    def _surveys(self) -> Iterator[Due]:
        """Roster, opening, frame, reminders and answers of each survey with declared days."""
        days, period = self.calendar.days(self.period.id), self.period.id
        build, check = f"evallib survey build {period}", f"evallib check {period}"
        roster = self.context.workspace.roster(period)
        header_only = roster and roster.suffix == ".csv" and len(roster.read_bytes().split()) <= 1
        if days.roster and (roster is None or header_only):
            what = text("List the organisations of the network survey: surveys/rosters/{period}.csv",
                        period=period)  # fmt: skip
            yield self.due("roster", "", what, days.roster, build)
        for name, survey in days.surveys.items():
            folder = f"inbox/limesurvey/{name}"
            here = self._has(f"{folder}/responses") or self._has(f"{folder}/paper")
            built = self.context.workspace.surveys / "questionnaires" / f"{name}-{period}.lss"
            told: list[tuple[str, Text, date | None, str]] = []
            if not (built.is_file() or here):
                told.append(("build", text("Make the file of {survey} for LimeSurvey", survey=name),
                             survey.opens, build))  # fmt: skip
            if not here and survey.opens and self.today <= survey.opens:
                what = text("Send {survey}; export its participants the same day", survey=name)
                told.append(("opens", what, survey.opens, check))
            what = text("Remind those who have not answered {survey}", survey=name)
            for number, day in enumerate(survey.reminders, start=1):
                if self.today <= day:
                    told.append((f"reminder{number}", what, day, check))
            if not here:
                told.append(("answers", text("Export the answers of {survey}", survey=name),
                             survey.closes, check))  # fmt: skip
            yield from (
                self.due(kind, name, what, day, command)
                for kind, what, day, command in told
                if day is not None
            )

    def _chain(self) -> Iterator[Due]:
        """From the freeze to the lock: a step is due when its turn or its day comes."""
        days, period, state = self.calendar.days(self.period.id), self.period.id, self.standing
        end = self.period.end
        deadline = days.deadline or _january(end)
        over, published = end < self.today, state.published is not None
        made = self.frozen and state.release > 0 and (state.pages or state.handled is not None)
        if not (published or self.frozen) and (over or days.freeze):
            day = days.freeze or (deadline if over else None)
            yield self.due("freeze", "", text("Freeze the period"), day, f"evallib freeze {period}")
        if not (published or made) and (over or days.report):
            yield self.due("report", "", text("Draft of the report for the steering group"),
                           days.report or deadline, f"evallib report {period}")  # fmt: skip
        exported = (self.context.workspace.outputs / period / "hyrra.csv").is_file()
        begun = over or days != PeriodDays()
        if begun and (self.today <= deadline or not (exported or published)):
            what = text("Follow-up figures to the authority")
            if exported:
                what = text("Follow-up figures to the authority: exported, hand them in")
            yield self.due("deadline", "", what, deadline, f"evallib export hyrra {period}")
        then = command_after(state)
        if state.draft:
            yield self.due("newer", "", text("A newer release waits beside the published one"), None, then)
        elif not published:
            handled = state.state is State.HANDLED
            waits = text("Withdrawn: make a new release") if state.state is State.WITHDRAWN else None
            if waits is not None:
                yield self.due("withdrawn", "", waits, None, then)
            elif not handled and (made or days.meeting):
                yield self.due("meeting", "", text("Steering group: handle the report, then record it"),
                               days.meeting, then if made else f"evallib report {period}")  # fmt: skip
            if waits is None and (handled or days.publication):
                yield self.due("publication", "", text("Publish the report"), days.publication,
                               then if handled else f"evallib publish {period}")  # fmt: skip
        elif not state.locked:
            yield self.due("lock", "", text("Lock the period"), None, then)

    def _events(self) -> list[Mapping[str, str]]:
        events = _log(self.context, "events")
        within = (one for one in _rows(events) if one["start"][:10])
        first, last = self.period.start.isoformat(), self.period.end.isoformat()
        return [one for one in within if first <= one["start"][:10] <= last]

    def _has(self, start: str) -> bool:
        return any(re.match(rf"{re.escape(start)}(?![A-Za-z0-9])", name) for name in self.received)

    def _answered(self, survey: str) -> str:
        """The received answers of a survey as they stand in the inbox."""
        folder = self.context.workspace.inbox(self.period.id) / "limesurvey" / survey
        found = sorted(folder.glob("responses*")) if folder.is_dir() else []
        return "\n".join(path.read_bytes().decode("utf-8", errors="replace") for path in found)


def _decisions(context: Context, desks: list[_Desk]) -> Iterator[Due]:
    """The steering group's open decisions, by the day on which they should be done."""
    for row in _rows(_log(context, "decisions")):
        if row["state"] != "open" or not row["due"]:
            continue
        day = date.fromisoformat(row["due"])
        within = [one.period.id for one in desks if one.period.start <= day <= one.period.end]
        period = within[0] if within else desks[-1].period.id
        decided = row[f"text_{context.workspace.project.language}"] or row["text_fi"]
        what = text("Decision {id}, {paragraph}: {decision} (its state is entered in surveys/logs/decisions)",
                    id=row["decision_id"], paragraph=row["paragraph"], decision=decided)  # fmt: skip
        yield Due(period, "decision", row["decision_id"], what, day, f"evallib check {period}")


def _keeping(context: Context, desks: list[_Desk]) -> Iterator[Due]:
    """What has been kept long enough, and what exists in one place only; a demo has neither."""
    from evallib.steps.backup import not_backed_up

    project = context.workspace.project
    if project.marked or not context.workspace.store.exists():
        return
    period = desks[-1].period.id
    expired = purge_by_rule(context, dry_run=True)
    if expired.objects or expired.files:
        what = text(
            "Personal data that have been kept long enough: {n}", n=len(expired.objects) + len(expired.files)
        )
        yield Due(period, "retention", "", what, None, "evallib purge --rule --dry-run")
    if changes := not_backed_up(context):
        what = text("Backup: later changes that are here only: {n}", n=changes)
        yield Due(period, "backup", "", what, None, "evallib backup FOLDER")


def _next_period(context: Context) -> Iterator[Due]:
    """The period after the last one, as long as the project goes on."""
    project = context.workspace.project
    last = max(project.periods, key=lambda one: one.end)
    if not last.final and last.end < project.end:
        wanted = str(int(last.id) + 1) if last.id.isdecimal() else "PERIOD"
        what = text("Open the next period; what carries over is copied")
        yield Due(last.id, "open", "", what, last.end + timedelta(days=1), f"evallib open {wanted}")


def _log(context: Context, kind: str) -> pd.DataFrame | None:
    """A log as it stands now; None where the project keeps none."""
    from evallib.sources.logs import read_log

    folder = context.workspace.surveys / "logs"
    paths = [path for ending in ("csv", "xlsx") if (path := folder / f"{kind}.{ending}").is_file()]
    return (
        read_log(kind, read_whole(shown := f"logs/{paths[0].name}", paths[0]), shown).rows if paths else None
    )


def _rows(table: pd.DataFrame | None) -> list[Mapping[str, str]]:
    return (
        []
        if table is None
        else [{str(name): str(cell) for name, cell in row.items()} for row in table.to_dict("records")]
    )


def _named(events: Iterable[str]) -> str:
    """The first few events by name, the others as a number."""
    names = list(events)
    more = f" + {len(names) - NAMED}" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _january(end: date) -> date:
    """The first 31 January after a period."""
    return date(end.year + (date(end.year, 1, 31) <= end), 1, 31)
