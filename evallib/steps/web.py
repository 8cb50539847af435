"""export web: the release for readers on a screen, for a meeting, and for those who answered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import text
from evallib.steps.caches import no_caches
from evallib.steps.context import Context
from evallib.steps.export import csv_of
from evallib.steps.outputs import put_in_place
from evallib.steps.pack import label_of, products_for_others
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.display import Drawing, TableData
    from evallib.report.blocks import Block
    from evallib.report.elements import Element
    from evallib.report.typeset import Document
    from evallib.report.words import Material
    from evallib.store import Manifest

SUMMARY_WORDS = 150
_TOLD = ("P5.1", "P6.2", "P7.1")  # what the answers say, in the report's order


@dataclass(frozen=True)
class WebEdition:
    """The written folder as the evaluator knows it, and the files in it."""

    folder: str
    names: tuple[str, ...]


def web(context: Context, period: Period) -> WebEdition:
    """Write ``outputs/<period>/web-<release>/`` from the published release, else the newest.

    A language each: the report as one HTML file, a summary of at most 150 words, a page for respondents, and
    the figures as PNG and CSV. The same release gives the same bytes; the folder is there whole or as it was.
    Raises MissingStepError without a release or its products, UsageError for one that was withdrawn,
    PrivacyError where something received of a person would stand in a file.
    """
    from evallib.steps.hidden_cells import refuse_hidden_on_screen
    from evallib.steps.leaks import received_of, refuse_leaks

    products = products_for_others(context, period)
    material, blocks = material_of(context, period, products)
    context.tell(text("Drawing in {languages}", languages=", ".join(material.project.report_languages)))
    numbers: dict[str, TableData] = {}
    with no_caches():
        files = dict(_files(context, material, blocks, products, numbers))
    refuse_hidden_on_screen(material.publication, files, numbers)
    refuse_leaks(received_of(context, period), files)
    place = f"web-{label_of(products)}"
    folder = put_in_place(context.workspace.outputs / period.id, place, files)
    return WebEdition(context.workspace.shown(folder), tuple(files))


def material_of(context: Context, period: Period, products: Manifest) -> tuple[Material, list[Block]]:
    """The release's material and blocks, as its report had them."""
    from evallib.report.blocks import blocks_of
    from evallib.steps.publication import open_material

    told: dict[str, object] = dict(products.facts)
    parameters = dict(told["parameters"])  # type: ignore[call-overload]
    number, comparison = int(str(told["release"])), parameters.get("comparison")
    material, _ = open_material(context, period, comparison, number)
    handled = tuple(str(one) for one in products.facts.get("handled") or ())  # type: ignore[union-attr]
    material = replace(material, variant=int(str(told.get("variant", 1))), handled=handled)
    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        notebook = Path(folder) / "annual_report.ipynb"
        notebook.write_bytes(context.store.get(products.entries["annual_report.ipynb"]))
        return material, blocks_of(notebook)


def _files(
    context: Context,
    material: Material,
    blocks: Sequence[Block],
    products: Manifest,
    numbers: dict[str, TableData],
) -> Iterator[tuple[str, bytes]]:
    """The files, one after another; what those of numbers were made of is kept in ``numbers``."""
    from evallib.display import Publication, draw
    from evallib.report.document import build_document
    from evallib.report.web import respondents_page, summary_words, web_page

    released = context.store.manifest(
        products.tier.RELEASED, products.period, int(str(products.facts["release"]))
    )
    emblem = context.store.get(released.entries["emblem"]) if "emblem" in released.entries else None
    faults = tuple(str(one) for one in products.facts.get("faults") or ())  # type: ignore[union-attr]
    created = released.moment
    for language in material.project.report_languages:
        drawn: list[Drawing] = []

        def keep(name: str, publication: Publication, wanted: str, drawn: list[Drawing] = drawn) -> Drawing:
            drawn.append(draw(name, publication, wanted))
            return drawn[-1]

        document = build_document(material, blocks, language, emblem=emblem, faults=faults, draw=keep)
        yield f"report-{language}.html", web_page(document)
        sentences = _summary(material, language)
        yield f"summary-{language}.txt", (summary_words(sentences, SUMMARY_WORDS) + "\n").encode()
        told = _respondents(material, language)
        yield f"respondents-{language}.html", respondents_page(document, told)
        yield from _pictures(drawn, document, created, numbers)


def _summary(material: Material, language: str) -> list[str]:
    """The evaluator's sentences on the three questions, then what the data say, as text."""
    from evallib.plan.words import ANSWERS
    from evallib.report.decisions import spoken

    return [one for name in ANSWERS for one in spoken(name, material, language)]


def _respondents(material: Material, language: str) -> list[Element]:
    """What you told us, and what we did: answers in numbers, what they say, decisions with their state."""
    from evallib.display import NothingToShow, i18n, say, tabulate
    from evallib.report.elements import aside, heading, paragraph
    from evallib.report.tables import table_element

    publication = material.publication
    elements = [heading(1, i18n.say("respondents.told", language))]
    for name in _TOLD:
        try:
            elements += [paragraph(one) for one in say(name, publication, language)]
        except NothingToShow:
            continue
    for title, name in (("respondents.counts", "T2.1"), ("respondents.done", "T9.1")):
        elements.append(heading(1, i18n.say(title, language)))
        try:
            table = replace(tabulate(name, publication, language), note="")
            elements.append({**table_element(table), "kind": "plain table"})
        except NothingToShow as nothing:
            elements.append(aside(nothing.sentence))
    return [*elements, aside(i18n.say("respondents.protected", language))]


def _pictures(
    drawn: Sequence[Drawing], document: Document, created: datetime, numbers: dict[str, TableData]
) -> Iterator[tuple[str, bytes]]:
    """Each figure as a picture for a meeting, and its data."""
    from evallib.report.typesetter import picture_of

    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        for one in drawn:
            name = f"{one.id.split('/')[-1]}-{document.language}"
            yield f"{name}.png", picture_of(one.svg, Path(folder), created)
            numbers[f"{name}.csv"] = one.data
            cells = [[cell.text for cell in row] for row in one.data.rows]
            yield f"{name}.csv", csv_of([[column.header for column in one.data.columns], *cells])
