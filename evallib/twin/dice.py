"""Chance that gives the same draws on every platform and Python version.

Only ``random.Random.random`` is used, whose stream for a text seed is fixed; normal deviates are sums of
uniform ones, so that no C library's logarithm can move a rounded answer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
SEED = "evallib demo 1"


class Dice:
    """A stream of chance of its own for one part, so that a change in one part leaves others alone."""

    def __init__(self, *part: object) -> None:
        self._random = random.Random("|".join([SEED, *map(str, part)]))

    def unit(self) -> float:
        return self._random.random()

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends possible."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.whole(0, len(choices) - 1)]

    def weighted(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        left = self.unit() * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            left -= weight
            if left < 0:
                return choice
        return choices[-1]

    def normal(self) -> float:
        """A deviate with mean 0 and variance 1: twelve uniform ones, less six."""
        return sum(self.unit() for _ in range(12)) - 6.0

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        left = list(choices)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(len(left))]

    def sample(self, choices: Sequence[T], size: int, weights: Sequence[float] = ()) -> list[T]:
        """``size`` different choices in the order in which they were drawn."""
        left, weight = list(choices), list(weights) or [1.0] * len(choices)
        drawn: list[T] = []
        for _ in range(min(size, len(left))):
            place = self.weighted(range(len(left)), weight)
            drawn.append(left.pop(place))
            weight.pop(place)
        return drawn


def words(written: str) -> tuple[str, ...]:
    """The words of a text, for lists that read better without quotes."""
    return tuple(written.split())
