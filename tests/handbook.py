"""Writes the pages of ``docs/handbook`` from the specifications in ``tests/spec``: ``--write`` does it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import spec_files
from small_frames import plan, questionnaires
from spec_files import Example, Spec, Table

from evallib.codebook.model import Item
from evallib.codes import SURVEYS

FOLDER = Path(__file__).parent.parent / "docs" / "handbook"
REFRESH = "refresh the handbook with: python tests/handbook.py --write"
MADE = "*This page is made from `{path}`, which the tests run through the code of the report.*"
HEAD = """# Handbook of indicators and measures

What each number of the report tells, of whom, by which formula, and an example small enough for a pencil.
Each example is also a test: the numbers on these pages are those that the report's own code gives.

## Indicators
"""
TAIL = """## How to read an example

- The tables hold codes, as in the frozen data; below a table of answers stands what its codes mean. *times*
  says for how many such rows one stands. An empty cell is an answer not given. A column with a star
  (`event_id*`) stands for a row of each of its words, one with brackets (`Y09[]`) for a column of each.
- *base* is what a share is taken of. A number without a value has its reason under *note*.
- The examples show what is computed. The report then hides what could tell of few people
  ([privacy](../privacy.md)).
- Shares of answers carry Wilson's 95 % interval; records are complete and carry none.
- Ten answers for a share, five people for a group and six hours for a training day are of the shipped plan;
  the `policy` of your own `surveys/plan.yaml` may say otherwise.

To change a page, change its specification in `tests/spec`, then run `python tests/handbook.py --write`.
"""
BASELINES = {
    "zero": "zero at the project's start",
    "wave": "the first round of the survey",
    "previous": "the year before the project",
    "none": "none",
}
TARGETS = {
    "sum": "a number to be reached by the project's end",
    "at_least": "at least the agreed level",
    "change": "a change from the baseline",
    "matrix": "the agreed combinations",
    "none": "none: it describes",
}


def pages() -> dict[str, str]:
    """Every page by its path under ``docs/handbook``."""
    indicators = {path.stem: spec_files.load(path) for path in spec_files.indicators()}
    measures = {path.stem: spec_files.load(path) for path in spec_files.measures()}
    made = {f"{stem}.md": _indicator(one) for stem, one in indicators.items()}
    made |= {f"measures/{stem}.md": _measure(stem, one) for stem, one in measures.items()}
    return made | {"README.md": _index(indicators, measures)}


def _index(indicators: Mapping[str, Spec], measures: Mapping[str, Spec]) -> str:
    lines = [HEAD]
    rows = [["indicator", "name", "question it answers"]]
    for code, one in indicators.items():
        rows.append([f"[{code}]({code}.md)", plan().indicator(code).name["en"], one.said["asks"]])
    lines += [*_grid(rows), ""]
    if measures:
        rows = [["measure", "question it answers"]]
        rows += [[f"[{one.name}](measures/{stem}.md)", one.said["asks"]] for stem, one in measures.items()]
        lines += ["## Measures", "", *_grid(rows), ""]
    return "\n".join([*lines, TAIL])


def _indicator(spec: Spec) -> str:
    one = plan().indicator(spec.name)
    duties = [duty.code for duty in plan().duties if spec.name in duty.indicators]
    questions = [
        f"{asked.code} {asked.name['en']}" for asked in plan().questions if spec.name in asked.indicators
    ]
    lines = [
        f"# {spec.name} {one.name['en']}",
        "",
        f"**{spec.said['asks']}**",
        "",
        spec.said["tells"].strip(),
        "",
        "| | |",
        "| --- | --- |",
        f"| Definition in the plan | {one.definition['en']} |",
        f"| Headline measure | `{spec.name}.{one.headline}`, {one.unit['en']} |",
        f"| Baseline | {BASELINES[str(one.baseline)]} |",
        f"| Target | {TARGETS[str(one.target)]} |",
        f"| Sources | {', '.join(f'`{source}`' for source in one.sources)} |",
        f"| Evaluation question | {'; '.join(questions)} |",
        f"| Lines of the call | {', '.join(duties)} |",
        f"| In the report | {', '.join(spec.said['stands'])} |",
        "",
        *_body(spec),
    ]
    return "\n".join([*lines, MADE.format(path=f"tests/spec/{spec.name}.yaml"), ""])


def _measure(stem: str, spec: Spec) -> str:
    lines = [
        f"# {spec.name}",
        "",
        f"**{spec.said['asks']}**",
        "",
        spec.said["tells"].strip(),
        "",
        *_body(spec),
    ]
    return "\n".join([*lines, MADE.format(path=f"tests/spec/measures/{stem}.yaml"), ""])


def _body(spec: Spec) -> list[str]:
    lines = []
    for key, title in (("who", "Who and what is counted"), ("formula", "Formula")):
        lines += [f"## {title}", "", *_text(key, spec.said[key]), ""]
    for number, one in enumerate(spec.examples, 1):
        numbered = f"Example {number}" if len(spec.examples) > 1 else "Example"
        lines += [f"## {numbered}: {one.title}", "", *_example(one)]
    told = [
        ("silent", "When there is no number"),
        ("not_told", "What it does not tell"),
        ("source", "Source"),
    ]
    for key, title in told:
        if spec.said.get(key):
            lines += [f"## {title}", "", *_text(key, spec.said[key]), ""]
    return lines


def _text(key: str, written: str) -> list[str]:
    return ["```text", *written.strip().splitlines(), "```"] if key == "formula" else [written.strip()]


def _example(one: Example) -> list[str]:
    lines = []
    for period, tables in one.given.items():
        for name, table in tables.items():
            title = " ".join(part for part in (_titled(name), f"({period})" if period else "") if part)
            lines += [f"{title}:", ""] if title else []
            lines += [*_grid([list(table.heads), *([*row.values()] for row in table.rows)]), ""]
            lines += _legend(period, name, table)
    if one.agreed:
        lines += [f"Agreed by the steering group: {', '.join(f'`{cell}`' for cell in one.agreed)}.", ""]
    lines += ["With a pencil:", "", *(f"- {line}" for line in one.pencil), "", "Result:", ""]
    rows = [[f"`{row['result']}`", *list(row.values())[1:]] for row in one.expected.rows]
    return [*lines, *_grid([list(one.expected.heads), *rows]), ""]


def _titled(name: str) -> str:
    if name in SURVEYS:
        return f"Answers to {name}"
    if name.startswith("invited_"):
        return f"Invited to {name.removeprefix('invited_')}"
    return name.replace("_", " ").capitalize()


def _legend(period: str, survey: str, table: Table) -> list[str]:
    """What the codes of a table of answers mean: the question, then the options that occur."""
    if survey not in SURVEYS:
        return []
    given: dict[str, set[str]] = {}
    for head in table.heads:
        given.setdefault(head.partition("[")[0], set())
    for row in table.data():
        for head, code in row.items():
            item, _, sub = head.partition("[")
            given[item] |= {code, sub.rstrip("]")}
    items = {one.code: one for one in questionnaires(period)[survey].items}
    lines = [f"- `{code}` {_meaning(items[code], given[code])}" for code in given if code in items]
    return [*lines, ""] if lines else []


def _meaning(one: Item, given: set[str]) -> str:
    """The question and, of its rows and options, those that occur."""
    told = [*one.subitems, *one.options]
    said = [f"`{part.code}` {part.label['en']}" for part in told if part.code in given]
    return " ".join(one.label["en"].split()) + (f" ({'; '.join(said)})" if said else "")


def _grid(rows: list[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return [lines[0], "| " + " | ".join("---" for _ in rows[0]) + " |", *lines[1:]]


def write() -> None:
    """Every page as it should be, and no other."""
    wanted = pages()
    for path in FOLDER.rglob("*.md"):
        if path.relative_to(FOLDER).as_posix() not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("expected --write: python tests/handbook.py --write makes every page of docs/handbook again")
    write()
