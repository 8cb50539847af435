"""Lists read by whole columns say exactly what the same lists say row by row."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.errors import InputError
from evallib.sources.attendance import attendance_of
from evallib.sources.decode import read_sheet
from evallib.sources.event_files import read_event_files
from evallib.sources.moments import NO_MOMENT, moment_of, moments_of_lists
from evallib.sources.persons import Rule
from evallib.sources.plain import PlainLists
from evallib.sources.stays import bare_and_folded, bare_and_folded_addresses, bare_name, folded
from evallib.sources.together import attendances

TEAMS = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole"
ZOOM = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest"
WEBINAR = "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest"
DAYS = ("2026-05-12", "2026-03-29", "2025-10-26", "2026-05-05")  # two of them are nights of clocks

people = st.lists(
    st.tuples(
        st.sampled_from(("Maija Meri", "maija  meri", "Eino (Guest)", "Äiti Ö", "read.ai bot", "")),
        st.sampled_from(("m@example.org", "M@example.org", "e@example.org", "", "ei osoitetta")),
        st.integers(0, 7200),
        st.integers(0, 5000),
        st.sampled_from(("Attendee", "Attendee", "Attendee", "Organizer", "Presenter")),
    ),
    min_size=1,
    max_size=8,
)


def american(moment: datetime) -> str:
    half = "PM" if moment.hour > 11 else "AM"
    return f"{moment.month}/{moment.day}/{moment:%y}, {moment.hour % 12 or 12}:{moment:%M:%S} {half}"


def teams_list(start: datetime, rows: list[Any]) -> str:
    lines = [
        f"{name}\t{american(start + timedelta(seconds=after))}\t"
        f"{american(start + timedelta(seconds=after + long))}\t{long // 60}m {long % 60}s\t{email}\t\t{role}"
        for name, email, after, long, role in rows
    ]
    return "\n".join(("1. Summary", "", "2. Participants", TEAMS, *lines, "", "3. Activities", ""))


def zoom_list(start: datetime, rows: list[Any]) -> str:
    lines = [
        f"{name},{email},{start + timedelta(seconds=after):%m/%d/%Y %I:%M:%S %p},"
        f"{start + timedelta(seconds=after + long):%m/%d/%Y %I:%M:%S %p},{long // 60},Yes"
        for name, email, after, long, _ in rows
    ]
    return "\n".join((ZOOM, *lines, ""))


def webinar(start: datetime, rows: list[Any]) -> str:
    def line(name: str, email: str, after: int, long: int, role: str) -> str:
        if role == "Organizer":
            return f"No,{name},{email},--,--,--,--"
        left = start + timedelta(seconds=after + long)
        return f'Yes,{name},{email},"{start + timedelta(seconds=after):%b %d, %Y %H:%M:%S}",' \
            f'"{left:%b %d, %Y %H:%M:%S}",{long // 60},Yes,'  # fmt: skip

    hosts = [line(*one) for one in rows if one[4] == "Presenter"]
    others = [line(*one) for one in rows if one[4] != "Presenter"]
    panel = ("Panelist Details", WEBINAR, *hosts) if hosts else ()
    return "\n".join(("Attendee Report", *panel, "Attendee Details", WEBINAR, *others, ""))


def pretix(start: datetime, rows: list[Any]) -> str:
    lines = [
        f"A,{name},T,{'' if role == 'Organizer' else start + timedelta(seconds=after)},,{email}"
        for name, email, after, _, role in rows
    ]
    return "\n".join(("Order code,Attendee name,Product,Checked in,Checked out,Email", *lines, ""))


def paper(start: datetime, rows: list[Any]) -> str:
    lines = [f"e1;{'entr' if after % 2 else ''};FI1D7;care;no;f;fi" for _, _, after, _, _ in rows]
    return "\n".join(("event_id;role;region;sector;under40;sex;lang", *lines, ""))


MAKERS = (teams_list, zoom_list, webinar, pretix, paper)
lists = st.lists(
    st.tuples(st.sampled_from(MAKERS), st.sampled_from(DAYS), st.integers(0, 5), people),
    min_size=1,
    max_size=4,
)
STAFF = {"staff.csv": "email;name\ne@example.org;\n;Äiti Ö\n".encode()}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_many_lists_at_once_say_what_each_says_row_by_row(ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    @settings(max_examples=examples(200))
    @given(lists, st.sampled_from(({}, STAFF)), st.sampled_from(("utf-8", "utf-16")))
    def same(made: list[Any], staff: dict[str, bytes], coding: str) -> None:
        log, files = {}, {}
        for number, (make, day, hour, rows) in enumerate(made):
            event = {"event_id": f"e{number}", "start": f"{day}T0{hour}:00", "end": f"{day}T09:00", "tz": "",
                     "mode": "online", "participant_file": "yes"}  # fmt: skip
            start = datetime.fromisoformat(event["start"])
            content = make(start, rows).replace("e1;", f"e{number};").replace("\n", ends)
            log[event["event_id"]] = event
            files[f"events/e{number}_x.csv"] = content.encode(coding)

        def read() -> Any:
            period = (date(2025, 1, 1), date(2026, 12, 31))
            try:
                found = read_event_files(files, staff, log, period, ("read.ai",), 10, ())
            except InputError as fault:
                return str(fault.parts())
            assert found.table is not None
            return found.table.rows.to_dict("list"), found.table.remarks, found.table.files, found.remarks

        with monkeypatch.context() as patch:
            patch.setattr("evallib.sources.event_files.attendance_of", watched)
            together = read()
        with monkeypatch.context() as patch:
            patch.setattr(PlainLists, "plain", lambda *_: None)
            assert read() == together
        taken.append(len(made) - len(by_rows))
        by_rows.clear()

    by_rows: list[Any] = []

    def watched(*given: Any, **more: Any) -> Any:
        by_rows.append(given)
        return attendance_of(*given, **more)

    same()
    assert sum(taken) > 100  # or the test would compare the same way with itself


def test_a_list_in_doubt_is_read_by_rows_and_the_others_of_its_form_together() -> None:
    lists = PlainLists(())
    event = {"event_id": "e1", "start": "2026-05-12T13:00", "end": "2026-05-12T14:00", "tz": ""}
    good = zoom_list(datetime(2026, 5, 12, 13), [("Maija", "m@example.org", 60, 900, "")])
    late = good.replace("05/12/2026", "06/13/2026")
    lone = [
        lists.plain(f"{n}.csv", text.encode(), event | {"event_id": n})
        for n, text in (("e1", good), ("e2", late))
    ]
    assert all(lone)
    assert [*attendances([one for one in lone if one], Rule((), 10))] == ["e1"]


@pytest.mark.parametrize(
    "row",
    [
        'Maija "M" Meri,m@example.org,05/12/2026 01:00:00 PM,05/12/2026 01:30:00 PM,30,Yes',
        '"Maija ""M""",m@example.org,05/12/2026 01:00:00 PM,05/12/2026 01:30:00 PM,30,Yes',
        '"Maija\nMeri",m@example.org,05/12/2026 01:00:00 PM,05/12/2026 01:30:00 PM,30,Yes',
        "Maija,m@example.org,05/12/2026 01:00:00 PM,05/12/2026 01:30:00 PM,30",
        "Maija,m@example.org,05/12/2026 01:00:00 PM,05/12/2026 01:30:00 PM,30,Yes,more",
    ],
)
def test_a_row_with_a_quote_or_of_another_width_is_not_plain(row: str) -> None:
    event = {"event_id": "e1", "start": "2026-05-12T13:00", "end": "2026-05-12T14:00", "tz": ""}
    usual = "Eino,,05/12/2026 01:00:00 PM,05/12/2026 01:30:00 PM,30,Yes\n"
    assert PlainLists(()).plain("e1.csv", f"{ZOOM}\n{usual * 3}".encode(), event)
    assert PlainLists(()).plain("e1.csv", f"{ZOOM}\n{usual * 3}{row}\n{usual}".encode(), event) is None


def test_a_comma_inside_quotes_stays_in_its_cell() -> None:
    event = {"event_id": "e1", "start": "2026-05-12T13:00", "end": "2026-05-12T14:00", "tz": ""}
    rows = '"Meri, Maija",m@example.org,05/12/2026 01:00:00 PM,05/12/2026 01:30:00 PM,30,Yes\n'
    found = PlainLists(()).plain("e1.csv", f"{ZOOM}\n{rows}".encode(), event)
    assert found and [*found.people.names] == ["Meri, Maija"]


@settings(max_examples=examples(200))
@given(st.text(alphabet="abÄ ;\t,\r\n\xa0\x85\u2028", min_size=1).filter(str.strip))
def test_a_table_without_quotes_has_the_cells_that_csv_reader_gives(content: str) -> None:
    sheet = read_sheet(content.encode(), "e1.csv")
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=sheet.delimiter, strict=True)
    stripped = [[cell.strip() for cell in row] for row in rows]
    assert sheet.rows == [row if any(row) else [] for row in stripped]


def in_utc(cells: list[str], order: str = "month first") -> tuple[list[int], str | None]:
    days = (date(2026, 5, 12), date(2026, 5, 12))
    (found,), (told,) = moments_of_lists([["\n".join(cells)]], [len(cells)], [days], [ZoneInfo("UTC")], order)
    return found.tolist(), told


@pytest.mark.parametrize("written", ["%-m/%-d/%y, %-I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M"])
def test_clocks_by_their_signs_are_the_moments_written(written: str) -> None:
    midnight = datetime(2026, 5, 12)
    moments = [midnight + timedelta(minutes=one, seconds=one % 60) for one in range(24 * 60)]
    found, _ = in_utc([moment.strftime(written) for moment in moments])
    told = [moment.replace(second=moment.second if "%S" in written else 0) for moment in moments]
    assert [moment_of(one) for one in found] == told


@pytest.mark.parametrize(
    "clock", ["13:05:00 PM", "0:05:00 AM", "24:00:00", "12:60:00", "12:05:60", "1:5:09 PM", "", "1:05:09 XM",
              "12:05", "1:05:09 PM Z"]
)  # fmt: skip
def test_a_clock_that_does_not_exist_is_left_to_the_reading_by_rows(clock: str) -> None:
    cells = ["5/12/26, 1:05:00 PM" if clock.endswith("M") else "5/12/26, 13:05:00", f"5/12/26, {clock}"]
    found, order = in_utc(cells)
    assert (found[1], order) == (NO_MOMENT, None)


def test_a_list_over_several_days_and_with_empty_cells_is_read_by_its_days() -> None:
    found, order = in_utc(["5/12/26, 11:59:00 PM", "", "5/13/26, 0:01:00 AM", "5/13/26, 12:01:00 AM"])
    assert order is None  # 0:01 AM
    found, order = in_utc(["5/12/26, 11:59:00 PM", "", "5/13/26, 12:01:00 AM"])
    assert (order, found[1], found[2] - found[0]) == ("month first", NO_MOMENT, 120)


@settings(max_examples=examples(200))
@given(st.lists(st.text(alphabet="aÄßİ\u00b4\ufb01 \xa0\t\n()guest", max_size=9), min_size=1, max_size=4))
def test_a_column_of_names_is_folded_as_each_of_them(names: list[str]) -> None:
    bare = [bare_name(name) for name in names]
    found = bare_and_folded(names)
    assert ([*found[0]], [*found[1]]) == (bare, [folded(name) for name in bare])
    emails, low = bare_and_folded_addresses(names)
    assert [*low] == [folded(name) for name in names]
    assert [*emails] in (names, [name.strip() for name in names])
