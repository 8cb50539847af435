"""The rows of the measures of coded answers: what an answer counts as, and how far two coders agree."""

import numpy as np
import pandas as pd
from measure_matrix import (
    Family,
    Table,
    added,
    backwards,
    by,
    double,
    each,
    larger,
    narrower,
    prefixed,
    reordered,
    repeated,
    shuffled,
    smaller,
)

from evallib.measures import adapter, agreement, coding

CODING = Table()
row = CODING.row
COUNTS = "it is given counts, not rows"

row(
    "adapter.cohens_kappa",
    Family(
        (np.array([[20.0, 5.0], [10.0, 15.0]]),),
        rows=COUNTS,
        columns=COUNTS,
        renamed=lambda table: (table[::-1, ::-1],),
        swapped=lambda table: (table.T,),
        empty=lambda table: (np.pad(table, (0, 1)),),
        twice=lambda table: (2 * table,),
    ),
    lambda table: dict(zip(("kappa", "low", "high"), adapter.cohens_kappa(table), strict=True)),
    twice={"low": larger, "high": smaller},
)

RANDOM = np.random.default_rng(11)
FIRST = RANDOM.random((24, 3)) < 0.4
SECOND = np.where(RANDOM.random((24, 3)) < 0.8, FIRST, ~FIRST)
NONE = np.zeros((24, 1), dtype=bool)
row(
    "agreement.agreement",
    Family(
        (FIRST, SECOND),
        rows=lambda first, second: (shuffled(first), shuffled(second)),
        columns=lambda first, second: (first[:, ::-1], second[:, ::-1]),
        renamed="codes have no names here",
        swapped=lambda first, second: (second, first),
        empty=lambda first, second: (np.hstack([first, NONE]), np.hstack([second, NONE])),
        twice=lambda first, second: (np.tile(first, (2, 1)), np.tile(second, (2, 1))),
    ),
    lambda first, second: agreement.agreement(first, second, 10),
    empty={
        "same": by(lambda n: n + 24),
        "decisions": by(lambda n: n + 24),
        "kappa": larger,
        "interval": lambda before, after: before[0] < after[0],
    },
    twice={"n": double, "same": double, "decisions": double, "interval": narrower},
)

GIVEN = [frozenset(one) for one in ("xy", "x", "", "y", "xyz", "z")]
ONE = "one coder, nobody to swap with"
row(
    "agreement.marks",
    Family(
        (GIVEN, ["x", "y", "z"]),
        rows=lambda given, codes: (shuffled(given), codes),
        columns=lambda given, codes: (given, codes[::-1]),
        renamed=lambda given, codes: (
            [frozenset("q" + code for code in one) for one in given],
            ["q" + one for one in codes],
        ),
        swapped=ONE,
        empty=lambda given, codes: (given, [*codes, "w"]),
        twice=lambda given, codes: ([*given, *given], codes),
    ),
    lambda given, codes: agreement.marks(given, codes).tolist(),
    rows={"value": reordered},
    columns={"value": by(lambda rows: [one[::-1] for one in rows])},
    empty={"value": by(lambda rows: [[*one, False] for one in rows])},
    twice={"value": repeated},
)

CODED = pd.DataFrame(
    [("x", "x", ""), ("x", "y", ""), ("x", "y", "y+z"), ("x", "", ""), ("", "y", ""), ("", "", "")],
    columns=["a", "b", "settled"],
)
_q = np.vectorize(
    lambda cell: "+".join("q" + one for one in cell.split("+")) if cell else "", otypes=[object]
)
row(
    "coding.final",
    Family(
        (CODED,),
        rows=lambda rows: (shuffled(rows),),
        columns=lambda rows: (rows[rows.columns[::-1]],),
        renamed=lambda rows: (rows.apply(lambda column: _q(column.to_numpy(object))),),
        swapped=lambda rows: (rows.rename(columns={"a": "b", "b": "a"}),),
        empty="a code that nobody gave is in no answer",
        twice=lambda rows: (pd.concat([rows, rows]),),
    ),
    coding.final,
    rows={"value": reordered},
    renamed={"value": by(lambda found: [one and frozenset("q" + code for code in one) for one in found])},
    twice={"value": repeated},
)
row(
    "coding.split",
    Family(
        ("x+y",),
        rows="it is given one answer",
        columns=lambda codes: ("+".join(codes.split("+")[::-1]),),
        renamed=lambda codes: ("+".join("x" + one for one in codes.split("+")),),
        swapped=ONE,
        empty=lambda codes: (codes + "+",),
        twice=lambda codes: (f"{codes}+{codes}",),
    ),
    coding.split,
    renamed={"value": prefixed},
)
row(
    "coding.by_code",
    Family(
        (GIVEN, ["x", "y", "z"]),
        rows=lambda given, codes: (shuffled(given), codes),
        columns=lambda given, codes: (given, codes[::-1]),
        renamed=lambda given, codes: (
            [frozenset("q" + code for code in one) for one in given],
            ["q" + one for one in codes],
        ),
        swapped=ONE,
        empty=lambda given, codes: (given, [*codes, "w"]),
        twice=lambda given, codes: ([*given, *given], codes),
    ),
    lambda given, codes: {
        "codes": [dict(cell.dims)["code"] for cell in coding.by_code(given, codes)],
        "counts": {dict(cell.dims)["code"][-1]: cell.count for cell in coding.by_code(given, codes)},
        "base": {cell.base for cell in coding.by_code(given, codes)},
    },
    columns={"codes": backwards},
    renamed={"codes": by(lambda codes: ["q" + one for one in codes])},
    empty={"codes": by(lambda codes: [*codes, "w"]), "counts": added("w", 0)},
    twice={"counts": each(double), "base": by(lambda bases: {2 * one for one in bases})},
)
