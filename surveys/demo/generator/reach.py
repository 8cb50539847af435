"""Web statistics as Matomo's API gives them, and the newsletter's figures copied by hand each month."""

from __future__ import annotations

import json

from evallib.twin.dice import Dice

from .calendar import YEARS
from .zoom import comma

PRODUCTS = (
    "https://hyvanolonkylat.example.org/materiaalit/turvallisuuskortti.pdf",
    "https://hyvanolonkylat.example.org/materiaalit/seurantalomake.xlsx",
    "https://hyvanolonkylat.example.org/materiaalit/metsamieli-opas.pdf",
    "https://hyvanolonkylat.example.org/material/säkerhetskort.pdf",
)
VIDEOS = ("Metsämieli viidessä minuutissa", "Mitä emme tekisi toiste?", "Häst och människa")


def matomo_files(year: str) -> dict[str, bytes]:
    """File name → answer of the reporting API, one key a month."""
    return {
        "matomo_visits.json": _json({month: _visits(month) for month in _months(year)}),
        "matomo_downloads.json": _json({month: _downloads(month) for month in _months(year)}),
        "matomo_videos.json": _json({month: _videos(month) for month in _months(year)}),
    }


def _json(answer: dict[str, object]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _months(year: str) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(1, 13)]


def _season(month: str) -> float:
    """Less in July and at Christmas, more in the months of events; growth from year to year."""
    share = (1.0, 1.1, 1.2, 1.0, 1.1, 0.7, 0.35, 0.9, 1.2, 1.2, 1.2, 0.7)[int(month[5:]) - 1]
    return share * (0.75, 1.0, 1.2)[YEARS.index(month[:4])]


def _visits(month: str) -> dict[str, object]:
    dice = Dice("visits", month)
    visits = int(900 * _season(month) * (0.9 + 0.2 * dice.unit()))
    actions = int(visits * (2.4 + 0.4 * dice.unit()))
    return {
        "nb_uniq_visitors": int(visits * 0.71),
        "nb_users": 0,
        "nb_visits": visits,
        "nb_actions": actions,
        "nb_visits_converted": 0,
        "bounce_count": int(visits * 0.43),
        "sum_visit_length": visits * dice.whole(95, 140),
        "max_actions": dice.whole(18, 60),
        "bounce_rate": "43%",
        "nb_actions_per_visit": round(actions / visits, 1),
        "avg_time_on_site": 117,
    }


def _downloads(month: str) -> list[dict[str, object]]:
    dice = Dice("downloads", month)
    rows: list[dict[str, object]] = []
    for n, url in enumerate(PRODUCTS):
        if n == 2 and month < "2024-09":  # the guide came out in September 2024
            continue
        hits = int(_season(month) * dice.whole(12, 60) / (1 + 0.4 * n))
        rows.append({"label": url, "nb_visits": int(hits * 0.9), "nb_hits": hits, "url": url})
    return rows


def _videos(month: str) -> list[dict[str, object]]:
    dice = Dice("videos", month)
    return [
        {"label": title, "nb_plays": plays, "nb_impressions": plays * 3, "nb_finishes": plays // 2}
        for n, title in enumerate(VIDEOS)
        if (plays := int(_season(month) * dice.whole(20, 90) / (1 + 0.5 * n)))
    ]


def newsletter_file(year: str) -> bytes:
    """Monthly figures of both letters, copied by hand.

    In July 2024 the letters moved to another system, which leaves out the clicks of robots and counts
    no opens; the clicks of that month were never written down.
    """
    head = "month list subscribers delivered unique_opens unique_clicks unsubscribes method"
    rows = [head.split()]
    for month in _months(year):
        rows.append(_letter("uutiskirje", month, 310, 14))
        if month >= "2023-09":  # the Swedish letter began in autumn 2023
            rows.append(_letter("nyhetsbrev", month, 42, 2))
    return comma(rows, bom=False, end="\n", delimiter=";")


def _letter(name: str, month: str, first: int, growth: int) -> list[str]:
    dice, year = Dice(name, month), YEARS.index(month[:4])
    subscribers = first + growth * (12 * year + int(month[5:])) + dice.whole(-3, 5)
    delivered = int(subscribers * (0.965 + 0.02 * dice.unit()))
    rate = (0.115, 0.128, 0.094)[year] * (0.9 + 0.2 * dice.unit())
    opens, clicks, left = int(delivered * 0.47), int(delivered * rate), dice.whole(0, 5)
    if month[5:] == "07":  # no letter in July
        delivered, opens, clicks = 0, 0, 0
    shown_opens = str(opens) if month < "2024-07" else ""
    shown_clicks = "" if month == "2024-07" else str(clicks)
    method = "all clicks" if month < "2024-07" else "clicks without robots"
    shown = [str(subscribers), str(delivered), shown_opens, shown_clicks, str(left), method]
    return [month, name, *shown]
