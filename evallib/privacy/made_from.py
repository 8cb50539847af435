"""Overall numbers that are made from counts by group: a weighted share, the response by class.

Whoever knows the sizes of the groups in the frame can work back from such a number. It leaves only where
every count that it is made from is shown already, or is the sum of counts that are: it tells nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evallib.privacy.forms import Key
from evallib.privacy.overall import question_of
from evallib.privacy.planning import Plan
from evallib.results import Mask, Result, ResultId


def hidden_made(results: Sequence[Result], plans: Sequence[Plan], threshold: int) -> dict[ResultId, Mask]:
    """Masks of results with ``made_from``; by class, too, where few of a class are left over."""
    masks: dict[ResultId, Mask] = {}
    for result in results:
        if not result.made_from:
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
