"""What is drawn of the network: nobody who did not allow it, nobody who could be told without a name, and the
same ties as the matrix beside it."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from random import Random

import numpy as np
import pytest
from small_frames import small

from evallib.measures.network import network, ties_by_sector
from evallib.measures.network_drawing import _possible_names, drawable, drawings
from evallib.privacy.network import Listed, attack_network
from evallib.tidy import Frames

ROSTER = [
    {"organisation": "o1", "name": "Farm", "sector": "care", "one_person": "no"},
    *({"organisation": f"i{i}", "name": f"Inn {i}", "sector": "tour", "one_person": "no"} for i in range(3)),
    {"organisation": "o3", "name": "Potter", "sector": "cult", "one_person": "yes"},
]


def drawing(*waves: Frames, threshold: int = 1):  # type: ignore[no-untyped-def]
    told = drawings(waves, threshold)["waves"]
    return told.get(waves[-1].period.id, {"nodes": [], "edges": []})


def says(organisation: str, consent: str = "N", **levels: str) -> dict[str, str]:
    row = {"organisation": organisation, "person": f"p-{organisation}", "CNAME": consent}
    for other, level in levels.items():
        row |= {f"N05k[{other}]": "Y", f"N05[{other}]": level}
    return row


def sectors(drawn) -> Counter[str]:  # type: ignore[no-untyped-def]
    """How many are drawn by sector and whether with a name."""
    return Counter(node["sector"] + ("+" if node["label"] else "") for node in drawn["nodes"])


def test_a_name_stands_only_where_the_organisation_allowed_it() -> None:
    drawn = drawing(small(roster=ROSTER, q2=[says("o1", "Y", i0="k3"), says("i0", "N")]))
    assert {node["label"] for node in drawn["nodes"]} == {"Farm", ""}
    assert "Inn" not in str(drawn) and "i0" not in str(drawn)


def test_an_organisation_of_one_person_is_left_out_with_its_ties_unless_it_consented() -> None:
    rows = [says("o1", "Y", i0="k3", o3="k3")]
    drawn = drawing(small(roster=ROSTER, q2=rows))
    assert sectors(drawn) == {"care+": 1, "tour": 3} and len(drawn["edges"]) == 1
    allowed = drawing(small(roster=ROSTER, q2=[*rows, says("o3", "Y")]))
    assert sectors(allowed)["cult+"] == 1 and len(allowed["edges"]) == 2


def test_the_matrix_of_drawn_organisations_counts_the_drawn_ties() -> None:
    frames = small(roster=ROSTER, q2=[says("o1", "Y", i0="k3", o3="k3")])
    one = network(frames)
    counted = ties_by_sector(one.only(drawable([frames], 1)), ("care", "tour", "cult"))
    assert sum(counted.values()) == len(drawing(frames)["edges"]) == 1
    assert counted["care", "cult"] == 0


def test_nobody_answered_nothing_is_drawn() -> None:
    frames = small(roster=ROSTER, q2=[])
    assert drawing(frames) == {"nodes": [], "edges": []} and drawable([frames], 1) == []


@pytest.mark.parametrize(("inns", "drawn"), [(1, 0), (2, 0), (3, 3)])
def test_an_organisation_without_a_name_is_drawn_where_three_names_fit(inns: int, drawn: int) -> None:
    """The roster is no secret: the only inn is that inn, and of two each knows which the other is."""
    frames = small(roster=ROSTER[: 1 + inns], q2=[says("o1", "Y", i0="k3")])
    assert sectors(drawing(frames))["tour"] == drawn


def test_one_without_a_name_among_named_ones_is_drawn_and_two_names_are_kept_back() -> None:
    """Four inns, of which three allowed their names: the fourth would be told by elimination."""
    inn = ROSTER[1] | {"organisation": "i3", "name": "Inn 3"}
    rows = [says("o1", "Y", i3="k3"), *(says(f"i{i}", "Y") for i in range(3))]
    drawn = drawing(small(roster=[*ROSTER[:4], inn], q2=rows))
    assert sectors(drawn) == {"care+": 1, "tour": 3, "tour+": 1} and len(drawn["edges"]) == 1


def test_a_person_who_is_left_out_does_not_count_as_a_name_that_fits() -> None:
    roster = [*ROSTER[:3], ROSTER[3] | {"one_person": "yes"}]
    assert sectors(drawing(small(roster=roster, q2=[says("o1", "Y", i0="k3")]))) == {"care+": 1}


def test_so_many_are_left_out_that_the_ties_of_few_are_not_told_by_subtraction() -> None:
    """All ties are counted in the text. Of one person left out, all less the drawn ones would be theirs."""
    roster = [*ROSTER, *({**ROSTER[1], "organisation": f"j{i}", "name": f"Lodge {i}"} for i in range(9))]
    frames = small(roster=roster, q2=[says("o1", "Y", o3="k3", i0="k3")])
    assert len(drawing(frames)["nodes"]) == len(roster) - 1
    assert len(drawing(frames, threshold=5)["nodes"]) == len(roster) - 5


@pytest.mark.parametrize(("then", "label"), [("Y", "Inn 0"), ("N", "")])
def test_an_organisation_keeps_its_id_over_the_waves_and_its_name_where_it_allowed_it_in_all(
    then: str, label: str
) -> None:
    others = [{**ROSTER[1], "organisation": f"j{i}", "name": f"Lodge {i}"} for i in range(3)]
    before = small("2024", roster=[*ROSTER, *others], q2=[says("o1", "Y", i0="k3"), says("i0", then)])
    now = small("2025", roster=[*ROSTER, *others], q2=[says("i0", "Y", o1="k3"), says("o1", "Y")])
    waves = drawings([before, now], 1)["waves"]
    tied = [{one for edge in wave["edges"] for one in edge[:2]} for wave in waves.values()]
    assert tied[0] == tied[1] and len(tied[0]) == 2
    for wave in waves.values():
        labels = {node["label"] for node in wave["nodes"] if node["id"] in tied[0]}
        assert labels == {"Farm", label}


def test_who_was_named_in_the_last_report_and_does_not_allow_it_now_is_left_out() -> None:
    """Both reports together would tell its new ties: the old wave has its name, its id leads to the new."""
    inns = [{**ROSTER[1], "organisation": f"j{i}", "name": f"Lodge {i}"} for i in range(4)]
    roster = [*ROSTER[:4], *inns]
    before = small("2024", roster=roster, q2=[says("o1", "Y"), says("i0", "Y", o1="k3")])
    now = small("2025", roster=roster, q2=[says("o1", "Y"), says("i0", "N", o1="k3", j0="k3")])
    assert sectors(drawing(before))["tour+"] == 1
    both = drawings([before, now], 1)["waves"]
    for wave in both.values():
        assert len(wave["nodes"]) == 7 and wave["edges"] == []
    assert "Inn 0" not in str(both)


def test_an_organisation_that_only_one_roster_lists_is_not_told_by_the_waves_that_draw_it() -> None:
    """Three inns in both years, a fourth in one: without a name it would be the new one on the roster."""
    new = {**ROSTER[1], "organisation": "j0", "name": "Lodge"}
    before = small("2024", roster=ROSTER[:4], q2=[says("o1", "Y")])
    now = small("2025", roster=[*ROSTER[:4], new], q2=[says("o1", "Y", j0="k3")])
    assert drawing(before, now)["edges"] == []
    assert sectors(drawing(before, now)) == {"care+": 1, "tour": 3}


def figure(**waves: dict[str, str]) -> dict[str, object]:
    """Waves as id → sector, or sector and name where one is printed: ``care Farm``."""

    def node(one: str, words: str) -> dict[str, str]:
        sector, _, label = words.partition(" ")
        return {"id": one, "sector": sector, "label": label}

    return {"waves": {year[1:]: {"nodes": [node(*pair) for pair in places.items()], "edges": []}
                      for year, places in waves.items()}}  # fmt: skip


INNS = {"A": "tour", "B": "tour", "C": "tour", "D": "tour"}


def told(now: dict[str, object], *before: dict[str, object], **rosters: Listed) -> list[tuple[str, str]]:
    lists = {year[1:]: one for year, one in rosters.items()}
    return [(one.kind, one.where) for one in attack_network(now, before, lists, 5)]


def test_the_attack_names_the_place_that_only_one_name_is_left_for() -> None:
    all_but_one = figure(y2025={"n1": "tour A", "n2": "tour B", "n3": "tour C", "n4": "tour"})
    assert told(all_but_one, y2025=Listed(INNS)) == [("ELIMINATED", "n4 2025 tour")]
    assert told(figure(y2025=dict.fromkeys(INNS, "tour")), y2025=Listed(INNS)) == []


def test_the_attack_knows_whom_an_earlier_report_named_and_who_is_left_out_as_a_person() -> None:
    drawn = figure(y2025=dict.fromkeys(("n1", "n2", "n3"), "tour"))
    five = Listed({**INNS, **{f"P{i}": "care" for i in range(5)}}, frozenset(f"P{i}" for i in range(5)))
    assert told(drawn, y2025=five) == []
    two = figure(y2025=dict.fromkeys(("n1", "n2"), "tour"))
    assert told(two, figure(y2024={"n7": "tour A"}), y2025=five) == []
    assert told(two, figure(y2024={"n7": "tour A", "n8": "tour B"}), y2025=five) == [
        ("ELIMINATED", "n1 2025 tour")
    ]
    person = Listed(five.sectors, five.persons | {"D"})
    assert told(drawn, y2025=person) == []
    assert told(figure(y2025={"n1": "tour", "n2": "tour"}), y2025=Listed(INNS, frozenset("CD"))) == [
        ("LEFT_OUT", "2025"),
        ("ELIMINATED", "n1 2025 tour"),
    ]


def test_the_attack_sees_that_only_the_new_one_of_the_roster_is_drawn_in_one_wave_only() -> None:
    both = figure(
        y2024=dict.fromkeys(("n1", "n2", "n3"), "tour"), y2025=dict.fromkeys(("n1", "n2", "n3", "n4"), "tour")
    )
    three = Listed({name: INNS[name] for name in "ABC"})
    assert told(both, y2024=three, y2025=Listed(INNS)) == [("ELIMINATED", "n4 2025 tour")]


def test_what_is_drawn_passes_the_attack_in_three_waves_of_which_many_change_their_mind() -> None:
    lot = Random(5)
    roster = [{"organisation": f"o{i}", "name": f"Org {i}", "sector": ("care", "tour", "move")[i % 3],
               "one_person": "yes" if i % 7 == 0 else "no"} for i in range(42)]  # fmt: skip
    waves, rosters = [], {}
    for year in ("2023", "2024", "2025"):
        listed = [one for one in roster if lot.random() < 0.95]
        rows = [says(one["organisation"], lot.choice("YN"), o1="k3") for one in listed if lot.random() < 0.6]
        waves.append(small(year, roster=listed, q2=rows))
        allowed = {row["organisation"] for row in rows if row["CNAME"] == "Y"}
        persons = {
            one["name"] for one in listed if one["one_person"] == "yes" and one["organisation"] not in allowed
        }
        rosters[year] = Listed({one["name"]: one["sector"] for one in listed}, frozenset(persons))
    reports = [drawings(waves[: i + 1], 5) for i in range(3)]
    for number, one in enumerate(reports):
        assert any(len(wave["nodes"]) > 10 for wave in one["waves"].values())
        assert attack_network(one, reports[:number], rosters, 5) == []


def test_the_names_that_a_place_can_bear_are_those_of_all_ways_to_name_every_place() -> None:
    lot = np.random.default_rng(7)
    for _ in range(300):
        fits = lot.random((lot.integers(1, 5), lot.integers(1, 6))) < lot.choice([0.3, 0.5, 0.8])
        places, names = fits.shape
        ways = [
            way for way in permutations(range(names), places) if all(fits[i, way[i]] for i in range(places))
        ]
        assert _possible_names(fits).tolist() == [len({way[i] for way in ways}) for i in range(places)]
