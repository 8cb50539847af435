"""I07–I12, I25, I26: steps, services, evidence, jobs, outlook, skills, models."""

import pytest
from small_frames import cells, plan, questionnaires, small, value

from evallib.indicators import entrepreneurship as firms
from evallib.indicators.bench import Bench
from evallib.plan.model import Policy
from evallib.privacy.overall import hidden_overall
from evallib.results import Mask


def test_i07_a_firm_with_one_step_of_the_list_has_taken_a_step():
    rows = (
        [{"Y09[pack]": "Y", "Y09[label]": "Y", "Y04": "FI1D7"}] * 6
        + [{"Y09[none]": "Y"}] * 4
        + [{"Y13": "a1"}]
    )
    found = cells(firms.i07, small(q3=rows))
    assert value(found["I07.step_share"]) == (0.6, 6, 10)
    assert value(found["I07.steps[step=label]"]) == (6, 6, 10)
    assert "I07.steps[step=none]" not in found
    assert value(found["I07.step_share[region=FI1D7]"]) == (None, 6, 6)


def test_i08_services_count_with_contribution_from_somewhat_on():
    rows = [
        {"Y09[nserv]": "Y", "Y09n": "2", "Y10[nserv]": "v2"},
        {"Y09[nserv]": "Y", "Y09n": "3", "Y10[nserv]": "v1"},
        {"Y09[renew]": "Y", "Y10[renew]": "v4"},
        {"Y09[renew]": "Y", "Y09r": "1", "Y10[renew]": "ek"},
        {"Y09[none]": "Y"},
    ]
    before = small("2024", q3=rows[:1] * 6)
    found = cells(firms.i08, small(q3=rows * 3), before)
    assert value(found["I08.services_total"]) == (3 * 7, 3 * 4, 3 * 5)
    assert value(found["I08.services_contributed"]) == (3 * 3, 3 * 2, 3 * 5)
    assert found["I08.services_contributed_cumulative"].value == 3 * 3 + 6 * 2
    assert value(found["I08.contribution[grade=v1]"]) == (3, 3, 3 * 4)


def test_i08_services_of_a_few_firms_or_mostly_of_one_are_not_told():
    none, one, many = ({"Y09[none]": "Y"}, *({"Y09[nserv]": "Y", "Y09n": n} for n in ("1", "12")))
    few = cells(firms.i08, small(q3=[none] * 20 + [one] * 4))
    assert (few["I08.services_total"].note, few["I08.services_total"].count) == ("few_firms", None)
    most = cells(firms.i08, small(q3=[none] * 20 + [one] * 5 + [many]))
    assert (most["I08.services_total"].note, most["I08.services_total"].value) == ("one_firm_over_half", None)


def test_i09_safety_is_the_share_of_a_plain_yes():
    rows = [{"Y15": code, "Y13": "a5"} for code in ["yes"] * 3 + ["part"] * 6 + ["no"]]
    found = cells(firms.i09, small(q3=rows))
    assert value(found["I09.safety_share"]) == (0.3, 3, 10)
    assert found["I09.y13_top2"].value == 1.0


def test_i10_jobs_are_summed_over_at_least_five_firms_and_never_grossed_up():
    rows = [{"Y11a": "0,5"}] * 5 + [{"Y11a": "0", "Y11c": "1"}, {}]
    found = cells(firms.i10, small(q3=rows))
    assert value(found["I10.jobs_new"]) == (2.5, 5, 7)
    assert (found["I10.firms_founded"].value, found["I10.firms_founded"].note) == (None, "few_firms")
    assert value(found["I10.reporting"]) == (6, 6, 7)
    assert "I10.jobs_kept_cumulative" not in found


def test_i10_the_sum_of_periods_hides_when_one_of_them_hides():
    five = [{"Y11a": "1"}] * 5
    now = cells(firms.i10, small(q3=five), small("2024", q3=five))
    assert now["I10.jobs_new_cumulative"].value == 10
    hidden = cells(firms.i10, small(q3=five), small("2024", q3=five[:4]))
    assert hidden["I10.jobs_new_cumulative"].note == "few_firms"


def test_i11_outlook_is_growing_minus_shrinking():
    rows = [{"Y12": code} for code in ["up"] * 5 + ["same"] * 3 + ["down"] * 2 + ["ek"]]
    assert cells(firms.i11, small(q3=rows))["I11.balance"].value == pytest.approx(30.0)


def test_i12_skills_rose_when_their_mean_over_what_was_rated_twice_rose():
    up = {"Y07[net]": "s4", "Y08[net]": "s2", "Y07[digi]": "s2", "Y08[digi]": "s3"}
    down = {"Y07[net]": "s2", "Y08[net]": "s4"}
    half_rated = {"Y07[net]": "s5", "Y08[net]": "eik"}
    found = cells(firms.i12, small(q3=[up] * 7 + [down] * 3 + [half_rated]))
    assert value(found["I12.up_share"]) == (0.7, 7, 10)
    assert value(found["I12.up_share_by[skill=net]"]) == (0.7, 7, 10)
    assert value(found["I12.up_share_by[skill=digi]"]) == (None, 0, 7)
    assert (found["I12.now_median[skill=net]"].value, found["I12.before_median[skill=net]"].value) == (4, 2)


RESULTS = [
    {"result_id": "r1", "date": "2024-03-01", "stage": "idea", "takers": "a"},
    {"result_id": "r1", "date": "2025-03-01", "stage": "use", "takers": "a+b", "maintainer": "association"},
    {"result_id": "r2", "date": "2025-05-01", "stage": "trial", "takers": ""},
    {"result_id": "r3", "date": "2026-05-01", "stage": "idea", "takers": "c"},
]


def test_i25_each_result_stands_at_the_stage_it_had_reached():
    found = cells(firms.i25, small(results_log=RESULTS))
    assert (found["I25.models"].value, found["I25.models_cumulative"].value) == (1, 2)
    stages = {
        stage: found[f"I25.by_stage[stage={stage}]"].value for stage in ("idea", "trial", "use", "spread")
    }
    assert stages == {"idea": 0, "trial": 1, "use": 1, "spread": 0}


def test_i26_takers_are_new_in_the_period_and_cumulate():
    found = cells(firms.i26, small(results_log=RESULTS))
    assert (found["I26.takers"].value, found["I26.takers_cumulative"].value) == (1, 2)
    assert value(found["I26.maintained"]) == (1, 1, 2)


def test_sums_of_a_few_firms_are_known_as_sums_where_releases_are_masked():
    """Whatever the functions are called that make them; otherwise they would pass as numbers of people."""
    rows = [{"Y09[nserv]": "Y", "Y09n": "12", "Y11a": "1", "Y11c": "3"}] + [{"Y09[none]": "Y"}] * 20
    bench = Bench(small(q3=rows), (), plan(), questionnaires("2025"))
    masks = hidden_overall([*firms.i08(bench), *firms.i10(bench)], Policy(), {"q3"})
    hidden = {one.measure for one in masks if masks[one] is Mask.SMALL}
    assert {"services_total", "services_total_cumulative", "jobs_new", "firms_founded"} <= hidden
