"""Typesetting: a document description and its pictures become one tagged PDF, the same bytes each time."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from evallib.errors import OutputError, text
from evallib.report.glyphs import drawable, named_in
from evallib.report.typesetter import FONTS, TEMPLATE, UnsetError, pages_in

LAYOUT = Path(__file__).parent / "template.typ"


@dataclass(frozen=True)
class Document:
    """A report in one language: what the template reads, and the pictures it places by name."""

    language: str
    description: Mapping[str, Any]
    pictures: Mapping[str, bytes]


def typeset(document: Document, created: datetime, fonts: Iterable[Path], layout: Path = LAYOUT) -> bytes:
    """The document as a PDF that claims PDF/UA-1 and PDF/A-2a.

    Only the font files of ``fonts`` and those built into the typesetter are used, so that all systems set the
    same pages. Raises OutputError with the typesetter's words when a page can't be set.
    """
    with tempfile.TemporaryDirectory(prefix="evallib-") as folder:
        build = Path(folder)
        shutil.copy(layout, build / TEMPLATE)
        (build / FONTS).mkdir()
        for font in fonts:
            shutil.copy(font, build / FONTS)
        pages = _pages(document, build, created)
    return add_row_headers(pages)


def _pages(document: Document, build: Path, created: datetime) -> bytes:
    """Set the pages; signs without a glyph are replaced as the typesetter names them."""
    undrawable: frozenset[str] = frozenset()
    while True:
        _write(document, build, undrawable)
        try:
            return pages_in(build, created)
        except UnsetError as fault:
            named = named_in(fault.message, document.description) - undrawable
            if not named:
                raise _unset(document.language, fault) from None
            undrawable |= named


def _write(document: Document, build: Path, undrawable: frozenset[str]) -> None:
    description = json.dumps(drawable(document.description, undrawable), ensure_ascii=False)
    (build / "document.json").write_text(description, encoding="utf-8")
    for name, picture in document.pictures.items():
        if undrawable:
            picture = str(drawable(picture.decode("utf-8"), undrawable)).encode()
        (build / name).write_bytes(picture)


def _unset(language: str, fault: UnsetError) -> OutputError:
    return OutputError(
        text("The report in {language} can't be typeset", language=language),
        found="; ".join([fault.message, *fault.hints])[:500],
        repair=text("Report this with the run record: a template should fit every release"),
    )


def add_row_headers(pages: bytes) -> bytes:
    """Turn the first cell of each table row into a row header, which the typesetter can't do itself.

    Walks the structure tree; header rows keep their column scope. Byte-equal for equal input.
    """
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pages)) as pdf:
        for row in _rows(pdf.Root.get("/StructTreeRoot")):
            _mark(row)
        _end_streams_clearly(pdf)
        packed = _saved(pdf, pikepdf.ObjectStreamMode.generate)
        if _UNCLEAR in packed:  # one of the packed streams; larger, but every reader agrees on it
            return _saved(pdf, pikepdf.ObjectStreamMode.disable)
        return packed


_UNCLEAR = b"\r\nendstream"


def _end_streams_clearly(pdf: Any) -> None:
    """Add a line feed to compressed streams whose data happen to end in a carriage return.

    With the line end that follows, the return looks like a longer line end, and validators then find a
    wrong length, in about one report of twenty. Decompression stops before the added byte.
    """
    import pikepdf

    for one in pdf.objects:
        if not isinstance(one, pikepdf.Stream) or one.get("/Filter") != pikepdf.Name.FlateDecode:
            continue
        raw = one.read_raw_bytes()
        if raw.endswith(b"\r"):
            parameters: Any = one.get("/DecodeParms")
            one.write(raw + b"\n", filter=pikepdf.Name.FlateDecode, decode_parms=parameters)


def _saved(pdf: Any, mode: Any) -> bytes:
    import io

    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, object_stream_mode=mode)
    return target.getvalue()


def _rows(root: Any) -> list[Any]:
    """All table rows below a structure element, in reading order, without recursion."""
    found, waiting = [], [root] if root is not None else []
    while waiting:
        element = waiting.pop()
        if element.get("/S") == "/TR":
            found.append(element)
            continue
        waiting.extend(reversed(_children(element)))
    return found


def _children(element: Any) -> list[Any]:
    import pikepdf

    children = element.get("/K")
    if children is None:
        return []
    listed = list(children) if isinstance(children, pikepdf.Array) else [children]
    return [child for child in listed if isinstance(child, pikepdf.Dictionary)]


def _mark(row: Any) -> None:
    """Make a body row's first cell its header; header rows and empty ones stay."""
    import pikepdf

    cells = _children(row)
    if not cells or cells[0].get("/S") != "/TD":
        return
    first = cells[0]
    first.S = pikepdf.Name("/TH")
    scope = pikepdf.Dictionary(O=pikepdf.Name("/Table"), Scope=pikepdf.Name("/Row"))
    attributes = first.get("/A")
    if attributes is None:
        first.A = scope
    elif isinstance(attributes, pikepdf.Array):
        attributes.append(scope)
    else:
        first.A = pikepdf.Array([attributes, scope])
