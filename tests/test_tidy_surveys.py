"""Tidy: which responses count, and every column adding up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_frames import questionnaires, responses, small, year

from evallib.errors import ReconciliationError
from evallib.tidy import frames


def test_flagged_answers_are_counted_and_left_out():
    frame = small(
        q2=[
            {"N08": "a5", "person": "p1"},
            {"N08": "a5", "person": "p1", "flags": "duplicate"},
            {"N08": "a1", "person": "p2", "flags": "late+token_reused"},
            {"N08": "a1", "person": "p3", "flags": "test"},
            {"N08": "a1", "person": "p4", "flags": "unknown_token"},
        ]
    ).surveys["q2"]
    assert (frame.n, frame.received) == (2, 5)
    assert frame.left_out == {"duplicate": 1, "test": 1, "token_reused": 1}


def test_unfinished_answers_count_by_open_link_but_not_by_token():
    rows = [{"complete": "yes"}, {"complete": "no"}, {"complete": "no"}]
    by_token = small(q2=[row | {"N08": "a3"} for row in rows]).surveys["q2"]
    by_link = small(q1=[rows[0] | {"T01": "h3"}, rows[1] | {"T01": "h3"}, rows[2]]).surveys["q1"]
    assert (by_token.n, by_token.left_out) == (1, {"incomplete": 2})
    assert (by_link.n, by_link.left_out) == (2, {"empty": 1})


def test_each_answer_of_a_column_is_in_exactly_one_class():
    frame = small(q2=[{"N08": code} for code in ("a5", "a5", "ek", "ZZ", "")]).surveys["q2"]
    count = frame.counts["N08"]
    assert (count.n, count.answered, count.not_answered, count.not_asked) == (5, 4, 1, 0)
    assert (count.options["a5"], count.options["ek"], count.unknown, count.other) == (2, 1, 1, 0)


def test_a_question_that_was_not_shown_is_not_asked_rather_than_not_answered():
    rows = [{"N13": "yes", "N13v": "v2"}, {"N13": "yes"}, {"N13": "no"}, {}]
    count = small(q2=rows).surveys["q2"].counts["N13v"]
    assert (count.answered, count.not_answered, count.not_asked) == (1, 1, 2)


def test_a_condition_on_the_same_subitem_is_followed_subitem_by_subitem():
    rows = [{"Y09[nserv]": "Y", "Y10[nserv]": "v4"}, {"Y09[pack]": "Y"}]
    counts = small(q3=rows).surveys["q3"].counts
    assert (counts["Y10[nserv]"].answered, counts["Y10[nserv]"].not_asked) == (1, 1)
    assert (counts["Y10[pack]"].not_answered, counts["Y10[pack]"].not_asked) == (1, 1)


def test_an_answer_to_a_question_that_was_not_asked_stops_the_run_and_names_the_numbers():
    with pytest.raises(ReconciliationError) as fault:
        small(q2=[{"N13": "no", "N13v": "v2"}, {"N13": "yes", "N13v": "v3"}])
    assert "N13v" in str(fault.value.problem)
    assert "q2" in str(fault.value.where)
    assert "2 answered + 0 not answered + 1 not asked = 3" in str(fault.value.found)


def test_a_column_of_the_questionnaire_that_is_missing_stops_the_run():
    table = responses(questionnaires()["q2"], [{"N08": "a5"}])
    table.rows.drop(columns="N09", inplace=True)
    with pytest.raises(ReconciliationError) as fault:
        frames([table], questionnaires(), year("2025"))
    assert "N09" in str(fault.value.expected)


def test_a_column_that_no_questionnaire_knows_stops_the_run():
    with pytest.raises(ReconciliationError) as fault:
        small(q2=[{"N08": "a5", "N99": "a5"}])
    assert "N99" in str(fault.value.found)


def test_codes_are_text_and_missing_answers_are_missing():
    codes = small(q2=[{"N08": "a5"}, {}, {"N08": "?"}]).surveys["q2"].code_array("N08")
    assert codes.tolist() == ["a5", None, "unknown"]


def test_a_number_that_is_none_is_counted_as_unknown_and_never_becomes_zero():
    frame = small(q3=[{"Y11a": written} for written in ("1", "0,5", "0", "two", "")]).surveys["q3"]
    assert frame.number("Y11a").fillna(-1).tolist() == [1, 0.5, 0, -1, -1]
    assert (frame.counts["Y11a"].options["number"], frame.counts["Y11a"].unknown) == (3, 1)


def test_a_reworded_question_is_found_by_its_series_in_either_wave():
    assert small("2024", q2=[{"N11": "c1"}]).surveys["q2"].code_array("N11").tolist() == ["c1"]
    assert small("2025", q2=[{"N11b": "c6"}]).surveys["q2"].code_array("N11").tolist() == ["c6"]


def test_ticks_and_arrays_come_by_subitem():
    frame = small(q3=[{"Y09[pack]": "Y", "Y07[net]": "s4"}, {}]).surveys["q3"]
    assert frame.ticks("Y09")["pack"].tolist() == [True, False]
    assert frame.array("Y07")["net"].fillna("").tolist() == ["s4", ""]


def test_a_survey_that_never_came_is_an_empty_frame_of_the_same_columns():
    frame = small().surveys["q2"]
    assert (frame.n, frame.present) == (0, False)
    assert frame.code_array("N08").tolist() == []


@given(st.lists(st.sampled_from(["", "a1", "a2", "a3", "a4", "a5", "ek", "zz", "-oth-"]), max_size=30))
def test_the_classes_of_a_column_always_add_up_to_the_responses(codes):
    count = small(q2=[{"N08": code} for code in codes]).surveys["q2"].counts["N08"]
    assert sum(count.options.values()) + count.other + count.unknown == count.answered
    assert count.answered + count.not_answered + count.not_asked == len(codes)
