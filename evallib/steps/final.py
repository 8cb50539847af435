"""export final: the whole project on the headings of the official final report, as Word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evallib.steps.caches import no_caches
from evallib.steps.context import Context
from evallib.steps.documents import Documents, as_png, emblem_of, write_documents
from evallib.steps.pack import label_of, products_for_others
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.report.words import Material
    from evallib.store import Manifest


def final(context: Context, period: Period) -> Documents:
    """Write ``outputs/<period>/final-<release>-<language>.docx`` from the released results up to a period.

    The published release of each period counts, else the newest. The same releases give the same bytes; a
    document that somebody has written in is never replaced. Raises MissingStepError without a release or its
    report, UsageError for one that was withdrawn.
    """
    products = products_for_others(context, period)
    material, released = _material(context, period, products)
    with no_caches():
        files = dict(_files(context, material, released, label_of(products)))
    return write_documents(context, period, files, (*context.workspace.project.earlier(period), period))


def _material(context: Context, period: Period, products: Manifest) -> tuple[Material, Manifest]:
    """The release with every earlier period's beside it, and when the steering group handled it."""
    from evallib.steps.publication import open_material
    from evallib.steps.states import cited, handling, official

    known = [one.id for one in context.workspace.project.earlier(period) if official(context, one)]
    number = int(str(products.facts["release"]))
    material, manifest = open_material(context, period, known[-1] if known else None, number)
    variant = int(str(products.facts.get("variant", 1)))
    return replace(material, variant=variant, handled=cited(handling(context, period, manifest))), manifest


def _files(
    context: Context, material: Material, released: Manifest, label: str
) -> Iterator[tuple[str, bytes]]:
    from evallib.display import draw, i18n, numbers
    from evallib.report.official import official_elements
    from evallib.report.word import WordFile, word_document

    project, created = material.project, released.moment
    emblem = context.store.get(released.entries["emblem"]) if "emblem" in released.entries else None
    periods = [one.period for one in (*material.publication.earlier, material.publication.released)]
    for language in project.report_languages:
        mark, flag = emblem_of(project, language, emblem)
        elements, drawn = official_elements(material, language, draw)
        title = i18n.say("final.title", language, project=project.name[language])
        run: Any = material.publication.released.facts.get("run", {})
        frozen = numbers.day(str(run.get("freeze_date", "")), language)
        edition = i18n.say("document.edition", language, release=label, date=frozen)
        notices = [i18n.say(f"document.{project.marked}_long", language)] if project.marked else []
        notices += [] if material.handled else [i18n.say("final.draft", language)]
        file = WordFile(
            language,
            title,
            project.responsible_for_content[language],
            i18n.say("document.running", language, project=project.short_name, period=periods[-1]),
            [mark, *elements],
            subtitle=i18n.say("final.subtitle", language, periods=", ".join(periods), edition=edition),
            notices=[*notices, i18n.say("final.how", language)],
            pictures=as_png({**flag, **drawn}, created),
        )
        yield f"final-{label}-{language}.docx", word_document(file, created)
