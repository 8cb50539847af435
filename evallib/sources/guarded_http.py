"""The way to a server and back: one request, one whole answer, or a named error.

A session of ``requests`` with a time limit for every call as a whole (a server that drips a byte at a time
ends too), which follows no redirect, reads no password file of the system, takes no more than an answer
may hold, and looks at it before anybody believes it. No error text holds what was sent or received.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests import exceptions as faults
from urllib3.exceptions import HTTPError, ReadTimeoutError

from evallib.errors import ServerError, Text, text
from evallib.sources.servers import FILE, is_loopback

_LATER = text("Try again later, or make page in surveys/sources.yaml smaller")
_CHUNK = 65536


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, seconds of silence, seconds for a whole call; bytes of an answer."""

    connect: float = 10
    silence: float = 60
    call: float = 180
    body: int = 64 * 1024 * 1024


@dataclass
class _Attempt:
    """What a call has come to, seen from outside its thread."""

    status: int = 0
    kind: str = ""
    location: str = ""
    body: bytes = b""
    fault: Exception | None = None
    too_long: bool = False
    response: requests.Response | None = field(default=None, repr=False)


class GuardedSession(requests.Session):
    """A session of ``requests`` that raises ServerError for everything but an answer.

    again, address: what to do when an answer broke off, or where the address seems to be wrong.
    """

    again = text("Run the same command again")
    address = text("Check the address and the names in surveys/sources.yaml")

    def __init__(self, address: str, limits: Limits) -> None:
        super().__init__()
        self.limits = limits
        self.server = urlsplit(address).hostname or ""
        self.trust_env = not is_loopback(self.server)  # proxies and authorities of the house, else none
        self.auth = _as_it_is  # a password of ~/.netrc stays there
        self.headers["Accept-Encoding"] = "gzip, identity"

    def request(self, method: Any, url: Any, *positional: Any, **options: Any) -> Any:
        """One call. The answer's body is read whole and checked."""
        attempt = _Attempt()
        options |= {
            "timeout": (self.limits.connect, self.limits.silence),
            "allow_redirects": False,
            "stream": True,
        }

        def run() -> None:
            try:
                self._receive(attempt, super(GuardedSession, self).request(method, url, **options))
            except (faults.RequestException, HTTPError, OSError, ValueError) as fault:
                attempt.fault = fault

        # A thread, because no time limit of the library covers a call as a whole: each counts silence only.
        worker = threading.Thread(target=run, daemon=True)
        worker.start()
        worker.join(self.limits.call)
        if worker.is_alive():
            self.raise_late(self.limits.call)
        if attempt.fault is not None:
            self.raise_fault(attempt.fault)
        self._check(attempt)
        self.check_reply(attempt.body, options.get("data", ""))
        response = attempt.response
        assert response is not None
        response._content, response.encoding = attempt.body, "utf-8"
        return response

    def _receive(self, attempt: _Attempt, response: requests.Response) -> None:
        attempt.response, attempt.status = response, response.status_code
        attempt.kind = response.headers.get("Content-Type", "")
        attempt.location = response.headers.get("Location", "")
        body = bytearray()
        with response:
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > self.limits.body:
                    attempt.too_long = True
                    return
        attempt.body = bytes(body)

    def raise_late(self, seconds: float) -> NoReturn:
        raise ServerError(
            text("{server} did not answer in time", server=self.server),
            expected=text("a whole answer within {seconds} seconds", seconds=f"{seconds:g}"),
            repair=_LATER,
        )

    def raise_fault(self, fault: Exception) -> NoReturn:
        inner = fault.args[0] if fault.args else None
        if isinstance(fault, faults.Timeout) or isinstance(inner, ReadTimeoutError):
            connecting = isinstance(fault, faults.ConnectTimeout)
            self.raise_late(self.limits.connect if connecting else self.limits.silence)
        if isinstance(fault, faults.SSLError):
            raise ServerError(
                text("The connection to {server} is not safe", server=self.server),
                expected=text("a valid certificate of this server"),
                found=_tls_words(fault),
                repair=text("Nothing was sent. Tell the server's keeper; check this computer's clock too"),
            )
        if isinstance(fault, faults.ChunkedEncodingError | faults.ContentDecodingError):
            self.raise_cut(type(fault).__name__)
        if isinstance(fault, faults.InvalidURL | faults.MissingSchema | faults.InvalidSchema):
            raise ServerError(text("The server's address can't be used"), where=FILE, repair=self.address)
        raise ServerError(
            text("{server} can't be reached", server=self.server),
            found=type(fault).__name__,
            repair=text("Check the network and the address in surveys/sources.yaml, then run again"),
        )

    def raise_cut(self, found: Text | str) -> NoReturn:
        raise ServerError(
            text("The answer of {server} breaks off in the middle", server=self.server),
            found=found,
            repair=self.again,
        )

    def _check(self, attempt: _Attempt) -> None:
        """What a server says before its words count: status, emptiness, a page instead of data."""
        start = attempt.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if 300 <= attempt.status < 400:
            raise ServerError(
                text("{server} sends us to another address", server=self.server),
                found=_host_of(attempt.location),
                repair=text("Write the address that the server uses now into surveys/sources.yaml"),
            )
        if attempt.status != 200:
            self.check_status(attempt.status, attempt.body)
            busy = attempt.status in (408, 429) or attempt.status >= 500
            raise ServerError(
                text("{server} answers with the fault {status}", server=self.server, status=attempt.status),
                found=attempt.kind[:60],
                repair=_LATER if busy else self.address,
            )
        if attempt.too_long:
            raise ServerError(
                text("The answer of {server} is too long", server=self.server),
                expected=text("at most {n} bytes", n=self.limits.body),
                repair=text("Make page in surveys/sources.yaml smaller"),
            )
        self.check_start(start)
        if start.startswith(b"<"):
            raise ServerError(
                text("{server} sends a web page instead of data", server=self.server),
                repair=self.address,
            )

    def check_status(self, status: int, body: bytes) -> None:
        """Raise what a fault means to this kind of server, where it has a meaning of its own."""

    def check_start(self, start: bytes) -> None:
        """Look at the first bytes of an answer; an empty one is a ServerError."""
        if not start:
            raise ServerError(text("{server} gives an empty answer", server=self.server), repair=self.address)

    def check_reply(self, body: bytes, sent: Any) -> None:
        """Look at a whole answer, which must be JSON with no key twice. sent: the body of the request."""
        self.parsed(body)

    def parsed(self, body: bytes) -> Any:
        """The answer as JSON; raises ServerError where it breaks off or is something else."""
        try:
            return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        except json.JSONDecodeError as fault:
            if body.lstrip()[:1] in (b"{", b"["):
                self.raise_cut(text("JSON that ends or breaks at byte {position}", position=fault.pos))
        except (ValueError, RecursionError):
            pass
        self.raise_strange()

    def raise_strange(self) -> NoReturn:
        raise ServerError(
            text("{server} does not answer with data", server=self.server),
            expected="JSON",
            repair=self.address,
        )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _host_of(location: str) -> str:
    """Where a redirect leads, without what may follow the host."""
    try:
        parts = urlsplit(location)
        return f"{parts.scheme}://{parts.hostname}"[:100] if parts.hostname else ""
    except ValueError:
        return ""


def _tls_words(fault: Exception) -> str:
    """The system's own words on a certificate, of which there is a short list; else the kind of fault."""
    said = str(fault)
    known = (
        "certificate has expired",
        "certificate is not yet valid",
        "self-signed certificate",
        "self signed certificate",
        "Hostname mismatch",
        "unable to get local issuer certificate",
        "wrong version number",
    )
    return next((one for one in known if one.lower() in said.lower()), type(fault).__name__)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError("a key twice")
        found[key] = value
    return found


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(constant)
