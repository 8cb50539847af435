"""``evallib export slides``: six slides from the blocks of the report, holding what they may and no more."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fake_release as fake
import pytest
import small_report as small
from pptx import Presentation

from evallib.codes import LANGUAGES
from evallib.display import NothingToShow, i18n, say
from evallib.errors import MissingStepError, OutputError, PrivacyError
from evallib.privacy.scan import scan
from evallib.report.blocks import Block
from evallib.report.document import build_document
from evallib.report.slide_parts import TAGS
from evallib.report.slides import blocks_for_slides, passages_for_slides, slides
from evallib.steps import leaks
from evallib.steps.context import open_context
from evallib.steps.documents import as_png
from evallib.steps.leaks import Received
from evallib.steps.slides import slides as step

NAMES = ("F1.1", "F4.1", "F5.1", "F6.1", "F6.2", "F6.3")
BLOCKS = (
    *(Block("passage", name) for name in ("P1.1", "P4.1", "P5.1", "P6.1")),
    *(Block("figure", name) for name in NAMES),
    Block("table", "T4.1"),
    Block("commentary", "4"),
)


def deck(language: str = "fi", blocks: Sequence[Block] = BLOCKS, material: Any = None, **more: Any) -> bytes:
    material, created = material or small.material(), more.pop("created", small.CREATED)
    document = build_document(material, blocks_for_slides(blocks), language, **more)
    document = dataclasses.replace(document, pictures=as_png(document.pictures, created))
    said = {}
    for name in passages_for_slides(blocks):
        try:
            said[name] = say(name, material.publication, language)
        except NothingToShow:
            continue
    return slides(document, said, created)


def opened(data: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(data)).slides)


def words(slide: Any) -> list[str]:
    """The texts of a slide in reading order; those of a table cell by cell."""
    found: list[str] = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        elif shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return found


def pictures(slide: Any) -> list[str]:
    """The text alternatives of a slide's pictures."""
    found = [shape._element.find(".//{*}cNvPr") for shape in slide.shapes if shape.shape_type == 13]
    return [one.get("descr") for one in found]


@pytest.fixture(scope="module")
def finnish() -> bytes:
    return deck()


@pytest.mark.parametrize("language", LANGUAGES)
def test_six_slides_with_a_finding_for_title_notes_and_one_language(language: str) -> None:
    made = opened(deck(language))
    titles = [one.shapes.title.text for one in made]
    assert len(made) == 6 and all(len(one) > 10 and "{" not in one for one in titles)
    assert len(set(titles)) == 6
    for slide in made:
        assert slide.shapes[0].shape_id == slide.shapes.title.shape_id  # it is read first
        assert len(slide.notes_slide.notes_text_frame.text) > 20
        spoken = {one.get("lang") for one in slide._element.iter("{*}rPr")}
        assert spoken == {TAGS[language]}


def test_a_figure_has_its_finding_its_alternative_its_base_and_its_source(finnish: bytes) -> None:
    shown = build_document(small.material(), BLOCKS, "fi").description["body"]
    (drawn,) = [one for one in shown if one["kind"] == "figure" and one["id"] == "2025/F4.1"]
    third = opened(finnish)[2]
    assert third.shapes.title.text == drawn["title"]
    assert pictures(third) == [drawn["alt"]]
    assert drawn["base"] in words(third)
    assert "2025/F4.1" in third.notes_slide.notes_text_frame.text
    assert drawn["base"] in third.notes_slide.notes_text_frame.text


def test_computed_and_judged_differ_in_word_and_in_ground(finnish: bytes) -> None:
    grounds: dict[str, set[str]] = {"computed": set(), "words": set()}
    for slide in opened(finnish):
        for shape in slide.shapes:
            for kind, seen in grounds.items():
                if shape.has_text_frame and shape.text_frame.text.startswith(
                    i18n.say(f"document.{kind}", "fi")
                ):
                    seen.add(str(shape.fill.fore_color.rgb))
    assert len(grounds["computed"]) == len(grounds["words"]) == 1
    assert grounds["computed"] != grounds["words"]


def test_the_last_slide_asks_for_the_decisions_with_who_cost_and_deadline(finnish: bytes) -> None:
    last = opened(finnish)[-1]
    assert "1 päätös" in last.shapes.title.text
    said = " ".join(words(last))
    for told in ("Jatketaan kahveja.", "Kahveissa käytiin.", "Lopetetaan.", "hankepäällikkö", "1.5.2026"):
        assert told in said
    bare = opened(deck(material=small.material(told=small.words(decisions=()))))[-1]
    assert i18n.say("decisions.none", "fi") in " ".join(words(bare))


def test_questions_have_a_shape_and_a_word_for_each_colour(finnish: bytes) -> None:
    (table,) = [shape.table for shape in opened(finnish)[4].shapes if shape.has_table]
    assert table.first_row
    marked = [cell.text for row in list(table.rows)[1:] for cell in row.cells if cell.text[0] in "●▲■○"]
    assert marked and all(len(one.split(" ", 1)[1]) > 3 for one in marked)


@pytest.mark.parametrize("publication", [fake.empty(), fake.all_hidden(), fake.first_period()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_little_can_be_shown_there_are_six_slides_all_the_same(publication: Any, language: str) -> None:
    told = dataclasses.replace(small.words(), period=publication.released.period)
    made = opened(deck(language, material=small.material(publication, told)))
    assert len(made) == 6 and all(one.shapes.title.text for one in made)


def test_a_figure_of_hidden_numbers_alone_is_not_shown() -> None:
    told = dataclasses.replace(small.words(), period=fake.all_hidden().released.period)
    made = opened(deck(blocks=(Block("figure", "F6.2"),), material=small.material(fake.all_hidden(), told)))
    nothing = i18n.say("slides.nothing", "fi")
    assert [one.shapes.title.text for one in made[2:4]] == [nothing, nothing]
    assert pictures(made[2]) == pictures(made[3]) == []


def test_only_figures_of_the_reports_notebook_are_shown() -> None:
    made = opened(deck(blocks=(Block("figure", "F6.1"),)))
    assert [len(pictures(one)) for one in made[1:4]] == [0, 1, 0]


def test_nothing_said_is_smaller_than_12_points_and_nothing_leaves_the_slide() -> None:
    long = small.words(decisions=(small.words().decisions[0],) * 4)
    deck_of = Presentation(io.BytesIO(deck(material=small.material(told=long))))
    for slide in deck_of.slides:
        sizes = {int(one.get("sz")) for one in slide._element.iter("{*}rPr")}
        assert min(sizes) >= 1200
        assert all(one.top + one.height <= deck_of.slide_height for one in slide.shapes)


def test_a_draft_and_invented_data_are_said_on_every_slide() -> None:
    for slide in opened(deck(faults=("Lippu puuttuu",))):
        said = " ".join(words(slide))
        assert "LUONNOS" in said and i18n.say("document.invented", "fi") in said


def test_markup_in_words_stays_words() -> None:
    hostile = "<a:t>&amp;</a:t> =1+1 **x**"
    told = small.words(decisions=(small.words().decisions[0].model_copy(
        update={"proposal": small.same(hostile)}),))  # fmt: skip
    assert hostile in " ".join(words(opened(deck(material=small.material(told=told)))[-1]))


def test_the_same_release_gives_the_same_bytes_and_no_other_time_than_its_own(finnish: bytes) -> None:
    assert deck() == finnish
    assert deck(created=datetime(2027, 2, 3, tzinfo=UTC)) != finnish
    with zipfile.ZipFile(io.BytesIO(finnish)) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        told = packed.read("docProps/core.xml").decode()
    assert told.count("2026-01-15T09:30:00Z") == 2


def test_words_on_slides_and_in_notes_are_found_by_the_scan(finnish: bytes) -> None:
    needles = {"name": frozenset({"hankepäällikkö"}), "answer": frozenset({"Päätösesitykset"})}
    assert {one.kind for one in scan({"slides.pptx": finnish}, needles)} == {"name", "answer"}


@pytest.fixture(scope="module")
def root(demo_copy: Path) -> Path:
    return demo_copy


def test_the_decks_of_a_release_come_again_byte_for_byte_and_a_changed_one_is_kept(root: Path) -> None:
    context = open_context(root)
    made = step(context, context.period("2025"))
    assert made.files == tuple(f"outputs/2025/slides-1-{one}.pptx" for one in LANGUAGES)
    first = {name: (root / name).read_bytes() for name in made.files}
    for name in made.files:
        (root / name).unlink()
    step(open_context(root), context.period("2025"))
    assert {name: (root / name).read_bytes() for name in made.files} == first
    (root / made.files[0]).write_bytes(b"mine")
    with pytest.raises(OutputError, match="holds something else"):
        step(open_context(root), context.period("2025"))
    assert (root / made.files[0]).read_bytes() == b"mine"


def test_what_was_received_of_a_person_stops_the_slides(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = Received((), {"name": frozenset({"Hyvän olon kylät"})})
    monkeypatch.setattr(leaks, "received_of", lambda *_: planted)
    context = open_context(root)
    with pytest.raises(PrivacyError) as stopped:
        step(context, context.period("2025"))
    assert "slides-1-fi.pptx" in str(stopped.value.where)


def test_without_a_report_there_are_no_slides(root: Path) -> None:
    context = open_context(root)
    with pytest.raises(MissingStepError):
        step(context, context.period("2023"))
