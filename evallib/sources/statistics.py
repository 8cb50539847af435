"""Statistics of web pages, videos and newsletters → analytics: one row a month, metric and product.

Matomo: JSON of the Reporting API with ``period=month``, so month → values. A visits file is
``VisitsSummary.get``; a list of downloads ``Actions.getDownloads``, of videos ``MediaAnalytics``; what a
list counts is also told by its file name, since pages and downloads have the same columns.

Newsletter: ``month;list;subscribers;delivered;unique_opens;unique_clicks;unsubscribes;method``, one row a
mail; ``list``, ``unique_opens`` and ``method`` (how clicks are counted) may be left out. Opens are read but
not passed on: mail programmes open mails by themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evallib.codebook.columns import shown_headers
from evallib.errors import InputError, Text, nearest, text
from evallib.records import FieldClass, SourceFile, SourceTable, Undeclared
from evallib.sources.decode import decode, place, read_sheet
from evallib.sources.mailchimp import counts_of, kind_of
from evallib.sources.stays import folded
from evallib.sources.undeclared import columns_beside, fields_beside

FIELDS = dict.fromkeys(("month", "metric", "product", "value", "method"), FieldClass.ANSWER)
NEWSLETTER_NUMBERS = ("subscribers", "delivered", "unique_opens", "unique_clicks", "unsubscribes")
NEWSLETTER_HEADER = ("month", "list", *NEWSLETTER_NUMBERS, "method")
_MAY_LACK = ("list", "unique_opens", "method")
_PASSED_ON = ("subscribers", "delivered", "unique_clicks", "unsubscribes")
_MONTH = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")
_LISTS = {  # part of the file name → metric, fields that may hold the count, method
    "download": ("downloads", ("nb_hits",), "Matomo Actions.getDownloads, nb_hits"),
    "media": ("video_views", ("nb_plays",), "Matomo MediaAnalytics, nb_plays"),
    "video": ("video_views", ("nb_plays",), "Matomo MediaAnalytics, nb_plays"),
}
_VISITS = "Matomo VisitsSummary.get, nb_visits"

Row = tuple[str, str, str, str, str]


def read_matomo(data: bytes, name: str) -> SourceTable:
    """Visits, downloads or video views by month; kind "analytics".

    A month for which Matomo has no data is 0 visits. Raises InputError for an error that Matomo sent, a
    file that is cut, not by month, or whose kind can't be told.
    """
    content, encoding = decode(data, name)
    months = _months(_parsed(content, name), name)
    kind = next((part for part in _LISTS if part in name.rsplit("/", 1)[-1].casefold()), "")
    rows: list[Row] = []
    strange = fields_beside(name, months.values())
    for month, values in months.items():
        if isinstance(values, Mapping):
            rows.append(_visits(month, values, name))
        elif kind:
            rows += _listed(month, values, kind, name)
        elif values:
            raise _unknown_list(name)
        else:
            rows.append((month, "visits", "", "0", _VISITS))
    variant = _LISTS[kind][0] if kind else "visits"
    return _table(rows, SourceFile.of(name, data, "matomo", variant, encoding), strange)


def _parsed(content: str, name: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), "")
        if twice:
            raise InputError(text("{key} stands twice in {file}", key=repr(twice), file=name), where=name)
        return dict(pairs)

    try:
        return json.loads(content, object_pairs_hook=once)
    except (json.JSONDecodeError, RecursionError, ValueError) as fault:
        raise InputError(
            text("{file} is not whole JSON", file=name),
            where=name,
            found=str(fault)[:80],
            repair=text("The file may be cut: fetch the report again with format=JSON"),
        ) from None


def _months(found: Any, name: str) -> dict[str, Any]:
    if isinstance(found, dict) and found.get("result") == "error":
        raise InputError(
            text("Matomo answered with an error instead of a report"),
            where=name,
            found=str(found.get("message", ""))[:120],
            repair=text("Correct the request and fetch the report again"),
        )
    if not isinstance(found, dict) or not found:
        raise _not_by_month(name, type(found).__name__)
    for month, values in found.items():
        if not _MONTH.fullmatch(month) or not isinstance(values, dict | list):
            raise _not_by_month(name, month)
    return found


def _not_by_month(name: str, seen: str) -> InputError:
    return InputError(
        text("{file} is no Matomo report by month", file=name),
        where=name,
        expected=text("months with their values, as 2025-01"),
        found=repr(seen[:40]),
        repair=text("Fetch the report with period=month and a range of dates"),
    )


def _unknown_list(name: str) -> InputError:
    return InputError(
        text("It can't be told what the list in {file} counts", file=name),
        where=name,
        expected=text("a file name with download, media or video in it"),
        repair=text("Rename the file, for example matomo_downloads_2025.json"),
    )


def _visits(month: str, values: Mapping[str, Any], name: str) -> Row:
    if "nb_visits" not in values:
        raise InputError(
            text("The month {month} has no number of visits", month=month),
            where=name,
            expected="nb_visits",
            found=", ".join(map(str, values))[:120],
            repair=text("Fetch VisitsSummary.get with period=month"),
        )
    return (
        month,
        "visits",
        "",
        _whole(
            values["nb_visits"], text("{file}, {month}, {field}", file=name, month=month, field="nb_visits")
        ),
        _VISITS,
    )


def _listed(month: str, values: Sequence[Any], kind: str, name: str) -> Iterator[Row]:
    metric, counts, method = _LISTS[kind]
    totals: dict[str, int] = {}
    for number, row in enumerate(values, 1):
        where = text("{file}, {month}, entry {number}", file=name, month=month, number=number)
        count = next((one for one in counts if isinstance(row, dict) and one in row), "")
        if not count or not str(row.get("label", "")).strip():
            raise InputError(
                text("An entry lacks its label or its count"),
                where=where,
                expected=", ".join(("label", *counts)),
                repair=text("Fetch the report again with flat=1 and all its columns"),
            )
        product = " ".join(str(row["label"]).split())
        totals[product] = totals.get(product, 0) + int(_whole(row[count], where))
    for product, total in totals.items():
        yield month, metric, product, str(total), method


def _whole(value: Any, where: Text | str) -> str:
    written = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,15}", written):
        raise InputError(
            text("This is no whole number"),
            where=where,
            found=repr(written[:40]),
            repair=text("Correct the value, or fetch the file again"),
        )
    return str(int(written))


def read_newsletter(data: bytes, name: str) -> SourceTable:
    """Subscribers, delivered mails, clicks and unsubscribes by month and list; kind "analytics".

    The template's columns, or an export of campaigns or of an audience (:mod:`evallib.sources.mailchimp`).
    Several mails of a list in a month are added up; its subscribers are those of the last row. An empty
    cell gives no row. Raises InputError for other columns, a month that is none, or impossible numbers.
    """
    sheet = read_sheet(data, name, by_hand=True)
    if kind := kind_of(sheet):
        counts = counts_of(sheet, lambda cell, where: int(_whole(cell, where)))
        method = f"Mailchimp, {kind}"
        found = [(month, metric, of, str(n), method) for (month, metric, of), n in counts.items()]
        file = SourceFile.of(name, data, "newsletter", kind, sheet.encoding)
        return _table(found, file, columns_beside(sheet, "campaigns" if kind == "campaigns" else "audience"))
    header = [folded(cell) for cell in sheet.rows[0]] if sheet.rows else []
    _check_newsletter(header, name)
    values: dict[tuple[str, str, str], int] = {}
    methods: dict[tuple[str, str, str], str] = {}
    for number, cells in enumerate(sheet.rows[1:], 2):
        if cells:
            for key, count, method in _mail(header, cells, place(name, number)):
                earlier = 0 if key[2] == "subscribers" else values.get(key, 0)
                values[key], methods[key] = earlier + count, method
    rows = [
        (month, metric, product, str(value), methods[month, product, metric])
        for (month, product, metric), value in values.items()
    ]
    file = SourceFile.of(name, data, "newsletter", "template", sheet.encoding)
    return _table(rows, file)


def _check_newsletter(header: Sequence[str], name: str) -> None:
    strange = [column for column in header if column not in NEWSLETTER_HEADER or header.count(column) > 1]
    missing = [c for c in NEWSLETTER_HEADER if c not in header and c not in _MAY_LACK]
    if not strange and not missing:
        return
    close = nearest(strange[0], NEWSLETTER_HEADER) if strange else missing[0]
    raise InputError(
        text("{file} is no newsletter file", file=name),
        where=name,
        expected=";".join(NEWSLETTER_HEADER),
        found=shown_headers(header) or text("{count} cells", count=len(header)),
        repair=text("Did you mean {column}?", column=close) if close else text("Give it these columns"),
    )


def _mail(
    header: Sequence[str], cells: list[str], where: Text | str
) -> Iterator[tuple[tuple[str, str, str], int, str]]:
    """((month, list, metric), number, method) for each number of one row that is passed on."""
    row = dict.fromkeys(NEWSLETTER_HEADER, "") | dict(zip(header, cells, strict=False))
    wide = len(cells) != len(header)
    if wide or not _MONTH.fullmatch(row["month"]):
        raise InputError(
            text("The row has no month, or another number of cells than the header"),
            where=where,
            expected=text("{wanted} cells, the month as 2025-03", wanted=len(header)),
            found=text("{count} cells", count=len(cells)) if wide else repr(row["month"][:20]),
            repair=text("Correct the row"),
        )
    numbers = {column: int(_whole(row[column], where)) for column in NEWSLETTER_NUMBERS if row[column]}
    if "delivered" in numbers and numbers.get("unique_clicks", 0) > numbers["delivered"]:
        raise InputError(
            text("More people clicked than got the mail"),
            where=where,
            found=f"{numbers['unique_clicks']} > {numbers['delivered']}",
            repair=text("Check the columns of the row"),
        )
    for metric in _PASSED_ON:
        if metric in numbers:
            yield (row["month"], row["list"], metric), numbers[metric], row["method"] or "newsletter"


def _table(rows: Iterable[Row], file: SourceFile, strange: tuple[Undeclared, ...] = ()) -> SourceTable:
    import pandas as pd

    table = pd.DataFrame(list(rows), columns=list(FIELDS), dtype="str")
    return SourceTable("analytics", table, dict(FIELDS), (file,), undeclared=strange)
