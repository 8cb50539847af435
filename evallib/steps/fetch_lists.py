"""fetch_lists: sign-ups and check-ins of events, and statistics, from their servers into the inbox.

Everything is fetched whole before anything is put into the inbox; nothing is replaced there but what an
earlier pull put there and nobody has changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evallib.errors import EvallibError, InputError, nearest, text
from evallib.steps.closed import refuse_closed
from evallib.steps.context import Context
from evallib.steps.fetch import incoming, refuse_foreign, sha_of
from evallib.steps.one_file import write_file, write_private
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.sources.guarded_http import Limits
    from evallib.sources.rest import Fetched, RestSession
    from evallib.sources.servers import Lyyti, Matomo, Pretix, Sources

Jobs = Iterator[
    tuple[str, str, Callable[[], "Fetched"]]
]  # file below the inbox, what it is of, how to fetch it


@dataclass(frozen=True)
class FetchedList:
    """A file as fetched. of: our event, or the kind of report; counts: what it holds, what was left out."""

    system: str
    of: str
    file: str
    counts: Mapping[str, int]


def fetch_lists(
    context: Context, period: Period, declared: Sources | None, limits: Limits | None = None
) -> tuple[FetchedList, ...]:
    """Fetch what ``surveys/sources.yaml`` declares for the period; () when it declares nothing.

    Raises ServerError, PrivacyError for a missing key, InputError for an event that the log does not have,
    or where a file lies in the inbox that somebody put there. The inbox is unchanged then.
    """
    wanted = [
        (name, server)
        for name in ("pretix", "lyyti", "matomo")
        if (server := getattr(declared, name, None))
        and (server.reports if name == "matomo" else server.events).get(period.id)
    ]
    if not wanted:
        return ()
    refuse_closed(context, period)
    inbox, state = context.workspace.inbox(period.id), incoming(context) / period.id / "lists.json"
    known = _known(state)
    found: dict[str, tuple[FetchedList, bytes]] = {}
    with context.store.lock("pull"):
        for system, server in wanted:
            with _session(context, server.url, limits) as session:
                for file, of, job in _JOBS[system](context, period, server, session):
                    refuse_foreign(context, inbox / file, known.get(file, []))
                    fetched = _named(job, system, of)
                    found[file] = FetchedList(system, of, file, fetched.counts), fetched.data
        _land(inbox, state, known, {file: data for file, (_, data) in found.items()})
    return tuple(one for one, _ in found.values())


def _named(job: Callable[[], Fetched], system: str, of: str) -> Fetched:
    """Run a job; its faults say of which event or report they are."""
    try:
        return job()
    except EvallibError as fault:
        fault.where = fault.where or f"{system}, {of}"
        raise


def _session(context: Context, address: str, limits: Limits | None) -> RestSession:
    from evallib.sources.guarded_http import Limits
    from evallib.sources.rest import RestSession

    session = RestSession(address, limits or Limits())
    context.tell(text("Fetching from {server}", server=session.server))
    return session


def _secret(where: str, user: str, address: str, system: str) -> str:
    from evallib.privacy.passwords import load_password

    host = address.split("//", 1)[-1].split("/", 1)[0]
    return load_password(where, user, host, system)


def _pretix(context: Context, period: Period, server: Pretix, session: RestSession) -> Jobs:
    from evallib.sources.clock import event_days, event_times
    from evallib.sources.pretix_api import read_tickets

    token = _secret(server.token, server.organizer, server.url, "pretix")
    rows = _events(context, server.events[period.id])

    def get(path: str) -> Any:
        return session.ask(f"{server.url}/api/v1/{path}", {"Authorization": f"Token {token}"})

    for event, name in server.events[period.id].items():
        days, times = event_days(rows[event]), event_times(rows[event])
        assert days and times
        yield (
            f"events/{event}_pretix.csv",
            event,
            _call(read_tickets, get, server.organizer, name, days, times[0]),
        )


def _lyyti(context: Context, period: Period, server: Lyyti, session: RestSession) -> Jobs:
    from evallib.sources.clock import event_days
    from evallib.sources.lyyti_api import read_participants, signed

    private = _secret(server.private_key, server.public_key, server.url, "lyyti")
    rows = _events(context, server.events[period.id])

    def get(call: str) -> Any:
        seconds = int(context.now().timestamp())
        return session.ask(f"{server.url}/{call}", signed(server.public_key, private, call, seconds))

    for event, name in server.events[period.id].items():
        days = event_days(rows[event])
        assert days
        yield f"events/{event}_lyyti.csv", event, _call(read_participants, get, name, days)


def _matomo(context: Context, period: Period, server: Matomo, session: RestSession) -> Jobs:
    from evallib.sources.matomo_api import file_name, read_report

    token = _secret(server.token, str(server.site), server.url, "matomo")
    last = min(period.end, context.now().date())

    def post(fields: Mapping[str, str]) -> Any:
        return session.ask(f"{server.url}/index.php", {}, {**fields, "token_auth": token})

    for kind in server.reports[period.id] if last >= period.start else ():
        yield (
            f"statistics/{file_name(kind)}",
            kind,
            _call(read_report, post, server.site, kind, period.start, last),
        )


_JOBS: Mapping[str, Callable[..., Jobs]] = {"pretix": _pretix, "lyyti": _lyyti, "matomo": _matomo}


def _call(function: Callable[..., Fetched], *arguments: Any) -> Callable[[], Fetched]:
    return lambda: function(*arguments)


def _events(context: Context, wanted: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """The event log by id; an event that is not in it can't be fetched."""
    from evallib.steps.read import events_by_id

    rows = events_by_id(context)
    for event in wanted:
        if event not in rows:
            raise InputError(
                text("The event {event} of surveys/sources.yaml is not in the event log", event=event),
                where="surveys/sources.yaml",
                repair=text("Did you mean {event}?", event=close)
                if (close := nearest(event, list(rows)))
                else text("Enter the event in logs/events"),
            )
    return rows


def _land(inbox: Path, state: Path, known: Mapping[str, list[str]], files: Mapping[str, bytes]) -> None:
    """Put the files into the inbox. Which are ours is said before it is done: a run may die between."""

    new = {file: sha_of(data) for file, data in files.items()}
    both = {**known, **{file: [*known.get(file, []), sha] for file, sha in new.items()}}
    write_private(state, json.dumps(both, indent=1).encode())
    for file, data in files.items():
        write_file(inbox / file, data, folders=True)
    now = {**known, **{file: [sha] for file, sha in new.items()}}
    write_private(state, json.dumps(now, indent=1).encode())


def _known(state: Path) -> dict[str, list[str]]:
    try:
        return dict(json.loads(state.read_bytes()))
    except (OSError, ValueError):
        return {}
