"""Whether two numbers differ: one interval for a change, used for colours and for words alike."""

from __future__ import annotations

from math import hypot

Interval = tuple[float, float]
_ROUNDING = 1e-9  # a limit that should be 0 may be written as 1e-17


def change_interval(
    now: float, now_interval: Interval | None, before: float, before_interval: Interval | None
) -> Interval:
    """The interval of now − before, made from the two numbers' own intervals.

    Distances of the limits are added as squares (Newcombe 1998, method 10; Zou and Donner 2008). A number
    without interval (an agreed baseline, an exact count) adds no uncertainty.
    """
    now_low, now_high = now_interval or (now, now)
    low, high = before_interval or (before, before)
    change = now - before
    return change - hypot(now - now_low, high - before), change + hypot(now_high - now, before - low)


def holds(interval: Interval, value: float) -> bool:
    """Whether the closed interval holds the value: touching it counts as holding."""
    return interval[0] - _ROUNDING <= value <= interval[1] + _ROUNDING
