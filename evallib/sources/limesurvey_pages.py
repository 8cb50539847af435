"""All answers of a survey, page by page of ids, held against the server's own counts.

A page is kept as the server wrote it, so the file put together from pages is, byte for byte, the export
of the same columns in one piece. A page counts only when it is whole: strict base64, UTF-8, every cell
in quotes, the empty last line. Nothing is put together before the numbers agree.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from evallib.errors import ServerError, Text, text
from evallib.sources.limesurvey_http import AGAIN
from evallib.sources.limesurvey_lines import NotWhole, PageFolder, Row, heading, split
from evallib.sources.limesurvey_rpc import Refused, Remote

RECORD = ("id", "submitdate", "lastpage", "startlanguage", "token", "startdate", "datestamp")
_NEEDED = RECORD[:2]
_NO_ROWS = "No Data, could not get max id"
_READINGS = 3
_LAST_ID = 2**40


@dataclass(frozen=True)
class Wanted:
    """What is asked for. fields: column → the server's name of it, id and submitdate first."""

    survey: int
    language: str
    fields: Mapping[str, str]
    page: int


@dataclass(frozen=True)
class Counts:
    """How many answers the server says it has, and how many of them were submitted."""

    answers: int
    complete: int
    invited: int | None = None  # None: the survey has no participants' table


def read_counts(remote: Remote, survey: int) -> Counts:
    """The server's counts of a survey. Raises ServerError for a survey that is not active."""
    said = remote.call("get_summary", survey)
    if said == []:
        raise ServerError(
            text("The survey is not active on {server}", server=remote.server),
            found=str(survey),
            repair=text("Activate it, or take it out of surveys/sources.yaml"),
        )
    numbers = said if isinstance(said, dict) else {}
    answers, complete = numbers.get("full_responses"), numbers.get("completed_responses")
    invited = numbers.get("token_count")
    if type(answers) is not int or type(complete) is not int or type(invited) not in (int, type(None)):
        remote.refuse_strange(text("counts that are no numbers"))
    return Counts(answers, complete, invited)


def read_answers(remote: Remote, wanted: Wanted, folder: PageFolder) -> Counts:
    """Every answer of a survey in ``folder``; how many there are.

    Pages that lie in the folder already are believed, but for the last one. Answers that came meanwhile
    are fetched too. Raises ServerError when answers go on changing while they are read.
    """
    counts = read_counts(remote, wanted.survey)
    _trust(folder, len(wanted.fields))
    for _ in range(_READINGS):
        answers, complete, last = _gather(remote, wanted, folder, counts.answers)
        more = list(_export(remote, _numbers(wanted), last + 1, _LAST_ID)) if counts.answers else []
        counts = read_counts(remote, wanted.survey)
        if (answers, complete) == (counts.answers, counts.complete) and not more:
            return counts
        grown = answers < counts.answers and complete <= counts.complete
        folder.drop_from(folder.firsts()[-1] if grown and folder.firsts() else 0)
    raise ServerError(
        text("Answers of the survey {survey} changed while they were read", survey=wanted.survey),
        expected=text(
            "{n} answers, {complete} of them submitted", n=counts.answers, complete=counts.complete
        ),
        found=text("{n} answers, {complete} of them submitted", n=answers, complete=complete),
        repair=text("Run again at a quiet hour, or when the survey has closed"),
    )


def _trust(folder: PageFolder, columns: int) -> None:
    """Keep the pages of an earlier run, but for the last, which may have grown; all or none."""
    try:
        for one in folder.firsts():
            folder.rows(one, columns)
    except (NotWhole, UnicodeDecodeError):
        folder.drop_from(0)
    for last in folder.firsts()[-1:]:
        folder.drop_from(last)


def _gather(remote: Remote, wanted: Wanted, folder: PageFolder, expected: int) -> tuple[int, int, int]:
    """Fill the folder; how many answers it holds then, how many of them are complete, and the last id."""
    answers = complete = last = 0
    first = 1
    for one in folder.firsts():
        rows = folder.rows(one, len(wanted.fields))
        answers, complete = answers + len(rows), complete + sum(row.complete for row in rows)
        last = rows[-1].id if rows else last
        first = max(first, one + wanted.page, last + 1)
    while answers < expected:
        rows = read_page(remote, wanted, first)
        if rows:
            folder.write(first, rows)
            answers, complete = answers + len(rows), complete + sum(row.complete for row in rows)
            last = max(row.id for row in rows)
            first += wanted.page
        else:
            first = _first_from(remote, wanted, first + wanted.page)
            if not first:
                break
    return answers, complete, last


def read_page(remote: Remote, wanted: Wanted, first: int) -> list[Row]:
    """The answers numbered from ``first`` on, as many numbers as a page has; raises ServerError."""
    last = first + wanted.page - 1
    rows = list(_export(remote, wanted, first, last))
    ids = [row.id for row in rows]
    if len(set(ids)) < len(ids) or not all(first <= one <= last for one in ids):
        remote.refuse_strange(text("answers that were not asked for"))
    return rows


def _numbers(wanted: Wanted) -> Wanted:
    return Wanted(wanted.survey, wanted.language, {name: name for name in _NEEDED}, wanted.page)


def _first_from(remote: Remote, wanted: Wanted, first: int) -> int:
    """The lowest id from ``first`` on, 0 when there is none: whoever deleted many leaves a gap.

    Looked for in ranges that double, since the server needs four times as long for twice the answers.
    """
    width = wanted.page
    while first < _LAST_ID:
        rows = list(_export(remote, _numbers(wanted), first, first + width - 1))
        if rows:
            return min(row.id for row in rows)
        first, width = first + width, 2 * width
    return 0


def _export(remote: Remote, wanted: Wanted, first: int, last: int) -> Iterator[Row]:
    try:
        yield from split(_body(remote, wanted, _raw(remote, wanted, first, last)), len(wanted.fields))
    except NotWhole as fault:
        found = fault.args[0]
    else:
        return
    _raise_cut(remote, found)


def _raw(remote: Remote, wanted: Wanted, first: int, last: int) -> str:
    """The text of an export, "" where there is none."""
    form = ("csv", wanted.language, "all", "code", "short")
    try:
        sent = remote.call(
            "export_responses", wanted.survey, *form, first, last, list(wanted.fields.values())
        )
    except Refused as fault:
        if fault.said.startswith(_NO_ROWS):
            return ""
        raise
    if not isinstance(sent, str):
        remote.refuse_strange(text("an export that is no text"))
    found: Text
    try:
        written = base64.b64decode(sent, validate=True).decode("utf-8-sig")
    except binascii.Error:
        found = text("base64 that breaks off")
    except UnicodeDecodeError:
        found = text("a letter that breaks off")
    else:
        if written and not written.endswith("\r\n"):
            _raise_cut(remote, text("the last line does not end"))
        return written.strip("\r\n") and written
    _raise_cut(remote, found)


def _body(remote: Remote, wanted: Wanted, written: str) -> str:
    """The lines under the heading, when the heading is that of the columns asked for."""
    if not written:
        return ""
    if not written.endswith("\r\n\r\n"):
        _raise_cut(remote, text("no empty last line"))
    expected = heading(wanted.fields)
    if not written.startswith(expected):
        raise ServerError(
            text("{server} sends answers of another survey than {survey}",
                 server=remote.server, survey=wanted.survey),
            expected=text("columns such as {columns}", columns=", ".join([*wanted.fields][:8])[:200]),
            repair=text("Compare the survey's number in surveys/sources.yaml with the server; if the survey "
                        "was changed after it began, export structure and answers by hand"),
        )  # fmt: skip
    return written[len(expected) : -2]


def _raise_cut(remote: Remote, found: Text) -> NoReturn:
    raise ServerError(
        text("The answer of {server} breaks off in the middle", server=remote.server),
        found=found,
        repair=AGAIN,
    )
