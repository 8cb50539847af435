"""Numbers and dates as readers of the three languages write them."""

from __future__ import annotations

from datetime import date

import pytest

from evallib.display import numbers
from evallib.results import Kind


@pytest.mark.parametrize(("language", "written"), [("fi", "13\u00a0%"), ("sv", "13\u00a0%"), ("en", "13%")])
def test_a_half_percent_is_rounded_up_in_every_language(language: str, written: str) -> None:
    assert numbers.percent(1 / 8, language, 1, 8) == written


@pytest.mark.parametrize(
    ("count", "base", "points"),
    [(0, 10, 0), (1, 200, 1), (29, 200, 15), (57, 200, 29), (10, 10, 100), (1, 3, 33), (2, 3, 67)],
)
def test_a_share_is_rounded_from_its_count_and_base(count: int, base: int, points: int) -> None:
    assert numbers.percent_points(count / base, count, base) == points


def test_a_share_whose_count_does_not_make_it_is_rounded_from_its_value() -> None:
    assert numbers.percent_points(0.5, 3, 10) == 50


@pytest.mark.parametrize(
    ("value", "kind", "fi", "en"),
    [
        (1234567, Kind.COUNT, "1\u00a0234\u00a0567", "1,234,567"),
        (0.125, Kind.INDEX, "0,13", "0.13"),
        (3.0, Kind.MEDIAN, "3", "3"),
        (3.5, Kind.MEDIAN, "3,5", "3.5"),
        (21.25, Kind.AMOUNT, "21,3", "21.3"),
        (0.0005, Kind.P_VALUE, "0,001", "0.001"),
        (0.0004, Kind.P_VALUE, "<\u00a00,001", "<\u00a00.001"),
        (0.0, Kind.P_VALUE, "<\u00a00,001", "<\u00a00.001"),
        (23.0, Kind.BALANCE, "+23", "+23"),
        (-4.0, Kind.BALANCE, "\u22124", "\u22124"),
        (0.2, Kind.BALANCE, "0", "0"),
    ],
)
def test_each_kind_has_its_form(value: float, kind: Kind, fi: str, en: str) -> None:
    assert numbers.of_kind(value, kind, "fi") == fi
    assert numbers.of_kind(value, kind, "en") == en


def test_an_interval_names_its_unit_once() -> None:
    assert numbers.interval(0.58, 0.71, Kind.SHARE, "fi") == "58–71\u00a0%"
    assert numbers.interval(0.58, 0.71, Kind.SHARE, "en") == "58–71%"


def test_an_interval_below_zero_keeps_dash_and_minus_apart() -> None:
    assert numbers.interval(-12, 4, Kind.BALANCE, "fi") == "\u221212 – +4"


def test_dates_follow_the_language() -> None:
    last = date(2025, 12, 31)
    assert [numbers.day(last, one) for one in ("fi", "sv")] == ["31.12.2025", "31.12.2025"]
    assert numbers.day(last, "sv", long=True) == "31 december 2025"
    assert numbers.day("2025-12-31", "en", long=True) == "31 December 2025"
    assert numbers.day("syksyllä", "fi") == "syksyllä"
