"""Teams lists of every variant become one row a person."""

from __future__ import annotations

import codecs

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.errors import InputError
from evallib.records import SourceTable
from evallib.sources.attendance import FIELDS, read_attendance
from evallib.sources.clock import seconds_of, written
from evallib.sources.decode import read_sheet
from evallib.sources.listing import recognise

EVENT = {
    "event_id": "e1",
    "start": "2025-11-26T16:00",
    "end": "2025-11-26T17:00",
    "mode": "online",
}
HEADER = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole"
NARROW = "\N{NARROW NO-BREAK SPACE}"


def read(*contents: str | bytes, event: dict[str, str] = EVENT, bots: tuple[str, ...] = ()) -> SourceTable:
    files = [(f"e1_{n}.csv", c.encode() if isinstance(c, str) else c) for n, c in enumerate(contents)]
    return read_attendance(files, event, bots, 10)


def people(table: SourceTable) -> list[tuple[str, str, str]]:
    return list(table.rows[["name", "status", "minutes"]].itertuples(index=False, name=None))


def sections(*rows: str, header: str = HEADER, top: str = "") -> str:
    third = (
        "3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\nMaija\t1\t2\t3\t4\t5\n"
    )
    return (
        "1. Summary\nMeeting title\tKahvit, osa 1\n"
        + top
        + "\n2. Participants\n"
        + "\n".join((header, *rows, "", third))
    )


def person(name: str, joined: str, left: str, stay: str, email: str = "", role: str = "Attendee") -> str:
    return f"{name}\t11/26/25, {joined}\t11/26/25, {left}\t{stay}\t{email}\t\t{role}"


MAIJA = person("Maija Meri", "4:01:00 PM", "4:51:20 PM", "50m 20s", "maija@example.org")


def test_the_report_of_2025_is_read_in_utf16_with_a_narrow_space_before_pm() -> None:
    content = sections(MAIJA.replace(" PM", f"{NARROW}PM"), top="Attended participants\t1\n")
    data = codecs.BOM_UTF16_LE + content.replace("\n", "\r\n").encode("utf-16-le")

    table = read(data)

    assert str(recognise(read_sheet(data, "e1.csv"))) == "teams D"
    assert list(table.rows.columns) == list(FIELDS)
    assert people(table) == [("Maija Meri", "attended", "50")]
    assert table.files[0].encoding == "UTF-16"
    assert table.files[0].date_order == "month first"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_a_report_without_byte_order_mark_is_read_by_its_zero_bytes(encoding: str) -> None:
    assert people(read(sections(MAIJA).encode(encoding))) == [("Maija Meri", "attended", "50")]


def test_the_in_meeting_list_counts_from_joined_to_left_and_open_ends_to_the_end_of_the_event() -> None:
    rows = [
        "Full Name\tUser Action\tTimestamp",
        "Maija Meri\tJoined\t11/26/2025, 4:00:00 PM",
        "Maija Meri\tLeft\t11/26/2025, 4:20:00 PM",
        "Maija Meri\tJoined\t11/26/2025, 4:30:00 PM",
        "Maija Meri\tLeft\t11/26/2025, 4:50:00 PM",
        "Eino Suo\tJoined\t11/26/2025, 4:15:00 PM",
    ]

    table = read("\n".join([*rows, ""]))

    assert people(table) == [("Maija Meri", "attended", "40"), ("Eino Suo", "attended", "45")]
    assert [(one.code, one.count) for one in table.remarks] == [("no_leave", 1)]


def test_two_devices_in_the_in_meeting_list_are_one_stay() -> None:
    rows = ["Full Name\tUser Action\tTimestamp"]
    for action, time in (("Joined", "4:00"), ("Joined", "4:10"), ("Left", "4:30"), ("Left", "4:40")):
        rows.append(f"Maija Meri\t{action}\t11/26/2025, {time}:00 PM")

    assert people(read("\n".join(rows))) == [("Maija Meri", "attended", "40")]


def test_the_first_report_has_a_row_a_join_and_overlaps_count_once() -> None:
    content = (
        "Meeting Summary\nTotal Number of Participants\t1\nMeeting Title\tKahvit\n\n"
        "Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\n"
        "Maija\t11/26/2025, 4:00:00 PM\t11/26/2025, 4:30:00 PM\t30m\tmaija@example.org\tAttendee\t\n"
        "Maija\t11/26/2025, 4:20:00 PM\t11/26/2025, 4:40:00 PM\t20m\tMaija@Example.org\tAttendee\t\n"
    )

    table = read(content)

    assert table.files[0].variant == "B"
    assert people(table) == [("Maija", "attended", "40")]


def test_the_report_of_2022_has_the_day_first_and_small_letters() -> None:
    header = "Name\tFirst join\tLast leave\tIn-meeting duration\tEmail\tParticipant ID (UPN)\tRole"
    row = "Maija\t26/11/25, 16:00:00\t26/11/25, 17:00:00\t1h 0m 2s\tmaija@example.org\t\tAttendee"

    table = read(codecs.BOM_UTF16_BE + sections(row, header=header).encode("utf-16-be"))

    assert (table.files[0].variant, table.files[0].date_order) == ("C", "day first")
    assert people(table) == [("Maija", "attended", "60")]


def test_engagement_columns_and_dates_split_in_two_cells_are_read() -> None:
    header = HEADER + "\tEngagement: Camera On\tEngagement: Unmute"
    row = MAIJA.replace("/25, ", "/25\t") + "\t1\t2"

    table = read(sections(row, header=header))

    assert table.files[0].variant == "E"
    assert people(table) == [("Maija Meri", "attended", "50")]


def test_the_registration_address_comes_before_the_address_of_the_account() -> None:
    row = MAIJA + "\tm.meri@example.fi"

    table = read(sections(row, header=HEADER + "\tRegistration Email"))

    assert table.files[0].variant == "F"
    assert list(table.rows["email"]) == ["m.meri@example.fi"]


def test_a_report_saved_again_with_commas_is_read() -> None:
    content = sections(MAIJA).replace(", 4:", "| 4:").replace("Kahvit, osa 1", "Kahvit")
    content = content.replace("\t", ",").replace("11/26/25| 4:01:00 PM", '"11/26/25, 4:01:00 PM"')
    content = content.replace("11/26/25| 4:51:20 PM", '"11/26/25, 4:51:20 PM"')

    assert people(read(content)) == [("Maija Meri", "attended", "50")]


def test_a_finnish_report_is_read_by_what_stands_in_its_columns() -> None:
    content = (
        "1. Yhteenveto\nKokouksen otsikko\tKahvit\n\n2. Osallistujat\n"
        "Nimi\tEnsimmäinen liittyminen\tViimeinen poistuminen\tKesto\tSähköposti\tTunnus\tRooli\n"
        "Maija\t26.11.2025 16.01.00\t26.11.2025 16.31.00\t30 min 0 s\tmaija@example.org\t\tOsallistuja\n"
        "Oma Väki\t26.11.2025 16.00.00\t26.11.2025 17.00.00\t1 t\toma@example.org\t\tJärjestäjä\n"
    )

    table = read(content)

    assert table.files[0].variant == "H"
    assert people(table) == [("Maija", "attended", "30"), ("Oma Väki", "host", "60")]
    assert list(table.rows["email"]) == ["maija@example.org", "oma@example.org"]
    counted = content.replace("\tKahvit\n", "\t2025\nOsallistujia\t3\n")
    with pytest.raises(InputError, match="more people attended"):
        read(counted)
    assert len(read(counted.replace("\t3\n", "\t2\n")).rows) == 2


def test_hosts_bots_and_short_visits_are_set_apart_and_a_notice_is_cut_from_names() -> None:
    content = sections(
        person('"Meri, Maija (Guest) (External)"', "4:00:00 PM", "4:10:00 PM", "10m"),
        person("Eino Suo", "4:00:00 PM", "4:09:59 PM", "9m 59s", "eino@example.org"),
        person("Oma Väki", "4:00:00 PM", "5:00:00 PM", "1h", "oma@example.org", "Organizer"),
        person("Toinen Oma", "4:00:00 PM", "5:00:00 PM", "1h", "toinen@example.org", "Presenter"),
        person("read.ai meeting notes", "4:00:00 PM", "5:00:00 PM", "1h"),
        person("+358 40 *** 12", "4:00:00 PM", "4:30:29 PM", "30m 29s"),
    )

    table = read(content, bots=("Read.AI",))

    assert people(table) == [
        ("Meri, Maija", "attended", "10"),
        ("Eino Suo", "short", "10"),
        ("Oma Väki", "host", "60"),
        ("Toinen Oma", "host", "60"),
        ("read.ai meeting notes", "bot", "60"),
        ("+358 40 *** 12", "attended", "30"),
    ]
    assert {one.code: one.count for one in table.remarks} == {"bot": 1, "host": 2, "short": 1}


def test_a_restarted_meeting_is_united_and_the_same_file_twice_counts_once() -> None:
    again = sections(person("Maija Meri", "4:55:00 PM", "5:05:00 PM", "10m", "MAIJA@example.org"))

    table = read(sections(MAIJA), again, sections(MAIJA))

    assert people(table) == [("Maija Meri", "attended", "60")]
    assert list(table.rows["source_file"]) == ["e1_0.csv+e1_1.csv"]
    assert [(one.code, one.count) for one in table.remarks] == [("duplicate", 1)]


def test_people_without_address_are_told_apart_by_name_whatever_its_case() -> None:
    content = sections(
        person("MAIJA  MERI", "4:00:00 PM", "4:20:00 PM", "20m"),
        person("Maija Meri", "4:30:00 PM", "4:40:00 PM", "10m"),
        person("Eino Suo", "4:30:00 PM", "4:40:00 PM", "10m"),
    )

    assert people(read(content)) == [("MAIJA MERI", "attended", "30"), ("Eino Suo", "attended", "10")]


def test_a_duration_longer_than_the_time_from_join_to_leave_counts_only_that_time() -> None:
    twice = person("Maija", "4:00:00 PM", "4:30:00 PM", "1h", "maija@example.org")

    assert people(read(sections(twice))) == [("Maija", "attended", "30")]


@pytest.mark.parametrize(
    ("day", "order"),
    [("2025-03-04", "month first"), ("2025-04-03", "day first"), ("2025-04-04", "day first")],
)
def test_dates_that_could_be_either_are_decided_by_the_event_log(day: str, order: str) -> None:
    date = "04/04/25" if day == "2025-04-04" else "03/04/25"
    event = EVENT | {"start": f"{day}T16:00", "end": f"{day}T17:00"}

    table = read(sections(MAIJA.replace("11/26/25", date)), event=event)

    assert table.files[0].date_order == order


def test_dates_that_fit_the_event_neither_way_stop_the_reading() -> None:
    with pytest.raises(InputError, match="day or the month"):
        read(sections(MAIJA.replace("11/26/25", "03/04/25")))


def test_dates_in_two_orders_in_one_file_stop_the_reading() -> None:
    with pytest.raises(InputError, match="contradict"):
        read(sections(MAIJA, MAIJA.replace("11/26/25", "26/11/25")))


def test_a_list_of_another_day_stops_the_reading_but_the_day_after_does_not() -> None:
    assert len(read(sections(MAIJA.replace("11/26", "11/27"))).rows) == 1
    with pytest.raises(InputError, match="another day") as caught:
        read(sections(MAIJA.replace("11/26", "11/28")))
    assert str(caught.value.found) == "2025-11-28"


def test_a_list_that_breaks_off_within_a_row_stops_the_reading() -> None:
    whole = sections(MAIJA, MAIJA)
    with pytest.raises(InputError, match="number of cells") as caught:
        read(whole[: whole.rindex("\tmaija@")])
    assert "row 7" in str(caught.value.where)


def test_a_list_that_breaks_off_after_a_row_is_caught_by_its_own_summary() -> None:
    with pytest.raises(InputError, match="more people attended"):
        read(sections(MAIJA, top="Attended participants\t2\n"))


def test_half_a_utf16_character_stops_the_reading() -> None:
    with pytest.raises(InputError, match="can't be read as text"):
        read(codecs.BOM_UTF16_LE + sections(MAIJA).encode("utf-16-le")[:-1])


def test_a_live_event_counts_in_utc_and_sets_its_producer_apart() -> None:
    content = (
        "Session Id,Participant Id,Full Name,UserAgent,UTC Event Timestamp,Action,Role\n"
        "1,a,Maija Meri,x,11/26/2025 14:00:00,Joined,Attendee\n"
        "1,b,Elli,x,11/26/2025 14:00:00,Joined,Producer\n"
        "1,a,Maija Meri,x,11/26/2025 14:45:00,Left,Attendee\n1,b,Elli,x,11/26/2025 15:00:00,Left,Producer\n"
    )

    table = read(content)

    assert str(recognise(read_sheet(content.encode(), "e1.csv"))) == "teams G"
    assert people(table) == [("Maija Meri", "attended", "45"), ("Elli", "host", "60")]


def test_an_in_meeting_list_over_the_night_when_an_hour_comes_twice_is_counted_in_real_time() -> None:
    rows = ("26.10.2025 2.50.00", "26.10.2025 3.40.00", "26.10.2025 3.10.00", "26.10.2025 4.10.00")
    actions = "".join(
        f"Maija\t{way}\t{when}\n" for way, when in zip(("Joined", "Left") * 2, rows, strict=True)
    )
    night = EVENT | {"start": "2025-10-26T02:00", "end": "2025-10-26T05:00"}

    table = read("Full Name\tUser Action\tTimestamp\n" + actions, event=night)

    assert people(table) == [("Maija", "attended", "110")]  # 50 minutes, then an hour from the second 3.10


def test_an_unknown_role_stops_the_reading_and_says_where() -> None:
    with pytest.raises(InputError, match="'Beheerder'") as caught:
        read(sections(MAIJA.replace("Attendee", "Beheerder")))
    assert "row 6" in str(caught.value.where)


def test_an_unknown_file_names_its_columns_and_the_nearest_list() -> None:
    with pytest.raises(InputError, match="no attendance list") as caught:
        recognise(read_sheet(b"Full Name,Join,Leave Time,Duration,Email,Role\nx,1,2,3,4,5\n", "e1.csv"))
    assert "Full Name, Join" in str(caught.value.found)
    assert "Teams B" in str(caught.value.repair)


def test_lists_of_two_systems_stop_the_reading() -> None:
    zoom = "Name (original name),Email,Total duration (minutes),Guest\nMaija,maija@example.org,50,Yes\n"
    with pytest.raises(InputError, match="two systems"):
        read(sections(MAIJA), zoom)


def test_a_hybrid_event_has_a_paper_list_beside_the_online_list() -> None:
    paper = "event_id;role;region;sector;under40;sex;lang\ne1;entr;FI1D7;care;no;f;fi\n"

    table = read(sections(MAIJA), paper, event=EVENT | {"mode": "hybrid"})

    assert list(table.rows["minutes"]) == ["50", "60"]
    with pytest.raises(InputError, match="two systems"):
        read(sections(MAIJA), paper)


def test_the_sign_up_form_gives_the_background_by_address() -> None:
    signed = "email;role;region;sector;under40;sex;lang\nMAIJA@example.org;entr;FI1D7;care;yes;f;sv\n"

    row = read(sections(MAIJA, person("Eino", "4:00:00 PM", "4:30:00 PM", "30m")), signed).rows

    background = row[["role", "region", "sector", "under40", "sex", "lang"]].to_numpy().tolist()
    assert background == [["entr", "FI1D7", "care", "yes", "f", "sv"], [""] * 6]


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("1h 2m 10s", 3730), ("29m 22s", 1762), ("1 godz. 5 min 3 sek.", 3903), ("2 t 5 min", 7500),
     ("01:02:10", 3730), ("45s", 45)],
)  # fmt: skip
def test_durations_are_read_in_several_languages(cell: str, seconds: int) -> None:
    assert seconds_of(cell, "") == seconds


@pytest.mark.parametrize("cell", ["", "soon", "3 parsecs", "1h and a bit", "12", f"{10**400}m"])
def test_what_is_no_duration_is_refused(cell: str) -> None:
    with pytest.raises(InputError):
        seconds_of(cell, "")


@pytest.mark.parametrize(
    ("cell", "moment"),
    [("11/26/25, 12:05:00 AM", "2025-11-26T00:05:00"), ("11/26/25, 12:05:00 PM", "2025-11-26T12:05:00"),
     ("26.11.2025 klo 7.05", "2025-11-26T07:05:00"), ("2025-11-26 07:05:01", "2025-11-26T07:05:01"),
     ("Nov 26, 2025 19:13:27", "2025-11-26T19:13:27")],
)  # fmt: skip
def test_moments_are_read_as_systems_write_them(cell: str, moment: str) -> None:
    assert written(cell, "").moment("month first").isoformat() == moment


@pytest.mark.parametrize("cell", ["26.11.2025", "11/26/25, 13:00 PM", "11/26/25, 24:00", "x"])
def test_what_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(InputError):
        written(cell, "")


@settings(max_examples=examples(50))
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda words: sections(MAIJA, words).encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        table = read(data)
    except InputError as fault:
        assert str(fault)
    else:
        assert set(table.rows["status"]) <= {"attended", "short", "host", "bot", "no-show"}


@settings(max_examples=examples(50))
@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), min_size=1, max_size=6))
def test_the_union_of_stays_equals_the_seconds_in_which_somebody_was_inside(
    spans: list[tuple[int, int]],
) -> None:
    spans = [(min(pair), max(pair)) for pair in spans]
    rows = [
        person("M", f"4:{a:02d}:00 PM", f"4:{b:02d}:00 PM", f"{b - a}m", "m@example.org") for a, b in spans
    ]
    inside = {minute for a, b in spans for minute in range(a, b)}

    assert people(read(sections(*rows)))[0][2] == str(len(inside))


def test_cells_of_e_mail_columns_that_hold_no_address_are_counted() -> None:
    rows = (
        MAIJA,
        person("Eino Suo", "4:01:00 PM", "4:51:20 PM", "50m 20s", "eino(at)example.org"),
        person("Aino Aho", "4:01:00 PM", "4:51:20 PM", "50m 20s"),
    )
    table = read(sections(*rows))
    assert list(table.rows["email"]) == ["maija@example.org", "", ""]
    assert [(one.count, one.detail) for one in table.remarks if one.code == "no_address"] == [(1, "e1")]
    assert "no_address" not in [one.code for one in read(sections(MAIJA)).remarks]


def test_of_rejoins_the_time_inside_is_at_most_the_time_from_join_to_leave() -> None:
    rows = (
        person("Maija Meri", "4:01:00 PM", "4:02:00 PM", "30m 0s", "maija@example.org"),
        person("Maija Meri", "4:02:00 PM", "4:51:00 PM", "20m 0s", "maija@example.org"),
    )
    assert list(read(sections(*rows)).rows["minutes"]) == ["21"]
