"""A survey's folder in the inbox: the server's structure held against ours, answers, invited people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evallib.codebook.lss_read import read_lss
from evallib.codebook.model import Questionnaire
from evallib.codebook.their_codes import TheirCodes
from evallib.errors import InputError, PrivacyError, nearest, text
from evallib.records import SourceFile, SourceTable
from evallib.sources.event_files import correction, without_replaced
from evallib.sources.limesurvey import read_participants, read_responses
from evallib.sources.limesurvey_export import read_export
from evallib.sources.paper import paper_extent, read_paper
from evallib.sources.their_survey import read_theirs

CORRECTED = text(
    "The file may be cut: export answers and participants again, the same day. If answers were deleted on "
    "purpose, let the name of the file end in _corrected, as responses_corrected.csv"
)
UNMARKED = text(
    "Export again. If LimeSurvey shows as many responses and another program only took the line away, let "
    "the name of the file end in _corrected, as responses_corrected.csv"
)


def read_survey(
    survey: str,
    received: Mapping[str, bytes],
    ours: Questionnaire,
    events: Mapping[str, Mapping[str, str]] | None = None,
    codes: TheirCodes | None = None,
) -> Iterator[SourceTable]:
    """Answers, then those typed from paper, then invited people, where the folder has them.

    received: bytes by file name in ``limesurvey/<survey>/``, where ``responses_corrected.csv`` replaces
    ``responses.csv`` and need not be whole; ours: the questionnaire of the wave;
    events: the event log by id, which the forms typed from paper name. A folder may hold nothing but those.
    codes: where the survey on the server has codes of its own.
    """
    folder = f"limesurvey/{survey}"
    current, replaced = without_replaced(received)
    others = [SourceFile(f"{folder}/{file}", _sha(received[file]), "replaced") for file in replaced]
    received = {file: received[file] for file in current}
    typed = [file for file in received if file.startswith("paper")]
    _refuse_two(typed, folder)
    papers = [read_paper(ours, received[file], f"{folder}/{file}", events or {}) for file in typed]
    if papers and len(typed) == len(received):
        yield replace(papers[0], files=(*papers[0].files, *others))
        return
    answers = [file for file in received if file.startswith("responses")]
    if "structure.lss" not in received or len(answers) != 1:
        raise InputError(
            text("The survey {survey} is not complete", survey=survey),
            where=folder,
            expected=text("structure.lss and one file of responses"),
            found=", ".join(received),
            repair=text("Export both from the survey again, or run: evallib pull"),
        )
    structure = read_lss(received["structure.lss"], f"{folder}/structure.lss")
    if codes is None:
        structure = declared_structure(structure, ours, f"{folder}/structure.lss")
    people = [file for file in received if file.startswith("participants")]
    invited = [read_participants(received[file], f"{folder}/{file}", survey) for file in people]
    data, named = received[answers[0]], f"{folder}/{answers[0]}"
    table = (
        read_theirs(codes, structure, ours, data, named) if codes else read_responses(structure, data, named)
    )
    if not correction(answers[0])[1]:
        _check_whole(table, invited, survey, f"{folder}/{answers[0]}")
    lss = SourceFile(f"{folder}/structure.lss", _sha(received["structure.lss"]), "limesurvey", "structure")
    yield replace(table, files=(lss, *table.files, *others))
    yield from papers
    yield from invited


def _refuse_two(typed: Sequence[str], folder: str) -> None:
    if len(typed) > 1:
        raise InputError(
            text("{name} is there twice", name=f"{folder}/paper"),
            where=folder,
            expected=text("one file, CSV or xlsx"),
            found=", ".join(typed),
            repair=text("Copy the rows of both into one of them, and take the other away"),
        )


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_whole(table: SourceTable, invited: Sequence[SourceTable], survey: str, where: str) -> None:
    """Raise InputError for an export that may have been cut between two rows, where each row left is whole.

    Fewer complete answers than people who have answered prove the cut. Otherwise the empty line with which
    LimeSurvey ends a CSV proves that nothing is missing. Without it nothing in the file decides: unfinished
    answers, and those of people without a token, could be missing. Then a person compares with the server.
    """
    lists = [file.name for one in invited for file in one.files]
    answered = sum(int((~one.rows["completed"].isin(["", "N", "Q"])).sum()) for one in invited)
    answers = int((table.rows["submitdate"] != "").sum())
    if answers < answered:
        raise InputError(
            text("More people have answered {survey} than there are answers", survey=survey),
            where=", ".join([where, *lists]),
            expected=text("at least {n} rows", n=answered),
            found=text("{count} rows", count=answers),
            repair=CORRECTED,
        )
    if "end_not_marked" in [one.code for one in table.remarks]:
        raise InputError(
            text("{file} lacks the empty line with which LimeSurvey ends every export", file=where),
            where=where,
            expected=text("an empty last line"),
            found=text(
                "{count} rows, each whole: whether rows after them are missing can't be seen in the file",
                count=len(table.rows),
            ),
            repair=UNMARKED,
        )


def extent(data: bytes, name: str, kind: str) -> tuple[tuple[str, ...], int]:
    """Header and number of rows of answers, of participants, or typed from paper; raises InputError."""
    if kind == "paper":
        return paper_extent(data, name)
    if kind == "participants":
        table = read_participants(data, name, "").rows
        return tuple(map(str, table)), len(table)
    export = read_export(data, name)
    return export.header, export.n


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
        likely = {column.name: column.field_class.value for column in structure.columns()}
        raise PrivacyError(
            text("The survey has a field that nobody declared: {field}", field=undeclared[0]),
            where=where,
            expected=text("the fields of surveys/questionnaires/{survey}.yaml", survey=ours.id),
            found=text(
                "columns that look like: {guesses}",
                guesses=", ".join(f"{name}: {likely[name]}" for name in undeclared)[:200],
            ),
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
