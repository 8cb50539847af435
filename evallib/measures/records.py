"""Counts of complete records: events, contents, acts, results, projects, web statistics."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd

from evallib.codes import UNKNOWN
from evallib.results import Cell, Dims


def counted(number: int, base: int | None = None, dims: Dims = ()) -> Cell:
    """A count as a cell; base: the records it was taken from. Twice the records: twice all numbers."""
    return Cell(dims, float(number), int(number), base)


def wider(codes: Collection[str], merges: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """The declared wider classes that unite at least two of the codes, but not all; by name, what of them.

    Parts come in the order of the codes, renamed with them; a class that is empty here is left out.
    """
    found = {name: tuple(code for code in codes if code in inside) for name, inside in merges.items()}
    return {name: parts for name, parts in found.items() if 1 < len(parts) < len(codes)}


def tally(
    dim: str,
    values: Iterable[object],
    codes: Sequence[str] = (),
    merges: Mapping[str, Collection[str]] | None = None,
) -> tuple[Cell, ...]:
    """How often each code occurs; base = all values. Known codes first (zeros too), ``unknown`` last, and
    after it the declared wider classes.

    In the order of the codes, renamed with them; an empty code has count 0; every value twice doubles
    counts and base.
    """
    named = [str(value) or UNKNOWN for value in values]
    found = dict.fromkeys(codes, 0)
    for value in named:
        found[value] = found.get(value, 0) + 1
    ordered = sorted(found, key=lambda code: code == UNKNOWN)
    for name, parts in wider(ordered, merges or {}).items():
        found[name] = sum(found[part] for part in parts)
        ordered.append(name)
    return tuple(counted(found[code], len(named), ((dim, code),)) for code in ordered)


def listed(written: str) -> list[str]:
    """The codes in a cell that holds several, whatever stands between them.

    In the order written, as they are named there or renamed; an empty place is none; written twice they
    come twice.
    """
    return [part for part in re.split(r"[;,|+\s]+", written) if part]


def names(written: str) -> list[str]:
    """The names in a cell that holds several, joined by + or ;. Otherwise as :func:`listed`: in the order
    written, renamed as there, twice where written twice.
    """
    return [part.strip() for part in re.split(r"[;+]", written) if part.strip()]


def joint(projects: pd.Series, beneficiary: dict[str, str]) -> pd.Series:
    """Which records name projects of at least two different beneficiaries.

    A project that is not on the register, or has no beneficiary there, stands for itself. In the order of
    the records; every record twice stands there twice.
    """
    parties = [{beneficiary.get(one) or one for one in listed(cell)} for cell in projects]
    return pd.Series([len(one) >= 2 for one in parties], index=projects.index, dtype=bool)


def stages_at(results_log: pd.DataFrame) -> pd.DataFrame:
    """The last row of each result: its stage and what else was noted then.

    Of two rows of one day the later one in the log. Results and stages renamed are renamed; rows that stand
    twice change nothing.
    """
    ordered = results_log.sort_values("date", kind="stable")
    return ordered.drop_duplicates("result_id", keep="last")


def takers_by_result(results_log: pd.DataFrame) -> dict[str, set[str]]:
    """Organisations that took each result up, over all its rows.

    A number instead of names stands for so many unnamed organisations; the largest number counts. Results
    renamed are renamed; rows that stand twice change nothing.
    """
    found: dict[str, set[str]] = {}
    for result, written in zip(results_log["result_id"], results_log["takers"], strict=True):
        known = found.setdefault(result, set())
        if written.strip().isdigit():
            known.update(f"unnamed {number + 1}" for number in range(int(written)))
        else:
            known.update(names(written))
    return found


def monthly(analytics: pd.DataFrame, metric: str) -> pd.Series:
    """Sum of a metric by month, oldest first; rows that stand twice are counted twice."""
    rows = analytics[analytics["metric"] == metric]
    sums: pd.Series = rows.groupby("month")["value"].sum().sort_index()
    return sums
