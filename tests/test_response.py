"""Response and weights from the plan to the page, and out only where nobody can be found."""

from dataclasses import replace

import fake_release
import pytest
from small_frames import plan, questionnaires, small

from evallib.display import NothingToShow, tabulate
from evallib.errors import DeclarationError
from evallib.indicators.bench import Bench
from evallib.indicators.response import response
from evallib.indicators.sources import resp
from evallib.plan.model import Plan, Policy, Weighting
from evallib.privacy.door_out import Draft, door_out
from evallib.privacy.selfattack import attack_releases
from evallib.results import Mask, Released, ResultId
from evallib.steps.declared_items import refuse_unfit_items

SOUTH, WEST = "FI1B1", "FI193"


def weighted(*margins, survey="q3", items=("Y13",), **facts):
    declared = Weighting(survey=survey, margins=margins or ("region",), items=items, **facts)
    return Plan(**(plan().model_dump() | {"weights": [declared.model_dump()]}))


def firms(region, high, low, asked, sector="care", silent=0, first=0):
    """(answers, invited) of a region: high and low answers to Y13, some that left it out, all asked."""
    given = ["a5"] * high + ["a2"] * low + [""] * silent
    people = [f"{region}{sector}{first + i}" for i in range(asked)]
    known = {"region": region, "sector": sector}
    rows = [
        {"person": one, "Y13": answer, "week": f"2025-W{40 + i % 4}"} | known
        for i, (one, answer) in enumerate(zip(people, given, strict=False))
    ]
    return rows, [{"person": one} | known for one in people]


def results(*groups, declared=None):
    rows, invited = [row for some, _ in groups for row in some], [row for _, some in groups for row in some]
    frames = small(q3=rows, invited_q3=invited)
    bench = Bench(frames, (), declared or weighted(), questionnaires("2025"))
    return resp(bench) + response(bench)


def named(found):
    return {str(one.id_of(cell)).partition("/RESP.")[2]: cell for one in found for cell in one.cells}


def released(found):
    cells, _ = door_out(found, Policy(), plan().dimensions)
    return {str(one).partition("/RESP.")[2]: cell for one, cell in cells.items()}, cells


CLEAR = (firms(SOUTH, 20, 10, asked=60), firms(WEST, 10, 20, asked=100))


def test_response_is_told_by_the_wider_class_that_the_plan_declares():
    found = named(results(*CLEAR))
    south = found["q3_rate_region[region_class=south]"]
    assert (south.count, south.base, south.value, south.interval) == (30, 60, 0.5, None)
    assert found["q3_rate_region[region_class=west]"].value == 0.3


def test_the_weighted_share_stands_beside_the_unweighted_one():
    found = named(results(*CLEAR))
    assert found["q3_y13_top2"].value == 0.5
    # 60 of the frame's 160 are in the south, where 20 of 30 answered high; 100 in the west, 10 of 30
    assert found["q3_y13_weighted"].value == pytest.approx((60 * 2 / 3 + 100 / 3) / 160)
    low, high = found["q3_y13_weighted"].interval
    assert 0 < low < found["q3_y13_weighted"].value < high < 1
    # weights 2 and 10/3: n Σw² / (Σw)² = 60 · (30 · 4 + 30 · 100 / 9) / 160²
    assert found["q3_deff"].value == pytest.approx(60 * (120 + 1000 / 3) / 160**2)


def test_an_answer_of_somebody_on_no_list_is_of_one_more_who_was_asked():
    guest = ([{"person": "guest", "region": SOUTH, "Y13": "a5"}], [])
    assert named(results(*CLEAR, guest))["q3_rate_region[region_class=south]"].base == 61


def test_a_class_with_too_few_respondents_gives_no_weights_and_says_so():
    found = named(results(*CLEAR, firms("FI1D1", 2, 2, asked=20)))
    assert (found["q3_y13_weighted"].value, found["q3_y13_weighted"].note) == (None, "stratum_under_5")
    assert found["q3_effective"].note == "stratum_under_5"


def test_nobody_answered_and_nobody_was_asked_are_no_data():
    for found in (named(results(firms(SOUTH, 0, 0, asked=9))), named(results())):
        assert found["q3_y13_weighted"].note == "no_data"


def test_the_first_half_of_the_answers_is_early():
    found = named(results(*CLEAR))
    assert (found["q3_timing[timing=early]"].count, found["q3_timing[timing=late]"].count) == (32, 28)


def test_a_weighted_share_leaves_where_all_counts_behind_it_do():
    told, cells = released(results(*CLEAR))
    assert told["q3_y13_weighted"].shown and told["q3_effective"].shown
    assert told["q3_y13_by[strata=south]"].count == 20
    assert told["q3_rate_region[region_class=south]"].shown
    assert attack_releases([Draft(cells, results(*CLEAR))], Policy(), plan().dimensions) == []


@pytest.mark.parametrize(
    "groups",
    [
        (firms(SOUTH, 27, 3, asked=60), firms(WEST, 10, 20, asked=100)),  # three low answers
        (firms(SOUTH, 30, 0, asked=60), firms(WEST, 10, 20, asked=100)),  # all alike
        (firms(SOUTH, 20, 10, asked=60, silent=2), firms(WEST, 10, 20, asked=100)),  # two left it out
    ],
)
def test_a_weighted_share_that_would_give_a_group_away_stays(groups):
    told, _ = released(results(*groups))
    assert told["q3_y13_top2"].shown
    assert (told["q3_y13_weighted"].mask, told["q3_y13_weighted"].value) == (Mask.DEPENDENT, None)


def test_the_response_of_all_classes_stays_where_fewer_than_five_of_one_did_not_answer():
    told, _ = released(results(firms(SOUTH, 20, 10, asked=34), CLEAR[1]))
    assert told["q3_rate_region[region_class=south]"].mask is Mask.WITHHELD
    assert told["q3_rate_region[region_class=west]"].mask is Mask.WITHHELD


def test_two_margins_are_raked_and_leave_where_their_crossing_may():
    parts = [
        firms(region, 12, 12, asked=40, sector=sector)
        for region in (SOUTH, WEST)
        for sector in ("care", "tour")
    ]
    told, _ = released(results(*parts, declared=weighted("region", "sector")))
    assert told["q3_y13_by[strata=south+health]"].count == 12
    assert told["q3_y13_weighted"].value == pytest.approx(0.5)
    small_cell = [firms(SOUTH, 2, 1, asked=40, sector="tour", first=50), *parts[:1], *parts[2:]]
    told, _ = released(results(*small_cell, declared=weighted("region", "sector")))
    assert told["q3_y13_weighted"].mask is Mask.DEPENDENT


def test_a_release_that_was_changed_to_tell_the_weighted_share_is_found():
    found = results(firms(SOUTH, 27, 3, asked=60), CLEAR[1])
    _, cells = released(found)
    true = {str(one.id_of(cell)): cell for one in found for cell in one.cells}["2025/RESP.q3_y13_weighted"]
    name = ResultId.parse("2025/RESP.q3_y13_weighted")
    forged = {**cells, name: replace(cells[name], mask=None, value=true.value, base=true.base)}
    kinds = {
        (one.kind, one.table) for one in attack_releases([Draft(forged, found)], Policy(), plan().dimensions)
    }
    assert ("SMALL_SHOWN", "RESP.q3_y13_weighted") in kinds


@pytest.mark.parametrize(
    ("item", "says"),
    [("Y99", "no question of the series Y99"), ("Y11a", "are no scale"), ("Y07", "are no scale")],
)
def test_what_has_no_scale_is_never_weighted(item, says):
    with pytest.raises(DeclarationError, match=says) as caught:
        refuse_unfit_items(weighted(items=("Y13", item)), questionnaires("2025"))
    assert caught.value.where == "surveys/plan.yaml: weights: 1"


def test_without_declared_weights_nothing_is_computed_and_the_annex_says_so():
    declared = Plan(**(plan().model_dump() | {"weights": []}))
    assert response(Bench(small(), (), declared, questionnaires("2025"))) == []
    with pytest.raises(NothingToShow, match="no weights"):
        tabulate("TA.3", replace(fake_release.publication(), plan=declared), "en")


def printed(name, groups, language="en"):
    _, cells = released(results(*groups))
    publication = replace(fake_release.publication(), released=Released("2025", 1, cells), plan=weighted())
    table = tabulate(name, publication, language)
    return [[cell.text for cell in row] for row in table.rows], table.note


def test_annex_a_prints_response_by_group_and_what_weights_cost():
    rows, note = printed("TA.2", CLEAR)
    assert [row[1:] for row in rows] == [
        ["South Finland and Åland", "60", "30", "50%"],
        ["West Finland", "100", "30", "30%"],
    ]
    assert "60 weighted answers tell as much as 56 without weights (Kish factor 1.06)" in note


def test_annex_a_prints_shares_without_and_with_weights():
    rows, _ = printed("TA.3", CLEAR)
    assert rows[0][1:4] == ["50%", "46%", "34–58%"]
    hidden, _ = printed("TA.3", (firms(SOUTH, 27, 3, asked=60), CLEAR[1]))
    assert hidden[0][2:4] == ["hidden", ""]


def test_annex_a_says_why_there_are_no_weights():
    _, note = printed("TA.2", (*CLEAR, firms("FI1D1", 2, 2, asked=20)))
    assert "the weights are not told (too few respondents in a group)" in note
