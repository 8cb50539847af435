"""I01, the second kind of tie: organisations represented at the same events, beside the ties they name."""

from __future__ import annotations

from evallib.indicators.bench import Bench
from evallib.measures.shared_events import TIES, joined
from evallib.results import Cell, Kind, Result, SourceKind

FEW = "few_pairs"


def shared_events(bench: Bench) -> list[Result]:
    """Pairs tied by both, by name only, by attendance only; organisations that were at an event.

    Among the organisations of more than one person: the attendance of one person is told of nobody. A kind
    of 1 to threshold − 1 pairs, or of as few organisations, withholds all three kinds, since the drawn
    network tells how many ties are named.
    """
    sources = (SourceKind.PARTNERS, SourceKind.PARTICIPATION)
    make = bench.maker(
        "I01", "pairs of organisations", "responses.q2", "roster", "organisation_events", sources=sources
    )
    represented, whole = bench.frames.organisation_events, bench.network
    several = set(bench.frames.roster.loc[bench.frames.roster["one_person"] == "no", "organisation"])
    one = whole.only([place for place, name in enumerate(whole.organisations) if name in several])
    cells = [Cell((("tie", tie),), note="no_data") for tie in TIES]
    known = len(represented) > 0 and bool(whole.answered.any())
    found = joined(one, represented)
    if known:
        few = range(1, bench.policy.threshold)
        small = any(found.counts[tie] in few or found.organisations[tie] in few for tie in TIES)
        cells = [
            Cell(dims, note=FEW)
            if small
            else Cell(dims, found.counts[tie], found.counts[tie], people=found.organisations[tie])
            for tie in TIES
            for dims in ((("tie", tie),),)
        ]
    pairs = make(
        "shared",
        Kind.COUNT,
        cells,
        unit="pairs of organisations",
        method="shared_events",
        function="shared_events.joined",
        dims=("tie",),
        protected=True,
    )
    attending = make.count(
        "attending",
        found.attending,
        one.size,
        known=len(represented) > 0,
        unit="organisations",
        universe="organisations at events",
        method="shared_events",
        function="shared_events.joined",
        protected=True,
    )
    return [pairs, attending]
