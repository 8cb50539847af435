"""How long the demo report takes, as ratios measured in one run.

Everything runs in copies of the workspace and of the library, with compiled bytecode; each command is run
once before it is measured. The machine's own speed and load fall out of the ratios, which are formed round
by round between runs a moment apart; the medians over all rounds are printed.

    python benchmarks/report.py [--runs N]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PERIOD = "2025"
TARGETS = {"a": 2.0, "b": 1.5, "c": 2.0, "memory": 800.0}


@dataclass
class Bench:
    """A folder with copies of all that is needed; ``library`` shadows the installed one."""

    folder: Path
    environment: dict = field(default_factory=dict)

    def prepare(self):
        shutil.copytree(ROOT / "evallib", self.folder / "library/evallib")
        self.environment = dict(os.environ, PYTHONPATH=str(self.folder / "library"))
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if not os.access(statistics.__file__, os.W_OK) or not os.access(_packages(), os.W_OK):
            self.environment["PYTHONPYCACHEPREFIX"] = str(self.folder / "bytecode")
        for name, languages in (("three", "fi, sv, en"), ("one", "fi")):
            self.workspace(name, languages)

    def workspace(self, name, languages):
        """A copy of the demo, frozen, and its masking plan kept."""
        place, store = self.folder / name, self.folder / f"{name}-frozen"
        for part in ("surveys", "notebooks"):
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("store", "lock"))
        project = place / "surveys/project.yaml"
        written = project.read_text("utf-8")
        project.write_text(
            written.replace("report_languages: [fi, sv, en]", f"report_languages: [{languages}]"), "utf-8"
        )
        for period in sorted(one.name for one in (place / "surveys/demo").glob("20??")):
            self.run([sys.executable, "-m", "evallib", "freeze", period], place)
        shutil.copytree(place / "surveys/store", store)
        masks = self.folder / f"{name}-masks"
        masks.mkdir()
        self.run(self.evallib("keep", name, "report", PERIOD), place)

    def evallib(self, mode, name, *arguments):
        place = self.folder / ("masking.json" if mode == "time" else f"{name}-masks")
        return [sys.executable, str(HERE / "timed.py"), mode, str(place), *arguments]

    def only_frozen(self, name):
        """Take away what was released and produced, so that the next run computes everything.

        The plotting library's list of fonts stays, as the plain script has it too.
        """
        place = self.folder / name
        for path in (place / "surveys/store").iterdir():
            if path.name != "cache":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(place / "outputs", ignore_errors=True)
        shutil.copytree(self.folder / f"{name}-frozen", place / "surveys/store", dirs_exist_ok=True)

    def run(self, command, place):
        """Wall and CPU seconds of a command with all its children."""
        before, begun = os.times(), time.perf_counter()
        done = subprocess.run(command, cwd=place, env=self.environment, capture_output=True, text=True)
        wall, after = time.perf_counter() - begun, os.times()
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        cpu = sum(after[2:4]) - sum(before[2:4])
        return wall, cpu, done.stdout

    def report(self, name, mode="replay"):
        self.only_frozen(name)
        return self.run(self.evallib(mode, name, "report", PERIOD), self.folder / name)

    def plain(self, *more):
        return self.run([sys.executable, str(HERE / "plain.py"), ".", *more], self.folder / "three")


def _packages():
    import pandas

    return Path(pandas.__file__).parent


# --- what is compared ----------------------------------------------------------------------------------


def peak_memory(bench):
    """Peak of the whole process tree in MB, shared pages counted once (PSS where it is known)."""
    import psutil

    bench.only_frozen("three")
    command = bench.evallib("time", "three", "report", PERIOD)
    process = subprocess.Popen(
        command,
        cwd=bench.folder / "three",
        env=bench.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak, root = 0, psutil.Process(process.pid)
    while process.poll() is None:
        try:
            held = sum(_held(one) for one in (root, *root.children(recursive=True)))
        except psutil.NoSuchProcess:
            continue
        peak = max(peak, held)
        time.sleep(0.03)
    return peak / 1e6


def _held(process):
    import psutil

    try:
        full = process.memory_full_info()
        return getattr(full, "pss", full.rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def rounds(bench, runs):
    """One dict a round: name → (wall, CPU)."""
    pandas = [sys.executable, "-c", "import pandas"]
    for number in range(-1, runs):
        one = {
            "plain script": bench.plain(),
            "three languages, without masking": bench.report("three"),
            "one language, without masking": bench.report("one"),
            "three languages": bench.report("three", "time"),
            "masking plan": (json.loads((bench.folder / "masking.json").read_text()),) * 2,
            "rerun, nothing changed": bench.run(
                bench.evallib("time", "three", "report", PERIOD), bench.folder / "three"
            ),
            "python -c 'import pandas'": bench.run(pandas, bench.folder),
        }
        if number >= 0:
            yield {name: measured[:2] for name, measured in one.items()}
            sys.stderr.write(f"round {number + 1} of {runs}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="evallib-bench-") as folder:
        bench = Bench(Path(folder))
        bench.prepare()
        checked = bench.plain("--check")[2]  # ends the run when a number differs
        measured = list(rounds(bench, runs))
        memory = peak_memory(bench)
    print(checked.strip())
    table(measured, memory)


def table(measured, memory):
    """Print medians and ratios, each with its target and whether it was met."""
    print(f"{'median of ' + str(len(measured)):36}{'wall s':>8}{'CPU s':>8}")
    for name in measured[0]:
        wall, cpu = (statistics.median(one[name][i] for one in measured) for i in (0, 1))
        print(f"{name:36}{wall:8.2f}{cpu:8.2f}")
    bare = "three languages, without masking"
    pairs = {
        "a": ("(a) three languages ÷ plain script", bare, "plain script"),
        "b": ("(b) three languages ÷ one", bare, "one language, without masking"),
        "c": ("(c) rerun ÷ import pandas", "rerun, nothing changed", "python -c 'import pandas'"),
    }
    values = {
        key: (told, statistics.median(one[above][0] / one[below][0] for one in measured))
        for key, (told, above, below) in pairs.items()
    }
    spent = statistics.median(one[bare][1] / one["plain script"][1] for one in measured)
    print(f"{'(a) in processor time':36}{spent:8.2f}   to compare runs by where others work too")
    values["memory"] = ("peak of the process tree, MB", memory)
    for key, (told, value) in values.items():
        met = value <= TARGETS[key]
        print(f"{told:36}{value:8.2f}   at most {TARGETS[key]:g}: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    main()
