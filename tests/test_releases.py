"""What makes a new freeze, a new release or a new set of products, and what makes none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from two_years import YEARS, edit, two_years

from evallib.sources.log_period import stood
from evallib.steps import products, report
from evallib.steps.context import Context, open_context
from evallib.steps.freeze import freeze_fingerprint
from evallib.steps.quick import release_is_current
from evallib.steps.release import release
from evallib.store import Tier


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_years(tmp_path_factory.mktemp("released") / "work")


@pytest.fixture
def root(released: Path, tmp_path: Path) -> Path:
    shutil.copytree(released, tmp_path / "work")
    return tmp_path / "work"


def stale(root: Path, years: tuple[str, ...] = (*YEARS, "2025")) -> list[str]:
    """The years whose data would be frozen anew."""
    context = open_context(root)
    frozen = {year: context.store.latest(Tier.FROZEN, year) for year in years}
    return [
        year for year, one in frozen.items()
        if one and one.facts["fingerprint"] != freeze_fingerprint(context, context.period(year))
    ]  # fmt: skip


def current(root: Path, year: str = "2024") -> bool:
    context = open_context(root)
    return release_is_current(context, context.period(year)) is not None


def append(root: Path, log: str, row: str) -> None:
    path = root / "surveys/logs" / f"{log}.csv"
    path.write_bytes(path.read_bytes() + row.encode() + b"\n")


SAME: dict[str, Callable[[Path], None]] = {
    "a comment in the plan": lambda root: edit(root / "surveys/plan.yaml", r"\A", "# looked over\n"),
    "spaces and lines": lambda root: edit(root / "surveys/questionnaires/q4.yaml", r"\n", "\n\n"),
    "the order of keys": lambda root: edit(
        root / "surveys/project.yaml", r"(?s)\n(short_name:.*?\n)(number:.*?\n)", r"\n\2\1"
    ),
    "a default written out": lambda root: edit(root / "surveys/project.yaml", r"\Z", "plus_tags: true\n"),
    "a comment among judgements": lambda root: edit(
        root / "surveys/commentary/2024/judgements.yaml", r"\A", "# read twice\n"
    ),
    "another delimiter": lambda root: edit(root / "surveys/logs/accounts.csv", ",", ";"),
    "the languages of the report": lambda root: edit(
        root / "surveys/project.yaml", r"report_languages: .*", "report_languages: [sv]"
    ),
    "when data are erased": lambda root: edit(
        root / "surveys/project.yaml", r"\Z", "retention: {raw_months: 6}\n"
    ),
    "a later period": lambda root: edit(
        root / "surveys/project.yaml",
        r"(\n  - \{id: .2025.*)",
        r'\1\n  - {id: "26", start: 2026-01-01, end: 2026-12-31}',
    ),
    "a decision of a later year": lambda root: append(root, "decisions", "d99;2025-02-01;§ 1;x;;;;;;;open;"),
    "an account of a later year": lambda root: append(root, "accounts", "2025b,1,1,1"),
}


@pytest.mark.parametrize("changed", SAME)
def test_what_means_the_same_redoes_nothing(root: Path, changed: str) -> None:
    if changed == "an account of a later year":
        edit(root / "surveys/project.yaml", r"(\n  - \{id: .2025.*)",
             r'\1\n  - {id: "2025b", start: 2026-01-01, end: 2026-12-31}')  # fmt: skip
    SAME[changed](root)
    assert stale(root) == [] and current(root)


OTHER: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "a rule": (lambda root: edit(root / "surveys/plan.yaml", "threshold: 5", "threshold: 6"), [*YEARS]),
    "a decision of one year": (
        lambda root: append(root, "decisions", "d99;2024-02-01;§ 1;x;;;;;;;open;"), ["2024"]
    ),
    "a state reached in another year": (
        lambda root: edit(root / "surveys/logs/decisions.csv", "dropped;2025-[0-9-]*", "done;2024-12-30"),
        ["2024"],
    ),
    "a row without a date": (lambda root: append(root, "heritage", "h99;x;y;;;undecided;;;"), [*YEARS]),
    "a period's own days": (
        lambda root: edit(root / "surveys/project.yaml", "2024-12-31", "2024-12-30"), ["2024"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("changed", OTHER)
def test_what_means_something_else_concerns_its_periods_only(root: Path, changed: str) -> None:
    change, years = OTHER[changed]
    change(root)
    assert stale(root) == years and not current(root)


def test_new_words_of_a_year_leave_the_next_years_release_alone(root: Path) -> None:
    (root / "surveys/commentary/2023").mkdir()
    (root / "surveys/commentary/2023/4.fi.md").write_text("Verkosto kasvoi.\n", encoding="utf-8")
    assert not current(root, "2023")
    context = open_context(root)
    assert release(context, context.period("2024")).new is False
    assert release(context, context.period("2023")).manifest.number == 2
    assert current(root, "2024")


def test_a_log_is_frozen_as_it_stood_on_the_last_day() -> None:
    decision = {"decision_id": "d1", "date": "2023-05-24", "state": "done", "state_date": "2024-01-16"}
    rest = ("paragraph", "text_fi", "text_sv", "text_en", "owner_fi", "owner_sv", "owner_en", "due")
    row = decision | dict.fromkeys(rest, "")
    (then,) = stood("decisions", [row], date(2023, 12, 31), ())
    (now,) = stood("decisions", [row], date(2024, 1, 16), ())
    assert (then[-2:], now[-2:]) == (["open", ""], ["done", "2024-01-16"])
    assert stood("decisions", [row], date(2023, 5, 23), ()) == []


def test_one_number_is_one_content(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other parameters, languages or another notebook are another variant; the same again has its number."""

    def written(_: Context, made: object, variant: int, parameters: object, *__: object) -> products.Products:
        return products.Products({"run.json": f"{variant} {parameters}".encode()})

    class Idle:
        def __init__(self, *_: object) -> None:
            self.get = self.stop = lambda *_: None
            self.ask = lambda function, *given, **_: lambda: function(*given)

        __enter__, __exit__ = (lambda self: self), (lambda self, *_: None)

    monkeypatch.setattr(products, "build_products", written)
    for name in ("_Starting", "_side"):
        monkeypatch.setattr(report, name, Idle)

    def made(**given: str) -> tuple[str, bool]:
        context = open_context(root)
        done = report.report(context, context.period("2024"), given)
        assert done.files[0].read_bytes().startswith(f"{done.variant} ".encode())
        return done.label, done.new

    assert made() == ("1", True)
    assert made(comparison="none") == ("1.2", True)
    assert made(comparison="none") == ("1.2", False)
    assert made(final="true") == ("1.3", True)
    assert made() == ("1", True)
    edit(root / "surveys/project.yaml", r"report_languages: .*", "report_languages: [fi]")
    assert made() == ("1.4", True)
    edit(root / "notebooks/annual_report.ipynb", r"\Z", "\n")
    assert made() == ("1.5", True)
    assert made() == ("1.5", False)
    held = open_context(root).store.latest(Tier.PRODUCTS, "2024")
    assert held is not None and (held.facts["variant"], held.facts["languages"]) == (5, ["fi"])
