"""Drawings and opened releases laid down in a folder by one process of a run for another.

The notebook's kernel shows every figure in the viewing language, and the worker has drawn it already; the
releases were opened before. All work for one run and one user, and the folder is the run's own. Whoever
finds nothing there draws, or opens them from the store.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evallib.display import Drawing, NothingToShow, Publication, draw
from evallib.results import Released

PLACE = "EVALLIB_DRAWINGS"  # environment variable that tells a kernel its folder
_DONE, _RELEASES = "done", "releases"
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


def lay_releases(folder: Path, opened: Mapping[str, Released]) -> None:
    """Put opened releases, by their results' hash, into the folder. A full disk is no fault, as above."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        _write(folder / _RELEASES, pickle.dumps(dict(opened), protocol=pickle.HIGHEST_PROTOCOL))


def releases_at_hand() -> dict[str, Released]:
    """The opened releases that were laid down for this process, by their results' hash; else none."""
    place = os.environ.get(PLACE)
    try:
        found: dict[str, Released] = pickle.loads((Path(place) / _RELEASES).read_bytes()) if place else {}
    except OSError:
        return {}
    return found


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
