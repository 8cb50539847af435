"""What Word knows and python-docx has no word for: languages, header rows, text alternatives, page numbers.

A finished file is packed anew, so that the same document gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from evallib.display import house
from evallib.report.zipped import zipped

TAGS = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
FACE = "Calibri"  # on every computer with Word, and replaced by one of the same widths elsewhere
_THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_STRIPES = {"Computed": house.RULE.lstrip("#"), "Judged": house.ACCENT.lstrip("#")}
WAITING = "FDF1DC"  # behind what somebody has still to write


def styled(document: Any, language: str) -> None:
    """Page, typeface and styles of an empty document, all in its language."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    _default_language(document, TAGS[language])
    sizes = {"Normal": 10.5, "Title": 22, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11.5, "Caption": 10}
    for name, size in sizes.items():
        _face(document.styles[name], size)
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    for name, stripe in _STRIPES.items():
        made = _new(document, name, 10.5)
        made.paragraph_format.left_indent = Cm(0.4)
        _stripe(made, stripe)
    _new(document, "Note", 9).font.color.rgb = RGBColor.from_string(house.SOFT.lstrip("#"))
    _shade(_new(document, "To fill in", 10.5).element.get_or_add_pPr(), WAITING)


def turned(document: Any) -> None:
    """The pages of a document lie on their long side."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _new(document: Any, name: str, size: float) -> Any:
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Normal"]
    made.font.size = Pt(size)
    return made


def _face(style: Any, size: float) -> None:
    """A style in our typeface, without the theme's, which would win over it."""
    style.font.name, style.font.size = FACE, Pt(size)
    fonts = style.element.rPr.rFonts
    for name in _THEME:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    if style.name != "Normal":
        style.font.bold = True
        style.font.italic = False
        style.font.color.rgb = RGBColor.from_string(house.INK.lstrip("#"))


def _default_language(document: Any, tag: str) -> None:
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), tag)
    for found in document.settings.element.iter(qn("w:themeFontLang")):
        found.set(qn("w:val"), tag)


def in_language(run: Any, language: str) -> None:
    """Mark a run's words as being in another language than the document's."""
    marked = OxmlElement("w:lang")
    marked.set(qn("w:val"), TAGS[language])
    run._r.get_or_add_rPr().append(marked)


def _stripe(style: Any, colour: str) -> None:
    """A line down the left side, which says that somebody speaks."""
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in {"val": "single", "sz": "18", "space": "6", "color": colour}.items():
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _shade(properties: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in {"val": "clear", "color": "auto", "fill": colour}.items():
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)


def shaded(cell: Any, colour: str) -> None:
    """A table cell with a coloured ground."""
    _shade(cell._tc.get_or_add_tcPr(), colour.lstrip("#"))


def ruled(table: Any) -> None:
    """Thin lines between the rows of a table, none between its columns."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in {
            "val": "single",
            "sz": "4",
            "space": "0",
            "color": house.RULE.lstrip("#"),
        }.items():
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def described(table: Any, title: str, told: str) -> None:
    """A table's name and text alternative, for those who hear it."""
    properties = table._tbl.tblPr
    for name, words in {"w:tblCaption": title, "w:tblDescription": told}.items():
        if words:
            one = OxmlElement(name)
            one.set(qn("w:val"), words)
            properties.append(one)


def header_row(row: Any) -> None:
    """A row that heads its table: it is repeated on each page, and read with every cell below it."""
    _flag(row, "w:tblHeader")


def whole_row(row: Any) -> None:
    """A row that is never cut by the end of a page."""
    _flag(row, "w:cantSplit")


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def alternative(picture: Any, told: str) -> None:
    """A picture's text alternative; "" marks it as decoration."""
    picture._inline.docPr.set("descr", told)


def page_number(paragraph: Any) -> None:
    """The number of the page, which Word fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def saved(document: Any, created: datetime, **facts: str) -> bytes:
    """The document's bytes, with its facts and no other time than ``created``."""
    properties = document.core_properties
    moment = created.astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    properties.last_modified_by, properties.revision, properties.comments = "evallib", 1, ""
    for name, value in facts.items():
        setattr(properties, name, value[:255])  # as long as a property may be
    stream = io.BytesIO()
    document.save(stream)
    return zipped(dict(_parts(stream)))


def _parts(stream: io.BytesIO) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(stream) as packed:
        for one in packed.infolist():
            yield one.filename, packed.read(one)
