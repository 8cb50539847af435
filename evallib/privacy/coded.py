"""The door out for coded answers: how many people wrote about what.

One answer can have several codes, so the counts of a question overlap and are no table of groups. A count
of fewer people than the threshold is hidden, and so is one that leaves out fewer. As every answer has at
least one code, the base less all that is shown is a lower bound of what is hidden: where that says too
much, the smallest shown count is hidden besides. Agreement on a code tells how often it was given, so it
goes with the code's counts. While the answers differ from an earlier release by fewer people than the
threshold, the question's counts wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evallib.plan.model import Policy
from evallib.privacy.overall import STEERING
from evallib.results import Cell, Kind, Mask, ReleasedCell, Result, ResultId

DIMS = ("code",)


def is_coded(result: Result) -> bool:
    """Whether a result tells of codes given to open answers."""
    return result.protected and result.dims == DIMS


def hidden_coded(
    results: Iterable[Result],
    policy: Policy,
    kept: Mapping[ResultId, Mask],
    drafts: Sequence[Mapping[ResultId, ReleasedCell]],
) -> dict[ResultId, Mask]:
    """Masks of all results of coded answers. kept: what stays hidden; drafts: the period's releases."""
    told = [one for one in results if is_coded(one)]
    masks: dict[ResultId, Mask] = {}
    for result in told:
        if result.kind is Kind.COUNT:
            masks |= _of_question(result, policy, kept, drafts)
    hidden = {dict(one.dims)["code"] for one in (*masks, *kept) if tuple(d for d, _ in one.dims) == DIMS}
    for result in told:
        if result.kind is not Kind.COUNT:
            cells = (cell for cell in result.cells if dict(cell.dims)["code"] in hidden)
            masks |= {result.id_of(cell): Mask.DEPENDENT for cell in cells}
    return masks


def _of_question(
    result: Result,
    policy: Policy,
    kept: Mapping[ResultId, Mask],
    drafts: Sequence[Mapping[ResultId, ReleasedCell]],
) -> dict[ResultId, Mask]:
    ids = {result.id_of(cell): cell for cell in result.cells}
    base = max((cell.base or 0 for cell in result.cells), default=0)
    if result.universe == STEERING or 0 < base < policy.overall_base:
        return dict.fromkeys(ids, Mask.SMALL)
    before = (draft[one].base for draft in drafts for one in ids if one in draft)
    if any(past is not None and 0 < abs(base - past) < policy.threshold for past in before):
        return dict.fromkeys(ids, Mask.LATE)
    masks = {one: mask for one, cell in ids.items() if (mask := _alone(cell, policy.threshold))}
    known = masks | {one: mask for one, mask in kept.items() if one in ids}
    shown = {one: cell.count or 0 for one, cell in ids.items() if one not in known and cell.count}
    few = [one for one, mask in known.items() if mask is Mask.SMALL]
    reach = base - sum(shown.values()) - (len(few) - 1) * (policy.threshold - 1)
    if few and len(few) == len(known) and reach > 1 and shown:
        masks[min(shown, key=lambda one: (shown[one], str(one)))] = Mask.SECONDARY
    return masks


def _alone(cell: Cell, threshold: int) -> Mask | None:
    count, base = cell.count or 0, cell.base or 0
    if any(0 < number < threshold for number in (count, base - count)):
        return Mask.SMALL
    return Mask.GROUP if base > 1 and count == base else None
