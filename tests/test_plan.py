"""The evaluation plan, its targets, and the evaluator's words: every pointer is followed."""
# ruff: noqa: E501  (one declared object a line, as people write it)

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evallib.cli.words import Speaker
from evallib.errors import DeclarationError
from evallib.plan import load_plan, load_targets, load_words, parse_plan, parse_targets
from evallib.plan.model import Plan, TargetForm

SURVEYS = Path(__file__).parent.parent / "surveys"
T = "{fi: a, sv: b, en: c}"
PLAN = f"""schema_version: 1
objectives:
  - {{code: O1, name: {T}}}
tasks:
  - {{code: T1, objective: O1, name: {T}}}
duties:
  - {{code: S1, kind: background, text: {T}, indicators: [I01], chapter: "4"}}
themes:
  - {{code: climate, name: {T}}}
questions:
  - {{code: EQ1, asks: changed, name: {T}, criteria: {T}, indicators: [I01, I02, I27]}}
indicators:
  - {{code: I01, belongs_to: O1, name: {T}, definition: {T}, unit: {{fi: "%", sv: "%", en: "%"}}, headline: share, baseline: wave, target: change, sources: [q2.N05]}}
  - {{code: I02, belongs_to: climate, name: {T}, definition: {T}, unit: {T}, headline: ties, baseline: none, target: none, sources: [log.events]}}
  - {{code: I27, belongs_to: T1, name: {T}, definition: {T}, unit: {T}, headline: done, baseline: zero, target: matrix, breakdowns: [partner, act], sources: [participations]}}
dimensions:
  - {{code: partner, name: {T}, labels: {{ely: {T}, other: {T}}}}}
  - {{code: act, name: {T}, labels: {{data: {T}, events: {T}}}, merges: {{any: [data, events]}}, merge_labels: {{any: {T}}}}}
"""
AGREED = 'by: end, agreed_date: 2025-02-18, minutes_paragraph: "§ 5"'


def plan_fault(source: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        parse_plan(source)
    return caught.value


def targets_fault(source: str, periods: tuple[str, ...] = ()) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        parse_targets("schema_version: 1\n" + source, parse_plan(PLAN), periods)
    return caught.value


def test_the_demos_plan_covers_the_call_and_all_indicators() -> None:
    plan = load_plan(SURVEYS)
    assert [one.code for one in plan.indicators] == [f"I{n:02}" for n in range(1, 39)]
    assert [one.code for one in plan.questions] == [f"EQ{n}" for n in range(1, 9)]
    lines = [f"S{n}" for n in range(1, 19)] + ["O1", "O2", "T1", "T2", "T3", "T4"]
    lines += ["K1", "K2", "K3", "K4", "M1", "M2", "M3", "M4", "M5", "M6", "R"]
    assert [one.code for one in plan.duties] == lines
    assert 12 <= sum(one.on_scorecard for one in plan.indicators) <= 15
    assert len(plan.comparisons) <= 8


def test_the_demos_region_merges_cover_every_region_once() -> None:
    region = load_plan(SURVEYS).dimension("region")
    merged = sorted(code for codes in region.merges.values() for code in codes)
    assert merged == sorted(code for code in region.labels if code.startswith("FI"))
    assert len(merged) == 19


def test_a_way_of_hiding_that_nobody_knows_is_refused_where_it_stands() -> None:
    assert parse_plan(PLAN + "policy:\n  masking: round5\n").policy.masking == "round5"
    fault = plan_fault(PLAN + "policy:\n  masking: round3\n")
    assert (fault.where, fault.found) == (f"plan.yaml:{PLAN.count(chr(10)) + 2}", "'round3'")


def test_the_demos_targets_are_invented_and_leave_some_indicators_grey() -> None:
    plan = load_plan(SURVEYS)
    targets = load_targets(SURVEYS, plan, ("2023", "2024", "2025"))
    assert targets.invented
    without = {one.code for one in plan.indicators} - {one.indicator for one in targets.targets}
    assert without == {"I10", "I11", "I27", "I35"}


def test_the_small_plan_of_these_tests_is_sound() -> None:
    plan = parse_plan(PLAN)
    assert plan.indicator("I01").target is TargetForm.CHANGE
    assert plan.dimension("act").label("any")["sv"] == "b"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "named"),
    [
        ("objective: O1", "objective: O9", 5, "O1"),
        ("indicators: [I01], chapter", "indicators: [I10], chapter", 7, "I0"),
        ("indicators: [I01, I02, I27]", "indicators: [I01, I02, I27, I03]", 11, "I0"),
        ("belongs_to: climate", "belongs_to: climat", 14, "climate"),
        ("breakdowns: [partner, act]", "breakdowns: [partnr, act]", 15, "partner"),
        ("sources: [log.events]", "sources: [log.event]", 14, "log.events"),
        ("any: [data, events]", "any: [data, event]", 18, "events"),
    ],
)
def test_a_pointer_to_nothing_has_its_line_and_the_nearest_name(
    right: str, wrong: str, line: int, named: str
) -> None:
    assert right in PLAN
    found = plan_fault(PLAN.replace(right, wrong))
    assert found.where == f"plan.yaml:{line}"
    assert named in str(found.repair)


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("code: I02", "code: I01", 14),
        ("indicators: [I01, I02, I27]", "indicators: [I01, I27]", 14),
        ("indicators: [I01, I02, I27]", "indicators: [I01, I02, I27, I02]", 11),
        ("any: [data, events]", "any: [data], both: [data]", 18),
        ("{any: [data, events]}", "{data: [events]}", 18),
        (f"merge_labels: {{any: {T}}}", f"merge_labels: {{all: {T}}}", 18),
        ("headline: ties", "headline: Ties!", 14),
        ("sources: [q2.N05]", "sources: []", 13),
        ('chapter: "4"', "chapter: 4", 7),
        ("kind: background", "kind: wish", 7),
        ("target: none", "target: no", 14),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused_at_its_line(right: str, wrong: str, line: int) -> None:
    assert right in PLAN
    assert plan_fault(PLAN.replace(right, wrong)).where == f"plan.yaml:{line}"


def compared(*told: tuple[str, str]) -> str:
    rows = (
        f'  - {{code: C{place}, family: f, indicator: I01, item: "{item}", kind: {kind}}}\n'
        for place, (item, kind) in enumerate(told, 1)
    )
    return PLAN + "comparisons:\n" + "".join(rows)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ([("q1.T01:partner=elly", "groups")], "ely"),
        ([("q1.T01:partnr", "several")], "partner"),
        ([("q1.T01", "groups")], "declared nowhere"),  # by role, which this plan does not have
        ([("q2.N08:partner=ely", "paired")], "kind compares none"),
        ([("q1.T01:partner=ely", "several")], "kind compares none"),
        (
            [("q2.N08", "paired"), ("q2.N08", "paired_shares")],
            "C1 and C2 would both be printed as I01.n08_change",
        ),
        ([("q1.T01:partner=ely", "groups"), ("q1.T01:partner=other", "groups")], "I01.t01_difference"),
        ([("q1.T01:partner", "several"), ("q1.T01:act", "several")], "I01.t01_groups"),
    ],
)
def test_a_comparison_of_nobody_or_with_the_name_of_another_is_refused(told, says) -> None:  # type: ignore[no-untyped-def]
    fault = plan_fault(compared(*told))
    assert fault.where == f"plan.yaml:{PLAN.count(chr(10)) + 1 + len(told)}"
    assert says in f"{fault.problem} {fault.repair}"


def test_eight_comparisons_of_their_own_names_may_stand_and_nine_not() -> None:
    eight = [(f"q1.T0{n}:partner=ely", "groups") for n in range(1, 9)]
    assert len(parse_plan(compared(*eight)).comparisons) == 8
    assert "at most 8" in str(plan_fault(compared(*eight, ("q2.N08", "paired"))).expected)


def test_an_unknown_indicator_names_the_nearest() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_plan(PLAN).indicator("I03")
    assert "I0" in str(caught.value.repair)


def test_an_empty_targets_file_is_valid() -> None:
    assert parse_targets("schema_version: 1\ntargets: []\n", parse_plan(PLAN)).targets == ()


def test_a_target_for_a_period_and_one_for_the_end_may_stand_together() -> None:
    both = f"targets:\n  - {{indicator: I01, value: 0.1, {AGREED}}}\n"
    both += f"  - {{indicator: I01, value: 0.05, {AGREED.replace('end', chr(34) + '2025' + chr(34))}}}\n"
    targets = parse_targets("schema_version: 1\n" + both, parse_plan(PLAN), ("2025",))
    end, period = (targets.of("I01", by, date(2025, 12, 31)) for by in ("end", "2025"))
    assert end is not None and end.value == 0.1
    assert period is not None and period.value == 0.05
    assert targets.of("I02", "end", date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("target", "word"),
    [
        (f"{{indicator: I09, value: 0.1, {AGREED}}}", "declared nowhere"),
        (f"{{indicator: I02, value: 3, {AGREED}}}", "descriptive"),
        (f"{{indicator: I01, value: 70, {AGREED}}}", "from 0 to 1"),
        (f"{{indicator: I01, value: -0.1, {AGREED}}}", "over zero"),
        (f"{{indicator: I01, value: 0.1, baseline: 40, {AGREED}}}", "from 0 to 1"),
        (f"{{indicator: I27, value: 1, direction: down, {AGREED}}}", "more is always better"),
        (
            '{indicator: I01, value: 0.1, by: "2052", agreed_date: 2025-02-18, minutes_paragraph: "§ 5"}',
            "nowhere",
        ),
        (
            '{indicator: I01, value: 0.1, by: end, agreed_date: 18.2.2025, minutes_paragraph: "§ 5"}',
            "does not fit",
        ),
    ],
)
def test_a_target_that_can_not_be_coloured_is_refused_at_its_line(target: str, word: str) -> None:
    found = targets_fault(f"targets:\n  - {target}\n", ("2025",))
    assert found.where == "targets.yaml:3"
    assert word in str(found.problem)


def test_two_targets_of_one_indicator_for_one_time_are_refused() -> None:
    line = f"  - {{indicator: I01, value: 0.1, {AGREED}}}\n"
    assert targets_fault(f"targets:\n{line}{line}").where == "targets.yaml:4"


@pytest.mark.parametrize("cells", ["[ely+data, ely+dance]", "[ely+data, ely+data]", "[data+ely]"])
def test_a_planned_cell_is_a_known_partner_and_act_and_stands_once(cells: str) -> None:
    agreed = 'agreed_date: 2025-02-18, minutes_paragraph: "§ 5"'
    assert targets_fault(f"planned_cells: {{{agreed}, cells: {cells}}}\n").where == "targets.yaml:2"


# The evaluator's words --------------------------------------------------------------------------

JUDGED = f"""schema_version: 1
judgements:
  - {{question: EQ1, verdict: confirmed, role: {T}, date: 2026-01-19}}
answers:
  right:
    sentences:
      - {{fi: "Kyllä, {{I01.share}}", sv: "Ja", en: "Yes, {{2024/I01.share}}"}}
    role: {T}
    date: 2026-01-19
"""


def write(surveys: Path, **files: str) -> Path:
    folder = surveys / "commentary" / "2025"
    folder.mkdir(parents=True, exist_ok=True)
    for name, written in files.items():
        path = name.replace("_", ".") if name.startswith("c") else "judgements.yaml"
        (folder / path.removeprefix("c")).write_text(written, encoding="utf-8")
    return surveys


def plan() -> Plan:
    return parse_plan(PLAN)


def words_fault(surveys: Path) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        load_words(surveys, "2025", plan())
    return caught.value


def test_without_any_file_the_words_are_empty_and_say_what_is_missing(tmp_path: Path) -> None:
    words = load_words(tmp_path, "2025")
    assert words.texts == {} and words.judgements == {} and words.decisions == ()
    assert words.missing[0] == "judgements.yaml"
    assert len(words.missing) == 1 + 6 * 3


def test_the_parts_that_judgements_lack_are_listed(tmp_path: Path) -> None:
    write(tmp_path, judged="schema_version: 1\n")
    missing = load_words(tmp_path, "2025", plan()).missing
    assert missing[:4] == (
        "judgements.yaml#EQ1",
        "judgements.yaml#promised",
        "judgements.yaml#changed",
        "judgements.yaml#right",
    )


def test_paragraphs_are_parted_by_empty_lines_and_lose_their_line_breaks(tmp_path: Path) -> None:
    write(tmp_path, c4_fi_md="Yksi\nkappale.\n\n \nToinen {I01.share}.\n")
    words = load_words(tmp_path, "2025")
    assert words.chapter("4", "fi") == ("Yksi kappale.", "Toinen {I01.share}.")
    assert words.chapter("4", "sv") == ()


def test_placeholders_are_named_in_full_and_once(tmp_path: Path) -> None:
    write(tmp_path, judged=JUDGED, c4_fi_md="Taas {I01.share} ja {I20.by[region=FI1D7,sex=f]}.")
    assert load_words(tmp_path, "2025", plan()).placeholders() == (
        "2025/I01.share",
        "2024/I01.share",
        "2025/I20.by[region=FI1D7,sex=f]",
    )


@pytest.mark.parametrize(
    "text", ["Vuonna 2025 päätimme (§ 5).", "Enligt 12 § och §§ 3 beslöts.", "Ei lukuja."]
)
def test_years_and_paragraphs_of_minutes_may_stand(tmp_path: Path, text: str) -> None:
    write(tmp_path, c4_fi_md=text)
    assert load_words(tmp_path, "2025").chapter("4", "fi") == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "Saimme 12 uutta.",
        "Osuus 68 %.",
        "Vuonna 1999.",
        "EQ4 täyttyi.",
        "alle 40-vuotiaat",
        "\u0664",
        "12025",
    ],
)
def test_a_typed_number_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    write(tmp_path, c4_fi_md=f"Ensin.\n\n{text}\n")
    assert words_fault(tmp_path).where == "surveys/commentary/2025/4.fi.md:3"


@pytest.mark.parametrize(
    "text", ["{I01}", "{I01.share", "{i01.share}", "{I01.\nshare}", "{{I01.share}}", "}"]
)
def test_a_broken_placeholder_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, c4_fi_md=text)
    assert words_fault(tmp_path).where == "surveys/commentary/2025/4.fi.md:1"


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("question: EQ1", "question: EQ7", 3),
        ("verdict: confirmed", "verdict: overridden", 3),
        ("verdict: confirmed", "verdict: confirmed, colour: red", 3),
        ('sv: "Ja"', 'sv: "Ja, 12"', 7),
    ],
)
def test_a_faulty_judgement_is_refused_at_its_line(tmp_path: Path, right: str, wrong: str, line: int) -> None:
    write(tmp_path, judged=JUDGED.replace(right, wrong))
    assert words_fault(tmp_path).where == f"surveys/commentary/2025/judgements.yaml:{line}"


def test_whether_we_did_the_right_things_is_always_judged_by_somebody(tmp_path: Path) -> None:
    write(tmp_path, judged=JUDGED.replace(f"    role: {T}\n    date: 2026-01-19\n", ""))
    expected = words_fault(tmp_path).expected
    assert str(expected) == "role and date in the answer right, which is always judged"
    assert Speaker("fi").say(expected) == "rooli ja päivä vastaukseen right, joka on aina arvio"


def test_more_than_three_sentences_or_four_decisions_are_refused(tmp_path: Path) -> None:
    sentence = '      - {fi: "a", sv: "b", en: "c"}\n'
    write(tmp_path, judged=JUDGED.replace("    sentences:\n", "    sentences:\n" + 3 * sentence))
    words_fault(tmp_path)
    decision = f"  - {{proposal: {T}, finding: {T}, alternative: {T}, owner: {T}, cost: {T}, deadline: 2026-02-01}}\n"
    write(tmp_path, judged="schema_version: 1\ndecisions:\n" + 4 * decision)
    assert len(load_words(tmp_path, "2025").decisions) == 4
    write(tmp_path, judged="schema_version: 1\ndecisions:\n" + 5 * decision)
    words_fault(tmp_path)


def test_the_demos_words_are_whole() -> None:
    words = load_words(SURVEYS, "2025", load_plan(SURVEYS))
    assert words.missing == ()
    assert words.answers["right"].judged
    assert "2025/I20.participations" in words.placeholders()
