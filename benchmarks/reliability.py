"""Whether anything is lost: runs stopped anywhere, full disks, runs side by side, damaged bytes, ten years.

    python benchmarks/reliability.py [--every N] [--kills N] [--verb NAME]… [--only PART]…

Parts: points (a fault at every N-th write, fsync, rename and network call of each verb), kills (SIGKILL at
random times), disks (tmpfs of 1 to 16 MB; root only), together (two and eight runs at once), reads (1,000
beside a writer), damage (200 flipped bits, 50 cuts), years (ten years, twelve surveys, 2,000 answers each).
Ends with 1 where something was lost. What is proved stands in docs/reliability.md.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import crash_verbs as verbs_of  # noqa: E402
from crash_points import FAULTS, Points  # noqa: E402
from crash_verbs import Trial, run_again, standing, stopped, undisturbed  # noqa: E402

from evallib.errors import EvallibError  # noqa: E402
from evallib.steps.context import open_context  # noqa: E402
from evallib.steps.outputs import put_in_place  # noqa: E402
from evallib.steps.verify import verify  # noqa: E402
from evallib.store import Store, Tier  # noqa: E402

NOW = "2026-01-15T09:30:00Z"
PARTS = ("points", "kills", "disks", "together", "reads", "damage", "years")


def at_points(
    trial: Trial, place: Path, faults: Iterable[str] = FAULTS, every: int = 1, first: int = 1
) -> tuple[int, list[str]]:
    """How often the verb was stopped, each fault at every n-th point, and what was wrong afterwards."""
    wrong, tried = [], 0
    for fault in faults:
        for at in range(first, len(trial.points) + 1, every):
            wrong += stopped(trial, place, at, fault)
            tried += 1
    return tried, wrong


def at_random_times(trial: Trial, place: Path, times: int, dice: random.Random) -> tuple[int, list[str]]:
    """Kill a process of the verb at any moment of its run; how many were still running, what was wrong."""
    root = trial.verb.copy(place)
    begun = time.monotonic()
    os.waitpid(_child(trial, root), 0)
    length, wrong, hit = time.monotonic() - begun, [], 0
    for _ in range(times):
        root = trial.verb.copy(place)
        child = _child(trial, root)
        time.sleep(dice.random() * length)
        os.kill(child, signal.SIGKILL)
        hit += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        wrong += [
            f"{trial.verb.name}, killed: {one}" for one in standing(trial, root) + run_again(trial, root)
        ]
    return hit, wrong


def together(trial: Trial, place: Path, number: int) -> list[str]:
    """So many runs at once: one writes, the others wait for nothing and say who writes; none breaks."""
    root = trial.verb.copy(place)
    children = [_child(trial, root) for _ in range(number)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in children]
    wrong = [f"a run ended with {code}" for code in codes if code not in (0, 3)]
    wrong += [] if 0 in codes else ["no run came through"]
    wrong += standing(trial, root) + run_again(trial, root)
    return [f"{trial.verb.name}, {number} at once: {one}" for one in wrong]


def _child(trial: Trial, root: Path) -> int:
    """A process that runs the verb: 0 done, 3 refused in words, 9 anything else."""
    child = os.fork()
    if child:
        return child
    code = 9
    with suppress(BaseException):
        try:
            trial.verb.run(root)
            code = 0
        except EvallibError:
            code = 3
    os._exit(code)


def on_full_disks(trial: Trial, place: Path, steps: int) -> list[str]:
    """The disk is full after a part of what the verb writes, in so many steps; then there is room again."""
    root = trial.verb.copy(place)
    with Points([root], budget=1 << 40).at_work() as points:
        trial.verb.run(root)
    needed, wrong = (1 << 40) - (points.budget or 0), []
    for step in range(steps):
        root = trial.verb.copy(place)
        with Points([root], budget=needed * step // steps).at_work(), suppress(EvallibError, OSError):
            trial.verb.run(root)
        wrong += standing(trial, root) + run_again(trial, root)
    return [f"{trial.verb.name}, disk full: {one}" for one in wrong]


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[bool]:
    """A disk of that size at ``place``; False where the system lets us mount none."""
    place.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)]
    done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield done
    finally:
        if done:
            gc.collect()  # a file that a fault left open keeps the disk busy
            subprocess.run(["umount", str(place)], check=True)


def on_a_small_disk(trial: Trial, disk: Path, megabytes: int, free: int) -> list[str] | None:
    """The verb with ``free`` bytes left on the disk; None where it does not fit or no disk is made."""
    with small_disk(disk, megabytes) as mounted:
        if not mounted:
            return None
        try:
            trial.verb.run(trial.verb.copy(disk / "here"))  # a verb that never fits says nothing
            root = trial.verb.copy(disk / "here")
            ballast = disk / "ballast"
            told = os.statvfs(disk)
            ballast.write_bytes(bytes(max(0, told.f_bavail * told.f_frsize - free)))
        except (EvallibError, OSError, shutil.Error):
            return None
        with suppress(EvallibError, OSError):
            trial.verb.run(root)
        wrong = standing(trial, root)
        ballast.unlink()
        wrong += run_again(trial, root)
        return [f"{trial.verb.name}, {megabytes} MB with {free} free: {one}" for one in wrong]


def mixed_reads(place: Path, number: int) -> tuple[int, int, int]:
    """(mixed in the store, mixed in outputs/, folder not there) of so many reads of each beside a writer.

    Every run writes five files that hold its number; a reader must never see two numbers.
    """
    names = [f"{one}.json" for one in "abcde"]
    store = Store(place / "store")
    _write_run(store, place / "outputs", names, 0)
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            for run in range(1, 1_000_000):
                _write_run(store, place / "outputs", names, run)
        os._exit(0)
    in_store = in_outputs = absent = 0
    try:
        for _ in range(number):
            latest = Store(place / "store").latest(Tier.PRODUCTS, "2025")
            assert latest is not None
            in_store += len({store.get(sha) for sha in latest.entries.values()}) != 1
            found = _read_folder(place / "outputs/2025", names)
            absent += found is None
            in_outputs += found is not None and len(found) != 1
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return in_store, in_outputs, absent


def _write_run(store: Store, outputs: Path, names: list[str], run: int) -> None:
    files = {name: f"{run}".encode() * 100 for name in names}
    entries = {name: store.put(data) for name, data in files.items()}
    store.commit(Tier.PRODUCTS, "2025", entries, {"run": run}, NOW)
    put_in_place(outputs, "2025", files)


def _read_folder(folder: Path, names: list[str]) -> set[bytes] | None:
    """The files of one opened folder; None while it is being exchanged or taken away."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        found = set()
        for name in names:
            file = os.open(name, os.O_RDONLY, dir_fd=handle)
            found.add(os.read(file, 10_000))
            os.close(file)
        return found
    except OSError:
        return None
    finally:
        os.close(handle)


def unnamed_damage(root: Path, flips: int, cuts: int, dice: random.Random) -> list[str]:
    """Files of store and outputs with a flipped bit, or cut, that ``verify`` does not name."""
    reading, missed = open_context(root), []
    _ = reading.store
    paths = [path for path in sorted((root / "surveys/store").rglob("*")) if path.is_file()]
    paths = [path for path in paths if path.name != "lock" and "cache" not in path.parts]
    paths += [path for path in sorted((root / "outputs").rglob("*")) if path.is_file()]
    for number in range(flips + cuts):
        path = dice.choice([one for one in paths if one.stat().st_size])
        whole = path.read_bytes()
        place = dice.randrange(len(whole))
        bit = bytes([whole[place] ^ 1 << dice.randrange(8)])
        _overwrite(path, whole[:place] + (bit + whole[place + 1 :] if number < flips else b""))
        found = verify(reading, hashes_only=True).findings
        named = [one.place.partition(" ")[0] for one in found if one.about != "remark"]
        if path.relative_to(root).as_posix() not in named:
            missed.append(f"{path.relative_to(root)} at {place} of {len(whole)}")
        _overwrite(path, whole)
    return missed


def _overwrite(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode
    path.chmod(0o600)
    path.write_bytes(data)
    path.chmod(mode)


def many_years(place: Path, years: int, surveys: int, answers: int) -> dict[str, float]:
    """A store of so many years: its size ÷ the raw files, time of ``verify`` ÷ bare SHA-256, memory in MB."""
    raw = _fill(place, years, surveys, answers)
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    spent = {}
    for name, code in (("bare", _BARE), ("verify", _VERIFY)):
        times = []
        for _ in range(3):
            run = subprocess.run([sys.executable, "-c", code, str(place)], capture_output=True, text=True,
                                 check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
            told = json.loads(run.stdout)
            times.append(told["cpu"])
        spent[name], memory = min(times), told["memory"]
    return {
        "raw MB": raw / 1e6,
        "store ÷ raw": size / raw,
        "verify s": spent["verify"],
        "verify ÷ SHA-256": spent["verify"] / spent["bare"],
        "memory MB": memory,
    }


_TOLD = """
import json, resource
spent = resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status")  # of this process alone; what it was forked from counts in ru_maxrss
lines = status.read_text().splitlines() if status.is_file() else []
peak = next((int(one.split()[1]) for one in lines if one.startswith("VmHWM")), spent.ru_maxrss)
print(json.dumps({"cpu": spent.ru_utime + spent.ru_stime - begun, "memory": peak / 1000}))
"""
_BEGUN = """
import sys, hashlib, resource
from pathlib import Path
from evallib.store import Store
spent = resource.getrusage(resource.RUSAGE_SELF)
begun = spent.ru_utime + spent.ru_stime
"""
_BARE = f"""{_BEGUN}
for path in sorted(Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
{_TOLD}"""
_VERIFY = f"{_BEGUN}\nassert Store(Path(sys.argv[1])).verify() == []\n{_TOLD}"


def _fill(place: Path, years: int, surveys: int, answers: int) -> int:
    """Surveys as received, through the door in, and products of the demo's size; the bytes received."""
    from evallib.privacy.tables import to_bytes
    from evallib.steps.check import read_sources, through_door_in

    dice, store, raw = random.Random(8), Store(place), 0
    context = open_context(ROOT)
    period = context.period("2025")
    folder = ROOT / "surveys/demo/2025/limesurvey/q1"
    structure = (folder / "structure.lss").read_bytes()
    written = (folder / "responses.csv").read_bytes().decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    rows = [row for row in rows if row]
    for year in range(years):
        tiers: dict[Tier, dict[str, str]] = {Tier.RAW: {}, Tier.FROZEN: {}, Tier.TEXT: {}}
        with store.lock("freeze"):
            for survey in range(surveys):
                taken = ([str(n), *dice.choice(rows)[1:]] for n in range(1, answers + 1))
                lines = [heading, *taken]
                data = "".join(_line(row) for row in lines) + "\r\n"
                received = {
                    "inbox/limesurvey/q1/responses.csv": data.encode("utf-8-sig"),
                    "inbox/limesurvey/q1/structure.lss": structure,
                }
                raw += sum(len(one) for one in received.values())
                for name, one in received.items():
                    tiers[Tier.RAW][f"{survey}/{name}"] = store.put(one)
                sources, _ = read_sources(context, period, received)
                for table in through_door_in(context, period, sources):
                    kept = tiers[Tier(table.tier)]
                    kept[f"{survey}/{table.kind}.csv"] = store.put(to_bytes(table))
            for tier, entries in tiers.items():
                store.commit(tier, f"{2016 + year}", entries, {}, NOW)
            products = {f"report-{one}": store.put(dice.randbytes(700_000)) for one in ("fi", "sv", "en")}
            store.commit(Tier.PRODUCTS, f"{2016 + year}", products, {"release": 1}, NOW)
    return raw


def _line(row: list[str]) -> str:
    return ";".join('"' + one.replace('"', '""') + '"' for one in row) + "\r\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only every n-th point")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--verb", action="append")
    parser.add_argument("--only", action="append", choices=PARTS)
    wanted = parser.parse_args()
    parts, dice = wanted.only or PARTS, random.Random(8)
    os.fsync = lambda _: None  # type: ignore[assignment]  # points are counted; waiting for the disk proves nothing
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        base, place = Path(name) / "base", Path(name) / "place"
        if set(parts) - {"reads", "years"}:
            with verbs_of.verbs(base) as made:
                trials = [
                    undisturbed(one, place)
                    for one in made.values()
                    if not wanted.verb or one.name in wanted.verb
                ]
                print("points:", sum(len(one.points) for one in trials), flush=True)
                for trial in trials:
                    wrong += _of_verb(trial, parts, wanted.every, Path(name))
                if "kills" in parts:
                    tried = hit = 0
                    while tried < wanted.kills:
                        for trial in trials:
                            n, found = at_random_times(trial, place, 5, dice)
                            tried, hit, wrong = tried + 5, hit + n, wrong + found
                    print(f"killed at random times: {tried}, {hit} of them while running", flush=True)
                if "damage" in parts:
                    missed = unnamed_damage(made["handled"].copy(place) / "work", 200, 50, dice)
                    print("200 flipped bits and 50 cuts not named by verify:", len(missed), flush=True)
                    wrong += missed
        if "reads" in parts:
            (Path(name) / "reads").mkdir()
            in_store, in_outputs, absent = mixed_reads(Path(name) / "reads", 1000)
            print(f"of 1,000 reads beside a writer mixed: store {in_store}, outputs {in_outputs} "
                  f"(folder being exchanged: {absent})", flush=True)  # fmt: skip
            wrong += ["mixed reads"] * (in_store + in_outputs)
        if "years" in parts:
            for what, value in many_years(Path(name) / "years", 10, 12, 2000).items():
                print(f"ten years, {what}: {value:.2f}", flush=True)
    print("\n".join(["wrong:", *wrong]) if wrong else "nothing was lost")
    return 1 if wrong else 0


def _of_verb(trial: Trial, parts: Iterable[str], every: int, folder: Path) -> list[str]:
    place, wrong, told = folder / "place", [], [f"{len(trial.points)} points"]
    if "points" in parts:
        tried, found = at_points(trial, place, every=every)
        wrong += found
        told.append(f"stopped {tried} times")
    if "disks" in parts:
        wrong += on_full_disks(trial, place, 16)
        real = [on_a_small_disk(trial, folder / "disk", size, size * 40_000) for size in range(1, 17)]
        wrong += [one for found in real for one in found or ()]
        told.append(f"disks that fill: 16 simulated, {sum(one is not None for one in real)} real")
    if "together" in parts:
        wrong += together(trial, place, 2) + together(trial, place, 8)
        told.append("two and eight at once")
    print(f"{trial.verb.name}: {', '.join(told)}; wrong: {len(wrong)}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
