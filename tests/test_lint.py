"""Findings about questionnaires, each shown on the smallest questionnaire that has the fault."""

from pathlib import Path

import pytest

from evallib.codebook.lint import compare_waves, lint
from evallib.codebook.load import load_questionnaires
from evallib.codebook.model import Comparable, Item, Option, Questionnaire, Type

SURVEYS = Path(__file__).parents[1] / "surveys"


def words(fi: str) -> dict[str, str]:
    return {"fi": fi, "sv": f"{fi} på svenska", "en": f"{fi} in English"}


AGREE = (Option("a1", words("eri"), 1.0), Option("a2", words("sama"), 2.0))


def item(code: str = "T01", **other: object) -> Item:
    parts = {"series": code, "type": Type.SINGLE, "label": words("Hyötyä?"), "options": AGREE, **other}
    return Item(code=code, **parts)  # type: ignore[arg-type]


def survey(*items: Item) -> Questionnaire:
    label = words("Kysely")
    return Questionnaire("q1", label, ("fi", "sv", "en"), "fi", items, welcome=label, notice=label)


def found(*items: Item) -> list[tuple[str, str]]:
    return [(one.code, one.place) for one in lint({"q1": survey(*items)})]


def test_a_sound_questionnaire_has_no_findings() -> None:
    assert found(item()) == []


def test_two_options_with_one_wording_in_a_language_are_found() -> None:
    same = Option("a3", {**words("ehkä"), "sv": "eri på svenska"})
    assert found(item(options=(*AGREE, same))) == [("same_words", "q1.T01")]


def test_other_words_in_a_series_must_be_declared_less_than_comparable() -> None:
    old = item(waves=("2023",))
    new = item("T01b", series="T01", waves=("2024",), label=words("Apua?"))
    partly = item("T01b", series="T01", waves=("2024",), label=words("Apua?"), comparable=Comparable.PARTLY)
    assert found(old, new) == [("reworded", "q1.T01b")]
    assert found(old, partly) == []


@pytest.mark.parametrize(
    "turned",
    [
        (AGREE[1], AGREE[0]),
        (Option("a1", words("eri"), 2.0), Option("a2", words("sama"), 1.0)),
        (Option("a1", words("sama"), 1.0), Option("a2", words("eri"), 2.0)),
    ],
    ids=["order", "values", "words"],
)
def test_a_scale_turned_round_within_a_series_is_found(turned: tuple[Option, ...]) -> None:
    new = item("T01b", series="T01", waves=("2024",), options=turned)
    assert found(item(waves=("2023",)), new) == [("scale_turned", "q1.T01b")]


def test_new_words_under_an_old_code_are_found_against_the_earlier_wave() -> None:
    before, now = survey(item()), survey(item(label={**words("Hyötyä?"), "sv": "Nytta?"}))
    assert [(one.code, one.place) for one in compare_waves(before, now)] == [("reworded", "q1.T01")]
    assert compare_waves(before, before) == []


def test_an_indicator_whose_question_is_missing_is_found() -> None:
    q = {"q1": survey(item(waves=("2023",)))}
    sources = {"I22": ("q1.T01", "q1.T02", "log.events")}
    assert [(one.code, one.place) for one in lint(q, sources, ["2023"])] == [("no_item", "I22")]
    codes = [(one.code, str(one.message)) for one in lint(q, {"I22": ["q1.T01"]}, ["2023", "2024"])]
    assert codes == [("not_asked", "q1.T01 is not asked in 2024")]
    (one,) = lint(q, {"I01": ["q2.N05"]})
    assert str(one.message) == "The file surveys/questionnaires/q2.yaml is missing"


def test_a_source_may_name_a_question_split_into_letters() -> None:
    q = {"q1": survey(item("Y11a"), item("Y11b"), item("Y12m"))}
    assert lint(q, {"I10": ["q1.Y11"]}) == []
    assert [one.code for one in lint(q, {"I10": ["q1.Y12"]})] == ["no_item"]


def test_the_projects_questionnaires_have_no_findings() -> None:
    from evallib.plan.load import load_plan

    plan = load_plan(SURVEYS)
    sources = {indicator.code: indicator.sources for indicator in plan.indicators}
    findings = lint(load_questionnaires(SURVEYS), sources, ["2023", "2024", "2025"])
    assert [(one.code, one.place, str(one.message)) for one in findings] == []
