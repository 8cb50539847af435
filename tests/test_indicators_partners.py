"""I27–I38: partnerships, heritage, themes, communications, governance."""

import pytest
from small_frames import cells, plan, questionnaires, small, value

from evallib.indicators import communications, governance, partnerships, themes
from evallib.indicators.bench import Bench


def act(partner, kind, status, date="2025-04-01"):
    return {"partner": partner, "act": kind, "status": status, "date": date}


def test_i27_a_planned_cell_is_done_by_its_first_act_that_was_done():
    acts = [
        act("ely", "data", "done"), act("ely", "data", "planned"), act("ely", "events", "planned"),
        act("network", "events", "dropped"), act("other", "events", "done", "2024-04-01"),
    ]  # fmt: skip
    found = cells(partnerships.i27, small(cooperation_acts=acts))
    assert value(found["I27.cells_done_share"]) == (1 / 3, 1, 3)
    assert found["I27.done[act=data,partner=ely]"].value == 1
    assert found["I27.planned[act=data,partner=ely]"].value == 2
    assert found["I27.planned[act=events,partner=network]"].value == 1  # a dropped act was planned
    assert len([name for name in found if name.startswith("I27.done")]) == 16


def test_i27_where_cells_are_agreed_they_are_the_base_and_nothing_else():
    acts = [act("ely", "data", "done"), act("ely", "events", "planned"), act("other", "events", "done")]
    agreed = ("ely+data", "ely+events", "network+training")
    now = small(cooperation_acts=acts)
    bench = Bench(now, (), plan(), questionnaires("2025"), planned=agreed)
    (share,) = partnerships.i27(bench)[0].cells
    assert (share.count, share.base) == (1, 3)


def test_i28_partners_view_by_kind_of_cooperation():
    rows = [{"N14[event]": code, "N01": "lag"} for code in ["q4"] * 6 + ["q2"] * 4 + ["eik"]]
    found = cells(partnerships.i28, small(q2=rows))
    assert value(found["I28.n14_events_top2"]) == (0.6, 6, 10)
    assert found["I28.n14_events_median"].value == 4
    assert value(found["I28.n14_events_top2[org_type=lag]"]) == (0.6, 6, 10)
    assert found["I28.n14_training_top2"].note == "no_data"


def test_i29_acts_of_the_year_done_by_its_end_and_dropped_ones_stay_in_the_base():
    rows = [{"year": "2025", "status": "done", "done": "2025-06-01"}] * 8
    rows += [{"year": "2025", "status": "done", "done": "2026-01-20"}, {"year": "2025", "status": "dropped"}]
    rows += [{"year": "2024", "status": "done"}]
    assert value(cells(partnerships.i29, small(agreements=rows))["I29.done_share"]) == (0.8, 8, 10)


def test_i37_a_fate_that_was_decided_after_the_period_is_still_open_in_it():
    rows = [
        {"output_id": "h01", "fate": "used", "decided": "2025-05-01"},
        {"output_id": "h02", "fate": "dropped", "decided": "2026-05-01"},
        {"output_id": "h03", "fate": "undecided"},
    ]
    answers = [{"N17[h01]": code} for code in ("use", "know", "neit")]
    found = cells(partnerships.i37, small(heritage=rows, q2=answers))
    assert value(found["I37.decided_share"]) == (pytest.approx(1 / 3), 1, 3)
    assert found["I37.by_fate[fate=undecided]"].value == 2
    assert value(found["I37.known[output=h01]"]) == (2, 2, 3)
    assert value(found["I37.used[output=h01]"]) == (1, 1, 3)


def test_a_theme_counts_what_is_tagged_with_it_as_main_or_side_theme():
    """Events of the period, contents of the period, and results at their last stage."""
    events = [
        {"event_id": "e1", "start": "2025-01-01T09:00", "theme_main": "climate", "theme_side": "innovation"},
        {"event_id": "e2", "start": "2025-02-01T09:00", "theme_main": "", "theme_side": "climate"},
        {"event_id": "e3", "start": "2024-02-01T09:00", "theme_main": "climate"},
    ]
    contents = [
        {"content_id": "c1", "date": "2025-03-01", "themes": "environment+climate"},
        {"content_id": "c2", "date": "2025-03-01", "themes": "climate;environment"},
    ]
    results = [
        {"result_id": "r1", "date": "2024-03-01", "stage": "idea", "theme": "climate"},
        {"result_id": "r1", "date": "2025-03-01", "stage": "trial", "theme": "climate"},
    ]
    found = cells(themes.i32, small(events=events, contents=contents, results_log=results))
    told = {one: value(cell)[1:] for one, cell in found.items() if "tagged" in one}
    assert told == {
        "I32.tagged[record=events,tag=main]": (1, 2),
        "I32.tagged[record=events,tag=side]": (1, 2),
        "I32.tagged[record=contents,tag=main]": (1, 2),
        "I32.tagged[record=contents,tag=side]": (1, 2),
        "I32.tagged[record=results,tag=main]": (1, 1),
        "I32.tagged[record=results,tag=side]": (0, 1),
    }
    assert cells(themes.i32, small())["I32.tagged[record=events,tag=main]"].note == "no_data"


def test_i31_innovations_by_stage_and_events_with_the_theme_as_main_or_side():
    results = [
        {"result_id": "r1", "date": "2025-01-01", "stage": "trial", "theme": "innovation"},
        {"result_id": "r2", "date": "2025-01-01", "stage": "use", "theme": "none"},
    ]
    events = [{"start": "2025-03-01", "theme_main": "innovation"}] * 2
    events += [{"start": "2025-03-01", "theme_main": "climate", "theme_side": "environment+innovation"}]
    events += [{"start": "2025-03-01", "theme_main": "climate"}] * 7
    found = cells(themes.i31, small(results_log=results, events=events, q1=[{"T06[inno]": "Y"}] * 10))
    assert found["I31.innovations"].value == 1
    assert found["I31.by_stage[stage=trial]"].value == 1
    assert value(found["I31.event_share"]) == (0.3, 3, 10)
    assert value(found["I31.t06_share"]) == (1.0, 10, 10)


def test_i32_remote_participations_leave_the_room_of_a_hybrid_event_out():
    events = [
        {"event_id": e, "start": "2025-03-01", "mode": m} for e, m in (("a", "online"), ("b", "hybrid"))
    ]
    rows = [("a", "teams D")] * 4 + [("b", "zoom meeting")] * 3 + [("b", "paper list")] * 3
    came = [{"event_id": e, "source_variant": v, "status": "attended"} for e, v in rows]
    firms = [{"Y16[ener]": "Y"}] * 3 + [{"Y16[none]": "Y"}] * 7
    found = cells(themes.i32, small(events=events, participations=came, q3=firms))
    assert value(found["I32.remote_share"]) == (0.7, 7, 10)
    assert value(found["I32.firm_share"]) == (0.3, 3, 10)


def test_i33_animal_welfare_leaves_firms_without_animals_out_of_the_base():
    rows = [{"Y17[land]": "Y", "Y18": code} for code in ("yes", "part", "eik")]
    found = cells(themes.i33, small(q3=rows))
    assert value(found["I33.y18[answer=yes]"]) == (1, 1, 2)
    assert value(found["I33.y18[answer=eik]"]) == (1, 1, 2)


def month(name, metric, number, method="m"):
    return {"month": name, "metric": metric, "value": number, "method": method}


def test_i34_subscribers_are_those_of_the_last_month_and_clicks_are_of_delivered_letters():
    rows = [
        month("2025-11", "subscribers", "90"), month("2025-12", "subscribers", "95"),
        month("2024-12", "subscribers", "1"), month("2025-11", "delivered", "80"),
        month("2025-12", "delivered", "20"), month("2025-12", "unique_clicks", "25"),
    ]  # fmt: skip
    found = cells(communications.i34, small(analytics=rows))
    assert found["I34.subscribers"].value == 95
    assert value(found["I34.click_rate"]) == (0.25, 25, 100)


def test_i35_a_change_of_method_is_noted_and_a_month_without_figures_is_no_zero():
    rows = [month("2025-01", "visits", "10"), month("2025-02", "visits", "5", "new")]
    found = cells(communications.i35, small(analytics=rows))
    assert (found["I35.visits"].value, found["I35.visits"].note) == (15, "method_changed")
    assert found["I35.visits_month[month=2025-02]"].value == 5
    assert found["I35.visits_month[month=2025-03]"].note == "no_data"


@pytest.mark.parametrize(
    ("address", "product"),
    [
        ("https://x.example.org/a/kortti.pdf", "kortti.pdf"),
        ("https://x.example.org/a/kortti.pdf?utm=1#page=2", "kortti.pdf"),
        ("x.example.org/a/T%C3%A4ll%C3%A4%20t%C3%A4n%C3%A4%C3%A4n.pdf", "Talla_tanaan.pdf"),
        ("http://[broken", "_broken"),
        ("/", "unknown"),
        ("a" * 99, "a" * 60),
    ],
)
def test_i35_a_download_is_told_by_the_name_of_its_file(address, product):
    rows = [{"month": "2025-01", "metric": "downloads", "product": address, "value": "3"}]
    found = cells(communications.i35, small(analytics=rows))
    assert found[f"I35.products[product={product}]"].value == 3


def test_i35_without_web_figures_names_no_product():
    assert not [one for one in cells(communications.i35, small()) if "products" in one]


def test_i36_awareness_is_fairly_well_or_well_and_channels_count_people():
    rows = [{"N04": code, "N18[web]": "Y"} for code in ["w4"] * 3 + ["w3"] * 3 + ["w2"] * 2 + ["w1"] * 2]
    found = cells(communications.i36, small(q2=rows))
    assert value(found["I36.awareness_share"]) == (0.6, 6, 10)
    assert value(found["I36.channels[channel=web]"]) == (10, 10, 10)


def test_i38_steering_answers_are_medians_only():
    rows = [{"O01": code, "O08": "g3"} for code in ("a2", "a4", "a5", "ek")]
    found = cells(governance.i38, small(q4=rows))
    assert (found["I38.steering_median[item=o01]"].value, found["I38.steering_median[item=o01]"].base) == (
        4,
        3,
    )
    assert found["I38.o08_median"].value == 3
    assert not [name for name in found if "answer=" in name]


def test_i38_files_regions_budget_and_closed_findings():
    events = [{"start": "2025-03-01", "participant_file": "yes" if i < 8 else "no"} for i in range(10)]
    came = [{"status": "attended", "region": "FI200" if i < 5 else ""} for i in range(10)]
    accounts = [
        {"period": "2025", "planned_eur": "200", "used_eur": "150"},
        {"period": "2024", "planned_eur": "9"},
    ]
    findings = [
        {"date": "2025-01-01", "state": "done", "state_date": day}
        for day in ["2025-05-01"] * 6 + ["2026-02-01"] * 4
    ]
    findings.append({"date": "2025-01-01", "state": "dropped", "state_date": "2025-02-01"})
    found = cells(
        governance.i38, small(events=events, participations=came, accounts=accounts, decisions=findings)
    )
    assert value(found["I38.file_share"]) == (0.8, 8, 10)
    assert value(found["I38.region_share"]) == (0.5, 5, 10)
    assert found["I38.budget_share"].value == 0.75
    assert value(found["I38.findings_closed_share"]) == (0.6, 6, 10)
