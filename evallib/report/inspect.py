"""Our own look at finished pages: what PDF/UA leaves to people or validators pass.

Language and title of the document, a structure tree, an alternative text that is more than a
placeholder on every figure, header cells in every table.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

SHORTEST_ALT = 20


def faults_of(pages: bytes, language: str) -> list[str]:
    """What is wrong with a report's accessibility, in words; an empty list when nothing is."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pages)) as pdf:
        root = pdf.Root
        faults = []
        if not str(root.get("/Lang", "")).startswith(language):
            faults.append(f"the document's language is {root.get('/Lang', 'not set')}")
        if not pdf.docinfo.get("/Title"):
            faults.append("the document has no title")
        if "/StructTreeRoot" not in root:
            return [*faults, "the document has no structure tree"]
        if "/Outlines" not in root:
            faults.append("the document has no bookmarks")
        return faults + list(_faults_in(root.StructTreeRoot))


def structure(pages: bytes) -> Counter[str]:
    """How many elements of each kind the structure tree has, as a reader is told of them."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pages)) as pdf:
        return Counter(str(one.get("/S", "")) for one in walk(pdf.Root.StructTreeRoot))


def _faults_in(tree: Any) -> Iterator[str]:
    for element in walk(tree):
        kind = str(element.get("/S", ""))
        if kind == "/Figure" and len(str(element.get("/Alt", ""))) < SHORTEST_ALT:
            alt = str(element.get("/Alt", ""))
            if alt != "" or "/K" in element:
                yield f"a figure has the alternative text {alt!r}"
        if kind == "/Table" and not any(str(one.get("/S")) == "/TH" for one in walk(element)):
            yield "a table has no header cells"


def walk(element: Any) -> Iterator[Any]:
    """Every structure element below, in reading order."""
    import pikepdf

    waiting = [element]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, pikepdf.Dictionary):
            continue
        if "/S" in one:
            yield one
        children = one.get("/K")
        if children is None:
            continue
        listed = list(children) if isinstance(children, pikepdf.Array) else [children]
        waiting.extend(reversed([child for child in listed if isinstance(child, pikepdf.Dictionary)]))
