"""Counts published as the nearest multiple of a base, and what a reader knows of the true ones.

Deterministic: a count is published alike wherever it stands, and equal counts give equal numbers, so that two
tables, two languages or two drafts of the same people never contradict each other. Base 0 = exact.
"""

from __future__ import annotations

ROUND5 = 5
AT_LEAST = "at_least"  # the note of a number that may be larger


def base_of(masking: str) -> int:
    """To multiples of what a policy's ``masking`` rounds; 0 where numbers are exact or hidden."""
    return ROUND5 if masking == "round5" else 0


def masking_of(base: int) -> str:
    """The policy's word for a base: the other way round."""
    return "round5" if base else "suppress"


def rounded(count: int, to: int) -> int:
    """The published number of a count; ``to`` is 0 or odd, so that no count lies half way."""
    return to * ((count + to // 2) // to) if to else count


def ends(count: int, to: int) -> tuple[int, int]:
    """The least and greatest count that is published as this one is; nobody is always exact."""
    published = rounded(count, to)
    return (published - to // 2, published + to // 2) if count and to else (count, count)


def smallest(threshold: int, to: int) -> int:
    """The least count that is published: whatever is published as it is has at least ``threshold`` people."""
    counts = range(threshold, threshold + 2 * to + 1)
    return next(count for count in counts if ends(count, to)[0] >= threshold)
