"""Names of codes: from the plan's dimensions, the questionnaires' options, or the house's own words."""

from __future__ import annotations

from collections.abc import Mapping

from evallib.codebook.model import Item, Option
from evallib.codes import LANGUAGES, as_code
from evallib.display import i18n
from evallib.display.publication import Publication

# Dimensions whose codes are the options or subitems of a question.
_ASKED_AS = {
    "step": "y09",
    "skill": "y07",
    "channel": "n18",
    "company_form": "y01",
    "size": "y02",
    "grade": "y10",
    "output": "n17",
}


def label(publication: Publication, dim: str, code: str, language: str) -> str:
    """What the reader sees for ``code`` of ``dim``; a code nobody named is shown as it is."""
    for dimension in publication.plan.dimensions:
        if dimension.code == dim:
            if code in dimension.labels:
                return dimension.labels[code][language]
            if code in dimension.merge_labels:
                return i18n.say("word.together", language, name=dimension.merge_labels[code][language])
        if dim in (f"{dimension.code}_class", "strata"):
            named = {**dimension.labels, **dimension.merge_labels}
            if code in named:
                return named[code][language]
    if dim == "event" and (kind := code.partition(":"))[1]:
        form = label(publication, "form", kind[2], language)
        return i18n.say("event.rest", language, form=form) if kind[0] == "rest" else form
    if dim == "event" and (title := _event(publication, code, language)):
        return title
    if dim == "code" and code in (frame := _frame(publication)):
        return in_language(frame[code], language)
    for key in (f"{dim}.{code}", f"any.{code}"):
        if i18n.has(key):
            return i18n.say(key, language)
    found = _in_questionnaire(publication, _ASKED_AS.get(dim, dim), code, language)
    if found:
        return found
    if "+" in code:
        parts = [label(publication, dim, part, language) for part in code.split("+")]
        return ", ".join(parts)
    return code


def _event(publication: Publication, code: str, language: str) -> str:
    """An event's title in the log as the release keeps it, with its id; "" where the log is silent."""
    told = publication.released.facts.get("events")
    for one in told if isinstance(told, list | tuple) else ():
        if as_code(str(one["event_id"])) == code:
            titles = [str(one.get(f"title_{place}") or "") for place in (language, *LANGUAGES)]
            return next((f"{title} ({code})" for title in titles if title), "")
    return ""


def _frame(publication: Publication) -> dict[str, Mapping[str, str]]:
    """The codes of open answers by name, as the release keeps them."""
    told = publication.released.facts.get("coding")
    codes = told.get("codes") if isinstance(told, Mapping) else None
    return {str(one["code"]): one for one in codes} if isinstance(codes, list | tuple) else {}


def _in_questionnaire(publication: Publication, series: str, code: str, language: str) -> str:
    """The label of a subitem or option of that code in a series; "" where there is none."""
    item = item_of(publication, series)
    if item is None:
        return ""
    named = {option.code: option.label for option in item.options}
    named |= {sub.code: sub.label for sub in item.subitems}
    return in_language(named.get(code, {}), language)


def item_of(publication: Publication, series: str) -> Item | None:
    """The newest item of a series ("t01"), whichever questionnaire asks it."""
    wanted = series.upper()
    for questionnaire in publication.questionnaires.values():
        items = [one for one in questionnaire.items if wanted in (one.series.upper(), one.code)]
        if items:
            return items[-1]
    return None


def item_label(publication: Publication, series: str, language: str, sub: str = "") -> str:
    """The question as it was asked; a short form from the catalogue where there is one."""
    key = f"item.{series}_{sub}" if sub else f"item.{series}"
    if i18n.has(key):
        return i18n.say(key, language)
    item = item_of(publication, series)
    return (in_language(item.label, language) if item else "") or series.upper()


def options(publication: Publication, series: str) -> tuple[Option, ...]:
    """The substantive options of a series in scale order, lowest first."""
    item = item_of(publication, series)
    found = tuple(one for one in item.options if one.substantive) if item else ()
    if found and all(one.value is not None for one in found):
        return tuple(sorted(found, key=lambda one: one.value or 0.0))
    return found


def option_label(publication: Publication, series: str, code: str, language: str) -> str:
    """The label of an answer code of a series."""
    for option in options(publication, series):
        if option.code == code:
            found = in_language(option.label, language)
            if found:
                return found
    for key in (f"{series}.{code}", f"answer.{code}"):
        if i18n.has(key):
            return i18n.say(key, language)
    return code


def in_language(text: Mapping[str, str], language: str) -> str:
    return str(text.get(language, "") or "")


def indicator_name(publication: Publication, code: str, language: str) -> str:
    found = [one for one in publication.plan.indicators if one.code == code]
    return found[0].name[language] if found else code
