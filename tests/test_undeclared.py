"""Columns of received lists: ordinary files are known whole, anything else is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from evallib.codebook.columns import LeftOut, shown_headers
from evallib.sources.attendance import read_attendance
from evallib.sources.decode import read_sheet
from evallib.sources.listing import recognise
from evallib.sources.mapping import ColumnMapping
from evallib.sources.undeclared import undeclared, without_declared

ROOT = Path(__file__).parent.parent
MEETING = "2. Participants\n"
TEAMS = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole"
TEAMS_ROW = "Maija\t4/3/25, 9:00:00 AM\t4/3/25, 9:40:00 AM\t40m\tm@example.org\tm@example.org\tAttendee"
WEBINAR = "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest"
ORDINARY = {
    "Teams A": "Full Name\tUser Action\tTimestamp\nMaija\tJoined\t11/26/2025, 9:05:00 AM\n",
    "Teams E": f"1. Summary\n2. Participants\n{TEAMS}\tEngagement: Camera On\n{TEAMS_ROW}\t1\n",
    "Zoom": "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,"
    "Recording Consent,In Waiting Room\n",
    "Teams live event": "SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role\n"
    "1,a,M,x,11/26/2025 14:00:00,Joined,Attendee\n",
    "Zoom webinar": f"Attendee Report\nAttendee Details\n{WEBINAR},Country/Region Name\n"
    "Yes,M,,,,,No,Finland,\n",
    "pretix fi": "Tilauskoodi,Osallistujan nimi,Osallistujan nimi: Etunimi,Tuote,Hinta,Checked in,"
    "Kirjattu ulos,Automaattisesti kirjattu sisään,Sähköposti,Puhelinnumero,Yritys,Kuponkikoodi,"
    "Tilauksen päivämäärä,Tilauksen aika,Vaatii erityishuomiota,Kommentti,Istuintunniste,"
    "Istuimen nimi,Paikkavyöhyke,Osoite,Maa\n",
    "pretix en": "Order code,Attendee name,Attendee name: Given name,Product,Price,Checked in,Checked out,"
    "Automatically checked in,Paid,Secret,E-mail,Date,Start date,End date,Company,Voucher code,Order date,"
    "Requires special attention,Comment,Seat ID,Seat name,Seat zone,Seat row,Seat number\n",
    "Eventbrite": "Order #,Order Date,First Name,Last Name,Email,Quantity,Price Tier,Ticket Type,Attendee #,"
    "Group,Order Type,Currency,Total Paid,Fees Paid,Eventbrite Fees,Eventbrite Payment Processing,"
    "Attendee Status\n",
    "sign-up": "email;role;region;sector;under40;sex;lang;organisation\n",
    "paper list": "event_id;role;region;sector;under40;sex;lang\n",
}


def left_aside(content: str, *mappings: ColumnMapping) -> list[str]:
    sheet = read_sheet(content.encode(), "e1.csv", by_hand=True)
    return [one.column for one in undeclared(sheet, recognise(sheet, mappings))]


@pytest.mark.parametrize("system", ORDINARY)
def test_every_column_of_an_ordinary_list_is_known(system: str) -> None:
    assert left_aside(ORDINARY[system]) == []


@pytest.mark.parametrize(
    ("system", "last", "sign"),
    [("Teams E", "Engagement: Camera On", "\t"), ("Zoom", "In Waiting Room", ","),
     ("Zoom webinar", "Country/Region Name", ","), ("pretix en", "Seat number", ","),
     ("Eventbrite", "Attendee Status", ","), ("sign-up", "organisation", ";"), ("paper list", "lang", ";")],
)  # fmt: skip
def test_a_question_of_the_organisers_own_is_not_known(system: str, last: str, sign: str) -> None:
    assert left_aside(ORDINARY[system].replace(last, f"{last}{sign}Ruokavalio", 1)) == ["Ruokavalio"]


def test_a_column_without_a_name_is_named_by_its_place_where_it_holds_something() -> None:
    header = "email;role;region;sector;under40;sex;lang;"
    assert left_aside(f"{header}\na@example.org;;;;;;;\n") == []
    assert left_aside(f"{header}\na@example.org;;;;;;;x\n") == [""]


def test_a_mapping_or_the_project_declares_what_is_left_out() -> None:
    content = "Nimi;Ruokavalio;Kysymys: bussi\nMaija;kala;kyllä\n"
    plain = ColumnMapping.model_validate({"system": "x", "columns": {"name": "Nimi"}})
    assert left_aside(content, plain) == ["Ruokavalio", "Kysymys: bussi"]
    told = plain.model_copy(update={"left_out": {"free text": ("ruokavalio",), "answer": ("Kysymys*",)}})
    assert left_aside(content, told) == []

    event = {"event_id": "e1", "start": "2025-04-03T09:00", "end": "2025-04-03T11:00", "tz": ""}
    table = read_attendance([("e1.csv", content.encode())], event, (), 10, mappings=[plain])
    assert [one.place for one in table.undeclared] == [2, 3]
    declared = LeftOut.model_validate({"lists": {"free text": ["Ruokavalio"]}})
    assert [one.column for one in without_declared(table, declared).undeclared] == ["Kysymys: bussi"]
    elsewhere = LeftOut.model_validate({"participants": {"free text": ["Ruokavalio"]}})
    assert len(without_declared(table, elsewhere).undeclared) == 2


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (["Nimi", "Sähköposti", "Ruokavalio"], True),
        (["Etunimi", "Mitä odotat tilaisuudelta?", "Kommentti"], True),
        (["Aino Virtanen", "Oulu", "Kainuu"], False),
        (["Nimi", "aino@example.org"], False),
        (["Nimi", "040 123 4567"], False),
        (["Nimi", "131052-308T"], False),
        ([], False),
    ],
)
def test_a_row_is_shown_only_where_it_looks_like_names_of_columns(row: list[str], shown: bool) -> None:
    assert bool(shown_headers(row)) is shown
