"""The fieldwork of each survey and year: who was invited, who answered what and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evallib.codebook.model import Questionnaire
from evallib.twin.dice import Dice
from evallib.twin.export import Contact, Response
from evallib.twin.respondent import Respondent, answer

from .attendance import Attendance
from .network import Organisation, network_answers
from .people import Person, invented
from .story import YEARS, response, story


@dataclass(frozen=True)
class Invited:
    """A row of the participants' table. asked: when the invitation went out."""

    person: Person
    token: str
    organisation: str
    region: str
    sector: str
    asked: datetime

    def contact(self) -> Contact:
        """The row itself."""
        own = self.person
        who = (own.first, own.last, own.email, own.language)
        return Contact(*who, self.token, self.organisation, self.region, self.sector, self.asked)


OPENED = {"q2": (10, 8), "q3": (10, 22), "q4": (11, 4)}  # month and day of the invitation
UNFINISHED = {"q1": 0.02, "q2": 0.05, "q3": 0.04, "q4": 0.0, "f1": 0.0}


def feedback(q1: Questionnaire, attendances: Sequence[Attendance], year: str) -> list[Response]:
    """Answers to the event feedback, about half of those who attended."""
    told = story("q1", year)
    responses: list[Response] = []
    for attendance in attendances:
        mood = 0.45 * Dice(attendance.event.event_id, "mood").normal()
        for person in attendance.attended:
            dice = Dice(year, "q1", attendance.event.event_id, person.key)
            if not dice.chance(response("q1", year)):
                continue
            one = Respondent(
                person.key,
                0.8 * person.theta + mood,
                person.language,
                _background(person, attendance.event.event_id, dice),
            )
            started = attendance.event.end + timedelta(seconds=_delay(dice))
            answers = answer(q1, one, told, dice)
            responses.append(_response("", one.language, started, (40, 170), answers, "q1", dice))
    return responses


def _background(person: Person, event_id: str, dice: Dice) -> dict[str, str]:
    """What a participant tells of themselves; some leave a question out."""
    told = {
        "T08": person.role,
        "T09": person.region,
        "T11": person.sex,
        "T12": {"yes": "u40", "no": "o40"}[person.under40],
    }
    kept = {column: value if dice.chance(0.94) else "" for column, value in told.items()}
    return {"EVID": event_id} | kept


def _delay(dice: Dice) -> int:
    """Seconds from the end of an event to the answer: most at once, the rest within four days."""
    return dice.whole(60, 5400) if dice.chance(0.6) else dice.whole(5400, 4 * 86400)


def follow_up(f1: Questionnaire, feedback_given: Sequence[Response]) -> list[Response]:
    """Answers three months after the event, from part of those who gave feedback and left an address."""
    responses: list[Response] = []
    for number, earlier in enumerate(feedback_given):
        year = str(earlier.started.year)
        dice = Dice("f1", number, earlier.answers["EVID"], earlier.started.isoformat())
        if earlier.submitted is None or not dice.chance(response("f1", year)):
            continue
        one = Respondent("", dice.normal(), earlier.language, {"EVID": earlier.answers["EVID"]})
        started = earlier.started + timedelta(days=91, seconds=dice.whole(0, 9 * 86400))
        answers = answer(f1, one, story("f1", year), dice)
        responses.append(_response("", one.language, started, (30, 150), answers, "f1", dice))
    return responses


def invitations(
    survey: str, year: str, pool: Sequence[Person], roster: Sequence[Organisation]
) -> list[Invited]:
    """The closed list of q2 (one person an organisation), q3 (140 entrepreneurs) or q4 (10 members)."""
    month, day = OPENED[survey]
    asked = datetime(int(year), month, day, 9)
    if survey == "q2":
        people = [(invented("q2", int(one.code[1:]), one.language), one) for one in roster]
        return [
            Invited(person, _token(survey, year, person), one.code, one.region, one.sector, asked)
            for person, one in people
        ]
    if survey == "q3":
        met = [person for person in pool if person.role == "entr" and person.email][:100]
        people_q3 = met + [invented("q3", n) for n in range(140 - len(met))]
    else:
        people_q3 = [invented("q4", n, "sv" if n in (3, 8) else "fi") for n in range(10)]
    return [
        Invited(
            replace(one, email=one.email or f"{one.key}@posti.example.org"),
            _token(survey, year, one),
            "",
            one.region if survey == "q3" else "",
            one.sector if survey == "q3" else "",
            asked,
        )
        for one in people_q3
    ]


def _token(survey: str, year: str, person: Person) -> str:
    dice = Dice("token", survey, year, person.key)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(dice.pick(letters) for _ in range(15))


def answers_by_token(
    survey: str,
    questionnaire: Questionnaire,
    invited: Sequence[Invited],
    year: str,
    roster: Sequence[Organisation],
) -> list[Response]:
    """Answers to a closed survey; those who answered once are likelier to answer again."""
    ranked = sorted(invited, key=lambda one: (_willing(survey, year, one), one.token))
    complete = round(response(survey, year) * len(invited))
    begun = complete + round(UNFINISHED[survey] * len(invited))
    told = story(survey, year)
    responses: list[Response] = []
    for place, one in enumerate(ranked[:begun]):
        dice = Dice(survey, year, one.token)
        facts = _facts(survey, year, one, roster)
        answers = answer(
            questionnaire,
            Respondent(one.person.key, one.person.theta, one.person.language, facts),
            told,
            dice,
        )
        started = one.asked + timedelta(seconds=_reply(dice))
        made = _response(one.token, one.person.language, started, (200, 900), answers, survey, dice)
        responses.append(made if place < complete else _unfinished(made, dice))
    return responses


def _willing(survey: str, year: str, one: Invited) -> float:
    steady = Dice("willing", survey, one.person.key).unit()
    return 0.7 * steady + 0.3 * Dice("willing", survey, year, one.person.key).unit()


def _reply(dice: Dice) -> int:
    """Seconds from invitation to answer: peaks after the invitation and after each reminder."""
    wave = dice.weighted((0, 7, 14), (50, 30, 20))
    return wave * 86400 + int(dice.unit() * dice.unit() * 6 * 86400) + dice.whole(0, 36000)


def _facts(survey: str, year: str, one: Invited, roster: Sequence[Organisation]) -> dict[str, str]:
    """What an invited person's answers must agree with: their organisation or firm."""
    same = Dice("firm", one.person.key)
    if survey == "q2":
        kinds = ("firm", "proj", "res", "publ", "asso", "lag", "oth")
        facts = {
            "N01": same.weighted(kinds, (16, 26, 9, 14, 18, 13, 4)),
            f"N02[{one.sector}]": "Y",
            "N02m": one.sector,
            "N03": one.region,
        }
        return facts | network_answers(one.organisation, year, roster)
    if survey == "q3":
        forms = ("sole", "part", "ltd", "coop", "assoc", "farm", "plan")
        return {
            "Y01": same.weighted(forms, (40, 5, 26, 4, 6, 13, 6)),
            "Y02": same.weighted(("s1", "s2", "s5", "s10"), (56, 28, 10, 6)),
            f"Y03[{one.sector}]": "Y",
            "Y03m": one.sector,
            "Y04": one.region,
        }
    return {}


def _response(
    token: str,
    language: str,
    started: datetime,
    takes: tuple[int, int],
    answers: dict[str, str],
    survey: str,
    dice: Dice,
) -> Response:
    submitted = started + timedelta(seconds=dice.whole(*takes))
    refurl = dice.pick(("", "", 'https://www.example.org/uutiskirje?x=1&y="Ä"'))
    seed = str(dice.whole(10**6, 2 * 10**9))
    made = Response(token, language, seed, started, submitted, answers, refurl)
    if not token and dice.chance(UNFINISHED[survey]):
        return _unfinished(made, dice)
    return made


def _unfinished(made: Response, dice: Dice) -> Response:
    """Broken off after the first part: later answers were never given."""
    columns = list(made.answers)
    seen = columns[: max(2, int(len(columns) * (0.1 + 0.3 * dice.unit())))]
    answers = {name: made.answers[name] if name in seen else "" for name in columns}
    return replace(made, submitted=None, answers=answers)


def year_before(year: str) -> str:
    """The year before in the demo, "" for the first."""
    place = YEARS.index(year)
    return YEARS[place - 1] if place else ""
