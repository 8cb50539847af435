"""export: tables for others, from released results alone: what is hidden in the report is hidden here."""

from __future__ import annotations

import ast
import csv
import io
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from evallib.codes import CODES, LANGUAGES, UNKNOWN
from evallib.errors import (
    DeclarationError,
    EvallibError,
    InputError,
    MissingStepError,
    UsageError,
    text,
)
from evallib.results import Released, ReleasedCell
from evallib.results.rounding import AT_LEAST, ROUND5
from evallib.steps.context import Context
from evallib.steps.exchanged import refuse_exchanged
from evallib.steps.fingerprint import read_all
from evallib.steps.one_file import write_file
from evallib.steps.outputs import refuse_files
from evallib.steps.rehearsal import refuse_rehearsal
from evallib.steps.release import opened
from evallib.steps.states import State, official, standing
from evallib.workspace import Period

FIELDS = "hyrra_fields.csv"
HEADER = ["label", "period", "formula", "decimals", "ask"]
_ID = re.compile(r"[A-Z][A-Z0-9]*\.[a-z]\w*(?:\[[^\]\s]*\])?")
_CALCULATIONS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Figure:
    """One row of a table. value: "" where it is hidden or can't be said, after ≈ or ≥ where a result behind
    it is rounded or a least one; source: the results behind it; labels: in fi, sv and en where it is ours."""

    label: str
    value: str
    period: str
    formula: str
    source: str
    ask: str = ""  # "yes": what is meant has to be asked from the authority
    labels: tuple[str, ...] = ()

    def row(self) -> dict[str, str]:
        """Its cells by column; ours by language, the authority's as the project wrote it."""
        told = [(f.name, getattr(self, f.name)) for f in fields(self) if f.name not in ("label", "labels")]
        if not self.labels:
            return {"label": self.label} | dict(told)
        named = zip((f"label_{one}" for one in LANGUAGES), self.labels, strict=True)
        return dict(named) | {name: cell for name, cell in told if name != "ask"}


@dataclass(frozen=True)
class Exported:
    """A written table: its file as the evaluator knows it, and its rows."""

    file: str
    figures: tuple[Figure, ...]


def export(context: Context, what: str, period: Period) -> Exported:
    """Write ``outputs/<period>/hyrra.csv`` or ``cns.csv`` from the period's published release.

    Where none is published, from the newest; where there is none at all, the freeze is computed and masked,
    and no page waits for it. Each source says the release's number. The file is there whole or as it was.
    Raises MissingStepError where nothing can be computed or without fields, UsageError for a release that was
    withdrawn, DeclarationError for a formula that can't be computed.
    """
    refuse_rehearsal(context)
    refuse_exchanged(context, max((period, *context.workspace.project.periods), key=lambda one: one.end))
    if official(context, period) is None:
        _compute(context, period)
    released = for_others(context, period)
    ours = LANGUAGES.index(context.workspace.project.language)
    figures = tuple(_follow_up(context, period) if what == "hyrra" else _classes(released, ours))
    folder = context.workspace.outputs / period.id
    refuse_files(context.workspace.outputs, folder)
    rows = [figure.row() for figure in figures]
    header = list(rows[0]) if rows else [field.name for field in fields(Figure)][:-1]
    table = csv_of([header, *([*row.values()] for row in rows)])
    target = folder / f"{what}.csv"
    shown = context.workspace.shown(target)
    write_file(target, table, shown=shown, folders=True)
    return Exported(context.workspace.shown(target), figures)


def _compute(context: Context, period: Period) -> None:
    """The period's first release, its numbers alone; freezes what is not frozen."""
    from evallib.steps.audit import refuse_findings, refuse_missing
    from evallib.steps.release import release

    with context.store.lock("export"):
        refuse_missing(context)
        release(context, period)
        refuse_findings(context, period)


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as a CSV file that spreadsheets open: UTF-8 with its mark, semicolons, no formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def for_others(context: Context, period: Period) -> Released:
    """What others may be told: the published release, else the newest one; nothing that was withdrawn."""
    manifest = official(context, period)
    if manifest is None:
        raise MissingStepError(
            text("Nothing has been released for {period}", period=period.id),
            repair=text("Run: evallib report {period}", period=period.id),
        )
    if standing(context, period).state is State.WITHDRAWN:
        raise UsageError(
            text("The report of {period} was withdrawn", period=period.id),
            repair=text("Run: evallib report {period}", period=period.id),
        )
    return opened(context, manifest)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def _classes(released: Released, ours: int) -> Iterator[Figure]:
    """Events and contents by class of the Common Network Statistics, and participations in all.

    Records without a class have a row of their own. ours: place of the workspace's language.
    """
    from evallib.display import i18n

    wanted = [
        ((f"record.{title}", f"any.{code}" if code == UNKNOWN else f"cns.{code}"), f"{measure}[cns={code}]")
        for title, measure in (("events", "I19.by_cns"), ("contents", "I16.by_cns"))
        for code in (*CODES["cns"], UNKNOWN)
        if code != UNKNOWN or released.get(f"{measure}[cns={code}]") is not None
    ]
    for words, formula in [*wanted, (("measure.I20.participations",), "I20.participations")]:
        labels = tuple(": ".join(i18n.say(one, language) for one in words) for language in LANGUAGES)
        yield replace(_figure(labels[ours], formula, released, 0, ""), labels=labels)


def _follow_up(context: Context, period: Period) -> Iterator[Figure]:
    """The figures that the project declares; an empty period means the one that is exported."""
    name = f"surveys/{FIELDS}"
    for row, where in _declared(context.workspace.surveys / FIELDS, name):
        wanted = context.period(row["period"]) if row["period"] else period
        released = for_others(context, wanted)
        try:
            decimals = int(row["decimals"] or 0)
            yield _figure(row["label"], row["formula"], released, decimals, row["ask"])
        except (ValueError, SyntaxError, ArithmeticError, RecursionError, EvallibError) as fault:
            large = isinstance(fault, ArithmeticError | RecursionError)
            raise DeclarationError(
                text("The formula can't be computed: {formula}", formula=row["formula"]),
                where=where,
                expected=text(
                    "ids of results, numbers, + - * / and brackets, as I10.jobs_new + I10.jobs_kept"
                ),
                found=text("more than can be computed or written") if large else str(fault)[:120],
                repair=getattr(fault, "repair", "") or text("Correct the formula or the decimals"),
            ) from None


def _declared(path: Path, name: str) -> Iterator[tuple[dict[str, str], Any]]:
    from evallib.sources.decode import place, read_sheet

    if not path.is_file():
        raise MissingStepError(
            text("The file {file} is missing", file=name),
            expected=";".join(HEADER),
            repair=text("List in it the figures that your funding decision asks for"),
        )
    sheet = read_sheet(read_all({name: path})[name], name, by_hand=True)
    if not sheet.rows or sheet.rows[0] != HEADER:
        raise InputError(
            text("{file} has other columns than it should", file=name),
            where=place(name, 1),
            expected=";".join(HEADER),
            found=";".join(sheet.rows[0] if sheet.rows else [])[:200],
        )
    for number, cells in enumerate(sheet.rows[1:], 2):
        if cells:
            yield dict(zip(HEADER, [*cells, *[""] * len(HEADER)], strict=False)), place(name, number)


def _figure(label: str, formula: str, released: Released, decimals: int, ask: str) -> Figure:
    cells = {written: released[written] for written in dict.fromkeys(_ID.findall(formula))}
    said = ", ".join(f"{written} {_said(cell)}" for written, cell in cells.items())
    signs = [sign for cell in cells.values() if (sign := _sign(cell)) != "="]
    numbers = {written: cell.value for written, cell in cells.items() if cell.shown}
    value = ""
    computed = _computed(formula, {w: n for w, n in numbers.items() if n is not None}, set(cells))
    if computed is not None:
        value = str(Decimal(repr(computed)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
        value = f"{signs[0] if len(cells) == 1 else '≈'} {value}" if signs else value
    how = f"; ≈ counts to the nearest {ROUND5}" if "≈" in signs else ""
    return Figure(label, value, released.period, formula, f"{said} (release {released.number}{how})", ask)


def _sign(cell: ReleasedCell) -> str:
    """Whether a number is what it says, about that, or at least that."""
    if cell.note == AT_LEAST and cell.shown:
        return "≥"
    return "≈" if cell.rounded and cell.count else "="


def _said(cell: ReleasedCell) -> str:
    """The number, marked where it is rounded, or the word for why there is none."""
    if cell.mask is not None:
        return f"= {cell.mask.value}"
    return f"{_sign(cell)} {cell.value:.10g}" if cell.value is not None else f"= {cell.note or '–'}"


def _computed(formula: str, numbers: Mapping[str, float], wanted: set[str]) -> float | None:
    """The formula's value; None where a result is missing or hidden, or where it would divide by nothing."""
    names = {written: f"v{n}" for n, written in enumerate(sorted(wanted))}
    tree = ast.parse(_ID.sub(lambda match: names[match[0]], formula), mode="eval").body
    values = {name: numbers.get(written) for written, name in names.items()}
    try:
        return float(_value(tree, values))
    except (ZeroDivisionError, TypeError):
        return None


def _value(node: ast.expr, values: Mapping[str, float | None]) -> Any:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _CALCULATIONS:
        return _CALCULATIONS[type(node.op)](_value(node.left, values), _value(node.right, values))
    raise ValueError(ast.unparse(node))
