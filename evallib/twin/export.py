"""Responses and invited people in LimeSurvey's own files, byte for byte: code/short export, participants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evallib.codebook.model import Questionnaire
from evallib.twin.dice import Dice, words


@dataclass(frozen=True)
class Response:
    """One response as the server keeps it. submitted: None for an unfinished one."""

    token: str
    language: str
    seed: str
    started: datetime
    submitted: datetime | None
    answers: dict[str, str]
    refurl: str = ""


@dataclass(frozen=True)
class Contact:
    """A row of the participants' table. asked: when the invitation went out."""

    first: str
    last: str
    email: str
    language: str
    token: str
    organisation: str
    region: str
    sector: str
    asked: datetime


META = words("id submitdate lastpage startlanguage seed token startdate datestamp ipaddr refurl")
BOM = b"\xef\xbb\xbf"


def responses_csv(questionnaire: Questionnaire, responses: Sequence[Response]) -> bytes:
    """The code/short export: quoted cells, semicolons, CRLF and an empty line at the end."""
    columns = [column.name for column in questionnaire.columns()]
    with_token = questionnaire.origin == "token"
    meta = [name for name in META if name != "token" or with_token]
    lines = [[*meta, *columns]]
    number = 0
    for response in responses:
        number += 2 if response.seed.endswith("77") else 1  # a deleted row leaves a gap
        kept = _meta(questionnaire, response, str(number))
        lines.append([kept[name] for name in meta] + [response.answers[name] for name in columns])
    text = "".join(";".join(map(_quoted, line)) + "\r\n" for line in lines)
    return BOM + (text + "\r\n").encode("utf-8")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _meta(questionnaire: Questionnaire, response: Response, number: str) -> dict[str, str]:
    done = response.submitted
    last = done or response.started + timedelta(seconds=75)
    return {
        "id": number,
        "submitdate": _time(done) if done else "",
        "lastpage": str(len(questionnaire.groups)) if done else "1",
        "startlanguage": response.language,
        "seed": response.seed,
        "token": response.token,
        "startdate": _time(response.started),
        "datestamp": _time(last),
        "ipaddr": f"192.0.2.{Dice(response.seed).whole(1, 254)}",
        "refurl": response.refurl,
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def participants_csv(invited: Sequence[Contact], responses: Sequence[Response]) -> bytes:
    """The participants' table. Quotes inside a cell are not doubled: the server does not do it either."""
    done: dict[str, datetime] = {}
    for response in responses:
        if response.submitted and response.token not in done:
            done[response.token] = response.submitted
    head = "tid,firstname,lastname,email,emailstatus,token,language,sent,remindersent,remindercount,"
    head += "completed,usesleft,validfrom,validuntil,mpid,attribute_1,attribute_2,attribute_3"
    lines = [head]
    for number, one in enumerate(invited, 1):
        completed = done.get(one.token)
        reminded = _reminded(one, completed)
        cells = [
            str(number),
            one.first,
            one.last,
            one.email,
            "OK",
            one.token,
            one.language,
            one.asked.strftime("%Y-%m-%d %H:%M"),
            reminded[-1].strftime("%Y-%m-%d %H:%M") if reminded else "N",
            str(len(reminded)),
            completed.strftime("%Y-%m-%d %H:%M") if completed else "N",
            "0" if completed else "1",
            "",
            "",
            "",
            one.organisation,
            one.region,
            one.sector,
        ]
        lines.append(",".join(f'"{cell}"' for cell in cells))
    return BOM + ("\n".join(lines) + "\n").encode("utf-8")


def _reminded(one: Contact, completed: datetime | None) -> list[datetime]:
    """Reminders after one and two weeks to those who had not answered by then."""
    days = [one.asked + timedelta(days=7 * n) for n in (1, 2)]
    return [day for day in days if completed is None or completed > day]
