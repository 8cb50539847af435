"""How computed sentences are made: told only when every number in them may be shown."""

from __future__ import annotations

from evallib.display.compare import Change, compare
from evallib.display.edition import Edition
from evallib.display.publication import Paragraph, Span
from evallib.results import Kind, ReleasedCell


def told(e: Edition, key: str, /, **names: str) -> Paragraph:
    """The sentence with its numbers; empty when one of the cells is missing or hidden."""
    cells = {place: e.cell(name) for place, name in names.items()}
    if not all(one is not None and (one.shown or e.few(one)) for one in cells.values()):
        return ()
    return e.p(key, **{place: e.span(one) for place, one in cells.items()})


def measured(e: Edition, key: str, name: str, /, **values: object) -> Paragraph:
    """A sentence about one cell (place ``value``) with uncertainty, n and change in brackets."""
    cell = e.cell(name)
    if cell is None or not (cell.shown or e.few(cell)):
        return ()
    return e.p(key, value=(e.span(cell), *brackets(e, cell, name)), **values)


def brackets(e: Edition, cell: ReleasedCell, name: str) -> Paragraph:
    """`` (probably 58–71%; n = 45; up from 58%)``, as far as there is something to say."""
    parts: list[Paragraph] = []
    likely = e.likely(cell)
    if likely:
        parts.append((Span(likely, str(cell.id)),))
    counted = cell.kind in (Kind.COUNT, Kind.INDEX)  # an index is based on pairs, not on answers
    if not counted and cell.base is not None and not e.few(cell):
        parts.append(e.p("likert.n", n=Span(e.n(cell), str(cell.id))))
    change = change_words(e, name)
    if change:
        parts.append(change)
    if not parts:
        return ()
    spans: list[Span] = [Span(" (")]
    for place, part in enumerate(parts):
        spans.extend([Span("; "), *part] if place else part)
    return (*spans, Span(")"))


def change_words(e: Edition, name: str) -> Paragraph:
    """How the cell stands to the earlier period; empty where there is nothing to compare with."""
    now, before = e.cell(name), e.earlier(name)
    if now is not None and now.note == "method_changed":
        return e.p("change.method")
    change = compare(now, before, e.publication.plan.policy.test_base)
    if change is Change.NONE:
        return ()
    return e.p(f"change.{change}", before=e.span(before), then=e.then)


def paragraph(*sentences: Paragraph) -> Paragraph:
    """Sentences one after another with a space between; empty ones fall away."""
    spans: list[Span] = []
    for sentence in sentences:
        if sentence:
            spans.extend([Span(" "), *sentence] if spans else sentence)
    return tuple(spans)


def passage(e: Edition, *paragraphs: Paragraph) -> tuple[Paragraph, ...]:
    """The paragraphs that have something to say; none at all is nothing to show."""
    kept = tuple(one for one in paragraphs if one)
    if not kept:
        raise e.nothing()
    return kept
