"""Places in files, as a person reads a list of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINE = re.compile(r"([^:]+):(\d+)")
_TEXT = re.compile(r"(.+/[^./]+)(\.(?:fi|sv|en)\.md(?:#review)?)")


def together(places: Iterable[str]) -> list[str]:
    """Places as a person reads them: lines of one file and languages of one text in one entry each.

    ``a.yaml:11``, ``a.yaml:12``, ``a.yaml:14`` become ``a.yaml: 11–12, 14``; ``4.fi.md``, ``4.sv.md`` become
    ``4.fi.md, .sv.md``. Others stay as they are, all in the order of their first.
    """
    lines: dict[str, list[int]] = {}
    texts: dict[str, list[str]] = {}
    order: dict[str, None] = {}
    for place in places:
        if found := _LINE.fullmatch(place):
            lines.setdefault(found[1], []).append(int(found[2]))
            order[found[1]] = None
        elif found := _TEXT.fullmatch(place):
            texts.setdefault(found[1], []).append(found[2])
            order[found[1]] = None
        else:
            order[place] = None
    return [_told(one, lines.get(one, []), texts.get(one, [])) for one in order]


def _told(place: str, lines: list[int], texts: list[str]) -> str:
    if texts:
        return f"{place}{', '.join(texts)}"
    numbers = sorted(set(lines))
    if len(numbers) == 1:
        return f"{place}:{numbers[0]}"
    return f"{place}: {_runs(numbers)}" if numbers else place


def _runs(numbers: list[int]) -> str:
    """11–13, 15 for 11, 12, 13 and 15."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(one[0]) if len(one) == 1 else f"{one[0]}–{one[-1]}" for one in runs)
