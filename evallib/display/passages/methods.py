"""The methods paragraph, made from the methods that this release's numbers name."""

from __future__ import annotations

from evallib.display import i18n
from evallib.display.edition import Edition
from evallib.display.passages.common import passage
from evallib.display.publication import Paragraph, Span


def used(e: Edition) -> tuple[Paragraph, ...]:
    """PA.1: one sentence a method, in the order of the report; a method without words is named."""
    methods = dict.fromkeys(
        cell.method for cell in e.released.cells.values() if cell.method and cell.mask is None
    )
    order = list(i18n.catalogue())
    known = sorted((f"method.{one}" for one in methods), key=lambda key: _place(order, key))
    told = [_sentence(e, key) for key in known]
    return passage(e, (Span(" ".join(told)),) if told else ())


def _place(order: list[str], key: str) -> int:
    return order.index(key) if key in order else len(order)


def _sentence(e: Edition, key: str) -> str:
    return e.t(key) if i18n.has(key) else e.t("method.unnamed", name=key.removeprefix("method."))
