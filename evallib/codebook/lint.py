"""What is wrong with the questionnaires as a set, before they go to a server.

Findings do not stop a run; they are for the person who writes the questions. A scale turned round between
two years or an indicator without its question is cheap to mend before the wave and impossible after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import combinations, pairwise

from evallib.codebook.builtin_labels import BUILTIN_OPTIONS
from evallib.codebook.codes import refuse_item, refuse_parts
from evallib.codebook.finding import Finding
from evallib.codebook.model import Comparable, Item, Questionnaire, Type
from evallib.codebook.waves import turned
from evallib.codes import SURVEYS
from evallib.errors import DeclarationError, text

_NUMBER = re.compile(r"\d+")


def lint(
    questionnaires: Mapping[str, Questionnaire],
    plan_sources: Mapping[str, Iterable[str]] | None = None,
    periods: Iterable[str] = (),
) -> list[Finding]:
    """All findings, in the order of the questionnaires and then of the indicators.

    plan_sources: indicator → its sources as the plan writes them (``q2.N05``, ``log.events``); only
    those of questionnaires are looked at. periods: the waves that each source must have been asked in.
    """
    findings = [finding for one in questionnaires.values() for finding in _of_one(one)]
    findings += _not_computable(questionnaires, plan_sources or {}, tuple(periods))
    return findings


def _of_one(questionnaire: Questionnaire) -> Iterator[Finding]:
    """What loading lets pass: options that look alike, and questions that change under one series."""
    for item in questionnaire.items:
        place = f"{questionnaire.id}.{item.code}"
        yield from _same_words(item, place, questionnaire.languages)
        yield from _differing_numbers(item, place, questionnaire.languages)
    for series in dict.fromkeys(item.series for item in questionnaire.items):
        for earlier, later in pairwise(questionnaire.in_series(series)):
            place = f"{questionnaire.id}.{later.code}"
            if earlier.label != later.label and later.comparable is Comparable.YES:
                message = text("Other words than {code}, yet declared comparable", code=earlier.code)
                yield Finding("reworded", place, message)
            yield from turned(earlier.options, later.options, place)


def _same_words(item: Item, place: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    for language in languages:
        for one, other in combinations(item.options, 2):
            words = one.label.get(language, "")
            if words and words == other.label.get(language):
                message = text(
                    "The options {one} and {other} have the same words in {language}",
                    one=one.code,
                    other=other.code,
                    language=language,
                )
                yield Finding("same_words", place, message)


def lint_structure(structure: Questionnaire) -> list[Finding]:
    """Faults of a structure that somebody made on a server: codes, languages, options.

    What is declared in YAML can't have them: reading it refuses them with their line.
    """
    findings: list[Finding] = []
    for item in structure.items:
        place = f"{structure.id}.{item.code}"
        findings += _codes_of(item, place)
        findings += _untranslated(item, place, structure.languages)
        findings += _differing_numbers(item, place, structure.languages)
        findings += _same_words(item, place, structure.languages)
    return findings


def _codes_of(item: Item, place: str) -> Iterator[Finding]:
    options = [one.code for one in item.options] if item.native not in BUILTIN_OPTIONS else []
    by_row = item.type in (Type.MULTI, Type.ARRAY, Type.NUMBERS, Type.TEXTS)
    made_up = item.native in (":", ";", "1")  # of two codes, or each twice
    subs = [one.code for one in item.subitems] if by_row and not made_up else []
    checks = (partial(refuse_item, item.code), partial(refuse_parts, options), partial(refuse_parts, subs))
    for check in checks:
        try:
            check(place)
        except DeclarationError as fault:
            message = text("{problem}: {found}", problem=fault.problem, found=str(fault.found))
            yield Finding("code", place, message)


def _untranslated(item: Item, place: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    """Texts that stand in some of the languages only."""
    subs = item.subitems if item.type is not Type.RANKING else ()
    parts = [("", item.label), *((one.code, one.label) for one in item.options)]
    parts += [(sub.code, sub.label) for sub in subs]
    for code, label in parts:
        there = [one for one in languages if label.get(one)]
        if there and len(there) < len(languages):
            lacking = ", ".join(one for one in languages if one not in there)
            named = text("The option or row {code} has no words in {languages}", code=code, languages=lacking)
            whole = text("The question has no words in {languages}", languages=lacking)
            yield Finding("untranslated", place, named if code else whole)


def _differing_numbers(item: Item, place: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    """Options whose numbers are others in another language: 2–4 here and 2–5 there."""
    for one in item.options:
        numbers = {language: _NUMBER.findall(one.label.get(language, "")) for language in languages}
        told = [language for language in languages if one.label.get(language)]
        other = next((language for language in told if numbers[language] != numbers[told[0]]), "")
        if other:
            message = text(
                "The option {code} has other numbers in {other} than in {language}",
                code=one.code,
                other=other,
                language=told[0],
            )
            yield Finding("options_differ", place, message)


def _not_computable(
    questionnaires: Mapping[str, Questionnaire],
    plan_sources: Mapping[str, Iterable[str]],
    periods: tuple[str, ...],
) -> Iterator[Finding]:
    for indicator, sources in plan_sources.items():
        for source in sources:
            survey, _, series = source.partition(".")
            if survey not in SURVEYS:
                continue  # logs, participation files: not a questionnaire's matter
            if survey not in questionnaires:
                file = f"surveys/questionnaires/{survey}.yaml"
                yield Finding("no_questionnaire", indicator, text("The file {file} is missing", file=file))
                continue
            asked = _asked_for(questionnaires[survey], series)
            if not asked:
                message = text(
                    "{survey} has no question of the series {series}", survey=survey, series=series
                )
                yield Finding("no_item", indicator, message)
                continue
            unasked = [one for one in periods if not any(not i.waves or one in i.waves for i in asked)]
            if unasked:
                message = text(
                    "{source} is not asked in {periods}", source=source, periods=", ".join(unasked)
                )
                yield Finding("not_asked", indicator, message)


def _asked_for(questionnaire: Questionnaire, name: str) -> list[Item]:
    """Items of the series ``name``; where none has it, those lettered from it (Y11: Y11a, Y11b, Y11c)."""
    exact = [item for item in questionnaire.items if item.series == name]
    lettered = [item for item in questionnaire.items if item.series[:-1] == name and item.series[-1] in "abc"]
    return exact or lettered
