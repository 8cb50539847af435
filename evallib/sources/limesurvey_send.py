"""Questionnaires on their way to LimeSurvey: imported as they are, never made live, and read back."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evallib.codebook.model import Questionnaire
from evallib.codebook.plain_text import plain_text
from evallib.errors import ServerError, Text, text
from evallib.sources.limesurvey_rpc import Refused, Remote

_TITLES = ("surveyls_title",)


def surveys_there(remote: Remote) -> dict[int, bool]:
    """Number of each survey that the account may see → whether it is active."""
    try:
        found = remote.call("list_surveys")
    except Refused as fault:
        if fault.said.startswith("No surveys found"):
            return {}
        raise
    if not isinstance(found, list) or not all(isinstance(one, Mapping) and "sid" in one for one in found):
        raise _strange(remote, "list_surveys", type(found).__name__)
    return {int(one["sid"]): one.get("active") == "Y" for one in found}


def send(remote: Remote, data: bytes, wanted: int) -> int:
    """Import a structure file; the number that the server gave it, which is ``wanted`` where it was free.

    Sent once: an answer that got lost is no reason to send it again, as the survey may be there.
    """
    given = remote.call("import_survey", base64.b64encode(data).decode(), "lss", None, wanted)
    if isinstance(given, bool) or not str(given).isdecimal():
        raise _strange(remote, "import_survey", str(given)[:100])
    return int(given)


def differences(remote: Remote, number: int, sent: Questionnaire) -> Iterator[Text]:
    """What the server has otherwise than it was sent: languages, titles, codes, words of questions."""
    own = remote.call("get_survey_properties", number, ["language", "additional_languages", "active"])
    has = [str(own.get("language")), *str(own.get("additional_languages") or "").split()]
    if sorted(has) != sorted(sent.languages) or has[0] != sent.base_language:
        yield text("languages: {there} instead of {sent}", there=" ".join(has), sent=" ".join(sent.languages))
    for language in (one for one in sent.languages if one in has):
        told = remote.call("get_language_properties", number, list(_TITLES), language)
        if plain_text(str(told.get("surveyls_title") or "")) != _spaced(sent.title.get(language, "")):
            yield text("the title in {language}", language=language)
        questions = remote.call("list_questions", number, None, language)
        if not isinstance(questions, list):
            raise _strange(remote, "list_questions", type(questions).__name__)
        yield from _questions(questions, sent, language)


def _questions(questions: Sequence[Mapping[str, Any]], sent: Questionnaire, language: str) -> Iterator[Text]:
    titles = {str(one.get("qid")): str(one.get("title")) for one in questions}
    there = {
        (titles.get(str(one.get("parent_qid")), ""), str(one.get("title"))): plain_text(str(one["question"]))
        for one in questions
    }
    ours = {("", item.code): item.label for item in sent.items}
    ours |= {(item.code, sub.code): sub.label for item in sent.items for sub in item.subitems}
    for parent, code in ours:
        name = f"{parent}[{code}]" if parent else code
        if (parent, code) not in there:
            yield text("{code} is missing", code=name)
        elif there[parent, code] != _spaced(ours[parent, code].get(language, "")):
            yield text("the words of {code} in {language}", code=name, language=language)
    for parent, code in there:
        if (parent, code) not in ours:
            name = f"{parent}[{code}]" if parent else code
            yield text("{code} was not sent", code=name)


def _spaced(words: str) -> str:
    return " ".join(words.split())


def _strange(remote: Remote, method: str, found: str) -> ServerError:
    return ServerError(
        text("{server} does not answer as LimeSurvey does", server=remote.server),
        where=f"{remote.server}: {method}",
        found=found,
        repair=text("Look on the server whether the survey is there before you run this again"),
    )
