"""Lists without times: the paper list of an event on the spot, and the sign-up form's export.

A paper list has no names, one row a person: ``event_id;role;region;sector;under40;sex;lang``. A sign-up
export has ``email`` instead of ``event_id`` and gives only the background of people seen elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from evallib.codes import CODES, REGIONS
from evallib.errors import InputError, Text, nearest, text
from evallib.sources.clock import event_moment
from evallib.sources.decode import Sheet, place
from evallib.sources.stays import Listing, Stay, folded

BACKGROUND = {
    "role": CODES["role"],
    "region": REGIONS,
    "sector": CODES["sector"],
    "under40": CODES["yesno"],
    "sex": CODES["sex"],
    "lang": CODES["language"],
}
PAPER_HEADER = ["event_id", *BACKGROUND]
SIGN_UP_HEADER = ["email", *BACKGROUND]


def recognise(sheet: Sheet) -> str:
    """ "paper list" or "sign-up", by the header; "" for anything else."""
    first = [folded(cell) for cell in sheet.rows[0]] if sheet.rows else []
    if first == PAPER_HEADER:
        return "paper list"
    return "sign-up" if first == SIGN_UP_HEADER else ""


def read(sheet: Sheet, event: Mapping[str, str]) -> Listing:
    """One stay a row, as long as the event: who signed the list is taken to have been there throughout."""
    seconds = event_seconds(event)
    stays = []
    for row, where in _rows(sheet, PAPER_HEADER):
        if row["event_id"] != event["event_id"]:
            raise InputError(
                text("The list names another event than its file name"),
                where=where,
                expected=event["event_id"],
                found=repr(row["event_id"]),
                repair=text("Correct the event id in the row or in the name of the file"),
            )
        background = {name: row[name] for name in BACKGROUND}
        stays.append(Stay("", "", seconds=seconds, source=sheet.name, background=background, alone=True))
    return Listing("paper list", "template", tuple(stays))


def read_sign_up(sheet: Sheet) -> tuple[dict[str, dict[str, str]], int]:
    """Background by e-mail, and how many rows repeat an e-mail (the first one counts)."""
    people: dict[str, dict[str, str]] = {}
    repeated = 0
    for row, where in _rows(sheet, SIGN_UP_HEADER):
        email = folded(row["email"])
        if "@" not in email:
            raise InputError(text("This is no e-mail address"), where=where, found=repr(row["email"]))
        repeated += email in people
        people.setdefault(email, {name: row[name] for name in BACKGROUND})
    return people, repeated


def event_seconds(event: Mapping[str, str]) -> int:
    """Length of an event; one of several days lasts each day from the start's hour to the end's."""
    start, end = (event_moment(event[side], event["event_id"]) for side in ("start", "end"))
    days = (end.date() - start.date()).days + 1
    daily = datetime.combine(start.date(), end.time()) - start
    if days > 1 and daily.total_seconds() > 0:
        return days * int(daily.total_seconds())
    return int((end - start).total_seconds())


def _rows(sheet: Sheet, header: list[str]) -> list[tuple[dict[str, str], Text]]:
    """(cells by column, place in the file) of each row, its codes checked."""
    found = []
    for number, cells in enumerate(sheet.rows[1:], 2):
        if not cells:
            continue
        where = place(sheet.name, number)
        if not sheet.delimiter:
            cells = [*cells, *[""] * (len(header) - len(cells))]
        if len(cells) != len(header):
            raise InputError(
                text("A row of the list has another number of cells than its header"),
                where=where,
                expected=text("{wanted} cells", wanted=len(header)),
                found=text("{count} cells", count=len(cells)),
                repair=text("Complete the row; empty cells keep their semicolon"),
            )
        row = dict(zip(header, cells, strict=True))
        for column, codes in BACKGROUND.items():
            row[column] = _code(row[column], codes, place(sheet.name, number, column))
        found.append((row, where))
    return found


def _code(cell: str, codes: tuple[str, ...], where: Text | str) -> str:
    if not cell or cell in codes:
        return cell
    close = nearest(cell, codes)
    raise InputError(
        text("The code {code} is not known", code=repr(cell)),
        where=where,
        expected=", ".join(codes),
        repair=text("Did you mean {code}?", code=close) if close else text("Use one of these codes, or none"),
    )
