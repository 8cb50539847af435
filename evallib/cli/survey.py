"""The commands about surveys: numbers of an export to count after, and a sheet for forms on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import text

_DECIMAL = {"fi": ",", "sv": ",", "en": "."}


def survey_counts(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.counts import counts as step

    counted = step(
        Path(given.structure),
        Path(given.responses),
        speaker.language,
        complete=given.rows == "complete",
        show_text=given.show_text,
    )
    progress.stop(done=True)
    if given.json:
        return _json({one.column: _plain(vars(one)) for one in counted.tallies})
    _out(speaker, text("Survey {survey}: {n} responses. Nothing is masked; not for publication.",
                       survey=counted.survey, n=counted.responses))  # fmt: skip
    for one in counted.tallies:
        _out(speaker, "\n" + "  ".join(word for word in (one.column, one.kind, one.text) if word))
        _out(speaker, "  " + speaker.say(text("answered {n}, not answered {missing}", n=one.n,
                                              missing=one.missing)))  # fmt: skip
        if one.mean is not None:
            mean, middle = (f"{value:.10g}" for value in (round(one.mean, 4), one.median or 0.0))
            say = speaker.say(text("mean {mean}, median {median}", mean=mean, median=middle))
            _out(speaker, "  " + say.replace(".", _DECIMAL[speaker.language]))
        for code, n in one.counts.items():
            _out(speaker, f"{n:>8}  {code}  {one.labels.get(code, '')}".rstrip())
        if one.unfit:
            _out(speaker, "  " + speaker.say(text("{n} of them are no option and no number", n=one.unfit)))
    return 0


def survey_paper(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.survey import paper as step

    file = Path(given.file)
    place = step(_context(progress), given.survey, file, given.period, speaker.language, speaker.say)
    progress.stop(done=True)
    if given.json:
        return _json({"file": str(file), "place": place})
    _out(speaker, text("Sheet for the paper forms of {survey}: {file}", survey=given.survey, file=str(file)))
    _out(speaker, text("Number the forms, type one a row, then save it as {place}", place=place))
    return 0


def _plain(tally: dict[str, Any]) -> dict[str, Any]:
    """A column as programs want it: the letter is called ``type``, the column is the key."""
    return {"type" if name == "kind" else name: value for name, value in tally.items() if name != "column"}
