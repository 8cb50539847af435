"""trace: from a printed id back to value, base, definition, snapshots and the function that computed it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from evallib.errors import StoreError, Text, UsageError, text
from evallib.results import Kind, Released, ReleasedCell, ResultId, parse_display_id
from evallib.steps.context import Context
from evallib.store import Tier
from evallib.workspace import Period

if TYPE_CHECKING:
    from evallib.display.edition import Edition

# Behind a table or figure besides the results that it shows: frozen tables, files of the release.
_PLAN, _TARGETS, _RESULTS = "declared/plan.yaml", "declared/targets.yaml", "results.json"
_BESIDE = {
    "F2.1": (_PLAN,),
    "F4.1": ("responses.q2", "roster"),
    "T0.1": (_PLAN, _TARGETS, _RESULTS),
    "T1.1": (_PLAN, _TARGETS),
    "T5.2": ("results_log",),
    "T5.4": ("cases",),
    "T7.2": ("agreements",),
    "T7.3": ("heritage",),
    "T8.2": ("results_log",),
    "T9.1": ("decisions",),
    "TA.8": (_PLAN,),
    "TB.1": (_PLAN, _TARGETS),
    "TB.2": (_PLAN, _TARGETS),
    "TD.1": (_RESULTS,),
    "TD.2": (_RESULTS,),
    "TE.1": (_RESULTS,),
    "TF.1": (_PLAN, _RESULTS),
}


@dataclass(frozen=True)
class Snapshot:
    """A frozen table or a file of the release. rows: counted, never shown; None of a file or when erased."""

    table: str
    sha256: str
    rows: int | None = None
    erased: bool = False

    def line(self) -> Text:
        """As a line for a terminal."""
        if self.erased:
            return text("  Snapshot: {table}, erased, SHA-256 {sha}", table=self.table, sha=self.sha256)
        if self.rows is None:
            return text("  Snapshot: {table}, SHA-256 {sha}", table=self.table, sha=self.sha256)
        return text("  Snapshot: {table}, {rows} rows, SHA-256 {sha}",
                    table=self.table, rows=self.rows, sha=self.sha256)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A released cell with its name and number as the report prints them; masked cells stay masked."""

    cell: ReleasedCell
    name: str
    printed: str
    note: str = ""  # what has to be known beside the number, in words

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        cell = self.cell
        return {
            "id": str(cell.id),
            "name": self.name,
            "printed": self.printed,
            "value": cell.value,
            "count": cell.count,
            "base": cell.base,
            "interval": cell.interval,
            "note": cell.note,
            "rounded": cell.rounded,
            "mask": cell.mask.value if cell.mask else None,
            "unit": cell.unit,
            "method": cell.method,
            "function": cell.function,
            "sources": [kind.value for kind in cell.sources],
        }

    def numbers(self) -> Iterator[Text]:
        """Value, count, base and interval as lines for a terminal."""
        cell = self.cell
        yield text("  Value: {value}", value=self.printed)
        if self.note:
            yield text("  Note: {note}", note=self.note)
        if cell.rounded:
            yield text("  Rounded: count and base to the nearest {to}; a share is made of these",
                       to=cell.rounded)  # fmt: skip
        if cell.shown and cell.kind is not Kind.COUNT and not cell.rounded:
            yield text("  Unrounded: {value}", value=f"{cell.value:.6g}")
        if cell.mask is None and cell.base is not None:
            count = "–" if cell.count is None else cell.count
            yield text("  Counted: {count} of {base}", count=count, base=cell.base)
        if cell.interval is not None:
            low, high = (f"{end:.4g}" for end in cell.interval)
            yield text("  Interval, 95 %: {low} to {high}", low=low, high=high)


@dataclass(frozen=True)
class Traced:
    """What lies behind an id: one number, a table, a figure, an indicator, a question or a theme.

    results: of a number itself, else all that is shown under the id. about: what it is, as lines. rows: the
    table as printed, where no result stands behind it. functions: those that computed the results, or the
    one that put the table together. Words are in the language that was asked for.
    """

    id: str
    title: str
    results: tuple[Shown, ...]
    about: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    functions: tuple[str, ...]
    release: int
    freeze: int
    snapshots: tuple[Snapshot, ...]
    assessment: dict[str, Any] | None = None
    newest: int = 0  # release that the store holds beyond that of the printed report; 0 for none

    def plain(self) -> dict[str, Any]:
        """As JSON values; a single number stands beside its id."""
        told: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("id", "title", "assessment", "rows", "functions", "release", "freeze", "newest")
        }
        told["about"] = {name: value for one in self.about for name, value in one.values.items()}
        told["snapshots"] = [asdict(one) for one in self.snapshots]
        if [str(one.cell.id) for one in self.results] == [self.id]:
            return told | self.results[0].plain()
        return told | {"results": [one.plain() for one in self.results]}

    def lines(self) -> Iterator[Text | str]:
        """As lines for a terminal; of an indicator, the numbers that are not broken down."""
        yield f"{self.id}  {self.title}"
        yield from self.about
        if [str(one.cell.id) for one in self.results] == [self.id]:
            yield from self.results[0].numbers()
        else:
            yield from self._listed()
        yield from ("  " + " · ".join(row) for row in self.rows)
        for function in self.functions:
            yield text("  Function: {function}", function=function)
        yield text("  Release {release}, freeze {freeze}", release=self.release, freeze=self.freeze)
        if self.newest:
            yield text(
                "  Printed in outputs. The store also holds release {newest}, whose report was not finished",
                newest=self.newest,
            )
            yield text("  Run: evallib report {period}", period=self.id.partition("/")[0])
        yield from (one.line() for one in self.snapshots)

    def _listed(self) -> Iterator[Text | str]:
        whole = parse_display_id(self.id) is not None
        broken = [one for one in self.results if one.cell.id.dims and not whole]
        for one in self.results:
            if one not in broken:
                yield f"  {one.cell.id}  {one.name}: {one.printed}"
        if broken:
            example = str(broken[0].cell.id)
            yield text("  Numbers broken down: {n}, as {id}", n=len(broken), id=example)
        if self.results:
            yield text("  One of them whole: evallib trace ID")


def trace(context: Context, written: str, language: str = "") -> Traced:
    """What lies behind an id, as released; an id without its period is of the last one that has a release.

    language: of the report's words, else the workspace's. Raises UsageError with the nearest ids for an
    unknown one.
    """
    period, _, name = written.strip().rpartition("/")
    chosen = context.period(period) if period else _last_released(context)
    return Tracer(context, chosen, language or context.workspace.project.language).trace(name)


def _last_released(context: Context) -> Period:
    periods = sorted(context.workspace.project.periods, key=lambda one: one.end, reverse=True)
    released = (one for one in periods if context.store.latest(Tier.RELEASED, one.id) is not None)
    return next(released, periods[0])


def printed_release(context: Context, period: Period) -> int:
    """The number of the release of which the reports in ``outputs/`` are; 0 where none says so."""
    record = context.workspace.outputs / period.id / "run.json"
    with suppress(OSError, ValueError, TypeError, KeyError, StoreError):
        told = json.loads(record.read_text("utf-8"))
        manifest = context.store.manifest(Tier.RELEASED, period.id, told["release"])
        return manifest.number if told["release_sha256"] == manifest.sha256 else 0
    return 0


class Tracer:
    """The release in the reader's hands, else the newest one, for asking, in one language."""

    def __init__(self, context: Context, period: Period, language: str) -> None:
        from evallib.display.edition import Edition
        from evallib.steps.exchanged import refuse_exchanged
        from evallib.steps.publication import open_material

        refuse_exchanged(context, period)
        newest = context.store.latest(Tier.RELEASED, period.id)
        printed = printed_release(context, period)
        older = printed if newest is not None and 0 < printed < newest.number else 0
        self._newest = newest.number if newest is not None and older else 0
        material, self._manifest = open_material(context, period, period.comparison, older)
        self._e: Edition = Edition(material.publication, language)
        self._released: Released = material.publication.released
        self._freeze = int(str(self._manifest.facts["freeze"]))
        self._frozen = context.store.manifest(Tier.FROZEN, period.id, self._freeze)
        self._store = context.store
        self._kept: dict[str, Snapshot | None] = {}

    def trace(self, name: str) -> Traced:
        """What bears this name; raises UsageError with the nearest ids."""
        from evallib.display import names
        from evallib.display.tables.scorecard import headline_id

        full = self._e.id(name)
        plan, cells = self._e.publication.plan, self._released.cells
        pictured = (*names()["figures"], *names()["tables"])
        if name in pictured:
            return self._display(name)
        groups = {one.code: one.indicators for one in plan.questions}
        for theme in plan.themes:
            groups[theme.code] = tuple(one.code for one in plan.indicators if one.belongs_to == theme.code)
        if name in groups:
            heads = (self._e.cell(headline_id(plan.indicator(code))) for code in groups[name])
            return self._subject(name, [one for one in heads if one is not None])
        coded = dict.fromkeys([*(one.code for one in plan.indicators), *(one.indicator for one in cells)])
        if name in coded:
            return self._subject(name, [one for one in cells.values() if one.id.indicator == name])
        with suppress(UsageError):
            if (cell := cells.get(ResultId.parse(full))) is not None:
                return self._number(cell)
        others = (self._e.id(one) for one in (*pictured, *groups, *coded))
        near = get_close_matches(full, [*map(str, cells), *others], 3, 0.5)
        raise UsageError(
            text("There is no {id} in the release of {period}", id=repr(name), period=self._e.period),
            expected=text("PERIOD/INDICATOR.measure[dim=code,dim=code], as 2025/I20.persons"),
            repair=text("The nearest ids: {ids}", ids=", ".join(near)) if near else "",
        )

    def _number(self, cell: ReleasedCell) -> Traced:
        from evallib.display.passages.methods import sentence

        about = [self._definition(cell.id.indicator)]
        if cell.method:
            about.append(text("  Method: {method}", method=sentence(self._e, cell.method)))
        shown = self._shown(cell)
        return self._traced(str(cell.id), shown.name, [shown], about, (cell.function,), cell.inputs)

    def _display(self, name: str) -> Traced:
        from evallib.display import NothingToShow, TableData, maker_of, tabulate

        table = TableData(self._e.id(name), "", (), ())
        about: list[Text] = []
        try:
            table = tabulate(name, self._e.publication, self._e.language)
        except NothingToShow as nothing:
            about = [text("  {words}", words=nothing.sentence)]
        released = {str(one.id): one for release in self._e.releases for one in release.cells.values()}
        cells = [released[one] for one in table.ids]
        rows = () if cells else tuple(tuple(cell.text for cell in row) for row in table.rows)
        if rows:
            about = [text("  No result stands behind it. It is made of what is named below and says:")]
        inputs = [*(kind for one in cells if one.id.period == self._e.period for kind in one.inputs),
                  *_BESIDE.get(name, ())]  # fmt: skip
        shown = [self._shown(one) for one in cells]
        return self._traced(table.id, table.title, shown, about, (maker_of(name),), inputs, rows)

    def _subject(self, code: str, cells: list[ReleasedCell]) -> Traced:
        """An indicator with all its numbers; a question or theme with the headlines it is judged by."""
        e, plan = self._e, self._e.publication.plan
        judged = {one.code: one.name[e.language] for one in plan.questions}
        judged |= {one.code: one.name[e.language] for one in plan.themes}
        about = [] if code in judged else [self._definition(code)]
        found = e.judged(code)
        if found is not None:
            about.append(text("  State: {state} ({reason})", state=e.state(code).text, reason=e.reason(code)))
        functions = dict.fromkeys(one.function for one in cells)
        if code in judged:
            functions = dict.fromkeys(["evallib.indicators.judge.judge"])
        inputs = [*(kind for one in cells for kind in one.inputs), *((_PLAN, _TARGETS) if found else ())]
        title = judged.get(code) or e.name(code)
        shown = [self._shown(one) for one in cells]
        traced = self._traced(e.id(code), title, shown, about, functions, inputs)
        return replace(traced, assessment=asdict(found)) if found else traced

    def _traced(
        self,
        written: str,
        title: str,
        shown: Iterable[Shown],
        about: Iterable[Text],
        functions: Iterable[str],
        inputs: Iterable[str],
        rows: tuple[tuple[str, ...], ...] = (),
    ) -> Traced:
        snapshots = tuple(one for name in dict.fromkeys(inputs) if (one := self._snapshot(name)) is not None)
        number = self._released.number
        return Traced(
            written,
            title,
            tuple(shown),
            tuple(about),
            rows,
            tuple(functions),
            number,
            self._freeze,
            snapshots,
            newest=self._newest,
        )

    def _shown(self, cell: ReleasedCell) -> Shown:
        from evallib.display import about
        from evallib.display.naming import measure_name

        words = self._e.text(cell)
        if cell.mask is not None:
            words = self._e.t("mask.key", threshold=about.limit(self._e, [str(cell.id)]))
        note = self._e.t("note.method_changed") if cell.note == "method_changed" and cell.shown else ""
        return Shown(cell, measure_name(self._e, str(cell.id).partition("/")[2]), words, note)

    def _definition(self, code: str) -> Text:
        """The indicator's definition in the plan; a count of answers or projects is defined by its name."""
        words = self._e.name(code)
        for one in self._e.publication.plan.indicators:
            if one.code == code:
                words = f"{words}: {one.definition[self._e.language]}"
        return text("  Definition: {definition}", definition=words)

    def _snapshot(self, name: str) -> Snapshot | None:
        """The table or file of that name in the freeze or release; a table that nobody kept has none."""
        if name not in self._kept:
            self._kept[name] = self._file(name)
        return self._kept[name]

    def _file(self, name: str) -> Snapshot | None:
        from evallib.privacy.tables import from_bytes

        if name in self._manifest.entries:
            return Snapshot(name, self._manifest.entries[name])
        sha = self._frozen.entries.get(f"{name}.csv")
        if sha is None or sha in self._store.erased():
            return Snapshot(name, sha, erased=True) if sha else None
        return Snapshot(name, sha, len(from_bytes(name, self._store.get(sha)).rows))
