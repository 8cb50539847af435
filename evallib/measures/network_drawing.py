"""What may be drawn of a network: organisations without names unless they consented, and their ties."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import numpy as np

from evallib.measures.network import Network, network
from evallib.tidy import Frames

CONSENT = "CNAME"


def drawable(frames: Frames, one: Network) -> list[int]:
    """Places of the organisations that may be shown: those of one person only where they consented.

    Organisations renamed keep their places. Swapping who names whom swaps who answered, and so who could
    consent.
    """
    consented = _consenting(frames)
    alone = frames.roster.set_index("organisation")["one_person"].to_dict()
    return [
        place
        for place, organisation in enumerate(one.organisations)
        if organisation in consented or str(alone[organisation]) not in ("yes", "True")
    ]


def drawings(waves: Sequence[Frames]) -> dict[str, Any]:
    """Each wave's nodes (id, sector, label) and edges (id, id, level), by period; waves without answers
    are left out.

    An organisation keeps its id over the waves. Ids are numbers in the order of sector and number of
    ties, so that they tell no roster code. A label stands only where the organisation's own answer
    allowed it in every wave that draws it, since the id joins the waves; an organisation of one person
    that did not allow it is left out with its ties.
    """
    shown = {}
    for frames in waves:
        one = network(frames)
        if one.answered.any():
            shown[frames.period.id] = (frames, one.only(drawable(frames, one)))
    number = _numbers([one for _, one in shown.values()])
    unnamed = {
        organisation
        for frames, one in shown.values()
        for organisation in set(one.organisations) - _consenting(frames)
    }
    drawn = {period: _drawn(frames, one, number, unnamed) for period, (frames, one) in shown.items()}
    return {"waves": drawn, "stable_ids": True}


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


def _drawn(frames: Frames, one: Network, number: dict[str, str], unnamed: Set[str]) -> dict[str, Any]:
    names = frames.roster.set_index("organisation")["name"].to_dict()
    nodes = [
        {
            "id": number[organisation],
            "sector": one.sectors[place],
            "label": "" if organisation in unnamed else str(names[organisation]),
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
    yes = frame.rows[frame.rows[CONSENT] == "Y"]
    return {str(one) for one in yes["organisation"] if str(one)}
