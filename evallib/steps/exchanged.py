"""Whether a release is still the one that was made: held against all that was made of it and after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from evallib.errors import StoreError, text
from evallib.steps.context import Context
from evallib.steps.release import RESULTS, attacked
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest


def refuse_exchanged(context: Context, period: Period) -> None:
    """Raise StoreError when a release of the period, or of one before it, is not the one that was made.

    Results, manifest and HEAD can be exchanged together, so that their hashes fit each other. What was
    recorded elsewhere still tells: the attack that the results passed, the next release, products, acts of
    publishing, and what lies in ``outputs/``.
    """
    from evallib.store import Tier

    for one in (*context.workspace.project.earlier(period), period):
        for release in context.store.manifests(Tier.RELEASED, one.id):
            if not attacked(release) or not all(_witnesses(context, release)):
                raise StoreError(
                    text(
                        "Release {number} of {period} is not the one that was made: its results were changed",
                        number=release.number,
                        period=one.id,
                    ),
                    where=f"surveys/store/manifests/released/{one.id}/{release.number:06d}.json",
                    expected=text("the results that passed the attack and that its reports print"),
                    repair=text(
                        "Restore the store from a backup. Or make it anew: evallib report {period} --again",
                        period=one.id,
                    ),
                )


def _witnesses(context: Context, release: Manifest) -> Iterator[bool]:
    """What others say of a release: whether they name its results."""
    from evallib.store import Tier

    results = release.entries[RESULTS]
    for after in context.store.manifests(Tier.RELEASED, release.period):
        if after.number == release.number + 1:
            yield after.previous == release.sha256
    for products in context.store.manifests(Tier.PRODUCTS, release.period):
        if products.facts.get("release") == release.number:
            yield products.entries.get(RESULTS) == results
    for act in context.store.manifests(Tier.PUBLISHED, release.period):
        if act.facts.get("release") == release.number and act.facts.get("numbers"):
            yield act.facts["numbers"] == release.facts.get("numbers")
    folder = context.workspace.outputs / release.period
    with suppress(OSError, ValueError, TypeError, KeyError):
        told = json.loads((folder / "run.json").read_bytes())
        if told["release"] == release.number:
            yield told["release_sha256"] == release.sha256
