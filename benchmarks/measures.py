"""How quick the measures are, as ratios of whole processes with compiled bytecode, each run once before.

    python benchmarks/measures.py [--runs N]

(a) all measures of the demo report over ``import pingouin``; (b) a million answers to each of 40 items by 19
regions over the same with pandas' crosstab. Ratios are formed round by round; the medians are printed.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"a": 1.6, "b": 3.0}
PEOPLE, ITEMS, REGIONS, CODES = 1_000_000, 40, 19, ["a1", "a2", "a3", "a4", "a5", "ek", None]


def all_measures(place):
    """What a release computes before the door out, from the frozen tables of the latest period."""
    from evallib.steps.context import Context
    from evallib.steps.frozen import frozen_frames
    from evallib.steps.release import _results_of
    from evallib.workspace import find_workspace

    context = Context(find_workspace(Path(place)))
    period = context.workspace.project.periods[-1]
    print(len(_results_of(context, period, frozen_frames(context, period))), "results")


def people():
    """Region and answers of everybody, as text; five different items, each asked eight times."""
    import numpy as np

    random = np.random.default_rng(5)
    regions = np.array([f"R{i:02}" for i in range(REGIONS)], dtype=object)[
        random.integers(0, REGIONS, PEOPLE)
    ]
    codes = np.array(CODES, dtype=object)
    return regions, [codes[random.integers(0, len(codes), PEOPLE)] for _ in range(5)]


def ours():
    import numpy as np

    from evallib.codebook.model import Option
    from evallib.measures.distributions import coded, distribution

    regions, items = people()
    options = tuple(Option(code, {}, None if code == "ek" else float(code[1])) for code in CODES if code)
    names = sorted(set(regions))
    groups = {name: np.asarray(regions == name, dtype=bool) for name in names}
    for turn in range(ITEMS):
        one = coded("T", items[turn % 5], options)
        for name, among in groups.items():
            distribution(one, dims=(("region", name),), among=among)


def crosstab():
    import pandas as pd

    regions, items = people()
    for turn in range(ITEMS):
        pd.crosstab(pd.Series(regions), pd.Series(items[turn % 5]))


def seconds(*arguments, environment):
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        name, *arguments = given.child
        return {"all": all_measures, "ours": ours, "crosstab": crosstab}[name](*arguments)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        for part in ("surveys", "notebooks"):
            shutil.copytree(ROOT / part, Path(folder) / part, ignore=shutil.ignore_patterns("store", "lock"))
        for period in sorted(one.name for one in (ROOT / "surveys/demo").glob("20??")):
            freeze = [sys.executable, "-m", "evallib", "freeze", period]
            subprocess.run(freeze, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        me = [str(Path(__file__).resolve()), "--child"]
        compared = {
            "a": ([*me, "all", folder], ["-c", "import pingouin"]),
            "b": ([*me, "ours"], [*me, "crosstab"]),
        }
        for name, pair in compared.items():
            for one in pair:
                seconds(*one, environment=environment)  # compiles, and fills the disk's cache
            rounds = [[seconds(*one, environment=environment) for one in pair] for _ in range(given.runs)]
            ratio = statistics.median(own / other for own, other in rounds)
            own, other = (statistics.median(times) for times in zip(*rounds, strict=True))
            word = "met" if ratio <= TARGETS[name] else "not met"
            print(
                f"({name}) {ratio:.2f} ({own:.2f} s, {other:.2f} s), at most {TARGETS[name]}: {word}",
                flush=True,
            )


if __name__ == "__main__":
    main()
