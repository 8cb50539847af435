"""All answers of a survey, page by page of ids, held against the server's own counts.

A page is kept as the server wrote it, so the file put together from pages is, byte for byte, the export
of the same columns in one piece. A page counts only when it is whole: strict base64, UTF-8, every cell
in quotes, the empty last line. Nothing is put together before the numbers agree.
"""

from __future__ import annotations

import base64
import binascii
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from evallib.errors import ServerError, Text, text
from evallib.sources.limesurvey_http import AGAIN
from evallib.sources.limesurvey_rpc import Refused, Remote

RECORD = ("id", "submitdate", "lastpage", "startlanguage", "token", "startdate", "datestamp")
_NEEDED = ("id", "submitdate")
_CELL = re.compile(r'("[^"]*(?:""[^"]*)*"|)(;|\r\n)')
_ID = re.compile(r'"[0-9]{1,15}"')
_NO_ROWS = "No Data, could not get max id"
_READINGS = 3
_PROBE = 20  # answers that show which columns a survey has
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


@dataclass(frozen=True)
class Row:
    """An answer as it was sent: its number, whether it was submitted, and its line."""

    id: int
    complete: bool
    line: str


class PageFolder:
    """Pages that have arrived, one file each, named by their first id. They hold personal data."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def firsts(self) -> list[int]:
        return sorted(int(one.stem) for one in self.path.glob("*.csv"))

    def read(self, first: int) -> str:
        return self._file(first).read_bytes().decode("utf-8")

    def write(self, first: int, rows: Iterable[Row]) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._file(first).with_suffix(".part")
        part.touch(0o600)
        part.write_bytes("".join(row.line for row in rows).encode())
        part.replace(self._file(first))

    def drop_from(self, first: int) -> None:
        """Forget the pages that begin at this id or later."""
        for one in self.firsts():
            if one >= first:
                self._file(one).unlink()

    def _file(self, first: int) -> Path:
        return self.path / f"{first:015d}.csv"


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


def read_answers(remote: Remote, wanted: Wanted, folder: PageFolder) -> tuple[Wanted, Counts]:
    """Every answer of a survey in ``folder``; what was read (columns the server lacks left out), how many.

    Pages that lie in the folder already are believed, but for the last one. Answers that came meanwhile
    are fetched too. Raises ServerError when answers go on changing while they are read.
    """
    counts = read_counts(remote, wanted.survey)
    if counts.answers:
        wanted = _without_absent(remote, wanted)
    _trust(folder, len(wanted.fields))
    for _ in range(_READINGS):
        answers, complete = _gather(remote, wanted, folder, counts.answers)
        counts = read_counts(remote, wanted.survey)
        if (answers, complete) == (counts.answers, counts.complete):
            return wanted, counts
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
            list(split(folder.read(one), columns))
    except (_NotWhole, UnicodeDecodeError):
        folder.drop_from(0)
    for last in folder.firsts()[-1:]:
        folder.drop_from(last)


def _gather(remote: Remote, wanted: Wanted, folder: PageFolder, expected: int) -> tuple[int, int]:
    """Fill the folder; how many answers it holds then, and how many of them are complete."""
    answers = complete = 0
    first, kept = 1, folder.firsts()
    for one in kept:
        rows = list(split(folder.read(one), len(wanted.fields)))
        answers, complete = answers + len(rows), complete + sum(row.complete for row in rows)
        first = max(first, one + wanted.page, rows[-1].id + 1 if rows else 0)
    while answers < expected:
        rows = _page(remote, wanted, first)
        if rows:
            folder.write(first, rows)
            answers, complete = answers + len(rows), complete + sum(row.complete for row in rows)
            first += wanted.page
        else:
            first = _first_from(remote, wanted, first + wanted.page)
            if not first:
                break
    return answers, complete


def _page(remote: Remote, wanted: Wanted, first: int) -> list[Row]:
    last = first + wanted.page - 1
    rows = list(_export(remote, wanted, first, last))
    ids = [row.id for row in rows]
    if len(set(ids)) < len(ids) or not all(first <= one <= last for one in ids):
        remote.refuse_strange(text("answers that were not asked for"))
    return rows


def _first_from(remote: Remote, wanted: Wanted, first: int) -> int:
    """The lowest id from ``first`` on, 0 when there is none: whoever deleted many leaves a gap.

    Looked for in ranges that double, since the server needs four times as long for twice the answers.
    """
    ids = Wanted(wanted.survey, wanted.language, {name: name for name in _NEEDED}, wanted.page)
    width = wanted.page
    while first < _LAST_ID:
        rows = list(_export(remote, ids, first, first + width - 1))
        if rows:
            return min(row.id for row in rows)
        first, width = first + width, 2 * width
    return 0


def _without_absent(remote: Remote, wanted: Wanted) -> Wanted:
    """Without the columns of the record that this survey does not have, as a token in an anonymous one."""
    first = _first_from(remote, wanted, 1)
    sent = _raw(remote, wanted, first, first + _PROBE - 1) if first else ""
    try:
        rows = list(_cells(_body(remote, wanted, sent)))
    except _NotWhole:
        rows = []  # said when the page itself is read
    absent = {
        name for place, name in enumerate(wanted.fields) if rows and all(not cells[place] for cells in rows)
    }
    lacking = sorted(absent - (set(RECORD) - set(_NEEDED)))
    if lacking:
        raise ServerError(
            text("{server} does not know the column {column}", server=remote.server, column=lacking[0]),
            found=text("{n} columns are missing: {columns}", n=len(lacking), columns=", ".join(lacking[:5])),
            repair=text("Export structure and answers by hand, and put both into the inbox"),
        )
    kept = {name: field for name, field in wanted.fields.items() if name not in absent}
    return Wanted(wanted.survey, wanted.language, kept, wanted.page)


def _export(remote: Remote, wanted: Wanted, first: int, last: int) -> Iterator[Row]:
    try:
        yield from split(_body(remote, wanted, _raw(remote, wanted, first, last)), len(wanted.fields))
    except _NotWhole as fault:
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


def heading(columns: Iterable[str]) -> str:
    """The first line of an export of these columns, as the server writes it."""
    return ";".join('"' + name.replace('"', '""') + '"' for name in columns) + "\r\n"


class _NotWhole(ValueError):
    """Lines that the server can't have written like this."""


def _cells(lines: str) -> Iterator[list[str]]:
    """Cells of each line in their quotes, "" for a column that the data set lacks."""
    place, cells = 0, list[str]()
    for found in _CELL.finditer(lines):
        if found.start() != place:
            break
        place = found.end()
        cells.append(found[1])
        if found[2] != ";":
            yield cells
            cells = []
    if place != len(lines) or cells:
        raise _NotWhole(text("a line that breaks off"))


def split(lines: str, columns: int) -> Iterator[Row]:
    """The answers in lines without heading; id and submitdate are their first cells."""
    for cells in _cells(lines):
        if len(cells) != columns or not _ID.fullmatch(cells[0]):
            raise _NotWhole(text("{cells} cells instead of {n}", cells=len(cells), n=columns))
        yield Row(int(cells[0][1:-1]), cells[1] not in ("", '""'), ";".join(cells) + "\r\n")


def write_answers(target: Path, columns: Sequence[str], folder: PageFolder) -> None:
    """The export in one piece, from its pages; never more than one page in memory."""
    target.touch(0o600)
    with target.open("wb") as file:
        file.write(b"\xef\xbb\xbf" + heading(columns).encode())
        for first in folder.firsts():
            file.write(folder.read(first).encode())
        file.write(b"\r\n")


def seed_pages(folder: PageFolder, earlier: Path, wanted: Wanted) -> int:
    """Fill the folder from an earlier file of ours, as far as every answer was submitted; how many.

    What was not submitted then may have been since, so everything from the first such answer on is read
    anew. Nothing is taken from a file with other columns.
    """
    taken = 0
    csv.field_size_limit(max(csv.field_size_limit(), 2**27))
    with earlier.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=";", strict=True)
        columns = next(reader, [])
        if [one for one in wanted.fields if one in columns] != columns:
            return 0
        rows: list[Row] = []
        for cells in reader:
            if not cells or not cells[0].isdecimal() or not cells[1]:
                break
            one = Row(int(cells[0]), True, heading(cells))
            if rows and one.id >= rows[0].id + wanted.page:
                folder.write(rows[0].id, rows)
                rows = []
            rows.append(one)
            taken += 1
        if rows:
            folder.write(rows[0].id, rows)
    return taken


def _raise_cut(remote: Remote, found: Text) -> NoReturn:
    raise ServerError(
        text("The answer of {server} breaks off in the middle", server=remote.server),
        found=found,
        repair=AGAIN,
    )
