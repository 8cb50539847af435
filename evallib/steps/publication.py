"""A release opened for display: its results, the earlier ones, and what was declared when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from evallib.declared import parse_declared
from evallib.errors import UsageError, text
from evallib.steps.context import Context
from evallib.steps.release import latest_released, opened, released_before
from evallib.workspace import Period, Project

if TYPE_CHECKING:
    from evallib.display import Publication
    from evallib.plan.words import Words
    from evallib.report.review import Review
    from evallib.report.words import Material
    from evallib.results import Released
    from evallib.store import Manifest


def open_material(
    context: Context, period: Period, comparison: str | None, number: int = 0
) -> tuple[Material, Manifest]:
    """The period's release for display; earlier releases up to ``comparison``, none without one.

    number: of an older release than the newest.

    Raises UsageError when ``comparison`` is no earlier period; one without a release compares with none.

    Plan and identity are those stored with the release, so that a later change of a declared file never
    changes an old report; only the report's languages are those wanted now.
    """
    from evallib.display import Publication
    from evallib.plan import parse_plan
    from evallib.report.words import Material
    from evallib.store import Tier

    released, manifest = latest_released(context, period)
    if number:
        manifest = context.store.manifest(Tier.RELEASED, period.id, number)
        released = opened(context, manifest)
    known = [one.id for one in context.workspace.project.earlier(period)]
    if comparison is not None and comparison not in known:
        raise UsageError(
            text("{period} is compared with {other}", period=period.id, other=comparison),
            expected=text("an earlier period: {known}", known=", ".join(known) or "–"),
            repair=text("Name an earlier period, or leave comparison out"),
        )
    earlier = released_before(context, period)
    kept = [one.period for one in earlier]
    earlier = earlier[: kept.index(comparison) + 1] if comparison in kept else ()
    plan = parse_plan(_declared(context, manifest, "plan.yaml"))
    project = parse_declared(_declared(context, manifest, "project.yaml"), Project, "project.yaml")
    project = project.model_copy(update={"report_languages": context.workspace.project.report_languages})
    publication = Publication(
        released=released,
        earlier=earlier,
        plan=plan,
        questionnaires=context.wave(period.id),
        project=project,
        replaced=_replaced(context, period, released),
    )
    words = stored_words(context, manifest, period.id)
    waiting = reviews_of(context, words, publication, manifest)
    return Material(publication, words, project, reviews=waiting), manifest


def _replaced(context: Context, period: Period, released: Released) -> Released | None:
    """The published release that this one was made after."""
    from evallib.store import Tier

    since: Any = released.facts.get("since_published") or {}
    if "release" not in since:
        return None
    return opened(context, context.store.manifest(Tier.RELEASED, period.id, since["release"]))


def reviews_of(
    context: Context, words: Words, publication: Publication, manifest: Manifest
) -> Mapping[tuple[str, str], Review]:
    """The chapter texts that were written for other results than the release's, or translated from other
    words."""
    from evallib.report.review import reviews
    from evallib.store import Tier

    def before(numbers: str) -> Released | None:
        past = context.store.manifests(Tier.RELEASED, words.period)
        same = [one for one in past if one.facts.get("numbers") == numbers]
        return opened(context, same[-1]) if same else None

    return reviews(words, publication, str(manifest.facts.get("numbers")), before)


def stored_words(context: Context, manifest: Manifest, period: str) -> Words:
    """The evaluator's words as they were stored with the release."""
    from evallib.plan.words import load_words

    with TemporaryDirectory(prefix="evallib-") as folder:
        words = Path(folder) / "commentary" / period
        words.mkdir(parents=True)
        for name, sha in manifest.entries.items():
            if name.startswith("commentary/"):
                (words / Path(name).name).write_bytes(context.store.get(sha))
        return load_words(Path(folder), period)


def _declared(context: Context, manifest: Manifest, name: str) -> str:
    return context.store.get(manifest.entries[f"declared/{name}"]).decode("utf-8-sig")
