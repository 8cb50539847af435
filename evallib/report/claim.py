"""The account of work for a payment claim: what logs and attendance tell of some days, on the headings of the
official final report.

No answer to a survey stands in it. Every number says what it was counted from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from evallib.display import CellText, NothingToShow, Span, TableData, numbers
from evallib.display.edition import EMPTY, Cells, Edition
from evallib.report.elements import Element, aside, blank, facts, paragraph
from evallib.report.official import SKELETON, listed_names, outline, project_rows
from evallib.report.tables import table_element
from evallib.report.words import Material

Record = Mapping[str, object]


@dataclass(frozen=True)
class Count:
    """A number: of what (message id), which class of it (dim, code; "" = all), what it was counted from."""

    what: str
    number: int
    source: str
    dim: str = ""
    code: str = ""


@dataclass(frozen=True)
class Attendance:
    """Participations of whole months. days: the first and the last of them, () without a whole month.

    number: None where so few may not be told. source: releases or freezes that they are from.
    """

    days: tuple[date, ...] = ()
    number: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Whole:
    """A whole period inside the claim. told: released numbers of persons and hours by measure, as
    ``I21.hours``; accounts: the row of the project's accounts."""

    period: str
    source: str
    told: Sequence[tuple[str, float]] = ()
    accounts: Record | None = None


@dataclass(frozen=True)
class Claim:
    """What logs and attendance tell of the days from ``first`` to ``last``.

    logs: records of those days by log, every cell text. counts: in the order of print.
    """

    first: date
    last: date
    logs: Mapping[str, Sequence[Record]]
    counts: Sequence[Count]
    attendance: Attendance
    periods: Sequence[Whole] = ()


CONTENT = {
    "implementer": ("implementer",),
    "project": ("project",),
    "summary": ("summary",),
    "higher": ("higher",),
    "own": ("objectives", "tasks"),
    "measures": ("events", "contents"),
    "timetable": ("deviations",),
    "resources": ("months", "resources"),
    "organisation": ("organisation",),
    "costs": ("euros", "costs"),
    "follow_up": ("decisions",),
    "risks": ("risks",),
    "partners": ("acts", "agreements"),
    "quantitative": ("figures", "periods"),
    "qualitative": ("results", "heritage", "effects"),
    "problems": ("worse",),
    "proposals": ("proposals",),
    "signatures": ("signatures",),
    "annexes": ("sources",),
}  # of the skeleton's parts; the steering group says nothing on a claim
_WAITING = ("summary", "higher", "deviations", "resources", "organisation", "costs", "risks", "effects",
            "proposals", "signatures", "worse")  # fmt: skip


def claim_elements(claim: Claim, material: Material, language: str) -> list[Element]:
    """The account in ``language``. material: plan and identity; nothing released is read."""
    parts = [part for part in SKELETON if part.key in CONTENT or not part.content]
    makers = _makers(claim, material, language)
    return outline(parts, language, lambda part: CONTENT.get(part.key, ()), lambda name: _made(makers, name))


def _made(makers: Mapping[str, Callable[[], list[Element]]], name: str) -> list[Element]:
    try:
        return makers[name]()
    except NothingToShow as nothing:
        return [aside(nothing.sentence)]


def _makers(claim: Claim, material: Material, language: str) -> Mapping[str, Callable[[], list[Element]]]:
    e, project, plan = Edition(material.publication, language), material.project, material.publication.plan
    tables = {
        "events": events,
        "contents": contents,
        "acts": acts,
        "agreements": agreements,
        "decisions": decisions,
        "results": results,
        "heritage": heritage,
        "figures": figures,
    }
    days = (e.t("claim.days"), numbers.days(claim.first, claim.last, language))
    title = e.t("final.project")
    implementer = [(e.t("cover.content"), project.responsible_for_content[language]),
                   (e.t("cover.contact"), project.contact)]  # fmt: skip
    return {
        **{name: partial(_table, make, claim, e) for name, make in tables.items()},
        **{name: partial(_waits, name, e) for name in _WAITING},
        "implementer": lambda: [facts(e.t("final.implementer"), implementer), *_waits("implementer", e)],
        "project": lambda: [facts(title, [*project_rows(material, language), days])],
        "objectives": lambda: listed_names([one.name for one in plan.objectives], language),
        "tasks": lambda: listed_names([one.name for one in plan.tasks], language),
        "months": lambda: _accounts(claim, e, "person_months"),
        "euros": lambda: [*_accounts(claim, e, "planned_eur"), *_accounts(claim, e, "used_eur")],
        "periods": lambda: _periods(claim, e),
        "sources": lambda: [paragraph((Span(e.t("claim.sources")),))],
    }


def _table(make: Callable[[Claim, Edition], TableData], claim: Claim, e: Edition) -> list[Element]:
    return [{**table_element(make(claim, e)), "id": ""}]


def _waits(name: str, e: Edition) -> list[Element]:
    return [blank(e.t(f"final.waits.{name}"))]


def figures(claim: Claim, e: Edition) -> TableData:
    """Every number of the claim, with what it was counted from."""
    rows: list[Cells] = [
        (e.t(one.what), e.label(one.dim, one.code) if one.dim else e.t("claim.all"), e.amount(one.number),
         one.source)
        for one in claim.counts
    ]  # fmt: skip
    rows += _participations(claim.attendance, e)
    columns = e.columns("group", "category", "number:number", "source")
    return e.table("T1", e.t("claim.figures"), columns, rows, e.t("claim.figures.note"), grouped=True)


def _participations(found: Attendance, e: Edition) -> Iterator[Cells]:
    """Participations of the whole months, as the annual report tells them by month."""
    if found.days:
        first, last = found.days
        threshold = e.publication.plan.policy.threshold
        said = e.t("claim.few", n=threshold) if found.number is None else e.amount(found.number)
        yield e.t("measure.I20.participations"), numbers.days(first, last, e.language), said, found.source
    else:
        yield e.t("measure.I20.participations"), e.t("claim.no_month"), EMPTY, EMPTY


def events(claim: Claim, e: Edition) -> TableData:
    """Events in their order, with title, form, mode and language."""
    rows: list[Cells] = [
        (_day(e, one, "start"), e.quote(one, "title"), _one(e, one, "form"), _one(e, one, "mode"),
         _one(e, one, "language"))
        for one in claim.logs["events"]
    ]  # fmt: skip
    columns = e.columns("date", "event", "form", "mode", "language")
    return e.table("T2", e.t("claim.events"), columns, rows)


def contents(claim: Claim, e: Edition) -> TableData:
    """What was published, each title in its own language."""
    rows: list[Cells] = [
        (_day(e, one), _own_language(e, one), _one(e, one, "kind"), _one(e, one, "outcome"))
        for one in claim.logs["contents"]
    ]
    columns = e.columns("date", "content", "kind", "outcome")
    return e.table("T3", e.t("claim.contents"), columns, rows)


def acts(claim: Claim, e: Edition) -> TableData:
    """Acts of cooperation with the partners that the call requires, with their state."""
    rows: list[Cells] = [
        (_day(e, one), _one(e, one, "partner"), _one(e, one, "act"), e.quote(one, "organisation"),
         _one(e, one, "status"))
        for one in claim.logs["cooperation_acts"]
    ]  # fmt: skip
    columns = e.columns("date", "partner", "act", "organisation", "status")
    return e.table("T4", e.t("claim.acts"), columns, rows)


def agreements(claim: Claim, e: Edition) -> TableData:
    """What was agreed with the network unit, and fell due or was done in these days."""
    rows: list[Cells] = [
        (e.quote(one, "text"), _day(e, one, "due"), _one(e, one, "status"), _day(e, one, "done"))
        for one in claim.logs["agreements"]
    ]
    return e.table("T5", e.t("T7.2.title"), e.columns("agreed_act", "due", "status", "done"), rows)


def decisions(claim: Claim, e: Edition) -> TableData:
    """The steering group's decisions that were made or carried out in these days."""
    rows: list[Cells] = [
        (e.quote(one, "text"), _day(e, one), str(one["paragraph"]), e.quote(one, "owner"),
         e.label("status", str(one["state"])))
        for one in claim.logs["decisions"]
    ]  # fmt: skip
    columns = e.columns("decision", "date", "paragraph", "owner", "status")
    return e.table("T6", e.t("claim.decisions"), columns, rows)


def results(claim: Claim, e: Edition) -> TableData:
    """Networks, models and other results, and the stage that they reached in these days."""
    rows: list[Cells] = [
        (_day(e, one), e.quote(one, "name"), _one(e, one, "stage"), e.quote(one, "maintainer"))
        for one in claim.logs["results_log"]
    ]
    return e.table("T7", e.t("claim.results"), e.columns("date", "model", "stage", "maintainer"), rows)


def heritage(claim: Claim, e: Edition) -> TableData:
    """Outputs of earlier projects on which something was decided in these days."""
    rows: list[Cells] = [
        (_day(e, one, "decided"), e.quote(one, "name"), _one(e, one, "fate"), e.quote(one, "maintainer"))
        for one in claim.logs["heritage"]
    ]
    return e.table("T8", e.t("claim.heritage"), e.columns("date", "output", "fate", "maintainer"), rows)


def _periods(claim: Claim, e: Edition) -> list[Element]:
    """Persons and hours, which are told of whole released periods only."""
    rows = [
        (e.t("claim.of_period", what=e.t(f"measure.{measure}"), period=one.period),
         e.t("claim.with_source", value=numbers.number(value, e.language, 1, trim=True), source=one.source))
        for one in claim.periods
        for measure, value in one.told
    ]  # fmt: skip
    return [facts(e.t("claim.periods"), rows)] if rows else []


def _accounts(claim: Claim, e: Edition, column: str) -> list[Element]:
    """A column of the accounts, for the whole periods inside the claim."""
    rows = []
    for one in claim.periods:
        written = str((one.accounts or {}).get(column, ""))
        if written:
            amount = numbers.number(float(written), e.language, 2, trim=True)
            told = e.t("claim.with_source", value=amount, source="surveys/logs/accounts")
            rows.append((e.t("claim.of_period", what=e.t(f"claim.{column}"), period=one.period), told))
    return [facts(e.t(f"claim.{column}"), rows)] if rows else []


def _day(e: Edition, record: Record, column: str = "date") -> str:
    written = str(record.get(column, "") or "")
    return e.day(written) if written else EMPTY.text


def _one(e: Edition, record: Record, column: str) -> str:
    """A code of a log in words; a dash where the log is silent."""
    written = str(record.get(column, "") or "")
    return e.label(column, written) if written else EMPTY.text


def _own_language(e: Edition, record: Record) -> CellText:
    spoken = str(record.get("language", "") or "").split("+")[0]
    return CellText(str(record["title"]), lang="" if spoken == e.language else spoken)
