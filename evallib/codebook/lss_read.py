"""A LimeSurvey structure (``.lss``, or the one inside an ``.lsa`` archive) as a :class:`Questionnaire`.

Items are keyed on question code and subquestion code; the numeric ids of the server, which change at
every import, only join the sections of the file. Texts lose their HTML. A question of a letter that
LimeSurvey has not today keeps it, and its columns are listed in ``Questionnaire.not_read``; of a condition
that :class:`AskedIf` can't say, the question's code in ``conditions_not_read``.
"""

from __future__ import annotations

from evallib.codebook.archive import is_packed
from evallib.codebook.lsa import STRUCTURE, open_part
from evallib.codebook.lss_items import items_of
from evallib.codebook.lss_sections import Sections
from evallib.codebook.lss_xml import MAX_BYTES, sections_in
from evallib.codebook.model import Questionnaire
from evallib.errors import InputError, text


def read_lss(data: bytes, name: str) -> Questionnaire:
    """The questionnaire in a structure file or archive, of LimeSurvey 2 to 6; ``name`` names it in errors.

    id = the server's survey id, items in the order of the form, one language more or less changes
    nothing. Raises InputError when the bytes are no survey structure, carry entities, are beyond all
    measure, or would give two columns of one name.
    """
    if is_packed(data):
        with open_part(data, name, STRUCTURE) as part:
            data = part.read(MAX_BYTES + 1)
    sections = Sections(sections_in(data, name), name)
    survey = sections.survey()
    base = survey.get("language", "")
    languages = tuple(dict.fromkeys((base, *survey.get("additional_languages", "").split())))
    items, not_read, conditional = items_of(sections, languages)
    questionnaire = Questionnaire(
        id=survey.get("sid", ""),
        title=sections.survey_text("surveyls_title"),
        languages=languages,
        base_language=base,
        items=items,
        origin="token" if survey.get("usetokens") == "Y" else "open",
        welcome=sections.survey_text("surveyls_welcometext"),
        groups=sections.group_labels(),
        not_read=not_read,
        conditions_not_read=conditional,
    )
    _refuse_double_columns(questionnaire, name)
    return questionnaire


def _refuse_double_columns(questionnaire: Questionnaire, name: str) -> None:
    seen: set[str] = set()
    names = [*(column.name for column in questionnaire.columns()), *questionnaire.not_read]
    for column in names:
        if column in seen:
            raise InputError(
                text("{file} gives two columns the name {column}", file=name, column=column),
                repair=text("Give one of the questions another code on the server"),
            )
        seen.add(column)
