"""Weights against non-response: raking to what is known of everybody who was asked, and what that costs.

A weight says for how many people of the frame an answer stands. Only shares and means are ever weighted:
a count of what people report is never grossed up to those who did not answer.
Checked against R 4.2.2 (survey: ``rake``, ``svymean``, ``svyciprop``) to 1e-8 relative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
SWEEPS, NEAR = 2000, 1e-12


@dataclass(frozen=True)
class Margin:
    """One thing known of everybody. codes: each respondent's class; frame: by class how many were asked.

    Respondents are told by class, renamed with it; an empty class has 0; everybody twice doubles them.
    """

    codes: npt.NDArray[np.object_]
    frame: Mapping[str, int]

    def answered(self) -> dict[str, int]:
        """Respondents by class of the frame."""
        return {code: int((self.codes == code).sum()) for code in self.frame}


@dataclass(frozen=True)
class Weights:
    """values: one a respondent, adding up to the frame; empty when refused, and ``note`` says why.

    places: by margin the class of each respondent, as a number. largest: the largest weight over the mean.
    Everybody twice doubles the effective n; design effect and largest weight stay. Refused weights have none
    of these: ValueError with the reason.
    """

    values: Numbers
    places: tuple[npt.NDArray[np.intp], ...] = ()
    note: str = ""

    @property
    def deff(self) -> float:
        """Kish's design effect n Σw² / (Σw)²: how many times the variance grows by uneven weights alone."""
        _must_stand(self)
        return float(len(self.values) * (self.values**2).sum() / self.values.sum() ** 2)

    @property
    def effective(self) -> float:
        """Kish's effective n: as many people without weights would tell as much."""
        return len(self.values) / self.deff

    @property
    def largest(self) -> float:
        _must_stand(self)
        return float(self.values.max() / self.values.mean())


@dataclass(frozen=True)
class Weighted:
    """value: mean or share. error: its linearised standard error, without finite population correction.

    Swapping yes and no mirrors the interval; everybody twice makes it narrower.
    """

    value: float
    error: float
    people: int

    def logit_interval(self) -> tuple[float, float] | None:
        """The 95 % interval of a share, with t on n − 1 on the logit scale; 0 and 1 have none (None)."""
        from scipy.special import stdtrit

        if not 0 < self.value < 1:
            return None
        middle = log(self.value / (1 - self.value))
        half = float(stdtrit(self.people - 1, 0.975)) * self.error / (self.value * (1 - self.value))
        return 1 / (1 + exp(half - middle)), 1 / (1 + exp(-half - middle))


def rake(margins: Sequence[Margin], *, at_most: float | None = None, fewest: int = 5) -> Weights:
    """Weights that give every class of every margin its number in the frame (Deming & Stephan 1940).

    at_most: no weight is larger than this many times the mean; cut weights are raked again until both hold.
    Refused: ``outside_frame`` when a respondent's class is not in the frame, ``stratum_under_5`` when a
    class that somebody was asked in has fewer than ``fewest`` respondents, ``no_convergence``. Values and
    places keep the order of respondents and margins; an empty class that nobody was asked in changes
    nothing. Everybody twice gives each of the two half the weight. Raises ValueError for a frame with a
    negative number.
    """
    if any(asked < 0 for one in margins for asked in one.frame.values()):
        raise ValueError("a frame has a negative number of people")
    people = len(margins[0].codes) if margins else 0
    if not people:
        return refused("no_data")
    if any(not set(one.codes) <= set(one.frame) for one in margins):
        return refused("outside_frame")
    if any(one.answered()[code] < fewest for one in margins for code, asked in one.frame.items() if asked):
        return refused(f"stratum_under_{fewest}")
    classes = [{code: place for place, code in enumerate(one.frame)} for one in margins]
    places = tuple(
        np.array([known[code] for code in one.codes], dtype=np.intp)
        for one, known in zip(margins, classes, strict=True)
    )
    wanted = [np.array(list(one.frame.values()), dtype=float) for one in margins]
    total = float(wanted[0].sum())
    cap = np.inf if at_most is None else at_most * total / people
    values = np.full(people, total / people)
    for _ in range(SWEEPS):
        for place, sums in zip(places, wanted, strict=True):
            values *= (sums / np.maximum(np.bincount(place, values, len(sums)), 1e-300))[place]
        np.minimum(values, cap, out=values)
        off = [
            np.abs(np.bincount(place, values, len(sums)) - sums).max()
            for place, sums in zip(places, wanted, strict=True)
        ]
        if max(off) <= NEAR * total:
            return Weights(values, places)
    return refused("no_convergence")


def weighted_mean(weights: Weights, values: Numbers) -> Weighted:
    """Mean of ``values`` (0 and 1 for a share), NaN = not answered, with the standard error after raking.

    The error takes from each score what its classes explain (ten sweeps over the margins, Deville & Särndal
    1992 as R's survey does), then n / (n − 1) Σ(e − ē)² over all respondents. Swapping yes and no gives
    1 − value; everybody twice with half the weight doubles people, makes the error smaller and leaves the
    value. Raises ValueError for refused weights, for nobody's answers and for infinite ones.
    """
    _must_stand(weights)
    known = ~np.isnan(values)
    if not known.any() or np.isinf(values).any():
        raise ValueError("a weighted mean of nobody's or of infinite answers was asked for")
    own = weights.values * known
    value = float(own @ np.where(known, values, 0.0) / own.sum())
    # everybody's yes is 1, not the 1.0000000000000004 of rounding
    value = min(max(value, float(values[known].min())), float(values[known].max()))
    scores = own * np.where(known, values - value, 0.0) / own.sum()
    people = len(scores)
    for _ in range(10):
        for place in weights.places:
            means = np.bincount(place, scores / weights.values) / np.maximum(np.bincount(place), 1)
            scores = scores - weights.values * means[place]
    variance = people / (people - 1) * float(((scores - scores.mean()) ** 2).sum())
    return Weighted(value, sqrt(variance), people)


def _must_stand(weights: Weights) -> None:
    if not len(weights.values):
        raise ValueError(f"there are no weights: {weights.note}")


def refused(why: str) -> Weights:
    """No weights, and why."""
    return Weights(np.zeros(0), note=why)
