"""Rounded numbers in words: each is marked, and a percentage has no more digits than they can carry."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evallib.display import numbers
from evallib.results import Kind, Released, ReleasedCell, ResultId
from evallib.results.rounding import AT_LEAST, base_of, ends, smallest

if TYPE_CHECKING:
    from evallib.display.edition import Edition

STEPS = (1, 5, 10)  # whole percent


def percent(cell: ReleasedCell) -> int | None:
    """A share of rounded numbers in whole percent, in steps so wide that the true share lies at most one step
    away: 40 for 40 of 100, where 36.9 to 42.9 are possible. None where ten percent are too narrow."""
    assert cell.count is not None and cell.base, f"{cell.id} has no share"
    (least, most), (low, high) = (ends(one, cell.rounded) for one in (cell.count, cell.base))
    told = Fraction(cell.count * 100, cell.base)
    possible = Fraction(least * 100, high), min(Fraction(most * 100, low), Fraction(100))
    for step in STEPS:
        printed = step * int(numbers.rounded(told / step))
        if all(abs(end - printed) <= step for end in possible):
            return printed
    return None


def share(e: Edition, cell: ReleasedCell) -> str:
    """A count as a share of its base: ``about 40%``, or ``about 10 of 25`` where a percentage would promise
    too much; nobody is always exact."""
    whole = percent(cell)
    if whole is None:
        return number(e, cell, e.t("word.of", count=e.amount(cell.count or 0), base=e.amount(cell.base or 0)))
    return number(e, cell, numbers.percent(whole / 100, e.language))


def number(e: Edition, cell: ReleasedCell, words: str) -> str:
    """A printed number with its mark where it is rounded or a least one; nobody is always exact."""
    if cell.note == AT_LEAST:
        return e.t("word.at_least", value=words)
    return e.t("word.about", n=words) if cell.rounded and cell.count else words


def least(e: Edition, released: Released) -> int:
    """The smallest number by background that a release shows."""
    return smallest(*_policy(e, released))


def threshold(e: Edition) -> int:
    """The smallest group of people that the release tells of."""
    return _policy(e, e.released)[0]


def limit(e: Edition, hidden: Iterable[str] = ()) -> str:
    """Below what the ``hidden`` cells are hidden, as ``8``; ``8 (2024: 5)`` where earlier periods had another
    limit. What is not by background is never rounded, and hidden below the threshold."""
    if not any(_by_background(e, ResultId.parse(written)) for written in hidden):
        return str(threshold(e))
    now, others = least(e, e.released), dict[int, list[str]]()
    for one in e.publication.earlier:
        if (then := least(e, one)) != now:
            others.setdefault(then, []).append(one.period)
    told = "; ".join(f"{', '.join(periods)}: {then}" for then, periods in others.items())
    return f"{now} ({told})" if told else str(now)


def notes(e: Edition, ids: Iterable[str]) -> list[str]:
    """What has to be said beside these cells: what "about" means, of percentages too, and which periods were
    told otherwise."""
    periods = {one.period: one for one in e.releases}
    named = [ResultId.parse(written) for written in dict.fromkeys(ids)]
    found = [periods[one.period].get(one) for one in named if one.period in periods]
    shown = [
        cell for cell in found if cell is not None and cell.protected and cell.mask is None and cell.count
    ]
    marked = [cell for cell in shown if cell.rounded]
    if not marked:
        return []
    told = [e.t("round.legend")]
    if any(cell.kind is Kind.SHARE for cell in marked):
        told.append(e.t("round.percent"))
    exact = [
        name for name in dict.fromkeys(cell.id.period for cell in shown) if not _policy(e, periods[name])[1]
    ]
    return [*told, *([e.t("round.exact", periods=", ".join(exact))] if exact else [])]


def changed(e: Edition) -> str:
    """That periods of this report round and others don't; "" where all do alike."""
    told = {one.period: _policy(e, one)[1] for one in e.releases}
    rounding = [period for period, to in told.items() if to]
    if len(rounding) in (0, len(told)):
        return ""
    exact = ", ".join(period for period, to in told.items() if not to)
    return e.t("round.changed", rounded=", ".join(rounding), exact=exact)


def rounds(e: Edition) -> int:
    """To multiples of what this release rounds numbers by background; 0 = not at all."""
    return _policy(e, e.released)[1]


def _by_background(e: Edition, name: ResultId) -> bool:
    found = next((one.get(name) for one in e.releases if one.period == name.period), None)
    return found is not None and found.protected and [dim for dim, _ in name.dims] != ["code"]


def _policy(e: Edition, released: Released) -> tuple[int, int]:
    """The threshold of a release, and to multiples of what it rounds."""
    told: Any = released.facts.get("parameters") or {}
    own = e.publication.plan.policy
    return int(told.get("threshold", own.threshold)), base_of(str(told.get("masking", own.masking)))
