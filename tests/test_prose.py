"""What the finished pages say is what the results say: numbers in prose, read back from the PDF."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import fake_release as fake
import pytest
import small_report as small

from evallib.display import Span
from evallib.errors import ReconciliationError
from evallib.plan.chapter_text import ChapterText
from evallib.report.document import build_document
from evallib.report.elements import bullets, labelled, pair, paragraph
from evallib.report.prose import Number, Prose, Told, not_on_pages, prose_of, unlike_languages, unlike_results
from evallib.report.typeset import Document
from evallib.report.workshop import Edition
from evallib.results import Kind, Mask, ReleasedCell, ResultId
from evallib.steps.products import check_edition, check_numbers

PERSONS, EVENTS = "2025/I20.persons", "2025/I19.events"


def cell(value: float | None, kind: Kind = Kind.COUNT, **more: Any) -> ReleasedCell:
    told: dict[str, Any] = {
        "id": ResultId.parse(PERSONS), "kind": kind, "unit": "", "value": value, "count": None, "base": None,
        "interval": None, "note": "", "mask": None, "protected": False, "method": "", "function": "",
        "sources": (), "inputs": (),
    }  # fmt: skip
    return ReleasedCell(**{**told, **more})


def said(*numbers: tuple[str, str], language: str = "fi") -> Prose:
    return Prose(tuple(Told(language, (one,)) for one in numbers), "", "")


def test_prose_is_found_wherever_it_stands_and_table_cells_are_not() -> None:
    number, plain = (Span("12", PERSONS),), (Span("nothing"),)
    description = {
        "lang": "fi", "watermark": "", "running": "R", "notice": "N", "edition": "E",
        "front": [labelled("judged", "who", [plain, number])],
        "body": [
            pair([paragraph(number)], [bullets([plain, number])]),
            {"kind": "summary", "lang": "en", "elements": [paragraph(number)]},
            {"kind": "table", "rows": [[{"t": "12", "id": PERSONS}]]},
        ],
    }  # fmt: skip
    found = list(prose_of(description).numbers())
    assert found == [*[Number("12", PERSONS, "fi")] * 3, Number("12", PERSONS, "en")]


LONG = " ".join(f"Sana {n} on käsitelty hyvinvointiyrittäjyysvalmennuksessa." for n in range(150))
MARKED = "Tilaisuuksiin {I20.persons_low} tuli 😀 väkeä – ja 3,5 tuntia meni. "


@pytest.fixture(scope="module")
def draft() -> tuple[Document, bytes]:
    """A draft whose sentences with numbers run over pages."""
    texts = {("4", "fi"): ChapterText(tuple(MARKED + LONG for _ in range(3)))}
    made = small.material(None, small.words(texts=texts))
    document = build_document(made, small.BLOCKS, "fi", faults=["one thing is missing"])
    return document, small.pages(document)


def test_sentences_over_pages_with_signs_no_typeface_has_are_found(draft: tuple[Document, bytes]) -> None:
    document, pages = draft
    prose = prose_of(document.description)
    assert sum("Sana 149" in str(one) for one in prose.paragraphs) == 3
    assert not_on_pages(prose, pages) == []


def test_a_digit_that_the_pages_lack_and_a_swapped_sentence_are_told(draft: tuple[Document, bytes]) -> None:
    document, pages = draft
    prose = prose_of(document.description)
    long = next(one for one in prose.paragraphs if "Sana 149" in str(one))
    other = replace(
        long, pieces=tuple((words.replace("Sana 77 ", "Sana 78 "), n) for words, n in long.pieces)
    )
    kept = [one for one in prose.paragraphs if one != long]
    assert not_on_pages(replace(prose, paragraphs=(*kept[:1], other)), pages) == [str(other)]
    swapped = (long, kept[0])
    assert not_on_pages(replace(prose, paragraphs=swapped), pages) == [str(kept[0])]


SHARE = cell(0.844, Kind.SHARE, count=27, base=32, interval=(0.68, 0.93))


@pytest.mark.parametrize(
    ("words", "result", "language", "fits"),
    [
        ("568", cell(568.0), "fi", True),
        ("569", cell(568.0), "fi", False),
        ("84\u00a0%", SHARE, "fi", True),
        ("85\u00a0%", SHARE, "fi", False),
        ("27/32", SHARE, "fi", True),
        ("27/33", SHARE, "fi", False),
        ("68–93\u00a0%", SHARE, "fi", True),
        ("1\u00a0474,8", cell(1474.8, Kind.AMOUNT), "sv", True),
        ("1,474.8", cell(1474.8, Kind.AMOUNT), "en", True),
        ("1,474.8", cell(1474.8, Kind.AMOUNT), "fi", False),
        ("−0,5", cell(-0.5, Kind.MEAN), "fi", True),
        ("peitetty", cell(None, mask=Mask.SMALL), "fi", True),
        ("4", cell(None, mask=Mask.SMALL), "fi", False),
        ("ei tietoa", cell(None, note="no_data"), "fi", True),
        ("0", cell(None, note="no_data"), "fi", False),
    ],
)
def test_a_number_fits_what_its_result_has(
    words: str, result: ReleasedCell, language: str, fits: bool
) -> None:
    found = unlike_results(said((words, PERSONS), language=language), {PERSONS: [result]})
    assert found == ([] if fits else [f"{PERSONS}: {words}"])


def test_a_change_fits_the_difference_from_a_period_before() -> None:
    cells = {PERSONS: [cell(568.0), cell(603.0), cell(500.0)]}
    assert unlike_results(said(("−35", PERSONS), ("+68", PERSONS)), cells) == []
    assert unlike_results(said(("−36", PERSONS)), cells) == [f"{PERSONS}: −36"]


def test_a_number_of_a_result_that_was_not_released_is_told() -> None:
    assert unlike_results(said(("5", PERSONS)), {}) == [f"{PERSONS}: 5"]
    assert unlike_results(said(("T1.1", "2025/T1.1")), {}) == [], "a table is named, and tells no number"


def test_languages_tell_the_same_results() -> None:
    both, one = said(("1", PERSONS), ("2", EVENTS)), said(("1", PERSONS))
    assert unlike_languages({"sv": both, "en": both}) == []
    assert unlike_languages({"sv": both, "en": one}) == [f"{EVENTS}: sv 1, en 0"]
    more = said(("1", PERSONS), ("2", EVENTS), ("1", PERSONS))
    assert unlike_languages({"fi": more, "sv": both, "en": both}, alone="fi") == []
    assert unlike_languages({"fi": one, "sv": both, "en": both}, alone="fi") == [
        f"{EVENTS}: fi 0, sv 1, en 1"
    ]


def test_an_edition_whose_pages_lack_a_sentence_is_not_written(draft: tuple[Document, bytes]) -> None:
    document, pages = draft
    prose = prose_of(document.description)
    other = replace(prose.paragraphs[0], pieces=(("Tätä ei ole 99", PERSONS),))
    edition = Edition("fi", pages, (), replace(prose, paragraphs=(other,)))
    with pytest.raises(ReconciliationError, match="does not print"):
        check_edition(None, edition)  # type: ignore[arg-type]


def test_a_wrong_number_and_a_language_that_leaves_one_out_stop_the_run() -> None:
    publication = fake.publication()
    named = next(str(one.id) for one in publication.released.cells.values() if one.shown and one.count)
    value = publication.released[named.partition("/")[2]].value
    right = said((f"{value:.0f}", named))
    wrong = said((f"{(value or 0) + 1:.0f}", named))
    check_numbers(publication, [Edition("sv", b"", (), right), Edition("en", b"", (), right)])
    with pytest.raises(ReconciliationError) as raised:
        check_numbers(publication, [Edition("sv", b"", (), right), Edition("en", b"", (), wrong)])
    assert f"en: {named}" in str(raised.value.found)
    with pytest.raises(ReconciliationError) as raised:
        check_numbers(publication, [Edition("sv", b"", (), right), Edition("en", b"", (), said())])
    assert f"{named}: sv 1, en 0" in str(raised.value.found)
