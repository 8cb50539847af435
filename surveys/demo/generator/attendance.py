"""Who came to an event, when and for how long, before any system writes it down."""

from __future__ import annotations

from dataclasses import dataclass

from evallib.twin.dice import Dice

from .calendar import Event
from .people import Person, staff

MINIMUM_STAY = 10  # minutes
OWN_FIELD = {"2023": 9.0, "2024": 6.0, "2025": 4.0}  # the project mixes fields better each year
BOTS = ("Fireflies.ai Notetaker", "read.ai meeting notes")


@dataclass(frozen=True)
class Visit:
    """One row's person at an event. spans: seconds from the start of the event, joining and leaving."""

    person: Person
    spans: tuple[tuple[int, int], ...]
    role: str = "Attendee"
    bot: bool = False

    @property
    def seconds(self) -> int:
        """The union of the spans, as two devices at once are one person."""
        total, end = 0, -(10**9)
        for joined, left in sorted(self.spans):
            total += max(0, left - max(joined, end))
            end = max(end, left)
        return total

    @property
    def stayed(self) -> bool:
        return not self.bot and self.role == "Attendee" and self.seconds >= MINIMUM_STAY * 60


@dataclass(frozen=True)
class Attendance:
    """Everybody in the list of an event, and those who registered without coming."""

    event: Event
    visits: tuple[Visit, ...]
    absent: tuple[Person, ...]

    @property
    def attended(self) -> tuple[Person, ...]:
        return tuple(visit.person for visit in self.visits if visit.stayed)


def attend(event: Event, pool: tuple[Person, ...]) -> Attendance:
    """Draw the people of one event; onsite events have neither robots nor early leavers."""
    dice = Dice(event.event_id, "attendance")
    weights = [_pull(person, event) for person in pool]
    drawn = dice.sample(pool, event.size + 6, weights)
    came, absent = drawn[: event.size], drawn[event.size :]
    if event.mode == "onsite" or not event.system:
        whole = event.minutes * 60
        return Attendance(event, tuple(Visit(person, ((0, whole),)) for person in came), ())
    visits = [Visit(person, _spans(event, dice)) for person in came]
    visits = _known_by_one_name(visits)
    hosts = [
        Visit(person, ((-600, event.minutes * 60 + 240),), "Organizer" if n == 0 else "Co-organizer")
        for n, person in enumerate(staff())
    ]
    robots = [_robot(name, event) for name in BOTS if dice.chance(0.45)]
    return Attendance(
        event,
        tuple(hosts + visits + robots),
        tuple(person for person in absent if person.email) if event.registration else (),
    )


def _pull(person: Person, event: Event) -> float:
    """How likely this person is to come: interest, language, distance."""
    pull = person.activity
    if event.language == "sv":
        pull *= 8.0 if person.language == "sv" else 0.15
    elif person.language == "sv":
        pull *= 0.5
    if event.form in ("regional", "visit"):
        pull *= 12.0 if person.region == event.region else 0.4
    if person.sector in event.sectors:
        pull *= OWN_FIELD[event.year]
    return pull


def _spans(event: Event, dice: Dice) -> tuple[tuple[int, int], ...]:
    """Joining and leaving; some come back, some sit there with two devices, some look in briefly."""
    length = event.minutes * 60
    joined, left = dice.whole(-240, 420), length + dice.whole(-500, 150)
    kind = dice.unit()
    if kind < 0.04:
        return ((joined, joined + dice.whole(70, 540)),)
    if kind < 0.16:
        broken = joined + dice.whole(600, length - 1400)
        return ((joined, broken), (broken + dice.whole(40, 400), left))
    if kind < 0.20:
        second = joined + dice.whole(60, 600)
        return ((joined, left), (second, left - dice.whole(30, 300)))
    return ((joined, left),)


def _known_by_one_name(visits: list[Visit]) -> list[Visit]:
    """Leave out namesakes of the same event, whom a list without addresses could not tell apart."""
    seen: set[str] = set()
    kept: list[Visit] = []
    for visit in visits:
        if visit.person.name not in seen:
            kept.append(visit)
        seen.add(visit.person.name)
    return kept


def _robot(name: str, event: Event) -> Visit:
    ghost = Person(name, name, "", "", "", "", "", "", "fi", 0.0, 0.0)
    return Visit(ghost, ((5, event.minutes * 60 - 5),), bot=True)
