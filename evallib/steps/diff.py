"""diff: what changed between two freezes or two releases, for the person who has to explain it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evallib.errors import Text, UsageError, text
from evallib.steps.context import Context
from evallib.steps.frozen import frozen_tables
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.display.edition import Edition
    from evallib.display.moved import Moved
    from evallib.store import Manifest, Tier

_NAMED = re.compile(r"(?P<period>[^/]+)(?:/(?P<freeze>f?)(?P<number>\d+))?")


@dataclass(frozen=True)
class TableChange:
    """A table of two freezes, in rows: came, went, and stand in both with other words under one id."""

    table: str
    rows: int
    came: int
    went: int
    corrected: int


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
    from evallib.display import moved
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
        numbers=tuple(moved.numbers(then, now)),
        conclusions=tuple(moved.conclusions(then, now)),
        held=tuple(moved.held(then, now)),
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
