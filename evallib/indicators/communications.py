"""Communications: newsletter, web, awareness (I34–I36)."""

from __future__ import annotations

import re
from dataclasses import replace
from unicodedata import combining, normalize
from urllib.parse import unquote

from evallib.codes import UNKNOWN
from evallib.indicators.bench import Bench, How
from evallib.indicators.entrepreneurship import tick_counts
from evallib.indicators.logs import months_of
from evallib.indicators.questions import question
from evallib.measures.proportions import share
from evallib.measures.records import counted, monthly
from evallib.measures.ticks import ticks
from evallib.results import Cell, Kind, Result, SourceKind

ANALYTICS = (SourceKind.ANALYTICS,)
_PRODUCTS = 20  # files told by themselves


def i34(bench: Bench) -> list[Result]:
    """Newsletter: subscribers at the end, unique clicks of delivered letters."""
    make = bench.maker("I34", "letters", "analytics", sources=ANALYTICS)
    subscribers = _series(bench, "subscribers")
    delivered, clicks = (int(sum(_series(bench, name).values())) for name in ("delivered", "unique_clicks"))
    latest = list(subscribers.values())[-1:] or [0.0]
    rate = share(clicks, delivered, floor=bench.floor, interval=False)
    if clicks > delivered:
        rate = Cell(count=clicks, base=delivered, note="more_clicks_than_letters")
    elif rate.value is not None and _method_changed(bench, "unique_clicks"):
        rate = replace(rate, note="method_changed")
    return [
        make.count(
            "subscribers",
            int(latest[0]),
            known=bool(subscribers),
            unit="subscribers",
            universe="subscribers",
            method="subscribers",
            function="records.monthly",
        ),
        make(
            "click_rate",
            Kind.SHARE,
            rate,
            unit="share of delivered letters",
            method="click_rate",
            function="records.monthly",
        ),
        make.count("delivered", delivered, known=delivered > 0, method="analytics"),
    ]


def i35(bench: Bench) -> list[Result]:
    """Web: visits, downloads in all and by product, video views; visits by month."""
    make = bench.maker("I35", "web", "analytics", sources=ANALYTICS)
    how: How = {"method": "analytics", "function": "records.monthly"}
    found = []
    for metric in ("visits", "downloads", "video_views"):
        months = _series(bench, metric)
        total = counted(int(sum(months.values()))) if months else Cell(note="no_data")
        if months and _method_changed(bench, metric):
            total = Cell((), total.value, total.count, None, note="method_changed")
        found.append(make(metric, Kind.COUNT, total, unit=metric, **how))
    visits = _series(bench, "visits")
    cells = [
        counted(int(visits[month]), None, (("month", month),))
        if month in visits
        else Cell((("month", month),), note="no_data")
        for month in months_of(bench.frames.period)
    ]
    if products := _downloads(bench):
        named = [counted(number, None, (("product", code),)) for code, number in products.items()]
        found.append(make("products", Kind.COUNT, named, unit="downloads", dims=("product",), **how))
    return [*found, make("visits_month", Kind.COUNT, cells, unit="visits", dims=("month",), **how)]


def _downloads(bench: Bench) -> dict[str, int]:
    """Downloads of the period by file, of those most downloaded; files of one name are one product."""
    months, analytics = set(months_of(bench.frames.period)), bench.frames.analytics
    rows = analytics[(analytics["metric"] == "downloads") & analytics["month"].isin(months)]
    sums = rows.groupby(rows["product"].map(_product))["value"].sum()
    order = sorted(sums.index, key=lambda one: (-sums[one], one))
    return {str(code): int(sums[code]) for code in order[:_PRODUCTS]}


def _product(written: str) -> str:
    """The last part of a product's address, in the signs that the id of a result may have."""
    name = unquote(re.split("[?#]", written)[0].rstrip("/")).rpartition("/")[2]
    plain = "".join(one for one in normalize("NFKD", name) if not combining(one))
    return re.sub(r"[^A-Za-z0-9_.+-]+", "_", plain)[:60] or UNKNOWN


def _series(bench: Bench, metric: str) -> dict[str, float]:
    """The metric by month, oldest first, months of this period only."""
    months = set(months_of(bench.frames.period))
    sums = monthly(bench.frames.analytics, metric)
    return {str(month): float(value) for month, value in sums.items() if month in months}


def _method_changed(bench: Bench, metric: str) -> bool:
    """Whether the figures of this period and the one before come from different methods."""
    tables = [one.analytics for one in (*bench.history[-1:], bench.frames)]
    methods = {method for table in tables for method in table.loc[table["metric"] == metric, "method"]}
    return len(methods - {""}) > 1


def i36(bench: Bench) -> list[Result]:
    """Awareness by target group, and the channels."""
    make = bench.survey_maker("I36", "q2")
    asked = question(bench, make, "q2", "N04")
    channels = ticks(bench.survey("q2"), "N18")
    return [
        asked.share(measure="awareness_share"),
        asked.share(measure="awareness_share", by="org_type"),
        asked.distribution(),
        asked.distribution("org_type"),
        asked.n(),
        tick_counts(make, channels, "N18", "channels", "channel", channels.subs),
    ]


INDICATORS = {"I34": i34, "I35": i35, "I36": i36}
