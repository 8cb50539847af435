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
_NUMBERS = ("value", "count", "base", "interval")


def to_json(released: Released) -> bytes:
    """The release as UTF-8 JSON: keys in a fixed order, one cell a line."""
    head: dict[str, Any] = {"schema": SCHEMA, "period": released.period, "release": released.number}
    if released.facts.get("synthetic"):
        head["synthetic"] = True  # where nobody can overlook it
    cells = [_dumps(_cell(cell)) for cell in released.cells.values()]
    assessments = [_dumps(vars(one)) for one in released.assessments.values()]
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
    """What is there, in the order of the fields; of a masked cell no number, even if one slipped in."""
    left_out = _NUMBERS if cell.mask is not None else ()
    written = {
        name: value for name, value in vars(cell).items() if value is not None and name not in left_out
    }
    for name in ("note", "rounded"):
        if not written[name]:
            del written[name]
    return written | {"id": str(cell.id)}


def _read_cell(plain: dict[str, Any]) -> ReleasedCell:
    absent = {**dict.fromkeys((*_NUMBERS, "mask")), "note": ""}
    read = {
        "id": ResultId.parse(plain["id"]),
        "kind": Kind(plain["kind"]),
        "interval": tuple(plain["interval"]) if "interval" in plain else None,
        "mask": Mask(plain["mask"]) if "mask" in plain else None,
        "sources": tuple(SourceKind(kind) for kind in plain["sources"]),
        "inputs": tuple(plain["inputs"]),
    }
    return ReleasedCell(**{**absent, **plain, **read})


def _read_assessment(plain: dict[str, Any]) -> Assessment:
    return Assessment(**{**plain, "colour": Colour(plain["colour"])})
