"""Response while surveys run: counts and groups against the target, small groups never by themselves."""

from __future__ import annotations

import itertools
import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from evallib import cli, open_fieldwork
from evallib.errors import MissingStepError
from evallib.privacy.strata import shown_groups
from evallib.steps.monitor import InNotebook
from evallib.steps.new import new

T = 5


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rehearsal of a new project: 60 answers of entrepreneurs, of 109 who were asked; no organisations."""
    monkeypatch.chdir(new(tmp_path / "own"))
    assert cli.main(["survey", "twin", "../play", "--answers", "60"]) == 0
    monkeypatch.chdir(tmp_path / "play")
    (tmp_path / "play/surveys/calendar.yaml").write_text(
        'schema_version: 1\nperiods:\n  "2026": {surveys: {q3: {closes: 2026-12-01, response: 0.6}}}\n'
    )
    return tmp_path / "play"


def test_groups_with_enough_of_both_are_seen() -> None:
    counts = {"north": (20, 10), "south": (30, 25)}
    assert shown_groups(counts, T) == (counts, None)


def test_a_small_group_is_told_together_with_the_next_smallest() -> None:
    counts = {"a": (40, 20), "b": (12, 6), "c": (9, 3)}
    assert shown_groups(counts, T) == ({"a": (40, 20)}, (21, 9))


@pytest.mark.parametrize(("answered", "seen"), [(4, False), (5, True), (15, True), (16, False), (20, False)])
def test_the_threshold_holds_for_those_who_did_not_answer_too(answered: int, seen: bool) -> None:
    shown, _ = shown_groups({"a": (20, answered), "b": (40, 20), "c": (40, 20)}, T)
    assert ("a" in shown) is seen


def test_where_the_rest_would_tell_nothing_is_seen() -> None:
    assert shown_groups({"a": (20, 10), "b": (8, 8)}, T) == ({}, (28, 18))
    assert shown_groups({"a": (20, 20)}, T) == ({}, None)
    assert shown_groups({}, T) == ({}, None)


def test_no_reader_of_groups_rest_and_total_learns_of_fewer_than_the_threshold() -> None:
    draw = random.Random("strata")
    for _ in range(300):
        sizes = [draw.randint(1, 25) for _ in range(draw.randint(1, 6))]
        counts = {f"g{n}": (size, draw.randint(0, size)) for n, size in enumerate(sizes)}
        shown, rest = shown_groups(counts, T)
        hidden = [code for code in counts if code not in shown]
        for invited, answered in shown.values():
            assert min(answered, invited - answered) >= T
        if rest is None:
            assert not hidden or not shown  # all or nothing: the total alone is known
            continue
        assert len(hidden) > 1
        assert rest == tuple(sum(counts[code][n] for code in hidden) for n in (0, 1))
        assert min(rest[1], rest[0] - rest[1]) >= T
        assert all(sum(counts[c][n] for c in counts) >= rest[n] for n in (0, 1))


def test_monitor_tells_counts_target_and_groups(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["survey", "monitor", "--json"]) == 0
    told = {one["survey"]: one for one in json.loads(capsys.readouterr().out)["surveys"]}
    q3 = told["q3"]
    assert (q3["begun"], q3["invited"], q3["sent"]) == (60, 109, 109)
    assert q3["answered"] == q3["complete"] == sum(q3["weeks"].values())
    assert q3["needed"] == 66 - q3["answered"]  # 60 % of 109 is 65.4
    assert q3["closes"] == "2026-12-01"
    for groups in q3["groups"].values():
        assert sum(one["invited"] for one in groups) == 109
        assert sum(one["answered"] for one in groups) == q3["answered"]
        assert all(min(one["answered"], one["invited"] - one["answered"]) >= T for one in groups)
    assert told["q1"]["invited"] is None
    assert told["q4"]["target"] is None


def test_monitor_speaks_the_workspaces_language(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["survey", "monitor"]) == 0
    shown = capsys.readouterr().out
    assert "q3: aloitettu 60, lähetetty" in shown
    assert "  Tavoite 60 %: vielä" in shown
    assert "Pohjois-Suomi" in shown


def test_monitor_stores_nothing(work: Path) -> None:
    before = sorted(path for path in work.rglob("*") if "__pycache__" not in path.parts)
    assert cli.main(["survey", "monitor"]) == 0
    assert sorted(path for path in work.rglob("*") if "__pycache__" not in path.parts) == before


def test_monitor_without_answers_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(new(tmp_path / "own"))
    assert cli.main(["survey", "monitor", "2026", "--language", "en"]) != 0
    assert "evallib pull 2026" in capsys.readouterr().err
    with pytest.raises(MissingStepError):
        open_fieldwork("2026")


def test_the_notebooks_tables_have_a_row_for_each_survey_group_and_week(work: Path) -> None:
    fieldwork = open_fieldwork("2026")
    assert list(fieldwork.response().frame["survey"]) == ["f1", "q1", "q3", "q4"]
    assert set(fieldwork.groups().frame["survey"]) == {"q3"}
    weeks = fieldwork.weeks().frame
    assert list(weeks) == ["week", "f1", "q1", "q3", "q4"]
    for one in fieldwork.surveys:
        assert sum(int(n) for n in weeks[one.survey] if n) == one.complete
    assert fieldwork.events().frame.empty  # the project has no events yet


def test_a_table_shows_no_empty_column_and_numbers_to_the_right(work: Path) -> None:
    fieldwork = open_fieldwork("2026")
    look = fieldwork.response()
    assert "target" in look.frame
    bare = InNotebook(tuple(replace(one, target=None, needed=None) for one in fieldwork.surveys)).response()
    assert not {"target", "needed"} & set(bare.frame)
    page = bare._repr_html_()
    sides = re.findall(r"td\.col(\d+) {\s*text-align: *(\w+);", page)
    assert dict(sides)["0"] == "left"
    assert {side for place, side in sides if place != "0"} == {"right"}


def test_the_notebook_runs_and_shows_every_row(work: Path) -> None:
    notebook = json.loads((work / "notebooks/fieldwork.ipynb").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    shown = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["source"].startswith("fieldwork."):
            look = eval(cell["source"], names)
            assert look._repr_html_().count("<tr>") == len(look.frame) + 1
            shown += 1
        elif cell["cell_type"] == "code":
            exec(cell["source"], names)
    assert shown == 4


def test_small_events_stand_together() -> None:
    from collections import Counter

    from evallib.steps.monitor import _by_event

    assert _by_event(Counter({"e1": 9, "e2": 3, "e3": 2, "e4": 7}), T) == {"e1": 9, "e4": 7, "…": 5}
    assert _by_event(Counter({"e1": 9, "e2": 3, "e4": 7}), T) == {"e1": 9, "…": 10}
    assert _by_event(Counter({"e1": 3}), T) == {"…": 3}
    for counts in itertools.product(range(1, 8), repeat=3):
        told = _by_event(Counter({f"e{n}": one for n, one in enumerate(counts)}), T)
        assert sum(told.values()) == sum(counts)
        assert all(n >= T for event, n in told.items() if event != "…")
