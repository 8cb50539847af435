"""The methods text cites, and the list of references names what is cited and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fake_release import Maker, publication

from evallib.display import NothingToShow, i18n, plain, say
from evallib.display.passages.methods import GROUPS
from evallib.display.passages.references import REFERENCES
from evallib.results import Kind, Mask, Released

METHODS = [one for group in GROUPS for one in group]


def told(method: str, language: str = "en", mask: Mask | None = None) -> tuple[list[str], list[str]]:
    """Methods text and references of a release with one number."""
    maker = Maker("2025")
    maker.add("I06.n08_top2", 0.5, Kind.SHARE, count=10, base=20)
    cells = {name: replace(cell, method=method, mask=mask) for name, cell in maker.cells.items()}
    release = replace(publication(), released=Released("2025", 1, cells), earlier=())
    found = []
    for name in ("PA.1", "PA.2"):
        try:
            found.append([plain(one) for one in say(name, release, language)])
        except NothingToShow:
            found.append([])
    return found[0], found[1]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("method", METHODS)
def test_each_method_has_one_sentence_that_names_its_references_and_the_list_has_no_others(
    method: str, language: str
) -> None:
    said, listed = told(method, language)
    assert len(said) == 2  # the sentence, and that sums are made before rounding
    expected = REFERENCES.get(method, ())
    assert len(listed) == (1 + len(expected) if expected else 0)
    for one in expected:
        surname = one.authors[0].partition(",")[0]
        assert surname in said[0] and str(one.year) in said[0]
        assert any(line.startswith(surname) and f"({one.year})" in line for line in listed)


def test_every_reference_belongs_to_a_method_that_the_text_knows() -> None:
    assert set(REFERENCES) <= set(METHODS)
    assert all(i18n.has(f"method.{one}") for one in REFERENCES)


def test_two_authors_are_joined_in_the_language_and_three_are_the_first_alone() -> None:
    assert "(Deming ja Stephan 1940; Kish 1965)." in told("weights", "fi")[0][0]
    assert "(Deming och Stephan 1940; Kish 1965)." in told("weights", "sv")[0][0]
    assert "(Fagerland et al. 2013)." in told("mcnemar")[0][0]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_sentence_cites_by_itself_what_the_list_would_lack(language: str) -> None:
    written = {one: i18n.template(f"method.{one}", language) for one in METHODS if i18n.has(f"method.{one}")}
    assert [one for one, words in written.items() if re.search(r"\b1[89]\d\d\b|\b20[012]\d\b", words)] == []


def test_how_a_change_is_called_certain_is_told_where_two_intervals_were_compared() -> None:
    def said(name: str, *periods: str) -> str:
        releases = []
        for place, period in enumerate(periods):
            maker = Maker(period)
            maker.add(
                "I06.n08_top2", 0.5, Kind.SHARE, count=10, base=20, interval=(0.3, 0.7) if place else None
            )
            releases.append(Released(period, 1, maker.cells))
        *earlier, now = releases
        release = replace(publication(), released=now, earlier=tuple(earlier))
        return " ".join(plain(one) for one in say(name, release, "en"))

    assert "leaves zero out" not in said("PA.1", "2025")
    assert "leaves zero out" not in said("PA.1", "2024", "2025"), "the earlier number has no interval"
    three = ("2023", "2024", "2025")
    assert "as of independent samples, leaves zero out" in said("PA.1", *three)
    assert "Zou, G. Y. and Donner, A. (2008)" in said("PA.2", *three)


def test_a_hidden_number_brings_neither_a_sentence_nor_a_reference() -> None:
    assert told("mcnemar", mask=Mask.SMALL) == ([], [])


def test_who_else_played_a_part_in_a_case_ends_with_one_full_stop() -> None:
    for others in ("The Leader group paid.", "The Leader group paid"):
        case = {"date": "2025-05-01", "title_en": "A", "chain_en": "B → C.", "others_en": others}
        release = publication()
        facts = {**release.released.facts, "cases": [case]}
        release = replace(release, released=replace(release.released, facts=facts))
        words = " ".join(plain(one) for one in say("P4.2", release, "en"))
        assert "Others who played a part: The Leader group paid. The project" in words
