"""The audit: all releases of a period attacked together, findings in words, forms for other attackers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_attack import SMALL_CELL, careless, kinds, state_of
from test_chain import context
from test_door_out import POLICY, draft, hidden, profile, result, survey

from evallib.cli import main
from evallib.errors import PrivacyError, StoreError, UsageError
from evallib.privacy.attack import repair
from evallib.privacy.audit import audit_forms
from evallib.privacy.door_out import Draft, MaskPlan, door_out
from evallib.privacy.selfattack import attack_releases
from evallib.results import Cell, Kind, Pairs, ReleasedCell, Result, ResultId
from evallib.results.jsonform import from_json, to_json
from evallib.steps import release
from evallib.steps.audit import audit, refuse_missing
from evallib.steps.notebook import open_report
from evallib.steps.report import report
from evallib.store import Manifest, Store, Tier

# With a pencil: of the 23 people of region a, 20 answered "2". The 3 who answered "1" are hidden, and told.
PENCIL = "t01[answer=1,region=a]"


def found(cells: Mapping[ResultId, ReleasedCell], results: list[Result]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.where, one.range) for one in attack_releases([Draft(cells, results)], POLICY)]


def told(release: Draft, name: str, **numbers: Any) -> Draft:
    """The release with other numbers in one cell."""
    one = ResultId.parse(f"2025/I22.{name}")
    cell = replace(release.cells[one], mask=None, **numbers)
    return Draft({**release.cells, one: cell}, release.results)


def released(results: list[Result]) -> Draft:
    return Draft(door_out(results, POLICY)[0], results)


def test_a_hidden_number_that_can_be_subtracted_is_named_with_its_value_and_a_repair_that_helps() -> None:
    results = survey(SMALL_CELL)
    cells = careless(results, PENCIL)
    assert ("RECOVERED", "region=a 1", "3") in found(cells, results)
    more = [name.split(".", 1)[1] for name in repair(state_of(results, cells), [], 5)]
    assert len(more) == 3  # with the hidden one the corners of a rectangle
    assert kinds(results, PENCIL, *more) == set()


def test_of_a_breakdown_too_fine_for_any_mask_everything_is_to_be_hidden() -> None:
    results = survey({"a": {"1": 3, "2": 9}, "b": {"1": 9, "2": 0}})
    every = {str(one.id_of(cell)) for one in results if one.protected for cell in one.cells}
    assert set(repair(state_of(results, careless(results)), [], 5)) == every


def test_what_the_door_lets_out_is_clean_and_a_second_release_of_the_same_asks_nothing_new() -> None:
    made = released(survey(SMALL_CELL, top=("2",)))
    assert attack_releases([made, made], POLICY) == []


def test_two_drafts_that_differ_by_few_people_are_found_in_the_later_one() -> None:
    first, late = {"a": 30, "b": 20, "c": 40}, {"a": 33, "b": 20, "c": 40}
    one, two = draft(first), draft(late)
    both = [Draft(one.cells, [profile(first)]), Draft(two.cells, [profile(late)])]
    assert [(f.release, f.where, f.range) for f in attack_releases(both, POLICY)][:1] == [
        (2, "region=a", "3")
    ]


def test_a_table_that_was_given_away_is_found_in_every_release_that_tells_it() -> None:
    results = survey(SMALL_CELL)
    bad, good = Draft(careless(results, PENCIL), results), released(results)
    assert {one.release for one in attack_releases([bad, bad], POLICY)} == {1, 2}
    assert {one.release for one in attack_releases([bad, good], POLICY)} == {1}


def test_after_a_release_that_was_tampered_with_the_same_numbers_are_hidden_again() -> None:
    results = [profile({"a": 3, "b": 30, "c": 20, "d": 10})]
    good = released(results)
    bad = told(good, "q1_region[region=d]", value=10, count=10)
    again, _ = door_out(results, POLICY, kept=MaskPlan(MaskPlan.of(good.cells).masks, {}), drafts=[bad])
    assert hidden(again) >= {"q1_region[region=a]", "q1_region[region=d]"}


def test_a_number_that_is_not_that_of_the_data_is_found() -> None:
    made = released([profile({"a": 13, "b": 30, "c": 20})])
    forged = told(made, "q1_region[region=b]", value=31, count=31)
    assert found(forged.cells, [*made.results]) == [("INCONSISTENT", "region=b", "31")]


def test_a_statistic_and_an_overall_share_that_had_to_be_hidden_are_found() -> None:
    key = (("answer:T01", ("1", "2")),)
    medians = [Cell((("region", region),), 2.0, None, 23) for region in SMALL_CELL]
    facts = {"dims": ("region",), "protected": True, "denominator": key}
    few = result("few", [Cell((), 0.5, 4, 8)], Kind.SHARE, numerator=(("answer:T09", ("1",)),),
                 denominator=(("answer:T09", ("1", "2")),))  # fmt: skip
    made = released([*survey(SMALL_CELL), result("t01_median", medians, Kind.MEDIAN, **facts), few])
    shown = told(told(made, "t01_median[region=a]", value=2.0), "few", value=0.5, count=4, base=8)
    assert {one[1] for one in found(shown.cells, [*made.results])} == {"region=a", ""}


def test_whoever_holds_the_form_alone_can_subtract() -> None:
    results = survey(SMALL_CELL)
    forms = audit_forms({"results.json": Draft(careless(results, PENCIL), results)}, 5)
    form = json.loads(json.dumps(forms["q1-T01"]))
    cells = [one for table in form["tables"] for one in table["cells"]]

    def of_a(answers: str | list[str]) -> dict[str, Any]:
        return next(one for one in cells if one["key"] == {"region": "a", "answer:T01": answers})

    assert of_a("1").get("suppressed") is True and "value" not in of_a("1")
    assert of_a(["1", "2"])["value"] - of_a("2")["value"] == 3


def test_a_change_of_the_same_people_is_in_a_form_of_its_own_and_sums_are_in_none() -> None:
    """By how much people moved is a dim: its mean is what the report tells."""
    behind = Pairs((1.0, 2.0), ((15, 0), (5, 10)), (9, 9), (6, 6))
    facts: dict[str, Any] = {"universe": "q2 pairs"}
    shift = result("n15_change", [Cell((), -5 / 30, None, 30)], Kind.MEAN, pairs=behind, **facts)
    effect = result("n15_change_effect", [Cell((), -0.4, None, 30)], Kind.EFFECT, pairs=behind, **facts)
    gone = result(
        "n15_change_dropouts", [Cell((), 18, 18)], numerator=(("wave:n15_change", ("earlier",)),), **facts
    )
    cell = Cell((), 10.0, 5, 40, reports=tuple((firm, "n", 2.0) for firm in "abcde"))
    forms = audit_forms(
        {"results.json": released([shift, effect, gone, result("jobs", [cell], of_reports=True)])}, 5
    )
    assert [one["tables"] for name, one in forms.items() if name == "q1"] == [[]]
    assert [name for name in forms if name.startswith("q2")] == ["q2 pairs-n15_change"]
    form = forms["q2 pairs-n15_change"]
    cells = [one for table in form["tables"] for one in table["cells"]]
    assert {"key": {"wave:n15_change": "both"}, "value": 30} in cells
    assert {"key": {"wave:n15_change": ["earlier"]}, "value": 18} in cells
    mean = next(one for one in cells if "mean" in one)
    assert mean["mean"] == -5 / 30 and mean["score"]["values"] == {"-1": -1.0, "0": 0.0, "1": 1.0}
    assert form["dims"]["moved:n15_change"] == ["0", "1", "-1"]
    assert form["dims"]["wave:n15_change"] == ["earlier", "later", "both"]


def test_a_form_tells_every_shown_number_of_its_release_once_and_no_hidden_one() -> None:
    made = released(survey(SMALL_CELL, top=("2",)))
    form = audit_forms({"results.json": made}, 5)["q1-T01"]
    cells = [one for table in form["tables"] for one in table["cells"]]
    shown = [one for one in made.cells.values() if one.count is not None]
    assert {one["value"] for one in cells if "value" in one} >= {one.count for one in shown}
    assert sum("suppressed" in one for one in cells) == sum(c.mask is not None for c in made.cells.values())


def test_of_two_drafts_the_later_form_says_that_it_holds_both() -> None:
    made = released(survey(SMALL_CELL))
    form = audit_forms({"1": made, "2": made}, 5)["q1-T01"]
    assert {tuple(table["filter"]["draft"]) for table in form["tables"]} == {("1",), ("1", "2")}
    assert form["dims"]["draft"] == ["1", "2"]


# The demo's 2025: of the participations by region two are hidden, 9 and 4. Told the 9, all know the 4.
TOLD = ResultId.parse("2025/I20.by_region[region=FI1D8]")


def put(root: Path, cells: Mapping[ResultId, ReleasedCell], thorough: bool = False) -> None:
    """Other cells in the stored release of 2025, as a fault of the library might leave them."""
    store = Store(root / "surveys/store")
    last = store.latest(Tier.RELEASED, "2025")
    assert last is not None
    was = from_json(store.get(last.entries["results.json"]))
    sha = store.put(to_json(replace(was, cells={**was.cells, **cells})))
    facts = {**last.facts, "attacked": sha} if thorough else last.facts
    forged: Manifest = replace(last, entries={**last.entries, "results.json": sha}, facts=facts).hashed()
    place = root / "surveys/store/manifests/released/2025"
    named = {
        f"{forged.number:06d}.json": forged.to_bytes(),
        "HEAD": f"{forged.number:06d} {forged.sha256}\n".encode(),
    }
    for name, data in named.items():
        (place / name).unlink()
        (place / name).write_bytes(data)


def test_a_release_that_gives_somebody_away_stops_the_report_until_the_proposed_mask_is_there(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, everything = tmp_path / "work", release._results_of

    def of_participations(*given: Any) -> list[Result]:
        return [one for one in everything(*given) if one.universe == "participations"]

    monkeypatch.setattr(release, "_results_of", of_participations)  # quicker than all 38 indicators
    shutil.copytree(demo, root)
    was = from_json((root / "outputs/2025/results.json").read_bytes()).cells
    put(root, {TOLD: replace(was[TOLD], value=9, count=9, mask=None)})
    with pytest.raises(PrivacyError, match="1 numbers") as stopped:
        report(context(root), context(root).period("2025"))
    assert "participations by region: region=FI1D5 (RECOVERED 4)" in str(stopped.value.found)
    monkeypatch.chdir(root)
    assert main(["audit", "2025", "--language", "en", "--write", str(tmp_path / "forms")]) == 7
    said = capsys.readouterr().out
    assert "region=FI1D5: not shown, but it can only be 4\n    Hide also: 2025/" in said
    hide = [ResultId.parse(one) for one in said.split("Hide also: ")[1].split("\n")[0].split(", ")]
    assert all(str(one) in str(stopped.value.repair) for one in hide)
    put(root, {one: replace(was[one], value=None, count=None, mask=was[TOLD].mask) for one in hide})
    assert main(["audit", "2025", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
    assert [(path.name, path.stat().st_mode & 0o077) for path in (tmp_path / "forms").iterdir()] == [
        ("participations.json", 0)
    ]


@pytest.mark.parametrize("thorough", [False, True])
def test_results_exchanged_with_manifest_and_head_are_shown_by_no_command(
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    thorough: bool,
) -> None:
    """thorough: the forged manifest also says that the forged results passed the attack."""
    root = tmp_path / "work"
    shutil.copytree(demo, root)
    was = from_json((root / "outputs/2025/results.json").read_bytes()).cells
    name = ResultId.parse("2025/I20.participations")
    put(root, {name: replace(was[name], value=9999, count=9999)}, thorough)
    monkeypatch.chdir(root)
    asked = (
        "trace 2025/I20.participations",
        "trace 2025/F5.1",
        "export hyrra 2025",
        "export cns 2025",
        "export pack 2025",
        "export web 2025",
    )
    for words in (one.split() for one in asked):
        assert main([*words, "--language", "en"]) == 8, words
        told = capsys.readouterr()
        assert (
            "Release 1 of 2025 is not the one that was made" in told.err and "9999" not in told.out + told.err
        )
    with pytest.raises(StoreError, match="not the one that was made"):
        open_report("2025")
    assert not list((root / "outputs/2025").glob("*.csv"))


def test_a_published_release_that_is_missing_is_told_before_anything_is_made(
    demo: Path, tmp_path: Path
) -> None:
    root = tmp_path / "work"
    shutil.copytree(demo, root)
    shutil.rmtree(root / "surveys/store/manifests/released/2024")
    shutil.rmtree(root / "outputs/2025")
    for refused in (
        lambda: report(context(root), context(root).period("2025")),
        lambda: audit(context(root)),
    ):
        with pytest.raises(PrivacyError, match="Release 1 of 2024 is missing"):
            refused()
    assert not (root / "surveys/store/manifests/released/2024").exists()


def test_what_lies_among_the_products_was_published_though_the_store_is_gone(
    demo: Path, tmp_path: Path
) -> None:
    root = tmp_path / "work"
    shutil.copytree(demo, root, ignore=shutil.ignore_patterns("store"))
    with pytest.raises(PrivacyError, match="Release 1 of 2025 is missing"):
        refuse_missing(context(root))


def test_the_forms_stay_out_of_the_products(demo: Path) -> None:
    with pytest.raises(UsageError, match="products"):
        audit(context(demo), write=demo / "outputs" / "2025" / "audit")
