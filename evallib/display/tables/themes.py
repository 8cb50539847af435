"""Chapter 8: the cross-cutting themes in figures, by example, and in people's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evallib.display.edition import EMPTY, Cells, Edition, code, key
from evallib.display.naming import measure_name
from evallib.display.publication import CellText, TableData
from evallib.display.tables.common import begun
from evallib.results import Kind, ReleasedCell

STAGES = ("idea", "trial", "use", "spread")
_RECORDS, _TAGS = ("events", "contents", "results"), ("main", "side")
_TAGGED = tuple(f"tagged[record={record},tag={tag}]" for record in _RECORDS for tag in _TAGS)
THEMES = {
    "innovation": (
        *(f"I31.{one}" for one in _TAGGED),
        "I31.innovations",
        *(f"I31.by_stage[stage={stage}]" for stage in STAGES),
        "I31.event_share",
        "I07.steps[step=nserv]",
        "I31.t06_share",
        "I31.n16a_top2",
        "I31.o10a_median",
    ),
    "climate": (
        *(f"I32.{one}" for one in _TAGGED),
        "I32.event_share",
        "I32.remote_share",
        "I32.firm_share",
        "I32.t06_share",
        "I32.n16b_top2",
        "I32.o10b_median",
    ),
    "environment": (
        *(f"I33.{one}" for one in _TAGGED),
        "I33.event_share",
        "I33.firm_share",
        "I33.t06_share",
        "I33.n16c_top2",
        "I33.o10c_median",
    ),
}


def themes(e: Edition) -> TableData:
    """T8.1: each cross-cutting theme with its outputs, results and views; a side tag that was never given
    is no row."""
    columns = e.columns("theme", "measure", f"={e.period}:number", "n:count", *e.past())
    rows: list[Cells] = []
    for theme, names in THEMES.items():
        told = [(name, measure_name(e, name)) for name in names if _told(e, name)]
        for name, words in told:
            cell = e.cell(name)
            rows.append((e.label("theme", theme), words, e.show(cell), e.base(cell), *e.past_cell(name)))
    return e.table("T8.1", e.t("T8.1.title"), columns, rows, e.t("T8.1.note"), grouped=True)


def _told(e: Edition, name: str) -> bool:
    cell = e.cell(name)
    return cell is not None and not (name.endswith("tag=side]") and cell.value == 0)


def coded_on(e: Edition, theme: str) -> Iterator[tuple[str, ReleasedCell]]:
    """(question in words, how many coded answers to it are about the theme) of every coded question."""
    for stem in coded_questions(e):
        cell = e.cell(f"OPEN.{stem}[code={theme}]")
        if cell is not None:
            yield question_words(e, stem), cell


def coded_questions(e: Edition) -> list[str]:
    """The coded questions of this release, as ``q1_t10``."""
    found = (
        one.measure
        for one, cell in e.released.cells.items()
        if (one.period, one.indicator) == (e.period, "OPEN") and cell.kind is Kind.COUNT and one.dims
    )
    return list(dict.fromkeys(found))


def question_words(e: Edition, stem: str) -> str:
    """The question of ``q1_t10``, as it was asked."""
    return e.item(stem.partition("_")[2])


def cards(e: Edition) -> TableData:
    """T8.2: per theme an example from the results log, how far it came, and how strong the evidence is."""
    columns = e.columns(
        "theme", "example", "stage", "takers:count", "contribution", "state:state", "grade_words"
    )
    rows: list[Cells] = []
    for theme in THEMES:
        judged = (e.state(theme), e.evidence(theme))
        row = _example(e, theme)
        if row is None:
            told: tuple[CellText | str, ...] = (e.t("T8.2.no_example"), EMPTY, EMPTY, EMPTY)
        else:
            takers = _takers(row)
            told = (
                e.quote(row, "name"),
                e.label("stage", str(row.get("stage", ""))),
                CellText(e.amount(takers), takers),
                e.label("contribution", str(row.get("contribution", "") or "unclear")),
            )
        rows.append((e.label("theme", theme), *told, *judged))
    return e.table("T8.2", e.t("T8.2.title"), columns, rows, e.t("T8.2.note"))


def _example(e: Edition, theme: str) -> Mapping[str, object] | None:
    """Of the results about a theme the one that has come furthest: main theme first, then stage, adopters
    and date."""
    records = e.released.facts.get("results")
    found: dict[str, Mapping[str, object]] = {}
    for row in records if isinstance(records, list | tuple) else ():
        if isinstance(row, Mapping) and begun(e, row):
            before = found.get(str(row["result_id"]))
            if before is None or str(before.get("date", "")) <= str(row.get("date", "")):
                found[str(row["result_id"])] = row
    on_theme = [row for row in found.values() if theme in str(row.get("theme", "")).split("+")]

    def order(row: Mapping[str, object]) -> tuple[bool, int, int, str, str]:
        stage = str(row.get("stage", ""))
        place = STAGES.index(stage) if stage in STAGES else -1
        main = str(row.get("theme", "")).split("+")[0] == theme
        return main, place, _takers(row), str(row.get("date", "")), str(row["result_id"])

    return max(on_theme, key=order, default=None)


def _takers(row: Mapping[str, object]) -> int:
    written = str(row.get("takers", "") or "")
    return int(written) if written.isdigit() else len({one for one in written.split("+") if one.strip()})


def open_answers(e: Edition) -> TableData:
    """TA.9: what the answers to each coded question are about."""
    stems = coded_questions(e)
    if not stems:
        raise e.nothing("TA.9.none")
    columns = e.columns("open_question", "about", f"={e.period}:count", "n:count", *e.past("count"))
    rows: list[Cells] = [
        (
            question_words(e, stem),
            e.label("code", code(cell, "code")),
            e.show(cell),
            e.base(cell),
            *e.past_cell(key(cell)),
        )
        for stem in stems
        for cell in e.series(f"OPEN.{stem}", "code")
    ]
    return e.table("TA.9", e.t("TA.9.title"), columns, rows, _coders(e), grouped=True)


def _coders(e: Edition) -> str:
    """That an answer may count several times, by how many it was coded, and how many still wait."""
    notes = [e.t("TA.9.note"), e.t("TA.9.two" if by_two(e) else "TA.5.one")]
    waits = e.cell("OPEN.unsettled")
    if waits is not None and waits.value:
        notes.append(e.t("TA.9.unsettled", n=e.amount(waits.value)))
    return " ".join(notes)


def by_two(e: Edition) -> bool:
    """Whether two people coded the period's open answers."""
    twice = e.cell("OPEN.twice")
    return twice is not None and bool(twice.value)


def coders(e: Edition) -> TableData:
    """TA.5: how far the two coders agreed, by code and over all codes."""
    if not coded_questions(e):
        raise e.nothing("TA.9.none")
    if not by_two(e):
        raise e.nothing("TA.5.one")
    columns = e.columns("about", "kappa:index", "likely", "same:share", "n:count")
    told = [
        (e.label("code", code(cell, "code")), cell, e.cell(f"OPEN.same[code={code(cell, 'code')}]"))
        for cell in e.series("OPEN.kappa", "code")
    ]
    whole = e.cell("OPEN.kappa_all")
    rows: list[Cells] = []
    for words, kappa, same in [*told, (e.t("TA.5.all"), whole, e.cell("OPEN.same_all"))]:
        likely = CellText(e.between(kappa), ids=(str(kappa.id),) if kappa else ())
        rows.append((words, e.show(kappa), likely, e.show(same), e.base(kappa)))
    return e.table("TA.5", e.t("TA.5.title"), columns, rows, _method(e))


def _method(e: Edition) -> str:
    told = e.released.facts.get("coding")
    version = told.get("version") if isinstance(told, Mapping) else None
    parts = [e.t("TA.5.note")]
    parts += [e.t("TA.5.version", version=version)] if version else []
    return " ".join(parts)
