"""freeze: fix the period's data, pseudonymous, with everything declared at that moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib import __version__
from evallib.codes import LOGS
from evallib.errors import text
from evallib.records import FrozenTable, SourceFile
from evallib.steps.check import Checked, check
from evallib.steps.closed import is_closed
from evallib.steps.context import Context
from evallib.steps.fingerprint import (
    contents_of,
    declared_files,
    hash_bytes,
    hash_mapping,
    read_all,
    received_files,
)
from evallib.steps.project_key import project_key
from evallib.steps.states import stays_locked
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.store import Manifest

# Of the project's identity, what shapes neither data nor results: where things lie, products, later erasure.
NOT_FROZEN = {"language", "report_languages", "store", "retention", "privacy"}


@dataclass(frozen=True)
class Frozen:
    """A freeze. new: False when nothing had changed since the last one."""

    period: Period
    manifest: Manifest
    new: bool


def freeze(context: Context, period: Period, *, again: bool = False) -> Frozen:
    """The period's freeze, made when data or declarations changed since the last (or ``again``).

    The last one of a closed period is kept: what it was made from has been erased. So is that of a locked
    one, until a correction is written.
    """
    from evallib.steps.audit import refuse_missing
    from evallib.store import Tier

    latest = context.store.latest(Tier.FROZEN, period.id)
    if latest is not None and is_closed(context, period):
        context.tell(text("{period} is closed: its last freeze is kept", period=period.id))
        return Frozen(period, latest, new=False)
    if latest is not None and stays_locked(context, period):
        context.tell(text("{period} is locked: its last freeze is kept", period=period.id))
        return Frozen(period, latest, new=False)
    wanted = freeze_fingerprint(context, period)
    if latest is not None and latest.facts.get("fingerprint") == wanted and not again:
        return Frozen(period, latest, new=False)
    refuse_missing(context)
    project_key(context)
    _ = context.targets  # a freeze holds them too; whatever is wrong is said before anything is written
    checked = check(context, period)
    return Frozen(period, _commit(context, checked, wanted), new=True)


def freeze_fingerprint(context: Context, period: Period, received: Mapping[str, bytes] | None = None) -> str:
    """What a freeze depends on, by meaning: the period's received files and rows of logs, what is declared.

    received: contents by name where they are others than those on the disk.
    """
    if received is None:
        received = contents_of(received_files(context.workspace, period))
    return hash_mapping(_received(context, period, received) | _declared(context, period))


def _received(context: Context, period: Period, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Name → hash of each file's bytes; of a log, of the period's rows."""
    from evallib.sources.log_period import stood_in

    parts = {}
    for name, data in contents.items():
        kind = Path(name).stem
        if name.startswith("logs/") and kind in LOGS:
            rows = stood_in(kind, data, name, period.end, context.later(period))
            parts[f"{name} as it stood"] = hash_bytes(json.dumps(rows).encode())
        else:
            parts[name] = hash_bytes(data)
    return parts


def _declared(context: Context, period: Period) -> dict[str, str]:
    """Name → hash of what was declared, as read: comments, spaces and the order of keys mean nothing.

    Of the project all that a freeze and its report rest on, of the questionnaires what this wave asks.
    """
    from evallib.codebook.columns import LeftOut

    project = context.workspace.project
    asked = {name: one.for_wave(period.id) for name, one in sorted(context.questionnaires.items())}
    past = [one.model_dump(include={"id", "start", "end"}) for one in project.earlier(period)]
    own = period.model_dump(exclude={"comparison", "final"})
    identity = project.model_dump(exclude={"periods", *NOT_FROZEN})
    meant: tuple[object, ...] = (context.plan, context.targets, context.mappings, asked, past, own, identity)
    meant += tuple(context.their_codes(period.id).values())
    meant += (context.code_frame,) if context.code_frame else ()
    meant += (context.left_out,) if context.left_out != LeftOut() else ()
    return {"declared": hash_bytes(repr(meant).encode())}


def _commit(context: Context, checked: Checked, fingerprint: str) -> Manifest:
    from evallib.privacy.tables import to_bytes
    from evallib.store import Tier

    store, period = context.store, checked.period
    tiers: dict[str, dict[str, str]] = {"frozen": {}, "text": {}}
    with store.writing("freeze"):
        for table in checked.frozen:
            tiers[table.tier][f"{table.kind}.csv"] = store.put(to_bytes(table))
        tables = hash_mapping(tiers["frozen"])
        for name, data in read_all(declared_files(context.workspace)).items():
            tiers["frozen"][f"declared/{name}"] = store.put(data)
        facts: dict[str, Any] = {
            "fingerprint": fingerprint,
            "evallib": __version__,
            "tables": tables,
            "raw": checked.pulled.manifest.number,
            "key": project_key(context).key_id,
            "files": [_file_facts(one) for one in checked.files],
            "fields": {table.kind: _field_facts(table) for table in checked.frozen},
            "remarks": [[kind, one.code, one.count, one.detail] for kind, one in checked.remarks],
        }
        stamp = context.stamp()
        if tiers["text"]:
            store.commit(Tier.TEXT, period.id, tiers["text"], {"fingerprint": fingerprint}, stamp)
        manifest = store.commit(Tier.FROZEN, period.id, tiers["frozen"], facts, stamp)
    context.tell(text("Frozen: {period}, freeze {number}", period=period.id, number=manifest.number))
    return manifest


def _file_facts(one: SourceFile) -> dict[str, str]:
    """What may be said of a received file; its own name can hold a person's name and stays out."""
    return {
        "sha256": one.sha256,
        "system": one.system,
        "variant": one.variant,
        "encoding": one.encoding,
    }


def _field_facts(table: FrozenTable) -> dict[str, str]:
    return {name: kind.value for name, kind in table.fields.items()}
