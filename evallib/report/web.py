"""The report as one HTML file: the same elements as on paper, nothing that has to be fetched.

Type, style and pictures lie in the file; a browser is told to load nothing else and to run nothing. Headings,
tables and figures are marked for screen readers as in the PDF.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from evallib.display import house, i18n
from evallib.report.elements import SHAPES, Element
from evallib.report.glyphs import drawable
from evallib.report.typeset import Document

STYLE = Path(__file__).parent / "web.css"
_LOADS_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
_FACES = (("Regular", 400), ("Semibold", 600), ("Bold", 700))


def web_page(document: Document) -> bytes:
    """The report in one language as a self-contained HTML file; the same document gives the same bytes."""
    told = drawable(document.description)
    page = _Page(document.pictures, told["words"])
    cover = told["cover"]
    elements = [*told["front"], *told["body"]]
    main = [page.element(one) for one in elements]
    chapters = [
        (page.anchor(one["text"]), one["text"])
        for one in elements
        if one["kind"] == "heading" and one["level"] == 1
    ]
    listed = "".join(f'<li><a href="#{anchor}">{escape(words)}</a></li>' for anchor, words in chapters)
    body = (
        f'<header><p class="kind">{escape(cover["kind"])}</p><h1>{escape(cover["title"])}</h1>'
        f'<p class="sub">{escape(cover["subtitle"])} · {escape(told["edition"])}</p>'
        f"{_notices(cover)}</header>\n"
        f'<nav aria-label="{escape(told["contents"])}"><ul>{listed}</ul></nav>\n'
        f"<main>\n{''.join(main)}</main>\n{page.foot(cover)}"
    )
    return framed(told["title"], document.language, body)


def respondents_page(document: Document, elements: Sequence[Element]) -> bytes:
    """What those who answered are told, on one page in their language."""
    told = drawable(document.description)
    page, language = _Page(document.pictures, told["words"]), document.language
    title = i18n.say("respondents.title", language)
    cover = {**told["cover"], "draft": "", "faults": []}
    body = (
        f'<header><p class="kind">{escape(cover["title"])}</p><h1>{escape(title)}</h1>'
        f'<p class="sub">{escape(told["edition"])}</p>{_notices(cover)}</header>\n'
        f"<main>\n{page.all(drawable(elements))}</main>\n{page.foot(cover)}"
    )
    return framed(f"{title} – {told['running']}", language, body, kind="brief")


def framed(title: str, language: str, body: str, kind: str = "report") -> bytes:
    """A whole page around its body: language, title, type and style; a brief one prints small."""
    style = STYLE.read_text("utf-8") + _faces(title + body)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_LOADS_NOTHING}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f'<body class="{kind}">\n{body}</body>\n</html>\n'
    ).encode()


def _notices(cover: Mapping[str, Any]) -> str:
    told = [cover["banner"], cover["draft"]]
    faults = "".join(f"<li>{escape(one)}</li>" for one in cover["faults"])
    notes = "".join(f'<p class="notice">{escape(one)}</p>' for one in told if one)
    return notes + (f'<ul class="notice">{faults}</ul>' if faults else "")


class _Page:
    """Elements as HTML. Levels begin at 2, below the page's title."""

    def __init__(self, pictures: Mapping[str, bytes], words: Mapping[str, str]) -> None:
        self._pictures, self._words = pictures, words
        self._makers: Mapping[str, Callable[[Element], str]] = {
            "heading": self._heading,
            "paragraph": lambda one: f"<p{_lang(one)}>{_spans(one['spans'])}</p>\n",
            "aside": lambda one: f'<p class="aside">{_spans(one["spans"])}</p>\n',
            "bullets": lambda one: (
                "<ul>" + "".join(f"<li>{_spans(x)}</li>" for x in one["items"]) + "</ul>\n"
            ),
            "sources": lambda one: "".join(f'<p class="aside">{_spans(x)}</p>\n' for x in one["items"]),
            "computed": self._voice,
            "judged": self._voice,
            "decision": self._decision,
            "pair": lambda one: "".join(f"<div>{self.all(side)}</div>" for side in one["sides"]),
            "plain table": lambda one: _table(one, ""),
            "table": self._numbered_table,
            "figure": self._figure,
            "summary": lambda one: f"<section{_lang(one)}>{self.all(one['elements'])}</section>\n",
        }

    def element(self, one: Element) -> str:
        return self._makers[one["kind"]](one)

    def all(self, elements: Sequence[Element]) -> str:
        return "".join(self.element(one) for one in elements)

    @staticmethod
    def anchor(words: str) -> str:
        return "-".join(re.findall(r"\w+", words.lower()))

    def _heading(self, one: Element) -> str:
        level, mark = one["level"] + 1, f' id="{self.anchor(one["text"])}"' if one["level"] == 1 else ""
        return f"<h{level}{mark}{_lang(one)}>{escape(one['text'])}</h{level}>\n"

    def _voice(self, one: Element) -> str:
        said = "".join(f"<p>{_spans(x)}</p>" for x in one["paragraphs"])
        return f'<div class="{one["kind"]}"><p class="who">{escape(one["label"])}</p>{said}</div>\n'

    def _decision(self, one: Element) -> str:
        parts = " ".join(f"<b>{escape(x['label'])}:</b> {escape(x['text'])}" for x in one["parts"])
        return f'<div class="decision"><p><b>{escape(one["proposal"])}</b></p><p>{parts}</p></div>\n'

    def _numbered_table(self, one: Element) -> str:
        caption = f"{self._words['table']} {one['number']}. {one['title']}"
        return _table(one, caption) + f'<p class="aside">{escape(one["note"])} {escape(one["id"])}</p>\n'

    def _figure(self, one: Element) -> str:
        picture = inline(self._pictures[one["file"]], self.anchor(one["number"]))
        return (
            f'<figure><div role="img" aria-label="{escape(one["alt"])}">{picture}</div><figcaption>'
            f"{escape(self._words['figure'])} {escape(one['number'])}. {escape(one['title'])}</figcaption>"
            f'<p class="aside">{escape(one["base"])} {escape(one["id"])}</p></figure>\n'
        )

    def foot(self, cover: Mapping[str, Any]) -> str:
        rows = "".join(f"<dt>{escape(x['label'])}</dt><dd>{escape(x['text'])}</dd>" for x in cover["facts"])
        name = cover["emblem"]
        kind = {"svg": "svg+xml", "png": "png", "jpg": "jpeg"}[name.rpartition(".")[2]]
        data = base64.b64encode(self._pictures[name]).decode()
        emblem = f'<img alt="{escape(cover["emblem_alt"])}" src="data:image/{kind};base64,{data}">'
        return f"<footer><dl>{rows}</dl><p>{emblem} {escape(cover['statement'])}</p></footer>\n"


def _lang(one: Mapping[str, Any]) -> str:
    return f' lang="{one["lang"]}"' if one.get("lang") else ""


def _spans(parts: Sequence[Mapping[str, str]]) -> str:
    return "".join(_span(one) for one in parts)


def _span(one: Mapping[str, str]) -> str:
    words = escape(one["t"])
    told = _named(one) + _lang(one)
    return f"<span{told}>{words}</span>" if told else words


def _named(one: Mapping[str, str]) -> str:
    return f' data-result="{escape(one["id"])}"' if one.get("id") else ""


def _table(one: Element, caption: str) -> str:
    """A table that scrolls by itself on a small screen; row and column headers are marked."""
    heads = "".join(f'<th scope="col" class="{x["align"]}">{escape(x["h"])}</th>' for x in one["columns"])
    rows = "".join(_row(row, one["columns"]) for row in one["rows"])
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    label = escape(caption or one["columns"][0]["h"])
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}"><table>{named}'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>\n"
    )


def _row(row: Sequence[Mapping[str, str]], columns: Sequence[Mapping[str, Any]]) -> str:
    if len(row) < len(columns):
        return f'<tr><th scope="rowgroup" colspan="{len(columns)}">{_span(row[0])}</th></tr>'
    first, *others = ((_named(cell), _cell(cell)) for cell in row)
    cells = zip(others, columns[1:], strict=True)
    return f'<tr><th scope="row"{first[0]}>{first[1]}</th>' + "".join(
        f'<td class="{column["align"]}"{named}>{words}</td>' for (named, words), column in cells
    ) + "</tr>"  # fmt: skip


def _cell(cell: Mapping[str, str]) -> str:
    shape = SHAPES.get(cell["mark"], "")
    before = f'<span class="{cell["mark"]}" aria-hidden="true">{shape}</span> ' if shape else ""
    return before + _span({**cell, "id": ""})


_INSIDE = re.compile(r"""(\bid="|href="#|url\(#)""")


def inline(svg: bytes, prefix: str) -> str:
    """A drawing to stand inside a page: its ids and its style are its own, and it is read as one."""
    drawn = svg.decode()
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    drawn = _INSIDE.sub(lambda found: f"{found[1]}f{prefix}-", drawn).replace(">*{", f">.f{prefix} *{{")
    return drawn.replace("<svg ", f'<svg class="f{prefix}" aria-hidden="true" ', 1).strip()


def _faces(words: str) -> str:
    """The house typeface with the characters that the page has, inside the page."""
    from fontTools import subset

    signs = sorted({ord(one) for one in words})
    found = ""
    for face, weight in _FACES:
        path = house.font_dir() / f"SourceSansPro-{face}.ttf"
        if not path.is_file():
            continue
        options = subset.Options(flavor="woff", recalc_timestamp=False, notdef_outline=True)
        font = subset.load_font(path, options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=signs)
        cutter.subset(font)
        stream = io.BytesIO()
        subset.save_font(font, stream, options)
        data = base64.b64encode(stream.getvalue()).decode()
        found += (
            f'@font-face {{ font-family: "{house.font_family()}"; font-weight: {weight}; '
            f'src: url("data:font/woff;base64,{data}") format("woff"); }}\n'
        )
    return found


def summary_words(sentences: Sequence[str], limit: int) -> str:
    """As many whole sentences as fit within so many words."""
    kept, used = [], 0
    for one in sentences:
        n = len(one.split())
        if used + n > limit:
            break
        kept.append(one)
        used += n
    return " ".join(kept)
