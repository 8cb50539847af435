"""Where things are, who the project is, and which periods it reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_validator, model_validator

from evallib.codes import SYNTHETIC, WINDOWS_DEVICES
from evallib.declared import Declared, FirstSchema, Lines, Texts, Words, read_declared_with_lines
from evallib.errors import DeclarationError, MissingStepError, UsageError, nearest, text

HOME = ".evallib"  # what evallib notes of the workspace itself: what came from templates, the last change
CHANGING = f"{HOME}/changing.json"  # there while several files are being changed together
Language = Literal["fi", "sv", "en"]
PERIOD_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$"  # as in result ids
PeriodId = Annotated[str, StringConstraints(pattern=PERIOD_ID)]


class Period(Declared):
    """A reporting period; comparison names the period it is compared with, final the whole-project run."""

    id: PeriodId
    start: date
    end: date
    comparison: str | None = None
    final: bool = False
    late_after: dict[str, date] = {}  # survey → the last day on which an answer counts; else the end

    @model_validator(mode="after")
    def _ordered(self) -> Period:
        if self.end < self.start:
            raise ValueError(text("an end that is not before the start"))
        return self


class Retention(Declared):
    """How many months personal data are kept; ``evallib purge --rule`` erases what is older."""

    raw_months: int = Field(default=12, ge=0, le=240)  # after the period: received files
    text_months: int = Field(default=24, ge=0, le=240)  # after the period: open answers
    frozen_months: int = Field(default=36, ge=0, le=240)  # after the project: pseudonymous tables


class Privacy(Declared):
    """What the privacy documents say beyond what evallib knows by itself."""

    controller: Words | None = None  # name and address of the controller
    protection_officer: Words | None = None  # contact of the data protection officer
    legal_basis: Texts | None = None  # of the processing, as the notice in each survey says it
    recipients: tuple[Texts, ...] = ()  # who receives personal data: service providers, partners


class Project(Declared):
    """The project's identity as printed on the cover, and how its workspace is set."""

    schema_version: FirstSchema
    name: Texts
    short_name: Words
    number: Words
    programme: Texts
    programme_period: Literal["2014-2022", "2023-2027"]
    fund: Texts
    funding_statement: Texts
    emblem: Words  # file below surveys/, or "builtin:eu"
    emblem_alt: Texts
    funder: Texts
    responsible_for_content: Texts
    contact: Words
    invented: bool = False  # every page says that the data are invented
    rehearsal: bool = False  # the answers are synthetic (evallib survey twin): every page says so
    language: Language = "fi"  # what the evaluator reads in the terminal
    report_languages: tuple[Language, ...] = Field(default=("fi", "sv", "en"), min_length=1)
    timezone: Words = "Europe/Helsinki"
    start: date
    end: date
    periods: tuple[Period, ...] = Field(min_length=1)
    store: Words = "surveys/store"
    key: Words = "keyring"  # where the pseudonym key lies: keyring, env:NAME, or demo
    lost_keys: tuple[Words, ...] = ()  # ids of earlier keys that are lost for good
    plus_tags: bool = True  # whether aino+news@… is another person than aino@…
    retention: Retention = Retention()
    privacy: Privacy = Privacy()

    @field_validator("report_languages")
    @classmethod
    def _once(cls, languages: tuple[Language, ...]) -> tuple[Language, ...]:
        if len(set(languages)) < len(languages):
            raise ValueError(text("each language once"))
        return languages

    @property
    def marked(self) -> str:
        """What every page says of the data: that they are synthetic, or "invented"; "" of a real project."""
        return SYNTHETIC if self.rehearsal else "invented" if self.invented else ""

    def period(self, wanted: str) -> Period:
        """The period of that id; an unknown one names the nearest."""
        for one in self.periods:
            if one.id == wanted:
                return one
        known = [one.id for one in self.periods]
        raise UsageError(
            text("There is no period {period}", period=repr(wanted)),
            expected=text("one of {known}", known=", ".join(known)),
            where="surveys/project.yaml",
            repair=text("Did you mean {period}?", period=nearest(wanted, known) or known[-1]),
        )

    def earlier(self, period: Period) -> tuple[Period, ...]:
        """Periods that ended before this one began, oldest first."""
        past = [one for one in self.periods if one.end < period.start]
        return tuple(sorted(past, key=lambda one: one.end))

    def comparable(self) -> dict[str, list[str]]:
        """Every period's id, with those of the earlier periods that it may be compared with."""
        return {one.id: [past.id for past in self.earlier(one)] for one in self.periods}


@dataclass(frozen=True)
class Workspace:
    """A folder with surveys/, notebooks/ and outputs/, and the project that lives in it."""

    root: Path
    project: Project

    @property
    def surveys(self) -> Path:
        return self.root / "surveys"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def outputs(self) -> Path:
        return self.root / "outputs"

    @property
    def store(self) -> Path:
        return (self.root / self.project.store).resolve()

    def inbox(self, period: str) -> Path:
        """Where received files of a period lie; the demo project's lie among its sources."""
        base = self.surveys / ("demo" if self.project.invented else "inbox")
        return base / period

    def roster(self, period: str) -> Path | None:
        """The organisations of a period's network survey, CSV or workbook; DeclarationError for both.

        Beside a workbook a CSV with no more than its header counts as none: a new workspace has such a one.
        """
        listed, book = (self.surveys / "rosters" / f"{period}.{ending}" for ending in ("csv", "xlsx"))
        there = [path for path in (listed, book) if path.is_file()]
        if len(there) > 1 and len(listed.read_bytes().split(None, 1)) < 2:
            return book
        if len(there) > 1:
            raise DeclarationError(
                text("{name} is there twice", name=f"rosters/{period}"),
                where="surveys/rosters",
                expected=text("one file, CSV or xlsx"),
                repair=text("Keep the one that is up to date"),
            )
        return there[0] if there else None

    def shown(self, path: Path) -> str:
        """A path as the evaluator knows it: below the workspace, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


def find_workspace(start: Path) -> Workspace:
    """The workspace at or above ``start``; a fault in its project.yaml is shown with file and line."""
    root = workspace_root(start)
    if (root / CHANGING).exists():
        raise MissingStepError(
            text("A change of several files of this workspace was stopped half way"),
            where=CHANGING,
            repair=text("End it first with: evallib upgrade"),
        )
    return opened_workspace(root)


def opened_workspace(root: Path) -> Workspace:
    """The workspace in this folder; a fault in its project.yaml is shown with file and line."""
    declared = root / "surveys" / "project.yaml"
    project, lines = read_declared_with_lines(declared, Project, shown="surveys/project.yaml")
    _check(project, lines)
    return Workspace(root, project)


def workspace_root(start: Path) -> Path:
    """The workspace's folder, at or above ``start``; MissingStepError where there is none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / "surveys" / "project.yaml").is_file():
            return folder
    raise MissingStepError(
        text("There is no workspace here"),
        expected=text("a folder with surveys/project.yaml, here or above"),
        where=str(start),
        repair=text("Go to the workspace's folder, or make one with: evallib new FOLDER"),
    )


def _check(project: Project, lines: Lines) -> None:
    """What one field alone can't show: the project's dates, its periods, its time zone."""
    if project.end < project.start:
        raise DeclarationError(
            text("The project ends before it starts"),
            where=lines.place("end"),
            found=f"{project.start} – {project.end}",
        )
    try:
        ZoneInfo(project.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DeclarationError(
            text("There is no time zone {zone}", zone=repr(project.timezone)),
            where=lines.place("timezone"),
            expected=text("a name such as Europe/Helsinki"),
        ) from None
    ids = [one.id for one in project.periods]
    for place, period in enumerate(project.periods):
        alike = [one for one in ids[:place] if one.casefold() == period.id.casefold() and one != period.id]
        if alike or period.id.upper() in WINDOWS_DEVICES:
            raise DeclarationError(
                text("{period} can't be the name of a period on Windows", period=period.id),
                where=lines.place("periods", place, "id"),
                found=text("{one} is the same name there", one=alike[0]) if alike else "",
                repair=text("Choose another name, as a year"),
            )
        if period.id in ids[:place]:
            raise DeclarationError(
                text("The period {period} stands twice", period=period.id),
                where=lines.place("periods", place, "id"),
                repair=text("Keep one of them"),
            )
        if period.end < project.start or project.end < period.start:
            raise DeclarationError(
                text("The period {period} lies outside the project's time", period=period.id),
                where=lines.place("periods", place),
                expected=f"{project.start} – {project.end}",
                found=f"{period.start} – {period.end}",
                repair=text("Correct the dates of the period, or start and end of the project"),
            )
        earlier = [one.id for one in project.earlier(period)]
        if period.comparison is not None and period.comparison not in earlier:
            raise DeclarationError(
                text("{period} is compared with {other}", period=period.id, other=period.comparison),
                where=lines.place("periods", place, "comparison"),
                expected=text("an earlier period: {known}", known=", ".join(earlier) or "–"),
                repair=text("Name an earlier period, or leave comparison out"),
            )
