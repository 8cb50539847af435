"""Every reader of files, with damaged ones: a table, or a fault that says where; nothing else comes out."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import cycle
from typing import Any

import openpyxl
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from small_frames import questionnaires
from test_nightly import damaged

from evallib.codes import rules
from evallib.errors import InputError, ServerError
from evallib.sources.attendance import read_attendance
from evallib.sources.limesurvey_participants import read_participants
from evallib.sources.logs import read_log, read_roster_table
from evallib.sources.lyyti_api import read_participants as read_lyyti
from evallib.sources.matomo_api import read_report
from evallib.sources.paper import choices, read_paper, sheet_rules, typed_columns
from evallib.sources.pretix_api import read_tickets
from evallib.sources.statistics import read_matomo, read_newsletter

Q1 = questionnaires()["q1"]
SHEET = [rule.column for rule in sheet_rules(Q1)]
REST = ";" * (len(SHEET) - 5)
CODE = next(choices(Q1, one) for one in typed_columns(Q1) if one.name == SHEET[4])[0]
EVENT = {"event_id": "e1", "start": "2025-03-30T01:00", "end": "2025-03-30T05:00", "tz": "", "mode": "hybrid"}


def attendance(data: bytes) -> Any:
    return read_attendance([("e1_list.csv", data)], EVENT, ("read.ai",), 10).rows


def typed(data: bytes, name: str = "paper.xlsx") -> Any:
    return read_paper(Q1, data, name, {"e1": EVENT}).rows


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
    "subscribed": (
        lambda data: read_newsletter(data, "newsletter_2025-03_subscribed.csv").rows,
        "Email Address,OPTIN_TIME,CONFIRM_TIME\nm@example.org,2025-01-02 03:04:05,2025-01-02 03:04:05\n",
    ),
    "paper forms": (
        lambda data: typed(data, "paper.csv"),
        f"{';'.join(SHEET)}\n1;e1;30.3.2025;fi;{CODE}{REST}\n2;e1;;;{CODE}{REST}\n",
    ),
    "matomo downloads": (
        lambda data: read_matomo(data, "matomo_downloads.json").rows,
        '{"2025-01": [{"label": "opas.pdf", "nb_hits": 3}], "2025-02": []}',
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

    @settings(max_examples=min(examples(200), 2000))
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


def workbook(rows: list[list[Any]], merged: str = "", second: str = "none", title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    if second != "none":
        other = book.create_sheet("more")
        other.append([] if second == "empty" else ["x"])
        other.sheet_state = "hidden" if second == "hidden" else "visible"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TICKETS = ["Attendee name", "Email", "Checked in", "Checked out", "Product"]
CONTENTS = [rule.column for rule in rules("contents")]
WORKBOOKS: dict[str, tuple[Callable[[bytes], Any], list[str]]] = {
    "attendance": (attendance, TICKETS),
    "paper forms": (typed, SHEET),
    "log": (lambda data: read_log("contents", data, "contents.xlsx").rows, CONTENTS),
}


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_any_workbook_is_read_or_refused(kind: str) -> None:
    """Numbers, dates, formulas, merged cells, a hidden sheet."""
    read, header = WORKBOOKS[kind]

    @settings(max_examples=min(examples(200), 2000))
    @given(
        rows=st.lists(st.lists(VALUES, max_size=9), max_size=4),
        merged=st.sampled_from(("", "A1:B1", "C1:E2", "A2:A4")),
        second=st.sampled_from(("none", "empty", "hidden", "filled")),
    )
    def one(rows: list[list[Any]], merged: str, second: str) -> None:
        read_or_refused(read, workbook([header, *rows], merged, second))

    one()


# ---- what the issue names, one by one

TEXTS = [kind for kind in FILES if "matomo" not in kind]


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("kind", FILES)
def test_utf16_without_a_mark_says_what_utf8_says(kind: str, coding: str) -> None:
    read, written = FILES[kind]
    if kind == "invited":  # LimeSurvey writes UTF-8 and nothing else
        with pytest.raises(InputError, match="not UTF-8"):
            read(written.encode(coding))
        return
    assert read(written.encode(coding)).equals(read(written.encode()))


@pytest.mark.parametrize("kind", TEXTS)
def test_mixed_ends_of_lines_say_what_one_kind_says(kind: str) -> None:
    read, written = FILES[kind]
    first, *lines = written.split("\n")
    mixed = first + "".join(end + line for end, line in zip(cycle(("\r\n", "\n")), lines, strict=False))
    assert read(mixed.encode()).equals(read(written.encode()))


@pytest.mark.parametrize("kind", FILES)
def test_a_nul_byte_is_named_with_its_place(kind: str) -> None:
    read, written = FILES[kind]
    at = len(written) - 4
    with pytest.raises(InputError) as raised:
        read((written[:at] + "\x00" + written[at:]).encode())
    told = str(raised.value.parts())
    assert "U+0000" in told or "position" in told, told


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["=A1", "m@example.org", "2025-03-30 01:10", "", "T"], "cell A2"),
        (["Maija", "m@example.org", 45746.05, "", "T"], "row 2"),
        (["Maija", "m@example.org", "3/4/2025 01:10", "", "T"], "day or the month"),
        (["Maija", "m@example.org", "2024-03-30 01:10", "", "T"], "another day"),
    ],
)
def test_a_cell_of_a_workbook_that_is_not_sure_is_named(row: list[Any], says: str) -> None:
    """A formula, a date as a number, an ambiguous date, somebody who came a year before the event."""
    event = {**EVENT, "start": "2025-03-30T01:00"}
    with pytest.raises(InputError) as raised:
        read_attendance([("e1.xlsx", workbook([TICKETS, row]))], event, (), 10)
    assert says in " ".join(map(str, raised.value.parts().values()))


def test_a_date_is_the_same_as_a_date_and_as_text() -> None:
    moments = (datetime(2025, 3, 30, 1, 10), "2025-03-30 01:10", "30.3.2025 1.10")
    found = [attendance(workbook([TICKETS, ["Maija", "m@example.org", one, "", "T"]])) for one in moments]
    assert [list(one["minutes"]) for one in found] == [["170"]] * 3


def test_merged_header_cells_leave_a_column_without_its_name() -> None:
    row = ["Maija", "m@example.org", "2025-03-30 01:10", "", "T"]
    with pytest.raises(InputError, match="no attendance list"):
        attendance(workbook([TICKETS, row], merged="B1:C1"))


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_values_on_a_hidden_sheet_are_no_part_that_is_left_out_unsaid(kind: str) -> None:
    read, header = WORKBOOKS[kind]
    with pytest.raises(InputError, match="more than one sheet"):
        read(workbook([header], second="hidden", title="Sheet"))


def test_macros_are_never_run_nor_a_reason_to_leave_rows_out() -> None:
    import zipfile

    stream = io.BytesIO(workbook([TICKETS, ["Maija", "m@example.org", "2025-03-30 01:10", "", "T"]]))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open()")
    assert list(attendance(stream.getvalue())["minutes"]) == ["170"]


# ---- answers of servers

CHECKIN = {"list": 1, "datetime": "2025-03-29T23:10:00Z", "type": "entry", "auto_checked_in": False}
POSITION = {"id": 1, "positionid": 1, "item": 1, "subevent": None, "addon_to": None, "canceled": False,
            "attendee_name": "Maija", "attendee_email": "m@example.org", "checkins": [CHECKIN]}  # fmt: skip
ORDER = {"code": "A", "status": "p", "testmode": False, "email": "o@example.org", "positions": [POSITION]}
DAYS = (date(2025, 3, 30), date(2025, 3, 30))


def pages(*entries: Any) -> dict[str, Any]:
    return {"count": len(entries), "next": None, "results": [*entries]}


def pretix(replies: dict[str, Any]) -> bytes:
    base = "organizers/hanke/events/open/"
    ask = lambda path: replies[path.removeprefix(base).partition("?")[0]]  # noqa: E731
    return read_tickets(ask, "hanke", "open", DAYS, datetime(2025, 3, 29, 23)).data


def lyyti(replies: dict[str, Any]) -> bytes:
    return read_lyyti(lambda path: replies[path.partition("?")[0]], "77", DAYS).data


def matomo(replies: dict[str, Any]) -> bytes:
    return read_report(lambda _: replies["report"], 1, "downloads", *DAYS).data


PERSON = {"uid": "u1", "firstname": "Maija", "lastname": "Meri", "email": "m@example.org", "lang": "fi",
          "status": "show", "is_avec": 0, "is_active": "1"}  # fmt: skip
SERVERS: dict[str, tuple[Callable[[dict[str, Any]], bytes], dict[str, Any], Callable[[bytes], Any]]] = {
    "pretix": (
        pretix,
        {"": {"date_from": "2025-03-30T01:00:00+02:00"}, "items/": pages({"id": 1, "admission": True}),
         "orders/": pages(ORDER, ORDER | {"code": "B"})},
        attendance,
    ),
    "Lyyti": (
        lyyti,
        {"events": {"results": [{"event_id": "77", "start_time_utc": "1743289200"}]},
         "participants/77": {"results": {"a": {"participants": [PERSON, PERSON | {"status": "noshow"}]}}}},
        attendance,
    ),
    "Matomo": (
        matomo,
        {"report": {"2025-01": [{"label": "opas.pdf", "nb_hits": 3}], "2025-02": []}},
        lambda data: read_matomo(data, "matomo_downloads.json").rows,
    ),
}  # fmt: skip
ODD = st.sampled_from(
    (None, "", "x", 0, -1, 1.5, 10**30, "9" * 30, True, [], {}, [None], {"": {}}, "0001-01-01T00:00:00+14:00")
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of an answer."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*at, key)
        yield from places(part, (*at, key))


@st.composite
def altered(draw: st.DrawFn, replies: dict[str, Any]) -> dict[str, Any]:
    """Answers of which some parts are other than they should be, or gone."""
    found = copy.deepcopy(replies)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([one for one in places(found) if len(one) > 1]))
        part = found
        for key in way:
            part = part[key]
        if draw(st.booleans()):
            part[last] = copy.deepcopy(draw(ODD))
        else:
            del part[last]
        if not any(len(one) > 1 for one in places(found)):
            break
    return found


@pytest.mark.parametrize("system", SERVERS)
def test_an_answer_of_a_server_is_read_or_refused(system: str) -> None:
    fetch, replies, read = SERVERS[system]
    assert len(read(fetch(replies)))

    @settings(max_examples=min(examples(200), 2000))
    @given(altered(replies))
    def one(answer: dict[str, Any]) -> None:
        try:
            data = fetch(answer)
        except ServerError as fault:
            assert {"where", "found", "expected", "repair"} & set(fault.parts()), fault.parts()
            return
        except InputError:
            return
        read_or_refused(read, data)

    one()


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
