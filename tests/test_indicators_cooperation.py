"""I01–I06, I13, I15–I18: the network, balance, activity, added value, information."""

import pytest
from small_frames import cells, small, value

from evallib.indicators import cooperation

ROSTER = [
    {"organisation": name, "sector": sector}
    for name, sector in (("o1", "care"), ("o2", "care"), ("o3", "tour"), ("o4", "move"))
]


def says(organisation, *others, level="k2"):
    row = {"organisation": organisation}
    for other in others:
        row |= {f"N05k[{other}]": "Y", f"N05[{other}]": level}
    return row


def asked(item, *codes, **row):
    return small(
        q2=[{item: code} | row for code in codes], invited_q2=[{"person": f"p{i}"} for i in range(20)]
    )


def test_i01_density_is_ties_over_possible_pairs():
    found = cells(cooperation.i01, small(roster=ROSTER, q2=[says("o1", "o2", "o3"), says("o2", "o1")]))
    assert value(found["I01.density"]) == (pytest.approx(2 / 6), 2, 6)
    assert value(found["I01.density_both"]) == (1.0, 1, 1)
    assert value(found["I01.answering"]) == (2, 2, 4)


def test_i01_nobody_answered_is_no_density_and_not_zero():
    found = cells(cooperation.i01, small(roster=ROSTER))
    assert (found["I01.density"].value, found["I01.density"].note) == (None, "no_data")


def test_i02_new_ties_against_the_first_wave():
    first = small("2023", roster=ROSTER, q2=[says("o1", "o2")])
    second = small("2024", roster=ROSTER, q2=[says("o1", "o2", "o3")])
    now = small("2025", roster=ROSTER, q2=[says("o1", "o2", "o3") | {"N06[o3]": "Y"}])
    found = cells(cooperation.i02, now, first, second)
    assert (found["I02.new_ties"].value, found["I02.via_project"].value) == (1, 1)
    assert cells(cooperation.i02, first)["I02.new_ties"].note == "no_data"


def test_i03_cross_sector_ties_need_ten_ties_for_a_share():
    rows = [says("o1", "o2", "o3")] + [{"organisation": f"o{i}"} for i in (2, 3, 4)]
    found = cells(cooperation.i03, small(roster=ROSTER, q2=[one | {"CNAME": "Y"} for one in rows]))
    assert value(found["I03.cross_share"]) == (None, 1, 2)
    assert found["I03.cross_expected"].value == pytest.approx(5 / 6)
    assert found["I03.ties[sector=care,sector2=tour]"].value == 1


def test_i04_balance_of_more_and_less_cooperation():
    found = cells(cooperation.i04, asked("N07", *["p2"] * 4, *["p1"] * 2, *["z"] * 2, *["m1"] * 2, "ek"))
    assert found["I04.balance"].value == pytest.approx(40.0)
    assert found["I04.balance"].base == 10
    assert found["I04.n07[answer=z]"].value == 2


def test_i05_a_project_is_active_by_event_content_or_card_of_the_period():
    register = [{"project_id": f"p{i}", "result_card": "2025-05-01" if i == 3 else ""} for i in range(10)]
    frames = small(
        register=register,
        events=[{"event_id": "e1", "start": "2025-02-01", "projects": "p1+p2+elsewhere"}],
        contents=[
            {"content_id": "c1", "date": "2025-06-01", "projects": "p2"},
            {"content_id": "c0", "date": "2024-06-01", "projects": "p9"},
        ],
    )
    assert value(cells(cooperation.i05, frames)["I05.active_share"]) == (0.3, 3, 10)


def test_i06_agreement_has_a_finite_population_interval_and_groups_have_not():
    found = cells(cooperation.i06, asked("N08", *["a4"] * 5, *["a2"] * 5, N01="proj"))
    overall, projects = found["I06.n08_top2"], found["I06.n08_top2[org_type=proj]"]
    assert (overall.value, projects.value) == (0.5, 0.5)
    assert overall.interval[0] > projects.interval[0]
    assert value(found["I06.n08[answer=a4,org_type=proj]"]) == (5, 5, 10)


def test_i13_joint_activities_join_different_beneficiaries():
    frames = small(
        register=[{"project_id": p, "beneficiary": b} for p, b in (("p1", "x"), ("p2", "x"), ("p3", "y"))],
        events=[{"start": "2025-02-01", "projects": one} for one in ("p1+p2", "p1+p3", "p3")],
        contents=[{"date": "2025-02-01", "projects": "p2+p3"}, {"date": "2024-02-01", "projects": "p2+p3"}],
    )
    found = cells(cooperation.i13, frames)
    assert found["I13.joint_activities"].value == 2
    assert found["I13.by_kind[joint=publication]"].value == 1
    assert found["I13.joint_activities_cumulative"].value == 3


def test_i13_counts_joint_applications_and_pilots_of_the_period_from_their_log():
    projects = [{"project_id": p, "beneficiary": b} for p, b in (("p1", "x"), ("p2", "x"), ("p3", "y"))]
    written = [
        ("2025-01-01", "application", "p1+p3"),
        ("2025-12-31", "pilot", "p2+p3"),
        ("2025-06-01", "pilot", "p1+p2"),  # one owner
        ("2026-01-01", "pilot", "p1+p3"),
        ("2024-12-31", "application", "p1+p3"),
    ]
    acts = [{"date": day, "kind": kind, "projects": own} for day, kind, own in written]
    found = cells(cooperation.i13, small(register=projects, joint_activities=acts))
    assert value(found["I13.by_kind[joint=application]"]) == (1, 1, 2)
    assert value(found["I13.by_kind[joint=pilot]"]) == (1, 1, 2)
    assert found["I13.joint_activities_cumulative"].value == 3


def test_i15_trials_and_the_grade_of_the_project_s_part_in_them():
    rows = [{"N13": "yes", "N13v": grade} for grade in ("v0", "v2", "v4")]
    rows += [{"N13": "plan", "N13v": "v4"}] + [{"N13": "no"}] * 6
    found = cells(cooperation.i15, small(q2=rows))
    assert value(found["I15.trial_share"]) == (0.3, 3, 10)
    assert found["I15.trials"].value == 3
    assert value(found["I15.contribution[grade=v4]"]) == (1, 1, 3)


def test_i16_digests_are_cases_research_digests_and_videos():
    kinds = ["case", "research", "digest", "video", "guide", "article"] * 3
    rows = [{"content_id": f"c{i}", "date": "2025-03-01", "kind": kind} for i, kind in enumerate(kinds)]
    rows[0]["outcome"], rows[1]["outcome"], rows[4]["outcome"] = "failure", "challenge", "failure"
    found = cells(cooperation.i16, small(contents=rows))
    assert found["I16.digests"].value == 12
    assert value(found["I16.failure_share"]) == (pytest.approx(2 / 12), 2, 12)
    assert found["I16.by_kind[kind=guide]"].value == 3


def test_i17_cards_of_projects_that_had_ended_by_the_end_of_the_period():
    rows = [{"project_id": f"p{i}", "end": "2025-06-30"} for i in range(10)]
    for row in rows[:4]:
        row["result_card"] = "2025-09-01"
    rows[4]["result_card"] = "2026-02-01"
    rows.append({"project_id": "running", "end": "2026-06-30"})
    found = cells(cooperation.i17, small(register=rows))
    assert value(found["I17.card_share"]) == (0.4, 4, 10)
    assert value(found["I17.ended"]) == (10, 10, 11)


def test_i18_use_at_least_once_follows_the_reworded_question():
    codes = ["c0"] * 4 + ["c1"] * 3 + ["c3"] * 2 + ["c6"]
    assert value(cells(cooperation.i18, asked("N11b", *codes))["I18.use_share"]) == (0.6, 6, 10)
    before = small("2024", q2=[{"N11": code} for code in codes])
    assert value(cells(cooperation.i18, before)["I18.use_share"]) == (0.6, 6, 10)
