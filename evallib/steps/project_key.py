"""The project's pseudonym key, looked at before anything is written with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from evallib.errors import PrivacyError, text
from evallib.steps.context import Context

if TYPE_CHECKING:
    from evallib.privacy.keys import Key


def project_key(context: Context) -> Key:
    """The key that this workspace's pseudonyms are made with.

    Raises PrivacyError for a missing key, for the public key of the demo in a real project, for a key that
    can be guessed and under which nothing is frozen yet, and for another key than that of earlier freezes:
    people would silently become other people.
    """
    from evallib.privacy.keys import is_weak, load_key

    project = context.workspace.project
    key = load_key(project.key, project.number, project.programme_period)
    if key.public and not project.marked:
        raise PrivacyError(
            text("The demo's public key can't protect real people"),
            where="surveys/project.yaml: key",
            expected=text("keyring, or env:NAME"),
            repair=text("Set key: keyring there, then make a key: evallib key"),
        )
    refuse_other_keys(context, [key.key_id])
    if not key.public and is_weak(key.secret) and key.key_id not in used_keys(context):
        raise PrivacyError(
            text("The pseudonym key is too simple"),
            where=project.key,
            expected=text("64 hexadecimal digits drawn at random"),
            found=text("few different digits, or a pattern that repeats"),
            repair=text(
                'Make a random one: evallib key, or python -c "import secrets; print(secrets.token_hex(32))"'
            ),
        )
    return replace(key, plus_tags=project.plus_tags)


def key_fault(context: Context) -> PrivacyError | None:
    """Why the next freeze could not be made with the key that is at hand; None when it could."""
    try:
        project_key(context)
    except PrivacyError as fault:
        return fault
    return None


def refuse_other_keys(context: Context, at_hand: Iterable[str]) -> None:
    """Raise PrivacyError when data are frozen under a key that is neither at hand nor declared lost."""
    at_hand = [*at_hand, *(one.key_id for one in retired_keys(context))]
    missing = used_keys(context) - set(at_hand) - set(context.workspace.project.lost_keys)
    if missing:
        raise PrivacyError(
            text("Data of this project are frozen under another key"),
            expected=text("the key {key}", key=", ".join(sorted(missing))),
            found=", ".join(at_hand) or text("no key"),
            repair=text(
                "Restore that key from its backup. If it is lost for good, add its id to lost_keys in "
                "surveys/project.yaml: people of earlier freezes can then no longer be recognised or erased"
            ),
        )


def retired_keys(context: Context) -> list[Key]:
    """Earlier keys of the project that the keyring still has and data are frozen under."""
    from evallib.privacy.keys import retired_key

    project = context.workspace.project
    if project.key != "keyring":
        return []
    found = (retired_key(project.number, project.programme_period, one) for one in sorted(used_keys(context)))
    return [replace(one, plus_tags=project.plus_tags) for one in found if one is not None]


def used_keys(context: Context) -> set[str]:
    """Ids of the keys under which the latest freezes were made."""
    from evallib.store import Tier

    store = context.store
    latest = [store.latest(Tier.FROZEN, period) for period in store.periods(Tier.FROZEN)]
    return {str(one.facts["key"]) for one in latest if one is not None and "key" in one.facts}
