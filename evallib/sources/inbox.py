"""Everything received for a period → source tables. A file that is not known here stops the reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch

from evallib.codebook.model import Questionnaire
from evallib.codes import LOGS
from evallib.errors import InputError, nearest, text
from evallib.records import Remark, SourceFile, SourceTable
from evallib.sources.attendance import read_attendance
from evallib.sources.logs import read_log, read_roster_table
from evallib.sources.statistics import read_matomo, read_newsletter
from evallib.sources.survey_folder import read_survey

PLACES = (
    "inbox/limesurvey/<survey>/structure.lss, responses.csv, participants.csv",
    "inbox/events/<event_id>….csv, .txt, .xlsx",
    "inbox/statistics/matomo….json, newsletter….csv",
    "logs/<log>.csv, .xlsx",
    "rosters/<period>.csv",
)
_IGNORED = (".*", "~$*", "Thumbs.db", "desktop.ini", "README", "README.*")


@dataclass(frozen=True)
class Inbox:
    """A period's tables, and every file that was read with what it was recognised as."""

    tables: tuple[SourceTable, ...]
    files: tuple[SourceFile, ...]


def read_inbox(
    contents: Mapping[str, bytes],
    *,
    questionnaires: Mapping[str, Questionnaire],
    period: tuple[date, date],
    wave: str,
    bots: Sequence[str],
    minimum_stay: int,
) -> Inbox:
    """All tables of a period from its files.

    contents: bytes by name, as ``inbox/events/e01.csv``, ``logs/events.csv``, ``rosters/2025.csv``.
    questionnaires: as asked in this wave, roster questions filled. period: first and last day; wave: its
    id. Remarks on files as a whole stand with the table of events. Raises InputError for a file that is
    not known, damaged, or in the wrong place, and PrivacyError for a survey column nobody declared.
    """
    kept = {name: data for name, data in sorted(contents.items()) if not _ignored(name)}
    places = _sorted_out(kept)
    logs = [_log(name, data) for name, data in places["logs"].items()]
    _refuse_twice([table.kind for table in logs], "logs/")
    events = next((table for table in logs if table.kind == "events"), None)
    tables = [*_surveys(places["limesurvey"], questionnaires)]
    named, absent = _by_event(places["events"], events, period)
    tables += _participations(named, events, bots, minimum_stay)
    tables += _rosters(places["rosters"], wave)
    tables += _analytics(places["statistics"], period)
    general = _remarks(contents, kept, absent)
    tables += [
        replace(table, remarks=(*table.remarks, *general)) if table is events else table for table in logs
    ]
    return Inbox(tuple(tables), tuple(file for table in tables for file in table.files))


def _ignored(name: str) -> bool:
    return any(fnmatch(name.rsplit("/", 1)[-1], pattern) for pattern in _IGNORED)


def _remarks(contents: Mapping[str, bytes], kept: Mapping[str, bytes], absent: Sequence[str]) -> list[Remark]:
    left_out = len(contents) - len(kept)
    found = [Remark("ignored_file", left_out)] if left_out else []
    return found + ([Remark("no_participant_file", len(absent), " ".join(absent))] if absent else [])


def _sorted_out(contents: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Files by place; the names in errors and tables begin below the inbox."""
    places: dict[str, dict[str, bytes]] = {
        place: {} for place in ("limesurvey", "events", "statistics", "logs", "rosters")
    }
    for name, data in contents.items():
        shown = name.removeprefix("inbox/")
        place, _, rest = shown.partition("/")
        depth = 2 if place == "limesurvey" else 1
        inside = name.startswith("inbox/") == (place in ("limesurvey", "events", "statistics"))
        if not inside or place not in places or len(rest.split("/")) != depth or not rest:
            raise _unknown(shown)
        places[place][shown] = data
    return places


def _unknown(name: str, meant: str = "") -> InputError:
    return InputError(
        text("The file {file} is not known here", file=name),
        where=name,
        expected="; ".join(PLACES),
        repair=text("Did you mean {name}?", name=meant)
        if meant
        else text("Move it to its place, or out of the inbox"),
    )


def _log(name: str, data: bytes) -> SourceTable:
    kind, _, ending = name.removeprefix("logs/").rpartition(".")
    if kind not in LOGS or ending not in ("csv", "xlsx"):
        close = nearest(kind, LOGS)
        raise _unknown(name, f"logs/{close}.csv" if close else "")
    return read_log(kind, data, name)


def _refuse_twice(names: Sequence[str], where: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise InputError(
            text("{name} is there twice", name=twice),
            where=where,
            expected=text("one file, CSV or xlsx"),
            repair=text("Keep the one that is up to date"),
        )


def _rosters(files: Mapping[str, bytes], wave: str) -> list[SourceTable]:
    """The wave's own roster; those of other waves are left alone."""
    _refuse_twice([name.rpartition(".")[0] for name in files], "rosters/")
    wanted = {name: data for name, data in files.items() if name.rpartition(".")[0] == f"rosters/{wave}"}
    return [read_roster_table(data, name, wave) for name, data in wanted.items()]


def _surveys(
    files: Mapping[str, bytes], questionnaires: Mapping[str, Questionnaire]
) -> Iterable[SourceTable]:
    """Answers and invited people of each survey folder."""
    folders: dict[str, dict[str, bytes]] = {}
    for name, data in files.items():
        _, survey, file = name.split("/")
        if survey not in questionnaires:
            close = nearest(survey, list(questionnaires))
            raise _unknown(name, f"limesurvey/{close}/{file}" if close else "")
        if file not in ("structure.lss", "responses.csv", "responses.json", "participants.csv"):
            raise _unknown(name)
        folders.setdefault(survey, {})[file] = data
    for survey, received in folders.items():
        yield from read_survey(survey, received, questionnaires[survey])


def _by_event(
    files: Mapping[str, bytes], events: SourceTable | None, period: tuple[date, date]
) -> tuple[dict[str, list[tuple[str, bytes]]], list[str]]:
    """Files by the event id with which their names begin, and the events that lack an expected file."""
    rows = _rows_by_id(events)
    named: dict[str, list[tuple[str, bytes]]] = {}
    for name, data in files.items():
        if not re.fullmatch(r".+\.(csv|txt|xlsx)", name, re.IGNORECASE):
            raise _unknown(name)
        event_id = _event_of(name, list(rows))
        held = date.fromisoformat(str(rows[event_id]["start"])[:10])
        if not period[0] <= held <= period[1]:
            raise InputError(
                text("The event {event} is not of this period", event=event_id),
                where=name,
                expected=f"{period[0]} – {period[1]}",
                found=str(held),
                repair=text("Move the file to the inbox of its period, or correct the event log"),
            )
        named.setdefault(event_id, []).append((name, data))
    inside = [
        key
        for key, row in rows.items()
        if row["participant_file"] == "yes" and period[0].isoformat() <= row["start"][:10] <= str(period[1])
    ]
    return named, [event_id for event_id in inside if event_id not in named]


def _rows_by_id(events: SourceTable | None) -> dict[str, dict[str, str]]:
    records = [] if events is None else events.rows.to_dict("records")
    return {row["event_id"]: {str(column): str(cell) for column, cell in row.items()} for row in records}


def _event_of(name: str, known: Sequence[str]) -> str:
    """The longest event id with which the file's name begins, as a whole word."""
    stem = name.removeprefix("events/").rpartition(".")[0]
    fitting = [one for one in known if stem == one or (stem.startswith(one) and not stem[len(one)].isalnum())]
    if fitting:
        return max(fitting, key=len)
    close = nearest(re.split(r"[\s_(.]", stem)[0], list(known)) or nearest(stem, list(known))
    raise InputError(
        text("No event of the log has the id with which {file} begins", file=name),
        where=name,
        expected=text("the event's id, then anything, as {example}", example=f"{close or 'e01'}_teams.csv"),
        repair=text("Did you mean {event}?", event=close)
        if close
        else text("Enter the event in logs/events, or rename the file"),
    )


def _participations(
    named: Mapping[str, Sequence[tuple[str, bytes]]],
    events: SourceTable | None,
    bots: Sequence[str],
    minimum_stay: int,
) -> list[SourceTable]:
    """The participations of all events in one table."""
    rows = _rows_by_id(events)
    tables = [read_attendance(files, rows[key], bots, minimum_stay) for key, files in named.items()]
    _refuse_shared(tables)
    return [_joined(tables)] if tables else []


def _refuse_shared(tables: Sequence[SourceTable]) -> None:
    """One downloaded list under two event ids would count its people twice."""
    seen: dict[str, str] = {}
    for table in tables:
        for file in {one.sha256: one for one in table.files if one.system in ("teams", "zoom")}.values():
            if file.sha256 in seen:
                raise InputError(
                    text("The same list stands in the inbox for two events"),
                    where=file.name,
                    found=seen[file.sha256],
                    repair=text("Keep it for the event it belongs to, and download the other one"),
                )
            seen[file.sha256] = file.name


def _joined(tables: Sequence[SourceTable]) -> SourceTable:
    import pandas as pd

    return replace(
        tables[0],
        rows=pd.concat([table.rows for table in tables], ignore_index=True),
        files=tuple(file for table in tables for file in table.files),
        remarks=_together(remark for table in tables for remark in table.remarks),
    )


def _together(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Remarks of one kind as one, with their sum and all their places."""
    kinds: dict[str, list[Remark]] = {}
    for remark in remarks:
        kinds.setdefault(remark.code, []).append(remark)
    return tuple(
        Remark(code, sum(one.count for one in some), " ".join(one.detail for one in some if one.detail))
        for code, some in kinds.items()
    )


def _analytics(files: Mapping[str, bytes], period: tuple[date, date]) -> list[SourceTable]:
    """All statistics in one table; months outside the period are left out, doubled ones refused."""
    tables = []
    for name, data in files.items():
        file = name.removeprefix("statistics/")
        if fnmatch(file, "matomo*.json"):
            tables.append(read_matomo(data, name))
        elif fnmatch(file, "newsletter*.csv"):
            tables.append(read_newsletter(data, name))
        else:
            raise _unknown(name)
    if not tables:
        return []
    joined = _joined(tables)
    months = joined.rows["month"]
    inside = (months >= f"{period[0]:%Y-%m}") & (months <= f"{period[1]:%Y-%m}")
    kept = joined.rows[inside].reset_index(drop=True)
    twice = kept[kept.duplicated(["month", "metric", "product"])]
    if len(twice):
        one = twice.iloc[0]
        raise InputError(
            text("Two files give {metric} of the month {month}", metric=one["metric"], month=one["month"]),
            where="statistics/",
            found=", ".join(file.name for file in joined.files),
            repair=text("Keep one file for each kind of statistics and month"),
        )
    outside = int((~inside).sum())
    remarks = (*joined.remarks, *([Remark("other_period", outside)] if outside else []))
    return [replace(joined, rows=kept, remarks=remarks)]
