"""How quick the measures are, as ratios of whole processes with compiled bytecode, each run once before.

    python benchmarks/measures.py [--runs N]

(a) all measures of the demo report over ``import pingouin``; (b) a million answers to each of 40 items by 19
regions over the same with pandas' crosstab; (c) the network of 2,000 organisations from 100,000 attendances
over scipy's bare product of that incidence with itself. Ratios are formed round by round; the medians are
printed. (c) is timed inside its processes, without imports, with the peak memory of each beside.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"a": 1.6, "b": 3.0, "c": 5.0}
PEOPLE, ITEMS, REGIONS, CODES = 1_000_000, 40, 19, ["a1", "a2", "a3", "a4", "a5", "ek", None]
ORGANISATIONS, EVENTS, ATTENDANCES = 2_000, 1_000, 100_000


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


def attendances():
    """Who was at which event, by place, 100,000 different rows; the codes of organisations and events."""
    import numpy as np

    cells = np.random.default_rng(7).choice(ORGANISATIONS * EVENTS, ATTENDANCES, replace=False)
    names = np.array([f"o{i:04}" for i in range(ORGANISATIONS)], dtype=object)
    events = np.array([f"e{i:04}" for i in range(EVENTS)], dtype=object)
    return cells // EVENTS, cells % EVENTS, names, events


def told(begun):
    """Seconds since ``begun`` and the peak memory in MB, for the process that waits."""
    print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def product():
    import numpy as np
    from scipy.sparse import csr_array

    organisation, event, _, _ = attendances()
    begun = time.perf_counter()
    shape = (ORGANISATIONS, EVENTS)
    incidence = csr_array((np.ones(ATTENDANCES, dtype=np.int32), (organisation, event)), shape=shape)
    assert (incidence @ incidence.T).nnz
    told(begun)


def shared():
    import numpy as np
    import pandas as pd
    import scipy.sparse  # noqa: F401 - imported before the clock starts, as in the bare product

    from evallib.measures.network import Network
    from evallib.measures.shared_events import joined

    organisation, event, names, events = attendances()
    rows = pd.DataFrame({"event_id": events[event], "organisation": names[organisation]}).astype("str")
    either = np.random.default_rng(8).random((ORGANISATIONS, ORGANISATIONS)) < 0.01
    either = np.triu(either, 1)
    either |= either.T
    nobody = np.zeros(ORGANISATIONS, dtype=bool)
    one = Network(tuple(names), ("care",) * ORGANISATIONS, ~nobody, either, either, either)
    begun = time.perf_counter()
    assert joined(one, rows).counts["both"]
    told(begun)


def inside(*arguments, environment):
    """Seconds and MB that a process tells of its own work."""
    found = subprocess.run(
        [sys.executable, *arguments], check=True, env=environment, capture_output=True, text=True
    )
    return tuple(float(word) for word in found.stdout.split())


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
        children = {
            "all": all_measures,
            "ours": ours,
            "crosstab": crosstab,
            "shared": shared,
            "product": product,
        }
        return children[name](*arguments)
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
            say(name, rounds)
        pair = ([*me, "shared"], [*me, "product"])
        found = [[inside(*one, environment=environment) for one in pair] for _ in range(given.runs)]
        say("c", [[took for took, _ in one] for one in found])
        own, other = (max(one[side][1] for one in found) for side in (0, 1))
        print(f"    peak memory, MB: {own:.0f}, {other:.0f}")


def say(name, rounds):
    """The median ratio of the rounds, and the median seconds of both sides."""
    ratio = statistics.median(own / other for own, other in rounds)
    own, other = (statistics.median(times) for times in zip(*rounds, strict=True))
    word = "met" if ratio <= TARGETS[name] else "not met"
    print(f"({name}) {ratio:.2f} ({own:.3f} s, {other:.3f} s), at most {TARGETS[name]}: {word}", flush=True)


if __name__ == "__main__":
    main()
