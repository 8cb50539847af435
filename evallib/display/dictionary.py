"""The data dictionary of a release: what each measure and each code of the results file means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evallib.codes import LANGUAGES
from evallib.display import i18n
from evallib.display.edition import Edition
from evallib.display.naming import measure_name
from evallib.display.publication import Publication
from evallib.results import ReleasedCell

Rows = list[list[str]]


def measures(publication: Publication) -> Rows:
    """One row a measure, header first: its name and its method in each language, how it is made, and how many
    cells it has and hides. Names that a language lacks are those of the plan."""
    found: dict[str, list[ReleasedCell]] = {}
    for cell in publication.released.cells.values():
        found.setdefault(f"{cell.id.indicator}.{cell.id.measure}", []).append(cell)
    named = [f"name_{one}" for one in LANGUAGES]
    methods = [f"method_{one}" for one in LANGUAGES]
    header = ["measure", *named, "kind", "unit", "dimensions", "cells", "hidden", "method", *methods]
    return [[*header, "function", "sources", "inputs"], *(_row(publication, *one) for one in found.items())]


def _row(publication: Publication, measure: str, cells: Sequence[ReleasedCell]) -> list[str]:
    first = cells[0]
    names = [measure_name(Edition(publication, language), measure) for language in LANGUAGES]
    dims = dict.fromkeys(dim for cell in cells for dim, _ in cell.id.dims)
    key = f"method.{first.method}"
    methods = [i18n.say(key, language) if i18n.has(key) else "" for language in LANGUAGES]
    counted = [str(len(cells)), str(sum(cell.mask is not None for cell in cells))]
    made = [first.function, ", ".join(map(str, first.sources)), ", ".join(first.inputs)]
    what = [str(first.kind), first.unit, ", ".join(dims), *counted]
    return [measure, *names, *what, first.method, *methods, *made]


def codes(publication: Publication) -> Rows:
    """One row a dimension and code that a released cell has, header first, with its label by language."""
    header = ["dimension", "code", *(f"label_{one}" for one in LANGUAGES)]
    return [header, *_codes(publication)]


def _codes(publication: Publication) -> Iterator[list[str]]:
    told = {pair for cell in publication.released.cells.values() for pair in cell.id.dims}
    editions = [Edition(publication, language) for language in LANGUAGES]
    for dim, code in sorted(told):
        yield [dim, code, *(one.label(dim.rstrip("2"), code) for one in editions)]
