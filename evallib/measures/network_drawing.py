"""What may be drawn of a network: organisations without names unless they consented, and their ties."""

from __future__ import annotations

from typing import Any

import numpy as np

from evallib.measures.network import network
from evallib.tidy import Frames

CONSENT = "CNAME"


def drawing(frames: Frames) -> dict[str, Any]:
    """Nodes and edges of a wave as plain values: ``nodes`` (id, sector, label), ``edges`` (id, id, level).

    Ids are numbers in the order of sector and number of ties, so that they tell no roster code. A label
    stands only where the organisation's own answer allowed it; an organisation of one person that did
    not allow it is left out with its ties.
    """
    one = network(frames)
    if not one.answered.any():
        return {"nodes": [], "edges": []}
    consented = _consenting(frames)
    roster = frames.roster.set_index("organisation")
    names, alone = roster["name"].to_dict(), roster["one_person"].to_dict()
    kept = [
        place
        for place, organisation in enumerate(one.organisations)
        if organisation in consented or str(alone[organisation]) not in ("yes", "True")
    ]
    degree = one.either.sum(axis=1)
    kept.sort(key=lambda place: (one.sectors[place], -int(degree[place]), one.organisations[place]))
    number = {place: f"n{i:02}" for i, place in enumerate(kept, start=1)}
    nodes = [
        {
            "id": number[place],
            "sector": one.sectors[place],
            "label": str(names[one.organisations[place]]) if one.organisations[place] in consented else "",
        }
        for place in kept
    ]
    first, second = np.nonzero(np.triu(one.either, 1))
    edges = [
        [number[a], number[b], 2]
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
        if a in number and b in number
    ]
    return {"nodes": nodes, "edges": sorted(edges)}


def _consenting(frames: Frames) -> set[str]:
    """Organisations whose kept response allows their name in the figure."""
    frame = frames.surveys.get("q2")
    if frame is None or not frame.n or CONSENT not in frame.rows:
        return set()
    yes = frame.rows[frame.rows[CONSENT] == "Y"]
    return {str(one) for one in yes["organisation"] if str(one)}
