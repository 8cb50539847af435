"""Two coders: what an answer counts as, agreement by pencil and against references, and the masks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_frames import cells, plan, small

from evallib.indicators.coded import coded
from evallib.measures.agreement import agreement, marks
from evallib.measures.coding import by_code, final
from evallib.plan.model import Policy
from evallib.privacy.coded import hidden_coded
from evallib.privacy.door_out import door_out
from evallib.privacy.drafts import Draft
from evallib.privacy.selfattack import attack_releases
from evallib.results import Cell, Kind, Mask, Result

Row = dict[str, str]


def two(both: int, first: int, second: int, neither: int):
    """Marks of two coders on one code, from the four counts."""
    counts = ((True, True, both), (True, False, first), (False, True, second), (False, False, neither))
    said = [(a, b) for a, b, n in counts for _ in range(n)]
    return tuple(np.array([[pair[k]] for pair in said], dtype=bool).reshape(-1, 1) for k in (0, 1))


def test_kappa_of_fifty_answers_is_what_a_pencil_gives() -> None:
    """Observed 35/50 = 0.7; by chance 0.5 · 0.6 + 0.5 · 0.4 = 0.5; (0.7 − 0.5) / (1 − 0.5) = 0.4."""
    found = agreement(*two(20, 5, 10, 15), floor=10)
    assert (found.n, found.same, found.decisions) == (50, 35, 50)
    assert found.kappa == pytest.approx(0.4, rel=1e-12)
    half = 1.959963984540054 * error_of(np.array([[20, 5], [10, 15]]) / 50, 50)
    assert found.interval == pytest.approx((0.4 - half, 0.4 + half), rel=1e-9)


def error_of(p: np.ndarray, n: int) -> float:
    """The standard error of kappa by the formula of Fleiss, Cohen & Everitt (1969), written out."""
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, chance = np.trace(p), rows @ columns
    kappa = (observed - chance) / (1 - chance)
    same = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in (0, 1))
    other = sum(p[i, 1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    variance = same + (1 - kappa) ** 2 * other - (kappa - chance * (1 - kappa)) ** 2
    return float(np.sqrt(variance / n) / (1 - chance))


def test_over_all_codes_decisions_are_taken_together_and_answers_left_out_one_by_one() -> None:
    """Ten answers, two codes: 17 of 20 decisions alike."""
    a = marks([frozenset("x")] * 5 + [frozenset("y")] * 5, "xy")
    b = marks([frozenset("x")] * 4 + [frozenset("xy")] + [frozenset("y")] * 4 + [frozenset("x")], "xy")
    found = agreement(a, b, floor=10)
    assert (found.n, found.same, found.decisions) == (10, 17, 20)
    # 10 of 20 given by a, 11 by b: by chance 0.5 · 0.55 + 0.5 · 0.45 = 0.5; (0.85 − 0.5) / 0.5 = 0.7
    assert found.kappa == pytest.approx(0.7, rel=1e-12)
    others = [agreement(np.delete(a, i, 0), np.delete(b, i, 0), floor=1).kappa for i in range(10)]
    error = np.sqrt(0.9 * sum((one - np.mean(others)) ** 2 for one in others))
    half = 1.959963984540054 * error
    assert found.interval == pytest.approx((0.7 - half, min(1.0, 0.7 + half)), rel=1e-12)


@pytest.mark.parametrize("change", ["order", "names", "swapped"])
def test_what_does_not_matter_to_agreement(change: str) -> None:
    a, b = two(20, 5, 10, 15)
    before = agreement(a, b, floor=10)
    if change == "order":
        a, b = a[::-1], b[::-1]
    elif change == "names":
        a, b = ~a, ~b
    else:
        a, b = b, a
    after = agreement(a, b, floor=10)
    assert (after.kappa, after.interval) == (pytest.approx(before.kappa), pytest.approx(before.interval))


def test_few_answers_no_variation_and_full_agreement_are_said_in_words_or_without_interval() -> None:
    assert agreement(*two(3, 1, 1, 4), floor=10).note == "base_under_10"
    assert agreement(*two(3, 1, 1, 5), floor=10).note == ""
    assert agreement(*two(0, 0, 0, 12), floor=10).note == "no_variation"
    whole = agreement(*two(5, 0, 0, 7), floor=10)
    assert (whole.kappa, whole.interval) == (1.0, None)
    assert agreement(*two(0, 0, 0, 0), floor=10).note == "base_under_10"


def test_an_answer_counts_as_both_say_or_as_they_settled_and_else_waits() -> None:
    rows = pd.DataFrame(
        [("x", "x", ""), ("x", "y", ""), ("x", "y", "y+z"), ("x", "", ""), ("", "y", ""), ("", "", ""),
         ("x+y", "y+x", ""), ("x", "x", "z")],
        columns=["a", "b", "settled"],
    )  # fmt: skip
    x, y = frozenset("x"), frozenset("y")
    assert final(rows) == [x, None, frozenset("yz"), x, y, None, frozenset("xy"), x]
    cells = by_code([x, frozenset("xy")], ["x", "y", "z"])
    assert [(cell.count, cell.base) for cell in cells] == [(2, 2), (1, 2), (0, 2)]


def answer(number: int, a: str, b: str = "", settled: str = "", item: str = "T10", survey: str = "q1") -> Row:
    return {"text_id": f"t_{survey}{item}{number}", "survey": survey, "item": item, "a": a, "b": b,
            "settled": settled, "frame": "1"}  # fmt: skip


def test_results_tell_answers_by_code_with_bases_and_the_themes_always() -> None:
    rows = [answer(i, "market", "market") for i in range(7)]
    rows += [answer(10, "climate", "market", "climate"), answer(11, "climate", "none"), answer(12, "")]
    found = cells(coded, small(coding=rows))
    assert found["OPEN.q1_t10_answers"].value == 10
    assert found["OPEN.q1_t10[code=market]"].count == 7
    assert found["OPEN.q1_t10[code=climate]"].count == 1
    assert {found[f"OPEN.q1_t10[code={one}]"].count for one in ("innovation", "environment", "none")} == {0}
    assert found["OPEN.q1_t10[code=market]"].base == 8
    assert (found["OPEN.twice"].value, found["OPEN.twice"].base) == (9, 10)
    assert found["OPEN.unsettled"].value == 1
    assert found["OPEN.kappa_all"].note == "base_under_10"


def test_one_coder_has_no_agreement_and_no_coding_has_nothing() -> None:
    found = cells(coded, small(coding=[answer(i, "market") for i in range(12)]))
    assert found["OPEN.coders"].value == 1 and found["OPEN.twice"].value == 0
    assert not [name for name in found if "kappa" in name]
    assert cells(coded, small()) == {}


def counts(base: int, /, universe: str = "q1", **codes: int) -> Result:
    told = tuple(Cell((("code", code),), float(n), n, base) for code, n in codes.items())
    return Result("2025", "OPEN", "q1_t10", Kind.COUNT, "answers", told, ("code",), universe, protected=True)


def masked(result: Result, *more: Result, **known: object) -> dict[str, Mask]:
    kept, drafts = known.get("kept", {}), known.get("drafts", [])
    found = hidden_coded([result, *more], Policy(), kept, drafts)  # type: ignore[arg-type]
    return {f"{one.measure} {dict(one.dims)['code']}": mask for one, mask in found.items()}


@pytest.mark.parametrize(
    ("n", "mask"),
    [(0, None), (1, Mask.SMALL), (4, Mask.SMALL), (5, None), (15, None), (16, Mask.SMALL), (20, Mask.GROUP)],
)
def test_a_count_leaves_from_the_threshold_on_and_not_where_fewer_are_left_over(
    n: int, mask: Mask | None
) -> None:
    assert masked(counts(20, x=n, y=20 - n if n < 20 else 6, z=9)).get("q1_t10 x") == mask


def test_where_the_base_would_tell_a_hidden_count_another_is_hidden_too() -> None:
    """20 answers less 10 and 7: at least 3 of the hidden code, of which at most 4 are possible."""
    assert masked(counts(20, x=3, y=10, z=7)) == {"q1_t10 x": Mask.SMALL, "q1_t10 z": Mask.SECONDARY}
    assert masked(counts(20, x=3, y=10, z=9)) == {"q1_t10 x": Mask.SMALL}  # many answers have two codes


def test_few_answers_and_the_steering_group_are_not_told_at_all() -> None:
    assert set(masked(counts(9, x=9, y=5)).values()) == {Mask.SMALL}
    assert set(masked(counts(20, universe="q4", x=10, y=10)).values()) == {Mask.SMALL}


def test_agreement_on_a_code_goes_with_its_hidden_count() -> None:
    kappa = replace(
        counts(20, x=0, y=0), measure="kappa", kind=Kind.INDEX, universe="coded answers", unit="kappa"
    )
    found = masked(counts(20, x=3, y=12, z=9), kappa)
    assert found["kappa x"] is Mask.DEPENDENT and "kappa y" not in found


def test_answers_that_came_late_wait_while_they_are_few() -> None:
    policy, first = Policy(), counts(20, x=8, y=12)
    cells_, _ = door_out([first], policy)
    drafts = [Draft(cells_, [first])]
    for base, waits in ((21, True), (24, True), (25, False), (20, False)):
        now = counts(base, x=9, y=base - 9)
        told, _ = door_out([now], policy, drafts=drafts)
        values = {cell.value for cell in told.values()}
        assert values == ({8.0, 12.0} if waits else {9.0, base - 9.0}), base


def test_the_own_attack_finds_a_small_count_that_was_shown() -> None:
    result = counts(20, x=3, y=12, z=9)
    cells_, _ = door_out([result], Policy())
    assert attack_releases([Draft(cells_, [result])], Policy()) == []
    shown = {one: replace(cell, mask=None, value=3.0, count=3, base=20) if cell.mask else cell
             for one, cell in cells_.items()}  # fmt: skip
    (found,) = attack_releases([Draft(shown, [result])], Policy())
    assert found.kind == "SMALL_SHOWN" and "code=x" in found.where
    assert plan().policy.threshold == 5
