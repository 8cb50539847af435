"""The door out: results become released cells; who could be found in them is hidden.

The rules and how they are tested: docs/privacy.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from evallib.plan.model import Dimension, Policy
from evallib.privacy.attack import WAITS, State, attack, told_of
from evallib.privacy.breakdowns import Table, across, background_of, group_of, tables
from evallib.privacy.coded import hidden_coded, is_coded
from evallib.privacy.drafts import Draft, Earlier, Step
from evallib.privacy.findings import UNDECIDED, stop_if_found
from evallib.privacy.forms import Key
from evallib.privacy.made_from import as_seen, counts_groups, hidden_made
from evallib.privacy.masks import MaskPlan
from evallib.privacy.overall import hidden_overall, loose_masks, question_of, survey_universes
from evallib.privacy.pairs import hidden_pairs
from evallib.privacy.planning import Plan, plan_later, plan_table
from evallib.privacy.sums import hidden_sums
from evallib.results import Cell, Kind, Mask, ReleasedCell, Result, ResultId
from evallib.results.rounding import base_of, rounded, smallest

__all__ = ["Draft", "MaskPlan", "door_out", "hidden_loose"]


def door_out(
    results: Sequence[Result],
    policy: Policy,
    dimensions: Sequence[Dimension] = (),
    kept: MaskPlan | None = None,
    drafts: Sequence[Draft] = (),
    beside: Mapping[ResultId, Mask] | None = None,
) -> tuple[dict[ResultId, ReleasedCell], MaskPlan]:
    """All results as cells that may be shown, in their order, and the masking plan that was followed.

    A number of a declared wider class leaves only where it may be shown and one of its own classes is
    hidden. kept: the plan of this period's last release; what it hid stays hidden, and what it rounded or
    told exactly stays so whatever the policy says by now. drafts: the period's earlier releases, oldest
    first. beside: what must be hidden because of what else was told (feedback on single events).
    Raises PrivacyError when the attack on the outcome still finds somebody.
    """
    earlier = Earlier(kept or MaskPlan(rounded=base_of(policy.masking)), drafts, dimensions)
    to = earlier.kept.rounded
    overall = hidden_overall(results, policy, survey_universes(results)) | dict(beside or {})
    families, loose = tables([one for one in results if one.protected], dimensions)
    closed = _closed(results, overall)
    plans = [plan for family in families for plan in _plans(family, closed, policy.threshold, earlier)]
    masks = {one: mask for one, mask in earlier.kept.masks.items() if mask is not Mask.LATE} | overall
    masks |= hidden_loose(loose, plans, policy.threshold, to)
    masks |= hidden_coded(results, policy, masks, [one.cells for one in drafts])
    for plan in plans:
        masks |= _masks_of(plan)
    cells = _released(results, masks, plans, earlier, policy.threshold)
    for i, plan in enumerate(plans):
        past = earlier.told(plan.table)
        found = attack(_state(plan, cells), past, policy.threshold, plan.worlds)
        if not found:
            continue
        plan.short |= any(one.kind == UNDECIDED for one in found)
        plans[i] = plan.nothing_shown(Mask.WITHHELD)  # mask more, never less
        masks |= _masks_of(plans[i])
        cells = _released(results, masks, plans, earlier, policy.threshold)
        stop_if_found(attack(_state(plan, cells), past, policy.threshold))
    masks |= hidden_made(results, plans, policy.threshold, to) | hidden_pairs(
        results, masks, policy.threshold
    )
    cells = _released(results, masks, plans, earlier, policy.threshold)
    masks |= hidden_sums(results, cells, drafts, policy.threshold)
    cells = _released(results, masks, plans, earlier, policy.threshold)
    wider = {(one.code, name) for one in dimensions for name in one.merges}
    needless = _needless(plans, wider)
    told = {
        one: cell
        for one, cell in cells.items()
        if not wider & set(one.dims) or (cell.mask is None and one not in needless)
    }
    short = [one.table.name for one in plans if one.short]
    return told, MaskPlan.of(cells, earlier.kept, to, short)


def _state(plan: Plan, cells: Mapping[ResultId, ReleasedCell]) -> State:
    return State(plan.table, told_of(plan.table, cells))


def _closed(results: Sequence[Result], overall: Mapping[ResultId, Mask]) -> set[tuple[str, str]]:
    """Questions whose overall distribution is hidden: nothing is told of them by background either."""
    hidden = [one for one in results if any(one.id_of(cell) in overall for cell in one.cells)]
    return {(one.universe, question_of(one)) for one in hidden if question_of(one)}


def _plans(
    family: Sequence[Table], closed: Collection[tuple[str, str]], threshold: int, earlier: Earlier
) -> Iterator[Plan]:
    """The plans of a profile and of the questions by the same backgrounds."""
    before = [earlier.of(table) for table in family]
    new, to = any(one.step is not Step.SAME for one in before), earlier.kept.rounded
    sizes: Plan | None = None
    for table, past in zip(family, before, strict=True):
        step = past.step
        if sizes is not None and sizes.mask is Mask.LATE and step is not Step.SAME:
            step = Step.WAIT
        if step is Step.SAME and not table.question and new:
            step = Step.PLAN  # nothing new is told, but the questions need the proof
        if step is Step.SAME:
            yield Plan.as_before(table, past.shown, threshold)
            continue
        plan = None
        if (table.universe, table.question) in closed:
            plan = Plan.unplanned(table, threshold, Mask.WITHHELD)
        elif step is Step.PLAN:
            plan = plan_table(table, threshold, sizes, past.hidden, past.shown, rounded=to)
        elif step is Step.LATER and past.first is not None:
            told = past.hidden, past.shown
            plan = plan_later(table, past.first, threshold, sizes, *told, rounded=to)
        plan = plan or Plan.unplanned(table, threshold, Mask.LATE)
        sizes = sizes if table.question else plan
        yield plan


def _masks_of(plan: Plan) -> dict[ResultId, Mask]:
    if plan.settled:
        return {}
    away = plan.hidden_keys()
    return {one: plan.mask for key, ids in plan.table.own().items() if key in away for one in ids}


def _needless(plans: Sequence[Plan], wider: set[tuple[str, str]]) -> set[ResultId]:
    """Counts of wider classes (dim, class) of which nothing is hidden."""
    found: set[ResultId] = set()
    for plan in plans:
        away: dict[tuple[int, ...], list[Key]] = {}
        for hidden in plan.hidden_keys():
            away.setdefault(hidden[-1], []).append(hidden)
        for key, ids in plan.table.own().items():
            united = [one for one in ids if wider & set(one.dims)]
            if united and not any(_inside(hidden, key) for hidden in away.get(key[-1], ())):
                found.update(united)
    return found


def _inside(one: Key, whole: Key) -> bool:
    """Whether a count is a part of another: the same answers of a smaller group."""
    pairs = list(zip(one[:-1], whole[:-1], strict=True))
    smaller = all(bool(part) == bool(places) and set(part) <= set(places) for part, places in pairs)
    return one != whole and one[-1] == whole[-1] and smaller


def hidden_loose(
    loose: Sequence[Result], plans: Sequence[Plan], threshold: int, to: int = 0
) -> dict[ResultId, Mask]:
    """Protected results outside the tables: statistics of groups, single figures, what does not add up.

    to: where counts are rounded to its multiples, whatever else is computed from exact ones is hidden.
    """
    asked: dict[tuple[str, str, tuple[str, ...]], list[Plan]] = {}
    for plan in plans:
        asked.setdefault((plan.table.universe, plan.table.question, plan.table.background), []).append(plan)
    masks: dict[ResultId, Mask] = {}
    for result in loose:
        masks |= dict(loose_masks(result, threshold, to))
        if to:
            masks |= {result.id_of(one): Mask.DEPENDENT for one in result.cells if not _counted(result, one)}
        by, question = background_of(result), question_of(result)
        if not by:
            continue
        found = asked.get((result.universe, question, by), []) if question else []
        told = bool(found) and result.kind not in (Kind.COUNT, Kind.SHARE) and not result.of_reports
        for cell in result.cells:
            if not told:
                masks[result.id_of(cell)] = Mask.WITHHELD
            elif any(plan.touches(group_of(cell)) for plan in found):
                masks[result.id_of(cell)] = Mask.DEPENDENT
    return masks


def _released(
    results: Sequence[Result],
    masks: Mapping[ResultId, Mask],
    plans: Sequence[Plan],
    earlier: Earlier,
    threshold: int,
) -> dict[ResultId, ReleasedCell]:
    """The cells as they leave: what waits, as in the last release; no base that is hidden."""
    without = {one for plan in plans for one in plan.without_base()}
    last, cells, to = earlier.cells(), {}, earlier.kept.rounded
    for result in results:
        for cell in () if across(result) else result.cells:
            name = result.id_of(cell)
            released = _release(result, cell, masks.get(name), name not in without)
            if to and result.protected and released.mask is None and not is_coded(result):
                released = _rounded(result, released, to, smallest(threshold, to))
            if released.mask is Mask.LATE and name in last:
                released = replace(last[name], note=WAITS if last[name].mask is None else last[name].note)
            cells[name] = released
    for result in filter(counts_groups, results):
        cells |= {name: as_seen(result, cells[name], cells) for name in map(result.id_of, result.cells)}
    return cells


def _counted(result: Result, cell: Cell) -> bool:
    """Whether a cell is a count of people or a share of them, which can be made of rounded counts."""
    if result.kind is Kind.COUNT:
        return cell.count is not None and cell.value in (None, cell.count)
    return result.kind is Kind.SHARE and cell.count is not None and cell.base is not None


def _rounded(result: Result, cell: ReleasedCell, to: int, least: int) -> ReleasedCell:
    """A count or share of rounded numbers, without what only exact ones can tell: an interval, or that the
    base is under a floor. All people together are told exactly elsewhere, so not beside each group again."""
    assert cell.count is not None, f"{cell.id} is no count, and should be hidden"
    count = rounded(cell.count, to)
    everybody = cell.base if not result.denominator and cell.kind is Kind.COUNT else None
    kept = None if everybody or cell.base is None or 0 < cell.base < least else cell.base
    base = None if kept is None else rounded(kept, to)
    told = replace(cell, count=count, base=base, interval=None, rounded=to)
    if cell.kind is Kind.COUNT:
        return replace(told, value=None if cell.value is None else count)
    return replace(told, value=count / base, note="") if base else told


def _release(result: Result, cell: Cell, mask: Mask | None, based: bool) -> ReleasedCell:
    """A cell as it leaves. A masked one has no number and no note; how many answered in a group leaves
    without the size of the group, which would tell how many did not. A share would tell its base."""
    if mask is None and result.kind is Kind.SHARE and not based:
        mask = Mask.DEPENDENT
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
        base=cell.base if shown and based and not alone else None,
        interval=cell.interval if shown else None,
        note=cell.note if shown else "",
        mask=mask,
        protected=result.protected,
        method=result.method,
        function=result.function,
        sources=result.sources,
        inputs=result.inputs,
    )
