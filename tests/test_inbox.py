"""A period's inbox: everything is known or the reading stops."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from evallib.codebook.lss_write import write_lss
from evallib.codebook.model import Item, Option, Questionnaire, Type
from evallib.codes import rules
from evallib.errors import DeclarationError, EvallibError, InputError, PrivacyError
from evallib.records import Contents, FieldClass, SourceTable
from evallib.sources.inbox import Inbox, read_inbox

EVENTS = ";".join(rule.column for rule in rules("events")) + "\n"
PAPER = b"event_id;role;region;sector;under40;sex;lang\ne1;entr;FI1D7;care;no;f;fi\n"
ROSTER = b"organisation;name;sector;region;one_person\no01;Talo;care;FI1D7;no\n"
VISITS = b'{"2024-12": {"nb_visits": 9}, "2025-01": {"nb_visits": 12}}'
LETTERS = b"month;subscribers;delivered;unique_clicks;unsubscribes\n2025-01;100;98;10;1\n"


def text_of(words: str) -> dict[str, str]:
    return dict.fromkeys(("fi", "sv", "en"), words)


def item(code: str, kind: Type, *options: str, field_class: FieldClass = FieldClass.ANSWER) -> Item:
    chosen = tuple(Option(one, text_of(one)) for one in options)
    native = "L" if kind is Type.SINGLE else "T"
    return Item(code, code, kind, text_of(code), chosen, field_class=field_class, native=native)


OURS = Questionnaire(
    "q1",
    text_of("Palaute"),
    ("fi", "sv", "en"),
    "fi",
    (
        item("T01", Type.SINGLE, "1", "2"),
        item("T09", Type.SINGLE, "n", "s", field_class=FieldClass.QUASI),
        item("T10", Type.TEXT, field_class=FieldClass.TEXT),
    ),
    origin="open",
)
ANSWERS = (
    '"id","submitdate","lastpage","startlanguage","token","startdate","datestamp","T01","T09","T10"\r\n'
    '"1","2025-03-05 10:00:00","1","fi","","2025-03-05 09:00:00","2025-03-05 10:00:00","2","n","Kiitos"\r\n'
    "\r\n"
)


def event(event_id: str, day: str = "2025-03-04", kept: str = "yes") -> str:
    return f"{event_id};{day}T09:00;{day}T10:00;Europe/Helsinki;Kahvit;;;coffee;onsite;fi;;;;;;;;;{kept}\n"


def read(files: Mapping[str, bytes], ours: Questionnaire = OURS) -> Inbox:
    return read_inbox(
        files,
        questionnaires={"q1": ours},
        period=(date(2025, 1, 1), date(2025, 12, 31)),
        wave="2025",
        bots=(),
        minimum_stay=10,
    )


def table(inbox: Inbox, kind: str) -> SourceTable:
    return next(one for one in inbox.tables if one.kind == kind)


def logs(*events: str) -> dict[str, bytes]:
    return {"logs/events.csv": (EVENTS + "".join(events)).encode()}


def survey(structure: Questionnaire = OURS, answers: str = ANSWERS) -> dict[str, bytes]:
    folder = "inbox/limesurvey/q1"
    return {f"{folder}/structure.lss": write_lss(structure, 111), f"{folder}/responses.csv": answers.encode()}


def test_a_whole_inbox_becomes_tables_and_every_file_has_its_fingerprint() -> None:
    files = {
        **logs(event("e1"), event("e2")),
        **survey(),
        "inbox/events/e1_lista.csv": PAPER,
        "inbox/events/e2.csv": PAPER.replace(b"e1", b"e2"),
        "inbox/statistics/matomo_visits.json": VISITS,
        "inbox/statistics/newsletter.csv": LETTERS,
        "rosters/2025.csv": ROSTER,
        "rosters/2024.csv": b"not read",
        "inbox/README.md": b"",
        "inbox/events/.DS_Store": b"\x00",
        "logs/~$events.xlsx": b"",
    }

    inbox = read(files)

    kinds = ["responses.q1", "participations", "roster.2025", "analytics", "events"]
    assert [one.kind for one in inbox.tables] == kinds
    assert sorted(one.name for one in inbox.files) == [
        "events/e1_lista.csv",
        "events/e2.csv",
        "limesurvey/q1/responses.csv",
        "limesurvey/q1/structure.lss",
        "logs/events.csv",
        "rosters/2025.csv",
        "statistics/matomo_visits.json",
        "statistics/newsletter.csv",
    ]
    assert all(len(one.sha256) == 64 for one in inbox.files)
    assert list(table(inbox, "participations").rows["event_id"]) == ["e1", "e2"]
    assert [(one.code, one.count) for one in table(inbox, "events").remarks] == [("ignored_file", 3)]


def test_an_empty_inbox_has_no_tables() -> None:
    assert read({}) == Inbox((), ())


def test_the_classes_of_answers_are_those_we_declared() -> None:
    fields = table(read(survey()), "responses.q1").fields

    assert fields["T01"] is FieldClass.ANSWER
    assert fields["T09"] is FieldClass.QUASI
    assert fields["T10"] is FieldClass.TEXT


def test_a_field_that_nobody_declared_stops_the_reading() -> None:
    more = replace(OURS, items=(*OURS.items, item("T11", Type.TEXT)))
    with pytest.raises(PrivacyError, match="T11"):
        read(survey(more))


def test_a_field_that_the_server_lacks_stops_the_reading() -> None:
    with pytest.raises(InputError, match="lacks the field T10"):
        read(survey(replace(OURS, items=OURS.items[:2])))


@pytest.mark.parametrize("left_out", ["structure.lss", "responses.csv"])
def test_a_survey_needs_its_structure_and_its_answers(left_out: str) -> None:
    files = {name: data for name, data in survey().items() if not name.endswith(left_out)}
    with pytest.raises(InputError, match="not complete"):
        read(files)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("inbox/scan.pdf", ""),
        ("inbox/events/e1.pdf", ""),
        ("inbox/events/old/e1.csv", ""),
        ("inbox/limesurvey/q9/responses.csv", "limesurvey/q1/responses.csv"),
        ("inbox/limesurvey/q1/answers.csv", ""),
        ("inbox/statistics/visits.json", ""),
        ("inbox/logs/events.csv", ""),
        ("logs/event.csv", "logs/events.csv"),
        ("events/e1.csv", ""),
    ],
)
def test_a_file_that_is_not_known_stops_the_reading(name: str, meant: str) -> None:
    with pytest.raises(InputError, match="not known here") as caught:
        read({**logs(event("e1")), name: b"x"})
    assert meant in str(caught.value.repair)


PAGE = b"\xef\xbb\xbf\n<!DOCTYPE html><html><title>Log in</title></html>"


@pytest.mark.parametrize(
    "name",
    [
        "events/e1.csv",
        "statistics/matomo_visits.json",
        "statistics/newsletter.csv",
        "limesurvey/q1/responses.csv",
        "limesurvey/q1/participants.csv",
        "limesurvey/q1/structure.lss",
    ],
)
def test_a_web_page_saved_as_a_file_is_called_one(name: str) -> None:
    with pytest.raises(InputError, match="web page") as caught:
        read({**survey(), **logs(event("e1")), f"inbox/{name}": PAGE})
    assert caught.value.where == name and "Log in" in str(caught.value.repair)


def test_a_missing_questionnaire_and_a_missing_roster_are_called_so() -> None:
    with pytest.raises(InputError, match="no questionnaire") as caught:
        read({"inbox/limesurvey/q2/responses.csv": b"x"})
    assert caught.value.expected == "surveys/questionnaires/q2.yaml"
    asked = replace(OURS, items=(*OURS.items, replace(OURS.items[0], code="T20", roster=True)))
    with pytest.raises(DeclarationError, match="T20 ask about organisations") as missing:
        read(survey(), asked)
    assert missing.value.where == "surveys/rosters/2025.csv"


def test_a_log_kept_twice_stops_the_reading() -> None:
    with pytest.raises(InputError, match="events is there twice"):
        read({**logs(event("e1")), "logs/events.xlsx": (EVENTS + event("e1")).encode()})


def test_the_longest_event_id_wins_and_ids_are_whole_words() -> None:
    files = {
        **logs(event("e1"), event("e1-b"), event("e12")),
        "inbox/events/e1-b lista.csv": PAPER.replace(b"e1", b"e1-b"),
        "inbox/events/e12_lista.csv": PAPER.replace(b"e1", b"e12"),
        "inbox/events/e1 (2).csv": PAPER,
    }

    assert set(table(read(files), "participations").rows["event_id"]) == {"e1", "e1-b", "e12"}


def test_a_list_of_an_event_that_is_not_logged_names_the_nearest() -> None:
    with pytest.raises(InputError, match="No event") as caught:
        read({**logs(event("2025-kahvit")), "inbox/events/2025-kahvi.csv": PAPER})
    assert "2025-kahvit" in str(caught.value.repair)
    with pytest.raises(InputError, match="No event"):
        read({"inbox/events/e1.csv": PAPER})


def test_a_list_of_an_event_of_another_period_stops_the_reading() -> None:
    with pytest.raises(InputError, match="not of this period"):
        read({**logs(event("e1", "2024-12-31")), "inbox/events/e1.csv": PAPER})


def test_a_corrected_list_replaces_the_earlier_one_and_that_is_said() -> None:
    files = {
        **logs(event("e1")),
        "inbox/events/e1_lista.csv": PAPER + b"e1;entr;;;;;\n",
        "inbox/events/e1_lista_korjattu.csv": PAPER + b"e1;proj;;;;;\ne1;proj;;;;;\n",
        "inbox/events/e1_lista_korjattu2.csv": PAPER,
    }

    inbox = read(files)

    assert list(table(inbox, "participations").rows["role"]) == ["entr"]
    remarks = [(one.code, one.count, one.detail) for one in table(inbox, "events").remarks]
    assert remarks == [("replaced", 2, "e1")]
    assert sorted(one.name for one in inbox.files if one.system == "replaced") == [
        "events/e1_lista.csv",
        "events/e1_lista_korjattu.csv",
    ]


def test_staff_and_speakers_are_told_apart_by_the_list_of_the_inbox() -> None:
    zoom = (
        b"Name (original name),Email,Total duration (minutes),Guest\n"
        b"Maija,MAIJA@example.org,50,Yes\nEino,,50,Yes\nAino,,50,Yes\n"
    )
    files = {**logs(event("e1")), "inbox/events/e1.csv": zoom}
    staff = {"inbox/staff.csv": b"email;name\nmaija@example.org;\n;Eino\n"}

    inbox = read(files | staff)

    assert list(table(inbox, "participations").rows["status"]) == ["host", "host", "attended"]
    assert "staff" in [one.system for one in inbox.files]
    assert not any("maija" in str(one.rows.to_dict()) for one in inbox.tables if one.kind != "participations")
    with pytest.raises(InputError, match="no list of staff"):
        read(files | {"inbox/staff.csv": b"mail;nimi\n"})


def test_one_downloaded_list_under_two_events_stops_the_reading() -> None:
    zoom = b"Name (original name),Email,Total duration (minutes),Guest\nMaija,,50,Yes\n"
    files = {"inbox/events/e1.csv": zoom, "inbox/events/e2.csv": zoom}
    with pytest.raises(InputError, match="for two events"):
        read({**logs(event("e1"), event("e2")), **files})


def test_events_of_the_period_without_their_list_are_remarked() -> None:
    events = (event("e1"), event("e2", kept="no"), event("e3", "2024-03-04"))

    (remark,) = table(read(logs(*events)), "events").remarks

    assert (remark.code, remark.count, remark.detail) == ("no_participant_file", 1, "e1")


def test_months_of_other_periods_are_left_out_and_said() -> None:
    analytics = table(read({"inbox/statistics/matomo_visits.json": VISITS}), "analytics")

    assert list(analytics.rows["month"]) == ["2025-01"]
    assert [(one.code, one.count) for one in analytics.remarks] == [("other_period", 1)]


def test_two_files_for_the_same_month_stop_the_reading() -> None:
    files = {"inbox/statistics/matomo_a.json": VISITS, "inbox/statistics/matomo_b.json": VISITS}
    with pytest.raises(InputError, match="Two files"):
        read(files)


def test_every_fault_says_what_to_do() -> None:
    for files in ({"inbox/x": b""}, {"inbox/events/e1.csv": PAPER}, {"logs/events.csv": b"a;b\n"}):
        with pytest.raises(EvallibError) as caught:
            read(files)
        assert {"problem", "where", "repair"} <= set(caught.value.parts())


def test_two_lists_of_an_event_that_differ_are_refused_unless_their_names_say_why() -> None:
    one, other = PAPER + b"e1;proj;;;;;\ne1;publ;;;;;\n", PAPER + b"e1;proj;;;;;\n"

    def rows(**files: bytes) -> int:
        named = {f"inbox/events/e1{name}.csv": data for name, data in files.items()}
        return len(table(read({**logs(event("e1")), **named}), "participations").rows)

    for name in ("_copy", " (2)", "_2025-03-04"):
        with pytest.raises(InputError, match="lists that differ") as caught:
            rows(**{"": one, name: other})
        assert all(way in str(caught.value.repair) for way in ("_corrected", "_1, _2", "e1+"))
    assert rows(**{"": one, "_again": one.replace(b"\n", b"\r\n")}) == 3
    assert rows(_1=one, _2=other) == 5
    (remark,) = table(
        read({**logs(event("e1")), "inbox/events/e1.csv": PAPER.splitlines(True)[0]}), "participations"
    ).remarks
    assert (remark.code, remark.detail) == ("nobody", "e1")
    assert rows(**{"": one, "_corrected": other}) == 2


def test_spoilt_letters_are_refused_where_they_are_no_answer_of_somebody() -> None:
    answered = ANSWERS.replace("Kiitos", "Hyvää Ã¤")
    assert len(table(read(survey(answers=answered)), "responses.q1").rows) == 1  # pasted by the respondent
    with pytest.raises(InputError, match="wrong encoding") as caught:
        read(survey(answers=ANSWERS.replace("Kiitos", "Hyvää – kiitos").encode().decode("cp1252")))
    assert str(caught.value.where) == "limesurvey/q1/responses.csv, row 2"
    names = event("e1").replace("Kahvit", "Hyvä kahvi") + event("e2").replace("Kahvit", "HyvÃ¤ kahvi")
    with pytest.raises(InputError, match="wrong encoding") as caught:
        read(logs(names))
    assert str(caught.value.where) == "logs/events.csv, row 3, column title_fi"


def test_two_events_at_one_time_with_the_same_people_are_remarked() -> None:
    head = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"

    def zoom(*names: str, day: str = "04.03.2025") -> bytes:
        rows = (f"{n},{n}@example.org,{day} 09:00:00,{day} 09:50:00,50,Yes\n" for n in names)
        return (head + "".join(rows)).encode()

    lists = {
        "inbox/events/e1_zoom.csv": zoom("ann", "bo", "cy"),
        "inbox/events/e2_zoom.csv": zoom("bo", "cy", "di", "ed"),
        "inbox/events/e3_zoom.csv": zoom("ann", "fia", "gun"),  # one person at both
        "inbox/events/e4_zoom.csv": zoom("ann", "bo", "cy", day="05.03.2025"),
    }
    log = logs(event("e1"), event("e2"), event("e3"), event("e4", "2025-03-05"))
    found = table(read(lists | log), "events").remarks
    assert [(one.code, one.count, one.detail) for one in found] == [("one_event", 2, "e1 e2")]


def test_events_one_after_the_other_with_the_same_people_are_not_one_event() -> None:
    head = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
    people = "".join(f"{n},{n}@example.org,04.03.2025 09:00:00,04.03.2025 09:50:00,50,Yes\n" for n in "abc")
    lists = {f"inbox/events/e{n}_zoom.csv": (head + people + "\n" * n).encode() for n in (1, 2, 3)}
    long = event("e2").replace("T09:00", "T09:30").replace("T10:00", "T12:00")
    last = event("e3").replace("T10:00", "T11:00").replace("T09:00", "T10:00")
    log = logs(event("e1"), long, last)
    found = table(read(lists | log), "events").remarks
    assert [one.detail for one in found if one.code == "one_event"] == ["e1 e2", "e2 e3"]


def test_memory_holds_no_more_than_some_files_at_once_and_the_result() -> None:
    """Sixty lists of half a megabyte, mostly a column that nothing is taken from."""
    rows = "".join(
        f"Maija {n},m{n}@example.org,03/04/2025 09:00:00 AM,03/04/2025 09:50:00 AM,50,{'x' * 10_000}\n"
        for n in range(50)
    )
    header = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
    held = [f"e{n}" for n in range(60)]
    log = logs(*(event(one) for one in held))
    seen = []

    def received(name: str) -> bytes:
        seen.append(name)
        return log.get(name) or (header + rows.replace("Maija", name)).encode()

    names = [*log, *(f"inbox/events/{one}_zoom.csv" for one in held)]
    tracemalloc.start()
    try:
        found = read(Contents(names, received))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(table(found, "participations").rows) == 60 * 50
    assert sorted(seen) == sorted(names)  # each read once
    assert peak < 20_000_000, peak  # of 30 megabytes
