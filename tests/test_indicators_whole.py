"""The whole plan evaluated: sources, declared comparisons, empty periods, and what every result carries."""

import importlib
import pickle

import pytest
from small_frames import cells, plan, questionnaires, small, value

from evallib.display import i18n
from evallib.errors import DeclarationError
from evallib.indicators import changes, evaluate, sources
from evallib.measures import proportions
from evallib.plan.model import Comparison, Plan
from evallib.results import Kind


def evaluated(now, *history, declared=None):
    return evaluate(now, history, declared or plan(), questionnaires(now.period.id))


def test_src_rates_are_of_the_invited_and_feedback_is_of_those_who_came():
    now = small(
        q1=[{"T01": "h5", "event_id": "e1"}] * 3,
        q2=[
            {"N08": "a5", "week": "2025-W41", "person": "p0"},
            {"N08": "a4", "week": "2025-W43", "person": "p1"},
            {"complete": "no", "person": "p2"},
        ],
        invited_q2=[{"person": f"p{i}", "answered": "yes" if i < 2 else "no"} for i in range(4)],
        f1=[{"P01": "yes"}],
        participations=[{"event_id": e, "status": "attended"} for e in ("e1", "e1", "e1", "e1", "e2")],
    )
    found = cells(sources.src, now)
    assert value(found["SRC.rate[survey=q2]"]) == (0.5, 2, 4)
    assert value(found["SRC.answered[survey=q2]"]) == (3, 3, 3)
    assert found["SRC.q1_reached"].value == 4
    assert value(found["SRC.rate[survey=q1]"]) == (0.75, 3, 4)
    assert (found["SRC.rate[survey=f1]"].value, found["SRC.rate[survey=f1]"].note) == (None, "unknown_rate")
    assert (found["SRC.week_first[survey=q2]"].value, found["SRC.week_last[survey=q2]"].value) == (
        202541,
        202543,
    )
    assert found["SRC.complete[survey=q4]"].note == "no_data"
    notes = [found[f"SRC.invited[survey={one}]"].note for one in ("f1", "q4")]
    assert notes == ["open_link", "no_data"]  # a survey that was not received is no open link


def test_src_rate_leaves_out_an_answer_by_somebody_who_was_not_invited():
    answers = [{"N08": "a5", "person": "p0"}, {"N08": "a4", "person": "stranger"}]
    now = small(q2=answers, invited_q2=[{"person": f"p{i}", "answered": "yes"} for i in range(4)])
    assert value(cells(sources.src, now)["SRC.rate[survey=q2]"]) == (0.25, 1, 4)


def test_reg_counts_projects_by_sector_and_tells_running_from_ended():
    rows = [
        {"project_id": "a", "sector": "care", "region": "FI200", "start": "2024-01-01", "end": "2025-06-30"},
        {"project_id": "b", "sector": "care", "region": "", "start": "2025-01-01", "end": "2026-06-30"},
        {"project_id": "c", "sector": "tour", "region": "FI200", "start": "2026-01-01", "end": "2027-06-30"},
    ]
    found = cells(sources.reg, small(register=rows))
    assert found["REG.projects[sector=care]"].value == 2
    assert found["REG.projects_region[region=unknown]"].value == 1
    assert (found["REG.ended"].value, found["REG.running"].value) == (1, 1)
    assert found["REG.projects[sector=tour]"].value == 0, "begins only after the period"
    assert found["REG.projects[sector=care]"].base == 2


def test_resp_takes_the_register_s_facts_first_and_the_answer_where_it_has_none():
    rows = [{"N03": "FI200", "region": "FI1D7"}, {"N03": "FI200"}, {"N08": "a1"}]
    found = cells(sources.resp, small(q2=rows))
    assert found["RESP.q2_region[region=FI1D7]"].value == 1
    assert found["RESP.q2_region[region=FI200]"].value == 1
    assert found["RESP.q2_region[region=unknown]"].value == 1


def with_comparisons(*declared):
    return Plan(**(plan().model_dump() | {"comparisons": [one.model_dump() for one in declared]}))


def compare(kind, item, indicator="I06", code="C1"):
    return Comparison(code=code, family="f", indicator=indicator, item=item, kind=kind)


def changed(now, *history, declared):
    from evallib.indicators.bench import Bench

    before = history[-1].period.id if history else None
    bench = Bench(now, history, with_comparisons(*declared), questionnaires(now.period.id), before)
    return {one.name.partition(".")[2]: one for one in changes.changes(bench)}


def wave(period, code, people=12, **row):
    return small(period, q2=[{"person": f"p{i}", "N08": code, "N09": code} | row for i in range(people)])


def test_change_pairs_the_same_people_and_corrects_within_the_family():
    both = [compare("paired", "q2.N08"), compare("paired", "q2.N09", code="C2")]
    found = changed(wave("2025", "a4"), wave("2024", "a2"), declared=both)
    (change,), (p,) = found["n08_change"].cells, found["n08_change_p"].cells
    assert (change.value, change.base) == (2.0, 12)
    alone = changed(wave("2025", "a4"), wave("2024", "a2"), declared=both[:1])["n08_change_p"].cells[0]
    assert p.value == pytest.approx(2 * alone.value)
    assert found["n08_change_p"].kind is Kind.P_VALUE


def test_change_is_not_tested_under_ten_pairs_and_people_of_two_organisations_are_no_pair():
    nine = changed(wave("2025", "a4", 9), wave("2024", "a2", 14), declared=[compare("paired", "q2.N08")])
    assert (nine["n08_change_p"].cells[0].value, nine["n08_change_p"].cells[0].note) == (
        None,
        "pairs_under_10",
    )
    twice = wave("2025", "a4", 2, person="p0")
    assert (
        changed(twice, wave("2024", "a2"), declared=[compare("paired", "q2.N08")])["n08_change"].cells[0].base
        == 0
    )


@pytest.mark.parametrize(("compared", "change"), [("2023", 3.0), ("2024", 2.0), (None, None)])
def test_change_is_against_the_period_that_was_asked_for(compared, change):
    now, past = wave("2025", "a4"), (wave("2023", "a1"), wave("2024", "a2"))
    declared = with_comparisons(compare("paired", "q2.N08"))
    found = evaluate(now, past, declared, questionnaires("2025"), compared)
    (cell,) = next(one.cells for one in found if one.name.endswith("n08_change"))
    assert cell.value == change


def test_what_another_process_works_out_comes_back_the_same_and_in_its_place():
    def beside(function, *given):
        sent = pickle.dumps((function, given))

        def work():
            called, parts = pickle.loads(sent)
            return pickle.loads(pickle.dumps(called(*parts)))

        return work

    now, past = wave("2025", "a4"), (wave("2024", "a2"),)
    declared = with_comparisons(compare("paired", "q2.N08"))
    asked = questionnaires("2025")
    assert evaluate(now, past, declared, asked, "2024", beside=beside) == evaluate(
        now, past, declared, asked, "2024"
    )


def test_change_without_an_earlier_wave_has_no_data():
    found = changed(
        wave("2025", "a4"), declared=[compare("paired", "q2.N08"), compare("shares", "q3.Y16", "I32", "C2")]
    )
    assert {one.cells[0].note for one in found.values()} == {"no_data"}


def test_skills_now_and_before_are_pairs_of_one_form():
    rows = [{"Y07[net]": "s4", "Y08[net]": "s3", "Y07[digi]": "s2"}] * 10
    found = changed(small(q3=rows), declared=[compare("paired", "q3.Y07", "I12")])
    assert (found["y07_experienced"].cells[0].value, found["y07_experienced"].cells[0].base) == (1.0, 10)


def test_people_of_one_wave_only_are_counted_beside_the_pairs():
    now = small("2025", q2=[{"person": f"p{i}", "N08": "a4"} for i in range(6, 17)])
    found = changed(now, wave("2024", "a2"), declared=[compare("paired", "q2.N08")])
    beside = [found[f"n08_change{name}"].cells[0] for name in ("", "_dropouts", "_newcomers")]
    assert [beside[0].base, beside[1].value, beside[2].value] == [6, 6, 5]
    assert found["n08_change_p"].cells[0].note == "pairs_under_10"


@pytest.mark.parametrize(
    ("first", "people", "told"), [(0, 13, False), (4, 12, False), (5, 12, True), (0, 12, True)]
)
def test_a_change_beside_few_dropouts_or_newcomers_would_tell_their_answers(first, people, told):
    now = small("2025", q2=[{"person": f"p{i}", "N08": "a4"} for i in range(first, people)])
    found = changed(now, wave("2024", "a2"), declared=[compare("paired", "q2.N08")])
    assert (found["n08_change"].cells[0].value is not None) is told
    assert ("n08_change_dropouts" in found) is told
    if not told:
        assert {one.cells[0].note for one in found.values()} == {"few_others"}
        assert {one.cells[0].base for one in found.values()} == {0}


def test_a_policy_that_allows_no_pairing_joins_nobody():
    declared = with_comparisons(compare("paired", "q2.N08"))
    declared = declared.model_copy(update={"policy": declared.policy.model_copy(update={"pairing": False})})
    found = evaluated(wave("2025", "a4"), wave("2024", "a2"), declared=declared)
    assert {c.note for one in found if "n08_change" in one.name for c in one.cells} == {"pairing_not_allowed"}


def test_the_same_people_s_share_of_high_answers_is_tested_by_mcnemar():
    found = changed(wave("2025", "a4"), wave("2024", "a2"), declared=[compare("paired_shares", "q2.N08")])
    assert (found["n08_change"].cells[0].value, found["n08_change"].method) == (1.0, "mcnemar")
    assert found["n08_change_p"].cells[0].value == pytest.approx(2 / 2**12 - 1 / 2**12)


def test_balances_of_two_waves_have_a_difference_in_points():
    def firms(period, grow):
        codes = ["p1"] * grow + ["z"] * (20 - grow)
        return small(period, q2=[{"N07": code} for code in codes])

    found = changed(firms("2025", 10), firms("2024", 5), declared=[compare("balances", "q2.N07", "I04")])
    cell = found["n07_change"].cells[0]
    assert (cell.value, cell.base) == (25.0, 20)
    # variances 0.25 / 20 and 0.1875 / 20; 195.9964 * sqrt(0.021875) = 28.9884
    assert cell.interval == pytest.approx((25 - 28.9884, 25 + 28.9884), abs=1e-3)


def test_several_groups_are_compared_with_each_other_and_protected():
    codes = {"entr": "h5", "proj": "h2", "expt": "h4"}
    rows = [{"T01": code if i < 8 else "h3", "T08": role} for role, code in codes.items() for i in range(10)]
    found = changed(small(q1=rows), declared=[compare("several", "q1.T01:role", "I22")])
    assert found["t01_groups_effect"].cells[0].value > 0.5
    assert found["t01_groups_entr_proj_p"].cells[0].value < 0.01
    assert all(one.protected for one in found.values())


def test_groups_compare_entrepreneurs_with_all_others_and_are_protected():
    rows = [{"T01": "h5", "T08": "entr"}] * 10 + [{"T01": "h2", "T08": "proj"}] * 10 + [{"T01": "h5"}] * 5
    found = changed(small(q1=rows), declared=[compare("groups", "q1.T01", "I22")])
    assert found["t01_difference_effect"].cells[0].value == 1.0
    assert found["t01_difference_p"].protected


def test_shares_of_two_waves_have_a_difference_with_an_interval():
    def firms(period, took):
        return small(period, q3=[{"Y16[ener]": "Y"}] * took + [{"Y16[none]": "Y"}] * (20 - took))

    found = changed(firms("2025", 10), firms("2024", 5), declared=[compare("shares", "q3.Y16", "I32")])
    cell = found["y16_change"].cells[0]
    assert cell.value == pytest.approx(0.25)
    assert cell.interval[0] < 0.25 < cell.interval[1]


def test_a_period_in_which_nothing_came_has_results_without_values_and_no_crash():
    found = evaluated(small())
    said = [cell.value for one in found for cell in one.cells if one.kind is not Kind.COUNT]
    assert set(said) == {None}
    headline = {(one.indicator, one.measure): one for one in found if not one.dims}
    for indicator in plan().indicators:
        cell = headline[indicator.code, indicator.headline].cells[0]
        assert (cell.value, cell.note) == (None, "no_data"), indicator.code


def test_every_result_tells_its_method_function_sources_and_tables():
    for one in evaluated(small()):
        assert i18n.has(f"method.{one.method}"), one.name
        module, _, name = one.function.rpartition(".")
        if name in ("base", "count_of"):
            module, _, holder = module.rpartition(".")
            assert hasattr(getattr(importlib.import_module(module), holder), name)
        else:
            assert hasattr(importlib.import_module(module), name), one.function
        assert one.sources and one.inputs and one.unit and one.universe, one.name
        for cell in one.cells:
            assert {dim for dim, _ in cell.dims} == set(one.dims), one.name


def test_no_cell_is_made_twice():
    now = small(q1=[{"T01": "h5", "T09": "FI200", "T08": "entr"}] * 6, q2=[{"N08": "a5", "N01": "lag"}] * 6)
    ids = [one.id_of(cell) for one in evaluated(now) for cell in one.cells]
    assert len(ids) == len(set(ids))


def test_answers_by_background_are_protected_and_overall_answers_are_not():
    background = {"region", "role", "language", "org_type", "sector", "sex", "age", "company_form", "size"}
    administrative = {("I19", "by_language"), ("REG", "projects"), ("REG", "projects_region")}
    administrative |= {("I03", "ties")}  # ties of organisations that the drawn network shows one by one
    now = small(q1=[{"T01": "h5"}], q2=[{"N08": "a5"}], q3=[{"Y09[pack]": "Y"}])
    for one in evaluated(now):
        if background & set(one.dims) and (one.indicator, one.measure) not in administrative:
            assert one.protected, one.name
        elif "answer" in one.dims:
            assert not one.protected, one.name


def test_distributions_add_up_to_everybody_who_answered():
    rows = [
        {"T01": code, "T09": region}
        for code, region in zip(
            ["h1", "h5", "ek", "h3", ""], ["FI200", "", "FI1D7", "FI200", ""], strict=True
        )
    ]
    by_name = {one.name + str(one.dims): one for one in evaluated(small(q1=rows)) if one.indicator == "I22"}
    overall = sum(cell.count for cell in by_name["2025/I22.t01('answer',)"].cells)
    by_region = sum(cell.count for cell in by_name["2025/I22.t01('answer', 'region')"].cells)
    assert overall == by_region == 4


def test_an_indicator_that_nothing_computes_stops_with_the_nearest_name():
    one = plan().indicators[0].model_copy(update={"code": "I99"})
    declared = plan().model_copy(update={"indicators": (one,)})
    with pytest.raises(DeclarationError) as fault:
        evaluated(small(), declared=declared)
    assert "I99" in str(fault.value.problem)


@pytest.mark.parametrize(("asked", "method"), [("wilson", "share_clustered"), ("jeffreys", "share_jeffreys")])
def test_the_plan_asks_for_the_interval_of_shares(asked, method):
    policy = plan().policy.model_copy(update={"interval": asked})
    now = small(q1=[{"T01": "h5"}] * 3 + [{"T01": "h2"}] * 9)
    found = {one.name: one for one in evaluated(now, declared=plan().model_copy(update={"policy": policy}))}
    share = found["2025/I22.t01_top2"]
    ends = {"wilson": proportions.wilson, "jeffreys": proportions.jeffreys}
    assert (share.method, share.cells[0].interval) == (method, ends[asked](3, 12))


def test_where_the_whole_register_was_asked_shares_and_balances_are_more_certain_and_say_so():
    rows = [{"N07": "p1", "N08": "a5", "person": f"p{n}"} for n in range(8)]
    rows += [{"N07": "m1", "N08": "a2", "person": f"p{n}"} for n in range(8, 12)]
    asked = [{"person": f"p{n}", "answered": "yes"} for n in range(20)]
    free, whole = (
        {one.name: one for one in evaluated(small(q2=rows, **more)) if not one.dims}
        for more in ({}, {"invited_q2": asked})
    )
    for name, method in (("I04.balance", "balance_fpc"), ("I06.n08_top2", "share_fpc")):
        (low, high), (low2, high2) = (one[f"2025/{name}"].cells[0].interval for one in (free, whole))
        assert low < low2 < high2 < high
        assert whole[f"2025/{name}"].method == method
