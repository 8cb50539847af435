"""Overall numbers that are made from counts by group: a weighted share, the response by class.

Whoever knows the sizes of the groups in the frame can work back from such a number. It leaves only where
every count that it is made from is shown already, or is the sum of counts that are: it tells nothing new.
Made from exact counts it would tell something new beside rounded ones: then it leaves only where these say
the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evallib.privacy.forms import Key
from evallib.privacy.overall import question_of
from evallib.privacy.planning import Plan
from evallib.results import Kind, Mask, ReleasedCell, Result, ResultId
from evallib.results.rounding import AT_LEAST


def hidden_made(
    results: Sequence[Result], plans: Sequence[Plan], threshold: int, to: int = 0
) -> dict[ResultId, Mask]:
    """Masks of results with ``made_from``; by class, too, where few of a class are left over. to: counts by
    group are rounded to its multiples."""
    masks: dict[ResultId, Mask] = {}
    for result in results:
        if not result.made_from or counts_groups(result):
            continue
        if to:
            said = not result.protected and _said(result, plans)
            masks |= {} if said else {result.id_of(cell): Mask.DEPENDENT for cell in result.cells}
            continue
        asked = [one for one in plans if _tells(one, result)]
        known = not question_of(result) or any(one.table.question for one in asked)
        for dim, codes in result.made_from:
            own = [one for one in asked if one.table.background == (dim,)]
            known = (
                known
                and any(not one.table.question for one in own)
                and all(_known(one, codes) for one in own)
            )
        few = any(rest < threshold for rest in _left_over(result))
        if not known or few:
            mask = Mask.DEPENDENT if not known else Mask.WITHHELD
            masks |= {result.id_of(cell): mask for cell in result.cells if cell.value is not None}
    return masks


def counts_groups(result: Result) -> bool:
    """Whether a result is a number of groups that have enough people, as of regions reached."""
    return bool(result.made_from) and result.kind is Kind.COUNT and not result.protected


def as_seen(result: Result, cell: ReleasedCell, cells: Mapping[ResultId, ReleasedCell]) -> ReleasedCell:
    """A number of groups as a reader of the released ``cells`` counts it: shown, with somebody in them.

    The true number would tell how many of the hidden ones are small; where one is hidden, it is a least one.
    """
    if not counts_groups(result) or cell.value is None:
        return cell
    groups = {((dim, code),) for dim, codes in result.made_from for code in codes}
    found = [
        one
        for name, one in cells.items()
        if name.indicator == result.indicator and one.protected and name.dims in groups
    ]
    number = sum(bool(one.count) for one in found if one.mask is None)
    hidden = any(one.mask is not None for one in found)
    return replace(cell, value=float(number), count=number, note=AT_LEAST if hidden else "")


def _said(result: Result, plans: Sequence[Plan]) -> bool:
    """Whether rounded counts say the number as it is: when nobody is in its groups."""
    universes = {result.universe, *result.inputs}
    for dim, codes in result.made_from:
        for plan in plans:
            if plan.table.background != (dim,) or plan.table.universe not in universes or plan.table.question:
                continue
            axis, away = plan.table.axes[0], plan.hidden_keys()
            keys = [((place,), ()) for place, code in enumerate(axis.codes) if code in codes]
            if any(plan.table.value(key) > 0 or key in away for key in keys):
                return False
    return True


def _tells(plan: Plan, result: Result) -> bool:
    """Whether a plan is that of the same people: a profile, or the result's own question."""
    return plan.table.universe == result.universe and plan.table.question in ("", question_of(result))


def _known(plan: Plan, codes: Sequence[str]) -> bool:
    """Whether all that is printed of a group of codes is known to a reader."""
    axis = plan.table.axes[0]
    places = tuple(i for i, code in enumerate(axis.codes) if code in codes)
    shown = set(plan.keys) - plan.hidden_keys()
    rows = {key[-1] for key in (*plan.table.printed, *plan.table.beside.values())}
    return bool(places) and all(_told((places, row), shown) for row in rows)


def _told(key: Key, shown: set[Key]) -> bool:
    return key in shown or all(((place,), key[-1]) in shown for place in key[0])


def _left_over(result: Result) -> Iterator[int]:
    """Who is asked and did not answer, by class: these are as few people as any."""
    for cell in result.cells:
        if cell.dims and cell.base is not None and cell.count is not None:
            yield cell.base - cell.count
