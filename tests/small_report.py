"""A small invented report for tests: one release, words, blocks, and the pages made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import fake_release as fake

from evallib.declared import Texts
from evallib.display.house import font_files
from evallib.plan.chapter_text import ChapterText
from evallib.plan.words import Answer, DecisionAsked, Words
from evallib.report.blocks import Block
from evallib.report.document import build_document
from evallib.report.typeset import Document, typeset
from evallib.report.words import Material
from evallib.workspace import Period, Project

CREATED = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def same(words: str) -> Texts:
    return Texts(fi=words, sv=words, en=words)


def project(**changed: Any) -> Project:
    told: dict[str, Any] = {
        "schema_version": 1,
        "name": same("Kylien hyvinvointi"),
        "short_name": "Kylät",
        "number": "000000",
        "programme": same("Ohjelma"),
        "programme_period": "2014-2022",
        "fund": same("Rahasto"),
        "funding_statement": same("Rahaston tuella"),
        "emblem": "builtin:eu",
        "emblem_alt": same("Sininen lippu ja kaksitoista tähteä"),
        "funder": same("Rahoittaja"),
        "responsible_for_content": same("Yhdistys"),
        "contact": "arviointi@example.org",
        "invented": True,
        "start": date(2023, 1, 1),
        "end": date(2025, 12, 31),
        "periods": tuple(
            Period(id=str(year), start=date(year, 1, 1), end=date(year, 12, 31))
            for year in (2023, 2024, 2025)
        ),
    }
    return Project(**{**told, **changed})


def words(**changed: Any) -> Words:
    told: dict[str, Any] = {
        "answers": {
            "promised": Answer(sentences=(same("Lupaus pidettiin."),)),
            "right": Answer(
                sentences=(same("Suunta on oikea."),), role=same("Arvioija"), date=date(2026, 1, 9)
            ),
        },
        "decisions": (
            DecisionAsked(
                proposal=same("Jatketaan kahveja."), finding=same("Kahveissa käytiin."),
                alternative=same("Lopetetaan."),
                owner=same("hankepäällikkö"), cost=same("viisi päivää"), deadline=date(2026, 5, 1),
            ),
        ),
        "texts": {("4", "fi"): ChapterText(("Ensimmäinen kappale.", "Toinen kappale."))},
    }  # fmt: skip
    return Words("2025", **{**told, **changed})


def material(publication: Any = None, told: Words | None = None, whose: Project | None = None) -> Material:
    return Material(publication or fake.publication(), told or words(), whose or project())


BLOCKS = (
    Block("cover", ""),
    Block("decisions", ""),
    Block("chapter", "1"),
    Block("passage", "P1.1"),
    Block("table", "T1.1"),
    Block("chapter", "4"),
    Block("passage", "P4.1"),
    Block("figure", "F4.2"),
    Block("commentary", "4"),
    Block("annex", "B"),
    Block("table", "TB.1"),
)


def document(language: str = "fi", blocks: tuple[Block, ...] = BLOCKS, **more: Any) -> Document:
    return build_document(more.pop("material", None) or material(), blocks, language, **more)


def pages(one: Document) -> bytes:
    return typeset(one, CREATED, font_files())


def elements(one: Document) -> list[dict[str, Any]]:
    return [*one.description["front"], *one.description["body"]]


def text_of(pdf: bytes) -> str:
    """The text that a reader of the pages hears or copies, spaces made single."""
    import io

    import pikepdf

    found: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            found.append(page_text(page))
    return " ".join(" ".join(found).split())


def page_text(page: Any) -> str:
    """Decode shown glyphs through each font's ToUnicode map."""
    import pikepdf

    maps = {str(name): _unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
    current: dict[bytes, str] = {}
    shown: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    shown += [current.get(raw[i : i + 2], "") for i in range(0, len(raw), 2)]
        elif str(operator) == "ET":
            shown.append(" ")
    return "".join(shown)


def _unicode(font: Any) -> dict[bytes, str]:
    import re

    told = font.ToUnicode.read_bytes().decode("ascii")
    found: dict[bytes, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        for code, value in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[bytes.fromhex(code)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, re.DOTALL):
        for first, last, value in re.findall(
            r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block
        ):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + step).to_bytes(len(first) // 2, "big")
                found[code] = chr(int(value, 16) + step)
    return found
