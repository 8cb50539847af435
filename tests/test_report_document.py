"""Assembly: what the blocks become, in which order, and what is said where there is nothing."""

from __future__ import annotations

import dataclasses
from datetime import date
from itertools import takewhile
from typing import Any

import fake_release as fake
import pytest
import small_report as small

from evallib.display import CellText, Column, TableData
from evallib.errors import DeclarationError, UsageError
from evallib.plan.chapter_text import ChapterText
from evallib.plan.words import Judgement
from evallib.report.blocks import Block
from evallib.report.document import build_document
from evallib.report.tables import table_element
from evallib.report.typeset import Document
from evallib.results import Mask, ResultId, parse_display_id

LANGUAGES = ("fi", "sv", "en")


def texts(elements: list[dict[str, Any]]) -> str:
    """Every string of the elements, joined."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(elements)
    return " ".join(found)


def only(kind: str, document: Document) -> list[dict[str, Any]]:
    return [one for one in small.elements(document) if one["kind"] == kind]


def test_blocks_keep_their_order_and_the_decision_page_comes_first() -> None:
    document = small.document()
    kinds = [one["kind"] for one in document.description["body"]]
    assert kinds.index("table") < kinds.index("figure") < kinds.index("judged")
    assert document.description["front"][0]["text"] == "Yhteenveto päätöksentekoa varten"
    assert document.description["body"][0]["text"].startswith("1 ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_heading_levels_begin_at_one_and_never_skip(language: str) -> None:
    level = 0
    for one in small.elements(small.document(language)):
        if one["kind"] == "heading":
            assert one["level"] <= level + 1
            level = one["level"]
    assert level >= 1


@pytest.mark.parametrize("publication", [fake.empty(), fake.all_hidden(), fake.first_period()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_is_nothing_to_show_a_sentence_says_so(publication: Any, language: str) -> None:
    told = dataclasses.replace(small.words(), period=publication.released.period)
    material = small.material(publication, told)
    blocks = (Block("chapter", "4"), Block("figure", "F4.1"), Block("figure", "F6.1"), Block("decisions", ""))
    document = build_document(material, blocks, language)
    for one in small.elements(document):
        if one["kind"] == "aside":
            assert len(texts([one])) > 20
        if one["kind"] == "figure":
            assert one["alt"] and one["file"] in document.pictures


def test_an_empty_period_has_a_sentence_for_every_figure() -> None:
    blocks = tuple(Block("figure", name) for name in ("F4.1", "F4.2", "F5.1", "F6.1", "F6.3"))
    told = dataclasses.replace(small.words(), period="2023")
    document = build_document(small.material(fake.empty(), told), blocks, "fi")
    assert [one["kind"] for one in document.description["body"]] == ["aside"] * 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_text_alternative_that_says_something(language: str) -> None:
    blocks = tuple(Block("figure", name) for name in ("F1.1", "F2.1", "F4.1", "F4.2", "F5.1", "F6.2", "F6.3"))
    for one in only("figure", small.document(language, blocks)):
        assert len(one["alt"]) > 60 and one["title"] and one["base"]


def test_a_number_is_the_published_one_with_its_id() -> None:
    publication = fake.publication()
    cell = publication.released["I20.participations"]
    told = small.words(texts={("4", "fi"): ChapterText(("Osallistumisia oli {I20.participations}.",))})
    document = build_document(small.material(publication, told), (Block("commentary", "4"),), "fi")
    (paragraph,) = only("judged", document)[0]["paragraphs"]
    assert (f"{cell.value:.0f}", "2025/I20.participations") in [(one["t"], one["id"]) for one in paragraph]


def test_words_about_a_hidden_or_missing_number_are_refused() -> None:
    def hide(make: fake.Maker) -> None:
        make.add("I20.participations", 3, mask=Mask.SMALL)

    told = small.words(texts={("4", "fi"): ChapterText(("Osallistumisia oli {I20.participations}.",))})
    hidden = small.material(fake.publication(hide), told)
    with pytest.raises(DeclarationError) as caught:
        build_document(hidden, (Block("commentary", "4"),), "fi")
    assert "2025/I20.participations" in str(caught.value.found)
    told = small.words(texts={("4", "fi"): ChapterText(("Osallistumisia oli {I20.participation}.",))})
    with pytest.raises(UsageError) as missing:
        build_document(small.material(None, told), (Block("commentary", "4"),), "fi")
    assert "2025/I20.participations" in str(missing.value.repair)


def test_all_paragraphs_of_a_comment_stand_under_one_label() -> None:
    (comment,) = only("judged", small.document(blocks=(Block("commentary", "4"),)))
    assert [one[0]["t"] for one in comment["paragraphs"]] == ["Ensimmäinen kappale.", "Toinen kappale."]


def test_markup_in_a_comment_stays_characters() -> None:
    told = small.words(texts={("4", "fi"): ChapterText(("*Tärkeää* #read $x_1$ <b>",))})
    document = build_document(small.material(None, told), (Block("commentary", "4"),), "fi")
    assert only("judged", document)[0]["paragraphs"][0][0]["t"] == "*Tärkeää* #read $x_1$ <b>"


def test_a_chapter_without_a_comment_prints_nothing() -> None:
    assert small.document("sv", (Block("commentary", "4"),)).description["body"] == []


def test_a_judgement_names_its_role_and_day_and_a_missing_one_is_said() -> None:
    with_it = texts(small.document().description["front"])
    assert "Arvio: Arvioija, 9.1.2026" in with_it
    without = small.material(None, small.words(answers={}))
    assert "Arvio puuttuu" in texts(small.document(material=without).description["front"])


def test_judgement_and_proposal_stand_side_by_side_with_who_judged_and_why() -> None:
    codes = [one.code for one in fake.publication().plan.questions]
    own = Judgement(
        question=codes[0], verdict="overridden", colour="red", reason=small.same("Tilaisuuksia oli vähän."),
        role=small.same("Arvioija"), date=date(2026, 1, 9),
    )  # fmt: skip
    others = [
        Judgement(question=code, verdict="confirmed", role=small.same("Ohjausryhmä"), date=date(2026, 2, 3))
        for code in codes[1:]
    ]
    material = small.material(None, small.words(judgements={one.question: one for one in (own, *others)}))
    front = small.document(blocks=(Block("decisions", ""),), material=material).description["front"]
    rows = next(one["rows"] for one in front if one["kind"] == "plain table")
    assert rows[0][2]["mark"] == "red" != rows[0][1]["mark"]
    assert all(row[1]["mark"] == row[2]["mark"] for row in rows[1:])
    said = texts([one for one in front if one["kind"] == "judged"])
    assert "Arvio: Arvioija, 9.1.2026" in said and "Tilaisuuksia oli vähän." in said
    assert "Arvio: Ohjausryhmä, 3.2.2026" in said and "Muut arviot vahvistavat" in said


def judges(front: list[dict[str, Any]]) -> list[str]:
    """The lines below the table of questions that say who judged."""
    below = [one["kind"] for one in front].index("plain table") + 1
    return [texts([one]) for one in takewhile(lambda one: one["kind"] == "judged", front[below:])]


@pytest.mark.parametrize(
    ("overridden", "open_", "said"),
    [
        (1, 0, "Muut arviot vahvistavat lasketun ehdotuksen."),
        (0, 0, "Arviot vahvistavat lasketut ehdotukset."),
        (0, 1, "Arviot vahvistavat lasketut ehdotukset."),
    ],
)
def test_the_page_says_who_confirmed_and_what_nobody_has_judged(
    overridden: int, open_: int, said: str
) -> None:
    """One person leaves a proposal or confirms it, and may not have come to the rest."""
    codes = [one.code for one in fake.publication().plan.questions]
    judged = codes[: len(codes) - open_]
    person: dict[str, Any] = {"role": small.same("Arvioija"), "date": date(2026, 1, 9)}
    left: dict[str, Any] = {"colour": "red", "reason": small.same("Tilaisuuksia oli vähän.")}
    judgements = {
        code: Judgement(question=code, verdict="overridden", **left, **person)
        if place < overridden
        else Judgement(question=code, verdict="confirmed", **person)
        for place, code in enumerate(judged)
    }
    material = small.material(None, small.words(judgements=judgements))
    front = small.document(blocks=(Block("decisions", ""),), material=material).description["front"]
    (line,) = judges(front)
    assert line.count(said) == 1 and ("Tilaisuuksia oli vähän." in line) == bool(overridden)
    rows = next(one["rows"] for one in front if one["kind"] == "plain table")
    assert [texts([row[2]]).strip() for row in rows].count("vielä vahvistamatta") == open_


def test_two_people_who_confirmed_have_their_questions_named() -> None:
    questions = fake.publication().plan.questions
    judgements = {
        one.code: Judgement(
            question=one.code, verdict="confirmed", role=small.same(f"R{place % 2}"), date=date(2026, 1, 9)
        )
        for place, one in enumerate(questions)
    }
    material = small.material(None, small.words(judgements=judgements))
    front = small.document(blocks=(Block("decisions", ""),), material=material).description["front"]
    lines = judges(front)
    assert len(lines) == 2
    for place, one in enumerate(questions):
        assert [one.name["fi"] in line for line in lines] == [place % 2 == 0, place % 2 == 1]


def test_only_the_finnish_report_has_summaries_and_they_say_their_language() -> None:
    blocks = (Block("summary", "sv"), Block("summary", "en"))
    found = only("summary", small.document("fi", blocks))
    assert [one["lang"] for one in found] == ["sv", "en"]
    assert [one["elements"][0]["lang"] for one in found] == ["sv", "en"]
    swedish, english = (texts(one["elements"]) for one in found)
    assert "Sammandrag på svenska" in swedish and "Gjorde vi rätt saker?" in swedish
    assert (
        "Jatketaan kahveja (hankepäällikkö, 1.5.2026)." in swedish and "Did we bring about change?" in english
    )
    assert small.elements(small.document("sv", blocks)) == []


def test_the_cover_names_what_the_rules_ask_for() -> None:
    cover = small.document().description["cover"]
    shown = texts([cover])
    for wanted in ("000000", "Rahasto", "Rahoittaja", "Yhdistys", "Rahaston tuella", "1.1.2025–31.12.2025"):
        assert wanted in shown
    assert cover["emblem_alt"] == "Sininen lippu ja kaksitoista tähteä"
    assert "report-sv.pdf" in shown and "keksittyjä" in cover["banner"]


def test_a_project_with_one_language_names_one_edition() -> None:
    material = small.material(whose=small.project(report_languages=("sv",)))
    shown = texts([small.document("sv", material=material).description["cover"]])
    assert "svenska (report-sv.pdf)" in shown and "report-fi.pdf" not in shown


def test_a_final_report_says_so_on_its_cover() -> None:
    final = small.document(blocks=(Block("cover", "", {"final": True}),))
    assert final.description["cover"]["kind"] == "Itsearvioinnin ja tulosten loppuraportti"
    assert small.document().description["cover"]["kind"] == "Itsearviointi- ja tulosraportti"


def test_a_report_with_faults_is_a_watermarked_draft_that_lists_them() -> None:
    missing = [f"commentary/2025/{n}.sv.md" for n in range(30)]
    draft = small.document(faults=missing).description
    assert draft["watermark"] == "LUONNOS" and "30" in draft["cover"]["draft"]
    assert draft["cover"]["faults"] == missing[:8]
    assert [[span["t"] for span in item] for item in draft["body"][-1]["items"]] == [[one] for one in missing]
    whole = small.document().description
    assert whole["watermark"] == whole["cover"]["draft"] == ""


@pytest.mark.parametrize(
    ("data", "file"),
    [(b"\x89PNG\r\n\x1a\n...", "emblem.png"), (b"\xff\xd8\xff\xe0", "emblem.jpg"), (b"<svg/>", "emblem.svg")],
)
def test_an_emblem_is_placed_by_what_it_is(data: bytes, file: str) -> None:
    document = small.document(emblem=data)
    assert document.pictures[file] == data and document.description["cover"]["emblem"] == file


def test_an_emblem_that_is_no_picture_is_a_fault_of_the_projects_file() -> None:
    with pytest.raises(DeclarationError) as caught:
        small.document(emblem=b"GIF89a")
    assert caught.value.where == "surveys/project.yaml"


def test_an_unknown_block_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        small.document(blocks=(Block("figure", "F4.7"),))
    assert "F4.1" in str(caught.value.repair) or "F4" in str(caught.value.repair)


def table(*rows: tuple[str, ...], kinds: tuple[str, ...]) -> TableData:
    columns = tuple(Column(f"h{n}", kind) for n, kind in enumerate(kinds))
    return TableData("2025/T1.1", "t", columns, tuple(tuple(CellText(c) for c in row) for row in rows))


def widths(told: TableData) -> list[float]:
    return [one["width"] for one in table_element(told)["columns"]]


def test_numbers_and_states_keep_their_width_and_texts_share_the_rest_by_length() -> None:
    told = table(("a" * 60, "b" * 30, "12 %", "sovitulla tasolla"), kinds=("text", "text", "share", "state"))
    first, second, share, state = widths(told)
    assert first == 2 * second and (share, state) == (0, 0)


def test_room_goes_where_it_saves_lines() -> None:
    rows = [("a" * 120, "Levinnyt muualle")] * 8
    first, second = widths(table(*rows, kinds=("text", "text")))
    assert second >= len("Levinnyt muualle") and first > 70


def test_a_table_of_short_texts_still_fills_the_line() -> None:
    told = table(("Lappi", "12"), kinds=("text", "count"))
    assert [one["width"] for one in table_element(told)["columns"]] == [1.0, 0.0]


def test_only_a_table_that_half_the_line_holds_is_narrow() -> None:
    assert table_element(table(("Lappi", "12"), kinds=("text", "count")))["narrow"] is True
    assert table_element(table(("x" * 70, "12"), kinds=("text", "count")))["narrow"] is False


def grouped(*sizes: int, width: int = 10) -> TableData:
    rows = [(f"ryhmä {place}", "x" * width, "1") for place, size in enumerate(sizes) for _ in range(size)]
    return dataclasses.replace(table(*rows, kinds=("text", "text", "count")), grouped=True)


def test_a_long_narrow_table_is_cut_in_two_where_the_group_nearest_to_its_middle_begins() -> None:
    element = table_element(grouped(8, 5, 8, 9, 4))
    assert element["rows"][element["middle"]] == [{"t": "ryhmä 3", "mark": "", "lang": ""}]


@pytest.mark.parametrize("told", [grouped(4, 4), grouped(40), grouped(20, 20, width=70)])
def test_a_short_table_one_without_groups_and_a_wide_one_stay_in_one_part(told: TableData) -> None:
    assert table_element(told)["middle"] == 0


def heads(header: str, first: str) -> list[list[str]]:
    columns = (Column("h", "text"), Column(header, "share"))
    told = TableData("2025/T1.1", "t", columns, ((CellText(first), CellText("12 %")),))
    return [one["lines"] for one in table_element(told)["columns"]]


def test_a_header_wider_than_its_numbers_is_broken_where_room_is_short() -> None:
    assert heads("Alkupuolella vastanneet", "x" * 100)[1] == ["Alkupuolella", "vastanneet"]
    assert heads("Joilta asiaa kysyttiin", "x" * 100)[1] == ["Joilta asiaa", "kysyttiin"]
    assert heads("Alkupuolella vastanneet", "x" * 20)[1] == ["Alkupuolella vastanneet"]
    assert heads("Osallistuneita", "x" * 100)[1] == ["Osallistuneita"]


def test_references_are_a_list_whose_titles_are_in_english() -> None:
    elements = small.elements(small.document(blocks=(Block("annex", "A"), Block("passage", "PA.2"))))
    (listed,) = [one for one in elements if one["kind"] == "sources"]
    assert len(listed["items"]) > 3
    assert {one[-1]["lang"] for one in listed["items"]} == {"en"}


def test_a_label_of_300_characters_leaves_the_other_columns_readable() -> None:
    _, second = widths(table(("x" * 300, "tavallinen selite tässä"), kinds=("text", "text")))
    assert second >= 10
    crowded = widths(table(("x" * 300,) * 9, kinds=("text",) * 9))
    assert min(crowded) >= 10


def test_a_table_without_rows_has_columns_and_stays_whole() -> None:
    element = table_element(table(kinds=("text", "count")))
    assert element["rows"] == [] and element["whole"] is True


def test_a_short_table_stays_whole_and_a_long_one_may_be_cut() -> None:
    rows = [(f"rivi {n}", "1") for n in range(60)]
    assert table_element(table(*rows[:14], kinds=("text", "count")))["whole"] is True
    assert table_element(table(*rows, kinds=("text", "count")))["whole"] is False


def test_the_name_of_a_group_stands_once_above_its_rows() -> None:
    rows = (("Muoto", "Työpaja", "4"), ("Muoto", "Webinaari", "6"), ("Kieli", "Suomi", "9"))
    told = dataclasses.replace(table(*rows, kinds=("text", "text", "count")), grouped=True)
    element = table_element(told)
    assert [[cell["t"] for cell in row] for row in element["rows"]] == [
        ["Muoto"], ["Työpaja", "4"], ["Webinaari", "6"], ["Kieli"], ["Suomi", "9"],
    ]  # fmt: skip
    assert len(element["columns"]) == 2


def test_the_name_of_a_group_keeps_the_language_that_it_was_written_in() -> None:
    one = table(("Fall", "Vad", "mer"), kinds=("text", "text", "text"))
    ((first, *rest),) = one.rows
    told = dataclasses.replace(one, rows=((dataclasses.replace(first, lang="sv"), *rest),), grouped=True)
    assert [row[0]["lang"] for row in table_element(told)["rows"]] == ["sv", ""]


def test_ids_of_results_are_full() -> None:
    for one in small.elements(small.document()):
        for span in one.get("spans", []):
            if span["id"] and parse_display_id(span["id"]) is None:
                ResultId.parse(span["id"])
