"""Amounts that firms report: sums that tell no single firm's figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from evallib.results import Cell, Reports

Numbers = npt.NDArray[np.float64]


def reported_sum(parts: Mapping[str, Numbers], who: Sequence[str], *, base: int, threshold: int = 5) -> Cell:
    """The sum of what firms report, NaN = not reported; count = firms with an amount over zero.

    parts: of what the sum is made, each part an amount a firm, in the order of ``who``; sums that share a
    part name it alike. Not shown (``few_firms``) when one to threshold − 1 firms report an amount, nor
    (``one_firm_over_half``) when one firm makes up more than half of it: then without a count too, which
    would tell how few they are by what is counted over several periods. base: firms that answered. A
    negative amount is a fault of the answer: the sum can't be said (``negative_amount``). Every firm twice
    doubles value, count and base. Raises ValueError for an infinite amount.
    """
    every = np.array(list(parts.values()))
    if np.isinf(every).any():
        raise ValueError("an amount is infinite")
    asked = ~np.isnan(every).all(axis=0)
    values = np.nan_to_num(every).sum(axis=0)[asked]
    firms = int((values > 0).sum())
    if not base or not len(values):
        return Cell(count=0, base=base, note="no_data")
    if (every < 0).any():
        return Cell(base=base, note="negative_amount")
    total = float(values.sum())
    reports: Reports = tuple(
        (name, part, amount)
        for part, amounts in parts.items()
        for name, amount in zip(who, amounts.tolist(), strict=True)
        if amount > 0
    )
    if 0 < firms < threshold:
        return Cell(base=base, note="few_firms", reports=reports)
    if total > 0 and float(values.max()) > total / 2:
        return Cell(base=base, note="one_firm_over_half", reports=reports)
    return Cell(value=total, count=firms, base=base, reports=reports)


def summed(cells: list[Cell]) -> Cell:
    """Amounts of several periods together; can't be said when one of them can't.

    Otherwise the total minus the other periods would give the hidden one away. Every period twice doubles
    value, count and base.
    """
    said = [cell for cell in cells if cell.note != "no_data"]
    if not said:
        return Cell(count=0, base=0, note="no_data")
    count, base = (sum(getattr(cell, part) or 0 for cell in said) for part in ("count", "base"))
    hidden = next((cell.note for cell in said if cell.value is None), "")
    reports = tuple(one for cell in said for one in cell.reports)
    if hidden:
        return Cell(base=base, note=hidden, reports=reports)
    return Cell(value=sum(cell.value or 0.0 for cell in said), count=count, base=base, reports=reports)
