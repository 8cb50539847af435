"""Attendance of the same events as a second, weaker kind of tie between organisations.

Organisations × events, projected by one sparse product: two organisations that were represented at the same
events may have met. A pair counts from two shared events on, as one may be chance (Borgatti & Halgin 2011 on
two-mode data). Who was there is not known here: no person is a node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evallib.measures.network import Network

SHARED_EVENTS = 2
TIES = ("both", "named", "attended")  # named and attended, only named, only attended
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Joined:
    """Pairs of organisations by how they are tied, and how many organisations are in these pairs.

    attending: organisations that were represented at an event.
    """

    counts: Mapping[str, int]
    organisations: Mapping[str, int]
    attending: int


def together(
    represented: pd.DataFrame, organisations: Sequence[str], least: int = SHARED_EVENTS
) -> tuple[Places, Places]:
    """Pairs (first < second, as places in ``organisations``) that share at least ``least`` events.

    represented: one row an event and organisation (``event_id``, ``organisation``); a row that stands twice
    counts once, organisations that are not asked for are left out. Renamed with the organisations; their
    order says which of two is first; where all stands twice side by side, so do the pairs.
    """
    from scipy.sparse import csr_array

    row = pd.Index(organisations).get_indexer(pd.Index(represented["organisation"]))
    event, events = pd.factorize(represented["event_id"])
    known = row >= 0
    cells = (np.ones(int(known.sum()), dtype=np.int32), (row[known], event[known]))
    incidence = csr_array(cells, shape=(len(organisations), len(events)))
    incidence.sum_duplicates()
    incidence.data[:] = 1
    shared = incidence @ incidence.T
    first = np.repeat(np.arange(len(organisations)), np.diff(shared.indptr))
    kept = (shared.data >= least) & (first < shared.indices)
    return first[kept], shared.indices[kept].astype(np.intp)


def joined(one: Network, represented: pd.DataFrame, least: int = SHARED_EVENTS) -> Joined:
    """The ties that organisations name (either names it) beside those of shared attendance; twice as many
    where all stands twice side by side."""
    named, attended = np.triu(one.either, 1), np.zeros_like(one.either)
    attended[together(represented, one.organisations, least)] = True
    kinds = {"both": named & attended, "named": named & ~attended, "attended": attended & ~named}
    return Joined(
        {name: int(pair.sum()) for name, pair in kinds.items()},
        {name: int((pair.any(axis=0) | pair.any(axis=1)).sum()) for name, pair in kinds.items()},
        len(set(represented["organisation"]) & set(one.organisations)),
    )
