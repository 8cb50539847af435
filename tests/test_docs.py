"""What the documents say exists: links, commands, dependencies, the walk-through's own example."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from evallib.cli.verbs import COMMANDS
from evallib.sources.attendance import read_attendance
from evallib.sources.logs import read_log, read_roster_table

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [
        *ROOT.glob("docs/**/*.md"),
        *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    ]
)
WALK = (ROOT / "docs" / "first_report.md").read_text(encoding="utf-8")


def blocks(page: str) -> list[str]:
    return re.findall(r"^```\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:`|\$ |bin/)evallib (([a-z]+)(?: [a-z]+)?)", written)
    assert [both for both, first in named if not {both, first} & set(COMMANDS)] == []


def test_every_dependency_has_its_reason_and_no_other_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    parts = page.split("## To test")
    for part, declared in zip(
        parts, (project["dependencies"], project["optional-dependencies"]["test"]), strict=True
    ):
        explained = re.findall(r"^\| ([A-Za-z][A-Za-z0-9_-]*) \| \S", part, re.MULTILINE)
        names = [re.split(r"[<>=~! ]", one)[0] for one in declared]
        assert [one for one in explained if one != "package"] == names


def test_decisions_are_numbered_dated_and_say_what_follows() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        written = page.read_text(encoding="utf-8")
        assert re.search(r"^20\d\d-\d\d-\d\d$", written, re.MULTILINE), page.name
        for part in ("**Context.**", "**Choice.**", "**Consequences.**"):
            assert written.count(part) == 1, page.name


def test_the_walk_throughs_files_can_be_read() -> None:
    roster, event, people = (
        next(block for block in blocks(WALK) if block.startswith(start))
        for start in ("organisation;", "e2601;2026", "event_id;role")
    )
    assert len(read_roster_table(roster.encode(), "2026.csv", "2026").rows) == 2
    header = (ROOT / "evallib" / "templates" / "surveys" / "logs" / "events.csv").read_text(encoding="utf-8")
    events = read_log("events", (header + event).encode(), "events.csv").rows
    row = {str(column): str(cell) for column, cell in events.iloc[0].items()}
    table = read_attendance([("events/e2601_paper.csv", people.encode())], row, (), 0)
    assert len(table.rows) == 6
    assert list(table.rows["region"]).count("FI1D7") == 2


def test_citation_names_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {version} (" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
