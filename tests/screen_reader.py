"""What a person with a screen reader gets: the tags of the demo's report, read out in order.

Run this file to bring ``docs/screen_reader.md`` up to date: ``python tests/screen_reader.py --write``.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from ctypes import c_ushort
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw

PAGE = Path(__file__).parent.parent / "docs" / "screen_reader.md"
HEARD = {"/Title": "title", "/H1": "heading 1", "/H2": "heading 2", "/P": "paragraph", "/Caption": "caption",
         "/Figure": "picture", "/L": "list", "/LBody": "item", "/Table": "table"}  # fmt: skip
LANGUAGES = {"fi": "Finnish", "sv": "Swedish", "en": "English"}
_BROKEN = ("\xad", "\x02", "\ufffe")  # how a hyphen at the end of a line comes out


@dataclass
class Told:
    """A tag with what it holds: words, its text alternative, its language, its attributes, its children."""

    kind: str
    words: str = ""
    alt: str = ""
    lang: str = ""
    scope: str = ""
    below: list[Told] = field(default_factory=list)

    def said(self) -> str:
        """All words in it, in reading order, spaces made single."""
        words = " ".join([self.words, *(one.said() for one in self.below)])
        for sign in _BROKEN:
            words = words.replace(f"{sign} ", "").replace(sign, "")
        return " ".join(words.split())

    def all(self) -> Iterator[Told]:
        yield self
        for one in self.below:
            yield from one.all()


def read(pages: bytes) -> Told:
    """The structure tree of a PDF with the words that its marks hold."""
    words = _words(pages)
    with pikepdf.open(io.BytesIO(pages)) as pdf:
        numbers = {one.objgen: at for at, one in enumerate(pdf.pages)}
        return _told(pdf.Root.StructTreeRoot, None, numbers, words)


def _words(pages: bytes) -> dict[tuple[int, int], str]:
    """The text of every piece of marked content, by page and number."""
    found: dict[tuple[int, int], str] = {}
    document = pdfium.PdfDocument(pages)
    for at, page in enumerate(document):
        text = page.get_textpage()
        for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=8):
            mark = raw.FPDFPageObj_GetMarkedContentID(one.raw)
            length = raw.FPDFTextObj_GetText(one.raw, text.raw, None, 0)
            buffer = (c_ushort * length)()
            raw.FPDFTextObj_GetText(one.raw, text.raw, buffer, length)
            piece = bytes(buffer).decode("utf-16-le").rstrip("\0")
            found[at, mark] = found.get((at, mark), "") + piece
    return found


def _told(element: Any, page: int | None, numbers: dict[Any, int], words: dict[Any, str]) -> Told:
    page = numbers.get(element.Pg.objgen, page) if "/Pg" in element else page
    told = Told(
        str(element.get("/S", "")),
        alt=str(element.get("/Alt", "")),
        lang=str(element.get("/Lang", "")),
        scope=_scope(element),
    )
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            told.below.append(_told(child, page, numbers, words))
        elif isinstance(child, pikepdf.Dictionary) and "/MCID" in child:
            own = numbers.get(child.Pg.objgen, page) if "/Pg" in child else page
            told.below.append(Told("", words=words.get((own, int(child.MCID)), "")))
        elif not isinstance(child, pikepdf.Dictionary):
            told.below.append(Told("", words=words.get((page, int(child)), "")))
    return told


def _scope(element: Any) -> str:
    """Of which cells a header cell is the header: Column or Row."""
    told = element.get("/A", [])
    listed = told if isinstance(told, pikepdf.Array) else [told]
    return next((str(one.Scope)[1:] for one in listed if "/Scope" in one), "")


def table(told: Told, rows: int) -> Iterator[str]:
    """The first rows of a table as they are read: each cell after the headers that belong to it."""
    heads: list[str] = []
    for row in [one for one in told.all() if one.kind == "/TR"][: rows + 1]:
        cells = [one for one in row.below if one.kind in ("/TH", "/TD")]
        if all(one.scope == "Column" for one in cells):
            heads = [one.said() for one in cells] if len(cells) > 1 else heads
            yield "column headers: " + " · ".join(one.said() for one in cells)
            continue
        first, *others = cells
        read_out = (f"{head}: {one.said()}" for head, one in zip(heads[1:], others, strict=True))
        yield f"row header: {first.said()} · " + " · ".join(read_out)


def page(reports: Mapping[str, bytes]) -> str:
    """The page about the reports by language, as Markdown."""
    told = {language: read(pages) for language, pages in reports.items()}
    finnish = told["fi"]
    return PARTS.format(
        counts="\n".join(_counted(language, pages, told[language]) for language, pages in reports.items()),
        begins="\n".join(_lines(finnish, BEGINS)),
        headings=" · ".join(one.said() for one in finnish.all() if one.kind == "/H1"),
        picture="\n".join(_picture(finnish, "6.3")),
        table="\n".join(_quoted(table(_named(finnish, "2.1"), 2))),
        groups="\n".join(_quoted(table(_named(finnish, "8.1"), 4))),
        other=_other(finnish),
    )


def _counted(language: str, pages: bytes, told: Told) -> str:
    with pikepdf.open(io.BytesIO(pages)) as pdf:
        said = [str(pdf.Root.Lang), str(pdf.docinfo.Title)]
    count = kinds(told)
    cells = [
        LANGUAGES[language],
        *said,
        *(str(count[one]) for one in ("/H1", "/H2", "/Table", "/Figure", "/L")),
    ]
    return f"| {' | '.join(cells)} |"


def _lines(told: Told, count: int) -> Iterator[str]:
    """The first tags as they are announced, each with the beginning of its words."""
    for one in [one for one in told.all() if one.kind in HEARD and one.kind != "/LBody"][:count]:
        yield f"> {HEARD[one.kind]}: {_short(one.alt or one.said())}  "


def _short(words: str) -> str:
    first = words.split()
    return " ".join(first[:WORDS]) + (" …" if len(first) > WORDS else "")


def _picture(told: Told, number: str) -> Iterator[str]:
    """A figure's caption and what is said in place of its picture."""
    listed = [one for one in told.all() if one.kind in ("/Caption", "/Figure")]
    at = next(at for at, one in enumerate(listed) if one.said().startswith(f"Kuva {number} "))
    yield f"> caption: {listed[at].said()}  "
    yield f"> picture: {listed[at + 1].alt}"


def _named(told: Told, number: str) -> Told:
    tables = (one for one in told.all() if one.kind == "/Table")
    return next(one for one in tables if one.said().startswith(f"Taulukko {number} "))


def _quoted(lines: Iterator[str]) -> Iterator[str]:
    yield from (f"> {one}  " for one in lines)


def _other(told: Told) -> str:
    """Which languages parts of the report are marked with, and where the first of each begins."""
    first: dict[str, str] = {}
    for one in told.all():
        if one.lang and one.kind in HEARD:
            first.setdefault(one.lang, one.said())
    return "\n".join(f"> {lang}: {_short(words)}  " for lang, words in first.items())


def main(arguments: Sequence[str]) -> int:
    """Write the page, from a demo made now with the tests' clock."""
    from conftest import copy_workspace, run_demo

    with tempfile.TemporaryDirectory() as folder:
        root = run_demo(copy_workspace(Path(folder) / "work"))
        written = page(reports_of(root))
    if "--write" in arguments:
        PAGE.write_text(written, encoding="utf-8")
    else:
        sys.stdout.write(written)
    return 0


def reports_of(root: Path) -> dict[str, bytes]:
    return {one: (root / f"outputs/2025/report-{one}.pdf").read_bytes() for one in LANGUAGES}


def kinds(told: Told) -> Counter[str]:
    return Counter(one.kind for one in told.all())


BEGINS, WORDS = 18, 14  # tags that are read out from the beginning; words of each
PARTS = """# What a person with a screen reader gets

This page is read out from the tags of the demo's PDF reports by `python tests/screen_reader.py --write`,
and `tests/test_screen_reader.py` fails when it no longer is what the tags say. The words are the demo's, in
Finnish. What a certain screen reader makes of the tags, and whether a text alternative is true, no test can
hear: listen to a report before you publish your first one.

## Language, title, and what there is to find

| report | language | title | headings 1 | headings 2 | tables | pictures | lists |
| --- | --- | --- | --- | --- | --- | --- | --- |
{counts}

Page headers, page numbers, lines, grounds and the marks beside a colour's word are no part of the reading
order: they are artifacts, and skipped. A colour is always read as its word, a hidden number as "peitetty",
"dold" or "hidden".

## How a report begins

{begins}

Who speaks is said first: "Laskettu aineistosta" (computed from the data), "Arvioijan kommentti" (the
evaluator's comment) or "Arvio" (a judgement, with whose and when).

## Moving by headings

Headings of level 1, which are the bookmarks too: {headings}.

The contents after page 2 are links, each with the name of its chapter, figure or table and its page.

## A picture

A figure is its caption, which says the finding, then the text alternative in place of the picture, then its
base. Its whole data stand in `appendix.xlsx` under the same number.

{picture}

## A table

Its caption is read with it. The header row's cells are headers of their columns, the first cell of each row
is the header of its row, so that a number is announced with both:

{table}

The name of a group of rows is a header of the columns below it:

{groups}

A long narrow table stands in two parts beside each other under one caption: these are two tables, each with
its header row, read one after the other. A table that goes on over a page is one table; its header is not
read twice.

## Words in another language

Parts in another language than the report's are marked, so that they are pronounced in it: summaries, quoted
titles, the titles of references. The first of each in the Finnish report:

{other}
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
