"""The menu: typed numbers run commands, and nothing that goes wrong ends it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from evallib.cli import main, menu
from evallib.steps.new import new


class Desk:
    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.patch, self.capsys = folder, patch, capsys
        self.shown: list[Path] = []
        patch.setenv("EVALLIB_HOME", str(folder / "home"))
        patch.setattr(menu, "show", self.shown.append)
        patch.chdir(folder)

    def types(self, *lines: str, given: tuple[str, ...] = (), ends: str = "0\n") -> str:
        """What is said while these lines are typed; the menu has to end well."""
        self.capsys.readouterr()
        self.patch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines) + ends))
        assert main(["menu", *given]) == 0
        said = self.capsys.readouterr()
        return said.out + said.err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ("Mitä on tehtävä nyt ja seuraavaksi", "Tee raportti", "Lopeta")),
        ("sv", ("Vad som ska göras nu och härnäst", "Gör rapporten", "Avsluta")),
        ("en", ("What is due now and next", "Make the report", "Leave")),
    ],
)
def test_it_speaks_each_language(desk: Desk, language: str, words: tuple[str, ...]) -> None:
    new(desk.folder / "hanke")
    said = desk.types(language, given=("hanke",))
    assert all(word in said for word in words)


def test_without_a_workspace_one_is_made_and_found_again_next_time(desk: Desk) -> None:
    said = desk.types("2", str(desk.folder / "oma hänke"), "1", "", given=("--language", "en"))
    assert "no workspace is open" in said
    assert "> evallib next" in said
    assert (desk.folder / "oma hänke/surveys/project.yaml").is_file()
    desk.patch.chdir(desk.folder)
    assert f"workspace {desk.folder / 'oma hänke'}" in desk.types(given=("--language", "en"))


def test_a_folder_that_is_dragged_in_is_opened_and_one_that_is_none_is_said(desk: Desk) -> None:
    folder = new(desk.folder / "oma hänke")
    said = desk.types("1", '"C:\\ei ole"', "1", f'"{folder / "surveys"}"', given=("--language", "en"))
    assert "There is no folder" in said
    assert f"workspace {folder}" in said


def test_each_choice_runs_its_command_and_a_refusal_does_not_end_it(desk: Desk) -> None:
    new(desk.folder / "hanke")
    typed = ("3", "2026", "", "4", "", "", "5", "1999", "", "7", "", "2", "ei ole.csv", "", "99", "x")
    said = desk.types(*typed, given=("hanke", "--language", "en"))
    for shown in ("check 2026", "freeze", "report 1999", "doctor", 'read "ei ole.csv"'):
        assert f"> evallib {shown}" in said
    assert "Nothing has been received for 2026" in said
    assert "There is no period '1999'" in said
    assert said.count("There is no such choice.") == 2


def test_the_newest_reports_are_listed_first_and_opened(desk: Desk) -> None:
    folder = new(desk.folder / "hanke")
    assert "There is no report yet" in desk.types("6", given=("hanke", "--language", "en"))
    for name in ("2025/report-fi.pdf", "2026/report-fi.pdf", "2026/appendix.xlsx", "2026/~$appendix.xlsx"):
        (folder / "outputs" / name).parent.mkdir(exist_ok=True)
        (folder / "outputs" / name).write_bytes(b"x")
    desk.patch.chdir(desk.folder)
    said = desk.types("6", "", "6", "3", "6", "7", given=("hanke", "--language", "en"))
    assert "~$" not in said
    assert [path.relative_to(folder / "outputs").as_posix() for path in desk.shown] == [
        "2026/appendix.xlsx", "2025/report-fi.pdf",
    ]  # fmt: skip


def test_a_computer_that_opens_nothing_says_where_the_report_lies(desk: Desk) -> None:
    folder = new(desk.folder / "hanke")
    (folder / "outputs/2026").mkdir()
    (folder / "outputs/2026/report-fi.pdf").write_bytes(b"x")

    def nothing(path: Path) -> None:
        raise FileNotFoundError("xdg-open")

    desk.patch.setattr(menu, "show", nothing)
    said = desk.types("6", "1", given=("hanke", "--language", "en"))
    assert str(folder / "outputs/2026/report-fi.pdf") in said


@pytest.mark.parametrize("ends", ["", "0\n", "q\n"])
def test_it_ends_when_it_is_left_or_the_input_ends(desk: Desk, ends: str) -> None:
    new(desk.folder / "hanke")
    assert "workspace" in desk.types(given=("hanke", "--language", "en"), ends=ends)


def test_ctrl_c_during_a_command_comes_back_to_the_menu(desk: Desk) -> None:
    new(desk.folder / "hanke")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    desk.patch.setattr("evallib.steps.due.agenda", stopped)
    said = desk.types("1", "", "7", "", given=("hanke", "--language", "en"))
    assert "Stopped." in said
    assert "> evallib doctor" in said


def test_a_folder_that_is_no_workspace_is_refused(desk: Desk) -> None:
    (desk.folder / "tyhjä").mkdir()
    assert main(["menu", str(desk.folder / "tyhjä"), "--language", "en"]) == 10
    assert main(["menu", str(desk.folder / "ei ole"), "--language", "en"]) == 2


def test_a_note_of_a_workspace_that_is_gone_or_damaged_is_no_fault(desk: Desk) -> None:
    (desk.folder / "home").mkdir()
    for written in (b"/gone\n", b"\xff\xfe", b""):
        (desk.folder / "home/workspace.txt").write_bytes(written)
        assert "no workspace is open" in desk.types(given=("--language", "en"))
