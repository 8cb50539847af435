"""What was changed in the declared comparisons after the period's data were first frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evallib.errors import DeclarationError
from evallib.steps.context import Context

if TYPE_CHECKING:
    from evallib.plan.model import Comparison
    from evallib.store import Manifest


def plan_changes(context: Context, frozen: Manifest) -> list[dict[str, Any]]:
    """A record a change, oldest first: ``change`` (added, removed, changed), the freeze and its day, and the
    comparison as it stands (as it stood, where it was removed).

    Each freeze up to this one is held against the one before it. A plan that this version can't read tells
    nothing.
    """
    from evallib.store import Tier

    found: list[dict[str, Any]] = []
    before: dict[str, Comparison] | None = None
    for one in context.store.manifests(Tier.FROZEN, frozen.period)[: frozen.number]:
        declared = _declared(context, one)
        if declared is None:
            continue
        if before is not None and declared != before:
            for code in dict.fromkeys([*before, *declared]):
                was, now = before.get(code), declared.get(code)
                if was != now:
                    change = "added" if was is None else "removed" if now is None else "changed"
                    about = (now or was).model_dump(mode="json")  # type: ignore[union-attr]
                    when = {"freeze": one.number, "date": one.created[:10]}
                    found.append({"change": change, **when, "comparison": about})
        before = declared
    return found


def _declared(context: Context, frozen: Manifest) -> dict[str, Comparison] | None:
    from evallib.plan import parse_plan

    sha = frozen.entries.get("declared/plan.yaml")
    if sha is None or sha in context.store.erased():
        return None
    try:
        plan = parse_plan(context.store.get(sha).decode("utf-8-sig"))
    except DeclarationError:
        return None
    return {one.code: one for one in plan.comparisons}
