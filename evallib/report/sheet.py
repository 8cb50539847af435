"""A sheet for one event: a QR code that leads to its feedback form, and the link for those who type."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evallib.display import house, i18n, numbers
from evallib.report.typeset import Document, typeset

LAYOUT = Path(__file__).parent / "sheet.typ"


@dataclass(frozen=True)
class Sheet:
    """What stands on it. language: of the event; languages, minutes: of the form (0: nobody knows)."""

    link: str
    title: str
    language: str
    start: datetime
    project: str
    languages: tuple[str, ...]
    minutes: int = 0
    synthetic: bool = False


def event_sheet(sheet: Sheet, fonts: Iterable[Path]) -> bytes:
    """The page as PDF/UA-1, in the event's language first; the same sheet gives the same bytes."""
    own = sheet.language
    order = dict.fromkeys((own, *sheet.languages))
    asking = []
    for one in order:
        how = i18n.say("sheet.how", one)
        if sheet.minutes:
            how = f"{how} {i18n.say('sheet.minutes', one, n=sheet.minutes)}"
        asking.append({"lang": one, "ask": i18n.say("sheet.ask", one), "how": how})
    described = {
        "title": f"{i18n.say('sheet.ask', own)} {sheet.title}",
        "author": [sheet.project],
        "keywords": [],
        "lang": own,
        "font": [house.font_family()],
        "heading": i18n.say("sheet.ask", own),
        "event": sheet.title,
        "day": numbers.day(sheet.start.date(), own),
        "link": sheet.link,
        "alt": i18n.say("sheet.alt", own, link=sheet.link),
        "asking": asking,
        "footer": sheet.project,
        "watermark": i18n.say("document.synthetic_word", own).upper() if sheet.synthetic else "",
    }
    document = Document(own, described, {"code.svg": qr_code(sheet.link)})
    return typeset(document, sheet.start.replace(tzinfo=UTC), fonts, LAYOUT)


def qr_code(link: str) -> bytes:
    """The code as SVG, a quarter of which may be spoilt and it still reads; four light modules around it."""
    import segno

    target = io.BytesIO()
    segno.make(link, error="q", micro=False).save(target, kind="svg", border=4, xmldecl=False, nl=False)
    return target.getvalue()
