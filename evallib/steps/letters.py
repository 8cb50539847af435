"""letters: invitation, reminder, thanks and privacy notice of each survey of a wave, in every language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evallib.steps.context import Context
from evallib.steps.one_file import write_file
from evallib.steps.privacy_documents import document_facts, to_be_completed
from evallib.steps.survey import held_waves

if TYPE_CHECKING:
    from evallib.codebook.model import Questionnaire

_RULE = "-" * 60


@dataclass(frozen=True)
class Letters:
    """Files below the workspace. kept: those that somebody changed; a fresh one lies beside each.

    open: how many of them hold words that the project still has to fill in.
    """

    period: str
    written: tuple[str, ...]
    kept: tuple[str, ...]
    open: int


def letters(context: Context, wanted: str | None) -> Letters:
    """Write ``surveys/letters/<period>/<survey>-<language>.txt``; what somebody changed is left alone."""
    from evallib.plan.calendar import load_calendar

    period = context.period(wanted) if wanted else held_waves(context)[-1]
    known = [one.id for one in context.workspace.project.periods]
    calendar = load_calendar(context.workspace.surveys, known, context.questionnaires)
    days = calendar.days(period.id).surveys
    folder = context.workspace.surveys / "letters" / period.id
    folder.mkdir(parents=True, exist_ok=True)
    written, kept, waiting = [], [], 0
    for name, asked in context.wave(period.id).items():
        closes = days[name].closes if name in days else None
        for language in asked.languages:
            made = _text(context, asked, language, closes)
            target = folder / f"{name}-{language}.txt"
            if target.exists() and target.read_text(encoding="utf-8") != made:
                kept.append(context.workspace.shown(target))
                target = folder / f"{name}-{language}.new.txt"
            write_file(target, made.encode())
            written.append(context.workspace.shown(target))
            waiting += to_be_completed(made)
    return Letters(period.id, tuple(written), tuple(kept), waiting)


def _text(context: Context, asked: Questionnaire, language: str, closes: object) -> str:
    from datetime import date

    from evallib.codebook.letters import wave_letters
    from evallib.codebook.minutes import minutes
    from evallib.display.numbers import day
    from evallib.privacy.notice import survey_notice

    until = day(closes, language) if isinstance(closes, date) else ""
    parts = []
    for subject, body in wave_letters(asked, language, max(1, round(minutes(asked))), until).values():
        parts.append(f"{subject}\n{_RULE}\n{body}")
    parts.append(f"{_RULE}\n{survey_notice(language, document_facts(context))}")
    return "\n\n\n".join(parts) + "\n"
