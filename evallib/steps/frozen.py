"""Frozen data opened again: tables and frames of a period as they were fixed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evallib.errors import MissingStepError, text
from evallib.records import FrozenTable
from evallib.steps.check import make_frames
from evallib.steps.context import Context
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest
    from evallib.tidy import Frames


def frozen_manifest(context: Context, period: Period) -> Manifest:
    """The period's latest freeze; MissingStepError says how to make one."""
    from evallib.store import Tier

    manifest = context.store.latest(Tier.FROZEN, period.id)
    if manifest is None:
        raise MissingStepError(
            text("{period} has not been frozen", period=period.id),
            repair=text("Run: evallib freeze {period}", period=period.id),
        )
    return manifest


def frozen_tables(context: Context, manifest: Manifest) -> list[FrozenTable]:
    """All frozen tables of a freeze, every cell text."""
    from evallib.privacy.tables import from_bytes

    names = [name for name in manifest.entries if not name.startswith("declared/")]
    return [
        from_bytes(name.removesuffix(".csv"), context.store.get(manifest.entries[name])) for name in names
    ]


def frozen_frames(context: Context, period: Period) -> Frames:
    """The period's frames from its latest freeze, read once a run."""
    manifest = frozen_manifest(context, period)
    if manifest.sha256 not in context.opened:
        found = make_frames(context, period, frozen_tables(context, manifest))
        context.opened[manifest.sha256] = replace(found, key=str(manifest.facts.get("key", "")))
    return context.opened[manifest.sha256]
