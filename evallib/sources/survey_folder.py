"""A survey's folder in the inbox: the server's structure held against ours, answers, invited people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import Questionnaire
from evallib.errors import InputError, PrivacyError, nearest, text
from evallib.records import SourceFile, SourceTable
from evallib.sources.limesurvey import read_participants, read_responses


def read_survey(survey: str, received: Mapping[str, bytes], ours: Questionnaire) -> Iterator[SourceTable]:
    """Answers, then invited people where the folder has them.

    received: bytes by file name in ``limesurvey/<survey>/``; ours: the questionnaire of the wave.
    """
    folder = f"limesurvey/{survey}"
    answers = [file for file in received if file.startswith("responses.")]
    if "structure.lss" not in received or len(answers) != 1:
        raise InputError(
            text("The survey {survey} is not complete", survey=survey),
            where=folder,
            expected=text("structure.lss and one file of responses"),
            found=", ".join(received),
            repair=text("Export both from the survey again, or run: evallib pull"),
        )
    structure = declared_structure(
        read_lss(received["structure.lss"], f"{folder}/structure.lss"), ours, f"{folder}/structure.lss"
    )
    invited = None
    if "participants.csv" in received:
        invited = read_participants(received["participants.csv"], f"{folder}/participants.csv", survey)
    table = read_responses(structure, received[answers[0]], f"{folder}/{answers[0]}")
    fingerprint = hashlib.sha256(received["structure.lss"]).hexdigest()
    lss = SourceFile(f"{folder}/structure.lss", fingerprint, "limesurvey", "structure")
    yield replace(table, files=(lss, *table.files))
    if invited is not None:
        yield invited


def declared_structure(structure: Questionnaire, ours: Questionnaire, where: str) -> Questionnaire:
    """The server's structure under our survey's name, with the field classes that we declared.

    Raises PrivacyError for a column that our questionnaire does not have, InputError for one that the
    server's lacks.
    """
    theirs = [column.name for column in structure.columns()]
    known = [column.name for column in ours.columns()]
    undeclared = [name for name in theirs if name not in known]
    if undeclared:
        close = nearest(undeclared[0], known)
        raise PrivacyError(
            text("The survey has a field that nobody declared: {field}", field=undeclared[0]),
            where=where,
            expected=text("the fields of surveys/questionnaires/{survey}.yaml", survey=ours.id),
            found=", ".join(undeclared)[:200],
            repair=text("Did you mean {field}? Otherwise add it to the questionnaire", field=close)
            if close
            else text("Add it to the questionnaire with its class, or remove it from the survey"),
        )
    missing = [name for name in known if name not in theirs]
    if missing:
        raise InputError(
            text("The survey on the server lacks the field {field}", field=missing[0]),
            where=where,
            expected=text("every field asked in this wave"),
            found=text("{count} fields missing", count=len(missing)),
            repair=text("Say in the questionnaire in which waves the item was asked, or complete the survey"),
        )
    classes = {item.code: item.field_class for item in ours.items}
    items = tuple(
        replace(item, field_class=classes.get(item.code, item.field_class)) for item in structure.items
    )
    return replace(structure, id=ours.id, items=items)
