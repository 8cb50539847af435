"""export pack: a release in one file that a stranger can verify without evallib."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import takewhile
from typing import TYPE_CHECKING

from evallib.codes import LANGUAGES
from evallib.errors import MissingStepError, text
from evallib.report.zipped import zipped
from evallib.results import release_label
from evallib.steps.context import Context
from evallib.steps.exchanged import refuse_exchanged
from evallib.steps.export import csv_of, for_others
from evallib.steps.fingerprint import hash_bytes
from evallib.steps.one_file import write_file
from evallib.steps.outputs import refuse_files
from evallib.steps.rehearsal import refuse_rehearsal
from evallib.steps.states import official, standing
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.display import Publication
    from evallib.store import Manifest

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Packed:
    """The written pack: its file as the evaluator knows it, the files in it, the release's state."""

    file: str
    names: tuple[str, ...]
    state: str


def pack(context: Context, period: Period) -> Packed:
    """Write ``outputs/<period>/release-<period>-<release>.zip`` from the published release, else the newest.

    Holds the products as they were made, every table of the workbook as CSV, the results' schema and data
    dictionary, an RO-Crate and checksums. The same release gives the same bytes; the file is there whole or
    as it was. Raises MissingStepError without a release or its products, UsageError for one that was
    withdrawn, StoreError for a damaged one.
    """
    products = products_for_others(context, period)
    release = label_of(products)
    state = standing(context, period)
    published = state.published is not None and state.published.release == products.facts["release"]
    status = state.state.value if published or state.published is None else "draft"
    inside = dict(_contents(context, period, products))
    inside |= _described(context, products, release, status, inside)
    inside[SUMS] = "".join(f"{hash_bytes(data)}  {name}\n" for name, data in inside.items()).encode()
    folder = context.workspace.outputs / period.id
    refuse_files(context.workspace.outputs, folder)
    target = folder / f"release-{period.id}-{release}.zip"
    write_file(target, zipped(inside), shown=context.workspace.shown(target), folders=True)
    return Packed(context.workspace.shown(target), tuple(inside), status)


def label_of(products: Manifest) -> str:
    """The release and variant of products, as printed."""
    return release_label(int(str(products.facts["release"])), int(str(products.facts.get("variant", 1))))


def products_for_others(context: Context, period: Period) -> Manifest:
    """The newest products of the release that others may see; refused where that may not leave.

    Raises MissingStepError where there are none, UsageError for a withdrawn release or a rehearsal, and
    StoreError for a release that is not the one that was made.
    """
    from evallib.store import Tier

    refuse_rehearsal(context)
    refuse_exchanged(context, max((period, *context.workspace.project.periods), key=lambda one: one.end))
    for_others(context, period)
    released = official(context, period)
    made = context.store.manifests(Tier.PRODUCTS, period.id)
    fitting = [one for one in made if released is not None and one.facts["release"] == released.number]
    if not fitting:
        raise MissingStepError(
            text("The release of {period} has no report yet", period=period.id),
            repair=text("Run: evallib report {period}", period=period.id),
        )
    return fitting[-1]


def _contents(context: Context, period: Period, products: Manifest) -> Iterator[tuple[str, bytes]]:
    from evallib.display import dictionary

    for name, sha in products.entries.items():
        yield name, context.store.get(sha)
    yield from _tables(context.store.get(products.entries["appendix.xlsx"]))
    yield "results.schema.json", files("evallib.results").joinpath("results.schema.json").read_bytes()
    publication = _publication(context, period, products)
    yield "dictionary.csv", csv_of(dictionary.measures(publication))
    yield "codes.csv", csv_of(dictionary.codes(publication))


def _publication(context: Context, period: Period, products: Manifest) -> Publication:
    from evallib.steps.publication import open_material

    number = int(str(products.facts["release"]))
    return open_material(context, period, None, number)[0].publication


def _tables(workbook: bytes) -> Iterator[tuple[str, bytes]]:
    """Every sheet of the workbook as a CSV file: tables, and the data of figures; the first lists them."""
    from openpyxl import load_workbook

    from evallib.report.workbook import CONTENTS, HEADER_ROW

    book = load_workbook(io.BytesIO(workbook), read_only=True, data_only=True)
    for sheet in book.worksheets:
        below = sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True)
        rows = [["" if cell is None else _plain(cell) for cell in row] for row in takewhile(any, below)]
        yield f"tables/{'contents' if sheet.title == CONTENTS else sheet.title}.csv", csv_of(rows)


def _plain(cell: object) -> str:
    """A number in full and without a needless ".0"."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def _described(
    context: Context, products: Manifest, release: str, status: str, inside: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The words that say what is what, and the description for archives."""
    from evallib import __version__
    from evallib.display import i18n
    from evallib.report.crate import CRATE, Described, Stage, crate

    project = context.workspace.project
    facts = {"project": project.short_name, "period": products.period, "release": release}
    words = [
        i18n.say("pack.readme", language, state=i18n.say(f"pack.state.{status}", language), **facts)
        for language in LANGUAGES
    ]
    readme = {"README.txt": ("\n\n".join(words) + "\n").encode()}
    listed = [
        Described(name, len(data), hash_bytes(data), _about(name), _language(name))
        for name, data in {**inside, **readme}.items()
    ]
    stage = Stage(products.period, release, products.created[:10], status, __version__)
    return readme | {CRATE: crate(project, stage, listed)}


def _language(name: str) -> str:
    head, _, tail = name.removesuffix(".pdf").partition("-")
    return tail if head == "report" and tail in LANGUAGES else ""


def _about(name: str) -> str:
    from evallib.display import i18n

    kind = "tables" if name.startswith("tables/") else "report" if _language(name) else name
    return i18n.say(f"pack.file.{kind}", "en")
