"""Closed periods: what was released stays, because data behind it have been erased.

Erasure closes a released period. From then on its freeze and its results are never made anew: a second
computation from fewer people would change published numbers, and the difference would tell about those
who are gone. The evaluator's words may still change; the report is then built again from the released
tier alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evallib.errors import MissingStepError, text
from evallib.steps.context import Context, has_files, has_rows
from evallib.steps.fingerprint import fingerprints, word_files
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest


def is_closed(context: Context, period: Period) -> bool:
    """Whether data of the period were erased after it was released."""
    from evallib.store import Tier

    manifests = [context.store.latest(tier, period.id) for tier in (Tier.RAW, Tier.FROZEN)]
    return any(one is not None and one.facts.get("closed") is True for one in manifests)


def has_data(context: Context, period: Period) -> bool:
    """Whether the period has received files, or had them until they were erased; or was frozen from logs."""
    from evallib.store import Tier

    if has_files(context, period) or is_closed(context, period):
        return True
    return context.store.latest(Tier.FROZEN, period.id) is not None and has_rows(context, period)


def refuse_closed(context: Context, period: Period) -> None:
    """Raise MissingStepError when received files of the period can't be read any more."""
    if is_closed(context, period):
        raise MissingStepError(
            text("{period} is closed: data behind its release have been erased", period=period.id),
            expected=text("a period whose received files are all there"),
            repair=text("Its report can still be made: evallib report {period}", period=period.id),
        )


def same_words(context: Context, period: Period, released: Manifest) -> bool:
    """Whether the evaluator's words and the emblem are those stored with the release."""
    stored = {
        name: sha
        for name, sha in released.entries.items()
        if name.startswith("commentary/") or name == "emblem"
    }
    return fingerprints(word_files(context.workspace, period)) == stored
