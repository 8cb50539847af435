"""What is wrong with the questionnaires as a set, before they go to a server.

Findings do not stop a run; they are for the person who writes the questions. A scale turned round between
two years or an indicator without its question is cheap to mend before the wave and impossible after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, pairwise

from evallib.codebook.builtin_labels import BUILTIN_OPTIONS
from evallib.codebook.codes import refuse_item, refuse_parts
from evallib.codebook.model import Comparable, Item, Option, Questionnaire, SubItem, Type
from evallib.codes import SURVEYS
from evallib.errors import DeclarationError, Text, text

_Parts = Sequence[Option] | Sequence[SubItem]
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Finding:
    """One fault. place: ``q2.N05`` or an indicator; code: a stable word for the kind of fault."""

    code: str
    place: str
    message: Text

    @property
    def repair(self) -> Text:
        return _REPAIRS[self.code]


_REPAIRS = {
    "same_words": text("Word one of them otherwise"),
    "code": text("Give it another code before the wave opens"),
    "untranslated": text("Write the words in every language of the survey"),
    "options_differ": text("Let the option say the same in every language"),
    "reworded": text("Give the new wording a code of its own in the series, not wholly comparable"),
    "scale_turned": text("Keep codes in their old order and meaning; new meanings need new codes"),
    "no_item": text("Correct the indicator's sources in surveys/plan.yaml, or add the question"),
    "no_questionnaire": text("Restore the file, or name other sources in surveys/plan.yaml"),
    "not_asked": text(
        "Add these periods to the question's waves, or name another source in surveys/plan.yaml"
    ),
}


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
            yield from _turned(earlier.options, later.options, place)


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


def compare_waves(earlier: Questionnaire, later: Questionnaire) -> list[Finding]:
    """Faults between two waves of one questionnaire, for instance one read from last year's server file.

    A question, row or option whose words changed needs a new code; a scale must keep its codes in their order
    and its number of steps.
    """
    findings: list[Finding] = []
    for item in later.items:
        before = earlier.item(item.code)
        if before is None:
            continue
        place = f"{later.id}.{item.code}"
        changed = [one for one in set(before.label) & set(item.label) if before.label[one] != item.label[one]]
        if changed:
            message = text(
                "The words changed in {languages} without a new code", languages=", ".join(sorted(changed))
            )
            findings.append(Finding("reworded", place, message))
        if before.type is not item.type and Type.OTHER not in (before.type, item.type):
            message = text("It is asked as {now}, and was as {before}", now=item.type, before=before.type)
            findings.append(Finding("reworded", place, message))
        if not item.roster:
            findings += _other_words(before.subitems, item.subitems, place)
        findings += _other_words(before.options, item.options, place)
        findings += _turned(before.options, item.options, place)
    return findings


def _other_words(earlier: _Parts, later: _Parts, place: str) -> Iterator[Finding]:
    """Rows or options that mean something else under the code of before."""
    before = {one.code: one.label for one in earlier}
    for one in later:
        known = before.get(one.code, {})
        changed = [name for name in set(known) & set(one.label) if known[name] != one.label[name]]
        if changed:
            message = text(
                "The words of {code} changed in {languages} without a new code",
                code=one.code,
                languages=", ".join(sorted(changed)),
            )
            yield Finding("reworded", place, message)


def _turned(earlier: tuple[Option, ...], later: tuple[Option, ...], place: str) -> Iterator[Finding]:
    """A scale whose common codes stand in another order, or mean another value or other words, or that has
    other steps than before."""
    before = {option.code: option for option in earlier}
    common = [option for option in later if option.code in before]
    order = [option.code for option in earlier if option.code in {one.code for one in common}]
    if [option.code for option in common] != order:
        yield Finding("scale_turned", place, text("The options stand in another order than before"))
    moved = [one.code for one in common if _other_place(one.value, before[one.code].value)]
    if moved:
        message = text("Codes with another value than before: {codes}", codes=", ".join(moved))
        yield Finding("scale_turned", place, message)
    steps = [option for option in later if option.value is not None and option.substantive]
    steps_before = [option for option in earlier if option.substantive]
    if len(steps) > 2 and earlier and len(steps) != len(steps_before):
        message = text("The scale has {n} steps and had {before}", n=len(steps), before=len(steps_before))
        yield Finding("scale_turned", place, message)
    swapped = [one.code for one in common if _words_of_another(one, earlier)]
    if swapped:
        message = text("Codes with the words of another code before: {codes}", codes=", ".join(swapped))
        yield Finding("scale_turned", place, message)


def _other_place(now: float | None, before: float | None) -> bool:
    return now is not None and before is not None and now != before


def _words_of_another(option: Option, earlier: tuple[Option, ...]) -> bool:
    return any(
        words and words == other.label.get(language)
        for other in earlier
        if other.code != option.code
        for language, words in option.label.items()
    )


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
