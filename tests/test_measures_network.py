"""The network of organisations, counted by hand."""

import pytest
from small_frames import small

from evallib.measures.network import (
    cross_expected,
    cross_ties,
    network,
    new_ties,
    pairs,
    ties_by_sector,
)

ROSTER = [
    {"organisation": name, "name": name, "sector": sector}
    for name, sector in (("o1", "care"), ("o2", "care"), ("o3", "tour"), ("o4", "move"))
]


def says(organisation, **levels):
    row = {"organisation": organisation, "person": f"p-{organisation}"}
    for other, level in levels.items():
        row |= {f"N05k[{other}]": "Y", f"N05[{other}]": level}
    return row


def test_a_tie_needs_level_two_and_one_of_the_two_is_enough():
    one = network(small(roster=ROSTER, q2=[says("o1", o2="k2", o3="k1"), says("o2", o1="k0", o4="k4")]))
    assert (pairs(one.either), one.possible) == (2, 6)
    assert bool(one.either[1, 0])
    assert not bool(one.either[0, 2])
    assert (pairs(one.both), one.possible_both) == (0, 1)


def test_an_organisation_that_did_not_answer_keeps_the_ties_that_others_name():
    one = network(small(roster=ROSTER, q2=[says("o1", o4="k3")]))
    assert one.answered.tolist() == [True, False, False, False]
    assert pairs(one.either) == 1


def test_naming_oneself_and_answers_of_strangers_make_no_tie():
    one = network(small(roster=ROSTER, q2=[says("o1", o1="k4"), says("elsewhere", o1="k4", o2="k4")]))
    assert pairs(one.either) == 0


def test_the_closest_cooperation_counts_when_two_people_answer_for_one_organisation():
    one = network(small(roster=ROSTER, q2=[says("o1", o2="k1"), says("o1", o2="k3")]))
    assert pairs(one.either) == 1


def test_cross_sector_ties_and_what_chance_would_give():
    one = network(small(roster=ROSTER, q2=[says("o1", o2="k2", o3="k2", o4="k2")]))
    assert cross_ties(one) == 2
    assert cross_expected(one) == pytest.approx(5 / 6)
    by_sector = ties_by_sector(one, ("care", "tour", "move"))
    assert by_sector["care", "care"] == 1
    assert by_sector["care", "tour"] == 1
    assert sum(by_sector.values()) == pairs(one.either)


def test_a_new_tie_counts_only_among_organisations_on_both_rosters():
    before = network(small("2023", roster=ROSTER[:3], q2=[says("o1", o2="k2")]))
    now = network(small("2025", roster=ROSTER[:4], q2=[says("o1", o2="k2", o3="k2", o4="k2")]))
    assert new_ties(now, before) == (1, 0)


def test_a_pair_that_nobody_reported_on_in_the_baseline_is_not_new():
    before = network(small("2023", roster=ROSTER, q2=[says("o1", o2="k2")]))
    now = network(
        small("2025", roster=ROSTER, q2=[says("o3", o4="k2"), says("o1", o3="k2") | {"N06[o3]": "Y"}])
    )
    assert new_ties(now, before) == (1, 1)


def test_nobody_on_the_roster_is_an_empty_network():
    one = network(small(q2=[{"organisation": "o1", "N08": "a5"}]))
    assert (one.size, one.possible, cross_expected(one)) == (0, 0, None)
