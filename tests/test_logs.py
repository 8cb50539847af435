"""Logs and rosters kept by hand are checked cell by cell."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.codes import LOGS, rules
from evallib.errors import InputError
from evallib.records import FieldClass
from evallib.sources.log_workbook import log_workbook
from evallib.sources.logs import load_roster, read_log, read_roster_table

ACTS = "act_id;date;partner;organisation;act;status;country;note\n"
ACT = "y1;2025-03-04;ely;ELY Lappi;events;done;FI;Yhteinen päivä\n"
EVENTS = ";".join(rule.column for rule in rules("events")) + "\n"
EVENT = (
    "e1;2025-03-04T09:00;2025-03-04T10:00;Europe/Helsinki;Kahvit;Kaffe;Coffee;coffee;online;fi;;hanke;"
    "care+tour;innovation;climate+environment;events;T1;p01+p02;yes\n"
)


def acts(content: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    table = read_log("cooperation_acts", content.encode(encoding), "logs/cooperation_acts.csv")
    return [{str(k): str(v) for k, v in row.items()} for row in table.rows.to_dict("records")]


def workbook(*rows: list[Any], second: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if second:
        book.create_sheet("2").append([second])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_log_has_the_columns_of_the_contract_each_with_a_class() -> None:
    table = read_log("events", (EVENTS + EVENT).encode(), "logs/events.csv")

    assert table.kind == "events"
    assert list(table.rows.columns) == list(table.fields) == EVENTS.strip().split(";")
    assert table.rows.loc[0, "sectors"] == "care+tour"
    assert table.fields["organisers"] is FieldClass.ORGANISATION
    assert table.files[0].system == "log"


@pytest.mark.parametrize("kind", LOGS)
def test_every_log_with_only_its_header_is_an_empty_table(kind: str) -> None:
    header = ";".join(rule.column for rule in rules(kind))

    table = read_log(kind, header.encode(), "x.csv")

    assert len(table.rows) == 0
    assert set(table.fields) == set(header.split(";"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_log_is_read_in_the_encodings_in_which_people_save_it(encoding: str) -> None:
    assert acts(ACTS + ACT, encoding)[0]["note"] == "Yhteinen päivä"


def test_commas_and_another_order_of_columns_make_no_difference() -> None:
    header = "note,date,act_id,partner,organisation,act,status,country\n"

    (row,) = acts(header + '"a; b",2025-03-04,y1,ely,"ELY, Lappi",events,done,FI\n')

    assert (row["act_id"], row["organisation"], row["note"]) == ("y1", "ELY, Lappi", "a; b")


@pytest.mark.parametrize(
    ("written", "read"),
    [("2025-03-04", "2025-03-04"), ("4.3.2025", "2025-03-04"), ("04.03.2025", "2025-03-04")],
)
def test_dates_become_iso(written: str, read: str) -> None:
    assert acts(ACTS + ACT.replace("2025-03-04", written))[0]["date"] == read


@pytest.mark.parametrize(
    "written", ["2025-02-29", "31.4.2025", "3/4/2025", "4.3.25", "March", "20250304", "3025-03-04"]
)
def test_what_is_no_date_is_refused_with_row_and_column(written: str) -> None:
    with pytest.raises(InputError) as caught:
        acts(ACTS + ACT + ACT.replace("y1", "y2").replace("2025-03-04", written))
    assert str(caught.value.where) == "logs/cooperation_acts.csv, row 3, column date"


def test_a_date_stored_by_excel_as_a_number_is_explained() -> None:
    with pytest.raises(InputError) as caught:
        acts(ACTS + ACT.replace("2025-03-04", "45720"))
    assert "Excel" in str(caught.value.repair)


@pytest.mark.parametrize("written", ["4.3.2025 9:00", "4.3.2025 klo 9.00", "2025-03-04 09:00"])
def test_times_of_events_become_iso(written: str) -> None:
    table = read_log("events", (EVENTS + EVENT.replace("2025-03-04T09:00", written)).encode(), "x.csv")

    assert table.rows.loc[0, "start"] == "2025-03-04T09:00"


@pytest.mark.parametrize("written", ["2025-03-04", "2025-03-04T25:00", "2025-03-04T10:30"])
def test_an_event_needs_times_and_ends_after_it_begins(written: str) -> None:
    with pytest.raises(InputError):
        read_log("events", (EVENTS + EVENT.replace("2025-03-04T09:00", written)).encode(), "x.csv")


def test_an_unknown_code_names_place_allowed_codes_and_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        acts(ACTS + ACT.replace(";done;", ";Dnoe;"))
    assert str(caught.value.where) == "logs/cooperation_acts.csv, row 2, column status"
    assert "planned, done, dropped" in str(caught.value.expected)
    assert "done" in str(caught.value.repair)


def test_each_of_several_codes_is_checked() -> None:
    with pytest.raises(InputError, match="'forest'"):
        read_log("events", (EVENTS + EVENT.replace("care+tour", "care+forest")).encode(), "x.csv")


def test_an_unknown_column_names_the_nearest_and_a_missing_one_is_named() -> None:
    with pytest.raises(InputError, match="'partnr'") as caught:
        acts(ACTS.replace("partner", "partnr") + ACT)
    assert "partner" in str(caught.value.repair)
    with pytest.raises(InputError, match="note is missing"):
        acts(ACTS.replace(";note", "") + ACT.replace(";Yhteinen päivä", ""))
    with pytest.raises(InputError, match="stands twice"):
        acts(ACTS.replace("note", "date") + ACT)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        (ACTS + ACT + ACT, "y1 stands twice"),
        (ACTS + ACT.replace("y1", ""), "is empty"),
        (ACTS + ACT.replace("y1", "y 1"), "can't be read"),
        (ACTS + "y1;2025-03-04;ely\n", "number of cells"),
        (ACTS + ACT.replace("\n", ";x\n"), "number of cells"),
        (ACTS + ACT + '"y2;2025-03-04', "quotes"),
        (ACTS + ACT.replace("ely", "\x00"), "can't be read as text|not a text table"),
    ],
)
def test_damaged_logs_stop_the_reading(content: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        acts(content)


def test_a_log_may_name_a_result_once_for_each_stage_it_reached() -> None:
    header = ";".join(rule.column for rule in rules("results_log")) + "\n"
    rows = "r1;2025-01-02;idea;model;Malli;;;none;;;;\nr1;2025-06-02;trial;model;Malli;;;none;;;;\n"

    assert len(read_log("results_log", (header + rows).encode(), "x.csv").rows) == 2
    with pytest.raises(InputError, match="stands twice"):
        read_log("results_log", (header + rows + rows).encode(), "x.csv")


def test_numbers_get_a_decimal_point_and_lose_spaces() -> None:
    content = "period;planned_eur;used_eur;person_months\n2025;125 000;99500,50;\n"

    row = read_log("accounts", content.encode(), "x.csv").rows.iloc[0]

    assert list(row) == ["2025", "125000", "99500.50", ""]
    with pytest.raises(InputError):
        read_log("accounts", content.replace("99500,50", "n. 99000").encode(), "x.csv")


def test_a_workbook_gives_the_same_text_as_a_csv() -> None:
    row = ["y1", date(2025, 3, 4), "ely", "ELY Lappi", "events", "done", "FI", 7.0]
    data = workbook(ACTS.strip().split(";"), row)

    cells = read_log("cooperation_acts", data, "logs/cooperation_acts.xlsx").rows.iloc[0]

    assert list(cells) == ["y1", "2025-03-04", "ely", "ELY Lappi", "events", "done", "FI", "7"]


def test_times_in_a_workbook_become_iso() -> None:
    cells: list[Any] = list(EVENT.strip().split(";"))
    cells[1:3] = [datetime(2025, 3, 4, 9), datetime(2025, 3, 4, 10, 30)]

    table = read_log("events", workbook(EVENTS.strip().split(";"), cells), "x.xlsx")

    assert list(table.rows.iloc[0])[1:3] == ["2025-03-04T09:00", "2025-03-04T10:30"]


def test_a_fault_in_a_workbook_names_its_sheet() -> None:
    cells = ACT.strip().split(";")
    with pytest.raises(InputError) as caught:
        read_log(
            "cooperation_acts",
            workbook(ACTS.strip().split(";"), [cells[0], "31.2.2025", *cells[2:]]),
            "x.xlsx",
        )
    assert str(caught.value.where) == "x.xlsx, sheet Sheet, row 2, column date"


@pytest.mark.parametrize(
    "written", ["4.3.2025 0:00", "4.3.2025 0.00", "4.3.2025 00:00:00", "2025-03-04T00:00"]
)
def test_a_date_that_was_saved_with_a_time_of_nought_is_the_date(written: str) -> None:
    cells = ACT.strip().split(";")
    content = ACTS + ";".join([cells[0], written, *cells[2:]]) + "\n"
    assert read_log("cooperation_acts", content.encode(), "x.csv").rows["date"].tolist() == ["2025-03-04"]


CASES = ";".join(rule.column for rule in rules("cases"))


@pytest.mark.parametrize(
    ("kind", "rows", "row", "column"),
    [
        ("cooperation_acts", [ACTS, ACT, "", ACT], 4, "act_id"),
        ("events", [EVENTS, "", EVENT, EVENT.replace("e1", "e2").replace("T10:00", "T09:00")], 4, "end"),
        (
            "cases",
            [CASES, "", "c1;2025-03-04;EQ1;Tapaus"],
            3,
            "consent_date",
        ),
    ],
)
def test_what_does_not_hold_between_cells_and_rows_is_named_with_sheet_row_and_column(
    kind: str, rows: list[str], row: int, column: str
) -> None:
    lines = [one.strip().split(";") if one else [] for one in rows]
    if kind == "cases":
        told = dict.fromkeys(CASES.split(";"), "") | dict(zip(CASES.split(";"), lines[2], strict=False))
        lines = [lines[0], [*told.values()], [*(told | CONSENT | {"case_id": "c3"}).values()]]
    csv = "\n".join(";".join(one) for one in lines) + "\n"
    with pytest.raises(InputError) as caught:
        read_log(kind, csv.encode(), f"logs/{kind}.csv")
    assert str(caught.value.where) == f"logs/{kind}.csv, row {row}, column {column}"
    with pytest.raises(InputError) as caught:
        read_log(kind, workbook(*lines), f"logs/{kind}.xlsx")
    assert str(caught.value.where) == f"logs/{kind}.xlsx, sheet Sheet, row {row}, column {column}"


CONSENT = {"consent": "yes", "named": "no", "text_seen": "yes", "contribution": "partial"}


def test_an_id_that_stands_twice_is_told_with_the_row_that_had_it_first() -> None:
    with pytest.raises(InputError) as caught:
        acts(ACTS + ACT.replace("y1", "y0") + ACT + ACT)
    assert str(caught.value.found) == "the same in row 3"


def test_a_row_of_a_workbook_that_is_too_wide_is_named_with_its_sheet() -> None:
    with pytest.raises(InputError) as caught:
        read_log(
            "cooperation_acts", workbook(ACTS.strip().split(";"), [*ACT.strip().split(";"), "x"]), "x.xlsx"
        )
    assert str(caught.value.where) == "x.xlsx, sheet Sheet, row 2"


def test_a_name_that_can_be_a_person_s_is_not_quoted() -> None:
    content = 'organisation;name;sector;region;one_person\no01;"Tmi Maija\nMeikäläinen";care;FI1D7;yes\n'
    with pytest.raises(InputError) as caught:
        read_roster_table(content.encode(), "rosters/2025.csv", "2025")
    assert str(caught.value.where) == "rosters/2025.csv, row 2, column name"
    assert "Maija" not in str(caught.value.parts())


def test_a_roster_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "2025.csv"
    path.write_text("organisation;name;sector;region;one_person\no01;Kylätalo ry;care;FI1D7;no\n")
    whole = Path.read_bytes

    def growing(self: Path) -> bytes:
        data = whole(self)
        with self.open("a") as more:
            more.write("o02;Toinen ry;care;FI1D7;no\n")
        return data

    monkeypatch.setattr(Path, "read_bytes", growing)
    with pytest.raises(InputError, match="changed while it was read"):
        load_roster(path)


def test_formulas_and_second_sheets_in_a_workbook_stop_the_reading() -> None:
    header, row = ACTS.strip().split(";"), ACT.strip().split(";")
    with pytest.raises(InputError, match="formula") as caught:
        read_log("cooperation_acts", workbook(header, [*row[:-1], "=A1"]), "x.xlsx")
    assert "sheet Sheet, cell H2" in str(caught.value.where)
    with pytest.raises(InputError, match="more than one sheet"):
        read_log("cooperation_acts", workbook(header, row, second="vanha"), "x.xlsx")


@pytest.mark.parametrize(
    ("kind", "column", "says"),
    [
        ("events", "projects", "ids joined by +; with two or more it counts as joint work, so not in"),
        ("contents", "projects", "so not in joint_activities too"),
        (
            "joint_activities",
            "kind",
            "one of application, pilot; what stands in events or contents is not typed",
        ),
        ("joint_activities", "projects", "ids joined by +"),
    ],
)
def test_the_sheet_that_explains_a_log_says_where_joint_work_is_typed_once(
    kind: str, column: str, says: str
) -> None:
    rows = openpyxl.load_workbook(io.BytesIO(log_workbook(kind)))["README"].iter_rows(values_only=True)
    told = {str(row[0]): str(row[2]) for row in rows}
    assert says in told[column]
    assert ("joint" in told[column] or "twice" in told[column]) == (says != "ids joined by +")


def test_a_table_on_a_renamed_sheet_is_found_beside_the_sheet_that_explains_it() -> None:
    book = openpyxl.load_workbook(io.BytesIO(log_workbook("cooperation_acts")))
    book["cooperation_acts"].append(ACT.strip().split(";"))
    book["cooperation_acts"].title = "Taul1"
    stream = io.BytesIO()
    book.save(stream)
    assert len(read_log("cooperation_acts", stream.getvalue(), "x.xlsx").rows) == 1


def test_a_damaged_an_old_and_a_bursting_workbook_stop_the_reading() -> None:
    import zipfile

    whole = workbook(ACTS.strip().split(";"))
    with pytest.raises(InputError, match="damaged"):
        read_log("cooperation_acts", whole[: len(whole) // 2], "x.xlsx")
    with pytest.raises(InputError, match="old Excel"):
        read_log("cooperation_acts", b"\xd0\xcf\x11\xe0", "x.xls")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    with pytest.raises(InputError, match="unpacks"):
        read_log("cooperation_acts", stream.getvalue(), "x.xlsx")


def test_an_unknown_log_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        read_log("event", b"", "logs/event.csv")
    assert "events" in str(caught.value.repair)


def test_a_roster_names_organisations() -> None:
    content = "organisation;name;sector;region;one_person\no01;Kylätalo ry;care;FI1D7;no\n"

    table = read_roster_table(content.encode(), "rosters/2025.csv", "2025")

    assert table.kind == "roster.2025"
    assert table.fields["name"] is FieldClass.ORGANISATION
    with pytest.raises(InputError, match="o01 stands twice"):
        read_roster_table((content + content.splitlines()[1]).encode(), "x.csv", "2025")


@settings(max_examples=examples(50))
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda words: (ACTS + ACT + words).encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        table = read_log("cooperation_acts", data, "x.csv")
    except InputError as fault:
        assert str(fault)
    else:
        assert table.kind == "cooperation_acts"


def test_a_log_is_kept_in_its_workbook_with_lists_and_a_sheet_that_explains_it() -> None:
    book = openpyxl.load_workbook(io.BytesIO(log_workbook("contents")))
    sheet, readme = book["contents"], book["README"]
    values = {"content_id": "c1", "date": datetime(2025, 3, 4), "kind": "case", "title": "Otsikko",
              "language": "fi", "outcome": "failure", "sectors": "care+tour"}  # fmt: skip
    sheet.append([values.get(str(cell.value), "") for cell in sheet[1]])
    stream = io.BytesIO()
    book.save(stream)

    table = read_log("contents", stream.getvalue(), "logs/contents.xlsx")

    assert table.rows.loc[0, ["date", "outcome", "sectors"]].tolist() == [
        "2025-03-04",
        "failure",
        "care+tour",
    ]
    lists = {one.formula1 for one in sheet.data_validations.dataValidation}
    assert '"success,mixed,failure,challenge"' in lists
    told = {row[0].value: row[2].value for row in readme.iter_rows(min_row=2)}
    assert list(told) == [rule.column for rule in rules("contents")]
    assert told["sectors"] == "one of care, tour, move, natp, expe, cult, soc, oth; several joined by +"


def test_the_line_with_which_excel_names_the_separator_is_no_header() -> None:
    assert acts("sep=;\r\n" + ACTS + ACT)[0]["note"] == "Yhteinen päivä"
    with pytest.raises(InputError) as caught:
        acts("sep=;\n" + ACTS + ACT.replace("ely", "elly"))
    assert "row 3" in str(caught.value.where)


@pytest.mark.parametrize("encoding", ["cp850", "cp437", "mac_roman"])
@pytest.mark.parametrize("word", ["päivä", "yö metsässä", "kyläjäsen"])
def test_letters_of_another_code_page_are_named_and_not_taken(encoding: str, word: str) -> None:
    with pytest.raises(InputError, match="wrong encoding") as caught:
        acts(ACTS + ACT.replace("Yhteinen päivä", word), encoding)
    assert "row 2" in str(caught.value.where)


@pytest.mark.parametrize("word", ["šakki", "Tšekki", "sanoi: ”hyvä”", "à la carte", "30 €", "yö…"])
def test_signs_of_cp1252_are_not_taken_for_another_code_page(word: str) -> None:
    assert acts(ACTS + ACT.replace("Yhteinen päivä", word), "cp1252")[0]["note"] == word


@pytest.mark.parametrize("error", ["#REF!", "#NIMI?", "#VÄRDEFEL!", "#JAKO/0!", "#N/A", "########"])
def test_an_error_that_a_spreadsheet_wrote_is_no_text(error: str) -> None:
    with pytest.raises(InputError, match="spreadsheet") as caught:
        acts(ACTS + ACT.replace("Yhteinen päivä", error))
    assert "note" in str(caught.value.where)
    assert acts(ACTS + ACT.replace("Yhteinen päivä", "#maaseutu!"))[0]["note"] == "#maaseutu!"


CASE = (
    *("case_id", "date", "question", "title_fi", "contribution", "consent"),
    *("named", "text_seen", "consent_date"),
)


def case(*consent: str, older: bool = False) -> dict[str, Any]:
    names = [rule.column for rule in rules("cases") if not (older and rule.newer)]
    cells = dict(zip(CASE, ("c1", "2025-03-04", "EQ1", "Tapaus", "partial", *consent), strict=False))
    lines = [";".join(names), ";".join(cells.get(name, "") for name in names)]
    return read_log("cases", "\n".join(lines).encode(), "logs/cases.csv").rows.to_dict("records")[0]


def test_a_case_of_an_older_file_has_no_evidence_and_no_other_causes() -> None:
    newer = {
        f"{part}_{language}" for part in ("evidence", "causes", "part") for language in ("fi", "sv", "en")
    }
    assert {rule.column for rule in rules("cases") if rule.newer} >= newer
    found = case("yes", older=True)
    assert {found[column] for column in newer} == {""}


def test_a_consent_is_noted_whole_or_not_at_all() -> None:
    assert case("yes", "no", "yes", "3.4.2025")["consent_date"] == "2025-04-03"
    assert case("yes", older=True)["text_seen"] == "" == case("yes")["named"]
    assert case("no", "yes", "no")["consent"] == "no"
    for lacking, consent in (("consent_date", ("no", "yes")), ("text_seen", ("yes", "no", "3.4.2025")),
                             ("named", ("", "yes", "3.4.2025"))):  # fmt: skip
        with pytest.raises(InputError, match="not complete") as caught:
            case("yes", *consent)
        assert lacking in str(caught.value.where)
