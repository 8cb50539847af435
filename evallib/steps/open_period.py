"""open: the next period of a project. What carries over is copied, and what has to be decided is listed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from evallib.declared import parse_declared
from evallib.errors import DeclarationError, Text, UsageError, text
from evallib.plan.model import TargetForm
from evallib.steps.change_set import apply, held
from evallib.steps.context import Context
from evallib.workspace import PERIOD_ID, Period, Project

_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


@dataclass(frozen=True)
class Opened:
    """A new period. written: files that were made or changed; decide: (what, command or place)."""

    period: Period
    after: str
    written: tuple[str, ...]
    decide: tuple[tuple[Text, str], ...]
    done: bool


def open_period(
    context: Context,
    wanted: str,
    start: date | None = None,
    end: date | None = None,
    *,
    dry_run: bool = False,
) -> Opened:
    """Open a period after the last one; without days it follows on, and is as long as that one.

    Raises UsageError for a period that is there already or reaches beyond the project's time, and
    DeclarationError where surveys/project.yaml is written so that the line has to be put in by hand.
    """
    project, root = context.workspace.project, context.workspace.root
    if wanted in [one.id for one in project.periods]:
        raise UsageError(
            text("The period {period} is there already", period=wanted), where="surveys/project.yaml"
        )
    if not re.fullmatch(PERIOD_ID, wanted):
        raise UsageError(
            text("{period} can't be the name of a period", period=repr(wanted)),
            expected=text("up to 20 letters, digits, - or _"),
        )
    last = max(project.periods, key=lambda one: one.end)
    first = start or last.end + timedelta(days=1)
    until = end or _as_long(last, first)
    if not project.start <= first <= until <= project.end:
        raise UsageError(
            text("The period {period} lies outside the project's time", period=wanted),
            expected=f"{project.start} – {project.end}",
            found=f"{first} – {until}",
            repair=text("Correct the end in surveys/project.yaml, or give --start and --end"),
        )
    period = Period(id=wanted, start=first, end=until, comparison=last.id)
    changed = {"surveys/project.yaml": _with_period(context, period), **_carried(context, wanted, last)}
    if not dry_run:
        with held(root):
            apply(root, changed, f"open {wanted}")
    return Opened(
        period, last.id, tuple(sorted(changed)), tuple(_to_decide(context, period, last)), not dry_run
    )


def _as_long(last: Period, first: date) -> date:
    """The last day of a period that begins on ``first`` and is as long as the one before it."""
    if (last.start.month, last.start.day) == (first.month, first.day):
        years = first.year - last.start.year
        return _later(last.end, years)
    return first + (last.end - last.start)


def _later(day: date, years: int) -> date:
    """The same day so many years later; 29 February is the 28th in other years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _with_period(context: Context, new: Period) -> bytes:
    """project.yaml with a line more, every other one as it was."""
    path = context.workspace.surveys / "project.yaml"
    written = path.read_bytes().decode("utf-8-sig")
    line = f'{{id: "{new.id}", start: {new.start}, end: {new.end}, comparison: "{new.comparison}"}}'
    periods = _value(yaml.compose(written), "periods")
    repair = text("Add this line below periods by hand: - {line}", line=line)
    if not isinstance(periods, yaml.SequenceNode) or periods.flow_style:
        raise DeclarationError(
            text("The periods do not stand one a line"), where="surveys/project.yaml", repair=repair
        )
    lines = written.splitlines(keepends=True)
    item = periods.value[-1]
    row = item.end_mark.line + (1 if item.end_mark.column else 0)
    while row > 0 and not lines[row - 1].strip():
        row -= 1
    end = "\r\n" if "\r\n" in written else "\n"
    if lines[row - 1] == lines[row - 1].rstrip("\r\n"):
        lines[row - 1] += end
    lines.insert(row, f"{' ' * periods.start_mark.column}- {line}{end}")
    made = "".join(lines)
    try:
        read = parse_declared(made, Project, "surveys/project.yaml")
    except DeclarationError:
        read = None
    if read is None or read.periods != (*context.workspace.project.periods, new):
        raise DeclarationError(
            text("The new period can't be written into the file"), where="surveys/project.yaml", repair=repair
        )
    mark = "\N{ZERO WIDTH NO-BREAK SPACE}" if path.read_bytes().startswith(b"\xef\xbb\xbf") else ""
    return (mark + made).encode()


def _value(node: Any, key: str) -> Any:
    found = [value for name, value in getattr(node, "value", []) if getattr(name, "value", None) == key]
    return found[0] if found else None


def _carried(context: Context, wanted: str, last: Period) -> dict[str, bytes | None]:
    """Roster and days of the calendar, for the new period; what is there already stays.

    Nothing is put into its inbox: a period with received files is the one that the verbs take by themselves.
    """
    workspace = context.workspace
    found: dict[str, bytes | None] = {}
    roster = workspace.roster(last.id)
    if roster is not None and workspace.roster(wanted) is None:
        found[f"surveys/rosters/{wanted}{roster.suffix}"] = roster.read_bytes()
    if days := _calendar(context, wanted, last):
        found["surveys/calendar.yaml"] = days
    return found


def _calendar(context: Context, wanted: str, last: Period) -> bytes | None:
    """calendar.yaml with the last period's days a year later for the new one; None where it has none."""
    path = context.workspace.surveys / "calendar.yaml"
    if not path.is_file():
        return None
    written = path.read_bytes().decode("utf-8-sig")
    periods = _value(yaml.compose(written), "periods")
    if not isinstance(periods, yaml.MappingNode) or periods.flow_style:
        return None
    for name, value in periods.value:
        if name.value == wanted:
            return None
        if name.value == last.id:
            end = value.end_mark.line + (1 if value.end_mark.column else 0)
            lines = written.splitlines(keepends=True)
            block = lines[name.start_mark.line : end]
            while block and (not block[-1].strip() or block[-1].lstrip().startswith("#")):
                block, end = block[:-1], end - 1
            moved = "".join(block).replace(last.id, wanted, 1)
            rest = moved.split(":", 1)
            moved = rest[0] + ":" + _DAY.sub(lambda found: _moved(found[0]), rest[1])
            before = "".join(lines[:end])
            before += "" if before.endswith("\n") else "\n"
            return (before + moved + ("" if moved.endswith("\n") else "\n") + "".join(lines[end:])).encode()
    return None


def _moved(written: str) -> str:
    try:
        return _later(date.fromisoformat(written), 1).isoformat()
    except ValueError:
        return written


def _to_decide(context: Context, period: Period, last: Period) -> list[tuple[Text, str]]:
    """What only people can say about the new period, each with the place or command where it is said."""
    workspace, new, then = context.workspace, period.id, last.id
    dates = text(
        "Dates of the period and the one that it is compared with: {start} – {end}, {other}",
        start=period.start,
        end=period.end,
        other=then,
    )
    surveys = text("Which surveys are held, and their days, moved by a year where you had some")
    questions = text("Questions that are added, left out or reworded; those that stay keep their codes")
    told: list[tuple[Text, str]] = [
        (dates, "surveys/project.yaml"),
        (surveys, "surveys/calendar.yaml"),
        (questions, "evallib survey lint"),
    ]
    if workspace.roster(then) is not None:
        what = text(
            "The organisations of the network survey, copied from {period}: new ones, those that are gone",
            period=then,
        )
        told.append((what, f"surveys/rosters/{new}"))
    if any(workspace.inbox(then).glob("staff.*")):
        what = text(
            "Staff and speakers: copy the list of {period} with the first files that come", period=then
        )
        told.append((what, f"surveys/inbox/{new}"))
    told.append((text("Numbers of the new surveys on the server"), f"evallib survey push {new}"))
    elsewhere = sorted(one.survey for one in context.surveys_elsewhere if then in one.periods)
    if elsewhere:
        what = text(
            "Whether these surveys are made elsewhere again, with the same codes: {surveys}",
            surveys=", ".join(elsewhere),
        )
        told.append((what, "surveys/mappings/surveys"))
    if without := _without_target(context, new):
        what = text("Targets: {n} indicators have none for this period", n=without)
        told.append((what, f"evallib plan targets targets-{new}.xlsx"))
    told.append((text("Open decisions of the steering group, and their new state"), "surveys/logs/decisions"))
    return told


def _without_target(context: Context, period: str) -> int:
    """How many indicators have no target that holds in a period."""
    having = {one.indicator for one in context.targets.targets if one.by in (period, "end")}
    compared = [one.code for one in context.plan.indicators if one.target is not TargetForm.NONE]
    return sum(code not in having for code in compared)
