"""The results file: a release's cells, assessments and facts as JSON that anybody can read.

One form serves the store and ``outputs/<period>/results.json``; the same release gives the same bytes.
Numbers are written in full; a masked cell has ``mask`` and no numbers at all.
"""

from __future__ import annotations

import json
from typing import Any

from evallib.errors import StoreError, text
from evallib.results.model import (
    Assessment,
    Colour,
    Kind,
    Mask,
    Released,
    ReleasedCell,
    ResultId,
    SourceKind,
)

SCHEMA = "evallib-results/1"


def to_json(released: Released) -> bytes:
    """The release as UTF-8 JSON: keys in a fixed order, one cell a line."""
    head = {"schema": SCHEMA, "period": released.period, "release": released.number}
    cells = [_dumps(_cell(cell)) for cell in released.cells.values()]
    assessments = [_dumps(_assessment(one)) for one in released.assessments.values()]
    parts = [f'"{key}": {_dumps(value)}' for key, value in head.items()]
    parts.append('"cells": [\n' + ",\n".join(cells) + "\n]")
    parts.append('"assessments": [\n' + ",\n".join(assessments) + "\n]")
    parts.append(f'"facts": {_dumps(released.facts)}')
    return ("{" + ",\n".join(parts) + "}\n").encode()


def from_json(data: bytes) -> Released:
    """Read what :func:`to_json` wrote; raises StoreError for another schema."""
    plain = json.loads(data)
    if plain.get("schema") != SCHEMA:
        raise StoreError(
            text("The results file has an unknown form"),
            expected=SCHEMA,
            found=str(plain.get("schema")),
            repair=text("Open it with the version of evallib that wrote it"),
        )
    cells = [_read_cell(one) for one in plain["cells"]]
    assessments = [_read_assessment(one) for one in plain["assessments"]]
    return Released(
        period=plain["period"],
        number=plain["release"],
        cells={cell.id: cell for cell in cells},
        assessments={one.subject: one for one in assessments},
        facts=plain["facts"],
    )


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _cell(cell: ReleasedCell) -> dict[str, Any]:
    written: dict[str, Any] = {"id": str(cell.id), "kind": cell.kind.value, "unit": cell.unit}
    if cell.mask is not None:
        written["mask"] = cell.mask.value
    else:
        numbers = {"value": cell.value, "count": cell.count, "base": cell.base}
        written |= {name: number for name, number in numbers.items() if number is not None}
        if cell.interval is not None:
            written["interval"] = list(cell.interval)
    if cell.note:
        written["note"] = cell.note
    written["protected"] = cell.protected
    written["method"], written["function"] = cell.method, cell.function
    written["sources"] = [kind.value for kind in cell.sources]
    written["inputs"] = list(cell.inputs)
    return written


def _read_cell(plain: dict[str, Any]) -> ReleasedCell:
    interval = plain.get("interval")
    return ReleasedCell(
        id=ResultId.parse(plain["id"]),
        kind=Kind(plain["kind"]),
        unit=plain["unit"],
        value=plain.get("value"),
        count=plain.get("count"),
        base=plain.get("base"),
        interval=(interval[0], interval[1]) if interval else None,
        note=plain.get("note", ""),
        mask=Mask(plain["mask"]) if "mask" in plain else None,
        protected=plain["protected"],
        method=plain["method"],
        function=plain["function"],
        sources=tuple(SourceKind(kind) for kind in plain["sources"]),
        inputs=tuple(plain["inputs"]),
    )


def _assessment(one: Assessment) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "colour": one.colour.value,
        "reason": one.reason,
        "cell": one.cell,
        "measured": one.measured,
        "target": one.target,
        "grade": one.grade,
        "grade_reason": one.grade_reason,
    }


def _read_assessment(plain: dict[str, Any]) -> Assessment:
    return Assessment(**{**plain, "colour": Colour(plain["colour"])})
