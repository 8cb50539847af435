"""``python -m evallib`` and the command ``evallib``: both begin here."""

from __future__ import annotations

import sys


def run() -> int:
    """Run the command line; Ctrl-C is heard in peace from the first import to the last word."""
    try:
        from evallib.cli import main

        return main()
    except KeyboardInterrupt:
        sys.stderr.write("Keskeytetty · Avbrutet · Stopped\n")
        return 130


if __name__ == "__main__":
    sys.exit(run())
