"""What changed, as told to the person who has to explain it: data, numbers, conclusions, what is held."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from two_years import edit, two_years

from evallib import cli
from evallib.errors import UsageError
from evallib.steps.context import open_context
from evallib.steps.diff import diff
from evallib.steps.freeze import freeze
from evallib.steps.release import release

LOG = "surveys/logs/events.csv"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years; of 2024 a second release with one event more, one corrected and another plan."""
    root = two_years(tmp_path_factory.mktemp("released") / "work")
    rows = (root / LOG).read_text("utf-8-sig").splitlines(keepends=True)
    last = next(row for row in rows if row.startswith("e24"))
    more = "e2499" + last[5:]
    (root / LOG).write_text("".join([*rows, more]), encoding="utf-8")
    edit(root / LOG, r"e2401;2024-01-\d\d", "e2401;2024-01-03")
    edit(root / "surveys/targets.yaml", r"indicator: I19, value: 100", "indicator: I19, value: 900")
    context = open_context(root)
    release(context, context.period("2024"))
    return root


@pytest.fixture
def root(released: Path, tmp_path: Path) -> Path:
    shutil.copytree(released, tmp_path / "work")
    return tmp_path / "work"


def test_a_second_release_tells_what_came_was_corrected_and_moved(released: Path) -> None:
    made = diff(open_context(released), "2024/1", "2024", "en")
    assert (made.first, made.second) == ("2024/1", "2024/2")
    events = next(one for one in made.tables if one.table == "events")
    assert (events.came, events.went, events.corrected) == (1, 0, 1)
    assert made.declared == ("targets.yaml",) and not made.key_changed
    numbers = {one.id: one for one in made.numbers}
    before, after = numbers["I19.events"].before, numbers["I19.events"].after
    assert int(after) == int(before) + 1 and numbers["I19.events"].name
    colours = {one.id: one for one in made.conclusions}
    assert colours["I19"].before != colours["I19"].after and "Peer-learning" in colours["I19"].name


def test_the_other_way_round_is_the_mirror(released: Path) -> None:
    there, back = (
        diff(open_context(released), *pair) for pair in (("2024/1", "2024/2"), ("2024/2", "2024/1"))
    )
    assert {(one.id, one.before, one.after) for one in there.numbers} == {
        (one.id, one.after, one.before) for one in back.numbers
    }
    came = {one.table: (one.came, one.went) for one in there.tables}
    assert {one.table: (one.went, one.came) for one in back.tables} == came


def test_a_release_and_itself_do_not_differ(released: Path) -> None:
    assert diff(open_context(released), "2024", "2024/2").none
    assert diff(open_context(released), "2024/f1", "2024/f1").none


def test_two_periods_are_compared_by_their_numbers_only(released: Path) -> None:
    made = diff(open_context(released), "2023", "2024")
    assert made.tables == () and made.declared == () and made.numbers


def test_freezes_are_compared_without_a_release(root: Path) -> None:
    edit(root / LOG, r"(?m)^(e2402;.*);coffee;", r"\1;visit;")
    context = open_context(root)
    number = freeze(context, context.period("2024")).manifest.number
    made = diff(context, f"2024/f{number - 1}", f"2024/f{number}")
    assert [(one.table, one.corrected) for one in made.tables] == [("events", 1)]
    assert made.numbers == () and made.conclusions == ()


def test_what_the_rule_for_late_data_holds_is_told_apart(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from evallib.steps import diff as step

    made = step._edition

    def late(*given: object) -> object:
        e = made(*given)  # type: ignore[arg-type]
        cells = {
            one: replace(cell, note="late") if str(one).endswith("/I19.events") else cell
            for one, cell in e.released.cells.items()
        }
        return replace(e, publication=replace(e.publication, released=replace(e.released, cells=cells)))

    monkeypatch.setattr(step, "_edition", late)
    told = diff(open_context(released), "2024/1", "2024/2")
    assert [one.id for one in told.held] == ["I19.events"]
    assert "I19.events" not in {one.id for one in told.numbers}


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("2024/9", "2024", "no such freeze or release"),
        ("2024/0", "2024", "no such freeze or release"),
        ("2025", "2024", "no such freeze or release"),
        ("2024/x", "2024", "names no freeze"),
        ("2024/f1", "2024/1", "can't be compared with a release"),
        ("2023/f1", "2024/f1", "Freezes of one period"),
        ("2042", "2024", "no period"),
    ],
)
def test_what_is_not_there_is_named(released: Path, first: str, second: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        diff(open_context(released), first, second)


def test_the_command_tells_it_in_words_as_json_and_as_a_page(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    page = root.parent / "diff.html"
    assert cli.main(["diff", "2024/1", "2024", "--language", "en", "--page", str(page)]) == 0
    said = capsys.readouterr().out
    assert "came 1, went 0, corrected 1" in said and "Conclusions" in said
    written = page.read_text("utf-8")
    assert written.startswith("<!DOCTYPE html>") and "<script" not in written and "http" not in written
    assert "I19" in written and 'lang="en"' in written
    assert cli.main(["diff", "2024/1", "2024", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["second"] == "2024/2"
    assert cli.main(["diff", "2024", "2024", "--language", "sv"]) == 0
    assert "Inget skiljer" in capsys.readouterr().out
    assert cli.main(["diff", "2024", "2024", "--page", "x.txt"]) == UsageError.exit_code
