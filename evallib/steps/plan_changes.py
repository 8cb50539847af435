"""What was changed in the declared comparisons and the rules after the period's data were first frozen."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from evallib.errors import DeclarationError
from evallib.steps.context import Context
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.plan.model import Comparison, Plan
    from evallib.store import Manifest


def plan_changes(context: Context, frozen: Manifest) -> list[dict[str, Any]]:
    """A record a changed comparison, oldest first: ``change`` (added, removed, changed), the freeze and its
    day, and the comparison as it stands (as it stood, where it was removed).

    Each freeze up to this one is held against the one before it. A plan that this version can't read tells
    nothing.
    """
    found: list[dict[str, Any]] = []
    for (_, old), (freeze, new) in pairwise(_plans(context, frozen.period, frozen.number)):
        before, declared = ({one.code: one for one in plan.comparisons} for plan in (old, new))
        for code in dict.fromkeys([*before, *declared]):
            was, now = before.get(code), declared.get(code)
            if was != now:
                change = "added" if was is None else "removed" if now is None else "changed"
                about = (now or was).model_dump(mode="json")  # type: ignore[union-attr]
                found.append({"change": change, **_when(freeze), "comparison": about})
    return found


def rule_changes(context: Context, frozen: Manifest) -> list[dict[str, Any]]:
    """A record a rule of the plan that another freeze changed: its name, the freeze and its day, ``was`` and
    ``now``; oldest first."""
    found: list[dict[str, Any]] = []
    for (_, old), (freeze, new) in pairwise(_plans(context, frozen.period, frozen.number)):
        before, after = (plan.policy.model_dump(mode="json") for plan in (old, new))
        for rule in after:
            if before[rule] != after[rule]:
                both = {"was": before[rule], "now": after[rule]}
                found.append({"rule": rule, **_when(freeze), **both})
    return found


def withdrawn(context: Context, period: Period) -> tuple[str, ...]:
    """The family of each comparison that a freeze of the period declared and today's plan no longer has, or
    has with another item or kind: it keeps its place in the correction of that family.
    """
    declared: dict[tuple[str, str, str], Comparison] = {}
    for _, plan in _plans(context, period.id):
        declared |= {_tested(one): one for one in plan.comparisons}
    today = {_tested(one) for one in context.plan.comparisons}
    return tuple(one.family for what, one in declared.items() if what not in today)


def _tested(one: Comparison) -> tuple[str, str, str]:
    return one.family, one.item, one.kind


def _when(freeze: Manifest) -> dict[str, Any]:
    return {"freeze": freeze.number, "date": freeze.created[:10]}


def _plans(context: Context, period: str, last: int | None = None) -> list[tuple[Manifest, Plan]]:
    """Each freeze of a period, up to the last of these, with the plan that it kept, where it can be read."""
    from evallib.plan import parse_plan
    from evallib.store import Tier

    found: list[tuple[Manifest, Plan]] = []
    for one in context.store.manifests(Tier.FROZEN, period)[:last]:
        sha = one.entries.get("declared/plan.yaml")
        if sha is None or sha in context.store.erased():
            continue
        try:
            found.append((one, parse_plan(context.store.get(sha).decode("utf-8-sig"))))
        except DeclarationError:
            continue
    return found
