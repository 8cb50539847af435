"""The participants' table over the remote control, written as the server's own export of it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evallib.errors import ServerError, text
from evallib.sources.limesurvey_http import AGAIN
from evallib.sources.limesurvey_rpc import Refused, Remote

_ASKED = ("language", "sent", "completed")
_OWN = ("tid", "token")
_PERSON = ("firstname", "lastname", "email")
_NONE = ("No survey participants found", "Error: No survey participants table")


@dataclass(frozen=True)
class People:
    """Numbers of a participants' table: all, those with the server's invitation, those marked as answered."""

    invited: int
    sent: int
    used: int


def write_people(
    remote: Remote, survey: int, attributes: Sequence[str], expected: int, page: int, target: Path
) -> People:
    """Everybody in a survey's participants' table into a file, a page at a time; how many.

    expected: how many the server says there are. Raises ServerError when the number differs, or an entry is
    no person or lacks one of the attributes.
    """
    numbers: set[int] = set()
    read = sent = used = 0
    target.touch(0o600)
    with target.open("wb") as file:
        file.write(people_file((), attributes))
        while read < expected:
            start = max(numbers, default=-1) + 1  # the server starts at a tid, not at a place
            came = _page(remote, survey, start, page, (*_ASKED, *attributes))
            people = [_person(remote, one, attributes) for one in came]
            file.write(_lines(people, attributes).encode())
            read += len(people)
            numbers.update(int(one["tid"]) for one in people)
            sent += sum(one["sent"] not in ("", "N") for one in people)
            used += sum(one["completed"] not in ("", "N") for one in people)
            if not came:
                break
        file.flush()
        os.fsync(file.fileno())  # else a power cut could leave it empty in the inbox
    if read != expected or len(numbers) != read:
        raise ServerError(
            text("The participants of the survey {survey} changed while they were read", survey=survey),
            expected=text("{n} rows", n=expected),
            found=text("{count} rows", count=read),
            repair=AGAIN,
        )
    return People(read, sent, used)


def _page(remote: Remote, survey: int, start: int, page: int, asked: Sequence[str]) -> list[Any]:
    try:
        sent = remote.call("list_participants", survey, start, page, False, list(asked))
    except Refused as fault:
        if fault.said.startswith(_NONE):
            return []
        raise
    return sent if isinstance(sent, list) else [sent]


def _person(remote: Remote, sent: Any, attributes: Sequence[str]) -> dict[str, str]:
    own = sent if isinstance(sent, Mapping) else {}
    person = own.get("participant_info")
    if not isinstance(person, Mapping) or not (
        {"tid", *_ASKED, *attributes} <= set(own) and str(own["tid"]).isdecimal()
    ):
        raise ServerError(
            text("{server} does not answer as LimeSurvey does", server=remote.server),
            where="list_participants",
            expected=", ".join((*_OWN, *_ASKED, *attributes)),
            repair=text("Name in surveys/sources.yaml only attributes that the participants' table has"),
        )
    found = {name: own.get(name) for name in (*_OWN, *_ASKED, *attributes)}
    found |= {name: person.get(name) for name in _PERSON}
    return {name: "" if value is None else str(value) for name, value in found.items()}


def people_file(people: Sequence[Mapping[str, str]], attributes: Sequence[str]) -> bytes:
    """The table as CSV, in the columns that the reader of manual exports knows."""
    names = _columns(attributes)
    return ("\ufeff" + _lines([dict(zip(names, names, strict=True)), *people], attributes)).encode()


def _columns(attributes: Sequence[str]) -> list[str]:
    return [*_OWN, *_PERSON, *_ASKED, *attributes]


def _lines(people: Sequence[Mapping[str, str]], attributes: Sequence[str]) -> str:
    written = io.StringIO(newline="")
    rows = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerows([one[name] for name in _columns(attributes)] for one in people)
    return written.getvalue()
