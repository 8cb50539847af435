"""How a fetched survey is said: each number with what it is a number of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evallib.errors import Text, text

if TYPE_CHECKING:
    from evallib.cli.words import Speaker
    from evallib.steps.fetch import Fetched
    from evallib.steps.fetch_lists import FetchedList

_LIST_WORDS = {
    "tickets": text("signed up"),
    "came": text("of them seen there"),
    "cancelled": text("cancelled"),
    "invited": text("invited, declined or without an answer"),
    "test orders": text("test orders, left out"),
    "other products": text("other products, left out"),
    "early check-ins": text("check-ins made by the system on another day, left out"),
    "months": text("months"),
}
_ALWAYS = ("tickets", "came", "months")


def response_words(one: Fetched) -> Iterator[Text]:
    """Answers, then the invited with the share of each that can be told; what is not recorded is said."""
    yield text(
        "{survey}: {answers} answers begun, {complete} submitted",
        survey=one.survey, answers=one.answers, complete=one.complete,
    )  # fmt: skip
    if one.invited is None:
        yield text("  no participants' table on the server: how many were invited is not recorded")
    elif one.invited:
        used = one.used or 0
        yield text(
            "  invited {n}; of the invited, {share} % ({used}/{n}) have answered by the server's own mark",
            n=one.invited, used=used, share=f"{100 * used / one.invited:.1f}",
        )  # fmt: skip
        yield (
            text("  invitations sent by the server: {n} of {invited}", n=one.sent, invited=one.invited)
            if one.sent
            else text("  invitations sent: not recorded on the server")
        )
    if one.anonymous:
        yield text("  an anonymous survey: answers can't be joined to people, nor paired between years")


def list_words(one: FetchedList, speaker: Speaker) -> str:
    """What a fetched list or report holds, and what was left out of it."""
    return ", ".join(
        f"{speaker.say(_LIST_WORDS[word])} {count}"
        for word, count in one.counts.items()
        if count or word in _ALWAYS
    )
