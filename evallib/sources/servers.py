"""Which servers hold the project's surveys, sign-ups and statistics: ``surveys/sources.yaml``, typed.

Never a secret: passwords, tokens and private keys lie in the operating system's keyring or in an environment
variable, and this file only says where. What stands in place of a secret or an address is in no error text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from evallib.declared import Declared, Words, read_declared_with_lines
from evallib.errors import DeclarationError, Text, nearest, text

FILE = "surveys/sources.yaml"
KEYRING = "keyring"
_ENVIRONMENT = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")


class Server(Declared):
    """A LimeSurvey server and the project's surveys on it. surveys: period → our survey → its number there.

    page: how many ids are asked for at a time. attributes: columns of the participants' table that hold
    organisation, region and sector.
    """

    url: Any
    user: Words
    password: Any = KEYRING  # keyring, or env:NAME; never the password
    page: int = Field(default=1000, ge=10, le=5000)
    attributes: tuple[Literal["attribute_1", "attribute_2", "attribute_3"], ...] = (
        "attribute_1",
        "attribute_2",
        "attribute_3",
    )
    surveys: dict[str, dict[str, int]]


class Pretix(Declared):
    """An organizer on a pretix server. events: period → our event → its short name there.

    ``name/number`` is one date of an event series.
    """

    url: Any
    organizer: Words
    token: Any = KEYRING
    events: dict[str, dict[str, Words]]


class Lyyti(Declared):
    """A Lyyti account. events: period → our event → its number there."""

    url: Any = "https://api.lyyti.com/v2"
    public_key: Words
    private_key: Any = KEYRING
    events: dict[str, dict[str, Words]]


class Matomo(Declared):
    """A site on a Matomo server. reports: period → what is fetched of it."""

    url: Any
    site: int = Field(ge=1)
    token: Any = KEYRING
    reports: dict[str, tuple[Literal["visits", "downloads", "videos"], ...]]


class Sources(Declared):
    """What ``surveys/sources.yaml`` holds."""

    schema_version: Literal[1]
    limesurvey: Server | None = None
    pretix: Pretix | None = None
    lyyti: Lyyti | None = None
    matomo: Matomo | None = None

    def periods(self) -> list[str]:
        """Ids of the periods for which something is declared."""
        named = (getattr(getattr(self, name), field, {}) for name, (_, field) in _SYSTEMS.items())
        return list(dict.fromkeys(period for one in named for period, wanted in one.items() if wanted))


def read_sources_file(path: Path, periods: list[str], surveys: list[str]) -> Sources:
    """The declared servers; DeclarationError, with file and line, for whatever can't be meant.

    periods, surveys: the ids that the project knows. Addresses end without a slash.
    """
    declared, lines = read_declared_with_lines(path, Sources, shown=FILE)
    checked: dict[str, Any] = {}
    for system, (secret, by_period) in _SYSTEMS.items():
        server = getattr(declared, system)
        if server is None:
            continue
        _refuse_secret(secret, getattr(server, secret), lines.place(system, secret))
        for period, named in getattr(server, by_period).items():
            _refuse_unknown(period, periods, lines.place(system, by_period, period))
            for one in named if system == "limesurvey" else ():
                _refuse_unknown(one, surveys, lines.place(system, by_period, period, one))
        for name, value in _names(server):
            if not _NAME.fullmatch(value):
                raise DeclarationError(
                    text("{name} is no name of an event there", name=repr(value[:40])),
                    where=lines.place(system, *name),
                    expected=text("letters, numbers, . _ and -, as in the address of its page"),
                )
        address = checked_address(server.url, lines.place(system, "url"))
        checked[system] = server.model_copy(update={"url": address})
    return declared.model_copy(update=checked)


_SYSTEMS = {  # system → (field that says where the secret lies, field by period)
    "limesurvey": ("password", "surveys"),
    "pretix": ("token", "events"),
    "lyyti": ("private_key", "events"),
    "matomo": ("token", "reports"),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[0-9]+)?")  # becomes a part of an address


def _names(server: Server | Pretix | Lyyti | Matomo) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(server, Pretix):
        yield ("organizer",), server.organizer
    if isinstance(server, Pretix | Lyyti):
        for period, events in server.events.items():
            yield from ((("events", period, event), name) for event, name in events.items())


def _refuse_secret(field: str, place: Any, where: str) -> None:
    """Somebody who writes the secret itself must not read it again in an error."""
    if place == KEYRING or (isinstance(place, str) and _ENVIRONMENT.fullmatch(place)):
        return
    raise DeclarationError(
        text("{field} says where the secret lies, and nothing else", field=field),
        where=where,
        expected=text("keyring, or env:NAME of an environment variable"),
        repair=text("Take a secret out of this file at once, and change it on the server"),
    )


def _refuse_unknown(name: str, known: list[str], where: str) -> None:
    if name not in known:
        raise DeclarationError(
            text("{name} is not known in this project", name=repr(name)),
            where=where,
            expected=text("one of {known}", known=", ".join(known)),
            repair=text("Did you mean {key}?", key=repr(nearest(name, known) or known[-1])),
        )


def checked_address(address: Any, where: str) -> str:
    """The address without a last slash: https, or http on this computer, and no password in it."""
    problem: Text | None = None
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or parts.scheme not in ("http", "https"):
        problem = text("The server's address can't be used")
    elif parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        problem = text("The server's address holds more than an address")
    elif parts.scheme == "http" and not is_loopback(host):
        problem = text("The server's address is not encrypted")
    if problem is not None:
        raise DeclarationError(
            problem,
            where=where,
            expected="https://…",
            repair=text("Write the address as docs/pull.md shows it, with https and without user or ?"),
        )
    return str(address).rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this very computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
