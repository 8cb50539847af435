"""The rows of the measures of ticks, amounts and weights."""

from dataclasses import replace

import numpy as np
from matrix_answers import NUMBERS, ONE, RANDOM, SURVEY
from measure_matrix import (
    Family,
    Table,
    added,
    backwards,
    by,
    complement,
    double,
    longer_by,
    mirrored,
    narrower,
    prefixed,
    reordered,
    repeated,
    shuffled,
    smaller,
)
from small_frames import small

from evallib.measures import amounts, ticks, weights
from evallib.results import Cell

SUMS = Table()
row = SUMS.row

# ---- ticks and amounts -------------------------------------------------------------------------------

STEPS = [["a", "b"], ["b"], [], ["none"], ["a"], ["b"], []]
TICKS = Family(
    (STEPS, ("a", "b", "none")),
    rows=lambda given, subs: (shuffled(given), subs),
    columns=lambda given, subs: (given, subs[::-1]),
    renamed=lambda given, subs: (
        [["x" + sub if sub != "none" else sub for sub in one] for one in given],
        ("xa", "xb", "none"),
    ),
    swapped=ONE,
    empty=lambda given, subs: (given, (*subs, "c")),
    twice=lambda given, subs: (given * 2, subs),
)


def ticked(given, subs):
    return ticks.Ticks(subs, np.array([[sub in one for sub in subs] for one in given]))


def tick_parts(given, subs):
    one = ticked(given, subs)
    return {
        "answered": one.answered,
        "count": {sub: one.count(sub) for sub in one.subs},
        "any_of": one.any_of(("a", "xa")),
        "real": one.real,
    }


row(
    "ticks.Ticks",
    TICKS,
    tick_parts,
    rows={"answered": reordered, "any_of": reordered},
    columns={"real": backwards},
    renamed={
        "real": prefixed,
        "count": by(lambda found: {"none" if sub == "none" else "x" + sub: n for sub, n in found.items()}),
    },
    empty={"real": longer_by("c"), "count": added("c", 0)},
    twice={
        "answered": repeated,
        "any_of": repeated,
        "count": by(lambda found: {sub: 2 * n for sub, n in found.items()}),
    },
)
row(
    "ticks.ticks",
    replace(
        SURVEY,
        data=(["inno", "clim", "inno", "none", "envi"],),
        columns="the questionnaire gives the subitems; see Ticks",
        renamed="the questionnaire gives the codes; see Ticks",
        empty="the questionnaire gives the subitems; see Ticks",
    ),
    lambda given: ticks.ticks(
        small(q1=[{f"T06[{one}]": "Y", "T01": "h1"} for one in given]).surveys["q1"], "T06"
    ),
    rows={"marks": by(lambda marks: shuffled(marks))},
    twice={"marks": repeated},
)
EUROS = np.array([3.0, 0.0, 2.0, 4.0, 2.0, np.nan, 5.0, 1.0])
FIRMS = Family(
    (EUROS, 9),
    rows=lambda values, base: (shuffled(values), base),
    columns="one amount a firm",
    renamed="an amount carries no code",
    swapped=ONE,
    empty=lambda values, base: (np.append(values, np.nan), base),  # a firm that reports nothing
    twice=lambda values, base: (np.tile(values, 2), 2 * base),
)
row(
    "amounts.reported_sum",
    FIRMS,
    lambda values, base: replace(
        amounts.reported_sum({"euros": values}, [str(firm) for firm in range(len(values))], base=base),
        reports=(),  # who reported what; it never leaves
    ),
    twice={"value": double, "count": double, "base": double},
)
PERIODS = [
    Cell(value=10.0, count=6, base=9),
    Cell(value=4.0, count=5, base=7),
    Cell(value=7.0, count=8, base=8),
]
row(
    "amounts.summed",
    Family(
        (PERIODS,),
        rows=lambda cells: (shuffled(cells),),
        columns="one amount a period",
        renamed="an amount carries no code",
        swapped="the order of periods is that of the rows",
        empty=lambda cells: ([*cells, Cell(count=0, base=0, note="no_data")],),  # a period without data
        twice=lambda cells: (cells * 2,),
    ),
    amounts.summed,
    twice={"value": double, "count": double, "base": double},
)

# ---- weights: margins, and an answer of each respondent ------------------------------------------------

REGION = np.array(list("nnnnnnsssssssssssseeeee"), dtype=object)
SECTOR = np.array(list("abababababaabbaabbabaab"), dtype=object)
YES = RANDOM.integers(0, 2, len(REGION)).astype(float)
MARGINS = [
    weights.Margin(REGION, {"n": 30, "s": 40, "e": 30}),
    weights.Margin(SECTOR, {"a": 45, "b": 55}),
]


def _margins(margins, codes=lambda codes: codes, frame=lambda frame: frame):
    return [weights.Margin(codes(one.codes), frame(one.frame)) for one in margins]


RAKED = Family(
    (MARGINS, YES),
    rows=lambda margins, yes: (_margins(margins, shuffled), shuffled(yes)),
    columns=lambda margins, yes: (margins[::-1], yes),
    renamed=lambda margins, yes: (
        _margins(
            margins, lambda codes: "x" + codes, lambda frame: {"x" + one: n for one, n in frame.items()}
        ),
        yes,
    ),
    swapped=lambda margins, yes: (margins, 1 - yes),  # no for yes
    empty=lambda margins, yes: (_margins(margins, frame=lambda frame: {**frame, "nobody": 0}), yes),
    twice=lambda margins, yes: (_margins(margins, lambda codes: np.tile(codes, 2)), np.tile(yes, 2)),
)
row(
    "weights.Margin",
    RAKED,
    lambda margins, yes: {"answered": margins[0].answered()},
    columns="one margin at a time",
    renamed={"answered": by(lambda found: {"x" + code: n for code, n in found.items()})},
    swapped="it knows no answers",
    empty={"answered": added("nobody", 0)},
    twice={"answered": by(lambda found: {code: 2 * n for code, n in found.items()})},
)
for label, limit in (("", None), ("/cut", 1.4)):
    row(
        f"weights.rake{label}",
        RAKED,
        lambda margins, yes, limit=limit: weights.rake(margins, at_most=limit),
        rows={"values": reordered, "places": by(lambda found: [shuffled(one) for one in found])},
        columns={"places": backwards},
        swapped="it knows no answers",
        twice={
            "values": by(lambda found: np.tile(found / 2, 2)),
            "places": by(lambda found: [np.tile(one, 2) for one in found]),
        },
    )
row(
    "weights.Weights",
    RAKED,
    lambda margins, yes: {
        name: getattr(weights.rake(margins), name) for name in ("deff", "effective", "largest")
    },
    swapped="it knows no answers",
    twice={"effective": double},
)
row(
    "weights.weighted_mean",
    RAKED,
    lambda margins, yes: weights.weighted_mean(weights.rake(margins), yes),
    swapped={"value": complement},
    twice={"error": smaller, "people": double},
)
row(
    "weights.Weighted",
    RAKED,
    lambda margins, yes: {
        "logit_interval": weights.weighted_mean(weights.rake(margins), yes).logit_interval()
    },
    swapped={"logit_interval": mirrored},
    twice={"logit_interval": narrower},
)
row(
    "weights.refused",
    Family(("no_data",), NUMBERS, NUMBERS, "its word is fixed", ONE, NUMBERS, NUMBERS),
    weights.refused,
)
