"""The commands about single files: look into one, say what its columns hold."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.remarks import remark_words
from evallib.cli.words import Speaker
from evallib.errors import MissingStepError, Text, UsageError, text


def read(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.read import read as step

    try:
        context = _context(progress)
    except MissingStepError:
        context = None
    looked = step(Path(given.file), context)
    progress.stop(done=True)
    if given.json:
        return _json({**vars(looked), "remarks": [vars(one) for one in looked.remarks]})
    recognised = [looked.system, looked.variant, looked.encoding, looked.date_order]
    _out(speaker, f"{looked.file}: {', '.join(one for one in recognised if one)}")
    if looked.event:
        _out(speaker, text("Event: {event}", event=looked.event))
    elif looked.possible:
        _out(speaker, text("Events at that time: {events}. Begin the file's name with the right one.",
                           events=", ".join(looked.possible)))  # fmt: skip
    elif looked.persons is not None:
        _out(speaker, text("The event is not known: begin the file's name with its id."))
    if looked.persons is None:
        _out(speaker, text("Rows: {rows}", rows=looked.rows))
    else:
        _out(speaker, text("Rows: {rows}; persons: {persons}", rows=looked.rows, persons=looked.persons))
    for status, count in (looked.statuses or {}).items():
        if status != "attended":
            names = ", ".join(name for name, one in looked.apart if one == status)
            _out(speaker, f"{count:>7}  {speaker.say(remark_words(status))}{': ' if names else ''}{names}")
    for one in looked.remarks:
        _out(
            speaker,
            f"{one.count:>7}  {speaker.say(remark_words(one.code))}{': ' if one.detail else ''}{one.detail}",
        )
    if looked.unfinished:
        lacks = text(
            "The event log is not finished: {event} lacks {columns}; check and freeze wait for it",
            event=looked.event, columns=", ".join(looked.unfinished),
        )  # fmt: skip
        _out(speaker, lacks)
    if looked.not_read:
        _out(speaker, f"{len(looked.not_read):>7}  {speaker.say(remark_words('not_read'))}: "
                      f"{', '.join(looked.not_read)}")  # fmt: skip
    return 0


def map_columns(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.map import map_columns as step
    from evallib.steps.map_survey import map_survey

    def ask(question: Text, choices: Sequence[str], suggestion: str) -> str:
        progress.stop()
        return _answer(speaker, question, choices, suggestion)

    path, mapping = Path(given.file), Path(given.mapping) if given.mapping else None
    if mapping and path.is_file() and not mapping.is_file():
        raise UsageError(
            text("The file {file} is missing", file=given.mapping),
            repair=text("Check the name and the folder; without --mapping the columns are asked for"),
        )
    if path.suffix.casefold() in (".lss", ".lsa"):
        return _survey_mapped(
            given, speaker, map_survey(_context(progress), path, mapping, ask, speaker.language)
        )
    made = step(_context(progress), path, mapping, ask)
    progress.stop(done=True)
    if given.json:
        return _json({"file": made.file, "rows": made.rows, "not_read": made.not_read})
    _out(speaker, text("Saved: {file}. The list reads: {rows} rows.", file=made.file, rows=made.rows))
    if made.not_read:
        _out(speaker, text("Columns that are not read: {columns}", columns=", ".join(made.not_read)))
    return 0


def _survey_mapped(given: Any, speaker: Speaker, made: Any) -> int:
    if given.json:
        return _json(asdict(made))
    _out(speaker, text("Saved: {file}. Questions that are ours: {n}; left aside: {aside}.",
                       file=made.file, n=made.mapped, aside=made.aside))  # fmt: skip
    if made.lacking:
        _out(speaker, text("Items of ours that it does not ask: {codes}", codes=", ".join(made.lacking)))
    return 0


def fill(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.fill import fill as step

    context = _context(progress)
    made = step(context, chosen_period(context, given.period))
    progress.stop(done=True)
    if given.json:
        rows = [{**vars(one), "filled": dict(one.filled)} for one in made.rows]
        return _json({"file": made.file, "rows": rows, "offers": [vars(one) for one in made.offers]})
    for row in made.rows:
        told = ", ".join(f"{name} {value}" for name, value in row.filled.items() if name in _TOLD)
        _out(speaker, f"{row.event_id}: {told}" if told else row.event_id)
        _out(speaker, text("    from: {files}", files=", ".join(row.files)))
        _out(speaker, text("    to be completed: {columns}", columns=", ".join(row.missing)))
        for name in row.undecided:
            _out(speaker, text("    {file}: day and month of its dates could be either; enter start and end",
                               file=name))  # fmt: skip
    for offer in made.offers:
        _out(speaker, replace(_OFFER, values=vars(offer)))
    _out(speaker, text("Rows added to {file}: {n}.", file=made.file, n=len(made.rows)))
    return 0


_OFFER = text(
    "{event_id} was held at the same time as {other}, with {people} of the same people. If they are one "
    "event, let the name of the file begin with {other}+ and remove the row."
)
_TOLD = ("start", "end", "title_fi", "mode", "language")


def export_hyrra(given: Any, speaker: Speaker, progress: Progress) -> int:
    return _exported("hyrra", given, speaker, progress)


def export_cns(given: Any, speaker: Speaker, progress: Progress) -> int:
    return _exported("cns", given, speaker, progress)


def export_pack(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.pack import pack as step

    context = _context(progress)
    made = step(context, chosen_period(context, given.period))
    progress.stop(done=True)
    if given.json:
        return _json({"file": made.file, "files": list(made.names), "state": made.state})
    _out(speaker, text("Written: {file}", file=made.file))
    _out(
        speaker,
        text("{n} files. Unpacked, anybody verifies them with: sha256sum -c SHA256SUMS", n=len(made.names)),
    )
    if made.state == "draft":
        _out(speaker, text("It says that the release is a draft: evallib publish makes it a published one."))
    return 0


def export_web(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.web import web as step

    context = _context(progress)
    made = step(context, chosen_period(context, given.period))
    progress.stop(done=True)
    if given.json:
        return _json({"folder": made.folder, "files": list(made.names)})
    _out(speaker, text("Written: {file}", file=f"{made.folder}/"))
    for name in made.names:
        if not name.endswith((".png", ".csv")):
            _out(speaker, f"  {name}")
    pictures = sum(name.endswith(".png") for name in made.names)
    _out(speaker, text("and {n} figures, each as PNG and CSV", n=pictures))
    return 0


def _exported(what: str, given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.export import export as step

    context = _context(progress)
    made = step(context, what, chosen_period(context, given.period))
    progress.stop(done=True)
    if given.json:
        return _json({"file": made.file, "figures": [one.row() for one in made.figures]})
    for one in made.figures:
        _out(speaker, f"{one.value or '–':>12}  {one.label}")
        _out(speaker, f"{'':>12}  = {one.formula}: {one.source}")
    _out(speaker, text("Written: {file}", file=made.file))
    return 0


def _answer(speaker: Speaker, question: Text, choices: Sequence[str], suggestion: str) -> str:
    """A line typed: number, code or word of a choice, or free text; empty takes the suggestion."""
    sys.stderr.write(speaker.say(question) + "\n")
    for number, choice in enumerate(choices):
        sys.stderr.write(f"  {number}  {choice}\n")
    while True:
        sys.stderr.write(f"[{suggestion}] ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise UsageError(
                text("The questions were not answered to the end"),
                repair=text("What was answered is kept: go on by running it again, or give a --mapping"),
            )
        answer = line.strip() or suggestion
        if answer.isdecimal() and choices and int(answer) < len(choices):
            return choices[int(answer)]
        if not choices or answer in choices:
            return answer
        coded = [choice for choice in choices if choice.split()[0] == answer]
        if len(coded) == 1:
            return coded[0]
        sys.stderr.write(speaker.say(text("One of the numbers from 0 to {n}", n=len(choices) - 1)) + "\n")
