"""How many minutes an average respondent needs, from a questionnaire's words and the answers it asks for."""

from __future__ import annotations

from evallib.codebook.model import Item, Label, Questionnaire, Type

SIGNS = 900  # read a minute, spaces included: about 120 words of Finnish, 150 of English
# Seconds for an answer beside the reading: a click, a click a row, a number, words that one in three writes.
CLICK, ROW, NUMBER, DATE, WORDS = 3.0, 3.0, 8.0, 8.0, 15.0
TICKS = 1.0  # seconds a row to decide whether to tick it
PAGE = 5.0  # seconds a group: the next page
SHOWN = 0.5  # of the respondents see what is asked on a condition
ROWS = 0.15  # of its rows are seen of a question that asks by row on what was ticked before
_SECONDS = {Type.NUMBER: NUMBER, Type.DATE: DATE, Type.TEXT: WORDS, Type.FILE: 4 * WORDS}
_BY_ROW = {Type.ARRAY: ROW, Type.MULTI: TICKS, Type.NUMBERS: NUMBER, Type.TEXTS: WORDS, Type.RANKING: 2 * ROW}


def minutes(questionnaire: Questionnaire) -> float:
    """Minutes for the whole questionnaire in the language in which it is longest.

    signs of all texts / 900 + the seconds of all answers / 60; a question on a condition counts half, one by
    row less. It is there to compare questionnaires by, and to be corrected by whoever answers first: nobody
    was measured.
    """
    return max(_in(questionnaire, language) for language in questionnaire.languages)


def _in(questionnaire: Questionnaire, language: str) -> float:
    around = (questionnaire.title, questionnaire.welcome, questionnaire.notice)
    signs = float(sum(_length(one, language) for one in around))
    signs += sum(_length(one, language) for one in questionnaire.groups.values())
    seconds = PAGE * max(1, len({item.group for item in questionnaire.items}))
    for item in questionnaire.items:
        part = _part(item)
        signs += part * _signs(item, language)
        seconds += part * _answering(item)
    return signs / SIGNS + seconds / 60


def _part(item: Item) -> float:
    if item.asked_if is None:
        return 1.0
    return ROWS if "{sub}" in item.asked_if.column else SHOWN


def _signs(item: Item, language: str) -> int:
    if item.type in (Type.HIDDEN, Type.EQUATION):
        return 0
    labels = [item.label, item.help]
    labels += [one.label for one in item.options]
    labels += [sub.label for sub in item.subitems]
    return sum(_length(one, language) for one in labels)


def _answering(item: Item) -> float:
    if item.type in (Type.HIDDEN, Type.EQUATION, Type.DISPLAY, Type.OTHER):
        return 0.0
    extra = WORDS if item.comment else 0.0
    if item.type in _BY_ROW:
        return extra + _BY_ROW[item.type] * len(item.subitems)
    return extra + _SECONDS.get(item.type, CLICK)


def _length(label: Label, language: str) -> int:
    return len(label.get(language, ""))
