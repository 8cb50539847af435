"""The rows of the measures that compare: two groups, pairs, several groups, families of tests."""

from dataclasses import replace

import numpy as np
from measure_matrix import (
    Family,
    Table,
    by,
    double,
    each,
    further,
    minus,
    narrower,
    near_by,
    reordered,
    repeated,
    shuffled,
    smaller,
    turned,
)

from evallib.measures import adapter, change, ranks

GROUPS = Table()
row = GROUPS.row
RANDOM = np.random.default_rng(7)
A, B = RANDOM.integers(1, 5, 14).astype(float), RANDOM.integers(2, 6, 17).astype(float)
NOW, BEFORE = RANDOM.integers(2, 6, 25).astype(float), RANDOM.integers(1, 5, 25).astype(float)
NUMBER = "one number a person"
tenfold = by(lambda value: 10 * value)


def spaced(values):
    """Another even spacing of the same scale."""
    return 10 * values + 3


# ---- two groups ---------------------------------------------------------------------------------------

TWO = Family(
    (A, B),
    rows=lambda first, second: (shuffled(first), shuffled(second)),
    columns=NUMBER,
    renamed=lambda first, second: (spaced(first), spaced(second)),
    swapped=lambda first, second: (second, first),
    empty="a group of none is refused: test_measures_bad_input",
    twice=lambda first, second: (np.tile(first, 2), np.tile(second, 2)),
)
for test in (adapter.mann_whitney, ranks.exact_groups):
    row(f"{test.__module__[17:]}.{test.__name__}", TWO, test, twice={"value": smaller})
row(
    "ranks.dominance",
    TWO,
    ranks.dominance,
    swapped={"value": minus, "interval": turned},
    twice={"interval": narrower},
)
row("ranks.hodges_lehmann", TWO, ranks.hodges_lehmann, renamed={"value": tenfold}, swapped={"value": minus})
TESTED = {
    "renamed": {"shift": tenfold},
    "swapped": {"effect": minus, "interval": turned, "shift": minus},
    "twice": {"n": double, "p": smaller, "interval": narrower},
}
for label, limit in (("exact", 500), ("asymptotic", 0)):
    row(
        f"change.group_difference/{label}",
        TWO,
        lambda first, second, limit=limit: change.group_difference(first, second, exact=limit),
        **TESTED,
    )

# ---- the same people twice ----------------------------------------------------------------------------


def _together(now, before):
    return tuple(shuffled(np.column_stack([now, before])).T)


PAIRS = replace(
    TWO,
    data=(NOW, BEFORE),
    rows=_together,
    columns="the two columns are the waves: see swapped",
    empty="pairs have no classes",
)
for test in (adapter.wilcoxon_pratt, ranks.exact_pairs):
    row(f"{test.__module__[17:]}.{test.__name__}", PAIRS, test, twice={"value": smaller})
row(
    "ranks.matched",
    PAIRS,
    ranks.matched,
    swapped={"value": minus, "interval": turned},
    twice={"value": near_by, "interval": narrower},
)
for label, limit in (("exact", 500), ("asymptotic", 0)):
    row(
        f"change.paired_change/{label}",
        PAIRS,
        lambda now, before, limit=limit: change.paired_change(now, before, exact=limit),
        **TESTED | {"twice": TESTED["twice"] | {"effect": near_by}},
    )
YES = replace(
    PAIRS,
    data=(NOW >= 4, BEFORE >= 3),
    renamed=lambda now, before: (~now, ~before),  # no is called yes
)
row(
    "change.changed_share",
    YES,
    lambda now, before: change.changed_share(now, before, floor=5),
    renamed={"effect": minus, "shift": minus},
    swapped={"effect": minus, "shift": minus},
    twice={"n": double, "p": smaller},
)
row(
    "adapter.mcnemar",
    Family(
        (3, 11),
        rows="it is given numbers, not people",
        columns="it is given numbers, not people",
        renamed="it is given numbers, not people",
        swapped=lambda gained, lost: (lost, gained),
        empty="it is given numbers, not people",
        twice=lambda gained, lost: (2 * gained, 2 * lost),
    ),
    lambda gained, lost: dict(zip(("exact", "mid"), adapter.mcnemar(gained, lost), strict=True)),
    twice={"exact": smaller, "mid": smaller},
)

# ---- several groups -----------------------------------------------------------------------------------

SEVERAL = Family(
    ({"a": A, "b": B, "c": RANDOM.integers(1, 4, 12).astype(float)},),
    rows=lambda groups: ({name: shuffled(one) for name, one in groups.items()},),
    columns=NUMBER,
    renamed=lambda groups: ({"x" + name: one for name, one in groups.items()},),
    swapped=lambda groups: (dict(reversed(groups.items())),),
    empty=lambda groups: (groups | {"nobody": np.zeros(0)},),
    twice=lambda groups: ({name: np.tile(one, 2) for name, one in groups.items()},),
)
REFUSED = "a group of none is refused: test_measures_bad_input"


def by_pair(found):
    return {"–".join(pair): told for pair, told in found.items()}


prefixed = by(lambda found: {f"x{pair[0]}–x{pair[2]}": told for pair, told in found.items()})
turned_pairs = by(lambda found: {pair[::-1]: told for pair, told in found.items()})


def several(groups):
    tested, pairs = change.several_groups(groups)
    return {
        "n": tested.n,
        "p": tested.p,
        "effect": tested.effect,
        "note": tested.note,
        "pairs": by_pair(pairs),
    }


row(
    "change.several_groups",
    SEVERAL,
    several,
    renamed={"pairs": prefixed},
    swapped={"pairs": turned_pairs},
    twice={"n": double, "p": smaller, "pairs": each(smaller)},
)
row(
    "adapter.kruskal",
    SEVERAL,
    lambda groups: dict(zip("hp", adapter.kruskal(groups), strict=True)),
    empty=REFUSED,
    twice={"h": further, "p": smaller},
)
row(
    "ranks.dunn",
    SEVERAL,
    lambda groups: {
        "z": by_pair({pair: z for pair, (z, _) in ranks.dunn(groups).items()}),
        "p": by_pair({pair: p for pair, (_, p) in ranks.dunn(groups).items()}),
    },
    renamed={"z": prefixed, "p": prefixed},
    swapped={"z": by(lambda found: {pair[::-1]: -z for pair, z in found.items()}), "p": turned_pairs},
    empty=REFUSED,
    twice={"z": each(further), "p": each(smaller)},
)

# ---- a family of tests --------------------------------------------------------------------------------

FAMILY = Family(
    ([0.01, 0.04, 0.03, 0.2],),
    rows=lambda values: (shuffled(values),),
    columns="one p a test",
    renamed="a p carries no name",
    swapped="tests are no groups",
    empty=lambda values: ([*values, float("nan")],),  # a comparison that could not be tested
    twice=lambda values: (values * 2,),
)


def stricter(before, after):
    return all(one < other or other == 1 for one, other in zip([*before, *before], after, strict=True))


for method, doubled in (("holm", stricter), ("fdr_bh", repeated)):
    row(
        f"adapter.corrected/{method}",
        FAMILY,
        lambda values, method=method: list(adapter.corrected(values, method)),
        rows={"value": reordered},
        empty={"value": by(lambda found: [*found, float("nan")])},
        twice={"value": doubled},
    )
