"""Participations, records, amounts and ticks of a few people."""

import numpy as np
import pandas as pd
from small_frames import small

from evallib.measures.amounts import reported_sum, summed
from evallib.measures.participation import attended, hours, mixed_events, newcomers, persons
from evallib.measures.records import joint, listed, names, takers_by_result, tally
from evallib.measures.ticks import ticks
from evallib.results import Cell


def people(*rows):
    """(event, person or "" for unknown, minutes, sector) each."""
    table = [
        {"event_id": e, "person": p or f"x{i}", "known": "yes" if p else "no", "minutes": m, "sector": s}
        for i, (e, p, m, s) in enumerate(rows)
    ]
    return small(participations=[row | {"status": "attended"} for row in table]).participations


def test_persons_are_a_range_between_known_and_all_unknown_new():
    found = persons(
        people(("e1", "ann", "", ""), ("e2", "ann", "", ""), ("e2", "bo", "", ""), ("e3", "", "", ""))
    )
    assert (found.participations, found.low, found.high) == (4, 2, 3)


def test_the_largest_event_is_the_least_number_of_persons():
    assert persons(people(*[("e1", "", "", "")] * 4, ("e2", "ann", "", ""))).low == 4


def test_nobody_came():
    found = persons(small().participations)
    assert (found.participations, found.low, found.high) == (0, 0, 0)


def test_new_and_returning_persons_are_told_by_pseudonym():
    now = people(("e2", "ann", "", ""), ("e2", "bo", "", ""), ("e2", "", "", ""))
    found = newcomers(now, people(("e1", "ann", "", "")))
    assert (found.returning, found.new_low, found.new_high) == (1, 1, 2)


def test_only_who_attended_counts():
    rows = [{"event_id": "e", "status": one} for one in ("attended", "host", "bot", "no-show", "short")]
    assert len(attended(small(participations=rows).participations)) == 1


def test_hours_add_minutes_and_say_how_many_were_timed():
    assert hours(people(("e1", "ann", "90", ""), ("e1", "bo", "30", ""), ("e1", "cy", "", ""))) == (2.0, 2)


def test_a_mixed_event_has_three_sectors_with_a_tenth_each():
    mixed = [("e1", "", "", sector) for sector in ["care"] * 8 + ["tour", "move"]]
    thin = [("e2", "", "", sector) for sector in ["care"] * 9 + ["tour", "move"]]
    unknown = [("e3", "", "", sector) for sector in ["care", "", ""]]
    assert mixed_events(people(*mixed, *thin, *unknown)) == (1, 2)


def test_a_tally_shows_known_codes_with_zeros_and_unknown_last():
    cells = tally("form", ["coffee", "", "odd"], ("coffee", "visit"))
    assert [(dict(cell.dims)["form"], cell.count, cell.base) for cell in cells] == [
        ("coffee", 1, 3),
        ("visit", 0, 3),
        ("odd", 1, 3),
        ("unknown", 1, 3),
    ]


def test_a_tally_ends_with_the_wider_classes_that_unite_some_of_its_codes():
    united = {"ab": ("a", "b"), "all": ("a", "b", "c"), "one": ("c", "z")}
    cells = tally("region", ["a", "b", "b", "c"], merges=united)
    assert [(dict(cell.dims)["region"], cell.count, cell.base) for cell in cells] == [
        ("a", 1, 4),
        ("b", 2, 4),
        ("c", 1, 4),
        ("ab", 3, 4),
    ]


def test_joint_records_need_two_beneficiaries_and_not_only_two_projects():
    owners = {"p1": "a", "p2": "a", "p3": "b"}
    assert joint(pd.Series(["p1+p2", "p1+p3", "p1", ""]), owners).tolist() == [False, True, False, False]


def test_lists_in_a_cell_are_codes_or_names():
    assert listed("p1+p2; p3,p4") == ["p1", "p2", "p3", "p4"]
    assert names("Example Farm+Leader group; Other") == ["Example Farm", "Leader group", "Other"]


def test_takers_are_organisations_by_result_or_a_plain_number():
    rows = [("r1", "a+b"), ("r1", "b+c"), ("r2", "3"), ("r2", "2"), ("r3", "")]
    found = takers_by_result(pd.DataFrame(rows, columns=["result_id", "takers"], dtype="str"))
    assert {result: len(who) for result, who in found.items()} == {"r1": 3, "r2": 3, "r3": 0}


def reported(*values, base):
    """The sum of what firms a, b, c … report; None = not reported."""
    amounts = np.array([np.nan if value is None else value for value in values], dtype=float)
    return reported_sum({"jobs": amounts}, "abcdefgh"[: len(values)], base=base)


def test_a_sum_over_fewer_than_five_firms_is_not_shown():
    few = reported(1, 1, 1, 1, 0, None, base=6)
    assert (few.value, few.count, few.note) == (None, None, "few_firms")
    shown = reported(1, 1, 1, 1, 1, 0, None, base=7)
    assert (shown.value, shown.count, shown.base) == (5.0, 5, 7)
    assert shown.reports == tuple((firm, "jobs", 1.0) for firm in "abcde")


def test_a_sum_of_which_one_firm_makes_over_half_is_not_shown():
    most = reported(1, 1, 1, 1, 5, base=5)
    assert (most.value, most.count, most.note) == (None, None, "one_firm_over_half")
    assert reported(1, 1, 1, 1, 4, base=5).value == 8.0


def test_nobody_reported_anything_and_everybody_reported_nothing():
    assert reported(None, None, base=2).note == "no_data"
    assert reported(0, 0, base=2).value == 0.0


def test_several_periods_hide_their_sum_when_one_of_them_is_hidden():
    said, hidden, none = (
        Cell(value=5.0, count=5, base=9),
        Cell(note="few_firms", base=9),
        Cell(note="no_data"),
    )
    assert summed([said, said, none]).value == 10.0
    assert summed([said, hidden]) == Cell(base=18, note="few_firms")
    assert summed([none]).note == "no_data"


def test_a_form_without_a_tick_is_no_answer_but_none_of_these_is():
    found = ticks(small(q3=[{"Y09[pack]": "Y"}, {"Y09[none]": "Y"}, {"Y13": "a3"}]).surveys["q3"], "Y09")
    assert found.answered.tolist() == [True, True, False]
    assert found.any_of(found.real).tolist() == [True, False, False]
