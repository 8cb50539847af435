"""Invented people: names, addresses below example domains, backgrounds and a latent attitude."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from evallib.twin.dice import Dice, words

FIRST_FI = words(
    "Aino Eeva Helmi Kaisa Liisa Maija Päivi Riitta Sanna Tuula Väinö Yrjö Antti Esa Heikki Jari Kalle "
    "Lauri Mikko Olli Pekka Risto Seppo Timo Ville Älli Niilo Iida Elli Jenni Kirsi Leena Marjatta Outi"
)
LAST_FI = words(
    "Aaltonen Hämäläinen Järvinen Kettunen Laakso Mäkelä Niemelä Oksanen Pöllänen Räsänen Salmela "
    "Tähtinen Ukkola Väisänen Ylönen Åkerö Eskola Harju Jääskö Koivisto Lehtonen Mustonen Nurmela "
    "Peltola Rantakoski Suvanto Törmä Vainio Heikkilä Kärnä Lähteenmäki Saarela Pihlajamäki Hietala"
)
FIRST_SV = words("Anders Björn Elin Gunilla Håkan Ingrid Åsa Märta Örjan Siv Sofia Ulf Karin Mats")
LAST_SV = words(
    "Björklund Eklöv Forsbäck Granö Häggblom Källström Lindqvist Nygård Sjöström Strandgård "
    "Söderholm Wäström Öhberg Åström"
)
AWKWARD_NAMES = (  # as people and forms really give them
    "O'Hara, Séamus",
    'Kaarina "Kati" Lähde-Yli',
    "=cmd|'/C calc'!A0",
    "<script>alert(1)</script>",
    "Väinö Pöllönen\N{SEEDLING}",
    unicodedata.normalize("NFD", "Päivi Hämäläinen-Ståhl"),
    "@SUM(1)",
    "von Essen, Märta, Gård & Häst",
)
HOUSES = words("metsapolku kylatalo hevostila rantasauna yrttitarha lansikunta polku aitta")
DOMAINS = ("example.org", "example.com", "example.net")
REGIONS = {  # weight of each region; the smallest have a handful of people
    "FI1B1": 10, "FI1C1": 8, "FI196": 5, "FI1C2": 5, "FI197": 9, "FI1C3": 4, "FI1C4": 3, "FI1C5": 3,
    "FI1D1": 7, "FI1D2": 8, "FI1D3": 8, "FI193": 9, "FI194": 7, "FI195": 6, "FI1D5": 1.2, "FI1D9": 8,
    "FI1D8": 4, "FI1D7": 8, "FI200": 1.2,
}  # fmt: skip
ROLES = {"entr": 38, "proj": 22, "expt": 12, "publ": 14, "asso": 10, "oth": 4}
SECTORS = {
    "care": 26, "tour": 22, "move": 9, "natp": 10, "expe": 8, "cult": 7, "soc": 13, "oth": 5,
}  # fmt: skip
POOL = 420  # people of one year, of whom a part comes to no event


@dataclass(frozen=True)
class Person:
    """An invented person. email: "" for one who never signs in; theta: attitude, about −2…2."""

    key: str
    name: str
    email: str
    role: str
    region: str
    sector: str
    sex: str
    under40: str
    language: str
    activity: float
    theta: float

    @property
    def first(self) -> str:
        return self.name.split(" ")[0]

    @property
    def last(self) -> str:
        return self.name.partition(" ")[2]


def pools() -> dict[str, tuple[Person, ...]]:
    """The people around the project in each year: about half of them also the year after."""
    taken: dict[str, int] = {}
    first = [_person(("2023", n), taken) for n in range(POOL)]
    second = _renewed(first, "2024", taken)
    third = _renewed(second, "2025", taken)
    return {"2023": tuple(first), "2024": tuple(second), "2025": tuple(third)}


def _renewed(before: list[Person], year: str, taken: dict[str, int]) -> list[Person]:
    dice = Dice(year, "who stays")
    stay = [person for person in before if dice.chance(0.45 + 0.2 * (person.activity > 1.5))]
    return stay + [_person((year, n), taken) for n in range(POOL - len(stay))]


def staff() -> tuple[Person, ...]:
    """The project's own two people, who open every meeting."""
    return tuple(
        Person(key, name, email, "proj", "FI193", "oth", "ns", "no", "fi", 1.0, 0.0)
        for key, name, email in (
            ("staff1", "Elli Rantakoski", "elli.rantakoski@koordinaatio.example.org"),
            ("staff2", "Håkan Öhberg", "hakan.ohberg@koordinaatio.example.org"),
        )
    )


def invented(part: str, number: int, language: str = "") -> Person:
    """A person of a closed list (partner, entrepreneur, member) with a background of their own."""
    return _person((part, number), {}, language)


def _person(key: tuple[str, int], taken: dict[str, int], language: str = "") -> Person:
    dice = Dice("person", *key)
    region = dice.weighted(tuple(REGIONS), tuple(REGIONS.values()))
    swedish = {"FI195": 0.5, "FI200": 1.0, "FI1B1": 0.15, "FI1C1": 0.15}.get(region, 0.01)
    spoken = language or ("sv" if dice.chance(swedish) else "en" if dice.chance(0.02) else "fi")
    firsts, lasts = (FIRST_SV, LAST_SV) if spoken == "sv" else (FIRST_FI, LAST_FI)
    name = f"{dice.pick(firsts)} {dice.pick(lasts)}"
    awkward = key[1] % 53 == 7
    if awkward:
        name = AWKWARD_NAMES[(key[1] // 53 + len(str(key[0]))) % len(AWKWARD_NAMES)]
    return Person(
        f"{key[0]}-{key[1]}",
        name,
        "" if dice.chance(0.06) else _address(name, key, taken, dice),
        dice.weighted(tuple(ROLES), tuple(ROLES.values())),
        region,
        dice.weighted(tuple(SECTORS), tuple(SECTORS.values())),
        dice.weighted(("f", "m", "o", "ns"), (66, 27, 2, 5)),
        "yes" if dice.chance(0.3) else "no",
        spoken,
        dice.weighted((0.5, 1.0, 2.2, 5.0), (35, 35, 22, 8)),
        dice.normal(),
    )


def _address(name: str, key: tuple[str, int], taken: dict[str, int], dice: Dice) -> str:
    plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()
    words = ["".join(c for c in word if c.isalpha()) for word in plain.split()]
    local = ".".join(word for word in words if word)[:40] or "nimi"
    number = taken[local] = taken.get(local, 0) + 1
    local += str(number) if number > 1 else ""
    if key[0] not in ("2023", "2024", "2025"):
        local += f".{key[1]}"
    domain = f"{dice.pick(HOUSES)}.{dice.pick(DOMAINS)}"
    return f"{local}@{domain}"
