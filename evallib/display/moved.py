"""What is printed otherwise in one release than in another: numbers, colours, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evallib.display.edition import Edition
from evallib.display.naming import measure_name
from evallib.results import ReleasedCell

WAITING = "late"  # the note and the mask of what the rule for late data holds back


@dataclass(frozen=True)
class Moved:
    """A number or a conclusion of two releases, as printed in each; "" where one has none."""

    id: str
    name: str
    before: str
    after: str


def numbers(a: Edition, b: Edition) -> Iterator[Moved]:
    """Numbers that are printed otherwise, came, or went; those that wait are in :func:`held`."""
    before, after = _cells(a), _cells(b)
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if new is not None and _waits(new):
            continue
        if _printed(a, old) != _printed(b, new):
            yield _moved(a, b, name, old, new)


def held(a: Edition, b: Edition) -> Iterator[Moved]:
    """Numbers that the rule for late data keeps as they were or hides."""
    before = _cells(a)
    for name, new in _cells(b).items():
        if _waits(new):
            yield _moved(a, b, name, before.get(name), new)


def conclusions(a: Edition, b: Edition) -> Iterator[Moved]:
    """Colours, and grades of evidence, that changed."""
    for subject in dict.fromkeys([*a.released.assessments, *b.released.assessments]):
        old, new = (
            (one.colour, one.grade) if (one := e.released.assessments.get(subject)) else None for e in (a, b)
        )
        if old != new:
            yield Moved(subject, _subject(b, subject), _judged(a, subject), _judged(b, subject))


def _cells(e: Edition) -> dict[str, ReleasedCell]:
    """Cells by id without the period, so that two periods can stand side by side."""
    return {str(one).partition("/")[2]: cell for one, cell in e.released.cells.items()}


def _waits(cell: ReleasedCell) -> bool:
    return WAITING in (cell.note, cell.mask and cell.mask.value)


def _printed(e: Edition, cell: ReleasedCell | None) -> str:
    return e.text(cell) if cell is not None else ""


def _moved(a: Edition, b: Edition, name: str, old: ReleasedCell | None, new: ReleasedCell | None) -> Moved:
    return Moved(name, measure_name(b, name), _printed(a, old), _printed(b, new))


def _judged(e: Edition, subject: str) -> str:
    found = e.released.assessments.get(subject)
    if found is None:
        return ""
    evidence = e.evidence(subject) if found.grade else ""
    return " · ".join(one for one in (e.state(subject).text, e.reason(subject), evidence) if one)


def _subject(e: Edition, code: str) -> str:
    plan = e.publication.plan
    named = {one.code: one.name for one in plan.indicators} | {one.code: one.name for one in plan.questions}
    named |= {one.code: one.name for one in plan.themes}
    return str(named[code][e.language]) if code in named else code
