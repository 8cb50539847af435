"""The same received files give the same bytes: whatever the run, zone, locale, hash seed, worker or clock.

A sample with every test run; all of them together with ``-m nightly``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
import same_bytes
from two_years import two_years

ZONES = ("UTC", "Europe/Helsinki", "Pacific/Kiritimati", "America/New_York")
LOCALES = ("C", "C.UTF-8")
SEEDS = ("0", "7", "4711")
NOON = "2096-01-15T12:00:00"
MOMENTS = {
    "the night when summer time begins": "2096-03-25T00:59:59",
    "the hour that comes twice": "2096-10-28T00:30:00",
    "the same hour again": "2096-10-28T01:30:00",
    "31 December 23:59:59 in Helsinki": "2096-12-31T21:59:59",
    "31 December 23:59:59 in UTC": "2096-12-31T23:59:59",
    "leap day": "2096-02-29T23:30:00",
}
BACK = ("2096-01-15T12:00:00", "2096-01-15T11:00:00", "2095-12-31T23:59:59", "2096-01-14T12:00:00")
Made = dict[str, str]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small years as received: nothing frozen, nothing released."""
    root = two_years(tmp_path_factory.mktemp("received") / "work")
    shutil.rmtree(root / "surveys/store")
    return root


def made(received: Path, place: Path, what: str, zone: str, locale: str, seed: str, workers: str = "2",
         moments: tuple[str, ...] = (NOON,)) -> Made:  # fmt: skip
    root = place / "-".join(one.replace("/", "_") for one in (zone, locale, seed, workers))
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(received, root)
    environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
    command = [sys.executable, str(Path(same_bytes.__file__)), str(root), what, workers, *moments]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return dict(json.loads(run.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def usual(received: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(received, tmp_path_factory.mktemp("usual"), "release", "Europe/Helsinki", "C.UTF-8", "0")


def differing(first: Made, other: Made) -> list[str]:
    return sorted(name for name in {*first, *other} if first.get(name) != other.get(name))


def without_time(found: Made) -> Made:
    """What no clock may change: frozen tables, masks and words, and the fingerprint of all numbers."""
    timed = ("released/results.json", "frozen manifest", "released manifest")
    return {name: sha for name, sha in found.items() if name not in timed and not name.endswith("created")}


def test_another_zone_locale_and_hash_seed_give_the_same_release(
    received: Path, tmp_path: Path, usual: Made
) -> None:
    elsewhere = made(received, tmp_path, "release", "Pacific/Kiritimati", "C", "4711")
    assert len(usual) > 40 and differing(usual, elsewhere) == []


def test_the_new_year_falls_on_one_moment_in_all_zones(received: Path, tmp_path: Path, usual: Made) -> None:
    moment = MOMENTS["31 December 23:59:59 in Helsinki"]
    there, here = (
        made(received, tmp_path, "release", zone, "C", "0", moments=(moment,))
        for zone in ("Europe/Helsinki", "America/New_York")
    )
    assert differing(there, here) == [] and there["released created"] == f"{moment}Z"
    assert differing(without_time(usual), without_time(there)) == []


def test_a_clock_that_steps_back_changes_no_number(received: Path, tmp_path: Path, usual: Made) -> None:
    back = made(received, tmp_path, "release", "Europe/Helsinki", "C.UTF-8", "0", moments=BACK)
    assert differing(without_time(usual), without_time(back)) == []


@pytest.mark.nightly
def test_every_zone_locale_and_hash_seed_gives_the_same_release(
    received: Path, tmp_path: Path, usual: Made
) -> None:
    for zone, locale, seed in product(ZONES, LOCALES, SEEDS):
        found = made(received, tmp_path, "release", zone, locale, seed)
        assert differing(usual, found) == [], (zone, locale, seed)


@pytest.mark.nightly
def test_every_report_is_the_same_bytes(received: Path, tmp_path: Path) -> None:
    """Three runs; every zone, locale and hash seed once with one worker and once with two."""
    usual = made(received, tmp_path, "report", "Europe/Helsinki", "C.UTF-8", "0")
    assert {f"outputs/report-{one}.pdf" for one in ("fi", "sv", "en")} <= set(usual)
    for _ in range(2):
        again = made(received, tmp_path, "report", "Europe/Helsinki", "C.UTF-8", "0")
        assert differing(usual, again) == []
    for number, (zone, workers) in enumerate(product(ZONES, ("1", "2"))):
        locale, seed = LOCALES[number % 2], SEEDS[number % 3]
        found = made(received, tmp_path, "report", zone, locale, seed, workers)
        assert differing(usual, found) == [], (zone, locale, seed, workers)


@pytest.mark.nightly
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_at_odd_moments_all_zones_give_the_same_report(
    received: Path, tmp_path: Path, usual: Made, moment: str
) -> None:
    there, here = (
        made(received, tmp_path, "report", zone, "C", "0", moments=(moment,))
        for zone in ("Europe/Helsinki", "Pacific/Kiritimati")
    )
    assert differing(there, here) == []
    timeless = {name: sha for name, sha in there.items() if name in usual}
    assert differing(without_time(usual), without_time(timeless)) == []
