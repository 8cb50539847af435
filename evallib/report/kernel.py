"""The notebook kernel's process: ipykernel without the one TCP port that it would always open.

ipykernel listens on a local port for what child processes print. No report notebook starts any, and
everybody on the machine could connect to that port.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Run the kernel; arguments as for ``ipykernel_launcher``."""
    from ipykernel import iostream, kernelapp

    class Portless(iostream.IOPubThread):
        def __init__(self, socket: Any, pipe: bool = False, session: Any = False) -> None:
            super().__init__(socket, pipe=False, session=session)  # type: ignore[no-untyped-call]

    kernelapp.IOPubThread = Portless  # type: ignore[attr-defined]
    kernelapp.launch_new_instance()


if __name__ == "__main__":
    if sys.path[0] == str(Path.cwd()):  # a file of the workspace must not stand in for a module
        del sys.path[0]
    main()
