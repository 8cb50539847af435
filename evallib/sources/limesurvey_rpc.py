"""LimeSurvey's remote control: one login, calls whose refusals have names, and the key given back.

A wrong password is never tried twice: after three the server shuts out everybody behind the same
address for ten minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

from citric.exceptions import LimeSurveyError
from citric.session import Session

from evallib.errors import ServerError, Text, text
from evallib.sources.guarded_http import Limits
from evallib.sources.limesurvey_http import AGAIN, RemoteSession

_RELEASE = Limits(connect=5, silence=10, call=10)
_RIGHTS = text(
    "Ask the server's keeper for the right to view this survey's content and participants and to export its "
    "answers"
)
_NUMBER = text("Correct the survey's number in surveys/sources.yaml")
# What the server says → what it means, and what to do. Several causes may share one sentence there.
_SAID: tuple[tuple[str, Text, Text], ...] = (
    (
        "Invalid user name or password",
        text("{server} does not take the user name and password"),
        text(
            "Check both with a browser before running again: the third failure shuts you out for ten minutes"
        ),
    ),
    (
        "You have exceeded the number of maximum login attempts",
        text("{server} has shut out this address after failed logins"),
        text("Wait ten minutes, check user name and password with a browser, then run again"),
    ),
    ("Invalid session key", text("The session on {server} has ended"), AGAIN),
    ("No permission", text("The user may not do this on {server}, or there is no such survey"), _RIGHTS),
    ("Permission denied", text("The user may not do this on {server}, or there is no such survey"), _RIGHTS),
    ("Error: Invalid survey ID", text("There is no such survey on {server}"), _NUMBER),
    ("Invalid surveyid", text("There is no such survey on {server}"), _NUMBER),
    (
        "No Data, survey table does not exist",
        text("The survey is not active on {server}"),
        text("Activate it, or take it out of surveys/sources.yaml"),
    ),
    (
        "Language code not found",
        text("The survey on {server} lacks the language"),
        text("Export it by hand, or add the language to the survey"),
    ),
    (
        "Error: Invalid language",
        text("The survey on {server} lacks the language"),
        text("Export it by hand, or add the language to the survey"),
    ),
)


class Refused(ServerError):
    """A server that understood, and said no. said: its own words."""

    said: str = ""


class Remote:
    """An open session. Every call gives the server's result, or raises ServerError."""

    def __init__(self, session: Session, transport: RemoteSession, secrets: tuple[str, ...]) -> None:
        self._session, self._transport, self._secrets = session, transport, secrets
        self.server = transport.server

    def call(self, method: str, *parameters: Any) -> Any:
        """The result of a method, for this session's key. Raises Refused with the server's reason."""
        try:
            return self._session.rpc(method, *parameters)
        except LimeSurveyError as fault:
            said = str(fault)
        raise refusal(said, self.server, method, self._secrets)

    def refuse_strange(self, found: Text) -> NoReturn:
        """Raise ServerError for a result that LimeSurvey does not give."""
        raise ServerError(
            text("{server} does not answer as LimeSurvey does", server=self.server),
            found=found,
            repair=text("Export structure and answers by hand, and put both into the inbox"),
        )


@contextmanager
def connected(address: str, user: str, password: str, limits: Limits | None = None) -> Iterator[Remote]:
    """A session that lasts as long as the block; the key is given back however the block ends.

    Logs in once. Raises ServerError; the password and the key are in none of its texts.
    """
    transport = RemoteSession(address, limits or Limits())
    said, session = "", None
    try:
        session = Session(address, user, password, requests_session=transport)
    except LimeSurveyError as fault:
        said = str(fault)
    finally:
        if session is None:
            transport.close()
    if session is None:
        raise refusal(said, transport.server, "get_session_key", (password,))
    key = session.key
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z0-9_~-]{8,200}", key):
        transport.close()
        raise refusal("", transport.server, "get_session_key", (password,))
    try:
        yield Remote(session, transport, (password, key))
    finally:
        transport.limits = _shorter(transport.limits)
        try:
            session.close()
        except (ServerError, LimeSurveyError):
            transport.close()  # a key that could not be given back ends by itself, after two hours


def _shorter(limits: Limits) -> Limits:
    return Limits(
        min(limits.connect, _RELEASE.connect),
        min(limits.silence, _RELEASE.silence),
        min(limits.call, _RELEASE.call),
    )


def refusal(said: str, server: str, method: str, secrets: tuple[str, ...]) -> Refused:
    """The named error for what a server said; its words are shown without secrets, and not at length."""
    for secret in secrets:
        said = said.replace(secret, "…") if secret else said
    known = next((one for one in _SAID if said.startswith(one[0])), None)
    problem, repair = (known[1], known[2]) if known else (text("{server} refuses {method}"), AGAIN)
    values = {"server": server, "method": method}
    fault = Refused(
        replace(problem, values=values),
        where=f"{server}: {method}",
        found=said[:150],
        repair=repair,
    )
    fault.said = said
    return fault
