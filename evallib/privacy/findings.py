"""What an attack found, and how it stops a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evallib.errors import PrivacyError, text
from evallib.results import ResultId

UNDECIDED = "UNDECIDED"  # the clock ended the search: nothing is known, so nothing may leave


@dataclass(frozen=True)
class Finding:
    """kind: SMALL_SHOWN, RECOVERED, TIGHT or INCONSISTENT, as in the audit form, or UNDECIDED; of the network
    figure ELIMINATED or LEFT_OUT, where low and high count names or organisations. where: group and answers.

    low, high: what the number can still be. repair: the numbers to hide, of which "(base)" is that beside
    others; without any the table has to be withheld. release: the number of the release that told it.
    """

    kind: str
    table: str
    where: str
    ids: tuple[ResultId, ...] = ()
    low: int | None = None
    high: int | None = None
    repair: tuple[str, ...] = ()
    release: int = 0

    @property
    def range(self) -> str:
        """What the number can still be, as 4 or 2–5; ? where that was not found out."""
        low, high = ("?" if end is None else str(end) for end in (self.low, self.high))
        return low if low == high else f"{low}–{high}"


def stop_if_found(findings: Sequence[Finding]) -> None:
    """Raise PrivacyError that names the numbers and what helps; without findings nothing happens."""
    if not findings:
        return
    if all(one.kind == UNDECIDED for one in findings):
        raise PrivacyError(
            text("The attack on this release came to no end, so it can't leave"),
            expected=text("an answer within an hour for each table"),
            found="; ".join(one.table for one in findings[:5]),
            repair=text("Run it again with less other work on the machine"),
        )
    untrue = all(one.kind == "INCONSISTENT" for one in findings)
    hide = tuple(dict.fromkeys(name for one in findings for name in one.repair))
    period = hide[0].partition("/")[0] if hide else ""
    raise PrivacyError(
        text("{n} numbers of this release are not those of the frozen data", n=len(findings))
        if untrue
        else text("{n} numbers below the threshold could be worked out from this release", n=len(findings)),
        expected=text("every hidden number able to be 1 to threshold - 1"),
        found="; ".join(f"{one.table}: {one.where} ({one.kind} {one.range})" for one in findings[:5]),
        repair=text(
            "Hide also {ids}. What is hidden is planned anew by: evallib report {period} --again",
            ids=", ".join(hide),
            period=period,
        )
        if hide
        else text("Withhold the breakdown {table}", table=findings[0].table),
    )
