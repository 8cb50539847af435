"""Where the numbers come from: surveys, register, data quality, follow-up figures."""

from __future__ import annotations

from evallib.display.edition import EMPTY, Cells, Edition, code
from evallib.display.publication import CellText, TableData
from evallib.display.tables.common import breakdown, measures
from evallib.results import ReleasedCell


def surveys(e: Edition) -> TableData:
    """T2.1: per survey the invited, answers (on paper, where there are), complete ones, rate and weeks."""
    paper = ("paper:count",) if e.series("SRC.paper", "survey") else ()
    columns = e.columns(
        "survey", "invited:count", "answered:count", *paper, "complete:count", "rate:share", "weeks"
    )
    names = [code(one, "survey") for one in e.series("SRC.answered", "survey")]
    order = ("q1", "f1", "q2", "q3", "q4")
    rows = [_survey_row(e, one, bool(paper)) for one in sorted(names, key=lambda n: (n not in order, n))]
    return e.table("T2.1", e.t("T2.1.title"), columns, rows, e.t("T2.1.note"))


def _survey_row(e: Edition, survey: str, paper: bool) -> Cells:
    def cell(measure: str) -> ReleasedCell | None:
        return e.cell(f"SRC.{measure}[survey={survey}]")

    invited = e.cell("SRC.q1_reached") if survey == "q1" else cell("invited")
    typed = [cell("paper")] if paper else []
    told = [e.show(one) for one in (invited, cell("answered"), *typed, cell("complete"), cell("rate"))]
    return (e.label("survey", survey), *told, _weeks(cell("week_first"), cell("week_last")))


def _weeks(first: ReleasedCell | None, last: ReleasedCell | None) -> CellText:
    """``37–43/2025`` from ISO weeks as numbers (202537)."""
    if first is None or last is None or not first.shown or not last.shown:
        return EMPTY
    start, end = divmod(int(first.value or 0), 100), divmod(int(last.value or 0), 100)
    ids = (str(first.id), str(last.id))
    year = f"/{end[0]}" if end[0] else ""
    before = f"/{start[0]}" if start[0] not in (0, end[0]) else ""
    if start == end:
        return CellText(f"{end[1]}{year}", ids=ids)
    return CellText(f"{start[1]}{before}–{end[1]}{year}", ids=ids)


def register(e: Edition) -> TableData:
    """T3.1: the programme's wellbeing projects by sector."""
    return breakdown(e, "T3.1", [("REG.projects", "sector")])


def quality(e: Edition) -> TableData:
    """TA.1: how complete the data are."""
    return measures(
        e,
        "TA.1",
        (
            "I38.file_share",
            "I38.region_share",
            "I14.known",
            "I01.organisations",
            "I01.answering",
            "SRC.q1_reached",
            *(f"SRC.rate[survey={one}]" for one in ("q1", "f1", "q2", "q3", "q4")),
            "I38.budget_share",
            "I38.findings_closed_share",
        ),
        e.t("TA.1.weights" if e.publication.plan.weights else "TA.1.note"),
    )


def follow_up(e: Edition) -> TableData:
    """TC.1: the figures that follow-up reporting usually asks for; self-reports stand apart."""
    people = [f"I20.by_sex[sex={one}]" for one in ("f", "m", "o", "ns", "not_given", "unknown")]
    people += [f"I20.by_age[age={one}]" for one in ("u40", "o40", "unknown")]
    return measures(
        e,
        "TC.1",
        (
            "I19.events",
            "I19.events_cumulative",
            "I20.participations",
            "I20.participations_cumulative",
            "I20.persons_low",
            "I20.persons_high",
            *people,
            "I21.hours",
            "I21.training_days",
            "I21.training_days_cumulative",
            "I10.reporting",
            "I10.jobs_new",
            "I10.jobs_kept",
            "I10.firms_founded",
        ),
        e.t("TC.1.note"),
    )
