"""A release opened for display: its results, the earlier ones, and what was declared when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evallib.declared import parse_declared
from evallib.steps.context import Context
from evallib.steps.release import latest_released, released_before
from evallib.workspace import Period, Project

if TYPE_CHECKING:
    from evallib.display import Publication
    from evallib.plan.words import Words
    from evallib.store import Manifest


def open_publication(
    context: Context, period: Period, comparison: str | None
) -> tuple[Publication, Manifest]:
    """The period's release for display; earlier releases up to ``comparison``, none without one.

    Plan, questionnaires and identity are those stored with the release, so that a later change of a
    declared file never changes an old report.
    """
    from evallib.display import Publication
    from evallib.plan import parse_plan

    released, manifest = latest_released(context, period)
    earlier = released_before(context, period)
    kept = [one.period for one in earlier]
    if comparison is None:
        earlier = ()
    elif comparison in kept:
        earlier = earlier[: kept.index(comparison) + 1]
    plan = parse_plan(_declared(context, manifest, "plan.yaml"))
    project = parse_declared(_declared(context, manifest, "project.yaml"), Project, "project.yaml")
    publication = Publication(
        released=released,
        earlier=earlier,
        plan=plan,
        questionnaires=context.wave(period.id),
        project=project,
        words=stored_words(context, manifest),
    )
    return publication, manifest


def stored_words(context: Context, manifest: Manifest) -> Words:
    """The evaluator's words as they were stored with the release."""
    from evallib.plan.words import parse_words

    prefix = "commentary/"
    return parse_words(
        {
            name.removeprefix(prefix): context.store.get(sha).decode("utf-8")
            for name, sha in manifest.entries.items()
            if name.startswith(prefix)
        }
    )


def _declared(context: Context, manifest: Manifest, name: str) -> str:
    return context.store.get(manifest.entries[f"declared/{name}"]).decode("utf-8-sig")
