"""Exports of Mailchimp and its like → analytics: campaigns by month, subscribers of an audience and who left.

People are counted here and go no further: no address leaves this module. Opens are not passed on, since mail
programmes open mails by themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from evallib.errors import InputError, Text, text
from evallib.sources.clock import decide_order, moment_in, written
from evallib.sources.decode import Sheet, as_wide, place
from evallib.sources.stays import folded

Counts = Counter[tuple[str, str, str]]  # (month, metric, list) → number
CAMPAIGNS = ("send date", "successful deliveries", "unique clicks")
AUDIENCE = ("email address", "optin_time", "confirm_time")
_COLUMNS = {
    "successful deliveries": "delivered",
    "unique clicks": "unique_clicks",
    "unsubscribes": "unsubscribes",
}
_MONTH = re.compile(r"(?<!\d)(20\d{2})[-_](0[1-9]|1[0-2])(?!\d)")
_REPAIR = text("Complete the row, or export the file again")


def kind_of(sheet: Sheet) -> str:
    """ "campaigns", "unsubscribed", "subscribed", or "" for another file."""
    header = _header(sheet)
    if set(CAMPAIGNS) <= set(header):
        return "campaigns"
    if set(AUDIENCE) <= set(header):
        return "unsubscribed" if "unsub_time" in header else "subscribed"
    return ""


def counts_of(sheet: Sheet, whole: Callable[[str, Text], int]) -> Counts:
    """Numbers by month, metric and list of a file that :func:`kind_of` knows. whole: reads a number.

    Subscribers are those of the month in the file's name, since the file does not say when it was made.
    Raises InputError for a file of subscribers without a month, and for a date or number that is none.
    """
    kind = kind_of(sheet)
    if kind == "subscribed":
        return Counter({(_month_of(sheet.name), "subscribers", ""): len(list(_rows(sheet)))})
    column = "send date" if kind == "campaigns" else "unsub_time"
    months = _months(sheet, column)
    found: Counts = Counter()
    for (number, row), month in zip(_rows(sheet), months, strict=True):
        if kind == "unsubscribed":
            found[month, "unsubscribes", ""] += 1
            continue
        got = {
            name: whole(row[name].replace(",", ""), place(sheet.name, number, name))
            for name in _COLUMNS
            if name in row
        }
        if got["unique clicks"] > got["successful deliveries"]:
            raise InputError(
                text("More people clicked than got the mail"),
                where=place(sheet.name, number),
                found=f"{got['unique clicks']} > {got['successful deliveries']}",
                repair=text("Check the columns of the row"),
            )
        for name, one in got.items():
            found[month, _COLUMNS[name], row.get("list", "") or row.get("audience", "")] += one
    return found


def _header(sheet: Sheet) -> list[str]:
    return [folded(cell) for cell in next((row for row in sheet.rows if row), [])]


def _rows(sheet: Sheet) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Row number in the file and cells by folded header."""
    top = next(number for number, row in enumerate(sheet.rows) if row)
    header = _header(sheet)
    for number, cells in enumerate(sheet.rows[top + 1 :], top + 2):
        if cells:
            yield number, dict(zip(header, as_wide(cells, header, sheet, number, _REPAIR), strict=False))


def _months(sheet: Sheet, column: str) -> list[str]:
    cells = [(row[column], place(sheet.name, number, column)) for number, row in _rows(sheet)]
    order = decide_order([written(cell, where) for cell, where in cells], None, sheet.name)
    moments = [moment_in(cell, order, where) for cell, where in cells]
    return [f"{moment:%Y-%m}" for moment in moments if moment]


def _month_of(name: str) -> str:
    found = _MONTH.search(name.rpartition("/")[2])
    if not found:
        raise InputError(
            text("{file} does not say of which month its subscribers are", file=name),
            where=name,
            expected="newsletter_2026-12_subscribed.csv",
            repair=text("Put the month in which it was exported into the name of the file"),
        )
    return f"{found[1]}-{found[2]}"
