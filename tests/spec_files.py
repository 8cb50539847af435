"""Specifications in ``tests/spec``: a few rows, the arithmetic of a person with a pencil, what must come out.

A specification is a YAML file whose values are all text. Its tables are written with bars between the
columns; of these ``times`` says for how many such rows one stands, and ``note`` what becomes of it. A column
``N05[]`` holds what several columns would: ``o2=k3 o4=k1`` is ``N05[o2]`` k3 and ``N05[o4]`` k1, a bare
``o2`` a tick. A column ``event_id*`` makes a row of each word in its cell.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from small_frames import cells, plan, questionnaires, small

from evallib.indicators import (
    communications,
    cooperation,
    entrepreneurship,
    governance,
    learning,
    partnerships,
    themes,
)
from evallib.indicators.bench import Bench
from evallib.results import Cell

SPEC = Path(__file__).parent / "spec"
ROOMS = (cooperation, entrepreneurship, learning, partnerships, themes, communications, governance)
INDICATORS: dict[str, Callable[..., Any]] = {
    code: function for room in ROOMS for code, function in room.INDICATORS.items()
}
WORDS = {"times", "note"}
_SIGNS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
_WRITTEN = {"−": "-", "×": "*", "÷": "/", "²": "**2", "√": "root", "½": "0.5"}


@dataclass(frozen=True)
class Table:
    """Rows of text as written; ``heads`` in the order of the columns."""

    heads: tuple[str, ...]
    rows: tuple[dict[str, str], ...]

    def data(self) -> list[dict[str, str]]:
        """The rows that the code gets: each as often as ``times`` says, without the words about it."""
        return [
            {key: code for head, cell in one.items() if head not in WORDS for key, code in spread(head, cell)}
            for row in self.rows
            for one in each(row)
            for _ in range(int(row.get("times") or 1))
        ]

    def columns(self) -> dict[str, list[str]]:
        """The data by column, "" where a cell is empty."""
        return {head: [row.get(head, "") for row in self.data()] for head in self.heads if head not in WORDS}


@dataclass(frozen=True)
class Example:
    """given: tables by period and name (a measure: one table, by ``""``). expected: one row a result."""

    title: str
    given: Mapping[str, Mapping[str, Table]]
    agreed: tuple[str, ...]
    pencil: tuple[str, ...]
    expected: Table


@dataclass(frozen=True)
class Spec:
    """name: the indicator (I05) or the measure (``proportions.wilson``). said: its texts by key."""

    name: str
    said: Mapping[str, Any]
    examples: tuple[Example, ...]


def load(path: Path) -> Spec:
    """One specification. Raises AssertionError where a key, a table or an expected number is missing."""
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    kind = "measure" if "measure" in raw else "indicator"
    needed = {kind, "asks", "tells", "who", "formula", "silent", "not_told", "examples"}
    needed |= {"stands"} if kind == "indicator" else {"source"}
    assert needed <= set(raw) <= needed | {"source"}, f"{path.name}: {sorted(needed ^ set(raw))}"
    made = tuple(_example(path.name, kind, one) for one in raw.pop("examples"))
    assert any(number_in(row["value"]) for one in made for row in one.expected.rows), (
        f"{path.name} states no expected number"
    )
    return Spec(raw.pop(kind), raw, made)


def _example(name: str, kind: str, raw: Mapping[str, Any]) -> Example:
    assert {"title", "pencil", "expect"} <= set(raw) <= {"title", "given", "agreed", "pencil", "expect"}, name
    given = raw.get("given", {})
    periods = {"": {"": given}} if isinstance(given, str) else given
    return Example(
        raw["title"],
        {period: {key: table(rows) for key, rows in one.items()} for period, one in periods.items()},
        tuple(raw.get("agreed", ())),
        tuple(raw["pencil"]),
        table(raw["expect"]),
    )


def table(written: str) -> Table:
    """A table written with bars; every row must have as many cells as the first."""
    lines = [[cell.strip() for cell in line.split("|")] for line in written.strip().splitlines()]
    heads = lines[0]
    assert all(len(line) == len(heads) for line in lines), f"rows of different length: {written}"
    return Table(tuple(heads), tuple(dict(zip(heads, line, strict=True)) for line in lines[1:]))


def each(row: dict[str, str]) -> list[dict[str, str]]:
    """A row for every word of the column whose name ends with a star; the row itself where there is none."""
    starred = next((head for head in row if head.endswith("*")), "")
    if not starred:
        return [row]
    return [
        {head.rstrip("*"): word if head == starred else cell for head, cell in row.items()}
        for word in row[starred].split()
    ]


def spread(head: str, cell: str) -> list[tuple[str, str]]:
    """A cell as columns and codes; none for an empty cell."""
    if not head.endswith("[]"):
        return [(head, cell)] if cell else []
    parts = [part.partition("=") for part in cell.split()]
    return [(f"{head[:-1]}{sub}]", code or "Y") for sub, _, code in parts]


def indicators() -> list[Path]:
    return sorted(SPEC.glob("*.yaml"))


def measures() -> list[Path]:
    return sorted((SPEC / "measures").glob("*.yaml"))


# --- pencil ---------------------------------------------------------------------------------------------


def number_in(written: str) -> bool:
    return bool(re.search(r"\d", written)) and not written.startswith("raises")


def reckon(written: str) -> float:
    """The value of a sum as people write it: ``(4 − 1) / 12``, ``√(0.25 / 10)``. A per cent sign is 1/100."""
    plain = re.sub(r"(\d)[  ](?=\d{3}\b)", r"\1", written).replace("%", "/100")
    for sign, code in _WRITTEN.items():
        plain = plain.replace(sign, code)
    return _value(ast.parse(plain.strip(), mode="eval").body)


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.BinOp(left=left, op=sign, right=right):
            return _SIGNS[type(sign)](_value(left), _value(right))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.Call(func=ast.Name(id="root" | "exp" | "ln" as name), args=[inner]):
            return {"root": math.sqrt, "exp": math.exp, "ln": math.log}[name](_value(inner))
    raise ValueError(f"not arithmetic: {ast.unparse(node)}")


def agree(found: float, written: str) -> bool:
    """Whether a number rounds to the one written; a fraction or a whole number is meant exactly."""
    decimals = re.fullmatch(r"\s*[−-]?\d+\.(\d+)\s*", written)
    slack = 0.5000001 * 10.0 ** -len(decimals[1]) if decimals else 1e-9 * max(1.0, abs(found))
    return abs(found - reckon(written)) <= slack


def wrong_sums(line: str) -> list[str]:
    """The equations of a pencil line that do not hold. Words stand before the last colon."""
    sums = line.rpartition(": ")[2].split(" = ")
    if len(sums) < 2:
        return []
    return [
        f"{left} = {right}"
        for left, right in zip(sums, sums[1:], strict=False)
        if not agree(reckon(left), right)
    ]


# --- the code asked -------------------------------------------------------------------------------------


def found_cells(indicator: str, one: Example) -> dict[str, Cell]:
    """What the indicator's function, as the report calls it, makes of the example; the last period is now."""
    *past, now = (small(period, **_tables(tables)) for period, tables in one.given.items())
    function = INDICATORS[indicator]
    if not one.agreed:
        return cells(function, now, *past)
    bench = Bench(now, tuple(past), plan(), questionnaires(now.period.id), planned=one.agreed)
    return {str(made.id_of(cell)).partition("/")[2]: cell for made in function(bench) for cell in made.cells}


def _tables(tables: Mapping[str, Table]) -> dict[str, Any]:
    return {name: one.data() for name, one in tables.items()}


def differences(cell: Cell, row: Mapping[str, str]) -> list[str]:
    """Where a cell differs from what its row expects: value, count, base, interval, note."""
    found = []
    for part in ("value", "count", "base"):
        written, has = row.get(part, ""), getattr(cell, part)
        if written and (has is None or not agree(has, written)) or (part == "value" and not written and has):
            found.append(f"{part}: {has}, expected {written or 'none'}")
    ends, written = cell.interval, row.get("interval", "")
    if bool(ends) != bool(written) or (
        ends and not all(agree(a, b) for a, b in zip(ends, written.split(" … "), strict=True))
    ):
        found.append(f"interval: {ends}, expected {written or 'none'}")
    if cell.note != row.get("note", ""):
        found.append(f"note: {cell.note!r}, expected {row.get('note', '')!r}")
    return found
