"""One small respondent model: a latent attitude and an item's level make an answer to any item.

Works from any :class:`~evallib.codebook.model.Questionnaire`: options with values form a scale, those
without are names. An answer on a scale of k options is ``level + 0.11·attitude + 0.13·noise`` cut into k
equal parts of 0…1. What a story says about a column (:class:`Story`) wins over the model's own guess,
and what is known of a person (``facts``) wins over both. Items that are not asked stay empty, and so do files
and what a server computes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from evallib.codebook.builtin_labels import OTHER_CODE
from evallib.codebook.model import Column, Item, Option, Questionnaire, Type
from evallib.twin.dice import Dice

MISSING = 0.035  # an item passed over
NOT_KNOWN = 0.05  # "don't know", where it is offered
ELSE = 0.06  # "other", or a comment, where it is offered
_NOBODYS = (Type.HIDDEN, Type.DISPLAY, Type.EQUATION, Type.FILE, Type.OTHER)


@dataclass(frozen=True)
class Respondent:
    """key: stable over the years; theta: attitude; facts: column → answer that is known beforehand.

    organisation: its own code on the roster, "" where the respondent speaks for none.
    """

    key: str
    theta: float
    language: str
    facts: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""


@dataclass(frozen=True)
class Story:
    """What one wave tells. level: series or column → place of a typical answer, 0…1.

    share: column → probability of a tick or a yes. numbers, least: column → largest usual number and
    smallest one.
    texts: language → open answers; talk: probability that an open answer is given. ties: share of the pairs
    of organisations that know each other. seed: what the items' own levels hang on.
    """

    level: Mapping[str, float]
    share: Mapping[str, float]
    numbers: Mapping[str, float]
    least: Mapping[str, int]
    texts: Mapping[str, Mapping[str, Sequence[str]]]
    talk: float = 0.3
    ties: float = 0.0
    seed: str = ""


def answer(questionnaire: Questionnaire, respondent: Respondent, story: Story, dice: Dice) -> dict[str, str]:
    """All columns of the questionnaire with the respondent's answers; "" = nothing."""
    answers: dict[str, str] = {}
    for item in questionnaire.items:
        columns = list(item.columns())
        places = _ranked(item, story, dice) if item.type is Type.RANKING else {}
        for column in columns:
            if places and _asked(column, answers):
                given = places[column.subitem]
            elif column.name in respondent.facts:
                given = respondent.facts[column.name]
            elif not _asked(column, answers):
                given = ""
            else:
                given = _given(item, column, respondent, story, dice)
            if column.role == "other" and item.type is Type.SINGLE:
                said = answers[item.code] == OTHER_CODE
                given = _words(item, respondent.language, story, dice) if said else ""
            answers[column.name] = given
        _none_of_these(item, columns, answers, dice)
    return answers


def _asked(column: Column, answers: Mapping[str, str]) -> bool:
    rule = column.asked_if
    if rule is None:
        return True
    source = rule.column.replace("{sub}", column.subitem)
    return answers.get(source, "") in rule.codes


def _given(item: Item, column: Column, one: Respondent, story: Story, dice: Dice) -> str:
    if item.type is Type.MULTI and not column.role:
        return "Y" if dice.chance(_tick(item, column, one, story)) else ""
    if column.role == "count":
        return ""
    if column.role or item.type in (Type.TEXT, Type.TEXTS):
        rare = ELSE if column.role else story.talk
        return _words(item, one.language, story, dice) if dice.chance(rare) else ""
    if item.type in _NOBODYS or dice.chance(MISSING):
        return ""
    if item.type is Type.DATE:
        return f"20{dice.whole(10, 24)}-{dice.whole(1, 12):02d}-{dice.whole(1, 28):02d} 00:00:00"
    if item.type is Type.YES_NO:
        return "Y" if dice.chance(story.share.get(column.name, 0.6)) else "N"
    if item.type in (Type.NUMBER, Type.NUMBERS):
        return _number(column, story, dice)
    if item.type is Type.FIVE_POINT:
        return str(1 + _place(5, item, column, one, story, dice))
    return _option(item, column, one, story, dice)


def _ranked(item: Item, story: Story, dice: Dice) -> dict[str, str]:
    """Place → option; some rank nothing, some only the first ones."""
    places = [sub.code for sub in item.subitems]
    weights = [0.1 + _weight(item, option.code, story) for option in item.options]
    drawn = dice.sample([option.code for option in item.options], len(places), weights)
    kept = 0 if dice.chance(MISSING) else len(drawn) if dice.chance(0.8) else dice.whole(1, len(drawn) or 1)
    return {place: drawn[n] if n < min(kept, len(drawn)) else "" for n, place in enumerate(places)}


def _option(item: Item, column: Column, one: Respondent, story: Story, dice: Dice) -> str:
    if item.other and item.type is Type.SINGLE and dice.chance(ELSE):
        return OTHER_CODE
    scale = [option for option in column.options if option.value is not None]
    aside = [option for option in column.options if not option.substantive]
    if aside and dice.chance(NOT_KNOWN):
        return dice.pick(aside).code
    if len(scale) > 1:
        scale.sort(key=_value)
        return scale[_place(len(scale), item, column, one, story, dice)].code
    names = [option for option in column.options if option.substantive]
    if not names:
        return ""
    return dice.weighted(names, [_weight(item, option.code, story) for option in names]).code


def _value(option: Option) -> float:
    return option.value or 0.0


def _place(k: int, item: Item, column: Column, one: Respondent, story: Story, dice: Dice) -> int:
    level = story.level.get(column.name)
    if level is None:
        level = story.level.get(item.series)
    if level is None:
        level = 0.5 + 0.25 * _weight(item, column.subitem, story)
    latent = level + 0.11 * one.theta + 0.13 * dice.normal()
    return min(k - 1, max(0, int(latent * k)))


def _tick(item: Item, column: Column, one: Respondent, story: Story) -> float:
    if item.roster:
        return _known(column.subitem, one.organisation, story)
    if column.subitem == "none":
        return 0.0
    usual = 0.1 + 0.35 * _weight(item, column.subitem, story)
    share = story.share.get(column.name, usual)
    return min(0.97, max(0.01, share + 0.05 * one.theta))


def _known(other: str, own: str, story: Story) -> float:
    """Whether two organisations know each other, which both mostly say."""
    if not story.ties or not own or other == own:
        return 0.0
    pair = sorted((own, other))
    return 0.88 if Dice(story.seed, "tie", *pair).chance(story.ties) else 0.0


def _none_of_these(item: Item, columns: Sequence[Column], answers: dict[str, str], dice: Dice) -> None:
    """A respondent who ticked nothing mostly ticks "none of these", where that is offered."""
    last = f"{item.code}[none]"
    if item.type is not Type.MULTI or last not in answers or last != _last_tick(columns):
        return
    ticked = any(answers[column.name] for column in columns if not column.role)
    answers[last] = "Y" if not ticked and dice.chance(0.85) else ""


def _last_tick(columns: Sequence[Column]) -> str:
    return [column.name for column in columns if not column.role][-1]


def _number(column: Column, story: Story, dice: Dice) -> str:
    most = story.numbers.get(column.name, 3.0)
    drawn = dice.unit() * dice.unit() * most
    if most != int(most):  # a share of a year of work, in steps of one tenth
        return f"{int(drawn * 10) / 10:.1f}".removesuffix(".0")
    return str(max(story.least.get(column.name, 0), int(drawn + 0.5)))


def _words(item: Item, language: str, story: Story, dice: Dice) -> str:
    bank = story.texts.get(item.code) or story.texts["any"]
    return dice.pick(bank.get(language) or bank["en"])


def _weight(item: Item, code: str, story: Story) -> float:
    """A weight 0…1 that an option keeps in every wave."""
    return _drawn(story.seed, item.series, code)


@cache
def _drawn(seed: str, series: str, code: str) -> float:
    return Dice(*filter(None, [seed]), "weight", series, code).unit()
