"""links: for each event its own link to the feedback form, in a table and as a sheet with a QR code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from evallib.errors import MissingStepError, UsageError, nearest, text
from evallib.records import read_whole
from evallib.steps.context import Context
from evallib.steps.fetch import declared_sources
from evallib.steps.one_file import write_file
from evallib.steps.survey import held_waves
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.codebook.model import Questionnaire


@dataclass(frozen=True)
class Links:
    """What was written, below the workspace. links: event → its link in the event's language."""

    period: str
    survey: str
    links: dict[str, str]
    table: str
    sheets: tuple[str, ...]


def links(context: Context, wanted: str | None, survey: str = "q1", address: str | None = None) -> Links:
    """Write ``surveys/links/<period>/``: ``<survey>.csv`` and a PDF for each event of the log.

    address: of the survey, where sources.yaml does not tell it. Raises UsageError for a survey of which no
    link names its event, MissingStepError without events, or without the survey's number on the server.
    """
    from evallib.codebook.minutes import minutes
    from evallib.display.house import font_files
    from evallib.report.sheet import Sheet, event_sheet

    period = context.period(wanted) if wanted else held_waves(context)[-1]
    asked, field = _asked(context, period, survey)
    events = _events(context, period)
    base = _address(context, period, survey, address)
    folder = context.workspace.surveys / "links" / period.id
    folder.mkdir(parents=True, exist_ok=True)
    project = context.workspace.project
    needed = max(1, round(minutes(asked)))
    made, sheets = {}, []
    fonts = tuple(font_files())
    for event in events:
        name, language = event["event_id"], event["language"]
        made[name] = _link(base, language, field, name)
        title = event[f"title_{language}"] or event["title_fi"]
        start = datetime.fromisoformat(event["start"])
        whose = (project.name[language], asked.languages, needed, project.rehearsal)
        sheet = Sheet(made[name], title, language, start, *whose)
        target = folder / f"{survey}-{name}.pdf"
        write_file(target, event_sheet(sheet, fonts))
        sheets.append(context.workspace.shown(target))
    table = folder / f"{survey}.csv"
    write_file(table, _table(events, base, field, asked))
    return Links(period.id, survey, made, context.workspace.shown(table), tuple(sheets))


def _asked(context: Context, period: Period, survey: str) -> tuple[Questionnaire, str]:
    """The questionnaire, and the code of the question that the link fills in."""
    from evallib.codebook.model import Type

    wave = context.wave(period.id)
    if survey not in wave:
        close = nearest(survey, list(wave))
        raise UsageError(
            text("There is no survey {name}", name=repr(survey)),
            expected=text("one of {known}", known=", ".join(wave)),
            repair=text("Did you mean {key}?", key=repr(close)) if close else "",
        )
    hidden = [item.code for item in wave[survey].items if item.type is Type.HIDDEN]
    if not hidden or wave[survey].origin != "open":
        raise UsageError(
            text("No link to {survey} names its event", survey=survey),
            expected=text("a survey with an open link and a hidden question for the event"),
            repair=text("People with a token get their link in the invitation"),
        )
    return wave[survey], hidden[0]


def _events(context: Context, period: Period) -> list[Mapping[str, str]]:
    from evallib.sources.logs import read_log

    found: list[Mapping[str, str]] = []
    for path in sorted((context.workspace.surveys / "logs").glob("events.*")):
        if path.suffix in (".csv", ".xlsx"):
            rows = read_log("events", read_whole(shown := f"logs/{path.name}", path), shown).rows
            found += [{str(k): str(v) for k, v in row.items()} for row in rows.to_dict("records")]
    inside = [one for one in found if f"{period.start}" <= one["start"][:10] <= f"{period.end}"]
    if not inside:
        raise MissingStepError(
            text("The event log has no events of {period}", period=period.id),
            where="surveys/logs/events.csv",
            repair=text("Enter the events that are planned; their links are made from it"),
        )
    return sorted(inside, key=lambda one: (one["start"], one["event_id"]))


def _address(context: Context, period: Period, survey: str, given: str | None) -> str:
    """The survey's address without its parameters; checked like that of a server."""
    from evallib.sources.servers import checked_address

    if given:
        return checked_address(given, "--address")
    declared = declared_sources(context)
    server = declared.limesurvey if declared else None
    number = server.surveys.get(period.id, {}).get(survey) if server else None
    base, found, _ = server.url.partition("/admin/remotecontrol") if server else ("", "", "")
    if number is None or not found:
        raise MissingStepError(
            text("It is not known where {survey} lies on the server", survey=survey),
            where="surveys/sources.yaml",
            expected=text("the number of {survey} in {period}", survey=survey, period=period.id),
            repair=text("Write it there, or give the survey's address: --address https://…/index.php/123456"),
        )
    return f"{base}/{number}"


def _link(base: str, language: str, field: str, event: str) -> str:
    """newtest: somebody who answered for another event on the same machine begins anew."""
    return f"{base}?newtest=Y&lang={language}&{field}={quote(event, safe='')}"


def _table(events: list[Mapping[str, str]], base: str, field: str, asked: Questionnaire) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(["event_id", "start", "title_fi", *(f"link_{one}" for one in asked.languages)])
    for event in events:
        writer.writerow([_harmless(cell) for cell in _row(event, base, field, asked)])
    return stream.getvalue().encode("utf-8-sig")


def _row(event: Mapping[str, str], base: str, field: str, asked: Questionnaire) -> Iterator[str]:
    yield from (event["event_id"], event["start"], event["title_fi"])
    for language in asked.languages:
        yield _link(base, language, field, event["event_id"])


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
