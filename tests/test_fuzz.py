"""Every reader of files, with damaged ones: a table, or a fault that says where; nothing else comes out."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import openpyxl
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_nightly import damaged

from evallib.codes import rules
from evallib.errors import InputError
from evallib.sources.attendance import read_attendance
from evallib.sources.limesurvey_participants import read_participants
from evallib.sources.logs import read_log, read_roster_table
from evallib.sources.statistics import read_matomo, read_newsletter

EVENT = {"event_id": "e1", "start": "2025-03-30T01:00", "end": "2025-03-30T05:00", "tz": "", "mode": "hybrid"}


def attendance(data: bytes) -> Any:
    return read_attendance([("e1_list.csv", data)], EVENT, ("read.ai",), 10).rows


BACKGROUND = "role;region;sector;under40;sex;lang"
TEAMS = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole"
FILES: dict[str, tuple[Callable[[bytes], Any], str]] = {
    "teams A": (
        attendance,
        "Full Name\tUser Action\tTimestamp\nMaija\tJoined\t3/30/2025, 1:00:00 AM\n"
        "Maija\tLeft\t3/30/2025, 4:30:00 AM\n",
    ),
    "teams D": (
        attendance,
        f"1. Summary\nAttended participants\t2\n\n2. Participants\n{TEAMS}\n"
        '"Meri, Maija"\t3/30/25, 1:01:00 AM\t3/30/25, 4:51:20 AM\t2h 50m 20s\tm@example.org\t\tAttendee\n'
        "Eino\t3/30/25, 1:01:00 AM\t3/30/25, 1:51:20 AM\t50m 20s\t\t\tOrganizer\n\n"
        "3. In-Meeting Activities\n",
    ),
    "zoom": (
        attendance,
        "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
        "Maija,m@example.org,03/30/2025 01:00:00 AM,03/30/2025 01:50:00 AM,50,Yes\n"
        "Eino,,03/30/2025 01:00:00 AM,03/30/2025 04:00:00 AM,120,Yes\n",
    ),
    "zoom webinar": (
        attendance,
        "Attendee Report\nReport generated time,x\nTopic,Webinar ID,Unique Viewers\nT,1,1\nAttendee Details\n"
        "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest\n"
        'Yes,Maija,m@example.org,"Mar 30, 2025 01:13:27","Mar 30, 2025 02:13:27",60,Yes,\n'
        "No,Eino,e@example.org,--,--,--,--\n",
    ),
    "pretix": (
        attendance,
        "Order code,Attendee name,Product,Checked in,Checked out,Email\n"
        "A,Maija,T,2025-03-30 01:10,,m@example.org\n"
        "B,Eino,T,2025-03-30 02:10,2025-03-30 04:10,e@example.org\n",
    ),
    "paper list": (attendance, f"event_id;{BACKGROUND}\ne1;entr;FI1D7;care;no;f;fi\ne1;;;;;;\n"),
    "pulled": (
        attendance,
        "Ticket,Attendee name,Email,Checked in,Checked out,Status\n"
        "A-1,Maija,m@example.org,2025-03-29 23:05:00Z,2025-03-30 01:05:00Z,attended\n"
        "A-2,Eino,,,,no-show\nA-3,Aino,a@example.org,,,cancelled\n",
    ),
    "Eventbrite": (
        attendance,
        "Order #,First Name,Last Name,Email,Quantity,Attendee Status\n"
        "1,Maija,Meri,m@example.org,1,Checked In\n2,Eino,Salo,e@example.org,1,Attending\n",
    ),
    "campaigns": (
        lambda data: read_newsletter(data, "newsletter.csv").rows,
        "Title,List,Send Date,Successful Deliveries,Unique Opens,Unique Clicks,Unsubscribes\n"
        'Kirje,Kaikki,"Mar 22, 2025 10:30 am","1,200",900,40,3\n',
    ),
    "unsubscribed": (
        lambda data: read_newsletter(data, "newsletter.csv").rows,
        "Email Address,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME\n"
        "m@example.org,2025-01-02 03:04:05,,2025-03-02 03:04:05\n",
    ),
    "sign-up": (attendance, f"email;{BACKGROUND}\nm@example.org;entr;FI1D7;care;no;f;fi\n"),
    "log": (
        lambda data: read_log("contents", data, "contents.csv").rows,
        ";".join(rule.column for rule in rules("contents"))
        + "\nc1;4.3.2025;case;Otsikko;fi;success;;;;;care+tour\n",
    ),
    "roster": (
        lambda data: read_roster_table(data, "2025.csv", "2025").rows,
        "organisation;name;sector;region;one_person\no01;Talo;care;FI1D7;no\n",
    ),
    "invited": (
        lambda data: read_participants(data, "participants.csv", "q2").rows,
        "tid,firstname,lastname,email,emailstatus,token,language,validfrom,validuntil,invited,reminded,"
        "remindercount,completed,usesleft,attribute_1 <sector>\n"
        "1,Maija,Meri,m@example.org,OK,abc,fi,,,N,N,0,N,1,care\n",
    ),
    "matomo": (
        lambda data: read_matomo(data, "matomo.json").rows,
        '{"2025-01": {"nb_visits": 12}, "2025-02": {"nb_visits": 3}}',
    ),
    "newsletter": (
        lambda data: read_newsletter(data, "newsletter.csv").rows,
        "month;list;subscribers;delivered;unique_clicks;unsubscribes\n2025-01;a;100;98;10;1\n",
    ),
}  # fmt: skip


def read_or_refused(read: Callable[[bytes], Any], data: bytes) -> None:
    try:
        read(data)
    except InputError as fault:
        assert {"where", "found", "expected", "repair"} & set(fault.parts()), fault.parts()


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_is_read_or_refused(kind: str) -> None:
    read, written = FILES[kind]
    assert len(read(written.encode())) or kind == "sign-up"

    @settings(max_examples=examples(200))
    @given(
        st.sampled_from(("utf-8", "utf-8-sig", "utf-16")).flatmap(lambda one: damaged(written.encode(one)))
    )
    def one(data: bytes) -> None:
        read_or_refused(read, data)

    one()


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1)),
    st.just(time(9, 30)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=9),
    st.sampled_from(
        ("=A1", "#REF!", "Maija", "m@example.org", "2025-03-30 01:10", "30.3.2025 1.10", "45746.05")
    ),
)


@settings(max_examples=examples(200))
@given(
    rows=st.lists(st.lists(VALUES, max_size=9), max_size=4),
    merged=st.sampled_from(("", "A1:B1", "C1:E2", "A2:A4")),
    second=st.sampled_from(("none", "empty", "hidden", "filled")),
)
def test_any_workbook_is_read_or_refused(rows: list[list[Any]], merged: str, second: str) -> None:
    """Numbers, dates, formulas, merged cells, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["Attendee name", "Email", "Checked in", "Checked out", "Product"], *rows]:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    if second != "none":
        other = book.create_sheet("more")
        other.append([] if second == "empty" else ["x"])
        other.sheet_state = "hidden" if second == "hidden" else "visible"
    stream = io.BytesIO()
    book.save(stream)
    read_or_refused(attendance, stream.getvalue())


def test_of_three_hundred_columns_only_the_mapped_ones_are_read_and_the_others_counted() -> None:
    header = [*(f"column {n}" for n in range(300)), "Attendee name", "Email", "Checked in", "Checked out"]
    row = [*"x" * 300, "Maija", "m@example.org", "2025-03-30 01:10", ""]
    table = read_attendance(
        [("e1.csv", "\r".join((";".join(header), ";".join(row))).encode())], EVENT, (), 10
    )

    assert list(table.rows["minutes"]) == ["170"]
    assert ("not_read", 300) in [(one.code, one.count) for one in table.remarks]


def test_a_workbook_that_unpacks_to_something_huge_is_refused_before_it_is_opened() -> None:
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * 40_000_000)
    with pytest.raises(InputError, match="unpacks to 40 megabytes"):
        attendance(stream.getvalue())
