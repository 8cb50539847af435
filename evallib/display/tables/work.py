"""Cooperation, entrepreneurship, events and communications in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from evallib.codes import CODES
from evallib.display.edition import EMPTY, Cells, Edition, code, key
from evallib.display.naming import measure_name
from evallib.display.publication import CellText, TableData
from evallib.display.tables.common import begun, breakdown, measures

STAGES = ("spread", "use", "trial", "idea")
PRODUCTS = 5  # the most downloaded
CARD = ("chain", "evidence", "causes", "others", "part")


def cooperation(e: Edition) -> TableData:
    """T4.1: the network and cooperation, every period side by side."""
    wanted = (
        "I01.density",
        "I01.density_both",
        "I01.density_seen",
        "I01.density_high",
        "I01.ties",
        "I01.components",
        "I01.isolates",
        "I01.largest",
        "I01.brokers",
        "I01.bridging",
        "I01.transitivity",
        "I01.attending",
        "I01.shared[tie=both]",
        "I01.shared[tie=named]",
        "I01.shared[tie=attended]",
        "I02.new_ties",
        "I02.via_project",
        "I03.cross_share",
        "I03.cross_expected",
        "I03.ei",
        "I04.balance",
        "I05.active_share",
        "I06.n08_top2",
        "I06.n09_top2",
        "I06.n10_top2",
        "I13.joint_activities",
        *(f"I13.by_kind[joint={kind}]" for kind in ("event", "publication", *CODES["joint"])),
        "I14.mixed_share",
        "I15.trial_share",
    )
    return measures(e, "T4.1", wanted, e.t("T4.1.note"))


def reached(e: Edition) -> TableData:
    """T5.1: who was reached: firms that answered by form and size, participations by role, sector and
    language."""
    groups = [("RESP.q3_form", "company_form"), ("RESP.q3_size", "size"), ("I20.by_role", "role")]
    groups += [("I20.by_sector", "sector"), ("I20.by_language", "language")]
    return breakdown(e, "T5.1", groups)


def models(e: Edition) -> TableData:
    """T5.2: networks and service models at the stage they have reached, furthest first."""
    latest: dict[str, Mapping[str, object]] = {}
    takers: dict[str, set[str]] = {}
    known = [one for one in e.records("results") if begun(e, one)]
    for record in sorted(known, key=lambda one: str(one.get("date", ""))):
        name = str(record.get("result_id", ""))
        latest[name] = record
        takers.setdefault(name, set()).update(_parts(str(record.get("takers", "") or "")))
    columns = e.columns("model", "stage", "contribution", "takers:count", "maintainer")
    order = sorted(latest, key=lambda one: (_stage(latest[one]), one))
    rows = [_model_row(e, latest[one], len(takers[one])) for one in order]
    return e.table("T5.2", e.t("T5.2.title"), columns, rows, e.t("T5.2.note"))


def _parts(written: str) -> set[str]:
    return {part for part in written.split("+") if part}


def _stage(record: Mapping[str, object]) -> int:
    stage = str(record.get("stage", ""))
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def _model_row(e: Edition, record: Mapping[str, object], takers: int) -> Cells:
    grade = str(record.get("contribution", "") or "unclear")
    return (
        e.quote(record, "name"),
        e.label("stage", str(record.get("stage", ""))),
        e.label("contribution", grade),
        CellText(e.amount(takers), takers),
        e.quote(record, "maintainer"),
    )


def cases(e: Edition) -> TableData:
    """T5.4: a card for each case that may be told, its title above it: what led to what, evidence, other
    causes, who else played a part, what the project did, and how much of the change is put down to it."""
    columns = e.columns("case", "what", "told")
    known = [one for one in e.records("cases") if begun(e, one)]
    ordered = sorted(known, key=lambda one: str(one.get("date", "")))
    rows = [row for number, one in enumerate(ordered, 1) for row in _card(e, number, one)]
    return e.table("T5.4", e.t("T5.4.title"), columns, rows, e.t("T5.4.note"), grouped=True)


def _card(e: Edition, number: int, record: Mapping[str, object]) -> list[Cells]:
    """A row for each part of the card; one that nobody wrote says so. Cards of one title stay apart."""
    title = e.quote(record, "title")
    above = replace(title, text=f"{number}. {title.text}")
    words = [(part, e.quote(record, part)) for part in CARD]
    told = [(part, cell if cell != EMPTY else e.t("case.silent")) for part, cell in words]
    told.append(("contribution", e.label("contribution", str(record.get("contribution", "") or "unclear"))))
    return [(above, e.t(f"column.{part}"), one) for part, one in told]


def events(e: Edition) -> TableData:
    """T6.1: events by form, mode and language, feedback forms by language."""
    groups = [(f"I19.by_{dim}", dim) for dim in ("form", "mode", "language")]
    groups.append(("I24.forms", "language"))
    return breakdown(e, "T6.1", groups)


def channels(e: Edition) -> TableData:
    """T6.3: where people hear of the project, and the reach of letter and web."""
    columns = e.columns("channel", f"={e.period}:number", "n:count", *e.past())
    named = [
        (e.label("channel", code(one, "channel")), key(one)) for one in e.series("I36.channels", "channel")
    ]
    products = [key(one) for one in e.series("I35.products", "product")[:PRODUCTS]]
    wanted = (
        "I34.subscribers",
        "I34.click_rate",
        "I35.visits",
        "I35.downloads",
        *products,
        "I35.video_views",
    )
    named += [(measure_name(e, one), one) for one in wanted]
    rows: list[Cells] = []
    for words, name in named:
        cell = e.cell(name)
        if cell is not None:
            rows.append((words, e.show(cell), e.base(cell), *e.past_cell(name)))
    return e.table("T6.3", e.t("T6.3.title"), columns, rows, e.t("T6.3.note"))
