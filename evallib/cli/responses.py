"""How a fetched survey is said: each number with what it is a number of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evallib.errors import Text, text

if TYPE_CHECKING:
    from evallib.steps.fetch import Fetched


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
