"""The rows of the measures of the cooperation network, of one wave and of two."""

import numpy as np
import pandas as pd
from measure_matrix import (
    Family,
    Table,
    becomes,
    by,
    double,
    larger,
    longer_by,
    order,
    reordered,
    repeated,
    smaller,
)
from small_frames import small

from evallib.measures import network as net
from evallib.measures import network_drawing as drawing
from evallib.measures import shared_events, structure

NETWORKS = Table()
row = NETWORKS.row
SQUARE = "rows and columns are the same organisations"
ONE = "one wave, and a tie has no direction: nothing to swap"
EDGES = "ab ac bc cd de ef eg fg hi"  # c, d and e hold a–g together; hi is apart, j alone
NAMES = tuple("abcdefghij")
SECTORS = ("care", "care", "tour", "tour", "move", "move", "move", "care", "tour", "care")
ANSWERED = np.array([True] * 6 + [False] * 4)


def made(edges, names=NAMES, sectors=SECTORS, answered=ANSWERED, through="ab"):
    """A network; ``both`` holds the ties between two that answered, as if each had named the other."""

    def ties(written):
        found = np.zeros((len(names), len(names)), dtype=bool)
        for one, other in written.split():
            i, j = names.index(one), names.index(other)
            found[i, j] = found[j, i] = True
        return found

    either = ties(edges)
    return net.Network(names, sectors, answered, either, either & np.outer(answered, answered), ties(through))


def _moved(one):
    return one.only(order(one.size).tolist())


def _renamed(one):
    return net.Network(
        tuple("x" + name for name in one.organisations),
        tuple("x" + sector for sector in one.sectors),
        *(one.answered, one.either, one.both, one.via_project),
    )


def _with_one_more(one):
    """An organisation of a field of its own, which did not answer and which nobody named."""
    wider = [np.pad(each, (0, 1)) for each in (one.either, one.both, one.via_project)]
    return net.Network(
        (*one.organisations, "z"), (*one.sectors, "cult"), np.append(one.answered, False), *wider
    )


def _side_by_side(one):
    none = np.zeros_like(one.either)
    blocks = [np.block([[each, none], [none, each]]) for each in (one.either, one.both, one.via_project)]
    names = (*one.organisations, *("2" + name for name in one.organisations))
    return net.Network(names, one.sectors * 2, np.tile(one.answered, 2), *blocks)


WAVE = Family(
    (made(EDGES),),
    rows=lambda one: (_moved(one),),
    columns=SQUARE,
    renamed=lambda one: (_renamed(one),),
    swapped=ONE,
    empty=lambda one: (_with_one_more(one),),
    twice=lambda one: (_side_by_side(one),),
)


def parts(one):
    """All that can be asked of a wave; of its pairs, how many."""
    among = one.only([i for i, sector in enumerate(one.sectors) if sector.endswith("care")])
    here, there = one.on_both(made("ab", ("b", "a", "xb"), ("care",) * 3, np.ones(3, dtype=bool)))
    return {
        "size": one.size,
        "possible": one.possible,
        "observed": net.pairs(one.observed),
        "possible_both": one.possible_both,
        "only": (among.size, net.pairs(among.either)),
        "on_both": len(here) + len(there),
    }


row(
    "network.Network",
    WAVE,
    parts,
    renamed={"on_both": becomes(2)},  # of three, the other wave has but one by the new name
    empty={"size": becomes(11), "possible": becomes(55), "observed": becomes(45)},  # 55 − 5·4/2
    twice={
        "size": double,
        "possible": becomes(190),
        "observed": becomes(162),  # 190 − 8·7/2
        "possible_both": becomes(66),
        "only": by(lambda found: tuple(2 * one for one in found)),
    },
)
row("network.pairs", WAVE, lambda one: net.pairs(one.either), twice={"value": double})
row("network.cross_ties", WAVE, net.cross_ties, twice={"value": double})
row("network.cross_expected", WAVE, net.cross_expected, empty={"value": larger}, twice={"value": smaller})
FIELDS = ("care", "tour", "move")


def by_sector(one, fields):
    return {
        "ties": {frozenset(pair): n for pair, n in net.ties_by_sector(one, fields).items()},
        "first": next(iter(net.ties_by_sector(one, fields))),
    }


row(
    "network.ties_by_sector",
    Family(
        (made(EDGES), FIELDS),
        rows=lambda one, fields: (_moved(one), fields),
        columns=lambda one, fields: (one, fields[::-1]),
        renamed=lambda one, fields: (_renamed(one), tuple("x" + field for field in fields)),
        swapped=ONE,
        empty=lambda one, fields: (one, (*fields, "cult")),
        twice=lambda one, fields: (_side_by_side(one), fields),
    ),
    by_sector,
    columns={"first": becomes(("move", "move"))},
    renamed={
        "first": becomes(("xcare", "xcare")),
        "ties": by(lambda found: {frozenset("x" + one for one in pair): n for pair, n in found.items()}),
    },
    empty={"ties": by(lambda found: found | {frozenset((field, "cult")): 0 for field in (*FIELDS, "cult")})},
    twice={"ties": by(lambda found: {pair: 2 * n for pair, n in found.items()})},
)
row("structure.components", WAVE, lambda one: structure.components(one.either),
    empty={"parts": by(lambda n: n + 1), "alone": by(lambda n: n + 1)},
    twice={"parts": double, "alone": double})  # fmt: skip
row("structure.brokers", WAVE, lambda one: structure.brokers(one.either),
    rows={"value": reordered}, empty={"value": longer_by(False)}, twice={"value": repeated})  # fmt: skip
row("structure.betweenness", WAVE, lambda one: structure.betweenness(one.either),
    rows={"value": reordered}, empty={"value": longer_by(0.0)}, twice={"value": repeated})  # fmt: skip
row("structure.bridging", WAVE, lambda one: structure.bridging(one.either), twice={"value": smaller})
row("structure.transitivity", WAVE, lambda one: structure.transitivity(one.either))
row("structure.external_internal", WAVE, lambda one: structure.external_internal(one.either, one.sectors))
row(
    "structure.density_range",
    WAVE,
    lambda one: dict(zip(("low", "seen", "high"), structure.density_range(one), strict=True)),
    empty={"low": smaller, "seen": smaller, "high": larger},
    twice={"low": smaller, "seen": smaller, "high": smaller},
)

# ---- two waves ----------------------------------------------------------------------------------------

BASELINE = made("ab bc ad", ("c", "b", "a", "d"), ("tour", "care", "care", "tour"), np.ones(4, dtype=bool))
row(
    "network.new_ties",
    Family(
        (made(EDGES, through="ac"), BASELINE),
        rows=lambda now, baseline: (_moved(now), _moved(baseline)),
        columns=SQUARE,
        renamed=lambda now, baseline: (_renamed(now), _renamed(baseline)),
        swapped=lambda now, baseline: (baseline, now),
        empty=lambda now, baseline: (_with_one_more(now), baseline),
        twice=lambda now, baseline: (_side_by_side(now), _side_by_side(baseline)),
    ),
    lambda now, baseline: dict(zip(("new", "through"), net.new_ties(now, baseline), strict=True)),
    # new: ac, through the project, and cd; the other way round ad, which ended
    swapped={"new": becomes(1), "through": becomes(0)},
    twice={"new": double, "through": double},
)

# ---- shared attendance ---------------------------------------------------------------------------------


def at(**events):
    """A row an event and organisation, each letter one."""
    rows = [(event, name) for event, names in events.items() for name in names]
    return pd.DataFrame(rows, columns=["event_id", "organisation"])


THERE = at(e1="abchi", e2="abcde", e3="bij", e4="hi")


def _twice_apart(one, there):
    other = pd.DataFrame({"event_id": "2" + there["event_id"], "organisation": "2" + there["organisation"]})
    return _side_by_side(one), pd.concat([there, other], ignore_index=True)


EVENTS = Family(
    (made(EDGES), THERE),
    rows=lambda one, there: (one, there.iloc[::-1].reset_index(drop=True)),
    columns=lambda one, there: (_moved(one), there),
    renamed=lambda one, there: (_renamed(one), there.assign(organisation="x" + there["organisation"])),
    swapped=ONE,
    empty=lambda one, there: (_with_one_more(one), there),
    twice=_twice_apart,
)


def met(one, there):
    first, second = shared_events.together(there, one.organisations)
    names = one.organisations
    return {"pairs": {frozenset((names[i], names[j])) for i, j in zip(first, second, strict=True)},
            "last": names[int(second.max())]}  # fmt: skip


row(
    "shared_events.together",
    EVENTS,
    met,
    columns={"last": becomes("b")},
    renamed={
        "pairs": by(lambda found: {frozenset("x" + one for one in pair) for pair in found}),
        "last": becomes("xi"),
    },
    twice={
        "pairs": by(lambda found: found | {frozenset("2" + one for one in pair) for pair in found}),
        "last": becomes("2i"),
    },
)


def kinds_of_ties(one, there):
    found = shared_events.joined(one, there)
    return {**found.counts, **{f"{name} of": n for name, n in found.organisations.items()},
            "attending": found.attending}  # fmt: skip


KINDS = ("both", "named", "attended", "both of", "named of", "attended of", "attending")
row("shared_events.joined", EVENTS, kinds_of_ties, twice=dict.fromkeys(KINDS, double))

# ---- from a wave's answers ----------------------------------------------------------------------------

ROSTER = [
    {"organisation": name, "name": name.upper(), "sector": sector, "one_person": alone}
    for name, sector, alone in (
        ("o1", "care", "no"),
        ("o2", "care", "no"),
        ("o3", "tour", "yes"),
        ("o4", "move", "yes"),
    )
]
SAID = [("o1", "o2", "k3"), ("o2", "o1", "k2"), ("o3", "o1", "k2"), ("o3", "o4", "k1")]


def answers(roster, said):
    rows = [
        {"organisation": who, f"N05k[{whom}]": "Y", f"N05[{whom}]": level, f"N06[{whom}]": "Y", "CNAME": "Y"}
        | {"N08": "a5", "person": f"p{place}"}
        for place, (who, whom, level) in enumerate(said)
    ]
    return small(roster=roster, q2=rows)


def _x(roster, said):
    return (
        [one | {"organisation": "x" + one["organisation"]} for one in roster],
        [("x" + who, "x" + whom, level) for who, whom, level in said],
    )


LISTED = Family(
    (ROSTER, SAID),
    rows=lambda roster, said: (roster, said[::-1]),
    columns=lambda roster, said: (roster[::-1], said),
    renamed=_x,
    swapped=lambda roster, said: (roster, [(whom, who, level) for who, whom, level in said]),
    empty=lambda roster, said: (
        [*roster, {"organisation": "o9", "name": "O9", "sector": "cult", "one_person": "yes"}],
        said,
    ),
    twice=lambda roster, said: (roster, said * 2),  # a second respondent says the same
)


def wave(roster, said):
    one = net.network(answers(roster, said))
    pairs = {
        name: sorted(
            "–".join(sorted((one.organisations[i], one.organisations[j])))
            for i, j in zip(*np.nonzero(np.triu(matrix)), strict=True)
        )
        for name, matrix in (("either", one.either), ("both", one.both), ("via", one.via_project))
    }
    told = {name for name, did in zip(one.organisations, one.answered, strict=True) if did}
    return {"organisations": one.organisations, "answered": told, **pairs}


def x_pairs(found):
    return ["–".join("x" + one for one in pair.split("–")) for pair in found]


row(
    "network.network",
    LISTED,
    wave,
    columns={"organisations": by(lambda found: found[::-1])},
    renamed={
        "organisations": by(lambda found: tuple("x" + one for one in found)),
        "answered": by(lambda found: {"x" + one for one in found}),
        **dict.fromkeys(("either", "both", "via"), by(x_pairs)),
    },
    swapped={"answered": becomes({"o1", "o2", "o4"})},  # who was named answers
    empty={"organisations": longer_by("o9")},
)


def may_be_shown(roster, said):
    frames = answers(roster, said)
    one = net.network(frames)
    return {one.organisations[place] for place in drawing.drawable([frames], 1)}


row(
    "network_drawing.drawable",
    LISTED,
    may_be_shown,
    renamed={"value": by(lambda found: {"x" + one for one in found})},
    swapped={"value": becomes({"o1", "o2", "o4"})},  # o4 answers and consents, o3 no more
)
row(
    "network_drawing.persons",
    LISTED,
    lambda roster, said: drawing.persons(answers(roster, said)),
    swapped={"value": becomes({"O3"})},  # o4 answers and consents, o3 no more
    empty={"value": becomes({"O4", "O9"})},
)
row(
    "network_drawing.drawings",
    LISTED,
    lambda roster, said: drawing.drawings([answers(roster, said)], 1)["waves"]["2025"],
    swapped="who consented changes with who answered; see drawable",
)
