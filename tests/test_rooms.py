"""The table of rooms in docs/architecture.md and the imports in the code say the same."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "evallib"

ONE_ADDRESS = {
    "pingouin": "measures",
    "citric": "sources",
    "limepy": "sources",
    "typst": "report",
    "segno": "report",
    "papermill": "report",
    "docx": "report",
    "pptx": "report",
    "matplotlib": "display",
    "keyring": "privacy",
    "pyrage": "store",
    "simplemma": "codebook",
    "icalendar": "steps",
    "merge3": "steps",
}
LIGHT = ("errors", "codes", "declared", "records", "results", "workspace", "plan", "store", "cli")
HEAVY = {"pandas", "numpy", "scipy", "matplotlib", "pingouin", "typst", "papermill", "openpyxl", "simplemma"}


def declared_rooms() -> dict[str, set[str]]:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.split("## Rooms")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([a-z]+)` \|[^|]*\| ([^|]*) \|$", table, re.MULTILINE)
    names = {room for room, _ in rows}
    allowed = {}
    for room, imports in rows:
        words = {word.strip() for word in imports.split(",")}
        allowed[room] = names if "all" in words else words & names
    return allowed


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[tuple[str, bool]]:
    """(module, whether it is imported when the module is loaded, and not only for type checking)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = set()
    for node in ast.walk(tree):
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or typing_only:
            inside.update(id(child) for child in ast.walk(node))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) not in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            base = node.module or ""
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "evallib" else [base]
            found += [(name, id(node) not in inside) for name in names]
    return found


FILES = [p for p in sorted(PACKAGE.rglob("*.py")) if p.name != "__init__.py" or p.parent != PACKAGE]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_what_the_table_allows(path: Path) -> None:
    allowed = declared_rooms()
    room = room_of(path)
    if room == "__main__":
        room = "cli"
    assert room in allowed, f"the room {room} is not in docs/architecture.md"
    for module, _ in imports(path):
        if not module.startswith("evallib."):
            continue
        target = module.split(".")[1]
        if target == room or target == "__version__":
            continue
        assert target in allowed[room], f"{room} imports {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_an_outside_library_has_one_address(path: Path) -> None:
    for module, _ in imports(path):
        home = ONE_ADDRESS.get(module.split(".")[0])
        assert home is None or home == room_of(path), f"{module} belongs to the room {home}"


def test_pingouin_has_one_adapter() -> None:
    users = [path.name for path in FILES if any(name.startswith("pingouin") for name, _ in imports(path))]
    assert users == ["adapter.py"]


@pytest.mark.parametrize(
    "path", [p for p in FILES if room_of(p) in LIGHT], ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_light_rooms_import_nothing_heavy_when_loaded(path: Path) -> None:
    heavy = [module for module, at_load in imports(path) if at_load and module.split(".")[0] in HEAVY]
    assert heavy == []


@pytest.mark.parametrize(
    "module", ["cli.commands", "steps.report", "steps.quick", "steps.notebook", "steps.publication"]
)
def test_what_a_rerun_or_a_notebook_loads_first_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, evallib.{module}; print(*set({sorted(HEAVY)}) & sys.modules.keys())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


def test_every_room_in_the_table_exists() -> None:
    rooms = {room_of(path) for path in FILES}
    assert set(declared_rooms()) - {"evallib"} <= rooms | {"cli"}


def test_every_import_outside_the_standard_library_is_declared() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").lower().replace("-", "_")
    known_as = {"yaml": "pyyaml", "nbformat": "jupyterlab", "nbclient": "papermill"}
    known_as |= {"numpy": "pandas", "scipy": "pingouin", "jupyter_client": "jupyterlab"}
    known_as |= {
        "requests": "citric",
        "urllib3": "citric",
        "statsmodels": "pingouin",
        "IPython": "jupyterlab",
    }
    known_as |= {"defusedxml": "jupyterlab", "jupyterlab": "jupyterlab", "ipykernel": "jupyterlab"}
    for path in FILES:
        for module, _ in imports(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top == "evallib":
                continue
            assert known_as.get(top, top).lower() in declared, f"{path.name} imports {top}"
