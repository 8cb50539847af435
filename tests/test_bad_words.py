"""Whole reports of odd material: each is a good document that holds everything, or a clear refusal."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from pathlib import Path
from typing import Any

import fake_release as fake
import pikepdf
import pytest
import small_report as small

from evallib.codes import LANGUAGES
from evallib.display import Publication, i18n
from evallib.display.figures.change import _NAME, _W, _name
from evallib.display.house import width_of
from evallib.errors import DeclarationError
from evallib.plan.chapter_text import ChapterText, parse_chapter
from evallib.plan.words import Words
from evallib.report.blocks import Block
from evallib.report.inspect import faults_of, structure
from evallib.report.typeset import Document
from evallib.report.web import web_page

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "annual_report.ipynb"


def blocks(*, final: bool = False) -> tuple[Block, ...]:
    """The blocks of the report notebook, in its order."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    sources = ["".join(one["source"]) for one in cells]
    called = [match for one in sources if (match := re.fullmatch(r'report\.(\w+)\("?([\w.]*)"?\)', one))]
    kinds = {"decision_page": "decisions"}
    made = [Block(kinds.get(one[1], one[1]), one[2]) for one in called]
    return tuple(dataclasses.replace(one, options={"final": final}) for one in made)


def whole(
    publication: Publication | None = None, words: Words | None = None, language: str = "fi", **project: Any
) -> Document:
    told = publication or fake.publication()
    period = told.released.period
    words = dataclasses.replace(words or small.words(), period=period)
    material = small.material(told, words, small.project(**project))
    return small.document(language, blocks(final=True), material=material)


def good(document: Document) -> str:
    """Set the document, see that it is sound, and give back what can be read, without spaces and hyphens."""
    pages = small.pages(document)
    assert faults_of(pages, document.language) == []
    return re.sub(r"[\s\u00ad-]", "", small.text_of(pages))


def squeezed(words: str) -> str:
    return re.sub(r"[\s-]", "", words)


def comment(*paragraphs: str, language: str = "fi") -> Words:
    return small.words(texts={("4", language): ChapterText(paragraphs)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_without_a_word_of_the_evaluators_is_whole_and_says_what_is_missing(language: str) -> None:
    said = good(whole(words=Words("2025"), language=language))
    assert squeezed(i18n.say("decisions.judgement_missing", language)) in said
    assert squeezed(i18n.say("decisions.none", language)) in said
    assert squeezed(i18n.say("document.words", language)) not in said


def test_half_a_commentary_is_printed_in_the_language_that_has_it() -> None:
    words = comment("Yhteistyö on tihentynyt.")
    assert squeezed("Yhteistyö on tihentynyt.") in good(whole(words=words))
    assert squeezed("Yhteistyö on tihentynyt.") not in good(whole(words=words, language="sv"))


@pytest.mark.parametrize("paragraphs", [1, 200])
def test_a_commentary_of_10_000_words_is_printed_to_its_last_word(paragraphs: int) -> None:
    words = [f"sana{'abcdefghij'[n % 10]}" for n in range(10_000)]
    words[0], words[-1] = "ensimmäinensana", "viimeinensana"
    size = 10_000 // paragraphs
    parts = [" ".join(words[at : at + size]) for at in range(0, 10_000, size)]
    said = good(whole(words=comment(*parts)))
    assert "ensimmäinensana" in said and "viimeinensana" in said
    assert said.count("sana") >= 10_000


TRICKS = (
    '<script src="https://example.org/x.js"></script><b onclick="x()">lihava</b>',
    "![kuva](https://example.org/kuva.png) ja [linkki](https://example.org)",
    "| a | b |\n| --- | --- |\n| | c | d | |\n| | --- | --- | |",
    "# Otsikko\n## Alempi\n```python\nimport os\n```",
    "#image(\"/etc/passwd\") #include \"x.typ\" $ sum $ <label> @viite [^huomautus]",
    "&lt;b&gt; \\textbf ~~yli~~ <!-- piilo --> [x]: https://example.org",
)  # fmt: skip


def test_markdown_html_and_typst_in_words_stay_words() -> None:
    told = [one for trick in TRICKS for one in parse_chapter(trick, "4.fi.md").paragraphs]
    plain, tricked = whole(words=comment("Sanoja.")), whole(words=comment(*told))
    said = good(tricked)
    for one in told:
        assert squeezed(one) in said, one
    assert pictures_and_links(small.pages(tricked)) == pictures_and_links(small.pages(plain))
    page = web_page(tricked).decode()
    assert "<script" not in page and 'src="http' not in page and "&lt;script src=" in page


def pictures_and_links(pages: bytes) -> tuple[int, int]:
    """Pictures in the structure, and links that lead out of the document."""
    with pikepdf.open(io.BytesIO(pages)) as pdf:
        notes = [note for one in pdf.pages for note in one.get("/Annots", [])]
        out = [one for one in notes if "/A" in one and "/URI" in one.A]
    return structure(pages)["/Figure"], len(out)


def test_braces_that_name_no_result_are_refused_at_their_line() -> None:
    for trick in ("{{ muuttuja }}", "{% koodi %}", "{I20.participations"):
        with pytest.raises(DeclarationError) as refused:
            parse_chapter(f"Sanoja.\n\n{trick}\n", "surveys/commentary/2025/4.fi.md")
        assert "4.fi.md" in str(refused.value.where)


LONG = "hyvinvointiyrittäjyyskoordinaatio " * 9


@pytest.mark.parametrize("long", [LONG.strip(), "x" * 300])
def test_a_label_of_300_characters_stays_on_the_page_wherever_it_stands(long: str) -> None:
    told = fake.publication()
    texts = fake.same(long)
    indicators = tuple(one.model_copy(update={"name": texts}) for one in told.plan.indicators)
    (region,) = told.plan.dimensions
    labels = {**region.labels, "FI1D7": texts, "FI1B1": texts}
    regions = (region.model_copy(update={"labels": labels}),)
    plan = told.plan.model_copy(update={"indicators": indicators, "dimensions": regions})
    document = whole(dataclasses.replace(told, plan=plan))
    assert good(document).count(squeezed(long)[:60]) >= len(indicators)
    for name, picture in document.pictures.items():
        if name.startswith("F"):
            assert_inside(picture.decode(), name)


def test_a_word_longer_than_its_panel_never_runs_into_the_next() -> None:
    written = [one for words in (LONG, "x" * 300) for one in _name(words)]
    assert len(written) <= 2 * _NAME
    assert max(width_of(one, bold=True) for one in written) <= _W - 3


def assert_inside(svg: str, name: str) -> None:
    """Every text of a drawing, and every corner of a bar, lies on it."""
    sheet = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert sheet
    width, height = float(sheet[1]), float(sheet[2])
    texts = re.findall(r'<text [^>]*(?:x="([-\d.]+)" y="([-\d.]+)"|translate\(([-\d.]+) ([-\d.]+)\))', svg)
    corners = re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", re.sub(r"(?s)<defs>.*?</defs>", "", svg))
    found = [(x or u, y or v) for x, y, u, v in texts] + corners
    assert len(texts) > 3, name
    for x, y in found:
        assert -1 <= float(x) <= width + 1 and -1 <= float(y) <= height + 1, (name, x, y)


def test_a_region_without_data_is_left_out_of_the_picture_and_named_nowhere_in_it() -> None:
    def none(make: fake.Maker) -> None:
        gone = list(fake.REGIONS)[3]
        make.add(f"I24.participations[region={gone}]", 0)

    document = whole(fake.publication(none))
    good(document)
    assert b"<svg" in document.pictures["F6.2.svg"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("publication", [fake.first_period(), fake.empty(), fake.all_hidden()])
def test_a_first_an_empty_and_a_hidden_period_are_whole_reports(
    publication: Publication, language: str
) -> None:
    assert len(good(whole(publication, language=language))) > 3000


def test_a_final_year_says_so_on_its_cover() -> None:
    assert squeezed(i18n.say("document.final", "fi")) in good(whole())


def test_a_report_in_one_language_names_no_other() -> None:
    said = good(whole(language="sv", report_languages=("sv",)))
    assert "reportsv.pdf" in said and "reportfi.pdf" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_with_five_indicators_has_a_whole_report(language: str) -> None:
    told = fake.publication()
    kept = told.plan.indicators[:5]
    codes = {one.code for one in kept}
    questions = tuple(
        one.model_copy(update={"indicators": tuple(code for code in one.indicators if code in codes)})
        for one in told.plan.questions
    )
    plan = told.plan.model_copy(update={"indicators": kept, "questions": questions})

    def few(release: Any) -> Any:
        cells = {name: cell for name, cell in release.cells.items() if known(name, codes)}
        return dataclasses.replace(release, cells=cells)

    less = dataclasses.replace(
        told, plan=plan, released=few(told.released), earlier=tuple(few(one) for one in told.earlier)
    )
    document = whole(less, language=language)
    good(document)
    tables = [one for one in document.description["body"] if one["kind"] == "table"]
    (listed,) = [one for one in tables if one["number"] == "B.1"]
    assert len(listed["rows"]) == 5


def known(name: Any, codes: set[str]) -> bool:
    code = str(name).split("/", 1)[1].split(".")[0]
    return code in codes or not re.fullmatch(r"I\d\d", code)
