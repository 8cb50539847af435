"""Every specification in ``tests/spec`` holds, and its page in ``docs/handbook`` is made from it as it is."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from pathlib import Path

import fake_release
import handbook
import numpy as np
import pytest
import spec_files
from small_frames import plan, questionnaires

import evallib.measures
from evallib.codebook.model import Questionnaire
from evallib.display import NothingToShow, draw, names, say, tabulate
from evallib.display.edition import Edition
from evallib.measures.distributions import Answers, coded

INDICATORS, MEASURES = spec_files.indicators(), spec_files.measures()


def name(path: Path) -> str:
    return path.stem


def test_every_indicator_has_a_specification_and_every_specification_an_indicator():
    assert [path.stem for path in INDICATORS] == sorted(one.code for one in plan().indicators)
    assert all(spec_files.load(path).name == path.stem for path in INDICATORS)
    assert set(spec_files.INDICATORS) == {one.code for one in plan().indicators}


@pytest.mark.parametrize("path", [*INDICATORS, *MEASURES], ids=name)
def test_the_pencil_sums_hold(path):
    for example in spec_files.load(path).examples:
        assert [line for line in example.pencil for _ in spec_files.wrong_sums(line)] == []


@pytest.mark.parametrize("path", INDICATORS, ids=name)
def test_an_indicator_gives_what_the_pencil_gave(path):
    spec = spec_files.load(path)
    for example in spec.examples:
        found = spec_files.found_cells(spec.name, example)
        for row in example.expected.rows:
            assert row["result"] in found, f"{spec.name}: {example.title}: no result {row['result']}"
            assert spec_files.differences(found[row["result"]], row) == [], (example.title, row["result"])


@pytest.mark.parametrize("path", INDICATORS, ids=name)
def test_the_headline_measure_has_an_expected_number_and_a_place_in_the_report(path):
    spec = spec_files.load(path)
    headline = f"{spec.name}.{plan().indicator(spec.name).headline}"
    rows = [row for example in spec.examples for row in example.expected.rows if row["result"] == headline]
    assert any(spec_files.number_in(row["value"]) for row in rows), headline
    assert spec.said["stands"]
    assert set(spec.said["stands"]) <= {one for kind in names().values() for one in kind}


GENERAL = {"F1.1", "T0.1", "T1.1", "TB.1", "TF.1", "P2.2", "P2.5", "P2.6"}  # of whatever the plan names


def test_where_an_indicator_is_said_to_stand_the_report_asks_for_it(monkeypatch):
    """Each figure, table and passage is drawn once, and what cells it asks for is written down."""
    wanted: set[str] = set()

    def listening(way):
        return lambda edition, name, *more: wanted.add(name[:3]) or way(edition, name, *more)

    for way in ("cell", "earlier", "history", "series"):
        monkeypatch.setattr(Edition, way, listening(getattr(Edition, way)))
    release, found = fake_release.publication(), {}
    for kind, maker in (("figures", draw), ("tables", tabulate), ("passages", say)):
        for one in names()[kind]:
            wanted.clear()
            with contextlib.suppress(NothingToShow):
                maker(one, release, "en")
            found[one] = set(wanted)
    for path in INDICATORS:
        spec = spec_files.load(path)
        assert [
            one for one in spec.said["stands"] if one not in GENERAL and spec.name not in found[one]
        ] == []
        assert ("T1.1" in spec.said["stands"]) == plan().indicator(spec.name).on_scorecard, spec.name


def asked(column: list[str], item: str) -> Answers:
    """A column of codes as the answers to an item, as ``asked(x, "q2.N08")``."""
    survey, _, code = item.partition(".")
    questionnaire: Questionnaire = questionnaires()[survey]
    options = next(one.options for one in questionnaire.items if one.code == code)
    return coded(code, np.array([cell or None for cell in column], dtype=object), options)


def column(cells: list[str]) -> object:
    """Numbers where all cells are numbers or empty, else the texts."""
    if all(not cell or spec_files.number_in(cell) and cell[-1].isdigit() for cell in cells):
        return np.array([float(cell.replace("−", "-")) if cell else np.nan for cell in cells])
    return cells


# Public functions of evallib/measures that give the report no number of their own, and why
HELPERS = {
    "agreement.marks": "lays out what agreement.agreement compares",
    "coding.split": "reads a cell for coding.final",
    "distributions.answers": "reads an item; I06 shows one",
    "distributions.coded": "reads a column of codes for every example that says asked(…)",
    "network.network": "lays out the ties that answers name; I01 shows them",
    "network_drawing.drawable": "says which waves may be drawn",
    "network_drawing.drawings": "places what network and structure count",
    "network_drawing.persons": "says who may not be drawn",
    "ranks.complete": "refuses what can't be ranked; each rank measure shows it",
    "records.counted": "makes a cell of a count for records.tally",
    "records.listed": "reads a cell for records.joint",
    "records.names": "reads a cell for records.takers_by_result",
    "ticks.ticks": "reads an item; I07 shows one",
    "weights.refused": "says why there are no weights",
}


def test_every_public_measure_has_a_specification() -> None:
    rooms = [one.name for one in pkgutil.iter_modules(evallib.measures.__path__)]
    public = {
        f"{room}.{function}"
        for room in rooms
        for function, found in vars(importlib.import_module(f"evallib.measures.{room}")).items()
        if hasattr(found, "__code__") or hasattr(found, "__wrapped__")
        if not function.startswith("_") and found.__module__ == f"evallib.measures.{room}"
    }
    specified = [spec_files.load(path).name for path in MEASURES]
    assert sorted(specified) == sorted(public - set(HELPERS))
    assert set(HELPERS) <= public


@pytest.mark.parametrize("path", MEASURES, ids=name)
def test_a_measure_gives_what_the_pencil_gave(path):
    """Each expected row names an expression over the measure's module and the columns of the table."""
    spec = spec_files.load(path)
    room, _, function = spec.name.partition(".")
    module = vars(importlib.import_module(f"evallib.measures.{room}"))
    assert function in module, f"{path.name}: no measure {spec.name}"
    for example in spec.examples:
        tables = (one for period in example.given.values() for one in period.values())
        known = {head: column(cells) for one in tables for head, cells in one.columns().items()}
        scope = {"np": np, "asked": asked, **module, **known}
        for row in example.expected.rows:
            written = row["value"]
            if written.startswith("raises "):
                with pytest.raises(Exception) as caught:
                    eval(row["result"], scope)
                assert type(caught.value).__name__ == written.removeprefix("raises ")
                continue
            found = eval(row["result"], scope)
            if spec_files.number_in(written):
                assert spec_files.agree(float(found), written), (example.title, row["result"], found)
            else:
                assert str(found) == written, (example.title, row["result"], found)


@pytest.mark.parametrize(
    ("written", "found"),
    [("(4 − 1) / 12", 0.25), ("√(0.25)", 0.5), ("2 × 3²", 18), ("40 %", 0.4), ("−1 + 1 000", 999)],
)
def test_a_sum_is_reckoned_as_people_write_it(written, found):
    assert spec_files.reckon(written) == pytest.approx(found)


def test_a_row_stands_for_several_rows_and_columns():
    table = spec_files.table("e* | N05[] | times | note\na b | o1=k2 o3 | 2 | words\nc | | | ")
    assert table.data() == [{"e": e, "N05[o1]": "k2", "N05[o3]": "Y"} for e in "aabb"] + [{"e": "c"}]


def test_a_wrong_sum_and_a_wrong_last_decimal_are_found():
    assert spec_files.wrong_sums("Share: 2 / 3 = 0.67") == []
    assert spec_files.wrong_sums("Share: 2 / 3 = 0.66") == ["2 / 3 = 0.66"]
    assert spec_files.wrong_sums("Sum: 1 + 1 = 3 = 3") == ["1 + 1 = 3"]
    assert spec_files.wrong_sums("No sum at all") == []


def test_a_specification_without_an_expected_number_is_refused(tmp_path):
    written = (spec_files.SPEC / "I05.yaml").read_text(encoding="utf-8")
    head, _, _ = written.partition("    expect: |\n")
    path = tmp_path / "I05.yaml"
    path.write_text(head + "    expect: |\n      result | value\n      I05.active |\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="no expected number"):
        spec_files.load(path)


def test_the_pages_of_the_handbook_are_as_the_specifications_say():
    wanted = handbook.pages()
    kept = {path.relative_to(handbook.FOLDER).as_posix() for path in handbook.FOLDER.rglob("*.md")}
    assert kept == set(wanted), handbook.REFRESH
    for path, text in wanted.items():
        assert (handbook.FOLDER / path).read_text(encoding="utf-8") == text, f"{path}: {handbook.REFRESH}"
