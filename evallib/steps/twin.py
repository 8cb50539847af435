"""twin: invented answers, so that a report can be rehearsed before a single answer has arrived.

Either a whole workspace beside the project's own, in which every page says that the answers are synthetic,
or one file of answers to any structure of LimeSurvey's.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import InputError, UsageError, text
from evallib.records import read_whole
from evallib.steps.context import Context, open_context
from evallib.steps.survey import held_waves
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.codebook.model import Questionnaire
    from evallib.twin.fieldwork import Field

MOST = 100_000
# Of a project's folder surveys/, what a rehearsal must not have: received and kept data, servers, and words
# about results that are not these.
_DATA = ("demo", "inbox", "store", "links", "letters", "privacy", "sources.yaml", ".*")
_NOT_TAKEN = (*_DATA, "commentary", "quotes*")


@dataclass(frozen=True)
class Twin:
    """What was written: a folder or file; answers: survey → how many responses; conditions: questions that
    more people answer than would be asked, since their condition can't be read."""

    target: Path
    period: str
    answers: dict[str, int]
    conditions: tuple[str, ...] = ()


def rehearse(context: Context, folder: Path, wanted: str | None, size: int, seed: str) -> Twin:
    """Make a workspace in ``folder`` like this one, whose surveys of a period have ``size`` invented answers.

    The same project, size and seed give the same answers. Raises UsageError where something stands already,
    or where the folder lies in the workspace; nothing is left behind then.
    """
    _refuse_size(size)
    period = context.period(wanted) if wanted else held_waves(context)[-1]
    place = folder.resolve()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise UsageError(
            text("{folder} exists and is not empty", folder=folder.name),
            expected=text("a folder that does not exist yet"),
            repair=text("Choose another name, or empty the folder first"),
        )
    if place.is_relative_to(context.workspace.root.resolve()):
        raise UsageError(
            text("A rehearsal lies beside the project's workspace, not in it"),
            found=folder.as_posix(),
            repair=text("Name a folder elsewhere, as ../rehearsal"),
        )
    building = place.with_name(f".{place.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    try:
        made = _build(context, building, period, size, seed)
        if place.is_dir():
            place.rmdir()
        building.rename(place)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Twin(folder, period.id, made)


def answers_to(structure: Path, file: Path, size: int, seed: str) -> Twin:
    """Write ``size`` invented answers to a structure file, as an export with question and answer codes.

    Raises InputError for a structure that can't be read, UsageError where the file exists.
    """
    from evallib.codebook.lss_read import read_lss
    from evallib.steps.fingerprint import read_all
    from evallib.steps.one_file import write_file
    from evallib.twin.export import responses_csv
    from evallib.twin.fieldwork import Field, invented

    _refuse_size(size)
    if file.suffix.casefold() != ".csv":
        raise UsageError(text("Answers are written as CSV"), expected=".csv", found=file.name)
    if file.exists():
        raise UsageError(
            text("{file} exists already", file=file.name), repair=text("Choose another name for the answers")
        )
    questionnaire = read_lss(read_all({structure.name: structure})[structure.name], structure.name)
    if not questionnaire.columns():
        raise InputError(text("{file} asks nothing", file=structure.name))
    _, responses = invented(questionnaire, size, seed, Field((date(2025, 1, 7), date(2025, 2, 7)), {}, {}))
    write_file(file, responses_csv(questionnaire, responses))
    made = {questionnaire.id: len(responses)}
    return Twin(file, "", made, questionnaire.conditions_not_read)


def _refuse_size(size: int) -> None:
    if not 1 <= size <= MOST:
        raise UsageError(
            text("So many answers can't be invented"),
            expected=text("1 to {most}", most=MOST),
            found=str(size),
        )


def _build(context: Context, building: Path, period: Period, size: int, seed: str) -> dict[str, int]:
    from evallib.codebook.their_codes import FOLDER
    from evallib.twin.export import participants_csv, responses_csv
    from evallib.twin.fieldwork import invented

    workspace = context.workspace
    ignored = shutil.ignore_patterns(*_NOT_TAKEN)
    shutil.copytree(workspace.surveys, building / "surveys", ignore=ignored)
    shutil.copytree(workspace.notebooks, building / "notebooks", ignore=ignored)
    (building / "outputs").mkdir()
    (building / "surveys" / "commentary").mkdir()
    declared = building / "surveys" / "project.yaml"
    declared.write_text(_rehearsing(declared.read_text(encoding="utf-8")), encoding="utf-8")
    inbox = building / workspace.inbox(period.id).relative_to(workspace.root) / "limesurvey"
    shutil.rmtree(building / "surveys" / FOLDER, ignore_errors=True)  # answers are invented in our codes
    written = {}
    for name, asked in open_context(building).wave(period.id).items():
        if any(item.roster and not item.subitems for item in asked.items):
            context.tell(text("{survey} is left out: surveys/rosters/{period}.csv names no organisations",
                              survey=name, period=period.id))  # fmt: skip
            continue
        people, responses = invented(asked, size, seed, _field(context, period))
        folder = inbox / name
        folder.mkdir(parents=True)
        (folder / "structure.lss").write_bytes(_structure(asked, name, period.id))
        (folder / "responses.csv").write_bytes(responses_csv(asked, responses))
        if people:
            (folder / "participants.csv").write_bytes(participants_csv(people, responses))
        written[name] = len(responses)
    return written


def _structure(asked: Questionnaire, name: str, period: str) -> bytes:
    from evallib.codebook.build import survey_number
    from evallib.codebook.lss_write import write_lss

    return write_lss(asked, survey_number(name, period))


def _field(context: Context, period: Period) -> Field:
    """The period's events and organisations, as its log and roster have them."""
    from evallib.sources.logs import read_log, read_roster_table
    from evallib.twin.fieldwork import Field

    surveys = context.workspace.surveys
    events: dict[str, date] = {}
    for path in sorted((surveys / "logs").glob("events.*")):
        rows = read_log("events", read_whole(shown := f"logs/{path.name}", path), shown).rows
        days = {row["event_id"]: date.fromisoformat(row["start"][:10]) for row in rows.to_dict("records")}
        events |= {name: day for name, day in days.items() if period.start <= day <= period.end}
    organisations: dict[str, tuple[str, str]] = {}
    if roster := context.workspace.roster(period.id):
        rows = read_roster_table(read_whole(shown := f"rosters/{roster.name}", roster), shown, period.id).rows
        organisations |= {
            row["organisation"]: (row["sector"], row["region"]) for row in rows.to_dict("records")
        }
    return Field((period.start, period.end), events, organisations)


def _rehearsing(written: str) -> str:
    """The project's file as a rehearsal has it: marked, with the public key, and a store of its own."""
    for name, value in (
        ("rehearsal", "true"),
        ("key", "demo"),
        ("store", "surveys/store"),
        ("lost_keys", "[]"),
    ):
        line = f"{name}: {value}"
        written, found = re.subn(rf"(?m)^{name}:.*$(\n[ \t-].*$)*", line, written)
        written += "" if found else f"{'' if written.endswith(chr(10)) else chr(10)}{line}\n"
    return written
