"""Write the invented demo project anew: ``python surveys/demo/generate.py [--to FOLDER]``.

Reads ``surveys/questionnaires`` and ``surveys/rosters``; writes ``demo/<period>/…``, ``demo/truth.json`` and
``logs/*.csv`` below ``surveys/`` (or FOLDER). The same seed gives the same bytes on every machine.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def main(arguments: list[str]) -> None:
    """Generate all files and write them."""
    from generator.build import demo_files

    parser = argparse.ArgumentParser(description="Write the invented demo project anew.")
    parser.add_argument("--to", type=Path, default=HERE.parent, help="instead of surveys/")
    target = parser.parse_args(arguments).to
    files = demo_files(HERE.parent)
    for old in target.glob("demo/20??/*/**/*.*"):  # an event may have changed its system
        if old.is_file() and old.relative_to(target).as_posix() not in files:
            old.unlink()
    for name, data in sorted(files.items()):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
