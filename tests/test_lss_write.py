"""Structure files for the server: read back as they were written, and free of persons."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from evallib.codebook.build import built, survey_number
from evallib.codebook.load import load_questionnaires
from evallib.codebook.lss_read import read_lss
from evallib.codebook.lss_write import write_lss
from evallib.codebook.model import AskedIf, Item, Option, Questionnaire, SubItem, Type
from evallib.codebook.roster import with_roster
from evallib.errors import DeclarationError
from evallib.sources.logs import load_roster

SURVEYS = Path(__file__).parents[1] / "surveys"
PERIODS = ("2023", "2024", "2025")


def words(text: str) -> dict[str, str]:
    return {"fi": text, "sv": f"{text} sv", "en": f"{text} en"}


def survey(*items: Item, origin: str = "token") -> Questionnaire:
    label = words("Kysely")
    return Questionnaire(
        "q9", label, ("fi", "sv", "en"), "fi", items, "partners", origin, label, groups={"g": words("Ryhmä")}
    )


def item(code: str, kind: Type, native: str, **other: object) -> Item:
    parts = {
        "series": code,
        "type": kind,
        "label": words(f"{code}?"),
        "native": native,
        "group": "g",
        **other,
    }
    return Item(code=code, **parts)  # type: ignore[arg-type]


STEPS = (SubItem("a", words("askel")), SubItem("b", words("toinen")), SubItem("none", words("ei mitään")))
TICKED = item("M1", Type.MULTI, "M", subitems=STEPS, other=True)
GRADED = item(
    "F1",
    Type.ARRAY,
    "F",
    subitems=STEPS[:2],
    options=(Option("v0", words("ei")), Option("v1", words("kyllä"))),
    asked_if=AskedIf("M1[{sub}]", ("Y",)),
)


def rows(data: bytes, section: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(data)
    return [{cell.tag: cell.text or "" for cell in row} for row in root.iterfind(f"{section}/rows/row")]


def seen(questionnaire: Questionnaire) -> list[tuple[object, ...]]:
    """What must survive a journey through the server: columns, options, labels, conditions."""
    return [
        (
            item.label,
            item.help,
            item.mandatory,
            [sub.label for sub in item.subitems],
            [(option.code, option.label) for option in item.options],
            [(c.name, c.type, c.role, c.asked_if) for c in item.columns()],
        )
        for item in questionnaire.items
    ]


@pytest.mark.parametrize("name", ["q1", "f1", "q2", "q3", "q4"])
def test_a_questionnaire_reads_back_from_its_file_as_it_was_declared(name: str) -> None:
    roster = load_roster(SURVEYS / "rosters" / "2025.csv")
    wave = with_roster(load_questionnaires(SURVEYS)[name].for_wave("2025"), roster)
    back = read_lss(write_lss(wave, 123456), f"{name}.lss")
    assert seen(back) == seen(wave)
    assert (back.id, back.base_language, back.origin) == ("123456", "fi", wave.origin)
    assert (back.title, back.welcome) == (wave.title, wave.welcome)
    assert list(back.groups.values()) == list(wave.groups.values())


def wave(period: str) -> dict[str, Questionnaire]:
    roster = load_roster(SURVEYS / "rosters" / f"{period}.csv")
    return {
        name: with_roster(one.for_wave(period), roster) for name, one in load_questionnaires(SURVEYS).items()
    }


def test_the_files_of_the_last_wave_are_those_of_the_questionnaires_as_they_are_now() -> None:
    folder = SURVEYS / "questionnaires"
    files = built(wave(PERIODS[-1]), PERIODS[-1])
    assert {path.name for path in folder.glob("*.lss")} == set(files)
    assert [name for name, data in files.items() if (folder / name).read_bytes() != data] == []


# Cells that the import of LimeSurvey 6 reads without asking whether they are there, and what they point to.
NEEDED = {
    "surveys": ("sid", "language"),
    "surveys_languagesettings": ("surveyls_survey_id", "surveyls_language", "surveyls_title"),
    "groups": ("gid", "sid"),
    "group_l10ns": ("gid", "group_name", "language"),
    "questions": ("qid", "sid", "gid", "type", "title", "mandatory"),
    "subquestions": ("qid", "parent_qid", "sid", "gid", "type", "title", "mandatory"),
    "question_l10ns": ("qid", "question", "language"),
    "answers": ("aid", "qid", "code", "sortorder", "scale_id"),
    "answer_l10ns": ("aid", "answer", "language"),
    "question_attributes": ("qid", "attribute", "value"),
}


@pytest.mark.parametrize("name", ["q1", "f1", "q2", "q3", "q4"])
def test_a_server_finds_every_cell_that_its_import_needs_and_no_column_that_it_lacks(name: str) -> None:
    data = built(wave("2025"), "2025")[f"{name}-2025.lss"]
    exported = (Path(__file__).parent / "data/limesurvey/limesurvey_survey_111111.lss").read_bytes()
    known = {
        section.tag: {field.text for field in section.iterfind("fields/fieldname")}
        for section in ElementTree.fromstring(exported)
    }
    assert ElementTree.fromstring(data).findtext("DBVersion") == "620"
    for section, cells in NEEDED.items():
        for row in rows(data, section):
            assert [cell for cell in cells if not row.get(cell)] == [], (section, row)
            assert set(row) <= known[section], section
    ids = {
        key: {row[key] for row in rows(data, section)}
        for section, key in (("groups", "gid"), ("answers", "aid"))
    }
    asked = {row["qid"] for row in rows(data, "questions")}
    parts = {row["qid"] for row in rows(data, "subquestions")}
    assert not asked & parts
    assert {row["parent_qid"] for row in rows(data, "subquestions")} <= asked
    assert {row["gid"] for row in rows(data, "questions")} == ids["gid"]
    assert {row["qid"] for row in rows(data, "question_l10ns")} == asked | parts
    assert {row["qid"] for row in rows(data, "answers")} <= asked
    assert {row["aid"] for row in rows(data, "answer_l10ns")} == ids["aid"]


def test_every_wave_has_its_own_number_on_the_server() -> None:
    numbers = {survey_number(name, period) for name in ("q1", "f1", "q2", "q3", "q4") for period in PERIODS}
    assert len(numbers) == 15
    assert all(100_000 <= number <= 999_999 for number in numbers)


def test_a_question_with_conditions_by_subitem_is_shown_when_any_of_them_holds() -> None:
    data = write_lss(survey(TICKED, GRADED), 1)
    shown = {row["title"]: row["relevance"] for row in rows(data, "questions")}
    assert shown == {"M1": "1", "F1": 'M1_a.NAOK == "Y" or M1_b.NAOK == "Y"'}
    subs = {(row["parent_qid"], row["title"]): row["relevance"] for row in rows(data, "subquestions")}
    graded = next(row["qid"] for row in rows(data, "questions") if row["title"] == "F1")
    assert subs[graded, "b"] == 'M1_b.NAOK == "Y"'


def test_attributes_hide_link_values_and_keep_none_apart_from_other_ticks() -> None:
    hidden = item("EVID", Type.HIDDEN, "S")
    data = write_lss(survey(hidden, TICKED, item("N1", Type.NUMBER, "N")), 1)
    titles = {row["qid"]: row["title"] for row in rows(data, "questions")}
    given = [
        (titles[row["qid"]], row["attribute"], row["value"]) for row in rows(data, "question_attributes")
    ]
    assert given == [
        ("EVID", "hidden", "1"),
        ("M1", "exclude_all_others", "none"),
        ("M1", "other_replace_text", "Muu, mikä?"),
        ("M1", "other_replace_text", "Annat, vad?"),
        ("M1", "other_replace_text", "Other, which?"),
        ("N1", "min_num_value_n", "0"),
    ]


@pytest.mark.parametrize("text", ["a ]]> b", "a < b & c", "joukko {x}", "“lainaus” & 'muu'", "ä\u0308 🌲"])
def test_any_wording_survives_and_is_never_an_expression_of_the_server(text: str) -> None:
    data = write_lss(survey(item("T1", Type.TEXT, "T", label=words(text))), 1)
    assert read_lss(data, "x.lss").items[0].label == words(text)
    assert all("{" not in row["question"] for row in rows(data, "question_l10ns"))


def test_the_file_holds_no_administrator_and_asks_for_no_address_of_the_respondent() -> None:
    settings = rows(write_lss(survey(TICKED), 77), "surveys")[0]
    assert (settings["sid"], settings["language"], settings["additional_languages"]) == ("77", "fi", "sv en")
    assert {settings[name] for name in ("ipaddr", "refurl", "savetimings")} == {"N"}
    assert not {"admin", "adminemail", "faxto", "bounce_email"} & set(settings)
    opened = rows(write_lss(survey(TICKED, origin="open"), 77), "surveys")[0]
    assert (settings["usetokens"], opened["usetokens"]) == ("Y", "N")


def test_row_numbers_are_unique_and_every_text_stands_in_three_languages() -> None:
    data = write_lss(survey(TICKED, GRADED), 1)
    for section, key in (("answers", "aid"), ("question_l10ns", "id"), ("answer_l10ns", "id")):
        numbers = [row[key] for row in rows(data, section)]
        assert len(numbers) == len(set(numbers))
    asked = [row["qid"] for section in ("questions", "subquestions") for row in rows(data, section)]
    texts = [(row["qid"], row["language"]) for row in rows(data, "question_l10ns")]
    assert sorted(texts) == sorted((qid, language) for qid in asked for language in ("fi", "sv", "en"))


def test_a_roster_question_without_organisations_is_not_written() -> None:
    empty = item("N05k", Type.MULTI, "M", roster=True)
    with pytest.raises(DeclarationError, match="N05k can't be written"):
        write_lss(survey(empty), 1)
