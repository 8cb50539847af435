"""commentary: skeletons for the evaluator's words, how they read, and their way to a translator and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evallib.errors import MissingStepError, UsageError, text
from evallib.steps.context import Context
from evallib.steps.documents import refuse_other
from evallib.steps.one_file import write_file
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.plan.chapter_text import ChapterText
    from evallib.plan.words import Words
    from evallib.report.words import Material
    from evallib.store import Manifest


@dataclass(frozen=True)
class TextSeen:
    """A chapter's text in one language. state: "missing", "fits" or "review"; paragraphs: as they read."""

    file: str
    state: str
    paragraphs: tuple[str, ...] = ()


def start(context: Context, period: Period) -> tuple[str, ...]:
    """Write a skeleton for every chapter and language, and for page 2, that has no file yet; their names.

    A chapter's holds what the results say and ready placeholders, in a note that is never printed, and the
    fingerprint of the results; that of page 2 says nothing until it is filled in. Raises MissingStepError
    without a release.
    """
    from evallib.plan.chapter_text import ChapterText
    from evallib.plan.words import CHAPTERS
    from evallib.report.skeleton import judgement_file, note

    material, manifest = _at_hand(context, period)
    written = []
    page = context.workspace.surveys / "commentary" / period.id / "judgements.yaml"
    if not page.exists():
        write_file(page, judgement_file(material, context.workspace.project.language).encode(), folders=True)
        written.append(context.workspace.shown(page))
    for chapter in CHAPTERS:
        for language in material.project.report_languages:
            path = _file(context, period, chapter, language)
            if not path.exists():
                told = note(chapter, material, language)
                _write(path, ChapterText(results=_numbers(manifest), note=told))
                written.append(context.workspace.shown(path))
    return tuple(written)


def preview(context: Context, period: Period) -> tuple[TextSeen, ...]:
    """Every chapter text as it would be printed from the newest release, and whether it waits for a look."""
    from evallib.display import plain
    from evallib.plan.words import CHAPTERS
    from evallib.report.words import filled as fill
    from evallib.report.words import review_words

    material, _ = _at_hand(context, period)
    seen = []
    for chapter in CHAPTERS:
        for language in material.project.report_languages:
            name = context.workspace.shown(_file(context, period, chapter, language))
            paragraphs = material.words.chapter(chapter, language)
            if not paragraphs:
                seen.append(TextSeen(name, "missing"))
                continue
            read = [plain(fill(one, material, language)) for one in paragraphs]
            review = material.reviews.get((chapter, language))
            why = [] if review is None else [plain(review_words(review, material.publication, language))]
            seen.append(TextSeen(name, "review" if why else "fits", (*why, *read)))
    return tuple(seen)


def reviewed(context: Context, period: Period, chapters: Sequence[str] = ()) -> tuple[str, ...]:
    """Note in the texts that they were looked at with the newest results beside them; the files changed.

    chapters: all without any. A text in another language than the workspace's is noted as a translation of
    the words that stand there now.
    """
    material, manifest = _at_hand(context, period)
    _refuse_unknown(chapters)
    source = context.workspace.project.language
    changed = []
    for (chapter, language), one in material.words.texts.items():
        if chapters and chapter not in chapters:
            continue
        original = material.words.texts.get((chapter, source))
        marked = replace(one, results=_numbers(manifest))
        if original is not None and language != source:
            marked = replace(marked, translated_from=f"{source} {original.fingerprint}")
        if marked != one:
            path = _file(context, period, chapter, language)
            _write(path, marked)
            changed.append(context.workspace.shown(path))
    return tuple(changed)


def _refuse_unknown(chapters: Sequence[str]) -> None:
    from evallib.plan.words import CHAPTERS

    for one in chapters:
        if one not in CHAPTERS:
            raise UsageError(
                text("No words are written on chapter {chapter}", chapter=repr(one)),
                expected=text("one of {known}", known=", ".join(CHAPTERS)),
            )


def translate(context: Context, language: str, period: Period, *, word: bool = False) -> str:
    """Write the file for a translator into ``language``, a workbook or a Word document; its name.

    Raises UsageError for a language that the report has not, or that the texts are written in, and
    OutputError where a file stands that somebody has worked on.
    """
    from evallib.report.translation import translation_sheet
    from evallib.report.translation_word import translation_document

    project = context.workspace.project
    others = [one for one in project.report_languages if one != project.language]
    if language not in others:
        raise UsageError(
            text("Nothing can be translated into {language}", language=repr(language)),
            expected=text("one of {known}", known=", ".join(others) or "–"),
        )
    material, _ = _at_hand(context, period)
    if not any(of == project.language for _, of in material.words.texts):
        raise MissingStepError(
            text("There are no words to translate yet"),
            where=f"surveys/commentary/{period.id}",
            repair=text("Write them first: evallib commentary start {period}", period=period.id),
        )
    make, ending = (translation_document, "docx") if word else (translation_sheet, "xlsx")
    path = context.workspace.surveys / "translations" / f"{period.id}-{language}.{ending}"
    data = make(material, project.language, language)
    refuse_other(context, path, data)
    write_file(path, data, folders=True)
    return context.workspace.shown(path)


@dataclass(frozen=True)
class Taken:
    """A translation taken over: the files written, the chapters that are not translated to the end."""

    files: tuple[str, ...]
    waiting: tuple[str, ...]


def take(context: Context, file: Path, period: Period) -> Taken:
    """Take a translator's workbook or Word document over into the period's chapter texts: all or nothing.

    Raises InputError naming the place when placeholders were lost or words that went out were changed.
    """
    from evallib.report.translation import in_sheet, read_translation
    from evallib.report.translation_word import place, rows_of_document
    from evallib.sources.decode import read_sheet
    from evallib.steps.fingerprint import read_all

    words, data = _words(context, period), read_all({file.name: file})[file.name]
    rows: Sequence[Sequence[str]]
    if file.suffix.casefold() == ".docx":
        rows, where = rows_of_document(data, file.name), place
    else:
        rows, where = read_sheet(data, file.name, by_hand=True).rows, in_sheet
    made = read_translation(rows, file.name, words.texts, where)
    files = []
    for chapter, found in made.texts.items():
        path = _file(context, period, chapter, made.target)
        _write(path, found)
        files.append(context.workspace.shown(path))
    return Taken(tuple(files), made.waiting)


def _words(context: Context, period: Period) -> Words:
    from evallib.plan.words import load_words

    return load_words(context.workspace.surveys, period.id, context.plan)


def _at_hand(context: Context, period: Period) -> tuple[Material, Manifest]:
    """The newest release with the words as they stand now."""
    from evallib.steps.publication import open_material, reviews_of

    material, manifest = open_material(context, period, period.comparison)
    words = _words(context, period)
    waiting = reviews_of(context, words, material.publication, manifest)
    return replace(material, words=words, reviews=waiting), manifest


def _numbers(manifest: Manifest) -> str:
    return str(manifest.facts["numbers"])


def _file(context: Context, period: Period, chapter: str, language: str) -> Path:
    return context.workspace.surveys / "commentary" / period.id / f"{chapter}.{language}.md"


def _write(path: Path, found: ChapterText) -> None:
    write_file(path, found.written().encode(), folders=True)
