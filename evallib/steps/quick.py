"""Whether the stored release is still current, found out without computing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evallib.steps.closed import has_data, is_closed, same_words
from evallib.steps.context import Context
from evallib.steps.freeze import freeze_fingerprint
from evallib.steps.states import stays_locked
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest


def release_is_current(context: Context, period: Period) -> Manifest | None:
    """The period's latest release when its inputs are unchanged, earlier periods included; else None."""
    from evallib.steps.release import release_fingerprint
    from evallib.store import Tier

    if stays_locked(context, period):
        return context.store.latest(Tier.RELEASED, period.id)
    if is_closed(context, period):
        kept = context.store.latest(Tier.RELEASED, period.id)
        return kept if kept is not None and same_words(context, period, kept) else None
    earlier = [one for one in context.workspace.project.earlier(period) if has_data(context, one)]
    if any(release_is_current(context, one) is None for one in earlier[-1:]):
        return None
    frozen = context.store.latest(Tier.FROZEN, period.id)
    latest = context.store.latest(Tier.RELEASED, period.id)
    if frozen is None or latest is None:
        return None
    if frozen.facts.get("fingerprint") != freeze_fingerprint(context, period):
        return None
    wanted = release_fingerprint(context, frozen, earlier, period)
    return latest if latest.facts.get("fingerprint") == wanted else None
