"""publish: what people decide about a release - handled, published, locked, withdrawn - each recorded once.

A record is a manifest of the store: never changed, chained, whole or not there. Of persons it holds the
role and the name that they gave as their signature, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evallib.errors import MissingStepError, Text, UsageError, text
from evallib.report.places import together
from evallib.steps.context import Context
from evallib.steps.rehearsal import refuse_rehearsal
from evallib.steps.states import Act, Record, Standing, State, cited, handling, standing
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest

SIGNERS = 2
PARAGRAPH = re.compile(r"§+ ?[0-9]+[^\n]{0,40}|[0-9]+ ?§[^\n]{0,40}")
_SIGNATURE = re.compile(r"\s*(?P<role>[^:@\n]{2,80}?)\s*:\s*(?P<name>[^:@\n]{2,80}?)\s*")


def record_handled(context: Context, period: Period, day: date, paragraph: str) -> Standing:
    """The steering group handled the newest release on ``day``, as the paragraph of its minutes says.

    It counts for every release with the same numbers. Raises UsageError for a paragraph or day that can't
    be, and for what is recorded already; MissingStepError where there is no report.
    """
    if not PARAGRAPH.fullmatch(paragraph):
        raise UsageError(
            text("Minutes are cited by their paragraph"),
            expected=text("as: § 4"),
            found=repr(paragraph),
            repair=text('Run: evallib publish {period} --handled DATE --paragraph "§ 4"', period=period.id),
        )
    refuse_rehearsal(context)
    with context.store.lock("publish"):
        released = _newest(context, period)
        numbers = str(released.facts.get("numbers"))
        _check_day(context, day, _first_day(context, period, numbers))
        known = handling(context, period, released)
        if known is not None and (known.day, known.paragraph) == (day, paragraph):
            raise _twice(period, known)
        record = Record(Act.HANDLED, day, "", released.number, paragraph=paragraph, numbers=numbers)
        return _keep(context, period, record)


def record_published(
    context: Context, period: Period, signed: Sequence[str], day: date | None = None
) -> Standing:
    """Two persons in two roles publish the newest release; ``signed`` has each as ``ROLE: NAME``.

    Raises MissingStepError while the report is a draft, was not handled or does not say that it was;
    UsageError for signatures or a day that can't be, and for a release that is published already.
    """
    refuse_rehearsal(context)
    names = _signatures(signed)
    with context.store.lock("publish"):
        before, released = standing(context, period), _newest(context, period)
        if before.published is not None and not before.draft:
            raise _twice(period, before.published)
        if before.state is State.WITHDRAWN:
            raise MissingStepError(
                text("Release {number} of {period} was withdrawn", number=released.number, period=period.id),
                found=before.records[-1].reason,
                repair=text("Put right what was wrong, then run: evallib report {period}", period=period.id),
            )
        if before.handled is None:
            raise MissingStepError(
                text("The steering group has not handled the numbers of release {number}",
                     number=released.number),
                repair=text('Run: evallib publish {period} --handled DATE --paragraph "§ 4"',
                            period=period.id),
            )  # fmt: skip
        products = _products(context, period, released)
        _check_finished(period, products, before.handled)
        day = day or today_of(context)
        _check_day(context, day, before.handled.day)
        for sha in products.entries.values():
            context.store.get(sha)  # what is damaged is not published
        record = Record(
            Act.PUBLISHED, day, "", released.number, int(str(products.facts["variant"])),
            before.handled.paragraph, names, numbers=str(released.facts.get("numbers")),
            corrections=_corrections(context, released),
        )  # fmt: skip
        return _keep(context, period, record, products)


def record_locked(context: Context, period: Period) -> Standing:
    """From now on the period changes through a correction release only.

    Raises MissingStepError when nothing is published or a newer release waits, UsageError when it is locked.
    """
    with context.store.lock("publish"):
        before = standing(context, period)
        if before.locked:
            raise _twice(period, next(one for one in before.records if one.act is Act.LOCKED))
        if before.published is None or before.draft:
            raise MissingStepError(
                text("Only a period whose newest release is published can be locked"),
                found=text("{period}: release {number}", period=period.id, number=before.release),
                repair=text("See what is next: evallib publish {period}", period=period.id),
            )
        record = Record(Act.LOCKED, today_of(context), "", before.published.release)
        return _keep(context, period, record)


def record_withdrawn(context: Context, period: Period, reason: str) -> Standing:
    """The published report no longer stands, for a reason that anybody may read; it stays in the store.

    Raises UsageError without a reason, MissingStepError when nothing is published.
    """
    if not reason.strip():
        raise UsageError(
            text("A report is withdrawn for a reason"),
            repair=text('Write it: evallib publish {period} --withdraw "REASON"', period=period.id),
        )
    with context.store.lock("publish"):
        before = standing(context, period)
        if before.published is None:
            raise MissingStepError(
                text("Nothing is published of {period}", period=period.id),
                repair=text("See what is next: evallib publish {period}", period=period.id),
            )
        published = before.published
        record = Record(Act.WITHDRAWN, today_of(context), "", published.release, published.variant,
                        reason=" ".join(reason.split()))  # fmt: skip
        return _keep(context, period, record)


def _keep(context: Context, period: Period, record: Record, products: Manifest | None = None) -> Standing:
    """Commit a record, of a publication with the products that were published."""
    from evallib.store import Tier

    entries = products.entries if products else {}
    parent = products.sha256 if products else ""
    context.store.commit(Tier.PUBLISHED, period.id, entries, record.facts(), context.stamp(), parent)
    return standing(context, period)


def _newest(context: Context, period: Period) -> Manifest:
    from evallib.steps.exchanged import refuse_exchanged
    from evallib.steps.release import latest_released

    refuse_exchanged(context, period)
    return latest_released(context, period)[1]


def _products(context: Context, period: Period, released: Manifest) -> Manifest:
    from evallib.store import Tier

    products = context.store.latest(Tier.PRODUCTS, period.id)
    if products is None or products.facts["release"] != released.number:
        raise MissingStepError(
            text("Release {number} of {period} has no report yet", number=released.number, period=period.id),
            repair=text("Run: evallib report {period}", period=period.id),
        )
    return products


def _check_finished(period: Period, products: Manifest, handled: Record) -> None:
    """The pages are no draft, and say when the steering group handled them."""
    faults = products.facts.get("faults")
    if isinstance(faults, Sequence) and not isinstance(faults, str) and faults:
        raise MissingStepError(
            text("The report of {period} is a draft", period=period.id),
            found="; ".join(together(map(str, faults))),
            repair=text("Fill these in, then run: evallib report {period}", period=period.id),
        )
    if products.facts.get("handled") != list(cited(handled)):
        raise MissingStepError(
            text("The cover of the report does not say that the steering group handled it"),
            expected=text("{day}, {paragraph}", day=handled.day.isoformat(), paragraph=handled.paragraph),
            repair=text("Run: evallib report {period}", period=period.id),
        )


def _corrections(context: Context, released: Manifest) -> int:
    from evallib.steps.publication import stored_words

    return len(stored_words(context, released, released.period).corrections)


def _signatures(signed: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(role, name) of two different persons in two different roles."""
    found = [match.groupdict() for one in signed if (match := _SIGNATURE.fullmatch(one))]
    roles, names = ({one[part].casefold() for one in found} for part in ("role", "name"))
    if not len(signed) == len(found) == len(roles) == len(names) == SIGNERS:
        raise UsageError(
            text("A report is published by two persons in two roles"),
            expected=text('--signed "ROLE: NAME" twice, without an address'),
            found=", ".join(map(repr, signed)) or text("nothing"),
        )
    return tuple((one["role"], one["name"]) for one in found)


def _twice(period: Period, known: Record) -> UsageError:
    return UsageError(
        text("This is recorded already; nothing was changed"),
        found=text("{period}: {act}, release {number}, {day}", period=period.id, act=act_said(known.act),
                   number=known.release, day=known.day.isoformat()),
        repair=text("See what is next: evallib publish {period}", period=period.id),
    )  # fmt: skip


def today_of(context: Context) -> date:
    """Today where the project is."""
    return context.now().astimezone(ZoneInfo(context.workspace.project.timezone)).date()


def _first_day(context: Context, period: Period, numbers: str) -> date:
    """The day on which these numbers were first released, where the project is."""
    from evallib.store import Tier

    releases = context.store.manifests(Tier.RELEASED, period.id)
    first = next(one for one in releases if str(one.facts.get("numbers")) == numbers)
    moment = datetime.fromisoformat(first.created)
    return moment.astimezone(ZoneInfo(context.workspace.project.timezone)).date()


def _check_day(context: Context, day: date, first: date) -> None:
    """A day from ``first`` to today; a clock that runs behind what is recorded is named."""
    today = today_of(context)
    if today < first:
        raise UsageError(
            text("The computer's clock runs behind"),
            expected=text("a day from {day} on", day=first.isoformat()),
            found=today.isoformat(),
            repair=text("Set the clock, then run the same again"),
        )
    if not first <= day <= today:
        raise UsageError(
            text("It can't have been on that day"),
            expected=text("a day from {first} to {last}", first=first.isoformat(), last=today.isoformat()),
            found=day.isoformat(),
        )


def act_said(act: Act) -> Text:
    """An act in words."""
    return {
        Act.HANDLED: text("handled by the steering group"),
        Act.PUBLISHED: text("published"),
        Act.LOCKED: text("locked"),
        Act.WITHDRAWN: text("withdrawn"),
    }[act]


def _ready(made: Standing) -> bool:
    """Whether the report can go on: to the steering group also as a draft, to those who sign only whole."""
    return made.pages and not (made.handled and made.lacking)


def command_after(made: Standing) -> str:
    """The command that leads on from a state; nothing when all is done."""
    publish = f"evallib publish {made.period}"
    handle = f'{publish} --handled YYYY-MM-DD --paragraph "§ 4"'
    sign = f'{publish} --signed "ROLE: NAME" --signed "ROLE: NAME"'
    if made.release and not _ready(made) and (made.draft or made.state in (State.DRAFT, State.HANDLED)):
        return f"evallib report {made.period}"
    if made.draft:
        return sign if made.handled else handle
    return {
        State.DRAFT: handle,
        State.HANDLED: sign,
        State.PUBLISHED: f"{publish} --lock",
        State.LOCKED: "",
    }.get(made.state, f"evallib report {made.period}")
