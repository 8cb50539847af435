"""The commands about open answers and the two people who code them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evallib.cli.commands import _chosen, _json, _out
from evallib.cli.progress import Progress
from evallib.cli.words import Speaker
from evallib.errors import Text, text


def options(one: argparse.ArgumentParser, name: str, say: Callable[[Text | str], str]) -> None:
    """The options of this file's commands; none for another command."""
    if name == "coding take":
        one.add_argument("--again", action="store_true",
                         help=say(text("In place of what the same coder gave before")))  # fmt: skip


def start(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.coding import start as step

    context, period = _chosen(given, progress)
    made = step(context, period, speaker.language, speaker.say)
    progress.stop(done=True)
    if given.json:
        return _json({"written": list(made.files), "answers": made.answers})
    for name in made.files:
        _out(speaker, text("Written: {file}", file=name))
    told = text(
        "Answers to code: {n}. They hold people's own words: keep the workbooks to the coders.",
        n=made.answers,
    )
    _out(speaker, told)
    _out(speaker, text("When a workbook is filled in: evallib coding take FILE {period}", period=period.id))
    return 0


def settle(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.coding import settle as step

    context, period = _chosen(given, progress)
    made = step(context, period, speaker.language, speaker.say)
    progress.stop(done=True)
    if given.json:
        return _json({"written": list(made.files), "answers": made.answers})
    for name in made.files:
        _out(speaker, text("Written: {file}", file=name))
    _out(
        speaker,
        text("Answers coded in two ways: {n}. Settle them together, with role and date.", n=made.answers),
    )
    _out(speaker, text("When a workbook is filled in: evallib coding take FILE {period}", period=period.id))
    return 0


def take(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.coding import take as step

    context, period = _chosen(given, progress)
    made = step(context, Path(given.file), period, again=given.again)
    progress.stop(done=True)
    if given.json:
        return _json(vars(made))
    _out(speaker, text("Taken over: {coded} answers; not coded yet: {waiting}.",
                       coded=made.coded, waiting=made.waiting))  # fmt: skip
    _out(speaker, text("Next: {command}", command=f"evallib coding status {period.id}"))
    return 0


def status(given: Any, speaker: Speaker, progress: Progress) -> int:
    from evallib.steps.coding import status as step

    context, period = _chosen(given, progress)
    made = step(context, period)
    progress.stop(done=True)
    open_ = made.disagree - made.settled
    then = _then(made, period.id)
    if given.json:
        agreed = {code or "all": vars(one) for code, one in made.agreement.items()}
        return _json({**vars(made), "agreement": agreed, "next": then})
    _out(speaker, text("{period}: open answers {n}, code frame version {version}.",
                       period=period.id, n=made.answers, version=made.version))  # fmt: skip
    for coder, n in made.coded.items():
        _out(speaker, text("  Coder {coder}: {n}", coder=coder, n=n))
    if made.twice < made.answers and not (made.coded["a"] and made.coded["b"]):
        _out(speaker, text("Not coded by two: agreement can't be told."))
    for code, one in made.agreement.items():
        likely = f" ({one.interval[0]:.2f}–{one.interval[1]:.2f})" if one.interval else ""
        kappa = "–" if one.kappa is None else f"{one.kappa:.2f}{likely}"
        alike = f"{100 * one.same / one.decisions:.0f} %"
        name = code or speaker.say(text("all codes"))
        _out(speaker, text("  {code}: kappa {kappa}, alike {alike}", code=name, kappa=kappa, alike=alike))
    if made.disagree:
        _out(
            speaker,
            text("Coded in two ways: {n}, of which not settled: {open}.", n=made.disagree, open=open_),
        )
    if then:
        _out(speaker, text("Next: {command}", command=then))
    return 0


def _then(made: Any, period: str) -> str:
    """The command that leads on."""
    if not any(made.coded.values()):
        return f"evallib coding start {period}"
    if made.disagree > made.settled:
        return f"evallib coding settle {period}"
    if min(made.coded.values()) >= made.answers:
        return f"evallib report {period}"
    both = all(made.coded.values())  # then a workbook comes back once more
    return f"evallib coding take FILE {period}{' --again' if both else ''}"
