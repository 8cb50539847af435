"""Sign-ups, check-ins and statistics come from their servers into the inbox, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from evallib.cli import main
from evallib.errors import EvallibError, InputError, PrivacyError, ServerError
from evallib.sources.guarded_http import Limits
from evallib.sources.lyyti_api import signed
from evallib.steps.context import open_context
from evallib.steps.fetch import declared_sources
from evallib.steps.fetch_lists import FetchedList, fetch_lists
from evallib.steps.new import new
from evallib.steps.read import read

TOKEN = "Kanaria-avain-7713"
QUICK = Limits(connect=2, silence=2, call=5)
COLUMNS = "event_id;start;end;tz;title_fi;title_sv;title_en;form;mode;language;region;organisers;sectors;" \
    "theme_main;theme_side;cns_class;task;projects;participant_file"  # fmt: skip


class Server(ThreadingHTTPServer):
    """Answers by address (and, for a POST, the method asked for); keeps what it was asked."""

    def __init__(self) -> None:
        self.replies: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], str]] = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self, body: str = "") -> None:
        self.server.asked.append((self.path, dict(self.headers.items()), body))
        key = parse_qs(body)["method"][0] if body else self.path.partition("?")[0]
        reply = self.server.replies.get(key)
        if callable(reply):
            reply = reply(self.path)
        status, content = reply if isinstance(reply, tuple) else (200 if reply is not None else 404, reply)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        self.do_GET(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    thread = threading.Thread(target=one.serve_forever, daemon=True)
    thread.start()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def root(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = new(tmp_path / "hanke")
    monkeypatch.setenv("KEY", TOKEN)
    row = "e1;2026-05-12T09:00;2026-05-12T12:00;;A;A;A;webinar;onsite;fi;FI1D7;;care;none;;events;T1;;yes"
    (made / "surveys/logs/events.csv").write_text(f"{COLUMNS}\n{row}\n", encoding="utf-8")
    return made


def declare(root: Path, system: str, url: str, *lines: str) -> None:
    written = "".join(f"  {line}\n" for line in (f'url: "{url}"', *lines))
    (root / "surveys/sources.yaml").write_text(f"schema_version: 1\n{system}:\n{written}", encoding="utf-8")


def pulled(root: Path) -> tuple[FetchedList, ...]:
    context = open_context(root)
    return fetch_lists(context, context.period("2026"), declared_sources(context), QUICK)


def inbox(root: Path) -> Path:
    return root / "surveys/inbox/2026"


# ---- pretix, with replies as a server of 2026.8 gives them

BASE = "/api/v1/organizers/hanke/events/open/"


def checkin(moment: str, kind: str = "entry", auto: bool = False, door: int = 2) -> dict[str, Any]:
    return {"datetime": moment, "type": kind, "auto_checked_in": auto, "list": door}


def position(number: int, name: str, email: str, *checkins: Any, **other: Any) -> dict[str, Any]:
    usual = {"item": 3, "addon_to": None, "subevent": None, "canceled": False, "secret": "zg48tj9jcutn7hjz"}
    return usual | {"id": number, "positionid": number, "attendee_name": name, "attendee_email": email,
                    "checkins": list(checkins)} | other  # fmt: skip


def order(code: str, email: str, *positions: Any, **other: Any) -> dict[str, Any]:
    return {"code": code, "email": email, "status": "p", "testmode": False, "positions": positions} | other


ORDERS = [
    order(
        "A", "maija@example.org",
        position(1, "Maija", "maija@example.org", checkin("2026-05-12T08:45:00Z", "exit"),
                 checkin("2026-05-12T07:30:00Z"), checkin("2026-05-12T07:05:00Z", "exit"),
                 checkin("2026-05-12T06:05:00Z"), checkin("2026-05-01T06:05:00Z", auto=True)),
        position(2, "", "", item=4),
    ),
    order("B", "boss@example.org", position(3, "Eino", "", checkin("2026-05-12T06:10:00Z")),
          position(4, "Aino", "")),
    order("C", "late@example.org", position(5, "Laina", "")),
    order("D", "gone@example.org", position(6, "Outi", ""), status="c"),
    order("E", "t@example.org", position(7, "Testi", ""), testmode=True),
]  # fmt: skip


def pretix(server: Server, orders: list[Any] = ORDERS) -> None:
    server.replies = {
        BASE: {"date_from": "2026-05-12T09:00:00+03:00"},
        f"{BASE}items/": {"count": 2, "next": None, "results": [
            {"id": 3, "admission": True}, {"id": 4, "admission": False}]},
        f"{BASE}orders/": lambda path: pages(path, orders),
    }  # fmt: skip


def pages(path: str, entries: list[Any], size: int = 2) -> Any:
    number = int(parse_qs(path.partition("?")[2])["page"][0])
    rest = entries[number * size :]
    return {"count": len(entries), "next": "http://elsewhere.invalid/" if rest else None,
            "results": entries[(number - 1) * size : number * size]}  # fmt: skip


def declare_pretix(root: Path, server: Server, name: str = "open") -> None:
    declare(
        root,
        "pretix",
        server.url,
        "organizer: hanke",
        'token: "env:KEY"',
        f'events: {{"2026": {{e1: {name}}}}}',
    )


def test_check_ins_of_pretix_become_participations(server: Server, root: Path) -> None:
    pretix(server)
    declare_pretix(root, server)

    (found,) = pulled(root)

    assert found.counts == {"tickets": 5, "came": 2, "cancelled": 1, "test orders": 1, "other products": 1,
                            "early check-ins": 1}  # fmt: skip
    written = (inbox(root) / "events/e1_pretix.csv").read_text(encoding="utf-8")
    assert written.splitlines() == [
        "Ticket,Attendee name,Email,Checked in,Checked out,Status",
        "A-1,Maija,maija@example.org,2026-05-12 06:05:00Z,2026-05-12 07:05:00Z,attended",
        "A-1,Maija,maija@example.org,2026-05-12 07:30:00Z,2026-05-12 08:45:00Z,attended",
        "B-3,Eino,,2026-05-12 06:10:00Z,,attended",
        "B-4,Aino,,,,no-show",
        "C-5,Laina,late@example.org,,,no-show",
        "D-6,Outi,gone@example.org,,,cancelled",
    ]
    context = open_context(root)
    looked = read(inbox(root) / "events/e1_pretix.csv", context)
    assert (looked.system, looked.event, looked.rows) == ("pretix", "e1", 6)
    assert looked.statuses == {"attended": 2, "no-show": 2}
    assert all(headers["Authorization"] == f"Token {TOKEN}" for _, headers, _ in server.asked)


def test_nobody_checked_in_is_not_nobody_came(server: Server, root: Path) -> None:
    pretix(server, [order("C", "late@example.org", position(5, "Laina", ""))])
    declare_pretix(root, server)
    pulled(root)
    looked = read(inbox(root) / "events/e1_pretix.csv", open_context(root))
    assert looked.statuses == {"registered": 1}


def test_who_was_only_seen_going_had_come_from_the_start(server: Server, root: Path) -> None:
    pretix(
        server, [order("C", "x@example.org", position(5, "X", "", checkin("2026-05-12T08:00:00Z", "exit")))]
    )
    declare_pretix(root, server)
    pulled(root)
    assert ",2026-05-12 06:00:00Z,2026-05-12 08:00:00Z," in (inbox(root) / "events/e1_pretix.csv").read_text()


def test_a_second_pull_replaces_its_own_file_and_nobody_elses(server: Server, root: Path) -> None:
    pretix(server)
    declare_pretix(root, server)
    pulled(root)
    pretix(server, ORDERS[:1])
    assert pulled(root)[0].counts["tickets"] == 1
    file = inbox(root) / "events/e1_pretix.csv"
    file.write_text(file.read_text() + "\n")
    before = file.read_bytes()
    with pytest.raises(InputError, match="no pull put there"):
        pulled(root)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("path", "reply", "says"),
    [
        (BASE, (401, {"detail": "Invalid token."}), "does not take the key"),
        (BASE, (403, {}), "does not take the key"),
        (BASE, None, "does not know"),
        (BASE, {"date_from": "2026-06-12T09:00:00+03:00"}, "another day"),
        (BASE, {"slug": "open"}, "does not answer as pretix"),
        (BASE, b"<html>", "web page"),
        (BASE, b'{"date_from": "2026', "breaks off"),
        (BASE, b"", "empty"),
        (BASE, (302, {}), "another address"),
        (BASE, (503, {}), "fault 503"),
        (f"{BASE}items/", {"count": 0, "next": None, "results": []}, "admission ticket"),
        (f"{BASE}orders/", {"count": 9, "next": None, "results": []}, "counts 9"),
        (f"{BASE}orders/", {"count": 1, "next": None, "results": [{"code": "A"}]}, "as pretix does"),
        (f"{BASE}orders/", {"count": 1, "next": None, "results": [order("A", "", status="x")]}, None),
        (f"{BASE}orders/", {"count": 1, "next": None, "results": [
            order("A", "", position(1, "", ""), status="x")]}, "as pretix does"),
    ],
)  # fmt: skip
def test_a_fault_of_the_server_leaves_the_inbox_alone(
    path: str, reply: Any, says: str | None, server: Server, root: Path
) -> None:
    pretix(server)
    server.replies[path] = reply
    declare_pretix(root, server)
    if says is None:
        pulled(root)
        return
    with pytest.raises(ServerError, match=says) as raised:
        pulled(root)
    assert not (inbox(root) / "events").exists()
    assert TOKEN not in str(raised.value.parts()) and raised.value.where


# ---- Lyyti

PEOPLE = [
    {"uid": "u1", "firstname": "Maija", "lastname": "Meri", "email": "m@example.org", "lang": "fi",
     "status": "show"},
    {"uid": "u2", "firstname": "Vieras", "lastname": "", "email": "m@example.org", "status": "show",
     "is_avec": 1},
    {"uid": "u3", "firstname": "Eino", "lastname": "Salo", "email": "e@example.org", "status": "noshow"},
    {"uid": "u4", "firstname": "Aino", "lastname": "Aho", "email": "a@example.org", "status": "reactedyes"},
    {"uid": "u5", "firstname": "Outi", "lastname": "O", "email": "o@example.org", "status": "reactedno"},
    {"uid": "u6", "firstname": "Hiljaa", "lastname": "H", "email": "h@example.org", "status": "notreacted"},
]  # fmt: skip


def lyyti(server: Server, people: Any = PEOPLE, start: str = "1778565600", **other: Any) -> None:
    group = {"event-participant": {"group": "event-participant", "participants": people}}
    server.replies = {
        "/v2/events": {"results": [{"event_id": "77", "start_time_utc": start}]},
        "/v2/participants/77": {"results": group} | other,
    }


def declare_lyyti(root: Path, server: Server) -> None:
    declare(root, "lyyti", f"{server.url}/v2", "public_key: julkinen", 'private_key: "env:KEY"',
            'events: {"2026": {e1: "77"}}')  # fmt: skip


def test_show_is_attendance_and_a_promise_is_not(server: Server, root: Path) -> None:
    lyyti(server)
    declare_lyyti(root, server)

    (found,) = pulled(root)

    assert found.counts == {"tickets": 4, "came": 2, "cancelled": 0, "invited": 2}
    looked = read(inbox(root) / "events/e1_lyyti.csv", open_context(root))
    assert (looked.system, looked.persons) == ("Lyyti", 2)
    assert looked.statuses == {"attended": 2, "no-show": 1, "registered": 1, "invited": 2}


def test_every_call_is_signed_and_the_private_key_stays_here(server: Server, root: Path) -> None:
    lyyti(server)
    declare_lyyti(root, server)
    pulled(root)
    for path, headers, _ in server.asked:
        said = dict(
            part.strip().split("=", 1)
            for part in headers["Authorization"].removeprefix("LYYTI-API-V2").split(",")
        )
        message = base64.b64encode(f"julkinen,{said['timestamp']},{path.removeprefix('/v2/')}".encode())
        assert said["signature"] == hmac.new(TOKEN.encode(), message, hashlib.sha256).hexdigest()
        assert TOKEN not in str(headers)


def test_the_signature_of_a_known_call() -> None:
    """By hand: printf %s "$(printf %s pub,1700000000,events | base64)" | openssl dgst -sha256 -hmac priv"""
    key = signed("pub", "priv", "events", 1700000000)["Authorization"]
    assert key == (
        "LYYTI-API-V2 public_key=pub, timestamp=1700000000, "
        "signature=6012564a52e2ca48febd0dfa7a74e2cd63ed23e3b064c5f8a1dcf0b1cfec3b47"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"people": [{"status": "maybe"}]}, "as Lyyti does"),
        ({"people": ["x"]}, "as Lyyti does"),
        ({"results_count": 9}, "counts 9"),
        ({"start": "1700000000"}, "another day"),
    ],
)
def test_what_lyyti_does_not_send_is_refused(
    change: dict[str, Any], says: str, server: Server, root: Path
) -> None:
    lyyti(server, **change)
    declare_lyyti(root, server)
    with pytest.raises(ServerError, match=says):
        pulled(root)
    assert not (inbox(root) / "events").exists()


# ---- Matomo


def declare_matomo(root: Path, server: Server) -> None:
    declare(root, "matomo", server.url, "site: 3", 'token: "env:KEY"',
            'reports: {"2026": [visits, downloads, videos]}')  # fmt: skip


def test_reports_of_matomo_lie_in_the_inbox_as_saved_by_hand(server: Server, root: Path) -> None:
    server.replies = {
        "VisitsSummary.get": {"2026-01": {"nb_visits": 12}, "2026-02": []},
        "Actions.getDownloads": {"2026-01": [{"label": "a.pdf", "nb_hits": 3}], "2026-02": []},
        "MediaAnalytics.getVideoTitles": {"2026-01": [{"label": "Video", "nb_plays": 5}], "2026-02": []},
    }
    declare_matomo(root, server)
    assert [(one.of, one.counts["months"]) for one in pulled(root)] == [
        ("visits", 2),
        ("downloads", 1),
        ("videos", 1),
    ]
    names = sorted(path.name for path in (inbox(root) / "statistics").iterdir())
    assert names == ["matomo_downloads.json", "matomo_videos.json", "matomo_visits.json"]
    for path, headers, body in server.asked:
        assert TOKEN not in path and TOKEN not in str(headers)  # servers keep addresses in their logs
        assert parse_qs(body)["token_auth"] == [TOKEN]
        assert parse_qs(body)["date"][0].startswith("2026-01-01,2026-")


def test_an_error_of_matomo_is_said(server: Server, root: Path) -> None:
    server.replies = {"VisitsSummary.get": {"result": "error", "message": "You can't access this resource"}}
    declare_matomo(root, server)
    with pytest.raises(InputError, match="error instead of a report"):
        pulled(root)
    assert not (inbox(root) / "statistics").exists()


# ---- what is declared


@pytest.mark.parametrize(
    "wrong",
    [
        'token: "Kanaria-9471"',
        'events: {"2026": {e1: "../../users"}}',
        'events: {"2062": {e1: open}}',
        "sate: 3",
    ],
)
def test_a_declaration_that_can_not_be_meant_names_its_line(wrong: str, server: Server, root: Path) -> None:
    lines = {
        "organizer": "organizer: hanke",
        "token": 'token: "env:KEY"',
        "events": 'events: {"2026": {e1: open}}',
    }
    lines[wrong.partition(":")[0]] = wrong
    declare(root, "pretix", server.url, *lines.values())
    with pytest.raises(EvallibError) as raised:
        pulled(root)
    assert "surveys/sources.yaml:" in str(raised.value.where)
    assert "Kanaria" not in str(raised.value.parts())


def test_an_event_that_the_log_does_not_have_is_named(server: Server, root: Path) -> None:
    declare(
        root, "pretix", server.url, "organizer: hanke", 'token: "env:KEY"', 'events: {"2026": {e2: open}}'
    )
    with pytest.raises(InputError, match="e2 of surveys/sources.yaml"):
        pulled(root)


def test_a_missing_key_says_how_to_store_it(
    server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEY")
    pretix(server)
    declare_pretix(root, server)
    with pytest.raises(PrivacyError, match="password"):
        pulled(root)
    assert server.asked == []


def test_pull_says_what_came(
    server: Server, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretix(server)
    declare_pretix(root, server)
    monkeypatch.chdir(root)
    assert main(["pull", "2026"]) == 0
    said = capsys.readouterr().out
    assert "pretix, e1: ilmoittautuneita 5, heistä paikalla 2, peruttuja 1" in said
    assert TOKEN not in said
