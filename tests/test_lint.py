"""Findings about questionnaires, each shown on the smallest questionnaire that has the fault."""

from pathlib import Path

import pytest

from evallib.codebook.lint import lint, lint_structure
from evallib.codebook.load import load_questionnaires
from evallib.codebook.minutes import minutes
from evallib.codebook.model import AskedIf, Comparable, Item, Option, Questionnaire, SubItem, Type
from evallib.codebook.waves import compare_waves

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


FIVE = tuple(Option(f"a{n}", words(f"kohta {n}"), float(n)) for n in range(1, 6))


def against(before: Item, now: Item) -> list[tuple[str, str]]:
    return [(one.code, str(one.message)) for one in compare_waves(survey(before), survey(now))]


@pytest.mark.parametrize("steps", [3, 4])
def test_a_scale_of_other_length_is_found_against_the_earlier_wave(steps: int) -> None:
    told = against(item(options=FIVE), item(options=FIVE[:steps]))
    assert told == [("scale_turned", f"The scale has {steps} steps and had 5")]


def test_a_scale_is_counted_without_the_options_for_no_answer() -> None:
    unknown = Option("ek", words("en osaa sanoa"))
    assert against(item(options=FIVE), item(options=(*FIVE, unknown))) == []


def test_arrays_made_on_a_server_keep_their_number_of_steps_and_lists_may_grow() -> None:
    bare = tuple(Option(f"A{n}", words(f"kohta {n}")) for n in range(1, 6))
    for kind, told in ((Type.ARRAY, ["scale_turned"]), (Type.SINGLE, [])):
        before, now = (survey(item(type=kind, options=some)) for some in (bare[:4], bare))
        assert [one.code for one in compare_waves(before, now, declared=False)] == told
        assert compare_waves(before, now) == []


def test_options_of_a_scale_that_stand_beside_it_are_no_steps() -> None:
    numbers = tuple(Option(f"{n}", words(f"kohta {n}"), float(n)) for n in range(1, 6))
    assert against(item(options=(*numbers, Option("NA", words("ei")))), item(options=numbers)) == []


def test_names_may_be_added_to_a_list_that_is_no_scale() -> None:
    names = tuple(Option(f"r{n}", words(f"maakunta {n}")) for n in range(1, 6))
    assert against(item(options=names[:4]), item(options=names)) == []


def test_a_flipped_scale_is_found_against_the_earlier_wave_as_read_from_a_server() -> None:
    """A structure file keeps codes and words, and no values."""
    read = tuple(Option(one.code, one.label) for one in FIVE)
    flipped = tuple(
        Option(one.code, other.label, one.value) for one, other in zip(FIVE, FIVE[::-1], strict=True)
    )
    assert "Codes with the words of another code" in str(against(item(options=read), item(options=flipped)))


def test_a_scale_turned_round_under_a_new_code_of_its_series_is_found_against_the_earlier_wave() -> None:
    new = item("T01b", series="T01", label=words("Apua?"), options=AGREE[::-1])
    assert against(item(), new) == [("scale_turned", "The options stand in another order than before")]
    assert against(item(), item("T01b", series="T01", label=words("Apua?"))) == []


def test_options_and_rows_with_other_words_need_other_codes() -> None:
    other = (AGREE[0], Option("a2", words("muuta"), 2.0))
    told = against(item(), item(options=other))
    assert told == [("reworded", "The words of a2 changed in en, fi, sv without a new code")]
    rows = {"type": Type.MULTI, "options": ()}
    before = item(**rows, subitems=(SubItem("s1", words("metsä")),))
    now = item(**rows, subitems=(SubItem("s1", words("ranta")), SubItem("s2", words("metsä"))))
    assert [code for code, _ in against(before, now)] == ["reworded"]


def test_organisations_of_a_roster_may_take_another_name() -> None:
    rows = {"type": Type.MULTI, "options": (), "roster": True}
    before, now = (item(**rows, subitems=(SubItem("o1", words(name)),)) for name in ("Talo", "Talo oy"))
    assert against(before, now) == []


def test_another_type_under_an_old_code_is_found() -> None:
    assert [code for code, _ in against(item(), item(type=Type.NUMBER, options=()))] == ["reworded"]


def structural(*items: Item) -> list[str]:
    return [one.code for one in lint_structure(survey(*items))]


def test_a_structure_made_elsewhere_is_looked_at_for_codes_languages_and_numbers() -> None:
    assert structural(item()) == []
    assert structural(item("sid")) == ["code"]
    assert structural(item("T" * 21)) == ["code"]
    rows = {"type": Type.MULTI, "options": ()}
    assert structural(item(**rows, subitems=(SubItem("time", words("aika")),))) == ["code"]
    assert structural(item(**rows, subitems=(SubItem("toolong", words("x")),))) == ["code"]
    assert structural(item(label={"fi": "Mitä?", "sv": "Vad?"})) == ["untranslated"]
    assert structural(item(options=(AGREE[0], Option("a2", {"fi": "x", "sv": "y"})))) == ["untranslated"]
    other = Option("a2", {"fi": "2–4", "sv": "2–5", "en": "2–4"})
    assert structural(item(options=(AGREE[0], other))) == ["options_differ"]


def test_options_whose_numbers_differ_by_language_are_found_in_ours_too() -> None:
    other = Option("a2", {"fi": "2–4 henkeä", "sv": "2–5 personer", "en": "2–4 people"})
    assert found(item(options=(AGREE[0], other))) == [("options_differ", "q1.T01")]


def test_minutes_are_signs_by_reading_speed_and_seconds_by_answer() -> None:
    bare = Questionnaire("q", {}, ("fi",), "fi", (Item("A", "A", Type.YES_NO, {"fi": "x" * 900}),))
    assert minutes(bare) == pytest.approx(1 + (5 + 3) / 60)
    rows = tuple(SubItem(f"s{n}", {"fi": "x" * 90}) for n in range(10))
    array = Item("B", "B", Type.ARRAY, {}, FIVE[:0], rows)
    assert minutes(Questionnaire("q", {}, ("fi",), "fi", (array,))) == pytest.approx(1 + (5 + 30) / 60)
    half = Item("A", "A", Type.YES_NO, {"fi": "x" * 900}, asked_if=AskedIf("B", ("Y",)))
    assert minutes(Questionnaire("q", {}, ("fi",), "fi", (half,))) == pytest.approx(0.5 + (5 + 1.5) / 60)


def test_the_longest_language_counts() -> None:
    long = Item("A", "A", Type.DISPLAY, {"fi": "x" * 900, "sv": "x" * 1800})
    assert minutes(Questionnaire("q", {}, ("fi", "sv"), "fi", (long,))) == pytest.approx(2 + 5 / 60)


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
