"""The six things that are done to the data of every measure, and the table of what each may change.

A row of the table is a measure with the data it is tried on. Whatever the row does not name must stay the
same; a sentence in place of a change says why that transformation makes no sense there.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

import evallib.measures

# transformation → the word by which a docstring speaks of it
SAID = {
    "rows": "order",
    "columns": "order",
    "renamed": "renamed",
    "swapped": "swap",
    "empty": "empty",
    "twice": "twice",
}
Change = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Family:
    """Data of one kind; each transformation makes other data of them, or says why it can't."""

    data: tuple[Any, ...]
    rows: Any
    columns: Any
    renamed: Any
    swapped: Any
    empty: Any
    twice: Any


@dataclass(frozen=True)
class Row:
    """measure: ``module.function`` or ``module.Class``, behind a slash what sets this row apart.

    told: the data → everything the measure tells, by name. changes: transformation → name → change.
    """

    measure: str
    family: Family
    told: Callable[..., Mapping[str, Any]]
    changes: Mapping[str, Mapping[str, Change]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.measure.partition("/")[0]


class Table:
    """The rows, in the order they were written."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def row(self, measure: str, family: Family, told: Callable[..., Any], **changes: Any) -> None:
        """A sentence instead of changes says why the transformation makes no sense for this measure."""
        why = {name: said for name, said in changes.items() if isinstance(said, str)}
        changed = {name: said for name, said in changes.items() if name not in why}
        assert set(changes) <= set(SAID), measure
        self.rows.append(Row(measure, replace(family, **why), lambda *data: named(told(*data)), changed))


def named(told: Any) -> Mapping[str, Any]:
    """A result as names and values; what is no object of its own is called ``value``."""
    if is_dataclass(told):
        return {one.name: getattr(told, one.name) for one in fields(told)}
    return told if isinstance(told, Mapping) else {"value": told}


def same(before: Any, after: Any) -> bool:
    """Equal, numbers to 1e-9 relative."""
    if isinstance(before, Mapping):
        return set(before) == set(after) and all(same(before[name], after[name]) for name in before)
    if isinstance(before, np.ndarray | list | tuple):
        return len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, float) and isinstance(after, float):
        return bool(after == pytest.approx(before, rel=1e-9, abs=1e-12, nan_ok=True))
    return bool(before == after)


# ---- changes --------------------------------------------------------------------------------------


def by(change: Callable[[Any], Any]) -> Change:
    """What was, changed like this, is what is."""
    return lambda before, after: same(change(before), after)


def each(change: Change) -> Change:
    """The same change of every value of a mapping, whose names stay."""
    return lambda before, after: (
        set(before) == set(after) and all(change(before[name], after[name]) for name in before)
    )


def order(size: int) -> np.ndarray:
    """The other order that rows are put in."""
    return np.roll(np.arange(size)[::-1], 1)


def shuffled(rows: Any) -> Any:
    if hasattr(rows, "iloc"):
        return rows.iloc[order(len(rows))]
    found = [rows[place] for place in order(len(rows))]
    return np.array(found, dtype=rows.dtype) if isinstance(rows, np.ndarray) else type(rows)(found)


minus = by(lambda value: -value)
double = by(lambda value: 2 * value)
half = by(lambda value: value / 2)
complement = by(lambda value: 1 - value)
turned = by(lambda ends: (-ends[1], -ends[0]))
mirrored = by(lambda ends: (1 - ends[1], 1 - ends[0]))
backwards = by(lambda found: found[::-1])
reordered = by(shuffled)
repeated = by(lambda found: [*found, *found])
prefixed = by(lambda found: type(found)("x" + one for one in found))


def smaller(before: float, after: float) -> bool:
    return after < before


def larger(before: float, after: float) -> bool:
    return after > before


def further(before: float, after: float) -> bool:
    """Away from zero, on the same side."""
    return before * after > 0 and abs(after) > abs(before)


def near_by(before: float, after: float) -> bool:
    """Another, by less than a hundredth."""
    return bool(after == pytest.approx(before, rel=0.01))


def narrower(before: Sequence[float], after: Sequence[float]) -> bool:
    return before[0] < after[0] < after[1] < before[1]


def longer_by(*more: Any) -> Change:
    """The same, and this behind it."""
    return by(lambda found: [*found, *more])


def added(name: str, value: Any) -> Change:
    """The same, and one more name."""
    return by(lambda found: {**found, name: value})


def becomes(value: Any) -> Change:
    return lambda _, after: same(value, after)


# ---- what there is to be in the table ---------------------------------------------------------------


def public() -> dict[str, Any]:
    """Every public function of the room that gives something, and every public class with members."""
    found = {}
    for module in pkgutil.iter_modules(evallib.measures.__path__):
        loaded = importlib.import_module(f"evallib.measures.{module.name}")
        for name, one in vars(loaded).items():
            if name.startswith("_") or getattr(one, "__module__", "") != loaded.__name__:
                continue
            if members(one) if inspect.isclass(one) else callable(one) and _gives(one):
                found[f"{module.name}.{name}"] = one
    return found


def _gives(one: Any) -> bool:
    return inspect.signature(one).return_annotation not in (None, "None")


def members(one: type) -> set[str]:
    """Public methods and properties that the class itself defines."""
    return {
        name
        for name, what in vars(one).items()
        if not name.startswith("_") and (inspect.isfunction(what) or isinstance(what, property))
    }


def documented(one: Any) -> str:
    """The docstring, of a class with those of its members."""
    inner = [getattr(one, name) for name in sorted(members(one))] if inspect.isclass(one) else []
    return "\n".join(inspect.getdoc(each) or "" for each in [one, *inner])
