"""A LimeSurvey structure file becomes a questionnaire; anything else becomes a clear error."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
import zipfile
from argparse import Namespace
from pathlib import Path

import limesurvey
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import AskedIf, Questionnaire, Type
from evallib.codebook.plain_text import plain_text
from evallib.codebook.relevance import asked_if_simple
from evallib.errors import InputError
from evallib.records import FieldClass

DATA = Path(__file__).parent / "data" / "limesurvey"
BYTES = {sid: (DATA / f"limesurvey_survey_{sid}.lss").read_bytes() for sid in ("111111", "333333")}
RECORD = [
    "id",
    "submitdate",
    "lastpage",
    "startlanguage",
    "seed",
    "token",
    "startdate",
    "datestamp",
    "ipaddr",
    "refurl",
]


@pytest.fixture(scope="module")
def named() -> Questionnaire:
    return read_lss(BYTES["111111"], "structure.lss")


def section(name: str, *rows: dict[str, str]) -> str:
    cells = ("".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items()) for row in rows)
    return f"<{name}><rows>{''.join(f'<row>{one}</row>' for one in cells)}</rows></{name}>"


def lss(*sections: str, language: str = "fi") -> bytes:
    survey = section("surveys", {"sid": "42", "language": language})
    group = section("groups", {"gid": "1", "group_order": "1"})
    kind = "<LimeSurveyDocType>Survey</LimeSurveyDocType>"
    return f"<document>{kind}{survey}{group}{''.join(sections)}</document>".encode()


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


LSR = {"survey_333333_responses.lsr": b"<document/>"}
ARCHIVE = {"survey_333333.lss": BYTES["333333"], **LSR}


def question(qid: str, code: str, native: str, **more: str) -> dict[str, str]:
    return {"qid": qid, "gid": "1", "type": native, "title": code, "question_order": qid, **more}


@pytest.mark.parametrize("sid", ["111111", "333333"])
def test_columns_are_those_of_the_code_export_in_its_order(sid: str) -> None:
    structure = read_lss(BYTES[sid], "structure.lss")
    with (DATA / f"{sid}_fi_all_code_short.csv").open(encoding="utf-8-sig", newline="") as file:
        header = [name for name in next(csv.reader(file, delimiter=";")) if name not in RECORD]
    read = [column.name for column in structure.columns()]
    assert [name for name in header if name in read] == read
    assert [name for name in header if name not in read] == list(structure.not_read)


def test_the_base_language_comes_first_whatever_the_file_lists(named: Questionnaire) -> None:
    assert (named.id, named.base_language, named.languages) == ("111111", "fi", ("fi", "sv", "en"))
    assert named.title["sv"] == "Självvärdering 2026 – personal"
    assert [label["en"] for label in named.groups.values()] == ["Background", "Evaluation", "Free text"]


def test_options_come_in_their_order_and_only_plain_numbers_have_a_place(named: Questionnaire) -> None:
    unit, role, lik = (named.item(code) for code in ("unit", "role", "lik"))
    assert unit and role and lik
    assert [option.code for option in unit.options] == ["A1", "A2", "A3", "NA"]
    assert [(option.code, option.value) for option in role.options] == [
        ("01", None),
        ("02", None),
        ("10", 10.0),
    ]
    assert [option.value for option in lik.options] == [1, 2, 3, 4, 5]
    assert unit.other and unit.mandatory and not role.other and not role.mandatory
    assert unit.options[1].label["fi"] == "Luonnontieteellinen & tekninen"


def test_built_in_options_have_labels_in_three_languages(named: Questionnaire) -> None:
    labels = {code: named.item(code) for code in ("remote", "gender", "ynu", "isd", "overall", "ten")}
    shown = {code: [o.label["fi"] for o in item.options] for code, item in labels.items() if item}
    assert shown["remote"] == ["Kyllä", "Ei"]
    assert shown["gender"] == ["Nainen", "Mies"]
    assert shown["ynu"] == ["Kyllä", "Ei", "En osaa sanoa"]
    assert shown["isd"] == ["Kasvaa", "Säilyy", "Pienenee"]
    assert shown["overall"] == ["1", "2", "3", "4", "5"]
    assert len(shown["ten"]) == 10


def test_free_text_and_sex_have_their_field_class(named: Questionnaire) -> None:
    classes = {column.name: column.field_class for column in named.columns()}
    for name in ("short", "long", "huge", "contact[em]", "unit[other]", "best[comment]", "obst[timcomment]"):
        assert classes[name] is FieldClass.TEXT, name
    assert classes["gender"] is classes["preflang"] is FieldClass.QUASI
    for name in ("started", "eqsum", "file", "file[filecount]"):  # exact dates, computed texts, files
        assert classes[name] in (FieldClass.TECHNICAL, FieldClass.TEXT), name
    assert classes["unit"] is classes["years"] is FieldClass.ANSWER


def test_a_type_of_a_later_server_keeps_its_letter_and_gives_no_columns() -> None:
    rows = {"parent_qid": "1", "title": "a", "question_order": "1", "qid": "2"}
    structure = read_lss(
        lss(section("questions", question("1", "New", "Z")), section("subquestions", rows)), "structure.lss"
    )
    (item,) = structure.items
    assert (item.type, item.native, structure.columns()) == (Type.OTHER, "Z", ())
    assert structure.not_read == ("New[a]",)


def test_both_scales_of_a_dual_scale_keep_their_own_options_and_headers(named: Questionnaire) -> None:
    dual = named.item("dual")
    assert dual is not None and [one.column("dual") for one in dual.subitems][:2] == [
        "dual[d1][1]",
        "dual[d1][2]",
    ]
    first, second = dual.subitems[:2]
    assert [one.label["fi"] for one in first.options] == ["Ei tärkeä", "Tärkeä", "Hyvin tärkeä"]
    assert [one.label["fi"] for one in second.options] == ["Heikko", "Kohtalainen", "Hyvä"]
    assert first.label["fi"] != second.label["fi"] and first.label["fi"].startswith("Opetus – ")


def test_what_only_the_server_words_has_its_words_in_three_languages(named: Questionnaire) -> None:
    rank = named.item("rank")
    assert rank and rank.subitems[1].label == {"fi": "Sijoitus 2", "sv": "Rangordning 2", "en": "Rank 2"}
    switch = named.item("preflang")
    assert switch and [one.label["sv"] for one in switch.options] == ["finska", "svenska", "engelska"]
    row = {"qid": "2", "parent_qid": "1", "title": "a", "question": "Rivi", "language": "fi"}
    file = lss(section("questions", question("1", "D", "1")), section("subquestions", row))
    (item,) = read_lss(file, "x").items
    assert [one.label["fi"] for one in item.subitems] == ["Rivi – Skaala 1", "Rivi – Skaala 2"]


def test_cells_of_a_two_way_array_are_named_by_row_and_column(named: Questionnaire) -> None:
    cells = {one.code: one.label["fi"] for code in ("nums", "chk") for one in named.item(code).subitems}  # type: ignore[union-attr]
    assert cells["lib_y1"] == "Kirjasto – 2025" and cells["k2_tue"] == "Verkkotapaaminen – ti"
    assert [one.code for one in named.item("chk").options] == ["1"]  # type: ignore[union-attr]


@pytest.mark.parametrize(("most", "places"), [("", 3), ("2", 2), ("9", 3)])
def test_a_ranking_has_a_column_for_each_place(most: str, places: int) -> None:
    options = [{"qid": "1", "code": code, "sortorder": code, "aid": code} for code in "123"]
    set_to = {"qid": "1", "attribute": "max_subquestions", "value": most}
    file = lss(
        section("questions", question("1", "R", "R")),
        section("answers", *options),
        section("question_attributes", set_to),
    )
    columns = read_lss(file, "structure.lss").columns()
    assert [one.name for one in columns] == [f"R[{n}]" for n in range(1, places + 1)]
    assert {one.option_codes for one in columns} == {("1", "2", "3")}


def test_other_is_worded_as_the_form_words_it(named: Questionnaire) -> None:
    worded = [item for item in named.items if item.other_label]
    assert worded and all(item.other_label["fi"] for item in worded)


def test_paragraphs_stay_apart_when_html_is_taken_off() -> None:
    html = "<p>Yksi <b>kaksi</b>&nbsp;kolme!</p><p>Nelj&auml;<br/>viisi</p><script>alert(1)</script>"
    assert plain_text(html) == "Yksi kaksi kolme! Neljä viisi"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<![if !supportLists]>1.<![endif]> kohta", "1. kohta"),  # as pasted from Word
        ("alle <5 vuotta & yli", "alle <5 vuotta & yli"),
        ('<a title="a > b">linkki</a>', "linkki"),
        ("a<!-- <p>b</p> -->c<!-- ei lopu", "ac"),
        ("<STYLE>p {}</style ><li>yksi<LI>kaksi", "yksi kaksi"),
        ("&#99999999999999999999; &lt;b&gt;", "\ufffd <b>"),
        ("kesken <a href=", "kesken <a href="),
    ],
)
def test_html_of_any_editor_becomes_its_words(html: str, words: str) -> None:
    assert plain_text(html) == words


@pytest.mark.parametrize("part", ["<a ", "<!--", "<![", "</", '<a b="', "<script>", "&#", "<!a", "<"])
def test_html_that_never_ends_is_read_in_one_go(part: str) -> None:
    plain_text(part * 200_000)  # a reader that begins anew at every tag would take hours


def test_a_survey_of_one_group_question_option_and_language_is_read() -> None:
    structure = read_lss(BYTES["333333"], "structure.lss")
    (only,) = structure.items
    assert (only.code, only.type, only.label) == ("only", Type.SINGLE, {"fi": "Ainoa kysymys?"})
    assert [(option.code, option.label["fi"]) for option in only.options] == [("A1", "Kyllä")]


@pytest.mark.parametrize(
    ("relevance", "kept"),
    [
        ("1", None),
        ("", None),
        ('T01.NAOK == "Y"', AskedIf("T01", ("Y",))),
        ('((T01.NAOK == "Y") or (T01.NAOK == "U"))', AskedIf("T01", ("Y", "U"))),
        ("N05_o01 == 'Y'", AskedIf("N05[o01]", ("Y",))),
        ('T01 == "Y" and T02 == "N"', None),
        ('T01 == "Y" or T02 == "Y"', None),
        ('!(T01 == "Y")', None),
        ('T01 != "Y"', None),
    ],
)
def test_only_a_simple_condition_is_kept(relevance: str, kept: AskedIf | None) -> None:
    assert asked_if_simple(relevance) == kept


def test_subitems_asked_by_their_own_tick_share_one_condition() -> None:
    subs = [
        {"qid": f"1{n}", "parent_qid": "1", "title": code, "relevance": f'N04_{code}.NAOK == "Y"'}
        for n, code in enumerate(("o01", "o02"))
    ]
    structure = read_lss(
        lss(section("questions", question("1", "N05", "F")), section("subquestions", *subs)), "x"
    )
    assert structure.items[0].asked_if == AskedIf("N04[{sub}]", ("Y",))


def test_conditions_that_an_old_file_keeps_apart_are_read_where_they_compare_one_column() -> None:
    def condition(qid: str, field: str, value: str, method: str = "==") -> dict[str, str]:
        found = re.fullmatch(r"\+?42X1X(\d)\w*", field)
        return {
            "qid": qid,
            "cqid": found[1] if found else "",
            "cfieldname": field,
            "method": method,
            "value": value,
        }

    asked = [question("1", "A", "L"), question("2", "M", "M"), *(question(n, f"Q{n}", "T") for n in "34567")]
    asked[-1]["relevance"] = 'M_x.NAOK == "Y"'
    conditions = [
        condition("3", "42X1X1", "a"),
        condition("3", "42X1X1", "b"),
        condition("4", "+42X1X2x", "Y"),
        condition("5", "42X1X1", "a", "!="),
        condition("6", "42X1X1", "a"),
        condition("6", "+42X1X2x", "Y"),
        condition("7", "42X1X1", "a"),
    ]
    read = read_lss(lss(section("questions", *asked), section("conditions", *conditions)), "x")
    assert [item.asked_if for item in read.items[2:]] == [
        AskedIf("A", ("a", "b")), AskedIf("M[x]", ("Y",)), None, None, AskedIf("M[x]", ("Y",))
    ]  # fmt: skip
    assert read.conditions_not_read == ("Q5", "Q6")


def test_conditions_that_an_item_can_not_keep_are_named() -> None:
    """One condition of one column is kept; of more than one, and of any other, the question is named."""
    one, other = 'A.NAOK == "a"', 'A.NAOK == "a" and B.NAOK == "b"'
    rows = [
        ("Q1", "1", ""),
        ("Q2", one, ""),
        ("Q3", other, ""),
        ("Q4", "1", one),
        ("Q5", one, one),
    ]
    asked = [question(str(n), code, "M", relevance=own) for n, (code, own, _) in enumerate(rows, 1)]
    subs = [
        question(f"9{n}", "x", "T", parent_qid=str(n), relevance=of_row)
        for n, (_, _, of_row) in enumerate(rows, 1)
    ]
    read = read_lss(lss(section("questions", *asked), section("subquestions", *subs)), "x")
    assert read.conditions_not_read == ("Q3", "Q4", "Q5")


def test_a_hidden_text_is_a_value_from_the_link() -> None:
    hidden = section("question_attributes", {"qid": "1", "attribute": "hidden", "value": "1"})
    (item,) = read_lss(lss(section("questions", question("1", "event", "S")), hidden), "x").items
    assert (item.type, item.field_class) == (Type.HIDDEN, FieldClass.TECHNICAL)


def test_a_file_of_limesurvey_3_with_texts_inside_its_rows_is_read() -> None:
    rows = [
        question("1", "Q", "L", question=words, language=language)
        for language, words in (("fi", "Miten?"), ("sv", "Hur?"))
    ]
    answers = [
        {"qid": "1", "code": code, "answer": f"{code} {language}", "sortorder": order, "language": language}
        for order, code in (("2", "b"), ("1", "a"))
        for language in ("fi", "sv")
    ]
    (item,) = read_lss(lss(section("questions", *rows), section("answers", *answers)), "x").items
    assert item.label == {"fi": "Miten?", "sv": "Hur?"}
    assert [(o.code, o.label["sv"]) for o in item.options] == [("a", "a sv"), ("b", "b sv")]


def older(*languages: str, texts_apart: bool) -> bytes:
    """One survey as LimeSurvey 2 and 3 write it (texts in every row), or 5 and 6 (texts in sections)."""
    apart: dict[str, list[dict[str, str]]] = {}

    def rows(name: str, key: str, fields: tuple[str, ...], *given: dict[str, str]) -> str:
        own = [{k: v for k, v in row.items() if k not in fields} for row in given]
        in_language = [
            {k: f"{v} {one}" if k in fields else v for k, v in row.items()} | {"language": one}
            for one in languages
            for row in given
        ]
        if not texts_apart:
            return section(name, *in_language)
        texts = {"questions": "question_l10ns", "subquestions": "question_l10ns", "answers": "answer_l10ns",
                 "groups": "group_l10ns"}  # fmt: skip
        apart[texts[name]] = [
            *apart.get(texts[name], []),
            *({k: v for k, v in row.items() if k in (key, "language", *fields)} for row in in_language),
        ]
        return section(name, *own)

    def sub(qid: str, parent: str, code: str, scale: str = "0") -> dict[str, str]:
        own = {"qid": qid, "parent_qid": parent, "gid": "1", "title": code, "question": code}
        return own | {"scale_id": scale, "question_order": qid}

    def answer(aid: str, qid: str, code: str, scale: str = "0") -> dict[str, str]:
        own = {"qid": qid, "code": code, "answer": code, "sortorder": aid, "scale_id": scale}
        return own | ({"aid": aid} if texts_apart else {})

    kinds = "15ABCDEFGHIKLMNOPQRSTUXY!:;*|"
    words = ("question", "help")
    questions = [
        question(str(n), f"t{ord(kind)}", kind, question=kind, help="", other="Y" if kind in "L!MP" else "N")
        for n, kind in enumerate(kinds, 10)
    ]
    by_kind = {one["type"]: one["qid"] for one in questions}
    subs = [
        sub(f"{qid}{n}", qid, f"s{n}")
        for kind, qid in by_kind.items()
        if kind in "1ABCEFHKMPQ:;"
        for n in (1, 2)
    ]
    subs += [sub(f"{by_kind[kind]}{n}", by_kind[kind], f"x{n}", "1") for kind in ":;" for n in (3, 4)]
    answers = [
        answer(f"{qid}{n}", qid, f"a{n}")
        for kind, qid in by_kind.items()
        if kind in "L!OFHR1"
        for n in (1, 2)
    ]
    answers += [answer(f"{by_kind['1']}{n}", by_kind["1"], f"b{n}", "1") for n in (3, 4)]
    heads = [
        {
            "qid": by_kind["1"],
            "attribute": f"dualscale_header{one}",
            "value": f"{one} {language}",
            "language": language,
        }
        for one in "AB"
        for language in languages
    ]
    own = {"sid": "42", "language": languages[0], "additional_languages": " ".join(languages[1:])}
    titles = [{"surveyls_language": one, "surveyls_title": f"Kysely {one}"} for one in languages]
    order = ["<language>sv</language>", "<language>fi</language>"]  # the base language is not the first
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<document><LimeSurveyDocType>Survey</LimeSurveyDocType>',
            f"<DBVersion>{495 if texts_apart else 177}</DBVersion><languages>{''.join(order)}</languages>",
            rows("answers", "aid", ("answer",), *answers),
            rows("groups", "gid", ("group_name",), {"gid": "1", "group_order": "0", "group_name": "Ryhmä"}),
            rows("questions", "qid", words, *questions),
            rows("subquestions", "qid", words, *subs),
            *(section(name, *written) for name, written in apart.items()),
            section("question_attributes", *heads),
            section("surveys", own),
            section("surveys_languagesettings", *titles),
            "</document>",
        )
    ).encode()


@pytest.mark.parametrize("texts_apart", [False, True])
def test_every_type_and_language_of_old_and_new_files_is_read(texts_apart: bool) -> None:
    structure = read_lss(older("fi", "sv", "de-informal", texts_apart=texts_apart), "vanha.lss")
    assert (structure.languages, structure.not_read) == (("fi", "sv", "de-informal"), ())
    items = {item.native: item for item in structure.items}
    assert set(items) == set("15ABCDEFGHIKLMNOPQRSTUXY!:;*|")
    for native, item in items.items():
        words = native + " de-informal"
        assert item.label["de-informal"] == words and item.type is not Type.OTHER
    assert [option.label.get("sv") for option in items["!"].options] == ["a1 sv", "a2 sv"]
    assert [one.column("t49") for one in items["1"].subitems] == [
        "t49[s1][1]",
        "t49[s1][2]",
        "t49[s2][1]",
        "t49[s2][2]",
    ]
    assert items["1"].subitems[1].label["sv"] == "s1 sv – B sv"
    assert [option.code for option in items["1"].subitems[1].options] == ["b3", "b4"]
    assert [one.code for one in items[";"].subitems] == ["s1_x3", "s1_x4", "s2_x3", "s2_x4"]
    assert [column.name for column in items["P"].columns()][-2:] == ["t80[other]", "t80[othercomment]"]
    assert [option.code for option in items["I"].options] == ["fi", "sv", "de-informal"]
    assert structure.groups == {"g1": {one: f"Ryhmä {one}" for one in structure.languages}}


def test_old_and_new_files_of_one_survey_give_the_same_codebook() -> None:
    old, new = (read_lss(older("fi", "en", texts_apart=apart), "x.lss") for apart in (False, True))
    assert old == new


def test_the_structure_inside_an_archive_is_that_of_the_file() -> None:
    assert read_lss(packed(ARCHIVE), "arkisto.lsa") == read_lss(BYTES["333333"], "x.lss")


def test_a_large_structure_is_read_within_five_times_a_bare_parse() -> None:
    assert limesurvey.structure(Namespace(runs=5))


def test_sections_that_are_empty_or_missing_hold_nothing() -> None:
    empty = (
        "<answers><fields/><rows/></answers><subquestions/><question_attributes><rows/></question_attributes>"
    )
    (item,) = read_lss(lss(section("questions", question("1", "Q", "L")), empty), "x").items
    assert (item.options, item.subitems, item.label) == ((), (), {})
    assert read_lss(lss(), "x").items == ()


def test_hidden_and_randomly_placed_questions_are_told() -> None:
    set_to = [("1", "hidden", "1"), ("2", "random_order", "1"), ("3", "answer_order", "random"),
              ("4", "random_group", "a"), ("5", "random_order", "0"), ("5", "hidden", "0")]  # fmt: skip
    attributes = [dict(zip(("qid", "attribute", "value"), one, strict=True)) for one in set_to]
    asked = [question(str(n), f"Q{n}", "L") for n in range(1, 6)]
    items = read_lss(
        lss(section("questions", *asked), section("question_attributes", *attributes)), "x"
    ).items
    told = [(item.hidden, item.random_order, item.random_place) for item in items]
    assert told == [
        (True, False, False),
        (False, True, False),
        (False, True, False),
        (False, False, True),
    ] + [(False, False, False)]
    group = section("groups", {"gid": "1", "group_order": "1", "randomization_group": "a"})
    (item,) = read_lss(lss(section("questions", question("1", "Q", "T"))).replace(
        section("groups", {"gid": "1", "group_order": "1"}).encode(), group.encode()), "x").items  # fmt: skip
    assert item.random_place and not item.random_order


def test_a_row_called_other_beside_other_is_one_column() -> None:
    rows = [{"qid": f"2{n}", "parent_qid": "1", "title": code} for n, code in enumerate(("a", "other"))]
    asked = section("questions", question("1", "M", "M", other="Y"))
    structure = read_lss(lss(asked, section("subquestions", *rows)), "x")
    assert [column.name for column in structure.columns()] == ["M[a]", "M[other]"]


def test_a_ranking_of_subquestions_ranks_them() -> None:
    rows = [{"qid": f"2{n}", "parent_qid": "1", "title": code} for n, code in enumerate("ab")]
    structure = read_lss(
        lss(section("questions", question("1", "R", "R")), section("subquestions", *rows)), "x"
    )
    assert [(one.name, one.option_codes) for one in structure.columns()] == [
        ("R[1]", ("a", "b")), ("R[2]", ("a", "b"))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<x>" + b" " * 33_000_000, "too large"),
        (
            lss(section("questions", question("1", "Q", "T", question="a " * 2_100_000))),
            "letters in questions, row 1",
        ),
        (b"<document><a><b>" + b"<row/>" * 1_000_001, "more than 1000000 cells"),
        (b"<a>" * 1_000_000, "inside"),
    ],
)
def test_what_is_beyond_all_measure_is_refused_in_little_memory(data: bytes, said: str) -> None:
    tracemalloc.start()
    with pytest.raises(InputError) as caught:
        read_lss(data, "iso.lss")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert re.search(said, " ".join(map(str, caught.value.parts().values())))
    assert peak < 300_000_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a LimeSurvey survey structure"),
        (b"PK\x03\x04rest of an archive", "damaged archive"),
        (packed(LSR), "does not hold what is looked for"),
        (packed({**ARCHIVE, "b.lss": b""}), "more than one survey"),
        (b"<document>" + b"<a>" * 50, "not a LimeSurvey survey structure"),
        (BYTES["111111"][:60_000], "not a LimeSurvey survey structure"),
        (BYTES["333333"].replace(b">Survey<", b">Group<"), "not a LimeSurvey survey structure"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><document>&x;</document>', "XML entities"),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>", "exactly one survey"),
        (lss(section("questions", question("1", "", "L"))), "without code or group"),
        (lss(section("questions", question("1", "A", "S"), question("2", "A", "N"))), "the name A"),
    ],
)
def test_a_file_that_is_no_usable_structure_is_refused_with_its_name(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_lss(data, "rakenne.lss")
    assert "rakenne.lss" in str(caught.value)


def changed(original: bytes) -> st.SearchStrategy[bytes]:
    """The file with a stretch cut out and other bytes put in."""
    place = st.integers(0, len(original))
    return st.builds(
        lambda start, length, new: original[:start] + new + original[start + length :],
        place,
        st.integers(0, 400),
        st.binary(max_size=30) | st.sampled_from([b"</row>", b"<row>", b"&x;", b"]]>", b"<qid/>"]),
    )


@settings(max_examples=examples(200))
@given(
    st.binary(max_size=200)
    | changed(BYTES["333333"])
    | changed(older("fi", "sv", texts_apart=False))
    | changed(packed(ARCHIVE))
)
def test_any_bytes_are_a_questionnaire_or_an_input_error(data: bytes) -> None:
    try:
        structure = read_lss(data, "any.lss")
    except InputError:
        return
    assert structure.id and structure.base_language
