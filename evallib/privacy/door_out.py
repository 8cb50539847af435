"""The door out: results become released cells; who could be found in them is hidden."""

from __future__ import annotations

from collections.abc import Sequence

from evallib.plan.model import Dimension, Policy
from evallib.privacy.masks import MaskPlan
from evallib.privacy.overall import hidden_overall, survey_universes
from evallib.results import Cell, Mask, Released, ReleasedCell, Result, ResultId


def door_out(
    results: Sequence[Result],
    policy: Policy,
    dimensions: Sequence[Dimension] = (),
    before: Sequence[Released] = (),
    kept: MaskPlan | None = None,
) -> tuple[dict[ResultId, ReleasedCell], MaskPlan]:
    """All results as cells that may be shown, in their order, and the masking plan that was followed."""
    masks: dict[ResultId, Mask] = dict(kept.masks) if kept else {}
    masks = hidden_overall(results, policy, survey_universes(results)) | masks
    masks = _columns(results, policy.threshold) | masks
    cells = {r.id_of(c): release(r, c, masks.get(r.id_of(c))) for r in results for c in r.cells}
    return cells, MaskPlan.of(cells)


def release(result: Result, cell: Cell, mask: Mask | None) -> ReleasedCell:
    """A cell as it leaves; a masked one has no number and no note left."""
    shown = mask is None
    return ReleasedCell(
        id=result.id_of(cell),
        kind=result.kind,
        unit=result.unit,
        value=cell.value if shown else None,
        count=cell.count if shown else None,
        base=cell.base if shown else None,
        interval=cell.interval if shown else None,
        note=cell.note if shown else "",
        mask=mask,
        protected=result.protected,
        method=result.method,
        function=result.function,
        sources=result.sources,
        inputs=result.inputs,
    )


def _columns(results: Sequence[Result], threshold: int) -> dict[ResultId, Mask]:
    """Whole groups of a question hidden when anything in them is small, never one alone."""
    groups: dict[tuple[str, ...], dict[object, list[tuple[Result, Cell]]]] = {}
    for result in results:
        if result.protected:
            key = result.denominator or result.numerator
            dims = tuple(sorted(set(result.dims) - {"answer"}))
            name = (result.universe, key[0][0] if key else "", *dims)
            for cell in result.cells:
                group = tuple(one for one in cell.dims if one[0] != "answer")
                groups.setdefault(name, {}).setdefault(group, []).append((result, cell))
    masks: dict[ResultId, Mask] = {}
    for columns in groups.values():
        small = [g for g, cells in columns.items() if any(_small(c, threshold) for _, c in cells)]
        left = sorted((g for g in columns if g not in small), key=lambda g: _size(columns[g]))
        if len(small) == 1:
            small += left[:1]
        for group in small:
            masks |= {r.id_of(c): _why(c, threshold) for r, c in columns[group]}
    return masks


def _small(cell: Cell, threshold: int) -> bool:
    count, base = cell.count or 0, cell.base or 0
    return any(0 < n < threshold for n in (count, base, base - count)) or (base > 1 and count == base)


def _why(cell: Cell, threshold: int) -> Mask:
    return Mask.SMALL if (cell.count or 0) < threshold else Mask.SECONDARY


def _size(cells: Sequence[tuple[Result, Cell]]) -> int:
    return max((cell.count or 0 for _, cell in cells), default=0)
