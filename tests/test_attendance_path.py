"""From invitation to feedback, event by event, and firms by number of events: counted right, out safely."""

from __future__ import annotations

import pytest
from small_frames import cells, plan, questionnaires, small, value

from evallib.indicators.attendance import dose, path
from evallib.indicators.bench import Bench
from evallib.indicators.gathered import pooled
from evallib.privacy.door_out import Draft, door_out
from evallib.privacy.selfattack import attack_releases
from evallib.results import Mask
from evallib.sources.attendance import read_attendance

FORMS = {"e1": "coffee", "e2": "coffee", "e3": "webinar", "e4": "visit"}
EVENTS = [
    {"event_id": one, "start": f"2025-02-0{n}T09:00", "end": f"2025-02-0{n}T10:00", "form": form}
    for n, (one, form) in enumerate(FORMS.items(), 1)
]
SIGN_UP = "sign-up registration"


def people(event, n, status="attended", variant="teams D", known="yes", first=0):
    row = {"event_id": event, "status": status, "known": known, "source_variant": variant, "minutes": "60"}
    return [row | {"person": f"p{first + i}"} for i in range(n)]


def answers(**by_event):
    return [{"event_id": event, "T01": "a5"} for event, n in by_event.items() for _ in range(n)]


def released(found):
    told, _ = door_out(found, plan().policy, plan().dimensions)
    return {str(one).partition("/")[2]: cell for one, cell in told.items()}, told


def results(*rows, q1=()):
    frames = small(events=EVENTS, participations=[row for some in rows for row in some], q1=q1)
    return path(Bench(frames, (), plan(), questionnaires("2025")))


def test_each_step_is_counted_of_the_events_that_keep_such_a_list():
    rows = [
        *people("e1", 10, variant=f"teams D+{SIGN_UP}"),
        *people("e1", 6, "no-show", SIGN_UP, first=50),
        *people("e1", 2, first=70),  # came without signing up
        *people("e1", 1, "host", first=80),
        *people("e3", 20),
        *people("e4", 30, "invited"),
        *people("e4", 8, "registered", first=40),
    ]
    found = cells(path, small(events=EVENTS, participations=rows, q1=answers(e1=6, e3=5, gone=1)))
    assert value(found["PATH.invited"]) == (38, 38, 1)
    assert value(found["PATH.registered"]) == (24, 24, 2)
    assert value(found["PATH.attended"]) == (32, 32, 3)
    assert value(found["PATH.came"]) == (10 / 16, 10, 16)
    assert value(found["PATH.answered"]) == (11 / 32, 11, 32)
    assert value(found["PATH.unplaced"]) == (1, 1, 12)
    assert value(found["PATH.answered_by[event=e1]"]) == (6 / 12, 6, 12)
    assert value(found["PATH.answered_by[event=form:webinar]"]) == (5 / 20, 5, 20)
    assert "PATH.registered_by[event=e3]" not in found


def test_everybody_on_a_list_that_names_no_shows_had_signed_up():
    rows = [
        *people("e1", 9, variant="zoom webinar"),
        *people("e1", 3, "no-show", "zoom webinar", first=20),
        *people("e2", 7, variant="zoom webinar"),  # another event, whose list names nobody who did not come
        *people("e3", 8, variant="pretix attendance"),
    ]
    found = cells(path, small(events=EVENTS, participations=rows))
    assert value(found["PATH.registered"]) == (20, 20, 2)


def test_what_no_list_tells_is_not_known_rather_than_nothing():
    found = cells(path, small(events=EVENTS, participations=people("e1", 12)))
    assert (found["PATH.invited"].note, found["PATH.registered"].note) == ("no_invitations", "no_sign_ups")
    assert found["PATH.answered"].note == found["PATH.came"].note == "no_data"
    assert cells(path, small())["PATH.attended"].note == "no_data"


def test_somebody_without_address_leaves_open_how_many_of_the_registered_came():
    rows = [*people("e1", 10, variant=f"teams D+{SIGN_UP}"), *people("e1", 1, known="no", first=20)]
    found = cells(path, small(events=EVENTS, participations=rows))
    assert (found["PATH.registered"].value, found["PATH.came"].note) == (10, "no_data")


def test_more_answers_than_people_belong_to_no_event():
    found = cells(path, small(events=EVENTS, participations=people("e1", 10), q1=answers(e1=11)))
    assert value(found["PATH.unplaced"]) == (11, 11, 11)
    assert not any("answered_by" in name for name in found)


@pytest.mark.parametrize(
    ("sizes", "together"),
    [
        ({"a": (5,), "b": (9,)}, set()),
        ({"a": (4,), "b": (9,), "c": (6,)}, {"a", "c"}),  # with the smallest of the others
        ({"a": (3,), "b": (2,), "c": (6,)}, {"a", "b"}),  # enough together
        ({"a": (20, 2), "b": (9, 0), "c": (9, 7)}, {"a", "b", "c"}),  # two registered: with seven more
        ({"a": (0,), "b": (9,)}, set()),
        ({}, set()),
    ],
)
def test_small_events_stand_in_a_row_that_is_not_small(sizes, together):
    assert pooled(sizes, 5) == together


def test_no_row_of_the_table_has_few_people():
    rows = [*people("e1", 20), *people("e2", 3), *people("e3", 12), *people("e4", 8)]
    found = {one.measure: one for one in results(rows)}["attended_by"]
    sizes = {dict(cell.dims)["event"]: cell.count for cell in found.cells}
    assert sizes == {"form:coffee": 23, "form:webinar": 12, "e3": 12, "form:visit": 8, "e4": 8}


def test_forms_with_few_people_stand_together():
    rows = [*people("e1", 20), *people("e3", 3), *people("e4", 8)]
    found = {one.measure: one for one in results(rows)}["attended_by"]
    sizes = {dict(cell.dims)["event"]: cell.count for cell in found.cells}
    assert sizes == {"form:coffee": 20, "e1": 20, "form:rest": 11}


def test_nothing_is_told_by_event_where_all_together_are_few():
    assert not [one for one in results(people("e1", 4)) if one.dims]


def test_a_few_answers_at_an_event_leave_neither_there_nor_by_its_form():
    rows = [*people("e1", 20), *people("e2", 22), *people("e3", 30), *people("e4", 25)]
    found = results(rows, q1=answers(e1=10, e2=2, e3=12, e4=11))
    told, cells_told = released(found)
    assert told["PATH.answered"].count == 35
    assert told["PATH.answered_by[event=e2]"].mask is not None
    shown = [one for one in ("e1", "form:coffee") if told[f"PATH.answered_by[event={one}]"].mask is None]
    assert len(shown) < 2, "their difference is what two people did"
    assert attack_releases([Draft(cells_told, found)], plan().policy, plan().dimensions) == []


def test_an_event_where_all_but_one_answered_is_hidden():
    rows = [*people("e1", 20), *people("e2", 22), *people("e3", 30), *people("e4", 25)]
    told, _ = released(results(rows, q1=answers(e1=10, e2=21, e3=12, e4=11)))
    assert told["PATH.answered_by[event=e2]"].mask is Mask.DEPENDENT


def test_a_sign_up_without_a_stay_is_a_no_show_where_all_are_known_and_else_only_registered():
    event = {
        "event_id": "e1",
        "start": "2025-03-04T13:00",
        "end": "2025-03-04T14:00",
        "tz": "Europe/Helsinki",
    }
    stays = (
        "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
        "Ann,ann@example.org,04.03.2025 13:00:00,04.03.2025 14:00:00,60,Yes\n"
    )
    signed = (
        "email;role;region;sector;under40;sex;lang\nann@example.org;entr;;;;;\nbo@example.org;proj;;;;;\n"
    )
    staff = "carl@example.org;expt;;;;;\n"

    def read(more="", sign_ups=signed):
        files = [("e1_zoom.csv", (stays + more).encode()), ("e1_registration.csv", sign_ups.encode())]
        rows = read_attendance(files, event, (), 10, staff={"carl@example.org"}).rows
        return [tuple(row) for row in rows[["email", "status", "role", "source_variant"]].to_numpy()]

    zoom = "zoom meeting, newer, all rows"
    ann = ("ann@example.org", "attended", "entr", f"{zoom}+{SIGN_UP}")
    assert read() == [ann, ("bo@example.org", "no-show", "", SIGN_UP)]
    guest = "Guest,,04.03.2025 13:00:00,04.03.2025 14:00:00,60,Yes\n"
    assert read(guest) == [ann, ("", "attended", "", zoom), ("bo@example.org", "registered", "", SIGN_UP)]
    assert read(sign_ups=signed + staff)[-1][:2] == ("carl@example.org", "host")


FIRMS = [
    {"participation_person": f"p{n}" if n < 24 else "", "Y09[nserv]": "Y" if n % 3 else "", "Y09[none]": ""
     if n % 3 else "Y"} for n in range(30)
]  # fmt: skip


def linked(rows=FIRMS, **policy):
    parts = [*people("e1", 18), *people("e2", 6), *people("e1", 5, known="no", first=90)]
    frames = small(events=EVENTS, participations=parts, q3=rows)
    declared = plan().model_copy(update={"policy": plan().policy.model_copy(update=policy)})
    found = dose(Bench(frames, (), declared, questionnaires("2025")))
    return {str(one.id_of(cell)).partition("/DOSE.")[2]: cell for one in found for cell in one.cells}


def test_firms_that_allowed_it_are_told_by_the_events_they_attended():
    found = linked()
    assert value(found["linked"]) == (0.8, 24, 30)
    assert {code: found[f"firms[dose={code}]"].count for code in ("d0", "d1", "d2")} == {
        "d0": 6, "d1": 12, "d2": 6,
    }  # fmt: skip
    assert value(found["step_share[dose=d1]"]) == (8 / 12, 8, 12)
    assert found["step_share[dose=d0]"].note == "base_under_10"


@pytest.mark.parametrize(
    ("rows", "policy", "why"),
    [
        (FIRMS, {"linking": False}, "linking_not_allowed"),
        ([one | {"participation_person": ""} for one in FIRMS], {}, "no_consent"),
        ([{"Y09[nserv]": "Y"}], {}, "no_consent_asked"),
        ([], {}, "no_data"),
    ],
)
def test_the_report_says_why_answers_are_not_joined_with_participation(rows, policy, why):
    (only,) = linked(rows, **policy).values()
    assert (only.value, only.note) == (None, why)
