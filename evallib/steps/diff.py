"""diff: what changed between two freezes or two releases, for the person who has to explain it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evallib.errors import Text, UsageError, text
from evallib.results import ReleasedCell
from evallib.steps.context import Context
from evallib.steps.frozen import frozen_tables
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.display.edition import Edition
    from evallib.store import Manifest, Tier

_NAMED = re.compile(r"(?P<period>[^/]+)(?:/(?P<freeze>f?)(?P<number>\d+))?")
WAITING = "late"  # the note and the mask of what the rule for late data holds back


@dataclass(frozen=True)
class TableChange:
    """A table of two freezes, in rows: came, went, and stand in both with other words under one id."""

    table: str
    rows: int
    came: int
    went: int
    corrected: int


@dataclass(frozen=True)
class Moved:
    """A number or a conclusion of two releases, as printed in each; "" where one has none."""

    id: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """What lies between two freezes or releases, all in the words of one language.

    declared: files whose words changed. key_changed: the pseudonyms were made with another key, so rows about
    persons can't be compared. held: numbers that the rule for late data keeps as they were or hides.
    """

    first: str
    second: str
    tables: tuple[TableChange, ...] = ()
    declared: tuple[str, ...] = ()
    key_changed: bool = False
    numbers: tuple[Moved, ...] = ()
    conclusions: tuple[Moved, ...] = ()
    held: tuple[Moved, ...] = ()

    @property
    def none(self) -> bool:
        return not (self.tables or self.declared or self.numbers or self.conclusions or self.held)


def diff(context: Context, first: str, second: str, language: str = "") -> Difference:
    """What changed from ``first`` to ``second``: each ``2025`` (newest release), ``2025/2`` (a release) or
    ``2025/f3`` (a freeze).

    Raises UsageError for other words, for a number that does not exist, and for a freeze beside a release.
    """
    from evallib.store import Tier

    (one, a), (other, b) = _found(context, first), _found(context, second)
    if a.tier is not b.tier:
        raise UsageError(
            text("A freeze can't be compared with a release"),
            expected=text("two freezes (2025/f1 2025/f2) or two releases (2025/1 2025/2)"),
            found=f"{first} {second}",
        )
    mark, same = "f" if a.tier is Tier.FROZEN else "", a.period == b.period
    names = f"{a.period}/{mark}{a.number}", f"{b.period}/{mark}{b.number}"
    if a.tier is Tier.FROZEN:
        if not same:
            raise UsageError(
                text("Freezes of one period are compared"),
                found=f"{first} {second}",
                repair=text("Compare the releases of two periods: evallib diff 2024 2025"),
            )
        return Difference(*names, **_between_freezes(context, a, b))
    frozen = [context.store.manifest(Tier.FROZEN, m.period, int(str(m.facts["freeze"]))) for m in (a, b)]
    data = _between_freezes(context, *frozen) if same else {}
    then, now = (_edition(context, p, m, language) for p, m in ((one, a), (other, b)))
    return Difference(
        *names,
        **data,
        numbers=tuple(_numbers(then, now)),
        conclusions=tuple(_conclusions(then, now)),
        held=tuple(_held(then, now)),
    )


def _found(context: Context, written: str) -> tuple[Period, Manifest]:
    from evallib.store import Tier

    match = _NAMED.fullmatch(written.strip())
    if match is None:
        raise UsageError(
            text("This names no freeze and no release"),
            expected=text("2025 (newest release), 2025/2 (a release) or 2025/f3 (a freeze)"),
            found=repr(written),
        )
    period, tier = context.period(match["period"]), Tier.FROZEN if match["freeze"] else Tier.RELEASED
    latest = context.store.latest(tier, period.id)
    number = int(match["number"]) if match["number"] else latest.number if latest else 0
    if latest is None or not 0 < number <= latest.number:
        raise UsageError(
            text("The store has no such freeze or release"),
            where=written,
            expected=_known(context, tier, period, latest),
            repair=text("See: evallib publish {period}", period=period.id),
        )
    return period, context.store.manifest(tier, period.id, number)


def _known(context: Context, tier: Tier, period: Period, latest: Manifest | None) -> Text | str:
    if latest is None:
        return text("one of {period}, which has none yet", period=period.id)
    mark = "f" if tier.value == "frozen" else ""
    return ", ".join(f"{period.id}/{mark}{n}" for n in range(1, latest.number + 1))


def _between_freezes(context: Context, a: Manifest, b: Manifest) -> dict[str, Any]:
    """Changed tables, changed declarations, and whether the key is another."""
    tables = [{one.kind: one.rows for one in frozen_tables(context, m)} for m in (a, b)]
    found = []
    for kind in dict.fromkeys([*tables[0], *tables[1]]):
        before, after = ([tuple(row) for row in t[kind].itertuples(index=False)] if kind in t else []
                         for t in tables)  # fmt: skip
        if before != after:
            found.append(_table(kind, before, after))
    declared = {n for m in (a, b) for n in m.entries if n.startswith("declared/")}
    changed = sorted(one for one in declared if a.entries.get(one) != b.entries.get(one))
    names = tuple(one.removeprefix("declared/") for one in changed)
    other_key = a.facts.get("key") != b.facts.get("key")
    return {"tables": tuple(found), "declared": names, "key_changed": other_key}


def _table(kind: str, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> TableChange:
    """Rows of two tables, by the id in the first column where every row has its own."""
    old, new = ({row[0]: row for row in rows} for rows in (before, after))
    if len(old) < len(before) or len(new) < len(after):
        from collections import Counter

        more, less = Counter(after), Counter(before)
        return TableChange(kind, len(after), (more - less).total(), (less - more).total(), 0)
    corrected = sum(old[one] != new[one] for one in old.keys() & new.keys())
    return TableChange(
        kind, len(after), len(new.keys() - old.keys()), len(old.keys() - new.keys()), corrected
    )


def _edition(context: Context, period: Period, manifest: Manifest, language: str) -> Edition:
    from evallib.display.edition import Edition
    from evallib.steps.exchanged import refuse_exchanged
    from evallib.steps.publication import open_material

    refuse_exchanged(context, period)
    material, _ = open_material(context, period, None, manifest.number)
    return Edition(material.publication, language or context.workspace.project.language)


def _cells(e: Edition) -> dict[str, ReleasedCell]:
    """Cells by id without the period, so that two periods can stand side by side."""
    return {str(one).partition("/")[2]: cell for one, cell in e.released.cells.items()}


def _waits(cell: ReleasedCell) -> bool:
    return WAITING in (cell.note, cell.mask and cell.mask.value)


def _numbers(a: Edition, b: Edition) -> Iterator[Moved]:
    """Numbers that are printed otherwise, came, or went."""
    before, after = _cells(a), _cells(b)
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if new is not None and _waits(new):
            continue
        if _printed(a, old) != _printed(b, new):
            yield _moved(a, b, name, old, new)


def _held(a: Edition, b: Edition) -> Iterator[Moved]:
    before = _cells(a)
    for name, new in _cells(b).items():
        if _waits(new):
            yield _moved(a, b, name, before.get(name), new)


def _printed(e: Edition, cell: ReleasedCell | None) -> str:
    return e.text(cell) if cell is not None else ""


def _moved(a: Edition, b: Edition, name: str, old: ReleasedCell | None, new: ReleasedCell | None) -> Moved:
    from evallib.display.naming import measure_name

    return Moved(name, measure_name(b, name), _printed(a, old), _printed(b, new))


def _conclusions(a: Edition, b: Edition) -> Iterator[Moved]:
    """Colours, and grades of evidence, that changed."""
    for subject in dict.fromkeys([*a.released.assessments, *b.released.assessments]):
        old, new = (
            (one.colour, one.grade) if (one := e.released.assessments.get(subject)) else None for e in (a, b)
        )
        if old != new:
            yield Moved(subject, _subject(b, subject), _judged(a, subject), _judged(b, subject))


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
