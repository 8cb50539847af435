"""Answers of LimeSurvey's remote control, as citric gets them over the guarded session."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from evallib.errors import ServerError, text
from evallib.sources.guarded_http import GuardedSession

AGAIN = text("Run the same command again; pages that arrived whole are kept for a day")


class RemoteSession(GuardedSession):
    """A session that citric can use: answers are JSON-RPC and belong to the very call."""

    again = AGAIN
    address = text("Check the address in surveys/sources.yaml; it ends in /index.php/admin/remotecontrol")

    def check_start(self, start: bytes) -> None:
        if not start:
            raise ServerError(
                text("{server} gives an empty answer", server=self.server),
                expected=text("the remote control switched on, as JSON-RPC"),
                repair=text("Ask for it: Global settings, Interfaces, RPC interface enabled: JSON-RPC"),
            )
        if start.startswith(b"<?xml"):
            raise ServerError(
                text("The remote control of {server} speaks XML", server=self.server),
                expected=text("the remote control switched on, as JSON-RPC"),
                repair=text("Ask for it: Global settings, Interfaces, RPC interface enabled: JSON-RPC"),
            )

    def check_reply(self, body: bytes, sent: Any) -> None:
        """The three parts of a reply, none twice, and the number of the very call it answers."""
        if body.lstrip()[:1] == b"[":
            self.raise_strange()
        reply = self.parsed(body)
        if not isinstance(reply, dict) or not {"id", "result", "error"} <= set(reply):
            self.raise_strange()
        asked = json.loads(sent)["id"]
        if reply["id"] != asked and reply["error"] is None:
            raise ServerError(
                text("{server} answers another question than was asked", server=self.server),
                expected=text("the answer number {id}", id=asked),
                found=str(reply["id"])[:20],
                repair=text("Something between here and the server keeps old answers: ask its keeper"),
            )
        if reply["id"] != asked:
            self.raise_strange()

    def raise_strange(self) -> NoReturn:
        raise ServerError(
            text("{server} does not answer as LimeSurvey does", server=self.server),
            expected='{"id": …, "result": …, "error": …}',
            repair=self.address,
        )
