"""pull: fetch what a period has received into the store, byte for byte, and touch nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evallib.errors import MissingStepError, text
from evallib.steps.closed import refuse_closed
from evallib.steps.context import Context, has_anything
from evallib.steps.fingerprint import hash_mapping, read_all, received_files
from evallib.workspace import Period

if TYPE_CHECKING:
    from pathlib import Path

    from evallib.store import Manifest, Store


@dataclass(frozen=True)
class Pulled:
    """A raw snapshot. new: False when everything lay in the store already."""

    manifest: Manifest
    files: int
    new: bool


def refuse_empty(context: Context, period: Period) -> None:
    """Raise MissingStepError for a period that has received nothing, and of which no log tells."""
    if not has_anything(context, period):
        raise MissingStepError(
            text("Nothing has been received for {period}", period=period.id),
            expected=text("attendance files, survey exports and statistics of the period"),
            where=context.workspace.shown(context.workspace.inbox(period.id)),
            repair=text(
                "Put the files there and run: evallib check {period}. If only the logs tell of it, enter "
                "what was done in surveys/logs; that is enough",
                period=period.id,
            ),
        )


def pull(context: Context, period: Period) -> Pulled:
    """The newest raw snapshot of the period; a new one only when something changed.

    Raises MissingStepError when the period has received nothing, or is closed.
    """
    from evallib.store import Tier

    refuse_closed(context, period)
    refuse_empty(context, period)
    files = received_files(context.workspace, period)
    store = context.store
    with store.writing("pull"):
        entries = {name: _kept(store, name, path) for name, path in files.items()}
        latest = store.latest(Tier.RAW, period.id)
        if latest is not None and hash_mapping(dict(latest.entries)) == hash_mapping(entries):
            return Pulled(latest, len(entries), new=False)
        manifest = store.commit(Tier.RAW, period.id, entries, {}, context.stamp())
    context.tell(text("Received files of {period}: {n}", period=period.id, n=len(entries)))
    return Pulled(manifest, len(entries), new=True)


def _kept(store: Store, name: str, path: Path) -> str:
    """The name of a received file's object; a file is never held whole. InputError where it can't be read."""
    try:
        sha = store.put_file(path)
    except OSError:
        sha = None
    return sha or store.put(read_all({name: path})[name])  # which says what is wrong with it
