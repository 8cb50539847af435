"""Pseudonyms: the same person gets the same name within one purpose, and another in every other."""

from __future__ import annotations

import re
import unicodedata

from evallib.errors import PrivacyError, text
from evallib.privacy.keys import Key

VERSION = "1"  # of the normal form; part of every pseudonym, so that forms never mix
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def normal_form(email: str, *, plus_tags: bool = True) -> str:
    """One spelling for one address: Unicode NFKC, small letters, no outer blanks, punycode domain.

    ``plus_tags=False`` drops ``+tag`` before the @, for projects whose people use it to sort their mail.
    """
    local, at, domain = _folded(email).rpartition("@")
    if not at:
        return domain
    if not plus_tags:
        local = local.split("+", 1)[0] or local
    return f"{local}@{_punycode(domain.rstrip('.'))}"


def is_address(written: str) -> bool:
    """Whether a text is an e-mail address: one @, something before it, a domain with a dot after it."""
    return _ADDRESS.fullmatch(normal_form(written)) is not None


def pseudonym(email: str, purpose: str, key: Key) -> str:
    """The person's name for one purpose (a survey's id, "participation"), as ``p_`` and 26 characters.

    HMAC-SHA-256 of version, purpose and normal form. PrivacyError for a text that is no address: people
    without one would all become one person.
    """
    if not is_address(email):
        raise PrivacyError(
            text("A pseudonym can't be made without an e-mail address"),
            where=text("purpose {purpose}", purpose=purpose),
            repair=text("Check the column of addresses in the source"),
        )
    return key.name("p_", "address", VERSION, purpose, normal_form(email, plus_tags=key.plus_tags))


def stand_in(key: Key, purpose: str, *facts: str) -> str:
    """A name for somebody without an address, from what is known of the record (event and row, token)."""
    return key.name("p_", "record", VERSION, purpose, *facts)


def _folded(written: str) -> str:
    """Compatible characters made one, small letters, invisible characters and outer blanks away."""
    folded = unicodedata.normalize("NFKC", written).casefold()
    seen = folded if folded.isprintable() else "".join(filter(_visible, folded))
    seen = seen.strip()
    return seen if seen == written else _folded(seen)


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Cc")


def _punycode(domain: str) -> str:
    """The domain in its ASCII form; as it stands when it is no domain."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain
