"""How well the items of the plan's scales hang together (SCALE), over the people who answered all of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evallib.indicators.bench import Bench, How
from evallib.measures.distributions import answers
from evallib.measures.scales import reliability
from evallib.plan.model import Scale
from evallib.results import Cell, Kind, Result


def scales(bench: Bench) -> list[Result]:
    """Per declared scale alpha with its interval, omega, and each item's correlation with the rest.

    A scale of which an item runs against the others has none of these, only the note ``negative_item_rest``.
    """
    return [result for one in bench.plan.scales for result in _scale(bench, one)]


def _scale(bench: Bench, declared: Scale) -> Iterator[Result]:
    frame = bench.survey(declared.survey)
    items = [answers(frame, *part(item)) for item in declared.items]
    values = np.concatenate([one.values for one in items])
    known = values[~np.isnan(values)]
    turned = tuple(i for i, item in enumerate(declared.items) if item in declared.reversed)
    scores = np.column_stack([one.scale_values() for one in items])
    ends = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    found = reliability(scores, ends, turned)
    make, name = bench.survey_maker("SCALE", declared.survey), declared.code
    how: How = {"method": "alpha", "function": "scales.reliability"}
    alpha = Cell(value=found.alpha, base=found.n, interval=found.interval, note=found.note)
    yield make(f"{name}_alpha", Kind.INDEX, alpha, unit="alpha", **how)
    why = "two_items" if len(items) == 2 else "no_factor"
    note = found.note or (why if found.omega is None else "")
    omega: How = {"method": "omega", "function": "scales.reliability"}
    cell = Cell(value=found.omega, base=found.n, note=note)
    yield make(f"{name}_omega", Kind.INDEX, cell, unit="omega", **omega)
    told = () if found.note else found.item_rest
    cells = [
        Cell((("item", item.replace("[", "_").rstrip("]")),), value, base=found.n)
        for item, value in zip(declared.items, told, strict=False)
    ]
    yield make(f"{name}_rest", Kind.EFFECT, cells, unit="correlation", dims=("item",), **how)


def part(item: str) -> tuple[str, str]:
    """``Y07[dev]`` as series and subitem."""
    series, _, sub = item.rstrip("]").partition("[")
    return series, sub
