"""Dates, times and durations as systems write them.

A date with slashes says nothing by itself: whether day or month stands first is decided once for a whole
file, by a value over 12 or else by the date of the event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evallib.errors import InputError, Text, text

DAY, MONTH, YEAR = "day first", "month first", "year first"
Days = tuple[date, date]  # first and last
UNDECIDED = text("It can't be decided whether the day or the month stands first in the file's dates")
ZONE = "Europe/Helsinki"  # where an event or file does not say otherwise

_CLOCK = r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*(?:([ap])\.?\s?m\.?)?(?:z|\s*\(?utc\)?)?"
_NUMERIC = re.compile(
    rf"(\d{{1,4}})([./-])\s?(\d{{1,2}})\2\s?(\d{{4}}|\d{{1,2}})(?:,?\s+(?:klo\s+|kl\.?\s+)?|t){_CLOCK}",
    re.IGNORECASE,
)
_DIRECTION = re.compile("[\u200e\u200f]")  # invisible marks some locales put around times
_SAYS_UTC = re.compile(r"(?:\dz|\butc\)?)$", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDY = re.compile(rf"([a-z]{{3}})[a-z]*\.?\s+(\d{{1,2}}),?\s+(\d{{4}}),?\s+{_CLOCK}", re.IGNORECASE)
_PLAIN_DURATION = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})")
MINUTES = re.compile(r"\d{1,6}(?:\.\d+)?")  # more digits are a damaged cell
_PART = re.compile(r"(?<!\d)(\d{1,6})\s*([^\W\d_]+)\.?\s*")
_UNITS = {
    3600: "h hr hrs hour hours t tunti tuntia tim timme timmar godz std stunde stunden",
    60: "m min mins minute minutes minuutti minuuttia minut minuter minuten",
    1: "s sec secs second seconds sek sekunti sekuntia sekund sekunder sekunden",
}
_SECONDS = {word: size for size, words in _UNITS.items() for word in words.split()}


@dataclass(frozen=True)
class Written:
    """A moment as written: two numbers whose order may be open (``order == ""``), year and clock."""

    first: int
    second: int
    year: int
    hour: int
    minute: int
    second_of_minute: int
    order: str

    def moment(self, order: str) -> datetime:
        """The moment, with ``order`` where the writing leaves it open. ValueError: no such date."""
        month_first = (self.order or order) == MONTH
        month, day = (self.first, self.second) if month_first else (self.second, self.first)
        return datetime(self.year, month, day, self.hour, self.minute, self.second_of_minute)


def says_utc(cell: str) -> bool:
    """Whether a time says of itself that it is UTC."""
    return bool(_SAYS_UTC.search(cell))


def is_moment(cell: str) -> bool:
    """Whether the cell looks like a date with a time."""
    return bool(_NUMERIC.fullmatch(_bare(cell)) or _WORDY.fullmatch(_bare(cell)))


def _bare(cell: str) -> str:
    return _DIRECTION.sub("", cell).strip()


def written(cell: str, where: Text | str) -> Written:
    """The cell taken apart; InputError when it is no date with a time."""
    cell = _bare(cell)
    numeric, wordy = _NUMERIC.fullmatch(cell), _WORDY.fullmatch(cell)
    try:
        if numeric:
            return _from_numbers(*numeric.groups())
        if wordy:
            month, day, year, *clock = wordy.groups()
            return Written(_MONTHS.index(month.lower()) + 1, int(day), int(year), *_clock(*clock), MONTH)
    except ValueError:
        pass
    raise InputError(
        text("This is not a date with a time"),
        where=where,
        expected=text("for example 26.11.2025 16:16:54 or 11/26/25, 4:16:54 PM"),
        found=repr(cell[:40]),
        repair=text("Correct the cell, or download the file again"),
    )


def _from_numbers(a: str, mark: str, b: str, c: str, *clock: str | None) -> Written:
    if len(a) == 4:
        return Written(int(c), int(b), int(a), *_clock(*clock), YEAR)  # day, month: read like day first
    if len(a) == 3 or len(c) == 1:
        raise ValueError(a)
    year = int(c) if len(c) == 4 else 2000 + int(c)
    return Written(int(a), int(b), year, *_clock(*clock), DAY if mark == "." else "")


def _clock(
    hour: str | None, minute: str | None, second: str | None, half: str | None
) -> tuple[int, int, int]:
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(hour)
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    if hours > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        raise ValueError(hour)
    return hours, int(minute or 0), int(second or 0)


def decide_order(moments: Iterable[Written], days: Days | None, where: Text | str) -> str:
    """Day or month first for all open dates of a file; ``days`` = those of the event, None where unknown.

    Raises InputError where values contradict each other, or where neither reading hits the event.
    """
    everything = list(moments)
    open_ones = [one for one in everything if not one.order]
    if not open_ones:
        return everything[0].order if everything else ""
    day_first = any(one.first > 12 for one in open_ones)
    month_first = any(one.second > 12 for one in open_ones)
    if day_first and month_first:
        raise InputError(
            text("The file's dates contradict each other"),
            where=where,
            found=text("one date has the day first, another the month first"),
            repair=text("Download the file again in one language and do not edit it in between"),
        )
    if day_first or month_first:
        return DAY if day_first else MONTH
    fitting = [order for order in (DAY, MONTH) if days and _fits(open_ones, order, days)]
    if fitting:
        return fitting[0]
    raise InputError(
        UNDECIDED,
        where=where,
        expected=text("the date of the event in the event log, {day}", day=str(days[0] if days else "–")),
        found=f"{open_ones[0].first}/{open_ones[0].second}/{open_ones[0].year}",
        repair=text(
            "Correct the event's date in the event log, or check that the file belongs to this event"
        ),
    )


def _fits(moments: Sequence[Written], order: str, days: Days) -> bool:
    try:
        return all(near(one.moment(order), days) for one in moments)
    except ValueError:
        return False


def near(moment: datetime, days: Days) -> bool:
    """Whether a moment lies on the event's days or one day to either side."""
    return days[0] - timedelta(days=1) <= moment.date() <= days[1] + timedelta(days=1)


def moment_in(cell: str, order: str, where: Text | str) -> datetime | None:
    """The moment in a cell; an empty cell has none."""
    if not cell:
        return None
    try:
        return written(cell, where).moment(order)
    except ValueError:
        raise InputError(
            text("There is no such date"),
            where=where,
            expected=text("a date with the {order}, as in the rest of the file", order=order),
            found=repr(cell[:40]),
            repair=text("Correct the cell, or download the file again"),
        ) from None


def stay_times(
    cells: tuple[str, str], order: str, zone: ZoneInfo, seconds: int, where: Text | str
) -> tuple[datetime | None, datetime | None]:
    """Join and leave in UTC; an empty cell has no moment. An end before its start is an InputError.

    In the hour that clocks show twice in autumn, the reading is taken that fits ``seconds``, the duration
    the list itself gives; without one, the shortest stay that is possible.
    """
    zone = ZoneInfo("UTC") if any(map(says_utc, cells)) else zone
    start, end = (moment_in(cell, order, where) for cell in cells)
    starts, ends = (in_utc(one, zone, where) if one else () for one in (start, end))
    if not starts or not ends:
        return starts[0] if starts else None, ends[0] if ends else None
    pairs = [(one, other) for one in starts for other in ends if one <= other]
    if not pairs:
        raise InputError(
            text("Somebody left before they came"),
            where=where,
            found=f"{start} – {end}",
            repair=text("The order of day and month may be wrong: download the file again"),
        )
    return min(pairs, key=lambda pair: abs((pair[1] - pair[0]).total_seconds() - seconds))


def in_utc(moment: datetime, zone: ZoneInfo, where: Text | str) -> tuple[datetime, ...]:
    """What a wall clock's moment can be in UTC: one, or two in the hour that is shown twice in autumn.

    Raises InputError in the hour that clocks leave out in spring: the file is from another time zone.
    """
    if (offset := offset_of(moment.date(), zone)) is not None:
        return (moment - offset,)
    readings = {moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = [one for one in sorted(readings) if one.astimezone(zone).replace(tzinfo=None) == moment]
    if not real:
        raise InputError(
            text("There is no such time of day: clocks were put forward over it"),
            where=where,
            found=f"{moment} {zone.key}",
            repair=text("The file is from another time zone: correct the event's tz in the event log"),
        )
    return tuple(one.replace(tzinfo=None) for one in real)


@lru_cache(maxsize=4096)
def offset_of(day: date, zone: ZoneInfo) -> timedelta | None:
    """A zone's distance from UTC on a day; None on days on which clocks change."""
    midnight = datetime.combine(day, datetime.min.time())
    ends = {one.replace(tzinfo=zone).utcoffset() for one in (midnight, midnight + timedelta(days=1))}
    return ends.pop() if len(ends) == 1 else None


def zone_of(event: Mapping[str, str], where: Text | str = "") -> ZoneInfo:
    """The event's time zone, Finland's where its row has none; an unknown name is an InputError."""
    name = event.get("tz") or ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            text("There is no time zone {zone}", zone=repr(name)),
            where=where or text("the event {event} of the log, column tz", event=event.get("event_id", "")),
            expected=text("a name such as Europe/Helsinki"),
        ) from None


def span_seconds(start: datetime | None, end: datetime | None) -> int:
    """Seconds between two moments, 0 where one is missing."""
    return int((end - start).total_seconds()) if start and end else 0


def seconds_of(cell: str, where: Text | str) -> int:
    """A duration in seconds: ``1h 2m 10s``, ``29 min``, ``1 godz. 5 min``, ``01:02:10``."""
    if (found := duration(cell.strip())) >= 0:
        return found
    raise InputError(
        text("This is not a duration"),
        where=where,
        expected=text("for example 1h 2m 10s, 29 min or 01:02:10"),
        found=repr(cell[:40]),
        repair=text("Correct the cell, or download the file again in English"),
    )


def duration(cell: str) -> int:
    """Seconds; −1 for what is no duration."""
    plain = _PLAIN_DURATION.fullmatch(cell)
    if plain:
        hours, minutes, seconds = (int(part) for part in plain.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = _PART.findall(cell)
    if parts and not _PART.sub("", cell) and all(unit.lower() in _SECONDS for _, unit in parts):
        return sum(int(number) * _SECONDS[unit.lower()] for number, unit in parts)
    return -1


def event_days(event: Mapping[str, str]) -> Days | None:
    """First and last day of an event of the log; None for an event that is not known."""
    if not event.get("start"):
        return None
    start, end = (event_moment(event[side], event["event_id"]).date() for side in ("start", "end"))
    return start, end


def event_times(event: Mapping[str, str]) -> tuple[datetime, datetime] | None:
    """Start and end of an event in UTC; None for an event that is not known."""
    if not event.get("start"):
        return None
    zone, name = zone_of(event), event["event_id"]
    start, end = (in_utc(event_moment(event[side], name), zone, name) for side in ("start", "end"))
    return start[0], end[-1]


def event_moment(written_moment: str, where: Text | str) -> datetime:
    """A moment of the event log (ISO date with time)."""
    try:
        return datetime.fromisoformat(written_moment).replace(tzinfo=None)
    except ValueError:
        raise InputError(
            text("The event log has no usable date and time for this event"),
            where=where,
            expected="2025-03-12T13:00",
            found=repr(written_moment[:40]),
            repair=text("Correct start and end in the event log"),
        ) from None
