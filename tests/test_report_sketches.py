"""Figures handed from one process of a run to another: the same figure, or drawn by whoever misses it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import small_report as small

from evallib.display import Drawing, NothingToShow, draw
from evallib.report import sketches
from evallib.report.sketches import PLACE, drawing, lay_down, lay_releases, releases_at_hand

PUBLICATION = small.material().publication


def marked(name: str) -> Drawing:
    """A drawing that shows where it comes from; F4.1 has no data."""
    if name == "F4.1":
        raise NothingToShow("Nobody answered.")
    return replace(draw("F4.2", PUBLICATION, "fi"), title=f"laid down: {name}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PLACE, str(tmp_path / "drawings"))
    monkeypatch.setattr(sketches, "_waited", [0.0])
    monkeypatch.setattr(sketches, "_PATIENCE", 0.05)
    return tmp_path / "drawings"


def test_a_figure_that_was_laid_down_is_not_drawn_again(folder: Path) -> None:
    lay_down(folder, PUBLICATION, "fi", ["F4.2"], marked)
    assert drawing("F4.2", PUBLICATION, "fi").title == "laid down: F4.2"


def test_a_figure_without_data_says_its_sentence(folder: Path) -> None:
    lay_down(folder, PUBLICATION, "fi", ["F4.1"], marked)
    with pytest.raises(NothingToShow, match="Nobody answered"):
        drawing("F4.1", PUBLICATION, "fi")


@pytest.mark.parametrize("other", ["language", "release", "comparison", "nothing laid down"])
def test_another_figure_than_the_one_laid_down_is_drawn(folder: Path, other: str) -> None:
    publication, language = PUBLICATION, "sv" if other == "language" else "fi"
    if other == "release":
        publication = replace(publication, released=replace(publication.released, number=99))
    if other == "comparison":
        publication = replace(publication, earlier=(replace(publication.released, period="2001"),))
    if other != "nothing laid down":
        lay_down(folder, PUBLICATION, "fi", ["F4.2"], marked)
    assert drawing("F4.2", publication, language) == draw("F4.2", publication, language)


def test_who_waits_in_vain_waits_once_for_all_figures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    monkeypatch.setattr(sketches.time, "sleep", naps.append)
    for _ in range(3):
        drawing("F4.2", PUBLICATION, "fi")
    assert 5 <= len(naps) <= 6


def test_a_folder_that_can_not_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    lay_down(tmp_path / "file", PUBLICATION, "fi", ["F4.2"], marked)
    assert (tmp_path / "file").read_text() == "no folder"


def test_opened_releases_are_those_that_were_laid_down_else_none(folder: Path) -> None:
    assert releases_at_hand() == {}
    lay_releases(folder, {"abc": PUBLICATION.released})
    assert releases_at_hand() == {"abc": PUBLICATION.released}


def test_without_a_folder_no_release_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PLACE, raising=False)
    assert releases_at_hand() == {}
