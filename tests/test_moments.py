"""Lists read by whole columns say exactly what the same lists say row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.errors import InputError
from evallib.sources import mapped, teams, zoom
from evallib.sources.attendance import read_attendance

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
