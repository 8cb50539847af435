"""Shares with their intervals: Wilson unless the policy asks for another.

Checked against R 4.2.2 (``prop.test`` without continuity correction, DescTools, Newcombe's hybrid score
interval) to 1e-8 relative. Brown, Cai & DasGupta 2001; Newcombe 1998.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from evallib.results import Cell, Dims

Interval = tuple[float, float]


def wilson(count: int, base: int, *, population: int | None = None, confidence: float = 0.95) -> Interval:
    """The Wilson score interval of count / base, 0–1.

    population: size of the whole frame when the answers are a part of a known, finite frame; z² is then
    multiplied by (N − n) / (N − 1), so that a complete survey has no interval left. Swapping those who said
    so with those who did not mirrors it at one half; everybody twice makes it narrower. Raises ValueError
    where count / base is no proportion.
    """
    _proportion(count, base)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    z_squared = z * z * finite_population(base, population)
    share = count / base
    middle = share + z_squared / (2 * base)
    half = sqrt(z_squared * (share * (1 - share) / base + z_squared / (4 * base * base)))
    scale = 1 + z_squared / base
    # the ends 0 and 1 are exact; rounding would leave -1e-17 and 1.0000000000000002
    low = 0.0 if count == 0 else (middle - half) / scale
    high = 1.0 if count == base else (middle + half) / scale
    return low, high


def _proportion(count: int, base: int) -> None:
    if not 0 <= count <= base or base == 0:
        raise ValueError(f"{count} of {base} is no proportion")


def finite_population(base: int, population: int | None) -> float:
    """(N − n) / (N − 1), 1 where no population is known, 0 where everybody answered.

    Everybody twice makes it a little smaller: 1 − n / N is where it ends.
    """
    if population is None or population <= 1:
        return 1.0
    return max(0.0, (population - base) / (population - 1))


def clopper_pearson(count: int, base: int, *, confidence: float = 0.95) -> Interval:
    """The exact interval of count / base: never covers less often than it says, so it is wide.

    Swapping, everybody twice, errors: as :func:`wilson`.
    """
    _proportion(count, base)
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(count, base - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, base - count, 1 - tail)) if count < base else 1.0
    return low, high


def jeffreys(count: int, base: int, *, confidence: float = 0.95) -> Interval:
    """Jeffreys' interval of count / base; the end is 0 where nobody and 1 where everybody answered so.

    Swapping, everybody twice, errors: as :func:`wilson`.
    """
    _proportion(count, base)
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    ends = betaincinv(count + 0.5, base - count + 0.5, [tail, 1 - tail])
    return float(ends[0]) if count else 0.0, float(ends[1]) if count < base else 1.0


def newcombe(count: int, base: int, count2: int, base2: int, *, confidence: float = 0.95) -> Interval:
    """Newcombe's interval (method 10) of count / base − count2 / base2 of two independent samples.

    Swapping the samples turns it round: −high, −low; everybody twice makes it narrower. Errors as
    :func:`wilson`.
    """
    low, high = wilson(count, base, confidence=confidence)
    low2, high2 = wilson(count2, base2, confidence=confidence)
    share, share2 = count / base, count2 / base2
    below = sqrt((share - low) ** 2 + (high2 - share2) ** 2)
    above = sqrt((high - share) ** 2 + (share2 - low2) ** 2)
    return share - share2 - below, share - share2 + above


def share(
    count: int,
    base: int,
    *,
    floor: int = 10,
    dims: Dims = (),
    population: int | None = None,
    interval: bool = True,
    method: str = "wilson",
) -> Cell:
    """count / base as a cell. Under the floor there is no share, only the count and the base.

    interval: for shares of samples; False for complete records. method: wilson, clopper_pearson or
    jeffreys; only Wilson's knows a finite population. Swapping those who said so with those who did not gives
    1 − share and the mirrored interval; everybody twice doubles count and base and makes the interval
    narrower. Raises ValueError where count / base is no proportion.
    """
    if base == 0:
        return Cell(dims, None, count, base, note="no_data")
    if base < floor:
        return Cell(dims, None, count, base, note=f"base_under_{floor}")
    return Cell(dims, count / base, count, base, _ends(count, base, population, method) if interval else None)


def _ends(count: int, base: int, population: int | None, method: str) -> Interval:
    if method == "wilson":
        return wilson(count, base, population=population)
    return clopper_pearson(count, base) if method == "clopper_pearson" else jeffreys(count, base)
