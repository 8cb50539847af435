"""check: read everything as a freeze would, and say what an evaluator should know before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evallib.errors import DeclarationError, EvallibError, Text, text
from evallib.records import Contents, FrozenTable, Remark, SourceFile, SourceTable
from evallib.steps.context import Context
from evallib.steps.declared_items import refuse_unfit_items
from evallib.steps.fewer import refuse_fewer
from evallib.steps.fingerprint import read_all, written_files
from evallib.steps.project_key import project_key
from evallib.steps.pull import Pulled, pull
from evallib.steps.rehearsal import refuse_mixed
from evallib.steps.unfilled import unfilled
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.tidy import Frames


@dataclass(frozen=True)
class Checked:
    """A period read whole: its tables on both sides of the door in, and its frames.

    remarks: (table, remark) of readers and of the door, in the order of the tables.
    unfilled: lines of what is declared and written that the project has not filled in yet.
    """

    period: Period
    pulled: Pulled
    sources: tuple[SourceTable, ...]
    frozen: tuple[FrozenTable, ...]
    frames: Frames
    files: tuple[SourceFile, ...]
    unfilled: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[tuple[str, Remark], ...]:
        named = [(one.kind, remark) for one in self.sources for remark in one.remarks]
        named += [(one.kind, remark) for one in self.frozen for remark in one.remarks]
        return tuple(dict.fromkeys(named))


def check(context: Context, period: Period) -> Checked:
    """Everything received for the period, read, made pseudonymous and reconciled; nothing is frozen.

    Raises the first fault that would stop a freeze, with its place and repair.
    """
    from evallib.sources.log_links import with_rows_out_of_time
    from evallib.sources.log_period import as_stood

    pulled = pull(context, period)
    entries = pulled.manifest.entries
    contents = Contents(entries, lambda name: context.store.get(entries[name]))
    read, files = read_sources(context, period, contents)
    project = context.workspace.project
    span, periods = (project.start, project.end), [one.id for one in project.periods]
    read = [with_rows_out_of_time(one, span, periods) for one in read]
    sources = [as_stood(one, period.end, context.later(period)) for one in read]
    refuse_fewer(context, period, contents)
    frozen = through_door_in(context, period, sources)
    frames = make_frames(context, period, frozen)
    waiting = unfilled(read_all(written_files(context.workspace, [period])))
    return Checked(period, pulled, tuple(sources), tuple(frozen), frames, files, tuple(waiting))


def read_sources(
    context: Context, period: Period, contents: Mapping[str, bytes]
) -> tuple[list[SourceTable], tuple[SourceFile, ...]]:
    """Raw contents by name → source tables and what each file was recognised as; columns that the
    project declares as left out are no longer among the undeclared."""
    from evallib.sources.inbox import read_inbox
    from evallib.sources.undeclared import without_declared

    policy = context.plan.policy
    try:
        inbox = read_inbox(
            contents,
            questionnaires=context.wave(period.id),
            period=(period.start, period.end),
            wave=period.id,
            bots=policy.bots,
            minimum_stay=policy.minimum_stay_minutes,
            mappings=context.mappings,
            zone=context.workspace.project.timezone,
            codes=context.their_codes(period.id),
        )
    except EvallibError as fault:
        _place(fault, context.workspace.shown(context.workspace.inbox(period.id)), contents)
        raise
    refuse_mixed(context.workspace.project.rehearsal, inbox.tables)
    return [without_declared(one, context.left_out) for one in inbox.tables], inbox.files


def _place(fault: EvallibError, folder: str, names: Iterable[str]) -> None:
    """Let a fault in a received file name the folder too; readers know the file from the inbox on."""
    told = str(fault.where)
    if not told and isinstance(fault.problem, Text):
        told = str(fault.problem.values.get("file", ""))
    received = (name.removeprefix("inbox/") for name in names if name.startswith("inbox/"))
    if told and any(told.startswith(name) or name.startswith(told) for name in received):
        fault.where = text("{folder}/{place}", folder=folder, place=fault.where or told)


def through_door_in(context: Context, period: Period, sources: Sequence[SourceTable]) -> list[FrozenTable]:
    """Source tables → frozen tables, with the programme period's key."""
    from evallib.privacy.door_in import door_in

    wave = context.wave(period.id)
    _check_surveys(period, list(wave))
    refuse_unfit_items(context.plan, context.questionnaires)
    _refuse_deleted_codes(context, sources)
    return door_in(sources, wave, project_key(context), period, period.late_after)


def _refuse_deleted_codes(context: Context, sources: Sequence[SourceTable]) -> None:
    """Every code of the coded answers is still in the code frame, retired or not."""
    from evallib.codebook.code_frame import refuse_deleted

    coded = [row for one in sources if one.kind == "coding" for row in one.rows.to_dict("records")]
    frame = context.code_frame
    refuse_deleted(
        frame, ((code, f"coding/{row['coder']}.csv") for row in coded for code in row["codes"].split("+"))
    )


def _check_surveys(period: Period, known: list[str]) -> None:
    """A date for a survey that does not exist would silently count nobody as late."""
    for survey in period.late_after:
        if survey not in known:
            raise DeclarationError(
                text("There is no survey {name}", name=repr(survey)),
                where=f"surveys/project.yaml: {period.id}: late_after",
                expected=text("one of {known}", known=", ".join(known)),
            )


def make_frames(context: Context, period: Period, frozen: Sequence[FrozenTable]) -> Frames:
    """Frozen tables → frames; raises ReconciliationError when something does not add up."""
    from evallib.tidy import frames

    return frames(frozen, context.wave(period.id), period)
