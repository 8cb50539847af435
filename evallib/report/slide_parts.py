"""What stands on a slide: title, words with who speaks, a picture, a table, decisions, notes.

Everything is placed in the reading order in which it is added. A finished deck is packed anew, so that the
same slides give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from evallib.display import house
from evallib.report.elements import SHAPES, Element
from evallib.report.zipped import zipped

Place = tuple[int, int, int, int]  # left, top, width, height
TAGS = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
_SIZE = (Inches(13.333), Inches(7.5))


def _rgb(code: str) -> Any:
    named: Any = RGBColor
    return named.from_string(code)


_INK, _QUIET, _LEAF, _EARTH = (_rgb(one) for one in ("1D2B26", "55625C", "1F5C4A", "7A4B00"))
_MIST, _CREAM = _rgb("EEF3F0"), _rgb("FDF1DC")
_VOICES = {"computed": (_LEAF, _MIST), "judged": (_EARTH, _CREAM)}
_COLOURS = {"green": "1B7F5C", "amber": "B26A00", "red": "B3261E", "grey": "6B7671"}
_SIZES = (18, 16, 14, 12)  # pt; nothing that is said is smaller than the last
_LINE = 1.22  # the height of a line, of the size
_TITLE_ONLY = 5  # the layout with nothing but a title


class Deck:
    """Slides of one language that grow from left to right; pictures: PNG or JPEG by name."""

    def __init__(self, deck: Any, language: str, foot: str, pictures: Mapping[str, bytes]) -> None:
        self.deck, self.language = deck, language
        self._foot, self._pictures = foot, pictures
        deck.slide_width, deck.slide_height = _SIZE

    def slide(self, title: str) -> Any:
        """A new slide whose title says what was found."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[_TITLE_ONLY])
        box = slide.shapes.title
        box.left, box.top, box.width, box.height = Inches(0.55), Inches(0.3), Inches(12.2), Inches(1.05)
        frame = _frame(box, MSO_ANCHOR.MIDDLE)
        size = 28 if len(title) <= 75 else 24 if len(title) <= 130 else 20
        self._write(frame.paragraphs[0], title, size, _LEAF, bold=True)
        frame.paragraphs[0].alignment = 1
        self._small(slide, self._foot, (Inches(0.55), Inches(6.98), Inches(11.4), Inches(0.32)))
        return slide

    def line(self, slide: Any, words: str, top: int) -> None:
        """One quiet line, as the base of a picture."""
        self._small(slide, words, (Inches(0.55), top, Inches(12.2), Inches(0.5)))

    def _small(self, slide: Any, words: str, place: Place) -> None:
        frame = _frame(slide.shapes.add_textbox(*place))
        self._write(frame.paragraphs[0], words, 12, _QUIET)

    def voices(self, slide: Any, heading: str, elements: Sequence[Element], place: Place) -> None:
        """What is computed and what is judged, each in a box of its own, under one heading."""
        left, top, width, height = place
        told = [(one, _lines_of(one)) for one in elements]
        size = fitting([line for _, lines in told for line in lines], width, height - Inches(0.5 * len(told)))
        if heading:
            frame = _frame(slide.shapes.add_textbox(left, top, width, Inches(0.4)))
            self._write(frame.paragraphs[0], heading, 16, _INK, bold=True)
            top += Inches(0.42)
        for one, lines in told:
            colour, ground = _VOICES.get(one["kind"], (_QUIET, None))
            high = _height(lines, width, size) + Inches(0.15)
            box = slide.shapes.add_textbox(left, top, width, high)
            if ground is not None:
                box.fill.solid()
                box.fill.fore_color.rgb = ground
            frame = _frame(box)
            self._label(frame.paragraphs[0], one.get("label", ""), lines[0] if lines else "", size, colour)
            for line in lines[1:]:
                self._write(frame.add_paragraph(), line, size, _INK)
            top += high + Inches(0.12)

    def _label(self, paragraph: Any, label: str, words: str, size: float, colour: Any) -> None:
        if label:
            self._write(paragraph, f"{label}. ", size, colour, bold=True)
        self._write(paragraph, words.removeprefix(f"{label}. "), size, _INK)

    def picture(self, slide: Any, name: str, alt: str, place: Place) -> None:
        """A picture as large as its place allows, with its text alternative."""
        left, top, width, height = place
        shown = slide.shapes.add_picture(io.BytesIO(self._pictures[name]), left, top)
        scale = min(width / shown.width, height / shown.height)
        shown.width, shown.height = Emu(int(shown.width * scale)), Emu(int(shown.height * scale))
        shown._element.nvPicPr.cNvPr.set("descr", alt)

    def emblem(self, slide: Any, cover: Mapping[str, Any], place: Place) -> None:
        """The fund's emblem with its statement, who answers for the content, and who pays."""
        left, top, width, height = place
        self.picture(slide, cover["emblem"], cover["emblem_alt"], (left, top, Inches(1.3), height))
        frame = _frame(slide.shapes.add_textbox(left + Inches(1.5), top, width - Inches(1.5), height))
        self._write(frame.paragraphs[0], cover["statement"], 14, _INK)
        named = " · ".join(f"{one['label']}: {one['text']}" for one in cover["facts"][2:5])
        self._write(frame.add_paragraph(), named, 12, _QUIET)

    def table(self, slide: Any, element: Element, place: Place) -> None:
        """A table with a header row; colours stand as a shape and a word."""
        columns, rows = element["columns"], element["rows"]
        shape = slide.shapes.add_table(len(rows) + 1, len(columns), *place)
        shape._element.nvGraphicFramePr.cNvPr.set("descr", " · ".join(one["h"] for one in columns))
        table = shape.table
        widths = _shares([[one["h"] for one in columns], *([cell["t"] for cell in row] for row in rows)])
        for at, share in enumerate(widths):
            table.columns[at].width = Emu(int(place[2] * share))
        for at, row in enumerate(table.rows):
            row.height = Emu(int(place[3] / (len(rows) + 1)))
            for cell, told in zip(row.cells, rows[at - 1] if at else columns, strict=True):
                self._cell(cell, told, head=not at, even=at % 2 == 0)

    def _cell(self, cell: Any, told: Mapping[str, Any], *, head: bool, even: bool) -> None:
        cell.fill.solid()
        white = _rgb("FFFFFF")
        cell.fill.fore_color.rgb = _LEAF if head else _MIST if even else white
        cell.margin_top = cell.margin_bottom = Inches(0.02)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        if shape := SHAPES.get(told.get("mark", ""), ""):
            self._write(paragraph, f"{shape} ", 12, _rgb(_COLOURS[told["mark"]]))
        self._write(paragraph, told["h"] if head else told["t"], 12, white if head else _INK, bold=head)

    def decisions(self, slide: Any, asked: Sequence[Element], place: Place) -> None:
        """What is asked: the proposal, then the finding, the alternative, who, at what cost, by when."""
        left, top, width, height = place
        lines = [line for one in asked for line in (one["proposal"], _parts_of(one))]
        size = fitting(lines, width, height - Inches(0.3 * len(asked)))
        for one in asked:
            high = _height([one["proposal"], _parts_of(one)], width, size) + Inches(0.15)
            box = slide.shapes.add_textbox(left, top, width, high)
            box.fill.solid()
            box.fill.fore_color.rgb = _MIST
            frame = _frame(box)
            self._write(frame.paragraphs[0], one["proposal"], size, _INK, bold=True)
            paragraph = frame.add_paragraph()
            for part in one["parts"]:
                self._write(paragraph, f"{part['label']}: ", size, _LEAF, bold=True)
                self._write(paragraph, f"{part['text']} ", size, _INK)
            top += high + Inches(0.12)

    def notes(self, slide: Any, lines: Sequence[str]) -> None:
        """What the speaker reads: where it stands in the report, base, source, and everything in full."""
        slide.notes_slide.notes_text_frame.text = "\n".join(lines)
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            for run in paragraph.runs:
                run.font._rPr.set("lang", TAGS[self.language])

    def _write(self, paragraph: Any, words: str, size: float, colour: Any, *, bold: bool = False) -> None:
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Calibri"
        run.font.color.rgb = colour
        run.font._rPr.set("lang", TAGS[self.language])


def fitting(lines: Sequence[str], width: int, height: int) -> float:
    """The largest size in which the lines fit, else the smallest that may be used."""
    return next((size for size in _SIZES if _height(lines, width, size) <= height), _SIZES[-1])


def _height(lines: Sequence[str], width: int, size: float) -> int:
    """How high the lines are when broken at ``width``; our typeface is a little wider than theirs."""
    room = Emu(width - Inches(0.2)).mm
    broken = sum(len(house.wrap(line, room, size)) for line in lines)
    return int(broken * Pt(size) * _LINE)


def _lines_of(one: Element) -> list[str]:
    """An element's paragraphs; the first begins with who speaks."""
    if one["kind"] in ("computed", "judged"):
        told = ["".join(span["t"] for span in said) for said in one["paragraphs"]]
        return [f"{one['label']}. {told[0]}", *told[1:]] if told else []
    spans = one["spans"] if "spans" in one else [span for item in one["items"] for span in item]
    return ["".join(span["t"] for span in spans)]


def _parts_of(one: Element) -> str:
    return " ".join(f"{part['label']}: {part['text']}" for part in one["parts"])


def _shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """The part of the width that each column gets: by its longest text, none of them dwarfed."""
    longest = [max(22, min(max(map(len, column)), 60)) for column in zip(*rows, strict=True)]
    return [one / sum(longest) for one in longest]


def _frame(box: Any, anchor: Any = MSO_ANCHOR.TOP) -> Any:
    frame = box.text_frame
    frame.word_wrap, frame.vertical_anchor = True, anchor
    return frame


def saved(deck: Any, created: datetime, title: str, author: str, language: str) -> bytes:
    """The deck's bytes, with its facts and no other time than ``created``."""
    properties = deck.core_properties
    moment = created.astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    properties.title, properties.author, properties.language = title[:255], author[:255], TAGS[language]
    properties.last_modified_by, properties.revision = "evallib", 1
    stream = io.BytesIO()
    deck.save(stream)
    with zipfile.ZipFile(stream) as packed:
        return zipped({one.filename: packed.read(one) for one in packed.infolist()})
