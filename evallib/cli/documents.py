"""The commands that write Word documents."""

from __future__ import annotations

from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import text


def final(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.final import final as step

    context = _context(progress)
    made = step(context, chosen_period(context, given.period))
    return _written(given, speaker, progress, made.files)


def _written(given: Any, speaker: Speaker, progress: Progress, files: tuple[str, ...]) -> int:
    progress.stop(done=True)
    if given.json:
        return _json({"files": list(files)})
    for name in files:
        _out(speaker, text("Written: {file}", file=name))
    _out(speaker, text("What evallib can't know stands in brackets on a coloured ground: write it in Word."))
    return 0
