"""Drawings laid down in a folder by one process of a run for another, which then need not draw itself.

The notebook's kernel shows every figure in the viewing language, and the worker has drawn it already. Both
work for one run and one user, and the folder is the run's own. Whoever finds nothing there draws.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from evallib.display import Drawing, NothingToShow, Publication, draw

PLACE = "EVALLIB_DRAWINGS"  # environment variable that tells a kernel its folder
_DONE = "done"
_PATIENCE = 5.0  # seconds that a process waits in all; drawing takes one

Draw = Callable[[str], Drawing]
_waited = [0.0]


def lay_down(folder: Path, publication: Publication, language: str, names: Sequence[str], make: Draw) -> None:
    """Draw the named figures into the folder. A full disk is no fault: the other process draws then."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in names:
            try:
                drawn: Drawing | str = make(name)
            except NothingToShow as nothing:
                drawn = nothing.sentence
            _write(folder / _key(name, publication, language), pickle.dumps(drawn))
        _write(folder / _DONE, b"")


def drawing(name: str, publication: Publication, language: str) -> Drawing:
    """The figure as it was laid down for this process, else drawn here; raises NothingToShow."""
    place = os.environ.get(PLACE)
    if place is None:
        return draw(name, publication, language)
    file = Path(place) / _key(name, publication, language)
    while not file.exists() and not (file.parent / _DONE).exists() and _waited[0] < _PATIENCE:
        time.sleep(0.01)
        _waited[0] += 0.01
    try:
        found: Drawing | str = pickle.loads(file.read_bytes())
    except OSError:
        return draw(name, publication, language)
    if isinstance(found, str):
        raise NothingToShow(found)
    return found


def _write(file: Path, data: bytes) -> None:
    """Put a whole file in its place; nobody reads half of it."""
    begun = file.with_suffix(".part")
    begun.write_bytes(data)
    begun.replace(file)


def _key(name: str, publication: Publication, language: str) -> str:
    """A name of the figure in just these releases and this language."""
    releases = [f"{one.period} {one.number}" for one in (publication.released, *publication.earlier)]
    return hashlib.sha256("\n".join([name, language, *releases]).encode()).hexdigest()
