"""The commands around a running wave: onto the server, and how many have answered."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from evallib.cli.commands import _context, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import Text, text

Say = Callable[[Text | str], str]
_ONLY = text("Only this survey, as q1; may be given several times")
_OPEN = text("A survey with an open link, q1 unless said otherwise")
_ADDRESS = text("Address of the survey, where surveys/sources.yaml does not tell it")
_FETCH = text("Fetch what the server has first")


def options(one: argparse.ArgumentParser, name: str, say: Say) -> None:
    """The options of this file's commands; none for another command."""
    if name == "survey push":
        one.add_argument("--survey", action="append", default=[], metavar="ID", help=say(_ONLY))
    if name == "survey links":
        one.add_argument("--survey", default="q1", metavar="ID", help=say(_OPEN))
        one.add_argument("--address", metavar="URL", help=say(_ADDRESS))
    if name == "survey monitor":
        one.add_argument("--pull", action="store_true", help=say(_FETCH))


def survey_push(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.push import push as step

    period, sent = step(_context(progress), given.period, given.survey)
    progress.stop(done=True)
    if given.json:
        told = [{**asdict(one), "by_hand": [str(line) for line in one.by_hand]} for one in sent]
        return _json({"period": period, "surveys": told})
    for one in sent:
        word = text("{survey}: sent as survey {number}. It is not active.",
                    survey=one.survey, number=one.number)  # fmt: skip
        if not one.new:
            word = text("{survey}: survey {number} is there already, as it is declared.",
                        survey=one.survey, number=one.number)  # fmt: skip
        _out(speaker, word)
        if one.page:
            _out(speaker, f"  {one.page}")
        for n, line in enumerate(one.by_hand, 1):
            _out(speaker, f"  {n}. {speaker.say(line)}")
    numbers = ", ".join(f"{one.survey}: {one.number}" for one in sent)
    _out(speaker, text("Write into surveys/sources.yaml, below limesurvey: surveys:"))
    _out(speaker, f'    "{period}": {{{numbers}}}')
    return 0


def survey_monitor(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.context import chosen_period
    from evallib.steps.fetch import fetch, period_to_pull
    from evallib.steps.monitor import monitor as step

    context = _context(progress)
    if given.pull:
        period = period_to_pull(context, given.period)
        fetch(context, period)
    else:
        period = chosen_period(context, given.period)
    surveys = step(context, period)
    progress.stop(done=True)
    if given.json:
        plain = [{**asdict(one), "closes": str(one.closes or "")} for one in surveys]
        return _json({"period": period.id, "surveys": plain})
    for one in surveys:
        for line in _told(one):
            _out(speaker, line)
    _out(speaker, text("Of the files in the inbox. Small groups stand together as …; not for publication."))
    return 0


def _told(one: Any) -> Iterator[Text | str]:
    yield text("{survey}: begun {begun}, submitted {complete}, counted {counted}",
               survey=one.survey, begun=one.begun, complete=one.complete, counted=one.counted)  # fmt: skip
    if one.invited is not None:
        yield text("  Answered {answered} of {invited} invited: {share} %",
                   answered=one.answered, invited=one.invited, share=_whole(one.share))  # fmt: skip
        if one.sent is None:
            yield text("  How many invitations were sent is not recorded on the server.")
    if one.target is not None and one.invited is not None:
        yield text("  Target {target} %: {n} answers more", target=_whole(one.target), n=one.needed)
    if one.closes is not None:
        yield text("  Closes on {day}", day=str(one.closes))
    for groups in one.groups.values():
        for group in groups:
            needed = "" if group.needed is None else f"{group.needed:>6}"
            of = f"{group.answered:>5} / {group.invited:<5}{_whole(group.share):>4} %"
            yield f"    {group.label:<28}{of}{needed}"
        if not groups:
            yield text("    The groups are too small to be shown.")
    for event, n in one.events.items():
        yield f"    {event:<28}{n:>5}"
    for week, n in one.weeks.items():
        yield f"    {week:<28}{n:>5}"


def _whole(share: float) -> str:
    return f"{100 * share:.0f}"


def survey_links(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.links import links as step

    made = step(_context(progress), given.period, given.survey, given.address)
    progress.stop(done=True)
    if given.json:
        return _json(asdict(made))
    for event, link in made.links.items():
        _out(speaker, f"  {event:<12}  {link}")
    _out(speaker, text("Links to {survey}: {file}; sheets to print beside it: {n}.",
                       survey=made.survey, file=made.table, n=len(made.sheets)))  # fmt: skip
    return 0


def survey_letters(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.letters import letters as step

    made = step(_context(progress), given.period)
    progress.stop(done=True)
    if given.json:
        return _json(asdict(made))
    for name in made.written:
        _out(speaker, f"  {name}")
    for name in made.kept:
        _out(speaker, text("Changed by the project already, so it was left alone: {file}", file=name))
    if made.open:
        _out(speaker, text("Letters with words to be filled in: {n}. They come from surveys/project.yaml",
                           n=made.open))  # fmt: skip
    return 0
