"""The rows of the measures of records: who took part, events, results, projects, statistics."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
from measure_matrix import Family, Table, added, by, double, prefixed, reordered, repeated, shuffled

from evallib.measures import attendance, participation, records

RECORDS = Table()
row = RECORDS.row
ONE = "one period, nothing to swap"
NUMBERS = "it is given numbers, not rows"
NONE = "what nobody came to, or nothing was noted of, has no row"
_x = np.vectorize(lambda cell: "x" + cell if cell else cell, otypes=[object])


def _turned(table):
    return table[table.columns[::-1]]


def _renamed(table, *columns):
    return table.assign(**{name: _x(table[name].to_numpy(object)) for name in columns})


# ---- participations: one row a person and event -------------------------------------------------------


def came(*rows):
    columns = ["event_id", "person", "known", "sector", "minutes"]
    return pd.DataFrame([(*row, 30.0 + 10 * len(row[0])) for row in rows], columns=columns).assign(
        status=["attended"] * (len(rows) - 1) + ["host"]
    )


NOW = came(
    ("e1", "ann", "yes", "care"),
    ("e1", "bo", "yes", "tour"),
    ("e1", "x1", "no", "move"),
    ("e2", "ann", "yes", "care"),
    ("e2", "cy", "yes", ""),
    ("e2", "x2", "no", ""),
    ("e3", "di", "yes", "care"),
)
EARLIER = came(("e0", "bo", "yes", "tour"), ("e0", "ed", "yes", "care"), ("e0", "x0", "no", ""))
NAMES = ("event_id", "person", "sector")


def _again(table):
    """Every event once more, with the same people; those who are not known come as others."""
    more = _renamed(table, "event_id")
    more["person"] = np.where(more["known"] == "yes", more["person"], "x" + more["person"])
    return pd.concat([table, more])


PEOPLE = Family(
    (NOW,),
    rows=lambda table: (shuffled(table),),
    columns=lambda table: (_turned(table),),
    renamed=lambda table: (_renamed(table, *NAMES),),
    swapped=ONE,
    empty=NONE,
    twice=lambda table: (_again(table),),
)


def sum_of(counter):
    return {name: n for name, n in counter.items() if n}


row(
    "participation.attended",
    PEOPLE,
    lambda table: {
        "rows": len(participation.attended(table)),
        "events": sum_of(Counter(participation.attended(table)["event_id"])),
    },
    renamed={"events": by(lambda found: {"x" + event: n for event, n in found.items()})},
    twice={
        "rows": double,
        "events": by(lambda found: found | {"x" + event: n for event, n in found.items()}),
    },
)
row(
    "participation.persons",
    PEOPLE,
    participation.persons,
    twice={
        "participations": double,
        "unknown": double,
        "high": by(lambda high: high + 2),  # the two unknown could be two others the second time
    },
)
row(
    "participation.hours",
    PEOPLE,
    lambda table: dict(zip(("hours", "timed"), participation.hours(table), strict=True)),
    twice={"hours": double, "timed": double},
)
row(
    "participation.mixed_events",
    PEOPLE,
    lambda table: dict(zip(("mixed", "known"), participation.mixed_events(table), strict=True)),
    twice={"mixed": double, "known": double},
)


def behind(table, codes):
    cells = records.tally("sector", table["sector"], codes)
    found = participation.with_people(cells, table, "sector", {})
    return {"people": {dict(cell.dims)["sector"]: cell.people for cell in found}}


row(
    "participation.with_people",
    Family(
        (NOW, ("care", "tour", "move")),
        rows=lambda table, codes: (shuffled(table), codes),
        columns=lambda table, codes: (_turned(table), codes),
        renamed=lambda table, codes: (_renamed(table, *NAMES), [*_x(np.array(codes, object))]),
        swapped=ONE,
        empty=lambda table, codes: (table, (*codes, "cult")),
        twice=lambda table, codes: (_again(table), codes),
    ),
    behind,
    renamed={"people": by(lambda found: {c if c == "unknown" else "x" + c: n for c, n in found.items()})},
    empty={"people": added("cult", 0)},
)
row(
    "participation.newcomers",
    Family(
        (NOW, EARLIER),
        rows=lambda now, earlier: (shuffled(now), shuffled(earlier)),
        columns=lambda now, earlier: (_turned(now), _turned(earlier)),
        renamed=lambda now, earlier: (_renamed(now, *NAMES), _renamed(earlier, *NAMES)),
        swapped=lambda now, earlier: (earlier, now),
        empty=NONE,
        twice=lambda now, earlier: (_again(now), _again(earlier)),
    ),
    participation.newcomers,
    # of ed and x0 nobody had come earlier; ann, cy, di and two unknown came now
    swapped={"new_low": by(lambda low: low - 2), "new_high": by(lambda high: high - 3)},
    twice={"new_high": by(lambda high: high + 2)},
)

# ---- from invitation to feedback: participations with the lists that tell of them ----------------------

LISTED = NOW.assign(source_variant=["teams D+sign-up registration", "teams D"] * 3 + ["paper list"]).assign(
    status=["attended", "attended", "short", "no-show", "attended", "invited", "host"]
)
_SAME = by(lambda found: {"x" + event: rest for event, rest in found.items()})


def _gathered(table, answers):
    return {
        "events": {
            one.event_id: vars(one) | {"event_id": ""} for one in attendance.gatherings(table, answers)
        }
    }


row(
    "attendance.gatherings",
    Family(
        (LISTED, {"e1": 2, "e3": 1}),
        rows=lambda table, answers: (shuffled(table), answers),
        columns=lambda table, answers: (_turned(table), answers),
        renamed=lambda table, answers: (
            _renamed(table, *NAMES),
            {"x" + one: n for one, n in answers.items()},
        ),
        swapped=ONE,
        empty=NONE,
        twice=lambda table, answers: (_again(table), answers | {"x" + one: n for one, n in answers.items()}),
    ),
    _gathered,
    renamed={"events": _SAME},
    twice={"events": by(lambda found: found | {"x" + event: rest for event, rest in found.items()})},
)
row(
    "attendance.signed_up",
    replace(PEOPLE, data=(LISTED,)),
    lambda table: {"which": attendance.signed_up(table).to_list()},
    rows={"which": reordered},
    twice={"which": repeated},
)

# ---- records ------------------------------------------------------------------------------------------

row(
    "records.counted",
    Family((4, 9), NUMBERS, NUMBERS, NUMBERS, ONE, NUMBERS, lambda number, base: (2 * number, 2 * base)),
    records.counted,
    twice={"value": double, "count": double, "base": double},
)
FORMS = ["coffee", "visit", "coffee", "", "odd", "coffee"]
UNITED = {"short": ("coffee", "visit")}
CODES = Family(
    (FORMS, ("coffee", "visit"), UNITED),
    rows=lambda values, codes, merges: (shuffled(values), codes, merges),
    columns=lambda values, codes, merges: (values, codes[::-1], merges),
    renamed=lambda values, codes, merges: (
        ["x" + one if one else one for one in values],
        ["x" + one for one in codes],
        {"x" + name: tuple("x" + one for one in inside) for name, inside in merges.items()},
    ),
    swapped=ONE,
    empty=lambda values, codes, merges: (values, (*codes, "webinar"), merges),
    twice=lambda values, codes, merges: (values * 2, codes, merges),
)


def tallied(values, codes, merges):
    cells = records.tally("form", values, codes, merges)
    return {
        "first": [dict(cell.dims)["form"] for cell in cells][: len(codes)],
        "counts": {dict(cell.dims)["form"]: cell.count for cell in cells},
        "bases": {cell.base for cell in cells},
    }


row(
    "records.tally",
    CODES,
    tallied,
    columns={"first": by(lambda found: found[::-1])},
    renamed={
        "first": prefixed,
        "counts": by(lambda found: {c if c == "unknown" else "x" + c: n for c, n in found.items()}),
    },
    empty={"first": by(lambda found: [*found, "webinar"]), "counts": added("webinar", 0)},
    twice={
        "counts": by(lambda found: {code: 2 * n for code, n in found.items()}),
        "bases": by(lambda found: {2 * one for one in found}),
    },
)
row(
    "records.wider",
    Family(
        (("a", "b", "c"), {"ab": ("a", "b"), "all": ("a", "b", "c")}),
        rows=lambda codes, merges: (codes[::-1], merges),
        columns=lambda codes, merges: (codes, dict(reversed(merges.items()))),
        renamed=lambda codes, merges: (
            tuple("x" + one for one in codes),
            {"x" + name: tuple("x" + one for one in inside) for name, inside in merges.items()},
        ),
        swapped=ONE,
        empty=lambda codes, merges: (codes, merges | {"none": ("y", "z")}),
        twice="a list of codes has each once",
    ),
    lambda codes, merges: {"parts": records.wider(codes, merges)},
    rows={"parts": by(lambda found: {"ab": ("b", "a")})},
    renamed={
        "parts": by(
            lambda found: {"x" + n: tuple("x" + one for one in inside) for n, inside in found.items()}
        )
    },
)
CELL = Family(
    (["p1", "p2", "p3"], "+"),
    rows=lambda written, sign: (shuffled(written), sign),
    columns=lambda written, sign: (written, ";"),  # another sign between them
    renamed=lambda written, sign: (["x" + one for one in written], sign),
    swapped=ONE,
    empty=lambda written, sign: ([*written[:1], "", *written[1:]], sign),
    twice=lambda written, sign: (written * 2, sign),
)
for reader in (records.listed, records.names):
    row(
        f"records.{reader.__name__}",
        CELL,
        lambda written, sign, reader=reader: reader(sign.join(written)),
        rows={"value": reordered},
        renamed={"value": prefixed},
        twice={"value": repeated},
    )
OWNERS = {"p1": "a", "p2": "a", "p3": "b"}
row(
    "records.joint",
    Family(
        (["p1+p2", "p1+p3", "p1", ""], OWNERS),
        rows=lambda cells, owners: (shuffled(cells), owners),
        columns=lambda cells, owners: (cells, dict(reversed(owners.items()))),
        renamed=lambda cells, owners: (
            [one.replace("p", "xp") for one in cells],
            {"x" + project: "x" + owner for project, owner in owners.items()},
        ),
        swapped=lambda cells, owners: (cells, {p: {"a": "b", "b": "a"}[one] for p, one in owners.items()}),
        empty=lambda cells, owners: (cells, owners | {"p9": "c"}),
        twice=lambda cells, owners: (cells * 2, owners),
    ),
    lambda cells, owners: records.joint(pd.Series(cells), owners).tolist(),
    rows={"value": reordered},
    twice={"value": repeated},
)
RESULTS = pd.DataFrame(
    [
        ("r1", "2024-02-01", "idea", "a+b"),
        ("r1", "2025-02-01", "trial", "b+c"),
        ("r2", "2025-01-01", "idea", "3"),
        ("r2", "2025-03-01", "use", "2"),
    ],
    columns=["result_id", "date", "stage", "takers"],
)
LOG = Family(
    (RESULTS,),
    rows=lambda table: (shuffled(table),),
    columns=lambda table: (_turned(table),),
    renamed=lambda table: (_renamed(table, "result_id", "stage"),),
    swapped=ONE,
    empty=NONE,
    twice=lambda table: (pd.concat([table, table]),),
)
row(
    "records.stages_at",
    LOG,
    lambda table: {
        "stages": dict(zip(*(records.stages_at(table)[name] for name in ("result_id", "stage")), strict=True))
    },
    renamed={"stages": by(lambda found: {"x" + one: "x" + stage for one, stage in found.items()})},
)
row(
    "records.takers_by_result",
    LOG,
    lambda table: {"takers": records.takers_by_result(table)},
    renamed={"takers": by(lambda found: {"x" + one: who for one, who in found.items()})},
)
VISITS = pd.DataFrame(
    [
        ("2025-02", "visits", 12.0),
        ("2025-01", "visits", 7.0),
        ("2025-02", "visits", 3.0),
        ("2025-01", "other", 9.0),
    ],
    columns=["month", "metric", "value"],
)
row(
    "records.monthly",
    Family(
        (VISITS, "visits"),
        rows=lambda table, metric: (shuffled(table), metric),
        columns=lambda table, metric: (_turned(table), metric),
        renamed=lambda table, metric: (_renamed(table, "metric"), "x" + metric),
        swapped=ONE,
        empty=NONE,
        twice=lambda table, metric: (pd.concat([table, table]), metric),
    ),
    lambda table, metric: {
        "months": list(records.monthly(table, metric).index),
        "sums": records.monthly(table, metric).tolist(),
    },
    twice={"sums": by(lambda sums: [2 * one for one in sums])},
)
