"""The audit's findings in words: which number, where, what it can still be, and what to hide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import PrivacyError, Text, text

WORDS = {
    "SMALL_SHOWN": text("{place}: shown, and too few people: {range}"),
    "RECOVERED": text("{place}: not shown, but it can only be {range}"),
    "TIGHT": text("{place}: not shown, but it can only be {range}"),
    "ELIMINATED": text("{place}: drawn without a name, but only so many names of the roster fit: {range}"),
    "LEFT_OUT": text("{place}: so few are left out that all ties less the drawn ones are theirs: {range}"),
    "UNDECIDED": text("{place}: not judged, as the clock ended the search; try again with less other work"),
    "INCONSISTENT": text("{place}: shown as {range}, but the frozen data say otherwise"),
}


def audit(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.audit import audit as step

    context = _context(progress)
    made = step(context, given.period, Path(given.write) if given.write else None)
    progress.stop(done=True)
    code = PrivacyError.exit_code if made.findings else 0
    files = [context.workspace.shown(path) for path in made.files]
    if given.json:
        found = [{"period": period, **vars(one), "ids": [str(name) for name in one.ids]}
                 for period, one in made.findings]  # fmt: skip
        plain = {"periods": made.periods, "findings": found, "closed": made.closed, "files": files}
        return _json(plain) or code
    for period, one in made.findings:
        for line in _words(period, one):
            _out(speaker, line)
    for period in made.closed:
        _out(speaker, text("{period}: attacked when it was released; the data to judge it by are erased.",
                           period=period))  # fmt: skip
    if made.files:
        _out(speaker, text("Audit forms written: {n}, in {folder}", n=len(files), folder=given.write))
    if made.findings:
        _out(speaker, text("Numbers that could be worked out, or are not true: {n}", n=len(made.findings)))
    else:
        _out(speaker, text("Nobody can be found in what was released: {periods}",
                           periods=", ".join(made.periods)))  # fmt: skip
    return code


def _words(period: str, one: Any) -> list[Text]:
    """A finding and its repair."""
    place = text("{period}, release {release}, {table}, {where}",
                 period=period, release=one.release, table=one.table, where=one.where or "–")  # fmt: skip
    if one.kind == "UNDECIDED":
        repair = text("    Run it again with less other work on the machine")
    elif one.repair:
        repair = text("    Hide also: {ids}", ids=", ".join(one.repair))
    else:
        repair = text("    Withhold the whole table")
    return [replace(WORDS[one.kind], values={"place": place, "range": one.range}), repair]
