"""Response by group while a survey runs: which groups may be looked at by themselves."""

from __future__ import annotations

from collections.abc import Mapping


def shown_groups(
    counts: Mapping[str, tuple[int, int]], threshold: int
) -> tuple[dict[str, tuple[int, int]], tuple[int, int] | None]:
    """Groups as (invited, answered) that may be seen, and the others together; None where these may not.

    A group is seen where at least ``threshold`` of its people answered and as many did not. The others are
    told together, where they are two or more and the same holds of their sum; groups are added to them,
    smallest first, until it does. Where it never does, no group is seen: the total would tell what is hidden.
    """
    hidden = [code for code, one in counts.items() if not _enough(one, threshold)]
    shown = sorted((code for code in counts if code not in hidden), key=lambda code: (counts[code][0], code))
    while hidden and shown and not _together(counts, hidden, threshold):
        hidden.append(shown.pop(0))
    if hidden and not _together(counts, hidden, threshold):
        return {}, None
    seen = {code: counts[code] for code in counts if code not in hidden}
    return seen, _sum(counts, hidden) if hidden else None


def _enough(one: tuple[int, int], threshold: int) -> bool:
    invited, answered = one
    return answered >= threshold and invited - answered >= threshold


def _together(counts: Mapping[str, tuple[int, int]], hidden: list[str], threshold: int) -> bool:
    return len(hidden) > 1 and _enough(_sum(counts, hidden), threshold)


def _sum(counts: Mapping[str, tuple[int, int]], codes: list[str]) -> tuple[int, int]:
    return sum(counts[code][0] for code in codes), sum(counts[code][1] for code in codes)
