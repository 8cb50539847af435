"""notice: the privacy notice and the record of processing, written for the project to complete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evallib.codes import LANGUAGES
from evallib.records import FieldClass
from evallib.steps.context import Context
from evallib.steps.unfilled import waits

if TYPE_CHECKING:
    from evallib.privacy.notice import Facts, Holding

FOLDER = "privacy"


@dataclass(frozen=True)
class Documents:
    """Files below the workspace. kept: those that somebody has completed; a fresh one lies beside each."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def write_documents(context: Context) -> Documents:
    """Write ``surveys/privacy/<document>-<language>.md``; what the project has changed is never overwritten.

    A fresh version then goes to ``<document>-<language>.new.md``, to be compared.
    """
    from evallib.privacy.notice import DOCUMENTS, render

    facts = document_facts(context)
    folder = context.workspace.surveys / FOLDER
    folder.mkdir(exist_ok=True)
    written, kept = [], []
    for document in DOCUMENTS:
        for language in LANGUAGES:
            target, made = folder / f"{document}-{language}.md", render(document, language, facts)
            if target.exists() and target.read_text(encoding="utf-8") != made:
                kept.append(context.workspace.shown(target))
                target = folder / f"{document}-{language}.new.md"
            target.write_text(made, encoding="utf-8", newline="\n")
            written.append(context.workspace.shown(target))
    return Documents(tuple(written), tuple(kept))


def document_facts(context: Context) -> Facts:
    """What the project has declared, as the documents need it."""
    from evallib.privacy.notice import Facts

    project = context.workspace.project
    return Facts(
        project=_by_language(project.name),
        funder=_by_language(project.funder),
        number=project.number,
        contact=project.contact,
        controller=project.privacy.controller or "",
        officer=project.privacy.protection_officer or "",
        recipients=[_by_language(one) for one in project.privacy.recipients],
        threshold=context.plan.policy.threshold,
        pairing=context.plan.policy.pairing,
        raw=project.retention.raw_months,
        text=project.retention.text_months,
        frozen=project.retention.frozen_months,
        holdings=list(_holdings(context)),
        basis=_by_language(project.privacy.legal_basis) if project.privacy.legal_basis else None,
    )


def survey_notices(context: Context) -> dict[str, str]:
    """The notice in every survey, by language; {} while the project has not declared all that it says."""
    from evallib.privacy.notice import survey_notice

    facts = document_facts(context)
    said = {language: survey_notice(language, facts) for language in LANGUAGES}
    return {} if any(to_be_completed(words) for words in said.values()) else said


def to_be_completed(words: str) -> bool:
    """Whether a text holds words in [brackets], or those of the templates that ask to be filled in."""
    return "[" in words or waits(words)


def _by_language(texts: object) -> dict[str, str]:
    return {language: texts[language] for language in LANGUAGES}  # type: ignore[index]


def _holdings(context: Context) -> Iterable[Holding]:
    """Surveys in the order of their ids, then invitations, attendance lists and statistics, with the columns
    that the project has declared as left out."""
    from evallib.privacy.notice import Holding, source_name
    from evallib.sources.attendance import FIELDS
    from evallib.sources.limesurvey import RECORD_CLASSES
    from evallib.sources.limesurvey_participants import PARTICIPANT_FIELDS

    for survey, asked in sorted(context.questionnaires.items()):
        titles = {
            language: f"{survey}: {asked.title.get(language) or asked.title.get(asked.base_language, survey)}"
            for language in LANGUAGES
        }
        classes: dict[FieldClass, list[str]] = {}
        for column in asked.columns():
            classes.setdefault(column.field_class, []).append(column.name)
        for name, kind in RECORD_CLASSES.items():
            classes.setdefault(kind, []).append(name)
        yield Holding(titles, classes)
    aside = context.left_out
    mapped = [one.left_out for one in context.mappings]
    for name, fields, declared in (
        ("invited", PARTICIPANT_FIELDS, [aside.participants]),
        ("participations", FIELDS, [aside.lists, *mapped]),
        ("statistics", {}, [aside.statistics]),
    ):
        by_class: dict[FieldClass, list[str]] = {}
        for field, kind in fields.items():
            by_class.setdefault(kind, []).append(field)
        for one in declared:  # received and kept among the raw data, though nothing is taken from them
            for likely, columns in one.items():
                own = by_class.setdefault(FieldClass(likely), [])
                own += [column for column in columns if column not in own]
        if by_class:
            yield Holding(source_name(name), by_class)
