"""The door in: what comes out holds no identity, loses no answer, and tells what was odd."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evallib.codebook.columns import suggested_class
from evallib.codebook.model import Item, Option, Questionnaire, SubItem, Type
from evallib.errors import PrivacyError, StoreError
from evallib.privacy.door_in import door_in
from evallib.privacy.keys import key_from
from evallib.privacy.pseudonyms import pseudonym
from evallib.privacy.tables import from_bytes, text_frame, to_bytes
from evallib.records import FieldClass, FrozenTable, SourceFile, SourceTable, Undeclared

KEY = key_from(bytes(range(32)))
ANSWER, TEXT, QUASI = FieldClass.ANSWER, FieldClass.TEXT, FieldClass.QUASI
IDENTIFIER, TECHNICAL = FieldClass.IDENTIFIER, FieldClass.TECHNICAL


@dataclass(frozen=True)
class Span:
    id: str = "2025"
    start: date = date(2025, 1, 1)
    end: date = date(2025, 12, 31)


def options(*codes):
    return tuple(Option(code, {"en": code}) for code in codes)


def survey(name="q3", origin="token"):
    items = (
        Item("EVID", "EVID", Type.HIDDEN, {}),
        Item("T01", "T01", Type.SINGLE, {}, options("1", "2", "3", "4", "5", "ek")),
        Item("N18", "N18", Type.MULTI, {}, subitems=(SubItem("news", {}), SubItem("web", {})), other=True),
        Item("Y20", "Y20", Type.SINGLE, {}, options("a", "b"), other=True),
        Item("T10", "T10", Type.TEXT, {}),
        Item("CLINK", "CLINK", Type.YES_NO, {}, consent="link"),
        Item("CQUOT", "CQUOT", Type.YES_NO, {}, consent="quote"),
    )
    items = items if name == "q3" else tuple(item for item in items if item.consent != "link")
    return Questionnaire(name, {}, ("fi",), "fi", items, origin=origin)


META = {
    "id": TECHNICAL,
    "submitdate": TECHNICAL,
    "lastpage": TECHNICAL,
    "startlanguage": QUASI,
    "token": IDENTIFIER,
    "startdate": TECHNICAL,
    "datestamp": TECHNICAL,
    "seed": TECHNICAL,
    "ipaddr": TECHNICAL,
    "refurl": TECHNICAL,
}


def table(kind, fields, rows, files=()):
    cells = [[row.get(name, "") for name in fields] for row in rows]
    return SourceTable(kind, text_frame(list(fields), cells), dict(fields), files)


def responses(*rows, name="q3", extra=None):
    """Responses with ids 1, 2, … submitted on 3.11.2025 unless the row says otherwise."""
    usual = {
        "submitdate": "2025-11-03 10:11:12",
        "startlanguage": "fi",
        "startdate": "2025-11-03 10:01:59",
        "datestamp": "2025-11-03 10:11:12",
        "seed": "1446998122",
        "ipaddr": "192.0.2.40",
        "refurl": "https://intra.example.org/?user=aino",
    }
    columns = {column.name: column.field_class for column in survey(name).columns()}
    full = [usual | {"id": str(i)} | row for i, row in enumerate(rows, start=1)]
    return table(f"responses.{name}", META | columns | (extra or {}), full)


INVITED = {
    "tid": TECHNICAL,
    "token": IDENTIFIER,
    "email": IDENTIFIER,
    "firstname": IDENTIFIER,
    "lastname": IDENTIFIER,
    "language": QUASI,
    "sent": TECHNICAL,
    "completed": TECHNICAL,
    "organisation": FieldClass.ORGANISATION,
    "region": QUASI,
    "sector": QUASI,
}
AINO = {
    "tid": "1",
    "token": "kXw3tokenaino",
    "email": "Aino.Virtanen@example.org",
    "firstname": "Aino",
    "lastname": "Virtanen",
    "language": "fi",
    "sent": "2025-10-06 09:00",
    "completed": "N",
    "organisation": "o01",
    "region": "FI1D7",
    "sector": "care",
}
BO = AINO | {"tid": "2", "token": "tokenbo", "email": "bo@example.org", "firstname": "Bo", "lastname": "Lund"}
NOMAIL = AINO | {
    "tid": "3",
    "token": "tokenx",
    "email": "",
    "firstname": "X",
    "completed": "2025-11-01 10:00",
}


def invited(*rows, name="q3"):
    return table(f"invited.{name}", INVITED, rows)


def through(*tables, name="q3", origin="token", **more):
    results = door_in(tables, {name: survey(name, origin)}, KEY, Span(), **more)
    return {one.kind: one for one in results}


def by_answer(frozen, name="T01"):
    """Rows of a frozen table by what was answered to one item."""
    return {row[name]: row for row in frozen.rows.to_dict("records")}


def flags(*rows, frame=(AINO, BO), **more):
    """Flags by the answer to T01."""
    frozen = through(responses(*rows), invited(*frame), **more)["responses.q3"]
    return {key: row["flags"] for key, row in by_answer(frozen).items()}


TOKEN = {"token": AINO["token"]}


def test_the_frozen_answers_have_the_columns_of_the_contract():
    row = TOKEN | {"T01": "4", "N18[web]": "Y", "Y20": "-oth-", "Y20[other]": "lack of time", "CLINK": "N"}
    frozen = through(responses(row), invited(AINO))["responses.q3"]
    assert frozen.rows.to_dict("records") == [
        {
            "response": "r0001",
            "person": pseudonym("aino.virtanen@example.org", "q3", KEY),
            "organisation": "",
            "region": "FI1D7",
            "sector": "care",
            "event_id": "",
            "language": "fi",
            "week": "2025-W45",
            "complete": "yes",
            "flags": "",
            "participation_person": "",
            "T01": "4",
            "N18[news]": "",
            "N18[web]": "Y",
            "Y20": "-oth-",
            "CLINK": "N",
            "CQUOT": "",
        }
    ]
    assert list(frozen.fields) == list(frozen.rows.columns) and frozen.tier == "frozen"


def test_no_identity_is_left_in_any_frozen_byte():
    answer = TOKEN | {"T01": "4", "CLINK": "Y", "T10": "It worked."}
    names = {"name": "Aino Virtanen", "email": AINO["email"], "event_id": "e01", "row": "1"}
    file = SourceFile("events/e01 Virtanen.csv", "ab" * 32, "teams")
    joined = table("participations", PARTICIPATIONS, [names | {"source_file": file.name}], (file,))
    tables = through(responses(answer), invited(AINO, BO), joined)
    written = b"\n".join(to_bytes(one) for one in tables.values()).decode().casefold()
    identities = "aino virtanen bo lund example.org kxw3tokenaino tokenbo 192.0.2.40 intra 1446998122"
    moments = "10:11 10:01 09:00 2025-11-03 2025-10-06"
    assert [word for word in f"{identities} {moments}".split() if word in written] == []
    assert pseudonym(AINO["email"], "q3", KEY) in written


def test_the_organisation_is_known_in_the_partner_survey_only():
    for name, expected in (("q2", "o01"), ("q3", "")):
        tables = through(responses(TOKEN, name=name), invited(AINO, name=name), name=name)
        assert tables[f"responses.{name}"].rows["organisation"].tolist() == [expected]
        assert tables[f"invited.{name}"].rows["organisation"].tolist() == [expected]


def test_only_a_yes_to_the_consent_item_links_answers_to_participations():
    rows = [
        TOKEN | {"T01": "1", "CLINK": "Y"},
        {"token": "tokenbo", "T01": "2", "CLINK": "N"},
        {"token": "tokenx", "T01": "3", "CLINK": "Y"},
        {"token": "stranger", "T01": "4", "CLINK": "Y"},
        {"token": "", "T01": "5", "CLINK": "Y"},
    ]
    frozen = by_answer(through(responses(*rows), invited(AINO, BO, NOMAIL))["responses.q3"])
    linked = {key: row["participation_person"] for key, row in frozen.items()}
    same = pseudonym(AINO["email"], "participation", KEY)
    assert linked == {"1": same, "2": "", "3": "", "4": "", "5": ""}
    assert frozen["1"]["person"] != same
    other = through(responses(TOKEN, name="q2"), invited(AINO, name="q2"), name="q2")["responses.q2"]
    assert "participation_person" not in other.rows


def test_an_open_survey_has_no_persons_and_takes_the_event_from_the_link():
    rows = [{"T01": "1", "EVID": "e01"}, {"T01": "2", "EVID": "aino@example.org was here"}, {"T01": "3"}]
    frozen = through(responses(*rows, name="q1"), name="q1", origin="open")["responses.q1"]
    found = {key: (row["person"], row["event_id"]) for key, row in by_answer(frozen).items()}
    assert found == {"1": ("", "e01"), "2": ("", "unknown"), "3": ("", "")}
    assert "EVID" not in frozen.rows and set(frozen.rows["flags"]) == {""}


def test_the_first_complete_answer_of_a_token_counts_and_the_others_are_flagged():
    unfinished = TOKEN | {"T01": "1", "submitdate": ""}
    assert flags(unfinished, TOKEN | {"T01": "2"}, TOKEN | {"T01": "3"}) == {
        "1": "token_reused",
        "2": "",
        "3": "token_reused",
    }
    assert flags(unfinished, TOKEN | {"T01": "2", "submitdate": ""}) == {"1": "", "2": "token_reused"}


def test_the_same_answers_by_the_same_token_are_a_duplicate():
    rows = [
        TOKEN | {"T01": "1", "T10": "good"},
        TOKEN | {"T01": "1", "T10": "good"},
        TOKEN | {"T01": "1", "T10": "bad"},
        {"token": "tokenbo", "T01": "1", "T10": "good"},
    ]
    frozen = through(responses(*rows), invited(AINO, BO))["responses.q3"].rows
    assert sorted(frozen["flags"]) == ["", "", "duplicate", "token_reused"]


@pytest.mark.parametrize(
    ("other", "flagged"),
    [
        ({"seed": "77"}, ["", ""]),  # another visit that answered alike
        ({"T01": "2"}, ["", ""]),  # same seed and start, but other answers: not the same row
        ({}, ["", "duplicate"]),  # the same row imported twice
    ],
)
def test_in_an_open_survey_only_the_same_session_with_equal_answers_is_a_duplicate(other, flagged):
    rows = responses({"T01": "1"}, {"T01": "1"} | other, name="q1")
    frozen = through(rows, name="q1", origin="open")
    assert sorted(frozen["responses.q1"].rows["flags"]) == flagged


def test_an_unknown_token_is_flagged_and_is_a_person_of_its_own():
    rows = [{"token": "stranger", "T01": "1"}, {"token": "kXw3tokenaino ", "T01": "2"}, {"T01": "3"}]
    assert flags(*rows) == {"1": "unknown_token", "2": "unknown_token", "3": ""}
    frozen = by_answer(through(responses(*rows), invited(AINO))["responses.q3"])
    assert frozen["1"]["person"].startswith("p_") and frozen["3"]["person"] == ""


@pytest.mark.parametrize(
    ("moment", "late_after", "flag"),
    [
        ("2025-12-31 23:59:59", {}, ""),
        ("2026-01-01 00:00:00", {}, "late"),
        ("2025-11-30 23:59:59", {"q3": date(2025, 11, 30)}, ""),
        ("2025-12-01 00:00:00", {"q3": date(2025, 11, 30)}, "late"),
        ("2026-01-15 08:00:00", {"q3": date(2026, 1, 31)}, ""),
        ("1980-01-01 00:00:00", {}, ""),
        ("", {}, ""),
    ],
)
def test_an_answer_is_late_after_the_last_day(moment, late_after, flag):
    assert flags(TOKEN | {"T01": "1", "submitdate": moment}, late_after=late_after) == {"1": flag}


@pytest.mark.parametrize(
    ("moment", "week", "complete"),
    [
        ("2025-11-03 10:11:12", "2025-W45", "yes"),
        ("2025-12-29 00:00:00", "2026-W01", "yes"),
        ("2021-01-03 12:00:00", "2020-W53", "yes"),
        ("1980-01-01 00:00:00", "", "yes"),
        ("", "", "no"),
        ("yesterday", "", "yes"),
    ],
)
def test_exact_times_become_iso_weeks(moment, week, complete):
    row = through(responses(TOKEN | {"submitdate": moment}), invited(AINO))["responses.q3"].rows.iloc[0]
    assert (row["week"], row["complete"]) == (week, complete)


def test_answers_from_before_the_period_are_remarked():
    frozen = through(responses(TOKEN | {"submitdate": "2024-12-31 10:00:00"}), invited(AINO))
    assert [(one.code, one.count) for one in frozen["responses.q3"].remarks] == [("before_period", 1)]


@pytest.mark.parametrize("row", [{"token": "test1"}, {"token": "TEST"}, {"EVID": "testi"}])
def test_a_test_answer_is_flagged(row):
    found = flags(row | {"T01": "1"}, frame=(AINO, AINO | {"token": row.get("token", "t")}))
    assert found == {"1": "test"}


def test_flags_are_joined_by_plus():
    rows = [{"token": "stranger", "T01": "1"}, {"token": "stranger", "T01": "2", "submitdate": "2026-02-01"}]
    assert flags(*rows)["2"] == "token_reused+unknown_token+late"


def test_the_order_of_frozen_answers_does_not_follow_their_arrival():
    rows = [{"token": f"t{i}", "T01": str(i)} for i in range(100)]
    frozen = through(responses(*rows), invited(AINO))["responses.q3"].rows
    order = [int(code) for code in frozen["T01"]]
    assert sorted(order) == list(range(100)) and order != sorted(order)
    assert sum(order[i] < order[i + 1] for i in range(99)) < 70
    assert frozen["response"].tolist() == [f"r{i:04d}" for i in range(1, 101)]
    turned = responses(*rows)
    backwards = SourceTable(turned.kind, turned.rows.iloc[::-1].reset_index(drop=True), turned.fields)
    assert through(backwards, invited(AINO))["responses.q3"].rows.equals(frozen)


def test_open_answers_go_to_a_table_of_their_own_without_background():
    rows = [
        TOKEN | {"T10": "=cmd|'/C calc'!A0 <b>\r\n  ä ", "N18[other]": "radio", "CQUOT": "Y"},
        {"token": "tokenbo", "T10": "Fine", "CQUOT": "N"},
        {"token": "tokenx", "T10": "  "},
        {"token": "u", "T10": "half", "CQUOT": "Y", "submitdate": ""},
    ]
    tables = through(responses(*rows), invited(AINO, BO))
    texts = tables["text.q3"]
    assert texts.tier == "text"
    assert list(texts.rows.columns) == ["text_id", "survey", "item", "text", "quote_consent"]
    assert sorted(texts.rows[["survey", "item", "text", "quote_consent"]].to_numpy().tolist()) == [
        ["q3", "N18[other]", "radio", "yes"],
        ["q3", "T10", "=cmd|'/C calc'!A0 <b>\r\n  ä ", "yes"],
        ["q3", "T10", "Fine", "no"],
        ["q3", "T10", "half", "no"],
    ]
    assert texts.rows["text_id"].is_monotonic_increasing and texts.rows["text_id"].is_unique
    assert not {"T10", "N18[other]", "Y20[other]"} & set(tables["responses.q3"].rows.columns)


def test_open_answers_of_answers_that_do_not_count_stay_out():
    rows = [
        TOKEN | {"T10": "kept"},
        TOKEN | {"T10": "kept"},
        TOKEN | {"T10": "second thought"},
        {"token": "test", "T10": "trial"},
        {"token": "tokenbo", "T10": "too late", "submitdate": "2026-02-01 10:00:00"},
    ]
    assert through(responses(*rows), invited(AINO, BO))["text.q3"].rows["text"].tolist() == ["kept"]


def test_a_survey_without_open_answers_still_has_its_empty_table():
    texts = through(responses(TOKEN), invited(AINO))["text.q3"]
    assert len(texts.rows) == 0 and to_bytes(texts) == b"text_id,survey,item,text,quote_consent\n"


def test_hostile_codes_stay_exact_data():
    hostile = ["-oth-", "ZZ", "007", "NA", "null", "=1+1", "'; DROP", "\u202e", " 1 "]
    frozen = through(responses(*[{"token": f"t{i}", "T01": v} for i, v in enumerate(hostile)]), invited())
    assert sorted(frozen["responses.q3"].rows["T01"]) == sorted(hostile)


def test_columns_of_question_types_that_are_not_read_do_not_enter():
    tables = through(responses(TOKEN | {"file": "cv_aino.pdf"}, extra={"file": ANSWER}), invited(AINO))
    assert "file" not in tables["responses.q3"].rows
    assert [(one.code, one.detail) for one in tables["responses.q3"].remarks] == [("not_read", "file")]


def test_a_text_question_declared_as_an_answer_goes_to_the_text_table_all_the_same():
    assert survey().column("T10").field_class is ANSWER
    assert through(responses(TOKEN | {"T10": "words"}), invited(AINO))["text.q3"].rows["item"].tolist() == [
        "T10"
    ]


def test_the_invited_have_a_week_and_an_answer_instead_of_names_and_times():
    half = {"token": "tokenbo", "submitdate": ""}
    frozen = through(responses(TOKEN, half), invited(AINO, BO, NOMAIL, AINO | {"token": ""}))[
        "invited.q3"
    ].rows
    assert list(frozen) == ["person", "organisation", "region", "sector", "language", "sent", "answered"]
    answered = dict(zip(frozen["person"], frozen["answered"], strict=True))
    assert answered[pseudonym(AINO["email"], "q3", KEY)] == "yes"
    assert answered[pseudonym(BO["email"], "q3", KEY)] == "no"
    assert sorted(answered.values()) == ["no", "yes", "yes"]
    assert set(frozen["sent"]) == {"2025-W41"}
    assert frozen["person"].is_monotonic_increasing


PARTICIPATIONS = {
    "event_id": ANSWER,
    "name": IDENTIFIER,
    "email": IDENTIFIER,
    "status": ANSWER,
    "minutes": ANSWER,
    "role": QUASI,
    "region": QUASI,
    "sector": QUASI,
    "under40": QUASI,
    "sex": QUASI,
    "lang": QUASI,
    "row": TECHNICAL,
    "source_file": TECHNICAL,
    "source_variant": ANSWER,
}


def test_people_who_took_part_become_pseudonyms_and_the_nameless_are_told_apart():
    known = {"event_id": "e01", "name": "Aino", "email": "AINO.virtanen@example.org ", "status": "attended"}
    known |= {"minutes": "55", "under40": "yes", "sex": "f", "lang": "sv", "region": "FI1D7", "row": "1"}
    rows = [
        known,
        known | {"event_id": "e02", "under40": "no"},
        known | {"email": "", "row": "2", "under40": ""},
        known | {"email": "-", "row": "3", "role": "managing director of Aino Oy", "under40": "maybe"},
    ]
    frozen = through(table("participations", PARTICIPATIONS, rows))["participations"]
    assert [(one.code, one.count) for one in frozen.remarks] == [("no_address", 1)]  # the "-"
    frozen = frozen.rows
    columns = "event_id person known status minutes role region sector age sex language source_file"
    assert " ".join(frozen) == f"{columns} source_variant"
    person = pseudonym(AINO["email"], "participation", KEY)
    yes = frozen[frozen["known"] == "yes"]
    assert yes["person"].tolist() == [person, person] and yes["age"].tolist() == ["u40", "o40"]
    no = frozen[frozen["known"] == "no"]
    assert no["person"].nunique() == 2 and person not in set(no["person"])
    assert sorted(no["age"]) == ["", "unknown"] and sorted(no["role"]) == ["", "unknown"]
    assert set(frozen["language"]) == {"sv"} and set(frozen["minutes"]) == {"55"}


def test_the_source_of_a_participation_is_the_files_fingerprint():
    file = SourceFile("events/e01_Aino.csv", "ab" * 32, "teams")
    rows = [
        {"event_id": "e01", "source_file": file.name},
        {"event_id": "e01", "source_file": "lost Aino.csv"},
    ]
    found = through(table("participations", PARTICIPATIONS, rows, (file,)))["participations"].rows
    assert "abababababab" in set(found["source_file"]) and "Aino" not in "".join(found["source_file"])


def test_the_source_of_somebody_on_two_lists_is_both_fingerprints_also_where_a_name_holds_a_plus():
    files = (
        SourceFile("e01_a.csv", "ab" * 32, "teams"),
        SourceFile("e01+b.csv", "cd" * 32, "teams"),
        SourceFile("e01", "ef" * 32, "teams"),
    )
    rows = [
        {"event_id": "e01", "row": str(number), "source_file": written}
        for number, written in enumerate(
            ("e01_a.csv+e01+b.csv", "e01+e01_a.csv", "e01+b.csv", "e01_a.csv+lost.csv"), 1
        )
    ]
    found = set(
        through(table("participations", PARTICIPATIONS, rows, files))["participations"].rows["source_file"]
    )
    both = {"ab" * 6 + "+" + "cd" * 6, "ef" * 6 + "+" + "ab" * 6, "cd" * 6}
    assert both < found and len(found) == 4 and "lost" not in "".join(found)


def test_logs_pass_as_they_are_and_tables_of_one_kind_are_joined():
    fields = {"month": ANSWER, "metric": ANSWER, "value": ANSWER}
    one = table("analytics", fields, [{"month": "2025-01", "metric": "visits", "value": "007"}])
    two = table("analytics", fields, [{"month": "2025-02", "metric": "=1+1", "value": "NA"}])
    frozen = through(one, two)["analytics"]
    assert frozen.rows.to_numpy().tolist() == [["2025-01", "visits", "007"], ["2025-02", "=1+1", "NA"]]


def test_the_roster_carries_its_wave():
    frozen = through(
        table("roster.2025", {"organisation": FieldClass.ORGANISATION}, [{"organisation": "o01"}])
    )
    assert frozen["roster.2025"].rows.to_dict("records") == [{"organisation": "o01", "wave": "2025"}]


def test_a_person_named_in_a_log_does_not_pass():
    fields = {"act_id": ANSWER, "contact": IDENTIFIER, "note": ANSWER}
    frozen = through(table("cooperation_acts", fields, [{"act_id": "a1", "contact": "Aino"}]))
    assert list(frozen["cooperation_acts"].rows) == ["act_id", "note"]
    with pytest.raises(PrivacyError, match="e-mail address") as caught:
        through(table("cooperation_acts", fields, [{}, {"note": "ask (aino@example.org)"}]))
    assert str(caught.value.where) == "cooperation_acts, column note, row 2"
    assert not any("aino" in str(part) for part in caught.value.parts().values())


def test_an_undeclared_column_stops_the_freeze_with_its_name_table_and_likely_class():
    undeclared = responses(TOKEN, extra={"contact": ANSWER})
    rows = undeclared.rows.assign(contact="bo@example.org")
    fields = {name: kind for name, kind in undeclared.fields.items() if name != "contact"}
    with pytest.raises(PrivacyError, match="contact of responses.q3") as caught:
        through(SourceTable("responses.q3", rows, fields), invited(AINO))
    assert "identifier" in str(caught.value.found)
    assert "bo@example.org" not in str(caught.value.parts())


def test_columns_left_aside_stop_the_freeze_with_their_likely_classes_and_the_way_to_declare_them():
    aside = (
        Undeclared("events/e1.csv", "Yhteys", 4, ("aino@example.org", "bo@example.org")),
        Undeclared("events/e1.csv", "Ruokavalio", 5, ("kala", "kala", "")),
        Undeclared("events/e1.csv", "cecilia@example.fi", 6, ("x",)),
        Undeclared("events/e2.csv", "Muu", 2, ("x",)),
    )
    empty = table("participations", {"event_id": ANSWER}, [])
    with pytest.raises(PrivacyError, match="events/e1.csv has columns that nobody declared") as caught:
        through(replace(empty, undeclared=aside))
    told = str({name: str(part) for name, part in caught.value.parts().items()})
    assert 'lists: {identifier: ["Yhteys"], quasi-identifier: ["Ruokavalio", "column 6"]}' in told
    assert "surveys/fields.yaml" in told and "Muu" not in told
    assert not any(word in told for word in ("aino", "kala", "cecilia"))


@pytest.mark.parametrize(
    ("name", "cells", "guess"),
    [
        ("x", ["+358 40 123 4567", "040 1234567"], IDENTIFIER),
        ("x", ["a@example.org", "b@example.org", ""], IDENTIFIER),
        ("sukunimi", ["A", "B"], IDENTIFIER),
        ("x", ["192.0.2.1", "192.0.2.7"], TECHNICAL),
        ("x", ["2025-01-01 10:00:00"], TECHNICAL),
        ("maakunta", ["Lappi"], QUASI),
        ("organisaatio", ["X"], FieldClass.ORGANISATION),
        ("x", ["We learned quite a lot about it", "There was no time for questions"], TEXT),
        ("x", ["1", "2", "1", "5"], ANSWER),
        ("x", [f"code{i}" for i in range(30)], IDENTIFIER),
        ("x", [], ANSWER),
    ],
)
def test_the_likely_class_of_a_column(name, cells, guess):
    assert suggested_class(name, cells) is guess


def test_a_table_or_survey_that_nobody_declared_does_not_pass():
    with pytest.raises(PrivacyError, match="no declared kind") as caught:
        through(table("content", {"a": ANSWER}, []))
    assert "contents" in str(caught.value.repair)
    with pytest.raises(PrivacyError, match="no questionnaire"):
        through(responses(TOKEN, name="q2"))


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(texts, texts)), st.sampled_from([1, 2]))
@example([("", "\r"), (",", '"'), ("\n", "\r\n"), ("\0", "NA"), ("", "")], 2)
@example([("",), ("\r",)], 1)
def test_a_frozen_table_comes_back_from_its_bytes_exactly(rows, width):
    cells = [list(row[:width]) for row in rows]
    frozen = FrozenTable("events", "frozen", text_frame(["a", "b,c"][:width], cells))
    written = to_bytes(frozen)
    again = from_bytes("events", written)
    assert again.rows.to_numpy().tolist() == cells and list(again.rows) == list(frozen.rows)
    assert to_bytes(again) == written and again.tier == "frozen"


def test_the_bytes_are_plain_csv_and_a_very_long_answer_fits():
    assert to_bytes(FrozenTable("x", "frozen", text_frame(["a", "b"], [["1,2", 'say "ä"']]))) == (
        'a,b\n"1,2","say ""ä"""\n'.encode()
    )
    long = text_frame(["a"], [["ä" * 300_000]])
    assert from_bytes("text.q1", to_bytes(FrozenTable("text.q1", "text", long))).rows.equals(long)
    assert from_bytes("text.q1", to_bytes(FrozenTable("text.q1", "text", long))).tier == "text"


def test_what_is_no_table_of_text_is_refused():
    with pytest.raises(StoreError, match="can't be kept"):
        to_bytes(FrozenTable("x", "frozen", pd.DataFrame({"a": [1.5]})))
    with pytest.raises(StoreError, match="can't be kept"):
        to_bytes(FrozenTable("x", "frozen", pd.DataFrame([["1", "2"]], columns=["a", "a"])))
    for data in (b"", b"a,b\n1\n", b'a\n"1\n', b"\xff\n"):
        with pytest.raises(StoreError, match="can't be kept"):
            from_bytes("x", data)
