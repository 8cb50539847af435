"""What may be told about all respondents together, and about single figures that stand in no table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from evallib.plan.model import Policy
from evallib.results import Cell, Key, Kind, Mask, Result, ResultId
from evallib.results.rounding import smallest

STEERING = "q4"  # about ten people who know each other: medians only
_OF_ANSWERS = (Kind.SHARE, Kind.BALANCE, Kind.MEAN, Kind.INDEX, Kind.EFFECT, Kind.P_VALUE)


def survey_universes(results: Sequence[Result]) -> frozenset[str]:
    """The universes whose members answered questions."""
    asked = {result.universe for result in results if question_of(result)}
    return frozenset(asked | {STEERING})


def question_of(result: Result) -> str:
    """The question behind a result, as ``T01``; empty when it counts no answers."""
    keys = [name for name, _ in (*result.denominator, *result.numerator) if name.startswith("answer:")]
    return keys[0].removeprefix("answer:") if keys else ""


def codes_of(key: Key) -> tuple[str, ...]:
    """The categories of a key of one dim."""
    return key[0][1] if len(key) == 1 else ()


def hidden_overall(
    results: Sequence[Result], policy: Policy, surveys: Collection[str]
) -> dict[ResultId, Mask]:
    """Masks of unprotected results: under the base only the median; nothing when all answered alike."""
    alike = {(one.universe, question_of(one)) for one in results if not one.protected and _alike(one)}
    masks: dict[ResultId, Mask] = {}
    for result in results:
        of_people = result.of_reports or result.universe.split(" ")[0] in surveys
        if result.protected or not of_people:
            continue
        same = bool(question_of(result)) and (result.universe, question_of(result)) in alike
        for cell in result.cells:
            mask = _why(result, cell, policy, same)
            if mask is not None:
                masks[result.id_of(cell)] = mask
    return masks


def _why(result: Result, cell: Cell, policy: Policy, same: bool) -> Mask | None:
    base, count = cell.base or 0, cell.count or 0
    steering = result.universe.split(" ")[0] == STEERING
    if result.of_reports and base:
        few = steering or cell.note == "few_firms" or 0 < count < policy.threshold
        return Mask.SMALL if few or base < policy.overall_base else Mask.GROUP if cell.value == 0 else None
    if _is_n(result) or not (base or count):
        return None
    if result.kind is Kind.MEDIAN:
        few = 0 < base < policy.threshold
        return Mask.SMALL if few else Mask.GROUP if same else None
    if steering:
        return Mask.SMALL
    if question_of(result) or result.kind in _OF_ANSWERS:
        return Mask.SMALL if base < policy.overall_base else Mask.GROUP if same else None
    return None


def _is_n(result: Result) -> bool:
    """Whether the result says how many answered: a count of people, without their answers."""
    return result.kind is Kind.COUNT and not result.dims and not result.denominator


def _alike(result: Result) -> bool:
    """Whether a question has one answer from everyone who answered it."""
    if not question_of(result):
        return False
    if result.kind is Kind.COUNT and "answer" in result.dims:
        return any(cell.base and cell.count == cell.base for cell in result.cells)
    return result.kind is Kind.SHARE and any(_one_sided(result, cell) for cell in result.cells)


def _one_sided(result: Result, cell: Cell) -> bool:
    """A share of nothing or of everything where that means a single answer."""
    inside = set(codes_of(result.numerator))
    outside = set(codes_of(result.denominator)) - inside
    whole = cell.base and cell.base > 1
    return bool(whole) and (
        (len(inside) == 1 and cell.count == cell.base) or (len(outside) == 1 and cell.count == 0)
    )


def loose_masks(result: Result, threshold: int, to: int = 0) -> Iterator[tuple[ResultId, Mask]]:
    """Masks of protected figures that stand in no table: count, complement and base by themselves, each at
    least the smallest that is published when numbers are rounded (``to``)."""
    least = smallest(threshold, to)
    for cell in result.cells:
        base, count = cell.base or 0, cell.count
        numbers: tuple[int, ...] = (base,) if count is None else (count, base, base - count)
        few = cell.people is not None and 0 < cell.people < threshold
        if few or any(0 < number < least for number in numbers):
            yield result.id_of(cell), Mask.SMALL
