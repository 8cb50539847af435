"""Lists read by whole columns say exactly what the same lists say row by row."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.errors import InputError
from evallib.sources import mapped, teams, zoom
from evallib.sources.attendance import read_attendance
from evallib.sources.decode import read_sheet
from evallib.sources.moments import columns_in_utc, moment_of
from evallib.sources.stays import bare_and_folded, bare_name, folded, folded_column

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


@pytest.mark.parametrize("make", [teams_list, zoom_list, webinar, pretix, paper])
def test_whole_columns_say_what_rows_say(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    @settings(max_examples=examples(200))
    @given(
        st.sampled_from(DAYS), people, st.sampled_from((frozenset(), frozenset({"e@example.org", "äiti ö"})))
    )
    def same(day: str, rows: list[Any], staff: frozenset[str]) -> None:
        start = datetime.fromisoformat(f"{day}T01:00")
        event = {"event_id": "e1", "start": f"{day}T01:00", "end": f"{day}T04:00", "tz": "", "mode": "online"}
        content = make(start, rows).encode()

        def read() -> Any:
            try:
                table = read_attendance([("e1.csv", content)], event, ("read.ai",), 10, staff=staff)
            except InputError as fault:
                return str(fault.parts())
            return table.rows.to_dict("list"), table.remarks, table.files

        with monkeypatch.context() as patch:
            for module in (teams, zoom, mapped):
                quick = module._whole

                def watched(*given: Any, quick: Any = quick) -> Any:
                    taken.append(quick(*given) is not None)
                    return quick(*given)

                patch.setattr(module, "_whole", watched)
            by_columns = read()
        with monkeypatch.context() as patch:
            for module in (teams, zoom, mapped):
                patch.setattr(module, "_whole", lambda *_: None)
            assert read() == by_columns

    same()
    assert sum(taken) > 20  # or the test would compare the same way with itself


@settings(max_examples=examples(200))
@given(st.text(alphabet="abÄ ;\t,\r\n\xa0\x85\u2028", min_size=1).filter(str.strip))
def test_a_table_without_quotes_has_the_cells_that_csv_reader_gives(content: str) -> None:
    sheet = read_sheet(content.encode(), "e1.csv")
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=sheet.delimiter, strict=True)
    stripped = [[cell.strip() for cell in row] for row in rows]
    assert sheet.rows == [row if any(row) else [] for row in stripped]


@pytest.mark.parametrize("written", ["%-m/%-d/%y, %-I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M"])
def test_clocks_by_minute_and_second_are_the_moments_written(written: str) -> None:
    midnight = datetime(2026, 5, 12)
    moments = [midnight + timedelta(minutes=one, seconds=one % 60) for one in range(24 * 60)]
    cells = [moment.strftime(written) for moment in moments]
    found = columns_in_utc(cells, cells, "month first", ZoneInfo("UTC"))
    told = [moment.replace(second=moment.second if "%S" in written else 0) for moment in moments]
    assert found is not None
    assert [moment_of(one) for one in found[0]] == told


@pytest.mark.parametrize(
    "clock", ["13:05:00 PM", "0:05:00 AM", "24:00:00", "12:60:00", "12:05:60", "1:5:09 PM", ""]
)
def test_a_clock_that_does_not_exist_is_left_to_the_reading_by_rows(clock: str) -> None:
    cells = ["5/12/26, 1:05:00 PM" if clock.endswith("M") else "5/12/26, 13:05:00", f"5/12/26, {clock}"]
    assert columns_in_utc(cells, cells, "month first", ZoneInfo("UTC")) is None


@settings(max_examples=examples(200))
@given(st.lists(st.text(alphabet="aÄßİ\u00b4\ufb01 \xa0\t\n()guest", max_size=9), min_size=1, max_size=4))
def test_a_column_of_names_is_folded_as_each_of_them(names: list[str]) -> None:
    bare = [bare_name(name) for name in names]
    found = bare_and_folded(names)
    assert ([*found[0]], [*found[1]]) == (bare, [folded(name) for name in bare])
    assert [*folded_column(names)] == [folded(name) for name in names]
