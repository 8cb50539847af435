"""The participants of a Lyyti event, from its API v2: one row a participant, companions too.

Every call is signed: HMAC-SHA256, under the private key, of "public key,seconds,call" in base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from evallib.codes import LANGUAGES
from evallib.errors import ServerError, text
from evallib.sources.clock import Days, near
from evallib.sources.rest import Fetched, Get, as_csv, strange, whole

COLUMNS = ("Ticket", "First name", "Last name", "Email", "Language", "Status")
_STATUSES = {  # a promise to come is no attendance; only somebody at the door makes it "show"
    "show": "attended",
    "noshow": "no-show",
    "reactedyes": "registered",
    "reactedno": "invited",  # declined
    "notreacted": "invited",
}


def signed(public_key: str, private_key: str, call: str, seconds: int) -> dict[str, str]:
    """The headers of a call. call: what follows ``/v2/``, with its query; seconds: Unix time."""
    said = base64.b64encode(f"{public_key},{seconds},{call}".encode())
    signature = hmac.new(private_key.encode(), said, hashlib.sha256).hexdigest()
    key = f"LYYTI-API-V2 public_key={public_key}, timestamp={seconds}, signature={signature}"
    return {"Accept": "application/json; charset=utf-8", "Authorization": key}


def read_participants(get: Get, name: str, days: Days) -> Fetched:
    """The event's people. name: its number in Lyyti; days: of the event in the log.

    Who declined or did not react was invited. Raises ServerError for a status that is not known, an
    event of another day, and where the server counts other than it sends.
    """
    _check_day(get("events?as_array=1"), name, days)
    reply = get(f"participants/{name}")
    if not isinstance(reply, dict) or "results" not in reply:
        strange("Lyyti")
    people = list(_people(reply["results"]))
    told = reply.get("results_count")
    if isinstance(told, int) and told != len(_values(reply["results"])):  # groups, in some answers
        whole("Lyyti", told, len(people))
    mains = {_cell(one, "email") for one in people if not _yes(one, "is_avec")}
    counts = dict.fromkeys(("tickets", "came", "cancelled", "invited"), 0)
    rows: list[tuple[str, ...]] = []
    for number, one in enumerate(people, 1):
        status = _status(one)
        counts["came"] += status == "attended"
        counts["cancelled"] += status == "cancelled"
        counts["invited"] += status == "invited"
        email = _cell(one, "email")
        email = "" if _yes(one, "is_avec") and email in mains else email  # of the person who brought them
        language = _cell(one, "lang").casefold()
        rows.append(
            (_cell(one, "uid") or _cell(one, "id") or f"row {number}", _cell(one, "firstname"),
             _cell(one, "lastname"), email, language if language in LANGUAGES else "", status)
        )  # fmt: skip
    counts["tickets"] = len(rows) - counts["invited"]
    return Fetched(as_csv(COLUMNS, rows), counts)


def _status(one: Mapping[str, Any]) -> str:
    word = re.sub("[^a-z]", "", _cell(one, "status").casefold())
    if word not in _STATUSES:
        strange("Lyyti", text("the status {status}", status=repr(_cell(one, "status"))[:40]))
    inactive = str(one.get("is_active", "1")).casefold() in ("0", "false")
    return "cancelled" if inactive and word == "reactedyes" else _STATUSES[word]


def _people(groups: Any) -> Iterator[Mapping[str, Any]]:
    """Participants of all groups; lists come as objects by number, too."""
    for group in _values(groups):
        if not isinstance(group, dict) or "participants" not in group:
            strange("Lyyti")
        for one in _values(group["participants"]):
            if not isinstance(one, dict) or "status" not in one:
                strange("Lyyti")
            yield one


def _values(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return list(found.values())
    return found if isinstance(found, list) else strange("Lyyti")


def _moment(seconds: str) -> datetime:
    """Unix time in UTC, without its zone."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        strange("Lyyti", repr(seconds)[:40])


def _cell(one: Mapping[str, Any], name: str) -> str:
    return " ".join(str(one.get(name) or "").split())


def _yes(one: Mapping[str, Any], name: str) -> bool:
    return str(one.get(name) or "0").casefold() not in ("0", "false", "no")


def _check_day(reply: Any, name: str, days: Days) -> None:
    """The event's day, where the account's list of events tells it."""
    events = _values(reply.get("results")) if isinstance(reply, dict) else strange("Lyyti")
    for one in events:
        if not isinstance(one, dict) or str(one.get("event_id")) != name:
            continue
        start = str(one.get("start_time_utc", ""))
        if start.isdecimal() and not near(held := _moment(start), days):
            raise ServerError(
                text("The event in Lyyti is of another day than the event in the log"),
                where="surveys/sources.yaml",
                expected=days[0].isoformat(),
                found=held.date().isoformat(),
                repair=text(
                    "Correct the event's number in surveys/sources.yaml, or its date in the event log"
                ),
            )
