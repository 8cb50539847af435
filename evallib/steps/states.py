"""The state of a period, from open to locked: read from the store, never kept apart.

Acts of people (the steering group handled it, two persons published it) are manifests of a tier of their
own, one an act, chained like all others. Everything else follows from what lies in the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from evallib.errors import Text, text
from evallib.plan.corrections import load_corrections
from evallib.steps.context import Context
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest


class State(StrEnum):
    """How far a period has come."""

    OPEN = "open"  # nothing is frozen
    FROZEN = "frozen"  # nothing is released
    DRAFT = "draft"  # released; the steering group has not handled these numbers
    HANDLED = "handled"  # by the steering group
    PUBLISHED = "published"
    LOCKED = "locked"  # published, and changed by a correction release only
    WITHDRAWN = "withdrawn"  # was published; nothing has been released since


def said(state: State) -> Text:
    """A state in words."""
    return {
        "open": text("open"),
        "frozen": text("frozen"),
        "draft": text("draft, not handled by the steering group"),
        "handled": text("handled by the steering group"),
        "published": text("published"),
        "locked": text("published and locked"),
        "withdrawn": text("withdrawn"),
    }[state.value]


class Act(StrEnum):
    """What people do with a release."""

    HANDLED = "handled"
    PUBLISHED = "published"
    LOCKED = "locked"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Record:
    """One act. day: when it was done; recorded: the moment it was typed (UTC).

    signed: (role, name) of those who published; nothing else is known of a person. numbers: fingerprint of
    the released numbers that were handled. corrections: how many notes the published release prints.
    """

    act: Act
    day: date
    recorded: str
    release: int = 0
    variant: int = 0
    paragraph: str = ""
    signed: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    numbers: str = ""
    corrections: int = 0

    @classmethod
    def of(cls, manifest: Manifest) -> Record:
        told: dict[str, Any] = dict(manifest.facts)
        signed = tuple((one["role"], one["name"]) for one in told.get("signed", ()))
        typed = {"act": Act(told["act"]), "day": date.fromisoformat(told["day"]), "signed": signed}
        return cls(**{**told, **typed}, recorded=manifest.created)

    def facts(self) -> dict[str, Any]:
        """As it stands in the manifest: what the act does not have is left out."""
        told = {name: value for name, value in vars(self).items() if value and name != "recorded"}
        told |= {"act": self.act.value, "day": self.day.isoformat()}
        if self.signed:
            told["signed"] = [{"role": role, "name": name} for role, name in self.signed]
        return told


@dataclass(frozen=True)
class Standing:
    """A period's state and what it rests on.

    release: number of the newest release, 0 without one. published: the record that stands, None when
    nothing is published now. handled: the steering group's handling of the newest release's numbers.
    draft: the newest release waits although an earlier one is published. pages: the newest release has its
    report, whose cover says how it was handled; lacking: how much that report lacks, so that it is a draft.
    """

    period: str
    state: State
    release: int = 0
    published: Record | None = None
    handled: Record | None = None
    locked: bool = False
    draft: bool = False
    records: tuple[Record, ...] = ()
    pages: bool = False
    lacking: int = 0


def standing(context: Context, period: Period) -> Standing:
    """The period's state as the store has it now."""
    from evallib.store import Tier

    records = _records(context, period)
    latest = context.store.latest(Tier.RELEASED, period.id)
    if latest is None:
        frozen = context.store.latest(Tier.FROZEN, period.id) is not None
        return Standing(period.id, State.FROZEN if frozen else State.OPEN)
    published = _published(records)
    locked = any(one.act is Act.LOCKED for one in records)
    handled = _handled(records, latest)
    last = records[-1] if records else None
    if published is not None:
        state = State.LOCKED if locked else State.PUBLISHED
    elif last is not None and last.act is Act.WITHDRAWN and last.release == latest.number:
        state = State.WITHDRAWN
    else:
        state = State.HANDLED if handled else State.DRAFT
    draft = published is not None and published.release != latest.number
    pages, lacking = _pages(context, latest, handled)
    return Standing(
        period.id, state, latest.number, published, handled, locked, draft, records, pages, lacking
    )


def _pages(context: Context, released: Manifest, handled: Record | None) -> tuple[bool, int]:
    """Whether a release has its report, with what was handled on its cover; how much that report lacks."""
    from evallib.store import Tier

    products = context.store.latest(Tier.PRODUCTS, released.period)
    if products is None or products.facts.get("release") != released.number:
        return False, 0
    faults: Any = products.facts.get("faults") or []
    return (products.facts.get("handled") or []) == list(cited(handled)), len(faults)


def cited(handled: Record | None) -> tuple[str, ...]:
    """Day and paragraph of the minutes, as the cover prints them; nothing without a handling."""
    return (handled.day.isoformat(), handled.paragraph) if handled else ()


def handling(context: Context, period: Period, released: Manifest) -> Record | None:
    """The steering group's handling of a release's numbers, the last if there were several.

    Words may be polished after the meeting; when a number has moved, nobody has handled it yet.
    """
    return _handled(_records(context, period), released)


def official(context: Context, period: Period) -> Manifest | None:
    """The release that later periods compare with: the published one, else the newest; None without any."""
    from evallib.store import Tier

    published = _published(_records(context, period))
    if published is None:
        return context.store.latest(Tier.RELEASED, period.id)
    return context.store.manifest(Tier.RELEASED, period.id, published.release)


def stays_locked(context: Context, period: Period) -> bool:
    """Whether the period is locked and no note of a correction has been written since it was published."""
    records = _records(context, period)
    if not any(one.act is Act.LOCKED for one in records):
        return False
    printed = max(one.corrections for one in records)
    return len(load_corrections(context.workspace.surveys, period.id)) <= printed


def _records(context: Context, period: Period) -> tuple[Record, ...]:
    from evallib.store import Tier

    return tuple(Record.of(one) for one in context.store.manifests(Tier.PUBLISHED, period.id))


def _published(records: tuple[Record, ...]) -> Record | None:
    acts = [one for one in records if one.act in (Act.PUBLISHED, Act.WITHDRAWN)]
    return acts[-1] if acts and acts[-1].act is Act.PUBLISHED else None


def _handled(records: tuple[Record, ...], released: Manifest) -> Record | None:
    numbers = str(released.facts.get("numbers"))
    fitting = [one for one in records if one.act is Act.HANDLED and one.numbers == numbers]
    return fitting[-1] if fitting else None
