"""The evaluator's own words: skeletons, what has moved since they were written, translations out and back."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_release as fake
import openpyxl
import pytest
import small_report as small
from conftest import copy_workspace

from evallib.cli import main
from evallib.codes import LANGUAGES
from evallib.display import plain
from evallib.errors import DeclarationError, InputError
from evallib.plan.chapter_text import ChapterText, parse_chapter
from evallib.plan.words import load_words
from evallib.report.review import Review, reviews
from evallib.report.skeleton import judgement_file, note
from evallib.report.translation import read_translation, translation_sheet
from evallib.report.words import Material, commentary, filled
from evallib.results import Mask, Released, ResultId

WRITTEN = ChapterText(("Tapahtumia oli {I19.events}.",), results="then")


def told(**texts: ChapterText) -> Material:
    """A report whose words are these: ``fi4`` is the text of chapter 4 in Finnish."""
    return small.material(None, small.words(texts={(name[2:], name[:2]): one for name, one in texts.items()}))


def moved(change: float) -> Released:
    """The invented release with another number of events."""
    released = fake.publication().released
    cell = released["I19.events"]
    assert cell.value is not None
    return replace(released, cells=released.cells | {cell.id: replace(cell, value=cell.value + change)})


def found(
    material: Material, then: Mapping[str, Released], now: str = "now"
) -> Mapping[tuple[str, str], Review]:
    return reviews(material.words, material.publication, now, then.get)


# the text in its file


def test_head_and_note_are_read_and_written_back_as_they_were() -> None:
    written = "---\nresults: abc\ntranslated_from: fi 12ab\n---\n<!--\n- 12 new {I\n-->\nYksi.\n\nKaksi.\n"
    one = parse_chapter(written, "4.fi.md")
    assert (one.results, one.source, one.note) == ("abc", ("fi", "12ab"), "- 12 new {I")
    assert one.paragraphs == ("Yksi.", "Kaksi.") and one.written() == written


def test_a_text_without_head_is_all_words() -> None:
    assert parse_chapter("Yksi\nrivi.\n\n--- \n", "4.fi.md").paragraphs == ("Yksi rivi.", "---")


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("---\nresults: a\nSanoja.\n", 1),
        ("---\nresult: a\n---\nSanoja.\n", 2),
        ("<!--\nmuistio\nSanoja.\n", 1),
        ("---\nresults: a\n---\n<!--\nx\n-->\n\n12 uutta.\n", 8),
    ],
)
def test_a_faulty_text_is_refused_at_its_line(written: str, line: int) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_chapter(written, "4.fi.md")
    assert caught.value.where == f"4.fi.md:{line}"


# other figures of a result


def test_a_word_after_the_id_gives_another_figure_of_the_result() -> None:
    material = small.material()
    cell, before = (
        one["I22.t01_top2"] for one in (material.publication.released, material.publication.earlier[-1])
    )
    assert cell.count is not None and cell.base and before.count is not None and before.base
    words = filled("{I22.t01_top2} {I22.t01_top2 base} {I19.events change}", material, "en")
    now, then = (
        one["I19.events"].value or 0
        for one in (material.publication.released, material.publication.earlier[-1])
    )
    assert [one.text for one in words if one.id] == [
        f"{100 * cell.count / cell.base:.0f}%", str(cell.base), f"{now - then:+.0f}".replace("-", "−"),
    ]  # fmt: skip
    assert {one.id for one in words if one.id} == {"2025/I22.t01_top2", "2025/I19.events"}


@pytest.mark.parametrize(
    "written", ["{I19.events share}", "{2023/I19.events change}", "{I01.density_both change}"]
)
def test_a_figure_that_the_result_has_not_is_refused(written: str) -> None:
    def unsure(make: fake.Maker) -> None:
        make.add("I01.density_both", 0.5, mask=Mask.SMALL)

    with pytest.raises(DeclarationError):
        filled(written, small.material(fake.publication(unsure)), "fi")


# what has moved


def test_words_whose_numbers_moved_wait_for_a_review_and_say_what_moved() -> None:
    material = told(fi6=WRITTEN)
    waiting = found(material, {"then": moved(-3)})
    assert [str(one) for one, _ in waiting["6", "fi"].moved] == ["2025/I19.events"]
    (element,) = commentary(replace(material, reviews=waiting), "6", "fi")
    assert element["label"].endswith("tarkistettava")
    why = "".join(span["t"] for span in element["paragraphs"][0])
    now = material.publication.released["I19.events"].value or 0
    assert f"({now - 3:.0f}\u00a0→\u00a0{now:.0f})" in why


@pytest.mark.parametrize("results", ["", "now"])
def test_words_for_the_results_at_hand_or_for_none_that_are_named_fit(results: str) -> None:
    assert found(told(fi6=replace(WRITTEN, results=results)), {"now": moved(-3)}) == {}


def test_numbers_of_another_chapter_may_move() -> None:
    assert found(told(fi9=ChapterText(("Sanoja.",), results="then")), {"then": moved(-3)}) == {}


def test_words_for_results_that_nobody_knows_wait_for_a_review() -> None:
    assert found(told(fi6=WRITTEN), {})["6", "fi"] == Review(unknown=True)


def test_a_translation_waits_when_the_words_it_was_made_from_have_changed() -> None:
    source = ChapterText(("Yksi.",))
    same = ChapterText(("Ett.",), translated_from=f"fi {source.fingerprint}")
    assert found(told(fi4=source, sv4=same), {}) == {}
    assert found(told(fi4=ChapterText(("Kaksi.",)), sv4=same), {})["4", "sv"] == Review(source_changed=True)
    assert found(told(sv4=same), {})["4", "sv"].source_changed


def test_a_skeleton_tells_the_findings_and_every_placeholder_can_be_used() -> None:
    material = small.material()
    for language in ("fi", "sv", "en"):
        lines = note("6", material, language).splitlines()
        ready = [line.split("}")[0].strip() + "}" for line in lines if line.startswith("  {")]
        assert "{I19.events}" in ready and any(line.startswith("- ") for line in lines)
        assert plain(filled(" ".join(ready), material, language))
        assert not parse_chapter(ChapterText(note="\n".join(lines)).written(), "6.fi.md").paragraphs


# out to a translator and back

BOTH = {
    "fi4": ChapterText(("Yksi {I19.events}.", "Kaksi.")),
    "sv4": ChapterText(("Ett {I19.events}.", "Två.")),
}


def rows(material: Material, **changed: str) -> list[list[str]]:
    """The workbook as it comes back; changed: cells by their name in the sheet."""
    book = openpyxl.load_workbook(io.BytesIO(translation_sheet(material, "fi", "sv")))
    for cell, words in changed.items():
        book.active[cell] = words
    return [[str(one or "") for one in row] for row in book.active.iter_rows(values_only=True)]


def test_a_translation_comes_back_with_its_placeholders_and_knows_its_source() -> None:
    material = told(**BOTH)
    back = read_translation(
        rows(material, D2="Det blev {I19.events}, ett.\n"), "x.xlsx", material.words.texts
    )
    assert (back.source, back.target, back.waiting) == ("fi", "sv", ())
    assert back.texts["4"].paragraphs == ("Det blev {I19.events}, ett.", "Två.")
    assert back.texts["4"].source == ("fi", BOTH["fi4"].fingerprint)


def test_a_chapter_that_is_not_translated_to_the_end_stays_as_it_is() -> None:
    material = told(fi4=BOTH["fi4"])
    back = read_translation(rows(material, D2="Ett {I19.events}."), "x.xlsx", material.words.texts)
    assert back.texts == {} and back.waiting == ("4",)


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ({"D2": "Ett."}, 2),
        ({"D2": "Ett {I19.event}."}, 2),
        ({"D3": "Två {I19.events}."}, 3),
        ({"C2": "Muuta {I19.events}."}, 2),
        ({"D1": "svenska"}, 1),
    ],
)
def test_a_workbook_that_lost_something_is_refused_at_its_row(cells: dict[str, str], row: int) -> None:
    material = told(**BOTH)
    with pytest.raises(InputError) as caught:
        read_translation(rows(material, **cells), "x.xlsx", material.words.texts)
    assert str(caught.value.where) == f"x.xlsx, row {row}"


def test_a_translation_changed_here_while_the_workbook_was_out_is_not_overwritten() -> None:
    sent, material = told(**BOTH), told(fi4=BOTH["fi4"], sv4=ChapterText(("Annat.", "Två.")))
    with pytest.raises(InputError, match="changed here"):
        read_translation(rows(sent), "x.xlsx", material.words.texts)


def test_the_workbook_has_the_same_bytes_each_time_and_no_formula() -> None:
    material = told(fi4=ChapterText(("=SUM(A:A)",)))
    assert translation_sheet(material, "fi", "sv") == translation_sheet(material, "fi", "sv")
    assert rows(material)[1][2] == "=SUM(A:A)"


# the commands


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose newest release is the invented one, without any words."""
    root = copy_workspace(tmp_path / "work")
    for path in (root / "surveys/commentary/2025").glob("?.??.md"):
        path.unlink()
    manifest: Any = SimpleNamespace(facts={"numbers": "n1"})
    monkeypatch.setattr("evallib.steps.publication.open_material", lambda *_: (small.material(), manifest))
    monkeypatch.chdir(root)
    return root


def test_the_commands_lead_from_skeleton_to_a_translation(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = here / "surveys/commentary/2025"
    assert main(["commentary", "start", "2025", "--json"]) == 0
    assert len(list(folder.glob("?.??.md"))) == 18
    own = folder / "4.fi.md"
    assert "results: n1" in own.read_text("utf-8")
    own.write_text(own.read_text("utf-8") + "Tapahtumia {I19.events}.\n", "utf-8")
    kept = own.read_bytes()
    assert main(["commentary", "start", "2025", "--json"]) == 0
    assert own.read_bytes() == kept
    assert main(["commentary", "translate", "sv", "2025"]) == 0
    sheet = here / "surveys/translations/2025-sv.xlsx"
    book = openpyxl.load_workbook(sheet)
    book.active["D2"] = "Evenemang {I19.events}."
    book.save(sheet)
    assert main(["commentary", "take", str(sheet), "2025"]) == 0
    assert parse_chapter((folder / "4.sv.md").read_text("utf-8"), "").paragraphs == (
        "Evenemang {I19.events}.",
    )
    own.write_text(own.read_text("utf-8") + "\nLisää.\n", "utf-8")
    capsys.readouterr()
    assert main(["commentary", "preview", "2025", "--language", "en"]) == 0
    seen = capsys.readouterr().out
    assert "4.sv.md: to be reviewed" in seen and "4.en.md: missing" in seen and "4.fi.md: fits" in seen
    assert main(["commentary", "reviewed", "2025", "--chapter", "4"]) == 0
    assert main(["commentary", "preview", "2025", "--language", "en"]) == 0
    assert "4.sv.md: fits the results" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [("translate", "de", "2025"), ("translate", "sv", "2025"), ("reviewed", "2025", "--chapter", "1")],
)
def test_what_can_not_be_done_is_said(
    here: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["commentary", *words]) != 0
    assert "Virhe" in capsys.readouterr().err


# page 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_skeleton_of_page_2_is_valid_as_it_stands_and_says_nothing(tmp_path: Path, language: str) -> None:
    written = judgement_file(small.material(), language)
    folder = tmp_path / "commentary" / "2025"
    folder.mkdir(parents=True)
    (folder / "judgements.yaml").write_text(written, encoding="utf-8")
    words = load_words(tmp_path, "2025")
    assert not words.judgements and not words.answers and not words.decisions
    questions = small.material().publication.plan.questions
    assert all(one.name[language].split()[0] in written for one in questions)


def test_a_block_of_page_2_is_used_by_taking_two_signs_away(tmp_path: Path) -> None:
    written = judgement_file(small.material(), "fi")
    used = re.sub(r"(?m)^# ", "", written).replace('""', '"Kahvit jatkuvat: {I20.participations}."')
    folder = tmp_path / "commentary" / "2025"
    folder.mkdir(parents=True)
    (folder / "judgements.yaml").write_text(used, encoding="utf-8")
    plan = small.material().publication.plan
    words = load_words(tmp_path, "2025", plan)
    assert set(words.judgements) == {one.code for one in plan.questions}
    assert set(words.answers) == {"promised", "changed", "right"} and len(words.decisions) == 1
    assert len(words.worse) == len(words.unknown) == 1
    assert not [one for one in words.missing if one.startswith("judgements")]


def test_the_skeleton_of_page_2_offers_numbers_that_may_be_shown() -> None:
    written = judgement_file(small.material(), "fi")
    offered = re.findall(r"(?m)^##   \{([^}]+)\}", written)
    cells = small.material().publication.released.cells
    assert offered and all(cells[ResultId.parse(f"2025/{one}")].shown for one in offered)


def test_page_2_that_somebody_wrote_is_left_as_it_is(here: Path) -> None:
    page = here / "surveys/commentary/2025/judgements.yaml"
    kept = page.read_bytes()
    assert main(["commentary", "start", "2025", "--json"]) == 0
    assert page.read_bytes() == kept
    page.unlink()
    assert main(["commentary", "start", "2025", "--json"]) == 0
    assert "## 1. Arviointikysymykset." in page.read_text("utf-8")
