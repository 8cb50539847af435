"""``evallib export``: tables for others hold released numbers only, each with its formula and source."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import fake_release as fake
import pytest
from conftest import copy_workspace

from evallib.cli import main
from evallib.codes import CODES
from evallib.errors import MissingStepError, text
from evallib.results import Mask, Released, ResultId
from evallib.steps import export as step

FULL = fake.publication()
HEADER = "label;period;formula;decimals;ask\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_workspace(tmp_path_factory.mktemp("export") / "work")


@pytest.fixture
def here(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose periods were all released with the same invented numbers."""
    released = FULL.released
    hidden = released["I10.firms_founded"]
    cells = released.cells | {hidden.id: replace(hidden, value=None, count=None, base=None, mask=Mask.SMALL)}
    for n, code in enumerate(CODES["cns"]):
        for indicator in ("I16", "I19"):
            named = ResultId("2025", indicator, "by_cns", (("cns", code),))
            cells[named] = replace(hidden, id=named, value=float(n))

    def told(_: object, period: object) -> Released:
        if period is not None and period.id == "2023":  # type: ignore[attr-defined]
            raise MissingStepError(text("Nothing has been released for {period}", period="2023"))
        return Released("2025", 4, cells)

    monkeypatch.setattr(step, "for_others", told)
    monkeypatch.chdir(workspace)
    return workspace


def exported(here: Path, capsys: pytest.CaptureFixture[str], *rows: str) -> list[dict[str, str]]:
    (here / "surveys" / "hyrra_fields.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    assert main(["export", "hyrra", "2025", "--json"]) == 0, capsys.readouterr().err
    told = json.loads(capsys.readouterr().out)
    written = (here / told["file"]).read_text("utf-8-sig")
    assert list(csv.DictReader(written.splitlines(), delimiter=";")) == told["figures"]
    figures: list[dict[str, str]] = told["figures"]
    return figures


def number(name: str) -> float:
    value = FULL.released[name].value
    assert value is not None
    return value


def test_a_figure_comes_with_its_formula_and_source(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = number("I19.events")

    (one,) = exported(here, capsys, "Tilaisuuksia;;I19.events;0;yes")

    assert one == {
        "label": "Tilaisuuksia",
        "value": f"{events:.0f}",
        "period": "2025",
        "formula": "I19.events",
        "source": f"I19.events = {events:.10g} (release 4)",
        "ask": "yes",
    }


@pytest.mark.parametrize(
    ("formula", "decimals", "value"),
    [
        ("2 * (I19.events - I19.events) + 0.125", "2", "0.13"),  # half away from nothing
        ("I19.events / I19.events", "0", "1"),
        ("I19.events / (I19.events - I19.events)", "0", ""),
        ("I10.firms_founded + I19.events", "0", ""),  # hidden: nothing may be worked out from it
    ],
)
def test_formulas_are_computed_and_rounded_by_hand(
    here: Path, capsys: pytest.CaptureFixture[str], formula: str, decimals: str, value: str
) -> None:
    (one,) = exported(here, capsys, f"x;;{formula};{decimals};")
    assert one["value"] == value
    if "firms_founded" in formula:
        assert "I10.firms_founded = small" in one["source"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x;;I19.evnts;0;", "I19.events"),
        ("x;;__import__('os').getcwd();0;", "formula can't be computed"),
        ("x;;I19.events +;0;", "formula can't be computed"),
        ("x;;I19.events ** 9;0;", "formula can't be computed"),
        ("x;;I19.events;many;", "formula can't be computed"),
        ("x;;1e308*1e308;0;", "more than can be computed or written"),
        ("x;;I19.events;40;", "more than can be computed or written"),
        (f"x;;{'1+' * 3000}1;0;", "more than can be computed or written"),
    ],
)
def test_a_formula_with_a_fault_names_its_row(
    here: Path, capsys: pytest.CaptureFixture[str], row: str, said: str
) -> None:
    (here / "surveys" / "hyrra_fields.csv").write_text(HEADER + "y;;I19.events;0;\n" + row + "\n", "utf-8")
    assert main(["--language", "en", "export", "hyrra", "2025"]) == 3
    told = capsys.readouterr().err
    assert said in told and "row 3" in told


def test_a_figure_of_another_period_needs_its_release(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "surveys" / "hyrra_fields.csv").write_text(HEADER + "x;2023;I19.events;0;\n", "utf-8")
    assert main(["--language", "en", "export", "hyrra", "2025"]) == 10
    assert "2023" in capsys.readouterr().err


def test_the_network_units_table_counts_by_class(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "cns", "2025", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]

    values = {one["label_en"]: one["value"] for one in figures}
    assert len(values) == 13
    assert (values["events: events"], values["contents: communication"]) == ("0", "1")
    assert values["Participations"] == f"{number('I20.participations'):.0f}"
    said = [one for one in figures if one["formula"] == "I16.by_cns[cns=communication]"]
    assert [said[0][f"label_{language}"] for language in ("fi", "sv")] == [
        "sisällöt: viestintä",
        "innehåll: kommunikation",
    ]


def test_records_without_a_class_have_a_row_of_their_own(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = step.for_others(None, None)  # type: ignore[arg-type]  # the invented numbers
    name = ResultId("2025", "I19", "by_cns", (("cns", "unknown"),))
    cells = told.cells | {name: replace(FULL.released["I19.events"], id=name, value=3.0)}
    monkeypatch.setattr(step, "for_others", lambda *_: Released("2025", 4, cells))
    assert main(["export", "cns", "2025", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert [(one["label_en"], one["value"]) for one in figures if "unknown" in one["formula"]] == [
        ("events: unknown", "3")
    ]


def test_the_network_units_table_has_its_labels_in_three_languages(here: Path) -> None:
    assert main(["export", "cns", "2025"]) == 0
    header = (here / "outputs/2025/cns.csv").read_text("utf-8-sig").splitlines()[0]
    assert header == "label_fi;label_sv;label_en;value;period;formula;source"


def test_no_cell_of_a_table_is_a_formula_for_a_spreadsheet() -> None:
    assert [step.harmless(cell) for cell in ("=1+1", "-I10.jobs", "I10.jobs")] == [
        "'=1+1",
        "'-I10.jobs",
        "I10.jobs",
    ]
