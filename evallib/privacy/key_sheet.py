"""The pseudonym key on paper: sixteen digits a line, and two more that prove they were typed right."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from evallib.errors import InputError, PrivacyError, text
from evallib.privacy.keys import BYTES, Key, key_from

_HEAD = re.compile(r"^evallib key 1: (?P<number>.+) / (?P<period>[^/]+) / (?P<id>\S+)\s*$", re.MULTILINE)
_LINE = re.compile(
    r"^\s*(?P<place>\d+)[.:]?\s+(?P<digits>(?:[0-9a-fA-F]{4}\s+){4})(?P<check>[0-9a-fA-F]{2})\s*$"
)
_A_LINE = 16


@dataclass(frozen=True)
class Sheet:
    """What a sheet says: whose key it is, its id, and the key itself as text."""

    number: str
    programme_period: str
    key_id: str
    written: str = field(repr=False)


def sheet_lines(key: Key, number: str, programme_period: str) -> list[str]:
    """The lines to be printed: whose key it is, then the key. PrivacyError for the demo's public key."""
    if key.public:
        raise PrivacyError(
            text("The demo's key is public and needs no backup"),
            repair=text("Back up the key of a real project, in its own workspace"),
        )
    digits = key.secret.hex()
    lines = [f"evallib key 1: {number} / {programme_period} / {key.key_id}"]
    for place, start in enumerate(range(0, len(digits), _A_LINE), 1):
        line = digits[start : start + _A_LINE]
        fours = " ".join(line[at : at + 4] for at in range(0, len(line), 4))
        lines.append(f"{place:3}  {fours}  {_check(place, line)}")
    return lines


def read_sheet(written: str) -> Sheet:
    """The key of a printed sheet, typed or as a file; other lines are words for people.

    Raises InputError that names the line which was typed wrong or is missing; the digits are never shown.
    """
    head = _HEAD.search(written)
    if head is None:
        raise InputError(
            text("This is no printed key"),
            expected=text("a line that begins with: {words}", words="evallib key 1:"),
            repair=text("Type the sheet's lines as they stand, the first one too"),
        )
    lines: dict[int, str] = {}
    for line in written.splitlines():
        if found := _LINE.match(line):
            place, digits = int(found["place"]), re.sub(r"\s", "", found["digits"]).lower()
            if _check(place, digits) != found["check"].lower():
                raise _mistyped(place)
            lines[place] = digits
    missing = [one for one in range(1, max([2 * BYTES // _A_LINE, *lines]) + 1) if one not in lines]
    if missing:
        raise _mistyped(missing[0])
    key = "".join(lines[place] for place in sorted(lines))
    if key_from(bytes.fromhex(key)).key_id != head["id"]:
        raise InputError(
            text("The lines of this sheet are not all of the same key"),
            expected=head["id"],
            repair=text("Compare each line with the paper"),
        )
    return Sheet(head["number"], head["period"].strip(), head["id"], key)


def _check(place: int, digits: str) -> str:
    return hashlib.sha256(f"{place}:{digits}".encode()).hexdigest()[:2]


def _mistyped(place: int) -> InputError:
    return InputError(
        text("Line {n} of the key is missing or was typed wrong", n=place),
        expected=text("four groups of four digits or letters a to f, then two more"),
        repair=text("Compare it with the paper, then run the same again"),
    )
