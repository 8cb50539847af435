"""What may be given to a notebook, and that nothing runs when something else is given."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from evallib.errors import DeclarationError, UsageError
from evallib.report.parameters import Interface, Value, checked, from_words, read_interface

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "annual_report.ipynb"
PERIODS = {"2023": [], "2024": ["2023"], "2025": ["2023", "2024"]}
LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def interface() -> Interface:
    return read_interface(NOTEBOOK)


def fitted(interface: Interface, **given: Value) -> dict[str, Value]:
    return checked(interface, given, PERIODS, LANGUAGES)


def test_parameters_that_are_not_given_have_the_notebooks_defaults(interface: Interface) -> None:
    assert fitted(interface) == {"period": "2025", "comparison": "2024", "language": "fi", "final": False}


def test_an_unknown_parameter_is_refused_with_the_nearest_name(interface: Interface) -> None:
    with pytest.raises(UsageError) as caught:
        fitted(interface, comparsion="2024")
    assert "comparsion" in str(caught.value)
    assert "comparison" in str(caught.value.repair)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("period", "2022", "2023, 2024, 2025"),
        ("period", None, "2023, 2024, 2025"),
        ("period", 2025, "2023, 2024, 2025"),
        ("period", True, "2023, 2024, 2025"),
        ("comparison", "none", "none"),
        ("comparison", "2026", "none"),
        ("comparison", "2025", "2023, 2024, none"),
        ("language", "de", "fi, sv, en"),
        ("language", "FI", "fi, sv, en"),
        ("final", "true", "true, false"),
        ("final", None, "true, false"),
        ("final", 1, "true, false"),
    ],
)
def test_a_wrong_type_or_an_impossible_value_is_refused(
    interface: Interface, name: str, value: Any, allowed: str
) -> None:
    with pytest.raises(UsageError) as caught:
        fitted(interface, **{name: value})
    assert name in str(caught.value) and allowed in str(caught.value.expected)


def test_a_near_value_is_named(interface: Interface) -> None:
    with pytest.raises(UsageError) as caught:
        fitted(interface, period="20225")
    assert "'2025'" in str(caught.value.repair)


def test_no_comparison_is_a_value(interface: Interface) -> None:
    assert fitted(interface, comparison=None)["comparison"] is None


def test_words_of_the_command_line_become_values() -> None:
    written = {"final": "True", "comparison": "none", "language": "sv", "period": "2025"}
    assert from_words(written) == {"final": True, "comparison": None, "language": "sv", "period": "2025"}


def test_an_interface_without_parameters_or_with_an_unknown_type_is_a_fault_of_its_file(
    tmp_path: Path,
) -> None:
    beside = tmp_path / "some.parameters.yaml"
    for told in (
        "schema_version: 1\nparameters: {}\n",
        "schema_version: 1\nparameters:\n  a:\n    type: number\n    meaning: {fi: a, sv: a, en: a}\n",
    ):
        beside.write_text(told, encoding="utf-8")
        with pytest.raises(DeclarationError) as caught:
            read_interface(tmp_path / "some.ipynb")
        assert "notebooks/some.parameters.yaml" in str(caught.value.where)


@pytest.mark.parametrize("written", ["langauge=sv", "language=xx", "period=1999", "final=maybe", "language"])
def test_a_bad_parameter_stops_the_report_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    from evallib.cli import main
    from evallib.report.run import Kernel
    from evallib.steps import report

    (tmp_path / "surveys").mkdir()
    shutil.copy(ROOT / "surveys" / "project.yaml", tmp_path / "surveys")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("something ran")

    monkeypatch.setattr(Kernel, "__init__", forbidden)
    monkeypatch.setattr(report, "release", forbidden)
    monkeypatch.chdir(tmp_path)
    assert main(["--language", "en", "report", "2025", "-p", written]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "What to do" in said or "Expected" in said
