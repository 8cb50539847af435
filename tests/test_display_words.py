"""The catalogue: three languages, the same places, every word that the code asks for."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from evallib.codes import LANGUAGES
from evallib.display import i18n
from evallib.display.passages.methods import GROUPS
from evallib.display.publication import Span, plain
from evallib.errors import OutputError
from evallib.indicators.grade import GRADE_REASONS
from evallib.indicators.judge import REASONS

DISPLAY = Path(i18n.__file__).parent
KEYS = sorted(i18n.catalogue())


def places(text: str) -> set[str]:
    return {place for _, place, _, _ in string.Formatter().parse(text) if place}


def forms(key: str, language: str) -> list[str]:
    found = i18n.catalogue()[key][language]
    return [found] if isinstance(found, str) else list(found.values())


@pytest.mark.parametrize("key", KEYS)
def test_every_message_has_three_languages_and_the_same_places(key: str) -> None:
    message = i18n.catalogue()[key]
    assert set(message) == set(LANGUAGES)
    texts = [text for language in LANGUAGES for text in forms(key, language)]
    assert all(isinstance(text, str) and text.strip() for text in texts)
    assert len({frozenset(places(text)) for text in texts}) == 1


def test_every_message_stands_in_one_file_only() -> None:
    written = [
        match
        for file in sorted((DISPLAY / "messages").glob("*.yaml"))
        for match in re.findall(r"^([A-Za-z0-9_.]+):", file.read_text(encoding="utf-8"), re.M)
    ]
    assert len(written) == len(set(written))


def test_every_message_that_the_code_names_exists() -> None:
    asked = re.compile(r'(?:\.[tp]|told|measured|nothing)\(\s*(?:e,\s*)?"([A-Za-z0-9_.]+)"')
    missing = {
        key
        for file in DISPLAY.rglob("*.py")
        for key in asked.findall(file.read_text(encoding="utf-8"))
        if key not in KEYS
    }
    assert missing == set()


def test_every_reason_of_the_judgement_has_words() -> None:
    assert [one for one in REASONS if not i18n.has(f"reason.{one}")] == []
    assert [one for one in GRADE_REASONS if not i18n.has(f"evidence.{one}")] == []


def test_every_method_with_a_sentence_has_a_paragraph() -> None:
    methods = {key.removeprefix("method.") for key in KEYS if key.startswith("method.")}
    assert methods - {"unnamed"} == {one for group in GROUPS for one in group}


def test_a_count_of_one_takes_the_singular() -> None:
    assert i18n.say("alt.more", "fi", 1, n=1) == "Vielä 1 rivi on tietotaulukossa."
    assert i18n.say("alt.more", "fi", 7, n=7) == "Vielä 7 riviä on tietotaulukossa."


def test_a_number_keeps_its_id_inside_a_sentence() -> None:
    sentence = i18n.compose("P6.1.persons", "en", n=Span("7", "2025/I20.persons_low"))
    assert plain(sentence) == "The number of distinct persons was 7."
    assert [span.id for span in sentence if span.text == "7"] == ["2025/I20.persons_low"]


def test_an_unknown_message_names_the_nearest() -> None:
    with pytest.raises(OutputError) as caught:
        i18n.say("P6.1.person", "fi")
    assert "P6.1.persons" in str(caught.value.repair)
