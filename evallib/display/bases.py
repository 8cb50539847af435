"""The line under a title: who was asked, who answered, when, and from which source."""

from __future__ import annotations

from evallib.display.edition import Edition
from evallib.results import ReleasedCell


def survey_base(e: Edition, survey: str) -> str:
    """Invited and answered of a survey; what is not known is said to be unknown."""
    answered = e.cell(f"SRC.answered[survey={survey}]")
    invited = e.cell(f"SRC.invited[survey={survey}]")
    if survey in ("q1", "f1"):
        invited = e.cell("SRC.q1_reached") if survey == "q1" else invited
    source = e.label("survey", survey)
    if answered is None or not answered.shown:
        return e.t("base.source", period=e.period, source=source)
    if invited is None or not invited.shown:
        return e.t("base.answered", period=e.period, source=source, answered=e.text(answered))
    key = "base.reached" if survey == "q1" else "base.invited"
    return e.t(key, period=e.period, source=source, answered=e.text(answered), invited=e.text(invited))


def records_base(e: Edition, source: str, total: ReleasedCell | None = None) -> str:
    """Records of the project itself; ``source`` is a code such as ``logs``."""
    named = e.label("source", source)
    if total is None or not total.shown:
        return e.t("base.source", period=e.period, source=named)
    return e.t("base.records", period=e.period, source=named, n=e.text(total))
