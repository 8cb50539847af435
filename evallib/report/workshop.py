"""Editions made side by side: a second process draws the other languages while the notebook runs.

The worker starts with the run and loads what it will need while the results are computed. It draws before
the blocks are known, since any of the figures may be asked for; its drawings wait in its memory until it
is told the blocks. It is a fresh process: locks held by the threads of this one would be copied by a
fork, and never be let go.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import evallib
from evallib.display import Drawing, NothingToShow, Publication, draw, names
from evallib.report.blocks import Block
from evallib.report.document import build_document
from evallib.report.hidden import Table, tables_of
from evallib.report.prose import Prose, prose_of
from evallib.report.sketches import lay_down
from evallib.report.typeset import Document, typeset
from evallib.report.words import Material
from evallib.report.worker import Worker


@dataclass(frozen=True)
class Edition:
    """One finished report: its pages, the drawings in it (for the workbook), the numbers in its prose and its
    tables."""

    language: str
    pdf: bytes
    drawings: tuple[Drawing, ...] = field(default=())
    prose: Prose | None = None
    tables: tuple[Table, ...] = field(default=())


WARM = ("matplotlib.figure", "evallib.display.figures.warm", "pikepdf", "pypdfium2")
Check = Callable[[Edition], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """What all editions of a release share. created: the time that the pages bear."""

    material: Material
    created: datetime
    fonts: tuple[Path, ...]
    emblem: bytes | None
    faults: tuple[str, ...]


def make_edition(order: Order, blocks: Sequence[Block], language: str) -> Edition:
    """The report in one language, drawn and assembled in this process, and typeset."""
    document, edition = assembled(order, blocks, language)
    return replace(edition, pdf=typeset(document, order.created, order.fonts))


def assembled(order: Order, blocks: Sequence[Block], language: str) -> tuple[Document, Edition]:
    """The report in one language before it is typeset, and its edition still without pages."""
    drawn: dict[str, Drawing] = {}

    def keep(name: str, publication: Publication, in_language: str) -> Drawing:
        drawn[name] = _draw(name, order, in_language)
        return drawn[name]

    document = build_document(
        order.material, blocks, language, emblem=order.emblem, faults=order.faults, draw=keep
    )
    drawings = tuple(drawn.values())
    told = [document.description["front"], document.description["body"]]
    return document, Edition(language, b"", drawings, prose_of(document.description), tuple(tables_of(told)))


def checked_edition(order: Order, blocks: Sequence[Block], language: str, check: Check) -> Edition:
    """An edition that passed ``check``, which raises otherwise."""
    edition = make_edition(order, blocks, language)
    check(edition)
    return edition


class Workshop:
    """A worker process for some languages; a context manager that never leaves it behind.

    Where no process can be had, or it is killed, the editions are made in this one.
    """

    def __init__(self, languages: Sequence[str], temporary: Path) -> None:
        self._languages = tuple(languages)
        self._orders: list[Order] = []
        self.worker: Worker | None = None
        self._coming: list[tuple[Future[None], Future[Edition]]] = []
        with contextlib.suppress(OSError):
            self.worker = Worker(temporary)
            for name in WARM:
                self.worker.submit(_load, name, idle=True)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.worker is not None:
            self.worker.stop()

    def ask(self, function: Callable[..., T], *given: object, idle: bool = False) -> Callable[[], T]:
        """Have something else worked out while the worker has no order; call what this gives for the result.

        idle: only while nothing else is asked for. Without a worker it is worked out here, when it is
        called for.
        """
        if self.worker is None:
            return lambda: function(*given)
        coming = self.worker.submit(function, *given, idle=idle)
        return lambda: _result(coming, function, *given)

    def take(self, order: Order, own: str, folder: Path) -> Callable[[], dict[str, Drawing]]:
        """Let the worker draw all figures of a release: in ``own`` for this process, then in its own ones.

        Those in ``own`` it lays down in the folder too, for a kernel. Call what this gives, when it is
        needed, for the drawings in ``own``; none without a worker.
        """
        self._orders[:] = [order]
        if self.worker is None:
            return dict
        self.worker.submit(_set_up, order)
        coming = self.worker.submit(_drawings, own, folder)
        for one in self._languages:
            for name in names()["figures"]:
                self.worker.submit(_draw_ahead, name, one, idle=True)
        return lambda: _result(coming, dict)

    def begin(self, blocks: Sequence[Block], check: Check) -> None:
        """Let the worker make its editions of these blocks; ``check`` raises when one may not leave.

        It draws the next one while one is typeset, and checks its last one; those before are checked here.
        """
        if self.worker is not None:
            begun = [self.worker.submit(_begin, tuple(blocks), one) for one in self._languages]
            for start, one in zip(begun, self._languages, strict=True):
                own = check if one == self._languages[-1] else _unchecked
                self._coming.append((start, self.worker.submit(_finish, one, own)))

    def finish(self, blocks: Sequence[Block], check: Check) -> list[Edition]:
        """The editions, one a language, in the order asked for, each of them checked."""
        editions: list[Edition] = []
        with contextlib.suppress(BrokenExecutor):
            for begun, coming in self._coming:
                begun.result()
                edition = coming.result()
                if edition.language != self._languages[-1]:
                    check(edition)
                editions.append(edition)
        if self.worker is not None:
            self.worker.end()  # while the files are written
        missing = self._languages[len(editions) :]
        return editions + [checked_edition(self._orders[0], blocks, one, check) for one in missing]


def _result(coming: Future[T], function: Callable[..., T], *given: object) -> T:
    try:
        return coming.result()
    except BrokenExecutor:
        return function(*given)


def keep_drawings(order: Order, language: str, drawings: Mapping[str, Drawing]) -> None:
    """Use drawings that another process made of the order; those that are missing are drawn here."""
    _DRAWN.update({(id(order), name, language): one for name, one in drawings.items()})


_ORDERS: list[Order] = []


def _load(name: str) -> None:
    """A part of what drawing and typesetting need, before there is an order."""
    evallib.collect_seldom()
    import_module(name)


def _set_up(order: Order) -> None:
    _ORDERS[:] = [order]


def _draw_ahead(name: str, language: str) -> None:
    """Draw a figure before the blocks ask for it."""
    with contextlib.suppress(NothingToShow):
        _draw(name, _ORDERS[0], language)


def _drawings(language: str, folder: Path) -> dict[str, Drawing]:
    order = _ORDERS[0]
    make = partial(_draw, order=order, language=language)
    lay_down(folder, order.material.publication, language, names()["figures"], make)
    return {name: one for (_, name, drawn_in), one in _DRAWN.items() if drawn_in == language}


def _unchecked(_: Edition) -> None:
    """The process that gets the edition checks it."""


def _begin(blocks: Sequence[Block], language: str) -> None:
    """Draw and assemble an edition, and let it be typeset while something else is done."""
    order = _ORDERS[0]
    document, edition = assembled(order, blocks, language)
    _BEGUN[language] = _setter().submit(typeset, document, order.created, order.fonts), edition


def _finish(language: str, check: Check) -> Edition:
    pages, begun = _BEGUN.pop(language)
    edition = replace(begun, pdf=pages.result())
    check(edition)
    return edition


_BEGUN: dict[str, tuple[Future[bytes], Edition]] = {}


@cache
def _setter() -> ThreadPoolExecutor:
    """Typesets one edition after another; each takes more than a hundred megabytes while it is set."""
    return ThreadPoolExecutor(1)


_DRAWN: dict[tuple[int, str, str], Drawing] = {}


def _draw(name: str, order: Order, language: str) -> Drawing:
    """A figure, drawn once per process, order and language."""
    key = (id(order), name, language)
    if key not in _DRAWN:
        _DRAWN[key] = draw(name, order.material.publication, language)
    return _DRAWN[key]
