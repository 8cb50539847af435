"""Answers and participants come in as the server wrote them, and their counts equal the server's own."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_door_in import KEY, Span

from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import Column, Item, Option, Questionnaire, SubItem, Type
from evallib.errors import EvallibError, InputError, PrivacyError
from evallib.privacy.answers import freeze_responses
from evallib.records import FieldClass, SourceTable
from evallib.sources.limesurvey import read_participants, read_responses
from evallib.tidy.survey import count_column
from evallib.tidy.typed import as_number

DATA = Path(__file__).parent / "data" / "limesurvey"
TRUTH = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))["surveys"]
STRUCTURES = {
    sid: read_lss((DATA / f"limesurvey_survey_{sid}.lss").read_bytes(), "structure.lss")
    for sid in ("111111", "333333")
}


def received(name: str) -> SourceTable:
    return read_responses(STRUCTURES[name[:6]], (DATA / name).read_bytes(), name)


@pytest.fixture(scope="module")
def named() -> SourceTable:
    return received("111111_fi_all_code_short.csv")


def small() -> Questionnaire:
    """A list with "other", two ticks, a number and a text."""
    fi = {"fi": "Kyllä", "en": "Yes"}
    items = (
        Item("A", "A", Type.SINGLE, {}, (Option("1", fi, 1.0), Option("2", {"fi": "Ei"}, 2.0)), other=True),
        Item("M", "M", Type.MULTI, {}, subitems=(SubItem("x", {}), SubItem("y", {}))),
        Item("N", "N", Type.NUMBER, {}),
        Item("T", "T", Type.TEXT, {}, field_class=FieldClass.TEXT),
        Item("event", "event", Type.HIDDEN, {}),
    )
    return Questionnaire("q9", {}, ("fi",), "fi", items)


HEADER = ["id", "submitdate", "token", "seed", "A", "A[other]", "M[x]", "M[y]", "N", "T", "event"]


def as_csv(*rows: str, header: list[str] = HEADER, end: str = "\r\n") -> bytes:
    """Rows written with | between cells, as the server's CSV writes them."""
    lines = [header, *(row.split("|") for row in rows)]
    quoted = (";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    return ("\ufeff" + "".join(line + "\r\n" for line in quoted) + end).encode()


def row(number: int, token: str = "", a: str = "1", text: str = "", **more: str) -> str:
    cells = {
        "id": str(number),
        "submitdate": "2026-10-01 10:00:00",
        "token": token,
        "A": a,
        "T": text,
        **more,
    }
    return "|".join(cells.get(name, "") for name in HEADER)


def read(*rows: str, **how: Any) -> SourceTable:
    return read_responses(small(), as_csv(*rows, **how), "responses.csv")


def remarks(table: SourceTable) -> dict[str, int]:
    return {remark.code: remark.count for remark in table.remarks}


# ---- counts against the server's own


def agrees(table: SourceTable, column: Column, truth: dict[str, Any]) -> None:
    """What the frames will count of the column is what the server counted in its database."""
    counts = count_column("q9", column, table.rows)
    values = table.rows[column.name]
    given = Counter(values[values != ""].tolist())
    assert (counts.answered, counts.n - counts.answered) == (truth["filled"], truth["null"] + truth["empty"])
    assert len(given) == truth["distinct"]
    if "counts" in truth and column.type not in (Type.NUMBER, Type.NUMBERS):
        wanted = Counter({value.replace("\r\n", "\n"): n for value, n in truth["counts"].items()})
        assert given == wanted
        if column.options and not column.role:
            assert counts.options == {code: wanted.pop(code, 0) for code in column.option_codes}
            assert counts.other == wanted.pop("-oth-", 0)
            assert counts.unknown == wanted.total()
    if "numeric" in truth and column.type in (Type.NUMBER, Type.NUMBERS):
        numbers = [float(value) for value in given.elements() if as_number(value) is not None]
        assert sum(numbers) / len(numbers) == pytest.approx(truth["numeric"]["mean"], rel=1e-12)


@pytest.mark.parametrize("which", ["all", "complete"])
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("sid", ["111111", "333333"])
def test_every_column_counts_what_the_server_counts(sid: str, form: str, which: str) -> None:
    table = received(f"{sid}_fi_all_code_short.{form}")
    if which == "complete":
        table = replace(table, rows=table.rows[table.rows["submitdate"] != ""].reset_index(drop=True))
    assert len(table.rows) == TRUTH[sid]["n_all" if which == "all" else "n_complete"]
    for column in STRUCTURES[sid].columns():
        agrees(table, column, TRUTH[sid]["columns"][column.name][which])


def test_csv_and_both_json_layouts_give_the_same_rows(named: SourceTable) -> None:
    data = (DATA / "111111_fi_all_code_short.json").read_bytes()
    keyed = {"responses": [{str(n): one} for n, one in enumerate(json.loads(data)["responses"], 1)]}
    structure = STRUCTURES["111111"]
    assert read_responses(structure, data, "a.json").rows.equals(named.rows)
    assert read_responses(structure, json.dumps(keyed).encode(), "b.json").rows.equals(named.rows)


def test_the_export_of_incomplete_answers_is_the_incomplete_part(named: SourceTable) -> None:
    part = received("111111_fi_incomplete_code_short.csv")
    whole = named.rows[named.rows["submitdate"] == ""].reset_index(drop=True)
    assert part.rows.equals(whole) and len(whole) == 30


def test_what_is_no_number_is_remarked() -> None:
    table = read(row(1, N="7.5"), row(2, N="0"), row(3, N="1,5"), row(4, N="NaN"), row(5))
    assert remarks(table)["not_a_number"] == 2


# ---- rows as they stood


def test_text_stays_exactly_as_it_was_written() -> None:
    words = [
        "   välilyöntejä   ",
        "a\tb",
        "😀👍🏽",
        "a\u0308",
        "NA",
        "null",
        "None",
        "007",
        "=1+1",
        'sano "hei"; nyt',
    ]
    table = read(*(row(n, text=word) for n, word in enumerate(words, 1)), row(99, text="yksi\r\nkaksi"))
    assert list(table.rows["T"]) == [*words, "yksi\nkaksi"]


def test_nothing_is_guessed_to_be_missing(named: SourceTable) -> None:
    assert (named.rows["unit"] == "NA").sum() == 22
    assert not named.rows.isna().any().any()
    assert {str(kind) for kind in named.rows.dtypes} == {"str"}


def test_columns_come_in_the_order_of_the_contract_with_a_class_each() -> None:
    table = read(row(1))
    record = ["id", "submitdate", "lastpage", "startlanguage", "token", "startdate", "datestamp", "seed"]
    assert list(table.rows) == [*record, "A", "A[other]", "M[x]", "M[y]", "N", "T", "event"]
    assert list(table.fields) == list(table.rows)
    assert table.fields["token"] is FieldClass.IDENTIFIER
    assert table.fields["startlanguage"] is FieldClass.QUASI
    assert table.fields["A[other]"] is table.fields["T"] is FieldClass.TEXT
    assert (table.kind, table.files[0].system) == ("responses.q9", "limesurvey")


def test_columns_of_unknown_types_are_left_out_with_a_remark() -> None:
    structure = replace(small(), items=(*small().items, Item("Z", "Z", Type.OTHER, {})), not_read=("Z[a]",))
    data = as_csv(row(1) + "|x", header=[*HEADER, "Z[a]"])
    table = read_responses(structure, data, "responses.csv")
    assert "Z[a]" not in table.rows and "Z[a]" not in table.fields
    assert remarks(table)["not_read"] == 1


@pytest.mark.parametrize("data", [b"\r\n", b"\xef\xbb\xbf\r\n", b'{"responses": []}'])
def test_a_survey_without_answers_is_an_empty_table(data: bytes) -> None:
    table = read_responses(small(), data, "responses.csv")
    assert len(table.rows) == 0 and "M[y]" in table.rows
    assert "no_answers" in remarks(table)


# ---- remarks and marked rows


def test_the_repeated_and_reused_rows_of_the_real_export_are_found_at_the_door(named: SourceTable) -> None:
    structure = STRUCTURES["111111"]
    frozen = freeze_responses(named, structure, {}, KEY, Span(), Span().end)[0]
    found = {one.code: one.count for one in frozen.remarks}
    assert (found["duplicate"], found["token_reused"]) == (3, 2)  # ids 301 to 303, 304 and 305
    assert found["unknown_token"] == 307  # nobody was told to have been invited


def test_what_the_evaluator_should_know_is_remarked() -> None:
    found = remarks(read(row(1, a="ZZ"), row(3, submitdate="1980-01-01 00:00:00"), row(4, a="")))
    assert found == {"unknown_code": 1, "no_date": 1, "empty": 1}


def test_long_values_in_a_coded_column_are_not_shown() -> None:
    (remark,) = [r for r in read(row(1, a="Aino Testi"), row(2)).remarks if r.code == "unknown_code"]
    assert remark.detail == "A"


def test_a_missing_last_empty_line_is_remarked() -> None:
    assert "end_not_marked" in remarks(read(row(1), end=""))
    assert "end_not_marked" not in remarks(read(row(1)))


# ---- what is refused


def refused(data: bytes, said: str, kind: type[EvallibError] = InputError) -> EvallibError:
    with pytest.raises(kind, match=said) as caught:
        read_responses(small(), data, "responses.csv")
    assert "responses.csv" in str(caught.value)
    return caught.value


def test_every_cut_of_a_file_is_noticed() -> None:
    data = as_csv(row(1, text='sano "hei"'), row(2, text="rivi\nkaksi", event='E "1"'), end="")
    whole_rows = {len(as_csv(row(1, text='sano "hei"'), end="")), len(as_csv(end=""))}
    for length in range(4, len(data)):
        if length in whole_rows or length + 1 == len(data) or length + 1 in whole_rows:
            continue
        with pytest.raises(InputError):
            read_responses(small(), data[:length], "responses.csv")


def test_a_cut_says_that_the_file_breaks_off() -> None:
    data = as_csv(row(1), row(2))
    assert "cut" in str(refused(data[:-12], "breaks off").repair)
    refused(b'{"responses": [{"id": 1, "subm', "breaks off")
    refused(b"", "is empty")


def test_an_export_of_answer_texts_is_refused_and_the_right_one_named() -> None:
    structure = STRUCTURES["111111"]
    with pytest.raises(InputError, match="answer texts") as caught:
        read_responses(structure, (DATA / "111111_en_all_code_long.csv").read_bytes(), "long.csv")
    assert "Answer codes" in str(caught.value.repair)
    refused(as_csv(row(1, a="Kyllä", **{"M[x]": "Kyllä"})), "answer texts")
    refused(as_csv(row(1, **{"M[x]": "1", "M[y]": "2"})), "answer texts")


def test_headings_of_question_texts_are_refused_and_the_right_ones_named() -> None:
    structure = STRUCTURES["111111"]
    with pytest.raises(InputError, match="not question codes") as caught:
        read_responses(structure, (DATA / "111111_sv_all_full_short.csv").read_bytes(), "full.csv")
    assert "Export responses. Format CSV; headings «Question code»" in str(caught.value.repair)


def test_a_file_without_header_is_refused() -> None:
    refused(as_csv(header=row(1).split("|")), "no header")


def test_another_surveys_answers_are_refused() -> None:
    structure = STRUCTURES["333333"]
    with pytest.raises(InputError, match="another survey"):
        read_responses(structure, (DATA / "111111_fi_all_code_short.csv").read_bytes(), "r.csv")


def test_an_undeclared_column_is_stopped_by_name_with_the_nearest() -> None:
    fault = refused(as_csv(row(1) + "|x", header=[*HEADER, "A[others]"]), "A.others", PrivacyError)
    assert "A[other]" in str(fault.repair)
    refused(as_csv(row(1) + "|a@example.org", header=[*HEADER, "email"]), "column email", PrivacyError)


def test_a_missing_column_is_named() -> None:
    short = [name for name in HEADER if name != "M[y]"]
    refused(as_csv("1|2026-10-01 10:00:00||||||||", header=short), "lacks the column M.y")


def test_rows_of_another_length_are_refused() -> None:
    assert "row 2" in str(refused(as_csv(row(1) + "|x", row(2)), "differ in length").found)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (as_csv(row(1, text="ä")).decode().encode("cp1252", "ignore"), "not UTF-8"),
        (as_csv(row(1)).decode().encode("utf-16"), "not UTF-8"),
        (as_csv(row(1, submitdate="1.10.2026 10:00")), "dates that LimeSurvey does not write"),
        (as_csv(row(1), row(1)), "more than once"),
        (as_csv(row(1, id="x")), "id is no number"),
        (as_csv(row(1) + "|1", header=[*HEADER, "A"]), "two columns named A"),
        (b'{"status": "No permission"}', "not a LimeSurvey export"),
        (b'{"responses": [{"id": 1, "id": 2}]}', "not a LimeSurvey export"),
        (b'{"responses": [{"id": NaN}]}', "not a LimeSurvey export"),
        (b'{"responses": [{"id": 1}, {"x": 2}]}', "not a LimeSurvey export"),
        (b'{"responses": [{"id": "\\ud800"}]}', "no text"),
        (b"[" * 100_000, "not a LimeSurvey export|breaks off"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_right_is_refused(data: bytes, said: str) -> None:
    refused(data, said)


def test_the_servers_own_refusal_is_shown() -> None:
    assert "No permission" in str(refused(b'{"status": "No permission"}', "not a LimeSurvey export").found)


# ---- participants

PEOPLE = (
    "\ufefftid,firstname,lastname,email,emailstatus,token,language,validfrom,validuntil,invited,"
    "reminded,remindercount,completed,usesleft, attribute_1 <Organisaatio>, attribute_2 <Maakunta>, "
    "attribute_3 <Ala>\n"
    '"1","Aino","Testi","aino@example.org","OK","tok1","fi","","","2026-09-01 10:00","N",'
    '"0","2026-09-03 12:00","0","Yritys "Helmi" Oy, Oulu","FI1D9","tour"\n'
    '"2","Åsa","Prov","asa@example.org","OK","tok2","sv","","","N","N","0","N","1","","",""\n'
)


def test_participants_are_read_as_the_server_writes_them() -> None:
    table = read_participants(PEOPLE.encode(), "participants.csv", "q2")
    assert table.kind == "invited.q2"
    assert (
        list(table.rows)
        == list(table.fields)
        == (
            [
                "tid",
                "token",
                "email",
                "firstname",
                "lastname",
                "language",
                "sent",
                "completed",
                "organisation",
                "region",
                "sector",
            ]
        )
    )
    first, second = table.rows.to_dict("records")
    assert first["organisation"] == 'Yritys "Helmi" Oy, Oulu'  # quotes inside are not doubled
    assert (first["sent"], first["completed"]) == ("2026-09-01 10:00", "2026-09-03 12:00")
    assert (first["region"], first["sector"], second["sent"], second["organisation"]) == (
        "FI1D9",
        "tour",
        "N",
        "",
    )
    assert table.fields["email"] is FieldClass.IDENTIFIER


def test_participants_saved_by_another_program_are_read_too() -> None:
    frame = pd.DataFrame(
        {"tid": ["1"], "firstname": ["A"], "lastname": ['B "C"'], "email": ["a@example.org"], "token": ["t1"],
         "sent": ["N"], "completed": ["Y"], "attribute_2": ["Oy; Ab"]}
    )  # fmt: skip
    data = frame.to_csv(index=False, sep=";").encode()
    table = read_participants(data, "p.csv", "q2", {"attribute_2": "organisation"})
    assert table.rows.loc[0, "lastname"] == 'B "C"'
    assert table.rows.loc[0, "organisation"] == "Oy; Ab"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PEOPLE.replace("tok2", "tok1"), "the same token"),
        (PEOPLE.replace(",token,", ",tokn,"), "lacks the column token"),
        (PEOPLE[:-20], "breaks off"),
        ("", "is empty"),
        ("\n", "is empty"),
    ],
)
def test_a_faulty_participants_table_is_refused(data: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_participants(data.encode(), "participants.csv", "q2")


def test_a_participants_column_that_nobody_declared_is_left_aside_and_named() -> None:
    table = read_participants(PEOPLE.replace(",emailstatus,", ",phone,").encode(), "p.csv", "q2")
    assert [(one.file, one.column, one.place) for one in table.undeclared] == [("p.csv", "phone", 5)]
    assert "phone" not in table.rows
    assert read_participants(PEOPLE.encode(), "p.csv", "q2").undeclared == ()
    fourth = PEOPLE.replace(" attribute_3 <Ala>", " attribute_4 <Puhelin>")
    assert [one.column for one in read_participants(fourth.encode(), "p.csv", "q2").undeclared] == [
        "attribute_4"
    ]


def test_a_participants_table_without_header_shows_nobody() -> None:
    people = "Aino,Testi,tok1,aino@example.org\nBo,Prov,tok2,bo@example.org\n"
    with pytest.raises(InputError, match="lacks the column") as caught:
        read_participants(people.encode(), "p.csv", "q2")
    assert not any(word in str(caught.value.parts()) for word in ("Aino", "Testi", "tok1", "@"))


# ---- any bytes

GOOD = as_csv(row(1, text='sano "hei"'), row(2, text="rivi\nkaksi"))
GOOD_JSON = json.dumps(
    {"responses": [dict(zip(HEADER, row(n).split("|"), strict=True)) for n in (1, 2)]}
).encode()


@settings(max_examples=examples(60))
@given(
    st.binary(max_size=120)
    | st.builds(
        lambda good, start, length, new: good[:start] + new + good[start + length :],
        st.sampled_from([GOOD, GOOD_JSON, PEOPLE.encode()]),
        st.integers(0, 400),
        st.integers(0, 60),
        st.binary(max_size=8)
        | st.sampled_from([b'"', b";", b"\r\n", b"\x00", b"{", b"]", b"\\ud800", b"\xff"]),
    )
)
def test_any_bytes_are_rows_or_a_known_error(data: bytes) -> None:
    for reading in (
        lambda: read_responses(small(), data, "any.csv"),
        lambda: read_participants(data, "any.csv", "q9"),
    ):
        try:
            table = reading()
        except (InputError, PrivacyError):
            continue
        assert list(table.rows) == list(table.fields)
