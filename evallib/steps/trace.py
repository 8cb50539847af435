"""trace: from a printed number, table or figure back to its definition, base, snapshots and function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evallib.codes import LANGUAGES
from evallib.errors import Text, text
from evallib.results import Released, ReleasedCell, ResultId, parse_display_id
from evallib.steps.context import Context
from evallib.steps.release import latest_released

if TYPE_CHECKING:
    from evallib.plan.model import Indicator
    from evallib.store import Manifest


@dataclass(frozen=True)
class Snapshot:
    """A frozen table behind a number: its rows are counted, never shown. rows: None when erased."""

    table: str
    sha256: str
    rows: int | None


@dataclass(frozen=True)
class Traced:
    """One released cell with everything behind it; masked cells stay masked."""

    cell: ReleasedCell
    release: int
    freeze: int
    definition: dict[str, str]
    snapshots: tuple[Snapshot, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        cell = self.cell
        return {
            "id": str(cell.id),
            "release": self.release,
            "freeze": self.freeze,
            "value": cell.value,
            "count": cell.count,
            "base": cell.base,
            "interval": cell.interval,
            "note": cell.note,
            "mask": cell.mask.value if cell.mask else None,
            "unit": cell.unit,
            "method": cell.method,
            "function": cell.function,
            "sources": [kind.value for kind in cell.sources],
            "definition": self.definition,
            "snapshots": [vars(one) for one in self.snapshots],
        }

    def lines(self, language: str) -> Iterator[Text | str]:
        """As lines for a terminal."""
        cell = self.cell
        yield str(cell.id)
        if cell.mask is not None:
            yield text("  Value: hidden ({reason})", reason=cell.mask.value)
        elif cell.value is None:
            yield text("  Value: none ({reason})", reason=cell.note or "no_data")
        else:
            yield text("  Value: {value} ({unit})", value=f"{cell.value:.6g}", unit=cell.unit)
        if cell.mask is None and cell.base is not None:
            count = "–" if cell.count is None else cell.count
            yield text("  Counted: {count} of {base}", count=count, base=cell.base)
        if cell.interval is not None:
            low, high = (f"{end:.4g}" for end in cell.interval)
            yield text("  Interval, 95 %: {low} to {high}", low=low, high=high)
        if self.definition:
            yield text("  Definition: {words}", words=self.definition[language])
        yield text("  Method: {method}", method=cell.method or "–")
        yield text("  Function: {function}", function=cell.function)
        yield text("  Release {release}, freeze {freeze}", release=self.release, freeze=self.freeze)
        for one in self.snapshots:
            if one.rows is None:
                yield text("  Snapshot: {table}, erased, SHA-256 {sha}", table=one.table, sha=one.sha256)
                continue
            yield text("  Snapshot: {table}, {rows} rows, SHA-256 {sha}",
                       table=one.table, rows=one.rows, sha=one.sha256)  # fmt: skip


@dataclass(frozen=True)
class TracedDisplay:
    """A table or figure: the results it shows, each traced."""

    name: str
    title: str
    parts: tuple[Traced, ...]

    def plain(self) -> dict[str, Any]:
        return {"id": self.name, "title": self.title, "results": [one.plain() for one in self.parts]}

    def lines(self, language: str) -> Iterator[Text | str]:
        yield f"{self.name}  {self.title}"
        for one in self.parts:
            cell = one.cell
            shown = cell.mask.value if cell.mask else ("–" if cell.value is None else f"{cell.value:.6g}")
            yield f"  {cell.id}  {shown}"
        yield text("One of them whole: evallib trace ID")


def trace(context: Context, written: str) -> Traced | TracedDisplay:
    """What lies behind an id, as released. Raises UsageError with the nearest id for an unknown one."""
    display = parse_display_id(written)
    if display is None:
        wanted = ResultId.parse(written)
        released, manifest = latest_released(context, context.period(wanted.period))
        return _traced(context, released[wanted], released, manifest)
    from evallib.display import tabulate
    from evallib.steps.publication import open_material

    period = context.period(display[0])
    material, manifest = open_material(context, period, period.comparison)
    table = tabulate(display[1], material.publication, context.workspace.project.language)
    released = material.publication.released
    cells = [cell for one in table.ids if (cell := released.get(one)) is not None]
    parts = tuple(_traced(context, cell, released, manifest) for cell in cells)
    return TracedDisplay(table.id, table.title, parts)


def _traced(context: Context, cell: ReleasedCell, released: Released, manifest: Manifest) -> Traced:
    freeze = int(str(manifest.facts["freeze"]))
    return Traced(
        cell,
        released.number,
        freeze,
        _definition(context, cell.id.indicator),
        tuple(_snapshots(context, cell.id.period, freeze, cell.inputs)),
    )


def _definition(context: Context, code: str) -> dict[str, str]:
    found: Indicator | None = next((one for one in context.plan.indicators if one.code == code), None)
    if found is None:
        return {}
    return {language: f"{found.name[language]}: {found.definition[language]}" for language in LANGUAGES}


def _snapshots(context: Context, period: str, freeze: int, inputs: Sequence[str]) -> Iterator[Snapshot]:
    from evallib.store import Tier

    manifest = context.store.manifest(Tier.FROZEN, period, freeze)
    erased = context.store.erased()
    for kind in inputs:
        sha = manifest.entries.get(f"{kind}.csv")
        if sha is None:
            continue
        yield Snapshot(kind, sha, None if sha in erased else _rows(context, kind, sha))


def _rows(context: Context, kind: str, sha: str) -> int:
    from evallib.privacy.tables import from_bytes

    return len(from_bytes(kind, context.store.get(sha)).rows)
