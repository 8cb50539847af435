"""The pseudonym key: where it lies, and the only things it is ever used for.

One key a programme period. Whoever holds it and a list of addresses can tell who is who, so it is kept
apart from the data: in the operating system's keyring or an environment variable, never in a file of
the workspace. The demo project's key is public and protects nobody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field

from evallib.errors import PrivacyError, Text, text

SERVICE = "evallib"
BYTES = 32


@dataclass(frozen=True)
class Key:
    """A secret that makes names. key_id tells keys apart without telling the key; public: the demo's.

    plus_tags: whether this project takes aino+news@… for somebody else than aino@….
    """

    secret: bytes = field(repr=False)
    key_id: str
    public: bool = False
    plus_tags: bool = True

    def digest(self, *parts: str) -> bytes:
        """A keyed hash of several texts; no two lists of texts run together."""
        message = json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")
        return hmac.new(self.secret, message, hashlib.sha256).digest()

    def name(self, prefix: str, *parts: str) -> str:
        """``prefix`` and 128 bits of the digest, in small letters and digits."""
        code = base64.b32encode(self.digest(*parts)[:16]).decode("ascii")
        return prefix + code.rstrip("=").lower()


def key_from(secret: bytes) -> Key:
    """A private key from its bytes; the id is a hash of a hash, so it gives nothing away."""
    return Key(secret, "k-" + Key(secret, "").digest("evallib key id", "1").hex()[:8])


def is_weak(secret: bytes) -> bool:
    """Whether a key can be guessed: fewer than eight different hexadecimal digits, a block that repeats, or
    bytes that count up or down.

    Of random keys of 32 bytes one in 10^18 would be called weak.
    """
    size = len(secret)
    repeats = any(secret == (secret[:n] * size)[:size] for n in range(1, size // 2 + 1))
    steps = {(after - before) % 256 for before, after in zip(secret, secret[1:], strict=False)}
    return len(set(secret.hex())) < 8 or repeats or len(steps) < 2


def demo_key() -> Key:
    """The demo project's key. Anybody can compute it: it may guard invented people only."""
    secret = hashlib.sha256(b"evallib demo key: public, guards invented people only").digest()
    return Key(secret, "demo-public", public=True)


def load_key(where: str, project_number: str, programme_period: str) -> Key:
    """The key from ``keyring``, ``env:NAME`` or ``demo``; PrivacyError says how to make a missing one."""
    if where == "demo":
        return demo_key()
    if where.startswith("env:"):
        return _from_environment(where.removeprefix("env:"))
    if where != "keyring":
        raise PrivacyError(
            text("{place} is no place for a key", place=repr(where)),
            expected=text("keyring, env:NAME or demo"),
            where="surveys/project.yaml: key",
        )
    written = ask_keyring("get_password", SERVICE, _user(project_number, programme_period))
    if not written:
        raise _missing(
            text(
                "no key for project {number}, programme period {period}, in the keyring",
                number=project_number,
                period=programme_period,
            ),
            text("Make one: evallib key. Restore the old one from its backup if data are frozen already"),
        )
    return key_from(_bytes(written, text("the keyring")))


def make_key(project_number: str, programme_period: str) -> Key:
    """A new key in the keyring. PrivacyError when there is one: a new one would break every link."""
    user = _user(project_number, programme_period)
    if ask_keyring("get_password", SERVICE, user):
        raise PrivacyError(
            text("There is a key for this project and programme period already"),
            expected=text("one key a programme period"),
            repair=text("Keep using it; frozen data can't be linked to new data under another key"),
        )
    written = new_secret()
    ask_keyring("set_password", SERVICE, user, written)
    return key_from(bytes.fromhex(written))


def has_key(project_number: str, programme_period: str) -> bool:
    """Whether the keyring holds a key for the project and programme period."""
    return bool(ask_keyring("get_password", SERVICE, _user(project_number, programme_period)))


def put_key(project_number: str, programme_period: str, written: str) -> Key:
    """A key that came back from paper into the keyring, which holds none or this very one.

    Raises PrivacyError when another key is there: it would be lost.
    """
    user, key = _user(project_number, programme_period), key_from(bytes.fromhex(written))
    there = ask_keyring("get_password", SERVICE, user)
    if there and there.strip().lower() != written:
        raise PrivacyError(
            text("The keyring holds another key of this project and programme period"),
            expected=text("the key {key}, or none", key=key.key_id),
            found=key_from(_bytes(there, text("the keyring"))).key_id,
            repair=text("Keep the one that is there, or back it up and remove it from the keyring first"),
        )
    if not there:
        ask_keyring("set_password", SERVICE, user, written)
    return key


def retire_key(project_number: str, programme_period: str) -> Key:
    """A new key in the place of the one that is there, which stays in the keyring under its id.

    The old one is kept first, so that a run that was cut short loses none. PrivacyError without a key.
    """
    old = load_key("keyring", project_number, programme_period)
    user = _user(project_number, programme_period)
    ask_keyring("set_password", SERVICE, f"{user}/{old.key_id}", old.secret.hex())
    written = new_secret()
    ask_keyring("set_password", SERVICE, user, written)
    return key_from(bytes.fromhex(written))


def retired_key(project_number: str, programme_period: str, key_id: str) -> Key | None:
    """An earlier key of the keyring, None when it has none of that id."""
    written = ask_keyring("get_password", SERVICE, f"{_user(project_number, programme_period)}/{key_id}")
    return key_from(_bytes(written, text("the keyring"))) if written else None


def new_secret() -> str:
    """A new key as text, for those who keep it in an environment variable."""
    return secrets.token_hex(BYTES)


def _user(project_number: str, programme_period: str) -> str:
    return f"{project_number}/{programme_period}"


def _from_environment(name: str) -> Key:
    written = os.environ.get(name, "")
    if not written:
        raise _missing(
            text("the environment variable {name} is not set", name=name),
            text("Set it to 64 random hexadecimal digits, and keep a copy in a safe place"),
        )
    return key_from(_bytes(written, text("the environment variable {name}", name=name)))


def _bytes(written: str, place: Text) -> bytes:
    """The key's bytes. What stood there is never shown."""
    try:
        secret = bytes.fromhex(written.strip())
    except ValueError:
        secret = b""
    if len(secret) < BYTES:
        raise PrivacyError(
            text("The pseudonym key can't be used"),
            where=place,
            expected=text("at least 64 hexadecimal digits"),
            found=text("{n} characters that do not fit", n=len(written)),
            repair=text("Restore the key from its backup, or make one: evallib key"),
        )
    return secret


def _missing(found: Text, repair: Text) -> PrivacyError:
    return PrivacyError(
        text("The pseudonym key is missing"),
        expected=text("a key that is kept apart from the data"),
        found=found,
        repair=repair,
    )


def ask_keyring(call: str, *arguments: str) -> str:
    """A call to the system's keyring, which is only loaded here; "" when it has no such entry."""
    import keyring
    import keyring.errors

    try:
        return str(getattr(keyring, call)(*arguments) or "")
    except keyring.errors.KeyringError as fault:
        raise PrivacyError(
            text("This computer's keyring can't be used"),
            found=type(fault).__name__,
            repair=text("Unlock it, or keep the secret in an environment variable, declared as env:NAME"),
        ) from None
