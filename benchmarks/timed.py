"""evallib's command line with the masking plan timed, or answered from an earlier run.

    python benchmarks/timed.py time FILE report 2025      seconds of the masking plan into FILE
    python benchmarks/timed.py keep FOLDER report 2025    what the masking plan said, kept in FOLDER
    python benchmarks/timed.py replay FOLDER report 2025  without masking: what was kept is said again

The report's time is measured with ``replay``, so that nothing that would happen beside the masking plan is
counted as if it cost no time.
"""

import json
import pickle
import sys
import time
from importlib.util import find_spec
from pathlib import Path

DOOR = "evallib.privacy.door_out"


class Watch:
    """Stands at the import of the door out and puts another function in its place."""

    def __init__(self, change):
        self.change = change

    def find_spec(self, name, path=None, target=None):
        if name != DOOR:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        load = spec.loader.exec_module

        def changed(module):
            load(module)
            module.door_out = self.change(module.door_out)

        spec.loader.exec_module = changed
        return spec


def timed(file):
    def change(door_out):
        def run(*given):
            begun = time.perf_counter()
            passed = door_out(*given)
            spent.append(time.perf_counter() - begun)
            file.write_text(json.dumps(sum(spent)))
            return passed

        spent = []
        return run

    return change


def kept(folder):
    def change(door_out):
        def run(results, *given):
            passed = door_out(results, *given)
            (folder / results[0].period).write_bytes(pickle.dumps(passed, protocol=5))
            return passed

        return run

    return change


def replayed(folder):
    return lambda door_out: lambda results, *given: pickle.loads((folder / results[0].period).read_bytes())


if __name__ == "__main__":
    mode, place, *arguments = sys.argv[1:]
    sys.meta_path.insert(0, Watch({"time": timed, "keep": kept, "replay": replayed}[mode](Path(place))))
    from evallib.cli import main

    sys.exit(main(arguments))
