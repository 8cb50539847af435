"""Scales from the plan to the page: declared with items that fit, reliable or refused."""

from dataclasses import replace

import fake_release
import numpy as np
import pytest
from small_frames import plan, questionnaires, small

from evallib.display import NothingToShow, tabulate
from evallib.errors import DeclarationError
from evallib.indicators.bench import Bench
from evallib.indicators.scales import scales
from evallib.measures.scales import reliability
from evallib.plan.model import Plan, Policy
from evallib.privacy.door_out import door_out
from evallib.results import Released
from evallib.steps.declared_items import refuse_unfit_items

TEXTS = {"fi": "Hyöty", "sv": "Nytta", "en": "Gain"}


def declared(*items, turned=(), survey="q2"):
    scale = {"code": "gain", "survey": survey, "name": TEXTS, "items": items, "reversed": turned}
    return Plan(**(plan().model_dump() | {"scales": [scale]}))


PEOPLE = [(1, 2, 5), (2, 2, 4), (4, 5, 2), (5, 4, 1), (3, 3, 4)] * 6  # N10 asks the other way round


def found(plan, people=PEOPLE):
    answered = [
        {name: f"a{value}" for name, value in zip(("N08", "N09", "N10"), row, strict=True)} for row in people
    ]
    results = scales(Bench(small(q2=answered), (), plan, questionnaires("2025")))
    return {
        str(one.id_of(cell)).partition("gain_")[2]: cell for one in results for cell in one.cells
    }, results


def test_a_declared_scale_gives_alpha_omega_and_each_item_s_rest():
    cells, _ = found(declared("N08", "N09", "N10", turned=("N10",)))
    by_hand = reliability(np.array(PEOPLE, dtype=float), (1, 5), turned=(2,))
    assert (cells["alpha"].value, cells["alpha"].interval) == (by_hand.alpha, by_hand.interval)
    assert cells["alpha"].base == 30 and cells["omega"].value == by_hand.omega
    assert [cells[f"rest[item={one}]"].value for one in ("N08", "N09", "N10")] == list(by_hand.item_rest)


def test_a_scale_with_an_item_against_the_others_is_refused_whole():
    cells, _ = found(declared("N08", "N09", "N10"))
    assert {(one.value, one.note) for one in cells.values()} == {(None, "negative_item_rest")}


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
def test_an_item_that_is_another_turned_round_is_refused_in_every_order(order):
    people = [(one, other, 6 - other) for one in (1, 3, 4) for other in (1, 2, 3, 4, 5)] * 2
    found = reliability(np.array(people, dtype=float)[:, list(order)], (1, 5))
    assert (found.note, found.alpha, found.item_rest) == ("negative_item_rest", None, ())


def test_who_left_an_item_out_does_not_count_and_under_thirty_nothing_is_proved():
    cells, _ = found(declared("N08", "N09", "N10", turned=("N10",)), [*PEOPLE[:29], (1, 2, "")])
    assert (cells["alpha"].value, cells["alpha"].base, cells["alpha"].note) == (None, 29, "base_under_30")


def test_nobody_answered_and_two_items_have_words():
    cells, _ = found(declared("N08", "N09"), [])
    assert cells["alpha"].note == "base_under_30"
    cells, _ = found(declared("N08", "N09"))
    assert cells["alpha"].value is not None and cells["omega"].note == "two_items"


@pytest.mark.parametrize(
    ("items", "survey", "says"),
    [
        (("N08", "N99"), "q2", "no question of the series N99"),
        (("N08", "N18"), "q2", "no scale"),
        (("N08", "N07"), "q2", "N07 has another scale than N08"),
        (("Y07[dev]", "Y07[odd]"), "q3", "no scale"),
        (("Y07[dev]", "Y07"), "q3", "no scale"),
    ],
)
def test_items_that_make_no_scale_are_refused_before_the_freeze(items, survey, says):
    with pytest.raises(DeclarationError, match=says):
        refuse_unfit_items(declared(*items, survey=survey), questionnaires("2025"))


def test_rows_of_an_array_may_be_a_scale():
    refuse_unfit_items(declared("Y07[dev]", "Y07[safe]", survey="q3"), questionnaires("2025"))


def printed(plan):
    cells, _ = door_out(found(plan)[1], Policy())
    publication = replace(fake_release.publication(), released=Released("2025", 1, cells), plan=plan)
    return [[cell.text for cell in row] for row in tabulate("TA.4", publication, "en").rows]


def test_annex_a_prints_the_scale_or_why_there_is_none():
    good = printed(declared("N08", "N09", "N10", turned=("N10",)))[0]
    assert good[:4] == ["Gain", "N08, N09, N10 −", "30", "0.96"]
    refused = printed(declared("N08", "N09", "N10"))[0]
    assert refused[3] == "no scale: an item runs against the others"
    with pytest.raises(NothingToShow, match="no scales"):
        printed(Plan(**(plan().model_dump() | {"scales": []})))
