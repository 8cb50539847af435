"""export claim: what was done between two days, for a payment claim - from logs and attendance alone.

People are counted as the annual report counts them and no finer: participations by whole months, persons and
hours by whole periods. So no claim tells of people what a report would not (docs/decisions/0016).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from evallib.codes import CODES
from evallib.errors import MissingStepError, UsageError, text
from evallib.steps.context import Context
from evallib.steps.documents import (
    Documents,
    as_png,
    emblem_of,
    own_emblem,
    unreleased,
    write_documents,
)
from evallib.steps.frozen import frozen_frames, frozen_manifest
from evallib.steps.rehearsal import refuse_rehearsal
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.indicators.bench import Bench
    from evallib.report.claim import Attendance, Claim, Count, Whole
    from evallib.store import Manifest

_DATED = {  # log → the column by which a record belongs to some days
    "events": "start",
    "contents": "date",
    "cooperation_acts": "date",
    "joint_activities": "date",
    "results_log": "date",
    "heritage": "decided",
}
_TALLIES = (("events", "form", "I19.by_form"), ("events", "mode", "I19.by_mode"),
            ("events", "language", "I19.by_language"), ("contents", "kind", "I16.by_kind"),
            ("contents", "outcome", "I16.by_outcome"))  # fmt: skip
_OF_PERIODS = ("I20.persons_low", "I20.persons_high", "I21.hours", "I21.training_days")


def claim(context: Context, first: date, last: date) -> Documents:
    """Write ``outputs/<last period>/claim-<first>-<last>-<language>.docx`` from the freezes of those days.

    Raises UsageError for days that no period holds, MissingStepError where a period is not frozen or was
    frozen before the last day, OutputError where a document stands there that somebody has written in.
    """
    refuse_rehearsal(context)
    periods = _periods(context, first, last)
    manifest = _frozen_after(context, periods[-1], last)
    told = _gathered(context, periods, first, last)
    files = dict(_files(context, told, periods[-1], manifest))
    return write_documents(context, periods[-1], files, periods)


def _periods(context: Context, first: date, last: date) -> tuple[Period, ...]:
    """The periods of those days, oldest first; every day lies in one."""
    if last < first:
        raise UsageError(
            text("The last day comes before the first"),
            found=f"{first} – {last}",
            repair=text("As in: evallib export claim --from 2025-01-01 --to 2025-06-30"),
        )
    some = [one for one in context.workspace.project.periods if one.start <= last and first <= one.end]
    found = sorted(some, key=lambda one: one.start)
    wanted = first
    for one in found:
        if one.start > wanted:
            break
        wanted = max(wanted, one.end + timedelta(days=1))
    if wanted <= last:
        known = ", ".join(f"{one.id}: {one.start} – {one.end}" for one in context.workspace.project.periods)
        raise UsageError(
            text("No period holds the day {day}", day=wanted.isoformat()),
            where="surveys/project.yaml",
            expected=text("days of these periods: {known}", known=known),
            repair=text("Choose other days, or add the period to surveys/project.yaml"),
        )
    return tuple(found)


def _frozen_after(context: Context, period: Period, last: date) -> Manifest:
    """The period's freeze, which has to be made after the last day: what comes later would be missing."""
    manifest = frozen_manifest(context, period)
    if manifest.created[:10] <= last.isoformat():
        raise MissingStepError(
            text("{period} was frozen before the days were over", period=period.id),
            found=manifest.created[:10],
            expected=text("a freeze made after {day}", day=last.isoformat()),
            repair=text("After that day, run: evallib freeze {period}", period=period.id),
        )
    return manifest


def _gathered(context: Context, periods: Sequence[Period], first: date, last: date) -> Claim:
    from evallib.indicators.bench import Bench
    from evallib.report.claim import Claim
    from evallib.steps.facts import records_of

    frames = [frozen_frames(context, one) for one in periods]
    bench = Bench(frames[-1], tuple(frames[:-1]), context.plan, context.wave(periods[-1].id))
    logs = {name: records_of(_within(bench, name, first, last)) for name in _DATED}
    logs["agreements"] = [
        _as_then(one, last, "done", {"status": "open", "done": ""})
        for one in records_of(frames[-1].agreements)
        if _touched(one, ("due", "done"), first, last)
    ]
    logs["decisions"] = [
        _as_then(one, last, "state_date", {"state": "open"})
        for one in records_of(frames[-1].decisions)
        if _touched(one, ("date", "state_date"), first, last)
    ]
    source = f"{periods[-1].id}/f{frozen_manifest(context, periods[-1]).number}"
    return Claim(
        first,
        last,
        logs,
        tuple(_counts(bench, first, last, source)),
        _attendance(context, periods, first, last),
        tuple(_whole(context, one) for one in periods if first <= one.start and one.end <= last),
    )


def _within(bench: Bench, name: str, first: date, last: date) -> Any:
    """A log's rows of those days, in their order."""
    import pandas as pd

    from evallib.indicators.logs import whole

    column = _DATED[name]
    rows = getattr(bench.frames, name) if name == "heritage" else whole(bench, name, column)
    days = rows[column].dt.normalize()
    kept = rows[days.between(pd.Timestamp(first), pd.Timestamp(last))]
    return kept.sort_values(column, kind="stable")


def _touched(record: Any, columns: Sequence[str], first: date, last: date) -> bool:
    """Whether one of a record's dates lies within those days."""
    return any(
        first.isoformat() <= str(record.get(one, "") or "")[:10] <= last.isoformat() for one in columns
    )


def _as_then(record: Any, last: date, since: str, before: dict[str, str]) -> dict[str, str]:
    """A record as it stood on the last day."""
    later = str(record.get(since, "") or "")[:10] > last.isoformat()
    return {**record, **before} if later else dict(record)


def _counts(bench: Bench, first: date, last: date, source: str) -> Iterator[Count]:
    """Counts of events, contents, acts and joint activities; their sum is that of the log's rows."""
    from evallib.measures.records import joint, tally
    from evallib.report.claim import Count

    rows = {name: _within(bench, name, first, last) for name in _DATED}
    yield Count("measure.I19.events", len(rows["events"]), _log("events", source))
    for log, dim, measure in _TALLIES:
        if len(rows[log]):
            for cell in tally(dim, rows[log][dim], CODES[dim]):
                if cell.count:
                    yield Count(
                        f"measure.{measure}", cell.count, _log(log, source), dim, dict(cell.dims)[dim]
                    )
    done = rows["cooperation_acts"][rows["cooperation_acts"]["status"] == "done"]
    for cell in tally("partner", done["partner"], CODES["partner"]):
        yield Count("claim.acts_done", cell.count or 0, _log("cooperation_acts", source), *cell.dims[0])
    owners = dict(zip(bench.frames.register["project_id"], bench.frames.register["beneficiary"], strict=True))
    named = {"events": "event", "contents": "publication"}
    for log, kind in named.items():
        together = int(joint(rows[log]["projects"], owners).sum())
        yield Count("measure.I13.by_kind", together, _log(log, source), "joint", kind)
    own = rows["joint_activities"]
    kinds = own[joint(own["projects"], owners)]["kind"]
    for cell in tally("joint", kinds, CODES["joint"]):
        yield Count("measure.I13.by_kind", cell.count or 0, _log("joint_activities", source), *cell.dims[0])


def _log(name: str, source: str) -> str:
    return f"surveys/logs/{name} ({source})"


def _attendance(context: Context, periods: Sequence[Period], first: date, last: date) -> Attendance:
    """Participations of the whole months; of fewer than the threshold, no number."""
    from evallib.report.claim import Attendance

    months = [one for period in periods for one in _months(period, first, last)]
    if not months:
        return Attendance()
    number, sources = 0, []
    for period in periods:
        wanted = {start.strftime("%Y-%m") for start, _ in _months(period, first, last)}
        if wanted:
            found, source = _by_month(context, period)
            number += sum(found.get(one, 0) for one in wanted)
            sources.append(source)
    few = 0 < number < context.plan.policy.threshold
    return Attendance((months[0][0], months[-1][1]), None if few else number, ", ".join(sources))


def _months(period: Period, first: date, last: date) -> list[tuple[date, date]]:
    """The months of a period that lie within those days with all their days of the period."""
    found, start = [], period.start
    while start <= period.end:
        ends = start.replace(day=monthrange(start.year, start.month)[1])
        if first <= start and min(ends, period.end) <= last:
            found.append((start, min(ends, period.end)))
        start = ends + timedelta(days=1)
    return found


def _by_month(context: Context, period: Period) -> tuple[dict[str, int], str]:
    """Participations by month, and where from: the release where it tells of the latest data, and always of a
    closed period, whose data may lack those who were erased."""
    from evallib.indicators.bench import Bench
    from evallib.indicators.learning import i20
    from evallib.steps.closed import is_closed
    from evallib.steps.release import opened
    from evallib.steps.states import official

    frozen, released = frozen_manifest(context, period), official(context, period)
    if released is not None and (is_closed(context, period) or released.facts["freeze"] == frozen.number):
        cells = opened(context, released).series("I20", "by_month")
        return {dict(one.id.dims)["month"]: one.count or 0 for one in cells}, f"{period.id}/{released.number}"
    bench = Bench(frozen_frames(context, period), (), context.plan, context.wave(period.id))
    monthly = next(one for one in i20(bench) if one.measure == "by_month")
    return {dict(one.dims)["month"]: one.count or 0 for one in monthly.cells}, f"{period.id}/f{frozen.number}"


def _whole(context: Context, period: Period) -> Whole:
    """What is told of a whole period: released persons and hours, and its row of the accounts."""
    from evallib.report.claim import Whole
    from evallib.steps.facts import records_of
    from evallib.steps.release import opened
    from evallib.steps.states import official

    accounts = records_of(frozen_frames(context, period).accounts)
    row = next((one for one in accounts if one["period"] == period.id), None)
    manifest = official(context, period)
    if manifest is None:
        return Whole(period.id, "", (), row)
    released = opened(context, manifest)
    cells = {measure: released.get(measure) for measure in _OF_PERIODS}
    told = [
        (name, cell.value) for name, cell in cells.items() if cell and cell.shown and cell.value is not None
    ]
    return Whole(period.id, f"{period.id}/{manifest.number}", tuple(told), row)


def _files(context: Context, told: Claim, period: Period, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    from evallib.display import i18n, numbers
    from evallib.report.claim import claim_elements
    from evallib.report.word import WordFile, word_document

    material, created = unreleased(context, period), manifest.moment
    project = context.workspace.project
    for language in project.report_languages:
        mark, flag = emblem_of(project, language, own_emblem(context))
        days = numbers.days(told.first, told.last, language)
        frozen = numbers.day(manifest.created, language)
        notices = [i18n.say(f"document.{project.marked}_long", language)] if project.marked else []
        file = WordFile(
            language,
            i18n.say("claim.title", language, project=project.name[language]),
            project.responsible_for_content[language],
            i18n.say("claim.running", language, project=project.short_name, days=days),
            [mark, *claim_elements(told, material, language)],
            subtitle=i18n.say("claim.subtitle", language, days=days, date=frozen),
            notices=[*notices, i18n.say("claim.how", language)],
            pictures=as_png(flag, created),
        )
        name = f"claim-{told.first}-{told.last}-{language}.docx"
        yield name, word_document(file, created)
