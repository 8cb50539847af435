"""The commands that carry the evaluator's year: what is decided about a report, and what is due."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import Text, UsageError, text

Say = Callable[[Text | str], str]


def options(one: argparse.ArgumentParser, name: str, say: Say) -> None:
    """The options of this file's commands; none for another command."""
    if name == "publish":
        one.add_argument("period", metavar=say(text("PERIOD")), help=say(_PERIOD))
        act = one.add_mutually_exclusive_group()
        act.add_argument("--handled", metavar=say(_DATE), help=say(_HANDLED))
        act.add_argument("--signed", action="append", metavar=say(_SIGNATURE), help=say(_SIGNED))
        act.add_argument("--lock", action="store_true", help=say(_LOCK))
        act.add_argument("--withdraw", metavar=say(text("REASON")), help=say(_WITHDRAW))
        one.add_argument("--paragraph", metavar=say(text("PARAGRAPH")), help=say(_PARAGRAPH))
        one.add_argument("--date", metavar=say(_DATE), help=say(text("When it was published; else today")))
    if name == "plan targets":
        one.add_argument("file", metavar=say(text("FILE")), help=say(_SHEET))
        one.add_argument("--take", action="store_true", help=say(text("Take the filled worksheet over")))
    if name == "handover":
        one.add_argument(
            "file", metavar=say(text("FILE")), help=say(text("The checklist to write, as handover.md"))
        )
    if name == "next":
        one.add_argument("--calendar", metavar=say(text("FILE")), help=say(_CALENDAR))


def publish(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps import publish as step
    from evallib.steps.states import standing

    context = _context(progress)
    period = context.period(given.period)
    _refuse_loose(given)
    if given.handled is not None:
        made = step.record_handled(context, period, day_of(given.handled), given.paragraph or "")
    elif given.signed is not None:
        made = step.record_published(
            context, period, given.signed, day_of(given.date) if given.date else None
        )
    elif given.lock:
        made = step.record_locked(context, period)
    elif given.withdraw is not None:
        made = step.record_withdrawn(context, period, given.withdraw)
    else:
        made = standing(context, period)
    progress.stop(done=True)
    return _standing(given, speaker, made)


def due(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.due import agenda as step
    from evallib.steps.states import said

    context = _context(progress)
    made = step(context)
    progress.stop(done=True)
    if given.calendar:
        _write_calendar(Path(given.calendar), context, made, speaker)
    if given.json:
        items = [{"period": one.period, "kind": one.kind, "about": one.about, "what": str(one.what),
                  "day": one.day.isoformat() if one.day else None, "late": one.late(made.today),
                  "command": one.command} for one in made.items]  # fmt: skip
        states = {one.period: one.state.value for one in made.states}
        return _json({"today": made.today.isoformat(), "states": states, "items": items})
    for known in made.states:
        _out(speaker, text("{period}: {state}", period=known.period, state=said(known.state)))
    for title, things in ((text("Now:"), made.now()), (text("Next:"), made.then())):
        if things:
            _out(speaker, title)
        for one in things:
            _out(speaker, f"  {str(one.day or ''):<10}  {one.period}: {speaker.say(one.what)}")
            _out(speaker, f"              {one.command}")
    if not made.now():
        _out(speaker, text("Nothing is due now."))
    if given.calendar:
        _out(speaker, text("Written: {file}", file=given.calendar))
    return 0


def handover(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.handover import handover as step
    from evallib.steps.one_file import write_file

    context, target = _context(progress), Path(given.file)
    if target.suffix.casefold() != ".md":
        raise UsageError(text("The checklist is a text file that ends in .md"), found=target.name)
    parts = step(context)
    title = text("Handing over the self-evaluation: {name}", name=context.workspace.project.short_name)
    lines = [f"# {speaker.say(title)}", ""]
    for part in parts:
        lines += [f"## {speaker.say(part.title)}", ""]
        lines += [f"- {speaker.say(one)}" for one in part.facts]
        lines += [f"- [ ] {speaker.say(one)}" for one in part.ticks]
        lines.append("")
    write_file(target, "\n".join(lines).encode())
    progress.stop(done=True)
    if given.json:
        told = [{"title": str(one.title), "facts": [str(x) for x in one.facts],
                 "to_tick": [str(x) for x in one.ticks]} for one in parts]  # fmt: skip
        return _json({"file": str(target), "parts": told})
    _out(speaker, text("Written: {file}", file=str(target)))
    _out(speaker, text("Go through it together. It holds no secret; delete it when everything is ticked."))
    return 0


def plan_targets(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.targets import take_sheet, write_sheet

    context, file = _context(progress), Path(given.file)
    if given.take:
        added = take_sheet(context, file)
        if given.json:
            return _json({"added": added})
        _out(speaker, text("Added to surveys/targets.yaml: {n}", n=len(added)))
        for line in added:
            _out(speaker, f"  {line}")
        _out(speaker, text("A target binds from the day of its agreement on. Next: evallib report"))
        return 0
    number = write_sheet(context, file, speaker.say)
    if given.json:
        return _json({"file": str(file), "indicators": number})
    _out(speaker, text("Worksheet for {n} indicators: {file}", n=number, file=str(file)))
    _out(
        speaker,
        text(
            "Fill it in with the steering group, then run: evallib plan targets {file} --take", file=str(file)
        ),
    )
    return 0


def _write_calendar(target: Path, context: Any, made: Any, speaker: Speaker) -> None:
    from evallib.steps.calendar_file import calendar_bytes
    from evallib.steps.one_file import write_file

    if target.suffix.casefold() != ".ics":
        raise UsageError(text("A calendar file ends in .ics"), found=target.name)
    write_file(target, calendar_bytes(context, made, speaker.say))


def _refuse_loose(given: Any) -> None:
    """A date or paragraph without the act that it belongs to would be lost."""
    for option, value, act in (
        ("--paragraph", given.paragraph, given.handled),
        ("--date", given.date, given.signed),
    ):
        if value is not None and act is None:
            raise UsageError(
                text("{option} belongs to another act", option=option),
                expected="--handled DATE --paragraph PARAGRAPH" if option == "--paragraph"
                else '--signed "ROLE: NAME" --signed "ROLE: NAME" --date DATE',
            )  # fmt: skip


def day_of(written: str) -> date:
    """A day as it is written on the command line."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError(
            text("A day is written year-month-day"), expected="2026-01-20", found=repr(written)
        ) from None


def _standing(given: Any, speaker: Speaker, made: Any) -> int:
    """A period's state, its records, and the one thing that comes next."""
    from evallib.steps.publish import act_said, command_after
    from evallib.steps.states import said

    then = command_after(made)
    if given.json:
        records = [{name: _plain(value) for name, value in vars(one).items()} for one in made.records]
        told = {"period": made.period, "state": made.state.value, "release": made.release}
        published = made.published.release if made.published else None
        return _json({**told, "published": published, "locked": made.locked, "newer_draft": made.draft,
                      "records": records, "next": then})  # fmt: skip
    _out(speaker, text("{period}: {state}", period=made.period, state=said(made.state)))
    for one in made.records:
        _out(speaker, text("  {day}: {act}, release {release}", day=one.day.isoformat(),
                           act=act_said(one.act), release=one.release))  # fmt: skip
        for told in (one.paragraph, *(f"{role}: {name}" for role, name in one.signed), one.reason):
            if told:
                _out(speaker, f"              {told}")
    if made.lacking and made.published is None:
        _out(speaker, text("Its report is a draft; missing or not in order: {n}. evallib report names them.",
                           n=made.lacking))  # fmt: skip
    if made.draft:
        _out(speaker, text("A newer release waits: {number}. The published one stands until it is published.",
                           number=made.release))  # fmt: skip
    if then:
        _out(speaker, text("Next: {command}", command=then))
    return 0


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [{"role": role, "name": name} for role, name in value] if isinstance(value, tuple) else value


_DATE = text("DATE")
_SIGNATURE = text("ROLE:NAME")
_PERIOD = text("A period of surveys/project.yaml; alone it shows the period's state")
_HANDLED = text("The steering group handled the newest release on that day; with --paragraph")
_SIGNED = text("Publish the newest release; twice, two persons in two roles")
_LOCK = text("From now on the period changes through a correction release only")
_WITHDRAW = text("The published report no longer stands")
_PARAGRAPH = text('Paragraph of the minutes, as "§ 4"')
_SHEET = text("The worksheet (.xlsx): a new one, or with --take one that is filled in")
_CALENDAR = text("Write all of it as a calendar file (.ics) too")
