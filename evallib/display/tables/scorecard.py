"""The scorecard, the evaluation questions, and all indicators."""

from __future__ import annotations

from evallib.display.edition import EMPTY, Cells, Edition
from evallib.display.publication import CellText, TableData
from evallib.plan.model import Indicator, TargetForm
from evallib.results import Assessment, Kind, ReleasedCell


def headline_id(indicator: Indicator) -> str:
    """The id of an indicator's headline cell, without period."""
    return f"{indicator.code}.{indicator.headline}"


def target_text(e: Edition, code: str, cell: ReleasedCell | None) -> CellText:
    """The agreed target on the scale of the headline measure; a dash where none is agreed."""
    found = e.judged(code)
    if found is None or found.target is None:
        agreed = found is not None and found.reason not in ("no_target", "agreed_later")
        return EMPTY if agreed else CellText(e.t("word.not_agreed"))
    kind = cell.kind if cell is not None else Kind.COUNT
    form = next((one.target for one in e.publication.plan.indicators if one.code == code), None)
    words = e.amount(found.target, kind)
    if form is TargetForm.CHANGE:
        size = -found.target if found.down else found.target
        words = e.amount(size, kind)
        if kind is Kind.SHARE:  # a change of a share is told in points, not in per cent
            words = e.t("word.points", n=e.amount(size * 100))
        words = e.t("word.change_of", value=words)
    elif form in (TargetForm.AT_LEAST, TargetForm.MEDIAN):
        words = e.t("word.at_most" if found.down else "word.at_least", value=words)
    return CellText(words, found.target)


def attained(e: Edition, code: str) -> CellText:
    """Measured in percent of the target, for sums only: elsewhere the percentage would mislead."""
    found = e.judged(code)
    form = next((one.target for one in e.publication.plan.indicators if one.code == code), None)
    if not _summed(found, form):
        return EMPTY
    assert found is not None and found.measured is not None and found.target is not None
    share = found.measured / found.target
    return CellText(e.amount(share, Kind.SHARE), share, (found.cell,) if found.cell else ())


def _summed(found: Assessment | None, form: TargetForm | None) -> bool:
    known = found is not None and found.measured is not None and bool(found.target)
    return known and form is TargetForm.SUM


def headlines(e: Edition) -> TableData:
    """T1.1: headline indicators with period, earlier period, from the start, target and state."""
    columns = e.columns(
        "indicator",
        f"={e.period}:number",
        "n:count",
        *e.past(),
        "cumulative:number",
        "target:number",
        "attained:share",
        "state:state",
    )
    rows: list[Cells] = []
    for indicator in e.publication.plan.indicators:
        if indicator.on_scorecard:
            rows.append(_headline_row(e, indicator))
    return e.table("T1.1", e.t("T1.1.title"), columns, rows, _note(e))


def _note(e: Edition) -> str:
    """How targets are compared, and that they are invented where they are."""
    invented = e.t("T1.1.note_invented") if e.publication.project.invented else ""
    return " ".join(part for part in (e.t("T1.1.note"), invented) if part)


def _headline_row(e: Edition, indicator: Indicator) -> Cells:
    name = headline_id(indicator)
    cell = e.cell(name)
    return (
        _with_unit(indicator, e.language),
        e.show(cell),
        e.base(cell),
        *e.past_cell(name),
        e.show(e.cell(f"{name}_cumulative")),
        target_text(e, indicator.code, cell),
        attained(e, indicator.code),
        e.state(indicator.code),
    )


def _with_unit(indicator: Indicator, language: str) -> str:
    """The indicator's name with its unit, unless the number or the name already says it."""
    name, unit = indicator.name[language], indicator.unit[language]
    said = unit.startswith("%") or unit.lower() in name.lower()
    return name if said else f"{name}, {unit}"


def questions(e: Edition) -> TableData:
    """T0.1: the evaluation questions with the computed proposal and the evidence in words."""
    columns = e.columns("question", "proposal:state", "evidence")
    rows: list[Cells] = [
        (one.name[e.language], e.state(one.code), e.evidence(one.code))
        for one in e.publication.plan.questions
    ]
    return e.table("T0.1", e.t("T0.1.title"), columns, rows, e.t("T0.1.note"))


def indicators(e: Edition) -> TableData:
    """TB.1: every indicator of the plan with its headline value, base, target, state and reason."""
    columns = e.columns(
        "code",
        "indicator",
        f"={e.period}:number",
        "n:count",
        *e.past(),
        "target:number",
        "state:state",
        "reason",
    )
    rows: list[Cells] = []
    for indicator in e.publication.plan.indicators:
        name = headline_id(indicator)
        cell = e.cell(name)
        rows.append(
            (
                indicator.code,
                indicator.name[e.language],
                e.show(cell),
                e.base(cell),
                *e.past_cell(name),
                target_text(e, indicator.code, cell),
                e.state(indicator.code),
                _reason(e, indicator, cell),
            )
        )
    return e.table("TB.1", e.t("TB.1.title"), columns, rows, _note(e))


def _reason(e: Edition, indicator: Indicator, cell: ReleasedCell | None) -> CellText:
    """Why the state is as it is; of a sum, the count so far against the plan up to this point."""
    found, share = e.judged(indicator.code), attained(e, indicator.code)
    if not share.ids or found is None:
        return CellText(e.reason(indicator.code) or EMPTY.text)
    kind = cell.kind if cell is not None else Kind.COUNT
    done, plan = (e.amount(one or 0, kind) for one in (found.measured, found.target))
    return CellText(e.t("TB.1.so_far", done=done, plan=plan, share=share.text), ids=share.ids)
