"""The shape of a network: what a pencil gives."""

import numpy as np

from evallib.measures.network import Network
from evallib.measures.structure import (
    Parts,
    betweenness,
    brokers,
    components,
    density_range,
    external_internal,
    transitivity,
)


def ties(names, edges):
    place = {name: i for i, name in enumerate(names)}
    tie = np.zeros((len(place), len(place)), dtype=bool)
    for a, b in edges:
        tie[place[a], place[b]] = tie[place[b], place[a]] = True
    return tie


def test_the_middle_of_a_star_lies_between_all_others_and_holds_them_together():
    star = ties("mabc", ["ma", "mb", "mc"])
    assert betweenness(star).tolist() == [3.0, 0.0, 0.0, 0.0]  # ab, ac, bc
    assert brokers(star).tolist() == [True, False, False, False]
    assert (components(star), transitivity(star)) == (Parts(1, 0, 4), 0.0)


def test_a_ring_shares_its_ways_and_falls_apart_without_nobody():
    ring = ties("abcd", ["ab", "bc", "cd", "da"])
    assert betweenness(ring).tolist() == [0.5] * 4  # a and c by b or d
    assert not brokers(ring).any()


def test_a_broker_is_who_leaves_more_parts_behind_when_taken_away():
    for number in range(60):
        chance = np.random.default_rng(number)
        size = 4 + number % 12
        tie = chance.random((size, size)) < 1.6 / size
        tie = (tie | tie.T) & ~np.eye(size, dtype=bool)
        parts = components(tie).parts
        without = [np.delete(np.delete(tie, one, axis=0), one, axis=1) for one in range(size)]
        # taking away one without ties takes a part away
        assert brokers(tie).tolist() == [components(rest).parts > parts for rest in without]


def test_a_chain_of_2000_has_a_broker_in_every_place_but_its_ends():
    chain = np.eye(2000, k=1, dtype=bool) | np.eye(2000, k=-1, dtype=bool)
    assert brokers(chain)[1:-1].all() and not brokers(chain)[[0, -1]].any()


def test_a_triangle_is_transitive_and_its_tail_hangs_on_one():
    tail = ties("abcd", ["ab", "bc", "ca", "cd"])
    assert (
        transitivity(tail) == 3 / 5
    )  # of ab, bc, ca, ad, bd with a partner in common the first three are tied
    assert brokers(tail).tolist() == [False, False, True, False]


def test_ties_between_and_within_fields_balance_at_zero():
    tie = ties("abcd", ["ab", "cd", "ac", "bd"])
    assert external_internal(tie, ["x", "x", "y", "y"]) == 0.0
    assert external_internal(tie, ["x"] * 4) == -1.0
    assert external_internal(tie, list("wxyz")) == 1.0


def test_nobody_and_nobody_tied_have_no_index():
    for size in (0, 1, 3):
        tie = np.zeros((size, size), dtype=bool)
        assert (transitivity(tie), external_internal(tie, ["x"] * size)) == (None, None)
        assert components(tie) == Parts(size, size, min(size, 1))
        assert betweenness(tie).tolist() == [0.0] * size and not brokers(tie).any()


def test_who_did_not_answer_leaves_the_density_between_two_bounds():
    answered = np.array([True, True, False, False])
    tie = ties("abcd", ["ab", "ac"])
    one = Network(tuple("abcd"), tuple("xxyy"), answered, tie, tie, tie)
    # of 6 pairs only c–d was seen by nobody: 2/6, 2/5, 3/6
    assert density_range(one) == (2 / 6, 2 / 5, 3 / 6)
    assert density_range(one.only([])) is None
