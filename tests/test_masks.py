"""The masking plan as it is kept with a release."""

from __future__ import annotations

import pytest

from evallib.errors import StoreError
from evallib.privacy.masks import MaskPlan
from evallib.results import Kind, Mask, ReleasedCell, ResultId


def released(name: str, count: int | None, mask: Mask | None = None) -> ReleasedCell:
    one = ResultId.parse(name)
    return ReleasedCell(one, Kind.COUNT, "", count, count, None, None, "", mask, True, "", "", (), ())


A, B = ResultId.parse("2025/I20.by_region[region=a]"), ResultId.parse("2025/I20.by_region[region=b]")


def test_a_plan_comes_back_from_json_as_it_was() -> None:
    plan = MaskPlan({A: Mask.SECONDARY}, {B: (12, None)})
    assert MaskPlan.from_json(plan.to_json()) == plan


def test_equal_plans_give_equal_bytes_whatever_their_order() -> None:
    one, other = MaskPlan({A: Mask.SMALL, B: Mask.LATE}), MaskPlan({B: Mask.LATE, A: Mask.SMALL})
    assert one.to_json() == other.to_json()


def test_a_plan_of_an_unknown_form_is_refused() -> None:
    with pytest.raises(StoreError, match="unknown form"):
        MaskPlan.from_json(b'{"schema": "evallib-masks/0", "masks": {}, "shown": {}}')


def test_no_hidden_number_is_kept() -> None:
    cells = {A: released(str(A), None, Mask.SMALL), B: released(str(B), 37)}
    plan = MaskPlan.of(cells)
    assert plan.shown == {B: (37, None)}
    assert plan.masks == {A: Mask.SMALL}


def test_what_an_earlier_release_showed_stays_on_record_while_it_waits() -> None:
    earlier = MaskPlan({}, {A: (30, 80)})
    plan = MaskPlan.of({A: released(str(A), None, Mask.LATE)}, earlier)
    assert plan.shown == {A: (30, 80)}
