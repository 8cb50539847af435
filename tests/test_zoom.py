"""Zoom's participant lists become one row a person."""

from __future__ import annotations

import pytest

from evallib.errors import InputError
from evallib.records import SourceTable
from evallib.sources.attendance import read_attendance
from evallib.sources.decode import read_sheet
from evallib.sources.listing import recognise

EVENT = {"event_id": "e1", "start": "2026-05-10T17:00", "end": "2026-05-10T18:00", "mode": "online"}
OLD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
NEW = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,"
    "Recording disclaimer response,In waiting room\n"
)
DAY = "05/10/2026"


def read(*contents: str) -> SourceTable:
    return read_attendance([(f"e1_{n}.csv", c.encode()) for n, c in enumerate(contents)], EVENT, (), 10)


def people(table: SourceTable) -> list[tuple[str, str, str]]:
    return list(table.rows[["name", "status", "minutes"]].itertuples(index=False, name=None))


def test_rejoins_of_an_older_list_are_united_not_added() -> None:
    content = OLD + (
        f"Maija,maija@example.org,{DAY} 05:00:00 PM,{DAY} 05:30:00 PM,30,Yes\n"
        f"Maija,maija@example.org,{DAY} 05:20:00 PM,{DAY} 05:50:00 PM,30,Yes\n"
        f"Eino,,{DAY} 05:00:00 PM,{DAY} 05:09:00 PM,9,Yes\n"
    )

    table = read(content)

    assert str(recognise(read_sheet(content.encode(), "e1.csv"))) == "zoom meeting, older, all rows"
    assert people(table) == [("Maija", "attended", "50"), ("Eino", "short", "9")]


def test_a_newer_list_with_a_byte_order_mark_is_read() -> None:
    content = "\ufeff" + NEW + f"Maija,,{DAY} 05:00:00 PM,{DAY} 05:50:30 PM,51,Yes,OK,No\n"

    table = read(content)

    assert table.files[0].variant == "meeting, newer, all rows"
    assert people(table) == [("Maija", "attended", "51")]


@pytest.mark.parametrize(
    ("header", "variant"),
    [
        ("Name (Original Name),User Email,Total Duration (Minutes),Guest", "meeting, older, unique"),
        ("Name (original name),Email,Total duration (minutes),Guest", "meeting, newer, unique"),
    ],
)
def test_a_list_of_unique_users_gives_minutes_as_written(header: str, variant: str) -> None:
    table = read(f"{header}\nMaija,maija@example.org,50,Yes\nEino,,9,Yes\n")

    assert table.files[0].variant == variant
    assert people(table) == [("Maija", "attended", "50"), ("Eino", "short", "9")]


@pytest.mark.parametrize("minutes", ["-5", "1 h", "9" * 400])
def test_minutes_that_nobody_can_have_stayed_are_refused(minutes: str) -> None:
    with pytest.raises(InputError, match="no number of minutes|not a number of minutes"):
        read(f"Name (original name),Email,Total duration (minutes),Guest\nMaija,,{minutes},Yes\n")


def test_two_lists_of_unique_users_of_a_restarted_meeting_are_added() -> None:
    header = "Name (original name),Email,Total duration (minutes),Guest\n"

    table = read(header + "Maija,maija@example.org,20,Yes\n", header + "Maija,maija@example.org,30,Yes\n")

    assert people(table) == [("Maija", "attended", "50")]


def test_the_block_on_top_names_the_host_and_the_day() -> None:
    block = (
        "Topic,ID,Host,Duration (minutes),Start time,End time,Participants\n"
        f"Kahvit,812 3456,Oma Väki (oma@example.org),60,{DAY} 05:00:00 PM,{DAY} 06:00:00 PM,2\n\n"
    )
    people_rows = (
        "Name (original name),Email,Total duration (minutes),Guest\n"
        "Oma Väki,oma@example.org,60,No\nMaija,,50,Yes\n"
    )

    assert people(read(block + people_rows)) == [("Oma Väki", "host", "60"), ("Maija", "attended", "50")]
    with pytest.raises(InputError, match="another day"):
        read(block.replace("05/10", "05/20") + people_rows)


def test_the_older_block_names_the_host_by_address() -> None:
    content = (
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
        f"812,Kahvit,{DAY} 05:00:00 PM,{DAY} 06:00:00 PM,oma@example.org,60,2\n\n"
        + OLD
        + f"Me,oma@example.org,{DAY} 05:00:00 PM,{DAY} 06:00:00 PM,60,No\n"
    )

    assert people(read(content)) == [("Me", "host", "60")]


WEBINAR_PERSON = (
    "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest\n"
)
WEBINAR = (
    "Attendee Report\nReport generated time,May 11, 2026 09:00:00\n"
    "Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),Unique Viewers,Total Users,\n"
    'Kahvit,812,"May 10, 2026 17:00:00",60,2,4,\n'
    "Host Details,,\n"
    + WEBINAR_PERSON
    + 'Yes,Oma Väki,oma@example.org,"May 10, 2026 17:00:00","May 10, 2026 18:00:00",60,No,\n'
    "Panelist Details\n"
    + WEBINAR_PERSON
    + 'Yes,Puhuja,puhuja@example.org,"May 10, 2026 17:00:00","May 10, 2026 18:00:00",60,No,\n'
    "Attendee Details\n"
    + WEBINAR_PERSON.replace("\n", ",Country/Region Name,\n")
    + (
        'Yes,Maija,maija@example.org,"May 10, 2026 17:00:00","May 10, 2026 17:20:00",20,Yes,Finland,\n'
        'Yes,Maija,maija@example.org,"May 10, 2026 17:30:00","May 10, 2026 17:50:00",20,Yes,Finland,\n'
        "No,Eino,eino@example.org,--,--,--,--,--,\n"
    )
)


def test_a_webinar_sets_hosts_and_panelists_apart_and_keeps_no_shows() -> None:
    table = read(WEBINAR)

    assert table.files[0].variant == "webinar"
    assert people(table) == [
        ("Oma Väki", "host", "60"),
        ("Puhuja", "host", "60"),
        ("Maija", "attended", "40"),
        ("Eino", "no-show", "0"),
    ]


def test_callers_of_a_webinar_count_and_its_other_sections_do_not() -> None:
    more = (
        "Other Attended\nUser Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n"
        '+358 40 *** 12,"May 10, 2026 17:00:00","May 10, 2026 17:20:00",20,Finland\n'
        "Poll Details\nQuestion,Answer\nHow was it?,Good\n"
    )

    assert people(read(WEBINAR + more))[4:] == [("+358 40 *** 12", "attended", "20")]


def test_the_same_unique_users_saved_twice_count_once_but_two_kinds_of_lists_stop_the_reading() -> None:
    rows = "Maija,,20,Yes\nEino,,30,Yes\nAino,,40,Yes\n"
    unique = "Name (original name),Email,Total duration (minutes),Guest\n" + rows

    table = read(unique, unique.replace("\n", "\r\n"))

    assert [minutes for _, _, minutes in people(table)] == ["20", "30", "40"]
    assert [one.code for one in table.remarks] == ["duplicate"]
    with pytest.raises(InputError, match="two kinds of lists"):
        read(unique, OLD + f"Maija,,{DAY} 05:00:00 PM,{DAY} 05:20:00 PM,20,Yes\n")


def test_a_webinar_that_breaks_off_within_a_row_stops_the_reading() -> None:
    with pytest.raises(InputError):
        read(WEBINAR[: WEBINAR.rindex('"May 10, 2026 17:50:00"')])
    with pytest.raises(InputError, match="breaks off"):
        read(WEBINAR[: WEBINAR.rindex(' 2026 17:50:00"')])


def test_a_webinar_that_breaks_off_between_rows_is_caught_by_its_own_summary() -> None:
    cut = WEBINAR[: WEBINAR.index("Yes,Maija")]
    with pytest.raises(InputError, match="more people attended"):
        read(cut.replace(",60,2,4,", ",60,3,4,"))


def test_a_list_that_stops_without_an_end_of_line_is_remarked() -> None:
    table = read(OLD + f"Maija,,{DAY} 05:00:00 PM,{DAY} 05:30:00 PM,30,Y")

    assert [one.code for one in table.remarks] == ["no_line_end"]


def test_dates_without_am_and_pm_and_a_day_over_12_are_read() -> None:
    content = NEW.replace(",Recording disclaimer response,In waiting room", "") + (
        "Maija,,10/05/2026 17:00,10/05/2026 17:45,45,Yes\n"
    )

    table = read(content)

    assert table.files[0].date_order == "day first"  # 10 May by the event log, not 5 October
    assert people(table) == [("Maija", "attended", "45")]


def test_leaving_before_coming_stops_the_reading() -> None:
    with pytest.raises(InputError, match="left before"):
        read(OLD + f"Maija,,{DAY} 05:30:00 PM,{DAY} 05:00:00 PM,30,Yes\n")


def test_an_unknown_answer_to_attended_stops_the_reading() -> None:
    with pytest.raises(InputError, match="not known"):
        read(WEBINAR.replace("No,Eino", "Maybe,Eino"))


def test_a_zero_byte_in_a_list_is_told_as_one_and_not_as_another_encoding() -> None:
    content = NEW + f"Ma\0ija,,{DAY} 05:00:00 PM,{DAY} 05:50:00 PM,50,Yes,OK,No\n"
    with pytest.raises(InputError, match="is not a text table") as raised:
        read(content)
    assert "U+0000" in str(raised.value.found)


def test_cells_of_e_mail_columns_that_hold_no_address_are_counted() -> None:
    times = f"{DAY} 05:00:00 PM,{DAY} 05:50:00 PM,50,Yes\n"
    table = read(OLD + f"Maija,maija@example.org,{times}Eino,eino at home,{times}Aino,,{times}")
    assert list(table.rows["email"]) == ["maija@example.org", "", ""]
    assert [(one.count, one.detail) for one in table.remarks if one.code == "no_address"] == [(1, "e1")]
