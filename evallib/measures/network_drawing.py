"""What may be drawn of a network: organisations without names unless they consented, and their ties.

Rosters are no secret. So an organisation without a name is only drawn where at least two others could stand
in its place, by sector and by the waves in which it is drawn; and who is left out must not be so few that
all ties less the drawn ones are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from evallib.measures.network import Network, network
from evallib.tidy import Frames

CONSENT = "CNAME"
AMONG = 3  # names that fit an organisation without one: whoever knows their own place still has two


@dataclass
class _Wave:
    """One wave: sectors of its roster's organisations, who allows their name, who is one person and does
    not, who is drawn."""

    network: Network
    sectors: Mapping[str, str]
    consenting: Set[str]
    persons: Set[str]
    drawn: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, frames: Frames, threshold: int) -> _Wave:
        """A wave looked at by itself: organisations of one person only where they consented."""
        one, consenting = network(frames), _consenting(frames)
        alone = frames.roster.set_index("organisation")["one_person"].to_dict()
        single = {name for name in one.organisations if str(alone[name]) in ("yes", "True")}
        sectors = dict(zip(one.organisations, one.sectors, strict=True))
        wave = cls(one, sectors, consenting, single - consenting)
        wave.drawn = set(sectors) - wave.persons
        wave.leave_enough_out(threshold)
        return wave

    def leave_enough_out(self, threshold: int) -> None:
        """Leave out nobody, or at least as many as the threshold; first who has no name, of large sectors."""
        left = len(self.sectors) - len(self.drawn)
        of = dict.fromkeys(self.sectors.values(), 0)
        for one in self.drawn - self.consenting:
            of[self.sectors[one]] += 1
        order = sorted(self.drawn, key=lambda one: (one in self.consenting, -of[self.sectors[one]], one))
        order.reverse()
        while 0 < left < threshold and order:
            self.drawn.remove(order.pop())
            left += 1


@dataclass(frozen=True)
class _Drawing:
    """Waves as one report draws them, oldest first, the organisations that it names, and those that it or
    the reports before it named."""

    waves: Sequence[_Wave]
    named: Set[str]
    ever: Set[str]


def _drawing(waves: Sequence[Frames], threshold: int) -> _Drawing:
    """What a report on these waves, each with answers, may draw.

    A name stands only where it was allowed in every wave that draws the organisation, since ids join the
    waves. Whom the report on earlier waves named and who does not allow it in a later one is left out of
    that one, and altogether while they refuse: both reports together would tell their ties.
    """
    if not waves:
        return _Drawing((), frozenset(), frozenset())
    before = _drawing(waves[:-1], threshold).ever
    looked = [_Wave.of(frames, threshold) for frames in waves]
    refusing = before & (looked[-1].sectors.keys() - looked[-1].consenting)
    for wave in looked:
        wave.drawn -= refusing | (before - wave.consenting)
        wave.leave_enough_out(threshold)
    named = _named(looked)
    while (told := _told_by_elimination(looked, named | before)) is not None:
        places = [wave.sectors.get(told) for wave in looked if told in wave.drawn]
        others = sorted(
            one
            for one in named - before
            if any(wave.sectors.get(one) in places and one in wave.drawn for wave in looked)
        )
        if others and len(others) + _unnamed_like(looked, named, told) >= AMONG:
            named = named - {others[-1]}
        else:
            for wave in looked:
                wave.drawn.discard(told)
        for wave in looked:
            wave.leave_enough_out(threshold)
    return _Drawing(looked, named, before | named)


def _named(waves: Sequence[_Wave]) -> Set[str]:
    """Who allows it in every wave that draws them, and in the last one."""
    drawn, last = set().union(*(wave.drawn for wave in waves)), waves[-1]
    refused = set(last.sectors) - last.consenting
    return {
        one for one in drawn - refused if all(one in wave.consenting for wave in waves if one in wave.drawn)
    }


def _unnamed_like(waves: Sequence[_Wave], named: Set[str], one: str) -> int:
    """Organisations without a name that are drawn in the same sector and waves."""
    where = [wave.sectors.get(one) if one in wave.drawn else None for wave in waves]
    return sum(
        [wave.sectors.get(other) if other in wave.drawn else None for wave in waves] == where
        for other in set().union(*(wave.drawn for wave in waves)) - named
    )


def _told_by_elimination(waves: Sequence[_Wave], known: Set[str]) -> str | None:
    """A drawn organisation without a name that fewer than three names fit; None when there is none.

    Every place has a name of its own: what fits is what still leaves a name for all other places. The figure
    says that persons are left out, so that theirs fit nowhere.
    """
    drawn = sorted(set().union(*(wave.drawn for wave in waves)) - known)
    names = sorted(set().union(*(wave.sectors for wave in waves)) - known)
    fits = np.array(
        [
            [
                all(
                    wave.sectors.get(name) == wave.sectors[one] and name not in wave.persons
                    for wave in waves
                    if one in wave.drawn
                )
                for name in names
            ]
            for one in drawn
        ],
        dtype=bool,
    ).reshape(len(drawn), len(names))
    possible = _possible_names(fits)
    return next((one for one, names in zip(drawn, possible, strict=True) if names < AMONG), None)


def _possible_names(fits: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """For each place how many names it can bear while every other place still has one of its own.

    fits: places × names. Found from one full matching: a place may take a free name, or that of another
    place which can get a name again, round a circle of places or along a chain that ends in a free name
    (Dulmage & Mendelsohn 1958). All 0 where not every place can have a name.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

    if not len(fits):
        return np.zeros(0, dtype=np.intp)
    own = maximum_bipartite_matching(csr_array(fits), perm_type="column")
    if (own < 0).any():
        return np.zeros(len(fits), dtype=np.intp)
    free = np.ones(fits.shape[1], dtype=bool)
    free[own] = False
    takes = fits[:, own]  # place × place: whose name it could take
    freed = np.asarray(fits[:, free].any(axis=1))
    while True:
        more = np.asarray(freed | takes[:, freed].any(axis=1))
        if more.sum() == freed.sum():
            break
        freed = more
    _, circle = connected_components(csr_array(takes), directed=True, connection="strong")
    taken = takes & (freed[None, :] | (circle[:, None] == circle[None, :]))
    return np.asarray(fits[:, free].sum(axis=1) + taken.sum(axis=1))


def persons(frames: Frames) -> frozenset[str]:
    """Names of the organisations of one person that do not allow to be drawn.

    Swapping who names whom swaps who answered, and so who could consent; an empty one, of one person, that is
    added to the roster did not.
    """
    left = _Wave.of(frames, 1).persons
    rows = frames.roster
    return frozenset(
        name for one, name in zip(rows["organisation"], rows["name"], strict=True) if one in left
    )


def drawable(waves: Sequence[Frames], threshold: int) -> list[int]:
    """Places, in the network of the last wave, of the organisations that the report on these waves draws.

    Organisations renamed keep their places. Swapping who names whom swaps who answered, and so who could
    consent.
    """
    asked = _asked(waves)
    return _places(_drawing(asked, threshold).waves[-1]) if asked and asked[-1] is waves[-1] else []


def _asked(waves: Sequence[Frames]) -> list[Frames]:
    return [frames for frames in waves if network(frames).answered.any()]


def drawings(waves: Sequence[Frames], threshold: int) -> dict[str, Any]:
    """Each wave's nodes (id, sector, label) and edges (id, id, level), by period; waves without answers
    are left out.

    An organisation keeps its id over the waves. Ids are numbers in the order of sector and number of
    ties, so that they tell no roster code. What may be drawn and named: see :func:`_drawing`.
    """
    asked = _asked(waves)
    told = _drawing(asked, threshold)
    shown = {
        frames.period.id: (frames, wave.network.only(_places(wave)))
        for frames, wave in zip(asked, told.waves, strict=True)
    }
    number = _numbers([one for _, one in shown.values()])
    drawn = {period: _drawn(frames, one, number, told.named) for period, (frames, one) in shown.items()}
    return {"waves": drawn, "stable_ids": True}


def _places(wave: _Wave) -> list[int]:
    return [place for place, one in enumerate(wave.network.organisations) if one in wave.drawn]


def _numbers(waves: Sequence[Network]) -> dict[str, str]:
    """Organisation → id, the same in all waves."""
    ties: dict[str, int] = {}
    sector: dict[str, str] = {}
    for one in waves:
        for place, organisation in enumerate(one.organisations):
            ties[organisation] = ties.get(organisation, 0) + int(one.either[place].sum())
            sector[organisation] = one.sectors[place]
    ordered = sorted(ties, key=lambda name: (sector[name], -ties[name], name))
    return {organisation: f"n{i:02}" for i, organisation in enumerate(ordered, start=1)}


def _drawn(frames: Frames, one: Network, number: dict[str, str], named: Set[str]) -> dict[str, Any]:
    names = frames.roster.set_index("organisation")["name"].to_dict()
    nodes = [
        {
            "id": number[organisation],
            "sector": one.sectors[place],
            "label": str(names[organisation]) if organisation in named else "",
        }
        for place, organisation in enumerate(one.organisations)
    ]
    ids = [number[organisation] for organisation in one.organisations]
    first, second = np.nonzero(np.triu(one.either, 1))
    edges = [[*sorted((ids[a], ids[b])), 2] for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    return {"nodes": sorted(nodes, key=lambda node: str(node["id"])), "edges": sorted(edges)}


def _consenting(frames: Frames) -> set[str]:
    """Organisations whose kept response allows their name in the figure."""
    frame = frames.surveys.get("q2")
    if frame is None or not frame.n or CONSENT not in frame.rows:
        return set()
    answers = zip(frame.rows["organisation"], frame.rows[CONSENT], strict=True)
    return {str(one) for one, consent in answers if consent == "Y" and str(one)}
