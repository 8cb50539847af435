"""Finished files down to readable text, whatever they are packed or spelled in."""

from __future__ import annotations

import base64
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

_DEEPEST = 4  # a picture in a notebook in a workbook
_PNG = b"\x89PNG\r\n\x1a\n"
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}|[A-Za-z0-9_-]{16,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_LINE = re.compile(r"(?<=[A-Za-z0-9+/]{60})(?:\\n|\r?\n)")  # of a long base64 text
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_SHOWN = re.compile(
    rb"/(\w+) [\d.]+ Tf|\[((?:\((?:\\.|[^\\()])*\)|[^\]()])*)\]\s*TJ|\(((?:\\.|[^\\()])*)\)\s*Tj", re.S
)
_STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.S)
_TOLD = re.compile(r"/(?:ActualText|Alt|E)\s*\(((?:\\.|[^\\()])*)\)", re.S)
_WRITTEN = re.compile(rb"\(((?:\\.|[^\\()])*)\)|(?<!<)<((?:[0-9A-Fa-f]{2})+)>(?!>)", re.S)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TRIPLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def texts_of(data: bytes, depth: int = 0) -> Iterator[str]:
    """Every readable text in the bytes: as it stands, unescaped, and out of what is packed inside."""
    if data.startswith(b"%PDF"):
        yield from _of_pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        yield from _of_zip(data, depth)
    elif data.startswith(_PNG):
        yield from _of_png(data)
    else:
        yield from _of_text(data.decode("utf-8", errors="replace"), depth)
    if b"\0" in data:
        yield _wide(data)


def _of_text(written: str, depth: int) -> Iterator[str]:
    yield written
    if "&" in written:
        yield html.unescape(written)
    if "%" in written:
        yield unquote(written, errors="ignore")
    if "\\u" in written:
        yield _ESCAPED.sub(lambda match: chr(int(match[1], 16)), written)
    if depth >= _DEEPEST:
        return
    for match in _HEX.finditer(written):
        yield from _decoded(bytes.fromhex(match[0]), depth)
    for match in _BASE64.finditer(_LINE.sub("", written)):
        for start in range(4):
            blob = match[0][start:].translate(_STANDARD)
            whole = blob[: len(blob) - len(blob) % 4] if len(blob) % 4 == 1 else blob + "=" * (-len(blob) % 4)
            yield from _decoded(base64.b64decode(whole), depth)


_STANDARD = str.maketrans("-_", "+/")


def _decoded(data: bytes, depth: int) -> Iterator[str]:
    """Texts of decoded bytes; noise, which most of them are, is read once as it stands."""
    if data.startswith((b"%PDF", b"PK\x03\x04", _PNG)) or data.lstrip()[:1] in (b"<", b"{"):
        yield from texts_of(data, depth + 1)
    else:
        yield data.decode("utf-8", errors="replace")
        if b"\0" in data:
            yield _wide(data)


def _wide(data: bytes) -> str:
    """UTF-16 of either order, and wherever it begins, as far as it holds letters of Western Europe."""
    bare = data.replace(b"\xff\xfe", b" ").replace(b"\xfe\xff", b" ").replace(b"\0", b"")
    return bare.decode("latin-1")


def _of_zip(data: bytes, depth: int) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for one in packed.infolist():
            yield one.filename
            yield one.comment.decode("utf-8", errors="replace")
            yield from texts_of(packed.read(one), depth + 1)


def _of_png(data: bytes) -> Iterator[str]:
    """The text chunks of a picture."""
    place = len(_PNG)
    while place + 8 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + length]
        if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
            yield body.decode("utf-8", errors="replace")
            _, _, packed = body.partition(b"\0")
            for start in range(min(len(packed), 64)):
                if packed[start : start + 1] == b"\x78":
                    try:
                        yield zlib.decompress(packed[start:]).decode("utf-8", errors="replace")
                    except zlib.error:
                        continue
        place += 12 + length


def _of_pdf(data: bytes) -> Iterator[str]:
    """Texts of all strings and streams, and of the pages and drawings as they are shown.

    Programs of fonts and pixels of pictures hold no text.
    """
    import pikepdf

    maps: dict[tuple[int, int], _Letters] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        objects = list(pdf.objects)
        pages = {one.objgen for page in pdf.pages for one in _contents(page)}
        silent = {one[name].objgen for one in objects for name in _PROGRAMS if _has(one, name)}
        for one in objects:
            yield from _strings(one)
            if not isinstance(one, pikepdf.Stream) or one.get("/Subtype") == "/Image":
                continue
            if "/Resources" in one:
                yield _shown(one.read_bytes(), one.Resources, maps)
            elif one.objgen not in pages and one.objgen not in silent:
                yield from texts_of(one.read_bytes(), _DEEPEST)
        for page in pdf.pages:
            content = b"\n".join(one.read_bytes() for one in _contents(page))
            yield _shown(content, page.get("/Resources", {}), maps)


_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


def _has(one: Any, name: str) -> bool:
    import pikepdf

    return isinstance(one, pikepdf.Dictionary) and name in one


def _contents(page: Any) -> list[Any]:
    import pikepdf

    contents = page.get("/Contents")
    if contents is None:
        return []
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _strings(one: Any) -> Iterator[str]:
    """Titles, alternative texts and all other strings of an object, not of those that it points to."""
    import pikepdf

    written = (one.stream_dict if isinstance(one, pikepdf.Stream) else one).unparse(resolved=True)
    for literal, digits in _WRITTEN.findall(written):
        string = bytes.fromhex(digits.decode("ascii")) if digits else _unescaped(literal)
        wide = string.startswith(b"\xfe\xff")
        yield string[2:].decode("utf-16-be", errors="ignore") if wide else string.decode("latin-1")


_Letters = dict[int, str]


def _shown(content: bytes, resources: Any, maps: dict[tuple[int, int], _Letters]) -> str:
    """The text that a page or drawing shows, by the letters that its fonts give for each glyph."""
    fonts = {
        str(name)[1:].encode(): _letters(font, maps) for name, font in resources.get("/Font", {}).items()
    }
    letters: _Letters = {}
    said: list[str] = []
    for font, array, lone in _SHOWN.findall(content):
        if font:
            letters = fonts.get(font, {})
            continue
        glyphs = _unescaped(b"".join(_STRING.findall(array)) if array else lone)
        if letters:
            pairs = zip(glyphs[::2], glyphs[1::2], strict=False)
            said += [letters.get(high << 8 | low, "") for high, low in pairs]
        else:  # a font of plain letters
            said.append(glyphs.decode("latin-1"))
        said.append(" ")
    said += [" ".join(_TOLD.findall(content.decode("latin-1")))]
    return "".join(said)


def _letters(font: Any, maps: dict[tuple[int, int], _Letters]) -> _Letters:
    """Glyph number → the letters that it stands for."""
    if font.objgen not in maps:
        known: _Letters = {}
        table = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
        for section in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
            known |= {int(glyph, 16): _utf16(text) for glyph, text in _PAIR.findall(section)}
        for section in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
            for first, last, text in _TRIPLE.findall(section):
                start, value = int(first, 16), int(text, 16)
                known |= {start + i: chr(value + i) for i in range(int(last, 16) - start + 1)}
        maps[font.objgen] = known
    return maps[font.objgen]


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", errors="ignore")


def _unescaped(string: bytes) -> bytes:
    """The bytes of a string as it is written on a page."""
    if b"\\" not in string:
        return string
    for written, octal in ((b"\\\\", b"\\134"), (b"\\(", b"\\050"), (b"\\)", b"\\051")):
        string = string.replace(written, octal)
    return string.decode("unicode_escape", errors="ignore").encode("latin-1", errors="ignore")
