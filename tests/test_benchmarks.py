"""The plain script works the published numbers out again, from the frozen tables and the definitions."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from plain import compare

ROOT = Path(__file__).parent.parent


def test_every_published_number_equals_what_the_plain_script_works_out(demo: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks/plain.py"), str(demo), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    compared = re.match(r"Published numbers compared: (\d+); worked out otherwise: 0", run.stdout)
    assert compared and int(compared[1]) > 3500, run.stdout


def test_without_published_numbers_of_the_period_the_check_says_how_to_get_them(demo: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks/plain.py"), str(demo), "--check", "--period", "2024"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2 and "Traceback" not in run.stderr
    assert run.stderr.rstrip().endswith("evallib report 2024"), run.stderr


def test_a_number_that_was_published_otherwise_is_named() -> None:
    cell = {"id": "2025/I19.events", "value": 25.0, "count": 25, "interval": [1.0, 2.0]}
    found = {"2025/I19.events": (25.0, 24, None, [1.0, 2.0])}
    compared, other = compare(found, {"cells": [cell, {"id": "2025/I20.persons", "base": 3}]})
    assert compared == 5
    assert [line.split(":")[0] for line in other] == ["2025/I19.events", "2025/I20.persons"]
    assert compare({"2025/I19.events": (25.0, 25, None, None)}, {"cells": [cell]})[1][0].endswith("by hand")


def test_the_plain_script_imports_nothing_of_the_library() -> None:
    written = (ROOT / "benchmarks/plain.py").read_text(encoding="utf-8")
    assert "import evallib" not in written and "from evallib" not in written
