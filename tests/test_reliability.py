"""Whatever stops a verb, verify is clean, the last release stands, the same again ends in the same bytes.

A sample of all points; ``-m nightly`` and ``benchmarks/reliability.py`` try every one.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import reliability
from crash_points import FAULTS
from crash_verbs import Trial, killed, stopped, undisturbed, verbs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
ONCE = ("report", "purge of a person")  # the others take a tenth of a second
LEAST = {
    "first pull": 250,
    "pull": 120,
    "freeze": 60,
    "report": 140,
    "published": 18,
    "purge by rule": 200,
    "backup": 70,
}


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Trial]]:
    with verbs(tmp_path_factory.mktemp("prepared")) as made:
        place = tmp_path_factory.mktemp("undisturbed") / "work"
        yield {name: undisturbed(one, place) for name, one in made.items()}


def test_every_write_sync_rename_and_request_is_a_point(trials: dict[str, Trial]) -> None:
    counts = {name: len(one.points) for name, one in trials.items()}
    print(sum(counts.values()), "points:", counts)
    assert {name: counts[name] for name, least in LEAST.items() if counts[name] < least} == {}
    kinds = {one.partition(" ")[0] for trial in trials.values() for one in trial.points}
    assert kinds >= {
        "create",
        "write",
        "fsync",
        "rename",
        "replace",
        "link",
        "mkdir",
        "unlink",
        "ask",
        "answer",
    }


def test_a_verb_that_meets_a_fault_anywhere_loses_nothing(trials: dict[str, Trial], tmp_path: Path) -> None:
    dice, wrong = random.Random(8), list[str]()
    for name, trial in trials.items():
        if name == "freeze":  # each report freezes too
            continue
        for fault in dice.sample(FAULTS, 1 if name in ONCE else 3):
            wrong += stopped(trial, tmp_path / "work", dice.randint(1, len(trial.points)), fault)
    assert wrong == []


def test_a_process_that_is_killed_loses_nothing(trials: dict[str, Trial], tmp_path: Path) -> None:
    dice, wrong = random.Random(9), list[str]()
    for name in ("handled", "report of a handled release", "backup", "pull", "purge by rule"):
        wrong += killed(trials[name], tmp_path / "work", dice.randint(1, len(trials[name].points)))
    assert wrong == []


def test_a_report_that_was_being_exchanged_goes_back_or_on(trials: dict[str, Trial], tmp_path: Path) -> None:
    trial = trials["report of a handled release"]
    renames = [n for n, one in enumerate(trial.points, 1) if one.startswith("rename work/outputs")]
    assert len(renames) == 2
    places = [*renames, renames[-1] + 1]
    assert [one for at in places for one in stopped(trial, tmp_path / "work", at, "death")] == []


def test_an_erasure_that_is_stopped_among_received_files_finds_the_person_again(
    trials: dict[str, Trial], tmp_path: Path
) -> None:
    """The list of the invited goes last: without it nobody knows whose the answers are."""
    trial = trials["purge of a person"]
    replaced = [n for n, one in enumerate(trial.points, 1) if one.startswith("replace work/surveys/demo")]
    files = [
        Path(one.partition(" ")[2]).parent.parent for one in trial.points if "rmdir work/surveys/demo" in one
    ]
    assert len(replaced) == 4 and len(set(files)) == 2
    for at in (replaced[0] + 1, replaced[-1]):
        assert stopped(trial, tmp_path / "work", at, "death") == []
    cleared = [n for n, one in enumerate(trial.points, 1) if one.startswith("rmdir work/surveys/demo")]
    assert stopped(trial, tmp_path / "work", cleared[-1], "EIO") == []


def test_files_that_were_fetched_outlive_a_power_cut(trials: dict[str, Trial], tmp_path: Path) -> None:
    trial = trials["pull"]
    landed = [
        n for n, one in enumerate(trial.points, 1) if one.startswith("replace work/surveys/store/incoming")
    ]
    assert stopped(trial, tmp_path / "work", landed[-1] + 1, "power cut") == []


def test_a_disk_that_fills_up_loses_nothing(trials: dict[str, Trial], tmp_path: Path) -> None:
    for name in ("handled", "pull", "backup"):
        assert reliability.on_full_disks(trials[name], tmp_path / "work", 2) == []


@pytest.mark.parametrize("number", [2, 8])
def test_runs_side_by_side_end_as_one_alone(trials: dict[str, Trial], tmp_path: Path, number: int) -> None:
    assert reliability.together(trials["purge by rule"], tmp_path / "work", number) == []


def test_no_reader_sees_two_runs_in_one(tmp_path: Path) -> None:
    in_store, in_outputs, absent = reliability.mixed_reads(tmp_path, 100)
    assert (in_store, in_outputs) == (0, 0) and absent < 100


def test_damage_is_named_in_store_and_outputs(trials: dict[str, Trial], tmp_path: Path) -> None:
    work = trials["handled"].verb.copy(tmp_path / "work") / "work"
    assert reliability.unnamed_damage(work, 10, 5, random.Random(1)) == []


def test_years_lie_small_and_are_soon_looked_over(tmp_path: Path) -> None:
    measured = reliability.many_years(tmp_path / "store", 1, 2, 500)
    assert measured["store ÷ raw"] < 20 and measured["memory MB"] < 500  # so few answers beside whole reports


@pytest.mark.nightly
@pytest.mark.parametrize("fault", FAULTS)
def test_every_point_of_every_verb(trials: dict[str, Trial], tmp_path: Path, fault: str) -> None:
    wrong = [
        one
        for trial in trials.values()
        for one in reliability.at_points(trial, tmp_path / "work", [fault])[1]
    ]
    assert wrong == []


@pytest.mark.nightly
def test_two_hundred_kills_at_random_times(trials: dict[str, Trial], tmp_path: Path) -> None:
    dice, wrong = random.Random(), list[str]()
    for trial in trials.values():
        wrong += reliability.at_random_times(trial, tmp_path / "work", 200 // len(trials) + 1, dice)[1]
    assert wrong == []
