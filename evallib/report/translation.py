"""Chapter texts out to a translator and back: a workbook with one row a paragraph, placeholders checked.

The translator sees a paragraph as it is written and as it reads with its numbers, and fills in one cell.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from evallib.display import plain
from evallib.errors import InputError, Text, text
from evallib.plan.chapter_text import PLACEHOLDER, ChapterText, check_line
from evallib.plan.words import CHAPTERS
from evallib.report.words import Material, filled

WIDTHS = (10, 10, 60, 60, 60, 36)
_STATE = "state"  # column with the fingerprints of both texts as they went out
EPOCH = datetime(2000, 1, 1)  # workbook and document say no time, so that the same words give the same bytes


def header(source: str, target: str) -> list[str]:
    """Columns: chapter, paragraph, words, translation, how the words read, state of both texts."""
    return ["chapter", "paragraph", source, target, f"{source} *", _STATE]


def translation_sheet(material: Material, source: str, target: str) -> bytes:
    """The workbook for one language: every paragraph of the source language's chapters.

    A translation that is there stands in its cell when it has as many paragraphs. The same bytes each time.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False,
                                        "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    book.set_properties({"created": EPOCH})
    bold = book.add_format({"bold": True, "bottom": 1, "locked": True})
    fixed = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    free = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "bg_color": "#fdf1dc"})
    sheet = book.add_worksheet(target)
    for column, (words, width) in enumerate(zip(header(source, target), WIDTHS, strict=True)):
        sheet.write_string(0, column, words, bold)
        sheet.set_column(column, column, width)
    for number, cells in enumerate(translation_rows(material, source, target), 1):
        for column, words in enumerate(cells):
            sheet.write_string(number, column, words, free if column == 3 else fixed)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def translation_rows(material: Material, source: str, target: str) -> list[tuple[str, ...]]:
    """A row a paragraph, cells as in :func:`header`; a translation that is there where it has as many."""
    rows: list[tuple[str, ...]] = []
    for chapter in CHAPTERS:
        own = material.words.texts.get((chapter, source), ChapterText())
        there = material.words.texts.get((chapter, target), ChapterText())
        fitting = len(there.paragraphs) == len(own.paragraphs)
        state = f"{own.fingerprint} {there.fingerprint}"
        for place, words in enumerate(own.paragraphs):
            reads = plain(filled(words, material, source))
            now = there.paragraphs[place] if fitting else ""
            rows.append((chapter, str(place + 1), words, now, reads, state))
    return rows


Place = Callable[[str, int, Sequence[str]], Text]  # file, row and its cells → where that is


def in_sheet(name: str, number: int, cells: Sequence[str]) -> Text:
    """Where a row of the workbook stands."""
    return text("{file}, row {row}", file=name, row=number)


@dataclass(frozen=True)
class Returned:
    """A translation that came back. texts: by chapter; waiting: chapters not translated to the end."""

    source: str
    target: str
    texts: Mapping[str, ChapterText]
    waiting: tuple[str, ...]


def read_translation(
    rows: Sequence[Sequence[str]],
    name: str,
    known: Mapping[tuple[str, str], ChapterText],
    place: Place = in_sheet,
) -> Returned:
    """The texts of a file that came back from a translator; nothing is written.

    known: the texts as they stand, by (chapter, language). Raises InputError naming the place for another
    form, changed source words, placeholders that were lost or added, and a chapter whose translation was
    changed here while the file was out.
    """
    languages = {language for _, language in known}
    source, target = _languages(rows, name, languages, place)
    chapters: dict[str, list[tuple[int, Sequence[str]]]] = {}
    for number, cells in enumerate(rows[1:], 2):
        if any(cells):
            full = [*cells, *[""] * (len(WIDTHS) - len(cells))]
            chapters.setdefault(full[0].strip(), []).append((number, full))
    texts, waiting = {}, []
    for chapter, found in chapters.items():
        own = tuple(_one_line(cells[2]) for _, cells in found)
        sent = (found[0][1][-1].split() + ["", ""])[:2]
        _unchanged(own, sent[0], place(name, *found[0]))
        translated = tuple(_one_line(cells[3]) for _, cells in found)
        if not all(translated):
            waiting.append(chapter)
            continue
        for (number, cells), words in zip(found, translated, strict=True):
            _same_placeholders(cells[2], words, place(name, number, cells))
        there = known.get((chapter, target), ChapterText())
        if translated != there.paragraphs and there.fingerprint != sent[1]:
            raise _fault(text("The translation of chapter {chapter} was changed here while the file was out",
                              chapter=chapter), place(name, *found[0]),
                         text("Put those changes into the file too, or write it anew"))  # fmt: skip
        results = known.get((chapter, source), ChapterText()).results
        texts[chapter] = replace(
            there, paragraphs=translated, results=results, translated_from=f"{source} {sent[0]}"
        )
    return Returned(source, target, texts, tuple(waiting))


def _languages(rows: Sequence[Sequence[str]], name: str, known: set[str], place: Place) -> tuple[str, str]:
    first = [*(rows[0] if rows else []), *[""] * len(WIDTHS)]
    source, target = first[2].strip(), first[3].strip()
    if (
        source in known
        and re.fullmatch("[a-z]{2}", target)
        and first[: len(WIDTHS)] == header(source, target)
    ):
        return source, target
    raise _fault(
        text("{file} is no file of a translation", file=name),
        place(name, 1, first),
        text("Write one with evallib commentary translate, and let only its coloured cells be filled in"),
    )


def _unchanged(own: tuple[str, ...], sent: str, where: Text) -> None:
    if ChapterText(own).fingerprint != sent:
        raise _fault(
            text("The words to be translated are not those that went out"),
            where,
            text("Only the coloured cells may be filled in; write the file anew if words have changed"),
        )


def _same_placeholders(original: str, translated: str, where: Text) -> None:
    """Every placeholder once for each time in the original, in any order."""
    check_line(translated, where)
    wanted, found = (
        Counter(one[0] for one in PLACEHOLDER.finditer(words)) for words in (original, translated)
    )
    if wanted != found:
        lost, added = ", ".join(wanted - found), ", ".join(found - wanted)
        raise InputError(
            text("The placeholders of the translation are not those of the original"),
            where=where,
            expected=text("all of these: {known}", known=", ".join(wanted) or "–"),
            found=text("lost: {lost}; added: {added}", lost=lost or "–", added=added or "–"),
            repair=text("Copy each placeholder from the original as it stands, braces too"),
        )


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _fault(what: Text, where: Text, repair: Text) -> InputError:
    return InputError(what, where=where, repair=repair)
