"""Slips in the logs that no single row shows: projects nobody knows, rows outside the project's time."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from evallib.codes import rules
from evallib.errors import InputError
from evallib.records import SourceTable
from evallib.sources.log_links import (
    with_dropped_without_reason,
    with_rows_out_of_time,
    with_strange_projects,
)
from evallib.sources.logs import read_log

SPAN = (date(2026, 1, 1), date(2028, 12, 31))


def log(kind: str, *rows: dict[str, str]) -> SourceTable:
    columns = [rule.column for rule in rules(kind)]
    table = pd.DataFrame([dict.fromkeys(columns, "") | row for row in rows], columns=columns, dtype="str")
    return SourceTable(kind, table, {})


def test_a_project_that_the_register_lacks_is_named_beside_the_log_that_names_it() -> None:
    register = log("register", {"project_id": "p01"}, {"project_id": "p02"})
    acts = log("joint_activities", {"projects": "p01+p1"}, {"projects": "p02+p1"}, {"projects": ""})
    found = {one.kind: one for one in with_strange_projects([acts, register])}
    assert [(one.code, one.count, one.detail) for one in found["joint_activities"].remarks] == [
        ("unknown_project", 1, "p1")
    ]
    assert found["register"].remarks == ()


def test_without_a_register_no_project_is_called_unknown() -> None:
    (acts,) = with_strange_projects([log("contents", {"projects": "p01"})])
    assert acts.remarks == ()


def test_an_output_that_was_dropped_without_a_reason_is_named() -> None:
    dropped = {"fate": "dropped"}
    rows = log(
        "heritage",
        {"output_id": "h1", "reason": "outdated", **dropped},
        {"output_id": "h2", "reason": " ", **dropped},
        {"output_id": "h3", "fate": "used"},
    )
    (found,) = with_dropped_without_reason(rows).remarks
    assert (found.code, found.count, found.detail) == ("no_reason", 1, "h2")
    events = log("events", {"event_id": "e1"})
    assert with_dropped_without_reason(events) is events


@pytest.mark.parametrize(
    ("kind", "column", "inside", "outside"),
    [
        (
            "events",
            "start",
            ["2026-01-01T00:00", "2028-12-31T23:59"],
            ["2025-12-31T23:59", "2029-01-01T00:00"],
        ),
        ("contents", "date", ["2026-01-01", "2028-12-31"], ["2062-03-01"]),
        ("agreements", "year", ["2026", "2028"], ["2025", "2029"]),
        ("accounts", "period", ["2026"], ["2062"]),
        ("register", "start", ["2019-01-01", ""], []),
        ("heritage", "decided", ["2019-01-01", ""], []),
    ],
)
def test_rows_outside_the_projects_time_are_named(
    kind: str, column: str, inside: list[str], outside: list[str]
) -> None:
    key = next(rule.column for rule in rules(kind) if rule.key)
    days = [*inside, *outside]
    rows = [{key: f"x{n}"} | {column: day} for n, day in enumerate(days)]
    remarks = with_rows_out_of_time(log(kind, *rows), SPAN, ["2026"]).remarks
    names = [row[key] for row, day in zip(rows, days, strict=True) if day in outside]
    assert [one.detail.split() for one in remarks] == ([names] if names else [])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Yhteiset toimet\nactivity_id;date;kind;title;projects\n", "first row"),
        ("tunnus;pvm;laji;nimi;hankkeet\n", "first row"),
        ("activity_id;;kind;title;projects\n", "Column 2 has no name"),
    ],
)
def test_a_header_that_is_none_and_a_column_without_a_name_are_called_so(written: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_log("joint_activities", written.encode(), "logs/joint_activities.csv")


@pytest.mark.parametrize(
    "written",
    [
        "Aino Virtanen;aino@example.org;040 123 4567\n",
        "activity_id;date;kind;title;projects;aino@example.org\n",
        "activity_id;date;kind;040 123 4567;Aino Virtanen\n",
        "date;Aino Virtanen\n",
    ],
)
def test_an_error_about_the_header_tells_no_cell_of_a_person(written: str) -> None:
    with pytest.raises(InputError) as caught:
        read_log("joint_activities", written.encode(), "logs/joint_activities.csv")
    told = " ".join(str(caught.value.parts()[name]) for name in ("problem", "found", "where", "expected"))
    assert "@" not in told and "040" not in told and "4567" not in told
    assert "Virtanen" not in str(caught.value.found)
