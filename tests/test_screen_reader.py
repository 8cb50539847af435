"""The page on what a person with a screen reader gets is what the tags of the demo's reports say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from screen_reader import LANGUAGES, PAGE, Told, kinds, page, read, reports_of

SHAPES = "●▲■○"


@pytest.fixture(scope="module")
def told(demo: Path) -> dict[str, Told]:
    return {language: read(pages) for language, pages in reports_of(demo).items()}


def test_the_page_says_what_the_tags_say_now(demo: Path) -> None:
    written = page(reports_of(demo))
    assert PAGE.read_text("utf-8") == written, "run: python tests/screen_reader.py --write"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_adorns_is_never_read(told: dict[str, Told], language: str) -> None:
    said = told[language].said()
    assert len(said) > 20000
    assert not set(SHAPES) & set(said)
    assert "Hyvän olon kylät · " not in said  # the head of every page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_a_table_has_a_header_of_its_row_and_of_its_column(
    told: dict[str, Told], language: str
) -> None:
    tables = [one for one in told[language].all() if one.kind == "/Table"]
    for one in tables:
        rows = [row.below for row in one.all() if row.kind == "/TR"]
        heads = [cell.scope for cell in rows[0]]
        assert set(heads) == {"Column"}, one.said()[:60]
        for cells in rows[1:]:
            assert cells[0].kind == "/TH" and cells[0].scope in ("Row", "Column"), one.said()[:60]
            assert len(cells) in (1, len(heads))
    assert kinds(told[language])["/THead"] == len(tables)  # a header that is printed again is read once


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_lists_and_links_say_something(told: dict[str, Told], language: str) -> None:
    everything = list(told[language].all())
    assert all(len(one.alt) > 20 for one in everything if one.kind == "/Figure")
    assert all(len(one.said()) > 3 for one in everything if one.kind in ("/Link", "/LBody"))


def test_each_decision_is_a_paragraph_of_its_own(told: dict[str, Told]) -> None:
    everything = [one for one in told["fi"].all() if one.kind in ("/H2", "/P")]
    titles = [one.said() if one.kind == "/H2" else "" for one in everything]
    asked = titles.index("Päätösesitykset")
    following = [one.kind for one in everything[asked + 1 : asked + 4]]
    assert following == ["/P"] * 3


def test_parts_in_another_language_say_which(told: dict[str, Told]) -> None:
    first = {one.lang: one.said() for one in reversed(list(told["fi"].all())) if one.kind == "/H1"}
    assert first["sv"] == "Sammandrag på svenska" and first["en"] == "Summary in English"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_of_the_page_to_decide_on_have_20_words_on_average_at_most(
    told: dict[str, Told], language: str
) -> None:
    lengths = [len(one.split()) for one in sentences(page_two(told[language]))]
    assert len(lengths) > 30
    assert sum(lengths) / len(lengths) <= 20


def page_two(told: Told) -> list[str]:
    """The paragraphs and items between the first heading of level 1 and the next."""
    found, heads = [], 0
    for one in told.all():
        heads += one.kind == "/H1"
        if heads == 1 and one.kind in ("/P", "/LBody"):
            found.append(one.said())
    return found


def sentences(paragraphs: list[str]) -> list[str]:
    """Sentences of four words or more: labels and one-word answers would make the average smaller."""
    cut = (re.split(r"(?<=[^\W\d][.!?”])\s+|(?<=[)%\d]\.)\s+(?=[A-ZÅÄÖ])", one) for one in paragraphs)
    return [one for parts in cut for one in parts if len(one.split()) > 3]
