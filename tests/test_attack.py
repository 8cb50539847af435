"""The door's own attack finds what a careless mask gives away."""

from __future__ import annotations

import dataclasses
import json

import pytest
from test_door_out import POLICY, Released, profile, regions, result, survey

from evallib.errors import PrivacyError
from evallib.privacy.attack import State, attack, told_of
from evallib.privacy.audit import audit_forms
from evallib.privacy.breakdowns import Table, tables
from evallib.privacy.door_out import Draft, door_out
from evallib.privacy.findings import Finding, stop_if_found
from evallib.results import Cell, Mask, Result, ResultId

SMALL_CELL = {"a": {"1": 3, "2": 20}, "b": {"1": 15, "2": 15}, "c": {"1": 25, "2": 30}}


def careless(results: list[Result], *hide: str) -> Released:
    """Everything shown but the named cells."""
    cells, _ = door_out(results, POLICY)
    shown = {one.id_of(cell): (one, cell) for one in results for cell in one.cells}
    told = {}
    for name, (_, cell) in shown.items():
        masked = str(name).split(".", 1)[1] in hide
        numbers = {"value": None, "count": None, "base": None} if masked else {}
        full = {"value": cell.value, "count": cell.count, "base": cell.base, "mask": None} | numbers
        told[name] = dataclasses.replace(cells[name], **full | ({"mask": Mask.SECONDARY} if masked else {}))
    return told


def table_of(results: list[Result]) -> Table:
    families, _ = tables([one for one in results if one.protected])
    return families[0][-1]


def kinds(results: list[Result], *hide: str) -> set[str]:
    return {one.kind for one in attack(state_of(results, careless(results, *hide)), [], 5)}


def state_of(results: list[Result], cells: Released) -> State:
    table = table_of(results)
    return State(table, told_of(table, cells))


def test_a_small_number_that_is_shown_is_found() -> None:
    assert kinds(survey(SMALL_CELL)) == {"SMALL_SHOWN"}


def test_one_hidden_cell_under_published_margins_is_recovered() -> None:
    assert kinds(survey(SMALL_CELL), "t01[answer=1,region=a]") == {"RECOVERED"}


def test_a_hidden_row_of_two_is_not_enough_while_bases_are_shown() -> None:
    hide = ("t01[answer=1,region=a]", "t01[answer=1,region=b]")
    assert "RECOVERED" in kinds(survey(SMALL_CELL), *hide)


def test_a_base_printed_beside_one_answer_gives_the_other_away() -> None:
    results = [one for one in survey(SMALL_CELL) if not (one.protected and one.measure == "t01_n")]
    hide = [f"t01[answer=1,region={region}]" for region in "abc"]
    assert "RECOVERED" in kinds(results, *hide)


def test_a_rectangle_of_large_cells_hides_the_small_one() -> None:
    hide = [f"t01[answer={answer},region={region}]" for answer in "12" for region in "ab"]
    assert kinds(survey(SMALL_CELL), *hide) == set()


def test_two_hidden_numbers_with_a_small_sum_are_tight_and_their_sum_is_recovered() -> None:
    results = [profile({"a": 1, "b": 1, "c": 40, "d": 30})]
    assert kinds(results, "q1_region[region=a]", "q1_region[region=b]") == {"TIGHT", "RECOVERED"}


def test_a_number_shown_under_a_second_name_is_found() -> None:
    one = profile({"a": 3, "b": 3, "c": 40})
    again = dataclasses.replace(one, measure="again")
    hide = ("q1_region[region=a]", "q1_region[region=b]")
    assert kinds([one, again], *hide) == {"SMALL_SHOWN"}


def test_what_the_door_lets_out_gives_nothing_away() -> None:
    results = survey(SMALL_CELL, top=("2",))
    cells, _ = door_out(results, POLICY)
    assert attack(state_of(results, cells), [], 5) == []


def test_a_finding_stops_the_release_and_names_the_table() -> None:
    finding = Finding("RECOVERED", "T01, q1 by region", "region=a 1", (ResultId("2025", "I22", "t01"),), 3, 3)
    with pytest.raises(PrivacyError, match="1 numbers below the threshold") as stopped:
        stop_if_found([finding])
    assert "region=a 1 (RECOVERED 3)" in str(stopped.value.found)
    assert "T01, q1 by region" in str(stopped.value.repair)
    stop_if_found([])


def test_the_audit_form_holds_what_is_told_and_nothing_that_is_hidden() -> None:
    results = survey(SMALL_CELL, top=("2",))
    cells, _ = door_out(results, POLICY)
    form = audit_forms({"report-fi.pdf": Draft(cells, results)}, 5)["q1-T01"]
    assert form["dims"]["answer:T01"] == ["1", "2", "missing"]
    assert form["dims"]["region"] == ["a", "b", "c"]
    table = next(one for one in form["tables"] if one["id"] == "2025/I22.t01 region")
    assert table["protected"]
    assert {"key": {"region": "a", "answer:T01": "1"}, "suppressed": True} in table["cells"]
    assert {"key": {"region": "c", "answer:T01": "1"}, "value": 25} in table["cells"]
    assert {"key": {"region": "c", "answer:T01": ["1", "2"]}, "value": 55} in table["cells"]
    assert json.loads(json.dumps(form)) == form


def test_in_the_audit_form_a_wider_class_is_a_group_of_codes() -> None:
    sizes = profile({"a": 9, "b": 9, "c": 9, "ab": 18})
    form = audit_forms({"report-fi.pdf": Draft({}, [sizes])}, 5, [regions(ab="abz")])["q1"]
    assert form["dims"]["region"] == ["a", "b", "c"]
    assert form["groups"] == {"region": {"ab": ["a", "b"]}}


def test_in_the_audit_form_a_part_that_no_dim_names_is_not_taken_for_all() -> None:
    """Whoever adds up regions and all people must not meet a count of some of them under the same key."""
    sizes = profile({"a": 9, "b": 9, "c": 9})
    every, some, sums = (
        result(name, [Cell((), n, n)]) for name, n in (("q1", 27), ("q1_wrote", 12), ("q1_cumulative", 90))
    )
    results = [sizes, every, some, sums]
    form = audit_forms({"report-fi.pdf": Draft(door_out(results, POLICY)[0], results)}, 5)["q1"]
    keys = {table["id"]: [one["key"] for one in table["cells"]] for table in form["tables"]}
    assert keys["2025/I22.q1"] == [{}]
    for name in ("q1_wrote", "q1_cumulative"):
        assert keys[f"2025/I22.{name}"] == [{f"counted:I22.{name}": "yes"}]
        assert form["dims"][f"counted:I22.{name}"] == ["yes", "no"]


def test_in_the_audit_form_each_code_of_open_answers_is_a_yes_no_dim() -> None:
    cells = [Cell((("code", code),), n, n, 30) for code, n in (("x", 20), ("y", 18))]  # 8 at least have both
    codes = result("n19", cells, dims=("code",), protected=True, denominator=(("coded", ("yes",)),))
    form = audit_forms({"report-fi.pdf": Draft(door_out([codes], POLICY)[0], [codes])}, 5)["q1"]
    told = [one for table in form["tables"] for one in table["cells"]]
    assert {"key": {"code:n19:x": "yes"}, "value": 20} in told
    assert {"key": {"code:n19:y": "yes"}, "value": 18} in told
    assert form["dims"]["code:n19:x"] == ["yes", "no"] and "code" not in form["dims"]


def test_in_the_audit_form_classes_that_differ_by_period_are_lists_of_codes() -> None:
    def year(period: str, inside: tuple[str, ...]) -> Result:
        cells = [Cell((("event", code),), 9, 9) for code in inside]
        cells.append(Cell((("event", "form:coffee"),), 9 * len(inside), 9 * len(inside)))
        unites = (("form:coffee", inside),)
        return dataclasses.replace(
            result("asked", cells, dims=("event",), protected=True, unites=unites), period=period
        )

    years = [year("2024", ("e1", "e2")), year("2025", ("e3", "e4"))]
    drafts = {one.period: Draft(door_out([one], POLICY)[0], [one]) for one in years}
    form = audit_forms(drafts, 5)["q1"]
    assert form["dims"]["event"] == ["e1", "e2", "e3", "e4"] and form["groups"] == {}
    assert {"event": "e3", "period": "2024"} in form["structural_zeros"]
    assert len(form["structural_zeros"]) == 4


def test_the_audit_form_of_a_share_names_all_its_answers() -> None:
    table = {"a": {"1": 9, "2": 9, "3": 30}, "b": {"1": 9, "2": 8, "3": 40}}
    results = survey(table, top=("2", "3"))
    cells, _ = door_out(results, POLICY)
    form = audit_forms({"report-fi.pdf": Draft(cells, results)}, 5)["q1-T01"]
    share = next(one for one in form["tables"] if one["id"] == "2025/I22.t01_top2 region")
    assert {"key": {"region": "a", "answer:T01": ["2", "3"]}, "value": 39} in share["cells"]
