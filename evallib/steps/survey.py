"""survey: structure files for the server, sheets for forms on paper, and what is wrong with the questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import DeclarationError, Text, UsageError, nearest, text
from evallib.steps.context import Context
from evallib.steps.earlier_waves import against_earlier_waves
from evallib.steps.fingerprint import read_all
from evallib.steps.one_file import write_file
from evallib.steps.privacy_documents import survey_notices

if TYPE_CHECKING:
    from evallib.codebook.finding import Finding
    from evallib.codebook.model import Questionnaire
    from evallib.workspace import Period

Say = Callable[[Text | str], str]


@dataclass(frozen=True)
class SurveysBuilt:
    """Files of one wave; new: those that were not there yet or were other than now; faults: survey → why it
    could not be built."""

    period: str
    files: tuple[Path, ...]
    new: tuple[Path, ...]
    faults: Mapping[str, DeclarationError]


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


def build(context: Context, wanted: str | None = None, only: Sequence[str] = ()) -> SurveysBuilt:
    """Write ``surveys/questionnaires/<id>-<period>.lss``; without a period, those of the last one declared.

    only: these surveys, () = all. One that no file can be made of leaves the others as they are. Raises
    UsageError for a survey that there is none of.
    """
    from evallib.codebook.build import built
    from evallib.codebook.roster import refuse_empty_roster

    period = context.period(wanted) if wanted else held_waves(context)[-1]
    folder = context.workspace.surveys / "questionnaires"
    wave, notices = context.wave(period.id), survey_notices(context)
    made: dict[Path, bytes] = {}
    faults: dict[str, DeclarationError] = {}
    for name in chosen_surveys(context, period.id, only):
        try:
            refuse_empty_roster(wave[name], *_roster(context, period.id))
            written = built({name: wave[name]}, period.id, notices)
        except DeclarationError as fault:
            faults[name] = fault
        else:
            made |= {folder / file: data for file, data in written.items()}
    new = [path for path, data in made.items() if not path.is_file() or path.read_bytes() != data]
    for path in new:
        write_file(path, made[path], shown=context.workspace.shown(path))
    return SurveysBuilt(period.id, tuple(made), tuple(new), faults)


def _roster(context: Context, period: str) -> tuple[str, str]:
    """The file of a wave's organisations; where there is none, its place and names that are near."""
    file = context.workspace.roster(period)
    if file:
        return context.workspace.shown(file), ""
    near = sorted(path.name for path in (context.workspace.surveys / "rosters").glob(f"*{period}*"))
    return f"surveys/rosters/{period}.csv", ", ".join(near)


def chosen_surveys(context: Context, period: str, only: Sequence[str]) -> list[str]:
    """The surveys of a period, or those of them that are asked for; UsageError for one that is none."""
    known = list(context.wave(period))
    for name in only:
        if name not in known:
            raise _no_survey(name, known)
    return [name for name in known if not only or name in only]


def _no_survey(name: str, known: list[str]) -> UsageError:
    close = nearest(name, known)
    return UsageError(
        text("There is no survey {name}", name=repr(name)),
        expected=text("one of {known}", known=", ".join(known)),
        repair=text("Did you mean {key}?", key=repr(close)) if close else "",
    )


def paper(context: Context, survey: str, file: Path, wanted: str | None, language: str, say: Say) -> str:
    """Write the empty workbook into which a survey's paper forms are typed; returns where it goes.

    Raises UsageError for a survey that there is none of, and where something is already.
    """
    from evallib.sources.paper_sheet import paper_workbook

    period = context.period(wanted) if wanted else held_waves(context)[-1]
    asked = context.wave(period.id)
    if survey not in asked:
        raise _no_survey(survey, list(asked))
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
    from evallib.codebook.finding import once
    from evallib.codebook.lint import lint
    from evallib.codebook.minutes import minutes

    indicators = {one.code: one.sources for one in context.plan.indicators}
    periods = [one.id for one in held_waves(context)]
    findings = lint(context.questionnaires, indicators, periods)
    findings = once([*findings, *against_earlier_waves(context, held_waves(context))])
    asked = {
        code: tuple(one for one in sources if one.partition(".")[0] in context.questionnaires)
        for code, sources in indicators.items()
    }
    last = context.wave(held_waves(context)[-1].id)
    return QuestionsChecked(asked, tuple(findings), {name: minutes(one) for name, one in last.items()})


@dataclass(frozen=True)
class StructureChecked:
    """findings: faults of a structure file. minutes: what it takes. conditions: questions whose condition is
    read in part or not at all, and which count as asked of more people than they were."""

    findings: tuple[Finding, ...]
    minutes: float
    conditions: tuple[str, ...]


def check_structure(path: Path, earlier: Path | None = None) -> StructureChecked:
    """A structure file, wherever it lies, looked through; InputError if unreadable.

    earlier: the structure of an earlier wave, against which it is held.
    """
    from evallib.codebook.lint import lint_structure
    from evallib.codebook.minutes import minutes
    from evallib.codebook.waves import compare_waves

    structure = _structure(path, path.name)
    findings = lint_structure(structure)
    if earlier:
        name = str(earlier) if earlier.name == path.name else earlier.name
        findings += compare_waves(_structure(earlier, name), structure, declared=False)
    return StructureChecked(tuple(findings), minutes(structure), structure.conditions_not_read)


def _structure(path: Path, name: str) -> Questionnaire:
    from evallib.codebook.lss_read import read_lss

    return read_lss(read_all({name: path})[name], name)


def held_waves(context: Context) -> list[Period]:
    """The periods in which surveys are held, by date; a final period only sums up the others."""
    periods = sorted(context.workspace.project.periods, key=lambda one: one.end)
    return [one for one in periods if not one.final] or periods
