"""The event calendar: 25 events a year, with the system in which each one's attendance was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from evallib.twin.dice import Dice

from .records import running
from .topics import PREFIX, REGION_IN, TOPICS

YEARS = ("2023", "2024", "2025")

# month and form; the same rhythm every year, with no events in July
RHYTHM = (
    (1, "coffee"), (2, "coffee"), (2, "webinar"), (3, "coffee"), (3, "regional"), (3, "webinar"),
    (4, "coffee"), (4, "workshop"), (5, "coffee"), (5, "visit"), (5, "workshop"), (6, "webinar"),
    (8, "coffee"), (8, "regional"), (9, "coffee"), (9, "webinar"), (9, "visit"), (10, "coffee"),
    (10, "workshop"), (10, "webinar"), (11, "coffee"), (11, "regional"), (11, "webinar"),
    (12, "workshop"), (12, "regional"),
)  # fmt: skip

COFFEE = {  # the systems of the coffees in order
    "2023": "teams A,teams A,teams B,zoom old rows,teams B,"
    "zoom old unique,teams C,teams C,zoom old block",
    "2024": "teams C,teams D,zoom new rows,teams D,teams E,"
    "zoom new unique,teams D,teams C,zoom new block",
    "2025": "teams D,teams E,zoom new rows,teams D,teams D twice,"
    "zoom new unique,teams E,teams D,zoom new block",
}  # fmt: skip
WEBINAR = {
    "2023": "zoom webinar,teams C,zoom webinar,teams B,zoom webinar,teams C",
    "2024": "teams F,zoom webinar,teams D,zoom webinar,teams F,zoom webinar",
    "2025": "teams F,zoom webinar,teams F,teams D,zoom webinar,teams F",
}
WORKSHOP = {
    "2023": "teams C,paper,teams C,paper",
    "2024": "teams D,paper,teams D,teams E",
    "2025": "teams D,teams D,paper,teams E",
}
NO_FILE = {"2023": (10, 22), "2024": (17,), "2025": (10,)}  # nobody saved the list
REGISTERED = {  # places in the rhythm of coffees that asked for registration
    "2023": (4,), "2024": (1, 7), "2025": (1, 4, 13),
}  # fmt: skip
SWEDISH = {"2023": (15,), "2024": (7, 20), "2025": (4, 13, 20)}
ENGLISH = {"2023": (), "2024": (12,), "2025": (23,)}
PLACES = {  # regions of the regional meetings and visits
    "2023": ("FI1D2", "FI193", "FI1D9", "FI1D7", "FI194", "FI1D3"),
    "2024": ("FI197", "FI1D1", "FI1D8", "FI195", "FI1C1", "FI1C3"),
    "2025": ("FI1D7", "FI194", "FI196", "FI1D3", "FI1C5", "FI1B1"),
}
LENGTH = {"coffee": 60, "webinar": 120, "workshop": 240, "regional": 300, "visit": 420}
HOUR = {"coffee": 9, "webinar": 13, "workshop": 9, "regional": 10, "visit": 9}
SIZE = {"coffee": 19, "webinar": 42, "workshop": 24, "regional": 24, "visit": 16}


@dataclass(frozen=True)
class Event:
    """One event. place: its place in the year's rhythm, from 1; system: "" where no list was kept."""

    event_id: str
    year: str
    place: int
    start: datetime
    end: datetime
    titles: tuple[str, str, str]
    form: str
    mode: str
    language: str
    region: str
    sectors: tuple[str, ...]
    theme_main: str
    theme_side: str
    projects: tuple[str, ...]
    task: str
    system: str
    registration: bool
    size: int

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds()) // 60


def calendar(year: str) -> tuple[Event, ...]:
    """The events of a year in order of time."""
    dice = Dice(year, "calendar")
    systems = {
        "coffee": iter(COFFEE[year].split(",")),
        "webinar": iter(WEBINAR[year].split(",")),
        "workshop": iter(WORKSHOP[year].split(",")),
    }
    places = iter(PLACES[year])
    topics = iter(_topics(year))
    days = iter(_days(year, dice))
    return tuple(
        _event(
            year,
            place,
            form,
            next(days),
            next(topics),
            next(systems[form]) if form in systems else "paper",
            next(places) if form in ("regional", "visit") else "",
            dice,
        )
        for place, (_, form) in enumerate(RHYTHM, 1)
    )


def _topics(year: str) -> list[tuple[str, str, str, str, str]]:
    """Another order of topics every year, beginning with those not used last."""
    shift = YEARS.index(year) * 9
    turned = list(TOPICS[shift:] + TOPICS[:shift])
    return turned[: len(RHYTHM)]


def _days(year: str, dice: Dice) -> list[date]:
    """A Tuesday, Wednesday or Thursday for each event, inside its month and in order of time."""
    days: list[date] = []
    for month in range(1, 13):
        wanted = sum(1 for when, _ in RHYTHM if when == month)
        first = date(int(year), month, 1)
        usable = [first + timedelta(d) for d in range(3, 27)]
        usable = [day for day in usable if day.weekday() in (1, 2, 3) and not _holiday(day)]
        days += sorted(dice.sample(usable, wanted))
    return days


def _holiday(day: date) -> bool:
    return (day.month, day.day) in ((1, 6), (5, 1), (12, 6)) or (day.month == 12 and day.day > 19)


def _event(
    year: str,
    place: int,
    form: str,
    day: date,
    topic: tuple[str, str, str, str, str],
    system: str,
    region: str,
    dice: Dice,
) -> Event:
    start = datetime(day.year, day.month, day.day, HOUR[form])
    language = "sv" if place in SWEDISH[year] else "en" if place in ENGLISH[year] else "fi"
    sectors = tuple(topic[3].split("+"))
    main, _, side = topic[4].partition("+")
    titles = [PREFIX[form][n] + topic[n] for n in range(3)]
    if form == "regional":
        titles = [f"{titles[n]} ({REGION_IN[region][n]})" for n in range(3)]
    projects = tuple(sorted(dice.sample(running(day), dice.pick((0, 1, 1, 2, 2, 3)))))
    size = max(6, round(SIZE[form] * (0.75 + 0.5 * dice.unit()) * (0.7 if language != "fi" else 1)))
    return Event(
        f"e{year[2:]}{place:02d}",
        year,
        place,
        start,
        start + timedelta(minutes=LENGTH[form]),
        (titles[0], titles[1], titles[2]),
        form,
        "online" if form in ("coffee", "webinar") else _mode(form, system),
        language,
        region,
        sectors,
        main,
        side,
        projects,
        {"coffee": "T3", "webinar": "T2", "workshop": "T4", "regional": "T1", "visit": "T3"}[form],
        "" if place in NO_FILE[year] else system,
        form in ("webinar",) or (form == "workshop" and system != "paper") or place in REGISTERED[year],
        size,
    )


def _mode(form: str, system: str) -> str:
    if form != "workshop" or system == "paper":
        return "onsite"
    return "hybrid" if system.endswith("E") else "online"
