"""Figures, tables and passages of an invented release, of a first period, and of nothing at all."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import fake_release as fake
import pytest

from evallib.display import NothingToShow, Publication, draw, house, names, plain, say, tabulate
from evallib.display.edition import Edition
from evallib.display.naming import measure_name
from evallib.display.tables.common import breakdown
from evallib.errors import UsageError
from evallib.plan.model import Policy
from evallib.results import Assessment, Colour, Kind, Mask, ResultId, parse_display_id

FIGURES, TABLES, PASSAGES = (names()[kind] for kind in ("figures", "tables", "passages"))
FULL = fake.publication()
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def texts(svg: bytes) -> list[str]:
    found = re.findall(r"<text[^>]*>([^<]*)</text>", svg.decode())
    return [one.replace("&lt;", "<").replace("&amp;", "&") for one in found]


def known(publication: Publication, written: str) -> bool:
    if parse_display_id(written):
        return True
    name = ResultId.parse(written)
    return any(name in one.cells for one in (publication.released, *publication.earlier))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_title_base_alternative_and_table(name: str, language: str) -> None:
    drawing = draw(name, FULL, language)
    assert drawing.title and drawing.base and drawing.data.rows
    assert drawing.title in drawing.alt
    assert not re.search(r"[{}]|\bNone\b|\bnan\b", drawing.title + drawing.base + drawing.alt)
    assert all(known(FULL, one) for one in drawing.ids)


@pytest.mark.parametrize("name", FIGURES)
def test_every_number_in_a_picture_stands_in_its_table_too(name: str) -> None:
    drawing = draw(name, FULL, "en")
    cells = " ".join(cell.text for row in drawing.data.rows for cell in row)
    heads = " ".join(column.header for column in drawing.data.columns)
    allowed = set(_NUMBER.findall(f"{cells} {heads} {drawing.title}"))
    scale = {"F5.2": {"0", "50", "100"}, "F5.3": {"1", "2", "3", "4", "5"}}.get(name, set())
    keys = {"12"} if name == "F5.1" else set()  # "over the past 12 months"
    ties = {"30", "36", "59"} if name == "F4.1" else set()  # the drawing's own organisations and ties
    period = {"5"}  # the threshold in the key of hidden numbers
    drawn = {one for text in texts(drawing.svg) for one in _NUMBER.findall(text)}
    assert drawn <= allowed | scale | keys | ties | period


@pytest.mark.parametrize("name", FIGURES)
def test_equal_data_give_equal_bytes(name: str) -> None:
    assert draw(name, FULL, "fi").svg == draw(name, fake.publication(), "fi").svg


@pytest.mark.parametrize("name", FIGURES)
def test_letters_are_text_of_nine_points_or_more(name: str) -> None:
    svg = draw(name, FULL, "fi").svg.decode()
    sizes = [float(one) for one in re.findall(r"font-size: ([0-9.]+)px", svg)]
    assert sizes and min(sizes) >= 9
    assert 'viewBox="0 0 467.716535' in svg  # 165 mm, one unit a point
    assert set(re.findall(r"font-family: '([^']*)'", svg)) == {house.font_family()}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("name", [one for one in TABLES if one != "TD.2"])  # nothing was published before
def test_a_table_has_as_many_cells_as_columns_and_known_ids(name: str, language: str) -> None:
    table = tabulate(name, FULL, language)
    assert table.title and table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert all(known(FULL, one) for one in table.ids)
    assert not any(re.search(r"[{}]|\bNone\b|\bnan\b", cell.text) for row in table.rows for cell in row)


def test_where_nothing_was_published_before_no_table_tells_what_moved() -> None:
    with pytest.raises(NothingToShow, match="No report of this period was published before"):
        tabulate("TD.2", FULL, "en")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("name", PASSAGES)
def test_a_passage_names_the_source_of_its_numbers(name: str, language: str) -> None:
    for paragraph in say(name, FULL, language):
        assert not re.search(r"[{}]|\bNone\b|\bnan\b|\.\.", plain(paragraph))
        assert all(known(FULL, span.id) for span in paragraph if span.id)
        if name not in ("PA.1", "PA.2", "P2.4"):  # sentences of methods and grades hold fixed numbers
            bare = [span.text for span in paragraph if not span.id]
            left = {one for text in bare for one in _NUMBER.findall(text)}
            assert left <= {"12", "19", "5"}  # past 12 months, 19 regions, threshold 5


@pytest.mark.parametrize("publication", [fake.empty(), fake.all_hidden(), fake.first_period()])
@pytest.mark.parametrize("language", ["fi", "en"])
def test_missing_hidden_and_first_periods_give_a_sentence_or_a_whole_thing(
    publication: Publication, language: str
) -> None:
    for name in (*FIGURES, *TABLES, *PASSAGES):
        make = draw if name in FIGURES else tabulate if name in TABLES else say
        try:
            made = make(name, publication, language)
            assert made or name == "P9.2"  # no quotes: nothing is said of them
        except NothingToShow as nothing:
            assert nothing.sentence.endswith(".")


def test_without_data_only_the_plan_itself_is_drawn() -> None:
    drawn = []
    for name in FIGURES:
        try:
            drawn.append(draw(name, fake.empty(), "fi").title and name)
        except NothingToShow:
            continue
    assert drawn == ["F2.1"]


def test_a_picture_keeps_the_space_of_a_percentage() -> None:
    svg = draw("F5.2", fake.publication(), "fi").svg.decode()
    assert re.search(r">\d+ %", svg) and not re.search(r">\d+%", svg)


def test_words_of_a_log_in_another_language_say_which_and_the_table_tells_it_once() -> None:
    facts = dict(FULL.released.facts)
    facts["agreements"] = [
        {"year": "2025", "text_fi": "Yhteinen päivä", "text_sv": "Gemensam dag", "status": "open"},
        {"year": "2025", "text_fi": "Yhteinen retki", "text_sv": "", "status": "open"},
    ]
    one = dataclasses.replace(FULL, released=dataclasses.replace(FULL.released, facts=facts))
    table = tabulate("T7.2", one, "sv")
    assert [(row[0].text, row[0].lang) for row in table.rows] == [
        ("Gemensam dag", ""),
        ("Yhteinen retki", "fi"),
    ]
    assert "originalspråket" in table.note and "alkuperäis" not in tabulate("T7.2", one, "fi").note


def test_a_hidden_region_is_hatched_and_told_but_has_no_number() -> None:
    def hide(make: fake.Maker) -> None:
        make.add("I24.participations[region=FI1D7]", 777, mask=Mask.SECONDARY)

    drawing = draw("F6.2", fake.publication(hide), "fi")
    row = next(row for row in drawing.data.rows if row[0].text == "Lappi")
    assert (row[1].text, row[1].value, row[1].mark) == ("peitetty", None, "hidden")
    assert "Lappi: 2025 peitetty" in drawing.alt
    assert "alle 5" in " ".join(texts(drawing.svg)) and "alle 5" in drawing.data.note


def test_a_greater_region_stands_below_the_hidden_ones_and_says_that_it_counts_again() -> None:
    def told(make: fake.Maker) -> None:
        make.add("I24.participations[region=north]", 99)

    drawing = draw("F6.2", fake.publication(told), "en")
    rows = [row[0].text for row in drawing.data.rows]
    assert rows[-3:] == ["Ahvenanmaa", "North together", "unknown"]
    for words in (drawing.base, drawing.data.note):
        assert "North together = Lappi, Pohjois-Pohjanmaa" in words


def test_a_wider_class_of_the_earlier_release_alone_is_no_row() -> None:
    one = fake.publication()
    gone = ResultId.parse("2024/I24.participations[region=north]")
    like = next(iter(one.earlier[-1].cells.values()))
    before = dataclasses.replace(
        one.earlier[-1], cells={**one.earlier[-1].cells, gone: dataclasses.replace(like, id=gone)}
    )
    e = Edition(dataclasses.replace(one, earlier=(*one.earlier[:-1], before)), "en")
    rows = breakdown(e, "T6.1", [("I24.participations", "region")]).rows
    assert len(rows) == len(e.series("I24.participations", "region"))


@pytest.mark.parametrize(
    ("figure", "hidden", "claim"),
    [("F6.2", f"I24.participations[region={list(fake.REGIONS)[7]}]", "most from"),
     ("F5.1", "I07.steps[step=public]", "most often")],
)  # fmt: skip
def test_nothing_is_called_the_most_while_a_hidden_number_may_be_more(
    figure: str, hidden: str, claim: str
) -> None:
    def show(make: fake.Maker) -> None:
        make.add(hidden, 6, count=6, base=61)

    assert claim in draw(figure, fake.publication(show), "en").data.title
    told = draw(figure, FULL, "en").data.title
    assert claim not in told or f"of those shown, {claim}" in told


def test_a_distribution_with_a_hidden_part_is_not_drawn() -> None:
    def hide(make: fake.Maker) -> None:
        make.add("I22.t01[answer=1]", 4, mask=Mask.SMALL)

    whole, hidden = draw("F6.3", FULL, "en"), draw("F6.3", fake.publication(hide), "en")
    assert "47" in texts(whole.svg)  # 101 of 213 answered "a lot"
    assert "47" not in texts(hidden.svg)


@pytest.mark.parametrize(("base", "written"), [(9, "4 of 9"), (10, "40%"), (11, "36%")])
def test_no_percentage_is_printed_under_ten(base: int, written: str) -> None:
    def few(make: fake.Maker) -> None:
        make.share("I18.use_share", 4, base)

    sentences = " ".join(map(plain, say("P6.3", fake.publication(few), "en")))
    assert f"used at work by {written}" in sentences


def test_a_share_without_value_but_with_count_is_told_as_count_of_base() -> None:
    def few(make: fake.Maker) -> None:
        make.add("I18.use_share", None, Kind.SHARE, count=4, base=7, note="base_under_10")

    assert "used at work by 4 of 7" in " ".join(map(plain, say("P6.3", fake.publication(few), "en")))


def test_a_sentence_whose_number_is_hidden_is_not_told() -> None:
    def hide(make: fake.Maker) -> None:
        make.add("I24.swedish_participations", 3, mask=Mask.SMALL)

    assert "Swedish" in " ".join(map(plain, say("P6.1", FULL, "en")))
    assert "Swedish" not in " ".join(map(plain, say("P6.1", fake.publication(hide), "en")))


@pytest.mark.parametrize(
    ("code", "target", "down", "written"),
    [("I22", 0.85, False, "≥ 85%"), ("I22", 0.1, True, "≤ 10%"), ("I09", 0.1, True, "change −10 points")],
)
def test_where_less_is_better_a_target_has_its_sign_turned(
    code: str, target: float, down: bool, written: str
) -> None:
    judged = {code: Assessment(code, Colour.GREEN, "at_or_over", measured=0.1, target=target, down=down)}
    one = dataclasses.replace(FULL, released=dataclasses.replace(FULL.released, assessments=judged))
    for table in ("T1.1", "TB.1"):
        (row,) = (row for row in tabulate(table, one, "en").rows if any(cell.mark == "green" for cell in row))
        assert written in [cell.text.replace("\u00a0", " ") for cell in row]


@pytest.mark.parametrize("name", ["F4.2", "F5.1", "F6.1", "F6.2", "F6.3", "F6.4"])
def test_zeros_of_nobody_are_no_finding(name: str) -> None:
    """A period without answers or participations: counts are there, and all are zero."""
    cells = {
        one: dataclasses.replace(cell, value=0.0, count=0, base=0, interval=None, mask=None)
        if cell.kind is Kind.COUNT
        else dataclasses.replace(cell, value=None, count=0, base=0, interval=None, mask=None)
        for one, cell in FULL.released.cells.items()
    }
    nobody = dataclasses.replace(FULL, released=dataclasses.replace(FULL.released, cells=cells))
    with pytest.raises(NothingToShow):
        draw(name, nobody, "en")
    told = [cell for row in tabulate("T5.1", nobody, "en").rows for cell in row if cell.ids]
    assert {(one.text, one.value) for one in told if one.ids[0][:4] == "2025"} == {("no data", None)}


def test_firms_that_took_no_step_have_no_most_frequent_one() -> None:
    def none(make: fake.Maker) -> None:
        for name in [one for one in make.cells if one.measure == "steps"]:
            make.add(str(name).partition("/")[2], 0, count=0, base=61)

    assert draw("F5.1", fake.publication(none), "en").title == "Development steps of the firms that answered"


def test_the_network_says_how_many_of_all_are_drawn() -> None:
    ties = len(FULL.released.facts["network"]["waves"]["2025"]["edges"])  # type: ignore[index]
    assert f"2025: 30 of 40 organisations, {ties} of 157 ties" in texts(draw("F4.1", FULL, "en").svg)
    assert any(row[0].text.startswith("Organisations drawn: ") for row in tabulate("F4.1", FULL, "en").rows)


def test_a_period_without_answers_does_not_draw_the_network_of_earlier_ones() -> None:
    facts = {**FULL.released.facts, "network": fake.network(("2023", "2024"))}
    quiet = dataclasses.replace(FULL, released=dataclasses.replace(FULL.released, facts=facts))
    with pytest.raises(NothingToShow):
        draw("F4.1", quiet, "en")


def test_both_scorecards_say_what_targets_are_compared_with() -> None:
    whole = tabulate("TB.1", FULL, "en")
    assert whole.note == tabulate("T1.1", FULL, "en").note != ""
    reasons = {row[0].text: row[-1].text for row in whole.rows}
    assert reasons["I20"] == "1,210 of 1,800 so far (67%)"  # as a reader with a pencil would have it


def test_a_fall_is_named_on_page_two() -> None:
    def fall(make: fake.Maker) -> None:
        make.add("I19.events", 11)

    told = plain(say("P2.5", fake.publication(fall), "en")[0])
    assert told.replace("\u00a0", " ") == "Lower than in the period before: Peer-learning events (25 → 11)."


def test_page_two_names_few_indicators_and_counts_many() -> None:
    whole = fake.publication()
    few = [plain(one) for one in say("P2.6", whole, "fi")]
    cells = {name: one for name, one in whole.released.cells.items() if name.indicator in ("SRC", "REG")}
    empty = dataclasses.replace(whole, released=dataclasses.replace(whole.released, cells=cells))
    many = [plain(one) for one in say("P2.6", empty, "fi")]
    assert not any("taulukko B.1" in one for one in few)
    assert [f"{len(whole.plan.indicators)} tunnuslukua, ks. taulukko B.1" in one for one in many] == [True]


def test_every_setting_of_the_policy_has_words_in_the_run_record() -> None:
    whole = fake.publication()
    facts = {**whole.released.facts, "parameters": Policy().model_dump()}
    told = dataclasses.replace(whole, released=dataclasses.replace(whole.released, facts=facts))
    printed = {cell.text for row in tabulate("TE.1", told, "sv").rows for cell in row}
    assert not printed & ({*Policy.model_fields, "True", "wilson", "suppress"})


def test_the_first_period_speaks_of_a_baseline() -> None:
    assert "baseline" in plain(say("P2.2", fake.first_period(), "en")[0])
    assert draw("F1.1", fake.first_period(), "en").title.startswith("The baseline")


def test_new_ties_are_drawn_only_where_organisations_keep_their_ids() -> None:
    facts = dict(FULL.released.facts)
    facts["network"] = {**facts["network"], "stable_ids": False}  # type: ignore[dict-item]
    released = type(FULL.released)("2025", 1, FULL.released.cells, {}, facts)
    unstable = Publication(released, FULL.earlier, FULL.plan, FULL.questionnaires, FULL.project)
    assert "tie not in the earlier picture" in texts(draw("F4.1", FULL, "en").svg)
    assert "tie not in the earlier picture" not in texts(draw("F4.1", unstable, "en").svg)


def test_a_state_is_a_word_with_a_mark() -> None:
    cells = [row[-1] for row in tabulate("T1.1", FULL, "en").rows]
    assert ("at the agreed level", "green") in [(cell.text, cell.mark) for cell in cells]


def test_a_change_of_a_share_is_agreed_in_points() -> None:
    judged = {"I03": Assessment("I03", Colour.AMBER, "cannot_tell", "", 0.02, 0.05)}
    released = type(FULL.released)("2025", 1, FULL.released.cells, judged, {})
    publication = Publication(released, (), FULL.plan, FULL.questionnaires, FULL.project)
    targets = {row[0].text: row[-3].text for row in tabulate("T1.1", publication, "en").rows}
    assert targets["Ties across fields, yks en"] == "change 5\u00a0points"


def test_without_the_typeface_the_one_of_the_drawing_library_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = house.find_spec
    monkeypatch.setattr(house, "find_spec", lambda name: None if "font" in name else real(name))
    folder, family, regular, bold = house._fonts.__wrapped__()
    assert family == "DejaVu Sans" and (folder / regular).is_file() and (folder / bold).is_file()


def test_the_report_prints_the_tables_and_the_figures_of_a_chapter_in_the_order_of_their_numbers() -> None:
    notebook = (Path(__file__).parent.parent / "notebooks" / "annual_report.ipynb").read_text("utf-8")
    for kind in ("table", "figure"):
        printed = re.findall(rf'report\.{kind}\(\\"[TF](\w+)\.(\d+)\\"', notebook)
        assert len(printed) > 5
        assert printed == sorted(printed, key=lambda one: (one[0], int(one[1])))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("form:coffee", "virtual coffees"),
        ("form:rest", "other forms"),
        ("rest:coffee", "other events together (virtual coffees)"),
        ("e2501", "Meeting (e2501)"),
        ("e2599", "e2599"),
    ],
)
def test_a_row_of_the_way_from_invitation_to_feedback_has_words(code: str, words: str) -> None:
    release = fake.publication()
    held = {"event_id": "e2501", "title_fi": "", "title_sv": "Meeting"}
    facts = {**release.released.facts, "events": [held]}
    told = dataclasses.replace(release, released=dataclasses.replace(release.released, facts=facts))
    assert measure_name(Edition(told, "en"), f"PATH.attended_by[event={code}]").endswith(f": {words}")


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("room", [1.0, 14.0, 40.0, 165.0])
@pytest.mark.parametrize(
    "words",
    ["", "a", "  b  c ", "i " * 60, "W " * 60, "hyvinvointiyrittäjyys ja luonto " * 9, "WWWW iiii " * 20],
)
def test_each_line_takes_as_many_words_as_fit_and_no_more(words: str, room: float, bold: bool) -> None:
    lines: list[str] = []
    for word in words.split(" "):
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and house.width_of(tried, bold=bold) <= room:
            lines[-1] = tried
        else:
            lines.append(word)
    assert house.wrap(words, room, bold=bold) == lines


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        draw("F6.9", FULL, "fi")
    assert "F6." in str(caught.value.repair)


def test_loading_the_display_does_not_load_the_drawing_library() -> None:
    code = "import sys, evallib.display; print('matplotlib' in sys.modules, 'pandas' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_regions_are_counted_among_those_that_the_plan_declares(language: str) -> None:
    def few(make: fake.Maker) -> None:
        make.add("I24.regions", 5, count=5, base=7)

    told = fake.publication(few)
    drawn = draw("F6.2", told, language).title
    said = plain(say("P6.1", told, language)[0])
    assert all(re.search(r"\b7\b", one) and not re.search(r"\b19\b", one) for one in (drawn, said))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_title_on_skills_says_only_what_the_picture_shows(language: str) -> None:
    drawn = draw("F5.3", FULL, language)
    shown = {cell.text for row in drawn.data.rows for cell in row}
    assert "%" not in drawn.title and set(_NUMBER.findall(drawn.title)) <= shown


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "pyöristämättömistä"), ("sv", "oavrundade"), ("en", "unrounded")]
)
def test_the_methods_say_once_that_sums_are_made_before_rounding(language: str, word: str) -> None:
    assert [word in plain(one) for one in say("PA.1", FULL, language)].count(True) == 1


def cases(*rows: dict[str, object]) -> Publication:
    told = dataclasses.replace(FULL.released, facts={**FULL.released.facts, "cases": list(rows)})
    return dataclasses.replace(FULL, released=told)


CASE = {"case_id": "c1", "date": "2025-03-04", "title_fi": "Kahveilta kokeiluun", "contribution": "partial"}


def test_a_case_is_a_card_with_evidence_other_causes_and_what_the_project_did() -> None:
    words = {one: f"{one} here" for one in ("chain", "evidence", "causes", "others", "part")}
    told = CASE | {"title_en": "From coffee to trial"} | {f"{one}_en": word for one, word in words.items()}
    table = tabulate("T5.4", cases(told), "en")
    assert table.grouped and {row[0].text for row in table.rows} == {"1. From coffee to trial"}
    assert [(row[1].text, row[2].text) for row in table.rows] == [
        ("What led to what", "chain here"),
        ("Evidence", "evidence here"),
        ("Other causes", "causes here"),
        ("Who else played a part", "others here"),
        ("What the project did", "part here"),
        ("Project's contribution", "partial"),
    ]


@pytest.mark.parametrize(
    ("language", "silent"), [("fi", "ei kirjattu"), ("sv", "inte antecknat"), ("en", "not noted")]
)
def test_a_part_of_a_card_that_nobody_wrote_says_so(language: str, silent: str) -> None:
    table = tabulate("T5.4", cases(CASE | {"chain_fi": "Kahvi → kokeilu"}), language)
    assert [row[2].text for row in table.rows[1:5]] == [silent] * 4
    assert table.rows[0][0].lang == table.rows[0][2].lang == ("" if language == "fi" else "fi")


@pytest.mark.parametrize("stop", ["", "."])
def test_the_told_case_ends_its_sentences_once(stop: str) -> None:
    told = CASE | {"chain_fi": f"Kahvi → kokeilu{stop}", "others_fi": f"Kunta{stop}"}
    (said,) = (plain(one) for one in say("P4.2", cases(told), "fi"))
    assert "Kahvi → kokeilu. Muut vaikuttajat: Kunta. Hankkeen osuus" in said


def test_cards_of_one_title_stay_apart() -> None:
    rows = tabulate("T5.4", cases(CASE, CASE | {"case_id": "c2"}), "fi").rows
    assert list(dict.fromkeys(row[0].text for row in rows)) == [
        "1. Kahveilta kokeiluun",
        "2. Kahveilta kokeiluun",
    ]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_table_of_masks_says_where_the_clock_ended_their_planning(language: str) -> None:
    facts = {**FULL.released.facts, "planned_short": 17}
    short = dataclasses.replace(FULL, released=dataclasses.replace(FULL.released, facts=facts))
    notes = [tabulate("TD.1", one, language).note for one in (FULL, short)]
    assert notes[1].startswith(notes[0]) and notes[1].count(" 17") == 1
