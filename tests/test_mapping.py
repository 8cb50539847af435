"""Lists of any system become participations by a mapping of their columns."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evallib.errors import DeclarationError, EvallibError, InputError
from evallib.records import SourceTable
from evallib.sources.attendance import read_attendance
from evallib.sources.mapping import ColumnMapping, parse_mapping, read_mapping

EVENT = {"event_id": "e1", "start": "2025-04-03T09:00", "end": "2025-04-03T11:00", "tz": "", "mode": "online"}
LYYTI = ColumnMapping(
    system="Lyyti",
    columns={
        "email": "Sähköposti",
        "first_name": "Etunimi",
        "last_name": "Sukunimi",
        "status": "Tila",
        "region": "Maakunta",
    },
    values={
        "status": {"Osallistui": "attended", "Ilmoittautunut": "registered", "Ei tullut": "no-show"},
        "region": {"Lappi": "FI1D7"},
    },
)
LYYTI_HEADER = "Etunimi;Sukunimi;Sähköposti;Ruokavalio;Maakunta;Tila\n"


def read(*contents: str | bytes, mappings: Sequence[ColumnMapping] = (LYYTI,), **event: str) -> SourceTable:
    files = [(f"e1_{n}.csv", c.encode() if isinstance(c, str) else c) for n, c in enumerate(contents)]
    return read_attendance(files, EVENT | event, (), 10, mappings=mappings)


def people(table: SourceTable) -> list[tuple[str, str, str]]:
    return list(table.rows[["name", "status", "minutes"]].itertuples(index=False, name=None))


def by_columns(**columns: str) -> ColumnMapping:
    return ColumnMapping.model_validate({"system": "list", "columns": columns})


def test_a_mapped_list_gives_persons_with_our_codes_and_reads_no_other_column() -> None:
    table = read(
        LYYTI_HEADER + "Maija;Meri;maija@example.org;gluteeniton;Lappi;Osallistui\n"
        "Eino;Suo;eino@example.org;;FI1D2;Ei tullut\nAino;Aho;aino@example.org;;;ilmoittautunut\n"
    )

    assert people(table) == [
        ("Maija Meri", "attended", "120"),
        ("Eino Suo", "no-show", "0"),
        ("Aino Aho", "registered", "0"),
    ]
    assert list(table.rows["region"]) == ["FI1D7", "FI1D2", ""]
    assert "gluteeniton" not in table.rows.to_csv()
    assert (table.files[0].system, table.files[0].variant) == ("Lyyti", "attendance")
    assert [(one.code, one.count) for one in table.remarks][:1] == [("not_read", 1)]


def test_a_word_that_nobody_mapped_names_row_and_column() -> None:
    with pytest.raises(InputError, match="'Savo' is not known") as caught:
        read(LYYTI_HEADER + "Maija;Meri;maija@example.org;;Savo;Osallistui\n")
    assert str(caught.value.where) == "e1_0.csv, row 2, column Maakunta"


def test_an_empty_status_stops_the_reading_until_the_mapping_says_what_it_means() -> None:
    content = LYYTI_HEADER + "Maija;Meri;maija@example.org;;;\n"
    with pytest.raises(InputError, match="needed is empty"):
        read(content)
    assert people(read(content, mappings=[LYYTI.model_copy(update={"empty_status": "no-show"})])) == [
        ("Maija Meri", "no-show", "0")
    ]


def test_a_mapping_of_sign_ups_gives_only_the_background() -> None:
    sign_up = ColumnMapping(
        system="Forms", kind="registration", columns={"email": "Email", "role": "Role", "status": "State"},
        values={"role": {"Yrittäjä": "entr"}, "status": {"ok": "registered", "peruttu": "cancelled"}},
    )  # fmt: skip
    forms = (
        "ID,Start time,Email,Role,State\n1,2025-04-01,MAIJA@example.org,Yrittäjä,ok\n"
        "2,x,eino@example.org,proj,peruttu\n"
    )
    listed = (
        LYYTI_HEADER + "Maija;Meri;maija@example.org;;;Osallistui\nEino;Suo;eino@example.org;;;Osallistui\n"
    )

    table = read(forms, listed, mappings=(LYYTI, sign_up))

    assert list(table.rows["role"]) == ["entr", ""]


def test_the_header_may_stand_below_titles_and_saved_mappings_go_before_known_systems() -> None:
    ours = ColumnMapping(system="ours", columns={"name": "First Name", "email": "Email"})
    content = (
        "Attendees of the day\n\nFirst Name,Email,Quantity,Attendee Status,Last Name\n"
        "Maija,m@example.org,1,?,x\n"
    )

    assert read(content, mappings=[ours]).files[0].system == "ours"


@pytest.mark.parametrize(
    ("minutes", "shown"), [("90", "90"), ("12,5", "13"), ("1h 2m 10s", "62"), ("01:30:00", "90"), ("9", "9")]
)
def test_minutes_are_numbers_or_words(minutes: str, shown: str) -> None:
    table = read(f'Who,How long\nMaija,"{minutes}"\n', mappings=[by_columns(name="Who", minutes="How long")])
    assert people(table) == [("Maija", "short" if shown == "9" else "attended", shown)]


def test_who_came_in_and_was_not_seen_leaving_stayed_to_the_end_and_who_did_not_come_in_is_absent() -> None:
    content = (
        "Tilauskoodi;Osallistujan nimi;Tuote;Hinta;Checked in;Kirjattu ulos;Automaattisesti kirjattu sisään;"
        "Sähköposti;Salainen\n"
        "A1;Maija Meri;Lippu;0.00;3.4.2025 9.30;;Ei;maija@example.org;xyz\n"
        "A2;Eino Suo;Lippu;0.00;3.4.2025 9.00;3.4.2025 9.05;Ei;eino@example.org;xyz\n"
        "A3;Aino Aho;Lippu;0.00;;;Ei;aino@example.org;xyz\n"
    )

    table = read(content)

    assert people(table) == [
        ("Maija Meri", "attended", "90"),
        ("Eino Suo", "short", "5"),
        ("Aino Aho", "no-show", "0"),
    ]
    assert table.files[0].system == "pretix"
    assert "xyz" not in table.rows.to_csv()


def test_eventbrite_promises_are_no_attendance_and_orders_are_no_attendees() -> None:
    header = "Order #,First Name,Last Name,Email,Quantity,Ticket Type,Attendee Status\n"
    table = read(
        header
        + "1,Maija,Meri,maija@example.org,1,Free,Checked In\n2,Eino,Suo,eino@example.org,1,Free,Attending\n"
        "3,Aino,Aho,aino@example.org,1,Free,Refunded\n"
    )

    assert people(table) == [("Maija Meri", "attended", "120"), ("Eino Suo", "registered", "0")]
    assert ("cancelled", 1) in [(one.code, one.count) for one in table.remarks]
    with pytest.raises(InputError, match="more than one person"):
        read(header + "1,Maija,Meri,maija@example.org,2,Free,Attending\n")


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_sheet_of_a_workbook_is_the_one_that_the_mapping_names() -> None:
    data = workbook({"Yhteenveto": [["Vastauksia", 1]], "Tulokset": [["Nimi"], ["Maija"]]})
    mapping = by_columns(name="Nimi")
    with pytest.raises(InputError, match="more than one sheet") as caught:
        read(data, mappings=[mapping])
    assert str(caught.value.found) == "Yhteenveto, Tulokset"

    table = read(data, mappings=[mapping.model_copy(update={"sheet": "Tulokset"})])

    assert people(table) == [("Maija", "attended", "120")]


def test_open_dates_are_decided_for_the_whole_file_by_its_event_or_refused() -> None:
    mapping = by_columns(name="Who", start="In", end="Out")
    content = "Who,In,Out\nMaija,04/03/2025 09:00,04/03/2025 09:45\n"

    assert read(content, mappings=[mapping]).files[0].date_order == "month first"
    assert (
        read(content, mappings=[mapping], start="2025-03-04T09:00", end="2025-03-04T10:00")
        .files[0]
        .date_order
        == "day first"
    )
    with pytest.raises(InputError, match="can't be decided"):
        read(content, mappings=[mapping], start="2025-05-05T09:00", end="2025-05-05T10:00")
    with pytest.raises(InputError, match="another day"):
        read(content, mappings=[mapping.model_copy(update={"date_order": "day first"})])


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        ("26.10.2025 2.30", "26.10.2025 3.30", "60"),  # the first 3.30 is possible, and the shortest
        ("26.10.2025 3.50", "26.10.2025 3.10", "20"),  # over the hour that comes twice
        ("26.10.2025 2.30", "26.10.2025 4.30", "180"),
    ],
)
def test_in_the_autumn_night_an_hour_comes_twice(came: str, left: str, minutes: str) -> None:
    mapping = by_columns(name="Who", start="In", end="Out")
    night = {"start": "2025-10-26T01:00", "end": "2025-10-26T05:00"}
    assert people(read(f"Who,In,Out\nM,{came},{left}\n", mappings=[mapping], **night)) == [
        ("M", "attended", minutes)
    ]


def test_in_the_spring_night_an_hour_is_missing() -> None:
    mapping = by_columns(name="Who", start="In", end="Out")
    night = {"start": "2025-03-30T01:00", "end": "2025-03-30T05:00"}
    content = "Who,In,Out\nM,30.3.2025 2.30,30.3.2025 4.30\n"

    assert people(read(content, mappings=[mapping], **night)) == [("M", "attended", "60")]
    assert people(read(content, mappings=[mapping], tz="UTC", **night)) == [("M", "attended", "120")]
    with pytest.raises(InputError, match="no such time of day"):
        read(content.replace("2.30", "3.30"), mappings=[mapping], **night)
    with pytest.raises(InputError, match="no time zone 'Helsinki'"):
        read(content, mappings=[mapping], tz="Helsinki", **night)


def test_two_lists_of_the_same_people_are_joined_where_the_file_name_says_so() -> None:
    teams = (
        "1. Summary\n\n2. Participants\n"
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
        "Maija Meri (Guest)\t4/3/25, 9:00:00 AM\t4/3/25, 9:40:00 AM\t40m\t\t\tAttendee\n"
        "Eino\t4/3/25, 9:00:00 AM\t4/3/25, 9:50:00 AM\t50m\teino@example.org\t\tAttendee\n"
    )
    signed = LYYTI_HEADER + (
        "Maija;Meri;maija@example.org;;Lappi;Ilmoittautunut\nEino;Suo;eino@example.org;;;Osallistui\n"
        "Aino;Aho;aino@example.org;;;Ilmoittautunut\n"
    )

    def files(second: str) -> list[tuple[str, bytes]]:
        return [("events/e1_teams.csv", teams.encode()), (f"events/{second}", signed.encode())]

    with pytest.raises(InputError, match="two systems") as caught:
        read_attendance(files("e1_lyyti.csv"), EVENT, (), 10, mappings=[LYYTI])
    assert "e1+" in str(caught.value.repair)

    table = read_attendance(files("e1+lyyti.csv"), EVENT, (), 10, mappings=[LYYTI])

    assert people(table) == [
        ("Maija Meri", "attended", "40"),
        ("Eino", "attended", "50"),
        ("Aino Aho", "registered", "0"),
    ]
    assert list(table.rows["region"]) == ["FI1D7", "", ""]


def test_a_mapping_with_a_fault_names_the_line() -> None:
    good = 'system: L\ncolumns:\n  email: "E"\n  role: "R"\nvalues:\n  role:\n    "x": "entr"\n'
    assert parse_mapping(good, "m.yaml").values == {"role": {"x": "entr"}}
    for broken, said in {
        good.replace("entr", "enrt"): "m.yaml:7",
        good.replace("  role:\n", "  rool:\n"): "m.yaml:7",
        good.replace("  email: ", "  emial: "): "m.yaml:3",
        "system: L\nkind: registration\ncolumns:\n  name: N\n": "m.yaml:3",
    }.items():
        with pytest.raises(DeclarationError) as caught:
            parse_mapping(broken, "m.yaml")
        assert str(caught.value.where).startswith(said), caught.value.parts()


def test_a_mapping_file_that_is_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="is missing"):
        read_mapping(tmp_path / "none.yaml", "none.yaml")


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=12) | st.sampled_from(
    [
        "",
        "1h 2m",
        "3.4.2025 9.30",
        "04/03/25, 4:16 PM",
        "Osallistui",
        "FI1D7",
        "maija@example.org",
        "90",
        "Lappi",
    ]
)


@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=6), st.booleans())
def test_any_cells_give_persons_or_a_fault_with_its_place(rows: list[list[str]], timed: bool) -> None:
    """Every row is a person, is counted in a remark, or stops the reading at its place."""
    mapping = by_columns(name="a", email="b", start="c", end="d", minutes="e", region="f") if timed else LYYTI
    header = "abcdef" if timed else LYYTI_HEADER.strip().split(";")
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in [[*header], *rows]]
    data = "".join(";".join(row) + "\n" for row in quoted).encode()
    try:
        table = read(data, mappings=[mapping])
    except EvallibError as fault:
        assert str(fault.where) or "e1_0.csv" in str(fault.problem)
        return
    assert len(table.rows) <= len(rows)
    assert set(table.rows["status"]) <= {"attended", "short", "registered", "no-show", "host"}
    assert all(int(minutes) >= 0 for minutes in table.rows["minutes"])


def test_what_stands_in_the_column_of_addresses_and_is_none_is_counted() -> None:
    rows = LYYTI_HEADER + "Maija;Meri;maija(at)example.org;;;Osallistui\nEino;Suo;;;;Osallistui\n"
    table = read(rows + "Aino;Aho;aino@example.org;;;Osallistui\n")

    assert list(table.rows["email"]) == ["", "", "aino@example.org"]
    assert [(one.count, one.detail) for one in table.remarks if one.code == "no_address"] == [(1, "e1")]
    assert "no_address" not in [one.code for one in read(LYYTI_HEADER + "Eino;Suo;;;;Osallistui\n").remarks]


def test_whole_columns_count_what_is_no_address_as_well() -> None:
    mapping = by_columns(name="Name", email="Email")
    table = read("Name;Email\nMaija Meri;-\nEino Suo;eino@example.org\n", mappings=[mapping])

    assert [one.count for one in table.remarks if one.code == "no_address"] == [1]
