"""I14 and I19–I24: events, participations, hours, usefulness, use, reach."""

import pytest
from small_frames import cells, plan, questionnaires, small, value

from evallib.indicators import learning
from evallib.indicators.bench import Bench
from evallib.tidy import Frames

EVENTS = [
    {"event_id": "e1", "start": "2025-02-03T09:00", "form": "coffee", "mode": "online", "language": "fi"},
    {"event_id": "e2", "start": "2025-03-03T09:00", "form": "visit", "mode": "onsite", "language": "sv"},
    {"event_id": "e9", "start": "2026-01-01T09:00", "form": "visit", "mode": "onsite", "language": "sv"},
]


def bench(now: Frames) -> Bench:
    return Bench(now, (), plan(), questionnaires())


BEFORE = small(
    "2024",
    events=[{"event_id": "e0", "start": "2024-05-01", "form": "coffee", "mode": "online", "language": "fi"}],
    participations=[
        {"event_id": "e0", "person": "ann", "known": "yes", "status": "attended", "minutes": "60"}
    ],
)


def came(event, person, **background):
    known = {"person": person, "known": "yes"} if person else {"person": f"x-{event}", "known": "no"}
    return {"event_id": event, "status": "attended", "minutes": "90"} | known | background


def test_i19_counts_events_of_the_period_by_form_mode_and_language():
    found = cells(learning.i19, small(events=EVENTS), BEFORE)
    assert found["I19.events"].value == 2
    assert found["I19.events_cumulative"].value == 3
    assert value(found["I19.by_form[form=coffee]"]) == (1, 1, 2)
    assert value(found["I19.by_form[form=webinar]"]) == (0, 0, 2)
    assert value(found["I19.by_language[language=sv]"]) == (1, 1, 2)


def test_i19_the_whole_log_counts_earlier_events_once():
    whole = small(events=[*EVENTS, {"event_id": "e0", "start": "2024-05-01"}])
    assert cells(learning.i19, whole, BEFORE)["I19.events_cumulative"].value == 3


def test_i20_counts_participations_and_gives_persons_as_a_range():
    rows = [came("e1", "ann", role="entr"), came("e2", "ann"), came("e2", "bo"), came("e2", "")]
    found = cells(learning.i20, small(events=EVENTS, participations=rows), BEFORE)
    assert found["I20.participations"].value == 4
    assert (found["I20.persons_low"].value, found["I20.persons_high"].value) == (3, 3)
    assert found["I20.returning"].value == 1
    assert (found["I20.new_low"].value, found["I20.new_high"].value) == (1, 2)
    assert found["I20.by_month[month=2025-03]"].value == 3
    assert found["I20.by_month[month=2025-07]"].value == 0
    assert value(found["I20.by_role[role=entr]"]) == (1, 1, 4)
    assert value(found["I20.by_role[role=unknown]"]) == (3, 3, 4)
    assert found["I20.participations_cumulative"].value == 5
    assert (found["I20.persons_low_cumulative"].value, found["I20.persons_high_cumulative"].value) == (3, 3)


def test_i20_by_background_knows_how_many_people_are_behind_the_participations():
    lapland, aland = {"region": "FI1D7"}, {"region": "FI200"}
    rows = [
        *(came("e1", "ann", **lapland), came("e2", "ann", **lapland), came("e2", "", **lapland)),
        *(came("e1", "bo"), came("e1", "", **aland), came("e1", "cecilia", **aland)),
    ]
    found = cells(learning.i20, small(events=EVENTS, participations=rows))
    people = {
        code: found[f"I20.by_region[region={code}]"].people for code in ("FI1D7", "FI200", "unknown", "FI193")
    }
    assert people == {"FI1D7": 2, "FI200": 2, "unknown": 1, "FI193": 0}
    assert found["I20.by_region[region=FI1D7]"].count == 3
    assert found["I20.by_region[region=north]"].people == 2


def test_i20_a_first_period_has_only_new_persons_and_cumulates_itself():
    found = cells(learning.i20, small(events=EVENTS, participations=[came("e1", "ann")]))
    assert (found["I20.returning"].value, found["I20.new_low"].value) == (0, 1)
    assert found["I20.participations_cumulative"].value == 1


def test_i20_persons_by_background_are_protected_and_totals_are_not():
    from small_frames import plan, questionnaires

    from evallib.indicators.bench import Bench

    bench = Bench(small(events=EVENTS, participations=[came("e1", "ann")]), (), plan(), questionnaires())
    guarded = {one.measure for one in learning.i20(bench) if one.protected}
    assert guarded == {f"by_{dim}" for dim in ("role", "region", "sector", "sex", "age", "language")}


def test_i21_hours_and_training_days_follow_the_plan():
    found = cells(
        learning.i21, small(participations=[came("e1", "ann"), came("e1", "bo", minutes="")]), BEFORE
    )
    assert value(found["I21.hours"]) == (1.5, 1, 2)
    assert found["I21.training_days"].value == pytest.approx(1.5 / 6)
    assert found["I21.hours_cumulative"].value == 2.5


def feedback(*codes, **row):
    return [{"T01": code, "event_id": "e1"} | row for code in codes]


def test_i22_shares_the_two_highest_of_those_who_answered():
    rows = feedback(*["h5"] * 3, *["h4"] * 4, *["h3"] * 3, "ek", "", T09="FI1D7")
    found = cells(learning.i22, small(q1=rows))
    assert value(found["I22.t01_top2"]) == (0.7, 7, 10)
    assert value(found["I22.t01[answer=ek]"]) == (1, 1, 10)
    assert value(found["I22.t01_n"]) == (10, 10, 12)
    assert found["I22.t01_median"].value == 4
    assert value(found["I22.t01_top2[region=FI1D7]"]) == (0.7, 7, 10)
    assert value(found["I22.t01[answer=h5,region=FI1D7]"]) == (3, 3, 10)
    assert value(found["I22.t01_n[language=fi]"]) == (10, 10, 12)


def test_i22_nine_answers_have_a_count_but_no_share():
    found = cells(learning.i22, small(q1=feedback(*["h5"] * 9)))
    assert value(found["I22.t01_top2"]) == (None, 9, 9)
    assert found["I22.t01_top2"].note == "base_under_10"


def test_i22_groups_add_up_to_everybody_with_unknown_regions_shown():
    rows = [{"T01": "h5", "T09": region} for region in ("FI1D7", "FI1D7", "FI200", "")]
    found = cells(learning.i22, small(q1=rows))
    by_region = [cell.count for name, cell in found.items() if name.startswith("I22.t01[answer=h5,region")]
    assert sorted(by_region) == [1, 1, 2]
    assert "I22.t01[answer=h5,region=unknown]" in found


def test_i22_greater_regions_count_the_answers_of_their_regions_again():
    north = [*feedback(*["h5"] * 6, T09="FI1D7"), *feedback(*["h4"] * 5, "h1", "ek", T09="FI1D8")]
    found = cells(learning.i22, small(q1=[*north, *feedback("h5", T09="FI200")]))
    assert value(found["I22.t01[answer=h5,region=north]"]) == (6, 6, 12)
    assert value(found["I22.t01_n[region=north]"]) == (12, 12, 13)
    assert value(found["I22.t01_top2[region=north]"]) == (11 / 12, 11, 12)
    assert "I22.t01_n[region=south]" not in found, "one region alone is no greater region"


def test_i22_the_spread_needs_five_events_of_five_answers():
    def events(how_many):
        rows = []
        for event in range(how_many):
            top = ["h5"] * event + ["h1"] * (5 - event)
            rows += [{"T01": code, "event_id": f"e{event}"} for code in top]
        return small(q1=rows)

    assert cells(learning.i22, events(4))["I22.event_median"].note == "small_base"
    found = cells(learning.i22, events(5))
    spread = [found[f"I22.event_{name}"].value for name in ("low", "median", "high")]
    assert spread == pytest.approx([0.2, 0.4, 0.6])


def test_i23_used_or_begun_counts_as_use_and_intention_stands_beside():
    follow_up = [{"P01": code} for code in ["yes"] * 3 + ["star"] * 3 + ["noty"] * 3 + ["no"]]
    event = [{"T05": code} for code in ["yes"] * 4 + ["mayb"] * 6]
    found = cells(learning.i23, small(f1=follow_up, q1=event))
    assert value(found["I23.use_share"]) == (0.6, 6, 10)
    assert value(found["I23.intend_share"]) == (0.4, 4, 10)
    assert found["I23.p01[answer=noty]"].value == 3


@pytest.mark.parametrize(("people", "reached"), [(4, 0), (5, 1), (6, 1)])
def test_i24_a_region_is_reached_from_five_participations_on(people, reached):
    rows = [came("e2", f"p{i}", region="FI1D7") for i in range(people)] + [came("e1", "nat", region="nat")]
    found = cells(learning.i24, small(events=EVENTS, participations=rows))
    assert value(found["I24.regions"]) == (reached, reached, 19)
    assert value(found["I24.swedish_participations"]) == (people, people, people + 1)
    assert found["I24.participations[region=FI200]"].value == 0


def test_i24_forms_by_language_are_people_like_any_other_and_absent_without_forms():
    made = learning.i24(
        bench(small(q1=[{"language": "sv", "T01": "a5"}] * 2 + [{"language": "fi", "T01": "a4"}] * 7))
    )
    forms = next(one for one in made if one.measure == "forms")
    assert forms.protected and forms.universe == "q1"
    assert [(dict(one.dims)["language"], one.count, one.base) for one in forms.cells][:2] == [
        ("fi", 7, 9),
        ("sv", 2, 9),
    ]
    assert "forms" not in [one.measure for one in learning.i24(bench(small(events=EVENTS)))]


def test_i14_mixed_events_are_a_share_only_of_ten_known_events():
    rows = [
        came(f"e{e}", f"p{i}", sector=s) for e in range(10) for i, s in enumerate(("care", "tour", "move"))
    ]
    found = cells(learning.i14, small(participations=rows))
    assert value(found["I14.mixed_share"]) == (1.0, 10, 10)
    few = cells(learning.i14, small(participations=rows[:3]))
    assert value(few["I14.mixed_share"]) == (None, 1, 1)
