"""A real pretix server: what is put in through its API comes back as participations, exactly.

Opt-in: ``python -m pytest -m pretix``. It installs pretix from PyPI into a folder of its own (or uses the one
that PRETIX_HOME names, where ``venv`` may be there already), lays an SQLite database and starts the server
on this computer. pretix is no dependency; no other test needs it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from evallib.cli import main
from evallib.steps.check import read_sources
from evallib.steps.context import open_context
from evallib.steps.fingerprint import read_all, received_files
from evallib.steps.new import new

pytestmark = pytest.mark.pretix

SEED = """
from pretix.base.models import Organizer, Team
organizer = Organizer.objects.create(name="Hanke", slug="hanke")
flags = {f.name: True for f in Team._meta.get_fields() if f.name.startswith(("can_", "all_"))}
team = Team.objects.create(organizer=organizer, name="api", **flags)
print("TOKEN", team.tokens.create(name="evallib").token)
"""
ROWS = (
    "e1;2026-05-12T09:00;2026-05-12T12:00",
    "e2;2026-03-29T00:30;2026-03-29T06:00",  # the night in which clocks are put forward
)
COLUMNS = "event_id;start;end;tz;title_fi;title_sv;title_en;form;mode;language;region;organisers;sectors;" \
    "theme_main;theme_side;cns_class;task;projects;participant_file"  # fmt: skip


@dataclass
class Pretix:
    url: str
    token: str

    def call(self, method: str, path: str, **fields: Any) -> Any:
        address = f"{self.url}/api/v1/organizers/hanke/{path}"
        key = {"Authorization": f"Token {self.token}"}
        reply = requests.request(method, address, headers=key, json=fields or None, timeout=60)
        assert reply.status_code in (200, 201), reply.text[:500]
        return reply.json()

    def event(self, slug: str, start: str, end: str) -> tuple[int, int, int]:
        """A new event; its product for people, one for lunches, and its check-in list."""
        self.call("POST", "events/", name={"en": slug}, slug=slug, currency="EUR", date_from=start,
                  date_to=end, timezone="Europe/Helsinki", plugins=[], all_sales_channels=True)  # fmt: skip
        seat, lunch = (
            self.call("POST", f"events/{slug}/items/", name={"en": name}, default_price="0.00",
                      admission=person, personalized=person, all_sales_channels=True)["id"]
            for name, person in (("Seat", True), ("Lunch", False))
        )  # fmt: skip
        self.call("POST", f"events/{slug}/quotas/", name="all", size=500, items=[seat, lunch], variations=[])
        door = self.call(
            "POST", f"events/{slug}/checkinlists/", name="Door", all_products=True, limit_products=[]
        )
        return seat, lunch, door["id"]

    def order(self, slug: str, email: str, *people: tuple[int, str, str], **other: Any) -> Any:
        positions = [
            {"item": item, "price": "0.00", "attendee_email": address or None,
             "attendee_name_parts": {"_scheme": "full", "full_name": name} if name else {}}
            for item, name, address in people
        ]  # fmt: skip
        usual = {"status": "p", "locale": "en", "payment_provider": "manual", "testmode": False}
        return self.call("POST", f"events/{slug}/orders/", email=email, positions=positions, **usual | other)

    def pass_door(self, door: int, position: Any, moment: str, way: str = "entry") -> None:
        done = self.call("POST", "checkinrpc/redeem/", lists=[door], secret=position["secret"],
                         datetime=moment, type=way, force=True)  # fmt: skip
        assert done["status"] == "ok", done


@pytest.fixture(scope="module")
def pretix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pretix]:
    home = Path(os.environ.get("PRETIX_HOME") or tmp_path_factory.mktemp("pretix"))
    data = tmp_path_factory.mktemp("data")
    python = home / "venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home / "venv")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "pretix"], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = data / "pretix.cfg"
    settings.write_text(
        f"[pretix]\ninstance_name=test\nurl={url}\ndatadir={data}\n[django]\nsecret={'x' * 50}\n"
        f"[database]\nbackend=sqlite3\nname={data}/db.sqlite3\n"
    )
    inside = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    inside["PRETIX_CONFIG_FILE"] = str(settings)

    def run(*command: str) -> str:
        whole = [str(python), "-m", "pretix", *command]
        done = subprocess.run(whole, env=inside, capture_output=True, text=True, check=False, cwd=data)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run("migrate")
    token = run("shell", "-c", SEED).rpartition("TOKEN ")[2].strip()
    command = [str(python), "-m", "pretix", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=inside, cwd=data, stdout=log, stderr=log)
    try:
        for _ in range(120):
            try:
                requests.get(url, timeout=5)
                break
            except requests.ConnectionError:
                assert server.poll() is None, (data / "server.log").read_text()[-2000:]
                time.sleep(0.5)
        yield Pretix(url, token)
    finally:
        server.terminate()
        server.wait(30)


def test_what_is_put_into_pretix_comes_back_exactly(
    pretix: Pretix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, lunch, door = pretix.event("first", "2026-05-12T09:00:00+03:00", "2026-05-12T12:00:00+03:00")
    maija = pretix.order("first", "m@example.org", (seat, "Maija Meri", "m@example.org"), (lunch, "", ""))
    two = pretix.order("first", "boss@example.org", (seat, "Eino Salo", ""), (seat, "Aino Salo", ""))
    alone = pretix.order("first", "yksin@example.org", (seat, "Yksin Aho", ""))
    gone = pretix.order("first", "gone@example.org", (seat, "Outi Oja", ""))
    pretix.order("first", "late@example.org", (seat, "Laina Lehto", ""))
    test = pretix.order("first", "test@example.org", (seat, "Testi", ""), testmode=True)
    pretix.call("POST", f"events/first/orders/{gone['code']}/mark_canceled/")
    for moment, way in (("09:05", "entry"), ("10:05", "exit"), ("10:30", "entry"), ("11:45", "exit")):
        pretix.pass_door(door, maija["positions"][0], f"2026-05-12T{moment}:00+03:00", way)
    pretix.pass_door(door, maija["positions"][1], "2026-05-12T11:00:00+03:00")  # the lunch is nobody
    pretix.pass_door(door, two["positions"][0], "2026-05-12T09:10:00+03:00")
    pretix.pass_door(door, alone["positions"][0], "2026-05-12T11:55:00+03:00")
    pretix.pass_door(door, test["positions"][0], "2026-05-12T09:00:00+03:00")

    seat, _, door = pretix.event("night", "2026-03-29T00:30:00+02:00", "2026-03-29T06:00:00+03:00")
    people = [(seat, f"Henkilö {n}", f"h{n}@example.org") for n in range(120)]  # more than a page
    for n, one in enumerate(people):
        made = pretix.order("night", one[2], one)
        if n % 3 == 0:
            pretix.pass_door(door, made["positions"][0], "2026-03-29T02:50:00+02:00")
            pretix.pass_door(door, made["positions"][0], "2026-03-29T04:10:00+03:00", "exit")

    root = new(tmp_path / "hanke")
    tail = ";;A;A;A;webinar;onsite;fi;FI1D7;;care;none;;events;T1;;yes"
    log = "\n".join((COLUMNS, *(f"{row}{tail}" for row in ROWS)))
    (root / "surveys/logs/events.csv").write_text(log + "\n", encoding="utf-8")
    (root / "surveys/sources.yaml").write_text(
        f'schema_version: 1\npretix:\n  url: "{pretix.url}"\n  organizer: hanke\n'
        '  token: "env:PRETIX_TOKEN"\n  events:\n    "2026": {e1: first, e2: night}\n'
    )
    monkeypatch.setenv("PRETIX_TOKEN", pretix.token)
    monkeypatch.chdir(root)
    assert main(["pull", "2026"]) == 0

    context = open_context(root)
    period = context.period("2026")
    tables, _ = read_sources(context, period, read_all(received_files(context.workspace, period)))
    (table,) = (one.rows for one in tables if one.kind == "participations")
    first = table[table["event_id"] == "e1"]
    found = first[["name", "email", "status", "minutes"]].itertuples(index=False, name=None)
    assert sorted(found) == [
        ("Aino Salo", "", "no-show", "0"),
        ("Eino Salo", "", "attended", "170"),  # was not seen leaving: stayed to the end
        ("Laina Lehto", "late@example.org", "no-show", "0"),
        ("Maija Meri", "m@example.org", "attended", "135"),
        ("Yksin Aho", "yksin@example.org", "short", "5"),
    ]
    night = table[table["event_id"] == "e2"]
    came = night[night["status"] == "attended"]
    assert sorted(came["email"]) == sorted(one[2] for one in people[::3])
    assert set(came["minutes"]) == {"20"}  # from ten to three to ten past four, over the missing hour
    assert len(night) == 120 and set(night["status"]) == {"attended", "no-show"}
