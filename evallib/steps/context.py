"""What every verb needs: the workspace, its declarations, its store, a clock and somebody to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import Text, UsageError, text
from evallib.workspace import Period, Workspace, find_workspace

if TYPE_CHECKING:
    from evallib.codebook.code_frame import CodeFrame
    from evallib.codebook.columns import LeftOut
    from evallib.codebook.model import Questionnaire
    from evallib.codebook.their_codes import TheirCodes
    from evallib.plan.model import Plan, Targets
    from evallib.results import Released
    from evallib.sources.mapping import ColumnMapping
    from evallib.store import Store
    from evallib.tidy import Frames

_KEPT = (".csv", ".xlsx")  # how logs are kept
Teller = Callable[[Text], None]


def _silent(_: Text) -> None:
    """Tell nobody."""


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Context:
    """One run in one workspace. Declarations are read when first asked for, and then kept."""

    workspace: Workspace
    tell: Teller = field(default=_silent)
    now: Callable[[], datetime] = field(default=_utc_now)
    waves: dict[str, dict[str, Questionnaire]] = field(default_factory=dict, repr=False)
    released: dict[str, Released] = field(default_factory=dict, repr=False)  # releases by their results' hash
    opened: dict[str, Frames] = field(default_factory=dict, repr=False)  # frames by their freeze's hash

    @cached_property
    def plan(self) -> Plan:
        from evallib.plan import load_plan

        return load_plan(self.workspace.surveys)

    @cached_property
    def targets(self) -> Targets:
        from evallib.plan import load_targets

        periods = [one.id for one in self.workspace.project.periods]
        return load_targets(self.workspace.surveys, self.plan, periods)

    @cached_property
    def questionnaires(self) -> dict[str, Questionnaire]:
        from evallib.codebook.load import load_questionnaires

        return load_questionnaires(self.workspace.surveys)

    @cached_property
    def code_frame(self) -> CodeFrame | None:
        """What open answers can be about; None when the project codes none."""
        from evallib.codebook.code_frame import load_code_frame

        return load_code_frame(self.workspace.surveys, self.questionnaires)

    @cached_property
    def mappings(self) -> tuple[ColumnMapping, ...]:
        """How the columns of lists are read that evallib does not know by itself."""
        from evallib.sources.mapping import read_mapping

        paths = sorted((self.workspace.surveys / "mappings").glob("*.yaml"))
        return tuple(read_mapping(path, self.workspace.shown(path)) for path in paths)

    @cached_property
    def surveys_elsewhere(self) -> tuple[TheirCodes, ...]:
        """Surveys that were made elsewhere, with codes of their own."""
        from evallib.codebook.their_codes import FOLDER, load_their_codes

        there = (self.workspace.surveys / FOLDER).is_dir()
        return load_their_codes(self.workspace.surveys, self.questionnaires) if there else ()

    def their_codes(self, period: str) -> dict[str, TheirCodes]:
        """Survey → its own codes, of those that were made elsewhere for a period."""
        return {one.survey: one for one in self.surveys_elsewhere if period in one.periods}

    @cached_property
    def left_out(self) -> LeftOut:
        """Columns of received files from which nothing is taken, as the project declares them."""
        from evallib.codebook.columns import load_left_out

        return load_left_out(self.workspace.surveys)

    @cached_property
    def store(self) -> Store:
        from evallib.store import Store

        return Store(self.workspace.store)

    def stamp(self) -> str:
        """The present moment as it is written into manifests: UTC, whole seconds."""
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def period(self, wanted: str) -> Period:
        return self.workspace.project.period(wanted)

    def later(self, period: Period) -> frozenset[str]:
        """Ids of the periods that end after this one."""
        return frozenset(one.id for one in self.workspace.project.periods if one.end > period.end)

    def wave(self, period: str) -> dict[str, Questionnaire]:
        """The questionnaires as asked in a period, roster questions filled from its roster."""
        if period not in self.waves:
            self.waves[period] = self._wave(period)
        return self.waves[period]

    def _wave(self, period: str) -> dict[str, Questionnaire]:
        from evallib.codebook.roster import with_roster
        from evallib.sources.logs import load_roster

        asked = {name: one.for_wave(period) for name, one in self.questionnaires.items()}
        if roster := self.workspace.roster(period):
            organisations = load_roster(roster)
            asked = {name: with_roster(one, organisations) for name, one in asked.items()}
        return asked | {name: one.restricted(asked[name]) for name, one in self.their_codes(period).items()}


def open_context(start: Path, tell: Teller = _silent) -> Context:
    """The context of the workspace at or above ``start``."""
    return Context(find_workspace(start), tell)


def chosen_period(context: Context, wanted: str | None) -> Period:
    """The period asked for; without one, the latest that has received files."""
    if wanted:
        return context.period(wanted)
    periods = sorted(context.workspace.project.periods, key=lambda one: one.end)
    with_files = [one for one in periods if has_files(context, one)]
    with_files = with_files or [one for one in periods if has_rows(context, one)]
    if not with_files:
        raise UsageError(
            text("No period has received files yet"),
            expected=text("files in surveys/inbox/PERIOD"),
            repair=text("Put files there, or name a period"),
        )
    return with_files[-1]


def has_anything(context: Context, period: Period) -> bool:
    """Whether a freeze of the period would hold something: received files, or rows of logs alone."""
    return has_files(context, period) or has_rows(context, period)


def has_rows(context: Context, period: Period) -> bool:
    """Whether the logs tell of anything that began in the period. InputError for a log that can't be read."""
    from evallib.codes import LOGS
    from evallib.sources.log_period import began_within

    folder = context.workspace.surveys / "logs"
    logs = [path for kind in LOGS for path in sorted(folder.glob(f"{kind}.*")) if path.suffix in _KEPT]
    return any(began_within(one.stem, one.read_bytes(), f"logs/{one.name}", period) for one in logs)


def has_files(context: Context, period: Period) -> bool:
    """Whether anything lies in the period's inbox; notes about the folder are no data."""
    inbox = context.workspace.inbox(period.id)
    there = (path.name for path in inbox.rglob("*") if path.is_file()) if inbox.is_dir() else ()
    return any(not name.startswith((".", "README")) for name in there)
