"""Questionnaires as LimeSurvey structure files (``.lss``), ready for import on a real server.

The layout is that of LimeSurvey 6 (database version 620, texts in ``*_l10ns`` sections). Numbers for
questions, groups and answers count from 1 in every file: a server gives new ones on import, so nothing
here depends on them, and the same questionnaire always gives the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evallib.codebook.letters import END, OTHER, letters, policy
from evallib.codebook.lss_document import Row, lss_document
from evallib.codebook.model import AskedIf, Item, Label, Questionnaire, SubItem, Type
from evallib.errors import DeclarationError, text

_THEMES = {
    "L": "listradio",
    "!": "list_dropdown",
    "O": "list_with_comment",
    "5": "5pointchoice",
    "Y": "yesno",
    "M": "multiplechoice",
    "P": "multiplechoice_with_comments",
    "F": "arrays/array",
    "N": "numerical",
    "K": "multiplenumeric",
    "S": "shortfreetext",
    "T": "longfreetext",
    "U": "hugefreetext",
    "Q": "multipleshorttext",
    "X": "boilerplate",
}
_SECTIONS = (
    "answers",
    "answer_l10ns",
    "groups",
    "group_l10ns",
    "questions",
    "subquestions",
    "question_l10ns",
    "question_attributes",
    "surveys",
    "surveys_languagesettings",
)
# No address of a person's machine and no page they came from; the day of answering is kept for the week.
_SETTINGS = {
    "gsid": "1",
    "anonymized": "N",
    "format": "G",
    "savetimings": "N",
    "template": "vanilla",
    "datestamp": "Y",
    "usecookie": "N",
    "allowregister": "N",
    "allowsave": "N",
    "autoredirect": "N",
    "allowprev": "Y",
    "printanswers": "N",
    "ipaddr": "N",
    "ipanonymize": "Y",
    "refurl": "N",
    "showsurveypolicynotice": "0",
    "publicstatistics": "N",
    "publicgraphs": "N",
    "listpublic": "N",
    "htmlemail": "N",
    "sendconfirmation": "N",
    "assessments": "N",
    "usecaptcha": "N",
    "tokenlength": "15",
    "showxquestions": "N",
    "showgroupinfo": "N",
    "shownoanswer": "N",
    "showqnumcode": "X",
    "showwelcome": "Y",
    "showprogress": "Y",
    "questionindex": "0",
    "alloweditaftercompletion": "N",
}


def write_lss(questionnaire: Questionnaire, survey_id: int, notice: Label | None = None) -> bytes:
    """The structure file of one wave (see ``for_wave``, ``with_roster``); carries no person's data.

    survey_id: the number the survey should have on the server; kept there when it is free. notice: what is
    to be read before the first question. Raises
    DeclarationError for a roster question without organisations and for a type that can't be written.
    """
    writer = _Writer(questionnaire, str(survey_id), notice or {})
    writer.survey()
    for order, group in enumerate(dict.fromkeys(item.group for item in questionnaire.items)):
        writer.group(group, order)
    return lss_document(writer.rows, questionnaire.languages)


@dataclass
class _Writer:
    """Collects rows section by section; ids are the number of the row in its section."""

    questionnaire: Questionnaire
    survey_id: str
    notice: Label
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in _SECTIONS})
    questions: int = 0  # questions and subquestions share one numbering

    def survey(self) -> None:
        one = self.questionnaire
        named = "Y" if one.origin == "token" else "N"
        others = [language for language in one.languages if language != one.base_language]
        own = {
            "sid": self.survey_id,
            **_SETTINGS,
            "language": one.base_language,
            "additional_languages": " ".join(others),
            "usetokens": named,
            "tokenanswerspersistence": named,
            **({"showsurveypolicynotice": "2"} if self.notice else {}),  # behind a link, to be ticked as read
        }
        self.rows["surveys"].append(own)
        for language in one.languages:
            self.rows["surveys_languagesettings"].append(
                {
                    "surveyls_survey_id": self.survey_id,
                    "surveyls_language": language,
                    "surveyls_title": _words(one.title, language),
                    "surveyls_description": _words(one.notice, language),
                    "surveyls_welcometext": _words(one.welcome, language),
                    "surveyls_endtext": _words(END, language),
                    **letters(language),
                    **policy(language, self.notice),
                    "surveyls_dateformat": "5",
                    "surveyls_numberformat": "0" if language == "en" else "1",
                }
            )

    def group(self, code: str, order: int) -> None:
        number = str(order + 1)
        self.rows["groups"].append({"gid": number, "sid": self.survey_id, "group_order": str(order)})
        label = self.questionnaire.groups.get(code, {})
        self._texts("group_l10ns", {"gid": number}, group_name=label)
        items = [item for item in self.questionnaire.items if item.group == code]
        for place, item in enumerate(items, 1):
            self.item(item, number, place)

    def item(self, item: Item, group: str, place: int) -> None:
        if item.native not in _THEMES or (item.roster and not item.subitems):
            raise DeclarationError(
                text("The question {code} can't be written for the server", code=item.code),
                where=f"{self.questionnaire.id}.{item.code}",
                found=text("no organisations") if item.roster else text("type {type}", type=str(item.type)),
                repair=text("Give the wave its roster, or the question a type that LimeSurvey has"),
            )
        number = self._question(item, group, place)
        for order, sub in enumerate(item.subitems):
            self._subquestion(item, sub, number, group, order)
        if item.type in (Type.SINGLE, Type.ARRAY):
            self._answers(item, number)
        for name, value in _attributes(item).items():
            self.rows["question_attributes"].append({"qid": number, "attribute": name, "value": value})
        if item.other:
            for language in self.questionnaire.languages:
                replaced = {"qid": number, "attribute": "other_replace_text", "value": OTHER[language]}
                self.rows["question_attributes"].append({**replaced, "language": language})

    def _question(self, item: Item, group: str, place: int) -> str:
        own = {
            "type": item.native,
            "title": item.code,
            "other": "Y" if item.other else "N",
            "mandatory": "Y" if item.mandatory else "N",
            "question_order": str(place),
            "relevance": _relevance_of_item(item),
            "question_theme_name": _THEMES[item.native],
        }
        return self._row("questions", "0", group, own, {"question": item.label, "help": item.help})

    def _subquestion(self, item: Item, sub: SubItem, parent: str, group: str, order: int) -> None:
        own_condition = item.asked_if and "{sub}" in item.asked_if.column
        own = {
            "type": "T",
            "title": sub.code,
            "other": "N",
            "mandatory": "N",
            "question_order": str(order),
            "relevance": _relevance(item.asked_if, [sub]) if own_condition else "1",
        }
        self._row("subquestions", parent, group, own, {"question": sub.label})

    def _row(self, section: str, parent: str, group: str, own: Row, texts: Mapping[str, Label]) -> str:
        self.questions += 1
        number = str(self.questions)
        usual = {"encrypted": "N", "scale_id": "0", "same_default": "0", "same_script": "0"}
        ids = {"qid": number, "parent_qid": parent, "sid": self.survey_id, "gid": group}
        self.rows[section].append({**ids, **own, **usual})
        self._texts("question_l10ns", {"qid": number}, **texts)
        return number

    def _answers(self, item: Item, number: str) -> None:
        for order, option in enumerate(item.options):
            answer = str(len(self.rows["answers"]) + 1)
            self.rows["answers"].append(
                {
                    "aid": answer,
                    "qid": number,
                    "code": option.code,
                    "sortorder": str(order),
                    "assessment_value": "0",
                    "scale_id": "0",
                }
            )
            self._texts("answer_l10ns", {"aid": answer}, answer=option.label)

    def _texts(self, section: str, key: Row, **labels: Label) -> None:
        for language in self.questionnaire.languages:
            words = {name: _words(label, language) for name, label in labels.items()}
            number = str(len(self.rows[section]) + 1)
            self.rows[section].append({"id": number, **key, **words, "language": language})


def _words(label: Label, language: str) -> str:
    """A text for the server, which reads HTML and takes {…} for an expression: both are masked."""
    masked = html.escape(label.get(language, ""), quote=False)
    return masked.replace("{", "&#123;").replace("}", "&#125;")


def _relevance_of_item(item: Item) -> str:
    """When the question is shown; one with conditions by subitem shows when any of them holds."""
    return _relevance(item.asked_if, item.subitems or [SubItem("", {})])


def _relevance(condition: AskedIf | None, subitems: Sequence[SubItem]) -> str:
    if condition is None:
        return "1"
    columns = dict.fromkeys(condition.column.replace("{sub}", sub.code) for sub in subitems)
    tests = [f'{_variable(column)}.NAOK == "{code}"' for column in columns for code in condition.codes]
    return " or ".join(tests)


def _variable(column: str) -> str:
    """A column's name inside an equation: ``N05k[o01]`` is ``N05k_o01`` there."""
    return column.replace("[", "_").rstrip("]")


def _attributes(item: Item) -> dict[str, str]:
    if item.type is Type.HIDDEN:
        return {"hidden": "1"}
    if item.type is Type.NUMBER:
        return {"min_num_value_n": "0"}
    if item.type is Type.MULTI and any(sub.code == "none" for sub in item.subitems):
        return {"exclude_all_others": "none"}
    return {}
