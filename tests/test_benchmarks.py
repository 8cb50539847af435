"""The plain script works the published numbers out again, from the frozen tables and the definitions."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_published_number_equals_what_the_plain_script_works_out(demo: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/plain.py"), str(demo), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    worked_out = json.loads(run.stdout)
    cells = json.loads((demo / "outputs/2025/results.json").read_text(encoding="utf-8"))["cells"]
    found = []
    compared = 0
    for cell in cells:
        own = dict(zip(("value", "count", "base"), worked_out.get(cell["id"], [])[:3], strict=False))
        for name in ("value", "count", "base"):
            if name in cell:
                compared += 1
                if own.get(name) is None or not math.isclose(cell[name], own[name], rel_tol=1e-8):
                    found.append(f"{cell['id']} {name}: {cell[name]} published, {own.get(name)} worked out")
    assert found == []
    assert compared > 2500


def test_the_plain_script_imports_nothing_of_the_library() -> None:
    written = (ROOT / "benchmarks/plain.py").read_text(encoding="utf-8")
    assert "import evallib" not in written and "from evallib" not in written
