"""Paper lists: one row a person, no names, the length of the event."""

from __future__ import annotations

import io

import openpyxl
import pytest

from evallib.errors import InputError
from evallib.records import SourceTable
from evallib.sources.attendance import read_attendance
from evallib.sources.decode import read_sheet
from evallib.sources.listing import recognise

EVENT = {"event_id": "e1", "start": "2025-03-12T10:00", "end": "2025-03-12T15:00", "mode": "onsite"}
HEADER = "event_id;role;region;sector;under40;sex;lang\n"


def read(content: str, event: dict[str, str] = EVENT, encoding: str = "utf-8") -> SourceTable:
    return read_attendance([("e1_lista.csv", content.encode(encoding))], event, ("bot",), 10)


def test_every_row_is_a_person_who_stayed_as_long_as_the_event() -> None:
    table = read(HEADER + "e1;entr;FI1D7;care;no;f;fi\ne1;entr;FI1D7;care;no;f;fi\n\ne1;;;;;;\n")

    assert list(table.rows["status"]) == ["attended"] * 3
    assert list(table.rows["minutes"]) == ["300"] * 3
    assert list(table.rows["email"]) == [""] * 3
    assert list(table.rows["row"]) == ["1", "2", "3"]
    assert list(table.rows["region"]) == ["FI1D7", "FI1D7", ""]
    assert recognise(read_sheet(HEADER.encode(), "e1.csv")).system == "paper list"


def test_an_event_of_two_days_lasts_each_day_from_the_first_hour_to_the_last() -> None:
    table = read(HEADER + "e1;entr;;;;;\n", EVENT | {"end": "2025-03-13T15:00"})

    assert list(table.rows["minutes"]) == ["600"]


def test_a_workbook_is_read_like_the_csv() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.strip().split(";"))
    book.active.append(["e1", "entr", "FI1D7"])
    stream = io.BytesIO()
    book.save(stream)

    table = read_attendance([("e1.xlsx", stream.getvalue())], EVENT, (), 10)

    assert list(table.rows["region"]) == ["FI1D7"]
    assert table.files[0].encoding == "xlsx"


@pytest.mark.parametrize(
    ("row", "column", "meant"),
    [("e1;enrt;;;;;", "role", "entr"), ("e1;;FI1D77;;;;", "region", "FI1D7"), ("e1;;;;;;se", "lang", "")],
)
def test_an_unknown_code_names_row_and_column(row: str, column: str, meant: str) -> None:
    with pytest.raises(InputError, match="not known") as caught:
        read(HEADER + "e1;entr;;;;;\n" + row + "\n")
    assert str(caught.value.where).endswith(f"row 3, column {column}")
    assert meant in str(caught.value.repair)


def test_a_list_of_another_event_and_a_cut_row_stop_the_reading() -> None:
    with pytest.raises(InputError, match="another event"):
        read(HEADER + "e2;entr;;;;;\n")
    with pytest.raises(InputError, match="number of cells"):
        read(HEADER + "e1;entr;FI1D7\n")


def test_a_sign_up_file_without_addresses_stops_the_reading() -> None:
    with pytest.raises(InputError, match="no e-mail address"):
        read("email;role;region;sector;under40;sex;lang\nMaija;entr;;;;;\n")


def test_a_column_of_a_sign_up_file_that_nobody_declared_is_not_read_and_that_is_said() -> None:
    table = read("email;role;region;sector;under40;sex;lang;Birthday\nmaija@example.org;entr;;;;;;1.2.1980\n")
    assert [(one.code, one.count, one.detail) for one in table.remarks][:1] == [("not_read", 1, "e1")]
    assert "1980" not in table.rows.to_csv()


def test_an_empty_list_is_an_event_without_people() -> None:
    assert len(read(HEADER).rows) == 0
