"""The words of an HTML fragment, as a report or a label prints them."""

from __future__ import annotations

from html.parser import HTMLParser

_BLOCKS = {"p", "br", "div", "li", "ul", "ol", "tr", "td", "th", "table", "hr"} | {
    f"h{n}" for n in range(1, 7)
}


def plain_text(html: str) -> str:
    """The text of an HTML fragment: entities decoded, blocks and line breaks kept apart by a space."""
    reader = _PlainText()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())


class _PlainText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0  # inside script or style

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)
