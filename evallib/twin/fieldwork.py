"""A survey that nobody has answered yet, as if it had been: who was invited, who answered what and when.

Every response carries :data:`evallib.codes.SYNTHETIC` where a server writes a number of its own, and every
token begins with it, so that no reader can take the answers for somebody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from evallib.codebook.model import Questionnaire, Type
from evallib.codes import CODES, REGIONS, SYNTHETIC
from evallib.twin.dice import Dice
from evallib.twin.export import Contact, Response
from evallib.twin.respondent import Respondent, Story, answer

ANSWERING = 0.55  # of those invited
AT_MOST = 0.85  # of those invited, where there are no more to invite
UNFINISHED = 0.04  # broken off after the first part
_MEMBERS = 12  # at most, of a steering group
_LANGUAGES = (80, 15, 5)  # of respondents, in the order of the survey's languages
_TEXTS = {
    "any": {
        "fi": (
            "Keksitty vastaus: hyvää oli keskustelu.",
            "Keksitty vastaus: lisää aikaa esimerkeille.",
            "Keksitty vastaus: ei muuta.",
        ),
        "sv": (
            "Påhittat svar: diskussionen var bra.",
            "Påhittat svar: mer tid för exempel.",
            "Påhittat svar: inget annat.",
        ),
        "en": (
            "Invented answer: the talk was good.",
            "Invented answer: more time for examples.",
            "Invented answer: nothing else.",
        ),
    }
}


@dataclass(frozen=True)
class Field:
    """Where the invented answers come from.

    span: first and last day of answering; events: id → day, for surveys of which a link names its event;
    organisations: code → (sector, region) of those that the survey asks, where it asks about them too.
    """

    span: tuple[date, date]
    events: Mapping[str, date]
    organisations: Mapping[str, tuple[str, str]]


def invented(
    questionnaire: Questionnaire, size: int, seed: str, field: Field
) -> tuple[list[Contact], list[Response]]:
    """The people invited (none for an open survey) and ``size`` responses, a few of them unfinished.

    The same arguments give the same answers on every machine. A survey of organisations or of a steering
    group has no more answers than there are to ask.
    """
    invited = _invited(questionnaire, size, seed, field) if questionnaire.origin == "token" else []
    if invited:
        size = min(size, round(AT_MOST * len(invited)) or 1)
    order = Dice(seed, questionnaire.id, "who").shuffled(range(len(invited)))
    story = Story({}, {}, {}, {}, _TEXTS, ties=0.2, seed=seed)
    responses = []
    for n in range(size):
        one = invited[order[n]] if invited else None
        dice = Dice(seed, questionnaire.id, n)
        responses.append(_response(questionnaire, one, story, field, dice))
    return invited, sorted(responses, key=lambda one: (one.started, one.token))


def _invited(questionnaire: Questionnaire, size: int, seed: str, field: Field) -> list[Contact]:
    asked = datetime.combine(field.span[0], datetime.min.time()) + timedelta(hours=9)
    of_roster = any(item.roster for item in questionnaire.items)
    codes = list(field.organisations) if of_roster else []
    number = len(codes) or round(size / ANSWERING)
    if questionnaire.audience == "steering":
        number = min(number, _MEMBERS)
    people = []
    for n in range(number):
        dice = Dice(seed, questionnaire.id, "invited", n)
        own = codes[n] if codes else ""
        sector, region = field.organisations.get(own) or (dice.pick(CODES["sector"]), dice.pick(REGIONS))
        token = f"{SYNTHETIC}{questionnaire.id}{n + 1:04d}"
        mail = f"{SYNTHETIC}.{questionnaire.id}.{n + 1}@example.org"
        known = (sector, region) if questionnaire.audience != "steering" else ("", "")
        spoken = _language(questionnaire, dice)
        people.append(
            Contact(f"Nobody{n + 1:04d}", "Nowhere", mail, spoken, token, own, known[1], known[0], asked)
        )
    return people


def _language(questionnaire: Questionnaire, dice: Dice) -> str:
    return dice.weighted(questionnaire.languages, [*_LANGUAGES, *[1] * 99][: len(questionnaire.languages)])


def _response(
    questionnaire: Questionnaire, one: Contact | None, story: Story, field: Field, dice: Dice
) -> Response:
    language = one.language if one else _language(questionnaire, dice)
    facts = _facts(questionnaire, one, dice)
    first, last = field.span
    event = dice.pick(sorted(field.events)) if field.events and not one else ""
    if event:
        facts |= {item.code: event for item in questionnaire.items if item.type is Type.HIDDEN}
        first = max(first, field.events[event])
    days = max(0, (min(last, first + timedelta(days=28)) - first).days)
    start = datetime.combine(first, datetime.min.time()) + timedelta(
        days=int(days * dice.unit() * dice.unit()), seconds=dice.whole(8 * 3600, 20 * 3600)
    )
    who = Respondent(
        one.token if one else "", dice.normal(), language, facts, one.organisation if one else ""
    )
    answers = answer(questionnaire, who, story, dice)
    done = start + timedelta(seconds=dice.whole(60, 900))
    made = Response(one.token if one else "", language, SYNTHETIC, start, done, answers)
    return _broken_off(made, dice) if dice.chance(UNFINISHED) else made


def _broken_off(made: Response, dice: Dice) -> Response:
    columns = list(made.answers)
    seen = columns[: max(1, int(len(columns) * (0.1 + 0.3 * dice.unit())))]
    answers = {name: made.answers[name] if name in seen else "" for name in columns}
    return replace(made, submitted=None, answers=answers)


def _facts(questionnaire: Questionnaire, one: Contact | None, dice: Dice) -> dict[str, str]:
    """What is known of an invited person stands in their answers too: region and main sector."""
    if one is None:
        return {}
    told = {}
    for column in questionnaire.columns():
        codes = set(column.option_codes)
        for kind, own in (("region", one.region), ("sector", one.sector)):
            if own in codes and len(codes & set(CODES[kind])) > len(codes) / 2 and dice.chance(0.96):
                told[column.name] = own
    return told
