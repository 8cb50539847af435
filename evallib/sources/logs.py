"""Logs and rosters kept by hand: every column and code checked, dates in one form, all cells text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from evallib.codebook.model import SubItem
from evallib.codebook.roster import organisations
from evallib.codes import CODES, LOGS, Rule, rules
from evallib.declared import SPOILT
from evallib.errors import InputError, Text, nearest, text
from evallib.records import FieldClass, SourceFile, SourceTable, read_whole
from evallib.sources.decode import place, read_sheet, spoilt
from evallib.sources.log_columns import filled_rows

_EXCEL_ERROR = re.compile(r"#[A-ZÅÄÖ]+(/[0A])?[!?]|#N/A|#{3,}")  # in any language; ### = a narrow column
_CONSENT = ("named", "text_seen", "consent_date")
_ORGANISATIONS = ("organisers", "organisation", "beneficiary", "takers", "maintainer", "name")


def read_log(kind: str, data: bytes, name: str) -> SourceTable:
    """A log as a table of text with the contract's columns; dates become ISO, numbers get a point.

    kind: one of :data:`LOGS`. Raises InputError naming row and column for an unknown or missing column,
    an unknown code, an impossible date, an empty needed cell or an id that stands twice.
    """
    if kind not in LOGS:
        close = nearest(kind, LOGS)
        raise InputError(
            text("There is no log {kind}", kind=repr(kind)),
            where=name,
            expected=", ".join(LOGS),
            repair=text("Did you mean {kind}?", kind=close) if close else "",
        )
    return _table(kind, "log", data, name)


def read_roster_table(data: bytes, name: str, wave: str) -> SourceTable:
    """The organisations a network survey asks about; kind "roster.<wave>"."""
    return _table(f"roster.{wave}", "roster", data, name)


def load_roster(path: Path) -> tuple[SubItem, ...]:
    """The organisations of a wave from ``surveys/rosters/<period>.csv`` or ``.xlsx``, in the order
    of the file."""
    shown = f"surveys/rosters/{path.name}"
    kind = f"roster.{path.stem}"
    names = [rule.column for rule in rules(kind)]
    read = unique_rows(kind, read_whole(shown, path), shown)
    told = [dict(zip(names, row, strict=True)) for row in read.cells]
    return organisations({one["organisation"]: one["name"] for one in told}, shown)


def _table(kind: str, system: str, data: bytes, name: str) -> SourceTable:
    import pandas as pd

    wanted = rules(kind)
    read = unique_rows(kind, data, name)
    names = [rule.column for rule in wanted]
    if kind in _OF_ROWS:
        for number, cells in zip(read.numbers, read.cells, strict=True):
            _OF_ROWS[kind](dict(zip(names, cells, strict=True)), partial(place, read.shown, number))
    table = pd.DataFrame(read.cells, columns=names, dtype="str")
    fields = {rule.column: _class(kind, rule.column) for rule in wanted}
    file = SourceFile.of(name, data, system, kind, read.encoding)
    return SourceTable(kind, table, fields, (file,))


@dataclass(frozen=True)
class Rows:
    """The rows of a log's file. numbers: where each stands in the file, from 1; shown: the file, and of a
    workbook its sheet; cells: in the form and order of the contract."""

    shown: Text | str
    encoding: str
    numbers: list[int]
    cells: list[list[str]]


def checked_rows(kind: str, data: bytes, name: str, *, unfinished: bool = False) -> Rows:
    """The file's rows, each cell in the form of the table. unfinished: cells that are needed may be empty
    still, but for those of the id."""
    sheet = read_sheet(data, name, by_hand=True, sheets=[kind.partition(".")[0]])
    wanted = rules(kind)
    if unfinished:
        wanted = tuple(replace(rule, needed=rule.key) for rule in wanted)
    numbers, cells = [], []
    for number, row in filled_rows(sheet, wanted):
        numbers.append(number)
        cells.append(
            [
                checked(row.get(rule.column, ""), rule, name, place(sheet.shown, number, rule.column))
                for rule in wanted
            ]
        )
    return Rows(sheet.shown, sheet.encoding, numbers, cells)


def unfinished_rows(kind: str, data: bytes, name: str) -> list[dict[str, str]]:
    """The rows of a log that somebody is still filling in, by column: "" where nothing stands yet."""
    names = [rule.column for rule in rules(kind)]
    read = unique_rows(kind, data, name, unfinished=True)
    return [dict(zip(names, row, strict=True)) for row in read.cells]


def unique_rows(kind: str, data: bytes, name: str, *, unfinished: bool = False) -> Rows:
    """The same where no id stands twice; a second one is an InputError."""
    read = checked_rows(kind, data, name, unfinished=unfinished)
    _check_unique(read, rules(kind))
    return read


def _class(kind: str, column: str) -> FieldClass:
    """Logs hold facts of the project and names of organisations; persons never."""
    organisation = column in _ORGANISATIONS and (column != "name" or kind.startswith("roster"))
    return FieldClass.ORGANISATION if organisation else FieldClass.ANSWER


def checked(cell: str, rule: Rule, name: str, where: Text) -> str:
    """The cell in the form of the table; what the rule does not allow is an InputError."""
    if found := SPOILT.search(cell):
        raise spoilt(name, where, found[0])
    if _EXCEL_ERROR.fullmatch(cell):
        raise InputError(
            text("A spreadsheet has written an error in place of the cell's value"),
            where=where,
            expected=expected(rule),
            found=cell[:40],
            repair=text("Correct the cell in the spreadsheet, or widen its column, and save again"),
        )
    if not cell:
        if rule.needed:
            raise InputError(text("A cell that is needed is empty"), where=where, expected=expected(rule))
        return ""
    if rule.check in CODES:
        parts = re.split(r"\s*[+,|]\s*", cell) if rule.several else [cell]
        return "+".join(coded(part, CODES[rule.check], where) for part in parts)
    try:
        return _FORMS[rule.check](cell)
    except ValueError:
        raise InputError(
            text("The cell can't be read"),
            where=where,
            expected=expected(rule),
            found=repr(cell[:60])
            if rule.check != "line"  # a name, of a person where an organisation is one
            else text("a line break, or a sign that can't be seen"),
            repair=_repair(rule, cell),
        ) from None


def coded(cell: str, allowed: tuple[str, ...], where: Text) -> str:
    """The cell where it is a code of the list; else an InputError that names the nearest one."""
    if cell in allowed:
        return cell
    close = nearest(cell.casefold(), [one.casefold() for one in allowed])
    meant = next((one for one in allowed if one.casefold() == close), "")
    raise InputError(
        text("The code {code} is not known", code=repr(cell[:60])),
        where=where,
        expected=text("one of {codes}", codes=", ".join(allowed)),
        repair=text("Did you mean {code}?", code=meant) if meant else text("Use one of the codes"),
    )


def expected(rule: Rule) -> Text | str:
    """What a column may hold, in words."""
    if rule.check in CODES:
        return text("one of {codes}", codes=", ".join(CODES[rule.check]))
    return {
        "id": text("letters, numbers, - and _ without spaces"),
        "ids": text("ids joined by +"),
        "date": text("a date, as 2025-03-04 or 4.3.2025"),
        "moment": text("a date with a time, as 2025-03-04T13:00 or 4.3.2025 13:00"),
        "year": text("a year, as 2025"),
        "number": text("a number, as 12 or 12.5"),
        "line": text("some text on one line"),
        "text": text("some text"),
    }[rule.check]


def _repair(rule: Rule, cell: str) -> Text:
    if rule.check in ("date", "moment") and re.fullmatch(r"[2-6]\d{4}([.,]\d+)?", cell):
        return text("Excel has stored the date as a day number: format the column as a date and save again")
    return text("Correct the cell")


def _id(cell: str) -> str:
    if not re.fullmatch(r"\w[\w.-]*", cell):
        raise ValueError(cell)
    return cell


def _ids(cell: str) -> str:
    return "+".join(_id(part) for part in re.split(r"\s*[+,|]\s*", cell))


def _date(cell: str) -> str:
    return _day(re.sub(r"[T ]0?0[:.]00([:.]00)?$", "", cell)).isoformat()


def _day(cell: str) -> date:
    """A day from 1900 to 2099: what lies outside is a slip of the finger."""
    finnish = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2})", cell)
    if finnish:
        return date(int(finnish[3]), int(finnish[2]), int(finnish[1]))
    if not re.fullmatch(r"(19|20)\d{2}-\d{2}-\d{2}", cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


def _moment(cell: str) -> str:
    parts = re.fullmatch(r"(\S+?)(?:T| +(?:klo +|kl\. *)?)(\d{1,2})[:.](\d{2})(?:[:.]00)?", cell)
    if not parts:
        raise ValueError(cell)
    day = _day(parts[1])
    return datetime(day.year, day.month, day.day, int(parts[2]), int(parts[3])).isoformat(timespec="minutes")


def _year(cell: str) -> str:
    if not re.fullmatch(r"20\d{2}", cell):
        raise ValueError(cell)
    return cell


def _line(cell: str) -> str:
    if not cell.isprintable():
        raise ValueError(cell)
    return cell


def _number(cell: str) -> str:
    plain = re.sub(r"(?<=\d)\s(?=\d{3}(\D|$))", "", cell).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d+)?", plain, re.ASCII):
        raise ValueError(cell)
    return plain


_FORMS: dict[str, Callable[[str], str]] = {
    "id": _id,
    "ids": _ids,
    "date": _date,
    "moment": _moment,
    "year": _year,
    "number": _number,
    "line": _line,
    "text": str,
}


def _check_unique(read: Rows, wanted: tuple[Rule, ...]) -> None:
    keys = [at for at, rule in enumerate(wanted) if rule.key]
    seen: dict[tuple[str, ...], int] = {}
    for number, row in zip(read.numbers, read.cells, strict=True):
        key = tuple(row[at] for at in keys)
        if key in seen:
            raise InputError(
                text("The id {id} stands twice", id=" ".join(key)),
                where=place(read.shown, number, wanted[keys[0]].column),
                found=text("the same in row {row}", row=seen[key]),
                repair=text("Give each row an id of its own, or remove the row entered twice"),
            )
        seen[key] = number


def _check_consent(row: Mapping[str, str], at: Callable[[str], Text]) -> None:
    """A case with consent where it is noted who saw the text and when; older files note neither."""
    lacking = [one for one in _CONSENT if not row[one] or (one == "text_seen" and row[one] == "no")]
    if row["consent"] == "yes" and lacking and any(row[one] for one in _CONSENT):
        raise InputError(
            text("The consent of the case {case} is not complete", case=row["case_id"]),
            where=at(lacking[0]),
            expected=text("named yes or no, text_seen yes, consent_date the day of the consent"),
            found=f"{lacking[0]}: {row[lacking[0]] or '–'}",
            repair=text("Show the text to those it tells of and ask them; until then write consent no"),
        )


def _check_span(row: Mapping[str, str], at: Callable[[str], Text]) -> None:
    if row["end"] <= row["start"]:
        raise InputError(
            text("The event {event} ends before it begins", event=row["event_id"]),
            where=at("end"),
            found=f"{row['start']} – {row['end']}",
            repair=text("Correct the times of the event"),
        )


_OF_ROWS = {"events": _check_span, "cases": _check_consent}  # what must hold between the cells of a row
