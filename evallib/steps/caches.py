"""Where libraries may keep what they remember: never in the user's home."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def caches_in(folder: Path) -> Iterator[None]:
    """The plotting library keeps its list of fonts here, and not in the user's home."""
    before = os.environ.get("MPLCONFIGDIR")
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["MPLCONFIGDIR"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("MPLCONFIGDIR")
        if before is not None:
            os.environ["MPLCONFIGDIR"] = before


@contextmanager
def no_caches() -> Iterator[None]:
    """The same in a folder that goes with the work."""
    with tempfile.TemporaryDirectory(prefix="evallib-") as folder, caches_in(Path(folder)):
        yield
