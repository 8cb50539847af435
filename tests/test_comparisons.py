"""Declared comparisons: refused where they fit no question, printed with their people."""

from dataclasses import replace

import fake_release
import pytest
from small_frames import plan, questionnaires, small

from evallib.display import NothingToShow, tabulate
from evallib.errors import DeclarationError
from evallib.indicators import changes
from evallib.indicators.bench import Bench
from evallib.plan.model import Comparison, Plan, Policy
from evallib.privacy.door_out import door_out
from evallib.results import Released
from evallib.steps.declared_items import refuse_unfit_items


def declared(*pairs):
    told = [
        {"code": f"C{place}", "family": "f", "indicator": indicator, "item": item, "kind": kind}
        for place, (kind, item, indicator) in enumerate(pairs, 1)
    ]
    return Plan(**(plan().model_dump() | {"comparisons": told}))


def printed(chosen, now, *history, language="en", told=()):
    """The rows of TA.6, header apart, as they are read."""
    before = history[-1].period.id if history else None
    bench = Bench(now, history, chosen, questionnaires(now.period.id), before)
    cells, _ = door_out(changes.changes(bench), Policy())
    publication = replace(
        fake_release.publication(),
        released=Released("2025", 1, cells, facts={"plan_changes": list(told)}),
        plan=chosen,
        questionnaires=questionnaires("2025"),
    )
    table = tabulate("TA.6", publication, language)
    heads = [one.header for one in table.columns]
    return [dict(zip(heads, (cell.text for cell in row), strict=True)) for row in table.rows]


def wave(period, first, codes):
    rows = [{"person": f"p{place}", "N08": code} for place, code in enumerate(codes, first)]
    return small(period, q2=rows)


def test_a_change_of_the_same_people_is_told_with_sign_method_pairs_dropouts_and_newcomers():
    before = wave("2024", 0, ["a5", "a4", "a3", "a2"] * 7)
    now = wave("2025", 10, (["a3", "a2", "a3", "a2"] * 4 + ["a4", "a1"])[:18] + ["a5", "a4", "a3", "a2"] * 3)
    (row,) = printed(declared(("paired", "q2.N08", "I06")), now, before)
    assert (row["n"], row["Dropped out"], row["New"]) == ("18", "10", "12")
    assert row["Change"].startswith("\u2212")
    assert row["Method"] == "same people, Wilcoxon\u2013Pratt (exact)"
    assert (row["Effect size"], row["p"]) == ("\u22120.95", "0.006")


def test_under_ten_pairs_that_differ_there_is_no_test_but_a_word():
    before = wave("2024", 0, ["a5", "a4", "a3", "a2"] * 7)
    now = wave(
        "2025", 10, ["a4", "a2", "a5", "a4"] + ["a3", "a2", "a5", "a4"] * 3 + ["a4", "a4"] + ["a4", "a3"] * 6
    )
    (row,) = printed(declared(("paired", "q2.N08", "I06")), now, before)
    assert (row["Effect size"], row["p"]) == ("too few pairs", "too few pairs")


def test_a_test_is_printed_with_effect_interval_and_corrected_p():
    codes = [f"a{place % 3 + 1}" for place in range(14)]
    higher = [f"a{place % 3 + (3 if place else 0)}" for place in range(14)]
    higher[0] = "a1"
    rows = printed(
        declared(("paired", "q2.N08", "I06")), wave("2025", 0, higher), wave("2024", 0, codes), language="fi"
    )
    assert rows[0]["Muutos"].startswith("+1,")
    assert rows[0]["Efektikoko"] == "+1,00"
    assert rows[0]["p"] == "<\u00a00,001"


def test_groups_are_named_with_who_is_compared_and_several_with_each_pair():
    rows = [
        {"T01": f"h{i % 3 + more}", "T08": role}
        for role, more in (("entr", 3), ("proj", 1))
        for i in range(12)
    ]
    chosen = declared(("groups", "q1.T01:role=entr", "I22"), ("several", "q1.T01:role", "I22"))
    one, both, pair = printed(chosen, small(q1=rows))
    assert one["Comparison"].endswith(": entrepreneur against the others")
    assert (one["n"], one["Method"]) == ("12", "two groups, Mann\u2013Whitney (exact)")
    assert one["Change"] == "+2"
    assert both["Comparison"].endswith(": all groups")
    assert pair["Method"] == "pair of groups, Dunn\u2013Holm"


def test_a_remembered_change_is_called_experienced_and_two_waves_have_their_interval():
    chosen = declared(("paired", "q3.Y07", "I12"), ("shares", "q3.Y16", "I32"))

    def firms(period, took):
        skills = {"Y07[net]": "s4", "Y08[net]": "s3"}
        return small(
            period, q3=[skills | {"Y16[ener]": "Y"}] * took + [skills | {"Y16[none]": "Y"}] * (20 - took)
        )

    skills, energy = printed(chosen, firms("2025", 10), firms("2024", 5))
    assert skills["Comparison"].startswith("Experienced change: ")
    assert (energy["Change"], energy["p"]) == ("+25\u00a0points", "\u2013")
    assert energy["Probably"] == "−5 – +49\u00a0points"


def test_only_what_the_same_form_remembers_is_called_experienced():
    item = "q3.Y07[net]"
    chosen = declared(("paired", item, "I12"), ("shares", item, "I12"), ("groups", f"{item}:size=s1", "I12"))
    stems = [one.stem for one in chosen.comparisons]
    assert stems == ["y07_net_experienced", "y07_net_change", "y07_net_difference"]


def test_a_comparison_added_after_the_first_freeze_says_so_where_its_p_stands():
    chosen = declared(("paired", "q2.N08", "I06"), ("paired", "q2.N09", "I06"))
    kinds = {"C1": "added", "C2": "removed"}
    told = [
        {"change": kinds[one.code], "freeze": 2, "comparison": one.model_dump()} for one in chosen.comparisons
    ]
    added, other = printed(chosen, wave("2025", 0, ["a5"] * 12), told=told)
    assert added["Comparison"].endswith(" (added or changed after the first freeze)")
    assert "first freeze" not in other["Comparison"]


def test_nothing_to_compare_with_and_nothing_declared_have_words():
    (row,) = printed(declared(("paired", "q2.N08", "I06")), wave("2025", 0, ["a5"] * 12))
    assert (row["Change"], row["p"]) == ("no data", "no data")
    with pytest.raises(NothingToShow, match="nothing was tested"):
        printed(declared(), wave("2025", 0, ["a5"] * 12))


@pytest.mark.parametrize(
    ("kind", "item", "says"),
    [
        ("paired", "q2.N99", "no question of the series N99"),
        ("paired", "q2.N18", "no scale"),
        ("paired", "q3.Y07[odd]", "no scale"),
        ("paired_shares", "q3.Y07[net]", "steps of its scale"),
    ],
)
def test_an_item_that_can_t_be_compared_is_refused_before_the_freeze(kind, item, says):
    with pytest.raises(DeclarationError, match=says):
        refuse_unfit_items(declared((kind, item, "I06")), questionnaires("2025"))


@pytest.mark.parametrize(
    ("kind", "item"),
    [("several", "q1.T01:sector"), ("groups", "q2.N08:role=entr"), ("several", "q3.Y16:size")],
)
def test_groups_that_the_survey_can_t_tell_are_refused_before_the_freeze(kind, item):
    """Feedback asks for no sector, the register's people have no role, a form may have lost its question."""
    asked = questionnaires("2025")
    fewer = replace(asked["q3"], items=tuple(one for one in asked["q3"].items if one.series != "Y02"))
    with pytest.raises(DeclarationError, match="does not tell the"):
        refuse_unfit_items(declared((kind, item, "I06")), {**asked, "q3": fewer})


def test_what_can_be_compared_is_let_through():
    fit = declared(("paired", "q3.Y07", "I12"), ("shares", "q3.Y16", "I32"), ("several", "T01:role", "I22"))
    refuse_unfit_items(fit, questionnaires("2025"))
    refuse_unfit_items(plan(), questionnaires("2025"))


@pytest.mark.parametrize("item", ["", "q2 N08", "q2.N08[", "q1.T01:=entr"])
def test_an_item_must_be_written_as_the_plan_writes_it(item):
    with pytest.raises(ValueError, match="item"):
        Comparison(code="C1", family="f", indicator="I06", item=item, kind="paired")
