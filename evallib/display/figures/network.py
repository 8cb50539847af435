"""The network of organisations in two waves side by side.

Whether a tie is new can only be drawn when an organisation has the same id in both waves, which the
facts say with ``stable_ids``; without it each wave stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

from evallib.display.bases import survey_base
from evallib.display.compare import Change, compare
from evallib.display.edition import Cells, Edition
from evallib.display.figures.common import drawing
from evallib.display.house import ACCENT, INK, SECTOR_SHAPES, SECTORS, Sheet, width_of
from evallib.display.publication import CellText, Drawing, Paragraph, TableData, plain

_RADIUS, _PANEL = 33.0, 82.0
Edge = frozenset[str]


@dataclass(frozen=True)
class Wave:
    """One wave: sector of every organisation, names by consent, ties without direction."""

    period: str
    sectors: dict[str, str]
    names: dict[str, str]
    edges: frozenset[Edge]

    def size(self, sector: str) -> int:
        return sum(1 for one in self.sectors.values() if one == sector)


def two_waves(e: Edition) -> Drawing:
    """F4.1: organisations in a circle by sector; where ids last over waves, new ties stand out."""
    told = e.fact("network")
    facts: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    waves = _waves(facts, [one.period for one in e.releases])
    if not waves or waves[-1].period != e.period:
        raise e.nothing("nothing.survey", survey=e.label("survey", "q2"))
    same = len(waves) == 2 and bool(facts.get("stable_ids"))
    present = [one for one in SECTORS if any(wave.size(one) for wave in waves)]
    sheet = Sheet(96)
    for number, wave in enumerate(waves):
        middle = (_PANEL * (number + 0.5) if len(waves) == 2 else 82.5, 43.0)
        earlier = waves[0] if number and same else None
        _panel(e, sheet, wave, earlier, _places(waves if same else [wave]), middle)
    _keys(e, sheet, present, same)
    title = _title(e, waves)
    data = _table(e, waves, present, plain(title), e.t("F4.1.note_same" if same else "F4.1.note"))
    base = f"{survey_base(e, 'q2')} {e.t('F4.1.left_out')}"
    return drawing(e, "F4.1", sheet, title, base, data, "network")


def _waves(facts: Mapping[str, Any], periods: list[str]) -> list[Wave]:
    """The last two waves that have organisations, of the periods that the report looks at."""
    waves: Mapping[str, Any] = facts.get("waves", {})
    found = [_wave(period, waves[period]) for period in periods if period in waves]
    return [one for one in found if one.sectors][-2:]


def _wave(period: str, told: Mapping[str, Any]) -> Wave:
    nodes = told.get("nodes", [])
    return Wave(
        period,
        {str(one["id"]): str(one.get("sector") or "oth") for one in nodes},
        {str(one["id"]): str(one["label"]) for one in nodes if one.get("label")},
        frozenset(frozenset((str(edge[0]), str(edge[1]))) for edge in told.get("edges", [])),
    )


def _places(waves: list[Wave]) -> dict[str, tuple[float, float]]:
    """A place on the circle for every organisation of any wave: sector by sector, a gap between."""
    sectors = {name: sector for wave in waves for name, sector in wave.sectors.items()}
    order = sorted(sectors, key=lambda name: (_rank(sectors[name]), name))
    groups = len(set(sectors.values()))
    slots = len(order) + 1.2 * groups
    places, slot = {}, 0.0
    for number, name in enumerate(order):
        if number and sectors[name] != sectors[order[number - 1]]:
            slot += 1.2
        angle = 2 * pi * slot / slots - pi / 2
        places[name] = (_RADIUS * cos(angle), _RADIUS * sin(angle))
        slot += 1
    return places


def _rank(sector: str) -> int:
    known = list(SECTORS)
    return known.index(sector) if sector in known else len(known)


def _panel(
    e: Edition,
    sheet: Sheet,
    wave: Wave,
    earlier: Wave | None,
    places: dict[str, tuple[float, float]],
    middle: tuple[float, float],
) -> None:
    def at(name: str) -> tuple[float, float]:
        x, y = places[name]
        return middle[0] + x, middle[1] + y

    old: list[list[tuple[float, float]]] = []
    new: list[list[tuple[float, float]]] = []
    for edge in sorted(wave.edges, key=sorted):
        if len(edge) == 2 and all(name in places for name in edge):
            fresh = earlier is not None and edge not in earlier.edges
            (new if fresh else old).append([at(name) for name in sorted(edge)])
    size = min(2.8, 0.85 * 2 * pi * _RADIUS / (len(places) + 10))  # neighbours do not overlap
    sheet.lines(old, "#b4bac0", 0.6)
    sheet.lines(new, ACCENT, 1.1)
    for sector in dict.fromkeys(wave.sectors.values()):
        members = [at(name) for name in sorted(wave.sectors) if wave.sectors[name] == sector]
        sheet.dots(members, SECTORS.get(sector, INK), SECTOR_SHAPES.get(sector, "X"), size)
    sheet.write(middle[0], 3, _drawn(e, wave), "center", bold=True)


def _drawn(e: Edition, wave: Wave) -> str:
    """How many organisations and ties are drawn, of all that the text counts where these are more."""
    counted = {"organisations": len(wave.sectors), "ties": len(wave.edges)}
    told = {}
    for measure, drawn in counted.items():
        whole = next((r.get(f"I01.{measure}") for r in e.releases if r.period == wave.period), None)
        told[measure] = e.amount(drawn)
        if whole is not None and whole.shown and whole.value != drawn:
            told[measure] = e.t("word.of", count=told[measure], base=e.text(whole))
    return e.t("F4.1.wave", wave=wave.period, **told)


def _keys(e: Edition, sheet: Sheet, present: list[str], two: bool) -> None:
    """Shape and colour of each sector, and the two kinds of tie."""
    x, y = 4.0, 83.0
    for sector in present:
        words = e.label("sector", sector)
        if x + width_of(words) + 4 > 163:
            x, y = 4.0, y + 4.6
        sheet.dots([(x, y)], SECTORS[sector], SECTOR_SHAPES[sector], 2.8)
        sheet.write(x + 3, y, words)
        x += width_of(words) + 9
    y, x = y + 4.6, 2.0
    kinds = [("F4.1.kept", "#8a9096", 0.8)] + ([("F4.1.new", ACCENT, 1.4)] if two else [])
    for key, colour, width in kinds:
        words = e.t(key)
        sheet.lines([[(x, y), (x + 6, y)]], colour, width)
        sheet.write(x + 8, y, words)
        x += width_of(words) + 14


def _title(e: Edition, waves: list[Wave]) -> Paragraph:
    now, before = e.cell("I01.density"), e.earlier("I01.density")
    if now is None or not now.shown:
        return e.p("F4.1.title_short")
    if before is None or not before.shown or len(waves) < 2:
        return e.p(
            "F4.1.title_one" if e.first else "F4.1.title_alone",
            ties=e.span(e.cell("I01.ties")),
            now=e.span(now),
        )
    change = compare(now, before, e.publication.plan.policy.test_base)
    ending = {Change.UP: "up", Change.DOWN: "down"}.get(change, "even")
    return e.p(f"F4.1.title_{ending}", now=e.span(now), before=e.span(before))


def _table(e: Edition, waves: list[Wave], present: list[str], title: str, note: str) -> TableData:
    """Measures with their ids, then organisations by sector in each wave."""
    columns = e.columns("measure", *(f"={one.period}:number" for one in waves))
    rows: list[Cells] = []
    releases = {one.period: one for one in e.releases}
    for measure in ("density", "density_both", "ties", "possible_ties", "organisations"):
        cells = [
            releases[one.period].get(f"I01.{measure}") if one.period in releases else None for one in waves
        ]
        if any(cell is not None for cell in cells):
            rows.append((e.t(f"measure.I01.{measure}"), *(e.show(one) for one in cells)))
    for sector in present:
        counts = [CellText(e.amount(one.size(sector)), one.size(sector)) for one in waves]
        words = e.t("F4.1.organisations", sector=e.label("sector", sector))
        rows.append((words, *counts))
    return e.table("F4.1", title, columns, rows, note)
