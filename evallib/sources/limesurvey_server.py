"""Which LimeSurvey server holds the project's surveys: ``surveys/sources.yaml``, as typed data.

Never a secret: the password lies in the operating system's keyring or in an environment variable, and
this file only says where. What stands in the place of a password or an address is in no error text.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from evallib.declared import Declared, Lines, Words, read_declared_with_lines
from evallib.errors import DeclarationError, Text, nearest, text

FILE = "surveys/sources.yaml"
KEYRING = "keyring"
_ENVIRONMENT = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")


class Server(Declared):
    """One server and the project's surveys on it. surveys: period → our survey → its number there.

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


class Sources(Declared):
    """What ``surveys/sources.yaml`` holds."""

    schema_version: Literal[1]
    limesurvey: Server


def read_server(path: Path, periods: list[str], surveys: list[str]) -> Server:
    """The declared server; DeclarationError, with file and line, for whatever can't be meant.

    periods, surveys: the ids that the project knows. The address ends without a slash.
    """
    declared, lines = read_declared_with_lines(path, Sources, shown=FILE)
    server = declared.limesurvey
    _refuse_secret(server.password, lines)
    for period, numbers in server.surveys.items():
        _refuse_unknown(period, periods, lines.place("limesurvey", "surveys", period))
        for survey in numbers:
            _refuse_unknown(survey, surveys, lines.place("limesurvey", "surveys", period, survey))
    address = checked_address(server.url, lines.place("limesurvey", "url"))
    return server.model_copy(update={"url": address})


def _refuse_secret(place: Any, lines: Lines) -> None:
    """Somebody who writes the password itself must not read it again in an error."""
    if place == KEYRING or (isinstance(place, str) and _ENVIRONMENT.fullmatch(place)):
        return
    raise DeclarationError(
        text("password says where the password lies, and nothing else"),
        where=lines.place("limesurvey", "password"),
        expected=text("keyring, or env:NAME of an environment variable"),
        repair=text("Take a password out of this file at once, and change it on the server"),
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
            expected="https://…/index.php/admin/remotecontrol",
            repair=text(
                "Write the address of the remote control, beginning with https and without user or ?"
            ),
        )
    return str(address).rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this very computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
