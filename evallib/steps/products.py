"""The products of a release: executed notebook, PDFs, workbook, results file, run record."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib.codes import LANGUAGES
from evallib.errors import PrivacyError, ReconciliationError, text
from evallib.report.parameters import Value
from evallib.results import ReleasedCell, ResultId
from evallib.steps.context import Context
from evallib.steps.release import RESULTS, ReleaseMade
from evallib.steps.unfilled import unfilled

if TYPE_CHECKING:
    from evallib.display import Publication, TableData
    from evallib.report.run import Kernel
    from evallib.report.words import Material
    from evallib.report.workshop import Edition, Order, Workshop
    from evallib.steps.leaks import Received
    from evallib.steps.report import Wanted
    from evallib.store import Manifest


@dataclass(frozen=True)
class Products:
    """File name → bytes, in the order in which they are listed; faults make the reports drafts."""

    files: Mapping[str, bytes]
    faults: tuple[str, ...] = field(default=())


def build_products(
    context: Context,
    made: ReleaseMade,
    variant: int,
    wanted: Wanted,
    kernel: Callable[[], Kernel],
    workshop: Workshop,
    received: Callable[[], Received],
) -> Products:
    """All products of a release, in memory; nothing is written but a temporary folder.

    The workshop makes the editions in all languages but the first. received: gives what no file may hold.
    """
    from evallib.report.sketches import lay_releases
    from evallib.report.workshop import checked_edition, keep_drawings
    from evallib.steps.hidden_cells import refuse_hidden_in_products
    from evallib.steps.leaks import refuse_leaks, up_to_date
    from evallib.steps.publication import open_material

    parameters, comparison = wanted.parameters, wanted.parameters["comparison"]
    material, manifest = open_material(
        context, made.period, comparison if isinstance(comparison, str) else None
    )
    material = replace(material, variant=variant, handled=wanted.handled)
    languages = material.project.report_languages
    order = _order(context, material, manifest)
    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        target = Path(folder) / "annual_report.ipynb"
        context.tell(text("Running the notebook and drawing in {languages}", languages=", ".join(languages)))
        running = kernel()
        lay_releases(running.drawings, context.released)
        drawings = workshop.take(order, languages[0], running.drawings)
        blocks = _run(context, target, parameters, running)
        running.stop()  # its memory is wanted for setting the pages
        notebook = target.read_bytes()
    persons = up_to_date(context, made.period, received)
    check = partial(check_edition, persons)
    workshop.begin(blocks, check)
    keep_drawings(order, languages[0], drawings())
    first = checked_edition(order, blocks, languages[0], check)
    context.tell(text("Writing the workbook and the run record"))
    sheets = _sheets(order, first, blocks)
    others = {
        "appendix.xlsx": _workbook(order, first.language, sheets),
        "results.json": context.store.get(manifest.entries[RESULTS]),
        "run.json": _run_record(material, manifest, parameters),
        "annual_report.ipynb": notebook,
    }
    refuse_leaks(persons, others)
    editions = [first, *workshop.finish(blocks, check)]
    check_numbers(material.publication, editions)
    files = others["appendix.xlsx"], others["results.json"]
    refuse_hidden_in_products(material.publication, editions, sheets, *files)
    return Products({_file_of(one): one.pdf for one in editions} | others, order.faults)


def check_edition(received: Received, edition: Edition) -> None:
    """The pages are accessible, say what was handed to the typesetter and hold nothing that was received of
    a person; raises otherwise."""
    from evallib.steps.leaks import refuse_leaks

    check_pages(edition)
    _check_words(edition)
    refuse_leaks(received, {_file_of(edition): edition.pdf})


def _file_of(edition: Edition) -> str:
    return f"report-{edition.language}.pdf"


def _run(context: Context, target: Path, parameters: Mapping[str, Value], kernel: Kernel) -> list[Any]:
    from evallib.report.blocks import blocks_of
    from evallib.report.run import run_notebook
    from evallib.steps.report import NOTEBOOK

    workspace = context.workspace
    run_notebook(workspace.notebooks / NOTEBOOK, target, parameters, kernel, workspace.root)
    return blocks_of(target)


def _order(context: Context, material: Material, manifest: Manifest) -> Order:
    from evallib.display.house import font_files
    from evallib.report.workshop import Order

    created = manifest.moment
    emblem = context.store.get(manifest.entries["emblem"]) if "emblem" in manifest.entries else None
    faults = draft_faults(material, _written(context, material.words.period, manifest))
    return Order(material, created, tuple(font_files()), emblem, tuple(faults))


def _written(context: Context, period: str, manifest: Manifest) -> dict[str, bytes]:
    """What people wrote for the release, by its name below ``surveys/``."""
    found = {}
    for name, sha in manifest.entries.items():
        folder, _, rest = name.partition("/")
        if folder in ("declared", "commentary"):
            found[rest if folder == "declared" else f"commentary/{period}/{rest}"] = context.store.get(sha)
    return found


def draft_faults(material: Material, written: Mapping[str, bytes]) -> list[str]:
    """What makes the report a draft: a line that waits to be filled in; a comment or judgement missing in a
    language of the report; a comment that waits for a look."""
    others = set(LANGUAGES) - set(material.project.report_languages)
    unread = tuple(f".{language}.md" for language in others)
    missing = material.words.missing
    waiting = (f"{chapter}.{language}.md#review" for chapter, language in material.reviews)
    kept = [name for name in (*missing, *waiting) if not name.partition("#")[0].endswith(unread)]
    return unfilled(written) + [f"commentary/{material.words.period}/{name}" for name in kept]


def _sheets(order: Order, edition: Edition, blocks: list[Any]) -> list[TableData]:
    """Every table and every figure's data, in the edition's language, in the report's order."""
    from evallib.display import NothingToShow, tabulate

    language, publication = edition.language, order.material.publication
    drawn = {one.id.split("/")[-1]: one.data for one in edition.drawings}
    tables = []
    for block in blocks:
        if block.kind == "figure" and block.id in drawn:
            tables.append(drawn[block.id])
        elif block.kind == "table":
            try:
                tables.append(tabulate(block.id, publication, language))
            except NothingToShow:
                continue
    return tables


def _workbook(order: Order, language: str, tables: Sequence[TableData]) -> bytes:
    from evallib.display import i18n
    from evallib.report.workbook import write_workbook

    project, period = order.material.project, order.material.publication.released.period
    title = i18n.say("document.title", language, project=project.name[language], period=period)
    notice = i18n.say(f"document.{project.marked}_long", language) if project.marked else ""
    headers = [i18n.say(f"workbook.{name}", language) for name in ("id", "title", "note")]
    return write_workbook(tables, title=title, notice=notice, headers=headers, created=order.created)


def _run_record(material: Material, manifest: Manifest, parameters: Mapping[str, Value]) -> bytes:
    """How the release was made, without a path: numbers, hashes, versions, parameters."""
    facts = material.publication.released.facts
    record = {
        "schema": "evallib-run/1",
        "period": manifest.period,
        "release": manifest.number,
        "variant": material.variant,
        "release_sha256": manifest.sha256,
        "released": manifest.created,
        "invented": material.project.invented,
        **({"synthetic": True} if material.project.rehearsal else {}),
        "parameters": dict(parameters),
        **({"handled": list(material.handled)} if material.handled else {}),
        "run": facts.get("run"),
        "versions": facts.get("versions"),
        "policy": facts.get("parameters"),
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def _check_words(edition: Edition) -> None:
    """Every sentence with a number and every table, cell by cell, stands on the finished pages, in order."""
    from evallib.report.hidden import not_printed
    from evallib.report.prose import not_on_pages

    missing = not_on_pages(edition.prose, edition.pdf) if edition.prose else []
    missing += not_printed(edition.tables, edition.pdf) if edition.tables else []
    if missing:
        raise ReconciliationError(
            text("The report in {language} does not print what it should say", language=edition.language),
            found="; ".join(missing)[:500],
            repair=text("Report this with the run record: a template should fit every release"),
        )


def check_numbers(publication: Publication, editions: Sequence[Edition]) -> None:
    """Each number in prose is one that its result has, and all languages tell the same results.

    Raises ReconciliationError: nothing is written then. Only the Finnish report tells more, in its summaries
    for other readers.
    """
    from evallib.report.prose import unlike_languages, unlike_results

    proses = {one.language: one.prose for one in editions if one.prose is not None}
    cells = {one.id: _then_and_now(publication, one.id) for own in proses.values() for one in own.numbers()}
    found = [f"{language}: {one}" for language, own in proses.items() for one in unlike_results(own, cells)]
    if not found:
        found = unlike_languages(proses, alone="fi")
    if found:
        raise ReconciliationError(
            text("The text of the report does not say what the results say"),
            found="; ".join(found)[:500],
            repair=text("Report this with the run record: the sentence and its result belong together"),
        )


def _then_and_now(publication: Publication, named: str) -> list[ReleasedCell]:
    """A released cell, and the same one in the periods before, the last first."""
    wanted = ResultId.parse(named)
    releases = [publication.released, *reversed(publication.earlier)]
    place = next((n for n, one in enumerate(releases) if one.period == wanted.period), len(releases))
    cells = (one.get(named.partition("/")[2]) for one in releases[place:])
    return [one for one in cells if one is not None]


def check_pages(edition: Edition) -> None:
    """The finished pages say their language, title and tags; a report that does not is not written."""
    from evallib.report.inspect import faults_of

    found = faults_of(edition.pdf, edition.language)
    if found:
        raise PrivacyError(
            text("The report in {language} is not accessible", language=edition.language),
            found="; ".join(found),
            repair=text("Report this with the run record: a template should fit every release"),
        )
