"""Everything received for a period → source tables. A file that is not known here stops the reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch

from evallib.codebook.model import Questionnaire
from evallib.codebook.roster import refuse_empty_roster
from evallib.codebook.their_codes import TheirCodes
from evallib.codes import LOGS, SURVEYS
from evallib.errors import InputError, nearest, text
from evallib.records import Contents, Remark, SourceFile, SourceTable
from evallib.sources.clock import ZONE
from evallib.sources.coding import read_coding
from evallib.sources.event_files import correction, not_known, read_event_files, rows_by_id
from evallib.sources.log_links import with_dropped_without_reason, with_strange_projects
from evallib.sources.logs import read_log, read_roster_table
from evallib.sources.mapping import ColumnMapping
from evallib.sources.statistics import read_matomo, read_newsletter
from evallib.sources.survey_folder import read_survey

_INSIDE = ("limesurvey", "events", "statistics", "staff", "coding")
_OF_SURVEY = ("structure.lss", "responses.csv", "responses.json", "participants.csv",
               "paper.csv", "paper.xlsx")  # fmt: skip
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
    mappings: Sequence[ColumnMapping] = (),
    zone: str = ZONE,
    codes: Mapping[str, TheirCodes] | None = None,
) -> Inbox:
    """All tables of a period from its files.

    contents: bytes by name, as ``inbox/events/e01.csv``, ``logs/events.csv``, ``rosters/2025.csv``.
    questionnaires: as asked in this wave, roster questions filled. period: first and last day; wave: its
    id. mappings: the project's own; zone: of events that name none. codes: survey → its
    own codes, where it was made elsewhere. ``<file>_corrected.<ending>`` (also
    korjattu, rättad; a number behind it for later ones) replaces ``<file>``. Remarks on files as a whole
    stand with the table of events. Raises InputError for a file that is not known, damaged, or in the wrong
    place, and PrivacyError for a survey column nobody declared.
    """
    kept = [name for name in sorted(contents) if not _ignored(name)]
    places = _sorted_out(kept, contents)
    read = [with_dropped_without_reason(_log(name, data)) for name, data in places["logs"].items()]
    logs = list(with_strange_projects(read))
    _refuse_twice([table.kind for table in logs], "logs/")
    events = next((table for table in logs if table.kind == "events"), None)
    held = rows_by_id(events, zone)
    tables = [*_surveys(places["limesurvey"], questionnaires, wave, held, codes or {})]
    lists = read_event_files(places["events"], places["staff"], held, period, bots, minimum_stay, mappings)
    tables += [replace(lists.table, remarks=_together(lists.table.remarks))] if lists.table else []
    tables += _rosters(places["rosters"], wave)
    tables += [*_analytics(places["statistics"], period), *read_coding(places["coding"])]
    left_out = len(contents) - len(kept)
    general = [*([Remark("ignored_file", left_out)] if left_out else []), *lists.remarks]
    tables += [
        replace(table, remarks=(*table.remarks, *general)) if table is events else table for table in logs
    ]
    return Inbox(tuple(tables), (*(file for table in tables for file in table.files), *lists.files))


def _ignored(name: str) -> bool:
    return any(fnmatch(name.rsplit("/", 1)[-1], pattern) for pattern in _IGNORED)


def _sorted_out(names: Iterable[str], contents: Mapping[str, bytes]) -> dict[str, Contents]:
    """Files by place; the names in errors and tables begin below the inbox."""
    places: dict[str, list[str]] = {place: [] for place in (*_INSIDE, "logs", "rosters")}
    received: dict[str, str] = {}
    for name in names:
        shown = name.removeprefix("inbox/")
        place, _, rest = shown.partition("/")
        if shown in ("staff.csv", "staff.xlsx"):
            place, rest = "staff", shown
        depth = 2 if place == "limesurvey" else 1
        inside = name.startswith("inbox/") == (place in _INSIDE)
        if not inside or place not in places or len(rest.split("/")) != depth or not rest:
            raise not_known(shown)
        places[place].append(shown)
        received[shown] = name
    return {place: Contents(some, lambda shown: contents[received[shown]]) for place, some in places.items()}


def _log(name: str, data: bytes) -> SourceTable:
    kind, _, ending = name.removeprefix("logs/").rpartition(".")
    if kind not in LOGS or ending not in ("csv", "xlsx"):
        close = nearest(kind, LOGS)
        raise not_known(name, f"logs/{close}.csv" if close else "")
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
    wanted = [name for name in files if name.rpartition(".")[0] == f"rosters/{wave}"]
    return [read_roster_table(files[name], name, wave) for name in wanted]


def _surveys(
    files: Mapping[str, bytes],
    questionnaires: Mapping[str, Questionnaire],
    wave: str,
    events: Mapping[str, Mapping[str, str]],
    codes: Mapping[str, TheirCodes],
) -> Iterable[SourceTable]:
    """Answers and invited people of each survey folder."""
    folders: dict[str, dict[str, str]] = {}
    for name in files:
        _, survey, file = name.split("/")
        if survey in SURVEYS and survey not in questionnaires:
            raise InputError(
                text("The survey {survey} has answers, but no questionnaire", survey=survey),
                where=name,
                expected=f"surveys/questionnaires/{survey}.yaml",
                repair=text("Restore the questionnaire, or move the folder out of the inbox"),
            )
        if survey not in questionnaires:
            close = nearest(survey, list(questionnaires))
            raise not_known(name, f"limesurvey/{close}/{file}" if close else "")
        if f"{correction(file)[0]}.{file.rpartition('.')[2]}" not in _OF_SURVEY:
            raise not_known(name)
        folders.setdefault(survey, {})[file] = name
    for survey in folders:
        refuse_empty_roster(questionnaires[survey], f"surveys/rosters/{wave}.csv")
    for survey, names in folders.items():
        received = {file: files[name] for file, name in names.items()}
        yield from read_survey(survey, received, questionnaires[survey], events, codes.get(survey))


def _joined(tables: Sequence[SourceTable]) -> SourceTable:
    import pandas as pd

    return replace(
        tables[0],
        rows=pd.concat([table.rows for table in tables], ignore_index=True),
        files=tuple(file for table in tables for file in table.files),
        remarks=_together(remark for table in tables for remark in table.remarks),
        undeclared=tuple(one for table in tables for one in table.undeclared),
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
            raise not_known(name)
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
