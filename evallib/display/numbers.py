"""Numbers and dates as Finnish, Swedish and English readers write them.

Rounding is half up on the decimal value, and a share is rounded from its count and base, so that a
person with a pencil gets the printed figure. Percentages have no decimals.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from evallib.results import Kind

LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
NBSP = "\u00a0"
DASH = "\u2013"
MINUS = "\u2212"

_LONG_DATE = {"fi": "d.M.y", "sv": "d MMMM y", "en": "d MMMM y"}
_SHORT_DATE = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y"}
_SMALLEST_P = 0.001  # a smaller one is not told; it is never 0
_DECIMALS = {Kind.INDEX: 2, Kind.EFFECT: 2, Kind.P_VALUE: 3}
_TRIMMED = {Kind.MEDIAN: 1, Kind.AMOUNT: 1, Kind.MEAN: 2}  # as many decimals as there are, at most


def rounded(value: float | Fraction, decimals: int = 0) -> Decimal:
    """``value`` rounded half up; a float is taken at 12 significant digits first (0.1 + 0.2 = 0.3)."""
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        exact = Decimal(f"{value:.12g}")
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def number(value: float, language: str, decimals: int = 0, *, trim: bool = False) -> str:
    """A plain number with the language's separators; ``trim`` drops decimals that are zero."""
    amount = rounded(value, decimals)
    shown = 0 if trim and amount == amount.to_integral() else decimals
    pattern = "#,##0" + ("." + "0" * shown if shown else "")
    written = format_decimal(amount, pattern, locale=LOCALES[language])
    return written.replace("-", MINUS)


def percent_points(value: float, count: int | None = None, base: int | None = None) -> int:
    """A share (0–1) in whole percent; from count / base where they make it."""
    if count is not None and base and abs(count / base - value) < 1e-9:
        return int(rounded(Fraction(count * 100, base)))
    return int(rounded(value * 100))


def percent(value: float, language: str, count: int | None = None, base: int | None = None) -> str:
    """A share as a percentage: fi and sv ``12 %`` with a fixed space, en ``12%``."""
    return number(percent_points(value, count, base), language) + percent_sign(language)


def percent_sign(language: str) -> str:
    return "%" if language == "en" else f"{NBSP}%"


def signed(value: float, language: str) -> str:
    """A change or a balance with its sign; zero has none."""
    written = number(value, language)
    return f"+{written}" if rounded(value) > 0 else written


def of_kind(
    value: float, kind: Kind, language: str, count: int | None = None, base: int | None = None
) -> str:
    """A value as its kind is printed."""
    if kind is Kind.SHARE:
        return percent(value, language, count, base)
    if kind is Kind.BALANCE:
        return signed(value, language)
    if kind is Kind.P_VALUE and value < _SMALLEST_P / 2:
        return f"<{NBSP}{number(_SMALLEST_P, language, 3)}"
    if kind in _TRIMMED:
        return number(value, language, _TRIMMED[kind], trim=True)
    return number(value, language, _DECIMALS.get(kind, 0))


def interval(low: float, high: float, kind: Kind, language: str) -> str:
    """A range: ``58–71 %``; a minus sign gets spaces around the dash."""
    first, last = of_kind(low, kind, language), of_kind(high, kind, language)
    if kind is Kind.SHARE:
        first = first.removesuffix(percent_sign(language))
    dash = f" {DASH} " if MINUS in first + last else DASH
    return f"{first}{dash}{last}"


def day(when: date | str, language: str, *, long: bool = False) -> str:
    """A date: ``31.12.2025`` in fi and in Swedish tables, ``31 december 2025`` in prose; text stays."""
    if isinstance(when, str):
        try:
            return day(date.fromisoformat(when[:10]), language, long=long)
        except ValueError:
            return when
    pattern = (_LONG_DATE if long else _SHORT_DATE)[language]
    return str(format_date(when, pattern, locale=LOCALES[language]))


def days(first: date, last: date, language: str) -> str:
    """From the first to the last day: ``1.1.2025–31.12.2025``."""
    return f"{day(first, language)}{DASH}{day(last, language)}"


def month(number_of_month: int, language: str) -> str:
    """The short name of a month on an axis."""
    names = Locale.parse(LOCALES[language]).months["stand-alone"]["abbreviated"]
    return str(names[number_of_month]).rstrip(".")


def plural(count: float, language: str) -> str:
    """The plural category ("one", "other") of a count."""
    return str(Locale.parse(LOCALES[language]).plural_form(count))
