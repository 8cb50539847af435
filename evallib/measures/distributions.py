"""Answers to one question: counts by option, share of the top options, median, balance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from evallib.codebook.model import Option
from evallib.measures.proportions import finite_population, share
from evallib.results import Cell, Dims
from evallib.tidy import SurveyFrame

Mask = npt.NDArray[np.bool_]
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Answers:
    """The answers to one item, one entry a kept response.

    codes: the classes in printed order: the item's options, then ``other`` and ``unknown`` if they occur.
    values: place on the scale of each class, NaN for those that have none (don't know, unknown …).
    index: class of each response, −1 = no answer. substantive: which classes make up the base.
    What is told by response or by class keeps the order of responses and of options; codes are renamed
    with the options; an empty class is one of the classes, with no answers; everybody twice doubles counts
    and base.
    """

    series: str
    codes: tuple[str, ...]
    substantive: Mask
    values: npt.NDArray[np.float64]
    index: npt.NDArray[np.intp]

    @property
    def base_codes(self) -> tuple[str, ...]:
        """The classes that make up the base of a share."""
        return tuple(code for code, counts in zip(self.codes, self.substantive, strict=True) if counts)

    @property
    def answered(self) -> Mask:
        """Who gave a substantive answer."""
        return np.append(self.substantive, False)[self.index]

    def counts(self, among: Mask | None = None) -> npt.NDArray[np.intp]:
        """Responses by class."""
        index = self.index if among is None else self.index[among]
        return np.bincount(index + 1, minlength=len(self.codes) + 1)[1:]

    def base(self, among: Mask | None = None) -> int:
        """Substantive answers."""
        return int(self.counts(among)[self.substantive].sum())

    def count_of(self, codes: Collection[str], among: Mask | None = None) -> int:
        """Responses in any of the classes."""
        wanted = np.array([code in codes for code in self.codes], dtype=bool)
        return int(self.counts(among)[wanted].sum())

    def scale_values(self, among: Mask | None = None) -> npt.NDArray[np.float64]:
        """The scale value of each response, NaN without one."""
        values = np.append(self.values, np.nan)[self.index]
        return values if among is None else values[among]

    def top(self, how_many: int = 2) -> tuple[str, ...]:
        """The codes with the highest values on the scale, in printed order."""
        cut = sorted(self.values[~np.isnan(self.values)])[-how_many:]
        return tuple(
            code for code, value in zip(self.codes, self.values, strict=True) if cut and value >= cut[0]
        )


def answers(survey: SurveyFrame, series: str, sub: str = "") -> Answers:
    """The answers to an item (or one subitem) of a survey, coded by its options.

    An item that was not asked has no classes and nobody who answered. Keeps the order of responses;
    everybody twice stands there twice.
    """
    item = survey.item(series)
    options = item.options if item else ()
    written = survey.code_array(series, sub)
    extra = [code for code in ("other", "unknown") if (written == code).any()]
    return coded(f"{series}_{sub}" if sub else series, written, options, extra)


def coded(
    series: str, written: npt.NDArray[np.object_], options: tuple[Option, ...], extra: Collection[str] = ()
) -> Answers:
    """Answers from an array of option codes with None for missing; any other code is no answer here.

    extra: codes besides the options that get a class of their own. Keeps the order of responses and of
    options; codes are renamed with the options; an empty option is a class; everybody twice stands there
    twice.
    """
    classes = tuple(option.code for option in options)
    classes += tuple(code for code in extra if code not in classes)
    index = np.full(len(written), -1, dtype=np.intp)
    for place, code in enumerate(classes):
        index[written == code] = place
    values = [np.nan if one.value is None else one.value for one in options]
    values += [np.nan] * (len(classes) - len(options))
    # "other" is an answer, "unknown" is a fault of the data
    substantive = [one.substantive for one in options]
    substantive += [code == "other" for code in classes[len(options) :]]
    return Answers(series, classes, np.array(substantive, dtype=bool), np.array(values, dtype=float), index)


def distribution(one: Answers, *, dims: Dims = (), among: Mask | None = None) -> tuple[Cell, ...]:
    """One cell a class: its count, with the substantive answers as base.

    In the order of the options, by their codes, renamed with them; an empty option has its cell, with
    count 0. Everybody twice doubles counts and base.
    """
    counts, base = one.counts(among), one.base(among)
    return tuple(
        Cell((("answer", code), *dims), float(count), int(count), base, note="" if base else "no_data")
        for code, count in zip(one.codes, counts, strict=True)
    )


def top_share(
    one: Answers,
    codes: Collection[str],
    *,
    floor: int = 10,
    dims: Dims = (),
    among: Mask | None = None,
    population: int | None = None,
    method: str = "wilson",
) -> Cell:
    """The share of substantive answers that lie in ``codes``, with its interval.

    Everybody twice doubles count and base and makes the interval narrower.
    """
    counted = one.count_of(codes, among)
    return share(counted, one.base(among), floor=floor, dims=dims, population=population, method=method)


def median(one: Answers, *, dims: Dims = (), among: Mask | None = None) -> Cell:
    """The median on the item's scale; between two values half way. Don't know is left out.

    Everybody twice doubles the base.
    """
    values = one.scale_values(among)
    return median_of(values, dims=dims)


def median_of(values: npt.NDArray[np.float64], *, dims: Dims = ()) -> Cell:
    """The median of numbers, NaN = missing, with how many there are.

    On a scale renamed to another even spacing it moves with the numbers; everybody twice doubles the base.
    Raises ValueError for an infinite number.
    """
    values = values[~np.isnan(values)]
    if np.isinf(values).any():
        raise ValueError("a median of infinite numbers was asked for")
    if not len(values):
        return Cell(dims, None, base=0, note="no_data")
    return Cell(dims, float(np.median(values)), base=len(values))


def balance(
    one: Answers,
    *,
    middle: tuple[float, float] = (0.0, 0.0),
    floor: int = 10,
    dims: Dims = (),
    population: int | None = None,
    among: Mask | None = None,
) -> Cell:
    """Per cent above the middle of the scale minus per cent below it, −100…100 points.

    middle: its lowest and highest value; (7, 8) of 0–10 gives the Net Promoter Score. The interval takes
    the variance of a difference of two shares of one sample, (p₊ + p₋ − (p₊ − p₋)²) / n, times the finite
    population correction. Everybody twice doubles the base and makes the interval narrower.
    """
    base = one.base(among)
    if base < floor:
        return Cell(dims, None, base=base, note=f"base_under_{floor}" if base else "no_data")
    points, variance = _balanced(one, middle, among)
    half = _Z * sqrt(variance * finite_population(base, population))
    return Cell(dims, points, base=base, interval=(max(-100.0, points - half), min(100.0, points + half)))


def balance_change(
    now: Answers, before: Answers, *, middle: tuple[float, float] = (0.0, 0.0), floor: int = 10
) -> Cell:
    """The balance of one sample minus that of another, in points; base: the smaller sample.

    Swapping the samples turns value and interval round; everybody twice doubles the base and makes the
    interval narrower.
    """
    base = min(now.base(), before.base())
    if base < floor:
        return Cell(base=base, note=f"base_under_{floor}" if base else "no_data")
    (points, variance), (points2, variance2) = _balanced(now, middle), _balanced(before, middle)
    half, change = _Z * sqrt(variance + variance2), points - points2
    return Cell(value=change, base=base, interval=(change - half, change + half))


def _balanced(one: Answers, middle: tuple[float, float], among: Mask | None = None) -> tuple[float, float]:
    """(points, their variance)."""
    values, base = one.scale_values(among), one.base(among)
    up, down = float((values > middle[1]).sum()) / base, float((values < middle[0]).sum()) / base
    # a whole of all or nobody has no variance; rounding may leave −1e-17
    return (up - down) * 100, max(0.0, up + down - (up - down) ** 2) / base * 100**2
