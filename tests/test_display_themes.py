"""Chapter 8 and annex A: themes by example, open answers by code, and what is said without codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import fake_release as fake
import pytest

from evallib.display import NothingToShow, Publication, plain, say, tabulate
from evallib.results import Kind

FULL = fake.publication()


def without(*measures: str, **facts: object) -> Publication:
    """The release without some measures of open answers, and with other facts."""
    cells = {
        one: cell
        for one, cell in FULL.released.cells.items()
        if not (one.indicator == "OPEN" and one.measure in measures)
    }
    told = FULL.released.facts | facts
    return replace(FULL, released=replace(FULL.released, cells=cells, facts=told))


def rows(name: str, publication: Publication = FULL, language: str = "en") -> list[list[str]]:
    return [[cell.text for cell in row] for row in tabulate(name, publication, language).rows]


def test_answers_by_code_say_how_they_were_coded_and_how_many_wait() -> None:
    table = tabulate("TA.9", FULL, "en")
    assert "Two coders read the answers" in table.note and "not counted: 2" in table.note
    told = {row[1]: row[2:4] for row in rows("TA.9")}
    assert told["Aihe innovation (en)"] == ["9", "26"]
    assert told["Aihe environment (en)"][0].startswith("hidden")


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "vain yksi henkilö"), ("sv", "bara en person"), ("en", "not coded by two")],
)
def test_one_coder_is_said_in_the_annex_and_under_the_table(language: str, words: str) -> None:
    alone = without("twice", "kappa", "same", "kappa_all", "same_all")
    assert words in tabulate("TA.9", alone, language).note
    with pytest.raises(NothingToShow, match=words):
        tabulate("TA.5", alone, language)


def test_agreement_is_told_with_its_method_interval_and_version() -> None:
    table = tabulate("TA.5", FULL, "en")
    assert "Version of the code frame: 2" in table.note and "chance" in table.note
    whole = rows("TA.5")[-1]
    assert whole[:2] == ["All codes together", "0.74"] and "0.60–0.88" in whole[2]
    assert rows("TA.5")[2][1].startswith("hidden")


def test_nothing_coded_is_a_sentence_and_is_not_known_of_any_theme() -> None:
    bare = without("q1_t10", "twice", "kappa", "same", "kappa_all", "same_all", "unsettled")
    for name in ("TA.9", "TA.5"):
        with pytest.raises(NothingToShow, match="have not been coded"):
            tabulate(name, bare, "en")
    assert [plain(one).count("not been coded") for one in say("P8.2", bare, "en")] == [1, 1, 1]


def test_a_theme_that_answers_do_not_mention_is_named_as_unheard() -> None:
    innovation, climate, environment = map(plain, say("P8.2", FULL, "en"))
    assert "did not mention" in climate
    assert "did not mention" not in innovation + environment  # the hidden one may well be heard


def test_what_has_no_number_is_named_as_not_known() -> None:
    climate = plain(say("P8.2", FULL, "en")[1])
    assert "Without a number this period: " in climate and "event" in climate


def result(
    number: int, theme: str, stage: str, takers: str = "", date: str = "2025-02-01"
) -> Mapping[str, str]:
    return {"result_id": f"m{number}", "date": date, "stage": stage, "theme": theme, "takers": takers,
            **fake.records("name", f"Malli {number}"), "contribution": "partial"}  # fmt: skip


def example(*results: Mapping[str, str]) -> list[str]:
    """The environment's card."""
    return rows("T8.2", without(results=list(results)))[2]


def test_the_example_is_the_result_that_came_furthest_on_the_theme() -> None:
    side, main = result(1, "climate+environment", "spread"), result(2, "environment", "trial")
    assert example(side)[1:3] == ["Malli 1 (en)", "spread elsewhere"]
    assert example(side, main)[1] == "Malli 2 (en)"
    further = result(3, "environment", "use", "o1+o2+o3")
    assert example(main, further)[1:4] == ["Malli 3 (en)", "in use", "3"]
    assert example(further, result(3, "environment", "idea", date="2025-03-01"))[2] == "idea"  # its last row


def test_a_theme_without_a_result_says_so_and_still_has_its_evidence() -> None:
    card = example(result(1, "innovation", "use"))
    assert card[1] == "No result on the theme has been recorded." and card[2] == "–" and card[-1]


def test_a_side_tag_that_was_never_given_is_no_row_and_a_main_one_is() -> None:
    like = next(iter(FULL.released.cells.values()))

    def shown(tag: str, value: float) -> int:
        dims = (("record", "events"), ("tag", tag))
        one = replace(like.id, indicator="I31", measure="tagged", dims=dims)
        cell = replace(like, id=one, kind=Kind.COUNT, value=value, count=int(value), mask=None, note="")
        cells = {**FULL.released.cells, one: cell}
        return len(rows("T8.1", replace(FULL, released=replace(FULL.released, cells=cells))))

    assert shown("main", 0.0) == shown("main", 2.0)
    assert shown("side", 0.0) == shown("side", 2.0) - 1
