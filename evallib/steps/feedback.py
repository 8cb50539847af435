"""export feedback: half a page on one event for its organisers; told once, recorded, known to later reports.

Why so little of it is told: docs/decisions/0017.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evallib.errors import PrivacyError, UsageError, nearest, text
from evallib.steps.check import make_frames
from evallib.steps.context import Context
from evallib.steps.documents import (
    Documents,
    as_png,
    emblem_of,
    own_emblem,
    unreleased,
    write_documents,
)
from evallib.steps.frozen import frozen_frames, frozen_manifest, frozen_tables
from evallib.steps.rehearsal import refuse_rehearsal
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.privacy.door_out import Draft
    from evallib.privacy.feedback import Said, Told
    from evallib.privacy.findings import Finding
    from evallib.results import Mask, Result, ResultId
    from evallib.store import Manifest
    from evallib.tidy import Frames, SurveyFrame

SURVEY = "q1"
QUESTIONS = ("T01", "T02", "T04", "T07")
_SPREAD = "I22"  # its measures event_… tell shares of single events without naming them


def feedback(context: Context, event: str, period: Period) -> Documents:
    """Write ``outputs/<period>/feedback-<event>-<language>.docx`` from the period's freeze.

    Told once: later the same document comes again from what was recorded. Raises UsageError for an event that
    is not in the log, PrivacyError where too few answered or a release already tells of these answers.
    """
    refuse_rehearsal(context)
    with context.store.lock("feedback"):  # nobody reports, or tells of the event otherwise, meanwhile
        recorded = _recorded(context, period, event) or _record(context, period, event)
    files = dict(_files(context, period, recorded))
    return write_documents(context, period, files, (period,))


def told_feedback(context: Context, period: Period) -> list[Manifest]:
    """What was told of single events of a period, an event a manifest."""
    from evallib.store import Tier

    return context.store.manifests(Tier.FEEDBACK, period.id)


def beside_feedback(
    context: Context, period: Period, frames: Frames, results: Sequence[Result], upto: int | None = None
) -> dict[ResultId, Mask]:
    """What a report must not tell of all together, since beside what was told of single events it would give
    somebody away: every number of such a question, and the spread between events. upto: as much as had been
    told by then; all of it without."""
    from evallib.privacy.feedback import given_away
    from evallib.privacy.overall import question_of
    from evallib.results import Mask

    told = told_feedback(context, period)[:upto]
    if not told:
        return {}
    by_question = _told(context, period, told)
    answered = frames.surveys[SURVEY]
    threshold = context.plan.policy.threshold
    closed = {
        series
        for series, events in by_question.items()
        if given_away(events, _counts(answered, series), threshold)
    }
    return {
        result.id_of(cell): Mask.WITHHELD
        for result in results
        if (result.universe == SURVEY and not result.protected and question_of(result) in closed)
        or (result.indicator == _SPREAD and result.measure.startswith("event_"))
        for cell in result.cells
    }


def feedback_findings(context: Context, period: Period, released: Manifest, draft: Draft) -> list[Finding]:
    """What a release tells of all together although feedback told before it makes it give somebody away."""
    from evallib.privacy.findings import Finding

    number = int(str(released.facts["freeze"]))
    known = int(str(released.facts.get("feedback", 0)))
    if not known:
        return []
    hide = beside_feedback(context, period, _frames(context, period, number), draft.results, known)
    shown = tuple(one for one in hide if one in draft.cells and draft.cells[one].shown)
    repair = tuple(map(str, shown))
    return [Finding("TIGHT", "feedback on single events", "", shown, repair=repair)] if shown else []


def _told(context: Context, period: Period, told: Sequence[Manifest]) -> dict[str, list[Told]]:
    """By question, what was said of each event, with the answers that it was said of."""
    from evallib.privacy.feedback import Said, Told

    found: dict[str, list[Told]] = {}
    frames: dict[int, Frames] = {}
    for one in told:
        facts: dict[str, Any] = dict(one.facts)
        number = int(facts["freeze"])
        if number not in frames:
            frames[number] = _frames(context, period, number)
        for series, said in facts["said"].items():
            counts = _counts(frames[number].surveys[SURVEY], series, str(facts["event"]))
            found.setdefault(series, []).append(Told(Said(said["middle"], said["band"]), counts))
    return found


def _frames(context: Context, period: Period, number: int) -> Frames:
    """The frames of one of the period's freezes."""
    from evallib.store import Tier

    if frozen_manifest(context, period).number == number:
        return frozen_frames(context, period)
    manifest = context.store.manifest(Tier.FROZEN, period.id, number)
    return make_frames(context, period, frozen_tables(context, manifest))


def _counts(survey: SurveyFrame, series: str, event: str = "") -> tuple[int, ...]:
    """Answers by option, lowest first, of one event or of all; don't know and the like left out."""
    from evallib.measures.distributions import answers

    one = answers(survey, series)
    among = survey.background("event_id") == event if event else None
    valued = sorted(
        (value, int(count))
        for value, count, counts in zip(one.values, one.counts(among), one.substantive, strict=True)
        if counts and value == value
    )
    return tuple(count for _, count in valued)


def _recorded(context: Context, period: Period, event: str) -> Manifest | None:
    return next((one for one in told_feedback(context, period) if one.facts["event"] == event), None)


def _record(context: Context, period: Period, event: str) -> Manifest:
    """Decide what may be told of an event and record it before anybody reads it."""
    from evallib.privacy.feedback import said_of, told_as
    from evallib.store import Tier

    frozen, frames = frozen_manifest(context, period), frozen_frames(context, period)
    _refuse_unknown(frames, event)
    _refuse_reported(context, period, event)
    policy, survey = context.plan.policy, frames.surveys[SURVEY]
    came = frames.participations[frames.participations["event_id"] == event]
    attended = int((came["status"] == "attended").sum()) if len(came) else None
    answered = int((survey.background("event_id") == event).sum())
    least = told_as(answered, attended, policy)
    said = {series: said_of(_counts(survey, series, event), attended, policy) for series in QUESTIONS}
    told = {series: vars(one) for series, one in said.items() if one is not None}
    if not told or not least:
        raise PrivacyError(
            text("Too few answered on {event} to tell anything of them", event=event),
            expected=text(
                "at least {n} answers that are not all alike, and at least {more} who attended",
                n=policy.threshold,
                more=2 * policy.threshold - 1,
            ),
            repair=text("When more answers have come, freeze the period and run the same again"),
        )
    row = frames.events[frames.events["event_id"] == event].iloc[0]
    titles = {name: str(row[f"title_{name}"]) for name in ("fi", "sv", "en")}
    facts: dict[str, Any] = {
        "event": event,
        "day": row["start"].date().isoformat(),
        "form": str(row["form"]),
        "titles": titles,
        "freeze": frozen.number,
        "answers": least,
        "said": told,
    }
    return context.store.commit(Tier.FEEDBACK, period.id, {}, facts, context.stamp())


def _refuse_unknown(frames: Frames, event: str) -> None:
    known = list(frames.in_period(frames.events, "start")["event_id"])
    if event not in known:
        raise UsageError(
            text("There is no event {event} in {period}", event=repr(event), period=frames.period.id),
            where="surveys/logs/events",
            repair=text("Did you mean {key}?", key=repr(nearest(event, known) or next(iter(known), "–"))),
        )


def _refuse_reported(context: Context, period: Period, event: str) -> None:
    """A release tells of these answers together with the others: nothing can be told of them any more."""
    from evallib.store import Tier

    for released in context.store.manifests(Tier.RELEASED, period.id):
        frames = _frames(context, period, int(str(released.facts["freeze"])))
        if (frames.surveys[SURVEY].background("event_id") == event).any():
            raise PrivacyError(
                text("Release {number} of {period} already tells of the answers on {event}",
                     number=released.number, period=period.id, event=event),
                expected=text("feedback on an event before the first report that counts it"),
                repair=text("Give the organisers the report. After the next event, run this before a report"),
            )  # fmt: skip


def _files(context: Context, period: Period, recorded: Manifest) -> Iterator[tuple[str, bytes]]:
    from evallib.display import i18n, numbers
    from evallib.report.feedback import EventFeedback, feedback_elements
    from evallib.report.word import WordFile, word_document

    material, created = unreleased(context, period), recorded.moment
    project, facts = context.workspace.project, dict[str, Any](recorded.facts)
    told = EventFeedback(facts["event"], facts["answers"], _said(facts["said"]))
    for language in project.report_languages:
        mark, flag = emblem_of(project, language, own_emblem(context))
        titles: Mapping[str, str] = facts["titles"]
        title = titles[language] or next(one for one in titles.values() if one)
        notices = [i18n.say(f"document.{project.marked}_long", language)] if project.marked else []
        day = numbers.day(facts["day"], language)
        file = WordFile(
            language,
            i18n.say("feedback.title", language, event=title),
            project.responsible_for_content[language],
            i18n.say("document.running", language, project=project.short_name, period=period.id),
            [*feedback_elements(told, material, language), mark],
            subtitle=f"{project.name[language]} · {day}",
            notices=notices,
            pictures=as_png(flag, created),
        )
        yield f"feedback-{facts['event']}-{language}.docx", word_document(file, created)


def _said(plain: Mapping[str, Any]) -> dict[str, Said]:
    from evallib.privacy.feedback import Said

    return {series: Said(one["middle"], one["band"]) for series, one in plain.items()}
