"""What three editions cost, from an executed notebook to typeset pages, beside drawing their figures alone.

    python benchmarks/pages.py [--runs N] [--workspace FOLDER]

Processor seconds of whole processes with all their children, in turn, medians; memory is the largest of any
process of theirs. Without a workspace that holds a report of 2025, the demo's is made first, in a copy.
"""

import argparse
import json
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
PERIOD, COMPARISON = "2025", "2024"
RATIO, MEMORY, SIZE = 4.0, 200.0, 2.0


def opened():
    """The release of the workspace that this process stands in, as it is displayed."""
    from evallib.steps.context import open_context
    from evallib.steps.publication import open_material

    context = open_context(Path.cwd())
    return context, *open_material(context, context.period(PERIOD), COMPARISON)


def draw():
    """Processor seconds of loading the plotting library and drawing every figure once in each language."""
    from evallib.display import NothingToShow, names
    from evallib.display import draw as drawn

    _, material, _ = opened()
    begun = time.process_time()
    import matplotlib.figure

    assert matplotlib.figure
    for language in material.project.report_languages:
        for name in names()["figures"]:
            try:
                drawn(name, material.publication, language)
            except NothingToShow:
                continue
    return {"cpu": time.process_time() - begun}


def make():
    """Processor seconds, peak and sizes of all editions of the executed notebook, first import included."""
    from evallib.report.blocks import blocks_of
    from evallib.report.workshop import make_edition
    from evallib.steps.products import _order

    context, material, manifest = opened()
    order = _order(context, material, manifest)
    blocks = blocks_of(context.workspace.outputs / PERIOD / "annual_report.ipynb")
    sizes = [len(make_edition(order, blocks, one).pdf) for one in material.project.report_languages]
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "memory": max(one.ru_maxrss for one in used) / 1024,
        "size": max(sizes) / 1e6,
    }


def run(part, place, environment):
    command = [sys.executable, __file__, "--part", part]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def measured(place, environment, runs):
    """One (drawing, making) a round; the first round only warms up."""
    rounds = [[run(part, place, environment) for part in ("draw", "make")] for _ in range(runs + 1)]
    return rounds[1:]


def prepared(folder, environment):
    for part in ("surveys", "notebooks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("store", "lock"))
    command = [sys.executable, "-m", "evallib", "report", PERIOD]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return folder


def told(rounds):
    drawing = statistics.median(one["cpu"] for one, _ in rounds)
    making = {name: statistics.median(one[name] for _, one in rounds) for name in ("cpu", "memory", "size")}
    ratio = statistics.median(made["cpu"] / drawn["cpu"] for drawn, made in rounds)
    print(f"median of {len(rounds)}, processor time: drawing {drawing:.2f} s, reports {making['cpu']:.2f} s")
    for name, value, limit in (
        ("three reports ÷ drawing", ratio, RATIO),
        ("largest process, MB", making["memory"], MEMORY),
        ("largest PDF, MB", making["size"], SIZE),
    ):
        print(f"{name:30}{value:8.2f}   at most {limit:g}: {'met' if value <= limit else 'NOT met'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workspace", type=Path, help="one with a report of 2025; else the demo's is made")
    parser.add_argument("--part", choices=["draw", "make"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        print(json.dumps({"draw": draw, "make": make}[given.part]()))
        return
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="evallib-bench-") as folder:
        place = given.workspace or prepared(Path(folder), environment)
        told(measured(place, environment, given.runs))


if __name__ == "__main__":
    main()
