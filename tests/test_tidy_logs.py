"""Tidy: logs and lists with dates and numbers, or a stop that names the cell."""

from datetime import datetime

import pandas as pd
import pytest
from small_frames import log, questionnaires, small, year

from evallib.errors import ReconciliationError
from evallib.tidy import frames


def test_dates_are_read_as_iso_and_as_finns_write_them():
    held = small(events=[{"start": one} for one in ("2025-03-04T09:00", "2025-03-04", "4.3.2025", "")]).events
    assert held["start"].dt.date.fillna("").tolist() == [datetime(2025, 3, 4).date()] * 3 + [""]


@pytest.mark.parametrize("written", ["soon", "2025-13-01", "31.2.2025", "3025-03-04", "4.3.0205"])
def test_a_date_that_is_none_stops_the_run_and_names_its_cell(written):
    with pytest.raises(ReconciliationError) as fault:
        small(events=[{"start": "2025-01-01"}, {"start": written}])
    assert "events, column start, row 2" in str(fault.value.where)
    assert written in str(fault.value.found)


@pytest.mark.parametrize("written", ["1 h", "9" * 400])
def test_a_number_that_is_none_stops_the_run_and_names_its_cell(written):
    with pytest.raises(ReconciliationError) as fault:
        small(participations=[{"minutes": written}])
    assert "participations, column minutes, row 1" in str(fault.value.where)


def test_a_period_holds_its_first_and_last_day_and_nothing_else():
    days = ["2024-12-31", "2025-01-01", "2025-12-31T23:30", "2026-01-01", ""]
    found = small(contents=[{"content_id": f"c{i}", "date": day} for i, day in enumerate(days)])
    assert found.in_period(found.contents)["content_id"].tolist() == ["c1", "c2"]
    assert found.until_end(found.contents)["content_id"].tolist() == ["c0", "c1", "c2"]


def test_tables_that_never_came_are_empty_with_their_columns():
    found = small()
    assert len(found.register) == 0
    assert isinstance(found.register["end"].dtype, type(pd.Series(dtype="datetime64[ns]").dtype))
    assert {"person", "minutes"} <= set(found.participations)


def test_a_table_that_lacks_a_column_stops_the_run():
    table = log("register", [{"project_id": "p1"}])
    table.rows.drop(columns="beneficiary", inplace=True)
    with pytest.raises(ReconciliationError) as fault:
        frames([table], questionnaires(), year("2025"))
    assert "beneficiary" in str(fault.value.expected)


def test_answers_to_a_survey_without_questionnaire_stop_the_run():
    with pytest.raises(ReconciliationError):
        frames([log("events", []).__class__("responses.q9", "frozen", pd.DataFrame())], {}, year("2025"))


def test_the_roster_of_the_period_is_taken_when_several_came():
    tables = [log("roster", [{"organisation": one}]) for one in ("o1", "o2")]
    named = [
        type(table)(f"roster.{wave}", "frozen", table.rows)
        for table, wave in zip(tables, ("2025", "2026"), strict=True)
    ]
    assert frames(named, questionnaires(), year("2025")).roster["organisation"].tolist() == ["o1"]
