"""fill: rows of the event log from attendance files, for the evaluator to complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.codes import rules
from evallib.errors import InputError, MissingStepError, OutputError, text
from evallib.steps.context import Context
from evallib.steps.fingerprint import read_all, received_files
from evallib.steps.one_file import write_file
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.sources.event_rows import Found

KIND = "events"
_PLACE = "inbox/events/"
_ASKED = ("form", "theme_main", "theme_side", "task")  # what no attendance list can tell


@dataclass(frozen=True)
class Row:
    """A row that was added. filled: column → what stands there; missing: columns to be completed by hand.

    undecided: files of which day and month could be either.
    """

    event_id: str
    files: tuple[str, ...]
    filled: Mapping[str, str]
    missing: tuple[str, ...]
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """Two events held at one time with some of the same people: they may be one, from two systems."""

    event_id: str
    other: str
    people: int


@dataclass(frozen=True)
class Filled:
    """The log and what was added to it; nothing where it knew every event already."""

    file: str
    rows: tuple[Row, ...]
    offers: tuple[Offer, ...]


def fill(context: Context, period: Period) -> Filled:
    """Add a row for every event of the period's attendance files that the log does not know.

    Rows that stand in the log stay as they were typed, complete or not. Nothing is written where a file can't
    be read (InputError), the log is open elsewhere or can't be written (OutputError), or no list has come
    (MissingStepError).
    """
    from evallib.sources.event_rows import new_events
    from evallib.sources.log_append import appended, log_cells

    files = _received(context, period)
    path = _log(context)
    shown = context.workspace.shown(path)
    data = read_all({shown: path})[shown] if path.is_file() else _empty()
    _, _, typed = log_cells(KIND, data, shown)
    log = {row["event_id"]: row for row in typed if row["event_id"]}
    found = new_events(files, log, context.mappings, context.workspace.project.timezone)
    offers = tuple(_offers(context, found, files, log))
    rows = [_row(one, context.workspace.project.timezone) for one in found]
    if rows:
        refuse_open(path, shown)
        _write(path, data, appended(KIND, data, shown, rows), shown)
    return Filled(shown, tuple(map(_told, found, rows)), offers)


def _received(context: Context, period: Period) -> dict[str, bytes]:
    wanted = received_files(context.workspace, period)
    lists = {name: path for name, path in wanted.items() if name.startswith(_PLACE)}
    if not lists:
        raise MissingStepError(
            text("No attendance files have been received for {period}", period=period.id),
            where=f"{context.workspace.shown(context.workspace.inbox(period.id))}/events",
            repair=text("Put the lists there, each with the id of its event at the beginning of its name"),
        )
    return {name.removeprefix("inbox/"): data for name, data in read_all(lists).items()}


def _log(context: Context) -> Path:
    """The log's file, CSV or workbook; where there is none, the CSV that will be."""
    folder = context.workspace.surveys / "logs"
    there = [path for path in (folder / f"{KIND}.csv", folder / f"{KIND}.xlsx") if path.is_file()]
    if len(there) > 1:
        raise InputError(
            text("{name} is there twice", name=KIND),
            where=context.workspace.shown(folder),
            expected=text("one file, CSV or xlsx"),
            repair=text("Keep the one that is up to date"),
        )
    return there[0] if there else folder / f"{KIND}.csv"


def _empty() -> bytes:
    return (";".join(rule.column for rule in rules(KIND)) + "\n").encode()


def refuse_open(path: Path, shown: str) -> None:
    """OutputError while Excel or LibreOffice has the file open: saving there would undo what we write."""
    for mark in (f"~${path.name}", f".~lock.{path.name}#"):
        if (path.parent / mark).exists():
            raise OutputError(
                text("{file} is open in another program", file=shown),
                found=mark,
                repair=text(
                    "Save and close it there, then run the same again; if it is closed, remove the mark"
                ),
            )


def _write(path: Path, before: bytes, data: bytes, shown: str) -> None:
    if path.is_file() and read_all({shown: path})[shown] != before:
        raise InputError(
            text("{file} changed while it was read", file=shown),
            repair=text("Wait until it is saved or copied whole, then run the same again"),
        )
    write_file(path, data, shown=shown, folders=True)


def _row(one: Found, zone: str) -> dict[str, str | datetime]:
    cells: dict[str, str | datetime] = {
        "event_id": one.event_id,
        "tz": zone,
        "title_fi": one.title,
        "mode": one.mode,
        "language": one.language,
        "cns_class": KIND,
        "participant_file": "yes",
    }
    if one.language in ("sv", "en"):
        cells[f"title_{one.language}"] = one.title
    return cells | {name: when for name in ("start", "end") if (when := getattr(one, name))}


def _told(one: Found, cells: Mapping[str, str | datetime]) -> Row:
    filled = {name: str(value) for name, value in cells.items() if value}
    needed = [rule.column for rule in rules(KIND) if rule.needed or rule.column in _ASKED]
    missing = tuple(name for name in needed if name not in filled)
    return Row(one.event_id, one.files, filled, missing, one.undecided)


def _offers(
    context: Context,
    found: Sequence[Found],
    files: Mapping[str, bytes],
    log: Mapping[str, Mapping[str, str]],
) -> Iterator[Offer]:
    """New events that share people with another one held at the same time."""
    known = list(_known(context, files, log))
    for place, one in enumerate(found):
        for other in (*known, *found[:place]):
            if one.overlaps(other) and (both := len(one.people & other.people)):
                yield Offer(one.event_id, other.event_id, both)


def _known(
    context: Context, files: Mapping[str, bytes], log: Mapping[str, Mapping[str, str]]
) -> Iterator[Found]:
    """Events of the log with the people on their lists; one that can't be read is for ``check`` to tell."""
    from evallib.sources.event_files import event_named
    from evallib.sources.event_rows import told_by

    zone = context.workspace.project.timezone
    for name, data in files.items():
        if event_id := event_named(name, list(log)):
            try:
                yield told_by(name, data, event_id, context.mappings, zone)
            except InputError:
                continue
