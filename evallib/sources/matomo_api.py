"""Reports of Matomo's Reporting API, month by month, as they would be saved by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from evallib.sources.rest import Fetched
from evallib.sources.statistics import read_matomo

Post = Callable[[Mapping[str, str]], Any]  # fields of a call → JSON
_METHODS = {
    "visits": {"method": "VisitsSummary.get"},
    "downloads": {"method": "Actions.getDownloads", "flat": "1", "filter_limit": "-1"},
    "videos": {"method": "MediaAnalytics.getVideoTitles", "flat": "1", "filter_limit": "-1"},
}


def read_report(post: Post, site: int, kind: str, first: date, last: date) -> Fetched:
    """A report by month, from the first to the last day. kind: visits, downloads or videos.

    Raises InputError for an error that Matomo sent, and what is no report by month.
    """
    fields = {"module": "API", "idSite": str(site), "period": "month", "format": "JSON"}
    reply = post(fields | _METHODS[kind] | {"date": f"{first},{last}"})
    data = json.dumps(reply, ensure_ascii=False, indent=1).encode()
    table = read_matomo(data, file_name(kind))
    return Fetched(data, {"months": table.rows["month"].nunique()})


def file_name(kind: str) -> str:
    """The name under which the report lies in the inbox, by which it is known there."""
    return f"matomo_{kind}.json"
