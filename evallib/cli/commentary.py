"""The commands about the evaluator's own words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evallib.cli.commands import _chosen, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import text

STATES = {"missing": text("missing"), "fits": text("fits the results"), "review": text("to be reviewed")}


def start(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.commentary import start as step

    context, period = _chosen(given, progress)
    return _listed(given, speaker, progress, step(context, period))


def preview(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.commentary import preview as step

    context, period = _chosen(given, progress)
    seen = step(context, period)
    progress.stop(done=True)
    if given.json:
        return _json({"period": period.id, "texts": [vars(one) for one in seen]})
    for one in seen:
        _out(speaker, text("{file}: {state}", file=one.file, state=STATES[one.state]))
        for paragraph in one.paragraphs:
            _out(speaker, f"    {paragraph}")
    return 0


def reviewed(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.commentary import reviewed as step

    context, period = _chosen(given, progress)
    return _listed(given, speaker, progress, step(context, period, given.chapter))


def translate(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.commentary import translate as step

    context, period = _chosen(given, progress)
    return _listed(given, speaker, progress, [step(context, given.into, period, word=given.word)])


def take(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.commentary import take as step

    context, period = _chosen(given, progress)
    made = step(context, Path(given.file), period)
    if made.waiting and not given.json:
        _out(speaker, text("Chapters not translated to the end, left as they are: {chapters}",
                           chapters=", ".join(made.waiting)))  # fmt: skip
    return _listed(given, speaker, progress, made.files, {"waiting": made.waiting})


def _listed(
    given: Any, speaker: Speaker, progress: Progress, files: Sequence[str], more: dict[str, Any] | None = None
) -> int:
    progress.stop(done=True)
    if given.json:
        return _json({"written": list(files), **(more or {})})
    for name in files:
        _out(speaker, text("Written: {file}", file=name))
    if not files:
        _out(speaker, text("Nothing had to be written."))
    return 0
