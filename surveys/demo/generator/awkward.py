"""Awkward cases put into the answers on purpose, so that every rule of the workbench has something to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from evallib.twin.export import Response

from .opinions import HOSTILE

Responses = list[Response]


def awkward(survey: str, year: str, responses: Responses) -> Responses:
    """The responses in order of arrival, with the awkward cases of that survey and year."""
    ordered = sorted(responses, key=_arrival)
    return sorted(_CASES.get((survey, year), _plain)(ordered), key=_arrival)


def _arrival(response: Response) -> tuple[datetime, str, str]:
    return response.started, response.token, response.seed


def _plain(responses: Responses) -> Responses:
    return responses


def _with(response: Response, **answers: str) -> Response:
    return replace(response, answers=response.answers | answers)


def _complete(responses: Responses) -> list[int]:
    return [place for place, one in enumerate(responses) if one.submitted]


def _hostile(responses: Responses, column: str, words: tuple[str, ...], first: int, step: int) -> None:
    """Put the words into the open answers of complete responses, every ``step``-th one."""
    places = _complete(responses)
    for n, word in enumerate(words):
        place = places[first + n * step]
        responses[place] = _with(responses[place], **{column: word})


def _q1_2023(responses: Responses) -> Responses:
    _hostile(responses, "T10", HOSTILE[:6], 5, 11)
    return responses


def _q1_2024(responses: Responses) -> Responses:
    """Hostile words, strange codes, a row sent twice, a test, two hours of summer time's change."""
    _hostile(responses, "T10", HOSTILE, 3, 7)
    _two_only(responses, ("FI1D5", "FI200"))
    _alike(responses)
    places = _complete(responses)
    responses[places[50]] = _with(responses[places[50]], T05="007", T05b="")
    responses[places[90]] = _with(responses[places[90]], T08="NA")
    responses[places[91]] = _with(responses[places[91]], T08="007")
    night = datetime(2024, 3, 31, 2, 58, 20)  # an hour that did not exist follows
    spring = replace(responses[places[60]], started=night, submitted=night + timedelta(minutes=61))
    test = _with(responses[places[1]], EVID="test01", T10="testi, älä laske")
    sent_twice = responses[places[20]]
    return [
        *responses[: places[60]],
        spring,
        *responses[places[60] + 1 :],
        sent_twice,
        replace(test, seed="1234567"),
    ]


def _q1_2025(responses: Responses) -> Responses:
    _hostile(responses, "T10", HOSTILE[3:9], 9, 13)
    return responses


def _two_only(responses: Responses, regions: tuple[str, ...]) -> None:
    """Leave exactly two complete answers from each of these regions."""
    for turn, region in enumerate(regions):
        here = [p for p in _complete(responses) if responses[p].answers["T09"] == region]
        for place in [p for p, one in enumerate(responses) if one.answers["T09"] == region]:
            if place not in here[:2]:
                responses[place] = _with(responses[place], T09="")
        empty = [p for p in _complete(responses) if not responses[p].answers["T09"]]
        for place in empty[10 * turn : 10 * turn + 2 - len(here[:2])]:
            responses[place] = _with(responses[place], T09=region)


def _alike(responses: Responses) -> None:
    """Everybody from the public sector in one region found the event very useful."""
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(responses):
        if one.answers["T08"] == "publ" and one.answers["T09"]:
            groups.setdefault(one.answers["T09"], []).append(place)
    region = max(sorted(groups), key=lambda code: len(groups[code]))
    for place in groups[region]:
        responses[place] = _with(responses[place], T01="h5")


def _q2_2024(responses: Responses) -> Responses:
    """Rows sent twice, a token used by two people, an unknown one, a test, and three late answers."""
    places = _complete(responses)
    _hostile(responses, "N20", (HOSTILE[0], HOSTILE[9], HOSTILE[2], HOSTILE[7]), 2, 9)
    _hostile(responses, "N18[other]", ("=1+1", "<b>Facebook</b>"), 4, 5)
    responses[places[6]] = _with(responses[places[6]], N01="NA")
    responses[places[7]] = _with(responses[places[7]], N01="007")
    responses[places[8]] = _with(responses[places[8]], N15="a9")
    for n, place in enumerate(places[-3:]):
        late = datetime(2025, 1, 7 + 2 * n, 10, 15, 30)
        responses[place] = replace(
            responses[place], started=late, submitted=late + timedelta(minutes=9, seconds=n)
        )
    first, second, third = (responses[places[n]] for n in (3, 11, 15))
    again = _later(replace(third, seed="99887766"), days=2)
    stranger = _later(replace(responses[places[17]], token="eiListallaOle01", seed="55443322"), days=1)
    test = _later(replace(responses[places[18]], token="test0001", seed="11223344"), days=-3)
    return [
        *responses,
        first,
        second,
        _with(again, N04="w1", N15="a1", N20="Vastasin toisen puolesta."),
        stranger,
        test,
    ]


def _q3_2024(responses: Responses) -> Responses:
    """An autumn night that has the hour from three to four twice, a strange code, a token used again."""
    places = _complete(responses)
    _hostile(responses, "Y21", (HOSTILE[4], HOSTILE[1], HOSTILE[10], "NA"), 6, 8)
    responses[places[5]] = _with(responses[places[5]], Y12="NA")
    night = datetime(2024, 10, 27, 3, 52, 10)  # submitted "before" it was begun: the clock went back
    responses[places[30]] = replace(
        responses[places[30]], started=night, submitted=datetime(2024, 10, 27, 3, 7, 45)
    )
    again = _later(replace(responses[places[12]], seed="77665544"), days=1)
    return [*responses, _with(again, Y13="a5", Y12="down")]


def _q3_2025(responses: Responses) -> Responses:
    places = _complete(responses)
    stranger = _later(replace(responses[places[9]], token="tuntematon00001", seed="42424242"), days=1)
    responses[places[3]] = _with(responses[places[3]], Y11a="noin 2")  # not a number
    return [*responses, stranger]


def _later(response: Response, days: int) -> Response:
    moved = timedelta(days=days, minutes=7)
    submitted = response.submitted + moved if response.submitted else None
    return replace(response, started=response.started + moved, submitted=submitted)


_CASES: dict[tuple[str, str], Callable[[Responses], Responses]] = {
    ("q1", "2023"): _q1_2023,
    ("q1", "2024"): _q1_2024,
    ("q1", "2025"): _q1_2025,
    ("q2", "2024"): _q2_2024,
    ("q3", "2024"): _q3_2024,
    ("q3", "2025"): _q3_2025,
}
