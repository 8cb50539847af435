"""The door out: results become released cells; who could be found in them is hidden.

The rules and how they are tested: docs/privacy.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from evallib.errors import DeclarationError, text
from evallib.plan.model import Dimension, Policy
from evallib.privacy.attack import attack, stop_if_found
from evallib.privacy.breakdowns import Sum, Table, background_of, group_of, tables
from evallib.privacy.late import is_late
from evallib.privacy.masks import MaskPlan
from evallib.privacy.overall import hidden_overall, loose_masks, question_of, survey_universes
from evallib.privacy.suppress import Plan, suppress
from evallib.results import Cell, Dims, Kind, Mask, Released, ReleasedCell, Result, ResultId

__all__ = ["MaskPlan", "door_out"]


def door_out(
    results: Sequence[Result],
    policy: Policy,
    dimensions: Sequence[Dimension] = (),
    before: Sequence[Released] = (),
    kept: MaskPlan | None = None,
) -> tuple[dict[ResultId, ReleasedCell], MaskPlan]:
    """All results as cells that may be shown, in their order, and the masking plan that was followed.

    before: releases of earlier periods; kept: the plan of this period's last release. What they hid stays
    hidden. Raises PrivacyError when the attack on the outcome still finds somebody, DeclarationError for
    a way of masking that is not built.
    """
    _check(policy)
    earlier = _earlier(before, kept)
    masks = hidden_overall(results, policy, survey_universes(results))
    families, loose = tables([one for one in results if one.protected])
    closed = _closed(results, masks)
    plans = [plan for family in families for plan in _plans(family, closed, policy.threshold, earlier)]
    for plan in plans:
        masks |= _masks_of(plan)
    masks |= _loose(loose, plans, policy.threshold)
    masks = {one: mask for one, mask in earlier.masks.items() if mask is not Mask.LATE} | masks
    cells = _released(results, masks)
    for plan in plans:
        if attack(plan.table, cells, policy.threshold, plan.others):  # mask more, never less
            nothing = Plan.nothing_shown(plan.table, policy.threshold, Mask.WITHHELD)
            masks |= _masks_of(nothing)
            cells = _released(results, masks)
            stop_if_found(attack(plan.table, cells, policy.threshold))
    return cells, MaskPlan.of(cells, earlier)


def _check(policy: Policy) -> None:
    if policy.masking != "suppress":
        raise DeclarationError(
            text("Numbers can be hidden, but not rounded"),
            expected="masking: suppress",
            found=f"masking: {policy.masking}",
            where="surveys/plan.yaml",
            repair=text("Write masking: suppress"),
        )


def _earlier(before: Sequence[Released], kept: MaskPlan | None) -> MaskPlan:
    masks: dict[ResultId, Mask] = {}
    for released in before:
        masks |= {one.id: one.mask for one in released.cells.values() if one.mask is not None}
    return MaskPlan(masks | dict(kept.masks if kept else {}), dict(kept.shown) if kept else {})


def _closed(results: Sequence[Result], overall: Mapping[ResultId, Mask]) -> set[tuple[str, str]]:
    """Questions whose overall distribution is hidden: nothing is told of them by background either."""
    hidden = [one for one in results if any(one.id_of(cell) in overall for cell in one.cells)]
    return {(one.universe, question_of(one)) for one in hidden if question_of(one)}


def _plans(
    family: Sequence[Table], closed: Collection[tuple[str, str]], threshold: int, earlier: MaskPlan
) -> Iterator[Plan]:
    """The plans of a profile and of the questions by the same background: hidden groups stay hidden."""
    groups: set[Dims] = set()
    for table in family:
        if is_late(table, earlier, threshold):
            yield Plan.nothing_shown(table, threshold, Mask.LATE)
        elif (table.universe, table.question) in closed:
            yield Plan.nothing_shown(table, threshold, Mask.WITHHELD)
        else:
            plan = suppress(table, threshold, _forced(table, groups, earlier))
            if not table.question and plan.mask is not Mask.WITHHELD:
                groups |= {table.groups[one.group] for one in plan.hidden}
            yield plan


def _forced(table: Table, groups: Collection[Dims], earlier: MaskPlan) -> set[Sum]:
    """What is hidden before anything is computed: groups of hidden size, and what was hidden before."""
    forced = {what for what, ids in table.published.items() if any(_sticks(earlier, one) for one in ids)}
    for place, group in enumerate(table.groups):
        if table.question and group in groups:
            forced |= {table.size_of(place), *table.column(place)}
    return forced


def _sticks(earlier: MaskPlan, one: ResultId) -> bool:
    return earlier.masks.get(one, Mask.LATE) is not Mask.LATE


def _masks_of(plan: Plan) -> dict[ResultId, Mask]:
    hidden = plan.hidden - plan.table.sizes()
    return {one: plan.mask for what in hidden for one in plan.table.published.get(what, ())}


def _loose(loose: Sequence[Result], plans: Sequence[Plan], threshold: int) -> dict[ResultId, Mask]:
    """Protected results outside the tables: statistics of groups, single figures, what does not add up."""
    touched = {
        (plan.table.universe, plan.table.question, plan.table.groups[one.group])
        for plan in plans
        for one in plan.hidden
    }
    asked = {(plan.table.universe, plan.table.question, plan.table.background) for plan in plans}
    masks: dict[ResultId, Mask] = {}
    for result in loose:
        masks |= dict(loose_masks(result, threshold))
        by, key = background_of(result), (result.universe, question_of(result))
        if not by:
            continue
        told = bool(key[1]) and (*key, by) in asked and result.kind not in (Kind.COUNT, Kind.SHARE)
        for cell in result.cells:
            if not told:
                masks[result.id_of(cell)] = Mask.WITHHELD
            elif (*key, group_of(cell)) in touched:
                masks[result.id_of(cell)] = Mask.DEPENDENT
    return masks


def _released(results: Sequence[Result], masks: Mapping[ResultId, Mask]) -> dict[ResultId, ReleasedCell]:
    return {
        result.id_of(cell): _release(result, cell, masks.get(result.id_of(cell)))
        for result in results
        for cell in result.cells
    }


def _release(result: Result, cell: Cell, mask: Mask | None) -> ReleasedCell:
    """A cell as it leaves. A masked one has no number and no note; how many answered in a group leaves
    without the size of the group, which would tell how many did not."""
    shown = mask is None
    if mask is Mask.SECONDARY and result.kind is not Kind.COUNT:
        mask = Mask.DEPENDENT
    alone = result.protected and bool(question_of(result)) and not result.denominator
    return ReleasedCell(
        id=result.id_of(cell),
        kind=result.kind,
        unit=result.unit,
        value=cell.value if shown else None,
        count=cell.count if shown else None,
        base=cell.base if shown and not alone else None,
        interval=cell.interval if shown else None,
        note=cell.note if shown else "",
        mask=mask,
        protected=result.protected,
        method=result.method,
        function=result.function,
        sources=result.sources,
        inputs=result.inputs,
    )
