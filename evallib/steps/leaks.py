"""The scan of finished products against everything of persons that the period received."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import EvallibError, PrivacyError, StoreError, text
from evallib.steps.context import Context, open_context
from evallib.steps.fingerprint import declared_files, read_all, word_files
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.records import SourceTable

_SURVEYS, _EVENTS, _OWN = "inbox/limesurvey/", "inbox/events/", ("logs/", "rosters/")
_PEOPLE = (_SURVEYS, _EVENTS, "logs/events.")  # the files that name people, and what events there were


@dataclass(frozen=True)
class Received:
    """What was received of persons in a period, by kind. states: the raw data and open answers it is from."""

    states: tuple[str, ...]
    needles: Mapping[str, frozenset[str]]


def received_below(root: Path, period: str) -> Received:
    """What was received in the workspace at ``root``; a second process reads it while others compute."""
    context = open_context(root)
    return received_of(context, context.period(period))


def up_to_date(context: Context, period: Period, earlier: Callable[[], Received]) -> Received:
    """What was read earlier in the run, unless something has come in or it could not be read: then anew."""
    with suppress(EvallibError):
        found = earlier()
        if found.states == _states(context, period):
            return found
    return received_of(context, period)


def received_of(context: Context, period: Period) -> Received:
    """What no product of the period may hold.

    Raw data that have expired or were erased are not compared with: nothing of them is left to leak.
    """
    from evallib.privacy.scan import needles_of, without
    from evallib.steps.quotes import approvals, text_tables

    states = _states(context, period)
    received, answers = received_tables(context, period, _PEOPLE), text_tables(context, period)
    needles = needles_of(received, answers, _own(context, period))
    approved = [words for one in approvals(context, period) for words in one.texts.values()]
    needles["open answer"] = without(needles.get("open answer", frozenset()), approved)
    return Received(states, {**needles, "key": _keys(context)})


def refuse_leaks(received: Received, files: Mapping[str, bytes]) -> None:
    """Raise PrivacyError naming file and kind, never the text, when a product holds something received."""
    from evallib.privacy.scan import scan

    hits = scan(files, received.needles)
    if hits:
        raise PrivacyError(
            text("Something that was received of a person stands in a finished product"),
            where=", ".join(dict.fromkeys(one.file for one in hits)),
            found=", ".join(dict.fromkeys(one.kind for one in hits)),
            expected=text("products without names, addresses, tokens, codes and unapproved answers"),
            repair=text("Look for it in the logs, the roster and the evaluator's words, and take it out"),
        )


def received_tables(
    context: Context, period: Period, places: tuple[str, ...] = (_SURVEYS, _EVENTS, *_OWN)
) -> list[SourceTable]:
    """The period's tables as they were received: surveys, invitations, attendance, the project's own logs."""
    from evallib.steps.check import read_sources
    from evallib.store import Tier

    raw = context.store.latest(Tier.RAW, period.id)
    if raw is None:
        return []
    contents = {}
    for name, sha in raw.entries.items():
        if name.startswith(places):
            try:
                contents[name] = context.store.get(sha)
            except StoreError:  # erased, and told so by the store's manifest
                continue
    return read_sources(context, period, contents)[0] if contents else []


def _states(context: Context, period: Period) -> tuple[str, ...]:
    from evallib.store import Tier

    latest = [context.store.latest(tier, period.id) for tier in (Tier.RAW, Tier.TEXT)]
    return tuple(one.sha256 if one else "" for one in latest)


def _own(context: Context, period: Period) -> Iterator[str]:
    """What the project wrote or declared itself, and the report's own words; quotes are others' words."""
    from evallib.display.i18n import catalogue
    from evallib.steps.quotes import NAME

    workspace = context.workspace
    files = declared_files(workspace) | word_files(workspace, period)
    for folder in ("logs", "rosters"):
        found = sorted((workspace.surveys / folder).glob("*.csv"))
        files |= {f"{folder}/{path.name}": path for path in found}
    files = {name: path for name, path in files.items() if path.name != NAME}
    for data in read_all(files).values():
        yield data.decode("utf-8-sig", errors="replace")
    for forms in catalogue().values():
        yield from (str(one) for one in forms.values())


def _keys(context: Context) -> frozenset[str]:
    """The pseudonym key where it lies in the environment, as every process here could have written it."""
    where = context.workspace.project.key
    written = os.environ.get(where.removeprefix("env:"), "") if where.startswith("env:") else ""
    return frozenset({written} if len(written) >= 16 else ())
