"""Servers that answer a GET with JSON, over the guarded session."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from evallib.errors import ServerError, Text, text
from evallib.sources.guarded_http import GuardedSession

Get = Callable[[str], Any]  # path with its query → JSON


@dataclass(frozen=True)
class Fetched:
    """A list or report as fetched. data: the file for the inbox; counts: what it holds, by word.

    Words are tickets, came, cancelled, invited, test orders, other products, early check-ins, months.
    """

    data: bytes
    counts: Mapping[str, int]


class RestSession(GuardedSession):
    """A session whose answers are JSON; raises ServerError for everything else."""

    def check_status(self, status: int, body: bytes) -> None:
        """A key that is not taken, or a name that is not known there."""
        if status in (401, 403):
            raise ServerError(
                text("{server} does not take the key, or the key may not read this", server=self.server),
                found=str(status),
                repair=text("Ask the server's keeper for a key that may read, and check the names"),
            )
        if status == 404:
            raise ServerError(
                text("{server} does not know what was asked for", server=self.server),
                where="surveys/sources.yaml",
                repair=self.address,
            )

    def ask(self, url: str, headers: Mapping[str, str], data: Mapping[str, str] | None = None) -> Any:
        """The JSON at an address. data: the fields of a POST; without them it is a GET."""
        reply = self.request("POST" if data else "GET", url, headers=dict(headers), data=data)
        return json.loads(reply.content)


def strange(system: str, found: Text | str = "") -> NoReturn:
    """Raise the fault of an answer that is JSON, but not what this system sends."""
    raise ServerError(
        text("The server does not answer as {system} does", system=system),
        found=found,
        repair=text("Check the address in surveys/sources.yaml; evallib may be too old for this server"),
    )


def whole(system: str, wanted: int, found: int) -> None:
    """ServerError where a server counts more entries than it sent, or fewer."""
    if wanted != found:
        raise ServerError(
            text("{system} counts {n} entries and sent {found}", system=system, n=wanted, found=found),
            repair=text("Run the same command again; somebody may have signed up meanwhile"),
        )


def as_csv(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    """Rows as a file of the inbox: UTF-8, commas."""
    import csv
    import io

    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return file.getvalue().encode()
