"""Everything that a release tells of one question, as JSON that anybody can attack with their own tools.

The form is ``sdc-attack/1``: cells with keys, exact or suppressed; medians are listed, not modelled.
One form a question and one for each universe's profile keeps every form small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evallib.plan.model import Dimension
from evallib.privacy.breakdowns import MISSING
from evallib.privacy.overall import question_of
from evallib.results import Cell, Kind, ReleasedCell, Result, ResultId

SCHEMA = "sdc-attack/1"
Cells = Mapping[ResultId, ReleasedCell]
Form = dict[str, Any]


def audit_forms(
    results: Sequence[Result],
    documents: Mapping[str, Cells],
    threshold: int,
    dimensions: Sequence[Dimension] = (),
) -> dict[str, Form]:
    """Forms by name (``q1-T01``; ``q1`` alone holds the profile), each a plain JSON value.

    results: what the released cells were made from; only their keys are read, never their numbers.
    documents: file name → the released cells that it may print.
    """
    forms: dict[str, list[Result]] = {}
    for result in results:
        if result.universe:
            forms.setdefault("-".join(filter(None, (result.universe, question_of(result)))), []).append(
                result
            )
    return {name: _form(found, documents, threshold, dimensions) for name, found in forms.items()}


def _form(
    results: Sequence[Result], documents: Mapping[str, Cells], threshold: int, dimensions: Sequence[Dimension]
) -> Form:
    tables = [_table(result, document, cells) for document, cells in documents.items() for result in results]
    dims: dict[str, dict[str, None]] = {}
    for keys in _keys(results):
        for dim, codes in keys.items():
            dims.setdefault(dim, {}).update(dict.fromkeys(codes if isinstance(codes, list) else [codes]))
    for dim in dims:
        if dim.startswith("answer:"):
            dims[dim][MISSING] = None
    merges = {one.code: {name: list(codes) for name, codes in one.merges.items()} for one in dimensions}
    return {
        "schema": SCHEMA,
        "threshold": threshold,
        "dims": {dim: list(codes) for dim, codes in dims.items()} | _periods(results),
        "groups": {dim: merges[dim] for dim in dims if merges.get(dim)},
        "aliases": {},
        "structural_zeros": [],
        "known": [],
        "tables": [table for table in tables if table["cells"]],
    }


def _periods(results: Sequence[Result]) -> Form:
    return {"period": sorted({result.period for result in results})}


def _keys(results: Sequence[Result]) -> Iterator[Form]:
    for result in results:
        for cell in result.cells:
            yield _key(result, cell)
            if result.denominator:
                yield _base_key(result, cell)


def _table(result: Result, document: str, cells: Cells) -> Form:
    written = [one for cell in result.cells for one in _cells(result, cell, cells.get(result.id_of(cell)))]
    return {
        "id": " ".join(filter(None, (result.name, *sorted(set(result.dims) - {"answer"})))),
        "document": document,
        "protected": result.protected,
        "filter": {"period": result.period},
        "cells": [one for i, one in enumerate(written) if one not in written[:i]],
    }


def _cells(result: Result, cell: Cell, released: ReleasedCell | None) -> Iterator[Form]:
    """What a released cell tells: its count and the base printed beside it, or that it is hidden."""
    if released is None:
        return
    if result.kind is Kind.MEDIAN and released.value is not None:
        yield {"key": _base_key(result, cell), "median": released.value}
    if released.mask is not None and result.kind in (Kind.COUNT, Kind.SHARE):
        yield {"key": _key(result, cell), "suppressed": True}
    if released.count is not None:
        yield {"key": _key(result, cell), "value": released.count}
    if released.base is not None and result.denominator:
        yield {"key": _base_key(result, cell), "value": released.base}


def _key(result: Result, cell: Cell) -> Form:
    """The categories that the cell counts: its background, and its answers."""
    dims = dict(cell.dims)
    answer = dims.pop("answer", None)
    key: Form = {}
    for name, codes in result.numerator:
        if name.startswith("answer:") and answer is not None:
            key[name] = answer
        elif name.startswith("answer:") and codes == ("Y",) and len(dims) == 1 and not result.protected:
            key[f"{name}_{next(iter(dims.values()))}"] = "Y"  # one yes/no dim an option
            dims.clear()
        else:
            key[name] = list(codes)
    return dims | key


def _base_key(result: Result, cell: Cell) -> Form:
    dims = {dim: code for dim, code in cell.dims if dim != "answer"}
    ticked = result.numerator and result.numerator[0][1] == ("Y",) and not result.protected
    return ({} if ticked else dims) | {name: list(codes) for name, codes in result.denominator}
