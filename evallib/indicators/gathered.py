"""Rows of a table of events in which no number is that of a few people: forms, below them their events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evallib.codes import as_code
from evallib.measures.attendance import Gathering


def fits(one: Gathering) -> bool:
    """Whether an event gathered feedback, and the answers can be those of people who attended it."""
    return 0 < one.answered <= one.attended


def _steps(one: Gathering) -> tuple[int, ...]:
    """The numbers of people that are printed of an event, but for the answers."""
    return (one.attended, one.registered or 0, one.invited or 0)


def few(sizes: Iterable[Sequence[int]], threshold: int) -> bool:
    """Whether any of the sums is that of a few people: more than none, fewer than the threshold."""
    return any(0 < sum(column) < threshold for column in zip(*sizes, strict=True))


def pooled(sizes: Mapping[str, Sequence[int]], threshold: int) -> frozenset[str]:
    """Names that are told as one row, since one of their numbers is that of a few people.

    The smallest of the others join them until no number of the row is. sizes: numbers of people by name.
    """
    pool = [name for name, own in sizes.items() if few([own], threshold)]
    others = sorted((name for name in sizes if name not in pool), key=lambda name: (*sizes[name], name))
    while pool and others and few([sizes[name] for name in pool], threshold):
        pool.append(others.pop(0))
    return frozenset(pool)


@dataclass(frozen=True)
class Row:
    """A row of the table: its code, and the events that it unites. parts: codes of the rows below it."""

    code: str
    events: tuple[str, ...]
    parts: tuple[str, ...] = ()


FORM, REST = "form:", "rest:"


def rows_of(found: Sequence[Gathering], forms: Mapping[str, str], threshold: int) -> tuple[Row, ...]:
    """Rows in which no number is that of a few people: forms of events, below each its events.

    forms: form of an event by its id. Forms that are too small stand together as ``form:rest``, small events
    of a form as ``rest:<form>``. Nothing where all together are too few.
    """
    by_form: dict[str, list[Gathering]] = {}
    for one in found:
        by_form.setdefault(forms.get(one.event_id) or "unknown", []).append(one)
    sizes = {form: [sum(step) for step in zip(*map(_steps, some), strict=True)]
             for form, some in by_form.items()}  # fmt: skip
    if few(sizes.values(), threshold):
        return ()
    small = pooled(sizes, threshold)
    united = {form: some for form, some in by_form.items() if form not in small}
    if small:
        united["rest"] = [g for form in by_form if form in small for g in by_form[form]]
    return tuple(row for form, some in united.items() for row in _form_rows(form, some, threshold))


def _form_rows(form: str, some: Sequence[Gathering], threshold: int) -> Iterator[Row]:
    pool = pooled({one.event_id: _steps(one) for one in some}, threshold)
    alone = [Row(as_code(one.event_id), (one.event_id,)) for one in some if one.event_id not in pool]
    if not alone:
        yield Row(f"{FORM}{form}", tuple(one.event_id for one in some))
        return
    if pool:
        alone.append(Row(f"{REST}{form}", tuple(one.event_id for one in some if one.event_id in pool)))
    yield Row(f"{FORM}{form}", tuple(one.event_id for one in some), tuple(row.code for row in alone))
    yield from alone
