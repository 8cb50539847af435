"""Every indicator over all periods: baseline, trend, sum since the start, comparability."""

from __future__ import annotations

from dataclasses import replace

import fake_release
from small_frames import plan, questionnaires

from evallib.display import Publication, tabulate
from evallib.plan.model import Plan
from evallib.results import Assessment, Colour, Kind, Released


def release(period: str, number: int, **values: float) -> Released:
    maker = fake_release.Maker(period)
    for name, value in values.items():
        kind = Kind.SHARE if name.endswith("share") else Kind.COUNT
        maker.add(name.replace("__", "."), value, kind, base=40)
    return Released(period, number, maker.cells)


def rows(*releases: Released, assessed: Assessment | None = None, year: str = "2025") -> dict[str, list[str]]:
    *earlier, now = releases
    if assessed:
        now = replace(now, assessments={assessed.subject: assessed})
    publication: Publication = replace(
        fake_release.publication(),
        released=now,
        earlier=tuple(earlier),
        plan=plan(),
        questionnaires=questionnaires(year),
    )
    table = tabulate("TB.2", publication, "en")
    return {row[0].text: [cell.text for cell in row[2:]] for row in table.rows}


YEARS = (
    release("2023", 1, I19__events=20, I03__cross_share=0.5, I18__use_share=0.5),
    release("2024", 1, I19__events=25, I03__cross_share=0.6, I18__use_share=0.6),
    release("2025", 1, I19__events=30, I19__events_cumulative=75, I03__cross_share=0.7, I18__use_share=0.7),
)


def test_a_count_starts_at_zero_and_ends_in_its_sum() -> None:
    assert rows(*YEARS)["I19"] == ["0", "20", "25", "30", "75", "comparable"]


def test_new_ties_are_counted_from_zero_though_the_first_wave_tells_none() -> None:
    years = [release("2024", 1, I02__new_ties=77), release("2025", 1, I02__new_ties=107)]
    assert rows(*years)["I02"][:3] == ["0", "77", "107"]


def test_every_indicator_of_the_plan_has_a_row() -> None:
    chosen: Plan = plan()
    assert list(rows(*YEARS)) == [one.code for one in chosen.indicators]


def test_the_first_period_is_the_baseline_unless_another_was_judged_from() -> None:
    assert rows(*YEARS)["I03"][0] == "50%"
    judged = Assessment("I03", Colour.GREEN, "changed_as_agreed", "", 0.1, 0.05)
    assert rows(*YEARS, assessed=judged)["I03"][0] == "60%"
    grey = Assessment("I03", Colour.GREY, "no_target", "", 0.7)
    assert rows(*YEARS, assessed=grey)["I03"][0] == "50%"


def test_a_reworded_question_is_partly_comparable_from_the_wave_that_reworded_it() -> None:
    assert rows(*YEARS)["I18"][-1] == "partly: the question was reworded"
    assert rows(*YEARS[:2], year="2024")["I18"][-1] == "comparable"


def test_the_first_period_has_nothing_to_compare_with() -> None:
    assert rows(YEARS[0], year="2023")["I18"][-1] == "–"
