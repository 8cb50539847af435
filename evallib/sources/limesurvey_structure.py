"""A survey's structure over the remote control alone, for an account without the server's admin pages.

What the server tells is written as the structure file that it would export, without anything of persons,
and read as any such file. Only what the codebook holds is asked for and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from evallib.codebook.lss_document import lss_document
from evallib.codebook.lss_items import ATTRIBUTES, TEXT_ATTRIBUTES
from evallib.codes import LANGUAGES
from evallib.errors import Text, text
from evallib.sources.limesurvey_rpc import Refused, Remote

_SETTINGS = ["language", "additional_languages", "usetokens"]
_TEXTS = ["surveyls_title", "surveyls_welcometext"]
_PROPERTIES = ["attributes", "attributes_lang", "answeroptions", "answeroptions_multiscale"]
_QUESTION = ("qid", "parent_qid", "gid", "type", "title", "other", "mandatory", "question_order", "scale_id",
             "relevance")  # fmt: skip
_GROUP = ("gid", "group_order", "randomization_group", "grelevance")
_NUMBER = re.compile(r"[0-9]{1,15}")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in no XML
_SWITCH = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,12})*")

Reply = Mapping[str, Any]
Row = dict[str, str]


def read_structure(remote: Remote, survey: int) -> bytes:
    """The structure of a survey, as a file that ``read_lss`` reads.

    Calls: list_questions and list_groups once a language, get_question_properties once a question, and once
    more a language where it has texts of its own. An account that may not read the survey's settings gets the
    languages of this project that the survey has, and its title in the base language. Raises ServerError.
    """
    return _Structure(remote, survey).document()


class _Structure:
    """Collects rows by section, one language after the other; the base language first."""

    def __init__(self, remote: Remote, survey: int) -> None:
        self.remote, self.survey = remote, survey
        self.rows: dict[str, list[Row]] = {}

    def document(self) -> bytes:
        asked = self._entries("list_questions", self.survey, None)
        base = _said(asked[0], "language") if asked else ""
        if not _SWITCH.fullmatch(base):
            self.refuse(text("questions without a language"))
        settings = self._settings()
        others = self._others(base, settings)
        self._add("surveys", sid=str(self.survey), language=base, additional_languages=" ".join(others),
                  usetokens=_said(settings, "usetokens"))  # fmt: skip
        self._questions(asked)
        for language in (base, *others):
            self._texts(language, base, asked if language == base else None)
        for one in asked:
            if _said(one, "parent_qid") in ("0", ""):
                self._properties(_said(one, "qid"), _said(one, "type"), (base, *others))
        return lss_document(self.rows, (base, *others))

    def _settings(self) -> Reply:
        try:
            return self._object("get_survey_properties", self.survey, _SETTINGS)
        except Refused as fault:
            if fault.said.startswith("No permission"):
                return {}
            raise

    def _others(self, base: str, settings: Reply) -> list[str]:
        """The survey's other languages; without its settings, those of ours that it knows."""
        if settings:
            told = dict.fromkeys(_said(settings, "additional_languages").split())
            return [one for one in told if one != base and _SWITCH.fullmatch(one)]
        return [one for one in LANGUAGES if one != base and self._knows(one)]

    def _knows(self, language: str) -> bool:
        try:
            self.remote.call("list_questions", self.survey, None, language)
        except Refused as fault:
            if fault.said.startswith("Error: Invalid language"):
                return False
            raise
        return True

    def _questions(self, asked: list[Reply]) -> None:
        for one in asked:
            own = {name: _said(one, name) for name in _QUESTION}
            if not _NUMBER.fullmatch(own["qid"]) or not own["title"]:
                self.refuse(text("a question without number or code"))
            self._add("questions" if own["parent_qid"] in ("0", "") else "subquestions", **own)

    def _texts(self, language: str, base: str, asked: list[Reply] | None) -> None:
        if asked is None:
            asked = self._entries("list_questions", self.survey, None, language)
        for one in asked:
            self._add("question_l10ns", qid=_said(one, "qid"), question=_said(one, "question"),
                      help=_said(one, "help"), language=language)  # fmt: skip
        for one in self._entries("list_groups", self.survey, language):
            if language == base:
                self._add("groups", **{name: _said(one, name) for name in _GROUP})
            self._add(
                "group_l10ns", gid=_said(one, "gid"), group_name=_said(one, "group_name"), language=language
            )
        told = self._titles(language, base)
        own = {name: _said(told, name) for name in _TEXTS}
        self._add("surveys_languagesettings", surveyls_language=language, **own)

    def _titles(self, language: str, base: str) -> Reply:
        try:
            return self._object("get_language_properties", self.survey, _TEXTS, language)
        except Refused as fault:
            if not fault.said.startswith("No permission"):
                raise
        listed = self._entries("list_surveys") if language == base else []
        return next((one for one in listed if _said(one, "sid") == str(self.survey)), {})

    def _properties(self, qid: str, native: str, languages: tuple[str, ...]) -> None:
        """Attributes and options of a question. Only options and worded attributes differ by language."""
        for language in languages:
            told = self._object("get_question_properties", int(qid), _PROPERTIES, language)
            own, worded = (_inside(told, name) for name in ("attributes", "attributes_lang"))
            if language == languages[0]:
                self._attributes(qid, {name: _said(own, name) for name in ATTRIBUTES}, "")
            words = {name: _said(worded, name) for name in TEXT_ATTRIBUTES}
            self._attributes(qid, words, language)
            options = list(self._options(told.get("answeroptions"), native))
            for scale, code, one in options:
                self._option(qid, scale, code, one, language, first=language == languages[0])
            if not options and not set(TEXT_ATTRIBUTES) & set(worded):
                break

    def _attributes(self, qid: str, values: Mapping[str, str], language: str) -> None:
        for name, value in values.items():
            if value:
                self._add("question_attributes", qid=qid, attribute=name, value=value, language=language)

    def _option(self, qid: str, scale: str, code: str, one: Reply, language: str, *, first: bool) -> None:
        aid = f"{qid}-{scale}-{code}"  # the remote control does not tell the server's number
        if first:
            self._add("answers", aid=aid, qid=qid, code=code, sortorder=_said(one, "order"), scale_id=scale)
        self._add("answer_l10ns", aid=aid, answer=_said(one, "answer"), language=language)

    def _options(self, told: Any, native: str) -> Iterator[tuple[str, str, Reply]]:
        """(scale, code, option): one map by code, or a dual scale's two."""
        if isinstance(told, str) or told is None:  # "No available answer options"
            return
        if native != "1":
            yield from (("0", code, one) for code, one in self._numbered(told))
            return
        for scale, options in self._numbered(told, list):
            if "answer" in options:  # an older server, whose second scale has taken the place of the first
                self.refuse(text("one scale of a dual scale"))
            yield from ((scale, code, one) for code, one in self._numbered(options))

    def _numbered(self, told: Any, *more: type) -> list[tuple[str, Any]]:
        """Objects by key, or of a type given in ``more``: PHP writes a list where the keys are 0, 1, 2 …"""
        keyed = dict(enumerate(told)) if isinstance(told, list) else told
        inside = keyed.values() if isinstance(keyed, Mapping) else [None]
        if not all(isinstance(one, (Mapping, *more)) for one in inside):
            self.refuse(text("options that are none"))
        return [(str(key), one) for key, one in keyed.items()]

    def _entries(self, method: str, *asked: Any) -> list[Reply]:
        said = self.remote.call(method, *asked)
        if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
            self.refuse(text("no list from {method}", method=method))
        return said

    def _object(self, method: str, *asked: Any) -> Reply:
        said = self.remote.call(method, *asked)
        if not isinstance(said, Mapping):
            self.refuse(text("no object from {method}", method=method))
        return said

    def _add(self, section: str, **row: str) -> None:
        self.rows.setdefault(section, []).append(row)

    def refuse(self, found: Text) -> NoReturn:
        self.remote.refuse_strange(found)


def _inside(told: Reply, name: str) -> Reply:
    """A map in a reply; the server writes a sentence where there is nothing."""
    inside = told.get(name)
    return inside if isinstance(inside, Mapping) else {}


def _said(told: Reply, name: str) -> str:
    """A value as the structure file writes it; "" where there is none."""
    value = told.get(name)
    return _NO_CHARACTER.sub("", str(value)) if isinstance(value, str | int) else ""
