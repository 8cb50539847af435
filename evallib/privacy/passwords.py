"""Passwords of servers: from the operating system's keyring or the environment, and nowhere else."""

from __future__ import annotations

import os

from evallib.errors import PrivacyError, text
from evallib.privacy.keys import ask_keyring


def load_password(where: str, user: str, server: str, system: str = "limesurvey") -> str:
    """The password that lies at ``keyring`` or ``env:NAME``; PrivacyError says how to put one there.

    In the keyring it lies under "evallib SYSTEM", for the account USER@SERVER.
    """
    if where.startswith("env:"):
        name = where.removeprefix("env:")
        found = os.environ.get(name, "")
        lacking = text("the environment variable {name} is not set", name=name)
        repair = text("Set it in this session only, or write keyring in surveys/sources.yaml")
    else:
        account = f"{user}@{server}"
        found = ask_keyring("get_password", f"evallib {system}", account)
        lacking = text("no password of {account} in the keyring", account=account)
        repair = text(
            'Store it, in a terminal: python -m keyring set "{service}" "{account}"',
            service=f"evallib {system}",
            account=account,
        )
    if not found:
        raise PrivacyError(
            text("The password for {server} is missing", server=server),
            expected=text("a password that is kept apart from the data"),
            found=lacking,
            repair=repair,
        )
    return found
