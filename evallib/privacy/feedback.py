"""What organisers may be told right after an event, and what it gives away beside the annual report.

Of one event nothing is told but the middle answer or, of enough answers, how large a part gave the two
highest (docs/decisions/0017). Who holds both this and a report knows how all answered together: with whole
numbers it is asked what each small count of an event, or of everybody else, can still be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evallib.plan.model import Policy

TOP = 2  # so many of the highest answers are told together
BANDS = ("under_half", "half", "three_quarters")  # how large a part of the answers they are
_WIDE = 3  # from its least to its most a hidden number can move at least so far

Counts = Sequence[int]  # answers by option, lowest first
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """What is told of one question, one of the two. band: a place in :data:`BANDS`, of enough answers;
    middle: of fewer the place of the middle answer (of two the lower) among the options, lowest first."""

    middle: int | None = None
    band: int | None = None


@dataclass(frozen=True)
class Told:
    """What was said of an event's answers, and what these were."""

    said: Said
    counts: Counts


def said_of(counts: Counts, attended: int | None, policy: Policy) -> Said | None:
    """What may be said of the answers of one event to one question; None for nothing.

    Below the threshold nothing, and nothing where all answered alike. Whoever knows how many attended (None
    where nobody does) must not learn from the answers how few of them did not answer.
    """
    base = sum(counts)
    if not told_as(base, attended, policy) or max(counts) == base:
        return None
    if told_as(base, attended, policy) >= policy.overall_base:
        return Said(band=_band(counts))
    return Said(next(place for place in range(len(counts)) if 2 * sum(counts[: place + 1]) >= base))


def told_as(answers: int, attended: int | None, policy: Policy) -> int:
    """At least how many answers there are said to be: the base of overall distributions, the threshold, or 0
    for nothing. Between it and all who attended lie enough numbers to hide how many did not answer."""
    for least in (max(policy.overall_base, policy.threshold), policy.threshold):
        if answers >= least and (attended is None or attended >= least + policy.threshold - 1):
            return least
    return 0


def _band(counts: Counts) -> int:
    top, base = sum(counts[-TOP:]), sum(counts)
    return 2 if 4 * top >= 3 * base else 1 if 2 * top >= base else 0


def given_away(told: Sequence[Told], overall: Counts, threshold: int) -> bool:
    """Whether the overall distribution of a report, beside what was told of events, makes a number of 1 …
    threshold - 1 people as good as known: an answer of one event, or of all who are in none of these.

    Only what both say together counts; what each of them says alone stands where it was told. Taken at its
    worst the reader knows how many answered of each event.
    """
    everybody = np.array(overall, dtype=float)
    groups = [*(np.array(one.counts, dtype=float) for one in told)]
    rest = everybody - sum(groups, np.zeros(len(overall)))
    if (rest < 0).any():
        return True  # these are not the same people any more: it can't be judged
    rules = [_rules(one) for one in told]
    return any(
        _pinned(number, group, place, groups, rest, rules, threshold)
        for number, group in enumerate([*groups, rest])
        for place in range(len(overall))
        if 0 < group[place] < threshold
    )


def _pinned(
    number: int, group: Vector, place: int, groups: Sequence[Vector], rest: Vector,
    rules: Sequence[tuple[Vector, Vector]], threshold: int,
) -> bool:  # fmt: skip
    """Whether both together leave a count fewer values than each of them alone, and too few."""
    low, high = _range(number, place, groups, rest, rules)
    if high - low >= min(_WIDE, threshold - 2):
        return False
    everybody, base = sum(groups, rest.copy()), group.sum()
    least = max(0.0, base - (everybody.sum() - everybody[place]))
    most = min(base, everybody[place])
    if number < len(groups):  # what was told of the event alone
        alone = _range(0, place, [group], None, [rules[number]])
        least, most = max(least, alone[0]), min(most, alone[1])
    return bool(low > least or high < most)


def _rules(one: Told) -> tuple[Vector, Vector]:
    """Rows over an event's counts, and what each is at most: the middle, the band, and not all alike."""
    k, n, said = len(one.counts), sum(one.counts), one.said
    rows, ends = [np.eye(k)], [n - 1] * k
    if said.middle is not None:
        up_to = np.array([[place <= said.middle for place in range(k)]], dtype=float)
        below = np.array([[place < said.middle for place in range(k)]], dtype=float)
        rows, ends = [*rows, -2 * up_to, 2 * below], [*ends, -n, n - 1]
    top = np.array([[place >= k - TOP for place in range(k)]], dtype=float)
    if said.band == 0:
        rows, ends = [*rows, 2 * top], [*ends, n - 1]
    elif said.band == 1:
        rows, ends = [*rows, -2 * top, 4 * top], [*ends, -n, 3 * n - 1]
    elif said.band == 2:
        rows, ends = [*rows, -4 * top], [*ends, -3 * n]
    return np.vstack(rows), np.array(ends, dtype=float)


def _range(
    number: int, place: int, groups: Sequence[Vector], rest: Vector | None,
    rules: Sequence[tuple[Vector, Vector]],
) -> tuple[float, float]:  # fmt: skip
    """The least and the most that a count can be. rest: the answers of all others, whose sum by answer with
    the groups is known; None where no overall distribution is."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    everything = [*groups, *([] if rest is None else [rest])]
    k = len(everything[0])
    size = k * len(everything)
    constraints = list(_constraints(everything, rules, size, k, rest is not None))
    wanted = np.zeros(size)
    wanted[number * k + place] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = milp(sign * wanted, constraints=[LinearConstraint(*one) for one in constraints],
                     integrality=np.ones(size), bounds=Bounds(0, np.inf))  # fmt: skip
        ends.append(round(sign * found.fun) if found.success else everything[number][place])
    return ends[0], ends[1]


def _constraints(
    everything: Sequence[Vector], rules: Sequence[tuple[Vector, Vector]], size: int, k: int, overall: bool
) -> Iterator[tuple[Vector, Vector, Vector]]:
    """Rows with their least and most: how many of each group, what was told, all together by answer."""
    for number, group in enumerate(everything):
        columns = slice(number * k, (number + 1) * k)
        row = np.zeros((1, size))
        row[0, columns] = 1.0
        yield row, np.array([group.sum()]), np.array([group.sum()])
        if number < len(rules):
            told, most = rules[number]
            rows = np.zeros((len(told), size))
            rows[:, columns] = told
            yield rows, np.full(len(told), -np.inf), most
    if overall:
        whole = np.tile(np.eye(k), len(everything))
        known = sum(everything, np.zeros(k))
        yield whole, known, known
