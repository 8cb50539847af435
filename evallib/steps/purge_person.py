"""purge --person: one person's data, found from an e-mail address, everywhere in the workspace."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import text
from evallib.privacy.coding_sheet import sheet_without
from evallib.privacy.erasure import (
    Person,
    coded_without,
    person_of,
    table_without,
    tells_of,
    without_person,
)
from evallib.privacy.traces import places_of
from evallib.records import read_whole
from evallib.steps.context import Context
from evallib.steps.everything import every_file
from evallib.steps.fingerprint import read_all, received_files
from evallib.steps.freeze import freeze_fingerprint
from evallib.steps.project_key import project_key, retired_keys
from evallib.steps.purge import Purged, Work, answer_sheets, clear_notebooks, closes, erase, objects_of
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Tier


def purge_person(context: Context, email: str, *, dry_run: bool = False) -> Purged:
    """Erase a person from received files, snapshots, frozen tables, open answers and notebooks.

    The key is needed, and asked for before anything is written. Derived data go first and originals
    last, the lists that say who somebody is after all others, so that a run that was cut short finds the
    person again. ``left`` is what a search over the
    whole workspace finds afterwards.
    """
    key = project_key(context)
    older = retired_keys(context)
    work = Work(context)
    with work.planned(dry_run):
        person = person_of(email, key, _surveys(context), _received(context), _text_ids(context), older)
        nobody = secrets.token_hex(4)
        periods = context.workspace.project.periods
        received = [one for period in periods for one in _plan_period(work, period, person, nobody)]
        for _, path, data in sorted(received, key=lambda one: one[0]):
            work.replace_file(path, data)
        clear_notebooks(work)
        if not dry_run:
            context.tell(text("Erasing, then searching for what is left"))
    found = () if dry_run else tuple(places_of(person.needles, lambda: _everything(context)))
    named = tuple(places_of(sorted(person.names), lambda: _everything(context))) if person.names else ()
    look_at = tuple(one for one in named if one not in found) if not dry_run else ()
    return Purged(not dry_run, tuple(work.objects), tuple(work.files), left=found, look_at=look_at)


def _surveys(context: Context) -> list[str]:
    return sorted(context.questionnaires)


def _received(context: Context) -> Iterator[tuple[str, bytes]]:
    """Every received file that is still there, on the disk or in a snapshot."""
    from evallib.store import Tier

    for period in context.workspace.project.periods:
        yield from read_all(received_files(context.workspace, period)).items()
        for sha, name in objects_of(context, Tier.RAW, period, lambda *_: True).items():
            yield name, context.store.get(sha)


def _text_ids(context: Context) -> set[str]:
    from evallib.privacy.tables import from_bytes
    from evallib.store import Tier

    found: dict[str, str] = {}
    for period in context.workspace.project.periods:
        found |= objects_of(context, Tier.TEXT, period, lambda *_: True)
        found |= objects_of(context, Tier.FROZEN, period, lambda name, _: name == "coding.csv")
    tables = (from_bytes(name.removesuffix(".csv"), context.store.get(sha)) for sha, name in found.items())
    return {str(one) for table in tables for one in table.rows["text_id"]}


def _plan_period(work: Work, period: Period, person: Person, nobody: str) -> list[tuple[int, Path, bytes]]:
    """Frozen tables and open answers first, then snapshots; gives received files to be written after all of
    these, each with how much it tells of who the person is."""
    from evallib.store import Tier

    context = work.context
    on_disk = received_files(context.workspace, period)
    contents = read_all(on_disk)
    changed = {
        name: made
        for name, data in contents.items()
        if (made := without_person(name, data, person, nobody)) != data
    }
    fingerprint = freeze_fingerprint(context, period, contents | changed) if changed else ""
    closing = closes(context, period, work.today())
    for tier in (Tier.TEXT, Tier.FROZEN, Tier.RAW):
        _plan_tier(work, tier, period, person, nobody, fingerprint, closing)
    for path in answer_sheets(context, period):
        data = read_whole(path.name, path)
        own = sheet_without(data, person.texts) if path.suffix == ".xlsx" else coded_without(data, person)
        if own != data:
            work.replace_file(path, own)
    return [(tells_of(name, contents[name], person), on_disk[name], data) for name, data in changed.items()]


def _plan_tier(
    work: Work, tier: Tier, period: Period, person: Person, nobody: str, fingerprint: str, closing: bool
) -> None:
    from evallib.store import Tier, Why

    store = work.context.store
    latest = store.latest(tier, period.id)
    if latest is None:
        return

    def cleaned(name: str, data: bytes) -> bytes:
        if tier is Tier.RAW:
            return without_person(name, data, person, nobody)
        if name.startswith("declared/"):
            return data
        return table_without(name.removesuffix(".csv"), data, person, nobody)

    going = objects_of(
        work.context, tier, period, lambda name, sha: cleaned(name, store.get(sha)) != store.get(sha)
    )
    if not going:
        return
    entries: dict[str, str | bytes] = {}
    for name, sha in latest.entries.items():
        entries[name] = cleaned(name, store.get(sha)) if sha in going else sha
    facts: dict[str, object] = dict(latest.facts)
    if fingerprint and tier is not Tier.RAW and "fingerprint" in facts:
        facts["fingerprint"] = fingerprint
    if closing:
        facts["closed"] = True
    erase(work, latest, entries, going, facts, Why.PERSON)


def _everything(context: Context) -> Iterable[tuple[str, bytes]]:
    """Every file of the workspace and of its store, by the name that an evaluator knows."""
    return ((context.workspace.shown(path), path.read_bytes()) for path in every_file(context.workspace))
