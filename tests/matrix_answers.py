"""The rows of the measures of answers: shares, questions, scales."""

from dataclasses import replace

import numpy as np
from measure_matrix import (
    Family,
    Table,
    added,
    backwards,
    becomes,
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
    turned,
)
from small_frames import small

from evallib.codebook.model import Option
from evallib.measures import distributions, proportions, scales

ANSWERS = Table()
row = ANSWERS.row
NUMBERS = "it is given numbers, not people"
ONE = "one group, nothing to swap"

# ---- proportions: (count, base) --------------------------------------------------------------------

COUNTS = Family(
    (3, 12),
    rows=NUMBERS,
    columns=NUMBERS,
    renamed=NUMBERS,
    swapped=lambda count, base: (base - count, base),  # those who did not say so for those who did
    empty="a class that nobody chose is no part of a count",
    twice=lambda count, base: (2 * count, 2 * base),
)
for interval in (proportions.wilson, proportions.clopper_pearson, proportions.jeffreys):
    row(
        f"proportions.{interval.__name__}",
        COUNTS,
        interval,
        swapped={"value": mirrored},
        twice={"value": narrower},
    )
row(
    "proportions.share",
    COUNTS,
    proportions.share,
    swapped={"value": complement, "count": becomes(9), "interval": mirrored},
    twice={"count": double, "base": double, "interval": narrower},
)
row(
    "proportions.newcombe",
    replace(
        COUNTS,
        data=(11, 37, 18, 41),
        swapped=lambda x, n, x2, n2: (x2, n2, x, n),
        twice=lambda *counts: tuple(2 * one for one in counts),
    ),
    proportions.newcombe,
    swapped={"value": turned},
    twice={"value": narrower},
)
row(
    "proportions.finite_population",
    replace(COUNTS, data=(12, 40), swapped="who is asked and who is not are no groups"),
    proportions.finite_population,
    twice={"value": smaller},
)

# ---- questions: (codes, options) ---------------------------------------------------------------------

RANDOM = np.random.default_rng(7)
CODES = RANDOM.choice(["1", "2", "3", "4", "5", "ek", None], 60).astype(object)
CODES2 = RANDOM.choice(["1", "2", "3", "4", "5", "ek", None], 50).astype(object)
OPTIONS = tuple(Option(str(n), {}, n - 3.0) for n in range(1, 6)) + (Option("ek", {}),)
TOP = ("4", "5", "x4", "x5")  # the two highest, by either name


def _renamed(codes):
    return np.array([one and "x" + one.removeprefix("ek") if one != "ek" else one for one in codes], object)


def _options(options):
    return tuple(one if one.code == "ek" else replace(one, code="x" + one.code) for one in options)


QUESTION = Family(
    (CODES, OPTIONS),
    rows=lambda codes, options: (shuffled(codes), options),
    columns=lambda codes, options: (codes, options[::-1]),
    renamed=lambda codes, options: (_renamed(codes), _options(options)),
    swapped=ONE,
    empty=lambda codes, options: (codes, (*options, Option("0", {}, -9.0))),
    twice=lambda codes, options: (np.tile(codes, 2), options),
)


def question(codes, options=OPTIONS):
    return distributions.coded("T01", codes, options)


def parts(one):
    """Everything that can be asked of the answers to an item."""
    return {
        "base": one.base(),
        "base_codes": one.base_codes,
        "answered": one.answered,
        "counts": dict(zip(one.codes, one.counts().tolist(), strict=True)),
        "count_of": one.count_of(TOP),
        "scale_values": one.scale_values(),
        "top": one.top(),
    }


def first_codes(found):
    return tuple("x" + one for one in found if one != "ek") + tuple(one for one in found if one == "ek")


def rename_counts(found):
    return {code if code == "ek" else "x" + code: n for code, n in found.items()}


row(
    "distributions.Answers",
    QUESTION,
    lambda codes, options: parts(question(codes, options)),
    rows={"answered": reordered, "scale_values": reordered},
    columns={"base_codes": backwards, "top": backwards},
    renamed={"base_codes": prefixed, "top": prefixed, "counts": by(rename_counts)},
    empty={"base_codes": longer_by("0"), "counts": added("0", 0)},
    twice={
        "base": double,
        "answered": repeated,
        "scale_values": repeated,
        "count_of": double,
        "counts": by(lambda found: {code: 2 * n for code, n in found.items()}),
    },
)
row(
    "distributions.coded",
    QUESTION,
    question,
    rows={"index": reordered},
    columns={
        "codes": backwards,
        "substantive": backwards,
        "values": backwards,
        "index": by(lambda places: np.where(places < 0, -1, 5 - places)),
    },
    renamed={"codes": by(first_codes)},
    empty={"codes": longer_by("0"), "substantive": longer_by(True), "values": longer_by(-9.0)},
    twice={"index": repeated},
)
SURVEY = Family(
    (["h1", "h2", "h2", "h5", "ek", ""],),
    rows=lambda given: (shuffled(given),),
    columns="the questionnaire gives the options; see coded",
    renamed="the questionnaire gives the codes; see coded",
    swapped=ONE,
    empty="the questionnaire gives the options; see coded",
    twice=lambda given: (given * 2,),
)
row(
    "distributions.answers",
    SURVEY,
    lambda given: distributions.answers(
        small(q1=[{"T01": one, "T02": "4"} for one in given]).surveys["q1"], "T01"
    ),
    rows={"index": reordered},
    twice={"index": repeated},
)
row(
    "distributions.distribution",
    QUESTION,
    lambda codes, options: {
        "codes": [dict(one.dims)["answer"] for one in distributions.distribution(question(codes, options))],
        "counts": [one.count for one in distributions.distribution(question(codes, options))],
        "bases": {one.base for one in distributions.distribution(question(codes, options))},
    },
    columns={"codes": backwards, "counts": backwards},
    renamed={"codes": by(lambda found: list(first_codes(found)))},
    empty={"codes": longer_by("0"), "counts": longer_by(0)},
    twice={
        "counts": by(lambda found: [2 * one for one in found]),
        "bases": by(lambda found: {2 * one for one in found}),
    },
)
row(
    "distributions.top_share",
    QUESTION,
    lambda codes, options: distributions.top_share(question(codes, options), TOP),
    twice={"count": double, "base": double, "interval": narrower},
)
row(
    "distributions.median",
    QUESTION,
    lambda codes, options: distributions.median(question(codes, options)),
    twice={"base": double},
)
row(
    "distributions.balance",
    QUESTION,
    lambda codes, options: distributions.balance(question(codes, options)),
    twice={"base": double, "interval": narrower},
)
WAVES = Family(
    (CODES, CODES2, OPTIONS),
    rows=lambda now, before, options: (shuffled(now), shuffled(before), options),
    columns=lambda now, before, options: (now, before, options[::-1]),
    renamed=lambda now, before, options: (_renamed(now), _renamed(before), _options(options)),
    swapped=lambda now, before, options: (before, now, options),
    empty=lambda now, before, options: (now, before, (*options, Option("0", {}, -9.0))),
    twice=lambda now, before, options: (np.tile(now, 2), np.tile(before, 2), options),
)
row(
    "distributions.balance_change",
    WAVES,
    lambda now, before, options: distributions.balance_change(
        question(now, options), question(before, options)
    ),
    swapped={"value": by(lambda value: -value), "interval": turned},
    twice={"base": double, "interval": narrower},
)
VALUES = Family(
    (RANDOM.integers(1, 30, 21).astype(float),),
    rows=lambda values: (shuffled(values),),
    columns="one number a person",
    renamed=lambda values: (10 * values + 3,),
    swapped=ONE,
    empty="numbers have no classes",
    twice=lambda values: (np.tile(values, 2),),
)
row(
    "distributions.median_of",
    VALUES,
    distributions.median_of,
    renamed={"value": by(lambda value: 10 * value + 3)},
    twice={"base": double},
)

# ---- scales: people × items --------------------------------------------------------------------------

ITEMS = RANDOM.integers(1, 5, (40, 1)) + RANDOM.integers(0, 2, (40, 4)).astype(float)
ITEMS[:, 3] = 7 - ITEMS[:, 3]  # this one asks the other way round
ITEMS[5, 2] = np.nan
SCALE = Family(
    (ITEMS, (1, 6), (3,)),
    rows=lambda scores, ends, asked: (shuffled(scores), ends, asked),
    columns=lambda scores, ends, asked: (scores[:, ::-1], ends, (0,)),
    renamed=lambda scores, ends, asked: (10 * scores + 3, (13, 63), asked),
    swapped=ONE,
    empty=lambda scores, ends, asked: (scores, (ends[0], ends[1] + 1), asked),  # nobody chose the new end
    twice=lambda scores, ends, asked: (np.tile(scores, (2, 1)), ends, asked),
)


def reliable(*given):
    found = scales.reliability(*given)
    return replace(found, omega=round(found.omega, 5))  # a search for the most likely value ends near it


row(
    "scales.reliability",
    SCALE,
    reliable,
    columns={"item_rest": backwards},
    twice={"n": double, "interval": narrower},
)
