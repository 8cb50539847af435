"""From invitation to feedback, by form and by event, and steps of firms by number of events attended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evallib.codes import CODES, as_code
from evallib.display.edition import EMPTY, Cells, Edition, code
from evallib.display.publication import CellText, TableData
from evallib.results import ReleasedCell

_FORM, _REST = "form:", "rest:"
_STEPS = ("invited", "registered", "attended")


def by_form(e: Edition) -> TableData:
    """T6.2: invited, registered, attended, feedback and its rate, by form of event and in all."""
    codes = [one for one in _codes(e) if one.startswith(_FORM)]
    rows: list[Cells] = [(_form(e, one), *_numbers(e, one)) for one in sorted(codes, key=_order)]
    rows.append((e.t("T6.2.all"), *_numbers(e, "")))
    return e.table("T6.2", e.t("T6.2.title"), e.columns("form", *_columns(e)), rows, _note(e))


def by_event(e: Edition) -> TableData:
    """TA.7: the same event by event; small events of a form together."""
    records = e.released.facts.get("events")
    events = {as_code(str(one["event_id"])): one for one in (records if isinstance(records, list) else ())}
    home = {one: _FORM + str(events[one]["form"]) if one in events else _FORM for one in _codes(e)}
    forms = [one for one in _codes(e) if one.startswith(_FORM)]
    rows: list[Cells] = []
    fine = [one for one in _codes(e) if not one.startswith(_FORM)]
    placed = {one: _FORM + one.removeprefix(_REST) if one.startswith(_REST) else home[one] for one in fine}
    every = dict.fromkeys(sorted([*placed.values(), *forms], key=_order))
    for form in every:
        own = [one for one in fine if placed[one] == form]
        own.sort(key=lambda one: (one.startswith(_REST), str(events.get(one, {}).get("start", "")), one))
        if not own:
            rows.append((_form(e, form), e.t("TA.7.rest"), *_numbers(e, form)))
        rows += [(_form(e, form), _event(e, one, events.get(one, {})), *_numbers(e, one)) for one in own]
    note = e.t("TA.7.note", threshold=e.publication.plan.policy.threshold)
    columns = e.columns("form", "event", *_columns(e))
    return e.table("TA.7", e.t("TA.7.title"), columns, rows, note, grouped=True)


def by_dose(e: Edition) -> TableData:
    """T5.3: firms and those with a step, by events attended; or why the two are not joined."""
    linked = e.cell("DOSE.linked")
    firms = {code(one, "dose"): one for one in e.series("DOSE.firms", "dose")}
    if linked is None or not firms:
        raise e.nothing("T5.3.none", why=e.text(linked))
    rows: list[Cells] = [
        (e.label("dose", one), e.show(firms[one]), e.show(e.cell(f"DOSE.step_share[dose={one}]")))
        for one in CODES["dose"]
    ]
    columns = e.columns("dose", "firms:count", "step_share:share")
    return e.table("T5.3", e.t("T5.3.title"), columns, rows, e.t("T5.3.note", linked=e.text(linked)))


def _codes(e: Edition) -> list[str]:
    """Codes of the table's rows; without any there is nothing to show."""
    found = [code(one, "event") for name in _STEPS for one in e.series(f"PATH.{name}_by", "event")]
    attended = e.cell("PATH.attended")
    if attended is None or not (attended.shown or found):
        raise e.nothing()
    return list(dict.fromkeys(found))


def _order(form: str) -> tuple[int, str]:
    known = CODES["form"]
    bare = form.removeprefix(_FORM)
    return (known.index(bare) if bare in known else len(known), bare)


def _form(e: Edition, form: str) -> str:
    bare = form.removeprefix(_FORM)
    return e.t("T6.2.other_forms") if bare in ("", "rest") else e.label("form", bare)


def _event(e: Edition, one: str, record: Mapping[str, object]) -> CellText:
    if one.startswith(_REST):
        return CellText(e.t("TA.7.rest"))
    if not record:
        return CellText(one)
    title = e.quote(record, "title")
    return CellText(f"{e.day(str(record['start']))} {title.text}", lang=title.lang)


def _columns(e: Edition) -> tuple[str, ...]:
    return (*(f"{step}:count" for step in _told(e)), "asked:count", "feedback:count", "rate:share")


def _told(e: Edition) -> list[str]:
    """Steps of which some list tells."""
    cells = {step: e.cell(f"PATH.{step}") for step in _STEPS}
    return [step for step, cell in cells.items() if step == "attended" or (cell and cell.shown)]


def _numbers(e: Edition, row: str) -> Iterator[CellText]:
    """The cells of a row; "" is that of all events."""
    tail = f"_by[event={row}]" if row else ""
    for step in _told(e):
        yield e.show(e.cell(f"PATH.{step}{tail}"))
    yield e.show(e.cell(f"PATH.asked{tail}"))
    answered = e.cell(f"PATH.answered{tail}")
    yield _count(e, answered)
    yield e.show(answered)


def _count(e: Edition, cell: ReleasedCell | None) -> CellText:
    if cell is None or cell.mask is not None or cell.count is None:
        return e.show(cell) if cell is not None and cell.mask is not None else EMPTY
    return CellText(e.amount(cell.count), cell.count, (str(cell.id),))


def _note(e: Edition) -> str:
    """The denominators in words, the share that came, and answers that belong to no row."""
    events = {step: e.cell(f"PATH.{step}") for step in (*_STEPS, "asked")}
    kept = {step: e.amount(cell.base or 0) if cell else e.amount(0) for step, cell in events.items()}
    came, unplaced = e.cell("PATH.came"), e.cell("PATH.unplaced")
    more = []
    if came is not None and came.shown and not e.few(came):
        more.append(e.t("T6.2.came", share=e.text(came), base=e.amount(came.base or 0)))
    if unplaced is not None and unplaced.shown and unplaced.count:
        more.append(e.t("T6.2.unplaced", n=e.amount(unplaced.count)))
    return e.t("T6.2.note", **kept, more=" ".join(more)).strip()
