"""export slides: six slides for the meeting, in each language, from a release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evallib.errors import text
from evallib.steps.caches import no_caches
from evallib.steps.context import Context
from evallib.steps.documents import Documents, as_png, write_documents
from evallib.steps.pack import label_of, products_for_others
from evallib.steps.web import material_of
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.display import Paragraph
    from evallib.report.blocks import Block
    from evallib.report.words import Material
    from evallib.store import Manifest


def slides(context: Context, period: Period) -> Documents:
    """Write ``outputs/<period>/slides-<release>-<language>.pptx``: the published release, else the newest.

    The same release gives the same bytes; slides that somebody has changed are never replaced. Raises
    MissingStepError without a release or its report, UsageError for one that was withdrawn, PrivacyError
    where something received of a person would stand on a slide.
    """
    products = products_for_others(context, period)
    material, blocks = material_of(context, period, products)
    context.tell(text("Drawing in {languages}", languages=", ".join(material.project.report_languages)))
    with no_caches():
        files = dict(_files(context, material, blocks, products))
    return write_documents(context, period, files, (period,))


def _files(
    context: Context, material: Material, blocks: Sequence[Block], products: Manifest
) -> Iterator[tuple[str, bytes]]:
    from evallib.report.document import build_document
    from evallib.report.slides import blocks_for_slides, passages_for_slides
    from evallib.report.slides import slides as deck
    from evallib.store import Tier

    released = context.store.manifest(Tier.RELEASED, products.period, int(str(products.facts["release"])))
    emblem = context.store.get(released.entries["emblem"]) if "emblem" in released.entries else None
    faults = tuple(str(one) for one in products.facts.get("faults") or ())  # type: ignore[union-attr]
    created = released.moment
    for language in material.project.report_languages:
        document = build_document(material, blocks_for_slides(blocks), language, emblem=emblem, faults=faults)
        document = replace(document, pictures=as_png(document.pictures, created))
        said = _said(material, passages_for_slides(blocks), language)
        yield f"slides-{label_of(products)}-{language}.pptx", deck(document, said, created)


def _said(material: Material, names: Sequence[str], language: str) -> Mapping[str, Sequence[Paragraph]]:
    """What the passages say that have something to say."""
    from evallib.display import NothingToShow, say

    said = {}
    for name in names:
        try:
            said[name] = say(name, material.publication, language)
        except NothingToShow:
            continue
    return said
