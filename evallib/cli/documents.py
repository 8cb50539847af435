"""The commands that write documents to work on: Word and slides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import Text, UsageError, text


def final(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.final import final as step

    context = _context(progress)
    made = step(context, chosen_period(context, given.period))
    return _written(given, speaker, progress, made.files)


def claim(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.claim import claim as step

    first, last = (
        _day(written, option) for written, option in ((given.first, "--from"), (given.last, "--to"))
    )
    made = step(_context(progress), first, last)
    return _written(given, speaker, progress, made.files)


def feedback(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.feedback import feedback as step

    context = _context(progress)
    made = step(context, given.event, chosen_period(context, given.period))
    progress.stop(done=True)
    if given.json:
        return _json({"files": list(made.files)})
    for name in made.files:
        _out(speaker, text("Written: {file}", file=name))
    _out(
        speaker, text("What was told of this event is recorded; it is not told anew when more answers come.")
    )
    return 0


def _day(written: str, option: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError(
            text("{option} is no date", option=option),
            found=written,
            expected=text("year, month and day, as 2025-06-30"),
        ) from None


def options(one: Any, name: str, say: Callable[[Text], str]) -> None:
    """The options of these commands."""
    if name == "export feedback":
        one.add_argument("event", metavar=say(text("EVENT")), help=say(text("Id of the event in the log")))
    if name == "export claim":
        day = say(text("DATE"))
        one.add_argument("--from", dest="first", required=True, metavar=day,
                         help=say(text("The claim's first day, as 2025-01-01")))  # fmt: skip
        one.add_argument("--to", dest="last", required=True, metavar=day,
                         help=say(text("The claim's last day, as 2025-06-30")))  # fmt: skip


def slides(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.slides import slides as step

    context = _context(progress)
    made = step(context, chosen_period(context, given.period))
    progress.stop(done=True)
    if given.json:
        return _json({"files": list(made.files)})
    for name in made.files:
        _out(speaker, text("Written: {file}", file=name))
    _out(speaker, text("Six slides each; what they are based on and what to say stands in their notes."))
    return 0


def _written(given: Any, speaker: Speaker, progress: Progress, files: tuple[str, ...]) -> int:
    progress.stop(done=True)
    if given.json:
        return _json({"files": list(files)})
    for name in files:
        _out(speaker, text("Written: {file}", file=name))
    _out(speaker, text("What evallib can't know stands in brackets on a coloured ground: write it in Word."))
    return 0
