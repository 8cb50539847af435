"""The commands that carry a workspace on: to a new version of evallib, and into a new period."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.cli.year import day_of
from evallib.errors import Text, text

Say = Callable[[Text | str], str]
_DRY = text("Say what would be done, change nothing")


def options(one: argparse.ArgumentParser, name: str, say: Say) -> None:
    """The options of this file's commands; none for another command."""
    if name in ("upgrade", "open"):
        one.add_argument("--dry-run", action="store_true", help=say(_DRY))
    if name == "upgrade":
        one.add_argument("--undo", action="store_true", help=say(_UNDO))
    if name == "open":
        one.add_argument("period", metavar=say(text("PERIOD")), help=say(_NEW))
        for option in ("--start", "--end"):
            one.add_argument(option, metavar=say(text("DATE")), help=say(_DAY))


def upgrade(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.change_set import finish, held
    from evallib.steps.context import Context
    from evallib.steps.upgrade import plan_upgrade
    from evallib.steps.upgrade import upgrade as step
    from evallib.workspace import opened_workspace, workspace_root

    root = workspace_root(Path.cwd())
    if given.undo:
        return _undo(given, speaker, progress, root)
    written: tuple[str, ...] = ()
    ended = ""
    if given.dry_run:
        planned = plan_upgrade(_context(progress), _sayer)
    else:
        with held(root):
            ended = finish(root)
            context = Context(opened_workspace(root), progress)
            planned = plan_upgrade(context, _sayer)
            written = step(context, planned) if planned.due else ()
    progress.stop(done=True)
    if given.json:
        return _json(_plain(planned, written, ended))
    if ended:
        _out(speaker, text("What an earlier run had begun is ended: {what}", what=ended))
    _tell(planned, speaker)
    if not planned.due:
        _out(speaker, text("Nothing to upgrade."))
    elif given.dry_run:
        _out(speaker, text("Nothing was changed. Do it with: evallib upgrade"))
    else:
        _out(speaker, text("Upgraded. To take it back: evallib upgrade --undo"))
    return 0


def _sayer(language: str) -> Say:
    return Speaker(language).say


def _tell(planned: Any, speaker: Speaker) -> None:
    from evallib.steps.states import said
    from evallib.steps.upgrade import Deed

    before = planned.before or text("unknown")
    _out(speaker, text("The workspace's templates: evallib {before}. Installed: evallib {version}.",
                       before=before, version=planned.version))  # fmt: skip
    titles = {
        Deed.ADDED: text("New files:"),
        Deed.REPLACED: text("Replaced:"),
        Deed.MERGED: text("Merged:"),
        Deed.BESIDE: text("Yours stays, the new one is laid into {folder}:", folder=planned.folder),
        Deed.KEPT: text("Stays as it is:"),
    }
    for deed, title in titles.items():
        files = [one for one in planned.files if one.deed is deed]
        if files:
            _out(speaker, title)
        for one in files:
            _out(speaker, f"  {one.name}: {speaker.say(one.why)}")
    if planned.fault:
        _out(speaker, text("Why declarations are not merged: {problem}", problem=planned.fault))
    if any(one.deed is Deed.BESIDE for one in planned.files):
        _out(speaker, text("What is new in those files: {file}", file=f"{planned.folder}/changes.txt"))
    made = [one for one in planned.periods if one.frozen or one.released]
    if made:
        _out(speaker, text("Periods stay as they were made:"))
    for one in made:
        versions = text("frozen by evallib {frozen}, report by evallib {released}",
                        frozen=one.frozen or "–", released=one.released or "–")  # fmt: skip
        _out(speaker, f"  {one.period}: {speaker.say(said(one.state))}; {speaker.say(versions)}")
    if made and planned.due:
        _out(speaker, text("What is not locked is made by the new version when its report is run next; "
                           "evallib diff tells what moved."))  # fmt: skip


def _plain(planned: Any, written: tuple[str, ...], ended: str) -> dict[str, Any]:
    files = [{"name": one.name, "deed": one.deed.value, "why": str(one.why)} for one in planned.files]
    periods = [vars(one) | {"state": one.state.value} for one in planned.periods]
    return {"before": planned.before, "version": planned.version, "files": files, "periods": periods,
            "fault": str(planned.fault), "written": list(written), "ended": ended}  # fmt: skip


def _undo(given: Any, speaker: Speaker, progress: Progress, root: Path) -> int:
    from evallib.steps.change_set import held, last_change, undo

    if given.dry_run:
        last = last_change(root)
        files, aside, what = (last[1], {}, last[0]) if last else ((), {}, "")
    else:
        with held(root):
            made = undo(root)
        files, aside, what = made.files, dict(made.aside), made.what
    progress.stop(done=True)
    if given.json:
        return _json({"what": what, "files": list(files), "aside": aside, "done": not given.dry_run})
    if not what:
        _out(speaker, text("There is nothing to take back"))
        return 0
    title = text("Would be taken back: {what}" if given.dry_run else "Taken back: {what}", what=what)
    _out(speaker, title)
    for name in files:
        _out(speaker, f"  {name}")
    for name, place in aside.items():
        said = text("{file} was changed since; that version lies here: {place}", file=name, place=place)
        _out(speaker, said)
    return 0


def open_period(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.open_period import open_period as step

    days: dict[str, date | None] = {
        name: day_of(value) if value else None for name, value in (("start", given.start), ("end", given.end))
    }
    made = step(_context(progress), given.period, **days, dry_run=given.dry_run)
    progress.stop(done=True)
    if given.json:
        decide = [{"what": str(what), "where": where} for what, where in made.decide]
        told = {"period": made.period.id, "start": str(made.period.start), "end": str(made.period.end)}
        return _json({**told, "comparison": made.after, "written": list(made.written), "decide": decide,
                      "done": made.done})  # fmt: skip
    said = text("{period} would be opened: {start} – {end}, compared with {other}." if given.dry_run
                else "{period} is open: {start} – {end}, compared with {other}.", period=made.period.id,
                start=made.period.start, end=made.period.end, other=made.after)  # fmt: skip
    _out(speaker, said)
    for name in made.written:
        _out(speaker, f"  {name}")
    _out(speaker, text("To decide:"))
    for what, where in made.decide:
        _out(speaker, f"  {speaker.say(what)}")
        _out(speaker, f"      {where}")
    if given.dry_run:
        _out(speaker, text("Nothing was changed. Do it without --dry-run."))
    else:
        _out(speaker, text("To take it back: evallib upgrade --undo"))
    return 0


_UNDO = text("Take the last upgrade, or the last opened period, back")
_NEW = text("The new period's id, as 2027")
_DAY = text("Without it, the period follows on the last one and is as long")
