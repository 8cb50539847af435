"""What a block looks like in JupyterLab: HTML with pictures as data URIs, every text escaped."""

from __future__ import annotations

import base64
from html import escape

from evallib.display import NothingToShow, Paragraph, Publication, house, i18n, say, tabulate
from evallib.report.blocks import Block
from evallib.report.decisions import decision_page
from evallib.report.elements import Element, paragraph
from evallib.report.sketches import drawing as laid_down
from evallib.report.summary import summary
from evallib.report.tables import table_element
from evallib.report.words import Material, commentary

_STYLE = "font-family:'Source Sans 3','Source Sans Pro',sans-serif;max-width:46rem"
_NO_MATHS = "tex2jax_ignore mathjax_ignore"  # JupyterLab would typeset $…$ in anybody's words
_MARKS = {"green": "●", "amber": "▲", "red": "■", "grey": "○", "hidden": "○"}


def preview(block: Block, material: Material, language: str) -> str:
    """The block in the viewing language, or the sentence that says why there is nothing to show."""
    try:
        inner = _inner(block, material, language)
    except NothingToShow as nothing:
        inner = f"<p><em>{escape(nothing.sentence)}</em></p>"
    return f'<div class="{_NO_MATHS}" lang="{language}" style="{_STYLE}">{inner}</div>'


def _inner(block: Block, material: Material, language: str) -> str:
    publication = material.publication
    if block.kind == "figure":
        return _figure(block.id, publication, language)
    if block.kind == "table":
        return _table(table_element(tabulate(block.id, publication, language)))
    if block.kind == "passage":
        return _paragraphs(say(block.id, publication, language))
    if block.kind == "summary":
        return "".join(_element(one) for one in summary(material, block.id)["elements"])
    if block.kind == "decisions":
        return "".join(_element(one) for one in decision_page(material, language))
    if block.kind == "commentary":
        return "".join(_element(one) for one in commentary(material, block.id, language))
    if block.kind == "chapter":
        return f"<h2>{escape(block.id)} {escape(i18n.say(f'chapter.{block.id}', language))}</h2>"
    if block.kind == "annex":
        word, title = i18n.say("annex", language), i18n.say(f"annex.{block.id}", language)
        return f"<h2>{escape(word)} {escape(block.id)} {escape(title)}</h2>"
    marked = material.project.marked
    notice = (
        f"<p><strong>{escape(i18n.say(f'document.{marked}_long', language))}</strong></p>" if marked else ""
    )
    return f"<h1>{escape(material.project.name[language])}</h1>{notice}"


def _figure(name: str, publication: Publication, language: str) -> str:
    drawing = laid_down(name, publication, language)
    family = f"'{house.font_family()}'"
    svg = drawing.svg.replace(family.encode(), f"{family}, sans-serif".encode())  # not every machine has it
    picture = base64.b64encode(svg).decode("ascii")
    return (
        f"<h4>{escape(drawing.title)}</h4>"
        f'<img alt="{escape(drawing.alt, quote=True)}" style="width:100%" '
        f'src="data:image/svg+xml;base64,{picture}">'
        f"<p><small>{escape(drawing.base)} {escape(drawing.id)}</small></p>"
    )


def _table(table: Element) -> str:
    columns, body = table["columns"], []
    head = "".join(f'<th scope="col" {_side(one, "bold")}>{escape(one["h"])}</th>' for one in columns)
    for row in table["rows"]:
        told = ((_MARKS.get(cell["mark"], ""), _in_language(cell.get("lang", ""), cell["t"])) for cell in row)
        texts = [" ".join(part for part in parts if part) for parts in told]
        whole = f'colspan="{len(columns)}" ' if len(row) < len(columns) else ""  # the name of a group
        scope, weight = ("colgroup", "bold") if whole else ("row", "normal")
        first = f'<th scope="{scope}" {whole}{_side(columns[0], weight)}>{texts[0]}</th>'
        rest = (f"<td {_side(one)}>{said}</td>" for one, said in zip(columns[1:], texts[1:], strict=False))
        body.append(f"<tr>{first}{''.join(rest)}</tr>")
    return (
        f"<h4>{escape(table['title'])}</h4><table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}"
        f"</tbody></table><p><small>{escape(table['note'])} {escape(table['id'])}</small></p>"
    )


def _side(column: Element, weight: str = "inherit") -> str:
    return f'style="text-align:{column["align"]};font-weight:{weight}"'


def _paragraphs(paragraphs: tuple[Paragraph, ...]) -> str:
    return "".join(f"<p>{_joined(paragraph(one)['spans'])}</p>" for one in paragraphs)


def _element(one: Element) -> str:
    """An assembled element as simple HTML; kinds that only matter on paper give nothing."""
    kind = one["kind"]
    if kind == "heading":
        return f"<h3>{escape(str(one['text']))}</h3>"
    if kind == "decision":
        parts: list[dict[str, str]] = one["parts"]
        told = " ".join(f"{escape(part['label'])}: {escape(part['text'])}" for part in parts)
        return f"<p><strong>{escape(str(one['proposal']))}</strong> {told}</p>"
    if kind == "bullets":
        items: list[list[dict[str, str]]] = one["items"]
        return "<ul>" + "".join(f"<li>{_joined(item)}</li>" for item in items) + "</ul>"
    if kind == "plain table":
        return _table(one)
    if kind == "pair":
        sides: list[list[dict[str, object]]] = one["sides"]
        return "".join(_element(part) for side in sides for part in side)
    if "paragraphs" in one:
        paragraphs: list[list[dict[str, str]]] = one["paragraphs"]
        inner = "".join(f"<p>{_joined(spans)}</p>" for spans in paragraphs)
        return f"<p><strong>{escape(str(one['label']))}</strong></p>{inner}"
    if "spans" in one:
        return f"<p>{_joined(one['spans'])}</p>"
    return ""


def _joined(spans: list[dict[str, str]]) -> str:
    return "".join(_in_language(span.get("lang", ""), span["t"]) for span in spans)


def _in_language(language: str, words: str) -> str:
    return f'<span lang="{language}">{escape(words)}</span>' if language else escape(words)
