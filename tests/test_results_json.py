"""The results file: what was released comes back whole, and a hidden number is not in it."""

from __future__ import annotations

import dataclasses
import json

import fake_release as fake
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evallib.errors import StoreError, UsageError
from evallib.results import (
    Assessment,
    Colour,
    Kind,
    Mask,
    Released,
    ReleasedCell,
    ResultId,
    SourceKind,
    parse_display_id,
)
from evallib.results.jsonform import SCHEMA, from_json, to_json


def cell(**changed: object) -> ReleasedCell:
    plain = ReleasedCell(
        ResultId("2025", "I24", "participations", (("region", "FI1D7"),)), Kind.COUNT, "participations",
        7.0, 7, 120, (3.5, 11.25), "", None, True, "count", "measures.records.counted",
        (SourceKind.PARTICIPATION, SourceKind.LOGS), ("participations", "events"),
    )  # fmt: skip
    return dataclasses.replace(plain, **changed)  # type: ignore[arg-type]


def released(*cells: ReleasedCell) -> Released:
    judged = Assessment("EQ4", Colour.AMBER, "mixed", "2025/I22.t01_top2", 0.73, 0.85, "A", "two_kinds")
    facts = {"decisions": [{"text_fi": "Lisätään ”ruotsinkielisiä” <tilaisuuksia>\n"}], "run": {"n": 3}}
    return Released("2025", 4, {one.id: one for one in cells}, {"EQ4": judged}, facts)


def test_a_release_comes_back_as_it_was() -> None:
    told = released(cell(), cell(id=ResultId("2025", "I20", "persons"), interval=None, base=None, note="few"))
    assert from_json(to_json(told)) == told


def test_a_whole_release_comes_back_and_is_written_to_the_same_bytes() -> None:
    whole = fake.publication().released
    data = to_json(whole)
    assert from_json(data) == whole
    assert to_json(from_json(data)) == data


def test_a_hidden_cell_has_its_reason_and_no_number_at_all() -> None:
    hidden = cell(value=None, count=None, base=None, interval=None, mask=Mask.SECONDARY)
    (written,) = json.loads(to_json(released(hidden)))["cells"]
    assert written["mask"] == "secondary"
    assert not {"value", "count", "base", "interval"} & set(written)
    assert from_json(to_json(released(hidden)))["I24.participations[region=FI1D7]"] == hidden


def test_a_number_that_slipped_into_a_hidden_cell_is_not_written() -> None:
    leaking = cell(mask=Mask.SMALL)
    assert b'"value"' not in to_json(released(leaking))


def test_zero_is_a_number_and_none_is_not() -> None:
    nought, nothing = (
        cell(value=0.0, count=0),
        cell(id=ResultId("2025", "I20", "x"), value=None, note="no_data"),
    )
    back = from_json(to_json(released(nought, nothing)))
    assert back["I24.participations[region=FI1D7]"].count == 0
    assert back["I20.x"].value is None and not back["I20.x"].shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_in_full(value: float) -> None:
    told = released(cell(value=value))
    assert from_json(to_json(told))["I24.participations[region=FI1D7]"].value == value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_never_written(value: float) -> None:
    with pytest.raises(ValueError):
        to_json(released(cell(value=value)))


def test_the_file_is_utf8_with_one_cell_a_line() -> None:
    data = to_json(released(cell(), cell(id=ResultId("2025", "I20", "persons"))))
    lines = data.decode("utf-8").splitlines()
    assert sum(line.startswith('{"id": "2025/') for line in lines) == 2
    assert "”ruotsinkielisiä”" in data.decode("utf-8")
    assert json.loads(data)["schema"] == SCHEMA


@pytest.mark.parametrize("schema", ["evallib-results/2", None])
def test_another_form_is_refused_with_what_was_expected(schema: str | None) -> None:
    plain = json.loads(to_json(released(cell())))
    plain["schema"] = schema
    with pytest.raises(StoreError) as caught:
        from_json(json.dumps(plain).encode())
    assert caught.value.expected == SCHEMA


def test_one_cell_has_one_spelling() -> None:
    one = ResultId.parse("2025/I03.ties[sector2=care,sector=tour]")
    assert str(one) == "2025/I03.ties[sector=tour,sector2=care]"


@pytest.mark.parametrize(
    "written", ["I20.persons", "2025/I20", "2025/I20.p[region=]", "2025/i20.p", "2025/I20.p[]"]
)
def test_what_is_no_id_is_refused_with_the_grammar(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        ResultId.parse(written)
    assert "PERIOD/INDICATOR.measure" in str(caught.value.expected)


@pytest.mark.parametrize("name", ["T1.1", "F6.4", "TA.1", "TF.1"])
def test_every_table_and_figure_has_an_id_that_can_be_traced(name: str) -> None:
    assert parse_display_id(f"2025/{name}") == ("2025", name)
    assert parse_display_id(f"2025/{name}x") is None
