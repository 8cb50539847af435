"""The scan of finished products against everything of persons that the period received."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from evallib.errors import EvallibError, PrivacyError, text
from evallib.steps.context import Context
from evallib.steps.fingerprint import declared_files, read_all, word_files
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.records import FrozenTable, SourceTable

_STATISTICS = "inbox/statistics/"  # nobody is named there


def refuse_leaks(context: Context, period: Period, files: Mapping[str, bytes]) -> None:
    """Raise PrivacyError naming file and kind, never the text, when a product holds something received.

    Raw data that have expired or were erased are not compared with: nothing of them is left to leak.
    """
    from evallib.privacy.scan import needles_of, scan

    needles = needles_of(_received(context, period), _answers(context, period), _own(context, period))
    hits = scan(files, {**needles, "key": _keys(context)})
    if hits:
        raise PrivacyError(
            text("Something that was received of a person stands in a finished product"),
            where=", ".join(dict.fromkeys(one.file for one in hits)),
            found=", ".join(dict.fromkeys(one.kind for one in hits)),
            expected=text("products without names, addresses, tokens, codes and unapproved answers"),
            repair=text("Look for it in the logs, the roster and the evaluator's words, and take it out"),
        )


def _received(context: Context, period: Period) -> list[SourceTable]:
    """The period's tables of people as they were received: surveys, invitations, attendance."""
    from evallib.steps.check import read_sources
    from evallib.store import Tier

    raw = context.store.latest(Tier.RAW, period.id)
    if raw is None:
        return []
    contents = {}
    for name, sha in raw.entries.items():
        if not name.startswith(_STATISTICS):
            try:
                contents[name] = context.store.get(sha)
            except EvallibError:  # erased, and told so by the store's manifest
                continue
    return read_sources(context, period, contents)[0] if contents else []


def _answers(context: Context, period: Period) -> list[FrozenTable]:
    """Open answers of the period's last freeze."""
    from evallib.privacy.tables import from_bytes
    from evallib.store import Tier

    texts = context.store.latest(Tier.TEXT, period.id)
    if texts is None:
        return []
    found = []
    for name, sha in texts.entries.items():
        try:
            found.append(from_bytes(name.removesuffix(".csv"), context.store.get(sha)))
        except EvallibError:  # erased
            continue
    return found


def _own(context: Context, period: Period) -> Iterator[str]:
    """What the project wrote or declared itself, approved quotes among it, and the report's own words."""
    from evallib.display.i18n import catalogue

    workspace = context.workspace
    files = declared_files(workspace) | word_files(workspace, period)
    for folder in ("logs", "rosters"):
        found = sorted((workspace.surveys / folder).glob("*.csv"))
        files |= {f"{folder}/{path.name}": path for path in found}
    for data in read_all(files).values():
        yield data.decode("utf-8-sig", errors="replace")
    for forms in catalogue().values():
        yield from (str(one) for one in forms.values())


def _keys(context: Context) -> frozenset[str]:
    """The pseudonym key where it lies in the environment, as every process here could have written it."""
    where = context.workspace.project.key
    written = os.environ.get(where.removeprefix("env:"), "") if where.startswith("env:") else ""
    return frozenset({written} if len(written) >= 16 else ())
