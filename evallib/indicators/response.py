"""Who answered of those who were asked, and what weights against non-response change (RESP, as declared).

Response by class of what is known of everybody; answers of the first half against the later ones; shares of
the declared items without and with weights. The counts by class that a weighted share is made from are told
to the door out as protected results, and it lets the share leave only where all of them may be known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from evallib.indicators.bench import Bench, Facts, How, Maker, in_order
from evallib.indicators.questions import Question, question
from evallib.measures.proportions import share
from evallib.measures.weights import Margin, Weights, rake, weighted_mean
from evallib.plan.model import Weighting
from evallib.results import Cell, Key, Kind, Result

_PEOPLE: Facts = {"unit": "respondents", "method": "responses", "protected": True}


def response(bench: Bench) -> list[Result]:
    """Everything that the plan's ``weights`` ask for, survey by survey."""
    return [result for one in bench.plan.weights for result in _survey(bench, one)]


def _survey(bench: Bench, declared: Weighting) -> Iterator[Result]:
    survey = declared.survey
    make = bench.survey_maker("RESP", survey).of(f"responses.{survey}", f"invited.{survey}")
    margins = {dim: _margin(bench, survey, dim) for dim in declared.margins}
    strata = _groups(bench, survey, "strata")
    known = tuple(one for dim in margins for one in _groups(bench, survey, dim))
    if survey == "q3" and "sector" in margins:  # the other backgrounds stand in the profile of respondents
        yield _profile(bench, make, survey, "sector")
    for dim, margin in margins.items():
        yield _rates(make, survey, dim, margin, known)
    yield _profile(bench, make, survey, "timing")
    yield replace(_profile(bench, make, survey, "strata"), made_from=known)
    weights = rake(list(margins.values()), at_most=declared.at_most, fewest=declared.fewest)
    yield from _cost(make, survey, weights, strata + known)
    for series in declared.items:
        asked = question(bench, make, survey, series, name=f"{survey}_{series.lower()}")
        yield asked.share()
        yield _weighted(asked, weights, strata + known)
        yield asked.share(measure=f"{asked.name}_when", by="timing")
        yield replace(asked.share(measure=f"{asked.name}_by", by="strata"), made_from=known)


def _profile(bench: Bench, make: Maker, survey: str, dim: str) -> Result:
    codes = bench.background(survey, dim)
    return make.tally(f"{survey}_{dim}", dim, codes, in_order(dim, codes), bench.merges(dim), **_PEOPLE)


def _margin(bench: Bench, survey: str, dim: str) -> Margin:
    """The declared wider classes of a background: of the respondents, and of everybody who was asked.

    An answer by a token that is on no list is that of somebody more who was asked.
    """
    own = bench.classes(dim, bench.background(survey, dim))
    invited, rows = bench.frames.invited.get(survey), bench.survey(survey).rows
    if invited is None or not len(own):
        return Margin(own, {})
    unlisted = ~rows["person"].isin(set(invited["person"]) - {""}).to_numpy()
    asked = [*bench.classes(dim, invited[dim].to_numpy(object)), *own[unlisted]]
    return Margin(own, dict(Counter(asked)))


def _groups(bench: Bench, survey: str, dim: str) -> Key:
    """The classes among the respondents, each as the background and the codes that it unites."""
    found = dict.fromkeys(bench.classes(dim, bench.background(survey, dim)))
    return tuple((dim, tuple(bench.merges(dim).get(one, (one,)))) for one in found)


def _rates(make: Maker, survey: str, dim: str, margin: Margin, made_from: Key) -> Result:
    """Answers among those invited, by class; all are invited, so there is no interval."""
    name, answered = f"{dim}_class", margin.answered()
    cells = [
        share(answered[code], invited, floor=1, dims=((name, code),), interval=False)
        for code, invited in margin.frame.items()
    ]
    return make(
        f"{survey}_rate_{dim}",
        Kind.SHARE,
        cells,
        unit="share of invited",
        method="rate_by_class",
        function="weights.Margin",
        dims=(name,),
        made_from=made_from,
    )


def _cost(make: Maker, survey: str, weights: Weights, made_from: Key) -> Iterator[Result]:
    people = len(weights.values)
    told: Mapping[str, float] = (
        {"deff": weights.deff, "effective": weights.effective, "largest": weights.largest} if people else {}
    )
    how: How = {"method": "weights", "function": "weights.rake"}
    for name in ("deff", "effective", "largest"):
        cell = Cell(value=told.get(name), base=people, note=weights.note)
        yield make(f"{survey}_{name}", Kind.AMOUNT, cell, unit="weights", made_from=made_from, **how)


def _weighted(asked: Question, weights: Weights, made_from: Key) -> Result:
    """The share of the two highest answers with weights; base: who answered the item."""
    base, floor, top = asked.one.base(), asked.bench.floor, asked.one.top()
    note = weights.note or ("" if base >= floor else f"base_under_{floor}" if base else "no_data")
    cell = Cell(base=base, note=note)
    if not note:
        chosen = np.isin(np.append(asked.one.codes, "")[asked.one.index], top)
        found = weighted_mean(weights, np.where(asked.one.answered, chosen.astype(float), np.nan))
        cell = Cell(value=found.value, base=base, interval=found.logit_interval())
    return asked.make(
        f"{asked.name}_weighted",
        Kind.SHARE,
        cell,
        unit="share of answers",
        method="weighted",
        function="weights.weighted_mean",
        numerator=((asked.asked, top),),
        denominator=((asked.asked, asked.one.base_codes),),
        made_from=made_from,
    )
