"""Everything that a release tells of one question, as JSON that anybody can attack with their own tools.

The form is ``sdc-attack/1``: cells with keys, exact, a range or suppressed; medians are listed, not modelled.
One form a question and one for each universe's profile keeps every form small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evallib.plan.model import Dimension
from evallib.privacy.attack import WAITS
from evallib.privacy.breakdowns import MISSING
from evallib.privacy.coded import is_coded
from evallib.privacy.drafts import Draft
from evallib.privacy.overall import question_of
from evallib.results import Cell, Kind, ReleasedCell, Result, ResultId
from evallib.results.rounding import ends

SCHEMA = "sdc-attack/1"
YES_NO = ("yes", "no")
_CHANGES = (Kind.MEAN, Kind.SHARE)  # the form holds no effects and no p
Cells = Mapping[ResultId, ReleasedCell]
Form = dict[str, Any]


def audit_forms(
    releases: Mapping[str, Draft], threshold: int, dimensions: Sequence[Dimension] = ()
) -> dict[str, Form]:
    """Forms by name (``q1-T01``; ``q1`` alone holds the profile), each a plain JSON value.

    releases: document → its released cells, and the results that they were made from; of these only the
    keys are read, never the numbers. Of several releases of one period each holds the answers of those
    before it and its own: so says the dim ``draft``.
    """
    forms: dict[str, list[tuple[Result, Form]]] = {}
    drafts: dict[str, list[str]] = {}
    for document, release in releases.items():
        for period in {result.period for result in release.results}:
            drafts.setdefault(period, []).append(str(len(drafts.get(period, ())) + 1))
        for result in release.results:
            if result.universe and not (result.pairs and result.kind not in _CHANGES):
                name = "-".join(filter(None, (result.universe, question_of(result) or _change(result))))
                table = _table(result, document, release.cells, [*drafts[result.period]])
                forms.setdefault(name, []).append((result, table))
    return {name: _form(found, threshold, dimensions) for name, found in forms.items()}


def _form(found: Sequence[tuple[Result, Form]], threshold: int, dimensions: Sequence[Dimension]) -> Form:
    dims: dict[str, dict[str, None]] = {}
    for keys in (*_keys([result for result, _ in found]), *(table["filter"] for _, table in found)):
        for dim, codes in keys.items():
            dims.setdefault(dim, {}).update(dict.fromkeys(codes if isinstance(codes, list) else [codes]))
    for dim in dims:
        if dim.startswith("answer:"):
            dims[dim][MISSING] = None
        if dim.startswith(("code:", "coded:")):
            dims[dim] = dict.fromkeys(YES_NO)
    merges = {
        one.code: {
            name: [code for code in codes if code in dims[one.code]] for name, codes in one.merges.items()
        }
        for one in dimensions
        if one.code in dims
    }
    zeros: list[Form] = []
    for dim in dict.fromkeys(result.dims[0] for result, _ in found if result.unites):
        zeros += _of_other_periods(dim, [result for result, _ in found])
    for dim, united in merges.items():
        dims[dim] = {code: None for code in dims[dim] if code not in united}
    for name in _own_dims([table for _, table in found], merges):
        dims[name] = dict.fromkeys(YES_NO)
    return {
        "schema": SCHEMA,
        "threshold": threshold,
        "dims": {dim: list(codes) for dim, codes in dims.items()},
        "groups": {dim: merges[dim] for dim in dims if merges.get(dim)},
        "aliases": {},
        "structural_zeros": zeros,
        "known": [],
        "tables": [table for _, table in found if table["cells"]],
    }


def _of_other_periods(dim: str, results: Sequence[Result]) -> list[Form]:
    """That nobody of a period is in a class that only results of other periods name, as an event of them."""
    named: dict[str, dict[str, None]] = {}
    for result in (one for one in results if one.unites and one.dims[0] == dim):
        united = {name for name, _ in result.unites}
        codes = [dict(cell.dims)[dim] for cell in result.cells]
        codes += [code for _, inside in result.unites for code in inside]
        named.setdefault(result.period, {}).update(dict.fromkeys(c for c in codes if c not in united))
    every = dict.fromkeys(code for codes in named.values() for code in codes)
    return [
        {dim: code, "period": period} for period, own in named.items() for code in every if code not in own
    ]


def _own_dims(tables: Sequence[Form], groups: Mapping[str, Mapping[str, Sequence[str]]]) -> list[str]:
    """Give each count of a part that no dim names a dim of its own, and tell the names of these.

    A count without a key is that of all only where it is the largest of its period, and not less than what
    the counts by a background come to; one over several periods never.
    """
    names: dict[str, None] = {}
    wholes: dict[str, int] = {}
    for table in tables:
        where = str(table["filter"])
        told = [one["value"] for one in table["cells"] if not one["key"] and "value" in one]
        wholes[where] = max([wholes.get(where, 0), *([] if _over_periods(table) else told)])
    least: dict[str, int] = {}
    for table in tables:
        where = str(table["filter"])
        least[where] = max(least.get(where, 0), _sum(table, groups))
    for table in tables:
        where, name = str(table["filter"]), f"counted:{table['id'].partition('/')[2]}"
        for cell in (one for one in table["cells"] if not one["key"]):
            whole = cell.get("value") == wholes[where] >= least[where] and not _over_periods(table)
            if not whole:
                names[name] = None
                cell["key"] = {name: "yes"}
    return [*names]


def _over_periods(table: Form) -> bool:
    return str(table["id"]).split(" ")[0].endswith("_cumulative")


def _sum(table: Form, groups: Mapping[str, Mapping[str, Sequence[str]]]) -> int:
    """What the counts by one background that a table tells come to."""
    found = 0
    for cell in table["cells"]:
        keys = list(cell["key"].items())
        if len(keys) == 1 and isinstance(keys[0][1], str) and keys[0][1] not in groups.get(keys[0][0], {}):
            found += int(cell.get("value", cell.get("lo", 0)))
    return found


def _keys(results: Sequence[Result]) -> Iterator[Form]:
    for result in results:
        yield from (_moved(result)[0],) if result.pairs else ()
        for cell in result.cells:
            yield _key(result, cell)
            if result.denominator:
                yield _base_key(result, cell)


def _table(result: Result, document: str, cells: Cells, drafts: Sequence[str]) -> Form:
    written = [one for cell in result.cells for one in _cells(result, cell, cells.get(result.id_of(cell)))]
    return {
        "id": " ".join(filter(None, (result.name, *sorted(set(result.dims) - {"answer"})))),
        "document": document,
        "protected": result.protected,
        "filter": {"period": result.period, "draft": drafts},
        "cells": [one for i, one in enumerate(written) if one not in written[:i]],
    }


def _cells(result: Result, cell: Cell, released: ReleasedCell | None) -> Iterator[Form]:
    """What a released cell tells: its count and the base printed beside it, or that it is hidden."""
    if released is None or released.note == WAITS or result.of_reports:
        return  # an earlier document tells it; the form knows no sums
    if result.pairs and released.value is not None:
        keys, score = _moved(result)
        both = {wave: "both" for wave in keys if wave.startswith("wave:")}
        yield {"key": both, "value": released.base}
        yield {"key": both, "mean": released.value, "decimals": 12, "score": score}
        return
    if result.kind is Kind.MEDIAN and released.value is not None:
        yield {"key": _base_key(result, cell), "median": released.value}
    if released.mask is not None and result.kind in (Kind.COUNT, Kind.SHARE):
        yield {"key": _key(result, cell), "suppressed": True}
    if released.count is not None:
        yield {"key": _key(result, cell), **_number(released.count, released.rounded)}
    if released.base is not None and result.denominator:
        yield {"key": _base_key(result, cell), **_number(released.base, released.rounded)}


def _number(told: int, to: int) -> Form:
    """A count, or the range that a rounded one leaves."""
    low, high = ends(told, to)
    return {"value": told} if low == high else {"lo": low, "hi": high}


def _change(result: Result) -> str:
    """The change between two waves that a result tells of; every change has a form of its own."""
    waves = [name.removeprefix("wave:") for name, _ in result.numerator if name.startswith("wave:")]
    return result.measure if result.pairs else waves[0] if waves else ""


def _moved(result: Result) -> tuple[Form, Form]:
    """Of a change the waves that somebody answered in, and by how much the pairs moved."""
    assert result.pairs is not None
    values = result.pairs.values
    steps = {f"{now - then:g}": round(now - then, 9) for then in values for now in values}
    dim = f"moved:{result.measure}"
    waves = {f"wave:{result.measure}": ["earlier", "later", "both"]}
    return waves | {dim: [*steps]}, {"dim": dim, "values": steps}


def _key(result: Result, cell: Cell) -> Form:
    """The categories that the cell counts: its background, and its answers. An answer can have several codes:
    each is a yes/no dim of its own."""
    if is_coded(result):
        return {f"code:{result.measure}:{dict(cell.dims)['code']}": "yes"}
    dims, answer = _background(result, cell), dict(cell.dims).get("answer")
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


def _background(result: Result, cell: Cell) -> Form:
    """The background of a cell; a class that the result itself unites, which may differ by period, as the
    list of its codes."""
    united = dict(result.unites)
    dims = ((dim, code) for dim, code in cell.dims if dim != "answer")
    return {
        dim: list(united[code]) if code in united and dim == result.dims[0] else code for dim, code in dims
    }


def _base_key(result: Result, cell: Cell) -> Form:
    dims = _background(result, cell)
    if is_coded(result):
        return {f"coded:{result.measure}": "yes"}
    ticked = result.numerator and result.numerator[0][1] == ("Y",) and not result.protected
    return ({} if ticked else dims) | {name: list(codes) for name, codes in result.denominator}
