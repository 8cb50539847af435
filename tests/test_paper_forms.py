"""Feedback forms on paper: from the empty workbook to answers beside the server's, each counted once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from small_frames import cells, questionnaires, small, value

from evallib import cli
from evallib.errors import EvallibError, InputError
from evallib.indicators import sources
from evallib.privacy.door_in import door_in
from evallib.privacy.keys import key_from
from evallib.records import FieldClass, FrozenTable, SourceTable
from evallib.sources.limesurvey import read_responses
from evallib.sources.paper import read_paper, sheet_rules
from evallib.sources.paper_sheet import paper_workbook
from evallib.sources.survey_folder import extent, read_survey
from evallib.steps.new import new
from evallib.tidy.survey import survey_frame
from evallib.workspace import Period

Q1 = questionnaires()["q1"]
EVENTS = {"e1": {"event_id": "e1", "start": "2025-03-04T09:00"}}
NAME = "limesurvey/q1/paper.xlsx"
HEAD = [rule.column for rule in sheet_rules(Q1)]
YEAR = Period(id="2025", start=date(2025, 1, 1), end=date(2025, 12, 31))


def filled(*rows: Mapping[str, object]) -> bytes:
    """The empty workbook with forms typed into it."""
    book = openpyxl.load_workbook(io.BytesIO(paper_workbook(Q1, "en")))
    for number, row in enumerate(rows, 2):
        for column, cell in row.items():
            book["q1"].cell(number, HEAD.index(column) + 1, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def form(number: object, **cells: object) -> dict[str, object]:
    return {"form": number, "event_id": "e1", **cells}


def read(*rows: Mapping[str, object]) -> SourceTable:
    return read_paper(Q1, filled(*rows), NAME, EVENTS)


def remarks(table: SourceTable | FrozenTable) -> dict[str, int]:
    return {one.code: one.count for one in table.remarks}


def server(*rows: Mapping[str, str]) -> SourceTable:
    """An export with the given responses, submitted on 5.3.2025."""
    head = ["id", "submitdate", "lastpage", "startlanguage", *(column.name for column in Q1.columns())]
    usual = {"submitdate": "2025-03-05 10:00:00", "lastpage": "1", "startlanguage": "fi", "EVID": "e1"}
    lines = [head, *([{**usual, **row}.get(one, "") for one in head] for row in rows)]
    written = "".join(";".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines) + "\r\n"
    return read_responses(Q1, written.encode(), "limesurvey/q1/responses.csv")


def through(*tables: SourceTable) -> list[FrozenTable]:
    return door_in(tables, {"q1": Q1}, key_from(bytes(range(32))), YEAR)


def test_the_workbook_has_a_column_a_question_with_its_codes_to_choose_from() -> None:
    book = openpyxl.load_workbook(io.BytesIO(paper_workbook(Q1, "en")))
    lists = {
        column[0].value: [cell.value for cell in column[1:] if cell.value]
        for column in book["codes"].iter_cols()
    }
    explained = {row[0]: row[1:] for row in book["README"].iter_rows(min_row=2, values_only=True)}
    ranges = {str(one.formula1) for one in book["q1"].data_validations.dataValidation}

    assert [cell.value for cell in book["q1"][1]] == HEAD == list(explained)
    assert HEAD[:6] == ["form", "event_id", "date", "language", "T01", "T02"]
    assert "T06[inno]" in HEAD and "EVID" not in HEAD
    assert lists["T01"] == ["h1", "h2", "h3", "h4", "h5", "ek"]
    assert lists["T06[inno]"] == ["Y"] and lists["T10"] == []
    assert "codes!$E$2:$E$7" in ranges  # of T01, the fifth column
    assert "h5 = very much" in str(explained["T01"][1])
    assert "only who answered yes, mayb to T05" in str(explained["T05b"][1])
    assert paper_workbook(Q1, "en") == paper_workbook(Q1, "en")


def test_a_typed_form_reads_like_an_answer_of_the_server() -> None:
    table = read(
        form("007", T01="h5", T03=2, T10="Hyvää kahvia", **{"T06[inno]": "Y"}),
        form(8, date="5.3.2025", language="sv", T01="ek"),
    )

    first, second = table.rows.to_dict("records")
    assert table.kind == "responses.q1"
    assert (first["id"], first["submitdate"], first["EVID"]) == ("paper-7", "2025-03-04 00:00:00", "e1")
    assert (first["T01"], first["T03"], first["T06[inno]"], first["T02"]) == ("h5", "2", "Y", "")
    assert (second["submitdate"][:10], second["startlanguage"], second["T01"]) == ("2025-03-05", "sv", "ek")
    assert (table.fields["T10"], table.fields["T09"]) == (FieldClass.TEXT, FieldClass.QUASI)
    assert set(table.fields) == set(table.rows) and table.remarks == ()


def test_a_sheet_saved_as_csv_reads_the_same() -> None:
    lines = [HEAD, [str(form(1, T01="h5").get(column, "")) for column in HEAD]]
    data = "\n".join(";".join(line) for line in lines).encode("utf-8-sig") + b"\n"

    assert read_paper(Q1, data, NAME, EVENTS).rows.equals(read(form(1, T01="h5")).rows)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (form(2, T01="H5"), "T01", "Did you mean h5?"),
        (form(2, T05="kyllä"), "T05", "one of yes, mayb, no"),
        (form(2, **{"T06[inno]": "x"}), "T06[inno]", "one of Y"),
        (form(2, T03="kaksi"), "T03", "a number"),
        (form(2, date="4.13.2025"), "date", "a date"),
        (form(2, language="suomi"), "language", "one of fi, sv, en"),
        (form(2, event_id="e11"), "event_id", "Did you mean e1?"),
        (form("", T01="h5"), "form", "A cell that is needed is empty"),
        (form("pöytä 2"), "form", "can't be read"),
        (form("A2"), "form", "the number written on the paper form"),
        (form(2, event_id="", T01="h5"), "event_id", "A cell that is needed is empty"),
        (form(1, T01="h4"), "form", "typed twice with different answers"),
    ],
)
def test_a_cell_that_cannot_be_right_is_named_with_row_and_column(
    row: dict[str, object], column: str, said: str
) -> None:
    with pytest.raises(InputError) as fault:
        read(form(1, T01="h5"), row)

    assert str(fault.value.where) == f"{NAME}, row 3, column {column}"
    assert said in " ".join(str(part) for part in fault.value.parts().values())


def test_a_column_that_is_no_question_is_refused() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(form(1))))
    book["q1"].cell(1, HEAD.index("T02") + 1, "T02x")
    stream = io.BytesIO()
    book.save(stream)

    with pytest.raises(InputError, match="not known") as fault:
        read_paper(Q1, stream.getvalue(), NAME, EVENTS)
    assert str(fault.value.repair) == "Did you mean T02?"


def test_answers_to_questions_to_be_skipped_are_left_out_and_counted() -> None:
    table = read(form(1, T05="no", T05b="kokeilen"), form(2, T05="yes", T05b="kokeilen"))

    assert list(table.rows["T05b"]) == ["", "kokeilen"]
    assert [(one.code, one.count, one.detail) for one in table.remarks] == [("paper_not_asked", 1, "T05b")]


def test_a_form_typed_twice_counts_once_and_two_forms_answered_alike_are_remarked() -> None:
    typed = read(form(1, T01="h5"), form(1, T01="h5"), form(2, T01="h5"), form(3, T01="h4"), form(4))
    (answers, _) = through(typed)

    assert remarks(typed) == {"empty": 1, "paper_alike": 1}
    assert sorted(answers.rows["flags"]) == ["duplicate+paper", *["paper"] * 4]
    assert remarks(answers) == {"duplicate": 1, "paper": 5}
    frame = survey_frame("q1", Q1, answers.rows)
    assert (frame.n, frame.left_out) == (3, {"duplicate": 1, "empty": 1})


def test_paper_and_server_answers_reconcile_together_and_stay_apart_by_their_flag() -> None:
    online = server({"id": "1", "T01": "h5"}, {"id": "2", "T01": "h4", "T10": "Verkossa"})
    typed = read(form(1, T01="h5", T05="no", T10="Paperilla"), form(2, T02="a5"))
    answers, texts = through(online, typed)

    frame = survey_frame("q1", Q1, answers.rows)
    count = frame.counts["T01"]
    assert (count.answered, count.not_answered, count.not_asked, count.n) == (3, 1, 0, 4)
    assert sorted(answers.rows["flags"]) == ["", "", "paper", "paper"]
    assert sorted(texts.rows["text"]) == ["Paperilla", "Verkossa"]
    assert "Paperilla" not in answers.rows.to_csv() and "paper-" not in answers.rows.to_csv()


def test_a_folder_may_hold_nothing_but_paper_and_a_corrected_sheet_replaces_the_first() -> None:
    files = {"paper.xlsx": filled(form(1, T01="h5")), "paper_korjattu.xlsx": filled(form(1, T01="h4"))}

    (table,) = read_survey("q1", files, Q1, EVENTS)

    assert list(table.rows["T01"]) == ["h4"]
    assert [(one.name, one.system) for one in table.files] == [
        ("limesurvey/q1/paper_korjattu.xlsx", "paper forms"),
        ("limesurvey/q1/paper.xlsx", "replaced"),
    ]


def test_two_sheets_of_one_survey_are_refused() -> None:
    files = {"paper.xlsx": filled(form(1)), "paper.csv": b"form;event_id\n"}
    with pytest.raises(InputError, match="there twice"):
        list(read_survey("q1", files, Q1, EVENTS))


def test_rows_of_a_sheet_are_counted_so_that_none_vanishes_later() -> None:
    assert extent(filled(form(1), form(2)), NAME, "paper")[1] == 2
    assert extent(filled(), NAME, "paper") == (tuple(HEAD), 0)


def test_the_source_table_says_how_many_answers_came_on_paper() -> None:
    rows = [{"T01": "h5", "flags": "paper"}, {"T01": "h4", "flags": ""}, {"flags": "duplicate+paper"}]

    found = cells(sources.src, small(q1=rows, f1=[{"P01": "yes"}]))
    assert value(found["SRC.paper[survey=q1]"]) == (1, 1, 2)
    assert found["SRC.paper[survey=f1]"].value == 0
    assert not [one for one in cells(sources.src, small(q1=rows[1:])) if "paper" in one]


def test_the_command_writes_the_sheet_says_where_it_goes_and_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(new(tmp_path / "own"))

    assert cli.main(["survey", "paper", "q1", "../q1.xlsx", "--language", "en"]) == 0
    assert "surveys/inbox/2026/limesurvey/q1/paper.xlsx" in capsys.readouterr().out
    before = (tmp_path / "q1.xlsx").read_bytes()
    assert cli.main(["read", "../q1.xlsx", "--language", "en"]) == 0
    assert "paper forms" in capsys.readouterr().out
    for arguments in (["q1", "../q1.xlsx"], ["q9", "../new.xlsx"], ["q1", "../new.csv"]):
        assert cli.main(["survey", "paper", *arguments]) != 0
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["q1.xlsx"]
    assert (tmp_path / "q1.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    "data", [b"", b"form", b"\x00\xff", b"PK\x03\x04", b"<html></html>", b"form;form\n1;2\n"]
)
def test_what_is_no_sheet_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(EvallibError):
        read_paper(Q1, data, NAME, EVENTS)
