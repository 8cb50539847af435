"""The masking plan: what is hidden and why, kept with a release so that the next one can only add."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evallib.errors import StoreError, text
from evallib.results import Mask, ReleasedCell, ResultId

SCHEMA = "evallib-masks/1"
Numbers = tuple[int | None, int | None]


@dataclass(frozen=True)
class MaskPlan:
    """masks: why each hidden cell is hidden. shown: count and base of the cells that this release or an
    earlier one of the period showed, as it was published. rounded: to multiples of what; 0 = exact. short:
    tables where the clock ended the search when this release was made; more of them is hidden for that.

    No hidden number is kept here: the plan tells no more than the releases that it belongs to.
    """

    masks: Mapping[ResultId, Mask] = field(default_factory=dict)
    shown: Mapping[ResultId, Numbers] = field(default_factory=dict)
    rounded: int = 0
    short: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        cells: Mapping[ResultId, ReleasedCell],
        earlier: MaskPlan | None = None,
        rounded: int = 0,
        short: Sequence[str] = (),
    ) -> MaskPlan:
        """The plan that a release followed; what was shown before and is hidden now stays on record."""
        masks = {one.id: one.mask for one in cells.values() if one.mask is not None}
        shown = {one.id: (one.count, one.base) for one in cells.values() if one.mask is None}
        past = earlier.shown if earlier else {}
        return cls(masks, {one: past[one] for one in past if one in masks} | shown, rounded, tuple(short))

    def to_json(self) -> bytes:
        """Canonical JSON: equal plans give equal bytes."""
        plain: dict[str, Any] = {
            "schema": SCHEMA,
            "masks": {str(one): mask.value for one, mask in self.masks.items()},
            "shown": {str(one): list(numbers) for one, numbers in self.shown.items()},
        }
        plain |= {"rounded": self.rounded} if self.rounded else {}
        plain |= {"short": list(self.short)} if self.short else {}
        written = json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=0, separators=(",", ":"))
        return (written + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes) -> MaskPlan:
        """Read what :meth:`to_json` wrote; raises StoreError for another form."""
        plain = json.loads(data)
        if plain.get("schema") != SCHEMA:
            raise StoreError(
                text("The masking plan has an unknown form"),
                expected=SCHEMA,
                found=str(plain.get("schema")),
                repair=text("Open it with the version of evallib that wrote it"),
            )
        masks = {ResultId.parse(one): Mask(mask) for one, mask in plain["masks"].items()}
        shown = {ResultId.parse(one): (count, base) for one, (count, base) in plain["shown"].items()}
        return cls(masks, shown, plain.get("rounded", 0), tuple(plain.get("short", ())))
