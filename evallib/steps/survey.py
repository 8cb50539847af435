"""survey: structure files for the server, sheets for forms on paper, and what is wrong with the questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import Text, UsageError, nearest, text
from evallib.steps.context import Context
from evallib.steps.fingerprint import read_all
from evallib.steps.one_file import write_file
from evallib.steps.privacy_documents import survey_notices

if TYPE_CHECKING:
    from evallib.codebook.lint import Finding
    from evallib.workspace import Period

Say = Callable[[Text | str], str]


@dataclass(frozen=True)
class SurveysBuilt:
    """Files of one wave; new: those that were not there yet or were other than now."""

    period: str
    files: tuple[Path, ...]
    new: tuple[Path, ...]


@dataclass(frozen=True)
class QuestionsChecked:
    """indicators: for each, the questions it is computed from (none: it is computed from logs alone).

    minutes: questionnaire → what it takes an average respondent, estimated; as asked in the last wave.
    """

    indicators: dict[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    minutes: dict[str, float]

    def computable(self, indicator: str) -> bool:
        return all(finding.place != indicator for finding in self.findings)

    def file(self, finding: Finding) -> str:
        """Where the fault is mended."""
        if finding.place in self.indicators:
            return "surveys/plan.yaml"
        return f"surveys/questionnaires/{finding.place.replace('.', ' ').split()[0]}.yaml"


def build(context: Context, wanted: str | None = None) -> SurveysBuilt:
    """Write ``surveys/questionnaires/<id>-<period>.lss``; without a period, those of the last one declared.

    Raises DeclarationError for a questionnaire or roster that no file can be made of.
    """
    from evallib.codebook.build import built

    period = context.period(wanted) if wanted else held_waves(context)[-1]
    folder = context.workspace.surveys / "questionnaires"
    written = built(context.wave(period.id), period.id, survey_notices(context))
    made = {folder / name: data for name, data in written.items()}
    new = [path for path, data in made.items() if not path.is_file() or path.read_bytes() != data]
    for path in new:
        path.write_bytes(made[path])
    return SurveysBuilt(period.id, tuple(made), tuple(new))


def paper(context: Context, survey: str, file: Path, wanted: str | None, language: str, say: Say) -> str:
    """Write the empty workbook into which a survey's paper forms are typed; returns where it goes.

    Raises UsageError for a survey that there is none of, and where something is already.
    """
    from evallib.sources.paper_sheet import paper_workbook

    period = context.period(wanted) if wanted else held_waves(context)[-1]
    asked = context.wave(period.id)
    if survey not in asked:
        close = nearest(survey, list(asked))
        raise UsageError(
            text("There is no survey {name}", name=repr(survey)),
            expected=text("one of {known}", known=", ".join(asked)),
            repair=text("Did you mean {key}?", key=repr(close)) if close else "",
        )
    if file.suffix.casefold() != ".xlsx":
        raise UsageError(text("The worksheet is an Excel workbook"), expected=".xlsx", found=file.name)
    if file.exists():
        raise UsageError(
            text("{file} exists already", file=file.name),
            repair=text("Choose another name: what was typed into it stays"),
        )
    write_file(file, paper_workbook(asked[survey], language, say))
    return context.workspace.shown(context.workspace.inbox(period.id) / "limesurvey" / survey / "paper.xlsx")


def check_questions(context: Context) -> QuestionsChecked:
    """Faults of codes, texts and scales, indicators without their questions, and waves that don't compare."""
    from evallib.codebook.lint import lint
    from evallib.codebook.minutes import minutes

    indicators = {one.code: one.sources for one in context.plan.indicators}
    periods = [one.id for one in held_waves(context)]
    findings = lint(context.questionnaires, indicators, periods) + _against_earlier_waves(context)
    asked = {
        code: tuple(one for one in sources if one.partition(".")[0] in context.questionnaires)
        for code, sources in indicators.items()
    }
    last = context.wave(held_waves(context)[-1].id)
    return QuestionsChecked(asked, tuple(findings), {name: minutes(one) for name, one in last.items()})


def check_structure(path: Path) -> tuple[tuple[Finding, ...], float]:
    """Faults of a structure file, wherever it lies, and the minutes it takes; InputError if unreadable."""
    from evallib.codebook.lint import lint_structure
    from evallib.codebook.lss_read import read_lss
    from evallib.codebook.minutes import minutes

    structure = read_lss(read_all({path.name: path})[path.name], path.name)
    return tuple(lint_structure(structure)), minutes(structure)


def _against_earlier_waves(context: Context) -> list[Finding]:
    """Each wave against what the server was given or gave back a period before, where that is at hand."""
    from evallib.codebook.lint import compare_waves
    from evallib.codebook.lss_read import read_lss

    findings = []
    for earlier, later in pairwise(held_waves(context)):
        received = context.workspace.inbox(earlier.id) / "limesurvey"
        sent = context.workspace.surveys / "questionnaires"
        for name, asked in context.wave(later.id).items():
            for path in (received / name / "structure.lss", sent / f"{name}-{earlier.id}.lss"):
                if path.is_file():
                    before = read_lss(path.read_bytes(), context.workspace.shown(path))
                    findings += compare_waves(before, asked)
                    break
    return [one for place, one in enumerate(findings) if one not in findings[:place]]


def held_waves(context: Context) -> list[Period]:
    """The periods in which surveys are held, by date; a final period only sums up the others."""
    periods = sorted(context.workspace.project.periods, key=lambda one: one.end)
    return [one for one in periods if not one.final] or periods
