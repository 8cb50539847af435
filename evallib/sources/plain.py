"""A list in its plainest form: one header, and under it rows of people that are all as wide.

Such lists are read many at once (:mod:`evallib.sources.together`). Whatever is not plain, or is faulty, gives
None and is read row by row, which also says where the fault is.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import NamedTuple
from zoneinfo import ZoneInfo

from evallib.errors import InputError
from evallib.sources import mapped, teams, zoom
from evallib.sources.clock import Days, event_moment, in_utc, zone_of
from evallib.sources.decode import HEADER_WITHIN, SEPARATOR, Sheet, decode, delimiter_of
from evallib.sources.forms import Form
from evallib.sources.listing import recognise
from evallib.sources.mapping import BACKGROUND, CODED, ColumnMapping, known_systems
from evallib.sources.named import Named, named
from evallib.sources.undeclared import undeclared

_LEAST = 3  # delimiters of a row of people
_CLOCK = re.compile(r"\d[:.]\d\d")
INSIDE = "\x00"  # stands for a delimiter inside of a cell: no text that was decoded holds one
_LINE_ENDS = "\x85\u2028\u2029"  # for Python only
_KEPT = 500  # heads of lists
_Look = tuple[Form, int] | None


class Plain(NamedTuple):
    """A plain list with ``rows`` rows of people.

    columns: cells by role, of those that are no time. times: the cells of start, and of end where the form
    has it, as lines. wanted: how many attended as the list's own summary counts. days, held: first and last
    day of the event, and when it began and ended.
    """

    name: str
    sha256: str
    encoding: str
    form: Form
    event: Mapping[str, str]
    wanted: int
    rows: int
    people: Named
    columns: Mapping[str, Sequence[str]]
    times: tuple[str, ...]
    zone: ZoneInfo
    days: Days
    held: tuple[datetime, datetime]


class PlainLists:
    """Finds plain lists. What stands around the people is looked at once for all that have it alike."""

    def __init__(self, mappings: Sequence[ColumnMapping]) -> None:
        self._mappings = mappings
        self._known: dict[object, _Look] = {}
        self._forms: dict[object, Form] = {}
        names = (one.folded_columns().values() for one in (*known_systems(), *mappings))
        self._headers = {*chain.from_iterable(chain.from_iterable(names))}

    def plain(self, name: str, data: bytes, event: Mapping[str, str]) -> Plain | None:
        """The list as it is, where it is plain; None where it has to be read row by row."""
        try:
            return self._plain(name, data, event)
        except InputError:
            return None

    def _plain(self, name: str, data: bytes, event: Mapping[str, str]) -> Plain | None:
        if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            return None
        content, encoding = decode(data, name)
        if SEPARATOR.match(content) or not content.endswith(("\n", "\r")):
            return None
        delimiter = delimiter_of(content)
        above, cells, width, below = _parts(content, delimiter)
        if not cells:
            return None
        key = delimiter, above, below
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = self._look(name, encoding, delimiter, above, below)
        if (found := self._known[key]) is None:
            return None
        form, wanted = found
        if width < form.width or form.system not in ("teams", "zoom") and self._has_header(cells, width):
            return None
        columns = {at: cells[at::width] for at in (*form.places.values(), *form.addresses)}
        if '"' in content:
            columns = {at: [cell.replace(INSIDE, delimiter) for cell in some] for at, some in columns.items()}
        by_role = {role: columns[at] for role, at in form.places.items()}
        empty = [by_role.pop("no_end", ()), *(cells[at::width] for at in range(form.width, width))]
        if any(map(any, empty)) or not _is_known(by_role, event) or not event.get("start"):
            return None
        said = (by_role.pop(role) for role in ("start", "end") if role in by_role)
        times = tuple(_lines(some, form.nothing) for some in said)
        count = len(cells) // width
        addresses = [columns[at] for at in form.addresses]
        people = named(form, count, by_role.pop("name", ()), addresses, event)
        own, here = zone_of({"tz": form.zone} if form.zone else event), zone_of(event)
        start, end = (event_moment(event[side], event["event_id"]) for side in ("start", "end"))
        held = in_utc(start, here, name)[0], in_utc(end, here, name)[-1]
        sha = hashlib.sha256(data).hexdigest()
        return Plain(name, sha, encoding, form, event, wanted, count, people, by_role, times, own,
                     (start.date(), end.date()), held)  # fmt: skip

    def _look(
        self, name: str, encoding: str, delimiter: str, above: Sequence[str], below: Sequence[str]
    ) -> _Look:
        """The form of a list by what stands above the people, and what its summary counts."""
        rows = [
            [*map(str.strip, one.split(delimiter) if isinstance(one, str) else one)]
            for one in (*above, *below)
        ]
        sheet = Sheet(name, [row if any(row) else [] for row in rows], encoding, delimiter)
        top, found = len(above) - 1, recognise(sheet, self._mappings)
        if undeclared(sheet, found):
            return None
        wanted: Sequence[str] = ()
        if own := found.fit:
            form = mapped.form(sheet, own) if own.header == top else None
        elif self._mappings:  # one of them may fit a row among the people
            return None
        elif found.system == "teams":
            form, wanted = teams.form(sheet, top), teams.counted(sheet)
        else:
            form = zoom.form(sheet, top)
            wanted = [*zoom.counted(sheet)] if found.variant == "webinar" else ()
        if form is None:
            return None
        most = max((int(one) for one in wanted if one.isdecimal()), default=0)
        return self._forms.setdefault((found.system, found.variant, *sheet.rows[top]), form), most

    def _has_header(self, cells: Sequence[str], width: int) -> bool:
        """Whether a row that may be a header of a known system stands among the first people."""
        some = "\n".join(cells[: HEADER_WITHIN * width]).casefold().split("\n")
        return not self._headers.isdisjoint(some)


def _is_known(columns: Mapping[str, Sequence[str]], event: Mapping[str, str]) -> bool:
    """Whether all codes are known, and rows name no other event."""
    if not {*columns.get("event_id", ())} <= {event["event_id"]}:
        return False
    told = ((role, {*columns[role]} - {""}) for role in BACKGROUND if role in columns)
    return all(cell in CODED[role] for role, cells in told for cell in cells)


def _lines(cells: Sequence[str], nothing: frozenset[str]) -> str:
    """The cells as lines, empty where they say nothing."""
    text = "\n".join(cells)
    if not any(word in text for word in nothing if word):
        return text
    return "\n".join("" if cell in nothing else cell for cell in cells)


def _parts(content: str, delimiter: str) -> tuple[tuple[str, ...], Sequence[str], int, tuple[str, ...]]:
    """Lines above the people, with the header; their cells, how many a row; the first line below them.

    Without cells: no table of people.
    """
    nothing = (), (), 0, ()
    if '"' in content and not (content := _without_quotes(content, delimiter)):
        return nothing
    if any(sign in content for sign in _LINE_ENDS):
        return nothing
    lines = content.splitlines()
    try:
        widths = bytes(map(str.count, lines, repeat(delimiter)))
    except ValueError:  # of more than 256 cells
        return nothing
    begin, end = _people(widths)
    if (
        begin == end
        or len(content) > csv.field_size_limit()
        and max(map(len, lines)) > csv.field_size_limit()
    ):
        return nothing
    top = begin - 1 if any(map(_CLOCK.search, lines[begin].split(delimiter))) else begin
    people = lines[top + 1 : end]
    below = next((line for line in lines[end:] if line.strip(" \t;,")), None)
    cells = delimiter.join(people).split(delimiter) if people else ()
    return tuple(lines[: top + 1]), cells, widths[begin] + 1, () if below is None else (below,)


def _without_quotes(content: str, delimiter: str) -> str:
    """The text without quotes around cells, a delimiter inside of one written as ``INSIDE``; "" where quotes
    mean more: a quote in a cell, an end of line in one, half a cell in quotes.
    """
    parts = content.split('"')
    outside, inside = parts[::2], parts[1::2]
    text = INSIDE.join(inside)
    before, after = (delimiter, "\n"), (delimiter, "\r", "\n")
    whole = (
        len(outside) > len(inside)
        and "\n" not in text
        and "\r" not in text
        and (not outside[0] or outside[0].endswith(before))
        and all(part.endswith(before) for part in outside[1:-1])
        and all(part.startswith(after) for part in outside[1:])
    )
    if not whole:
        return ""
    parts[1::2] = [part.replace(delimiter, INSIDE) for part in inside]
    return "".join(parts)


def _people(widths: bytes) -> tuple[int, int]:
    """First and last + 1 of the rows of people, with the header where it is as wide as they are.

    They are the first rows of one width, three or more of them; else the first that is wide enough.
    """
    wide = [n for n in range(min(len(widths), HEADER_WITHIN)) if widths[n] >= _LEAST]
    alike = (n for n in wide if widths[n : n + 3] == widths[n : n + 1] * 3)
    begin = next(alike, wide[0] if wide else 0)
    same = widths[begin:]
    return begin, len(widths) - len(same.lstrip(same[:1])) if wide else begin
