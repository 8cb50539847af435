"""audit: everything released, attacked as by somebody who holds it all; the same before a report leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import MissingStepError, PrivacyError, Text, UsageError, text
from evallib.steps.closed import is_closed
from evallib.steps.context import Context
from evallib.steps.feedback import feedback_findings
from evallib.steps.release import attacked, drafts_of, network_findings, opened
from evallib.steps.states import official
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.privacy.door_out import Draft
    from evallib.privacy.findings import Finding
    from evallib.store import Manifest


@dataclass(frozen=True)
class Audited:
    """findings: each with its period. closed: periods that were attacked when they were released, and whose
    data are erased. files: the audit forms that were written."""

    periods: tuple[str, ...]
    findings: tuple[tuple[str, Finding], ...]
    closed: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def audit(context: Context, wanted: Sequence[str] = (), write: Path | None = None) -> Audited:
    """Attack all releases of the periods asked for, or of all that have one; write: a folder for the forms.

    Raises MissingStepError for a period without a release, PrivacyError when a published release is missing
    or was changed and can't be judged any more, UsageError for a folder among the products.
    """
    if write is not None and write.resolve().is_relative_to(context.workspace.outputs.resolve()):
        raise UsageError(
            text("The audit forms don't belong among the products"),
            where=context.workspace.shown(write),
            repair=text("Name a folder outside outputs/"),
        )
    refuse_missing(context)
    periods = [context.period(one) for one in wanted] or context.workspace.project.periods
    chosen = [one for one in periods if wanted or _releases(context, one)]
    for one in chosen or periods[:1]:
        if not _releases(context, one):
            raise MissingStepError(
                text("Nothing has been released for {period}", period=one.id),
                repair=text("Run: evallib report {period}", period=one.id),
            )
    closed = [one for one in chosen if _only_kept(context, one)]
    opened: dict[str, list[Draft]] = {}
    found: list[tuple[str, Finding]] = []
    for one in chosen:
        if one not in closed:
            opened[one.id], findings = _attacked(context, one)
            found += [(one.id, finding) for finding in findings]
    files = _write_forms(context, opened, write) if write is not None else ()
    return Audited(
        tuple(one.id for one in chosen), tuple(found), tuple(one.id for one in closed), tuple(files)
    )


def refuse_findings(context: Context, period: Period) -> None:
    """Raise PrivacyError when a release that a report of the period would print gives somebody away.

    A release passed the attack when it was made; it is attacked anew where it is no longer the same.
    """
    from evallib.privacy.findings import stop_if_found

    for one in (*context.workspace.project.earlier(period), period):
        releases = _releases(context, one)
        if all(attacked(release) for release in releases) or _only_kept(context, one):
            continue
        _, found = _attacked(context, one)
        compared = official(context, one)
        printed = {len(releases), compared.number if compared else 0}
        stop_if_found([finding for finding in found if finding.release in printed])


def refuse_missing(context: Context) -> None:
    """Raise PrivacyError when something published is no longer in the store: nothing may leave that was not
    held against it."""
    for period, number in missing(context):
        raise PrivacyError(
            gone(period, number),
            where="surveys/store",
            expected=text("every release that somebody may hold"),
            repair=text("Restore the store from a backup"),
        )


def gone(period: str, number: int) -> Text:
    """What is said of a release that others name and the store does not have."""
    return text("Release {number} of {period} is missing from the store", number=number, period=period)


def missing(context: Context) -> Iterator[tuple[str, int]]:
    """(period, number) of releases that others name, or ``outputs/`` holds, and the store does not have."""
    from evallib.store import Tier

    for period, number in dict.fromkeys(_published(context)):
        if len(context.store.manifests(Tier.RELEASED, period)) < number:
            yield period, number


def _published(context: Context) -> Iterator[tuple[str, int]]:
    """Releases that others name: later releases, products, and what lies in outputs/."""
    from evallib.store import Tier

    store = context.store
    for tier in (Tier.RELEASED, Tier.PRODUCTS):
        for manifest in (one for period in store.periods(tier) for one in store.manifests(tier, period)):
            earlier = manifest.facts.get("earlier") or {}
            assert isinstance(earlier, Mapping)
            yield from ((period, int(str(number))) for period, number in earlier.items())
            if tier is Tier.PRODUCTS:
                yield manifest.period, int(str(manifest.facts["release"]))
    for path in sorted(context.workspace.outputs.glob("*/run.json")):
        with suppress(ValueError, KeyError, TypeError):  # not ours
            record = json.loads(path.read_bytes())
            yield str(record["period"]), int(record["release"])


def _releases(context: Context, period: Period) -> list[Manifest]:
    from evallib.store import Tier

    return context.store.manifests(Tier.RELEASED, period.id)


def _only_kept(context: Context, period: Period) -> bool:
    """Whether a period's data are erased and its releases are those that were attacked."""
    if not is_closed(context, period):
        return False
    if not all(attacked(one) for one in _releases(context, period)):
        raise PrivacyError(
            text("A release of {period} was changed, and the data to judge it are erased", period=period.id),
            where="surveys/store",
            repair=text("Restore the store from a backup"),
        )
    return True


def _attacked(context: Context, period: Period) -> tuple[list[Draft], list[Finding]]:
    """The releases of a period, and what they give away."""
    from evallib.privacy.selfattack import attack_releases

    context.tell(text("Attacking the releases of {period}", period=period.id))
    drafts = drafts_of(context, period)
    found = attack_releases(drafts, context.plan.policy, context.plan.dimensions)
    for number, manifest in enumerate(_releases(context, period), start=1):
        drawn = network_findings(context, period, opened(context, manifest).facts)
        drawn += feedback_findings(context, period, manifest, drafts[number - 1])
        found += [replace(finding, release=number) for finding in drawn]
    return drafts, found


def _write_forms(context: Context, opened: Mapping[str, Sequence[Draft]], folder: Path) -> Iterator[Path]:
    """One JSON file a question, for the owner's eyes."""
    from evallib.privacy.audit import audit_forms
    from evallib.steps.one_file import write_private

    documents = {
        f"{period}/{number}/results.json": draft
        for period, drafts in opened.items()
        for number, draft in enumerate(drafts, start=1)
    }
    plan = context.plan
    for name, form in audit_forms(documents, plan.policy.threshold, plan.dimensions).items():
        path = folder / f"{name.replace(' ', '_')}.json"
        data = (json.dumps(form, ensure_ascii=False, indent=1) + "\n").encode()
        write_private(path, data)
        yield path
