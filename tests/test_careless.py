"""Answers that nobody seems to have read for are marked, and kept."""

from __future__ import annotations

from evallib.codebook.model import Item, Option, Questionnaire, SubItem, Type
from evallib.privacy.careless import careless


def array(code: str, rows: int, options: int = 5, scale: str = "") -> Item:
    choices = tuple(Option(str(n), {}, float(n)) for n in range(1, options + 1))
    return Item(
        code, code, Type.ARRAY, {}, choices, tuple(SubItem(f"s{n}", {}, scale=scale) for n in range(rows))
    )


def asked(*items: Item) -> Questionnaire:
    return Questionnaire("q9", {}, ("fi",), "fi", items)


def timed(minutes: float) -> dict[str, str]:
    return {
        "startdate": "2026-10-01 10:00:00",
        "submitdate": f"2026-10-01 10:{int(minutes):02}:{int(minutes * 60 % 60):02}",
    }


def marks(rows: list[dict[str, str]], *items: Item) -> list[tuple[str, ...]]:
    return careless(rows, asked(*items))


def straight(codes: str, *items: Item) -> bool:
    """One person's codes, row after row; a dot is no answer."""
    columns = [column.name for item in items for column in item.columns()]
    row = {name: "" if code == "." else code for name, code in zip(columns, codes, strict=True)}
    return marks([row], *items) == [("straight",)]


def test_under_a_third_of_the_median_is_fast() -> None:
    rows = [timed(12)] * 20 + [timed(4), timed(3.98), timed(50)]
    assert marks(rows) == [()] * 21 + [("fast",), ()]


def test_with_fewer_than_twenty_timed_answers_nobody_is_fast() -> None:
    assert marks([timed(12)] * 18 + [timed(1)]) == [()] * 19
    assert marks([timed(12)] * 19 + [timed(1)])[-1] == ("fast",)


def test_times_that_the_server_did_not_keep_are_no_times() -> None:
    slow = [timed(12)] * 20
    lacking = [
        {"startdate": "", "submitdate": "2026-10-01 10:00:01"},
        {"submitdate": "2026-10-01 10:00:01"},
        {"startdate": "2026-10-01 10:00:00", "submitdate": ""},
        {"startdate": "1980-01-01 00:00:00", "submitdate": "1980-01-01 00:00:00"},
        {"startdate": "2026-10-01 10:00:00", "submitdate": "2026-10-01 09:00:00"},
        {"startdate": "soon", "submitdate": "later"},
    ]
    assert marks(slow + lacking)[20:] == [()] * len(lacking)


def test_the_same_code_in_every_row_of_all_arrays_is_straight() -> None:
    assert straight("33333333", array("A", 8))
    assert straight("3333355555", array("A", 5), array("B", 5))
    assert not straight("33333334", array("A", 8))
    assert not straight("3333355554", array("A", 5), array("B", 5))


def test_few_rows_may_well_be_answered_alike() -> None:
    assert not straight("3333333", array("A", 7))
    assert not straight("3333333.", array("A", 8))
    assert not straight("33333333", array("A", 2), array("B", 2), array("C", 2), array("D", 2))
    assert not straight("22222222", array("A", 8, options=2))


def test_questions_left_empty_say_nothing() -> None:
    assert straight("33333333....", array("A", 8), array("B", 4))
    assert straight("33333333..12", array("A", 8), array("B", 4))  # two rows of B tell nothing
    assert not straight("........", array("A", 8))
