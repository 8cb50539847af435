"""``evallib export web``: the report for the screen says what the report says, and loads nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import small_report as small

from evallib.codes import LANGUAGES
from evallib.errors import MissingStepError, PrivacyError
from evallib.plan.chapter_text import ChapterText
from evallib.report.prose import prose_of
from evallib.report.web import inline, summary_words, web_page
from evallib.steps import leaks
from evallib.steps.context import open_context
from evallib.steps.leaks import Received
from evallib.steps.web import SUMMARY_WORDS, WebEdition, web


class Page(HTMLParser):
    """Elements in reading order, with their attributes, and what stands in spans that name a result."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.numbers: list[tuple[str, str]] = []
        self.text = ""
        self._named: list[str] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.found.append((tag, told))
        if tag == "span":
            self._named.append(told.get("data-result", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._named.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._named and self._named[-1]:
            self.numbers.append((data, self._named[-1]))

    def of(self, *tags: str) -> list[tuple[str, dict[str, str]]]:
        return [one for one in self.found if one[0] in tags]


@pytest.fixture(scope="module")
def root(demo_copy: Path) -> Path:
    return demo_copy


def written(root: Path) -> WebEdition:
    context = open_context(root)
    return web(context, context.period("2025"))


@pytest.fixture(scope="module")
def edition(root: Path) -> dict[str, bytes]:
    made = written(root)
    return {name: (root / made.folder / name).read_bytes() for name in made.names}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["report", "respondents"])
def test_a_page_is_marked_for_readers_who_hear_it(
    edition: dict[str, bytes], kind: str, language: str
) -> None:
    page = Page(edition[f"{kind}-{language}.html"])
    assert page.of("html")[0][1]["lang"] == language and page.of("title")
    levels = [int(tag[1]) for tag, _ in page.of("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert all(told.get("scope") in ("col", "row", "rowgroup") for _, told in page.of("th"))
    assert all(len(told["alt"]) > 20 for _, told in page.of("img"))
    drawn = [told for _, told in page.found if told.get("role") == "img"]
    assert all(len(told["aria-label"]) > 20 for told in drawn)
    assert len(drawn) == len(page.of("svg")) and (drawn or kind == "respondents")
    ids = [told["id"] for _, told in page.found if "id" in told]
    assert len(ids) == len(set(ids))
    targets = {told["href"][1:] for _, told in page.of("a")}
    assert targets <= set(ids) and (targets or kind == "respondents")


def test_pages_load_and_run_nothing(edition: dict[str, bytes]) -> None:
    for name in (one for one in edition if one.endswith(".html")):
        page = Page(edition[name])
        policy = next(told["content"] for _, told in page.of("meta") if "http-equiv" in told)
        assert policy.startswith("default-src 'none'") and "script" not in policy
        assert not page.of("script", "iframe", "link", "object", "form")
        for _, told in page.found:
            assert not any(attribute.startswith("on") for attribute in told), told
            for attribute in ("src", "href", "xlink:href"):
                assert told.get(attribute, "#").startswith(("#", "data:")), told[attribute]
        assert not re.search(rb"url\((?!&quot;data|\"data|#)", edition[name])


def test_markup_in_words_stays_words() -> None:
    told = small.words(texts={("4", "fi"): ChapterText(('<script>alert(1)</script> & "lainaus"',))})
    page = Page(web_page(small.document("fi", material=small.material(None, told))))
    assert not page.of("script") and '<script>alert(1)</script> & "lainaus"' in page.text


def test_numbers_in_prose_are_those_of_the_report() -> None:
    document = small.document("fi")
    page = Page(web_page(document))
    expected = [(one.words, one.id) for one in prose_of(document.description).numbers()]
    assert expected and [one for one in page.numbers if one in expected] == expected


def test_drawings_keep_their_ids_and_style_to_themselves() -> None:
    svg = (
        b'<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="x"><metadata>m</metadata>'
        b"<defs><style>*{a: b}</style>"
        b'<path id="p"/></defs><use xlink:href="#p" clip-path="url(#p)"/></svg>'
    )
    first, second = inline(svg, "4-1"), inline(svg, "4-2")
    assert 'id="f4-1-p"' in first and 'href="#f4-1-p"' in first and "url(#f4-1-p)" in first
    assert ">.f4-1 *{" in first.replace(" {", "{") and 'class="f4-1"' in first
    assert "<metadata>" not in first and "DOCTYPE" not in first and "f4-1" not in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_has_at_most_so_many_words_and_whole_sentences(
    edition: dict[str, bytes], language: str
) -> None:
    words = edition[f"summary-{language}.txt"].decode()
    assert 30 < len(words.split()) <= SUMMARY_WORDS and words.rstrip().endswith(".")


def test_a_sentence_that_does_not_fit_is_left_out_whole() -> None:
    assert summary_words(["One two.", "Three four five.", "Six."], 5) == "One two. Three four five."
    assert summary_words(["One two.", "Three four five."], 4) == "One two."
    assert summary_words([], 4) == ""


def test_every_figure_comes_as_picture_and_data(edition: dict[str, bytes]) -> None:
    pictures = [name for name in edition if name.endswith(".png")]
    assert len(pictures) == 11 * len(LANGUAGES)
    for name in pictures:
        assert edition[name].startswith(b"\x89PNG\r\n\x1a\n")
        rows = edition[name.replace(".png", ".csv")].decode("utf-8-sig").splitlines()
        assert len(rows) > 1 and rows[0]


def test_the_same_release_gives_the_same_bytes(root: Path, edition: dict[str, bytes]) -> None:
    made = written(root)
    assert {name: (root / made.folder / name).read_bytes() for name in made.names} == edition


def test_what_was_received_of_a_person_stops_the_edition(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(path.name for path in (root / "outputs/2025").iterdir())
    found = Received((), {"name": frozenset({"itsearviointi"})})

    def received(*_: Any) -> Received:
        return found

    monkeypatch.setattr(leaks, "received_of", received)
    with pytest.raises(PrivacyError, match="received of a person"):
        written(root)
    assert sorted(path.name for path in (root / "outputs/2025").iterdir()) == before


def test_without_a_report_the_repair_is_named(root: Path) -> None:
    context = open_context(root)
    with pytest.raises(MissingStepError) as raised:
        web(context, context.period("2024"))
    assert "evallib report 2024" in str(raised.value.repair)
