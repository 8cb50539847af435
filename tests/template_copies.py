"""What a new workspace gets from the demo project: run this file to bring evallib/templates up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from evallib.codes import LOGS, rules

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "evallib" / "templates"
FIRST_PERIOD = "2026"
COPIED = (
    "surveys/plan.yaml",
    "surveys/code_frame.yaml",
    "surveys/hyrra_fields.csv",
    "surveys/questionnaires/*.yaml",
    "notebooks/*.ipynb",
    "notebooks/*.yaml",
)


def wanted() -> Iterator[tuple[str, bytes]]:
    """(name below templates, bytes) of every file that is derived from another one."""
    for pattern in COPIED:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            yield name, CHANGED.get(path.parent.name, bytes)(path.read_bytes())
    for log in LOGS:
        yield f"surveys/logs/{log}.csv", header(log)
    yield f"surveys/rosters/{FIRST_PERIOD}.csv", header("roster")


def header(kind: str) -> bytes:
    """A file with nothing but its column names, apart by semicolons as Nordic spreadsheets like it."""
    return (";".join(rule.column for rule in rules(kind)) + "\n").encode()


def without_past_waves(written: bytes) -> bytes:
    """A questionnaire as a new project asks it: each reworded question in its last wording only.

    Waves are periods of the demo project, which a new project does not have.
    """
    items = re.split(r"(?m)^(?=      - code: )", written.decode("utf-8"))
    waves = [re.search(r"^        waves: \[(.*)\]\n", item, re.MULTILINE) for item in items]
    last = max((found[1].split(", ")[-1] for found in waves if found), default="")
    kept = []
    for item, found in zip(items, waves, strict=True):
        if found is None:
            kept.append(item)
        elif found[1].split(", ")[-1] == last:
            lone = item.replace(found[0], "").replace("        comparable: partly\n", "")
            kept.append(re.sub(r"  # reworded.*", "", lone))
    return "".join(kept).encode()


def for_first_period(written: bytes) -> bytes:
    """A notebook or its parameters for a project that has one period and nothing to compare it with."""
    shown = written.decode("utf-8").replace("2025", FIRST_PERIOD)
    return shown.replace('\\"2024\\"', "None").replace('    default: "2024"\n', "").encode()


CHANGED = {"questionnaires": without_past_waves, "notebooks": for_first_period}


def refresh() -> None:
    """Write every derived file."""
    for name, data in wanted():
        path = TEMPLATES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    refresh()
