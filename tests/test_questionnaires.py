"""The declared questionnaires, their scales, and the rosters they are filled with."""

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from evallib.codebook.codes import refuse_item, refuse_parts
from evallib.codebook.load import load_questionnaires
from evallib.codebook.model import AskedIf, Comparable, SubItem, Type
from evallib.codebook.roster import with_roster
from evallib.errors import DeclarationError, EvallibError
from evallib.records import FieldClass
from evallib.sources.logs import load_roster

SURVEYS = Path(__file__).parents[1] / "surveys"
PERIODS = ("2023", "2024", "2025")

SCALES = """\
schema_version: 1
missing:
  - {code: ek, fi: En osaa sanoa, sv: Kan inte säga, en: Don't know}
  - {code: eik, fi: Ei koske minua, sv: Gäller inte mig, en: Does not apply}
scales:
  A2:
    - {code: a1, value: 1, fi: eri mieltä, sv: av annan åsikt, en: disagree}
    - {code: a2, value: 2, fi: samaa mieltä, sv: av samma åsikt, en: agree}
"""
HEAD = """\
schema_version: 1
id: q1
audience: participants
origin: open
title: {fi: Kysely, sv: Enkät, en: Survey}
welcome: {fi: Hei, sv: Hej, en: Hello}
notice: {fi: Luvalla, sv: Med lov, en: With leave}
groups:
  - {code: g, fi: Ryhmä, sv: Grupp, en: Group, items: [
"""
WORDS = "fi: Mitä?, sv: Vad?, en: What?"
PARTS = f"[{{code: x, {WORDS}}}]"


def declared(folder: Path, *items: str) -> Path:
    """A workspace with one questionnaire; line 10 holds the first item, line 11 the second."""
    there = folder / "surveys" / "questionnaires"
    there.mkdir(parents=True)
    (there / "scales.yaml").write_text(SCALES, encoding="utf-8")
    body = "".join(f"    {{{item}, {WORDS}}},\n" for item in items)
    (there / "q1.yaml").write_text(f"{HEAD}{body}  ]}}\n", encoding="utf-8")
    return folder / "surveys"


def refused(folder: Path, *items: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        load_questionnaires(declared(folder, *items))
    return caught.value


def test_options_are_those_of_the_scale_then_own_ones_then_the_missing_ones(tmp_path: Path) -> None:
    own = "options: [{code: nat, fi: muu, sv: annan, en: other}]"
    asked = load_questionnaires(
        declared(tmp_path, f"code: T01, type: single, scale: A2, missing: [ek], {own}")
    )
    options = asked["q1"].items[0].options
    assert [(one.code, one.value, one.substantive) for one in options] == [
        ("a1", 1.0, True),
        ("a2", 2.0, True),
        ("nat", None, True),
        ("ek", None, False),
    ]


def test_a_condition_by_subitem_names_the_same_subitem_in_each_column(tmp_path: Path) -> None:
    asked = load_questionnaires(
        declared(
            tmp_path,
            f"code: Y09, type: multiple choice, subitems: {PARTS}",
            f"code: Y10, type: array, scale: A2, subitems: {PARTS}, "
            'asked_if: {column: "Y09[{sub}]", codes: [Y]}',
        )
    )
    column = asked["q1"].column("Y10[x]")
    assert column is not None and column.asked_if == AskedIf("Y09[x]", ("Y",))


@pytest.mark.parametrize(
    ("items", "line", "problem"),
    [
        (["code: T01, type: single, scale: A3"], 10, "'A3' is declared nowhere"),
        (["code: T01, type: text", "code: T01, type: text"], 11, "The code 'T01' stands twice"),
        (["code: T-1, type: text"], 10, "letters and digits only"),
        ([f"code: {'T' * 21}, type: text"], 10, "at most 20 characters"),
        (["code: token, type: text"], 10, "keeps the word 'token'"),
        (["code: T01, type: single"], 10, "does not fit its type"),
        ([f"code: T01, type: text, subitems: {PARTS}"], 10, "does not fit its type"),
        (
            ["code: T01, type: text, asked_if: {column: T09, codes: [Y]}"],
            10,
            "'T09' is no column of an earlier question",
        ),
        (
            ["code: T01, type: yes/no", "code: T02, type: text, asked_if: {column: T01, codes: [X]}"],
            11,
            "T01 never holds 'X'",
        ),
        (
            ["code: T01, type: text", "code: T02, series: T01, type: text"],
            11,
            "T02 and T01 of one series are asked in one wave",
        ),
    ],
)
def test_a_fault_in_a_questionnaire_is_told_with_its_line(
    tmp_path: Path, items: list[str], line: int, problem: str
) -> None:
    fault = refused(tmp_path, *items)
    assert problem in str(fault.problem)
    assert str(fault.where) == f"surveys/questionnaires/q1.yaml:{line}"


@pytest.mark.parametrize("code", ["time", "other", "sixsix", "a_b"])
def test_a_subitem_code_the_server_would_rename_is_refused(tmp_path: Path, code: str) -> None:
    parts = f"[{{code: {code}, {WORDS}}}]"
    fault = refused(tmp_path, f"code: T06, type: multiple choice, subitems: {parts}")
    assert fault.exit_code == 3 and repr(code) in str(fault.found)


def test_codes_that_differ_only_in_capitals_are_one_code_to_the_server(tmp_path: Path) -> None:
    parts = f"[{{code: ab, {WORDS}}}, {{code: AB, {WORDS}}}]"
    fault = refused(tmp_path, f"code: T06, type: multiple choice, subitems: {parts}")
    assert "The code 'AB' stands twice" in str(fault.problem)


def test_a_text_missing_in_one_language_is_refused(tmp_path: Path) -> None:
    surveys = declared(tmp_path, "code: T01, type: text")
    file = surveys / "questionnaires" / "q1.yaml"
    file.write_text(file.read_text().replace("fi: Mitä?, sv: Vad?,", "fi: Mitä?,"))
    with pytest.raises(DeclarationError, match="sv is missing"):
        load_questionnaires(surveys)


def test_a_questionnaire_whose_id_is_not_its_file_name_is_refused(tmp_path: Path) -> None:
    surveys = declared(tmp_path, "code: T01, type: text")
    (surveys / "questionnaires" / "q1.yaml").rename(surveys / "questionnaires" / "q9.yaml")
    with pytest.raises(DeclarationError, match="not the name of its file"):
        load_questionnaires(surveys)


@pytest.mark.parametrize(
    ("code", "kept"), [("T" * 20, True), ("T" * 21, False), ("1T", False), ("sid", False)]
)
def test_a_question_code_is_kept_up_to_twenty_characters(code: str, kept: bool) -> None:
    with nullcontext() if kept else pytest.raises(DeclarationError):
        refuse_item(code, "q1.yaml:9")


@pytest.mark.parametrize(("code", "kept"), [("five5", True), ("sixsix", False), ("time", False), ("", False)])
def test_subitem_codes_have_one_to_five_free_characters(code: str, kept: bool) -> None:
    with nullcontext() if kept else pytest.raises(DeclarationError):
        refuse_parts([code], "q1.yaml:9")


def roster(folder: Path, content: bytes) -> Path:
    path = folder / "2023.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), (";", "cp1252")])
def test_a_roster_is_read_whatever_the_spreadsheet_saved(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    rows = [
        ("organisation", "name", "sector", "region", "one_person"),
        ("o01", "Ängen", "care", "FI200", "no"),
    ]
    written = "\r\n".join(separator.join(row) for row in rows) + "\r\n\r\n"
    label = {"fi": "Ängen", "sv": "Ängen", "en": "Ängen"}
    assert load_roster(roster(tmp_path, written.encode(encoding))) == (SubItem("o01", label, "o01"),)


HEADER = "organisation;name;sector;region;one_person\n"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("code;name\n", ", header"),
        ("", ""),
        (HEADER + "o01;A;care;FI200;no\no01;B;care;FI200;no\n", ", row 3, column organisation"),
        (HEADER + "o01;;care;FI200;no\n", ", row 2, column name"),
        (HEADER + "o01;A\u202eB;care;FI200;no\n", ", row 2, column name"),
        (HEADER + "o01;A;care\n", ", row 2"),
        (HEADER + "o00001;A;care;FI200;no\n", ""),
    ],
)
def test_a_faulty_roster_is_refused_at_its_place(tmp_path: Path, body: str, where: str) -> None:
    with pytest.raises(EvallibError) as caught:
        load_roster(roster(tmp_path, body.encode()))
    fault = caught.value
    assert str(fault.where or fault.problem).startswith(f"surveys/rosters/2023.csv{where}")


def test_a_roster_is_read_without_the_table_library() -> None:
    path = SURVEYS / "rosters" / "2025.csv"
    code = (
        "import sys, pathlib; from evallib.sources.logs import load_roster; "
        f"print(len(load_roster(pathlib.Path({str(path)!r}))), 'pandas' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["80", "False"]


# The project's own questionnaires


def test_the_network_survey_asks_about_every_organisation_of_the_wave() -> None:
    q2 = load_questionnaires(SURVEYS)["q2"].for_wave("2023")
    organisations = load_roster(SURVEYS / "rosters" / "2023.csv")
    assert len(organisations) == 80
    filled = with_roster(q2, organisations)
    for code in ("N05k", "N05", "N06"):
        item = filled.item(code)
        assert item is not None and item.subitems == organisations
    other = filled.item("N17")
    assert other is not None and len(other.subitems) == 6


def test_organisation_codes_are_never_given_to_another_organisation() -> None:
    names: dict[str, str] = {}
    for period in PERIODS:
        for one in load_roster(SURVEYS / "rosters" / f"{period}.csv"):
            assert names.setdefault(one.code, one.label["fi"]) == one.label["fi"]
            assert "(keksitty)" in one.label["fi"]
    assert len(names) == 85  # five joined in place of those that left


@pytest.mark.parametrize(("period", "code"), [("2023", "N11"), ("2024", "N11"), ("2025", "N11b")])
def test_use_of_information_is_one_series_reworded_in_2025(period: str, code: str) -> None:
    asked = load_questionnaires(SURVEYS)["q2"].for_wave(period).in_series("N11")
    assert [item.code for item in asked] == [code]
    assert asked[0].comparable is (Comparable.PARTLY if period == "2025" else Comparable.YES)


def test_text_answers_are_free_text_and_background_is_quasi_identifying() -> None:
    for questionnaire in load_questionnaires(SURVEYS).values():
        for column in questionnaire.columns():
            if column.type is Type.TEXT or column.role == "other":
                assert column.field_class is FieldClass.TEXT
    q2 = load_questionnaires(SURVEYS)["q2"]
    quasi = {item.code for item in q2.items if item.field_class is FieldClass.QUASI}
    assert quasi == {"N01", "N02", "N02m", "N03"}


@pytest.mark.parametrize(
    ("survey", "consents"),
    [
        ("q1", {"CQUOT": "quote"}),
        ("f1", {"CQUOT": "quote"}),
        ("q2", {"CNAME": "name organisation", "CQUOT": "quote"}),
        ("q3", {"CLINK": "link", "CQUOT": "quote"}),
        ("q4", {}),
    ],
)
def test_each_questionnaire_asks_the_consents_it_needs(survey: str, consents: dict[str, str]) -> None:
    items = load_questionnaires(SURVEYS)[survey].items
    assert {item.code: item.consent for item in items if item.consent} == consents


def test_scale_values_are_those_the_measures_count_with() -> None:
    q = load_questionnaires(SURVEYS)

    def values(survey: str, code: str) -> list[float | None]:
        item = q[survey].item(code)
        assert item is not None
        return [option.value for option in item.options if option.substantive]

    assert values("q2", "N07") == [-2, -1, 0, 1, 2]
    assert values("q2", "N05") == values("q3", "Y10") == [0, 1, 2, 3, 4]
    assert values("q1", "T01") == values("q1", "T02") == values("q3", "Y07") == [1, 2, 3, 4, 5]
    assert values("q3", "Y12") == [-1, 0, 1]
