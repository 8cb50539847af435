"""Coded open answers, beside the plan's indicators: answers by code, and how far two coders agreed (OPEN)."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evallib.codebook.code_frame import NONE, THEMES
from evallib.indicators.bench import SURVEY_SOURCE, Bench, How, Maker
from evallib.measures.agreement import Agreement, agreement, marks
from evallib.measures.coding import by_code, final, split
from evallib.results import Cell, Kind, Result, SourceKind

INDICATOR = "OPEN"


def coded(bench: Bench) -> list[Result]:
    """Per coded question the answers, those coded and those by code; then agreement per code and over all.

    Nothing at all where nothing was coded. ``coders``: how many coded at least one answer.
    """
    rows = bench.frames.coding
    if rows.empty:
        return []
    results: list[Result] = []
    for (survey, item), own in rows.groupby(["survey", "item"], sort=True):
        results += _question(bench, str(survey), str(item), own)
    return results + list(_agreed(bench, rows))


def _question(bench: Bench, survey: str, item: str, rows: pd.DataFrame) -> Iterator[Result]:
    source = SURVEY_SOURCE.get(survey, SourceKind.PARTNERS)
    make = Maker(bench.period, INDICATOR, survey, (source,), ("coding",))
    stem = f"{survey}_{item.lower()}"
    answers = [one for one in final(rows) if one is not None]
    yield make.count(f"{stem}_answers", len(rows), unit="answers", method="open_answers")
    yield make(
        stem,
        Kind.COUNT,
        by_code(answers, _codes(answers)),
        unit="answers",
        method="coded",
        function="coding.by_code",
        dims=("code",),
        protected=True,
    )


def _codes(answers: list[frozenset[str]]) -> list[str]:
    """The three themes always, other codes that occur, ``none`` last."""
    found = {code for one in answers for code in one} - {*THEMES, NONE}
    return [*THEMES, *sorted(found), NONE]


def _agreed(bench: Bench, rows: pd.DataFrame) -> Iterator[Result]:
    sources = tuple(dict.fromkeys(SURVEY_SOURCE.get(one, SourceKind.PARTNERS) for one in rows["survey"]))
    make = Maker(bench.period, INDICATOR, "coded answers", sources, ("coding",))
    twice = rows[(rows["a"] != "") & (rows["b"] != "")]
    open_ = sum(one is None for one in final(twice))
    yield make.count("coders", int((rows["a"] != "").any()) + int((rows["b"] != "").any()), unit="coders")
    yield make.count("twice", len(twice), len(rows), unit="answers", method="open_answers")
    yield make.count("unsettled", open_, len(twice), unit="answers", method="open_answers")
    if twice.empty:
        return
    pairs = [[split(cell) for cell in twice[coder]] for coder in ("a", "b")]
    codes = _codes([*pairs[0], *pairs[1]])
    first, second = (marks(one, codes) for one in pairs)
    kappa, same = [], []
    for place, code in enumerate(codes):
        one = slice(place, place + 1)
        found = agreement(first[:, one], second[:, one], bench.floor)
        kappa.append(_kappa(found, code))
        same.append(_same(found, code))
    whole = agreement(first, second, bench.floor)
    of_one: How = {"method": "kappa", "function": "agreement.agreement"}
    of_all: How = {"method": "kappa_all", "function": "agreement.agreement"}
    alike: How = {"method": "same_code", "function": "agreement.agreement"}
    shares = "share of decisions"
    yield make("kappa", Kind.INDEX, kappa, unit="kappa", dims=("code",), protected=True, **of_one)
    yield make("same", Kind.SHARE, same, unit=shares, dims=("code",), protected=True, **alike)
    yield make("kappa_all", Kind.INDEX, _kappa(whole), unit="kappa", **of_all)
    yield make("same_all", Kind.SHARE, _same(whole), unit=shares, **alike)


def _kappa(found: Agreement, code: str = "") -> Cell:
    return Cell(_dims(code), found.kappa, None, found.n, found.interval, found.note)


def _same(found: Agreement, code: str = "") -> Cell:
    value = found.same / found.decisions if not found.note.startswith("base_under") else None
    note = found.note if value is None else ""
    return Cell(_dims(code), value, found.same, found.decisions, None, note)


def _dims(code: str) -> tuple[tuple[str, str], ...]:
    return (("code", code),) if code else ()
