"""Rounded numbers on the page: marked wherever they stand, with honest digits, never compared or judged."""

from __future__ import annotations

import dataclasses
import io
import re

import fake_release as fake
import openpyxl
import pytest
import small_report as small
from test_judge import GREEN, GREY, judged, release, seen, target
from test_judge import cell as judged_cell

from evallib.display import draw, say, tabulate
from evallib.display.about import limit, percent
from evallib.display.compare import Change, compare
from evallib.display.edition import Edition
from evallib.display.figures.likert import distribution, likert_table
from evallib.display.publication import plain
from evallib.errors import DeclarationError
from evallib.report.review import reviews
from evallib.report.words import filled
from evallib.report.workbook import write_workbook
from evallib.results import Kind, Mask, Released, ReleasedCell, ResultId
from evallib.results.jsonform import from_json, to_json
from evallib.results.rounding import AT_LEAST
from evallib.steps.export import _figure

ABOUT = {"fi": "noin", "sv": "cirka", "en": "about"}


def cell(count: int, base: int | None = None, **changed: object) -> ReleasedCell:
    """A rounded count, or share of two of them, of a region."""
    name = ResultId.parse("2025/I22.t01_top2[region=FI1D7]")
    kind = Kind.COUNT if base is None else Kind.SHARE
    value = count if base is None else count / base
    one = ReleasedCell(name, kind, "", value, count, base, None, "", None, True, "", "", (), (), 5)
    return dataclasses.replace(one, **changed)  # type: ignore[arg-type]


def exact(one: Released) -> Released:
    """The release with counts and protection where numbers stand by region."""
    cells = {
        name: dataclasses.replace(told, protected=True, count=None if told.value is None else int(told.value))
        if (name.indicator, name.measure) == ("I24", "participations") else told
        for name, told in one.cells.items()
    }  # fmt: skip
    return dataclasses.replace(one, cells=cells)


def rounding(one: Released) -> Released:
    """The release as if its numbers by region were rounded."""
    facts = {**one.facts, "parameters": {"threshold": 5, "masking": "round5"}}
    cells = {}
    for name, told in one.cells.items():
        if name.measure == "participations" and name.indicator == "I24":
            least = {"protected": True, "mask": Mask.SECONDARY, "value": None, "count": None}
            number = 5 * ((int(told.value or 0) + 2) // 5)
            shown = {"protected": True, "value": number, "count": number, "rounded": 5}
            told = dataclasses.replace(told, **(shown if (told.value or 0) >= 8 else least))  # type: ignore[arg-type]
        cells[name] = told
    regions = ResultId(one.period, "I24", "regions")
    cells[regions] = dataclasses.replace(cells[regions], note=AT_LEAST)
    return dataclasses.replace(one, cells=cells, facts=facts)


FULL = fake.publication()
BEFORE = tuple(exact(one) for one in FULL.earlier)
NOW = dataclasses.replace(FULL, released=rounding(FULL.released), earlier=BEFORE)
BOTH = dataclasses.replace(NOW, earlier=tuple(rounding(one) for one in FULL.earlier))


@pytest.mark.parametrize(
    ("count", "base", "told"),
    [
        (0, 25, 0),  # nobody is exact
        (10, 25, None),  # 29.6–52.2
        (25, 25, None),  # 85–100
        (20, 50, 40),  # 34.6–45.8: to ten
        (30, 50, 60),
        (55, 100, 55),  # 52–58: to five
        (15, 100, 15),
        (500, 1000, 50),  # 49.7–50.3: to one
        (135, 400, 34),
    ],
)
def test_a_percentage_has_only_digits_that_rounded_numbers_can_carry(
    count: int, base: int, told: int | None
) -> None:
    one = cell(count, base)
    assert percent(one) == told
    if told is not None and count:
        low, high = 100 * (count - 2) / (base + 2), min(100 * (count + 2) / (base - 2), 100)
        assert told - 10 <= low <= high <= told + 10


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_printed_form_of_a_rounded_number_is_marked(language: str) -> None:
    e, about = Edition(NOW, language), ABOUT[language]
    sign = "%" if language == "en" else "\u00a0%"
    of = {"fi": "10/25", "sv": "10 av 25", "en": "10 of 25"}[language]
    assert e.text(cell(55, 100)) == f"{about} 55{sign}"
    assert e.text(cell(10, 25)) == f"{about} {of}" and e.few(cell(10, 25))
    assert e.text(cell(45)) == f"{about} 45"
    assert e.text(cell(0)) == "0", "nobody is exact"
    assert (e.show(cell(45)).text, e.show(cell(45)).value) == (f"{about} 45", None)
    assert e.base(cell(55, 100)).text == f"{about} 100"
    asked = cell(55, 100, kind=Kind.COUNT, value=55)
    assert e.part(asked).text == f"{about} 55{sign}"
    assert e.part(cell(10, 25, kind=Kind.COUNT, value=10)).text == f"{about} {of}"
    assert e.span(cell(45)).text == f"{about} 45"


def test_a_likert_row_of_rounded_counts_marks_shares_and_base() -> None:
    released = FULL.released
    cells = {
        name: dataclasses.replace(one, rounded=5, protected=True, count=5 * int((one.value or 0) // 5),
                                  value=5 * int((one.value or 0) // 5), base=210)
        if (name.indicator, name.measure) == ("I22", "t01") else one
        for name, one in released.cells.items()
    }  # fmt: skip
    e = Edition(dataclasses.replace(FULL, released=dataclasses.replace(released, cells=cells)), "en")
    table = likert_table(e, "", [distribution(e, "I22.t01")])
    shares = [one.text for one in table.rows[0][1:-3]]
    assert shares and all(one.startswith("about ") or one == "0%" for one in shares)
    assert table.rows[0][-3].text == "about 210"
    assert "nearest five" in table.note and "Percentages" not in table.note


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_picture_caption_alternative_and_table_of_a_figure_agree_on_the_marks(language: str) -> None:
    drawing, about = draw("F6.2", NOW, language), ABOUT[language]
    numbers = [row[1].text for row in drawing.data.rows if row[1].mark != "hidden"]
    assert numbers and all(one.startswith(f"{about} ") for one in numbers)
    assert f"{about} {max(int(one.split()[-1]) for one in numbers)}" in drawing.title
    drawn = " ".join(re.findall(r"<!-- (.*?) -->", drawing.svg.decode())) or drawing.svg.decode()
    assert all(one in drawn for one in numbers)
    assert all(one in drawing.alt for one in numbers[:3])
    legend = Edition(NOW, language).t("round.legend")
    assert legend in drawing.base and legend in drawing.data.note


def test_of_regions_that_round_alike_none_is_called_the_first() -> None:
    names = [ResultId.parse(f"2025/I24.participations[region={one}]") for one in list(fake.REGIONS)[:2]]
    alike = {one: dataclasses.replace(NOW.released.cells[one], value=125, count=125) for one in names}
    released = dataclasses.replace(NOW.released, cells={**NOW.released.cells, **alike})
    title = draw("F6.2", dataclasses.replace(NOW, released=released), "en").title
    assert "Uusimaa, Varsinais-Suomi, about 125" in title


def test_the_legend_of_hidden_numbers_tells_the_limit_of_each_period() -> None:
    assert "below 8 (2023, 2024: 5)" in draw("F6.2", NOW, "en").data.note
    assert "below 8 or" in draw("F6.2", BOTH, "en").data.note
    overall = Edition(NOW, "en")
    assert limit(overall, ["2025/I22.t01[answer=1]", "2025/OPEN.q1_t10[code=climate]"]) == "5"
    assert "below 5 or" in draw("F6.2", FULL, "en").data.note


def test_a_change_of_policy_is_said_beside_the_numbers_in_the_methods_and_among_the_masks() -> None:
    assert "The numbers of 2024 are exact." in draw("F6.2", NOW, "en").data.note
    assert "exact" not in draw("F6.2", BOTH, "en").data.note
    changed = "rounded to the nearest five (2025) or told exactly (2023, 2024)"
    methods = [" ".join(plain(one) for one in say("PA.1", told, "en")) for told in (NOW, BOTH, FULL)]
    masks = [tabulate("TD.1", told, "en").note for told in (NOW, BOTH, FULL)]
    for told in (methods, masks):
        assert [changed in one for one in told] == [True, False, False]
        assert ["below 8" in one for one in told] == [True, True, False]


def test_the_run_record_tells_how_numbers_were_hidden() -> None:
    told = {row[0].text: row[1].text for row in tabulate("TE.1", NOW, "en").rows}
    assert told["Way of hiding"].startswith("the number is rounded to the nearest five")
    assert told["Smallest group shown"] == "5", "of codes and of everybody"


def test_the_workbook_holds_the_marked_words_and_no_number_to_compute_with() -> None:
    from datetime import UTC, datetime

    table = draw("F6.2", NOW, "en").data
    made = datetime(2026, 1, 1, tzinfo=UTC)
    data = write_workbook([table], title="", notice="", headers=("", "", ""), created=made)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[1]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=5)}
    assert rows["Uusimaa"] == table.rows[0][1].text
    assert str(rows["Uusimaa"]).startswith("about ")


def test_a_least_number_says_so_and_is_no_change() -> None:
    e = Edition(NOW, "en")
    assert e.text(NOW.released["I24.regions"]) == "≥\u00a06"
    assert e.span(NOW.released["I24.regions"]).text == "at least 6"
    assert "5 or more participations" in draw("F6.2", NOW, "en").title
    assert "at least 6 of 19" in draw("F6.2", NOW, "en").title
    assert "at least 6 of the 19" in " ".join(plain(one) for one in say("P6.1", NOW, "en"))


@pytest.mark.parametrize("count", [45, 500])
def test_no_change_is_claimed_of_rounded_numbers_however_far_apart(count: int) -> None:
    now, exact = cell(count), cell(40, rounded=0)
    assert compare(now, cell(40), 10) is Change.NONE
    assert compare(now, exact, 10) is compare(exact, now, 10) is Change.NONE
    least = cell(15, rounded=0, note=AT_LEAST)
    assert compare(least, exact, 10) is compare(exact, least, 10) is Change.NONE


@pytest.mark.parametrize("form", ["sum", "at_least", "change", "median", "matrix"])
def test_no_colour_is_given_to_a_rounded_number(form: str) -> None:
    one = dataclasses.replace(judged_cell(0.9, base=100), rounded=5)
    assert seen(judged(form, [one], target(0.1, baseline=0.2), planned="2025-01-01")) == (GREY, "rounded")


def test_a_change_is_never_counted_from_a_rounded_number() -> None:
    before = dataclasses.replace(judged_cell(0.4, base=100, id="2024/I01.head"), rounded=5)
    told = judged("change", [judged_cell(0.9)], target(0.1), earlier=[release("2024", before)])
    assert seen(told) == (GREY, "no_baseline")


@pytest.mark.parametrize(
    ("value", "found"), [(17, (GREEN, "at_or_over")), (18, (GREEN, "at_or_over")), (16, (GREY, "rounded"))]
)
def test_a_least_number_can_reach_a_target_and_never_miss_it(value: int, found: tuple[str, str]) -> None:
    one = dataclasses.replace(judged_cell(value, kind=Kind.COUNT, base=19), note=AT_LEAST)
    assert seen(judged("at_least", [one], target(17))) == found
    ceiling = judged("at_least", [one], target(20, direction="down"))
    assert seen(ceiling) == (GREY, "rounded"), "more than is told may lie above"


def test_words_of_the_evaluator_are_filled_with_marked_numbers_and_no_difference() -> None:
    material = small.material(NOW)
    place = "I24.participations[region=FI1B1]"
    words = filled(f"{{{place}}} {{I24.regions}}", material, "en")
    assert [one.text for one in words if one.id][0].startswith("about ")
    assert [one.text for one in words if one.id][1] == "at least 6"
    with pytest.raises(DeclarationError):
        filled(f"{{{place} change}}", small.material(BOTH), "en")


def test_exported_figures_carry_the_mark_in_value_and_source() -> None:
    place = "I24.participations[region=FI1B1]"
    one = _figure("Uusimaa", place, NOW.released, 0, "")
    number = int(NOW.released[place].value or 0)
    assert one.value == f"≈ {number}"
    assert one.source == f"{place} ≈ {number} (release {NOW.released.number}; ≈ counts to the nearest 5)"
    assert _figure("both", f"{place} + I19.events", NOW.released, 0, "").value.startswith("≈ ")
    assert _figure("regions", "I24.regions", NOW.released, 0, "").value == "≥ 6"


def test_a_rounded_release_comes_back_from_its_file_as_it_was() -> None:
    data = to_json(NOW.released)
    assert from_json(data) == NOW.released
    assert data.count(b'"rounded": 5') == sum(1 for one in NOW.released.cells.values() if one.rounded)
    assert b'"rounded"' not in to_json(FULL.released), "an exact release is written as ever"


def test_words_written_for_exact_numbers_wait_for_a_review_when_they_are_rounded() -> None:
    from evallib.plan.chapter_text import ChapterText

    written = ChapterText(("Uusimaa {I24.participations[region=FI1B1]}",), results="then")
    words = small.words(texts={("6", "fi"): written})
    assert reviews(words, NOW, "now", lambda _: FULL.released)
    assert not reviews(words, NOW, "now", lambda _: NOW.released)
