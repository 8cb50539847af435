"""The appendix workbook: numbers as numbers, texts as texts, never a formula, the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from evallib.display import CellText, Column, TableData
from evallib.report.workbook import sheet_name, write_workbook

CREATED = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
HOSTILE = (
    "=cmd|'/C calc'!A0",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "{=1+1}",
    "https://example.org",
    "internal:'0'!A1",
    "007",
    "1e5",
    "<b>&amp;</b>",
    "TRUE",
    "x" * 300,
)


def table(*rows: tuple[CellText, ...], name: str = "2025/T6.1", note: str = "") -> TableData:
    columns = (Column("Tilaisuus"), Column("Luku", "number"))
    return TableData(name, "Tilaisuudet", columns, rows, note)


def book(*tables: TableData, **more: str) -> bytes:
    told = {"title": "Raportti", "notice": "Keksitty aineisto", **more}
    return write_workbook(
        tables,
        title=told["title"],
        notice=told["notice"],
        headers=("Tunnus", "Taulukko", "Huomautus"),
        created=CREATED,
    )


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(*values: tuple[str, float | None]) -> tuple[tuple[CellText, ...], ...]:
    return tuple((CellText("rivi"), CellText(text, value)) for text, value in values)


def test_no_text_becomes_a_formula_or_a_link() -> None:
    cells = tuple((CellText(one), CellText(one)) for one in HOSTILE)
    data = book(
        TableData("2025/T1.1", HOSTILE[0], (Column(HOSTILE[0]), Column(HOSTILE[0])), cells, HOSTILE[0])
    )
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                xml = parts.read(name).decode()
                assert "<f>" not in xml and "<f " not in xml
                assert "https://" not in xml.replace("http://schemas", "").split("<sheetData")[1]
        assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name]
    sheet = opened(data)["T1.1"]
    for row, text in enumerate(HOSTILE, start=5):
        cell = sheet.cell(row, 1)
        assert cell.data_type == "s" and cell.value.strip() == text.strip()


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("76 %", 0.7586, "0 %"),
        ("0 %", 0.0, "0 %"),
        ("25", 25.0, "#,##0"),
        ("1 474,8", 1474.8, "General"),
        ("−4", -4.0, "#,##0"),
    ],
)
def test_a_number_is_stored_unrounded_with_the_form_in_which_it_is_printed(
    text: str, value: float, form: str
) -> None:
    cell = opened(book(table(*rows((text, value)))))["T6.1"].cell(5, 2)
    assert cell.data_type == "n" and cell.value == value and cell.number_format == form


def test_a_hidden_cell_is_its_word_and_no_number() -> None:
    hidden = (
        CellText("Lappi"),
        CellText("peitetty", None, ("2025/I24.participations[region=FI1D7]",), "hidden"),
    )
    sheet = opened(book(table(hidden)))["T6.1"]
    assert sheet.cell(5, 2).value == "peitetty" and sheet.cell(5, 2).data_type == "s"
    assert sheet.cell(5, 3).value == "2025/I24.participations[region=FI1D7]"


def test_every_table_has_its_sheet_and_the_first_lists_them() -> None:
    one, two = table(name="2025/T6.1"), table(name="2025/F4.1", note="Peitetty alle viisi")
    found = opened(book(one, two))
    assert found.sheetnames == ["0", "T6.1", "F4.1"]
    assert [found["0"].cell(row, 1).value for row in (5, 6)] == ["2025/T6.1", "2025/F4.1"]
    assert found["0"].cell(6, 3).value == "Peitetty alle viisi"
    assert found["0"].cell(6, 1).hyperlink.location == "'F4.1'!A1"


def test_a_table_without_rows_is_a_sheet_with_headers() -> None:
    sheet = opened(book(table()))["T6.1"]
    assert [sheet.cell(4, column).value for column in (1, 2, 3)] == ["Tilaisuus", "Luku", "id"]


def test_the_notice_stands_on_every_sheet() -> None:
    found = opened(book(table(), table(name="2025/T6.2")))
    assert "Keksitty aineisto" in found["0"].cell(2, 1).value
    assert all("Keksitty aineisto" in found[name].cell(2, 1).value for name in ("T6.1", "T6.2"))


def test_the_same_tables_give_the_same_bytes_and_another_number_others() -> None:
    first = book(table(*rows(("25", 25.0))))
    assert book(table(*rows(("25", 25.0)))) == first
    assert book(table(*rows(("26", 26.0)))) != first


def test_the_workbook_bears_the_releases_time_and_nobodys_name() -> None:
    properties = opened(book(table())).properties
    assert properties.created == CREATED.replace(tzinfo=None)
    assert not properties.creator and not properties.lastModifiedBy


def test_a_control_sign_in_a_text_stops_nothing() -> None:
    hostile = (CellText("a\x07b\x00c\u202ed\ud800"), CellText("e", 1.0))
    assert opened(book(table(hostile)))["T6.1"].cell(5, 1).value == "abcd\ufffd"


def test_a_sheets_name_fits_the_rules_of_spreadsheets() -> None:
    assert sheet_name(table(name="2025/T6.1")) == "T6.1"
    assert sheet_name(table(name="2025/T[6]:*?")) == "T-6----"
    assert len(sheet_name(table(name="x" * 60))) == 31
