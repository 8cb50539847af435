"""Editions made side by side: a second process draws the other languages while the notebook runs.

The worker begins to draw before the blocks are known, since any of the figures may be asked for; its
drawings wait in its memory until it is told the blocks. Where processes can be forked it starts warm.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType

from evallib.display import Drawing, NothingToShow, Publication, draw, names
from evallib.report.blocks import Block
from evallib.report.document import build_document
from evallib.report.typeset import typeset
from evallib.report.words import Material


@dataclass(frozen=True)
class Edition:
    """One finished report: its pages, and the drawings in it (for the workbook)."""

    language: str
    pdf: bytes
    drawings: tuple[Drawing, ...] = field(default=())


@dataclass(frozen=True)
class Order:
    """What all editions of a release share. created: the time that the pages bear."""

    material: Material
    created: datetime
    fonts: tuple[Path, ...]
    emblem: bytes | None
    faults: tuple[str, ...]


def make_edition(order: Order, blocks: Sequence[Block], language: str) -> Edition:
    """The report in one language, drawn, assembled and typeset in this process."""
    drawn: dict[str, Drawing] = {}

    def keep(name: str, publication: Publication, in_language: str) -> Drawing:
        drawn[name] = _draw(name, order, in_language)
        return drawn[name]

    document = build_document(
        order.material, blocks, language, emblem=order.emblem, faults=order.faults, draw=keep
    )
    pdf = typeset(document, order.created, order.fonts)
    return Edition(language, pdf, tuple(drawn.values()))


class Workshop:
    """A worker process for some languages; a context manager that never leaves it behind."""

    def __init__(self, order: Order, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)
        self._pool: ProcessPoolExecutor | None = None
        self._early: list[Future[None]] = []
        if self._languages:
            method = "fork" if sys.platform.startswith("linux") else "spawn"
            self._pool = ProcessPoolExecutor(
                1, multiprocessing.get_context(method), initializer=_set_up, initargs=(order,)
            )
            self._early = [self._pool.submit(_draw_all, one) for one in self._languages]

    def __enter__(self) -> Workshop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def finish(self, blocks: Sequence[Block]) -> list[Future[Edition]]:
        """The editions to come, one a language, in the order asked for."""
        if self._pool is None:
            return []
        return [self._pool.submit(_make, tuple(blocks), one) for one in self._languages]


_ORDERS: list[Order] = []


def _set_up(order: Order) -> None:
    _ORDERS[:] = [order]


def _draw_all(language: str) -> None:
    """Draw every figure once, so that it is there when the blocks ask for it."""
    for name in names()["figures"]:
        try:
            _draw(name, _ORDERS[0], language)
        except NothingToShow:
            continue


def _make(blocks: Sequence[Block], language: str) -> Edition:
    return make_edition(_ORDERS[0], blocks, language)


_DRAWN: dict[tuple[int, str, str], Drawing] = {}


def _draw(name: str, order: Order, language: str) -> Drawing:
    """A figure, drawn once per process, order and language."""
    key = (id(order), name, language)
    if key not in _DRAWN:
        _DRAWN[key] = draw(name, order.material.publication, language)
    return _DRAWN[key]
