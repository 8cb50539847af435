"""The tables that a finished PDF holds, read back by its tags: what each cell of each row says."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Rows = list[list[str]]
_Marked = Mapping[int, str]  # of one page, the text of each piece of marked content


def tables_in(pages: bytes) -> list[Rows]:
    """Every table in reading order, rows of cells; the row of headers is the first."""
    import pikepdf

    marked = _marked(pages)
    with pikepdf.open(io.BytesIO(pages)) as pdf:
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        return [
            [[_text(cell, at, marked, places) for cell, at in _children(row, at, places)] for row, at in rows]
            for rows in _tables(pdf.Root.StructTreeRoot, 0, places)
        ]


def _tables(element: Any, page: int, places: Mapping[Any, int]) -> Iterator[list[tuple[Any, int]]]:
    for child, at in _children(element, page, places):
        if _kind(child) == "/Table":
            yield list(_rows(child, at, places))
        else:
            yield from _tables(child, at, places)


def _rows(element: Any, page: int, places: Mapping[Any, int]) -> Iterator[tuple[Any, int]]:
    for child, at in _children(element, page, places):
        if _kind(child) == "/TR":
            yield child, at
        else:
            yield from _rows(child, at, places)


def _kind(element: Any) -> str:
    return str(element.get("/S", ""))


def _children(element: Any, page: int, places: Mapping[Any, int]) -> Iterator[tuple[Any, int]]:
    """Elements inside an element, each with the page that it stands on."""
    import pikepdf

    for child in _inside(element):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child, places[child.Pg.objgen] if "/Pg" in child else page


def _inside(element: Any) -> list[Any]:
    import pikepdf

    inside = element.get("/K", [])
    return list(inside) if isinstance(inside, pikepdf.Array | list) else [inside]


def _text(element: Any, page: int, marked: Sequence[_Marked], places: Mapping[Any, int]) -> str:
    """What stands in an element, over all of its pages."""
    import pikepdf

    said = []
    for child in _inside(element):
        if isinstance(child, pikepdf.Dictionary):
            at = places[child.Pg.objgen] if "/Pg" in child else page
            own = "/MCID" in child
            said.append(marked[at].get(int(child.MCID), "") if own else _text(child, at, marked, places))
        else:
            said.append(marked[page].get(int(child), ""))
    return "".join(said)


def _marked(pages: bytes) -> list[_Marked]:
    import pypdfium2

    with pypdfium2.PdfDocument(io.BytesIO(pages)) as pdf:
        return [_of_page(page) for page in pdf]


def _of_page(page: Any) -> _Marked:
    from pypdfium2 import raw

    found: dict[int, str] = {}
    letters = page.get_textpage()
    for number in range(raw.FPDFPage_CountObjects(page.raw)):
        one = raw.FPDFPage_GetObject(page.raw, number)
        place = raw.FPDFPageObj_GetMarkedContentID(one)
        if place >= 0 and raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_TEXT:
            size = raw.FPDFTextObj_GetText(one, letters.raw, None, 0)
            said = (ctypes.c_ushort * (size // 2))()
            raw.FPDFTextObj_GetText(one, letters.raw, said, size)
            found[place] = found.get(place, "") + bytes(said).decode("utf-16-le", "replace").rstrip("\0")
    return found
